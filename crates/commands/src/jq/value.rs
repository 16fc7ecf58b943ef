//! Values: cheap to clone, changed in place while nobody else holds them.

use std::rc::Rc;

use super::number::Literal;
use super::object::Object;

/// A JSON value. A clone shares arrays, objects and strings.
#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    /// A number whose text says more than its double: `1.50`, `100000000000000000001`.
    Literal(Rc<Literal>),
    String(Rc<str>),
    Array(Rc<Array>),
    Object(Rc<Object>),
}

/// The elements of an array.
#[derive(Clone, Debug, Default)]
pub struct Array(pub Vec<Value>);

/// What kind of value it is, in the order in which kinds sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

impl Value {
    /// The empty array.
    pub fn empty_array() -> Value {
        Value::Array(Rc::default())
    }

    /// A string of this text.
    pub fn string(text: impl AsRef<str>) -> Value {
        Value::String(Rc::from(text.as_ref()))
    }

    /// A string of these bytes; what is not UTF-8 is replaced.
    pub fn text(bytes: &[u8]) -> Value {
        Value::String(Rc::from(String::from_utf8_lossy(bytes)))
    }

    /// An array of these elements.
    pub fn array(elements: Vec<Value>) -> Value {
        Value::Array(Rc::new(Array(elements)))
    }

    /// An object.
    pub fn object(object: Object) -> Value {
        Value::Object(Rc::new(object))
    }

    /// Everything but `null` and `false`.
    pub fn is_true(&self) -> bool {
        !matches!(self, Value::Null | Value::Bool(false))
    }

    pub fn kind(&self) -> Kind {
        match self {
            Value::Null => Kind::Null,
            Value::Bool(false) => Kind::False,
            Value::Bool(true) => Kind::True,
            Value::Number(_) | Value::Literal(_) => Kind::Number,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        }
    }

    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::False | Kind::True => "boolean",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
        }
    }

    /// As a double, if it is a number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Literal(literal) => Some(literal.double()),
            _ => None,
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(array) => Some(&array.0),
            _ => None,
        }
    }

    /// Its elements, shared with nobody.
    pub fn into_elements(self) -> Option<Vec<Value>> {
        match self {
            Value::Array(array) => Some(match Rc::try_unwrap(array) {
                Ok(mut array) => std::mem::take(&mut array.0),
                Err(shared) => shared.0.clone(),
            }),
            _ => None,
        }
    }

    /// Whether both are the same value in memory, which is what keeps a path valid.
    pub fn is_identical(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(two)) => one == two,
            (Value::Number(one), Value::Number(two)) => one.to_bits() == two.to_bits(),
            (Value::Literal(one), Value::Literal(two)) => Rc::ptr_eq(one, two),
            (Value::String(one), Value::String(two)) => Rc::ptr_eq(one, two),
            (Value::Array(one), Value::Array(two)) => Rc::ptr_eq(one, two),
            (Value::Object(one), Value::Object(two)) => Rc::ptr_eq(one, two),
            _ => false,
        }
    }

    fn is_container(&self) -> bool {
        matches!(self, Value::Array(_) | Value::Object(_))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Number(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Value {
        Value::Number(value as f64)
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        if self.0.iter().any(Value::is_container) {
            release(std::mem::take(&mut self.0));
        }
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        if self.values().any(Value::is_container) {
            release(self.take_values());
        }
    }
}

/// Drops values however deep they nest: a drop that called itself would run out of stack.
fn release(values: Vec<Value>) {
    let mut pending = vec![values];
    while let Some(values) = pending.pop() {
        for value in values {
            match value {
                Value::Array(array) => {
                    if let Ok(mut array) = Rc::try_unwrap(array)
                        && array.0.iter().any(Value::is_container)
                    {
                        pending.push(std::mem::take(&mut array.0));
                    }
                }
                Value::Object(object) => {
                    if let Ok(mut object) = Rc::try_unwrap(object)
                        && object.values().any(Value::is_container)
                    {
                        pending.push(object.take_values());
                    }
                }
                _ => {}
            }
        }
    }
}
