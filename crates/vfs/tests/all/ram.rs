//! The RAM resource.

use std::sync::Arc;

use mirage_testkit::model;
use mirage_testkit::suite::{self, Subject};
use mirage_vfs::Ram;

#[test]
fn keeps_the_promises_of_resources() {
    suite::check(|| Subject::of(Ram::default()), &[]);
}

#[test]
fn random_operations_do_what_linux_does() {
    model::check(|_| Arc::new(Ram::default()));
}
