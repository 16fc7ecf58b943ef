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

impl Look {
    fn is_of_words(self) -> bool {
        !matches!(self, Look::LineStart | Look::LineEnd | Look::BufferStart | Look::BufferEnd)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ast {
    Empty,
    Literal(Unit),
    Any,
    /// A byte that does not end a line, part of a character or not.
    AnyByte,
    Set(Bracket),
    Look(Look),
    Group(Box<Ast>, u32),
    BackReference(u32),
    Repeat {
        ast: Box<Ast>,
        min: u32,
        max: Option<u32>,
    },
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

    /// Whether what matches depends on what a character is: there is more in it than plain text and line anchors.
    pub(super) fn knows_characters(&self, ignore_case: bool) -> bool {
        match self {
            Ast::Any | Ast::AnyByte | Ast::Set(_) => true,
            Ast::Literal(_) => ignore_case,
            Ast::Look(look) => look.is_of_words(),
            Ast::Group(ast, _) | Ast::Repeat { ast, .. } => ast.knows_characters(ignore_case),
            Ast::Concat(parts) | Ast::Alternate(parts) => {
                parts.iter().any(|part| part.knows_characters(ignore_case))
            }
            Ast::Empty | Ast::BackReference(_) => false,
        }
    }

    /// Whether a condition on words is anywhere inside.
    pub(super) fn has_word_look(&self) -> bool {
        match self {
            Ast::Look(look) => look.is_of_words(),
            Ast::Group(ast, _) | Ast::Repeat { ast, .. } => ast.has_word_look(),
            Ast::Concat(parts) | Ast::Alternate(parts) => parts.iter().any(Ast::has_word_look),
            _ => false,
        }
    }

    /// An expression that matches wherever this one does, and perhaps elsewhere, without back-references and conditions
    /// on words: it finds the places that are worth a closer look.
    pub(super) fn relaxed(&self) -> Ast {
        let all = |parts: &[Ast]| parts.iter().map(Ast::relaxed).collect();
        match self {
            Ast::Look(look) if look.is_of_words() => Ast::Empty,
            Ast::BackReference(_) => Ast::Repeat { ast: Box::new(Ast::AnyByte), min: 0, max: None },
            Ast::Group(ast, _) => ast.relaxed(),
            Ast::Repeat { ast, min, max } => {
                Ast::Repeat { ast: Box::new(ast.relaxed()), min: *min, max: *max }
            }
            Ast::Concat(parts) => Ast::Concat(all(parts)),
            Ast::Alternate(parts) => Ast::Alternate(all(parts)),
            other => other.clone(),
        }
    }

    /// Whether the expression matches everywhere, with nothing: then every line is selected.
    pub(super) fn matches_anywhere(&self) -> bool {
        match self {
            Ast::Empty => true,
            Ast::Repeat { min: 0, .. } => true,
            Ast::Group(ast, _) | Ast::Repeat { ast, .. } => ast.matches_anywhere(),
            Ast::Concat(parts) => parts.iter().all(Ast::matches_anywhere),
            Ast::Alternate(parts) => parts.iter().any(Ast::matches_anywhere),
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
