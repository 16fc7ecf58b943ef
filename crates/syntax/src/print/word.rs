//! Words, parameters and assignments.

use super::{Printer, single_quoted};
use crate::ast::{
    Anchor, Arithmetic, ArrayElement, Assignment, AssignmentValue, CaseChange, CommandSubstitution,
    DefaultAction, List, Operation, Parameter, ParameterName, Part, ProcessDirection, Subscript, Word,
};

/// What stands around parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    /// Double quotes, or what reads alike.
    Quotes,
}

impl Printer {
    pub(super) fn word(&mut self, word: &Word) {
        self.parts(word.parts(), Around::Nothing);
    }

    pub(super) fn parts_of(&mut self, parts: &[Part], quoted: bool) {
        self.parts(parts, if quoted { Around::Quotes } else { Around::Nothing });
    }

    fn parts(&mut self, parts: &[Part], around: Around) {
        for part in parts {
            self.part(part, around);
        }
    }

    fn part(&mut self, part: &Part, around: Around) {
        match part {
            Part::Literal(text) | Part::BadSubstitution(text) => self.push(text),
            Part::Escaped(text) => {
                self.push(b"\\");
                self.push(text);
            }
            Part::SingleQuoted(text) => match around {
                Around::Nothing => self.push(&single_quoted(text)),
                Around::Quotes => self.ansi_c_quoted(text),
            },
            Part::DoubleQuoted(inner) => {
                self.push(b"\"");
                self.parts(inner, Around::Quotes);
                self.push(b"\"");
            }
            Part::Tilde(name) => {
                self.push(b"~");
                self.push(name);
            }
            Part::Parameter(parameter) => self.parameter(parameter, around),
            Part::Command(substitution) => self.command_substitution(substitution),
            Part::Arithmetic(arithmetic) => {
                let (open, close): (&[u8], &[u8]) =
                    if arithmetic.brackets { (b"$[", b"]") } else { (b"$((", b"))") };
                self.push(open);
                self.arithmetic(arithmetic);
                self.push(close);
            }
            Part::Process(process) => {
                self.push(match process.direction {
                    ProcessDirection::Input => b"<(",
                    ProcessDirection::Output => b">(",
                });
                self.substituted(&process.list);
                self.push(b")");
            }
            Part::BraceList(alternatives) => {
                for (index, alternative) in alternatives.iter().enumerate() {
                    self.push(if index == 0 { b"{" } else { b"," });
                    self.parts(alternative, around);
                }
                self.push(b"}");
            }
            Part::BraceRange(range) => self.push(&range.text),
        }
    }

    /// The text of a here-document.
    pub(super) fn document_text(&mut self, body: &Word, quoted: bool) {
        match body.parts() {
            [Part::SingleQuoted(text)] if quoted => self.push(text),
            [Part::DoubleQuoted(parts)] => self.parts(parts, Around::Quotes),
            parts => self.parts(parts, Around::Quotes),
        }
    }

    /// The text of an expression, without what stands around it.
    pub(super) fn arithmetic(&mut self, arithmetic: &Arithmetic) {
        match arithmetic.text.parts() {
            [Part::DoubleQuoted(parts)] => self.parts(parts, Around::Quotes),
            parts => self.parts(parts, Around::Quotes),
        }
    }

    /// `$'...'`, in which every byte can stand.
    fn ansi_c_quoted(&mut self, text: &[u8]) {
        self.push(b"$'");
        for &byte in text {
            match byte {
                b'\\' | b'\'' => self.push(&[b'\\', byte]),
                _ => self.push(&[byte]),
            }
        }
        self.push(b"'");
    }

    fn command_substitution(&mut self, substitution: &CommandSubstitution) {
        match &substitution.list {
            _ if substitution.backquoted => {
                self.push(b"`");
                self.push(&substitution.source);
                self.push(b"`");
            }
            Some(list) => {
                self.push(b"$(");
                self.substituted(list);
                self.push(b")");
            }
            None => {
                self.push(b"$(");
                self.push(&substitution.source);
                self.push(b")");
            }
        }
    }

