//! `-c`: both sides of each change, one after the other, among lines of context.

use std::ops::Range;

use bytes::BytesMut;

use super::compare::{Change, Text, groups};
use super::files::push_line;
use super::options::Options;
use super::unified::function_before;

/// Adds all changes.
pub fn push(one: &Text<'_>, two: &Text<'_>, changes: &[Change], options: &Options, output: &mut BytesMut) {
    for group in groups(changes, options.context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let lead = first.before.start.min(options.context);
        let tail = (one.lines.len() - last.before.end).min(options.context);
        let before = first.before.start - lead..last.before.end + tail;
        let after = first.after.start - lead..last.after.end + tail;
        output.extend_from_slice(b"***************");
        if let Some(function) = function_before(one, before.start, options) {
            output.extend_from_slice(b" ");
            output.extend_from_slice(function);
        }
        output.extend_from_slice(b"\n");
        numbers(b"***", &before, b"****", options, output);
        if group.iter().any(|change| !change.before.is_empty()) {
            side(one, &before, group, |change| (&change.before, &change.after), b"-", options, output);
        }
        numbers(b"---", &after, b"----", options, output);
        if group.iter().any(|change| !change.after.is_empty()) {
            side(two, &after, group, |change| (&change.after, &change.before), b"+", options, output);
        }
    }
}

/// One side: lines that are only here get `mark`, lines with a counterpart `!`.
fn side(
    text: &Text<'_>,
    shown: &Range<usize>,
    group: &[Change],
    sides: fn(&Change) -> (&Range<usize>, &Range<usize>),
    mark: &[u8],
    options: &Options,
    output: &mut BytesMut,
) {
    let color: &[u8] = match options.color {
        true if mark == b"-" => b"\x1b[31m",
        true => b"\x1b[32m",
        false => b"",
    };
    let mut at = shown.start;
    for change in group {
        let (own, other) = sides(change);
        for number in at..own.start {
            push_line(b" ", color, b' ', text, number, options, output);
        }
        let mark = if other.is_empty() { mark } else { b"!" };
        for number in own.clone() {
            push_line(mark, color, b' ', text, number, options, output);
        }
        at = own.end;
    }
    for number in at..shown.end {
        push_line(b" ", color, b' ', text, number, options, output);
    }
}

/// `*** 1,3 ****`
fn numbers(before: &[u8], lines: &Range<usize>, behind: &[u8], options: &Options, output: &mut BytesMut) {
    let color: [&[u8]; 2] = if options.color { [b"\x1b[36m", b"\x1b[0m"] } else { [b""; 2] };
    output.extend_from_slice(color[0]);
    output.extend_from_slice(before);
    output.extend_from_slice(b" ");
    range(lines, output);
    output.extend_from_slice(b" ");
    output.extend_from_slice(behind);
    output.extend_from_slice(color[1]);
    output.extend_from_slice(b"\n");
}

fn range(range: &Range<usize>, output: &mut BytesMut) {
    let text = match range.len() {
        0 => range.start.to_string(),
        1 => (range.start + 1).to_string(),
        _ => format!("{},{}", range.start + 1, range.end),
    };
    output.extend_from_slice(text.as_bytes());
}
