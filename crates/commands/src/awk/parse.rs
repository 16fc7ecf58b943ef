//! From text to the tree: rules, functions and statements.

use std::collections::HashSet;

use bytes::Bytes;

use super::ast::{
    Elements, Expression, Function, Pattern, Place, Program, Redirect, Rule, Statement, SwitchCase,
};
use super::lexer::{Lexer, SyntaxError, Token};

/// How deep statements and expressions may nest: what a small stack bears.
const DEPTH_LIMIT: u32 = 100;

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// A recursive-descent parser with one token of look-ahead.
pub struct Parser {
    pub(super) lexer: Lexer,
    pub(super) token: Token,
    /// Where the token starts.
    pub(super) start: usize,
    /// Where the token before it ended.
    pub(super) end: usize,
    pub(super) depth: u32,
    /// `>` is a redirection here, not a comparison: in the arguments of print.
    pub(super) in_print: bool,
    in_function: bool,
    in_loop: u32,
    in_switch: u32,
    /// The line of a place that was passed.
    counted: (usize, u32),
    context: Context,
}

/// Where a statement stands, for those that have no meaning everywhere.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Begin,
    End,
    FileEdge(&'static str),
    Main,
    Function,
}

impl Parser {
    /// A parser at the first token.
    pub fn new(text: Bytes) -> Parsed<Parser> {
        let mut parser = Parser {
            lexer: Lexer::new(text),
            token: Token::End,
            start: 0,
            end: 0,
            depth: 0,
            in_print: false,
            in_function: false,
            in_loop: 0,
            in_switch: 0,
            counted: (0, 1),
            context: Context::Main,
        };
        parser.advance()?;
        Ok(parser)
    }

    /// What was odd but accepted, with where.
    pub fn take_warnings(&mut self) -> Vec<(usize, String)> {
        std::mem::take(&mut self.lexer.warnings)
    }

    pub(super) fn advance(&mut self) -> Parsed<Token> {
        self.end = self.lexer.at;
        let (token, start) = self.lexer.next()?;
        self.start = start;
        Ok(std::mem::replace(&mut self.token, token))
    }

    pub(super) fn is(&self, symbol: &str) -> bool {
        matches!(&self.token, Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.token, Token::Keyword(found) if *found == keyword)
    }

