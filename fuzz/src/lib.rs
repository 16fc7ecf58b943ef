//! What random bytes may not do: make a part of the engine panic, hang, hold memory without end, or contradict itself.
//!
//! A [`Target`] takes any bytes and panics when it finds something wrong. `cargo xtask fuzz TARGET` runs one under
//! libFuzzer, guided by coverage, on the stable toolchain; the tests run each on its seeds (`seeds/TARGET/`, where every
//! finding stays) and on mutations of them.
#![allow(clippy::panic, reason = "a target tells a finding by a panic")]

mod arithmetic;
mod expansion;
mod glob;
mod line;
mod printf;
mod programs;
mod script;
mod syntax;

/// One part of the engine under fuzzing.
pub struct Target {
    /// Its name, which is that of its folder of seeds.
    pub name: &'static str,
    /// What is checked.
    pub about: &'static str,
    /// Checks it on these bytes, and panics on a finding.
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "arithmetic", about: "$(( )) and declare -i agree", run: arithmetic::run },
    Target { name: "awk", about: "an awk program ends or can be stopped", run: programs::awk },
    Target { name: "expansion", about: "words expand, and ${x@Q} reads back", run: expansion::run },
    Target { name: "glob", about: "a pattern's answers agree with each other", run: glob::run },
    Target { name: "jq", about: "a jq program ends or can be stopped", run: programs::jq },
    Target { name: "printf", about: "formats print, and %q reads back", run: printf::run },
    Target { name: "script", about: "any line ends or can be stopped", run: script::run },
    Target { name: "sed", about: "a sed script ends or can be stopped", run: programs::sed },
    Target { name: "syntax", about: "what is printed reads back as what it was", run: syntax::run },
];

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
