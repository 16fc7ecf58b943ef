//! `-u`: changes among lines of context, each once.

use bytes::BytesMut;

use super::compare::{Change, Text, groups};
use super::files::push_line;
use super::options::Options;

/// Adds all changes.
pub fn push(one: &Text<'_>, two: &Text<'_>, changes: &[Change], options: &Options, output: &mut BytesMut) {
    for group in groups(changes, options.context) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let lead = first.before.start.min(options.context);
        let tail = (one.lines.len() - last.before.end).min(options.context);
        let before = first.before.start - lead..last.before.end + tail;
        let after = first.after.start - lead..last.after.end + tail;
        let color: [&[u8]; 2] = if options.color { [b"\x1b[36m", b"\x1b[0m"] } else { [b""; 2] };
        output.extend_from_slice(color[0]);
        output.extend_from_slice(b"@@ -");
        range(&before, output);
        output.extend_from_slice(b" +");
        range(&after, output);
        output.extend_from_slice(b" @@");
        output.extend_from_slice(color[1]);
        if let Some(function) = function_before(one, before.start, options) {
            output.extend_from_slice(b" ");
            output.extend_from_slice(function);
        }
        output.extend_from_slice(b"\n");
        let mut at = before.start;
        for change in group {
            for number in at..change.before.start {
                push_line(b" ", b"", 0, one, number, options, output);
            }
            for number in change.before.clone() {
                push_line(b"-", b"", 0, one, number, options, output);
            }
            for number in change.after.clone() {
                push_line(b"+", b"", 0, two, number, options, output);
            }
            at = change.before.end;
        }
        for number in at..before.end {
            push_line(b" ", b"", 0, one, number, options, output);
        }
    }
}

/// `3`, `3,2`, `2,0`: the first line and how many.
fn range(range: &std::ops::Range<usize>, output: &mut BytesMut) {
    let text = match range.len() {
        0 => format!("{},0", range.start),
        1 => (range.start + 1).to_string(),
        length => format!("{},{length}", range.start + 1),
    };
    output.extend_from_slice(text.as_bytes());
}

/// The last line before `start` that looks like the head of a function, cut to 40 bytes.
pub fn function_before<'a>(text: &Text<'a>, start: usize, options: &Options) -> Option<&'a [u8]> {
    let regex = options.function.as_ref()?;
    let line = text.lines[..start].iter().rev().find(|line| regex.is_match(line).unwrap_or(false))?;
    let line = line.trim_ascii_start();
    Some(line[..line.len().min(40)].trim_ascii_end())
}
