//! Why a pattern cannot be used.

use std::fmt;

/// The kinds of failure; [`Error`]'s `Display` gives the text the C library gives for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `[[.long-name.]]`: no such collating element.
    InvalidCollation,
    /// `[[:name:]]`: no such class.
    InvalidClass,
    /// A pattern ends in a single backslash.
    TrailingBackslash,
    /// `\2` with fewer groups closed before it.
    InvalidBackReference,
    /// A bracket expression without its end.
    UnmatchedBracket,
    /// The pattern ends with `[` or `[^`: the C library says no more than that it is invalid.
    EmptyBracket,
    /// A group without its end.
    UnmatchedGroup,
    /// The end of a group without its start.
    UnmatchedGroupEnd,
    /// An interval without its end.
    UnmatchedInterval,
    /// An interval that holds anything but `m`, `m,`, `,n` or `m,n` with m <= n.
    InvalidInterval,
    /// `[b-a]`, or a class as an end point.
    InvalidRange,
    /// A repetition of nothing.
    InvalidPreceding,
    /// The compiled form would pass the size limit.
    TooBig,
    /// `[:space:]` where `[[:space:]]` was meant.
    ClassSyntax,
    /// A Perl pattern that does not parse or uses what is not supported; the text is the parser's.
    Perl,
    /// Matching gave up: too many ways to try. Never a quiet "no match".
    BacktrackLimit,
}

/// A pattern that does not compile, or a search that had to be given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    detail: Option<String>,
}

impl Error {
    /// An error with a text of its own, which replaces the kind's.
    pub(crate) fn with_detail(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Error { kind, detail: Some(detail.into()) }
    }

    /// Which failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Error { kind, detail: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(detail) = &self.detail {
            return f.write_str(detail);
        }
        f.write_str(match self.kind {
            ErrorKind::InvalidCollation => "Invalid collation character",
            ErrorKind::InvalidClass => "Invalid character class name",
            ErrorKind::TrailingBackslash => "Trailing backslash",
            ErrorKind::InvalidBackReference => "Invalid back reference",
            ErrorKind::UnmatchedBracket => "Unmatched [, [^, [:, [., or [=",
            ErrorKind::EmptyBracket => "Invalid regular expression",
            ErrorKind::UnmatchedGroup => "Unmatched ( or \\(",
            ErrorKind::UnmatchedGroupEnd => "Unmatched ) or \\)",
            ErrorKind::UnmatchedInterval => "Unmatched \\{",
            ErrorKind::InvalidInterval => "Invalid content of \\{\\}",
            ErrorKind::InvalidRange => "Invalid range end",
            ErrorKind::InvalidPreceding => "Invalid preceding regular expression",
            ErrorKind::TooBig => "Regular expression too big",
            ErrorKind::ClassSyntax => "character class syntax is [[:space:]], not [:space:]",
            ErrorKind::Perl => "invalid Perl expression",
            ErrorKind::BacktrackLimit => "exceeded the backtracking limit",
        })
    }
}

impl std::error::Error for Error {}
