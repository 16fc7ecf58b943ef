//! Options and operands, told apart as GNU's `getopt_long` does.

use bytes::Bytes;

use super::help;
use super::spec::{Flag, Parsing, Spec, Value};

/// A command's arguments, parsed by its spec.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// The name the command was called by, for its messages.
    pub name: Bytes,
    /// The options in the order they were given, with their values.
    pub options: Vec<(Flag, Option<Bytes>)>,
    /// Everything that is not an option.
    pub operands: Vec<Bytes>,
    /// The words that held options, as they were written: `-rN`, `--label=x`.
    pub option_words: Vec<Bytes>,
}

/// What parsing a command's arguments gives.
#[derive(Debug)]
pub enum Parsed {
    /// A call to run.
    Run(Arguments),
    /// Text to print on stdout with status 0: `--help` or `--version`.
    Print(String),
    /// A wrong call.
    Wrong(Usage),
}

/// A wrong call: the message without the command's name, and the status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// `invalid option -- 'z'`
    pub message: Vec<u8>,
    /// The spec's status for wrong calls.
    pub status: u8,
    /// The spec's advice.
    pub advice: &'static str,
}

impl Usage {
    /// What GNU prints: `NAME: MESSAGE` and where to find help.
    pub fn text(&self, name: &[u8]) -> Vec<u8> {
        let advice = self.advice.as_bytes().split(|&byte| byte == b'{');
        let advice: Vec<&[u8]> = advice.map(|part| part.strip_prefix(b"}").unwrap_or(part)).collect();
        [name, b": ", &self.message, b"\n", &advice.join(name)].concat()
    }
}

impl Arguments {
    /// Parses `words`, the arguments after the name, by `spec`.
    pub fn parse(spec: &'static Spec, name: Bytes, words: Vec<Bytes>) -> Parsed {
        let words = spec.rewrite.map_or_else(|| words.clone(), |rewrite| rewrite(words.clone()));
        let mut parser = Parser {
            spec,
            arguments: Arguments {
                name,
                options: Vec::new(),
                operands: Vec::new(),
                option_words: Vec::new(),
            },
        };
        match parser.run(words) {
            Ok(None) => Parsed::Run(parser.arguments),
            Ok(Some(text)) => Parsed::Print(text),
            Err(message) => Parsed::Wrong(Usage { message, status: spec.usage_status, advice: spec.advice }),
        }
    }

    /// Whether `flag` was given.
    pub fn has(&self, flag: Flag) -> bool {
        self.options.iter().any(|(given, _)| *given == flag)
    }

    /// The value of the last `flag` given.
    pub fn value(&self, flag: Flag) -> Option<&Bytes> {
        self.options.iter().rev().find(|(given, _)| *given == flag).and_then(|(_, value)| value.as_ref())
    }

    /// The values of every `flag` given, in order.
    pub fn values(&self, flag: Flag) -> impl Iterator<Item = &Bytes> {
        self.options.iter().filter(move |(given, _)| *given == flag).filter_map(|(_, value)| value.as_ref())
    }

    /// Of `flags`, which exclude each other, the one given last.
    pub fn last_of(&self, flags: &[Flag]) -> Option<Flag> {
        self.options.iter().rev().map(|(given, _)| *given).find(|given| flags.contains(given))
    }
}

struct Parser {
    spec: &'static Spec,
    arguments: Arguments,
}

/// `Some` is a text to print instead of running; an error is a message without the command's name.
type Step = Result<Option<String>, Vec<u8>>;

