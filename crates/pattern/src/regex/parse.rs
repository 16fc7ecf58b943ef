//! The parser of basic and extended expressions, with the readings of `regcomp`, `grep` and `sed`.

use super::ast::{Ast, Look};
use super::compile::Warning;
use super::options::{Dialect, Options, Syntax};
use super::parse_bracket;
use crate::bracket::{Bracket, Class};
use crate::error::{Error, ErrorKind};
use crate::locale::{Unit, first_unit};

/// Groups nested deeper than this are refused: every later walk recurses on them.
const DEPTH_LIMIT: usize = 200;
/// The largest count of an interval (`RE_DUP_MAX`).
const REPEAT_LIMIT: u32 = 32767;

pub(super) struct Parsed {
    pub(super) ast: Ast,
    /// The number of groups, the whole match not included.
    pub(super) groups: u32,
    pub(super) warnings: Vec<Warning>,
}

/// Parses one expression. Its groups are numbered from `first_group`, its back-references counted from there.
pub(super) fn parse(pattern: &[u8], options: &Options, first_group: u32) -> Result<Parsed, Error> {
    let mut parser = Parser {
        pattern,
        at: 0,
        options,
        extended: options.syntax == Syntax::Extended,
        depth: 0,
        first_group,
        groups: 0,
        closed: Vec::new(),
        warnings: Vec::new(),
    };
    let ast = parser.alternation()?;
    // Only the end of a group that was never opened stops the outermost alternation early.
    if parser.at < pattern.len() {
        return Err(ErrorKind::UnmatchedGroupEnd.into());
    }
    Ok(Parsed { ast, groups: parser.groups, warnings: parser.warnings })
}

/// What stands at a place of the pattern.
#[derive(Clone, Copy, PartialEq)]
enum Token {
    End,
    Literal(Unit),
    Any,
    Bracket,
    Open,
    Close,
    Or,
    Star,
    Plus,
    Question,
    Interval,
    Caret,
    Dollar,
    Look(Look),
    Class(Class, bool),
    BackReference(u32),
}

struct Parser<'p> {
    pattern: &'p [u8],
    at: usize,
    options: &'p Options,
    extended: bool,
    depth: usize,
    first_group: u32,
    groups: u32,
    /// The groups whose end has been seen: the ones a back-reference may name.
    closed: Vec<u32>,
    warnings: Vec<Warning>,
}

