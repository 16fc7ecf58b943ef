//! Which files are searched by their names.

use bytes::Bytes;
use mirage_pattern::glob::{Glob, Options};
use mirage_shell::command::Arguments;

use super::flags::{EXCLUDE, EXCLUDE_DIR, EXCLUDE_FROM, INCLUDE};

/// One `--include`, `--exclude` or `--exclude-dir`; the patterns of `--exclude-from` are read later.
#[derive(Clone, Debug)]
pub enum Rule {
    Include(Glob),
    Exclude(Glob),
    ExcludeDirectory(Glob),
    ExcludeFrom(Bytes),
}

impl Rule {
    /// The rules in the order they were given.
    pub fn all(arguments: &Arguments) -> Vec<Rule> {
        let rule = |(flag, value): &(_, Option<Bytes>)| {
            let value = value.as_ref()?;
            match *flag {
                INCLUDE => Some(Rule::Include(glob(value)?)),
                EXCLUDE => Some(Rule::Exclude(glob(value)?)),
                EXCLUDE_DIR => {
                    let trimmed = value.len() - value.iter().rev().take_while(|&&byte| byte == b'/').count();
                    Some(Rule::ExcludeDirectory(glob(&value[..trimmed.max(1)])?))
                }
                EXCLUDE_FROM => Some(Rule::ExcludeFrom(value.clone())),
                _ => None,
            }
        };
        arguments.options.iter().filter_map(rule).collect()
    }
}

/// A pattern of names. One too complicated to compile matches nothing.
pub fn glob(pattern: &[u8]) -> Option<Glob> {
    Glob::new(pattern, Options::fnmatch()).ok()
}

/// Whether a file is left out; `named` tells that it is an operand, whose trailing parts count as names too.
///
/// The rule given last that matches decides; where none does, files are left out when the first rule includes some.
pub fn leaves_out_file(rules: &[Rule], name: &[u8], named: bool) -> bool {
    let mut first = None;
    for rule in rules.iter().rev() {
        let (glob, excludes) = match rule {
            Rule::Include(glob) => (glob, false),
            Rule::Exclude(glob) => (glob, true),
            Rule::ExcludeDirectory(_) | Rule::ExcludeFrom(_) => continue,
        };
        if matches(glob, name, named) {
            return excludes;
        }
        first = Some(excludes);
    }
    first == Some(false)
}

/// Whether any directory may be left out.
pub fn leaves_out_directories(rules: &[Rule]) -> bool {
    rules.iter().any(|rule| matches!(rule, Rule::ExcludeDirectory(_)))
}

/// Whether a directory is left out, with everything below it.
pub fn leaves_out_directory(rules: &[Rule], name: &[u8], named: bool) -> bool {
    let trimmed = name.len() - name.iter().rev().take_while(|&&byte| byte == b'/').count();
    let name = &name[..trimmed.max(1).min(name.len())];
    rules.iter().any(|rule| matches!(rule, Rule::ExcludeDirectory(glob) if matches(glob, name, named)))
}

fn matches(glob: &Glob, name: &[u8], named: bool) -> bool {
    if glob.is_match(name) {
        return true;
    }
    let after_slash = |at: usize| name.get(at + 1).is_some_and(|&byte| byte != b'/');
    named && memchr::memchr_iter(b'/', name).any(|at| after_slash(at) && glob.is_match(&name[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(given: &[&str]) -> Vec<Rule> {
        let rule = |text: &&str| match text.split_at(1) {
            ("+", pattern) => Rule::Include(glob(pattern.as_bytes()).unwrap()),
            (_, pattern) => Rule::Exclude(glob(pattern.as_bytes()).unwrap()),
        };
        given.iter().map(rule).collect()
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        for (given, name, left_out) in [
            (&["+*.c", "-y.c"][..], "y.c", true),
            (&["+*.c", "-y.c"], "x", true),
            (&["-y.c", "+*.c"], "y.c", false),
            (&["-y.c", "+*.c"], "x", false),
            (&["-d/x"], "x", false),
        ] {
            assert_eq!(leaves_out_file(&rules(given), name.as_bytes(), false), left_out, "{given:?} {name}");
        }
        assert!(leaves_out_file(&rules(&["-d/x"]), b"./d/x", true));
    }
}
