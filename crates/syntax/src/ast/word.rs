//! Words and their parts.

use std::sync::Arc;

use bytes::Bytes;

use super::{CommandKind, Expression, List, Parameter, RedirectionKind, Span};

/// A word, parsed into parts, with the facts that let expansion skip work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pub(crate) parts: Vec<Part>,
    pub(crate) literal: Option<Bytes>,
    pub(crate) facts: Facts,
    /// Where it stood.
    pub span: Span,
}

/// What is known of a word before it is expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) substitution: bool,
    pub(crate) glob: bool,
    pub(crate) brace: bool,
    pub(crate) expansion: bool,
    pub(crate) quoted: bool,
}

impl Facts {
    /// Takes in what holds for a part.
    pub(crate) fn add(&mut self, part: Facts) {
        self.substitution |= part.substitution;
        self.glob |= part.glob;
    }
}

impl Word {
    /// The parts, in order. Empty for an empty text such as the value of `a=`.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What the word expands to, quotes removed, when that is known now: one word, constant, without expansions,
    /// tildes, braces or unquoted glob characters.
    pub fn literal(&self) -> Option<&Bytes> {
        self.literal.as_ref()
    }

    /// Whether expanding the parts can do no I/O: no command or process substitution anywhere inside, and no
    /// unquoted glob character. The *values* of unquoted parameters may still hold glob characters.
    pub fn is_pure(&self) -> bool {
        !self.facts.substitution && !self.facts.glob
    }

    /// Whether a command or process substitution stands in the word, at any depth.
    pub fn has_substitution(&self) -> bool {
        self.facts.substitution
    }

    /// Whether an unquoted `*`, `?`, `[` or extended pattern stands in the word.
    pub fn has_glob(&self) -> bool {
        self.facts.glob
    }

    /// Whether brace expansion applies: [`Word::expand_braces`] yields what to expand instead.
    pub fn has_brace(&self) -> bool {
        self.facts.brace
    }

    /// Whether some part of it was quoted, so that an empty result is still a word.
    pub fn is_quoted(&self) -> bool {
        self.facts.quoted
    }
}

/// A part of a word.
///
/// Inside double quotes (and in here-documents and arithmetic, which read alike) only `Literal`, `Escaped`,
/// `Parameter`, `BadSubstitution`, `Command` and `Arithmetic` occur; inside a quoted `${x-word}` also
/// `DoubleQuoted`, and `SingleQuoted` where bash reads it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands. Unquoted, it may hold glob characters, which the expander acts on.
    Literal(Bytes),
    /// A character that a backslash quoted, without the backslash. Never empty.
    Escaped(Bytes),
    /// `'...'`. What `$'...'` means stands here too, decoded as bash itself rewrites it: `$'it\'s'` is
    /// `'it'\''s'`.
    SingleQuoted(Bytes),
    /// `"..."`, also for `$"..."`, which bash rewrites alike when there is no translation.
    DoubleQuoted(Vec<Part>),
    /// `~`, `~name`, `~+`, `~-`, `~2` where they expand: the bytes behind the `~`.
    Tilde(Bytes),
    /// `$x`, `${x...}`.
    Parameter(Arc<Parameter>),
    /// `${...}` that means nothing: an error when it is expanded, `bash: TEXT: bad substitution`. The bytes are the
    /// text, `${` and `}` included.
    BadSubstitution(Bytes),
    /// `$(...)` or backquotes.
    Command(Box<CommandSubstitution>),
    /// `$((...))` or `$[...]`.
    Arithmetic(Arc<Arithmetic>),
    /// `<(...)` or `>(...)`.
    Process(Box<ProcessSubstitution>),
    /// `{a,b}`: two or more alternatives, in words that undergo brace expansion.
    BraceList(Vec<Vec<Part>>),
    /// `{1..9}` or `{a..e..2}`.
    BraceRange(Box<BraceRange>),
}

/// `$(...)` or backquotes.
#[derive(Clone, Debug, Eq)]
pub struct CommandSubstitution {
    /// The commands. None for backquotes whose text does not parse: bash finds out when it expands them, after
    /// running the commands in front of the error, so parse `text` command by command then.
    pub list: Option<Arc<List>>,
    /// Written with backquotes.
    pub backquoted: bool,
    /// The text between the parentheses; for backquotes, unescaped.
    pub text: Bytes,
    /// The text as written: what backquotes hold before backslashes are taken away.
    pub(crate) source: Bytes,
    /// Warnings of here-documents inside backquotes are found when they are expanded and are not kept here.
    pub span: Span,
}

/// What parsed compares by what was understood, not by its text.
impl PartialEq for CommandSubstitution {
    fn eq(&self, other: &Self) -> bool {
        self.backquoted == other.backquoted
            && self.list == other.list
            && (self.list.is_some() || self.text == other.text)
    }
}

impl CommandSubstitution {
    /// The file of `$(< file)`, which gives the file's content without running a command.
    pub fn file(&self) -> Option<&Word> {
        let [item] = self.list.as_ref()?.items.as_slice() else { return None };
        let pipeline = &item.and_or.first;
        if item.background || !item.and_or.rest.is_empty() || pipeline.negated || pipeline.time.is_some() {
            return None;
        }
        let [command] = pipeline.stages.as_slice() else { return None };
        let CommandKind::Simple(simple) = &command.kind else { return None };
        let [redirection] = command.redirections.as_slice() else { return None };
        match &redirection.kind {
            RedirectionKind::Read(word)
                if redirection.descriptor == super::Descriptor::Default
                    && simple.words.is_empty()
                    && simple.assignments.is_empty() =>
            {
                Some(word)
            }
            _ => None,
        }
    }
}

/// An arithmetic expression: its text expands as if in double quotes, then it is evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arithmetic {
    /// The text: a word of one quoted part.
    pub text: Word,
    /// The expression, when the text holds no expansion and is well formed. Otherwise expand the text and hand it to
    /// [`crate::parse_arithmetic`], which also tells what is wrong with it.
    pub expression: Option<Arc<Expression>>,
    /// Written as `$[...]`.
    pub(crate) brackets: bool,
}

/// `<(...)` or `>(...)`.
#[derive(Clone, Debug, Eq)]
pub struct ProcessSubstitution {
    /// Which end the word names.
    pub direction: ProcessDirection,
    /// The commands.
    pub list: Arc<List>,
    /// The text between the parentheses.
    pub text: Bytes,
    /// Where it stood.
    pub span: Span,
}

impl PartialEq for ProcessSubstitution {
    fn eq(&self, other: &Self) -> bool {
        self.direction == other.direction && self.list == other.list
    }
}

/// The directions of process substitution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessDirection {
    /// `<(...)`: the word names a file to read the commands' output from.
    Input,
    /// `>(...)`: the word names a file to write the commands' input to.
    Output,
}

/// `{first..last}` or `{first..last..step}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BraceRange {
    /// The first value: a number, or a character's code.
    pub first: i64,
    /// The last value, included when the step reaches it.
    pub last: i64,
    /// How far one value is from the next; its sign follows from the two ends. Never 0.
    pub step: u64,
    /// Numbers are padded with zeros to this width, the sign included; 0: not padded.
    pub width: usize,
    /// The values are characters.
    pub characters: bool,
    /// As written, braces included: what the word holds when brace expansion is off.
    pub text: Bytes,
}
