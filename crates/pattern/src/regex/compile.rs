//! A compiled expression and the questions it answers.

use super::ast::{Ast, Look};
use super::automata::Automata;
use super::captures::Captures;
use super::line_engines::LineEngines;
use super::lower::Lowering;
use super::names;
use super::options::{Dialect, Options, Syntax};
use super::parse::parse;
use super::perl;
use super::translate;
use crate::error::Error;
use crate::locale::{Locale, first_unit};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Something odd in a pattern that is accepted; `Display` gives `grep`'s text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// `*` with nothing before it.
    LeadingStar,
    /// `+` with nothing before it.
    LeadingPlus,
    /// `?` with nothing before it.
    LeadingQuestion,
    /// An interval with nothing before it.
    LeadingInterval,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Warning::LeadingStar => "*",
            Warning::LeadingPlus => "+",
            Warning::LeadingQuestion => "?",
            Warning::LeadingInterval => "{...}",
        };
        write!(f, "{what} at start of expression")
    }
}

#[derive(Debug)]
pub(super) enum Engine {
    Automata(Automata),
    /// Back-references and Perl's look-around.
    Backtracking(Box<fancy_regex::Regex>),
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    options: Options,
    groups: u32,
    warnings: Vec<Warning>,
    /// The tree, for the line searcher; `None` for a Perl expression.
    ast: Option<Ast>,
}

/// A compiled expression. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Regex {
    inner: Arc<Inner>,
}

impl Regex {
    /// Compiles one expression. A newline in it is a character like any other.
    ///
    /// Errors: what is wrong with the pattern, in glibc's words.
    pub fn new(pattern: &[u8], options: &Options) -> Result<Self, Error> {
        Regex::set(&[pattern], options)
    }

    /// Compiles expressions of which any may match, as `grep -e A -e B` has it; none match nothing.
    ///
    /// Errors: what is wrong with the first wrong pattern.
    pub fn set(patterns: &[&[u8]], options: &Options) -> Result<Self, Error> {
        if options.syntax == Syntax::Perl {
            let (engine, groups) = perl::compile(patterns, options)?;
            return Ok(Regex::from_parts(engine, *options, groups, Vec::new(), None));
        }
        let (ast, groups, warnings) = parse_all(patterns, options)?;
        let engine = if ast.has_back_reference() {
            Engine::Backtracking(Box::new(translate::compile(&ast, options)?))
        } else {
            Engine::Automata(Automata::new(ast.clone(), Lowering::of(options), options.terminator)?)
        };
        Ok(Regex::from_parts(engine, *options, groups, warnings, Some(ast)))
    }

    fn from_parts(
        engine: Engine,
        options: Options,
        groups: u32,
        warnings: Vec<Warning>,
        ast: Option<Ast>,
    ) -> Self {
        Regex { inner: Arc::new(Inner { engine, options, groups, warnings, ast }) }
    }

    /// The number of groups, the whole match not included.
    pub fn group_count(&self) -> usize {
        usize::try_from(self.inner.groups).unwrap_or(usize::MAX)
    }

    /// What is odd in the patterns but accepted, in their order.
    pub fn warnings(&self) -> &[Warning] {
        &self.inner.warnings
    }

    /// The options it was compiled with.
    pub fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Whether there is a match anywhere in `haystack`.
    ///
    /// Errors: [`BacktrackLimit`](crate::ErrorKind::BacktrackLimit), for expressions with back-references or look-around only.
    pub fn is_match(&self, haystack: &[u8]) -> Result<bool, Error> {
        match &self.inner.engine {
            Engine::Automata(automata) => Ok(automata.for_text(haystack)?.is_match(haystack)),
            Engine::Backtracking(regex) => regex.is_match(haystack).map_err(perl::runtime_error),
        }
    }

