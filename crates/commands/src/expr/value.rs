//! Values: strings, some of which are numbers.

use std::borrow::Cow;

use num_bigint::BigInt;

/// What an expression comes to.
#[derive(Clone, Debug)]
pub enum Value {
    Text(Vec<u8>),
    Number(BigInt),
}

impl Value {
    /// A truth, as 1 or 0.
    pub fn truth(truth: bool) -> Value {
        Value::Number(BigInt::from(u8::from(truth)))
    }

    /// As it is printed.
    pub fn text(&self) -> Cow<'_, [u8]> {
        match self {
            Value::Text(text) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number.to_string().into_bytes()),
        }
    }

    /// As a number, if it is one: digits, perhaps with a minus in front.
    pub fn number(&self) -> Option<BigInt> {
        match self {
            Value::Number(number) => Some(number.clone()),
            Value::Text(text) => {
                let digits = text.strip_prefix(b"-").unwrap_or(text);
                match !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) {
                    true => BigInt::parse_bytes(text, 10),
                    false => None,
                }
            }
        }
    }

    /// Whether it is empty or zero.
    pub fn is_null(&self) -> bool {
        let text = self.text();
        let digits = text.strip_prefix(b"-").unwrap_or(&text);
        text.is_empty() || (!digits.is_empty() && digits.iter().all(|byte| *byte == b'0'))
    }
}
