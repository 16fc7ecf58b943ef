//! Tokens into a tree: pipes, operators, definitions.

use std::rc::Rc;

use super::ast::{Assignment, Ast, Definition, Import, Kind, Operator, Program, Span};
use super::lex::{KEYWORDS, Lexer, Token};
use super::value::Value;

/// How deep filters nest in a program.
const DEEPEST: usize = 256;

/// How many filters stand between operators of one kind.
const LONGEST: usize = 2000;

/// A message and where in the text it belongs.
#[derive(Clone, Debug)]
pub struct Complaint {
    pub message: String,
    /// None for one that has no place.
    pub span: Option<Span>,
}

/// What is wrong with a program.
pub type Complaints = Vec<Complaint>;

pub type Parse<T> = Result<T, Complaints>;

/// A parser that looks one token ahead.
pub struct Parser<'a> {
    pub lexer: Lexer<'a>,
    pub text: &'a [u8],
    pub token: Token,
    pub span: Span,
    depth: usize,
}

/// One complaint.
pub fn complain<T>(message: impl Into<String>, span: Span) -> Parse<T> {
    Err(vec![Complaint { message: message.into(), span: Some(span) }])
}

impl<'a> Parser<'a> {
    pub fn new(text: &'a [u8]) -> Parser<'a> {
        let mut lexer = Lexer::new(text);
        let (token, span) = lexer.next();
        Parser { lexer, text, token, span, depth: 0 }
    }

    /// Goes on to the next token and answers the one that was current.
    pub fn advance(&mut self) -> Token {
        let (token, span) = self.lexer.next();
        self.span = span;
        std::mem::replace(&mut self.token, token)
    }

    pub fn is(&self, operator: &str) -> bool {
        matches!(&self.token, Token::Operator(given) if *given == operator)
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Name(given) if given == word)
    }

