//! The protocol, in its second version: what is asked is a list of texts, what is answered a value.

use bytes::{Buf, Bytes, BytesMut};
use memchr::memchr;
use mirage_vfs::{Error, ErrorKind, Result};

/// How deep lists may lie in lists.
const DEPTH: usize = 16;

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(Bytes),
    Number(i64),
    List(Vec<Value>),
    /// What the server says went wrong.
    Error(Bytes),
    Nothing,
}

impl Value {
    pub fn text(&self) -> Option<&Bytes> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn list(&self) -> Option<&[Value]> {
        match self {
            Value::List(values) => Some(values),
            _ => None,
        }
    }

    /// How many bytes of text it holds.
    pub fn content(&self) -> u64 {
        match self {
            Value::Text(text) => text.len() as u64,
            Value::List(values) => values.iter().map(Value::content).sum(),
            _ => 0,
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// Adds a command to what is to be sent.
pub(super) fn push_command(to: &mut Vec<u8>, parts: &[&[u8]]) {
    to.extend_from_slice(format!("*{}\r\n", parts.len()).as_bytes());
    for part in parts {
        to.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        to.extend_from_slice(part);
        to.extend_from_slice(b"\r\n");
    }
}

/// Takes answers out of what was received.
#[derive(Default)]
pub(super) struct Decoder {
    /// How far the next answer was looked at.
    seen: usize,
    /// How many values are still to end in it; none before its start.
    missing: usize,
}

impl Decoder {
    /// The next answer; none until more is received.
    pub fn next(&mut self, received: &mut BytesMut) -> Result<Option<Value>> {
        if self.seen == 0 {
            self.missing = 1;
        }
        while self.missing > 0 {
            let Some((kind, number, end)) = line(&received[self.seen..])? else { return Ok(None) };
            let mut end = self.seen + end;
            self.missing -= 1;
            match (kind, number) {
                (b'$', Some(length)) if length >= 0 => {
                    end = usize::try_from(length)
                        .ok()
                        .and_then(|length| end.checked_add(length + 2))
                        .ok_or_else(broken)?;
                    if received.len() < end {
                        self.missing += 1;
                        return Ok(None);
                    }
                }
                (b'*', Some(count)) => self.missing += usize::try_from(count.max(0)).map_err(|_| broken())?,
                _ => {}
            }
            self.seen = end;
        }
        let mut answer = received.split_to(std::mem::take(&mut self.seen)).freeze();
        parse(&mut answer, DEPTH).map(Some)
    }
}

/// The kind of the value at the start of `bytes`, its number if it has one, and where its line ends; none until that is there.
fn line(bytes: &[u8]) -> Result<Option<(u8, Option<i64>, usize)>> {
    let Some(end) = memchr(b'\n', bytes) else { return Ok(None) };
    let line = bytes[..end].strip_suffix(b"\r").ok_or_else(broken)?;
    let (&kind, text) = line.split_first().ok_or_else(broken)?;
    let number = match kind {
        b'$' | b'*' | b':' => {
            Some(std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(broken)?)
        }
        b'+' | b'-' => None,
        _ => return Err(broken()),
    };
    Ok(Some((kind, number, end + 1)))
}

/// The value at the start of `bytes`, which hold it whole.
fn parse(bytes: &mut Bytes, depth: usize) -> Result<Value> {
    let (kind, number, end) = line(bytes)?.ok_or_else(broken)?;
    let line = bytes.split_to(end);
    let text = line.slice(1..end - 2);
    Ok(match (kind, number) {
        (b'$' | b'*', Some(-1)) => Value::Nothing,
        (b'$', Some(length)) => {
            let length = usize::try_from(length).ok().filter(|length| length + 2 <= bytes.len());
            let text = bytes.split_to(length.ok_or_else(broken)?);
            bytes.advance(2);
            Value::Text(text)
        }
        (b'*', Some(count)) => {
            let depth = depth.checked_sub(1).ok_or_else(broken)?;
            Value::List((0..count).map(|_| parse(bytes, depth)).collect::<Result<_>>()?)
        }
        (b':', Some(number)) => Value::Number(number),
        (b'-', _) => Value::Error(text),
        _ => Value::Text(text),
    })
}

fn broken() -> Error {
    Error::new(ErrorKind::Io, "connect").message("the server does not speak the protocol of Redis")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_as_they_come() {
        let stream =
            b"+OK\r\n:-5\r\n$3\r\na\r\n\r\n*3\r\n$0\r\n\r\n*1\r\n:1\r\n$-1\r\n-ERR no\r\n*-1\r\n*0\r\n";
        let text = |text: &'static str| Value::Text(text.into());
        let expected = [
            text("OK"),
            Value::Number(-5),
            text("a\r\n"),
            Value::List(vec![text(""), Value::List(vec![Value::Number(1)]), Value::Nothing]),
            Value::Error("ERR no".into()),
            Value::Nothing,
            Value::List(vec![]),
        ];
        for step in [1, 2, 7, stream.len()] {
            let (mut decoder, mut received, mut found) = (Decoder::default(), BytesMut::new(), Vec::new());
            for chunk in stream.chunks(step) {
                received.extend_from_slice(chunk);
                while let Some(value) = decoder.next(&mut received).unwrap() {
                    found.push(value);
                }
            }
            assert_eq!(found, expected, "{step}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let deep = "*1\r\n".repeat(40) + ":1\r\n";
        for stream in ["HTTP/1.1 400\r\n", "$x\r\n", "*\r\n", "\n", "$9999999999999999999\r\n", &deep] {
            let mut received = BytesMut::from(stream);
            assert!(Decoder::default().next(&mut received).is_err(), "{stream}");
        }
    }

    #[test]
    fn commands_hold_any_bytes() {
        let mut sent = Vec::new();
        push_command(&mut sent, &[b"SET", b"\r\n\xff", b""]);
        assert_eq!(sent, b"*3\r\n$3\r\nSET\r\n$3\r\n\r\n\xff\r\n$0\r\n\r\n");
    }
}
