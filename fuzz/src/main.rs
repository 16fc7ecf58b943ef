//! The libFuzzer front of the targets: `MIRAGE_FUZZ_TARGET` names the one to run.
#![no_main]
#![allow(clippy::disallowed_methods, clippy::panic, reason = "libFuzzer's own options take the command line")]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mirage_fuzz::{Target, target};

/// The target this process was started for.
static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("MIRAGE_FUZZ_TARGET").unwrap_or_default();
    target(&name).unwrap_or_else(|| panic!("MIRAGE_FUZZ_TARGET names no target: '{name}'"))
});

fuzz_target!(|data: &[u8]| (TARGET.run)(data));
