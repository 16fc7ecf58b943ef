//! `read`.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use imbl::OrdMap;

use super::input::{End, Reader};
use super::{Invocation, Outcome, options};
use crate::command::Locale;
use crate::execute::{Shell, Stop};
use crate::expand::field::Separators;
use crate::expand::{is_name, split_subscript};
use crate::state::Value;

/// What a call asks for.
struct Wanted {
    raw: bool,
    array: Option<Bytes>,
    delimiter: u8,
    /// `-n` and `-N`: at most so many characters.
    characters: Option<usize>,
    /// `-N`: delimiters are like any other character.
    exactly: bool,
    names: Vec<Bytes>,
}

/// Text read, and which of its bytes a backslash quoted.
#[derive(Default)]
struct Record {
    text: Vec<u8>,
    /// Empty when nothing was quoted.
    quoted: Vec<bool>,
}

impl Record {
    fn push(&mut self, byte: u8, quoted: bool) {
        if quoted && self.quoted.is_empty() {
            self.quoted = vec![false; self.text.len()];
        }
        self.text.push(byte);
        if quoted || !self.quoted.is_empty() {
            self.quoted.push(quoted);
        }
    }

    fn is_quoted(&self, at: usize) -> bool {
        self.quoted.get(at).copied().unwrap_or(false)
    }
}

pub(crate) fn run<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    read(shell, call).boxed_local()
}

async fn read(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "ersa:d:i:n:N:p:t:u:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let mut number = 0;
    let mut timeout = None;
    let mut wanted = Wanted {
        raw: parsed.has(b'r'),
        array: parsed.value(b'a').cloned(),
        delimiter: parsed.value(b'd').map_or(b'\n', |text| text.first().copied().unwrap_or(0)),
        characters: None,
        exactly: false,
        names: parsed.operands.clone(),
    };
    for option in &parsed.options {
        match option.letter {
            b'n' | b'N' => {
                let count = options::integer(&option.value).filter(|count| *count >= 0);
                let Some(count) = count else {
                    shell.complain(&[&option.value, b": invalid number"]);
                    return Ok(1);
                };
                wanted.characters = Some(count as usize);
                wanted.exactly = option.letter == b'N';
            }
            b't' => match seconds(&option.value) {
                Some(duration) => timeout = Some(duration),
                None => {
                    shell.complain(&[&option.value, b": invalid timeout specification"]);
                    return Ok(1);
                }
            },
            b'u' => match options::integer(&option.value).and_then(|number| u32::try_from(number).ok()) {
                Some(given) => number = given,
                None => {
                    shell.complain(&[&option.value, b": invalid file descriptor specification"]);
                    return Ok(1);
                }
            },
            _ => {}
        }
    }
    // The first name is looked at before anything is read, the others when their turn comes.
    let first = wanted.names.first().filter(|name| !is_target(name));
    if let Some(name) = wanted.array.as_ref().filter(|name| !is_name(name)).or(first) {
        shell.complain(&[b"`", name, b"': not a valid identifier"]);
        return Ok(1);
    }
    let Some(input) = shell.descriptors.get(number).cloned() else {
        match number {
            0 => shell.complain(&[b"read error: 0: Bad file descriptor"]),
            number => {
                let shown = number.to_string();
                shell.complain(&[shown.as_bytes(), b": invalid file descriptor: Bad file descriptor"]);
            }
        }
        return Ok(1);
    };
    if timeout == Some(Duration::ZERO) {
        return Ok(u8::from(!is_ready(shell, &input).await));
    }
    if timeout.is_none()
        && let Some(seconds) = shell.state.variables.scalar(b"TMOUT").and_then(|text| options::integer(text))
        && seconds > 0
        && input.is_pipe()
    {
        timeout = Some(Duration::from_secs(seconds as u64));
    }
    let until = timeout.map(|timeout| shell.run.call.host().monotonic() + timeout);
    let reader = Reader { input, until };
    let (record, end) = take(shell, &reader, &wanted).await?;
    let status = match end {
        End::Whole => 0,
        End::Input => 1,
        End::Time => 142,
        End::Failed(error) => {
            let shown = number.to_string();
            let text = error.to_string();
            shell.complain(&[b"read error: ", shown.as_bytes(), b": ", text.as_bytes()]);
            return Ok(1);
        }
    };
    match assign(shell, &record, &wanted) {
        Ok(()) => Ok(status),
        Err(Stop::Discard) => Ok(1),
        Err(stop) => Err(stop),
    }
}

