//! Two files: read, compared, shown.

use bytes::{Bytes, BytesMut};
use mirage_pattern::Locale;
use mirage_vfs::{Entry, OpenOptions, Result, Share};

use super::Session;
use super::compare::{Text, changes};
use super::options::{Options, Style};
use super::{context, ed, normal, side_by_side, unified};
use crate::support::date::{LocalTime, Zone, format};

/// How far a file is searched for zero bytes, which make it binary.
const BINARY_SEARCH: usize = 32 * 1024;

/// A file to compare: its name as it is shown, and what it is.
pub(crate) struct Side {
    pub name: Bytes,
    /// None: there is no such file, and it counts as empty.
    pub entry: Option<Entry>,
}

impl Session<'_> {
    /// Compares two files and shows what differs; `announced` in front of it.
    pub(super) async fn compare_files(
        &mut self,
        one: &Side,
        two: &Side,
        announced: Option<&[u8]>,
    ) -> Result<()> {
        let mut bytes = Vec::with_capacity(2);
        if one.name == "-" && two.name == "-" {
            // Standard input is the same as itself, and is not read for that.
            return Ok(());
        }
        let mut held = self.context.call.share();
        for side in [one, two] {
            match self.read(side, &mut held).await {
                Ok(read) => bytes.push(read),
                Err(error) => {
                    let name = side.name.clone();
                    self.report.fail(2, &[&name, b": ", error.to_string().as_bytes()]).await;
                }
            }
        }
        let [left, right] = &bytes[..] else { return Ok(()) };
        if left == right {
            if self.options.same {
                self.say_pair(b"Files ", one, two, b" are identical\n");
            }
            return self.output.settle(&self.context.call).await;
        }
        let binary = |bytes: &Bytes| memchr::memchr(0, &bytes[..bytes.len().min(BINARY_SEARCH)]).is_some();
        if !self.options.text && (binary(left) || binary(right)) {
            self.differs = true;
            match self.options.style {
                Style::Brief => self.say_pair(b"Files ", one, two, b" differ\n"),
                _ => self.say_pair(b"Binary files ", one, two, b" differ\n"),
            }
            return self.output.settle(&self.context.call).await;
        }
        self.show(one, left, two, right, announced);
        if matches!(self.options.style, Style::Ed | Style::ForwardEd) {
            self.warn_of_lacking_newlines([(one, left), (two, right)]).await;
        }
        self.output.settle(&self.context.call).await
    }

    /// A script cannot tell that a last line has no newline.
    async fn warn_of_lacking_newlines(&mut self, sides: [(&Side, &Bytes); 2]) {
        for (side, bytes) in sides {
            if bytes.last().is_some_and(|last| *last != b'\n') {
                self.report.fail(2, &[&side.name, b": No newline at end of file\n"]).await;
            }
        }
    }

    fn show(&mut self, one: &Side, left: &[u8], two: &Side, right: &[u8], announced: Option<&[u8]>) {
        let (left, right) = (Text::new(left), Text::new(right));
        let found = changes(&left, &right, &self.options);
        let counts = found.iter().any(|change| !change.ignorable);
        if !counts && self.options.style != Style::SideBySide {
            if self.options.same {
                self.say_pair(b"Files ", one, two, b" are identical\n");
            }
            return;
        }
        self.differs |= counts;
        if self.options.style == Style::Brief {
            return self.say_pair(b"Files ", one, two, b" differ\n");
        }
        let mut text = BytesMut::new();
        if let Some(announced) = announced {
            text.extend_from_slice(announced);
        }
        match self.options.style {
            Style::Normal | Style::Brief => normal::push(&left, &right, &found, &self.options, &mut text),
            Style::Ed => ed::push_ed(&right, &found, &mut text),
            Style::ForwardEd => ed::push_forward(&right, &found, &mut text),
            Style::Rcs => ed::push_rcs(&right, &found, &mut text),
            Style::SideBySide => side_by_side::push(&left, &right, &found, &self.options, &mut text),
            Style::Unified => {
                self.header(b"--- ", one, 0, &mut text);
                self.header(b"+++ ", two, 1, &mut text);
                unified::push(&left, &right, &found, &self.options, &mut text);
            }
            Style::Context => {
                self.header(b"*** ", one, 0, &mut text);
                self.header(b"--- ", two, 1, &mut text);
                context::push(&left, &right, &found, &self.options, &mut text);
            }
        }
        self.output.push(&text);
    }

    /// `--- name`, a tab, `2024-01-02 03:04:05.000000000 +0000`
    fn header(&self, mark: &[u8], side: &Side, number: usize, text: &mut BytesMut) {
        let color: &[u8] = if self.options.color { b"\x1b[1m" } else { b"" };
        text.extend_from_slice(color);
        text.extend_from_slice(mark);
        match self.options.labels.get(number) {
            Some(label) => text.extend_from_slice(label),
            None => {
                text.extend_from_slice(&quoted_name(&side.name));
                text.extend_from_slice(b"\t");
                let time =
                    side.entry.as_ref().map_or(Some(mirage_vfs::Time::default()), |entry| entry.modified);
                let zone = Zone::of(&self.context.environment);
                let time = time.unwrap_or_else(|| self.context.call.host().now());
                // The form of POSIX, where there is no other language to speak.
                let form: &[u8] = match (self.options.style, self.options.locale) {
                    (Style::Context, Locale::C) => b"%a %b %e %T %Y",
                    _ => b"%Y-%m-%d %H:%M:%S.%N %z",
                };
                text.extend_from_slice(&format(&LocalTime::new(time, &zone), form));
            }
        }
        if self.options.color {
            text.extend_from_slice(b"\x1b[0m");
        }
        text.extend_from_slice(b"\n");
    }

    fn say_pair(&mut self, before: &[u8], one: &Side, two: &Side, after: &[u8]) {
        self.output.push(&[before, &one.name, b" and ", &two.name, after].concat());
    }

    async fn read(&self, side: &Side, held: &mut Share) -> Result<Bytes> {
        if side.entry.is_none() && side.name != "-" {
            return Ok(Bytes::new());
        }
        let input = match &side.name[..] {
            b"-" => self.io.stdin.clone(),
            name => self.context.open(&self.io, name, &OpenOptions::reading()).await?,
        };
        let mut bytes = BytesMut::new();
        loop {
            let chunk = input.read(&self.context.call).await?;
            if chunk.is_empty() {
                return Ok(bytes.freeze());
            }
            bytes.extend_from_slice(&chunk);
            held.add(chunk.len() as u64);
        }
    }
}

