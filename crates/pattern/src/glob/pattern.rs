//! A compiled pattern and the questions it answers.

use super::groups;
use super::parse::GlobBuilder;
use super::runs::{self, Run};
use super::subject::Subject;
use crate::bracket::Bracket;
use crate::error::Error;
use crate::locale::{Locale, Unit};
use std::ops::Range;

/// How a pattern is read. The default is bash's `case`: extended forms known, case told apart, a leading dot nothing special.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Know `?(..) *(..) +(..) @(..) !(..)`.
    pub extended: bool,
    /// Letters match whatever their case (`nocasematch`, `nocaseglob`, `find -iname`).
    pub ignore_case: bool,
    /// A leading dot of the haystack is matched by a dot of the pattern only: pathname expansion without `dotglob`.
    pub period: bool,
    /// What does not match by characters is read once more byte by byte, as the C library's `fnmatch` does.
    pub bytes_too: bool,
    /// What a character is.
    pub locale: Locale,
}

impl Default for Options {
    fn default() -> Self {
        Options { extended: true, ignore_case: false, period: false, bytes_too: false, locale: Locale::Utf8 }
    }
}

impl Options {
    /// The rules of `find -name` and `-path`: no extended forms; `*` matches `/`; a leading dot is nothing special.
    pub fn fnmatch() -> Self {
        Options { extended: false, bytes_too: true, ..Options::default() }
    }
}

/// One position of a pattern without groups: it matches exactly one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    Literal(Unit),
    Any,
    Set(Bracket),
}

impl Atom {
    /// Whether the atom matches `unit`; `guarded` tells that it is a leading dot.
    pub(super) fn matches(&self, unit: Unit, ignore_case: bool, guarded: bool) -> bool {
        match self {
            Atom::Literal(own) => *own == unit || ignore_case && own.folded() == unit.folded(),
            Atom::Any => !guarded,
            Atom::Set(set) => !guarded && set.contains(unit, ignore_case),
        }
    }
}

/// What a group repeats or refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GroupKind {
    Optional,
    Any,
    Some,
    One,
    Not,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Atom(Atom),
    Star,
    Group(GroupKind, Vec<Vec<Node>>),
}

/// The two shapes a pattern is run in.
#[derive(Clone, Debug)]
pub(super) enum Program {
    /// Runs of atoms with a `*` between each two.
    Runs(Vec<Run>),
    /// A pattern with groups.
    Groups(Vec<Node>),
}

/// A compiled shell pattern.
#[derive(Clone, Debug)]
pub struct Glob {
    program: Program,
    /// The program for a haystack that is read byte by byte, where it is another one.
    bytewise: Option<Program>,
    options: Options,
    prefix: Vec<u8>,
    literal: bool,
}

impl Glob {
    /// Compiles a pattern in which a backslash makes the next byte literal.
    ///
    /// Errors: only [`TooBig`](crate::ErrorKind::TooBig), for groups nested past any use. What is not well-formed is literal.
    pub fn new(pattern: &[u8], options: Options) -> Result<Self, Error> {
        let mut builder = GlobBuilder::new(options);
        builder.escaped(pattern);
        builder.build()
    }

    pub(super) fn from_nodes(nodes: Vec<Node>, options: Options) -> Self {
        let mut prefix = Vec::new();
        let mut literal = true;
        for node in &nodes {
            let Node::Atom(Atom::Literal(unit)) = node else {
                literal = false;
                break;
            };
            push_unit(&mut prefix, *unit);
        }
        let bytewise = split_characters(&nodes).map(Program::new);
        Glob { program: Program::new(nodes), bytewise, options, prefix, literal }
    }

    fn program_for(&self, subject: &Subject<'_>) -> &Program {
        match &self.bytewise {
            Some(program) if subject.is_bytewise() => program,
            _ => &self.program,
        }
    }

    /// Whether the pattern has no active character, so that it matches one text only (with `ignore_case`: its spellings).
    pub fn is_literal(&self) -> bool {
        self.literal
    }

