//! The record and its fields: split when they are asked for, joined when one was changed.

use std::rc::Rc;

use bytes::Bytes;
use memchr::{memchr, memchr2};
use mirage_pattern::Locale;
use mirage_pattern::regex::Regex;

use super::text;

/// How a record is split.
#[derive(Clone, Debug)]
pub enum Separator {
    /// FS is a blank: runs of blanks, tabs and newlines.
    Blanks,
    /// One byte; a newline too in paragraph mode.
    Byte(u8, bool),
    Regex(Regex),
    /// FS is empty: each character.
    Characters(Locale),
    /// FPAT: what fields look like.
    Contents(Regex),
    /// FIELDWIDTHS: bytes to skip, then the width; none takes the rest.
    Widths(Vec<(usize, Option<usize>)>, Locale),
}

/// The current record.
pub struct Record {
    text: Bytes,
    separator: Rc<Separator>,
    /// Where the fields found so far are in the text.
    found: Vec<(usize, usize)>,
    /// Where splitting goes on; none when all fields are found.
    next: Option<usize>,
    /// The fields themselves, once one was changed.
    changed: Option<Vec<Bytes>>,
    /// The text no longer agrees with the fields.
    stale: bool,
}

impl Record {
    pub fn new() -> Record {
        Record {
            text: Bytes::new(),
            separator: Rc::new(Separator::Blanks),
            found: Vec::new(),
            next: None,
            changed: None,
            stale: false,
        }
    }

    /// A new record, split by `separator` when fields are asked for.
    pub fn set(&mut self, text: Bytes, separator: &Rc<Separator>) {
        self.next = (!text.is_empty()).then_some(0);
        self.text = text;
        self.found.clear();
        self.changed = None;
        self.stale = false;
        if !Rc::ptr_eq(&self.separator, separator) {
            self.separator = separator.clone();
        }
    }

    /// The record's text; `ofs` joins the fields when they were changed.
    pub fn text(&mut self, ofs: &[u8]) -> &Bytes {
        if self.stale {
            self.stale = false;
            self.text = self.changed.as_deref().unwrap_or_default().join(ofs).into();
        }
        &self.text
    }

    /// Field `number`, from 1.
    pub fn field(&mut self, number: usize) -> Option<Bytes> {
        if let Some(fields) = &self.changed {
            return fields.get(number - 1).cloned();
        }
        self.find(number);
        let (start, end) = *self.found.get(number - 1)?;
        Some(self.text.slice(start..end))
    }

    /// NF.
    pub fn count(&mut self) -> usize {
        match &self.changed {
            Some(fields) => fields.len(),
            None => {
                self.find(usize::MAX);
                self.found.len()
            }
        }
    }

    /// Changes field `number`, from 1; missing ones before it are made empty.
    pub fn set_field(&mut self, number: usize, text: Bytes) {
        let fields = self.own_fields();
        if fields.len() < number {
            fields.resize(number, Bytes::new());
        }
        fields[number - 1] = text;
        self.stale = true;
    }

    /// Assigns NF.
    pub fn set_count(&mut self, count: usize) {
        self.own_fields().resize(count, Bytes::new());
        self.stale = true;
    }

    fn own_fields(&mut self) -> &mut Vec<Bytes> {
        if self.changed.is_none() {
            self.find(usize::MAX);
        }
        let (text, found) = (&self.text, &self.found);
        self.changed
            .get_or_insert_with(|| found.iter().map(|(start, end)| text.slice(*start..*end)).collect())
    }

    /// Splits on until `wanted` fields are known.
    fn find(&mut self, wanted: usize) {
        let Some(mut at) = self.next else { return };
        let text = &self.text[..];
        match &*self.separator {
            Separator::Blanks => {
                while self.found.len() < wanted {
                    let blanks =
                        text[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count();
                    at += blanks;
                    if at == text.len() {
                        self.next = None;
                        return;
                    }
                    let length =
                        text[at..].iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\n')).count();
                    self.found.push((at, at + length));
                    at += length;
                }
                self.next = Some(at);
            }
            Separator::Byte(byte, newline) => {
                while self.found.len() < wanted {
                    let rest = &text[at..];
                    let end = if *newline { memchr2(*byte, b'\n', rest) } else { memchr(*byte, rest) };
                    match end {
                        Some(end) => {
                            self.found.push((at, at + end));
                            at += end + 1;
                        }
                        None => {
                            self.found.push((at, text.len()));
                            self.next = None;
                            return;
                        }
                    }
                }
                self.next = Some(at);
            }
            separator => {
                self.found.clear();
                split(text, separator, &mut self.found, &mut Vec::new());
                self.next = None;
            }
        }
    }
}

/// Splits `text`: where the pieces are, and where the separators between them are.
pub fn split(
    text: &[u8],
    separator: &Separator,
    pieces: &mut Vec<(usize, usize)>,
    between: &mut Vec<(usize, usize)>,
) {
    if text.is_empty() {
        return;
    }
    match separator {
        Separator::Blanks => split_blanks(text, pieces, between),
        Separator::Byte(byte, newline) => {
            let mut start = 0;
            for (at, other) in text.iter().enumerate() {
                if other == byte || (*newline && *other == b'\n') {
                    pieces.push((start, at));
                    between.push((at, at + 1));
                    start = at + 1;
                }
            }
            pieces.push((start, text.len()));
        }
        Separator::Characters(locale) => {
            let mut at = 0;
            for character in text::each(text, *locale) {
                pieces.push((at, at + character.len()));
                at += character.len();
                if at < text.len() {
                    between.push((at, at));
                }
            }
        }
        Separator::Regex(regex) => {
            let mut start = 0;
            let mut from = 0;
            while let Ok(Some(found)) = regex.find_at(text, from) {
                if found.is_empty() {
                    from = found.end + 1;
                    if from > text.len() {
                        break;
                    }
                    continue;
                }
                pieces.push((start, found.start));
                between.push((found.start, found.end));
                (start, from) = (found.end, found.end);
            }
            pieces.push((start, text.len()));
        }
        Separator::Contents(regex) => {
            let mut from = 0;
            let mut last = 0;
            while let Ok(Some(found)) = regex.find_at(text, from) {
                if found.is_empty() && (found.start == last && !pieces.is_empty()) {
                    from = found.end + 1;
                } else {
                    if !pieces.is_empty() {
                        between.push((last, found.start));
                    }
                    pieces.push((found.start, found.end));
                    last = found.end;
                    from = if found.is_empty() { found.end + 1 } else { found.end };
                }
                if from > text.len() {
                    break;
                }
            }
        }
        Separator::Widths(widths, locale) => {
            let mut at = 0;
            for (skip, width) in widths {
                at += text::offset(&text[at..], *skip, *locale);
                if at >= text.len() {
                    break;
                }
                let end = width.map_or(text.len(), |width| at + text::offset(&text[at..], width, *locale));
                pieces.push((at, end));
                at = end;
            }
        }
    }
}

fn split_blanks(text: &[u8], pieces: &mut Vec<(usize, usize)>, between: &mut Vec<(usize, usize)>) {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
    let mut at = 0;
    loop {
        let start = at;
        at += text[at..].iter().take_while(|byte| blank(byte)).count();
        if at == text.len() {
            return;
        }
        if !pieces.is_empty() {
            between.push((start, at));
        }
        let length = text[at..].iter().take_while(|byte| !blank(byte)).count();
        pieces.push((at, at + length));
        at += length;
    }
}
