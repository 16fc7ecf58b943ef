//! Constants.

/// The value of a constant: decimal, `0x` hexadecimal, `0` octal, or `base#digits`. Too big a number wraps round.
pub(super) fn value(text: &[u8]) -> Result<i64, &'static str> {
    let Some(sign) = memchr::memchr(b'#', text) else {
        return match text {
            [b'0', b'x' | b'X', digits @ ..] => digits_of(digits, 16),
            [b'0', digits @ ..] => digits_of(digits, 8),
            _ => digits_of(text, 10),
        };
    };
    let (base, digits) = (&text[..sign], &text[sign + 1..]);
    if memchr::memchr(b'#', digits).is_some() {
        return Err("invalid number");
    }
    if base.first() == Some(&b'0') {
        return Err("invalid number");
    }
    let base = digits_of(base, 10)?;
    if !(2..=64).contains(&base) {
        return Err("invalid arithmetic base");
    }
    if digits.is_empty() {
        return Err("invalid integer constant");
    }
    digits_of(digits, base)
}

fn digits_of(digits: &[u8], base: i64) -> Result<i64, &'static str> {
    let mut value = 0_i64;
    for &digit in digits {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'z' => digit - b'a' + 10,
            b'A'..=b'Z' if base <= 36 => digit - b'A' + 10,
            b'A'..=b'Z' => digit - b'A' + 36,
            b'@' => 62,
            b'_' => 63,
            _ => return Err("value too great for base"),
        };
        if i64::from(digit) >= base {
            return Err("value too great for base");
        }
        value = value.wrapping_mul(base).wrapping_add(i64::from(digit));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn reads_every_base() {
        assert_eq!(value(b"010"), Ok(8));
        assert_eq!(value(b"0x"), Ok(0));
        assert_eq!(value(b"64#@_"), Ok(4031));
        assert_eq!(value(b"36#Zz"), Ok(1295));
        assert_eq!(value(b"10#08"), Ok(8));
        assert_eq!(value(b"99999999999999999999"), Ok(7_766_279_631_452_241_919));
    }

    #[test]
    fn refuses_digits_and_bases_that_do_not_exist() {
        assert_eq!(value(b"08"), Err("value too great for base"));
        assert_eq!(value(b"0b1"), Err("value too great for base"));
        assert_eq!(value(b"1#1"), Err("invalid arithmetic base"));
        assert_eq!(value(b"65#1"), Err("invalid arithmetic base"));
        assert_eq!(value(b"10#"), Err("invalid integer constant"));
    }
}
