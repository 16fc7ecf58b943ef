//! Array literals among the arguments of commands that declare: `declare a=(1 2)`.

use bytes::Bytes;
use mirage_syntax::ast::{Argument, ArrayElement, Assignment, Subscript};

use super::declare::{Given, Operand, Wish, apply};
use super::quote;
use crate::execute::{ArrayKind, Shell, Stop};
use crate::expand::decimal;
use crate::state::{Attributes, ShellOption};

/// Assigns `name=(elements)`, an argument of the command that `before` starts with, as the options written there have it.
/// As in bash this happens while the arguments are expanded, so that the next ones see it; what is left for the command is
/// the name.
pub(crate) async fn assign_literal(
    shell: &mut Shell,
    before: &[Argument],
    assignment: &Assignment,
    elements: &[ArrayElement],
) -> Result<Bytes, Stop> {
    let name = &assignment.name;
    let wish = wish(shell, before);
    if assignment.subscript.is_some() {
        let text = shell.assignment_text(assignment);
        let place = text.iter().position(|&byte| byte == b']').map_or(&text[..], |end| &text[..=end]);
        return Err(shell.fail(&[place, b": cannot assign list to array member"].concat()));
    }
    let enters = wish.local && !wish.global && !shell.state.variables.is_local(name);
    if enters && shell.state.variables.get(name).is_some_and(|it| it.attributes.has(Attributes::READONLY)) {
        let function = shell.frames.last().map(|frame| frame.function.clone()).unwrap_or_default();
        shell.complain_plainly(&[&function, b": ", name, b": readonly variable"]);
        return Ok(name.clone());
    }
    let traces = shell.state.options.has(ShellOption::XTrace);
    let expanded = match enters || wish.global || traces {
        true => {
            let associative = wish.array == Some(ArrayKind::Associative) || shell.is_associative(name);
            expand(shell, elements, associative).await?
        }
        false => None,
    };
    if let (true, Some(text)) = (traces, &expanded) {
        let sign: &[u8] = if assignment.append { b"+=(" } else { b"=(" };
        shell.trace_words(&[name, sign, text, b")"]).await;
    }
    let options = shell.parser_options(shell.line);
    let expanded = expanded.and_then(|text| mirage_syntax::parse_array(text, &options).ok());
    let value = Given::Literal(expanded.as_deref().unwrap_or(elements));
    let operand = Operand { name: name.clone(), subscript: None, append: assignment.append, value };
    match apply(shell, operand, wish).await {
        Ok(()) => Ok(name.clone()),
        Err(stop) => {
            shell.state.status = 1;
            Err(stop)
        }
    }
}

/// What the words in front of the literal ask for, as far as it matters to the value.
fn wish(shell: &Shell, before: &[Argument]) -> Wish {
    let mut words = before.iter().map_while(|argument| match argument {
        Argument::Word(word) => Some(word.literal().map_or(&b""[..], |text| text)),
        Argument::Assignment(_) => None,
    });
    let command = words.next().unwrap_or_default();
    let declares = matches!(command, b"declare" | b"typeset" | b"local");
    let mut wish = Wish { local: declares && shell.state.variables.in_function(), ..Wish::default() };
    for word in words {
        match word.split_first() {
            Some((b'-', letters)) => letters.iter().for_each(|letter| add(&mut wish, *letter)),
            Some((b'+', _)) => {}
            _ => break,
        }
    }
    wish
}

fn add(wish: &mut Wish, letter: u8) {
    let attribute = match letter {
        b'a' => return wish.array = Some(ArrayKind::Indexed),
        b'A' => return wish.array = Some(ArrayKind::Associative),
        b'g' => return wish.global = true,
        b'I' => return wish.inherit = true,
        b'i' => Attributes::INTEGER,
        b'l' => Attributes::LOWER,
        b'u' => Attributes::UPPER,
        b'c' => Attributes::CAPITAL,
        _ => return,
    };
    wish.set = wish.set.with(attribute);
}

/// The text of an array literal once its elements are expanded; none where one of them is an error, which is told when it
/// is assigned.
async fn expand(
    shell: &mut Shell,
    elements: &[ArrayElement],
    associative: bool,
) -> Result<Option<Bytes>, Stop> {
    let mut text = Vec::new();
    for element in elements {
        match element {
            ArrayElement::Word(word) => {
                let words = match associative {
                    true => vec![shell.expand_single(word).await?],
                    false => shell.expand_words(std::slice::from_ref(word)).await?,
                };
                for word in words {
                    text.extend_from_slice(&quote::single_quoted(&word));
                    text.push(b' ');
                }
            }
            ArrayElement::Keyed { subscript, append, value } => {
                let key = match (subscript, associative) {
                    (Subscript::Index(index), false) => decimal(shell.subscript_number(&index.number).await?),
                    (Subscript::Index(_), true) => {
                        quote::single_quoted(&shell.key_of(subscript).await?).into()
                    }
                    _ => return Ok(None),
                };
                let value = quote::single_quoted(&shell.expand_single(value).await?);
                let sign: &[u8] = if *append { b"]+=" } else { b"]=" };
                text.extend_from_slice(&[b"[", &key[..], sign, &value, b" "].concat());
            }
        }
    }
    text.pop();
    Ok(Some(text.into()))
}
