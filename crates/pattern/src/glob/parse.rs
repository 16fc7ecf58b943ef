//! From pieces of pattern to nodes. What is not well-formed stands for itself, as in bash.

use super::components::{PathPattern, split};
use super::pattern::{Atom, Glob, GroupKind, Node, Options};
use crate::bracket::{Bracket, Class, Item};
use crate::error::{Error, ErrorKind};
use crate::locale::{Unit, first_unit};

/// Groups nested deeper than this are refused: every walk over a pattern recurses on its groups.
const DEPTH_LIMIT: usize = 100;

/// A pattern under construction: bytes, each quoted or active.
#[derive(Clone, Debug)]
pub struct GlobBuilder {
    bytes: Vec<u8>,
    quoted: Vec<bool>,
    options: Options,
}

impl GlobBuilder {
    /// An empty pattern, which matches the empty text.
    pub fn new(options: Options) -> Self {
        GlobBuilder { bytes: Vec::new(), quoted: Vec::new(), options }
    }

    /// Adds bytes that stand for themselves (they were quoted).
    pub fn literal(&mut self, bytes: &[u8]) -> &mut Self {
        self.push(bytes, true)
    }

    /// Adds bytes that may be special; a backslash among them stands for itself.
    pub fn active(&mut self, bytes: &[u8]) -> &mut Self {
        self.push(bytes, false)
    }

    /// Adds bytes that may be special, in which a backslash quotes the next byte. This is what an unquoted expansion gives.
    /// A backslash at the end stands for itself.
    pub fn escaped(&mut self, bytes: &[u8]) -> &mut Self {
        let mut rest = bytes;
        while let Some((byte, tail)) = rest.split_first() {
            rest = match (byte, tail.split_first()) {
                (b'\\', Some((next, tail))) => {
                    self.push(&[*next], true);
                    tail
                }
                _ => {
                    self.push(&[*byte], *byte == b'\\');
                    tail
                }
            };
        }
        self
    }

    fn push(&mut self, bytes: &[u8], quoted: bool) -> &mut Self {
        self.bytes.extend_from_slice(bytes);
        self.quoted.resize(self.bytes.len(), quoted);
        self
    }

    /// Compiles the pattern for one text.
    ///
    /// Errors: [`ErrorKind::TooBig`] for groups nested more than 100 deep.
    pub fn build(&self) -> Result<Glob, Error> {
        compile(&self.bytes, &self.quoted, self.options)
    }

    /// Compiles the pattern as a path, component by component.
    ///
    /// Errors: as [`build`](Self::build).
    pub fn build_path(&self) -> Result<PathPattern, Error> {
        split(&self.bytes, &self.quoted, self.options)
    }
}

pub(super) fn compile(bytes: &[u8], quoted: &[bool], options: Options) -> Result<Glob, Error> {
    let mut parser = Parser { bytes, quoted, options, at: 0, depth: 0 };
    let nodes = parser.sequence()?;
    Ok(Glob::from_nodes(nodes, options))
}

pub(super) struct Parser<'p> {
    bytes: &'p [u8],
    quoted: &'p [bool],
    options: Options,
    at: usize,
    depth: usize,
}

impl<'p> Parser<'p> {
    /// The byte at `at` if it is active.
    fn active_at(&self, at: usize) -> Option<u8> {
        let byte = *self.bytes.get(at)?;
        (self.quoted.get(at) == Some(&false)).then_some(byte)
    }

    fn unit_at(&self, at: usize) -> Option<(Unit, usize)> {
        first_unit(self.bytes.get(at..)?, self.options.locale)
    }

    /// Parses to the end of the pattern, or inside a group to its `|` or `)`.
    fn sequence(&mut self) -> Result<Vec<Node>, Error> {
        let mut nodes = Vec::new();
        while let Some((unit, length)) = self.unit_at(self.at) {
            let active = self.active_at(self.at);
            if self.depth > 0 && matches!(active, Some(b'|' | b')')) {
                break;
            }
            if let Some(group) = self.group()? {
                nodes.push(group);
                continue;
            }
            let node = match active {
                Some(b'*') => Node::Star,
                Some(b'?') => Node::Atom(Atom::Any),
                Some(b'[') => match self.bracket() {
                    Some((set, end)) => {
                        self.at = end;
                        nodes.push(Node::Atom(Atom::Set(set)));
                        continue;
                    }
                    None => Node::Atom(Atom::Literal(unit)),
                },
                _ => Node::Atom(Atom::Literal(unit)),
            };
            self.at += length;
            if !(node == Node::Star && nodes.last() == Some(&Node::Star)) {
                nodes.push(node);
            }
        }
        Ok(nodes)
    }

