//! `-5`, `+5`, `-2c`, `+3lf`: a count as the first argument, as it was written before there was `-n`.

use bytes::Bytes;
use mirage_shell::command::Flag;

/// The option that a digit is taken for anywhere else: it is refused.
pub const fn digit(letter: char) -> Flag {
    Flag::short(letter, "").optional("")
}

/// Turns a count as the first argument into today's options. It is one only before at most one file.
pub fn rewrite(mut words: Vec<Bytes>) -> Vec<Bytes> {
    let alone = match &words[..] {
        [_] => true,
        [_, second] => second == "-" || second == "--" || !second.starts_with(b"-"),
        [_, second, _] => second == "--",
        _ => false,
    };
    if alone && let Some(options) = words.first().and_then(|first| modern(first)) {
        words.splice(..1, options);
    }
    words
}

/// `-n5` and `-f` for `-5f`; none when it is no obsolete count.
fn modern(word: &[u8]) -> Option<Vec<Bytes>> {
    let (&sign, rest) = word.split_first()?;
    let today = rest.is_empty() || rest == b"c" || rest == b"f";
    if sign != b'+' && (sign != b'-' || today) {
        return None;
    }
    let (digits, rest) = rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
    let (option, unit, rest): (&[u8], &[u8], &[u8]) = match rest.split_first() {
        Some((b'b', rest)) => (b"-c", b"b", rest),
        Some((b'c', rest)) => (b"-c", b"", rest),
        Some((b'l', rest)) => (b"-n", b"", rest),
        _ => (b"-n", b"", rest),
    };
    let follow = match rest {
        b"" => false,
        b"f" => true,
        _ => return None,
    };
    let digits = if digits.is_empty() { b"10" } else { digits };
    let mut options = vec![[option, &[sign], digits, unit].concat().into()];
    if follow {
        options.push(Bytes::from_static(b"-f"));
    }
    Some(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_become_options() {
        for (words, modern) in [
            ("-5", "-n-5"),
            ("+5 f", "-n+5 f"),
            ("-2c f", "-c-2 f"),
            ("-b f", "-c-10b f"),
            ("+lf f", "-n+10 -f f"),
            ("-cf f", "-c-10 -f f"),
            ("-c 5", "-c 5"),
            ("-f x", "-f x"),
            ("-5 -- x", "-n-5 -- x"),
            ("-5 x y", "-5 x y"),
            ("+5 -n 1", "+5 -n 1"),
            ("-5x f", "-5x f"),
            ("-", "-"),
        ] {
            let split = words.split(' ').map(|word| Bytes::from_static(word.as_bytes())).collect();
            assert_eq!(rewrite(split).join(&b" "[..]), modern.as_bytes(), "{words}");
        }
    }
}