/// A name in a header: quoted when it holds what would break the line.
pub(super) fn quoted_name(name: &[u8]) -> Vec<u8> {
    let odd = |byte: &u8| matches!(byte, 0..=0x20 | b'"' | b'\\' | 0x7f);
    if !name.iter().any(odd) {
        return name.to_vec();
    }
    let mut quoted = vec![b'"'];
    for &byte in name {
        match byte {
            b'\n' => quoted.extend_from_slice(b"\\n"),
            b'\t' => quoted.extend_from_slice(b"\\t"),
            b'"' | b'\\' => quoted.extend_from_slice(&[b'\\', byte]),
            0..0x20 | 0x7f => quoted.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
            _ => quoted.push(byte),
        }
    }
    quoted.push(b'"');
    quoted
}

/// Adds a line behind its mark, and says so when it lacks its newline; in `color` where the mark has none of its own.
pub(super) fn push_line(
    mark: &[u8],
    color: &[u8],
    blank: u8,
    text: &Text<'_>,
    number: usize,
    options: &Options,
    output: &mut BytesMut,
) {
    let color: &[u8] = match mark {
        _ if !options.color => b"",
        b"-" | b"<" => b"\x1b[31m",
        b"+" | b">" => b"\x1b[32m",
        _ => color,
    };
    output.extend_from_slice(color);
    output.extend_from_slice(mark);
    match (options.initial_tab, blank) {
        (true, _) => output.extend_from_slice(b"\t"),
        (false, 0) => {}
        (false, blank) => output.extend_from_slice(&[blank]),
    }
    let line = text.lines[number];
    match options.expand_tabs {
        true => output.extend_from_slice(&super::compare::expand(line, options.tab_size)),
        false => output.extend_from_slice(line),
    }
    if !color.is_empty() {
        output.extend_from_slice(b"\x1b[0m");
    }
    output.extend_from_slice(b"\n");
    if text.lacks_newline(number) {
        output.extend_from_slice(b"\\ No newline at end of file\n");
    }
}
