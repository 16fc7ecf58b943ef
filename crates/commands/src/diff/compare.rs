//! Which lines two texts share, and the changes between them.

use std::borrow::Cow;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

use super::options::{Options, WhiteSpace};

/// A text as lines.
pub struct Text<'a> {
    /// Without their newlines.
    pub lines: Vec<&'a [u8]>,
    /// Whether the last line lacks its newline.
    pub incomplete: bool,
}

impl<'a> Text<'a> {
    pub fn new(bytes: &'a [u8]) -> Text<'a> {
        let mut lines = Vec::new();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            lines.push(&bytes[start..end]);
            start = end + 1;
        }
        let incomplete = start < bytes.len();
        if incomplete {
            lines.push(&bytes[start..]);
        }
        Text { lines, incomplete }
    }

    /// Whether line `number` is the one that lacks its newline.
    pub fn lacks_newline(&self, number: usize) -> bool {
        self.incomplete && number + 1 == self.lines.len()
    }
}

/// Lines of the first text that became lines of the second, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub before: Range<usize>,
    pub after: Range<usize>,
    /// It consists of lines that do not count: shown only with a change beside it.
    pub ignorable: bool,
}

/// More lines than this and the smallest set of changes is only looked for when it is asked for.
const MINIMAL_LINES: usize = 20_000;

/// The changes from one text to the other, in order.
pub fn changes(one: &Text<'_>, two: &Text<'_>, options: &Options) -> Vec<Change> {
    let mut input: InternedInput<Cow<'_, [u8]>> = InternedInput::default();
    input.update_before(keys(one, options));
    input.update_after(keys(two, options));
    let small = one.lines.len().max(two.lines.len()) <= MINIMAL_LINES;
    let algorithm = if options.minimal || small { Algorithm::MyersMinimal } else { Algorithm::Myers };
    let mut diff = Diff::compute(algorithm, &input);
    diff.postprocess_no_heuristic(&input);
    diff.hunks()
        .map(|hunk| {
            let before = hunk.before.start as usize..hunk.before.end as usize;
            let after = hunk.after.start as usize..hunk.after.end as usize;
            let ignorable = is_ignorable(&one.lines[before.clone()], &two.lines[after.clone()], options);
            Change { before, after, ignorable }
        })
        .collect()
}

/// What of each line counts.
fn keys<'a>(text: &'a Text<'a>, options: &'a Options) -> impl Iterator<Item = Cow<'a, [u8]>> {
    text.lines.iter().enumerate().map(move |(number, line)| {
        let line = match options.strip_cr {
            true => line.strip_suffix(b"\r").unwrap_or(line),
            false => line,
        };
        let key = key(line, options);
        match text.lacks_newline(number)
            && matches!(options.white_space, WhiteSpace::Counts | WhiteSpace::TabExpansion)
        {
            // A lacking newline is a difference; no other line holds one.
            true => Cow::Owned([&key, &b"\n"[..]].concat()),
            false => key,
        }
    })
}

fn key<'a>(line: &'a [u8], options: &Options) -> Cow<'a, [u8]> {
    let blank = |byte: &u8| matches!(byte, b' ' | 9..=13);
    let squeezed: Cow<'a, [u8]> = match options.white_space {
        WhiteSpace::Counts => Cow::Borrowed(line),
        WhiteSpace::Trailing => Cow::Borrowed(trim_end(line)),
        WhiteSpace::All => match line.iter().any(blank) {
            true => Cow::Owned(line.iter().copied().filter(|byte| !blank(byte)).collect()),
            false => Cow::Borrowed(line),
        },
        WhiteSpace::Change => {
            let mut output = Vec::with_capacity(line.len());
            let mut pending = false;
            for byte in trim_end(line) {
                match blank(byte) {
                    true => pending = true,
                    false => {
                        if std::mem::take(&mut pending) {
                            output.push(b' ');
                        }
                        output.push(*byte);
                    }
                }
            }
            Cow::Owned(output)
        }
        WhiteSpace::TabExpansion => Cow::Owned(expand(line, options.tab_size)),
    };
    match options.ignore_case {
        true => Cow::Owned(squeezed.to_ascii_lowercase()),
        false => squeezed,
    }
}

fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !matches!(byte, b' ' | 9..=13)).map_or(0, |last| last + 1);
    &line[..end]
}

/// A line with its tabs as blanks.
pub fn expand(line: &[u8], tab_size: usize) -> Vec<u8> {
    let mut output = Vec::with_capacity(line.len());
    for &byte in line {
        match byte {
            b'\t' => output.resize(output.len() + tab_size - output.len() % tab_size, b' '),
            byte => output.push(byte),
        }
    }
    output
}

fn is_ignorable(removed: &[&[u8]], added: &[&[u8]], options: &Options) -> bool {
    if !options.blank_lines && options.matching.is_none() {
        return false;
    }
    removed.iter().chain(added).all(|line| {
        let blank = options.blank_lines
            && match options.white_space {
                WhiteSpace::Counts | WhiteSpace::TabExpansion => line.is_empty(),
                _ => trim_end(line).is_empty(),
            };
        let matches = options.matching.as_ref().is_some_and(|regex| regex.is_match(line).unwrap_or(false));
        blank || matches
    })
}

/// Changes with less than `distance` common lines between them, taken together; those with nothing that counts are left
/// out.
pub fn groups(changes: &[Change], context: usize) -> Vec<&[Change]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for at in 1..=changes.len() {
        let apart = at == changes.len() || {
            let gap = changes[at].before.start - changes[at - 1].before.end;
            // A change that does not count never joins what lies far apart.
            let reach =
                if changes[at].ignorable || changes[at - 1].ignorable { context } else { 2 * context };
            gap > reach
        };
        if apart && start < at {
            if changes[start..at].iter().any(|change| !change.ignorable) {
                groups.push(&changes[start..at]);
            }
            start = at;
        }
    }
    groups
}
