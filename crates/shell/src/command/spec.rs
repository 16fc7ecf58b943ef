//! A command's declaration.

/// Everything that is known of a command without running it.
#[derive(Debug)]
pub struct Spec {
    /// The name it is called by.
    pub name: &'static str,
    /// One line: what it does.
    pub summary: &'static str,
    /// Synopses after the name, one a line: `[OPTION]... [FILE]...`.
    pub usage: &'static [&'static str],
    /// The options it takes.
    pub flags: &'static [Flag],
    /// How its arguments are told apart.
    pub parsing: Parsing,
    /// Turns obsolete forms into today's before parsing, such as `-5` of `head` into `-n5`.
    pub rewrite: Option<fn(Vec<bytes::Bytes>) -> Vec<bytes::Bytes>>,
    /// What stands behind the message of a wrong call; `{}` is the name the command was called by.
    pub advice: &'static str,
    /// The status of a wrong call: 1 for most, 2 for `ls`, `sort`, `grep`.
    pub usage_status: u8,
    /// The status when writing the output fails.
    pub failure_status: u8,
    /// Lines that work, with what they print; they run as tests and stand in the help.
    pub examples: &'static [Example],
    /// What else a reader should know, in sentences.
    pub notes: &'static str,
}

impl Spec {
    /// What most commands share, for struct update: permuting options, statuses of 1.
    pub const DEFAULT: Spec = Spec {
        name: "",
        summary: "",
        usage: &["[OPTION]... [FILE]..."],
        flags: &[],
        parsing: Parsing::Permute,
        rewrite: None,
        advice: "Try '{} --help' for more information.\n",
        usage_status: 1,
        failure_status: 1,
        examples: &[],
        notes: "",
    };
}

/// How a command's arguments are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsing {
    /// Options and operands in any order, until `--`: GNU's way.
    Permute,
    /// Options end at the first operand: commands that run another command.
    Leading,
    /// A grammar of the command's own (`find`, `test`, `expr`): all arguments are operands, `--help` and `--version`
    /// alone are still understood.
    Own,
}

/// Whether an option takes a value; the name stands in the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// None.
    None,
    /// One is needed: `-n N`, `-nN`, `--lines=N`, `--lines N`.
    Required(&'static str),
    /// One may be attached: `-iSUFFIX`, `--color=WHEN`.
    Optional(&'static str),
}

/// One option. A constant per option, listed in [`Spec::flags`], is also the key to ask [`Arguments`] for it.
///
/// [`Arguments`]: super::Arguments
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The letter after `-`, if it has one.
    pub short: Option<char>,
    /// The word after `--`, if it has one.
    pub long: Option<&'static str>,
    /// Whether it takes a value.
    pub value: Value,
    /// What it does, in a few words. Empty for a synonym that the help leaves out.
    pub help: &'static str,
}

impl Flag {
    /// `-s, --long`
    pub const fn new(short: char, long: &'static str, help: &'static str) -> Flag {
        Flag { short: Some(short), long: Some(long), value: Value::None, help }
    }

    /// `-s`
    pub const fn short(short: char, help: &'static str) -> Flag {
        Flag { short: Some(short), long: None, value: Value::None, help }
    }

    /// `--long`
    pub const fn long(long: &'static str, help: &'static str) -> Flag {
        Flag { short: None, long: Some(long), value: Value::None, help }
    }

    /// How it is written: `-n, --lines=N`.
    pub fn spelling(&self) -> String {
        let value = match (self.value, self.long) {
            (Value::None, _) => String::new(),
            (Value::Required(name), Some(_)) => format!("={name}"),
            (Value::Required(name), None) => format!(" {name}"),
            (Value::Optional(name), Some(_)) => format!("[={name}]"),
            (Value::Optional(name), None) => format!("[{name}]"),
        };
        match (self.short, self.long) {
            (Some(short), Some(long)) => format!("-{short}, --{long}{value}"),
            (Some(short), None) => format!("-{short}{value}"),
            (None, Some(long)) => format!("--{long}{value}"),
            (None, None) => String::new(),
        }
    }

    /// The same option with a value it needs, called `name` in the help.
    pub const fn value(self, name: &'static str) -> Flag {
        Flag { value: Value::Required(name), ..self }
    }

    /// The same option with a value that may be attached.
    pub const fn optional(self, name: &'static str) -> Flag {
        Flag { value: Value::Optional(name), ..self }
    }
}

/// A line that works, and what it prints.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// The line; it makes its own input.
    pub line: &'static str,
    /// Its standard output.
    pub output: &'static str,
}
