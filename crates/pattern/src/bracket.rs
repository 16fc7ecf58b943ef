//! Bracket expressions: what `[...]` holds, shared by shell patterns and regular expressions, which parse it differently.

use crate::locale::{Locale, Unit, fold};
use regex_syntax::hir::{
    Class as HirClass, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, HirKind,
};

/// A named class, `[:alpha:]`. `Word` is `\w`: letters, digits and the underscore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Alnum,
    Alpha,
    Ascii,
    Blank,
    Cntrl,
    Digit,
    Graph,
    Lower,
    Print,
    Punct,
    Space,
    Upper,
    Word,
    Xdigit,
}

impl Class {
    /// The class of that name among the twelve of POSIX.
    pub(crate) fn posix(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"alnum" => Class::Alnum,
            b"alpha" => Class::Alpha,
            b"blank" => Class::Blank,
            b"cntrl" => Class::Cntrl,
            b"digit" => Class::Digit,
            b"graph" => Class::Graph,
            b"lower" => Class::Lower,
            b"print" => Class::Print,
            b"punct" => Class::Punct,
            b"space" => Class::Space,
            b"upper" => Class::Upper,
            b"xdigit" => Class::Xdigit,
            _ => return None,
        })
    }

    /// The class of that name in a shell pattern, which knows `ascii` and `word` too.
    pub(crate) fn shell(name: &[u8]) -> Option<Self> {
        match name {
            b"ascii" => Some(Class::Ascii),
            b"word" => Some(Class::Word),
            _ => Class::posix(name),
        }
    }

    /// Whether an ASCII character is in the class.
    fn contains_ascii(self, b: u8) -> bool {
        match self {
            Class::Alnum => b.is_ascii_alphanumeric(),
            Class::Alpha => b.is_ascii_alphabetic(),
            Class::Ascii => true,
            Class::Blank => b == b' ' || b == b'\t',
            Class::Cntrl => b.is_ascii_control(),
            Class::Digit => b.is_ascii_digit(),
            Class::Graph => b.is_ascii_graphic(),
            Class::Lower => b.is_ascii_lowercase(),
            Class::Print => b == b' ' || b.is_ascii_graphic(),
            Class::Punct => b.is_ascii_punctuation(),
            Class::Space => b == b' ' || (9..=13).contains(&b),
            Class::Upper => b.is_ascii_uppercase(),
            Class::Word => b == b'_' || b.is_ascii_alphanumeric(),
            Class::Xdigit => b.is_ascii_hexdigit(),
        }
    }

    /// Whether `c` is in the class as `C.UTF-8` has it.
    pub(crate) fn contains(self, c: char) -> bool {
        if c.is_ascii() {
            return u8::try_from(c).is_ok_and(|b| self.contains_ascii(b));
        }
        let space = || c.is_whitespace() && !matches!(c, '\u{85}' | '\u{a0}' | '\u{2007}' | '\u{202f}');
        let control = || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        match self {
            Class::Alnum | Class::Alpha | Class::Word => c.is_alphanumeric(),
            Class::Blank => space() && !control(),
            Class::Cntrl => control(),
            Class::Graph => !space() && !control(),
            Class::Lower => c.is_lowercase(),
            Class::Print => !control(),
            Class::Punct => !space() && !control() && !c.is_alphanumeric(),
            Class::Space => space(),
            Class::Upper => c.is_uppercase(),
            Class::Ascii | Class::Digit | Class::Xdigit => false,
        }
    }
}

/// One member of a bracket expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// Both ends included; a single character is a range of one.
    Range(char, char),
    /// A byte range outside of characters: above 127 in the C locale, or an ill-formed byte of the pattern.
    Bytes(u8, u8),
    Class(Class),
}

impl Item {
    pub(crate) fn unit(unit: Unit) -> Self {
        match unit {
            Unit::Char(c) => Item::Range(c, c),
            Unit::Byte(b) => Item::Bytes(b, b),
        }
    }

    fn contains(self, unit: Unit) -> bool {
        match (self, unit) {
            (Item::Range(low, high), Unit::Char(c)) => (low..=high).contains(&c),
            (Item::Bytes(low, high), Unit::Byte(b)) => (low..=high).contains(&b),
            (Item::Class(class), Unit::Char(c)) => class.contains(c),
            _ => false,
        }
    }
}

/// A parsed `[...]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bracket {
    pub(crate) negated: bool,
    pub(crate) items: Vec<Item>,
}

impl Bracket {
    /// A set that is one class, or its complement.
    pub(crate) fn class(class: Class, negated: bool) -> Self {
        Bracket { negated, items: vec![Item::Class(class)] }
    }