impl Parser {
    fn run(&mut self, words: Vec<Bytes>) -> Step {
        if self.spec.parsing == Parsing::Own {
            let text = match &words[..] {
                [only] => self.standard(only.strip_prefix(b"--").unwrap_or_default()),
                _ => None,
            };
            self.arguments.operands = words;
            return Ok(text);
        }
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if word == "--" {
                break;
            }
            if word.len() > 1 && word[0] == b'-' {
                self.arguments.option_words.push(word.clone());
            }
            let printed = match word.strip_prefix(b"--") {
                Some(_) => self.long(word.slice(2..), &mut words)?,
                None if word.len() > 1 && word[0] == b'-' => {
                    self.cluster(&word, &mut words)?;
                    None
                }
                None => {
                    self.arguments.operands.push(word);
                    if self.spec.parsing == Parsing::Leading {
                        break;
                    }
                    None
                }
            };
            if printed.is_some() {
                return Ok(printed);
            }
        }
        self.arguments.operands.extend(words);
        Ok(None)
    }

    fn cluster(&mut self, word: &Bytes, words: &mut impl Iterator<Item = Bytes>) -> Result<(), Vec<u8>> {
        let mut at = 1;
        while at < word.len() {
            let letter = word[at];
            at += 1;
            let flag = self
                .spec
                .flags
                .iter()
                .find(|flag| flag.short.is_some_and(|short| short as u32 == letter.into()));
            let Some(&flag) = flag else {
                return Err([b"invalid option -- '", &[letter][..], b"'"].concat());
            };
            let attached = Some(word.slice(at..)).filter(|rest| !rest.is_empty());
            let value = match flag.value {
                Value::None => None,
                Value::Optional(_) => attached,
                Value::Required(_) => Some(
                    attached
                        .or_else(|| self.next_word(words))
                        .ok_or_else(|| [b"option requires an argument -- '", &[letter][..], b"'"].concat())?,
                ),
            };
            self.arguments.options.push((flag, value));
            if flag.value != Value::None {
                break;
            }
        }
        Ok(())
    }

    /// The next word as the value of an option.
    fn next_word(&mut self, words: &mut impl Iterator<Item = Bytes>) -> Option<Bytes> {
        let word = words.next()?;
        self.arguments.option_words.push(word.clone());
        Some(word)
    }

    fn long(&mut self, text: Bytes, words: &mut impl Iterator<Item = Bytes>) -> Step {
        let equals = text.iter().position(|&byte| byte == b'=');
        let name = text.slice(..equals.unwrap_or(text.len()));
        let attached = equals.map(|at| text.slice(at + 1..));
        let (full, flag) = match self.look_up(&name, &text)? {
            Found::Standard(long) if attached.is_none() => return Ok(self.standard(long.as_bytes())),
            Found::Standard(long) => {
                return Err(format!("option '--{long}' doesn't allow an argument").into());
            }
            Found::Flag(long, flag) => (long, flag),
        };
        let value = match (flag.value, attached) {
            (Value::None, Some(_)) => {
                return Err(format!("option '--{full}' doesn't allow an argument").into());
            }
            (Value::None, None) => None,
            (Value::Optional(_), attached) => attached,
            (Value::Required(_), attached) => Some(
                attached
                    .or_else(|| self.next_word(words))
                    .ok_or_else(|| format!("option '--{full}' requires an argument"))?,
            ),
        };
        self.arguments.options.push((flag, value));
        Ok(None)
    }

    /// The option called `name`, or the only one that starts with it; `text` is the word after `--` for messages.
    fn look_up(&self, name: &[u8], text: &[u8]) -> Result<Found, Vec<u8>> {
        let own = self.spec.flags.iter().filter_map(|flag| flag.long.map(|long| Found::Flag(long, *flag)));
        let standard = ["help", "version"].into_iter().map(Found::Standard);
        let starting: Vec<Found> =
            own.chain(standard).filter(|found| found.name().as_bytes().starts_with(name)).collect();
        if let Some(exact) = starting.iter().find(|found| found.name().as_bytes() == name) {
            return Ok(*exact);
        }
        match &starting[..] {
            [] => Err([b"unrecognized option '--", text, b"'"].concat()),
            // Abbreviations of synonyms mean the same option.
            [first, rest @ ..] if rest.iter().all(|other| other.same_effect(first)) => Ok(*first),
            _ => {
                let mut message = [b"option '--", text, b"' is ambiguous; possibilities:"].concat();
                for found in &starting {
                    message.extend_from_slice(format!(" '--{}'", found.name()).as_bytes());
                }
                Err(message)
            }
        }
    }

    fn standard(&self, name: &[u8]) -> Option<String> {
        match name {
            b"help" => Some(help::help(self.spec)),
            b"version" => Some(help::version(self.spec)),
            _ => None,
        }
    }
}

#[derive(Clone, Copy)]
enum Found {
    Flag(&'static str, Flag),
    Standard(&'static str),
}

impl Found {
    fn name(&self) -> &'static str {
        match self {
            Found::Flag(name, _) | Found::Standard(name) => name,
        }
    }

    fn same_effect(&self, other: &Found) -> bool {
        match (self, other) {
            (Found::Flag(_, one), Found::Flag(_, two)) => {
                one.short.is_some() && one.short == two.short && one.value == two.value
            }
            _ => false,
        }
    }
}
