//! Text: its encoding, its lines, and what it is written in.

use super::Guess;
use super::data_text;
use super::source::{self, Source};

/// What a text is encoded in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Ascii,
    Utf8,
    Utf8WithMark,
    Utf16Little,
    Utf16Big,
    Latin1,
    Extended,
}

impl Encoding {
    fn name(self) -> &'static str {
        match self {
            Encoding::Ascii => "ASCII text",
            Encoding::Utf8 => "Unicode text, UTF-8 text",
            Encoding::Utf8WithMark => "Unicode text, UTF-8 (with BOM) text",
            Encoding::Utf16Little => "Unicode text, UTF-16, little-endian text",
            Encoding::Utf16Big => "Unicode text, UTF-16, big-endian text",
            Encoding::Latin1 => "ISO-8859 text",
            Encoding::Extended => "Non-ISO extended-ASCII text",
        }
    }

    fn charset(self) -> &'static str {
        match self {
            Encoding::Ascii => "us-ascii",
            Encoding::Utf8 | Encoding::Utf8WithMark => "utf-8",
            Encoding::Utf16Little => "utf-16le",
            Encoding::Utf16Big => "utf-16be",
            Encoding::Latin1 => "iso-8859-1",
            Encoding::Extended => "unknown-8bit",
        }
    }
}

/// The longest line that needs no mention.
const LONG_LINE: usize = 300;

/// What a text seems to be; none if it is no text.
pub fn guess(content: &[u8]) -> Option<Guess> {
    let encoding = encoding(content)?;
    let charset = encoding.charset();
    let narrow = narrowed(content, encoding);
    let content = narrow.as_deref().unwrap_or(content);
    if let Some((description, mime)) = data_text::guess(content) {
        return Some(Guess { description: description.to_owned(), mime, encoding: charset });
    }
    let details = details(content);
    let text = encoding.name();
    let (description, mime) = match source::guess(content) {
        Some(Source::Script { name, mime }) => (format!("{name}, {text} executable{details}"), mime),
        Some(Source::Program { name, mime }) => (format!("{name}, {text}{details}"), mime),
        Some(Source::Whole { name, mime }) => (format!("{name}{details}"), mime),
        None => (format!("{text}{details}"), "text/plain"),
    };
    Some(Guess { description, mime, encoding: charset })
}

fn is_text(byte: u8) -> bool {
    matches!(byte, 7..=13 | 27 | 0x20..=0x7e)
}

fn encoding(content: &[u8]) -> Option<Encoding> {
    if let Some(rest) = content.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes).then_some(Encoding::Utf16Little);
    }
    if let Some(rest) = content.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes).then_some(Encoding::Utf16Big);
    }
    if content.iter().all(|&byte| is_text(byte)) {
        return Some(Encoding::Ascii);
    }
    let marked = content.strip_prefix(b"\xef\xbb\xbf");
    if is_utf8(marked.unwrap_or(content)) {
        return Some(if marked.is_some() { Encoding::Utf8WithMark } else { Encoding::Utf8 });
    }
    if content.iter().all(|&byte| is_text(byte) || byte >= 0xa0) {
        return Some(Encoding::Latin1);
    }
    if content.iter().all(|&byte| is_text(byte) || byte >= 0x80) {
        return Some(Encoding::Extended);
    }
    None
}

/// Whether it is UTF-8 without control characters; its last character may be cut off.
fn is_utf8(content: &[u8]) -> bool {
    let valid = match std::str::from_utf8(content) {
        Ok(_) => content,
        Err(error) if error.error_len().is_none() => &content[..error.valid_up_to()],
        Err(_) => return false,
    };
    valid.iter().all(|&byte| byte >= 0x80 || is_text(byte))
}

fn utf16(content: &[u8], unit: fn([u8; 2]) -> u16) -> bool {
    let units = content.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let plain = |unit: u16| unit >= 0x80 || u8::try_from(unit).is_ok_and(is_text);
    units.into_iter().all(plain)
}

/// The text without its mark, wide characters made narrow: what its lines are looked for in.
fn narrowed(content: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
    let unit: fn([u8; 2]) -> u16 = match encoding {
        Encoding::Utf16Little => u16::from_le_bytes,
        Encoding::Utf16Big => u16::from_be_bytes,
        Encoding::Utf8WithMark => return Some(content[3..].to_vec()),
        _ => return None,
    };
    let units = content[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(units.map(|unit| u8::try_from(unit).unwrap_or(b'?')).collect())
}

/// What is said of lines and control characters.
fn details(content: &[u8]) -> String {
    let mut text = String::new();
    let longest = content.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::len).max().unwrap_or(0);
    if longest > LONG_LINE {
        text.push_str(&format!(", with very long lines ({longest})"));
    }
    let (mut pairs, mut returns, mut feeds) = (0u64, 0u64, 0u64);
    for (at, &byte) in content.iter().enumerate() {
        match byte {
            b'\r' if content.get(at + 1) == Some(&b'\n') => pairs += 1,
            b'\r' => returns += 1,
            b'\n' if at == 0 || content[at - 1] != b'\r' => feeds += 1,
            _ => {}
        }
    }
    if pairs + returns + feeds == 0 {
        text.push_str(", with no line terminators");
    } else if pairs + returns > 0 {
        let kinds = [(pairs, "CRLF"), (returns, "CR"), (feeds, "LF")];
        let names: Vec<&str> = kinds.iter().filter(|(count, _)| *count > 0).map(|(_, name)| *name).collect();
        text.push_str(&format!(", with {} line terminators", names.join(", ")));
    }
    if content.contains(&27) {
        text.push_str(", with escape sequences");
    }
    if content.contains(&8) {
        text.push_str(", with overstriking");
    }
    text
}