    /// Adds the units `low` to `high`; false if they are out of order.
    pub(crate) fn add_range(&mut self, low: Unit, high: Unit) -> bool {
        match (low, high) {
            (Unit::Char(low), Unit::Char(high)) if low <= high => self.items.push(Item::Range(low, high)),
            (Unit::Byte(low), Unit::Byte(high)) if low <= high => self.items.push(Item::Bytes(low, high)),
            (Unit::Char(low), Unit::Byte(high)) => {
                self.items.extend([Item::Range(low, '\u{10ffff}'), Item::Bytes(0x80, high)]);
            }
            _ => return false,
        }
        true
    }

    /// Whether the set holds `unit`, whatever its case if `ignore_case`.
    pub(crate) fn contains(&self, unit: Unit, ignore_case: bool) -> bool {
        let held = |unit| self.items.iter().any(|item| item.contains(unit));
        let found = held(unit)
            || ignore_case
                && match unit {
                    Unit::Char(c) => {
                        held(Unit::Char(fold(c))) || c.to_uppercase().any(|upper| held(Unit::Char(upper)))
                    }
                    Unit::Byte(_) => false,
                };
        found != self.negated
    }

    /// The set as a class of the automata. `newline` tells whether a complement includes the newline.
    pub(crate) fn to_class(&self, locale: Locale, ignore_case: bool, newline: Option<u8>) -> HirClass {
        match locale {
            Locale::Utf8 => HirClass::Unicode(self.to_unicode(ignore_case, newline)),
            Locale::C => HirClass::Bytes(self.to_bytes(ignore_case, newline)),
        }
    }

    fn to_unicode(&self, ignore_case: bool, excluded: Option<u8>) -> ClassUnicode {
        let mut set = ClassUnicode::empty();
        for item in &self.items {
            match *item {
                Item::Range(low, high) => set.push(ClassUnicodeRange::new(low, high)),
                Item::Class(class) => class_ranges(class, &mut set),
                // An ill-formed byte is no character, so it is in no set of characters.
                Item::Bytes(..) => {}
            }
        }
        if ignore_case && set.try_case_fold_simple().is_err() {
            // The tables of simple case folding are always compiled in.
            return set;
        }
        if self.negated {
            set.negate();
        }
        if let Some(excluded) = excluded {
            let c = char::from(excluded);
            set.difference(&ClassUnicode::new([ClassUnicodeRange::new(c, c)]));
        }
        set
    }

    fn to_bytes(&self, ignore_case: bool, excluded: Option<u8>) -> ClassBytes {
        let mut set = ClassBytes::empty();
        for byte in 0..=u8::MAX {
            let unit = Unit::of_byte(byte);
            let held = self.items.iter().any(|item| item.contains(unit))
                || ignore_case && {
                    let swapped = if byte.is_ascii_lowercase() {
                        byte.to_ascii_uppercase()
                    } else {
                        byte.to_ascii_lowercase()
                    };
                    self.items.iter().any(|item| item.contains(Unit::of_byte(swapped)))
                };
            if held != self.negated && excluded != Some(byte) {
                set.push(ClassBytesRange::new(byte, byte));
            }
        }
        set
    }
}

/// Adds the characters of a class to a set; the same sets as [`Class::contains`], from the tables of the automata.
fn class_ranges(class: Class, set: &mut ClassUnicode) {
    let expression = match class {
        Class::Alnum => r"[\p{Alphabetic}\p{N}]",
        Class::Alpha => r"[[\p{Alphabetic}\p{N}]--[0-9]]",
        Class::Ascii => r"[\x00-\x7F]",
        Class::Blank => r"[\t\p{Zs}--[\xA0\u2007\u202F]]",
        Class::Cntrl => r"[\p{Cc}\u2028\u2029]",
        Class::Digit => r"[0-9]",
        Class::Graph => r"[^\p{White_Space}\p{Cc}\u2028\u2029--[\xA0\u2007\u202F]]",
        Class::Lower => r"\p{Lowercase}",
        Class::Print => r"[^\p{Cc}\u2028\u2029]",
        Class::Punct => r"[[^\p{Alphabetic}\p{N}\p{White_Space}\p{Cc}][\xA0\u2007\u202F]]",
        Class::Space => r"[\p{White_Space}--[\x85\xA0\u2007\u202F]]",
        Class::Upper => r"\p{Uppercase}",
        Class::Word => r"[\p{Alphabetic}\p{N}_]",
        Class::Xdigit => r"[0-9A-Fa-f]",
    };
    let parsed = regex_syntax::parse(expression).map(regex_syntax::hir::Hir::into_kind);
    if let Ok(HirKind::Class(HirClass::Unicode(ranges))) = parsed {
        set.union(&ranges);
    } else {
        debug_assert!(false, "not a class: {expression}");
    }
}
