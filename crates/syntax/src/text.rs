//! Parsing of text that is only known when it runs.

use bytes::Bytes;

use crate::SyntaxError;
use crate::ast::{ArrayElement, Facts, ParameterName, Subscript, Word};
use crate::parser::{Cursor, Parser, ParserOptions};
use crate::word::{Shape, Tildes, Until};

/// Parses all of `text` as one word: blanks and operators in it are text. No brace expansion.
pub fn parse_word(text: Bytes, options: &ParserOptions) -> Result<Word, SyntaxError> {
    let mut parser = Parser::of(text, options.clone());
    let shape = Shape { until: Until::End, braces: false, tildes: Tildes::Start };
    let word = parser.word_of(shape);
    word.map_err(|failed| parser.take_failure(failed))
}

/// Parses all of `text` as if it stood in a here-document: prompts, `PS4`, the value of `${x@P}`.
pub fn parse_quoted(text: Bytes, options: &ParserOptions) -> Result<Word, SyntaxError> {
    let mut parser = Parser::of(Bytes::new(), options.clone());
    let word = parser.document_word(Cursor::new(text, options.line));
    word.map_err(|failed| parser.take_failure(failed))
}

/// Parses the elements of an array literal, its parentheses left out: the value of `declare 'a=(1 2)'`.
pub fn parse_array(text: Bytes, options: &ParserOptions) -> Result<Vec<ArrayElement>, SyntaxError> {
    let mut parser = Parser::of(text, options.clone());
    let mut elements = Vec::new();
    let result = parser.elements_into(&mut elements).and_then(|()| match parser.at_end() {
        true => Ok(()),
        false => Err(parser.unexpected_token()),
    });
    match result {
        Ok(()) => Ok(elements),
        Err(failed) => Err(parser.take_failure(failed)),
    }
}

/// Parses the text between the brackets of a subscript.
pub fn parse_subscript(text: Bytes, options: &ParserOptions) -> Result<Subscript, SyntaxError> {
    match &text[..] {
        b"@" => return Ok(Subscript::At),
        b"*" => return Ok(Subscript::Star),
        _ => {}
    }
    let mut parser = Parser::of(text, options.clone());
    let shape = Shape { until: Until::End, braces: false, tildes: Tildes::Never };
    match parser.word_of(shape) {
        Ok(key) => Ok(Subscript::Index(Box::new(crate::word::index(key)))),
        Err(failed) => Err(parser.take_failure(failed)),
    }
}

/// What a text names, for `${!x}`, `unset`, `read`, `printf -v` and their like: `name`, `name[subscript]`, `1`, `@`.
/// None when it is no parameter.
pub fn parse_reference(text: &Bytes, options: &ParserOptions) -> Option<(ParameterName, Option<Subscript>)> {
    let mut parser = Parser::of(text.clone(), options.clone());
    let name = parser.simple_name()?;
    let mut subscript = None;
    if matches!(name, ParameterName::Variable(_)) && parser.cursor.byte() == Some(b'[') {
        parser.cursor.advance();
        subscript = Some(parser.subscript(&mut Facts::default(), Until::Bracket).ok()??);
    }
    (parser.cursor.position == text.len()).then_some((name, subscript))
}
