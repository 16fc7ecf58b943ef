//! Functions of values, by name.

mod arrays;
mod dates;
mod matching;
mod math;
mod objects;
mod strings;

use std::collections::HashMap;
use std::rc::Rc;

use super::track::shown;
use super::value::Value;
use crate::support::date::Zone;

pub use matching::Pattern;

/// What functions may know of the world.
pub struct Facts {
    /// Seconds since 1970.
    pub now: f64,
    pub zone: Zone,
    /// Regular expressions that were compiled.
    pub patterns: HashMap<(Rc<str>, Rc<str>), Rc<Pattern>>,
    /// `input_filename`
    pub filename: Value,
    /// `input_line_number`
    pub line: usize,
    /// Bytes that a function may add.
    pub room: usize,
    /// Whether one wanted more.
    pub is_full: bool,
}

impl Facts {
    /// Fails where `bytes` do not fit: the program is about to end.
    pub fn make_room(&mut self, bytes: usize) -> Result<(), Value> {
        self.is_full |= bytes > self.room;
        if self.is_full { Err(Value::Null) } else { Ok(()) }
    }
}

/// Answers a value for the input and the arguments.
type Run = fn(&mut Facts, Value, Vec<Value>) -> Result<Value, Value>;

/// A function of values.
#[derive(Clone, Copy)]
pub struct Native {
    pub name: &'static str,
    pub arguments: usize,
    pub run: Run,
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.name, self.arguments)
    }
}

/// A row of a table of functions.
pub const fn native(name: &'static str, arguments: usize, run: Run) -> Native {
    Native { name, arguments, run }
}

/// Fails with its argument.
pub const ERROR_WITH: Native = native("_error", 1, |_, _, mut values| Err(values.pop().unwrap_or_default()));

const TABLES: &[&[Native]] =
    &[arrays::TABLE, dates::TABLE, matching::TABLE, math::TABLE, objects::TABLE, strings::TABLE, TABLE];

#[rustfmt::skip] // A row a function.
const TABLE: &[Native] = &[
    native("error", 0, |_, input, _| Err(input)),
    native("not", 0, |_, input, _| Ok(Value::Bool(!input.is_true()))),
    native("type", 0, |_, input, _| Ok(Value::string(input.type_name()))),
    native("toboolean", 0, |_, input, _| to_boolean(input)),
    native("have_decnum", 0, |_, _, _| Ok(Value::Bool(true))),
    native("have_literal_numbers", 0, |_, _, _| Ok(Value::Bool(true))),
    native("get_jq_origin", 0, |_, _, _| Ok(Value::string("/usr/bin"))),
    native("get_prog_origin", 0, |_, _, _| Ok(Value::string("."))),
    native("toarray", 0, |_, input, _| Ok(match input { Value::Array(_) => input, other => Value::array(vec![other]) })),
];

/// The function of this name.
pub fn find(name: &str, arguments: usize) -> Option<Native> {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    rows.copied().find(|row| row.name == name && row.arguments == arguments)
}

/// Every function as `name/arity`.
pub fn names() -> impl Iterator<Item = String> {
    TABLES.iter().flat_map(|table| table.iter()).map(|row| format!("{}/{}", row.name, row.arguments))
}

/// `jq: error: number (1) MESSAGE`
pub fn wrong<T>(value: &Value, message: &str) -> Result<T, Value> {
    Err(Value::string(format!("{} ({}) {message}", value.type_name(), shown(value))))
}

pub fn fail<T>(message: impl AsRef<str>) -> Result<T, Value> {
    Err(Value::string(message))
}

/// The first argument.
pub fn first(values: Vec<Value>) -> Value {
    values.into_iter().next().unwrap_or_default()
}

fn to_boolean(input: Value) -> Result<Value, Value> {
    match (&input, input.as_str()) {
        (Value::Bool(_), _) => Ok(input),
        (_, Some("true")) => Ok(Value::Bool(true)),
        (_, Some("false")) => Ok(Value::Bool(false)),
        _ => wrong(&input, "cannot be parsed as a boolean"),
    }
}
