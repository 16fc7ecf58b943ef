//! Patterns without groups: runs of one-unit atoms with a `*` between each two. Greedy, linear, no allocation.

use super::pattern::{Atom, push_unit};
use super::subject::Subject;
use crate::locale::Unit;
use memchr::memmem;
use std::ops::Range;

/// Atoms side by side.
#[derive(Clone, Debug)]
pub(super) struct Run {
    atoms: Vec<Atom>,
    /// The bytes of a run of characters, for a fast search.
    literal: Option<Vec<u8>>,
}

impl Run {
    pub(super) fn new(atoms: Vec<Atom>) -> Self {
        let mut literal = Some(Vec::new());
        for atom in &atoms {
            match (atom, &mut literal) {
                (Atom::Literal(unit @ Unit::Char(_)), Some(bytes)) => push_unit(bytes, *unit),
                _ => literal = None,
            }
        }
        Run { atoms, literal }
    }

    /// Where the run ends if it starts at `at`.
    fn end(&self, subject: &Subject<'_>, at: usize) -> Option<usize> {
        let mut at = at;
        for atom in &self.atoms {
            let (unit, length) = subject.unit_at(at)?;
            if !atom.matches(unit, subject.ignore_case, subject.is_guarded(at)) {
                return None;
            }
            at += length;
        }
        Some(at)
    }

    /// Where the run starts if it ends at `at`.
    fn start(&self, subject: &Subject<'_>, at: usize) -> Option<usize> {
        let mut at = at;
        for atom in self.atoms.iter().rev() {
            let (unit, length) = subject.unit_before(at)?;
            if !atom.matches(unit, subject.ignore_case, subject.is_guarded(at - length)) {
                return None;
            }
            at -= length;
        }
        Some(at)
    }

    /// The first place at or after `at` that the run matches.
    fn find(&self, subject: &Subject<'_>, at: usize) -> Option<Range<usize>> {
        if let (Some(literal), false) = (&self.literal, subject.ignore_case) {
            let start = at + memmem::find(subject.bytes.get(at..)?, literal)?;
            return Some(start..start + literal.len());
        }
        let mut at = at;
        loop {
            if let Some(end) = self.end(subject, at) {
                return Some(at..end);
            }
            at += subject.unit_at(at)?.1;
        }
    }

    /// The last place that the run matches between `low` and `high`.
    fn rfind(&self, subject: &Subject<'_>, low: usize, high: usize) -> Option<Range<usize>> {
        if let (Some(literal), false) = (&self.literal, subject.ignore_case) {
            let start = low + memmem::rfind(subject.bytes.get(low..high)?, literal)?;
            return Some(start..start + literal.len());
        }
        let mut end = high;
        loop {
            if let Some(start) = self.start(subject, end)
                && start >= low
            {
                return Some(start..end);
            }
            if end <= low {
                return None;
            }
            end -= subject.unit_before(end)?.1;
        }
    }
}

/// Whether all of the haystack matches.
pub(super) fn is_match(runs: &[Run], subject: &Subject<'_>) -> bool {
    let length = subject.bytes.len();
    let [first, middle @ .., last] = runs else {
        return runs.first().is_some_and(|run| run.end(subject, 0) == Some(length));
    };
    let Some(at) = after_first(first, subject, 0) else { return false };
    let Some(at) = skip(middle, subject, at) else { return false };
    last.start(subject, length).is_some_and(|start| start >= at)
}

/// Where the shortest or longest match that starts at `at` ends.
pub(super) fn end_from(runs: &[Run], subject: &Subject<'_>, at: usize, longest: bool) -> Option<usize> {
    let [first, middle @ .., last] = runs else {
        return runs.first()?.end(subject, at);
    };
    let at = skip(middle, subject, after_first(first, subject, at)?)?;
    let found = if longest { last.rfind(subject, at, subject.bytes.len()) } else { last.find(subject, at) };
    Some(found?.end)
}

/// Where the shortest or longest match that ends with the haystack starts.
pub(super) fn start_to_end(runs: &[Run], subject: &Subject<'_>, longest: bool) -> Option<usize> {
    let length = subject.bytes.len();
    let [first, middle @ .., last] = runs else {
        return runs.first()?.start(subject, length);
    };
    let mut high = last.start(subject, length)?;
    for run in middle.iter().rev() {
        high = run.rfind(subject, 0, high)?.start;
    }
    if longest {
        let found = first.find(subject, 0)?;
        (found.end <= high && after_first(first, subject, found.start).is_some()).then_some(found.start)
    } else {
        Some(first.rfind(subject, 0, high)?.start)
    }
}

/// The leftmost match at or after `start`, as long as possible.
pub(super) fn find_at(runs: &[Run], subject: &Subject<'_>, start: usize) -> Option<Range<usize>> {
    let found = runs.first()?.find(subject, start)?;
    // Where the later runs do not follow this start they follow no later one.
    let end = if runs.len() == 1 { found.end } else { end_from(runs, subject, found.start, true)? };
    Some(found.start..end)
}

/// The end of the run before the first `*`, which must not be asked to skip a leading dot.
fn after_first(first: &Run, subject: &Subject<'_>, at: usize) -> Option<usize> {
    let end = first.end(subject, at)?;
    (!subject.is_guarded(end)).then_some(end)
}

/// Matches each run at its first place.
fn skip(runs: &[Run], subject: &Subject<'_>, at: usize) -> Option<usize> {
    runs.iter().try_fold(at, |at, run| run.find(subject, at).map(|found| found.end))
}
