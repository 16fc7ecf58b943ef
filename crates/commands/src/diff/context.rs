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
        output.extend_from_slice(b"\n*** ");
        range(&before, output);
        output.extend_from_slice(b" ****\n");
        if group.iter().any(|change| !change.before.is_empty()) {
            side(one, &before, group, |change| (&change.before, &change.after), b"-", options, output);
        }
        output.extend_from_slice(b"--- ");
        range(&after, output);
        output.extend_from_slice(b" ----\n");
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
    let mut at = shown.start;
    for change in group {
        let (own, other) = sides(change);
        for number in at..own.start {
            push_line(b" ", b' ', text, number, options, output);
        }
        let mark = if other.is_empty() { mark } else { b"!" };
        for number in own.clone() {
            push_line(mark, b' ', text, number, options, output);
        }
        at = own.end;
    }
    for number in at..shown.end {
        push_line(b" ", b' ', text, number, options, output);
    }
}

fn range(range: &Range<usize>, output: &mut BytesMut) {
    let text = match range.len() {
        0 => range.start.to_string(),
        1 => (range.start + 1).to_string(),
        _ => format!("{},{}", range.start + 1, range.end),
    };
    output.extend_from_slice(text.as_bytes());
}
