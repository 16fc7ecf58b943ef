//! The syntax tree, which is also the form that is executed: the parser computes what execution wants to know.
//!
//! Trees compare by what they say, not by where they stood: every [`Span`] equals every other. All text is bytes,
//! most of it slices of the source. Trees nest no deeper than the parser's limit allows, so recursion over one is
//! bounded; long chains (`a && b && c`, `1 + 1 + 1`, `elif`) are flat.

mod arithmetic;
mod assignment;
mod command;
mod condition;
mod list;
mod parameter;
mod redirection;
mod span;
mod word;

pub use arithmetic::{
    AssignmentTarget, BinaryOperation, BinaryOperator, ElementIndex, Expression, UnaryOperator,
    UpdateOperator,
};
pub use assignment::{ArrayElement, Assignment, AssignmentValue};
pub use command::{
    Argument, ArithmeticFor, Branch, Case, CaseClause, CaseTerminator, Command, CommandKind, Coprocess, For,
    Function, If, Loop, SimpleCommand,
};
pub use condition::{BinaryTest, Condition};
pub use list::{AndOr, AndOrOperator, CompleteCommand, List, ListItem, Pipeline, Time, Warning};
pub use parameter::{
    Anchor, CaseChange, DefaultAction, Index, Operation, Parameter, ParameterName, SpecialParameter,
    Subscript,
};
pub use redirection::{Descriptor, DuplicateSource, HereDocument, Redirection, RedirectionKind};
pub(crate) use span::Layout;
pub use span::Span;
pub(crate) use word::Facts;
pub use word::{
    Arithmetic, BraceRange, CommandSubstitution, Part, ProcessDirection, ProcessSubstitution, Word,
};
