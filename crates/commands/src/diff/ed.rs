//! `-e`, `-f` and `-n`: scripts that turn the first file into the second.

use bytes::BytesMut;

use super::compare::{Change, Text, groups};
use super::normal::range;

/// Adds a script for `ed`: from the last change to the first, so that line numbers stay right.
pub fn push_ed(two: &Text<'_>, changes: &[Change], output: &mut BytesMut) {
    for change in groups(changes, 0).into_iter().flatten().rev() {
        range(&change.before, output);
        let letter: &[u8] = match (change.before.is_empty(), change.after.is_empty()) {
            (true, _) => b"a\n",
            (_, true) => b"d\n",
            _ => b"c\n",
        };
        output.extend_from_slice(letter);
        if change.after.is_empty() {
            continue;
        }
        let mut inserting = true;
        for line in &two.lines[change.after.clone()] {
            if !inserting {
                output.extend_from_slice(b"a\n");
                inserting = true;
            }
            // A lone dot would end the insertion: it goes in as two and is cut to one.
            if *line == b"." {
                output.extend_from_slice(b"..\n.\ns/.//\n");
                inserting = false;
                continue;
            }
            output.extend_from_slice(line);
            output.extend_from_slice(b"\n");
        }
        if inserting {
            output.extend_from_slice(b".\n");
        }
    }
}

/// Adds a script in the order of the lines, which people read but `ed` does not.
pub fn push_forward(two: &Text<'_>, changes: &[Change], output: &mut BytesMut) {
    for change in groups(changes, 0).into_iter().flatten() {
        let letter: &[u8] = match (change.before.is_empty(), change.after.is_empty()) {
            (true, _) => b"a",
            (_, true) => b"d",
            _ => b"c",
        };
        output.extend_from_slice(letter);
        let lines = match change.before.len() {
            0 | 1 => (change.before.start + change.before.len()).to_string(),
            _ => format!("{} {}", change.before.start + 1, change.before.end),
        };
        output.extend_from_slice(lines.as_bytes());
        output.extend_from_slice(b"\n");
        if change.after.is_empty() {
            continue;
        }
        for line in &two.lines[change.after.clone()] {
            output.extend_from_slice(line);
            output.extend_from_slice(b"\n");
        }
        output.extend_from_slice(b".\n");
    }
}

/// Adds an RCS script.
pub fn push_rcs(two: &Text<'_>, changes: &[Change], output: &mut BytesMut) {
    for change in groups(changes, 0).into_iter().flatten() {
        if !change.before.is_empty() {
            let text = format!("d{} {}\n", change.before.start + 1, change.before.len());
            output.extend_from_slice(text.as_bytes());
        }
        if !change.after.is_empty() {
            let text = format!("a{} {}\n", change.before.end, change.after.len());
            output.extend_from_slice(text.as_bytes());
            for number in change.after.clone() {
                output.extend_from_slice(two.lines[number]);
                if !two.lacks_newline(number) {
                    output.extend_from_slice(b"\n");
                }
            }
        }
    }
}