    /// Passes by `operator` if it is next.
    pub fn eat(&mut self, operator: &str) -> bool {
        let found = self.is(operator);
        if found {
            self.advance();
        }
        found
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    /// `operator`, or a complaint that lists what else could have stood here.
    pub fn expect(&mut self, operator: &str, expecting: &str) -> Parse<()> {
        match self.eat(operator) {
            true => Ok(()),
            false => self.unexpected(expecting),
        }
    }

    /// The complaint that the current token may not stand here.
    pub fn unexpected<T>(&self, expecting: &str) -> Parse<T> {
        let what = match &self.token {
            Token::End => "end of file".into(),
            Token::Name(name) if KEYWORDS.contains(&name.as_str()) => name.clone(),
            Token::Name(_) => "IDENT".into(),
            Token::Field(_) => "FIELD".into(),
            Token::Variable(name) if name == "__loc__" => "$__loc__".into(),
            Token::Variable(_) => "BINDING".into(),
            Token::Number(_) => "LITERAL".into(),
            Token::Format(_) => "FORMAT".into(),
            Token::Quote => "QQSTRING_START".into(),
            Token::Invalid => "INVALID_CHARACTER".into(),
            Token::Operator(operator) if operator.len() == 1 => format!("'{operator}'"),
            Token::Operator(operator) => (*operator).to_string(),
        };
        let span = if self.token == Token::End { self.lexer.last } else { self.span };
        let expecting = if expecting.is_empty() { String::new() } else { format!(", expecting {expecting}") };
        complain(format!("syntax error, unexpected {what}{expecting}"), span)
    }

    /// A whole program, or with `module` a file of definitions.
    pub fn program(&mut self) -> Parse<Program> {
        let mut program = Program::default();
        if self.eat_word("module") {
            program.metadata = Some(self.constant()?);
            self.expect(";", "';'")?;
        }
        while self.is_word("import") || self.is_word("include") {
            program.imports.push(self.import()?);
        }
        while self.is_word("def") {
            program.definitions.push(Rc::new(self.definition()?));
        }
        if self.token == Token::End {
            return Ok(program);
        }
        if !self.starts_operand() {
            return self.unexpected("end of file");
        }
        program.body = Some(self.pipe()?);
        match self.token {
            Token::End => Ok(program),
            _ => self.unexpected("end of file"),
        }
    }

    fn starts_operand(&self) -> bool {
        match &self.token {
            Token::Operator(operator) => matches!(*operator, "." | ".." | "[" | "{" | "(" | "-" | "$"),
            Token::Name(name) => {
                !matches!(name.as_str(), "then" | "else" | "elif" | "end" | "as" | "catch" | "and" | "or")
            }
            Token::Invalid | Token::End => false,
            _ => true,
        }
    }

    fn import(&mut self) -> Parse<Import> {
        let include = self.is_word("include");
        let start = self.span;
        self.advance();
        let path = self.constant_string(start)?;
        let (mut name, mut data) = (None, false);
        if !include {
            if !self.eat_word("as") {
                return self.unexpected("as");
            }
            name = Some(match self.advance() {
                Token::Name(name) => Rc::from(name),
                Token::Variable(name) => {
                    data = true;
                    Rc::from(name)
                }
                _ => return self.unexpected("IDENT or BINDING"),
            });
        }
        let metadata = match self.is(";") {
            true => Value::Null,
            false => self.constant()?,
        };
        self.expect(";", "';'")?;
        if !matches!(metadata, Value::Null | Value::Object(_)) {
            return complain("Module metadata must be an object", start);
        }
        Ok(Import { path, name, data, metadata })
    }

    fn constant_string(&mut self, start: Span) -> Parse<Rc<str>> {
        match self.constant()? {
            Value::String(text) => Ok(text),
            _ => complain("Import path must be constant", start),
        }
    }

    /// A constant: what metadata is made of.
    fn constant(&mut self) -> Parse<Value> {
        let start = self.span;
        let ast = self.postfix()?;
        match constant_value(&ast) {
            Some(value) => Ok(value),
            None => complain("Module metadata must be constant", start),
        }
    }

    /// `def name(parameters): body;`
    pub fn definition(&mut self) -> Parse<Definition> {
        self.advance();
        let name: Rc<str> = match &self.token {
            Token::Name(name) => Rc::from(name.as_str()),
            _ => return self.unexpected("IDENT"),
        };
        self.advance();
        let mut parameters = Vec::new();
        if self.eat("(") {
            loop {
                parameters.push(match &self.token {
                    Token::Name(name) => (Rc::from(name.as_str()), false),
                    Token::Variable(name) => (Rc::from(name.as_str()), true),
                    _ => return self.unexpected("IDENT or BINDING"),
                });
                self.advance();
                if self.eat(")") {
                    break;
                }
                self.expect(";", "';' or ')'")?;
            }
            self.expect(":", "':'")?;
        } else {
            self.expect(":", "':' or '('")?;
        }
        let body = self.nested(Parser::pipe)?;
        self.expect(";", "'|' or ',' or ';'")?;
        Ok(Definition { name, parameters, body })
    }

    /// Parses one level deeper, up to a limit that the stack bears.
    pub fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= DEEPEST {
            return complain("the program nests too deep", self.span);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// `a | b | c`
    pub fn pipe(&mut self) -> Parse<Ast> {
        let first = self.comma()?;
        self.chain(first, "|", Kind::Pipe, Parser::comma)
    }

    /// Filters between `operator`, grouped to the right.
    fn chain(
        &mut self,
        first: Ast,
        operator: &str,
        kind: fn(Box<Ast>, Box<Ast>) -> Kind,
        next: fn(&mut Self) -> Parse<Ast>,
    ) -> Parse<Ast> {
        let (mut links, mut last) = (Vec::new(), first);
        while self.eat(operator) {
            if links.len() >= LONGEST {
                return complain("the program is too long a chain of filters", self.span);
            }
            links.push(std::mem::replace(&mut last, next(self)?));
        }
        Ok(links.into_iter().rev().fold(last, |rest, link| join(kind, link, rest)))
    }

    fn comma(&mut self) -> Parse<Ast> {
        let first = self.binding()?;
        self.chain(first, ",", Kind::Comma, Parser::binding)
    }

    /// Operators that bind at least as tight as `least`.
    pub fn binary(&mut self, least: u8) -> Parse<Ast> {
        let mut left = self.unary()?;
        let mut forbidden = None;
        for _ in 0..LONGEST {
            let Some((operator, level)) = self.infix() else { return Ok(left) };
            if level < least {
                return Ok(left);
            }
            if forbidden == Some(level) {
                return self.unexpected("");
            }
            self.advance();
            // `//` groups to the right; assignments and comparisons do not group.
            let right = match level {
                ALTERNATIVE => self.nested(|parser| parser.binary(level))?,
                _ => self.nested(|parser| parser.binary(level + 1))?,
            };
            forbidden = matches!(level, ASSIGNMENT | COMPARISON).then_some(level);
            left = operator.apply(left, right);
        }
        complain("the program is too long a chain of operators", self.span)
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        use Operator::*;
        let binary = |operator, level| Some((Infix::Binary(operator), level));
        let assign = |assignment| Some((Infix::Assign(assignment), ASSIGNMENT));
        match &self.token {
            Token::Name(name) if name == "and" => Some((Infix::And, 4)),
            Token::Name(name) if name == "or" => Some((Infix::Or, 3)),
            Token::Operator(operator) => match *operator {
                "//" => Some((Infix::Alternative, ALTERNATIVE)),
                "=" => assign(Assignment::Plain),
                "|=" => assign(Assignment::Update),
                "+=" => assign(Assignment::Arithmetic(Add)),
                "-=" => assign(Assignment::Arithmetic(Subtract)),
                "*=" => assign(Assignment::Arithmetic(Multiply)),
                "/=" => assign(Assignment::Arithmetic(Divide)),
                "%=" => assign(Assignment::Arithmetic(Remainder)),
                "//=" => assign(Assignment::Alternative),
                "==" => binary(Equal, COMPARISON),
                "!=" => binary(NotEqual, COMPARISON),
                "<" => binary(Less, COMPARISON),
                "<=" => binary(LessOrEqual, COMPARISON),
                ">" => binary(Greater, COMPARISON),
                ">=" => binary(GreaterOrEqual, COMPARISON),
                "+" => binary(Add, 6),
                "-" => binary(Subtract, 6),
                "*" => binary(Multiply, 7),
                "/" => binary(Divide, 7),
                "%" => binary(Remainder, 7),
                _ => None,
            },
            _ => None,
        }
    }
}

const ALTERNATIVE: u8 = 1;
const ASSIGNMENT: u8 = 2;
const COMPARISON: u8 = 5;

enum Infix {
    Binary(Operator),
    Assign(Assignment),
    And,
    Or,
    Alternative,
}

impl Infix {
    fn apply(self, left: Ast, right: Ast) -> Ast {
        match self {
            Infix::Binary(operator) => join(|a, b| Kind::Binary(operator, a, b), left, right),
            Infix::Assign(assignment) => join(|a, b| Kind::Assign(assignment, a, b), left, right),
            Infix::And => join(Kind::And, left, right),
            Infix::Or => join(Kind::Or, left, right),
            Infix::Alternative => join(Kind::Alternative, left, right),
        }
    }
}

/// Two filters as one that spans both.
pub fn join(kind: impl FnOnce(Box<Ast>, Box<Ast>) -> Kind, left: Ast, right: Ast) -> Ast {
    let span = Span { start: left.span.start, end: right.span.end };
    Ast::new(kind(Box::new(left), Box::new(right)), span)
}

/// The value of a filter that is one whatever its input.
pub fn constant_value(ast: &Ast) -> Option<Value> {
    match &ast.kind {
        Kind::Literal(value) => Some(value.clone()),
        Kind::Call(name, arguments) if arguments.is_empty() => match &**name {
            "null" => Some(Value::Null),
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Array(None) => Some(Value::empty_array()),
        Kind::Array(Some(elements)) => {
            let mut values = Vec::new();
            constant_elements(elements, &mut values)?;
            Some(Value::array(values))
        }
        Kind::Object(entries) => {
            let mut object = super::object::Object::new();
            for (key, value) in entries {
                let Value::String(key) = constant_value(key)? else { return None };
                object.insert(key, constant_value(value)?);
            }
            Some(Value::object(object))
        }
        Kind::Negate(inner) => super::operators::negate(&constant_value(inner)?).ok(),
        _ => None,
    }
}

fn constant_elements(ast: &Ast, values: &mut Vec<Value>) -> Option<()> {
    match &ast.kind {
        Kind::Comma(left, right) => {
            constant_elements(left, values)?;
            constant_elements(right, values)
        }
        _ => {
            values.push(constant_value(ast)?);
            Some(())
        }
    }
}
