//! Fields under construction: text whose quoting is known, split at `IFS` where it came from an expansion.

use bytes::Bytes;
use mirage_pattern::glob::{Glob, GlobBuilder, Options, PathPattern};

/// How a stretch of a field was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// It stands for itself in patterns.
    Quoted,
    /// Its pattern characters are active.
    Active,
    /// The result of an unquoted expansion: pattern characters are active and backslashes quote.
    Expanded,
}

/// One field: its text and how each stretch of it was written.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// The text, quotes removed.
    pub text: Vec<u8>,
    /// Where each stretch ends.
    runs: Vec<(usize, Quoting)>,
    /// Something in it was quoted: it is a field even when it is empty.
    pub quoted: bool,
}

impl Field {
    /// Adds a stretch.
    pub fn push(&mut self, text: &[u8], quoting: Quoting) {
        if text.is_empty() {
            return;
        }
        self.text.extend_from_slice(text);
        match self.runs.last_mut() {
            Some((end, last)) if *last == quoting => *end = self.text.len(),
            _ => self.runs.push((self.text.len(), quoting)),
        }
    }

    /// Whether it holds a pattern character that is not quoted.
    pub fn is_pattern(&self, extended: bool) -> bool {
        self.stretches().any(|(text, quoting)| quoting != Quoting::Quoted && has_pattern(text, extended))
    }

    /// The stretches with their quoting.
    pub fn stretches(&self) -> impl Iterator<Item = (&[u8], Quoting)> {
        let mut start = 0;
        self.runs.iter().map(move |&(end, quoting)| {
            let stretch = &self.text[start..end];
            start = end;
            (stretch, quoting)
        })
    }

    /// The field as a pattern for one text.
    pub fn glob(&self, options: Options) -> Result<Glob, mirage_pattern::Error> {
        self.builder(options).build()
    }

    /// The field as a pattern for paths.
    pub fn path_pattern(&self, options: Options) -> Result<PathPattern, mirage_pattern::Error> {
        self.builder(options).build_path()
    }

    fn builder(&self, options: Options) -> GlobBuilder {
        let mut builder = GlobBuilder::new(options);
        for (text, quoting) in self.stretches() {
            match quoting {
                Quoting::Quoted => builder.literal(text),
                Quoting::Active => builder.active(text),
                Quoting::Expanded => builder.escaped(text),
            };
        }
        builder
    }

    /// The text, without a copy.
    pub fn into_bytes(self) -> Bytes {
        self.text.into()
    }
}

fn has_pattern(text: &[u8], extended: bool) -> bool {
    text.iter().enumerate().any(|(at, byte)| match byte {
        b'*' | b'?' | b'[' => true,
        b'+' | b'@' | b'!' => extended && text.get(at + 1) == Some(&b'('),
        b'\\' => true,
        _ => false,
    })
}

/// The characters that separate fields.
#[derive(Clone, Debug)]
pub struct Separators {
    white: Vec<u8>,
    other: Vec<u8>,
    /// Characters of several bytes.
    wide: Vec<Vec<u8>>,
    /// What joins fields in `"$*"`.
    pub joiner: Vec<u8>,
}

impl Separators {
    /// Those of this value of `IFS`; of none, blank, tab and newline.
    pub fn new(ifs: Option<&[u8]>) -> Self {
        let ifs = ifs.unwrap_or(b" \t\n");
        let is_white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n');
        let text = std::str::from_utf8(ifs).ok().filter(|text| !text.is_ascii());
        let wide = text.map_or_else(Vec::new, |text| {
            let wide = text.chars().filter(|letter| !letter.is_ascii());
            wide.map(|letter| letter.to_string().into_bytes()).collect()
        });
        let (white, mut other): (Vec<u8>, Vec<u8>) = ifs.iter().partition(|byte| is_white(byte));
        if text.is_some() {
            other.retain(u8::is_ascii);
        }
        let first = std::str::from_utf8(ifs).ok().and_then(|text| text.chars().next());
        let length = first.map_or(1, char::len_utf8).min(ifs.len());
        Separators { white, other, wide, joiner: ifs[..length].to_vec() }
    }

    /// Whether what stands between joined fields is no white space, so that splitting finds it again.
    pub(crate) fn joins_visibly(&self) -> bool {
        self.joiner.first().is_some_and(|byte| !self.is_white(*byte))
    }

    /// Where the first character of several bytes stands, and how long it is.
    fn wide_in(&self, text: &[u8]) -> Option<(usize, usize)> {
        let places =
            self.wide.iter().filter_map(|wide| memchr::memmem::find(text, wide).map(|at| (at, wide.len())));
        places.min()
    }

