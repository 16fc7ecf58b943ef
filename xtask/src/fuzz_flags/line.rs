//! A line of a batch, what it runs on, and how it becomes a case.

use std::fmt::Write;

use mirage_testkit::cases::{Case, Content, Files};

use super::sides::Outcome;

/// A word of a line, quoted for the shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// With its value; may be left out.
    Flag(String),
    /// May be left out.
    Operand(String),
    /// Without it the line means something else.
    Fixed(String),
}

impl Word {
    fn text(&self) -> &str {
        match self {
            Word::Flag(text) | Word::Operand(text) | Word::Fixed(text) => text,
        }
    }
}

/// Which file of [`files`] is standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdin {
    Empty,
    Lines,
    Words,
    Numbers,
    Nuls,
    Unfinished,
}

impl Stdin {
    pub const ALL: &[Stdin] =
        &[Stdin::Empty, Stdin::Lines, Stdin::Words, Stdin::Numbers, Stdin::Nuls, Stdin::Unfinished];

    fn file(self) -> &'static str {
        match self {
            Stdin::Empty => "e",
            Stdin::Lines => "a",
            Stdin::Words => "w",
            Stdin::Numbers => "n",
            Stdin::Nuls => "z",
            Stdin::Unfinished => "b",
        }
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What stands before the command: `LC_ALL=C `.
    pub prefix: String,
    /// What stands between that and the command: `env `.
    pub through: &'static str,
    pub command: &'static str,
    pub words: Vec<Word>,
    /// What follows: `| sort`.
    pub then: &'static str,
    pub stdin: Stdin,
}

impl Line {
    /// The line as it is typed.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(Word::text).collect();
        let call = format!("{}{}{} {}", self.prefix, self.through, self.command, words.join(" "));
        format!("{} {}", call.trim_end(), self.then).trim_end().to_owned()
    }

    /// The same line with one word less, or a plainer environment.
    pub fn shorter(&self) -> impl Iterator<Item = Line> + '_ {
        let without =
            (0..self.words.len()).filter(|at| !matches!(self.words[*at], Word::Fixed(_))).map(|at| {
                let mut words = self.words.clone();
                words.remove(at);
                Line { words, ..self.clone() }
            });
        let plain = (!self.prefix.is_empty()).then(|| Line { prefix: String::new(), ..self.clone() });
        let empty = (self.stdin != Stdin::Empty).then(|| Line { stdin: Stdin::Empty, ..self.clone() });
        without.chain(plain).chain(empty)
    }

    /// What two lines have in common that differ in the same way: the command and its flags without their values.
    pub fn kind(&self) -> String {
        let flags = self.words.iter().filter_map(|word| match word {
            Word::Flag(text) if text.starts_with("--") => text.split('=').next(),
            Word::Flag(text) => text.get(..2),
            _ => None,
        });
        let mut flags: Vec<&str> = flags.collect();
        flags.sort_unstable();
        format!("{} {}", self.command, flags.join(" "))
    }

    /// The line as a case to record, with what either side did as comments.
    pub fn as_case(&self, theirs: &Outcome, ours: &Outcome) -> String {
        let text = self.text();
        let mut case = format!("- name: {text:?}\n  files: {{");
        for (name, content) in files() {
            let used = text.split([' ', '=']).any(|word| {
                word.trim_matches('\'').trim_end_matches('/') == name.split('/').next().unwrap_or_default()
            });
            if let (Content::File(bytes), true) = (&content, used || self.stdin.file() == name) {
                let _ = write!(case, "{name:?}: {}, ", yaml(bytes));
            }
        }
        let _ = write!(case, "}}\n  script: |\n    {text} < {}\n", self.stdin.file());
        for (side, outcome) in [("theirs", theirs), ("ours", ours)] {
            for line in outcome.shown().lines() {
                let _ = writeln!(case, "# {side}: {line}");
            }
        }
        case
    }
}

/// Bytes as a scalar of YAML.
fn yaml(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => format!("{text:?}"),
        Ok(text) => format!("{text:?}").replace("\\u{0}", "\\0").replace("\\0", "\\u0000"),
        Err(_) => format!("bytes {:?}", bytes.escape_ascii().to_string()),
    }
}

const SUMS: &[u8] = include_bytes!("sums.txt");

/// What stands in the working directory of every line.
pub fn files() -> Files {
    let file = |text: &[u8]| Content::File(text.to_vec());
    Files::from([
        ("a".into(), file(b"one\ntwo\nthree\ntwo\n")),
        ("b".into(), file(b"four\nthree\ntwo")),
        ("c".into(), file(b"a,b,c\nd,e,f\n,,\nlast\n")),
        ("d/f".into(), file(b"two\n")),
        ("d/g".into(), file(b"deep\n")),
        ("d/.h".into(), file(b"hidden two\n")),
        ("e".into(), file(b"")),
        ("i".into(), file(b"a\xffb\n\xc3\ntwo\xfe\n")),
        ("l".into(), Content::Link("a".into())),
        ("m".into(), file(SUMS)),
        ("n".into(), file(b"10\n9\n-3\n2.5\n1e3\nabc\n 7\n10\n\n0x1F\n1K\n2M\n")),
        ("s".into(), file(b"apple 1\nbanana 2\ncherry 3\n")),
        ("t".into(), file(b"k1\tv1\tz\nk2\tv2\nk1\tv3\n")),
        ("u".into(), file("é\nÉ\nzürich two\n日本\na\tb\n".as_bytes())),
        ("w".into(), file(b"  lead\ntrail  \n\n\n\nmany   blanks\tand\ttabs\nCASE case Case\n")),
        ("x".into(), file(b"apple red\nbanana yellow\ndate brown\n")),
        ("z".into(), file(b"b\0a\0two\nc\0")),
    ])
}

/// A case that runs every line in a directory of its own: output in `N.out`, messages in `N.err`, status in `N.status`.
pub fn batch(lines: &[Line]) -> Case {
    let mut all = Files::new();
    let mut script = String::new();
    for (at, line) in lines.iter().enumerate() {
        all.extend(files().into_iter().map(|(path, content)| (format!("{at}/{path}"), content)));
        let _ = writeln!(
            script,
            "(cd {at} && {{ {}\n}}) <{at}/{} >{at}.out 2>{at}.err; echo $? >{at}.status",
            line.text(),
            line.stdin.file(),
        );
    }
    Case {
        name: "batch".into(),
        files: all,
        stdin: Vec::new(),
        script: script.into_bytes(),
        answer: None,
        reason: None,
        known_failure: None,
    }
}
