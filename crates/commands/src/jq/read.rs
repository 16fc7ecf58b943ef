//! JSON text into values, as it arrives: text may end anywhere and go on with the next chunk.

use std::rc::Rc;

use memchr::{memchr, memchr2};

use super::census::new_size;
use super::number::Literal;
use super::object::Object;
use super::value::Value;

/// Deeper than this, text is refused.
const DEEPEST: usize = 10_000;

/// Keys remembered, so that the same key is the same string in memory.
const KEYS: usize = 256;

/// About what a value takes in its container, with the room that grows along.
const ELEMENT: usize = 2 * size_of::<Value>();

const CONTROL: &str = "Invalid string: control characters from U+0000 through U+001F must be escaped";

/// A message without its place.
pub type Wrong = String;

/// What the parser says about the text it was given.
#[derive(Debug)]
pub enum Step {
    /// A value.
    Value(Value),
    /// The text ends within a value, or between values.
    More,
    /// The text is wrong where the parser stands.
    Wrong(Wrong),
}

/// What must come next inside an array or object.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expect {
    /// A first element or the end.
    First,
    /// An element behind a comma.
    Element,
    /// A comma or the end.
    Separator,
    /// A value behind a key and its colon.
    Value,
    /// The colon behind a key.
    Colon,
}

enum Open {
    Array(Vec<Value>),
    Object(Object, Option<Rc<str>>),
}

/// Parses a sequence of values.
pub struct Parser {
    open: Vec<(Open, Expect)>,
    keys: Vec<Option<Rc<str>>>,
    scratch: Vec<u8>,
    /// Where the text that was not used yet begins.
    pub at: usize,
    /// Whether record separators stand between values.
    pub seq: bool,
    /// What to say next, whatever the text is.
    failure: Option<Wrong>,
    /// Bytes of the token at `at` that were looked at and do not end it.
    pub looked_at: usize,
    /// About how many bytes was parsed takes in memory: [`Parser::take_weight`].
    weight: usize,
}

impl Default for Parser {
    fn default() -> Parser {
        Parser {
            open: Vec::new(),
            keys: vec![None; KEYS],
            scratch: Vec::new(),
            at: 0,
            seq: false,
            failure: None,
            looked_at: 0,
            weight: 0,
        }
    }
}

/// A token that the text ends within.
enum Cut {
    /// More text decides.
    More,
    Wrong(Wrong),
}

impl Parser {
    /// Whether it stands inside an array or object.
    pub fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    /// About how many bytes what was parsed takes in memory.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The same, for whoever holds the values from now on.
    pub fn take_weight(&mut self) -> usize {
        std::mem::take(&mut self.weight)
    }

    /// Forgets what is half parsed.
    pub fn reset(&mut self) {
        self.open.clear();
    }

    /// Makes the next step say this.
    pub fn fail_next(&mut self, message: &str) {
        self.failure = Some(message.into());
    }

    /// The events of what is half parsed, and the path it stops at; forgets it.
    pub fn take_events(&mut self) -> (Vec<Value>, Vec<Value>) {
        let (mut found, mut path) = (Vec::new(), Vec::new());
        for (open, _) in std::mem::take(&mut self.open) {
            let (value, next) = match open {
                Open::Array(elements) => {
                    let count = elements.len();
                    (Value::array(elements), Some(Value::from(count)))
                }
                Open::Object(object, key) => (Value::object(object), key.map(Value::String)),
            };
            if value.as_array().is_none_or(|elements| !elements.is_empty()) {
                let mut inner = super::stream::events(value);
                inner.pop();
                found.extend(inner.into_iter().map(|event| below(&path, event)));
            }
            path.extend(next);
        }
        (found, path)
    }

