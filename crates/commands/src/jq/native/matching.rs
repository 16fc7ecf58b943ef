//! Regular expressions, as jq's library reads them.

use std::rc::Rc;

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::{Facts, Native, fail, native, wrong};
use crate::jq::object::Object;
use crate::jq::value::Value;

#[rustfmt::skip] // A row a function.
pub const TABLE: &[Native] = &[
    native("_match", 3, |facts, input, values| matches(facts, &input, values)),
    native("_capture", 0, |_, input, _| capture(&input)),
];

/// Steps a search may take before it is given up.
const PATIENCE: usize = 10_000_000;

/// A compiled expression with its flags.
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// The names of its groups, where they have one.
    names: Vec<Option<Rc<str>>>,
    global: bool,
    skip_empty: bool,
}

impl Pattern {
    fn new(text: &str, flags: &str) -> Result<Pattern, String> {
        let (mut global, mut skip_empty, mut extended) = (false, false, false);
        let mut options = String::new();
        for flag in flags.chars() {
            match flag {
                'g' => global = true,
                'n' => skip_empty = true,
                'i' => options.push('i'),
                'm' | 'p' => options.push('s'),
                'x' => extended = true,
                's' | 'l' => {}
                _ => return Err(format!("{flags} is not a valid modifier string")),
            }
        }
        let mut translator = Translator { text, at: 0, extended, output: String::new(), names: Vec::new() };
        if !options.is_empty() {
            translator.output = format!("(?{options})");
        }
        translator.run().map_err(|error| format!("Regex failure: {error}"))?;
        let regex = RegexBuilder::new(&translator.output).backtrack_limit(PATIENCE).build();
        let regex = regex.map_err(|error| format!("Regex failure: {error}"))?;
        Ok(Pattern { regex, names: translator.names, global, skip_empty })
    }
}

/// Rewrites an expression for the engine: groups lose their names, which may come twice; `^` and `$` are the ends of the
/// text.
struct Translator<'a> {
    text: &'a str,
    at: usize,
    extended: bool,
    output: String,
    names: Vec<Option<Rc<str>>>,
}