    fn group(&mut self) -> Result<Option<Node>, Error> {
        let kind = match self.active_at(self.at) {
            Some(b'?') => GroupKind::Optional,
            Some(b'*') => GroupKind::Any,
            Some(b'+') => GroupKind::Some,
            Some(b'@') => GroupKind::One,
            Some(b'!') => GroupKind::Not,
            _ => return Ok(None),
        };
        if !self.options.extended || self.active_at(self.at + 1) != Some(b'(') || !self.is_closed(self.at + 2)
        {
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(ErrorKind::TooBig.into());
        }
        self.at += 2;
        let mut branches = vec![self.sequence()?];
        while self.active_at(self.at) == Some(b'|') {
            self.at += 1;
            branches.push(self.sequence()?);
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Some(Node::Group(kind, branches)))
    }

    /// Whether a group whose content starts at `at` has its `)`.
    fn is_closed(&self, at: usize) -> bool {
        closing(self.bytes.len(), at, |at| self.active_at(at)).is_some()
    }

    /// Parses the bracket expression at the current place: the set and where it ends; `None` if it has no end, so that the
    /// `[` is literal.
    fn bracket(&self) -> Option<(Bracket, usize)> {
        let mut set = Bracket::default();
        let mut at = self.at + 1;
        if matches!(self.active_at(at), Some(b'!' | b'^')) {
            set.negated = true;
            at += 1;
        }
        let first = at;
        loop {
            if self.active_at(at) == Some(b']') && at > first {
                return Some((set, at + 1));
            }
            let (low, after) = match self.element(at, &mut set)? {
                (Some(unit), after) => (unit, after),
                (None, after) => {
                    at = after;
                    continue;
                }
            };
            at = after;
            let is_range = self.active_at(at) == Some(b'-') && self.active_at(at + 1) != Some(b']');
            if !is_range {
                set.items.push(Item::unit(low));
                continue;
            }
            // A range out of order holds nothing; a class as its end leaves a set that matches only its other members.
            if let (Some(high), after) = self.element(at + 1, &mut set)? {
                set.add_range(low, high);
                at = after;
            } else {
                set.items.push(Item::unit(low));
                at += 1;
                set.items.push(Item::unit(Unit::Char('-')));
            }
        }
    }

    /// One element of a bracket expression: a unit, or a class which is added to the set (then `None`); and what follows it.
    fn element(&self, at: usize, set: &mut Bracket) -> Option<(Option<Unit>, usize)> {
        let (unit, length) = self.unit_at(at)?;
        let kind = match (self.active_at(at), self.active_at(at + 1)) {
            (Some(b'['), Some(kind @ (b':' | b'.' | b'='))) => kind,
            _ => return Some((Some(unit), at + length)),
        };
        let Some(size) = self.bytes.get(at + 2..)?.windows(2).position(|pair| pair == [kind, b']']) else {
            return Some((Some(unit), at + length));
        };
        let name = self.bytes.get(at + 2..at + 2 + size)?;
        let after = at + 2 + size + 2;
        if kind == b':' {
            // An unknown class holds nothing.
            set.items.extend(Class::shell(name).map(Item::Class));
            return Some((None, after));
        }
        match first_unit(name, self.options.locale) {
            Some((unit, length)) if length == name.len() => Some((Some(unit), after)),
            _ => Some((None, after)),
        }
    }
}

/// Where the `)` is that closes the group whose content starts at `at`.
pub(super) fn closing(length: usize, at: usize, active_at: impl Fn(usize) -> Option<u8>) -> Option<usize> {
    let mut depth = 0usize;
    for at in at..length {
        match active_at(at) {
            Some(b'(') => depth += 1,
            Some(b')') if depth == 0 => return Some(at),
            Some(b')') => depth -= 1,
            _ => {}
        }
    }
    None
}
