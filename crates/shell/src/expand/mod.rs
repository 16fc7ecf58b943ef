//! Expansion: from words to the arguments of a command.
//!
//! One implementation serves words that can do I/O and those that can not: a pure word never waits, so it costs one
//! poll. Words that are constant are not expanded at all.

pub mod field;

mod arithmetic;
pub(crate) mod case;
mod dynamic;
mod operation;
mod parameter;
mod pathname;
pub(crate) mod prompt;
mod substitution;
mod tilde;
mod word;

pub(crate) use arithmetic::evaluate;
pub(crate) use operation::characters;
pub(crate) use parameter::{Element, Target, is_name, split_subscript, subscript_end};
pub(crate) use word::{Splitting, decimal};

use bytes::Bytes;

/// What an expansion gives before it is split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expanded {
    /// Nothing: the parameter is not set.
    Unset,
    /// A string.
    One(Bytes),
    /// Elements that stay apart in `"$@"`; `star` joins them inside double quotes.
    Many {
        /// In order.
        items: Vec<Bytes>,
        /// Written with `*`.
        star: bool,
    },
}

impl Expanded {
    /// Whether a `:` in `${x:-word}` takes it for unset.
    pub fn is_null(&self) -> bool {
        match self {
            Expanded::Unset => true,
            Expanded::One(text) => text.is_empty(),
            // Joined, two are not empty.
            Expanded::Many { items, .. } => items.len() < 2 && items.iter().all(Bytes::is_empty),
        }
    }

    /// Whether `${x-word}` takes it for unset.
    pub fn is_unset(&self) -> bool {
        match self {
            Expanded::Unset => true,
            Expanded::One(_) => false,
            Expanded::Many { items, .. } => items.is_empty(),
        }
    }

    /// The value as one string, if it is one.
    pub fn into_one(self) -> Option<Bytes> {
        match self {
            Expanded::One(text) => Some(text),
            Expanded::Unset | Expanded::Many { .. } => None,
        }
    }

    /// The same with each string changed.
    pub fn map(self, change: impl Fn(Bytes) -> Bytes) -> Expanded {
        match self {
            Expanded::Unset => Expanded::Unset,
            Expanded::One(text) => Expanded::One(change(text)),
            Expanded::Many { items, star } => {
                Expanded::Many { items: items.into_iter().map(change).collect(), star }
            }
        }
    }
}
