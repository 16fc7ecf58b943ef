//! The regular expressions of `-regex`, in their many types.

use mirage_pattern::regex::{Options, Regex, Syntax};
use mirage_shell::command::Locale;

use crate::support::emacs_to_extended;

/// A type of `-regextype`, by what matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegexType {
    /// `\( \)` and `\|`, but `+` and `?` repeat; no intervals.
    Emacs,
    Basic,
    Extended,
}

impl RegexType {
    /// The names, in the order of the message that lists them.
    pub const NAMES: &[(&str, RegexType)] = &[
        ("findutils-default", RegexType::Emacs),
        ("ed", RegexType::Basic),
        ("emacs", RegexType::Emacs),
        ("gnu-awk", RegexType::Extended),
        ("grep", RegexType::Basic),
        ("posix-awk", RegexType::Extended),
        ("awk", RegexType::Extended),
        ("posix-basic", RegexType::Basic),
        ("posix-egrep", RegexType::Extended),
        ("egrep", RegexType::Extended),
        ("posix-extended", RegexType::Extended),
        ("posix-minimal-basic", RegexType::Basic),
        ("sed", RegexType::Basic),
    ];

    /// The type called `name`.
    pub fn named(name: &[u8]) -> Option<RegexType> {
        RegexType::NAMES.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, kind)| *kind)
    }
}

/// Compiles a pattern; the error is the C library's text.
pub fn compile(pattern: &[u8], kind: RegexType, ignore_case: bool, locale: Locale) -> Result<Regex, Vec<u8>> {
    let (pattern, syntax) = match kind {
        RegexType::Emacs => (emacs_to_extended(pattern), Syntax::Extended),
        RegexType::Basic => (pattern.to_vec(), Syntax::Basic),
        RegexType::Extended => (pattern.to_vec(), Syntax::Extended),
    };
    let options = Options { syntax, ignore_case, locale, ..Options::default() };
    Regex::new(&pattern, &options).map_err(|error| {
        let text = error.to_string();
        match text.starts_with("Unmatched [") && (pattern.ends_with(b"[") || pattern.ends_with(b"[^")) {
            true => b"Invalid regular expression".to_vec(),
            false => text.into_bytes(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emacs_expressions_have_their_own_operators() {
        for (pattern, text, matches) in [
            (r".*\(f\|g.txt\)", "./d/g.txt", true),
            (r".*/s1k1?", "./s1k", true),
            (r".*/s1k1+", "./s1k11", true),
            (r".*/s\{1\}.*", "./s1", false),
            (r"a(b)", "a(b)", true),
            (r"[(|]+", "(|", true),
            (r"[[:alpha:]|]+", "ab|", true),
        ] {
            let regex = compile(pattern.as_bytes(), RegexType::Emacs, false, Locale::Utf8).expect(pattern);
            let found = regex.find_at(text.as_bytes(), 0).expect("no limit is reached");
            assert_eq!(found == Some(0..text.len()), matches, "{pattern}");
        }
    }
}