    pub(crate) fn is_white(&self, byte: u8) -> bool {
        self.white.contains(&byte)
    }

    fn is_other(&self, byte: u8) -> bool {
        self.other.contains(&byte)
    }

    /// How long the separator is that `text` starts with and that is no white space; 0 when it starts with none.
    pub(crate) fn other_at(&self, text: &[u8]) -> usize {
        match text.first() {
            Some(&byte) if self.is_other(byte) => 1,
            _ => self.wide.iter().find(|wide| text.starts_with(wide)).map_or(0, Vec::len),
        }
    }
}

/// What stands before the position that is being filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Before {
    /// Nothing, or a whole separator.
    #[default]
    Separator,
    /// White space that ended a field: a separator that follows still belongs to it.
    White,
}

/// The fields of one word, or of several that are filled one after the other.
#[derive(Debug, Default)]
pub struct Fields {
    done: Vec<Field>,
    current: Field,
    before: Before,
}

impl Fields {
    /// Adds text that is not split.
    pub fn push(&mut self, text: &[u8], quoting: Quoting) {
        self.current.push(text, quoting);
        self.current.quoted |= quoting == Quoting::Quoted;
    }

    /// Marks the current field as one that stands even when it is empty.
    pub fn mark_quoted(&mut self) {
        self.current.quoted = true;
    }

    /// Adds the result of an unquoted expansion, split at the separators.
    pub fn push_split(&mut self, text: &[u8], separators: &Separators) {
        let mut rest = text;
        while let Some((at, length)) = separators.wide_in(rest) {
            self.push_split_narrow(&rest[..at], separators);
            self.separate();
            rest = &rest[at + length..];
        }
        self.push_split_narrow(rest, separators);
    }

    /// A separator that is no white space.
    fn separate(&mut self) {
        match (self.is_open(), self.before) {
            (false, Before::White) => {}
            _ => self.finish(),
        }
        self.before = Before::Separator;
    }

    fn push_split_narrow(&mut self, text: &[u8], separators: &Separators) {
        let mut rest = text;
        while let Some(&byte) = rest.first() {
            if separators.is_white(byte) {
                if self.is_open() {
                    self.finish();
                    self.before = Before::White;
                }
                rest = &rest[1..];
            } else if separators.is_other(byte) {
                self.separate();
                rest = &rest[1..];
            } else {
                let end =
                    rest.iter().position(|&byte| separators.is_white(byte) || separators.is_other(byte));
                let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
                self.current.push(piece, Quoting::Expanded);
                rest = after;
            }
        }
    }

    /// Ends the current field, as a boundary between the elements of `"$@"` does, even when it is empty.
    pub fn finish(&mut self) {
        self.done.push(std::mem::take(&mut self.current));
        self.before = Before::Separator;
    }

    /// Ends the word: a current field that is empty and unquoted was none.
    pub fn end_word(&mut self) {
        match self.is_open() {
            true => self.finish(),
            false => self.before = Before::Separator,
        }
    }

    fn is_open(&self) -> bool {
        self.current.quoted || !self.current.text.is_empty()
    }

    /// The fields of every word that was ended.
    pub fn into_fields(self) -> Vec<Field> {
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, ifs: &str) -> Vec<String> {
        let mut fields = Fields::default();
        fields.push_split(text.as_bytes(), &Separators::new(Some(ifs.as_bytes())));
        fields.end_word();
        fields.into_fields().into_iter().map(|field| String::from_utf8(field.text).expect("text")).collect()
    }

    #[test]
    fn white_space_separates_and_is_dropped_at_the_ends() {
        assert_eq!(split("  a \t b\n", " \t\n"), ["a", "b"]);
        assert_eq!(split("   ", " \t\n"), [""; 0]);
    }

    #[test]
    fn other_separators_make_empty_fields_but_none_at_the_end() {
        assert_eq!(split("a::b:", ":"), ["a", "", "b"]);
        assert_eq!(split(":a", ":"), ["", "a"]);
        assert_eq!(split(":", ":"), [""]);
    }

    #[test]
    fn white_space_around_a_separator_belongs_to_it() {
        assert_eq!(split("a : b : : c", " :"), ["a", "b", "", "c"]);
    }

    #[test]
    fn an_empty_quoted_part_is_a_field() {
        let mut fields = Fields::default();
        fields.mark_quoted();
        fields.end_word();
        fields.end_word();
        assert_eq!(fields.into_fields().len(), 1);
    }
}
