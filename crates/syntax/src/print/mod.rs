//! Commands as text, in the layout in which bash prints them.
//!
//! What is printed reads back as the same tree. Where bash itself prints something that does not (`if cat <<X; then`
//! loses its here-document, `coproc cmd` becomes `coproc COPROC cmd`), it is printed so that it does.

mod command;
mod condition;
mod list;
mod redirection;
mod word;

use bytes::Bytes;

use crate::ast::{AndOr, Assignment, Command, List, Part, Pipeline, Word};

/// A function as `declare -f` prints it, without the newline behind it. It defines the function when it is run.
pub fn print_function(name: &[u8], body: &Command) -> Vec<u8> {
    print(|printer| {
        printer.push(name);
        printer.function_body(body);
    })
}

/// A command as `jobs` and `BASH_COMMAND` show it.
pub fn print_command(command: &Command) -> Vec<u8> {
    print(|printer| printer.command(command))
}

/// A pipeline, with `!` and `time` in front.
pub fn print_pipeline(pipeline: &Pipeline) -> Vec<u8> {
    print(|printer| printer.pipeline(pipeline))
}

/// Pipelines joined by `&&` and `||`.
pub fn print_and_or(and_or: &AndOr) -> Vec<u8> {
    print(|printer| printer.and_or(and_or))
}

/// A list, on one line where that can be.
pub fn print_list(list: &List) -> Vec<u8> {
    print(|printer| printer.list(list))
}

/// A word, quotes and expansions as written.
pub fn print_word(word: &Word) -> Vec<u8> {
    print(|printer| printer.word(word))
}

/// Parts of a word, as they stand in double quotes if `quoted`.
pub fn print_parts(parts: &[Part], quoted: bool) -> Vec<u8> {
    print(|printer| printer.parts_of(parts, quoted))
}

/// An assignment.
pub fn print_assignment(assignment: &Assignment) -> Vec<u8> {
    print(|printer| printer.assignment(assignment))
}

fn print(what: impl FnOnce(&mut Printer)) -> Vec<u8> {
    let mut printer = Printer::default();
    what(&mut printer);
    printer.documents();
    printer.out
}

/// A here-document whose text is still to be printed.
struct Document {
    delimiter: Bytes,
    body: Option<Word>,
    quoted: bool,
}

#[derive(Default)]
struct Printer {
    out: Vec<u8>,
    /// How many blanks a line starts with.
    indent: usize,
    /// Inside a function, a list takes a line for each command.
    in_function: bool,
    pending: Vec<Document>,
    /// A here-document was printed and no separator since: the next one needs no `;`.
    after_document: bool,
}

/// How far what is inside of something is indented.
const STEP: usize = 4;

impl Printer {
    fn push(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// Starts a line.
    fn newline(&mut self) {
        self.out.push(b'\n');
        self.out.resize(self.out.len() + self.indent, b' ');
    }

    /// Ends a command, unless it is ended already: by a newline, or by an `&` that is not the end of a word.
    fn semicolon(&mut self) {
        if !self.out.ends_with(b"\n") && !self.out.ends_with(b" &") {
            self.out.push(b';');
        }
    }

    /// Prints something further to the right.
    fn indented(&mut self, what: impl FnOnce(&mut Self)) {
        self.indent += STEP;
        what(self);
        self.indent -= STEP;
    }

    /// Prints the text of the here-documents that wait for it, on lines of their own: whether there were any.
    fn documents(&mut self) -> bool {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return false;
        }
        self.out.push(b'\n');
        for document in pending {
            if let Some(body) = &document.body {
                self.document_text(body, document.quoted);
            }
            if !matches!(self.out.last(), Some(b'\n')) {
                self.out.push(b'\n');
            }
            self.push(&document.delimiter);
            self.out.push(b'\n');
        }
        self.after_document = true;
        true
    }
}

/// `text` in single quotes, so that it means itself whatever it holds.
pub fn single_quoted(text: &[u8]) -> Vec<u8> {
    if text == b"'" {
        return b"\\'".to_vec();
    }
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'\'');
    for &byte in text {
        match byte {
            b'\'' => out.extend_from_slice(b"'\\''"),
            _ => out.push(byte),
        }
    }
    out.push(b'\'');
    out
}
