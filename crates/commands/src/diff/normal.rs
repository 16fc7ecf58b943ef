//! The default form: `2c2`, `< old`, `> new`.

use bytes::BytesMut;

use super::compare::{Change, Text, groups};
use super::files::push_line;
use super::options::Options;

/// Adds all changes.
pub fn push(one: &Text<'_>, two: &Text<'_>, changes: &[Change], options: &Options, output: &mut BytesMut) {
    for change in groups(changes, 0).into_iter().flatten() {
        let letter = match (change.before.is_empty(), change.after.is_empty()) {
            (true, _) => b'a',
            (_, true) => b'd',
            _ => b'c',
        };
        let color: [&[u8]; 2] = if options.color { [b"\x1b[36m", b"\x1b[0m"] } else { [b""; 2] };
        output.extend_from_slice(color[0]);
        range(&change.before, output);
        output.extend_from_slice(&[letter]);
        range(&change.after, output);
        output.extend_from_slice(color[1]);
        output.extend_from_slice(b"\n");
        for number in change.before.clone() {
            push_line(b"<", b"", b' ', one, number, options, output);
        }
        if letter == b'c' {
            output.extend_from_slice(b"---\n");
        }
        for number in change.after.clone() {
            push_line(b">", b"", b' ', two, number, options, output);
        }
    }
}

/// `3`, `3,5`; an empty range is the line before it.
pub fn range(range: &std::ops::Range<usize>, output: &mut BytesMut) {
    let text = match range.len() {
        0 | 1 => (range.start + range.len()).to_string(),
        _ => format!("{},{}", range.start + 1, range.end),
    };
    output.extend_from_slice(text.as_bytes());
}
