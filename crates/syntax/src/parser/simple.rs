//! Simple commands.

use super::assignment::Place;
use super::{Operator, Parse, Parser, Token};
use crate::ast::{Argument, Command, CommandKind, Part, Redirection, SimpleCommand, Word};
use crate::word::{Builder, Shape, Tildes, Until};

/// Commands whose arguments may have the form of an assignment.
const DECLARATIONS: [&[u8]; 6] = [b"declare", b"typeset", b"local", b"export", b"readonly", b"alias"];

/// Commands to which an array literal is a text.
const TEXTS: [&[u8]; 2] = [b"eval", b"let"];

/// In POSIX mode, runs a command with assignments as arguments, without those being array literals.
const WRAPPER: &[u8] = b"command";

/// How the arguments of a simple command are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Arguments {
    /// Its name is not yet known.
    Unknown,
    Plain,
    /// Those with the form of an assignment are assignments.
    Assignments,
    /// The same, but array literals are not allowed.
    Scalars,
    /// The name of the command may be the next word.
    Wrapped,
    /// Array literals are allowed, and stand for their text.
    Texts,
}

impl Parser {
    /// A simple command, or the definition of a function as `name()`.
    #[inline(never)]
    pub(super) fn simple(&mut self) -> Parse<Command> {
        let start = self.cursor.position;
        let mut simple = SimpleCommand::default();
        let mut redirections = Vec::new();
        let mut arguments = Arguments::Unknown;
        let mut end = start;
        // bash takes the line from where it stands once it knows that the first element is complete: having read the next.
        let (mut elements, mut line) = (0, None);
        loop {
            let next = self.token();
            if elements == 1 && next != Token::Word {
                line = Some(self.cursor.line_at(self.cursor.position));
            }
            if !self.redirection_into(&mut redirections)? {
                match self.token() {
                    Token::Word => self.argument(&mut simple, &mut arguments, end)?,
                    Token::Operator(Operator::Open) if self.defines_function(&simple, &redirections) => {
                        return self.function_parentheses(start, end);
                    }
                    Token::Operator(Operator::Open) => return Err(self.unexpected_token()),
                    _ => break,
                }
            }
            end = self.cursor.position;
            elements += 1;
            if elements == 2 && line.is_none() {
                line = Some(self.cursor.line_at(end));
            }
        }
        if end == start {
            return Err(self.unexpected_token());
        }
        self.cursor.position = end;
        let mut span = self.cursor.span_from(start);
        span.line = line.unwrap_or(span.line);
        Ok(Command { kind: CommandKind::Simple(simple), redirections, span })
    }

    fn defines_function(&self, simple: &SimpleCommand, redirections: &[Redirection]) -> bool {
        simple.assignments.is_empty() && simple.words.len() == 1 && redirections.is_empty()
    }

    #[inline(never)]
    fn argument(&mut self, simple: &mut SimpleCommand, arguments: &mut Arguments, end: usize) -> Parse<()> {
        if *arguments == Arguments::Unknown {
            if let Some(assignment) = self.assignment(Place::Front)? {
                simple.assignments.push(assignment);
                return Ok(());
            }
            if !simple.assignments.is_empty() && self.expand_alias() != Token::Word {
                return Ok(());
            }
            let word = self.command_name()?;
            *arguments = arguments_of(&word, self.options.posix);
            simple.words.push(Argument::Word(word));
            return Ok(());
        }
        self.expand_next_alias(end);
        if self.token() != Token::Word {
            return Ok(());
        }
        let argument = self.argument_of(arguments)?;
        simple.words.push(argument);
        Ok(())
    }

    #[inline(never)]
    fn argument_of(&mut self, arguments: &mut Arguments) -> Parse<Argument> {
        if matches!(arguments, Arguments::Assignments | Arguments::Scalars) {
            let start = self.cursor.position;
            if let Some(assignment) = self.assignment(Place::Argument)? {
                let array = matches!(assignment.value, crate::ast::AssignmentValue::Array(_));
                match arguments {
                    Arguments::Assignments => return Ok(Argument::Assignment(Box::new(assignment))),
                    Arguments::Scalars if !array => return Ok(Argument::Assignment(Box::new(assignment))),
                    _ => self.cursor.position = start,
                }
            }
        }
        let shape = Shape { until: Until::Meta, braces: true, tildes: Tildes::Argument };
        let word = match *arguments == Arguments::Texts {
            true => self.word_with_literal(shape)?,
            false => self.word_of(shape)?,
        };
        if *arguments == Arguments::Wrapped {
            *arguments = wrapped_arguments_of(&word);
        }
        Ok(Argument::Word(word))
    }

    /// A word in which the parentheses behind `name=` are text.
    #[inline(never)]
    fn word_with_literal(&mut self, shape: Shape) -> Parse<Word> {
        let start = self.cursor.position;
        let opens = self.name_at(start).and_then(|(_, end)| {
            let rest = self.cursor.text.get(end..)?;
            let sign = [&b"=("[..], b"+=("].into_iter().find(|sign| rest.starts_with(sign))?;
            Some(end + sign.len() - 1)
        });
        let Some(open) = opens else { return self.word_of(shape) };
        let mut builder = Builder::default();
        builder.literal(&self.cursor, start, open);
        self.cursor.position = open;
        self.parenthesized(&mut builder)?;
        self.unquoted(&mut builder, shape.until)?;
        let span = self.cursor.span_from(start);
        self.finish_word(builder, shape, span)
    }

    /// The word that names the command. What looks like a subscript in it may hold blanks.
    #[inline(never)]
    fn command_name(&mut self) -> Parse<Word> {
        let start = self.cursor.position;
        let subscript = match self.name_at(start) {
            Some((_, end)) if self.cursor.text.get(end) == Some(&b'[') => Some(end),
            _ => None,
        };
        let shape = Shape { until: Until::Meta, braces: true, tildes: Tildes::Start };
        match subscript {
            Some(open) => self.word_with_subscript(start, open, shape),
            None => self.word_of(shape),
        }
    }
}

/// How the arguments of the command with this name are read. A quoted name has no special arguments.
fn arguments_of(name: &Word, posix: bool) -> Arguments {
    let [Part::Literal(text)] = name.parts() else { return Arguments::Plain };
    match &text[..] {
        text if TEXTS.contains(&text) => Arguments::Texts,
        text if DECLARATIONS.contains(&text) => Arguments::Assignments,
        text if posix && text == WRAPPER => Arguments::Wrapped,
        _ => Arguments::Plain,
    }
}

/// The same for the word behind `command`.
fn wrapped_arguments_of(word: &Word) -> Arguments {
    match arguments_of(word, true) {
        Arguments::Assignments => Arguments::Scalars,
        Arguments::Wrapped => Arguments::Wrapped,
        _ => Arguments::Plain,
    }
}
