//! Patterns with groups: each node maps a set of positions to the set of positions it can lead to, in either direction.
//! The cost is the pattern's length times the haystack's; `!(..)` pays once more for each position it starts from.

use super::pattern::{Atom, GroupKind, Node};
use super::subject::Subject;
use std::ops::Range;

/// A set of positions `0..=length`.
#[derive(Clone, PartialEq)]
struct Positions {
    words: Vec<u64>,
}

impl Positions {
    fn none(length: usize) -> Self {
        Positions { words: vec![0; length / 64 + 1] }
    }

    fn one(length: usize, at: usize) -> Self {
        let mut set = Positions::none(length);
        set.insert(at);
        set
    }

    fn insert(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    fn remove(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    fn contains(&self, at: usize) -> bool {
        self.words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds another set; whether that changed this one.
    fn add(&mut self, other: &Positions) -> bool {
        let mut changed = false;
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            changed |= more & !*word != 0;
            *word |= more;
        }
        changed
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = usize::try_from(rest.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                rest &= rest - 1;
                Some(index * 64 + bit)
            })
        })
    }

    fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    fn last(&self) -> Option<usize> {
        let (index, word) = self.words.iter().enumerate().rfind(|(_, word)| **word != 0)?;
        Some(index * 64 + 63 - usize::try_from(word.leading_zeros()).ok()?)
    }
}

/// Which way a walk goes: from starts to ends, or from ends to starts.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Backward,
}

struct Walk<'a, 'h> {
    subject: &'a Subject<'h>,
    direction: Direction,
    length: usize,
}

impl<'a, 'h> Walk<'a, 'h> {
    fn new(subject: &'a Subject<'h>, direction: Direction) -> Self {
        Walk { subject, direction, length: subject.bytes.len() }
    }

    fn sequence(&self, nodes: &[Node], from: Positions) -> Positions {
        let mut at = from;
        let mut step = |node: &Node| {
            at = self.node(node, &at);
            !at.is_empty()
        };
        // An empty set leads nowhere, so the walk can stop at it.
        let _all = match self.direction {
            Direction::Forward => nodes.iter().all(&mut step),
            Direction::Backward => nodes.iter().rev().all(&mut step),
        };
        at
    }

    fn node(&self, node: &Node, from: &Positions) -> Positions {
        match node {
            Node::Atom(atom) => self.atom(atom, from),
            Node::Star => self.star(from),
            Node::Group(kind, branches) => self.group(*kind, branches, from),
        }
    }

    fn atom(&self, atom: &Atom, from: &Positions) -> Positions {
        let mut to = Positions::none(self.length);
        for at in from.iter() {
            let (found, start) = match self.direction {
                Direction::Forward => (self.subject.unit_at(at), at),
                Direction::Backward => {
                    let found = self.subject.unit_before(at);
                    (found, at - found.map_or(0, |(_, length)| length))
                }
            };
            let Some((unit, length)) = found else { continue };
            if atom.matches(unit, self.subject.ignore_case, self.subject.is_guarded(start)) {
                to.insert(if self.direction == Direction::Forward { at + length } else { start });
            }
        }
        to
    }

    fn star(&self, from: &Positions) -> Positions {
        let mut to = Positions::none(self.length);
        let mut from = from.clone();
        if self.subject.is_guarded(0) {
            from.remove(0);
        }
        let range = match self.direction {
            Direction::Forward => from.first().map(|low| low..=self.length),
            Direction::Backward => from.last().map(|high| usize::from(self.subject.is_guarded(0))..=high),
        };
        for at in range.into_iter().flatten().filter(|at| self.subject.is_boundary(*at)) {
            to.insert(at);
        }
        to
    }

    fn group(&self, kind: GroupKind, branches: &[Vec<Node>], from: &Positions) -> Positions {
        match kind {
            GroupKind::One => self.any_of(branches, from),
            GroupKind::Optional => {
                let mut to = self.any_of(branches, from);
                to.add(from);
                to
            }
            GroupKind::Some => self.closure(branches, self.any_of(branches, from)),
            GroupKind::Any => self.closure(branches, from.clone()),
            GroupKind::Not => self.not(branches, from),
        }
    }

    fn any_of(&self, branches: &[Vec<Node>], from: &Positions) -> Positions {
        let mut to = Positions::none(self.length);
        for branch in branches {
            to.add(&self.sequence(branch, from.clone()));
        }
        to
    }

    /// All positions any number of rounds lead to. Only new positions start another round.
    fn closure(&self, branches: &[Vec<Node>], from: Positions) -> Positions {
        let mut to = from.clone();
        let mut fresh = from;
        loop {
            fresh = self.any_of(branches, &fresh);
            for (word, old) in fresh.words.iter_mut().zip(&to.words) {
                *word &= !old;
            }
            if !to.add(&fresh) {
                return to;
            }
        }
    }

    fn not(&self, branches: &[Vec<Node>], from: &Positions) -> Positions {
        let mut to = Positions::none(self.length);
        for at in from.iter().filter(|at| !self.subject.is_guarded(*at)) {
            let refused = self.any_of(branches, &Positions::one(self.length, at));
            let range = match self.direction {
                Direction::Forward => at..=self.length,
                Direction::Backward => usize::from(self.subject.is_guarded(0))..=at,
            };
            for end in range.filter(|end| !refused.contains(*end) && self.subject.is_boundary(*end)) {
                to.insert(end);
            }
        }
        to
    }

    fn all(&self) -> Positions {
        let mut set = Positions::none(self.length);
        for at in (0..=self.length).filter(|at| self.subject.is_boundary(*at)) {
            set.insert(at);
        }
        set
    }
}

/// Whether all of the haystack matches.
pub(super) fn is_match(nodes: &[Node], subject: &Subject<'_>) -> bool {
    let walk = Walk::new(subject, Direction::Forward);
    walk.sequence(nodes, Positions::one(walk.length, 0)).contains(walk.length)
}

/// Where the shortest or longest match that starts at `at` ends.
pub(super) fn end_from(nodes: &[Node], subject: &Subject<'_>, at: usize, longest: bool) -> Option<usize> {
    let walk = Walk::new(subject, Direction::Forward);
    let ends = walk.sequence(nodes, Positions::one(walk.length, at));
    if longest { ends.last() } else { ends.first() }
}

/// Where the shortest or longest match that ends with the haystack starts.
pub(super) fn start_to_end(nodes: &[Node], subject: &Subject<'_>, longest: bool) -> Option<usize> {
    let walk = Walk::new(subject, Direction::Backward);
    let starts = walk.sequence(nodes, Positions::one(walk.length, walk.length));
    if longest { starts.first() } else { starts.last() }
}

/// All positions a match starts at.
fn starts(nodes: &[Node], subject: &Subject<'_>) -> Positions {
    let walk = Walk::new(subject, Direction::Backward);
    walk.sequence(nodes, walk.all())
}

/// The leftmost match at or after `start`, as long as possible.
pub(super) fn find_at(nodes: &[Node], subject: &Subject<'_>, start: usize) -> Option<Range<usize>> {
    let at = starts(nodes, subject).iter().find(|at| *at >= start)?;
    Some(at..end_from(nodes, subject, at, true)?)
}

/// Every match that is not empty, one after the other.
pub(super) fn find_all(nodes: &[Node], subject: &Subject<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in starts(nodes, subject).iter() {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        if let Some(end) = end_from(nodes, subject, at, true).filter(|end| *end > at) {
            found.push(at..end);
        }
    }
    found
}
