//! Colors of names: the defaults and `LS_COLORS`.

use std::collections::BTreeMap;

use mirage_pattern::glob::{Glob, Options as GlobOptions};
use mirage_shell::command::{Environment, Locale};
use mirage_vfs::{Entry, Kind, Special};

use crate::support::quote;

/// Terminals that are known to show colors.
const TERMINALS: &[&str] = &[
    "Eterm",
    "ansi",
    "*color*",
    "con[0-9]*x[0-9]*",
    "cons25",
    "console",
    "cygwin",
    "*direct*",
    "dtterm",
    "gnome",
    "hurd",
    "jfbterm",
    "konsole",
    "kterm",
    "linux",
    "linux-c",
    "mlterm",
    "putty",
    "rxvt*",
    "screen*",
    "st",
    "terminator",
    "tmux*",
    "vt100",
    "xterm*",
];

/// The two-letter names of what has a color, with its default.
const DEFAULTS: &[(&str, &str)] = &[
    ("lc", "\x1b["),
    ("rc", "m"),
    ("rs", "0"),
    ("di", "01;34"),
    ("ln", "01;36"),
    ("pi", "33"),
    ("so", "01;35"),
    ("bd", "01;33"),
    ("cd", "01;33"),
    ("ex", "01;32"),
    ("do", "01;35"),
    ("su", "37;41"),
    ("sg", "30;43"),
    ("st", "37;44"),
    ("ow", "34;42"),
    ("tw", "30;42"),
    ("cl", "\x1b[K"),
];

/// Names without a default.
const OTHERS: &[&str] = &["ec", "no", "fi", "mi", "or", "ca", "mh"];

/// Whether the terminal that the environment names shows colors, which decides when `LS_COLORS` does not.
pub fn is_color_terminal(environment: &Environment) -> bool {
    if environment.get(b"COLORTERM").is_some_and(|value| !value.is_empty()) {
        return true;
    }
    let Some(terminal) = environment.get(b"TERM").filter(|value| !value.is_empty()) else { return false };
    let matches = |pattern: &&str| {
        Glob::new(pattern.as_bytes(), GlobOptions::fnmatch()).is_ok_and(|glob| glob.is_match(terminal))
    };
    TERMINALS.iter().any(matches)
}

/// The sequences that color names.
pub struct Colors {
    codes: BTreeMap<&'static str, Vec<u8>>,
    /// Suffixes of file names with their codes, the last one wins.
    suffixes: Vec<(Vec<u8>, Vec<u8>)>,
    /// `ln=target`: links look as what they lead to.
    links_as_target: bool,
    /// Whether the first sequence, which resets, was written.
    started: bool,
}

impl Colors {
    /// The defaults with what `LS_COLORS` changes. A malformed value is told in lines, and then there are no colors.
    pub fn new(environment: &Environment, locale: Locale) -> Result<Self, Vec<Vec<u8>>> {
        let mut colors = Colors {
            codes: DEFAULTS.iter().map(|&(name, code)| (name, code.as_bytes().to_vec())).collect(),
            suffixes: Vec::new(),
            links_as_target: false,
            started: false,
        };
        if let Some(value) = environment.get(b"LS_COLORS").filter(|value| !value.is_empty()) {
            colors.parse(value, locale).map_err(|mut messages| {
                messages.push(b"unparsable value for LS_COLORS environment variable".to_vec());
                messages
            })?;
        }
        colors.links_as_target = colors.code("ln") == b"target";
        Ok(colors)
    }

    fn parse(&mut self, text: &[u8], locale: Locale) -> Result<(), Vec<Vec<u8>>> {
        let mut rest = text;
        while let Some((&first, after)) = rest.split_first() {
            match first {
                b':' => rest = after,
                b'*' => {
                    let (suffix, after) = unescape(after, true).ok_or_else(Vec::new)?;
                    let after = after.strip_prefix(b"=").ok_or_else(Vec::new)?;
                    let (code, after) = unescape(after, false).ok_or_else(Vec::new)?;
                    self.suffixes.push((suffix, code));
                    rest = after;
                }
                _ => {
                    let [one, two, b'=', after @ ..] = rest else { return Err(Vec::new()) };
                    let (code, after) = unescape(after, false).ok_or_else(Vec::new)?;
                    let given = [*one, *two];
                    let mut names = DEFAULTS.iter().map(|(name, _)| *name).chain(OTHERS.iter().copied());
                    let Some(name) = names.find(|name| name.as_bytes() == given) else {
                        return Err(vec![[b"unrecognized prefix: ", &quote(&given, locale)[..]].concat()]);
                    };
                    self.codes.insert(name, code);
                    rest = after;
                }
            }
        }
        Ok(())
    }

    fn code(&self, name: &str) -> &[u8] {
        self.codes.get(name).map_or(b"", |code| code)
    }

    /// Whether this has a color of its own; `0` and `00` are none.
    fn is_colored(&self, name: &str) -> bool {
        !matches!(self.code(name), b"" | b"0" | b"00")
    }

    /// Whether it matters where links lead to.
    pub fn needs_targets(&self, long: bool) -> bool {
        self.links_as_target && self.is_colored("ex")
            || self.is_colored("or")
            || long && self.is_colored("mi")
    }

