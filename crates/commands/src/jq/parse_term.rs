//! Tokens into a tree: terms, what follows them, patterns.

use std::rc::Rc;

use super::ast::{Ast, Kind, Part, Pattern, PatternKey, Span};
use super::lex::{KEYWORDS, Piece, Token};
use super::parse::{Complaint, Parse, Parser, complain};
use super::read;
use super::value::Value;

impl Parser<'_> {
    /// What stands between commas: a definition or label with everything behind it, or operators, and `as` behind them
    /// with everything that sees what it binds.
    pub fn binding(&mut self) -> Parse<Ast> {
        let start = self.span;
        if self.is_word("def") {
            let definition = Rc::new(self.definition()?);
            let body = self.nested(Parser::pipe)?;
            let span = Span { start: start.start, end: body.span.end };
            return Ok(Ast::new(Kind::Define(definition, Box::new(body)), span));
        }
        if self.is_word("label") {
            return self.label();
        }
        let source = self.binary(0)?;
        if !self.eat_word("as") {
            return Ok(source);
        }
        let patterns = self.patterns()?;
        self.expect("|", "'|'")?;
        let body = self.nested(Parser::pipe)?;
        let span = Span { start: source.span.start, end: body.span.end };
        Ok(Ast::new(Kind::Bind(Box::new(source), patterns, Box::new(body)), span))
    }

    fn label(&mut self) -> Parse<Ast> {
        let start = self.span;
        self.advance();
        let Token::Variable(name) = &self.token else { return self.unexpected("BINDING") };
        let name = Rc::from(name.as_str());
        self.advance();
        self.expect("|", "'|'")?;
        let body = self.nested(Parser::pipe)?;
        let span = Span { start: start.start, end: body.span.end };
        Ok(Ast::new(Kind::Label(name, Box::new(body)), span))
    }

    /// `try`, a sign, or a term.
    pub fn unary(&mut self) -> Parse<Ast> {
        let start = self.span;
        if self.eat_word("try") {
            let body = self.nested(Parser::unary)?;
            let handler = match self.eat_word("catch") {
                true => Some(Box::new(self.nested(Parser::unary)?)),
                false => None,
            };
            return Ok(self.since(start, Kind::Try(Box::new(body), handler)));
        }
        if self.eat("-") {
            let inner = self.nested(Parser::unary)?;
            return Ok(self.since(start, Kind::Negate(Box::new(inner))));
        }
        self.postfix()
    }

    /// A node from `start` to what was read last.
    fn since(&self, start: Span, kind: Kind) -> Ast {
        Ast::new(kind, Span { start: start.start, end: self.span.start.max(start.end) })
    }

    /// A term with everything that follows it: `.a[0].b?`.
    pub fn postfix(&mut self) -> Parse<Ast> {
        let start = self.span;
        let mut term = self.nested(Parser::term)?;
        loop {
            let kind = match &self.token {
                Token::Field(name) => {
                    let key = literal(Value::string(name), self.span);
                    self.advance();
                    Kind::Index(Box::new(term), Box::new(key))
                }
                Token::Operator("?") => {
                    self.advance();
                    Kind::Try(Box::new(term), None)
                }
                Token::Operator("[") => self.bracket(term)?,
                Token::Operator(".") => {
                    self.advance();
                    match self.token {
                        Token::Quote | Token::Format(_) => {
                            let key = self.string()?;
                            Kind::Index(Box::new(term), Box::new(key))
                        }
                        Token::Operator("[") => self.bracket(term)?,
                        _ => return self.unexpected("FORMAT or QQSTRING_START or '['"),
                    }
                }
                _ => return Ok(term),
            };
            term = self.since(start, kind);
        }
    }

    /// `[]`, `[key]`, `[from:to]` behind `term`.
    fn bracket(&mut self, term: Ast) -> Parse<Kind> {
        const EXPECTING: &str = "'|' or ',' or ':' or ']'";
        self.advance();
        let term = Box::new(term);
        if self.eat("]") {
            return Ok(Kind::Iterate(term));
        }
        if self.eat(":") {
            let to = self.nested(Parser::pipe)?;
            self.expect("]", "'|' or ',' or ']'")?;
            return Ok(Kind::Slice(term, None, Some(Box::new(to))));
        }
        let key = self.nested(Parser::pipe)?;
        if self.eat("]") {
            return Ok(Kind::Index(term, Box::new(key)));
        }
        self.expect(":", EXPECTING)?;
        if self.eat("]") {
            return Ok(Kind::Slice(term, Some(Box::new(key)), None));
        }
        let to = self.nested(Parser::pipe)?;
        self.expect("]", "'|' or ',' or ']'")?;
        Ok(Kind::Slice(term, Some(Box::new(key)), Some(Box::new(to))))
    }

    fn term(&mut self) -> Parse<Ast> {
        let start = self.span;
        let kind = match self.token.clone() {
            Token::Operator(".") => {
                self.advance();
                match self.token {
                    Token::Quote | Token::Format(_) => {
                        let key = self.string()?;
                        Kind::Index(Box::new(Ast::new(Kind::Identity, start)), Box::new(key))
                    }
                    _ => Kind::Identity,
                }
            }
            Token::Operator("..") => self.simple(Kind::RecurseDefault),
            Token::Field(name) => {
                self.advance();
                let key = literal(Value::string(name), start);
                Kind::Index(Box::new(Ast::new(Kind::Identity, start)), Box::new(key))
            }
            Token::Number(text) => {
                self.advance();
                match read::parse_number(text.as_bytes()) {
                    Some(value) => Kind::Literal(value),
                    None => return complain("Invalid numeric literal", start),
                }
            }
            Token::Quote => return self.string(),
            Token::Format(name) => {
                let after = self.lexer.at;
                self.advance();
                if self.token == Token::Quote && after < self.lexer.at {
                    return self.formatted(Some(Rc::from(&name[1..])), start);
                }
                Kind::Format(Rc::from(&name[1..]))
            }
            Token::Variable(name) if name == "__loc__" => self.simple(Kind::Location(self.line(start))),
            Token::Variable(name) => self.simple(Kind::Variable(Rc::from(name))),
            Token::Operator("(") => {
                self.advance();
                let inner = self.nested(Parser::pipe)?;
                self.expect(")", "'|' or ',' or ')'")?;
                inner.kind
            }
            Token::Operator("[") => {
                self.advance();
                if self.eat("]") {
                    Kind::Array(None)
                } else {
                    let inner = self.nested(Parser::pipe)?;
                    self.expect("]", "'|' or ',' or ']'")?;
                    Kind::Array(Some(Box::new(inner)))
                }
            }
            Token::Operator("{") => self.object()?,
            Token::Name(name) => match name.as_str() {
                "if" => self.conditional(start)?,
                "reduce" => self.reduce()?,
                "foreach" => self.foreach()?,
                "break" => return self.break_(start),
                word if KEYWORDS.contains(&word) => return self.unexpected(""),
                _ => return self.call(name, start),
            },
            _ => return self.unexpected(""),
        };
        Ok(self.since(start, kind))
    }

    fn simple(&mut self, kind: Kind) -> Kind {
        self.advance();
        kind
    }

    fn line(&self, span: Span) -> usize {
        memchr::memchr_iter(b'\n', &self.text[..span.start]).count() + 1
    }

    fn break_(&mut self, start: Span) -> Parse<Ast> {
        self.advance();
        let Token::Variable(name) = &self.token else {
            return complain("break requires a label to break to", start);
        };
        let name = Rc::from(name.as_str());
        let span = Span { start: start.start, end: self.span.end };
        self.advance();
        Ok(Ast::new(Kind::Break(name), span))
    }

    fn call(&mut self, name: String, start: Span) -> Parse<Ast> {
        self.advance();
        let mut arguments = Vec::new();
        if self.eat("(") {
            loop {
                arguments.push(self.nested(Parser::pipe)?);
                if self.eat(")") {
                    break;
                }
                self.expect(";", "';' or ')'")?;
            }
        }
        Ok(Ast::new(Kind::Call(Rc::from(name), arguments), start))
    }

    fn conditional(&mut self, start: Span) -> Parse<Kind> {
        self.advance();
        self.branches().map_err(|mut complaints| {
            let behind = complaints.first().and_then(|complaint| complaint.span).unwrap_or(start);
            if complaints.len() == 1 && behind.end > start.end {
                let span = Some(Span { start: start.start, end: behind.end });
                complaints.push(Complaint { message: "Possibly unterminated 'if' statement".into(), span });
            }
            complaints
        })
    }

    fn branches(&mut self) -> Parse<Kind> {
        let condition = Box::new(self.nested(Parser::pipe)?);
        if !self.eat_word("then") {
            return self.unexpected("");
        }
        let then = Box::new(self.nested(Parser::pipe)?);
        let start = self.span;
        if self.eat_word("end") {
            return Ok(Kind::If(condition, then, None));
        }
        if self.eat_word("elif") {
            let rest = self.nested(Parser::branches)?;
            return Ok(Kind::If(condition, then, Some(Box::new(self.since(start, rest)))));
        }
        if !self.eat_word("else") {
            return self.unexpected("");
        }
        let otherwise = Box::new(self.nested(Parser::pipe)?);
        if !self.eat_word("end") {
            return self.unexpected("'|' or ',' or end");
        }
        Ok(Kind::If(condition, then, Some(otherwise)))
    }

    fn reduce(&mut self) -> Parse<Kind> {
        self.advance();
        let (source, patterns) = self.loop_head()?;
        let init = self.nested(Parser::pipe)?;
        self.expect(";", "'|' or ',' or ';'")?;
        let update = self.nested(Parser::pipe)?;
        self.expect(")", "'|' or ',' or ')'")?;
        Ok(Kind::Reduce(Box::new(source), patterns, Box::new(init), Box::new(update)))
    }

    fn foreach(&mut self) -> Parse<Kind> {
        self.advance();
        let (source, patterns) = self.loop_head()?;
        let init = self.nested(Parser::pipe)?;
        self.expect(";", "'|' or ',' or ';'")?;
        let update = self.nested(Parser::pipe)?;
        let extract = match self.eat(";") {
            true => Some(Box::new(self.nested(Parser::pipe)?)),
            false => None,
        };
        self.expect(")", "'|' or ',' or ';' or ')'")?;
        Ok(Kind::Foreach(Box::new(source), patterns, Box::new(init), Box::new(update), extract))
    }

    fn loop_head(&mut self) -> Parse<(Ast, Vec<Pattern>)> {
        let source = self.nested(|parser| parser.binary(0))?;
        if !self.eat_word("as") {
            return self.unexpected("as");
        }
        let patterns = self.patterns()?;
        self.expect("(", "'('")?;
        Ok((source, patterns))
    }

    /// `PATTERN ?// PATTERN`
    fn patterns(&mut self) -> Parse<Vec<Pattern>> {
        let mut patterns = vec![self.pattern()?];
        while self.eat("?//") {
            patterns.push(self.pattern()?);
        }
        Ok(patterns)
    }

    fn pattern(&mut self) -> Parse<Pattern> {
        if let Token::Variable(name) = &self.token {
            let name = Rc::from(name.as_str());
            self.advance();
            return Ok(Pattern::Variable(name));
        }
        if self.eat("[") {
            let mut elements = Vec::new();
            loop {
                elements.push(self.nested(Parser::pattern)?);
                if self.eat("]") {
                    return Ok(Pattern::Array(elements));
                }
                self.expect(",", "',' or ']'")?;
            }
        }
        if self.eat("{") {
            let mut entries = Vec::new();
            loop {
                entries.push(self.pattern_entry()?);
                if self.eat("}") {
                    return Ok(Pattern::Object(entries));
                }
                self.expect(",", "',' or '}'")?;
            }
        }
        self.unexpected("BINDING or '[' or '{'")
    }

    fn pattern_entry(&mut self) -> Parse<(PatternKey, Option<Pattern>)> {
        let span = self.span;
        let key = match self.token.clone() {
            Token::Variable(name) => {
                self.advance();
                let key = PatternKey::Variable(Rc::from(name));
                if !self.eat(":") {
                    return Ok((key, None));
                }
                return Ok((key, Some(self.nested(Parser::pattern)?)));
            }
            Token::Name(name) => {
                self.advance();
                literal(Value::string(name), span)
            }
            Token::Quote | Token::Format(_) => self.string()?,
            Token::Operator("(") => {
                self.advance();
                let key = self.nested(Parser::pipe)?;
                self.expect(")", "'|' or ',' or ')'")?;
                key
            }
            _ => return self.unexpected(""),
        };
        self.expect(":", "':'")?;
        Ok((PatternKey::Filter(key), Some(self.nested(Parser::pattern)?)))
    }

    fn object(&mut self) -> Parse<Kind> {
        self.advance();
        let mut entries = Vec::new();
        while !self.is("}") {
            entries.push(self.entry()?);
            if !self.is("}") {
                self.expect(",", "'}'")?;
            }
        }
        self.advance();
        Ok(Kind::Object(entries))
    }

    fn entry(&mut self) -> Parse<(Ast, Ast)> {
        let span = self.span;
        let identity = || Box::new(Ast::new(Kind::Identity, span));
        let (key, short) = match self.token.clone() {
            Token::Variable(name) => {
                let value = match name.as_str() {
                    "__loc__" => Kind::Location(self.line(span)),
                    _ => Kind::Variable(Rc::from(name.as_str())),
                };
                self.advance();
                if self.is(":") {
                    (Ast::new(value, span), None)
                } else {
                    (literal(Value::string(name), span), Some(Ast::new(value, span)))
                }
            }
            Token::Name(name) => {
                self.advance();
                let key = literal(Value::string(name), span);
                let short = Ast::new(Kind::Index(identity(), Box::new(key.clone())), span);
                (key, Some(short))
            }
            Token::Quote | Token::Format(_) => {
                if matches!(self.token, Token::Format(_)) {
                    let key = self.term()?;
                    if !matches!(key.kind, Kind::Text(..) | Kind::Literal(_)) {
                        return self.unexpected("QQSTRING_START");
                    }
                    self.string_entry(key, identity())
                } else {
                    let key = self.string()?;
                    self.string_entry(key, identity())
                }
            }
            Token::Operator("(") => {
                self.advance();
                let at = self.span;
                let key = self.nested(Parser::pipe)?;
                self.expect(")", "'|' or ',' or ')'")?;
                if let Kind::Literal(value) = &key.kind
                    && value.as_str().is_none()
                {
                    let shown = super::write::to_json(value);
                    let message = format!("Cannot use {} ({shown}) as object key", value.type_name());
                    return complain(message, at);
                }
                (key, None)
            }
            Token::Number(_) => {
                return self.unexpected("").map_err(|mut complaints| {
                    let message = "May need parentheses around object key expression".into();
                    complaints.push(Complaint { message, span: Some(span) });
                    complaints
                });
            }
            _ => return self.unexpected(""),
        };
        match (self.is(":"), short) {
            (false, Some(value)) => Ok((key, value)),
            (false, None) => self.unexpected("':'"),
            (true, _) => {
                self.advance();
                let value = self.nested(Parser::entry_value)?;
                Ok((key, value))
            }
        }
    }

    fn string_entry(&mut self, key: Ast, identity: Box<Ast>) -> (Ast, Option<Ast>) {
        let short = Ast::new(Kind::Index(identity, Box::new(key.clone())), key.span);
        (key, Some(short))
    }

    /// A value in an object: everything but commas.
    fn entry_value(&mut self) -> Parse<Ast> {
        let value = self.binary(0)?;
        match self.eat("|") {
            true => {
                let rest = self.nested(Parser::entry_value)?;
                Ok(super::parse::join(Kind::Pipe, value, rest))
            }
            false => Ok(value),
        }
    }

    /// A string, with the format before it if there is one.
    fn string(&mut self) -> Parse<Ast> {
        let start = self.span;
        match self.token.clone() {
            Token::Format(name) => {
                self.advance();
                match self.token {
                    Token::Quote => self.formatted(Some(Rc::from(&name[1..])), start),
                    _ => self.unexpected("QQSTRING_START"),
                }
            }
            _ => self.formatted(None, start),
        }
    }

    fn formatted(&mut self, format: Option<Rc<str>>, start: Span) -> Parse<Ast> {
        const EXPECTING: &str = "QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END";
        let mut parts = Vec::new();
        loop {
            match self.lexer.piece() {
                Piece::Text(span) => parts.push(Part::Text(self.unescape(span)?)),
                Piece::Interpolation => {
                    self.advance();
                    let inner = self.nested(Parser::pipe)?;
                    if !self.is(")") {
                        return self.unexpected("QQSTRING_INTERP_END or '|' or ','");
                    }
                    // The text goes on right behind the parenthesis, in the string.
                    self.lexer.at = self.span.end;
                    parts.push(Part::Filter(inner));
                }
                Piece::End => break,
                Piece::Unfinished => {
                    self.token = Token::End;
                    return self.unexpected(EXPECTING);
                }
            }
        }
        self.advance();
        let kind = match &parts[..] {
            [] => Kind::Literal(Value::string("")),
            [Part::Text(text)] => Kind::Literal(Value::String(text.clone())),
            _ => Kind::Text(format, parts),
        };
        Ok(self.since(start, kind))
    }

    fn unescape(&self, span: Span) -> Parse<Rc<str>> {
        let raw = &self.text[span.start..span.end];
        read::program_text(raw).or_else(|message| complain(message, span))
    }
}

fn literal(value: Value, span: Span) -> Ast {
    Ast::new(Kind::Literal(value), span)
}
