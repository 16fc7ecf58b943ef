//! `+1 -2`: keys as they were written before there was `-k`, fields counted from 0; and `-y 5`, which asked for memory.

use bytes::Bytes;

use super::number::split_digits;

/// Short options with a value.
const WITH_VALUE: &[u8] = b"koStT";

/// Long options with a value.
const LONG_WITH_VALUE: &[&[u8]] = &[
    b"batch-size",
    b"buffer-size",
    b"compress-program",
    b"field-separator",
    b"files0-from",
    b"key",
    b"output",
    b"parallel",
    b"random-source",
    b"sort",
    b"temporary-directory",
];

/// Turns old keys into today's options; what is not one stays.
pub fn rewrite(words: Vec<Bytes>) -> Vec<Bytes> {
    let mut rewritten = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if word == "--" {
            rewritten.push(word);
            break;
        }
        if word == "-y" {
            words.next_if(|next| next.iter().all(u8::is_ascii_digit));
        } else if takes_next(&word) {
            rewritten.push(word);
            rewritten.extend(words.next());
        } else if let Some(mut key) = word.strip_prefix(b"+").and_then(start) {
            if let Some(end) = words.next_if(|next| next.strip_prefix(b"-").and_then(end).is_some()) {
                key.extend(end.strip_prefix(b"-").and_then(self::end).unwrap_or_default());
            }
            rewritten.push(Bytes::from_static(b"-k"));
            rewritten.push(key.into());
        } else {
            rewritten.push(word);
        }
    }
    rewritten.extend(words);
    rewritten
}

/// Whether the word after `word` is its value.
fn takes_next(word: &[u8]) -> bool {
    match word.strip_prefix(b"--") {
        Some(long) => LONG_WITH_VALUE.iter().any(|name| name.starts_with(long)),
        None if word.starts_with(b"-") => {
            word.iter().position(|letter| WITH_VALUE.contains(letter)) == Some(word.len() - 1)
        }
        None => false,
    }
}

/// `1.2n`, the start of a key: as `-k` has it.
fn start(text: &[u8]) -> Option<Vec<u8>> {
    let (field, character, letters) = position(text)?;
    let (field, character) = (field.saturating_add(1), character.saturating_add(1));
    Some([format!("{field}.{character}").as_bytes(), letters].concat())
}

/// `2.3n`, where a key ends: as `-k` has it, comma included.
fn end(text: &[u8]) -> Option<Vec<u8>> {
    let (field, character, letters) = position(text)?;
    let limit = match character {
        0 => format!(",{field}"),
        _ => format!(",{}.{character}", field.saturating_add(1)),
    };
    Some([limit.as_bytes(), letters].concat())
}

/// A field, a character in it, and option letters, and nothing else.
fn position(text: &[u8]) -> Option<(u64, u64, &[u8])> {
    let number =
        |digits: &[u8]| std::str::from_utf8(digits).ok().map(|digits| digits.parse().unwrap_or(u64::MAX));
    let (digits, mut rest) = split_digits(text);
    let field = number(digits).filter(|_| !digits.is_empty())?;
    let mut character = 0;
    if let Some((b'.', after)) = rest.split_first() {
        let (digits, after) = split_digits(after);
        character = number(digits).filter(|_| !digits.is_empty())?;
        rest = after;
    }
    rest.iter().all(|letter| b"bdfghiMnRrV".contains(letter)).then_some((field, character, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_keys_become_options() {
        for (words, expected) in [
            ("+1 k", "-k 2.1 k"),
            ("+1 -2 k", "-k 2.1,2 k"),
            ("+1.1n -2.1r k", "-k 2.2n,3.1r k"),
            ("k +1", "k -k 2.1"),
            ("+1 -x", "-k 2.1 -x"),
            ("+x k", "+x k"),
            ("-o +1 k", "-o +1 k"),
            ("-nk +1 k", "-nk +1 k"),
            ("-k2 +1", "-k2 -k 2.1"),
            ("--key +1 k", "--key +1 k"),
            ("-- +1", "-- +1"),
            ("-y 5 k", "k"),
        ] {
            let words: Vec<Bytes> =
                words.split(' ').map(|word| Bytes::from_static(word.as_bytes())).collect();
            assert_eq!(rewrite(words.clone()).join(&b" "[..]), expected.as_bytes(), "{words:?}");
        }
    }
}
