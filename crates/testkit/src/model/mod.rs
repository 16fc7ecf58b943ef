//! Random operations on a resource through the tree, compared one by one with the same on the host's own file system.
//!
//! The oracle is Linux itself, in a scratch directory, as a user without privileges. What is compared: the value or the
//! errno of every operation, and at the end the whole tree: kinds, permission bits, link counts, contents, link
//! targets, and which names are the same file.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use mirage_testkit::model;
//! // In a resource's own test:
//! model::check(|_directory| Arc::new(mirage_vfs::Ram::default()));
//! ```

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod operation;
mod ours;
mod real;
mod sandbox;
mod state;

use std::fmt::Write;
use std::path::Path as HostPath;
use std::sync::Arc;

use mirage_vfs::DynResource;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

pub use operation::Operation;

use self::ours::Ours;
use self::real::Real;
use self::sandbox::Sandbox;

/// How an operation ended: what it told, or its errno.
type Outcome = Result<String, i32>;

/// Runs random sequences on resources that `make` makes, and fails with the shortest one whose outcomes differ from the
/// host's. `make` gets an empty directory of the host that it may use, owned by the user who runs the sequence.
///
/// `MIRAGE_MODEL_CASES` says how many sequences; 256 unless set.
pub fn check(make: impl Fn(&HostPath) -> Arc<dyn DynResource> + Sync) {
    let cases = std::env::var("MIRAGE_MODEL_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(256);
    let config = Config { cases, max_shrink_iters: 4000, failure_persistence: None, ..Config::default() };
    let sequences = prop::collection::vec(operation::any_operation(), 1..40);
    let outcome = TestRunner::new(config).run(&sequences, |operations| match compare(&make, &operations) {
        None => Ok(()),
        Some(difference) => Err(TestCaseError::fail(difference)),
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Runs `operations` on both sides and tells the first difference.
pub fn compare(
    make: &(impl Fn(&HostPath) -> Arc<dyn DynResource> + Sync),
    operations: &[Operation],
) -> Option<String> {
    let sandbox = Sandbox::new();
    sandbox.run_unprivileged(|user| {
        let mut real = Real::new(sandbox.base());
        let mut ours = Ours::new(make(sandbox.spare()), sandbox.base(), user);
        let mut done = String::new();
        for operation in operations {
            let (expected, got) = (real.run(operation), ours.run(operation));
            if expected != got {
                return Some(format!("{done}{operation:?}\n  linux: {expected:?}\n  ours:  {got:?}"));
            }
            let _ = writeln!(done, "{operation:?}: {expected:?}");
        }
        let (expected, got) = (real.state(), ours.state());
        (expected != got).then(|| format!("{done}afterwards\n  linux:\n{expected}\n  ours:\n{got}"))
    })
}