    /// Goes on from `self.at` in `text`; `last` tells that nothing follows. With [`Step::More`], what stands from
    /// `self.at` on must come again in front of the next text.
    pub fn next(&mut self, text: &[u8], last: bool) -> Step {
        if let Some(wrong) = self.failure.take() {
            return Step::Wrong(wrong);
        }
        loop {
            let Some(&byte) = text.get(self.at) else { return self.at_end(last) };
            match byte {
                0x1e if self.seq => {
                    if self.is_inside() {
                        return Step::Wrong("Unfinished abandoned text".into());
                    }
                    self.at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'"' => match self.string(text, last) {
                    Ok(step) => {
                        if let Some(step) = step {
                            return step;
                        }
                    }
                    Err(Cut::More) => return Step::More,
                    Err(Cut::Wrong(wrong)) => return Step::Wrong(wrong),
                },
                b'[' | b'{' => {
                    self.at += 1;
                    if let Err(wrong) = self.may_begin() {
                        return Step::Wrong(wrong);
                    }
                    if self.open.len() >= DEEPEST {
                        return Step::Wrong("Exceeds depth limit for parsing".into());
                    }
                    let open = match byte {
                        b'[' => Open::Array(Vec::new()),
                        _ => Open::Object(Object::with_capacity(4), None),
                    };
                    self.open.push((open, Expect::First));
                }
                b']' | b'}' | b',' | b':' => {
                    self.at += 1;
                    match self.punctuation(byte) {
                        Ok(None) => {}
                        Ok(Some(step)) => return step,
                        Err(wrong) => return Step::Wrong(wrong),
                    }
                }
                _ => match self.word(text, last) {
                    Ok(value) => match self.place(value) {
                        Ok(None) => {}
                        Ok(Some(step)) => return step,
                        Err(wrong) => {
                            self.at = (self.at + 1).min(text.len());
                            return Step::Wrong(wrong);
                        }
                    },
                    Err(Cut::More) => return Step::More,
                    Err(Cut::Wrong(wrong)) => return Step::Wrong(wrong),
                },
            }
        }
    }

    fn at_end(&self, last: bool) -> Step {
        match last && self.is_inside() {
            true => Step::Wrong("Unfinished JSON term".into()),
            false => Step::More,
        }
    }

    /// Whether a value may stand here.
    fn may_begin(&self) -> Result<(), Wrong> {
        match self.open.last() {
            None => Ok(()),
            Some((Open::Array(_), Expect::First | Expect::Element)) => Ok(()),
            Some((Open::Array(_), _)) => Err("Expected separator between values".into()),
            Some((Open::Object(..), Expect::Value)) => Ok(()),
            Some((Open::Object(..), Expect::First | Expect::Element)) => Ok(()),
            Some((Open::Object(..), _)) => Err("Expected separator between values".into()),
        }
    }

    /// Puts a value where it belongs: a step if that is the top.
    fn place(&mut self, value: Value) -> Result<Option<Step>, Wrong> {
        // Elements are counted as they come, so a container adds only itself.
        let text = if matches!(value, Value::String(_)) { new_size(&value) } else { 0 };
        self.weight += ELEMENT + text;
        if let Some((Open::Object(_, key @ None), expect @ (Expect::First | Expect::Element))) =
            self.open.last_mut()
        {
            // Any value may stand here; the colon behind it tells that it was to be a string.
            *key = match value {
                Value::String(text) => Some(text),
                _ => None,
            };
            *expect = Expect::Colon;
            return Ok(None);
        }
        self.may_begin()?;
        match self.open.last_mut() {
            None => return Ok(Some(Step::Value(value))),
            Some((Open::Array(elements), expect)) => {
                elements.push(value);
                *expect = Expect::Separator;
            }
            Some((Open::Object(object, key), expect)) => {
                if let Some(key) = key.take() {
                    object.insert(key, value);
                }
                *expect = Expect::Separator;
            }
        }
        Ok(None)
    }

    fn punctuation(&mut self, byte: u8) -> Result<Option<Step>, Wrong> {
        let Some((open, expect)) = self.open.last_mut() else {
            return Err(match byte {
                b']' => "Unmatched ']'",
                b'}' => "Unmatched '}'",
                b',' => "Expected value before ','",
                _ => "Expected string key before ':'",
            }
            .into());
        };
        match (byte, open, *expect) {
            (b',', _, Expect::Separator) => *expect = Expect::Element,
            (b',', Open::Object(..), Expect::Colon) => {
                return Err("Objects must consist of key:value pairs".into());
            }
            (b',', ..) => return Err("Expected value before ','".into()),
            (b':', Open::Object(_, Some(_)), Expect::Colon) => *expect = Expect::Value,
            (b':', Open::Object(..), Expect::Colon) => return Err("Object keys must be strings".into()),
            (b':', _, Expect::Separator) => return Err("':' not as part of an object".into()),
            (b':', ..) => return Err("Expected string key before ':'".into()),
            (b']', Open::Array(_), Expect::First | Expect::Separator)
            | (b'}', Open::Object(..), Expect::First | Expect::Separator) => return self.close(),
            (b']', Open::Array(_), _) => return Err("Expected another array element".into()),
            (b'}', Open::Object(..), Expect::Element) => {
                return Err("Expected another key-value pair".into());
            }
            (b'}', Open::Object(..), Expect::Colon) => {
                return Err("Objects must consist of key:value pairs".into());
            }
            (b']', ..) => return Err("Unmatched ']'".into()),
            _ => return Err("Unmatched '}'".into()),
        }
        Ok(None)
    }

    fn close(&mut self) -> Result<Option<Step>, Wrong> {
        let value = match self.open.pop() {
            Some((Open::Array(elements), _)) => Value::array(elements),
            Some((Open::Object(object, _), _)) => Value::object(object),
            None => return Ok(None),
        };
        self.place(value)
    }

    /// The string at `self.at`, which is a key or a value.
    fn string(&mut self, text: &[u8], last: bool) -> Result<Option<Step>, Cut> {
        let start = self.at + 1;
        let mut end = self.at + self.looked_at.max(1);
        loop {
            match memchr2(b'"', b'\\', &text[end..]) {
                None if last => {
                    self.at = text.len();
                    self.looked_at = 0;
                    return Err(Cut::Wrong("Unfinished string".into()));
                }
                None => {
                    self.looked_at = text.len() - self.at;
                    return Err(Cut::More);
                }
                Some(found) if text[end + found] == b'"' => {
                    end += found;
                    break;
                }
                // What is escaped is still to come.
                Some(found) if end + found + 1 >= text.len() && !last => {
                    self.looked_at = end + found - self.at;
                    return Err(Cut::More);
                }
                Some(found) => end = (end + found + 2).min(text.len()),
            }
        }
        let raw = &text[start..end];
        let escaped = memchr(b'\\', raw).is_some();
        self.at = end + 1;
        self.looked_at = 0;
        if raw.iter().any(|byte| *byte < b' ') {
            return Err(Cut::Wrong(CONTROL.into()));
        }
        let is_key = matches!(self.open.last(), Some((Open::Object(..), Expect::First | Expect::Element)));
        let string = if escaped {
            self.scratch.clear();
            unescape(raw, &mut self.scratch).map_err(Cut::Wrong)?;
            let scratch = std::mem::take(&mut self.scratch);
            let string = shared(&scratch);
            self.scratch = scratch;
            string
        } else if is_key {
            self.key(raw)
        } else {
            shared(raw)
        };
        self.place(Value::String(string)).map_err(Cut::Wrong)
    }

    fn key(&mut self, raw: &[u8]) -> Rc<str> {
        let mut hash = raw.len();
        for &byte in raw.iter().take(24) {
            hash = hash.wrapping_mul(31).wrapping_add(usize::from(byte));
        }
        let slot = &mut self.keys[hash % KEYS];
        match slot {
            Some(known) if known.as_bytes() == raw => known.clone(),
            _ => {
                let key = shared(raw);
                *slot = Some(key.clone());
                key
            }
        }
    }

    /// A number, `true`, `false`, `null` or `nan`.
    fn word(&mut self, text: &[u8], last: bool) -> Result<Value, Cut> {
        let rest = &text[self.at..];
        let end = rest[self.looked_at..].iter().position(|byte| is_delimiter(*byte));
        let length = end.map_or(rest.len(), |end| self.looked_at + end);
        self.looked_at = 0;
        if length == rest.len() && !last {
            self.looked_at = length;
            return Err(Cut::More);
        }
        let word = &rest[..length];
        let value = parse_word(word);
        self.at += length;
        value.map_err(|wrong| {
            // The word is looked at once the character behind it was.
            self.at = (self.at + 1).min(text.len());
            let at_end = if length == rest.len() { " at EOF" } else { "" };
            Cut::Wrong(format!("{wrong}{at_end}"))
        })
    }
}

/// An event with `path` before its own.
fn below(path: &[Value], event: Value) -> Value {
    let mut parts = event.into_elements().unwrap_or_default();
    if let Some(Value::Array(own)) = parts.first() {
        let whole = path.iter().chain(&own.0).cloned().collect();
        parts[0] = Value::array(whole);
    }
    Value::array(parts)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'[' | b']' | b'{' | b'}' | b',' | b':' | 0x1e)
}

