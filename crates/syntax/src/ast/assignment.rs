//! Assignments, of scalars and of arrays.

use bytes::Bytes;

use super::{Span, Subscript, Word};

/// `name=value`, `name+=value`, `name[subscript]=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// A valid name.
    pub name: Bytes,
    /// The element, for an array. `Subscript::Star` and `At` are errors when it runs.
    pub subscript: Option<Subscript>,
    /// `+=`.
    pub append: bool,
    /// What is assigned.
    pub value: AssignmentValue,
    /// The whole assignment.
    pub span: Span,
}

/// The right side of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignmentValue {
    /// Expanded without splitting, globs or braces; tildes stand as parts at its start and after `:`.
    Scalar(Word),
    /// `( ... )`.
    Array(Vec<ArrayElement>),
}

/// An element of an array literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArrayElement {
    /// Undergoes every expansion, so it may give several elements.
    Word(Word),
    /// `[key]=value` or `[key]+=value`; the value is expanded like a scalar's.
    Keyed {
        /// The element.
        subscript: Subscript,
        /// `+=`.
        append: bool,
        /// What is assigned.
        value: Word,
    },
}
