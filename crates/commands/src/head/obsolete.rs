//! `-5`, `-5c`, `-2kq`: a count as the first argument, as it was written before there was `-n`.

use bytes::Bytes;
use mirage_shell::command::Flag;

/// The option that a digit is taken for anywhere else: it is refused.
pub const fn digit(letter: char) -> Flag {
    Flag::short(letter, "").optional("")
}

/// Turns a count as the first argument into today's options.
pub fn rewrite(mut words: Vec<Bytes>) -> Vec<Bytes> {
    if let Some(options) = words.first().and_then(|first| modern(first)) {
        words.splice(..1, options);
    }
    words
}

/// `-n5`, `-q` for `-5q`; none when it is no obsolete count, or has a letter that none has.
fn modern(word: &[u8]) -> Option<Vec<Bytes>> {
    let digits = word.strip_prefix(b"-")?;
    let (digits, letters) = digits.split_at(digits.iter().take_while(|byte| byte.is_ascii_digit()).count());
    if digits.is_empty() {
        return None;
    }
    let (mut option, mut unit, mut rest): (&[u8], &[u8], Vec<Bytes>) = (b"-n", b"", Vec::new());
    for letter in letters {
        match letter {
            b'c' => (option, unit) = (b"-c", b""),
            b'b' => (option, unit) = (b"-c", b"b"),
            b'k' => (option, unit) = (b"-c", b"k"),
            b'm' => (option, unit) = (b"-c", b"m"),
            b'l' => (option, unit) = (b"-n", b""),
            b'q' | b'v' | b'z' => rest.push(Bytes::copy_from_slice(&[b'-', *letter])),
            _ => return None,
        }
    }
    rest.push([option, digits, unit].concat().into());
    Some(rest)
}

/// The letter to complain about, if this option is a digit that does not belong here.
pub fn misplaced(flag: Flag, value: Option<&Bytes>) -> Option<u8> {
    let digit = flag.short.filter(char::is_ascii_digit)? as u8;
    let odd = value
        .and_then(|value| value.iter().find(|byte| !byte.is_ascii_digit() && !b"cbkmlqvz".contains(byte)));
    Some(odd.copied().unwrap_or(digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_options() {
        for (word, options) in [
            ("-5", Some("-n5")),
            ("-2c", Some("-c2")),
            ("-2kqv", Some("-q -v -c2k")),
            ("-2cl", Some("-n2")),
            ("-5x", None),
            ("-n5", None),
            ("5", None),
        ] {
            let modern = modern(word.as_bytes()).map(|words| words.join(&b" "[..]));
            assert_eq!(modern.as_deref(), options.map(str::as_bytes), "{word}");
        }
    }
}
