//! What `uniq` is asked for, and when two lines are the same.

use mirage_pattern::Locale;
use mirage_shell::command::{Arguments, Flag};

use crate::support::{Choices, Wrong, choose, quote};

const COUNT: Flag = Flag::new('c', "count", "put in front of each line how often it came");
const REPEATED: Flag = Flag::new('d', "repeated", "print only repeated lines, once each");
const ALL: Flag = Flag::short('D', "print all repeated lines");
const ALL_REPEATED: Flag =
    Flag::long("all-repeated", "as -D; empty lines between groups: none, prepend, separate")
        .optional("METHOD");
/// Numbers of fields to pass over.
pub const SKIP_FIELDS: Flag = Flag::new('f', "skip-fields", "do not compare the first N fields").value("N");
const GROUP: Flag =
    Flag::long("group", "print all, empty lines between groups: separate, prepend, append, both")
        .optional("METHOD");
const IGNORE_CASE: Flag = Flag::new('i', "ignore-case", "ignore the case of letters");
/// Numbers of characters to pass over.
pub const SKIP_CHARS: Flag = Flag::new('s', "skip-chars", "do not compare the first N characters").value("N");
const UNIQUE: Flag = Flag::new('u', "unique", "print only lines that come once");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with a zero byte");
const CHECK_CHARS: Flag = Flag::new('w', "check-chars", "compare at most N characters").value("N");

/// Every option, in the order of the help.
pub const FLAGS: &[Flag] = &[
    COUNT,
    REPEATED,
    ALL,
    ALL_REPEATED,
    SKIP_FIELDS,
    GROUP,
    IGNORE_CASE,
    SKIP_CHARS,
    UNIQUE,
    ZERO,
    CHECK_CHARS,
];

/// Where empty lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    None,
    Prepend,
    Append,
    Separate,
    Both,
}

/// What `uniq` is asked for.
pub struct Options {
    pub count: bool,
    pub only_repeated: bool,
    pub only_unique: bool,
    pub all_repeated: Option<Grouping>,
    pub group: Option<Grouping>,
    pub separator: u8,
    ignore_case: bool,
    skip_fields: usize,
    skip_chars: usize,
    check_chars: usize,
}

impl Options {
    /// Reads the options.
    pub fn read(arguments: &Arguments, locale: Locale) -> Result<Options, Wrong> {
        const REPEATED_METHODS: &Choices<Grouping> = &[
            (&["none"], Grouping::None),
            (&["prepend"], Grouping::Prepend),
            (&["separate"], Grouping::Separate),
        ];
        const GROUP_METHODS: &Choices<Grouping> = &[
            (&["prepend"], Grouping::Prepend),
            (&["append"], Grouping::Append),
            (&["separate"], Grouping::Separate),
            (&["both"], Grouping::Both),
        ];
        if let Some(extra) = arguments.operands.get(2) {
            return Err(Wrong::Usage([b"extra operand ", &quote(extra, locale)[..]].concat()));
        }
        let pick = |flag: Flag, choices, option, default| match arguments.value(flag) {
            Some(method) => choose(method, choices, option, locale).map(Some).map_err(Wrong::Usage),
            None => Ok(arguments.has(flag).then_some(default)),
        };
        let mut all_repeated = pick(ALL_REPEATED, REPEATED_METHODS, "--all-repeated", Grouping::None)?;
        if arguments.has(ALL) {
            all_repeated.get_or_insert(Grouping::None);
        }
        let group = pick(GROUP, GROUP_METHODS, "--group", Grouping::Separate)?;
        let others = [COUNT, REPEATED, UNIQUE].iter().any(|flag| arguments.has(*flag));
        if group.is_some() && (others || all_repeated.is_some()) {
            return Err(Wrong::Usage(b"--group is mutually exclusive with -c/-d/-D/-u".to_vec()));
        }
        if all_repeated.is_some() && arguments.has(COUNT) {
            return Err(Wrong::Usage(
                b"printing all duplicated lines and repeat counts is meaningless".to_vec(),
            ));
        }
        let number = |flag: Flag, what: &str| match arguments.value(flag) {
            None => Ok(None),
            Some(text) => match std::str::from_utf8(text).ok().map(|text| text.parse::<u64>()) {
                Some(Ok(value)) => Ok(Some(usize::try_from(value).unwrap_or(usize::MAX))),
                // More than can be counted is all there is.
                Some(Err(error)) if *error.kind() == std::num::IntErrorKind::PosOverflow => {
                    Ok(Some(usize::MAX))
                }
                _ => Err(Wrong::Plain([text, &b": "[..], what.as_bytes()].concat())),
            },
        };
        Ok(Options {
            count: arguments.has(COUNT),
            only_repeated: arguments.has(REPEATED),
            only_unique: arguments.has(UNIQUE),
            all_repeated,
            group,
            separator: if arguments.has(ZERO) { 0 } else { b'\n' },
            ignore_case: arguments.has(IGNORE_CASE),
            skip_fields: number(SKIP_FIELDS, "invalid number of fields to skip")?.unwrap_or(0),
            skip_chars: number(SKIP_CHARS, "invalid number of bytes to skip")?.unwrap_or(0),
            check_chars: number(CHECK_CHARS, "invalid number of bytes to compare")?.unwrap_or(usize::MAX),
        })
    }

    /// Whether two lines are the same in what is compared.
    pub fn same(&self, one: &[u8], two: &[u8]) -> bool {
        let (one, two) = (self.compared(one), self.compared(two));
        match self.ignore_case {
            true => one.eq_ignore_ascii_case(two),
            false => one == two,
        }
    }

    fn compared<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
        let mut rest = line;
        for _ in 0..self.skip_fields {
            if rest.is_empty() {
                break;
            }
            let blanks = rest.iter().take_while(|byte| blank(byte)).count();
            let field = rest[blanks..].iter().take_while(|byte| !blank(byte)).count();
            rest = &rest[blanks + field..];
        }
        let rest = &rest[self.skip_chars.min(rest.len())..];
        &rest[..self.check_chars.min(rest.len())]
    }
}
