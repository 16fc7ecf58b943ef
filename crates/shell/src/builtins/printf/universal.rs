//! `\u00e9` and `\U0001F600`, as the program reads them.

use bytes::{BufMut, Bytes, BytesMut};

use super::Problem;
use crate::builtins::echo;
use crate::command::Locale;

/// Prints the character whose escape starts `text`, with its letter, and answers how long the escape is.
pub(super) fn print(text: &[u8], locale: Locale, out: &mut BytesMut) -> Result<usize, Problem> {
    let count = if text[0] == b'u' { 4 } else { 8 };
    let digits = text[1..].iter().take(count).take_while(|digit| digit.is_ascii_hexdigit()).count();
    if digits < count {
        return Err(Problem::MissingDigit(text[0]));
    }
    let code = echo::number(&text[1..=count], 16);
    // What ASCII has is to be written as it stands, three characters aside that some old sets lack.
    let named = code >= 0xa0 || matches!(code, 0x24 | 0x40 | 0x60);
    if !named || (0xd800..0xe000).contains(&code) {
        let escape = [b"\\", &text[..=count]].concat();
        return Err(Problem::BadCharacter(Bytes::from(escape)));
    }
    match (char::from_u32(code), locale) {
        (Some(c), _) if c.is_ascii() => out.put_u8(code as u8),
        (Some(c), Locale::Utf8) => out.put_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        _ if code < 0x1_0000 => out.put_slice(format!("\\u{code:04X}").as_bytes()),
        _ => out.put_slice(format!("\\U{code:08X}").as_bytes()),
    }
    Ok(1 + count)
}