fn shared(raw: &[u8]) -> Rc<str> {
    match std::str::from_utf8(raw) {
        Ok(text) => Rc::from(text),
        Err(_) => Rc::from(replace_invalid(raw)),
    }
}

/// `raw` with what is not UTF-8 replaced.
pub fn replace_invalid(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).into_owned()
}

fn parse_word(word: &[u8]) -> Result<Value, &'static str> {
    match word.first() {
        Some(b't') => exactly(word, b"true", Value::Bool(true)),
        Some(b'f') => exactly(word, b"false", Value::Bool(false)),
        Some(b'n') if word.starts_with(b"na") && word != b"nan" => Err("Invalid numeric literal"),
        Some(b'n') if word == b"nan" => Ok(Value::Number(f64::NAN)),
        Some(b'n') => exactly(word, b"null", Value::Null),
        Some(b'\'') => Err("Invalid string literal; expected \", but got '"),
        _ => parse_number(word).ok_or("Invalid numeric literal"),
    }
}

fn exactly(word: &[u8], known: &[u8], value: Value) -> Result<Value, &'static str> {
    if word == known { Ok(value) } else { Err("Invalid literal") }
}

/// A number as jq reads it; its text is kept where the double would be written differently.
pub fn parse_number(word: &[u8]) -> Option<Value> {
    if word.len() <= 15 && !word.is_empty() {
        let digits = word.strip_prefix(b"-").unwrap_or(word);
        if digits.iter().all(u8::is_ascii_digit)
            && (digits.len() == 1 || !digits.starts_with(b"0"))
            && !digits.is_empty()
        {
            let size = digits.iter().fold(0u64, |sum, digit| sum * 10 + u64::from(digit - b'0')) as f64;
            return Some(Value::Number(if digits.len() < word.len() { -size } else { size }));
        }
    }
    if let Some(number) = plain_fraction(word) {
        return Some(Value::Number(number));
    }
    if let Some(literal) = Literal::parse(word) {
        return Some(Value::Literal(Rc::new(literal)));
    }
    let (negative, name) = match word.first() {
        Some(b'-') => (true, &word[1..]),
        Some(b'+') => (false, &word[1..]),
        _ => (false, word),
    };
    let name = name.to_ascii_lowercase();
    match &name[..] {
        b"inf" | b"infinity" => Some(Value::Number(if negative { f64::NEG_INFINITY } else { f64::INFINITY })),
        b"nan" => Some(Value::Number(f64::NAN)),
        _ => None,
    }
}

