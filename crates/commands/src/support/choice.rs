//! Option values that are one of a list of words.

use mirage_shell::command::Locale;

use super::quote;

/// The words that stand for each value, synonyms together, in the order of the message that lists them.
pub type Choices<T> = [(&'static [&'static str], T)];

/// The value that `given` names or abbreviates; else a message of several lines that ends with the valid words.
pub fn choose<T: Copy>(
    given: &[u8],
    choices: &Choices<T>,
    option: &str,
    locale: Locale,
) -> Result<T, Vec<u8>> {
    let words =
        || choices.iter().enumerate().flat_map(|(at, (words, _))| words.iter().map(move |word| (at, word)));
    if let Some((at, _)) = words().find(|(_, word)| word.as_bytes() == given) {
        return Ok(choices[at].1);
    }
    let mut starting = words().filter(|(_, word)| word.as_bytes().starts_with(given)).map(|(at, _)| at);
    let first = starting.next();
    let ambiguous = starting.any(|at| Some(at) != first);
    match first {
        Some(at) if !ambiguous => Ok(choices[at].1),
        first => {
            let problem = if first.is_some() { "ambiguous" } else { "invalid" };
            let mut message = format!("{problem} argument ").into_bytes();
            message.extend_from_slice(&quote(given, locale));
            message.extend_from_slice(b" for ");
            message.extend_from_slice(&quote(option.as_bytes(), locale));
            message.extend_from_slice(b"\nValid arguments are:");
            for (words, _) in choices {
                let words: Vec<Vec<u8>> = words.iter().map(|word| quote(word.as_bytes(), locale)).collect();
                message.extend_from_slice(b"\n  - ");
                message.extend_from_slice(&words.join(&b", "[..]));
            }
            Err(message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SORTS: &Choices<u8> = &[(&["none"], 0), (&["time"], 1), (&["size", "bytes"], 2), (&["timid"], 3)];

    #[test]
    fn abbreviations_are_taken_when_they_name_one_value() {
        for (given, value) in [("time", Some(1)), ("ti", None), ("n", Some(0)), ("b", Some(2)), ("", None)] {
            assert_eq!(choose(given.as_bytes(), SORTS, "--sort", Locale::C).ok(), value, "{given:?}");
        }
    }

    #[test]
    fn the_message_lists_synonyms_together() {
        let message = choose(b"x", SORTS, "--sort", Locale::C).unwrap_err();
        let expected = "invalid argument 'x' for '--sort'\nValid arguments are:\n  - 'none'\n  - 'time'\n  - 'size', 'bytes'\n  - 'timid'";
        assert_eq!(String::from_utf8_lossy(&message), expected);
    }
}
