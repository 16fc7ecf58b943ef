//! Answers as YAML.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Answer, Content};

/// The keys that an answer consists of.
pub(super) const ANSWER_KEYS: [&str; 4] = ["status", "stdout", "stderr", "left"];

/// The lines of an answer, to stand behind the other keys of its case.
pub(super) fn answer(answer: &Answer) -> String {
    let mut text = format!("  status: {}\n", answer.status);
    for (key, bytes) in [("stdout", &answer.stdout), ("stderr", &answer.stderr)] {
        if !bytes.is_empty() {
            let _ = writeln!(text, "  {key}: {}", scalar(bytes, "    "));
        }
    }
    if !answer.left.is_empty() {
        text.push_str("  left:\n");
    }
    for (path, content) in &answer.left {
        let _ = match content {
            None => writeln!(text, "    {}: null", quoted(path)),
            Some(Content::Directory) => writeln!(text, "    {}: null", quoted(&format!("{path}/"))),
            Some(Content::Link(target)) => {
                writeln!(text, "    {}: {{link: {}}}", quoted(path), quoted(target))
            }
            Some(Content::File(bytes)) => writeln!(text, "    {}: {}", quoted(path), scalar(bytes, "      ")),
        };
    }
    text
}

/// Bytes as a block where people can read them so, else quoted, else as base64.
fn scalar(bytes: &[u8], indent: &str) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return format!("{{base64: {}}}", quoted(&STANDARD.encode(bytes)));
    };
    match is_block(text) {
        false => quoted(text),
        true => {
            let lines = text
                .lines()
                .map(|line| if line.is_empty() { "\n".into() } else { format!("\n{indent}{line}") });
            let body: String = lines.collect();
            // The indent is told where the first line begins with a blank and would be taken for more of it.
            let width = if text.starts_with(' ') { "2" } else { "" };
            format!("|{width}{body}")
        }
    }
}

/// Whether a literal block gives exactly `text` and survives an editor.
fn is_block(text: &str) -> bool {
    let plain = |c: char| {
        c == '\n' || c == '\t' || !(c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}'))
    };
    text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with(['\n', '\t'])
        && text.chars().all(plain)
        && text.lines().all(|line| !line.ends_with([' ', '\t']))
}

/// A double-quoted scalar.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
