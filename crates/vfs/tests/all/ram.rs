//! The RAM resource.

use std::sync::Arc;

use mirage_testkit::model;
use mirage_vfs::Ram;

#[test]
fn random_operations_do_what_linux_does() {
    model::check(|_| Arc::new(Ram::default()));
}
