//! The suite of every resource, against the real service.

use mirage_testkit::suite::{Subject, check};

use super::*;

#[test]
fn what_is_declared_works() {
    check(|| Subject::of(TYPE::new("http://127.0.0.1:9")), &[]);
}