    /// The leftmost match that starts at or after `start`, as long as possible. What is before `start` is seen by anchors
    /// and word boundaries.
    ///
    /// Errors: as [`is_match`](Self::is_match).
    pub fn find_at(&self, haystack: &[u8], start: usize) -> Result<Option<Range<usize>>, Error> {
        let mut at = start;
        while at <= haystack.len() {
            let found = match &self.inner.engine {
                Engine::Automata(automata) => automata.for_text(haystack)?.find(haystack, at)?,
                Engine::Backtracking(regex) => {
                    let found = regex.find_from_pos(haystack, at).map_err(perl::runtime_error)?;
                    found.map(|found| found.start()..found.end())
                }
            };
            match found {
                Some(range) if range.is_empty() && self.splits_character(haystack, range.start) => {
                    at = range.start + 1
                }
                found => return Ok(found),
            }
        }
        Ok(None)
    }

    /// As [`find_at`](Self::find_at), with the groups.
    ///
    /// Errors: as [`is_match`](Self::is_match).
    pub fn captures_at(&self, haystack: &[u8], start: usize, captures: &mut Captures) -> Result<bool, Error> {
        captures.groups.clear();
        let mut at = start;
        while at <= haystack.len() {
            let found = match &self.inner.engine {
                Engine::Automata(automata) => {
                    automata.for_text(haystack)?.captures(haystack, at, captures)?
                }
                Engine::Backtracking(regex) => perl::captures(regex, haystack, at, captures)?,
            };
            match captures.get(0) {
                Some(range) if found && range.is_empty() && self.splits_character(haystack, range.start) => {
                    at = range.start + 1;
                }
                _ => return Ok(found),
            }
        }
        Ok(false)
    }

    /// Whether `at` is inside a character, where no match starts.
    fn splits_character(&self, haystack: &[u8], at: usize) -> bool {
        let inside = haystack.get(at).is_some_and(|byte| byte & 0xc0 == 0x80)
            && self.inner.options.locale == Locale::Utf8;
        inside
            && (at.saturating_sub(3)..at).any(|start| {
                haystack
                    .get(start..)
                    .and_then(|rest| first_unit(rest, Locale::Utf8))
                    .is_some_and(|(_, length)| start + length > at)
            })
    }

    /// The engines that run this expression over blocks of lines.
    pub(crate) fn line_engines(&self) -> Result<LineEngines, Error> {
        LineEngines::new(self.inner.ast.as_ref(), &self.inner.options)
    }
}

/// Parses each pattern and joins them to one tree, with the word and line conditions around.
fn parse_all(patterns: &[&[u8]], options: &Options) -> Result<(Ast, u32, Vec<Warning>), Error> {
    let mut branches = Vec::new();
    let mut groups = 0;
    let mut warnings = Vec::new();
    for pattern in patterns {
        if options.syntax == Syntax::Fixed {
            branches.push(fixed(pattern, options.locale));
            continue;
        }
        let pattern =
            if options.dialect == Dialect::Sed { names::replace(pattern) } else { Cow::Borrowed(*pattern) };
        let parsed = parse(&pattern, options, groups + 1)?;
        groups += parsed.groups;
        warnings.extend(parsed.warnings);
        branches.push(parsed.ast);
    }
    // No pattern at all matches nothing: a set without members.
    let nothing = || Ast::Set(crate::bracket::Bracket::default());
    let ast = if branches.is_empty() { nothing() } else { Ast::alternate(branches) };
    let around = |before, ast, after| Ast::Concat(vec![Ast::Look(before), ast, Ast::Look(after)]);
    let ast = if options.line {
        around(Look::LineStart, ast, Look::LineEnd)
    } else if options.word {
        around(Look::AfterNonWord, ast, Look::BeforeNonWord)
    } else {
        ast
    };
    Ok((ast, groups, warnings))
}

/// A text as a sequence of characters.
fn fixed(text: &[u8], locale: Locale) -> Ast {
    let mut units: Vec<Ast> = Vec::new();
    let mut rest = text;
    while let Some((unit, length)) = first_unit(rest, locale) {
        units.push(Ast::Literal(unit));
        rest = rest.get(length..).unwrap_or_default();
    }
    Ast::concat(units)
}