impl Translator<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) -> Result<(), &'static str> {
        let mut depth = 0usize;
        let mut repeatable = false;
        while let Some(character) = self.rest().chars().next() {
            let before = repeatable;
            repeatable = true;
            match character {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => {
                    depth += 1;
                    repeatable = false;
                    self.group()?;
                }
                ')' if depth == 0 => return Err("unmatched close parenthesis"),
                ')' => {
                    depth -= 1;
                    self.copy(1);
                }
                '^' => self.replace(1, "\\A"),
                '$' => self.replace(1, "(?=\\n?\\z)"),
                '|' => {
                    repeatable = false;
                    self.copy(1);
                }
                '*' | '+' | '?' if !before => return Err("target of repeat operator is not specified"),
                '{' if quantifier(self.rest()) == 0 => self.replace(1, "\\{"),
                '{' => {
                    let length = quantifier(self.rest());
                    let text = self.rest()[..length].replace("{,", "{0,");
                    self.replace(length, &text);
                }
                '#' if self.extended => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                    repeatable = before;
                }
                blank if self.extended && blank.is_whitespace() => {
                    self.at += blank.len_utf8();
                    repeatable = before;
                }
                other => self.copy(other.len_utf8()),
            }
        }
        match depth {
            0 => Ok(()),
            _ => Err("end pattern with unmatched parenthesis"),
        }
    }

    fn copy(&mut self, length: usize) {
        let text = self.rest().get(..length).unwrap_or_default().to_owned();
        self.output.push_str(&text);
        self.at += length;
    }

    fn replace(&mut self, length: usize, text: &str) {
        self.output.push_str(text);
        self.at += length;
    }

    fn escape(&mut self) -> Result<(), &'static str> {
        let Some(escaped) = self.rest().chars().nth(1) else { return Err("end pattern at escape") };
        match escaped {
            'Z' => self.replace(2, "(?=\\n?\\z)"),
            'h' | 'H' => self.replace(2, &escaped.to_string()),
            'k' if self.rest().starts_with("\\k<") => {
                let Some(end) = self.rest().find('>') else { return Err("invalid backref number/name") };
                let name = self.rest()[3..end].to_owned();
                let found = self.names.iter().rposition(|known| known.as_deref() == Some(name.as_str()));
                let number = found.map(|at| at + 1).or_else(|| name.parse().ok());
                let Some(number) = number else { return Err("undefined name reference") };
                self.replace(end + 1, &format!("(?:\\{number})"));
            }
            ' ' | '#' | '/' | '"' | '\'' | '<' | '>' | ',' | ';' | ':' | '=' | '!' | '@' | '%' | '`'
            | '&' | '~' | '_' => {
                let text = if matches!(escaped, '#' | '&' | '~') {
                    format!("\\{escaped}")
                } else {
                    escaped.to_string()
                };
                self.replace(2, &text);
            }
            other => self.copy(1 + other.len_utf8()),
        }
        Ok(())
    }

    /// A class in brackets: a bracket inside it stands for itself.
    fn class(&mut self) -> Result<(), &'static str> {
        self.copy(1);
        if self.rest().starts_with('^') {
            self.copy(1);
        }
        if self.rest().starts_with(']') && self.rest().get(1..).is_some_and(|rest| rest.contains(']')) {
            self.replace(1, "\\]");
        }
        while let Some(character) = self.rest().chars().next() {
            match character {
                ']' => {
                    self.copy(1);
                    return Ok(());
                }
                '[' if self.rest().starts_with("[:") && self.rest().contains(":]") => {
                    let length = self.rest().find(":]").map_or(1, |at| at + 2);
                    self.copy(length);
                }
                '[' => self.replace(1, "\\["),
                '\\' => {
                    let Some(escaped) = self.rest().chars().nth(1) else { break };
                    match escaped {
                        'h' | 'H' | '/' | '"' | '\'' | '<' | '>' | ',' | ';' | ':' | '=' | '!' | '@'
                        | '%' | '`' | '_' => {
                            self.replace(2, &escaped.to_string());
                        }
                        other => self.copy(1 + other.len_utf8()),
                    }
                }
                '~' => self.replace(1, "\\~"),
                other => self.copy(other.len_utf8()),
            }
        }
        Err("premature end of char-class")
    }

    fn group(&mut self) -> Result<(), &'static str> {
        let rest = self.rest();
        let named = rest.starts_with("(?<") && !rest.starts_with("(?<=") && !rest.starts_with("(?<!");
        if named {
            let Some(end) = rest.find('>') else { return Err("invalid group name <>") };
            let name: Rc<str> = Rc::from(&rest[3..end]);
            if name.is_empty() {
                return Err("group name is empty");
            }
            self.names.push(Some(name));
            self.replace(end + 1, "(");
            return Ok(());
        }
        if rest.starts_with("(?") {
            let length = rest.find(|c: char| {
                !(c == '(' || c == '?' || c == '<' || c == '=' || c == '!' || c == '>' || c == ':')
            });
            self.copy(length.unwrap_or(rest.len()).max(2));
            // Flags are copied up to where they end.
            if self.output.ends_with("(?") {
                let flags = self.rest().find([')', ':', '#']).unwrap_or(0);
                let comment = self.rest()[flags..].starts_with('#') && flags == 0;
                if comment {
                    self.output.truncate(self.output.len() - 2);
                    self.at += self.rest().find(')').unwrap_or(self.rest().len());
                    self.output.push_str("(?:");
                } else {
                    self.copy(flags + usize::from(self.rest()[flags..].starts_with(':')));
                }
            }
            return Ok(());
        }
        self.names.push(None);
        self.copy(1);
        Ok(())
    }
}

/// The length of the repetition that `text` starts with; 0 when it starts with none.
fn quantifier(text: &str) -> usize {
    let Some(end) = text.find('}') else { return 0 };
    let inner = &text[1..end];
    let sound = inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b',')
        && inner.bytes().filter(|byte| *byte == b',').count() <= 1
        && inner.bytes().any(|byte| byte.is_ascii_digit());
    if sound { end + 1 } else { 0 }
}

