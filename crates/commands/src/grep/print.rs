//! Lines, matches and names on stdout.

use mirage_pattern::lines::LineSearcher;
use mirage_pattern::{Error as PatternError, Locale};
use mirage_shell::command::Context;
use mirage_shell::io::{Io, Writer};
use mirage_vfs::{Call, Result};

use super::color::Colors;
use super::settings::{BinaryFiles, Settings};

/// What an item of output is: it decides separators and colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Selected,
    Context,
}

/// The line or match that is printed, and where it stands.
pub struct Item<'i> {
    pub kind: Kind,
    /// The text without what ends the line.
    pub text: &'i [u8],
    pub line: u64,
    pub byte: u64,
}

/// The output of a run.
pub struct Printer<'a> {
    settings: &'a Settings,
    locale: Locale,
    call: Call,
    writer: Writer,
    /// Whether names are printed with lines.
    pub names: bool,
    /// The width of the numbers that `-T` lines up, for the file at hand.
    pub number_width: usize,
    /// Scratch for what is composed with colors.
    buffer: Vec<u8>,
}

impl<'a> Printer<'a> {
    pub fn new(settings: &'a Settings, io: &Io, context: &Context) -> Self {
        Printer {
            settings,
            locale: context.locale(),
            call: context.call.clone(),
            writer: Writer::new(io.stdout.clone()),
            names: settings.with_filename.unwrap_or(false),
            number_width: 0,
            buffer: Vec::new(),
        }
    }

    /// Whether lines are printed as they are: without a prefix and without colors.
    pub fn is_plain(&self) -> bool {
        let settings = self.settings;
        !self.names && !settings.line_number && !settings.byte_offset && settings.colors.is_none()
    }

