//! From the tree to the automata's own form.

use super::ast::{Ast, Look};
use super::options::Options;
use crate::bracket::{Bracket, Item};
use crate::locale::{Locale, Unit};
use regex_syntax::hir::{self, Hir};

/// What an expression means in its surroundings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lowering {
    pub(super) locale: Locale,
    pub(super) ignore_case: bool,
    /// `^` and `$` match at every line.
    pub(super) multi_line: bool,
    /// The haystack is a block of lines, each a buffer of its own.
    pub(super) buffer_is_line: bool,
    /// The byte that `.` and complements leave out.
    pub(super) excluded: Option<u8>,
}

impl Lowering {
    /// The meaning for a haystack that is one text.
    pub(super) fn of(options: &Options) -> Self {
        Lowering {
            locale: options.locale,
            ignore_case: options.ignore_case,
            multi_line: options.multi_line,
            buffer_is_line: false,
            excluded: (!options.dot_newline).then_some(options.terminator),
        }
    }

    /// The meaning for a haystack that is a block of lines.
    pub(super) fn of_lines(options: &Options) -> Self {
        Lowering { buffer_is_line: true, excluded: Some(options.terminator), ..Lowering::of(options) }
    }

    pub(super) fn lower(&self, ast: &Ast) -> Hir {
        match ast {
            // Expressions with back-references are matched by backtracking.
            Ast::BackReference(_) => Hir::fail(),
            Ast::Empty => Hir::empty(),
            Ast::Literal(unit) => self.literal(*unit),
            Ast::Any => Hir::class(Bracket { negated: true, items: Vec::new() }.to_class(
                self.locale,
                false,
                self.excluded,
            )),
            Ast::AnyByte => Hir::class(hir::Class::Bytes(hir::ClassBytes::new(
                (0..=u8::MAX)
                    .filter(|byte| self.excluded != Some(*byte))
                    .map(|byte| hir::ClassBytesRange::new(byte, byte)),
            ))),
            Ast::Set(set) => Hir::class(set.to_class(self.locale, self.ignore_case, self.excluded)),
            Ast::Look(look) => Hir::look(self.look(*look)),
            Ast::Group(ast, index) => {
                Hir::capture(hir::Capture { index: *index, name: None, sub: Box::new(self.lower(ast)) })
            }
            Ast::Repeat { ast, min, max } => Hir::repetition(hir::Repetition {
                min: *min,
                max: *max,
                greedy: true,
                sub: Box::new(self.lower(ast)),
            }),
            Ast::Concat(parts) => Hir::concat(parts.iter().map(|part| self.lower(part)).collect()),
            Ast::Alternate(parts) => Hir::alternation(parts.iter().map(|part| self.lower(part)).collect()),
        }
    }

    fn literal(&self, unit: Unit) -> Hir {
        if self.ignore_case
            && let Unit::Char(_) = unit
        {
            let set = Bracket { negated: false, items: vec![Item::unit(unit)] };
            return Hir::class(set.to_class(self.locale, true, None));
        }
        match unit {
            Unit::Char(c) => Hir::literal(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Unit::Byte(byte) => Hir::literal([byte]),
        }
    }

    fn look(&self, look: Look) -> hir::Look {
        let ascii = self.locale == Locale::C;
        let lines = self.multi_line || self.buffer_is_line;
        match look {
            Look::LineStart if lines => hir::Look::StartLF,
            Look::LineEnd if lines => hir::Look::EndLF,
            Look::BufferStart if self.buffer_is_line => hir::Look::StartLF,
            Look::BufferEnd if self.buffer_is_line => hir::Look::EndLF,
            Look::LineStart | Look::BufferStart => hir::Look::Start,
            Look::LineEnd | Look::BufferEnd => hir::Look::End,
            Look::WordStart if ascii => hir::Look::WordStartAscii,
            Look::WordStart => hir::Look::WordStartUnicode,
            Look::WordEnd if ascii => hir::Look::WordEndAscii,
            Look::WordEnd => hir::Look::WordEndUnicode,
            Look::WordBoundary if ascii => hir::Look::WordAscii,
            Look::WordBoundary => hir::Look::WordUnicode,
            Look::NotWordBoundary if ascii => hir::Look::WordAsciiNegate,
            Look::NotWordBoundary => hir::Look::WordUnicodeNegate,
            Look::AfterNonWord if ascii => hir::Look::WordStartHalfAscii,
            Look::AfterNonWord => hir::Look::WordStartHalfUnicode,
            Look::BeforeNonWord if ascii => hir::Look::WordEndHalfAscii,
            Look::BeforeNonWord => hir::Look::WordEndHalfUnicode,
        }
    }
}
