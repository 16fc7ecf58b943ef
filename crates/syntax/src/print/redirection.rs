//! Redirections.

use super::{Document, Printer, single_quoted};
use crate::ast::{Descriptor, DuplicateSource, HereDocument, Redirection, RedirectionKind, Word};

impl Printer {
    pub(super) fn redirection(&mut self, redirection: &Redirection) {
        match &redirection.descriptor {
            Descriptor::Default => {}
            Descriptor::Number(number) => self.push(number.to_string().as_bytes()),
            Descriptor::Variable(name) => {
                self.push(b"{");
                self.push(name);
                self.push(b"}");
            }
        }
        match &redirection.kind {
            RedirectionKind::Read(word) => self.to(b"< ", word),
            RedirectionKind::Write(word) => self.to(b"> ", word),
            RedirectionKind::Append(word) => self.to(b">> ", word),
            RedirectionKind::Clobber(word) => self.to(b">| ", word),
            RedirectionKind::ReadWrite(word) => self.to(b"<> ", word),
            RedirectionKind::WriteBoth(word) => self.to(b"&> ", word),
            RedirectionKind::AppendBoth(word) => self.to(b"&>> ", word),
            RedirectionKind::HereString(word) => self.to(b"<<< ", word),
            RedirectionKind::DuplicateInput(source) => self.duplicate(b"<&", source),
            RedirectionKind::DuplicateOutput(source) => self.duplicate(b">&", source),
            RedirectionKind::HereDocument(document) => self.here_document(document),
        }
    }

    fn to(&mut self, operator: &[u8], word: &Word) {
        self.push(operator);
        self.word(word);
    }

    fn duplicate(&mut self, operator: &[u8], source: &DuplicateSource) {
        self.push(operator);
        match source {
            DuplicateSource::Descriptor(number) => self.push(number.to_string().as_bytes()),
            DuplicateSource::Move(number) => self.push(format!("{number}-").as_bytes()),
            DuplicateSource::Close => self.push(b"-"),
            DuplicateSource::Word(word) => self.word(word),
        }
    }

    fn here_document(&mut self, document: &HereDocument) {
        self.push(if document.strip_tabs { b"<<-" } else { b"<<" });
        // What starts like an operator would become a part of this one.
        if !document.quoted && matches!(document.delimiter.first(), Some(b'<' | b'-')) {
            self.push(b" ");
        }
        match document.quoted {
            true => self.push(&single_quoted(&document.delimiter)),
            false => self.push(&document.delimiter),
        }
        self.pending.push(Document {
            delimiter: document.delimiter.clone(),
            body: document.body().cloned(),
            quoted: document.quoted,
        });
    }
}