    /// Prints bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.writer.push(bytes);
    }

    /// Ends a line.
    pub fn end_line(&mut self) {
        self.writer.push_byte(self.settings.terminator);
    }

    /// Whether an item may be printed: text that is no text in this locale is not.
    pub fn may_print(&self, text: &[u8]) -> bool {
        self.settings.binary == BinaryFiles::Text
            || self.locale == Locale::C
            || text.is_ascii()
            || std::str::from_utf8(text).is_ok()
    }

    /// Prints a whole line with its prefix, matches marked.
    pub fn line(
        &mut self,
        name: &[u8],
        item: &Item<'_>,
        searcher: &LineSearcher,
    ) -> std::result::Result<(), PatternError> {
        self.prefix(name, item);
        match &self.settings.colors {
            None => self.writer.push(item.text),
            Some(colors) => {
                self.buffer.clear();
                mark(colors, item, searcher, self.settings.invert, &mut self.buffer)?;
                self.writer.push(&self.buffer);
            }
        }
        self.end_line();
        Ok(())
    }

    /// Prints a match as a line of its own.
    pub fn only(&mut self, name: &[u8], item: &Item<'_>) {
        self.prefix(name, item);
        let Some(colors) = &self.settings.colors else {
            self.writer.push(item.text);
            return self.end_line();
        };
        self.buffer.clear();
        colors.start(&colors.selected_match, &mut self.buffer);
        self.buffer.extend_from_slice(item.text);
        colors.end(&colors.selected_match, &mut self.buffer);
        self.writer.push(&self.buffer);
        self.end_line();
    }

    fn prefix(&mut self, name: &[u8], item: &Item<'_>) {
        let settings = self.settings;
        let separator = if item.kind == Kind::Selected { b':' } else { b'-' };
        if self.names {
            self.name(name);
            match settings.null_after_name {
                true => self.writer.push_byte(0),
                false => self.separator(separator),
            }
        }
        let color = |colors: &'a Colors| &colors.line;
        if settings.line_number {
            self.number(item.line, settings.colors.as_ref().map(color));
            self.separator(separator);
        }
        let color = |colors: &'a Colors| &colors.byte;
        if settings.byte_offset {
            self.number(item.byte, settings.colors.as_ref().map(color));
            self.separator(separator);
        }
        let has_prefix = self.names || settings.line_number || settings.byte_offset;
        if settings.initial_tab && has_prefix {
            self.writer.push_byte(b'\t');
        }
    }

    fn number(&mut self, number: u64, color: Option<&Vec<u8>>) {
        let digits = format!("{number:width$}", width = self.number_width);
        self.colored(digits.as_bytes(), color);
    }

    fn separator(&mut self, separator: u8) {
        let color = self.settings.colors.as_ref().map(|colors| &colors.separator);
        self.colored(&[separator], color);
    }

    fn colored(&mut self, text: &[u8], color: Option<&Vec<u8>>) {
        match (&self.settings.colors, color) {
            (Some(colors), Some(color)) => {
                self.buffer.clear();
                colors.start(color, &mut self.buffer);
                self.buffer.extend_from_slice(text);
                colors.end(color, &mut self.buffer);
                self.writer.push(&self.buffer);
            }
            _ => self.writer.push(text),
        }
    }

    /// Prints the name of a file.
    pub fn name(&mut self, name: &[u8]) {
        let color = self.settings.colors.as_ref().map(|colors| &colors.file);
        self.colored(name, color);
    }

    /// Prints the name of a file as a line of its own, or the number of its selected lines.
    pub fn summary(&mut self, name: &[u8], count: Option<u64>) {
        let named = count.is_none() || self.names;
        if named {
            self.name(name);
        }
        match count {
            None if self.settings.null_after_name => self.writer.push_byte(0),
            None => self.writer.push_byte(b'\n'),
            Some(count) => {
                match (named, self.settings.null_after_name) {
                    (true, true) => self.writer.push_byte(0),
                    (true, false) => self.separator(b':'),
                    (false, _) => {}
                }
                self.writer.push(format!("{count}\n").as_bytes());
            }
        }
    }

    /// Prints what stands between two groups of lines.
    pub fn group_separator(&mut self) {
        if let Some(text) = &self.settings.group_separator {
            let color = self.settings.colors.as_ref().map(|colors| &colors.separator);
            self.colored(text, color);
            self.writer.push_byte(b'\n');
        }
    }

    /// Passes on what has become large, or everything when lines are to be seen at once.
    pub async fn settle(&mut self) -> Result<()> {
        match self.settings.line_buffered {
            true => self.writer.flush(&self.call).await,
            false => self.writer.settle(&self.call).await,
        }
    }

    /// Whether nobody has a use for what is printed from now on.
    pub fn is_unwanted(&self) -> bool {
        self.writer.is_unwanted()
    }

    /// Passes on what is there before a file that may be far away; fails when nobody reads any more.
    pub async fn offer(&mut self) -> Result<()> {
        self.writer.offer(&self.call).await
    }

    /// Passes on everything.
    pub async fn flush(&mut self) -> Result<()> {
        self.writer.flush(&self.call).await
    }
}

/// Composes a line with its matches marked.
fn mark(
    colors: &Colors,
    item: &Item<'_>,
    searcher: &LineSearcher,
    inverted: bool,
    output: &mut Vec<u8>,
) -> std::result::Result<(), PatternError> {
    let selected = item.kind == Kind::Selected;
    let line_color = match selected != (inverted && colors.reverse) {
        true => &colors.selected_line,
        false => &colors.context_line,
    };
    let match_color = if selected { &colors.selected_match } else { &colors.context_match };
    let mut done = 0;
    // The lines that match are the selected ones, or with -v the others.
    if selected != inverted && !match_color.is_empty() {
        let mut at = 0;
        while let Some(found) = searcher.regex().find_at(item.text, at)? {
            if found.is_empty() {
                at = found.end + 1;
                if at > item.text.len() {
                    break;
                }
                continue;
            }
            colors.start(line_color, output);
            output.extend_from_slice(&item.text[done..found.start]);
            colors.start(match_color, output);
            output.extend_from_slice(&item.text[found.clone()]);
            colors.end(match_color, output);
            done = found.end;
            at = found.end;
        }
    }
    let rest = &item.text[done..];
    let (rest, carriage_return) = match (line_color.is_empty(), rest.split_last()) {
        (false, Some((b'\r', before))) => (before, &b"\r"[..]),
        _ => (rest, &b""[..]),
    };
    if !rest.is_empty() {
        colors.start(line_color, output);
        output.extend_from_slice(rest);
        colors.end(line_color, output);
    }
    output.extend_from_slice(carriage_return);
    Ok(())
}
