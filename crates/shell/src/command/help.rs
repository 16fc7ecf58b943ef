//! The texts of `--help` and `--version`, made from the spec.

use std::fmt::Write;

use super::spec::{Flag, Spec};

/// Where the description of an option starts.
const COLUMN: usize = 30;

/// What `NAME --help` prints.
pub fn help(spec: &Spec) -> String {
    let mut text = String::new();
    for (at, usage) in spec.usage.iter().enumerate() {
        let lead = if at == 0 { "Usage:" } else { "  or: " };
        let _ = writeln!(text, "{lead} {} {usage}", spec.name);
    }
    let _ = writeln!(text, "{}.", spec.summary.trim_end_matches('.'));
    let described: Vec<&Flag> = spec.flags.iter().filter(|flag| !flag.help.is_empty()).collect();
    text.push('\n');
    for flag in described {
        describe(&mut text, &forms(flag), flag.help);
    }
    describe(&mut text, "      --help", "print this help");
    describe(&mut text, "      --version", "print the version");
    if !spec.notes.is_empty() {
        let _ = write!(text, "\n{}\n", spec.notes.trim_end());
    }
    if !spec.examples.is_empty() {
        text.push_str("\nExamples:\n");
    }
    for example in spec.examples {
        let _ = writeln!(text, "  {}:", example.title);
        for line in example.line.lines() {
            let _ = writeln!(text, "    $ {line}");
        }
        for line in example.output.lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// What `NAME --version` prints.
pub fn version(spec: &Spec) -> String {
    format!("{} (mirage) {}\n", spec.name, env!("CARGO_PKG_VERSION"))
}

/// The spelling of an option, indented so that long names stand below each other.
fn forms(flag: &Flag) -> String {
    let indent = if flag.short.is_some() { "  " } else { "      " };
    format!("{indent}{}", flag.spelling())
}

fn describe(text: &mut String, forms: &str, help: &str) {
    let _ = match forms.len() + 2 > COLUMN {
        true => writeln!(text, "{forms}\n{:COLUMN$}{help}", ""),
        false => writeln!(text, "{forms:COLUMN$}{help}"),
    };
}
