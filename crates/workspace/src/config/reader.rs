//! Single values: references filled in, checked against the form that is expected.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mirage_resources::Form;
use serde_json::Value;

use super::error::ConfigError;
use super::quantity::{parse_duration, parse_size};
use super::secrets::Secrets;
use super::source::Source;

/// Reads values of one document or one `-m`, and gathers everything that is wrong with them.
pub(crate) struct Reader<'a> {
    source: &'a dyn Source,
    /// What relative host paths start from.
    directory: &'a Path,
    problems: Vec<String>,
    /// Names of variables that are not set, in the order they were met.
    missing: Vec<String>,
    /// Whether what is missing is no problem: the mount or the variable that needs it is then lacking.
    lenient: bool,
    /// What is missing of the mount or the variable that is being read.
    pub lacks: Vec<String>,
    /// The secrets that were read, each with its place.
    pub secrets: Secrets,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a dyn Source, directory: &'a Path) -> Self {
        Reader {
            source,
            directory,
            problems: Vec::new(),
            missing: Vec::new(),
            lenient: false,
            lacks: Vec::new(),
            secrets: Secrets::default(),
        }
    }

    /// A reader that leaves out what can not be looked up and says so in [`Config::lacking`](super::Config::lacking).
    pub fn lenient(source: &'a dyn Source, directory: &'a Path) -> Self {
        Reader { lenient: true, ..Reader::new(source, directory) }
    }

    /// Notes that something is wrong at `place`.
    pub fn problem(&mut self, place: &str, what: impl std::fmt::Display) {
        self.problems.push(match place.is_empty() {
            true => what.to_string(),
            false => format!("{place}: {what}"),
        });
    }

    /// Everything that was wrong.
    pub fn finish(mut self) -> Result<(), ConfigError> {
        if !self.missing.is_empty() {
            self.problems
                .insert(0, format!("environment variables that are not set: {}", self.missing.join(", ")));
        }
        match self.problems.is_empty() {
            true => Ok(()),
            false => Err(ConfigError::new(self.problems)),
        }
    }

    /// A value in `form`. None when it is wrong, which is then noted.
    pub fn form(&mut self, place: &str, form: Form, value: Value) -> Option<Value> {
        match form {
            Form::Text => self.text(place, value).map(Value::from),
            Form::Secret => {
                let text = self.text(place, value)?;
                self.secrets.add(place, &text);
                Some(text.into())
            }
            Form::HostPath => {
                let text = self.text(place, value)?;
                let path = self.host_path(place, &text)?;
                let path = path.into_os_string().into_string();
                path.map_err(|_| self.problem(place, "the path is not UTF-8")).ok().map(Value::from)
            }
            Form::Number => self.number(place, value).map(Value::from),
            Form::Flag => self.flag(place, value).map(Value::from),
            Form::Size => self.size(place, value).map(Value::from),
            Form::Duration => self.duration(place, value).map(|duration| duration.as_secs_f64().into()),
            Form::List => self.list(place, value).map(Value::from),
        }
    }

    /// A string, with numbers taken as they are written.
    pub fn text(&mut self, place: &str, value: Value) -> Option<String> {
        match self.resolved(place, value)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            other => {
                self.problem(place, format_args!("must be a text, which YAML wants in quotes here: {other}"));
                None
            }
        }
    }

    /// A whole number.
    pub fn number(&mut self, place: &str, value: Value) -> Option<u64> {
        let value = self.resolved(place, value)?;
        let number = match &value {
            Value::String(text) => text.trim().parse().ok(),
            other => other.as_u64(),
        };
        if number.is_none() {
            self.problem(place, format_args!("must be a whole number: {}", shown(&value)));
        }
        number
    }

    /// A whole number of moderate size.
    pub fn count(&mut self, place: &str, value: Value) -> Option<u32> {
        let number = self.number(place, value)?;
        u32::try_from(number).map_err(|_| self.problem(place, format_args!("too large: {number}"))).ok()
    }

    /// `true` or `false`.
    pub fn flag(&mut self, place: &str, value: Value) -> Option<bool> {
        let value = self.resolved(place, value)?;
        match &value {
            Value::Bool(flag) => return Some(*flag),
            Value::String(text) if text == "true" => return Some(true),
            Value::String(text) if text == "false" => return Some(false),
            _ => {}
        }
        self.problem(place, format_args!("must be true or false: {}", shown(&value)));
        None
    }

    /// A number of bytes.
    pub fn size(&mut self, place: &str, value: Value) -> Option<u64> {
        let text = self.text(place, value)?;
        parse_size(&text).map_err(|problem| self.problem(place, problem)).ok()
    }

    /// A duration.
    pub fn duration(&mut self, place: &str, value: Value) -> Option<Duration> {
        let text = self.text(place, value)?;
        parse_duration(&text).map_err(|problem| self.problem(place, problem)).ok()
    }

    /// Texts: a sequence of them, or one text with commas between them.
    fn list(&mut self, place: &str, value: Value) -> Option<Vec<String>> {
        match value {
            Value::Array(values) => values.into_iter().map(|value| self.text(place, value)).collect(),
            value => Some(self.text(place, value)?.split(',').map(|item| item.trim().to_owned()).collect()),
        }
    }

    /// An absolute host path: `~` is the user's home, a relative one starts from the document's directory.
    fn host_path(&mut self, place: &str, text: &str) -> Option<PathBuf> {
        let Some(below) = text.strip_prefix('~') else { return Some(self.directory.join(text)) };
        match (self.source.home(), below.strip_prefix('/')) {
            (Some(home), _) if below.is_empty() => Some(home),
            (Some(home), Some(below)) => Some(home.join(below)),
            (Some(_), None) => {
                self.problem(place, format_args!("another user's home is not known here: {text}"));
                None
            }
            (None, _) => {
                self.problem(place, format_args!("no home directory is known: {text}"));
                None
            }
        }
    }

    /// The value with `{env: NAME}` and `{file: PATH}` looked up and every `${NAME}` filled in.
    fn resolved(&mut self, place: &str, value: Value) -> Option<Value> {
        match value {
            Value::String(text) => self.fill_in(place, &text).map(Value::String),
            Value::Object(fields) => self.look_up(place, fields).map(Value::String),
            other => Some(other),
        }
    }

    fn look_up(&mut self, place: &str, fields: serde_json::Map<String, Value>) -> Option<String> {
        let mut fields = fields.into_iter();
        match (fields.next(), fields.next()) {
            (Some((form, Value::String(name))), None) if form == "env" => self.variable(&name),
            (Some((form, Value::String(place))), None) if form == "secret" => {
                let secret = self.source.secret(&place);
                if secret.is_none() {
                    self.lack(place);
                }
                secret
            }
            (Some((form, Value::String(path))), None) if form == "file" => {
                let path = self.fill_in(place, &path)?;
                let path = self.host_path(place, &path)?;
                match self.source.read(&path) {
                    Ok(text) => Some(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text)),
                    Err(_) if self.lenient => {
                        self.lack(path.display().to_string());
                        None
                    }
                    Err(reason) => {
                        self.problem(place, format_args!("{}: {reason}", path.display()));
                        None
                    }
                }
            }
            _ => {
                self.problem(place, "must be a value, {env: NAME} or {file: PATH}");
                None
            }
        }
    }

    /// `text` with every `${NAME}` replaced; `$${` is a literal `${`.
    fn fill_in(&mut self, place: &str, text: &str) -> Option<String> {
        let mut filled = String::with_capacity(text.len());
        let mut complete = true;
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let before = &rest[..at];
            let after = &rest[at + 2..];
            if let Some(before) = before.strip_suffix('$') {
                filled.push_str(before);
                filled.push_str("${");
                rest = after;
                continue;
            }
            filled.push_str(before);
            let name = after.find('}').map(|end| &after[..end]).filter(|name| is_name(name));
            let Some(name) = name else {
                self.problem(
                    place,
                    format_args!("not a reference, which is ${{NAME}} ($${{ is a literal): {text}"),
                );
                return None;
            };
            match self.variable(name) {
                Some(value) => filled.push_str(&value),
                None => complete = false,
            }
            rest = &after[name.len() + 1..];
        }
        filled.push_str(rest);
        complete.then_some(filled)
    }

    fn variable(&mut self, name: &str) -> Option<String> {
        let value = self.source.variable(name);
        if value.is_none() {
            self.lack(name.to_owned());
        }
        value
    }

    fn lack(&mut self, name: String) {
        let known = if self.lenient { &mut self.lacks } else { &mut self.missing };
        if !known.contains(&name) {
            known.push(name);
        }
    }
}

/// Whether `name` can name a variable.
pub(crate) fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
