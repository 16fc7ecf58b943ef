//! Parameter expansions.

use bytes::Bytes;

use super::{Arithmetic, Span, Word};

/// `$name` or `${...}`.
#[derive(Clone, Debug, Eq)]
pub struct Parameter {
    /// The parameter.
    pub name: ParameterName,
    /// `[...]` behind the name.
    pub subscript: Option<Subscript>,
    /// `${!name...}`: the value of the parameter is the name of the parameter that is meant (or of the one a
    /// nameref refers to). The lists of names and of keys are operations instead.
    pub indirect: bool,
    /// What is done with the value.
    pub operation: Operation,
    /// Written with braces.
    pub braced: bool,
    /// As written from `$` on, for messages such as `${x@Z}: bad substitution`.
    pub text: Bytes,
    /// Where it stood.
    pub span: Span,
}

/// Compares by what was understood, not by its text.
impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.subscript == other.subscript
            && self.indirect == other.indirect
            && self.operation == other.operation
            && self.braced == other.braced
    }
}

/// What a parameter expansion names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterName {
    /// A variable.
    Variable(Bytes),
    /// `$1`, `${12}`.
    Positional(usize),
    /// `$@` and its like.
    Special(SpecialParameter),
}

/// The special parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialParameter {
    /// `$@`
    At,
    /// `$*`
    Star,
    /// `$#`
    Count,
    /// `$?`
    Status,
    /// `$-`
    Flags,
    /// `$$`
    Process,
    /// `$!`
    LastBackground,
    /// `$0`
    Zero,
}

impl SpecialParameter {
    /// The character that names it.
    pub fn byte(self) -> u8 {
        match self {
            SpecialParameter::At => b'@',
            SpecialParameter::Star => b'*',
            SpecialParameter::Count => b'#',
            SpecialParameter::Status => b'?',
            SpecialParameter::Flags => b'-',
            SpecialParameter::Process => b'$',
            SpecialParameter::LastBackground => b'!',
            SpecialParameter::Zero => b'0',
        }
    }
}

/// What stands between `[` and `]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subscript {
    /// `@`: all elements, each a word of its own inside double quotes.
    At,
    /// `*`: all elements, joined inside double quotes.
    Star,
    /// An arithmetic expression, or for an associative array a key.
    Index(Box<Index>),
}

impl Subscript {
    /// Whether nothing stands between the brackets, not even quotes.
    pub fn is_empty(&self) -> bool {
        matches!(self, Subscript::Index(index) if index.key.parts().is_empty())
    }
}

/// A subscript that names one element. Which of the two readings holds is known when it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The key of an associative array, quotes as written: expand it without splitting.
    pub key: Word,
    /// The number of an element of an indexed array.
    pub number: Arithmetic,
}

/// What an expansion does with the value of its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Nothing.
    Value,
    /// `${#x}`: its length in characters, or the number of elements.
    Length,
    /// `${x-word}` and its like.
    Default {
        /// What the word is for.
        action: DefaultAction,
        /// With `:`: an empty value counts as unset.
        colon: bool,
        /// The word.
        word: Word,
    },
    /// `${x#pattern}`, `${x##pattern}`.
    RemovePrefix {
        /// The longest match instead of the shortest.
        longest: bool,
        /// The pattern.
        pattern: Word,
    },
    /// `${x%pattern}`, `${x%%pattern}`.
    RemoveSuffix {
        /// The longest match instead of the shortest.
        longest: bool,
        /// The pattern.
        pattern: Word,
    },
    /// `${x/pattern/replacement}`.
    Replace {
        /// Which matches.
        anchor: Anchor,
        /// The pattern.
        pattern: Word,
        /// None when the second `/` is missing: matches are removed.
        replacement: Option<Box<Word>>,
    },
    /// `${x^pattern}`, `${x,,pattern}` and their like.
    Case {
        /// To what.
        change: CaseChange,
        /// Every character that matches instead of the first one.
        all: bool,
        /// None: any character.
        pattern: Option<Word>,
    },
    /// `${x:offset:length}`.
    Slice {
        /// From the end when negative.
        offset: Arithmetic,
        /// None: to the end.
        length: Option<Box<Arithmetic>>,
    },
    /// `${x@Q}`: the letter, one of `aAEKkLPQuU`.
    Transform(u8),
    /// `${!prefix*}` and `${!prefix@}`: the names of variables; `Variable` holds the prefix.
    Names {
        /// `@`: inside double quotes each is a word of its own.
        separate: bool,
    },
    /// `${!name[*]}` and `${!name[@]}`: the keys of an array; the subscript tells which form.
    Keys,
}

/// `- = ? +`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultAction {
    /// `-`: the word instead of an unset value.
    Use,
    /// `=`: the same, and it is assigned.
    Assign,
    /// `?`: the word is the message of an error.
    Fail,
    /// `+`: the word instead of a set value.
    Alternative,
}

/// Which matches `${x/pattern/replacement}` replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// `/`: the first.
    First,
    /// `//`: every.
    Every,
    /// `/#`: one at the start.
    Start,
    /// `/%`: one at the end.
    End,
}

/// `^ , ~`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseChange {
    /// `^`
    Upper,
    /// `,`
    Lower,
    /// `~`: the other case.
    Toggle,
}
