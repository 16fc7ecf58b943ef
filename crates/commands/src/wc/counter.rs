//! Counting one input, chunk by chunk.

use memchr::memchr_iter;
use mirage_shell::command::Locale;

use super::boundary::Boundary;
use super::words::count_words;
use crate::support::character_width;

/// Which counts are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub lines: bool,
    pub words: bool,
    pub characters: bool,
    pub bytes: bool,
    pub longest: bool,
}

/// The counts of one input, or of all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub lines: u64,
    pub words: u64,
    pub characters: u64,
    pub bytes: u64,
    /// The width of the widest line, in columns.
    pub longest: u64,
}

impl Counts {
    /// Adds another input's.
    pub fn add(&mut self, other: &Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.characters += other.characters;
        self.bytes += other.bytes;
        self.longest = self.longest.max(other.longest);
    }
}

/// Counts what it is given.
pub struct Counter {
    wanted: Wanted,
    locale: Locale,
    counts: Counts,
    within_word: bool,
    column: u64,
    boundary: Boundary,
}

impl Counter {
    /// A counter of what is `wanted`; nothing else is right afterwards.
    pub fn new(wanted: Wanted, locale: Locale) -> Self {
        let boundary = Boundary::default();
        Counter { wanted, locale, counts: Counts::default(), within_word: false, column: 0, boundary }
    }

    /// Counts `chunk`.
    pub fn count(&mut self, chunk: &[u8]) {
        self.counts.bytes += chunk.len() as u64;
        let wanted = self.wanted;
        if !(wanted.words || wanted.characters || wanted.longest) || self.locale == Locale::C {
            self.count_text(chunk);
            return;
        }
        let (completed, whole) = self.boundary.split(chunk);
        self.count_text(&completed);
        self.count_text(whole);
    }

    /// The counts, once all was counted.
    pub fn finish(mut self) -> Counts {
        self.counts.longest = self.counts.longest.max(self.column);
        self.counts
    }

    /// Counts text that ends between two characters.
    fn count_text(&mut self, text: &[u8]) {
        let wanted = self.wanted;
        if wanted.longest {
            return self.count_columns(text);
        }
        if wanted.words {
            let counted = count_words(text, self.locale, &mut self.within_word);
            self.counts.words += counted.words;
            self.counts.lines += counted.lines;
        } else if wanted.lines {
            self.counts.lines += memchr_iter(b'\n', text).count() as u64;
        }
        if wanted.characters {
            self.counts.characters += count_characters(text, self.locale);
        }
    }

    /// Counts everything, one character after the other.
    fn count_columns(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some(&byte) = rest.first() {
            let (character, length) = match byte {
                0..128 => (Some(char::from(byte)), 1),
                _ => match self.locale.character(rest) {
                    Some((character, length)) => (Some(character), length),
                    None => (None, 1),
                },
            };
            rest = &rest[length..];
            self.counts.characters += u64::from(character.is_some() || self.locale == Locale::C);
            if let Some(character) = character {
                self.place(character);
            }
        }
        self.counts.words += count_words(text, self.locale, &mut self.within_word).words;
    }

    fn place(&mut self, character: char) {
        match character {
            '\n' | '\r' | '\x0c' => {
                self.counts.lines += u64::from(character == '\n');
                self.counts.longest = self.counts.longest.max(self.column);
                self.column = 0;
            }
            '\t' => self.column += 8 - self.column % 8,
            _ => self.column += character_width(character) as u64,
        }
    }
}

fn count_characters(text: &[u8], locale: Locale) -> u64 {
    if locale == Locale::C {
        return text.len() as u64;
    }
    // Of well-formed text every byte counts that does not continue a character.
    let leading = |text: &str| text.bytes().filter(|&byte| (byte as i8) >= -0x40).count() as u64;
    text.utf8_chunks().map(|chunk| leading(chunk.valid())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], locale: Locale, piece: usize) -> Counts {
        let wanted = Wanted { lines: true, words: true, characters: true, bytes: true, longest: true };
        let mut whole = Counter::new(wanted, locale);
        let mut plain = Counter::new(Wanted { longest: false, ..wanted }, locale);
        for chunk in text.chunks(piece) {
            whole.count(chunk);
            plain.count(chunk);
        }
        let (whole, plain) = (whole.finish(), plain.finish());
        assert_eq!(Counts { longest: 0, ..whole }, plain, "both ways count the same");
        whole
    }

    /// As `wc -lwmcL` counts them.
    #[test]
    fn counts_do_not_depend_on_chunks() {
        let mixed = b"h\xc3\xa9llo w\xc3\xb6rld\n\tx\x0c\x0by z\r\nab\xffc \xe2\x80\xa8z\xc2\xa0w\xe3\x80\x80q\n\x01\x02 \x7f\n";
        for piece in 1..=mixed.len() {
            let utf8 = Counts { lines: 4, words: 9, characters: 37, bytes: 45, longest: 11 };
            assert_eq!(all(mixed, Locale::Utf8, piece), utf8, "{piece}");
            let c = Counts { lines: 4, words: 7, characters: 45, bytes: 45, longest: 9 };
            assert_eq!(all(mixed, Locale::C, piece), c, "{piece}");
        }
    }

    #[test]
    fn broken_characters_count_as_bytes_alone() {
        let broken = b"\xe0\xa0 \xed\xa0\x80 \xc0\x80 \xf4";
        for piece in 1..=broken.len() {
            let counts = Counts { lines: 0, words: 0, characters: 3, bytes: 11, longest: 3 };
            assert_eq!(all(broken, Locale::Utf8, piece), counts, "{piece}");
        }
    }

    #[test]
    fn long_text_is_counted_as_short_text_is() {
        let text = "some words, é and\ttabs  \n".repeat(100);
        let expected = Counts { lines: 100, words: 500, characters: 2500, bytes: 2600, longest: 30 };
        assert_eq!(all(text.as_bytes(), Locale::Utf8, 2600), expected);
    }
}
