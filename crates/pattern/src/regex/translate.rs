//! Expressions with back-references, written in the syntax of the backtracking engine.

use super::ast::{Ast, Look};
use super::options::Options;
use super::perl;
use crate::bracket::{Bracket, Item};
use crate::error::Error;
use crate::locale::{Locale, Unit};
use regex_syntax::hir::Class;
use std::fmt::Write;

/// Compiles the tree for the backtracking engine, to give the longest of the leftmost matches.
pub(super) fn compile(ast: &Ast, options: &Options) -> Result<fancy_regex::Regex, Error> {
    let mut text = String::new();
    Writer { options, text: &mut text }.node(ast);
    perl::builder(&text, options.locale).leftmost_longest(true).build().map_err(perl::compile_error)
}

struct Writer<'w> {
    options: &'w Options,
    text: &'w mut String,
}

impl Writer<'_> {
    fn node(&mut self, ast: &Ast) {
        match ast {
            Ast::Empty => self.text.push_str("(?:)"),
            Ast::Literal(unit) => self.literal(*unit),
            Ast::Any | Ast::AnyByte => self.set(&Bracket { negated: true, items: Vec::new() }),
            Ast::Set(set) => self.set(set),
            Ast::Look(look) => self.text.push_str(self.look(*look)),
            Ast::Group(ast, _) => self.enclosed("(", ast, ")"),
            Ast::BackReference(number) => self.back_reference(*number),
            Ast::Repeat { ast, min, max } => {
                self.enclosed("(?:", ast, ")");
                let bounds = match max {
                    Some(max) => format!("{{{min},{max}}}"),
                    None => format!("{{{min},}}"),
                };
                self.text.push_str(&bounds);
            }
            Ast::Concat(parts) => parts.iter().for_each(|part| self.node(part)),
            Ast::Alternate(parts) => {
                self.text.push_str("(?:");
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        self.text.push('|');
                    }
                    self.node(part);
                }
                self.text.push(')');
            }
        }
    }

    fn enclosed(&mut self, open: &str, ast: &Ast, close: &str) {
        self.text.push_str(open);
        self.node(ast);
        self.text.push_str(close);
    }

    fn back_reference(&mut self, number: u32) {
        let case = if self.options.ignore_case { "i" } else { "" };
        self.add(format_args!("(?{case}:\\{number})"));
    }

    fn literal(&mut self, unit: Unit) {
        if self.options.ignore_case {
            return self.set(&Bracket { negated: false, items: vec![Item::unit(unit)] });
        }
        match unit {
            Unit::Char(c) => self.add(format_args!("\\x{{{:x}}}", u32::from(c))),
            Unit::Byte(byte) => self.add(format_args!("(?-u:\\x{byte:02x})")),
        }
    }

    fn set(&mut self, set: &Bracket) {
        let excluded = (!self.options.dot_newline).then_some(self.options.terminator);
        let class = set.to_class(self.options.locale, self.options.ignore_case, excluded);
        if class.is_empty() {
            return self.text.push_str("(?!)");
        }
        match class {
            Class::Unicode(class) => {
                self.text.push('[');
                for range in class.ranges() {
                    self.add(format_args!(
                        "\\x{{{:x}}}-\\x{{{:x}}}",
                        u32::from(range.start()),
                        u32::from(range.end())
                    ));
                }
                self.text.push(']');
            }
            Class::Bytes(class) => {
                self.text.push_str("(?-u:[");
                for range in class.ranges() {
                    self.add(format_args!("\\x{:02x}-\\x{:02x}", range.start(), range.end()));
                }
                self.text.push_str("])");
            }
        }
    }

    /// Formatting into a string does not fail.
    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        let written = self.text.write_fmt(text);
        debug_assert!(written.is_ok());
    }

    fn look(&self, look: Look) -> &'static str {
        let ascii = self.options.locale == Locale::C;
        match look {
            Look::LineStart if self.options.multi_line => "(?m:^)",
            Look::LineEnd if self.options.multi_line => "(?m:$)",
            Look::LineStart | Look::BufferStart => "\\A",
            Look::LineEnd | Look::BufferEnd => "\\z",
            Look::WordStart if ascii => "(?-u:\\b)(?=(?-u:\\w))",
            Look::WordStart => "\\b(?=\\w)",
            Look::WordEnd if ascii => "(?-u:\\b)(?<=(?-u:\\w))",
            Look::WordEnd => "\\b(?<=\\w)",
            Look::WordBoundary if ascii => "(?-u:\\b)",
            Look::WordBoundary => "\\b",
            Look::NotWordBoundary if ascii => "(?-u:\\B)",
            Look::NotWordBoundary => "\\B",
            Look::AfterNonWord if ascii => "(?<!(?-u:\\w))",
            Look::AfterNonWord => "(?<!\\w)",
            Look::BeforeNonWord if ascii => "(?!(?-u:\\w))",
            Look::BeforeNonWord => "(?!\\w)",
        }
    }
}