/// Whether reading would not wait.
async fn is_ready(shell: &Shell, input: &crate::io::Descriptor) -> bool {
    match input.read(&shell.run.call).now_or_never() {
        Some(Ok(chunk)) => {
            input.unread(chunk);
            true
        }
        Some(Err(_)) => false,
        None => false,
    }
}

/// Seconds with a fraction.
pub(crate) fn seconds(text: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole == "-0" { "0" } else { whole };
    if whole.is_empty() && fraction.is_empty()
        || !whole.bytes().chain(fraction.bytes()).all(|c| c.is_ascii_digit())
    {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    Some(Duration::new(whole, digits.parse().ok()?))
}

/// Reads what is asked for; escapes and line continuations are understood unless it is raw.
async fn take(shell: &mut Shell, reader: &Reader, wanted: &Wanted) -> Result<(Record, End), Stop> {
    if wanted.characters.is_some() {
        return take_characters(shell, reader, wanted).await;
    }
    let mut record = Record::default();
    loop {
        let (piece, end) = reader.record(shell, wanted.delimiter).await?;
        let piece: Bytes = match piece.contains(&0) && wanted.delimiter != 0 {
            true => piece.iter().copied().filter(|&byte| byte != 0).collect::<Vec<u8>>().into(),
            false => piece,
        };
        if wanted.raw || !piece.contains(&b'\\') {
            match record.quoted.is_empty() {
                true => record.text.extend_from_slice(&piece),
                false => piece.iter().for_each(|byte| record.push(*byte, false)),
            }
            return Ok((record, end));
        }
        let mut bytes = piece.iter().copied();
        let mut continues = false;
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => match bytes.next() {
                    Some(b'\n') => {}
                    Some(quoted) => record.push(quoted, true),
                    // The delimiter itself is quoted: a newline is left out, another one stays.
                    None if matches!(end, End::Whole) => {
                        continues = true;
                        if wanted.delimiter != b'\n' {
                            record.push(wanted.delimiter, true);
                        }
                    }
                    None => {}
                },
                byte => record.push(byte, false),
            }
        }
        if !continues {
            return Ok((record, end));
        }
    }
}

async fn take_characters(shell: &mut Shell, reader: &Reader, wanted: &Wanted) -> Result<(Record, End), Stop> {
    let mut record = Record::default();
    let utf8 = shell.locale() == Locale::Utf8;
    let mut left = wanted.characters.unwrap_or(0);
    while left > 0 {
        shell.run.call.tick().await;
        let byte = match reader.byte(shell).await? {
            Ok(byte) => byte,
            Err(end) => return Ok((record, end)),
        };
        if byte == wanted.delimiter && !wanted.exactly {
            return Ok((record, End::Whole));
        }
        if byte == b'\\' && !wanted.raw {
            match reader.byte(shell).await? {
                Ok(b'\n') => {}
                Ok(byte) => {
                    record.push(byte, true);
                    left -= 1;
                }
                Err(end) => return Ok((record, end)),
            }
            continue;
        }
        if byte == 0 {
            continue;
        }
        record.push(byte, false);
        let more = match byte {
            0xc2..=0xdf if utf8 => 1,
            0xe0..=0xef if utf8 => 2,
            0xf0..=0xf4 if utf8 => 3,
            _ => 0,
        };
        for _ in 0..more {
            match reader.byte(shell).await? {
                Ok(byte @ 0x80..=0xbf) => record.push(byte, false),
                Ok(byte) => {
                    reader.input.unread(Bytes::copy_from_slice(&[byte]));
                    break;
                }
                Err(end) => return Ok((record, end)),
            }
        }
        left -= 1;
    }
    Ok((record, End::Whole))
}

