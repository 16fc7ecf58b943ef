//! How the `mirage` binary is linked.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "how cargo tells a build script, and is told"
)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    // At a fixed address nothing of it has to be relocated when it starts, which took longer than `echo hi`. Libraries,
    // heap and stack still move, and a static binary for musl is linked in its own way.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
