//! A haystack with the rules it is read by.

use super::pattern::Options;
use crate::locale::{Locale, Unit, first_unit, last_unit};

/// The bytes being matched, their locale, and whether the first is a dot that only a dot may match.
#[derive(Clone, Copy)]
pub(super) struct Subject<'h> {
    pub(super) bytes: &'h [u8],
    pub(super) ignore_case: bool,
    locale: Locale,
    guarded: bool,
}

impl<'h> Subject<'h> {
    pub(super) fn new(bytes: &'h [u8], options: &Options) -> Self {
        // Bytes are read one by one unless there are characters to be told apart.
        let characters =
            options.locale == Locale::Utf8 && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
        Subject {
            bytes,
            ignore_case: options.ignore_case,
            locale: if characters { Locale::Utf8 } else { Locale::C },
            guarded: options.period && bytes.first() == Some(&b'.'),
        }
    }

    /// The same haystack read byte by byte.
    pub(super) fn bytewise(self) -> Self {
        Subject { locale: Locale::C, ..self }
    }

    /// Whether characters above ASCII are told apart.
    pub(super) fn has_characters(&self) -> bool {
        self.locale == Locale::Utf8
    }

    /// Whether the haystack has bytes above ASCII and each is read by itself.
    pub(super) fn is_bytewise(&self) -> bool {
        self.locale == Locale::C && !self.bytes.is_ascii()
    }

    /// Whether position `at` holds a leading dot, which no wildcard matches.
    pub(super) fn is_guarded(&self, at: usize) -> bool {
        self.guarded && at == 0
    }

    /// The unit that starts at `at` and its length.
    pub(super) fn unit_at(&self, at: usize) -> Option<(Unit, usize)> {
        first_unit(self.bytes.get(at..)?, self.locale)
    }

    /// The unit that ends at `at` and its length.
    pub(super) fn unit_before(&self, at: usize) -> Option<(Unit, usize)> {
        last_unit(self.bytes.get(..at)?, self.locale)
    }

    /// Whether a character starts or the haystack ends at `at`.
    pub(super) fn is_boundary(&self, at: usize) -> bool {
        // In well-formed UTF-8 exactly the continuation bytes are inside a character.
        self.locale == Locale::C || self.bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)
    }
}
