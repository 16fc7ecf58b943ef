//! The words that braces stand for.

use bytes::{BufMut, BytesMut};

use crate::ast::{BraceRange, Facts, Parameter, ParameterName, Part, Word};
use crate::word::{Tildes, continues_name, push_text};

/// The words of a brace expansion, one at a time: a range costs no memory however long it is.
#[derive(Clone, Debug)]
pub struct Braces<'a> {
    word: &'a Word,
    /// What is chosen in every brace; None at the end.
    choices: Option<Vec<Choice<'a>>>,
}

/// What is chosen in one brace.
#[derive(Clone, Debug)]
enum Choice<'a> {
    List { alternatives: &'a [Vec<Part>], index: usize, inner: Vec<Choice<'a>> },
    Range { range: &'a BraceRange, index: u64 },
}

impl Word {
    /// The words to expand instead of this one, in order. This one alone when brace expansion does not apply to it.
    pub fn expand_braces(&self) -> Braces<'_> {
        Braces { word: self, choices: Some(first_choices(&self.parts)) }
    }
}

impl Iterator for Braces<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let choices = self.choices.as_mut()?;
        let mut parts = Vec::new();
        chosen_into(&self.word.parts, choices, &mut parts);
        if !advance(choices) {
            self.choices = None;
        }
        Tildes::Argument.mark(&mut parts);
        let facts = Facts { brace: false, ..self.word.facts };
        Some(Word::new(parts, facts, self.word.span))
    }
}

fn first_choices(parts: &[Part]) -> Vec<Choice<'_>> {
    parts.iter().filter_map(Choice::first).collect()
}

/// Moves to the next combination, the last brace first. False when there is none; all are at their first then.
fn advance(choices: &mut [Choice<'_>]) -> bool {
    choices.iter_mut().rev().any(Choice::advance)
}

impl<'a> Choice<'a> {
    fn first(part: &'a Part) -> Option<Self> {
        match part {
            Part::BraceList(alternatives) => {
                let inner = alternatives.first().map(|parts| first_choices(parts)).unwrap_or_default();
                Some(Choice::List { alternatives, index: 0, inner })
            }
            Part::BraceRange(range) => Some(Choice::Range { range, index: 0 }),
            _ => None,
        }
    }

    fn advance(&mut self) -> bool {
        match self {
            Choice::List { alternatives, index, inner } => {
                if advance(inner) {
                    return true;
                }
                let next = index.saturating_add(1);
                let more = next < alternatives.len();
                *index = if more { next } else { 0 };
                *inner = alternatives.get(*index).map(|parts| first_choices(parts)).unwrap_or_default();
                more
            }
            Choice::Range { range, index } => {
                let more = *index < range.steps();
                *index = if more { *index + 1 } else { 0 };
                more
            }
        }
    }
}

/// Adds the parts that the choices leave.
fn chosen_into(parts: &[Part], choices: &[Choice<'_>], out: &mut Vec<Part>) {
    let mut choices = choices.iter();
    for part in parts {
        match part {
            Part::BraceList(_) | Part::BraceRange(_) => match choices.next() {
                Some(Choice::List { alternatives, index, inner }) => {
                    if let Some(alternative) = alternatives.get(*index) {
                        chosen_into(alternative, inner, out);
                    }
                }
                Some(Choice::Range { range, index }) => match range.value(*index) {
                    // The backslash of `{Z..a}`: it quotes nothing, and leaves a word all the same.
                    value if value.is_empty() => out.push(Part::SingleQuoted(value)),
                    value => push_joined(out, value),
                },
                None => {}
            },
            Part::Literal(text) => push_joined(out, text.clone()),
            _ => out.push(part.clone()),
        }
    }
}

/// Adds literal text. Behind `$name` its first bytes may belong to the name: braces come first, `$x{a,b}` is
/// `$xa $xb`.
fn push_joined(out: &mut Vec<Part>, text: bytes::Bytes) {
    if text.is_empty() {
        return;
    }
    let length = text.iter().take_while(|&&byte| continues_name(byte)).count();
    if length > 0
        && let Some(Part::Parameter(parameter)) = out.last_mut()
        && !parameter.braced
        && let ParameterName::Variable(name) = &parameter.name
    {
        let mut longer = BytesMut::with_capacity(name.len() + length + 1);
        longer.put_u8(b'$');
        longer.put_slice(name);
        longer.put_slice(&text[..length]);
        let source = longer.freeze();
        let name = ParameterName::Variable(source.slice(1..));
        *parameter = std::sync::Arc::new(Parameter { name, text: source, ..Parameter::clone(parameter) });
        if length < text.len() {
            out.push(Part::Literal(text.slice(length..)));
        }
        return;
    }
    push_text(out, text);
}
