//! From text to commands.
//!
//! A recursive descent over bytes, a file for each part of the grammar. Functions move [`Cursor`] over what they
//! understand; tokens are looked at where they stand and never stored, so going back is setting a position.
//!
//! What stands on the way down from a command to the commands inside it is `inline(never)`: a function that took in
//! all it calls would need their stack at every level of nesting.

mod alias;
mod assignment;
mod case;
mod command;
mod compound;
mod condition;
mod cursor;
mod document;
mod failure;
mod function;
mod list;
mod looping;
mod redirection;
mod simple;
mod substitution;
mod token;

use std::rc::Rc;

use bytes::{Bytes, BytesMut};

pub(crate) use cursor::Cursor;
pub(crate) use failure::{Failed, Parse};
use token::{Operator, Reserved, Token};
pub(crate) use token::{is_meta, is_reserved};

use crate::ast::{CompleteCommand, Warning};
use crate::{ErrorPlace, SyntaxError};
use document::Pending;

/// Finds the text that an alias stands for.
pub type Aliases = Rc<dyn Fn(&[u8]) -> Option<Bytes>>;

/// How to read a text. May be changed between two commands: what one of them sets holds for the next line.
#[derive(Clone)]
pub struct ParserOptions {
    /// `shopt -s extglob`: `@(a|b)` and its like are patterns.
    pub extglob: bool,
    /// `set -o posix`.
    pub posix: bool,
    /// The aliases to replace, when that is on.
    pub aliases: Option<Aliases>,
    /// The line that the text starts on.
    pub line: u32,
    /// How deep commands, substitutions and quotes may nest.
    pub depth: u32,
}

impl Default for ParserOptions {
    fn default() -> Self {
        ParserOptions { extglob: false, posix: false, aliases: None, line: 1, depth: 1000 }
    }
}

/// Reads a text command by command.
pub struct Parser {
    pub(crate) cursor: Cursor,
    /// How much of the text's end is not the caller's.
    added: usize,
    pub(crate) options: ParserOptions,
    /// How deep the construct at the cursor is nested.
    depth: u32,
    /// Here-documents whose text begins behind the next newline.
    pending: Vec<Pending>,
    /// The line that expansions of the here-document around the cursor start on.
    pub(crate) document_line: Option<u32>,
    warnings: Vec<Warning>,
    /// Aliases whose text the cursor is in.
    expanding: Vec<alias::Expanding>,
    /// What [`Failed`] stands for.
    failure: Option<SyntaxError>,
    /// The closing of the command substitution around the cursor also ends a here-document.
    in_substitution: bool,
    /// Where `((` and `$((` were found to open two parentheses, so that nothing is tried twice.
    pub(crate) not_arithmetic: Vec<u32>,
    /// Where `${...}` that means nothing starts and ends, for the same reason.
    pub(crate) bad_substitutions: Vec<(u32, u32)>,
}

impl Parser {
    /// A parser of `text`. A newline that its last line lacks is added, as in bash.
    pub fn new(text: Bytes, options: ParserOptions) -> Self {
        let length = text.len();
        let text = ended_by_newline(text);
        let added = text.len() - length;
        Parser { added, ..Parser::of(text, options) }
    }

    /// A parser of `text` as it is.
    pub(crate) fn of(text: Bytes, options: ParserOptions) -> Self {
        Parser {
            cursor: Cursor::new(text, options.line),
            added: 0,
            options,
            depth: 0,
            pending: Vec::new(),
            document_line: None,
            warnings: Vec::new(),
            expanding: Vec::new(),
            failure: None,
            in_substitution: false,
            not_arithmetic: Vec::new(),
            bad_substitutions: Vec::new(),
        }
    }

    /// What holds for the commands that are not read yet.
    pub fn options_mut(&mut self) -> &mut ParserOptions {
        &mut self.options
    }

    /// The text that is not read yet.
    pub fn rest(&self) -> Bytes {
        self.cursor.slice(self.cursor.position, self.cursor.text.len() - self.added)
    }

    /// The next complete command: the lines up to the newline that ends a list, with the here-documents behind it.
    /// None at the end of the text.
    ///
    /// After an error nothing more can be read, but for one in an array literal.
    #[expect(clippy::should_implement_trait, reason = "a command may fail, and options change between two")]
    pub fn next(&mut self) -> Result<Option<CompleteCommand>, SyntaxError> {
        self.complete_command().map_err(|failed| {
            let error = self.take_failure(failed);
            self.depth = 0;
            self.pending.clear();
            self.document_line = None;
            self.in_substitution = false;
            match error.place {
                ErrorPlace::Array if !error.incomplete => self.cursor.skip_until(|byte| byte == b'\n'),
                _ => self.cursor.position = self.cursor.text.len(),
            }
            error
        })
    }

    fn complete_command(&mut self) -> Parse<Option<CompleteCommand>> {
        self.not_arithmetic.clear();
        self.bad_substitutions.clear();
        loop {
            match self.token() {
                Token::End => return Ok(None),
                Token::Newline => self.take_newline()?,
                _ => break,
            }
        }
        let start = self.cursor.position;
        let list = self.line()?;
        match self.token() {
            Token::Newline => self.take_newline()?,
            Token::End => self.read_documents()?,
            _ => return Err(self.unexpected_token()),
        }
        let span = self.cursor.span_from(start);
        Ok(Some(CompleteCommand { list, warnings: std::mem::take(&mut self.warnings), span }))
    }

    /// Moves over a newline and the here-documents behind it.
    pub(crate) fn take_newline(&mut self) -> Parse<()> {
        self.cursor.advance();
        match self.pending.is_empty() {
            true => Ok(()),
            false => self.read_documents(),
        }
    }

    /// Moves over newlines, blanks and comments.
    pub(crate) fn skip_newlines(&mut self) -> Parse<()> {
        while self.token() == Token::Newline {
            self.take_newline()?;
        }
        Ok(())
    }

    /// Whether nothing but blanks is left.
    pub(crate) fn at_end(&mut self) -> bool {
        self.token() == Token::End
    }

    /// Goes one level deeper, unless that is too deep.
    pub(crate) fn enter(&mut self) -> Parse<()> {
        if self.depth >= self.options.depth {
            return Err(self.too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// Comes back from a level.
    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Runs a part of the grammar one level deeper.
    pub(crate) fn nested<T>(&mut self, part: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        self.enter()?;
        let result = part(self);
        self.leave();
        result
    }
}

/// The text with a newline at its end. A backslash there quotes nothing, so it is quoted itself.
fn ended_by_newline(text: Bytes) -> Bytes {
    if matches!(text.last(), None | Some(b'\n')) {
        return text;
    }
    let backslashes = text.iter().rev().take_while(|&&byte| byte == b'\\').count();
    let ending: &[u8] = if backslashes % 2 == 1 { b"\\\n" } else { b"\n" };
    let mut longer = BytesMut::with_capacity(text.len() + ending.len());
    longer.extend_from_slice(&text);
    longer.extend_from_slice(ending);
    longer.freeze()
}
