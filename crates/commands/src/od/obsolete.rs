//! The old form of operands: `od FILE +OFFSET`.

use bytes::Bytes;

/// Where printing starts, and what the offset is called there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offset {
    pub offset: u64,
    pub label: Option<u64>,
}

/// The files among the operands, and the offset behind them. Only looked for where no option was given.
pub fn split(operands: &[Bytes], old_form: bool) -> (Vec<Bytes>, Offset) {
    let all = || (operands.to_vec(), Offset::default());
    if !old_form {
        return all();
    }
    match operands {
        [only] if only.starts_with(b"+") => match offset(only) {
            Some(offset) => (Vec::new(), Offset { offset, label: None }),
            None => all(),
        },
        [file, last] if last.starts_with(b"+") || last.first().is_some_and(u8::is_ascii_digit) => {
            match offset(last) {
                Some(offset) => (vec![file.clone()], Offset { offset, label: None }),
                None => all(),
            }
        }
        [file, start, label] => match (offset(start), offset(label)) {
            (Some(offset), Some(label)) => (vec![file.clone()], Offset { offset, label: Some(label) }),
            _ => all(),
        },
        _ => all(),
    }
}

/// `[+]OFFSET[.][b]`: octal unless a dot follows, hexadecimal with `0x`, in blocks of 512 with `b`.
fn offset(text: &[u8]) -> Option<u64> {
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let (text, unit) = text.strip_suffix(b"b").map_or((text, 1), |rest| (rest, 512));
    let (digits, radix) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (rest, 16),
        _ => text.strip_suffix(b".").map_or((text, 8), |rest| (rest, 10)),
    };
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()?.checked_mul(unit)
}