    pub(super) fn take(&mut self, symbol: &str) -> Parsed<bool> {
        let found = self.is(symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Parsed<()> {
        match self.take(symbol)? {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    pub(super) fn unexpected(&self) -> SyntaxError {
        match self.token {
            Token::Newline | Token::End => SyntaxError::new(self.end, "unexpected newline or end of string"),
            _ => SyntaxError::new(self.start, "syntax error"),
        }
    }

    pub(super) fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        match self.depth > DEPTH_LIMIT {
            true => Err(SyntaxError::fatal(self.start, "the program nests too deep")),
            false => Ok(()),
        }
    }

    pub(super) fn skip_newlines(&mut self) -> Parsed<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    /// Tells the line of the statement that follows.
    fn line_mark(&mut self) -> Statement {
        let (at, line) = self.counted;
        let passed = self.lexer.text.get(at..self.start).unwrap_or_default();
        let line = line + memchr::memchr_iter(b'\n', passed).count() as u32;
        self.counted = (self.start.max(at), line);
        Statement::Line(line)
    }

    fn skip_terminators(&mut self) -> Parsed<()> {
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        Ok(())
    }

    /// The whole program.
    pub fn program(&mut self) -> Parsed<Program> {
        let mut program = Program::default();
        let mut names = HashSet::new();
        self.skip_terminators()?;
        while self.token != Token::End {
            if self.is_keyword("function") {
                let function = self.function()?;
                if !names.insert(function.name.clone()) {
                    let name = String::from_utf8_lossy(&function.name).into_owned();
                    return Err(SyntaxError::fatal(
                        self.start,
                        format!("function name `{name}' previously defined"),
                    ));
                }
                program.functions.push(function);
            } else {
                let rule = self.rule()?;
                program.rules.push(rule);
            }
            self.skip_terminators()?;
        }
        Ok(program)
    }

    fn function(&mut self) -> Parsed<Function> {
        self.advance()?;
        let Token::Name { name, .. } = self.advance()? else { return Err(self.unexpected()) };
        self.expect("(")?;
        let mut parameters: Vec<Bytes> = Vec::new();
        while !self.is(")") {
            self.skip_newlines()?;
            let Token::Name { name, .. } = self.token.clone() else { return Err(self.unexpected()) };
            parameters.push(name);
            self.advance()?;
            if !self.take(",")? {
                break;
            }
            self.skip_newlines()?;
        }
        self.expect(")")?;
        self.skip_newlines()?;
        self.context = Context::Function;
        self.in_function = true;
        let body = self.block()?;
        self.in_function = false;
        Ok(Function { name, parameters, body })
    }

    fn rule(&mut self) -> Parsed<Rule> {
        let special = match &self.token {
            Token::Keyword("BEGIN") => Some((Pattern::Begin, Context::Begin)),
            Token::Keyword("END") => Some((Pattern::End, Context::End)),
            Token::Keyword("BEGINFILE") => Some((Pattern::BeginFile, Context::FileEdge("BEGINFILE"))),
            Token::Keyword("ENDFILE") => Some((Pattern::EndFile, Context::FileEdge("ENDFILE"))),
            _ => None,
        };
        if let Some((pattern, context)) = special {
            let name = self.advance()?;
            if !self.is("{") {
                let Token::Keyword(name) = name else { return Err(self.unexpected()) };
                return Err(SyntaxError::new(self.end, format!("{name} blocks must have an action part")));
            }
            self.context = context;
            return Ok(Rule { pattern, action: Some(self.block()?) });
        }
        self.context = Context::Main;
        let pattern = match self.is("{") {
            true => Pattern::Always,
            false => {
                let first = self.expression()?;
                match self.take(",")? {
                    true => {
                        self.skip_newlines()?;
                        Pattern::Range(first, self.expression()?)
                    }
                    false => Pattern::When(first),
                }
            }
        };
        let action = match self.is("{") {
            true => Some(self.block()?),
            false if matches!(self.token, Token::Newline | Token::End) || self.is(";") => None,
            false => return Err(self.unexpected()),
        };
        Ok(Rule { pattern, action })
    }

    /// `{ ... }`
    fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.expect("{")?;
        self.deeper()?;
        let mut body = Vec::new();
        self.skip_terminators()?;
        while !self.is("}") {
            if self.token == Token::End {
                return Err(self.unexpected());
            }
            body.push(self.line_mark());
            body.push(self.statement()?);
            self.skip_terminators()?;
        }
        self.depth -= 1;
        self.advance()?;
        Ok(body)
    }

    /// A statement where a body is expected: a lone `;` is an empty one.
    fn body(&mut self) -> Parsed<Vec<Statement>> {
        self.skip_newlines()?;
        if self.take(";")? {
            return Ok(Vec::new());
        }
        match self.is("{") {
            true => self.block(),
            false => {
                self.deeper()?;
                let mark = self.line_mark();
                let statement = self.statement()?;
                self.depth -= 1;
                Ok(vec![mark, statement])
            }
        }
    }

    fn loop_body(&mut self) -> Parsed<Vec<Statement>> {
        self.in_loop += 1;
        let body = self.body();
        self.in_loop -= 1;
        body
    }

    fn statement(&mut self) -> Parsed<Statement> {
        if self.is("{") {
            return Ok(Statement::Block(self.block()?));
        }
        let start = self.start;
        let Token::Keyword(keyword) = self.token else {
            let statement = self.simple_statement()?;
            self.end_statement()?;
            return Ok(statement);
        };
        match keyword {
            "if" => return self.if_statement(),
            "while" => {
                self.advance()?;
                let condition = self.condition()?;
                if self.take(";")? {
                    return Ok(Statement::While(condition, Vec::new()));
                }
                return Ok(Statement::While(condition, self.loop_body()?));
            }
            "do" => {
                self.advance()?;
                let body = self.loop_body()?;
                self.skip_terminators()?;
                if !self.is_keyword("while") {
                    return Err(self.unexpected());
                }
                self.advance()?;
                let condition = self.condition()?;
                self.end_statement()?;
                return Ok(Statement::DoWhile(body, condition));
            }
            "for" => return self.for_statement(),
            "switch" => return self.switch_statement(),
            _ => {}
        }
        let statement = match keyword {
            "break" | "continue" => {
                let allowed = self.in_loop > 0 || (keyword == "break" && self.in_switch > 0);
                if !allowed {
                    return Err(SyntaxError::new(
                        start,
                        format!(
                            "`{keyword}' is not allowed outside a loop{}",
                            if keyword == "break" { " or switch" } else { "" }
                        ),
                    ));
                }
                self.advance()?;
                if keyword == "break" { Statement::Break } else { Statement::Continue }
            }
            "next" | "nextfile" => {
                self.check_context(keyword, start)?;
                self.advance()?;
                if keyword == "next" { Statement::Next } else { Statement::NextFile }
            }
            "exit" => {
                self.advance()?;
                Statement::Exit(self.optional_expression()?)
            }
            "return" => {
                if !self.in_function {
                    return Err(SyntaxError::new(start, "`return' used outside function context"));
                }
                self.advance()?;
                Statement::Return(self.optional_expression()?)
            }
            _ => self.simple_statement()?,
        };
        self.end_statement()?;
        Ok(statement)
    }

    fn check_context(&self, keyword: &str, start: usize) -> Parsed<()> {
        let place = match self.context {
            Context::Main | Context::Function => return Ok(()),
            Context::FileEdge(_) if keyword == "nextfile" => return Ok(()),
            Context::Begin => "BEGIN",
            Context::End => "END",
            Context::FileEdge(name) => name,
        };
        Err(SyntaxError::fatal(start, format!("error: `{keyword}' used in {place} action")))
    }

    fn end_statement(&mut self) -> Parsed<()> {
        match &self.token {
            Token::Newline | Token::Symbol(";") => self.advance().map(|_| ()),
            Token::Symbol("}") | Token::End => Ok(()),
            _ => Err(self.unexpected()),
        }
    }

    fn optional_expression(&mut self) -> Parsed<Option<Expression>> {
        match self.token == Token::Newline || self.token == Token::End || self.is(";") || self.is("}") {
            true => Ok(None),
            false => Ok(Some(self.expression()?)),
        }
    }

    /// `( expression )`
    fn condition(&mut self) -> Parsed<Expression> {
        self.expect("(")?;
        let condition = self.expression()?;
        self.expect(")")?;
        Ok(condition)
    }

    fn if_statement(&mut self) -> Parsed<Statement> {
        self.advance()?;
        let condition = self.condition()?;
        let then = self.body()?;
        let (token, start, end, at) = (self.token.clone(), self.start, self.end, self.lexer.at);
        self.skip_terminators()?;
        if self.is_keyword("else") {
            self.advance()?;
            return Ok(Statement::If(condition, then, self.body()?));
        }
        // What was passed over ends the statement; it is looked at again by whoever reads on.
        (self.token, self.start, self.end, self.lexer.at) = (token, start, end, at);
        Ok(Statement::If(condition, then, Vec::new()))
    }

    fn for_statement(&mut self) -> Parsed<Statement> {
        self.advance()?;
        self.expect("(")?;
        if let Some((key, array)) = self.for_in_head()? {
            return Ok(Statement::ForIn { key, array, body: self.loop_body()? });
        }
        let mut initial = None;
        if !self.is(";") {
            initial = Some(Box::new(self.simple_statement()?));
        }
        self.expect(";")?;
        self.skip_newlines()?;
        let condition = if self.is(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        self.skip_newlines()?;
        let update = if self.is(")") { None } else { Some(Box::new(self.simple_statement()?)) };
        self.expect(")")?;
        if self.take(";")? {
            return Ok(Statement::For { initial, condition, update, body: Vec::new() });
        }
        Ok(Statement::For { initial, condition, update, body: self.loop_body()? })
    }

    /// `key in array )`, if that is what follows.
    fn for_in_head(&mut self) -> Parsed<Option<(Place, Elements)>> {
        let saved = (self.token.clone(), self.start, self.end, self.lexer.at);
        if let Token::Name { name, .. } = self.token.clone() {
            self.advance()?;
            if self.is_keyword("in") {
                self.advance()?;
                if let Token::Name { name: array, .. } = self.token.clone() {
                    self.advance()?;
                    let mut path = Vec::new();
                    while self.is("[") {
                        path.push(self.subscript()?);
                    }
                    if self.take(")")? {
                        return Ok(Some((Place::Variable(name), Elements { name: array, path })));
                    }
                }
            }
        }
        (self.token, self.start, self.end, self.lexer.at) = saved;
        Ok(None)
    }

    fn switch_statement(&mut self) -> Parsed<Statement> {
        self.advance()?;
        let value = self.condition()?;
        self.skip_newlines()?;
        self.expect("{")?;
        self.deeper()?;
        self.in_switch += 1;
        let mut cases = Vec::new();
        self.skip_terminators()?;
        while !self.take("}")? {
            let value = match self.token {
                Token::Keyword("case") => {
                    self.advance()?;
                    Some(self.case_value()?)
                }
                Token::Keyword("default") => {
                    self.advance()?;
                    None
                }
                _ => return Err(self.unexpected()),
            };
            self.expect(":")?;
            self.skip_terminators()?;
            let mut body = Vec::new();
            while !(self.is("}") || self.is_keyword("case") || self.is_keyword("default")) {
                body.push(self.statement()?);
                self.skip_terminators()?;
            }
            cases.push(SwitchCase { value, body });
        }
        self.in_switch -= 1;
        self.depth -= 1;
        Ok(Statement::Switch(value, cases))
    }

    fn case_value(&mut self) -> Parsed<Expression> {
        match self.is("/") {
            true => Ok(Expression::Regex(self.regex_here()?)),
            false => self.unary(),
        }
    }

    /// A statement that can stand in the head of a for loop.
    fn simple_statement(&mut self) -> Parsed<Statement> {
        match self.token {
            Token::Keyword("print") => self.print(false),
            Token::Keyword("printf") => self.print(true),
            Token::Keyword("delete") => self.delete(),
            _ => Ok(Statement::Expression(self.expression()?)),
        }
    }

    fn delete(&mut self) -> Parsed<Statement> {
        self.advance()?;
        let parenthesised = self.take("(")?;
        let Token::Name { name, .. } = self.advance()? else { return Err(self.unexpected()) };
        let mut path = Vec::new();
        while self.is("[") {
            path.push(self.subscript()?);
        }
        if parenthesised {
            self.expect(")")?;
        }
        let last = path.pop();
        Ok(Statement::Delete(Elements { name, path }, last))
    }

    fn print(&mut self, format: bool) -> Parsed<Statement> {
        self.advance()?;
        let ends = |parser: &Parser| {
            matches!(
                parser.token,
                Token::Newline | Token::End | Token::Symbol(";" | "}" | ">" | ">>" | "|" | "|&")
            )
        };
        let outer = std::mem::replace(&mut self.in_print, true);
        let mut arguments = Vec::new();
        if !ends(self) {
            arguments.push(self.expression()?);
            while self.take(",")? {
                self.skip_newlines()?;
                arguments.push(self.expression()?);
            }
        }
        self.in_print = outer;
        if let [Expression::Group(_)] = &arguments[..]
            && let Some(Expression::Group(members)) = arguments.pop()
        {
            arguments = members;
        }
        if format && arguments.is_empty() {
            return Err(self.unexpected());
        }
        let redirect = match &self.token {
            Token::Symbol(">") => Redirect::File,
            Token::Symbol(">>") => Redirect::Append,
            Token::Symbol("|") => Redirect::Pipe,
            Token::Symbol("|&") => {
                return Err(SyntaxError::fatal(self.start, "co-processes (|&) are not supported"));
            }
            _ => return Ok(Statement::Print { arguments, format, target: None }),
        };
        self.advance()?;
        // Only what binds tighter than a comparison names the target.
        let outer = std::mem::replace(&mut self.in_print, true);
        let target = self.concatenation()?;
        self.in_print = outer;
        Ok(Statement::Print { arguments, format, target: Some((redirect, target)) })
    }
}
