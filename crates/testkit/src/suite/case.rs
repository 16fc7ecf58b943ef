//! One case of the suite.

use futures_util::future::LocalBoxFuture;
use mirage_vfs::Capabilities;

use super::Subject;

/// A promise and how it is checked.
pub struct Case {
    /// `topic/what_holds`.
    pub name: &'static str,
    /// Whether a resource with these capabilities makes the promise.
    pub applies: fn(&Capabilities) -> bool,
    /// Checks it on an empty subject; panics when it does not hold.
    pub run: for<'a> fn(&'a Subject) -> LocalBoxFuture<'a, ()>,
}

/// The cases of a topic: the functions of this file, which apply where the capabilities say so.
macro_rules! topic {
    ($topic:literal: $($applies:expr => $($case:ident)+;)+) => {
        pub(super) static CASES: &[$crate::suite::Case] = &[$($($crate::suite::Case {
            name: concat!($topic, "/", stringify!($case)),
            applies: $applies,
            run: |subject| Box::pin($case(subject)),
        },)+)+];
    };
}

pub(super) use topic;
