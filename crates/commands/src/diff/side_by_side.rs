//! `-y`: both files in two columns.

use bytes::BytesMut;

use super::compare::{Change, Text};
use mirage_pattern::Locale;

use super::options::Options;

/// Where the columns are.
struct Layout {
    half: usize,
    second: usize,
    tab: usize,
    expand: bool,
    locale: Locale,
}

/// Adds both files, changes marked between them.
pub fn push(one: &Text<'_>, two: &Text<'_>, changes: &[Change], options: &Options, output: &mut BytesMut) {
    let layout = Layout::new(options);
    let (mut left, mut right) = (0, 0);
    for change in changes {
        common(one, two, left..change.before.start, right, options, &layout, output);
        let paired = change.before.len().min(change.after.len());
        if change.ignorable {
            for at in 0..paired {
                let mark = b' ';
                line(
                    one.lines.get(change.before.start + at),
                    mark,
                    two.lines.get(change.after.start + at),
                    &layout,
                    output,
                );
            }
        } else {
            for at in 0..paired {
                let (left, right) = (change.before.start + at, change.after.start + at);
                let mark = match (one.lacks_newline(left), two.lacks_newline(right)) {
                    (true, false) => b'\\',
                    (false, true) => b'/',
                    _ => b'|',
                };
                line(one.lines.get(left), mark, two.lines.get(right), &layout, output);
            }
        }
        for number in change.before.start + paired..change.before.end {
            line(one.lines.get(number), b'<', None, &layout, output);
        }
        for number in change.after.start + paired..change.after.end {
            line(None, b'>', two.lines.get(number), &layout, output);
        }
        (left, right) = (change.before.end, change.after.end);
    }
    common(one, two, left..one.lines.len(), right, options, &layout, output);
}

fn common(
    one: &Text<'_>,
    two: &Text<'_>,
    range: std::ops::Range<usize>,
    right: usize,
    options: &Options,
    layout: &Layout,
    output: &mut BytesMut,
) {
    if options.suppress_common {
        return;
    }
    for (at, number) in range.enumerate() {
        match options.left_column {
            true => line(one.lines.get(number), b'(', None, layout, output),
            false => line(one.lines.get(number), b' ', two.lines.get(right + at), layout, output),
        }
    }
}

impl Layout {
    /// The widths that GNU arrives at: the second column starts at a tab stop with room for the mark before it.
    fn new(options: &Options) -> Layout {
        let (width, tab) = (options.width as isize, options.tab_size as isize);
        let expand = options.expand_tabs;
        let step = if expand { 1 } else { tab };
        let offset = (width + step + 3) / (2 * step) * step;
        let half = (offset - 3).min(width - offset).max(0);
        let second = if half > 0 { offset } else { width };
        Layout {
            half: half as usize,
            second: second as usize,
            tab: tab as usize,
            expand,
            locale: options.locale,
        }
    }
}

fn line(left: Option<&&[u8]>, mark: u8, right: Option<&&[u8]>, layout: &Layout, output: &mut BytesMut) {
    let mut column = 0;
    if let Some(left) = left {
        column = push_half(left, layout.half, 0, layout, output);
    }
    if mark != b' ' {
        let at = (layout.half + layout.second - 1) / 2;
        column = pad(column, at, layout, output) + 1;
        output.extend_from_slice(&[mark]);
    }
    if let Some(right) = right
        && !right.is_empty()
    {
        pad(column, layout.second, layout, output);
        push_half(right, layout.half, layout.second, layout, output);
    }
    output.extend_from_slice(b"\n");
}

/// Blanks, or tabs where they reach, from one column to another; answers where that ended.
fn pad(from: usize, to: usize, layout: &Layout, output: &mut BytesMut) -> usize {
    let mut column = from;
    if !layout.expand {
        while column + layout.tab - column % layout.tab <= to {
            output.extend_from_slice(b"\t");
            column += layout.tab - column % layout.tab;
        }
    }
    while column < to {
        output.extend_from_slice(b" ");
        column += 1;
    }
    column
}

/// A line cut to its half; answers the column it ended in.
fn push_half(line: &[u8], limit: usize, start: usize, layout: &Layout, output: &mut BytesMut) -> usize {
    let mut column = 0;
    let mut rest = line;
    while let Some(&byte) = rest.first() {
        let (length, width) = match byte {
            b'\t' => (1, layout.tab - column % layout.tab),
            0..0x20 | 0x7f => (1, 0),
            // There such a byte is no character and has no width.
            0x80.. if layout.locale == Locale::C => (1, 0),
            0x80.. => {
                let length = match byte {
                    0xc2..=0xdf => 2,
                    0xe0..=0xef => 3,
                    0xf0..=0xf4 => 4,
                    _ => 1,
                };
                match rest.get(..length).map(std::str::from_utf8) {
                    Some(Ok(text)) => (length, crate::support::display_width(text.as_bytes(), layout.locale)),
                    _ => (1, 1),
                }
            }
            _ => (1, 1),
        };
        if column + width > limit {
            break;
        }
        match byte {
            b'\t' if layout.expand => output.resize(output.len() + width, b' '),
            _ => output.extend_from_slice(&rest[..length]),
        }
        column += width;
        rest = &rest[length..];
    }
    start + column
}
