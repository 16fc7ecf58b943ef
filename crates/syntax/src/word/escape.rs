//! The escapes of `$'...'`.

use bytes::{BufMut, Bytes, BytesMut};

/// What the text between the quotes of `$'...'` means: also what `${x@E}` gives.
///
/// A NUL ends the text, as in bash.
pub fn decode_ansi_c(text: &Bytes) -> Bytes {
    let Some(first) = memchr::memchr(b'\\', text) else { return text.clone() };
    let mut out = BytesMut::with_capacity(text.len());
    out.extend_from_slice(&text[..first]);
    let mut rest = &text[first..];
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.put_u8(byte);
        } else if !escape(&mut rest, &mut out) {
            break;
        }
    }
    out.freeze()
}

/// Decodes the escape whose backslash stood in front of `rest`. False for a NUL.
fn escape(rest: &mut &[u8], out: &mut BytesMut) -> bool {
    let Some((&letter, after)) = rest.split_first() else {
        out.put_u8(b'\\');
        return true;
    };
    *rest = after;
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'e' | b'E' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'\'' | b'"' | b'?' => letter,
        _ => 0,
    };
    if simple != 0 {
        out.put_u8(simple);
        return true;
    }
    match letter {
        b'0'..=b'7' => {
            let (more, count) = number(rest, 8, 2);
            let value = (u32::from(letter - b'0') << (3 * count)) | more;
            byte(value, out)
        }
        b'x' => hexadecimal(rest, out),
        b'u' => unicode(rest, 4, letter, out),
        b'U' => unicode(rest, 8, letter, out),
        b'c' => control(rest, out),
        _ => {
            out.put_slice(&[b'\\', letter]);
            true
        }
    }
}

fn byte(value: u32, out: &mut BytesMut) -> bool {
    let value = (value & 0xff) as u8;
    if value != 0 {
        out.put_u8(value);
    }
    value != 0
}

/// `\xHH`, also `\x{H...}`.
fn hexadecimal(rest: &mut &[u8], out: &mut BytesMut) -> bool {
    let mut digits = *rest;
    let braced = digits.first() == Some(&b'{');
    if braced {
        digits = &digits[1..];
    }
    let (value, count) = number(&mut digits, 16, if braced { usize::MAX } else { 2 });
    if count == 0 && !braced {
        out.put_slice(b"\\x");
        return true;
    }
    if braced && digits.first() == Some(&b'}') {
        digits = &digits[1..];
    }
    *rest = digits;
    byte(value, out)
}

/// `\uHHHH` and `\UHHHHHHHH`, as UTF-8.
fn unicode(rest: &mut &[u8], most: usize, letter: u8, out: &mut BytesMut) -> bool {
    let (value, count) = number(rest, 16, most);
    if count == 0 {
        out.put_slice(&[b'\\', letter]);
        return true;
    }
    if value == 0 {
        return false;
    }
    put_utf8(value, out);
    true
}

/// Adds a character, also one that Unicode does not have: bash encodes any number up to 31 bits.
fn put_utf8(value: u32, out: &mut BytesMut) {
    let length = match value {
        0..=0x7f => return out.put_u8(value as u8),
        0x80..=0x7ff => 2,
        0x800..=0xffff => 3,
        0x1_0000..=0x1f_ffff => 4,
        0x20_0000..=0x3ff_ffff => 5,
        _ => 6,
    };
    let lead = 0xff_u32 << (8 - length) & 0xff;
    out.put_u8((lead | value >> (6 * (length - 1))) as u8);
    for index in (0..length - 1).rev() {
        out.put_u8((0x80 | (value >> (6 * index) & 0x3f)) as u8);
    }
}

/// `\cX`
fn control(rest: &mut &[u8], out: &mut BytesMut) -> bool {
    let Some((&letter, after)) = rest.split_first() else {
        out.put_slice(b"\\c");
        return true;
    };
    *rest = after;
    if letter == b'\\' && rest.first() == Some(&b'\\') {
        *rest = &rest[1..];
    }
    let value = if letter == b'?' { 0x7f } else { u32::from(letter.to_ascii_uppercase() & 0x1f) };
    byte(value, out)
}

/// At most `most` digits: their value and their count.
fn number(rest: &mut &[u8], radix: u32, most: usize) -> (u32, usize) {
    let mut value = 0_u32;
    let mut count = 0;
    while count < most {
        let Some(digit) = rest.first().and_then(|&byte| char::from(byte).to_digit(radix)) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        count += 1;
        *rest = &rest[1..];
    }
    (value, count)
}
