//! Formats of `stat`: `%`, flags, width, precision, a letter.

/// What a backslash means in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// Nothing: `--format`.
    Kept,
    /// The escapes of C: `--printf`.
    Interpreted,
}

/// A format.
pub struct Format<'a> {
    pub text: &'a [u8],
    pub escapes: Escapes,
}

/// `%-10s`, `%.3Y`, `%Hd`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directive {
    pub flags: Vec<u8>,
    pub width: usize,
    pub precision: Option<usize>,
    /// A point without digits behind it: of seconds, all places.
    all_places: bool,
    /// `H` or `L`: the major or the minor part of a device number.
    pub part: Option<u8>,
    pub letter: u8,
}

/// What a directive stands for.
pub enum Value {
    Text(Vec<u8>),
    Number(i128),
    Octal(u64),
    Hexadecimal(u64),
    /// Seconds with a fraction in nanoseconds.
    Seconds(i64, u32),
    /// No such directive.
    Unknown,
}

impl Format<'_> {
    /// The format with every directive replaced by its value. `warnings` gets what is odd, with the length of the text
    /// before it.
    pub fn print(
        &self,
        warnings: &mut Vec<(usize, Vec<u8>)>,
        value: impl Fn(&Directive) -> Value,
    ) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.text.len() * 4);
        let mut rest = self.text;
        while let Some((&byte, after)) = rest.split_first() {
            match byte {
                b'%' => rest = print_directive(after, &mut text, &value),
                b'\\' if self.escapes == Escapes::Interpreted => {
                    rest = print_escape(after, &mut text, warnings)
                }
                _ => {
                    text.push(byte);
                    rest = after;
                }
            }
        }
        text
    }
}

/// Prints the directive whose `%` is in front of `source`; answers what follows it.
fn print_directive<'s>(
    source: &'s [u8],
    text: &mut Vec<u8>,
    value: &impl Fn(&Directive) -> Value,
) -> &'s [u8] {
    let mut directive = Directive::default();
    let mut at = source.iter().take_while(|byte| b"'-+ #0I".contains(byte)).count();
    directive.flags = source[..at].to_vec();
    let number = |at: &mut usize| {
        let digits = source[*at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = source[*at..*at + digits].iter().fold(0usize, |value, digit| {
            value.saturating_mul(10).saturating_add(usize::from(digit - b'0')).min(1 << 20)
        });
        *at += digits;
        value
    };
    directive.width = number(&mut at);
    if source.get(at) == Some(&b'.') {
        at += 1;
        let digits = at;
        directive.precision = Some(number(&mut at));
        directive.all_places = at == digits;
    }
    if let [part @ (b'H' | b'L'), b'd' | b'r', ..] = source[at..] {
        directive.part = Some(part);
        at += 1;
    }
    let Some(&letter) = source.get(at) else {
        text.push(b'%');
        return &source[source.len()..];
    };
    directive.letter = letter;
    match letter {
        b'%' => text.push(b'%'),
        _ => directive.print(value(&directive), text),
    }
    &source[at + 1..]
}

fn print_escape<'s>(source: &'s [u8], text: &mut Vec<u8>, warnings: &mut Vec<(usize, Vec<u8>)>) -> &'s [u8] {
    let Some((&letter, rest)) = source.split_first() else {
        warnings.push((text.len(), b"backslash at end of format".to_vec()));
        text.push(b'\\');
        return source;
    };
    let is_hex = |byte: &&u8| byte.is_ascii_hexdigit();
    let (digits, base) = match letter {
        b'0'..=b'7' => (source.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count(), 8),
        b'x' if rest.iter().take(1).any(|byte| is_hex(&byte)) => {
            (rest.iter().take(2).take_while(is_hex).count(), 16)
        }
        _ => (0, 0),
    };
    if digits > 0 {
        let source = if base == 16 { rest } else { source };
        let digit = |byte: &u8| char::from(*byte).to_digit(base).unwrap_or(0);
        text.push(source[..digits].iter().fold(0, |value, byte| value * base + digit(byte)) as u8);
        return &source[digits..];
    }
    let plain = match letter {
        b'"' | b'\\' => letter,
        b'a' => 7,
        b'b' => 8,
        b'e' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => {
            warnings.push((text.len(), [b"unrecognized escape '\\", &[letter][..], b"'"].concat()));
            letter
        }
    };
    text.push(plain);
    rest
}

