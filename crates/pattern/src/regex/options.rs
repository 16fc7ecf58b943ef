//! How a pattern is read and what its anchors mean.

use crate::locale::Locale;

/// The language of a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Basic regular expressions: `grep`, `sed`.
    #[default]
    Basic,
    /// Extended regular expressions: `grep -E`, `sed -E`, `[[ =~ ]]`, `awk`.
    Extended,
    /// The pattern is the text: `grep -F`.
    Fixed,
    /// Perl's expressions: `grep -P`.
    Perl,
}

/// Whose reading of the cases that POSIX leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// The C library's `regcomp`: `[[ =~ ]]`, `expr`, `find -regex`.
    #[default]
    Posix,
    /// `grep`: what is no interval is literal, an operator with nothing before it repeats nothing.
    Grep,
    /// `sed`: `\n`, `\t`, `\xHH` and the like name characters, also inside brackets.
    Sed,
}

/// The options of a pattern. The default is a basic expression as `regcomp` reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The language.
    pub syntax: Syntax,
    /// Whose reading.
    pub dialect: Dialect,
    /// Know the operators that POSIX does not: `\w`, `\<`, `\b` and the like, and `\|`, `\+`, `\?` in a basic expression.
    pub gnu_operators: bool,
    /// Letters match whatever their case.
    pub ignore_case: bool,
    /// `^` and `$` match at every line of the haystack, as `sed`'s flag `M` has it.
    pub multi_line: bool,
    /// `.` and complements match a newline: `sed`, `[[ =~ ]]`. Off for `grep`, which never looks across lines.
    pub dot_newline: bool,
    /// Only matches that are whole words count (`grep -w`).
    pub word: bool,
    /// Only matches that are whole lines count (`grep -x`).
    pub line: bool,
    /// What a character is.
    pub locale: Locale,
    /// What ends a line where lines matter: a newline, or a zero byte for `-z`.
    pub terminator: u8,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            syntax: Syntax::Basic,
            dialect: Dialect::Posix,
            gnu_operators: true,
            ignore_case: false,
            multi_line: false,
            dot_newline: true,
            word: false,
            line: false,
            locale: Locale::Utf8,
            terminator: b'\n',
        }
    }
}

impl Options {
    /// The reading of `grep`: line by line.
    pub fn grep(syntax: Syntax) -> Self {
        Options { syntax, dialect: Dialect::Grep, dot_newline: false, ..Options::default() }
    }

    /// The reading of `sed`.
    pub fn sed(syntax: Syntax) -> Self {
        Options { syntax, dialect: Dialect::Sed, ..Options::default() }
    }

    /// The reading of `[[ =~ ]]`.
    pub fn shell() -> Self {
        Options { syntax: Syntax::Extended, ..Options::default() }
    }
}
