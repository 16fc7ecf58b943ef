//! Sizes for people: `-h`, `--si`, `--block-size`, and numbers with a unit behind.

use mirage_shell::command::Environment;

/// The letters of the powers of 1024 or 1000, from the first power on.
const POWERS: &[u8] = b"KMGTPEZY";

/// How sizes are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockSize {
    /// As `1.2K`: in powers of this, 1024 or 1000.
    Human(u64),
    /// In units of so many bytes, rounded up, with what is put behind.
    Units(u64, String),
}

/// Why a number is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// It does not start with digits.
    Invalid,
    /// What follows the digits is no unit.
    Suffix,
    /// It does not fit.
    TooLarge,
}

impl BlockSize {
    /// Units of so many bytes, nothing behind.
    pub fn units(size: u64) -> Self {
        BlockSize::Units(size, String::new())
    }

    /// The value of `--block-size`: `human-readable`, `si`, `1024`, `K` (shown behind each number), `2MB`, `'1`.
    pub fn parse(text: &[u8]) -> Result<Self, NumberError> {
        let text = text.strip_prefix(b"'").unwrap_or(text);
        match text {
            b"human-readable" => return Ok(BlockSize::Human(1024)),
            b"si" => return Ok(BlockSize::Human(1000)),
            _ => {}
        }
        let size = parse_size(text, b"kKmMgGtTPEZY")?;
        if size == 0 {
            return Err(NumberError::Invalid);
        }
        let suffix = match text.first() {
            Some(letter) if letter.is_ascii_alphabetic() => shown_suffix(text),
            _ => String::new(),
        };
        Ok(BlockSize::Units(size, suffix))
    }

    /// What the environment says: `variable`, else `BLOCK_SIZE`, else `BLOCKSIZE`. A malformed one is the default.
    pub fn from_environment(environment: &Environment, variable: &[u8]) -> Option<Self> {
        let named: [&[u8]; 3] = [variable, b"BLOCK_SIZE", b"BLOCKSIZE"];
        let value = named.into_iter().find_map(|name| environment.get(name))?;
        BlockSize::parse(value).ok()
    }

    /// The default: 1024, or 512 where POSIX is asked for.
    pub fn default_of(environment: &Environment) -> Self {
        BlockSize::units(if environment.get(b"POSIXLY_CORRECT").is_some() { 512 } else { 1024 })
    }

    /// `bytes` as this shows them.
    pub fn show(&self, bytes: u64) -> String {
        match self {
            BlockSize::Human(base) => human(bytes, *base),
            BlockSize::Units(size, suffix) => format!("{}{suffix}", bytes.div_ceil(*size)),
        }
    }
}

/// The message for a number that an option refused: `what` is the option as GNU names it, `--block-size`.
pub fn number_message(error: NumberError, what: &str, given: &[u8]) -> Vec<u8> {
    let (before, after) = match error {
        NumberError::Invalid => ("invalid ", ""),
        NumberError::Suffix => ("invalid suffix in ", ""),
        NumberError::TooLarge => ("", " too large"),
    };
    [before.as_bytes(), what.as_bytes(), b" argument '", given, b"'", after.as_bytes()].concat()
}

/// What a unit without a number puts behind each size.
fn shown_suffix(text: &[u8]) -> String {
    let letter = text[0].to_ascii_uppercase();
    match &text[1..] {
        b"B" if letter == b'K' => "kB".to_owned(),
        rest => format!("{}{}", char::from(letter), String::from_utf8_lossy(rest)),
    }
}

/// A number in decimal with a unit behind out of `units`: `10`, `4K`, `1MB` (10^6), `1MiB`, and `K` alone for one of them.
/// Units besides the powers: `b` is 512, `w` 2, `c` 1.
pub fn parse_size(text: &[u8], units: &[u8]) -> Result<u64, NumberError> {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, unit) = text.split_at(digits);
    let number = match digits {
        b"" if unit.is_empty() || !units.contains(&unit[0]) => {
            return Err(NumberError::Invalid);
        }
        b"" => Some(1),
        digits => std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok()),
    };
    let factor = factor(unit, units)?;
    number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor)).ok_or(NumberError::TooLarge)
}

