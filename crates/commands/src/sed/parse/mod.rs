//! From script texts to a program.

mod address;
mod command;
mod delimited;
mod error;
mod escapes;
mod replacement;
mod script;
mod text;

use bytes::Bytes;
use mirage_pattern::Locale;

use super::program::{Action, Program};
use error::Problem;
pub use error::{ParseError, Source};
use script::Script;

/// How a script is read.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// `-E`: extended expressions.
    pub extended: bool,
    /// `--posix`: none of GNU's own forms.
    pub posix: bool,
    /// `--sandbox`: no command that runs, reads or writes.
    pub sandbox: bool,
    /// What a character is.
    pub locale: Locale,
    /// What ends a line.
    pub separator: u8,
}

/// A block or jump whose other end was not seen yet.
struct Open {
    command: usize,
    source: Source,
    line: usize,
}

/// Joins the parts of a script, in order, to one program.
pub struct Parser {
    dialect: Dialect,
    program: Program,
    blocks: Vec<Open>,
    labels: Vec<(Bytes, usize)>,
    jumps: Vec<(usize, Bytes)>,
    /// The text of an `a`, `i` or `c` whose last line said that the next part goes on with it.
    unfinished: Option<Vec<u8>>,
}

impl Parser {
    /// A parser without a script yet.
    pub fn new(dialect: Dialect) -> Self {
        Parser {
            dialect,
            program: Program::default(),
            blocks: Vec::new(),
            labels: Vec::new(),
            jumps: Vec::new(),
            unfinished: None,
        }
    }

    /// Adds a part of the script.
    pub fn add(&mut self, text: &[u8], source: Source) -> Result<(), ParseError> {
        let first = self.program.commands.is_empty() && self.unfinished.is_none();
        if first && (text == b"#n" || text.starts_with(b"#n\n")) && !matches!(source, Source::Expression(2..))
        {
            self.program.quiet = true;
        }
        let mut script = Script::new(text);
        match self.commands(&mut script, &source) {
            Ok(()) => Ok(()),
            Err(problem) => Err(problem.at(&source, script.position(), script.line())),
        }
    }

    /// The whole program.
    pub fn finish(mut self) -> Result<Program, ParseError> {
        if let Some(open) = self.blocks.pop() {
            return Err(Problem::from("unmatched `{'").at(&open.source, 0, open.line));
        }
        if let Some(text) = self.unfinished.take() {
            self.end_text(text);
        }
        for (command, label) in std::mem::take(&mut self.jumps) {
            let Some((_, target)) = self.labels.iter().find(|(name, _)| *name == label) else {
                return Err(ParseError(4, [b"can't find label for jump to `", &label[..], b"'"].concat()));
            };
            if let Some(command) = self.program.commands.get_mut(command) {
                match &mut command.action {
                    Action::Branch(to) | Action::BranchIfReplaced(to) | Action::BranchUnlessReplaced(to) => {
                        *to = *target
                    }
                    _ => {}
                }
            }
        }
        Ok(self.program)
    }
}