    /// Starts the color of a name; `target` is what a link leads to, when that is known. True when it must be ended.
    pub fn start(&mut self, output: &mut Vec<u8>, name: &[u8], entry: &Entry, target: Target<'_>) -> bool {
        let code = match self.code_of(name, entry, target) {
            Some(code) => code,
            None => {
                return self.is_colored("no") && {
                    self.begin(output);
                    true
                };
            }
        };
        if self.is_colored("no") {
            self.write(output, b"");
        }
        self.begin(output);
        self.write(output, &code);
        true
    }

    /// Ends what [`start`](Colors::start) started.
    pub fn end(&self, output: &mut Vec<u8>) {
        self.reset(output);
    }

    /// Starts the color of everything that is no name, where there is one.
    pub fn start_normal(&mut self, output: &mut Vec<u8>) {
        if self.is_colored("no") {
            let code = self.code("no").to_vec();
            self.begin(output);
            self.write(output, &code);
        }
    }

    /// The sequence that clears to the end of the line.
    pub fn clear_to_end(&self) -> &[u8] {
        self.code("cl")
    }

    fn begin(&mut self, output: &mut Vec<u8>) {
        if !self.started {
            self.started = true;
            self.reset(output);
        }
    }

    fn reset(&self, output: &mut Vec<u8>) {
        match self.codes.get("ec") {
            Some(code) => output.extend_from_slice(code),
            None => self.write(output, self.code("rs")),
        }
    }

    fn write(&self, output: &mut Vec<u8>, code: &[u8]) {
        [self.code("lc"), code, self.code("rc")].into_iter().for_each(|part| output.extend_from_slice(part));
    }

    fn code_of(&self, name: &[u8], entry: &Entry, target: Target<'_>) -> Option<Vec<u8>> {
        let (mut shown, mut dangling) = (entry, false);
        if entry.is_symlink() {
            match target {
                Target::Entry(target) if self.links_as_target => shown = target,
                Target::Missing => dangling = true,
                _ => {}
            }
        }
        let kind = match target {
            Target::Absent if self.is_colored("mi") => "mi",
            Target::Absent => "or",
            _ if dangling && (self.links_as_target || self.is_colored("or")) => "or",
            _ => self.kind_of(shown, entry.links),
        };
        if kind == "fi"
            && let Some((_, code)) = self.suffixes.iter().rev().find(|(suffix, _)| ends_with(name, suffix))
        {
            return Some(code.clone());
        }
        self.codes.get(kind).cloned()
    }

    fn kind_of(&self, entry: &Entry, links: Option<u64>) -> &'static str {
        let mode = entry.mode.unwrap_or(0);
        match entry.kind {
            Kind::File => match () {
                () if mode & 0o4000 != 0 && self.is_colored("su") => "su",
                () if mode & 0o2000 != 0 && self.is_colored("sg") => "sg",
                () if mode & 0o111 != 0 && self.is_colored("ex") => "ex",
                () if links.is_some_and(|links| links > 1) && self.is_colored("mh") => "mh",
                () => "fi",
            },
            Kind::Directory => match mode & 0o1002 {
                0o1002 if self.is_colored("tw") => "tw",
                0o0002 | 0o1002 if self.is_colored("ow") && mode & 0o002 != 0 => "ow",
                bits if bits & 0o1000 != 0 && self.is_colored("st") => "st",
                _ => "di",
            },
            Kind::Symlink => "ln",
            Kind::Special(Special::Fifo) => "pi",
            Kind::Special(Special::Socket) => "so",
            Kind::Special(Special::BlockDevice) => "bd",
            Kind::Special(Special::CharacterDevice) => "cd",
        }
    }
}

/// What is known of where a link leads to.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Nothing.
    Unknown,
    /// It leads to this.
    Entry(&'a Entry),
    /// It leads nowhere.
    Missing,
    /// The name itself is what a link that leads nowhere names.
    Absent,
}

fn ends_with(name: &[u8], suffix: &[u8]) -> bool {
    name.len() >= suffix.len() && name[name.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

/// The text up to `:` (or `=` in a suffix) with its escapes undone, and the rest.
fn unescape(text: &[u8], suffix: bool) -> Option<(Vec<u8>, &[u8])> {
    let mut plain = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b':' => return Some((plain, &text[at - 1..])),
            b'=' if suffix => return Some((plain, &text[at - 1..])),
            b'\\' => {
                let escaped = *text.get(at)?;
                at += 1;
                plain.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b'e' => 27,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    b'?' => 127,
                    b'_' => b' ',
                    b'0'..=b'7' => number(text, &mut at, escaped - b'0', 8),
                    b'x' | b'X' => number(text, &mut at, 0, 16),
                    other => other,
                });
            }
            b'^' => {
                let control = *text.get(at)?;
                at += 1;
                plain.push(match control {
                    b'@'..=b'~' => control & 0o37,
                    b'?' => 127,
                    _ => return None,
                });
            }
            byte => plain.push(byte),
        }
    }
    Some((plain, b""))
}

fn number(text: &[u8], at: &mut usize, start: u8, base: u32) -> u8 {
    let mut value = start;
    while let Some(digit) = text.get(*at).and_then(|&byte| char::from(byte).to_digit(base)) {
        value = value.wrapping_mul(base as u8).wrapping_add(digit as u8);
        *at += 1;
    }
    value
}