/// `12.5`: few enough digits that the double is written as the text is.
fn plain_fraction(word: &[u8]) -> Option<f64> {
    if word.len() > 16 {
        return None;
    }
    let digits = word.strip_prefix(b"-").unwrap_or(word);
    let point = digits.iter().position(|&byte| byte == b'.')?;
    let (whole, fraction) = (&digits[..point], &digits[point + 1..]);
    let plain = whole.iter().chain(fraction).all(u8::is_ascii_digit)
        && !whole.is_empty()
        && (whole.len() == 1 || whole[0] != b'0')
        && fraction.last().is_some_and(|&digit| digit != b'0')
        && (whole != b"0" || !fraction.starts_with(b"000"));
    if !plain {
        return None;
    }
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// Undoes the escapes of a string.
fn unescape(raw: &[u8], output: &mut Vec<u8>) -> Result<(), Wrong> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', &raw[at..]) {
        output.extend_from_slice(&raw[at..at + found]);
        at += found + 1;
        let byte = match raw.get(at) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(&byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'u') => {
                at = unicode_escape(raw, at + 1, output)?;
                continue;
            }
            _ => return Err("Invalid escape".into()),
        };
        output.push(byte);
        at += 1;
    }
    output.extend_from_slice(&raw[at..]);
    Ok(())
}

/// The character whose digits start at `at`; answers where the text goes on.
fn unicode_escape(raw: &[u8], at: usize, output: &mut Vec<u8>) -> Result<usize, Wrong> {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 4)?;
        digits.iter().try_fold(0u32, |sum, digit| Some(sum * 16 + char::from(*digit).to_digit(16)?))
    };
    let Some(first) = unit(at) else { return Err("Invalid \\uXXXX escape".into()) };
    let mut end = at + 4;
    let mut code = first;
    if (0xd800..0xdc00).contains(&first) {
        let second = (raw.get(end..end + 2) == Some(b"\\u")).then(|| unit(end + 2)).flatten();
        match second {
            Some(second) if (0xdc00..0xe000).contains(&second) => {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                end += 6;
            }
            _ => return Err("Invalid \\uXXXX\\uXXXX surrogate pair escape".into()),
        }
    }
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    output.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(end)
}

/// The one value that `text` is.
pub fn parse_one(text: &[u8]) -> Result<Value, Wrong> {
    let mut parser = Parser::default();
    let wrong = |wrong: Wrong, at: usize| {
        let before = &text[..at.min(text.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |found| found + 1);
        let column = if line > 1 { before.len() - start } else { before.len() };
        let shown = String::from_utf8_lossy(text);
        let end = if wrong.starts_with("Unfinished") { " at EOF" } else { "" };
        format!("{wrong}{end} at line {line}, column {column} (while parsing '{shown}')")
    };
    let value = match parser.next(text, true) {
        Step::Value(value) => value,
        Step::More => return Err(String::new()),
        Step::Wrong(message) => return Err(wrong(message, parser.at)),
    };
    match parser.next(text, true) {
        Step::More => Ok(value),
        Step::Value(_) => {
            Err(format!("Unexpected extra JSON values (while parsing '{}')", String::from_utf8_lossy(text)))
        }
        Step::Wrong(message) => Err(wrong(message, parser.at)),
    }
}

/// A piece of a string in a program: escapes undone, control characters taken as they are.
pub fn program_text(raw: &[u8]) -> Result<Rc<str>, Wrong> {
    let mut output = Vec::with_capacity(raw.len());
    unescape(raw, &mut output).map_err(|wrong| {
        let shown = String::from_utf8_lossy(raw);
        format!("{wrong} at line 1, column {} (while parsing '\"{shown}\"')", raw.len() + 2)
    })?;
    Ok(shared(&output))
}
