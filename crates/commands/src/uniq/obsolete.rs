//! The old forms `-N` for `-f N` and `+N` for `-s N`.

use bytes::Bytes;

/// Turns the old forms into today's.
pub fn rewrite(words: Vec<Bytes>) -> Vec<Bytes> {
    let mut rewritten = Vec::with_capacity(words.len());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let takes_value = matches!(&word[..], b"-f" | b"-s" | b"-w");
        let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        match &word[..] {
            b"--" => {
                rewritten.push(word);
                break;
            }
            [b'-', rest @ ..] if digits(rest) => rewritten.push([b"-f", rest].concat().into()),
            [b'+', rest @ ..] if digits(rest) => rewritten.push([b"-s", rest].concat().into()),
            _ => rewritten.push(word),
        }
        if takes_value {
            rewritten.extend(words.next());
        }
    }
    rewritten.extend(words);
    rewritten
}
