//! Redirections and here-documents.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::{Span, Word};

/// One redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// The descriptor that is redirected.
    pub descriptor: Descriptor,
    /// From or to what.
    pub kind: RedirectionKind,
    /// The operator with its descriptor and its target.
    pub span: Span,
}

/// The descriptor in front of a redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Descriptor {
    /// None written: 0 for the forms with `<`, 1 for those with `>`.
    Default,
    /// `2>`.
    Number(u32),
    /// `{name}>`: the shell chooses one from 10 on and assigns its number; with `>&-` the variable's is closed. May
    /// carry a subscript: `{name[1]}>`.
    Variable(Bytes),
}

/// The kinds of redirection. Targets undergo every expansion and must give one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectionKind {
    /// `<`
    Read(Word),
    /// `>`
    Write(Word),
    /// `>>`
    Append(Word),
    /// `>|`: truncates even under `noclobber`.
    Clobber(Word),
    /// `<>`
    ReadWrite(Word),
    /// `&>`: stdout and stderr.
    WriteBoth(Word),
    /// `&>>`: stdout and stderr, appending.
    AppendBoth(Word),
    /// `<&`
    DuplicateInput(DuplicateSource),
    /// `>&`
    DuplicateOutput(DuplicateSource),
    /// `<<` and `<<-`
    HereDocument(HereDocument),
    /// `<<<`: expanded without splitting or globs; a newline follows it.
    HereString(Word),
}

/// What stands behind `<&` and `>&`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DuplicateSource {
    /// `3`
    Descriptor(u32),
    /// `3-`: and the source is closed.
    Move(u32),
    /// `-`: the redirected descriptor is closed.
    Close,
    /// Anything else. Expanded, it may turn out to be one of the forms above; otherwise `>& file` with the default
    /// descriptor is `&> file`, and everything else is an ambiguous redirect.
    Word(Word),
}

/// `<<` and `<<-` with their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HereDocument {
    /// The delimiter after quote removal.
    pub delimiter: Bytes,
    /// Some of the delimiter was quoted: the text is taken as it stands.
    pub quoted: bool,
    /// `<<-`: leading tabs were removed from the text.
    pub strip_tabs: bool,
    /// Read after the line is complete, hence set once, later.
    pub(crate) body: Arc<OnceLock<Word>>,
}

impl HereDocument {
    /// The text, newlines included: a word of one quoted part, so that expanding it like any word gives the text.
    ///
    /// None only while its command is still being parsed.
    pub fn body(&self) -> Option<&Word> {
        self.body.get()
    }
}
