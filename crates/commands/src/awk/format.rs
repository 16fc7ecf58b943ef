//! `printf` and `sprintf`.

use bytes::Bytes;
use mirage_pattern::Locale;

use super::text::{characters, prefix};
use super::value::Value;
use crate::support::float;

/// A conversion: `%-08.3f`.
#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

/// The longest field that can be asked for: more is a mistake, and would only fill memory.
const WIDTH_LIMIT: usize = 64 * 1024 * 1024;

/// The text of `format` with `values` in place. An error is gawk's message.
pub fn sprintf(format: &[u8], values: &[Value], convfmt: &[u8], locale: Locale) -> Result<Vec<u8>, String> {
    let mut output = Vec::with_capacity(format.len() + 16);
    let mut next = 0;
    let mut at = 0;
    while at < format.len() {
        let literal = memchr::memchr(b'%', &format[at..]).map_or(format.len(), |found| at + found);
        output.extend_from_slice(&format[at..literal]);
        at = literal;
        if at >= format.len() {
            break;
        }
        let start = at;
        at += 1;
        if format.get(at) == Some(&b'%') {
            output.push(b'%');
            at += 1;
            continue;
        }
        let mut take = |position: Option<usize>, at: usize| -> Result<Value, String> {
            let index = position.unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            values.get(index).cloned().ok_or_else(|| ran_out(format, at))
        };
        let mut position = None;
        let digits = format[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && format.get(at + digits) == Some(&b'$') {
            position = decimal(&format[at..at + digits]).checked_sub(1);
            at += digits + 1;
        }
        let mut spec = Spec::default();
        while let Some(flag) = format.get(at) {
            match flag {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                b'0' => spec.zero = true,
                b'\'' => {}
                _ => break,
            }
            at += 1;
        }
        if format.get(at) == Some(&b'*') {
            let width = take(None, at)?.number();
            spec.left |= width < 0.0;
            spec.width = width.abs() as usize;
            at += 1;
        } else {
            let digits = format[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            spec.width = decimal(&format[at..at + digits]);
            at += digits;
        }
        if format.get(at) == Some(&b'.') {
            at += 1;
            if format.get(at) == Some(&b'*') {
                let precision = take(None, at)?.number();
                spec.precision = (precision >= 0.0).then_some(precision as usize);
                at += 1;
            } else {
                let digits = format[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                spec.precision = Some(decimal(&format[at..at + digits]));
                at += digits;
            }
        }
        if spec.width > WIDTH_LIMIT || spec.precision.is_some_and(|precision| precision > WIDTH_LIMIT) {
            return Err("printf: field width or precision is too large".into());
        }
        while format
            .get(at)
            .is_some_and(|byte| matches!(byte, b'h' | b'l' | b'L' | b'q' | b'j' | b'z' | b't'))
        {
            at += 1;
        }
        let Some(&conversion) = format.get(at) else {
            output.extend_from_slice(&format[start..]);
            break;
        };
        at += 1;
        if !b"cdiouxXeEfFgGaAs".contains(&conversion) {
            output.extend_from_slice(&format[start..at]);
            continue;
        }
        convert(conversion, &spec, &take(position, at - 1)?, convfmt, locale, &mut output);
    }
    Ok(output)
}

/// One number by a format such as `%.6g`: OFMT and CONVFMT.
pub fn number(format: &[u8], value: f64) -> Bytes {
    match sprintf(format, &[Value::Number(value)], b"%.6g", Locale::C) {
        Ok(text) => text.into(),
        Err(_) => Bytes::copy_from_slice(format),
    }
}

fn ran_out(format: &[u8], at: usize) -> String {
    let format = String::from_utf8_lossy(format);
    format!(
        "not enough arguments to satisfy format string\n\t`{format}'\n\t{}^ ran out for this one",
        " ".repeat(at)
    )
}

fn decimal(digits: &[u8]) -> usize {
    digits
        .iter()
        .fold(0, |sum: usize, digit| sum.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
}

fn convert(conversion: u8, spec: &Spec, value: &Value, convfmt: &[u8], locale: Locale, output: &mut Vec<u8>) {
    match conversion {
        b'c' => {
            let text = character(value, locale);
            pad(spec, b"", &text, characters(&text, locale), false, output);
        }
        b's' => {
            let text = value.to_text(convfmt);
            let text = match spec.precision {
                Some(precision) => prefix(&text, precision, locale),
                None => &text,
            };
            pad(spec, b"", text, characters(text, locale), false, output);
        }
        b'd' | b'i' => integer(spec, value.number(), output),
        b'o' | b'u' | b'x' | b'X' => {
            let number = value.number();
            match !(0.0..18_446_744_073_709_551_616.0).contains(&number) || number.is_nan() {
                // What does not fit is printed as a number, as gawk does.
                true if number < 0.0 && conversion != b'u' => real(spec, b'g', number, output),
                true => integer(spec, number, output),
                false => unsigned(spec, conversion, number.trunc() as u64, output),
            }
        }
        _ => real(spec, conversion, value.number(), output),
    }
}

/// `%c`: the character with this number, or the first one of a string.
fn character(value: &Value, locale: Locale) -> Vec<u8> {
    match value.numeric() {
        Some(number) if !matches!(value, Value::Input(_)) || number.fract() == 0.0 => {
            let code = number as i64;
            match (locale, u32::try_from(code).ok().and_then(char::from_u32)) {
                (Locale::Utf8, Some(character)) if code >= 128 => character.to_string().into_bytes(),
                _ => vec![code as u8],
            }
        }
        _ => prefix(&value.to_text(b"%.6g"), 1, locale).to_vec(),
    }
}

fn integer(spec: &Spec, number: f64, output: &mut Vec<u8>) {
    if !number.is_finite() {
        return not_finite(spec, number, output);
    }
    let number = number.trunc();
    digits(spec, number < 0.0, format!("{:.0}", number.abs()), output);
}

fn digits(spec: &Spec, negative: bool, mut text: String, output: &mut Vec<u8>) {
    match spec.precision {
        Some(0) if text == "0" => text.clear(),
        Some(precision) => text = format!("{text:0>precision$}"),
        None => {}
    }
    let sign: &[u8] = match negative {
        true => b"-",
        false if spec.plus => b"+",
        false if spec.space => b" ",
        false => b"",
    };
    let zeros = spec.zero && spec.precision.is_none();
    pad(spec, sign, text.as_bytes(), text.len(), zeros, output);
}

fn unsigned(spec: &Spec, conversion: u8, number: u64, output: &mut Vec<u8>) {
    let (mut text, lead): (String, &[u8]) = match conversion {
        b'o' => (format!("{number:o}"), b""),
        b'x' => (format!("{number:x}"), b"0x"),
        b'X' => (format!("{number:X}"), b"0X"),
        _ => (number.to_string(), b""),
    };
    if let Some(precision) = spec.precision {
        text = if precision == 0 && number == 0 { String::new() } else { format!("{text:0>precision$}") };
    }
    if spec.alternate && conversion == b'o' && !text.starts_with('0') {
        text.insert(0, '0');
    }
    let lead = if spec.alternate && number != 0 { lead } else { b"" };
    pad(spec, lead, text.as_bytes(), text.len(), spec.zero && spec.precision.is_none(), output);
}

fn real(spec: &Spec, conversion: u8, number: f64, output: &mut Vec<u8>) {
    if !number.is_finite() {
        return not_finite(spec, number, output);
    }
    let precision = spec.precision.unwrap_or(6);
    let (magnitude, upper) = (number.abs(), conversion.is_ascii_uppercase());
    let mut text = match conversion | 32 {
        b'f' => float::fixed(magnitude, precision),
        b'e' => float::exponent(magnitude, precision, upper),
        b'a' => float::hexadecimal(magnitude, spec.precision, upper),
        _ => float::general(magnitude, precision, spec.alternate, upper),
    };
    if spec.alternate && matches!(conversion, b'f' | b'F') && precision == 0 {
        text.push('.');
    }
    let sign: &[u8] = match number.is_sign_negative() {
        true => b"-",
        false if spec.plus => b"+",
        false if spec.space => b" ",
        false => b"",
    };
    pad(spec, sign, text.as_bytes(), text.len(), spec.zero, output);
}

fn not_finite(spec: &Spec, number: f64, output: &mut Vec<u8>) {
    let text: &[u8] = match (number.is_nan(), number.is_sign_negative()) {
        (true, true) => b"-nan",
        (true, false) => b"+nan",
        (false, true) => b"-inf",
        (false, false) => b"+inf",
    };
    pad(spec, b"", text, 4, false, output);
}

/// Adds `sign` and `text`, which is `length` characters long, filled up to the width.
fn pad(spec: &Spec, sign: &[u8], text: &[u8], length: usize, zeros: bool, output: &mut Vec<u8>) {
    let fill = spec.width.saturating_sub(length + sign.len());
    if spec.left {
        output.extend_from_slice(sign);
        output.extend_from_slice(text);
        output.resize(output.len() + fill, b' ');
    } else if zeros {
        output.extend_from_slice(sign);
        output.resize(output.len() + fill, b'0');
        output.extend_from_slice(text);
    } else {
        output.resize(output.len() + fill, b' ');
        output.extend_from_slice(sign);
        output.extend_from_slice(text);
    }
}
