//! Expressions without back-references: the automata, and the longest of the leftmost matches.

use super::captures::Captures;
use crate::error::{Error, ErrorKind};
use regex_automata::hybrid::dfa::{Cache as LazyCache, DFA as LazyDfa};
use regex_automata::nfa::thompson::pikevm::{Cache as PikeCache, PikeVM};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::look::LookMatcher;
use regex_automata::util::pool::Pool;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind, meta, nfa::thompson};
use regex_syntax::hir::Hir;
use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::OnceLock;

/// The most memory a compiled expression may take, in bytes.
const SIZE_LIMIT: usize = 32 << 20;

type Maker<T> = Box<dyn Fn() -> T + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// An expression as automata.
#[derive(Debug)]
pub(crate) struct Automaton {
    meta: meta::Regex,
    hir: Hir,
    terminator: u8,
    ambiguous: bool,
    longest: OnceLock<Result<Longest, Error>>,
}

/// The engines that know every end of a match; made when first needed.
#[derive(Debug)]
struct Longest {
    lazy: Option<(LazyDfa, Pool<LazyCache, Maker<LazyCache>>)>,
    pike: PikeVM,
    pike_caches: Pool<PikeCache, Maker<PikeCache>>,
}

impl Automaton {
    /// Compiles `hir`. `ambiguous` tells that a first match may be shorter than the longest.
    pub(crate) fn new(hir: Hir, terminator: u8, ambiguous: bool) -> Result<Self, Error> {
        let mut lines = LookMatcher::new();
        lines.set_line_terminator(terminator);
        let config = meta::Config::new()
            .utf8_empty(false)
            .line_terminator(terminator)
            .nfa_size_limit(Some(SIZE_LIMIT))
            .hybrid_cache_capacity(8 << 20);
        let meta =
            meta::Builder::new().configure(config).build_from_hir(&hir).map_err(|_| ErrorKind::TooBig)?;
        Ok(Automaton { meta, hir, terminator, ambiguous, longest: OnceLock::new() })
    }

    pub(crate) fn is_match(&self, haystack: &[u8]) -> bool {
        self.meta.is_match(haystack)
    }

    /// The end of the match that ends first, from `start` on; where it begins is not told.
    pub(crate) fn first_end(&self, haystack: &[u8], start: usize) -> Option<usize> {
        let input = Input::new(haystack).range(start..).earliest(true);
        self.meta.search_half(&input).map(|found| found.offset())
    }

    /// The leftmost match from `start` on, as the first way to match gives it: its start is right, its end may be short.
    pub(crate) fn find_first(&self, haystack: &[u8], start: usize) -> Option<Range<usize>> {
        self.meta.search(&Input::new(haystack).range(start..)).map(|found| found.range())
    }

    /// The longest of the leftmost matches from `start` on.
    pub(crate) fn find(&self, haystack: &[u8], start: usize) -> Result<Option<Range<usize>>, Error> {
        match self.find_first(haystack, start) {
            Some(found) if self.ambiguous => {
                let end = self.longest()?.end(haystack, found.start).unwrap_or(found.end);
                Ok(Some(found.start..end))
            }
            found => Ok(found),
        }
    }

    /// As [`find`](Self::find), with the groups.
    pub(crate) fn captures(
        &self,
        haystack: &[u8],
        start: usize,
        captures: &mut Captures,
    ) -> Result<bool, Error> {
        let mut slots = vec![None; self.meta.group_info().slot_len()];
        if !self.ambiguous {
            let found = self.meta.search_slots(&Input::new(haystack).range(start..), &mut slots).is_some();
            fill(captures, &slots);
            return Ok(found);
        }
        let Some(found) = self.find(haystack, start)? else { return Ok(false) };
        let input = Input::new(haystack).range(found.start..).anchored(Anchored::Yes);
        self.meta.search_slots(&input, &mut slots);
        if slots.get(1).copied().flatten().is_none_or(|end| end.get() != found.end) {
            let longest = self.longest()?;
            slots.fill(None);
            longest.pike.search_slots(&mut longest.pike_caches.get(), &input, &mut slots);
        }
        fill(captures, &slots);
        Ok(true)
    }

    fn longest(&self) -> Result<&Longest, Error> {
        let made = self.longest.get_or_init(|| Longest::new(&self.hir, self.terminator));
        made.as_ref().map_err(Clone::clone)
    }
}

impl Longest {
    fn new(hir: &Hir, terminator: u8) -> Result<Self, Error> {
        let mut lines = LookMatcher::new();
        lines.set_line_terminator(terminator);
        let config = NFA::config()
            .utf8(false)
            .nfa_size_limit(Some(SIZE_LIMIT))
            .look_matcher(lines)
            .which_captures(WhichCaptures::All);
        let too_big = |_| Error::from(ErrorKind::TooBig);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).map_err(too_big)?;
        let config = LazyDfa::config()
            .match_kind(MatchKind::All)
            .unicode_word_boundary(true)
            .skip_cache_capacity_check(true)
            .cache_capacity(4 << 20);
        // Without it the slower engine answers.
        let lazy = LazyDfa::builder().configure(config).build_from_nfa(nfa.clone()).ok().map(|dfa| {
            let own = dfa.clone();
            let make: Maker<LazyCache> = Box::new(move || own.create_cache());
            (dfa, Pool::new(make))
        });
        let config = PikeVM::config().match_kind(MatchKind::All);
        let pike = PikeVM::builder().configure(config).build_from_nfa(nfa).map_err(|_| ErrorKind::TooBig)?;
        let own = pike.clone();
        let make: Maker<PikeCache> = Box::new(move || own.create_cache());
        Ok(Longest { lazy, pike, pike_caches: Pool::new(make) })
    }

    /// Where the longest match that starts at `start` ends.
    fn end(&self, haystack: &[u8], start: usize) -> Option<usize> {
        let input = Input::new(haystack).range(start..).anchored(Anchored::Yes);
        if let Some((dfa, caches)) = &self.lazy
            && let Ok(found) = dfa.try_search_fwd(&mut caches.get(), &input)
        {
            return found.map(|half| half.offset());
        }
        let mut slots = [None; 2];
        self.pike.search_slots(&mut self.pike_caches.get(), &input, &mut slots);
        slots.last().copied().flatten().map(NonMaxUsize::get)
    }
}

fn fill(captures: &mut Captures, slots: &[Option<NonMaxUsize>]) {
    captures.groups.clear();
    captures.groups.extend(slots.chunks(2).map(|pair| match pair {
        [Some(start), Some(end)] => Some(start.get()..end.get()),
        _ => None,
    }));
}