    /// The unquoted bytes before the first active character; with [`is_literal`](Self::is_literal) the whole text.
    pub fn literal_prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// Whether the pattern matches all of `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        if self.literal && !self.options.ignore_case {
            return self.prefix == text;
        }
        let subject = Subject::new(text, &self.options);
        self.matches_subject(&subject)
            || self.options.bytes_too && subject.has_characters() && self.matches_subject(&subject.bytewise())
    }

    fn matches_subject(&self, subject: &Subject<'_>) -> bool {
        match self.program_for(subject) {
            Program::Runs(runs) => runs::is_match(runs, subject),
            Program::Groups(nodes) => groups::is_match(nodes, subject),
        }
    }

    /// The length of the shortest prefix that matches: what `${x#p}` removes.
    pub fn shortest_prefix(&self, text: &[u8]) -> Option<usize> {
        self.prefix_of(text, false)
    }

    /// The length of the longest prefix that matches: what `${x##p}` removes.
    pub fn longest_prefix(&self, text: &[u8]) -> Option<usize> {
        self.prefix_of(text, true)
    }

    fn prefix_of(&self, text: &[u8], longest: bool) -> Option<usize> {
        let subject = Subject::new(text, &self.options);
        match self.program_for(&subject) {
            Program::Runs(runs) => runs::end_from(runs, &subject, 0, longest),
            Program::Groups(nodes) => groups::end_from(nodes, &subject, 0, longest),
        }
    }

    /// Where the shortest suffix that matches starts: `${x%p}` keeps what is before.
    pub fn shortest_suffix(&self, text: &[u8]) -> Option<usize> {
        self.suffix_of(text, false)
    }

    /// Where the longest suffix that matches starts: `${x%%p}` keeps what is before.
    pub fn longest_suffix(&self, text: &[u8]) -> Option<usize> {
        self.suffix_of(text, true)
    }

    fn suffix_of(&self, text: &[u8], longest: bool) -> Option<usize> {
        let subject = Subject::new(text, &self.options);
        match self.program_for(&subject) {
            Program::Runs(runs) => runs::start_to_end(runs, &subject, longest),
            Program::Groups(nodes) => groups::start_to_end(nodes, &subject, longest),
        }
    }

    /// The leftmost match at or after `start`, as long as possible: one step of `${x//p/r}`. It may be empty.
    pub fn find_at(&self, text: &[u8], start: usize) -> Option<Range<usize>> {
        let subject = Subject::new(text, &self.options);
        match self.program_for(&subject) {
            Program::Runs(runs) => runs::find_at(runs, &subject, start),
            Program::Groups(nodes) => groups::find_at(nodes, &subject, start),
        }
    }

    /// Every match as `${x//p/r}` replaces them: leftmost, longest, one after the other, never empty. Stops when `visit`
    /// fails.
    pub fn each_match<E>(
        &self,
        text: &[u8],
        visit: impl FnMut(Range<usize>) -> Result<(), E>,
    ) -> Result<(), E> {
        let subject = Subject::new(text, &self.options);
        match self.program_for(&subject) {
            Program::Runs(runs) => each(&subject, |at| runs::find_at(runs, &subject, at), visit),
            Program::Groups(nodes) => groups::find_all(nodes, &subject).into_iter().try_for_each(visit),
        }
    }
}

/// Visits non-empty matches from left to right.
fn each<E>(
    subject: &Subject<'_>,
    find: impl Fn(usize) -> Option<Range<usize>>,
    mut visit: impl FnMut(Range<usize>) -> Result<(), E>,
) -> Result<(), E> {
    let mut at = 0;
    while let Some(range) = find(at) {
        at = if range.is_empty() {
            match subject.unit_at(range.start) {
                Some((_, length)) => range.start + length,
                None => break,
            }
        } else {
            let end = range.end;
            visit(range)?;
            end
        };
    }
    Ok(())
}

impl Program {
    fn new(nodes: Vec<Node>) -> Self {
        if nodes.iter().any(|node| matches!(node, Node::Group(..))) {
            return Program::Groups(nodes);
        }
        let mut runs = Vec::new();
        let mut run = Vec::new();
        for node in nodes {
            match node {
                Node::Atom(atom) => run.push(atom),
                _ => runs.push(Run::new(std::mem::take(&mut run))),
            }
        }
        runs.push(Run::new(run));
        Program::Runs(runs)
    }
}

/// The nodes with each character above ASCII as its bytes; `None` where there is none.
fn split_characters(nodes: &[Node]) -> Option<Vec<Node>> {
    let mut changed = false;
    let mut split = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Atom(Atom::Literal(Unit::Char(c))) if !c.is_ascii() => {
                changed = true;
                let bytes = c.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
                split.extend(bytes.into_iter().map(|byte| Node::Atom(Atom::Literal(Unit::Byte(byte)))));
            }
            Node::Group(kind, branches) => {
                let own = branches.iter().map(|branch| {
                    let other = split_characters(branch);
                    changed |= other.is_some();
                    other.unwrap_or_else(|| branch.clone())
                });
                let own = own.collect();
                split.push(Node::Group(*kind, own));
            }
            _ => split.push(node.clone()),
        }
    }
    changed.then_some(split)
}

/// Appends the bytes of a unit.
pub(super) fn push_unit(bytes: &mut Vec<u8>, unit: Unit) {
    match unit {
        Unit::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        Unit::Byte(byte) => bytes.push(byte),
    }
}