/// What a unit multiplies with; none when that is past counting.
fn factor(unit: &[u8], units: &[u8]) -> Result<Option<u64>, NumberError> {
    let Some((&letter, rest)) = unit.split_first() else { return Ok(Some(1)) };
    if units.contains(&letter) && rest.is_empty() {
        match letter {
            b'b' => return Ok(Some(512)),
            b'c' => return Ok(Some(1)),
            b'w' => return Ok(Some(2)),
            b'B' => return Ok(Some(1024)),
            _ => {}
        }
    }
    // Of the small letters only `k`, `m`, `g` and `t` are units.
    let upper = match letter {
        b'k' | b'm' | b'g' | b't' => letter.to_ascii_uppercase(),
        letter => letter,
    };
    let power = POWERS.iter().position(|&known| known == upper).filter(|_| units.contains(&letter));
    let power = power.ok_or(NumberError::Suffix)? as u32 + 1;
    match rest {
        b"" | b"iB" => Ok(1024u64.checked_pow(power)),
        b"B" | b"D" => Ok(1000u64.checked_pow(power)),
        _ => Err(NumberError::Suffix),
    }
}

/// `bytes` in powers of `base`, rounded up, with one decimal below ten: `1023`, `1.0K`, `10K`.
pub fn human(bytes: u64, base: u64) -> String {
    if bytes < base {
        return bytes.to_string();
    }
    let (bytes, base) = (u128::from(bytes), u128::from(base));
    let mut unit = base;
    let mut power = 0;
    while bytes.div_ceil(unit) >= base && power + 1 < POWERS.len() {
        // 999.5 of a unit still rounds to the next one.
        unit *= base;
        power += 1;
    }
    let letter = match (POWERS[power], base) {
        (b'K', 1000) => 'k',
        (letter, _) => char::from(letter),
    };
    let tenths = (bytes * 10).div_ceil(unit);
    match tenths < 100 {
        true => format!("{}.{}{letter}", tenths / 10, tenths % 10),
        false => format!("{}{letter}", bytes.div_ceil(unit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `ls -h` and `ls --si` of coreutils 9.1 show files of these sizes.
    #[test]
    fn sizes_are_rounded_up() {
        for (bytes, binary, decimal) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1000, "1000", "1.0k"),
            (1024, "1.0K", "1.1k"),
            (1025, "1.1K", "1.1k"),
            (10239, "10K", "11k"),
            (10241, "11K", "11k"),
            (999_001, "976K", "1.0M"),
            (1_047_553, "1.0M", "1.1M"),
            (1_048_576, "1.0M", "1.1M"),
            (123_456_789, "118M", "124M"),
        ] {
            assert_eq!(human(bytes, 1024), binary, "{bytes}");
            assert_eq!(human(bytes, 1000), decimal, "{bytes}");
        }
    }

    #[test]
    fn block_sizes_are_read_as_ls_reads_them() {
        for (text, shown) in [
            ("K", Ok("2K")),
            ("k", Ok("2K")),
            ("KB", Ok("3kB")),
            ("KiB", Ok("2KiB")),
            ("1K", Ok("2")),
            ("1kB", Ok("3")),
            ("'1", Ok("2048")),
            ("si", Ok("2.1k")),
            ("x", Err(NumberError::Invalid)),
            ("1x", Err(NumberError::Suffix)),
            ("K1", Err(NumberError::Suffix)),
            ("0", Err(NumberError::Invalid)),
            ("", Err(NumberError::Invalid)),
            ("b", Err(NumberError::Invalid)),
            ("Z", Err(NumberError::TooLarge)),
            ("99999999999999999999", Err(NumberError::TooLarge)),
        ] {
            let parsed = BlockSize::parse(text.as_bytes()).map(|size| size.show(2048));
            assert_eq!(parsed, shown.map(str::to_owned), "{text:?}");
        }
    }
}
