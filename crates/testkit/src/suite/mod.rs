//! What every resource promises, checked by the capabilities it declares.
//!
//! A flag that is on must work as [`Resource`](mirage_vfs::Resource) says, one that is off must answer `Unsupported`. What
//! a service can not do like the others is a [`Deviation`]: data with a reason, and a failure on the day it passes. A
//! resource's own test is:
//!
//! ```no_run
//! use mirage_testkit::suite::{self, Subject};
//!
//! suite::check(|| Subject::of(mirage_vfs::Ram::default()), &[]);
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod case;
mod copy;
mod create_dir;
mod link;
mod list;
mod names;
mod open;
mod read;
mod remove;
mod rename;
mod set_attributes;
mod stat;
mod subject;
mod symlink;
mod unsupported;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use case::Case;
pub use subject::{Subject, WholeFiles};

use crate::host::block_on;

/// A case that a resource does not pass, and why that is so.
#[derive(Clone, Copy, Debug)]
pub struct Deviation {
    /// The case's name.
    pub case: &'static str,
    /// Why the service can not.
    pub reason: &'static str,
}

/// Every case, by topic.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    let topics = [
        stat::CASES,
        list::CASES,
        read::CASES,
        open::CASES,
        write::CASES,
        create_dir::CASES,
        remove::CASES,
        rename::CASES,
        copy::CASES,
        link::CASES,
        symlink::CASES,
        set_attributes::CASES,
        names::CASES,
        unsupported::CASES,
    ];
    topics.into_iter().flatten()
}

/// Runs every case that the resource's capabilities ask for, each on a subject of its own, and fails with the names of
/// those that do not go as `deviations` say.
pub fn check(subject: impl Fn() -> Subject, deviations: &[Deviation]) {
    let capabilities = subject().resource.info().capabilities;
    let mut wrong = Vec::new();
    let applying: Vec<&Case> = cases().filter(|case| (case.applies)(&capabilities)).collect();
    for case in &applying {
        let subject = subject();
        let passed = catch_unwind(AssertUnwindSafe(|| block_on((case.run)(&subject)))).is_ok();
        let deviation = deviations.iter().find(|deviation| deviation.case == case.name);
        match (passed, deviation) {
            (true, None) | (false, Some(_)) => {}
            (false, None) => wrong.push(format!("{}: failed, see above", case.name)),
            (true, Some(_)) => wrong.push(format!("{}: passes now: remove its deviation", case.name)),
        }
    }
    for deviation in deviations {
        if !applying.iter().any(|case| case.name == deviation.case) {
            wrong.push(format!("{}: no such case for these capabilities", deviation.case));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n  {}", wrong.len(), applying.len(), wrong.join("\n  "));
}
