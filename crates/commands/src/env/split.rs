//! `env -S`: one string as several arguments.

use bytes::Bytes;

/// Puts the arguments that `-S STRING` stands for in its place.
pub fn rewrite(words: Vec<Bytes>) -> Vec<Bytes> {
    let mut rewritten = Vec::with_capacity(words.len());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let string = match &word[..] {
            b"-S" | b"--split-string" => words.next(),
            [b'-', b'S', ..] => Some(word.slice(2..)),
            text if text.starts_with(b"--split-string=") => Some(word.slice(b"--split-string=".len()..)),
            // Options end here: what follows is the command's own.
            text if !text.starts_with(b"-") || text == b"-" || text == b"--" => {
                rewritten.push(word);
                break;
            }
            b"-u" | b"-C" => {
                rewritten.push(word);
                rewritten.extend(words.next());
                continue;
            }
            _ => {
                rewritten.push(word);
                continue;
            }
        };
        rewritten.extend(split(&string.unwrap_or_default()));
    }
    rewritten.extend(words);
    rewritten
}

/// Words separated by blanks; quotes keep together, backslashes escape.
fn split(text: &[u8]) -> Vec<Bytes> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        match (byte, quote) {
            (b' ' | b'\t' | b'\n' | b'\r' | 11 | 12, None) => words.extend(word.take().map(Bytes::from)),
            (b'#', None) if word.is_none() => break,
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (byte, Some(open)) if byte == open => quote = None,
            (b'\\', quote) if quote != Some(b'\'') => {
                let escaped = rest.next().unwrap_or(b'\\');
                let meant = match escaped {
                    b'n' => b'\n',
                    b't' => b'\t',
                    b'r' => b'\r',
                    b'f' => 12,
                    b'v' => 11,
                    b'_' => b' ',
                    b'c' => break,
                    other => other,
                };
                match escaped == b'_' && quote.is_none() {
                    true => words.extend(word.take().map(Bytes::from)),
                    false => word.get_or_insert_default().push(meant),
                }
            }
            (byte, _) => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word.map(Bytes::from));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_split_as_a_shell_would() {
        assert_eq!(split(b"echo a \"b c\" 'd\\n' e\\ f"), ["echo", "a", "b c", "d\\n", "e f"]);
        assert_eq!(split(b"  x\\_y # rest"), ["x", "y"]);
        assert_eq!(split(b"''"), [""]);
    }
}
