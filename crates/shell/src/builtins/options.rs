//! The options of builtins, told apart as bash does.

use bytes::Bytes;

use super::Builtin;
use crate::command::Status;
use crate::execute::Shell;

/// A builtin's options, and its operands.
pub(crate) struct Parsed {
    /// Letters in the order given, with their values. `+x` stands with its sign.
    pub options: Vec<Chosen>,
    pub operands: Vec<Bytes>,
}

/// One option.
pub(crate) struct Chosen {
    pub letter: u8,
    /// Given with `+`.
    pub plus: bool,
    pub value: Bytes,
}

impl Parsed {
    /// Whether the letter was given.
    pub fn has(&self, letter: u8) -> bool {
        self.options.iter().any(|option| option.letter == letter)
    }

    /// The value of the last option with this letter.
    pub fn value(&self, letter: u8) -> Option<&Bytes> {
        self.options.iter().rev().find(|option| option.letter == letter).map(|option| &option.value)
    }
}

/// Parses the words behind a builtin's name. `letters` are the options it knows, those with a value followed by `:`; a
/// leading `+` also allows options with that sign. A wrong one is told with how to use the builtin.
pub(crate) fn parse(
    shell: &mut Shell,
    builtin: &Builtin,
    words: &[Bytes],
    letters: &str,
) -> Result<Parsed, Status> {
    let (plus_allowed, letters) = match letters.strip_prefix('+') {
        Some(letters) => (true, letters.as_bytes()),
        None => (false, letters.as_bytes()),
    };
    let mut parsed = Parsed { options: Vec::new(), operands: Vec::new() };
    let mut words = words.iter().peekable();
    while let Some(word) = words.peek() {
        let sign = word.first().copied();
        let plus = plus_allowed && sign == Some(b'+');
        if word.len() < 2 || !(sign == Some(b'-') || plus) {
            break;
        }
        let word = words.next().cloned().unwrap_or_default();
        if word == "--" {
            break;
        }
        let mut at = 1;
        while at < word.len() {
            let letter = word[at];
            at += 1;
            let place = letters.iter().position(|known| *known == letter && letter != b':');
            let Some(place) = place else {
                let shown = [word[0], letter];
                shell.complain(&[&shown, b": invalid option"]);
                usage(shell, builtin);
                return Err(2);
            };
            let mut value = Bytes::new();
            if letters.get(place + 1) == Some(&b':') {
                value = match at < word.len() {
                    true => word.slice(at..),
                    false => match words.next() {
                        Some(next) => next.clone(),
                        None => {
                            shell.complain(&[&[b'-', letter], b": option requires an argument"]);
                            usage(shell, builtin);
                            return Err(2);
                        }
                    },
                };
                at = word.len();
            }
            parsed.options.push(Chosen { letter, plus, value });
        }
    }
    parsed.operands.extend(words.cloned());
    Ok(parsed)
}

/// Prints how to use a builtin.
pub(crate) fn usage(shell: &mut Shell, builtin: &Builtin) {
    let text = format!("{}: usage: {}\n", builtin.name, builtin.usage);
    shell.messages.extend_from_slice(text.as_bytes());
}

/// A decimal number, blanks around it allowed.
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.trim_matches([' ', '\t', '\n']);
    text.strip_prefix('+').unwrap_or(text).parse().ok().filter(|_| !text.starts_with("+-"))
}