fn matches(facts: &mut Facts, input: &Value, values: Vec<Value>) -> Result<Value, Value> {
    let [expression, flags, test] = &values[..] else { return fail("match takes an expression and flags") };
    let Value::String(text) = input else {
        return wrong(input, "cannot be matched, as it is not a string");
    };
    let Value::String(expression) = expression else {
        return wrong(expression, "is not a string");
    };
    let flags: Rc<str> = match flags {
        Value::Null => Rc::from(""),
        Value::String(flags) => flags.clone(),
        other => return wrong(other, "is not a string"),
    };
    let key = (expression.clone(), flags);
    let pattern = match facts.patterns.get(&key) {
        Some(pattern) => pattern.clone(),
        None => {
            let pattern = Rc::new(Pattern::new(&key.0, &key.1).map_err(Value::string)?);
            if facts.patterns.len() > 500 {
                facts.patterns.clear();
            }
            facts.patterns.insert(key, pattern.clone());
            pattern
        }
    };
    find(&pattern, text, test.is_true())
}

fn find(pattern: &Pattern, text: &str, test: bool) -> Result<Value, Value> {
    let mut found = Vec::new();
    let mut counter = Counter { text, byte: 0, characters: 0 };
    let mut from = 0;
    while from <= text.len() {
        let captures = pattern.regex.captures_from_pos(text, from);
        let captures = match captures {
            Ok(Some(captures)) => captures,
            Ok(None) => break,
            Err(error) => return fail(format!("Regex failure: {error}")),
        };
        let Some(whole) = captures.get(0) else { break };
        let empty = whole.start() == whole.end();
        from = match empty {
            true => whole.end() + text[whole.end()..].chars().next().map_or(1, char::len_utf8),
            false => whole.end(),
        };
        if empty && pattern.skip_empty {
            continue;
        }
        if test {
            return Ok(Value::Bool(true));
        }
        found.push(describe(pattern, &captures, &mut counter));
        if !pattern.global {
            break;
        }
    }
    Ok(if test { Value::Bool(false) } else { Value::array(found) })
}

/// Counts characters up to places that only grow, mostly.
struct Counter<'a> {
    text: &'a str,
    byte: usize,
    characters: usize,
}

impl Counter<'_> {
    fn characters(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            return self.text[..byte].chars().count();
        }
        self.characters += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.characters
    }
}

fn describe(pattern: &Pattern, captures: &Captures<'_, str>, counter: &mut Counter<'_>) -> Value {
    let mut whole = Object::with_capacity(4);
    if let Some(found) = captures.get(0) {
        whole.insert(Rc::from("offset"), Value::from(counter.characters(found.start())));
        whole.insert(Rc::from("length"), Value::from(found.as_str().chars().count()));
        whole.insert(Rc::from("string"), Value::string(found.as_str()));
    }
    let groups = pattern.names.iter().enumerate().map(|(at, name)| {
        let mut group = Object::with_capacity(4);
        match captures.get(at + 1) {
            Some(found) => {
                group.insert(Rc::from("offset"), Value::from(counter.characters(found.start())));
                group.insert(Rc::from("length"), Value::from(found.as_str().chars().count()));
                group.insert(Rc::from("string"), Value::string(found.as_str()));
            }
            None => {
                group.insert(Rc::from("offset"), Value::Number(-1.0));
                group.insert(Rc::from("string"), Value::Null);
                group.insert(Rc::from("length"), Value::Number(0.0));
            }
        }
        group.insert(Rc::from("name"), name.clone().map_or(Value::Null, Value::String));
        Value::object(group)
    });
    let groups = groups.collect();
    whole.insert(Rc::from("captures"), Value::array(groups));
    Value::object(whole)
}

/// The named groups of a match as an object.
fn capture(input: &Value) -> Result<Value, Value> {
    let mut object = Object::new();
    let Value::Object(found) = input else { return Ok(Value::object(object)) };
    for group in found.get("captures").and_then(Value::as_array).unwrap_or_default() {
        if let Value::Object(group) = group
            && let Some(Value::String(name)) = group.get("name")
        {
            object.insert(name.clone(), group.get("string").cloned().unwrap_or_default());
        }
    }
    Ok(Value::object(object))
}