impl Directive {
    fn has(&self, flag: u8) -> bool {
        self.flags.contains(&flag)
    }

    fn print(&self, value: Value, text: &mut Vec<u8>) {
        match value {
            Value::Unknown => text.push(b'?'),
            Value::Text(value) => {
                let shown = &value[..value.len().min(self.precision.unwrap_or(usize::MAX))];
                self.pad(b"", shown, false, text);
            }
            Value::Number(number) => {
                let sign: &[u8] = match (number < 0, self.has(b'+'), self.has(b' ')) {
                    (true, ..) => b"-",
                    (_, true, _) => b"+",
                    (_, _, true) => b" ",
                    _ => b"",
                };
                self.pad_number(sign, number.unsigned_abs().to_string().into_bytes(), text);
            }
            Value::Octal(number) => {
                let digits = format!("{number:o}");
                let prefix = if self.has(b'#') && !digits.starts_with('0') { "0" } else { "" };
                self.pad_number(b"", format!("{prefix}{digits}").into_bytes(), text);
            }
            Value::Hexadecimal(number) => {
                let prefix: &[u8] = if self.has(b'#') && number != 0 { b"0x" } else { b"" };
                self.pad_number(prefix, format!("{number:x}").into_bytes(), text);
            }
            Value::Seconds(seconds, nanos) => self.print_seconds(seconds, nanos, text),
        }
    }

    /// Seconds, with as many places of the fraction as the precision asks for.
    fn print_seconds(&self, seconds: i64, nanos: u32, text: &mut Vec<u8>) {
        let places = if self.all_places { 9 } else { self.precision.unwrap_or(0) };
        let mut shown = seconds.to_string();
        if places > 0 {
            let digits = format!("{nanos:09}");
            shown.push('.');
            shown.extend(digits.chars().chain(std::iter::repeat('0')).take(places));
        }
        let plain = Directive { precision: None, ..self.clone() };
        plain.pad(b"", shown.as_bytes(), true, text);
    }

    fn pad_number(&self, prefix: &[u8], digits: Vec<u8>, text: &mut Vec<u8>) {
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        let digits = [vec![b'0'; zeros], digits].concat();
        self.pad(prefix, &digits, self.precision.is_none(), text);
    }

    fn pad(&self, prefix: &[u8], value: &[u8], zeros: bool, text: &mut Vec<u8>) {
        let fill = self.width.saturating_sub(prefix.len() + value.len());
        let left = self.has(b'-');
        let zeros = zeros && self.has(b'0') && !left;
        if !left && !zeros {
            text.extend(std::iter::repeat_n(b' ', fill));
        }
        text.extend_from_slice(prefix);
        if zeros {
            text.extend(std::iter::repeat_n(b'0', fill));
        }
        text.extend_from_slice(value);
        if left {
            text.extend(std::iter::repeat_n(b' ', fill));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `stat` of coreutils 9.1 prints a file of 5 bytes called `a`.
    #[test]
    fn directives_are_padded_as_stat_does() {
        let value = |directive: &Directive| match directive.letter {
            b's' => Value::Number(5),
            b'n' => Value::Text(b"a".to_vec()),
            b'a' => Value::Octal(0o644),
            b'Y' => Value::Seconds(1_704_164_645, 678_000_000),
            _ => Value::Unknown,
        };
        for (text, expected) in [
            ("%5s|%-5s|%05s|%+s|% s", "    5|5    |00005|+5| 5"),
            ("%.2n|%10n|%-10n|%#a", "a|         a|a         |0644"),
            (
                "%.3Y %.9Y %.0Y %10Y %.12Y",
                "1704164645.678 1704164645.678000000 1704164645 1704164645 1704164645.678000000000",
            ),
            ("%q %% x%", "? % x%"),
            ("\\n", "\\n"),
        ] {
            let shown =
                Format { text: text.as_bytes(), escapes: Escapes::Kept }.print(&mut Vec::new(), value);
            assert_eq!(String::from_utf8_lossy(&shown), expected);
        }
        let mut warnings = Vec::new();
        let format = Format { text: b"%n\\n\\x41\\101\\q\\\\", escapes: Escapes::Interpreted };
        assert_eq!(format.print(&mut warnings, value), b"a\nAAq\\");
        assert_eq!(warnings, [(4, b"unrecognized escape '\\q'".to_vec())]);
    }
}
