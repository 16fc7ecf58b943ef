//! `echo`, as builtin and as program.

use bytes::{BufMut, Bytes, BytesMut};

use super::printf::Flavor;
use super::{Invocation, Outcome};
use crate::execute::Shell;
use crate::state::ShellOption;

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let escapes = shell.state.options.has(ShellOption::XpgEcho);
    let plain = escapes && shell.state.options.has(ShellOption::Posix);
    match plain {
        true => print(call.operands(), true, true, Flavor::Builtin, &mut shell.output),
        false => echo(call.operands(), escapes, Flavor::Builtin, &mut shell.output),
    }
    Ok(0)
}

/// Prints `words` as `echo` does, options first. `escapes`: backslash escapes are understood unless `-E` is given.
pub fn echo(words: &[Bytes], escapes: bool, flavor: Flavor, out: &mut BytesMut) {
    let (mut newline, mut escapes) = (true, escapes);
    let mut rest = words;
    while let [word, after @ ..] = rest {
        let letters = word.strip_prefix(b"-").filter(|letters| !letters.is_empty());
        let Some(letters) = letters.filter(|letters| letters.iter().all(|letter| b"neE".contains(letter)))
        else {
            break;
        };
        for letter in letters {
            match letter {
                b'n' => newline = false,
                b'e' => escapes = true,
                _ => escapes = false,
            }
        }
        rest = after;
    }
    print(rest, newline, escapes, flavor, out);
}

/// Prints `words` as they stand, or with their escapes read.
pub fn print(words: &[Bytes], newline: bool, escapes: bool, flavor: Flavor, out: &mut BytesMut) {
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            out.put_u8(b' ');
        }
        match escapes && word.contains(&b'\\') {
            false => out.put_slice(word),
            true => {
                if !unescape(word, flavor, out) {
                    return;
                }
            }
        }
    }
    if newline {
        out.put_u8(b'\n');
    }
}

/// Prints `text` with its backslash escapes; false when `\c` ends the output.
fn unescape(text: &[u8], flavor: Flavor, out: &mut BytesMut) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.put_slice(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(&letter) = rest.first() else {
            out.put_u8(b'\\');
            return true;
        };
        if letter == b'c' {
            return false;
        }
        rest = &rest[1..];
        // The program reads octal numbers without the 0 too, and no numbers of characters.
        if let (b'1'..=b'7', Flavor::Program) = (letter, flavor) {
            let length = rest.iter().take(2).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
            let first = u32::from(letter - b'0') << (3 * length);
            out.put_u8((first + number(&rest[..length], 8)) as u8);
            rest = &rest[length..];
            continue;
        }
        if let (b'u' | b'U' | b'E', Flavor::Program) = (letter, flavor) {
            out.put_slice(&[b'\\', letter]);
            continue;
        }
        if letter == b'0' {
            let length = rest.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
            out.put_u8(number(&rest[..length], 8) as u8);
            rest = &rest[length..];
            continue;
        }
        rest = escape(letter, rest, out);
    }
    out.put_slice(rest);
    true
}

/// Prints what backslash and `letter` mean, octal numbers left aside; answers what follows.
pub(crate) fn escape<'a>(letter: u8, rest: &'a [u8], out: &mut BytesMut) -> &'a [u8] {
    let digits = |most: usize| rest.iter().take(most).take_while(|digit| digit.is_ascii_hexdigit()).count();
    match letter {
        b'a' => out.put_u8(7),
        b'b' => out.put_u8(8),
        b'e' | b'E' => out.put_u8(27),
        b'f' => out.put_u8(12),
        b'n' => out.put_u8(b'\n'),
        b'r' => out.put_u8(b'\r'),
        b't' => out.put_u8(b'\t'),
        b'v' => out.put_u8(11),
        b'\\' => out.put_u8(b'\\'),
        b'x' if digits(2) > 0 => {
            let length = digits(2);
            out.put_u8(number(&rest[..length], 16) as u8);
            return &rest[length..];
        }
        b'u' | b'U' if digits(1) > 0 => {
            let length = digits(if letter == b'u' { 4 } else { 8 });
            put_code_point(number(&rest[..length], 16), out);
            return &rest[length..];
        }
        _ => out.put_slice(&[b'\\', letter]),
    }
    rest
}

/// Prints the character with this number, in UTF-8 also beyond Unicode's end, as bash does.
pub(crate) fn put_code_point(code: u32, out: &mut BytesMut) {
    match code {
        0..0x80 => out.put_u8(code as u8),
        0x80..0x800 => out.put_slice(&[0xc0 | (code >> 6) as u8, tail(code)]),
        0x800..0x1_0000 => out.put_slice(&[0xe0 | (code >> 12) as u8, tail(code >> 6), tail(code)]),
        0x1_0000..0x20_0000 => {
            out.put_slice(&[0xf0 | (code >> 18) as u8, tail(code >> 12), tail(code >> 6), tail(code)]);
        }
        _ => {}
    }
}

fn tail(code: u32) -> u8 {
    0x80 | (code & 0x3f) as u8
}

/// Digits that are known to be some, as a number that wraps round.
pub(crate) fn number(digits: &[u8], base: u32) -> u32 {
    digits.iter().fold(0, |number: u32, digit| {
        number.wrapping_mul(base).wrapping_add(char::from(*digit).to_digit(base).unwrap_or(0))
    })
}