    /// The list of a substitution. It is laid out as if it stood alone.
    fn substituted(&mut self, list: &List) {
        let inner = super::print(|printer| printer.closed_list(list));
        if inner.first() == Some(&b'(') {
            self.push(b" ");
        }
        self.push(&inner);
    }

    fn parameter(&mut self, parameter: &Parameter, around: Around) {
        self.push(if parameter.braced { b"${" } else { b"$" });
        if parameter.operation == Operation::Length {
            self.push(b"#");
        }
        if parameter.indirect || matches!(parameter.operation, Operation::Names { .. } | Operation::Keys) {
            self.push(b"!");
        }
        match &parameter.name {
            ParameterName::Variable(name) => self.push(name),
            ParameterName::Positional(number) => self.push(number.to_string().as_bytes()),
            ParameterName::Special(special) => self.push(&[special.byte()]),
        }
        if let Some(subscript) = &parameter.subscript {
            self.subscript(subscript);
        }
        self.operation(&parameter.operation, around);
        if parameter.braced {
            self.push(b"}");
        }
    }

    fn operation(&mut self, operation: &Operation, around: Around) {
        match operation {
            Operation::Value | Operation::Length | Operation::Keys => {}
            Operation::Default { action, colon, word } => {
                self.push(if *colon { b":" } else { b"" });
                self.push(match action {
                    DefaultAction::Use => b"-",
                    DefaultAction::Assign => b"=",
                    DefaultAction::Fail => b"?",
                    DefaultAction::Alternative => b"+",
                });
                self.parts(word.parts(), around);
            }
            Operation::RemovePrefix { longest, pattern } => {
                self.push(if *longest { b"##" } else { b"#" });
                self.word(pattern);
            }
            Operation::RemoveSuffix { longest, pattern } => {
                self.push(if *longest { b"%%" } else { b"%" });
                self.word(pattern);
            }
            Operation::Replace { anchor, pattern, replacement } => {
                self.push(match anchor {
                    Anchor::First => b"/",
                    Anchor::Every => b"//",
                    Anchor::Start => b"/#",
                    Anchor::End => b"/%",
                });
                self.word(pattern);
                if let Some(replacement) = replacement {
                    self.push(b"/");
                    self.word(replacement);
                }
            }
            Operation::Case { change, all, pattern } => {
                let sign: &[u8] = match change {
                    CaseChange::Upper => b"^",
                    CaseChange::Lower => b",",
                    CaseChange::Toggle => b"~",
                };
                self.push(sign);
                self.push(if *all { sign } else { b"" });
                if let Some(pattern) = pattern {
                    self.word(pattern);
                }
            }
            Operation::Slice { offset, length } => {
                self.push(b":");
                self.arithmetic(offset);
                if let Some(length) = length {
                    self.push(b":");
                    self.arithmetic(length);
                }
            }
            Operation::Transform(letter) => self.push(&[b'@', *letter]),
            Operation::Names { separate } => self.push(if *separate { b"@" } else { b"*" }),
        }
    }

    fn subscript(&mut self, subscript: &Subscript) {
        self.push(b"[");
        match subscript {
            Subscript::At => self.push(b"@"),
            Subscript::Star => self.push(b"*"),
            Subscript::Index(index) => self.word(&index.key),
        }
        self.push(b"]");
    }

    pub(super) fn assignment(&mut self, assignment: &Assignment) {
        self.push(&assignment.name);
        if let Some(subscript) = &assignment.subscript {
            self.subscript(subscript);
        }
        self.push(if assignment.append { b"+=" } else { b"=" });
        match &assignment.value {
            AssignmentValue::Scalar(word) => self.word(word),
            AssignmentValue::Array(elements) => {
                self.push(b"(");
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        self.push(b" ");
                    }
                    self.element(element);
                }
                self.push(b")");
            }
        }
    }

    fn element(&mut self, element: &ArrayElement) {
        match element {
            ArrayElement::Word(word) => self.word(word),
            ArrayElement::Keyed { subscript, append, value } => {
                self.subscript(subscript);
                self.push(if *append { b"+=" } else { b"=" });
                self.word(value);
            }
        }
    }
}
