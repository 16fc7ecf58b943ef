//! Why a script cannot be used.

use bytes::Bytes;
use mirage_pattern::Error;
use mirage_shell::command::Status;

/// Where a part of the script comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// `-e`, or the first operand; counted from 1.
    Expression(usize),
    /// `-f`.
    File(Bytes),
}

/// A status and a message, ready but for the command's name.
#[derive(Debug)]
pub struct ParseError(pub Status, pub Vec<u8>);

/// What is wrong, in GNU's words.
#[derive(Debug)]
pub enum Problem {
    Text(&'static str),
    Owned(Vec<u8>),
    Pattern(Error),
}

impl From<&'static str> for Problem {
    fn from(text: &'static str) -> Self {
        Problem::Text(text)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem::Pattern(error)
    }
}

impl Problem {
    /// The message for a problem in `source`: after `characters` of an expression, or in `line` of a file.
    pub fn at(self, source: &Source, characters: usize, line: usize) -> ParseError {
        let place = match source {
            Source::Expression(number) => {
                format!("-e expression #{number}, char {characters}: ").into_bytes()
            }
            Source::File(name) => [b"file ", &name[..], format!(" line {line}: ").as_bytes()].concat(),
        };
        let what = match self {
            Problem::Text(text) => text.as_bytes().to_vec(),
            Problem::Owned(text) => text,
            Problem::Pattern(error) => error.to_string().into_bytes(),
        };
        ParseError(1, [place, what].concat())
    }
}
