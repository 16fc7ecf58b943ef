//! The characters that `sed` has names for: `\n`, `\t`, `\x41`, `\cA`.

use std::borrow::Cow;

/// The byte that `text`, which follows a backslash, names in `sed`, and the length of its name: `\a \f \n \r \t \v`,
/// `\cX`, `\dNNN` decimal, `\oNNN` octal, `\xHH`. A number past 255 is taken modulo 256.
pub fn named_character(text: &[u8]) -> Option<(u8, usize)> {
    Some(match *text.first()? {
        b'a' => (7, 1),
        b'f' => (12, 1),
        b'n' => (b'\n', 1),
        b'r' => (b'\r', 1),
        b't' => (b'\t', 1),
        b'v' => (11, 1),
        b'c' => (text.get(1)?.to_ascii_uppercase() ^ 0x40, 2),
        b'd' => number(text.get(1..)?, 10, 3)?,
        b'o' => number(text.get(1..)?, 8, 3)?,
        b'x' => number(text.get(1..)?, 16, 2)?,
        _ => return None,
    })
}

/// Up to `most` digits as a byte, and their length with the letter before them.
fn number(digits: &[u8], base: u32, most: usize) -> Option<(u8, usize)> {
    let values = digits.iter().take(most).map_while(|digit| char::from(*digit).to_digit(base));
    let (value, count) =
        values.fold((0u32, 0usize), |(value, count), digit| (value * base + digit, count + 1));
    (count > 0).then(|| (value.to_le_bytes()[0], count + 1))
}

/// The pattern with every name replaced by its character, which then means what it means when typed: `\x2a` repeats.
pub(super) fn replace(pattern: &[u8]) -> Cow<'_, [u8]> {
    if !pattern.contains(&b'\\') {
        return Cow::Borrowed(pattern);
    }
    let mut replaced = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match named_character(after) {
            Some((named, length)) if byte == b'\\' => {
                replaced.push(named);
                rest = after.get(length..).unwrap_or_default();
            }
            _ => {
                replaced.push(byte);
                if byte == b'\\'
                    && let Some((&next, after)) = after.split_first()
                {
                    replaced.push(next);
                    rest = after;
                }
            }
        }
    }
    Cow::Owned(replaced)
}
