//! The names of the pieces: `xaa`, `xab`, ...

/// The characters of suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    Letters,
    Digits,
    Hexadecimal,
}

impl Alphabet {
    /// The characters in their order.
    pub fn characters(self) -> &'static [u8] {
        match self {
            Alphabet::Letters => b"abcdefghijklmnopqrstuvwxyz",
            Alphabet::Digits => b"0123456789",
            Alphabet::Hexadecimal => b"0123456789abcdef",
        }
    }

    /// How many there are.
    pub fn size(self) -> u64 {
        self.characters().len() as u64
    }
}

/// Gives out names in order.
#[derive(Clone, Debug)]
pub struct Names {
    prefix: Vec<u8>,
    additional: Vec<u8>,
    alphabet: Alphabet,
    /// The next suffix, as places in the alphabet.
    next: Option<Vec<u8>>,
    /// Whether suffixes become longer when the last character in front would be used.
    grows: bool,
}

impl Names {
    /// Names from `start` on with suffixes of `length`; none when `start` does not fit.
    pub fn new(
        prefix: &[u8],
        additional: &[u8],
        alphabet: Alphabet,
        length: usize,
        start: u64,
        grows: bool,
    ) -> Option<Names> {
        let mut suffix = vec![0; length];
        let mut left = start;
        for place in suffix.iter_mut().rev() {
            *place = (left % alphabet.size()) as u8;
            left /= alphabet.size();
        }
        let names = Names {
            prefix: prefix.to_vec(),
            additional: additional.to_vec(),
            alphabet,
            next: Some(suffix),
            grows,
        };
        (left == 0).then_some(names)
    }

    /// The next name; none when all suffixes are used.
    pub fn next(&mut self) -> Option<Vec<u8>> {
        let suffix = self.next.take()?;
        let characters = self.alphabet.characters();
        let mut name = self.prefix.clone();
        name.extend(suffix.iter().map(|place| characters[usize::from(*place)]));
        name.extend_from_slice(&self.additional);
        self.next = self.behind(suffix);
        Some(name)
    }

    fn behind(&self, mut suffix: Vec<u8>) -> Option<Vec<u8>> {
        let last = (self.alphabet.size() - 1) as u8;
        let at = suffix.iter().rposition(|place| *place < last)?;
        suffix[at] += 1;
        suffix[at + 1..].fill(0);
        // `yz` is followed by `zaaa`: names in the order of the alphabet are in the order of the pieces.
        let leading = suffix.iter().take_while(|place| **place == last).count();
        let half = suffix.len() / 2;
        if self.grows && leading >= half {
            suffix = vec![last; half];
            suffix.resize(2 * half + 2, 0);
        }
        Some(suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nth(names: &mut Names, count: usize) -> String {
        (0..count)
            .filter_map(|_| names.next())
            .last()
            .map(|name| String::from_utf8_lossy(&name).into())
            .expect("a name")
    }

    #[test]
    fn suffixes_grow_so_that_names_stay_in_order() {
        let mut names = Names::new(b"x", b"", Alphabet::Letters, 2, 0, true).expect("it fits");
        assert_eq!(nth(&mut names, 650), "xyz");
        assert_eq!(nth(&mut names, 1), "xzaaa");
        assert_eq!(nth(&mut names, 25 * 26 * 26), "xzzaaaa");
        let mut names = Names::new(b"x", b".t", Alphabet::Digits, 2, 89, true).expect("it fits");
        assert_eq!(nth(&mut names, 2), "x9000.t");
    }

    #[test]
    fn fixed_suffixes_run_out() {
        let mut names = Names::new(b"", b"", Alphabet::Digits, 1, 8, false).expect("it fits");
        assert_eq!(nth(&mut names, 2), "9");
        assert_eq!(names.next(), None);
        assert!(Names::new(b"", b"", Alphabet::Digits, 2, 100, false).is_none());
    }
}