impl Parser<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.pattern.get(at).copied()
    }

    /// The token at the current place and its length.
    fn token(&self) -> Result<(Token, usize), Error> {
        let rest = self.pattern.get(self.at..).unwrap_or_default();
        let Some((unit, length)) = first_unit(rest, self.options.locale) else { return Ok((Token::End, 0)) };
        let token = match unit {
            Unit::Char('\\') => return self.escape(),
            Unit::Char('.') => Token::Any,
            Unit::Char('[') => Token::Bracket,
            Unit::Char('*') => Token::Star,
            Unit::Char('^') => Token::Caret,
            Unit::Char('$') => Token::Dollar,
            Unit::Char(c) if self.extended => operator(c).unwrap_or(Token::Literal(unit)),
            _ => Token::Literal(unit),
        };
        Ok((token, length))
    }

    fn escape(&self) -> Result<(Token, usize), Error> {
        let rest = self.pattern.get(self.at + 1..).unwrap_or_default();
        let Some((unit, length)) = first_unit(rest, self.options.locale) else {
            return Err(ErrorKind::TrailingBackslash.into());
        };
        if !self.options.gnu_operators && !matches!(unit, Unit::Char('(' | ')' | '{' | '}' | '1'..='9')) {
            return Ok((Token::Literal(unit), length + 1));
        }
        let token = match unit {
            Unit::Char('w') => Token::Class(Class::Word, false),
            Unit::Char('W') => Token::Class(Class::Word, true),
            Unit::Char('s') => Token::Class(Class::Space, false),
            Unit::Char('S') => Token::Class(Class::Space, true),
            Unit::Char('b') => Token::Look(Look::WordBoundary),
            Unit::Char('B') => Token::Look(Look::NotWordBoundary),
            Unit::Char('<') => Token::Look(Look::WordStart),
            Unit::Char('>') => Token::Look(Look::WordEnd),
            Unit::Char('`') => Token::Look(Look::BufferStart),
            Unit::Char('\'') => Token::Look(Look::BufferEnd),
            Unit::Char(digit @ '1'..='9') => Token::BackReference(u32::from(digit) - u32::from('0')),
            Unit::Char(c) if !self.extended => operator(c).unwrap_or(Token::Literal(unit)),
            _ => Token::Literal(unit),
        };
        Ok((token, length + 1))
    }

    fn alternation(&mut self) -> Result<Ast, Error> {
        let mut branches = vec![self.sequence()?];
        while let (Token::Or, length) = self.token()? {
            self.at += length;
            branches.push(self.sequence()?);
        }
        Ok(Ast::alternate(branches))
    }

    /// Parses up to a `|`, the end of the group, or the end.
    fn sequence(&mut self) -> Result<Ast, Error> {
        let mut parts: Vec<Ast> = Vec::new();
        let mut at_start = true;
        // Whether what comes before cannot be repeated: nothing, or an anchor.
        let mut unrepeatable = true;
        loop {
            let (token, length) = self.token()?;
            let stray_close = self.depth == 0 && self.extended && self.options.dialect != Dialect::Sed;
            match token {
                Token::End | Token::Or => break,
                Token::Close if !stray_close => break,
                Token::Star | Token::Plus | Token::Question | Token::Interval if unrepeatable => {
                    let is_start = parts.iter().all(|part| matches!(part, Ast::Look(_)));
                    parts.push(self.leading_operator(token, length, is_start)?);
                    (at_start, unrepeatable) = (false, false);
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            self.at += length;
            let atom = match token {
                Token::Open => self.group()?,
                Token::Bracket => Ast::Set(parse_bracket::parse(self.pattern, &mut self.at, self.options)?),
                Token::Caret if self.extended || at_start => {
                    parts.push(Ast::Look(Look::LineStart));
                    (at_start, unrepeatable) = (false, true);
                    continue;
                }
                Token::Dollar if self.extended || self.is_end()? => Ast::Look(Look::LineEnd),
                Token::BackReference(number) => self.back_reference(number)?,
                Token::Any => Ast::Any,
                Token::Look(look) => Ast::Look(look),
                Token::Class(class, negated) => Ast::Set(Bracket::class(class, negated)),
                Token::Literal(unit) => Ast::Literal(unit),
                _ => self.literal_at(start),
            };
            at_start = false;
            unrepeatable = matches!(atom, Ast::Look(_));
            if unrepeatable {
                parts.push(atom);
                continue;
            }
            let repeated = self.repetitions(atom)?;
            parts.push(repeated);
        }
        Ok(Ast::concat(parts))
    }

    /// The character that stands at `start`, or after its backslash.
    fn literal_at(&self, start: usize) -> Ast {
        let end = self.at.saturating_sub(1).max(start);
        Ast::Literal(Unit::of_byte(self.byte(end).unwrap_or_default()))
    }

    /// A repetition operator with nothing before it that could be repeated.
    fn leading_operator(&mut self, token: Token, length: usize, is_start: bool) -> Result<Ast, Error> {
        let start = self.at;
        self.at += length;
        if self.extended {
            if self.options.dialect != Dialect::Grep {
                return Err(ErrorKind::InvalidPreceding.into());
            }
            // A brace alone is passed; what it holds is text.
            let is_operator = token != Token::Interval || self.interval()?.is_some();
            self.at = start + length;
            if is_start && is_operator {
                self.warnings.push(match token {
                    Token::Star => Warning::LeadingStar,
                    Token::Plus => Warning::LeadingPlus,
                    Token::Question => Warning::LeadingQuestion,
                    _ => Warning::LeadingInterval,
                });
            }
            return match self.token()? {
                _ if token == Token::Interval => Ok(Ast::Empty),
                (Token::Close, length) => {
                    self.at += length;
                    self.repetitions(Ast::Literal(Unit::Char(')')))
                }
                _ => self.repetitions(Ast::Empty),
            };
        }
        if token == Token::Interval && self.options.dialect != Dialect::Grep {
            return Err(ErrorKind::InvalidPreceding.into());
        }
        let literal = self.literal_at(start);
        self.repetitions(literal)
    }

    /// The repetition operators that follow an atom.
    fn repetitions(&mut self, atom: Ast) -> Result<Ast, Error> {
        let mut ast = atom;
        let mut count = 0;
        loop {
            let (token, length) = self.token()?;
            let start = self.at;
            let (min, max) = match token {
                Token::Star => (0, None),
                Token::Plus => (1, None),
                Token::Question => (0, Some(1)),
                Token::Interval => {
                    self.at += length;
                    let Some(bounds) = self.interval()? else {
                        self.at = start;
                        return self.literal_brace(ast, length);
                    };
                    self.at -= length;
                    bounds
                }
                _ => return Ok(ast),
            };
            self.at += length;
            count += 1;
            // `sed` takes no second operator in a basic expression.
            if count > 1 && !self.extended && self.options.dialect == Dialect::Sed {
                return Err(ErrorKind::InvalidPreceding.into());
            }
            ast = match (ast, min, max) {
                // a** is a*.
                (Ast::Repeat { ast, min: 0, max: None }, 0, None) => Ast::Repeat { ast, min: 0, max: None },
                (ast, min, max) => Ast::Repeat { ast: Box::new(ast), min, max },
            };
            if count > DEPTH_LIMIT {
                return Err(ErrorKind::TooBig.into());
            }
        }
    }

    /// A brace that starts no interval is a character, in `grep`'s extended expressions.
    fn literal_brace(&mut self, before: Ast, length: usize) -> Result<Ast, Error> {
        self.at += length;
        let brace = self.repetitions(Ast::Literal(Unit::Char('{')))?;
        Ok(Ast::Concat(vec![before, brace]))
    }

    /// The bounds of an interval whose content starts here, which is then passed; `None` if it is to be read as text.
    fn interval(&mut self) -> Result<Option<(u32, Option<u32>)>, Error> {
        let lenient = self.extended && self.options.dialect == Dialect::Grep;
        let fail = |kind: ErrorKind| if lenient { Ok(None) } else { Err(Error::from(kind)) };
        let low = self.number();
        let comma = self.byte(self.at) == Some(b',');
        let high = if comma {
            self.at += 1;
            self.number()
        } else {
            low
        };
        let closer: &[u8] = if self.extended { b"}" } else { b"\\}" };
        let rest = self.pattern.get(self.at..).unwrap_or_default();
        if !rest.starts_with(closer) {
            // A third number is wrong even where an interval that is none is text.
            if lenient && comma && high.is_some() && rest.first() == Some(&b',') {
                return Err(ErrorKind::InvalidInterval.into());
            }
            let goes_on = rest.contains(&b',') || contains(rest, closer);
            return fail(if !goes_on { ErrorKind::UnmatchedInterval } else { ErrorKind::InvalidInterval });
        }
        if low.is_none() && high.is_none() && !comma {
            return fail(ErrorKind::InvalidInterval);
        }
        self.at += closer.len();
        let min = low.unwrap_or(0);
        if high.is_some_and(|high| high < min) {
            return Err(ErrorKind::InvalidInterval.into());
        }
        if min > REPEAT_LIMIT || high.is_some_and(|high| high > REPEAT_LIMIT) {
            return Err(ErrorKind::TooBig.into());
        }
        Ok(Some((min, high)))
    }

    fn number(&mut self) -> Option<u32> {
        let mut value: Option<u32> = None;
        while let Some(digit) = self.byte(self.at).filter(u8::is_ascii_digit) {
            value = Some(value.unwrap_or(0).saturating_mul(10).saturating_add(u32::from(digit - b'0')));
            self.at += 1;
        }
        value
    }

    fn group(&mut self) -> Result<Ast, Error> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(ErrorKind::TooBig.into());
        }
        self.groups += 1;
        let number = self.groups;
        let ast = self.alternation()?;
        let (token, length) = self.token()?;
        if token != Token::Close {
            return Err(ErrorKind::UnmatchedGroup.into());
        }
        self.at += length;
        self.depth -= 1;
        self.closed.push(number);
        Ok(Ast::Group(Box::new(ast), self.first_group + number - 1))
    }

    fn back_reference(&self, number: u32) -> Result<Ast, Error> {
        if !self.closed.contains(&number) {
            return Err(ErrorKind::InvalidBackReference.into());
        }
        Ok(Ast::BackReference(self.first_group + number - 1))
    }

    /// Whether a basic expression or its group or branch ends here.
    fn is_end(&self) -> Result<bool, Error> {
        Ok(matches!(self.token()?.0, Token::End | Token::Close | Token::Or))
    }
}

/// The operators that a basic expression writes with a backslash and an extended one without.
fn operator(c: char) -> Option<Token> {
    Some(match c {
        '(' => Token::Open,
        ')' => Token::Close,
        '|' => Token::Or,
        '+' => Token::Plus,
        '?' => Token::Question,
        '{' => Token::Interval,
        _ => return None,
    })
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}