fn assign(shell: &mut Shell, record: &Record, wanted: &Wanted) -> Result<(), Stop> {
    if let Some(array) = &wanted.array {
        let separators = shell.separators();
        let mut fields = Vec::new();
        let mut at = skip_white(record, 0, &separators);
        while at < record.text.len() {
            let (field, next) = field_at(record, at, &separators);
            fields.push(field);
            at = next;
        }
        let elements: OrdMap<i64, Bytes> = (0..).zip(fields).collect();
        let (name, _) = shell.follow_reference(array)?;
        if shell.is_associative(&name) {
            shell.complain(&[&name, b": not an indexed array"]);
            return Err(Stop::Discard);
        }
        return shell.store_array(&name, Value::Indexed(elements));
    }
    if wanted.names.is_empty() {
        let text = Bytes::copy_from_slice(&record.text);
        return shell.store_named(&Bytes::from_static(b"REPLY"), text);
    }
    if wanted.exactly {
        let mut text = Bytes::copy_from_slice(&record.text);
        for name in &wanted.names {
            store(shell, name, std::mem::take(&mut text))?;
        }
        return Ok(());
    }
    let separators = shell.separators();
    let mut at = skip_white(record, 0, &separators);
    let last = wanted.names.len() - 1;
    for (place, name) in wanted.names.iter().enumerate() {
        let value = match place == last {
            true => rest_of(record, at, &separators),
            false if at < record.text.len() => {
                let (field, next) = field_at(record, at, &separators);
                at = next;
                field
            }
            false => Bytes::new(),
        };
        store(shell, name, value)?;
    }
    Ok(())
}

/// Whether `name` is that of a variable or of an element.
fn is_target(name: &[u8]) -> bool {
    is_name(split_subscript(name).map_or(name, |(base, _)| base))
}

fn store(shell: &mut Shell, name: &Bytes, value: Bytes) -> Result<(), Stop> {
    if !is_target(name) {
        shell.complain(&[b"`", name, b"': not a valid identifier"]);
        return Err(Stop::Discard);
    }
    match shell.named_target(name)? {
        Some(target) => shell.store(&target, value, false),
        None => Ok(()),
    }
}

fn skip_white(record: &Record, mut at: usize, separators: &Separators) -> usize {
    while at < record.text.len() && separators.is_white(record.text[at]) && !record.is_quoted(at) {
        at += 1;
    }
    at
}

/// The field that starts at `at`, and where the next one does.
fn field_at(record: &Record, at: usize, separators: &Separators) -> (Bytes, usize) {
    let other_at = |at: usize| match record.is_quoted(at) {
        true => 0,
        false => separators.other_at(&record.text[at..]),
    };
    let is_white = |at: usize| !record.is_quoted(at) && separators.is_white(record.text[at]);
    let mut end = at;
    while end < record.text.len() && !is_white(end) && other_at(end) == 0 {
        end += 1;
    }
    let mut next = skip_white(record, end, separators);
    let length = other_at(next);
    if length > 0 {
        next = skip_white(record, next + length, separators);
    }
    (Bytes::copy_from_slice(&record.text[at..end]), next)
}

/// What the last name gets: all that is left, without white space at its end; of a single field followed by a separator
/// that field alone.
fn rest_of(record: &Record, at: usize, separators: &Separators) -> Bytes {
    if at >= record.text.len() {
        return Bytes::new();
    }
    let (field, next) = field_at(record, at, separators);
    if next >= record.text.len() {
        return field;
    }
    let mut end = record.text.len();
    while end > at && separators.is_white(record.text[end - 1]) && !record.is_quoted(end - 1) {
        end -= 1;
    }
    Bytes::copy_from_slice(&record.text[at..end])
}
