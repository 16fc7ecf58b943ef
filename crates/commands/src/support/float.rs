//! Floating-point numbers in the forms of C's `printf`: `%f`, `%e`, `%g`, `%a` without width and sign flags.

/// `%.PRECISIONf`
pub fn fixed(value: f64, precision: usize) -> String {
    format!("{value:.precision$}")
}

/// `%.PRECISIONe`: at least two digits of exponent.
pub fn exponent(value: f64, precision: usize, upper: bool) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = power.strip_prefix('-').map_or(('+', power), |digits| ('-', digits));
    let letter = if upper { 'E' } else { 'e' };
    format!("{mantissa}{letter}{sign}{digits:0>2}")
}

/// `%.PRECISIONg`; `alternate` keeps the zeros at the end, as `%#g` does.
pub fn general(value: f64, precision: usize, alternate: bool, upper: bool) -> String {
    let precision = precision.max(1);
    if value == 0.0 {
        let zeros = if alternate { format!(".{}", "0".repeat(precision - 1)) } else { String::new() };
        return format!("{}0{zeros}", if value.is_sign_negative() { "-" } else { "" });
    }
    // The exponent after rounding to the precision decides the form.
    let rounded = format!("{value:.*e}", precision - 1);
    let power: i32 = rounded.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    let scientific = power < -4 || power >= precision as i32;
    let text = match scientific {
        true => exponent(value, precision - 1, upper),
        false => fixed(value, (precision as i32 - 1 - power).max(0) as usize),
    };
    if alternate {
        return text;
    }
    let end = if scientific { text.find(['e', 'E']).unwrap_or(text.len()) } else { text.len() };
    let (mantissa, rest) = text.split_at(end);
    let mantissa = match mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    format!("{mantissa}{rest}")
}

/// `%.PRECISIONa`; all digits that are needed when no precision is given.
pub fn hexadecimal(value: f64, precision: Option<usize>, upper: bool) -> String {
    let bits = value.to_bits();
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let mut fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) & 0x7ff;
    let (mut lead, power) = match (biased, fraction) {
        (0, 0) => (0, 0),
        (0, _) => (0, -1022),
        _ => (1u64, biased as i64 - 1023),
    };
    let mut digits = 13;
    if let Some(precision) = precision.filter(|precision| *precision < 13) {
        let shift = (13 - precision as u64) * 4;
        let whole = (lead << 52) | fraction;
        let (half, rest) = (1u64 << (shift - 1), whole & ((1u64 << shift) - 1));
        let mut kept = whole >> shift;
        // Ties go to the even digit, as the processor rounds.
        if rest > half || (rest == half && kept & 1 == 1) {
            kept += 1;
        }
        lead = kept >> (precision * 4);
        fraction = kept & ((1u64 << (precision * 4)) - 1);
        digits = precision;
    }
    let mut text = if digits == 0 { String::new() } else { format!("{fraction:0digits$x}") };
    match precision {
        None => text.truncate(text.trim_end_matches('0').len()),
        Some(precision) => text.extend(std::iter::repeat_n('0', precision.saturating_sub(13))),
    }
    let point = if text.is_empty() { "" } else { "." };
    let shown = format!("{sign}0x{lead}{point}{text}p{power:+}");
    if upper { shown.to_uppercase() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_printf() {
        // Recorded from printf(1).
        for (value, expected) in [
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (123456.0, "123456"),
            (1234567.0, "1.23457e+06"),
            (999999.5, "1e+06"),
            (100.0, "100"),
            (0.1 + 0.2, "0.3"),
            (-1.5e300, "-1.5e+300"),
        ] {
            assert_eq!(general(value, 6, false, false), expected);
        }
        assert_eq!(general(1.0, 6, true, false), "1.00000");
        assert_eq!(general(0.0, 3, true, true), "0.00");
        assert_eq!(exponent(12345.678, 2, true), "1.23E+04");
        assert_eq!(hexadecimal(1.0, None, false), "0x1p+0");
        assert_eq!(hexadecimal(10.5, None, false), "0x1.5p+3");
        assert_eq!(hexadecimal(1.999, Some(1), false), "0x2.0p+0");
    }
}
