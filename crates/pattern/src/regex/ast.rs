//! The parsed form of a POSIX expression.

use crate::bracket::Bracket;
use crate::locale::Unit;

/// A condition on a place between two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    LineStart,
    LineEnd,
    BufferStart,
    BufferEnd,
    WordStart,
    WordEnd,
    WordBoundary,
    NotWordBoundary,
    /// What comes before is not part of a word (`grep -w`).
    AfterNonWord,
    /// What comes after is not part of a word.
    BeforeNonWord,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ast {
    Empty,
    Literal(Unit),
    Any,
    Set(Bracket),
    Look(Look),
    Group(Box<Ast>, u32),
    BackReference(u32),
    Repeat { ast: Box<Ast>, min: u32, max: Option<u32> },
    Concat(Vec<Ast>),
    Alternate(Vec<Ast>),
}

impl Ast {
    pub(super) fn concat(mut parts: Vec<Ast>) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (None, _) => Ast::Empty,
            (Some(only), true) => only,
            (Some(last), false) => {
                parts.push(last);
                Ast::Concat(parts)
            }
        }
    }

    pub(super) fn alternate(mut branches: Vec<Ast>) -> Self {
        match (branches.pop(), branches.is_empty()) {
            (None, _) => Ast::Empty,
            (Some(only), true) => only,
            (Some(last), false) => {
                branches.push(last);
                Ast::Alternate(branches)
            }
        }
    }

    /// Whether a back-reference is anywhere inside.
    pub(super) fn has_back_reference(&self) -> bool {
        match self {
            Ast::BackReference(_) => true,
            Ast::Group(ast, _) | Ast::Repeat { ast, .. } => ast.has_back_reference(),
            Ast::Concat(parts) | Ast::Alternate(parts) => parts.iter().any(Ast::has_back_reference),
            _ => false,
        }
    }

    /// Whether the first match a greedy search finds could be shorter than the longest one at the same place.
    ///
    /// It cannot where the expression is a sequence of single characters, each repeated at will: a longer way can always be
    /// joined from a shorter one. A repetition of more than one character is safe where nothing before it has a choice.
    pub(super) fn is_ambiguous(&self) -> bool {
        let mut parts = Vec::new();
        self.flatten(&mut parts);
        let mut choice = false;
        let last = parts.len().saturating_sub(1);
        parts.iter().enumerate().any(|(index, part)| match part {
            Ast::Repeat { ast, min, max } => {
                let fixed = *max == Some(*min);
                let simple = ast.is_one_character() && (fixed || *min <= 1 && max.is_none_or(|max| max == 1));
                let lone = index == last && !choice && !ast.is_ambiguous() && ast.is_fixed();
                choice |= !fixed;
                !(simple || lone)
            }
            Ast::Look(_) => index != 0 && index != last,
            Ast::Alternate(_) | Ast::BackReference(_) => true,
            _ => false,
        })
    }

    /// Whether every match has the same number of characters and no choice is in it.
    fn is_fixed(&self) -> bool {
        match self {
            Ast::Empty | Ast::Literal(_) | Ast::Any | Ast::Set(_) => true,
            Ast::Group(ast, _) => ast.is_fixed(),
            Ast::Concat(parts) => parts.iter().all(Ast::is_fixed),
            _ => false,
        }
    }

    fn is_one_character(&self) -> bool {
        match self {
            Ast::Literal(_) | Ast::Any | Ast::Set(_) => true,
            Ast::Group(ast, _) => ast.is_one_character(),
            _ => false,
        }
    }

    /// The parts of a sequence without the groups around them.
    fn flatten<'a>(&'a self, parts: &mut Vec<&'a Ast>) {
        match self {
            Ast::Group(ast, _) => ast.flatten(parts),
            Ast::Concat(own) => own.iter().for_each(|part| part.flatten(parts)),
            _ => parts.push(self),
        }
    }
}
