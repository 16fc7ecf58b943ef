//! Answers.

use std::io::{self, Write};

use bytes::Bytes;

use super::objects::{Object, Page};

/// A status, headers and a body.
pub(super) struct Answer {
    pub status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<Bytes>,
    /// The length that is told without a body.
    length: Option<u64>,
}

impl Answer {
    pub fn new(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Vec::new(), length: None }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }

    pub fn xml(self, text: String) -> Answer {
        let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{text}");
        Answer { body: vec![text.into()], ..self.with("content-type", "application/xml") }
    }

    pub fn error(status: u16, code: &str) -> Answer {
        Answer::new(status)
            .xml(format!("<Error><Code>{code}</Code><Message>{code}</Message><Resource/></Error>"))
    }

    /// What is told of an object with its content, or without.
    pub fn object(status: u16, object: &Object) -> Answer {
        Answer::new(status)
            .with("etag", object.tag.clone())
            .with("last-modified", http_date(object.changed))
            .with("accept-ranges", "bytes")
            .with("content-type", "application/octet-stream")
    }

    pub fn with_body(self, body: Vec<Bytes>) -> Answer {
        Answer { body, ..self }
    }

    pub fn without_body(self, length: u64) -> Answer {
        Answer { body: Vec::new(), length: Some(length), ..self }
    }

    pub fn size(&self) -> u64 {
        self.body.iter().map(|slice| slice.len() as u64).sum()
    }

    /// Sends it, or its head and `most` bytes of the body.
    pub fn send(&self, output: &mut impl Write, most: Option<u64>) -> io::Result<()> {
        write!(output, "HTTP/1.1 {} X\r\n", self.status)?;
        for (name, value) in &self.headers {
            write!(output, "{name}: {value}\r\n")?;
        }
        write!(output, "content-length: {}\r\n\r\n", self.length.unwrap_or(self.size()))?;
        let mut left = most.unwrap_or(u64::MAX);
        for slice in &self.body {
            let part = slice.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            output.write_all(&slice[..part])?;
            left -= part as u64;
        }
        output.flush()
    }
}

/// A page of a listing.
pub(super) fn listing(page: &Page) -> Answer {
    let mut text = String::from("<ListBucketResult>");
    for (key, object) in &page.objects {
        text += &format!(
            "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
            escaped(key),
            iso_date(object.changed),
            escaped(&object.tag),
            object.content.size()
        );
    }
    for prefix in &page.prefixes {
        text += &format!("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", escaped(prefix));
    }
    text += &format!("<IsTruncated>{}</IsTruncated>", page.next.is_some());
    if let Some(next) = &page.next {
        text += &format!("<NextContinuationToken>{}</NextContinuationToken>", token(next));
    }
    Answer::new(200).xml(text + "</ListBucketResult>")
}

/// A key as a token that needs no escaping.
fn token(key: &str) -> String {
    key.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The key of a token.
pub(super) fn key_of(token: &str) -> String {
    let bytes = token
        .as_bytes()
        .chunks(2)
        .filter_map(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
    String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned()
}

pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            control if u32::from(control) < 32 => escaped += &format!("&#{};", u32::from(control)),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Hour, minute and second of 2024-01-02, so many seconds after its third hour.
fn clock(seconds: u64) -> (u64, u64, u64) {
    let seconds = 3 * 3600 + seconds % (20 * 3600);
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn http_date(changed: u64) -> String {
    let (hour, minute, second) = clock(changed);
    format!("Tue, 02 Jan 2024 {hour:02}:{minute:02}:{second:02} GMT")
}

pub(super) fn iso_date(changed: u64) -> String {
    let (hour, minute, second) = clock(changed);
    format!("2024-01-02T{hour:02}:{minute:02}:{second:02}.000Z")
}
