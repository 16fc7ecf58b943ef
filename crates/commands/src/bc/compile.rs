//! Statements turned into steps, one line of the program at a time.

use std::rc::Rc;

use super::code::{Code, Function, Local, Op};
use super::expression::Kind;
use super::lexer::{Keyword, Lexer, NoToken, Token};
use super::names::{BeyondStandard, Tables};

/// How deep expressions and statements may be.
const DEEPEST: usize = 200;

/// What a piece of the program is.
pub enum Unit {
    /// Steps to run.
    Run(Code),
    Define(Function),
    /// Errors were found: they were told, and nothing is run.
    Wrong,
    /// The end of the program.
    Quit,
    EndOfFile,
}

/// What is said, and about which line.
pub type Message = (Vec<u8>, usize);

/// Why there is no piece.
pub enum Stopped {
    /// The text goes on; more of it is needed.
    Incomplete,
    /// A wrong program: the message and the line.
    Wrong(Vec<u8>, usize),
    /// `quit` is obeyed where it is read.
    Quit,
}

pub type Step<T> = Result<T, Stopped>;

/// The compiler of one piece.
pub struct Compiler<'a, 't> {
    lexer: Lexer<'a>,
    pub token: Token,
    /// Names, shared by all pieces.
    pub tables: &'t mut Tables,
    pub code: Code,
    /// The address of the next step, as `bc` counts.
    pub address: u32,
    /// Messages so far, with their lines.
    pub messages: Vec<(Vec<u8>, usize)>,
    /// Whether the expression at hand has a comparison.
    pub compares: bool,
    warnings: Vec<(Vec<u8>, usize)>,
    braces: usize,
    depth: usize,
    in_function: bool,
    loops: Vec<Loop>,
}

/// The jumps of a loop that are not settled yet.
#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    /// Where `continue` goes; none in a loop that does not know it.
    next: Option<usize>,
}

impl<'a, 't> Compiler<'a, 't> {
    /// Compiles the next piece of the text and answers it, with the messages, and where the next one starts.
    pub fn unit(lexer: Lexer<'a>, tables: &'t mut Tables) -> Step<(Unit, Vec<Message>, Lexer<'a>)> {
        let mut compiler = Compiler {
            lexer,
            token: Token::EndOfLine,
            tables,
            code: Code::default(),
            address: 0,
            messages: Vec::new(),
            compares: false,
            warnings: Vec::new(),
            braces: 0,
            depth: 0,
            in_function: false,
            loops: Vec::new(),
        };
        let unit = match compiler.piece() {
            Ok(unit) => unit,
            Err(Stopped::Incomplete) => return Err(Stopped::Incomplete),
            Err(Stopped::Quit) => Unit::Quit,
            Err(Stopped::Wrong(message, line)) => {
                compiler.messages.push((message, line));
                compiler.recover()?;
                Unit::Wrong
            }
        };
        let unit = match unit {
            Unit::Run(_) | Unit::Define(_) if !compiler.messages.is_empty() => Unit::Wrong,
            unit => unit,
        };
        let messages = [compiler.warnings, compiler.messages].concat();
        Ok((unit, messages, compiler.lexer))
    }

    fn piece(&mut self) -> Step<Unit> {
        self.advance()?;
        if self.token == Token::EndOfFile {
            return Ok(Unit::EndOfFile);
        }
        if self.token == Token::Word(Keyword::Define) {
            return self.function();
        }
        while self.take_sign(";")? {}
        while !matches!(self.token, Token::EndOfLine | Token::EndOfFile) {
            self.statement()?;
            if !self.take_sign(";")? && self.token != Token::EndOfLine {
                return Err(self.syntax());
            }
            while self.take_sign(";")? {}
        }
        if self.token == Token::EndOfFile {
            return Err(self.syntax());
        }
        Ok(Unit::Run(std::mem::take(&mut self.code)))
    }

    /// Reads the next token. The end of the line is not read over: the piece ends there.
    pub fn advance(&mut self) -> Step<()> {
        loop {
            match self.lexer.next() {
                Ok(token) => {
                    match token {
                        Token::Sign("{") => self.braces += 1,
                        Token::Sign("}") => self.braces = self.braces.saturating_sub(1),
                        _ => {}
                    }
                    self.token = token;
                    return match self.token {
                        Token::Word(Keyword::Quit) => Err(Stopped::Quit),
                        _ => Ok(()),
                    };
                }
                Err(NoToken::Incomplete) => return Err(Stopped::Incomplete),
                Err(NoToken::Illegal(message)) => self.messages.push((message, self.lexer.line)),
            }
        }
    }

    /// Skips what is left of a wrong piece.
    fn recover(&mut self) -> Step<()> {
        while self.token != Token::EndOfFile && (self.token != Token::EndOfLine || self.braces > 0) {
            self.advance()?;
        }
        Ok(())
    }

    /// A message about the line at hand. Behind the last line, counting has begun anew.
    pub fn wrong(&self, message: &str) -> Stopped {
        let line = if self.token == Token::EndOfFile { 1 } else { self.lexer.line };
        Stopped::Wrong(message.as_bytes().to_vec(), line)
    }

    pub fn lexer_line(&self) -> usize {
        self.lexer.line
    }

    /// Says that the standard does not have `construct`, where that is asked for.
    pub fn beyond_standard(&mut self, construct: &str) {
        match self.tables.beyond_standard {
            BeyondStandard::Fine => {}
            BeyondStandard::Warning => {
                self.warnings.push((format!("(Warning) {construct}").into_bytes(), self.lexer.line));
            }
            BeyondStandard::Error => {
                self.messages.push((format!("Error: {construct}").into_bytes(), self.lexer.line));
            }
        }
    }

    pub fn syntax(&self) -> Stopped {
        self.wrong("syntax error")
    }

    /// Whether `[` and `]` follow the token at hand.
    pub fn is_array_argument(&self) -> bool {
        let mut ahead = self.lexer;
        matches!(ahead.next(), Ok(Token::Sign("["))) && matches!(ahead.next(), Ok(Token::Sign("]")))
    }

    pub fn take_sign(&mut self, sign: &str) -> Step<bool> {
        let taken = matches!(self.token, Token::Sign(given) if given == sign);
        if taken {
            self.advance()?;
        }
        Ok(taken)
    }

    pub fn expect(&mut self, sign: &str) -> Step<()> {
        match self.take_sign(sign)? {
            true => Ok(()),
            false => Err(self.syntax()),
        }
    }

    fn skip_lines(&mut self) -> Step<()> {
        while self.token == Token::EndOfLine {
            self.advance()?;
        }
        Ok(())
    }

    /// Goes one level deeper.
    pub fn deeper(&mut self) -> Step<()> {
        self.depth += 1;
        match self.depth > DEEPEST {
            true => Err(self.wrong("program is nested too deeply")),
            false => Ok(()),
        }
    }

    /// Comes back up.
    pub fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// Adds a step that takes `size` bytes as `bc` counts.
    pub fn emit(&mut self, op: Op, size: usize) -> usize {
        self.address += size as u32;
        self.code.ops.push(op);
        self.code.addresses.push(self.address);
        self.code.ops.len() - 1
    }

    /// The number of the next step.
    pub fn here(&self) -> usize {
        self.code.ops.len()
    }

    /// Makes the jump at `at` go to `target`.
    pub fn settle(&mut self, at: usize, target: usize) {
        if let Some(Op::Jump(to) | Op::JumpIfZero(to) | Op::JumpUnlessZero(to)) = self.code.ops.get_mut(at) {
            *to = target;
        }
    }

    fn statement(&mut self) -> Step<()> {
        self.deeper()?;
        let done = self.any_statement();
        self.shallower();
        done
    }

    fn any_statement(&mut self) -> Step<()> {
        let keyword = match &self.token {
            Token::Word(keyword) => *keyword,
            Token::Text(text) => {
                let text: Rc<[u8]> = text.as_slice().into();
                self.advance()?;
                let size = text.len() + 2;
                self.emit(Op::PrintText(text), size);
                return Ok(());
            }
            Token::Sign("{") => {
                self.advance()?;
                self.statements()?;
                return self.expect("}");
            }
            _ => return self.shown_expression(),
        };
        match keyword {
            Keyword::If => self.if_statement(),
            Keyword::While => self.while_statement(),
            Keyword::For => self.for_statement(),
            Keyword::Break => {
                self.advance()?;
                let jump = self.emit(Op::Jump(0), 3);
                match self.loops.last_mut() {
                    Some(current) => current.breaks.push(jump),
                    None => return Err(self.wrong_before("Break outside a for/while")),
                }
                Ok(())
            }
            Keyword::Continue => {
                self.beyond_standard("Continue statement");
                self.advance()?;
                match self.loops.last().and_then(|current| current.next) {
                    Some(next) => {
                        self.emit(Op::Jump(next), 3);
                        Ok(())
                    }
                    None => Err(self.wrong_before("Continue outside a for")),
                }
            }
            Keyword::Return => self.return_statement(),
            Keyword::Print => self.print_statement(),
            Keyword::Halt => self.single(Op::Halt),
            Keyword::Limits => self.single(Op::Limits),
            Keyword::Warranty => self.single(Op::Warranty),
            _ => self.shown_expression(),
        }
    }

    /// As [`wrong`](Self::wrong), where the end of the line is already read.
    fn wrong_before(&self, message: &str) -> Stopped {
        let line = self.lexer.line - usize::from(self.token == Token::EndOfLine);
        Stopped::Wrong(message.as_bytes().to_vec(), line.max(1))
    }

    fn single(&mut self, op: Op) -> Step<()> {
        self.advance()?;
        self.emit(op, 1);
        Ok(())
    }

    /// Statements up to a closing brace.
    fn statements(&mut self) -> Step<()> {
        loop {
            match self.token {
                Token::Sign("}") => return Ok(()),
                Token::Sign(";") | Token::EndOfLine => self.advance()?,
                Token::EndOfFile => return Err(self.syntax()),
                _ => {
                    self.statement()?;
                    if !matches!(self.token, Token::Sign("}" | ";") | Token::EndOfLine) {
                        return Err(self.syntax());
                    }
                }
            }
        }
    }

    fn shown_expression(&mut self) -> Step<()> {
        self.compares = false;
        let kind = self.expression()?;
        if self.compares {
            self.beyond_standard("comparison in expression");
        }
        self.emit(if kind == Kind::Shown { Op::Show } else { Op::Pop }, 1);
        Ok(())
    }

    fn print_statement(&mut self) -> Step<()> {
        self.beyond_standard("print statement");
        self.advance()?;
        loop {
            match &self.token {
                Token::Text(text) => {
                    let size = text.len() + 2;
                    let text: Rc<[u8]> = unescape(text).into();
                    self.advance()?;
                    self.emit(Op::PrintText(text), size);
                }
                _ => {
                    let kind = self.expression()?;
                    self.need_value(kind, "void expression in print");
                    self.emit(Op::Print, 1);
                }
            }
            if !self.take_sign(",")? {
                return Ok(());
            }
        }
    }

    fn return_statement(&mut self) -> Step<()> {
        self.advance()?;
        if !self.in_function {
            let line = self.lexer.line + usize::from(self.token != Token::EndOfLine);
            return Err(Stopped::Wrong(b"Return outside of a function.".to_vec(), line));
        }
        match self.token {
            Token::Sign(";" | "}") | Token::EndOfLine | Token::EndOfFile => {
                self.emit(Op::Constant(Rc::from(&b"0"[..])), 1);
            }
            _ => {
                let has_parenthesis = self.token == Token::Sign("(");
                self.expression()?;
                if !has_parenthesis {
                    self.beyond_standard("return expression requires parenthesis");
                }
            }
        }
        self.emit(Op::Return, 1);
        Ok(())
    }

    fn condition(&mut self) -> Step<()> {
        self.advance()?;
        self.expect("(")?;
        let kind = self.expression()?;
        self.need_value(kind, "void expression");
        self.expect(")")?;
        self.skip_lines()
    }

    fn if_statement(&mut self) -> Step<()> {
        self.condition()?;
        let skip = self.emit(Op::JumpIfZero(0), 3);
        self.statement()?;
        if self.token != Token::Word(Keyword::Else) {
            let here = self.here();
            self.settle(skip, here);
            return Ok(());
        }
        self.beyond_standard("else clause in if statement");
        self.advance()?;
        self.skip_lines()?;
        let end = self.emit(Op::Jump(0), 3);
        let here = self.here();
        self.settle(skip, here);
        self.statement()?;
        let here = self.here();
        self.settle(end, here);
        Ok(())
    }

    fn while_statement(&mut self) -> Step<()> {
        let start = self.here();
        self.condition()?;
        let skip = self.emit(Op::JumpIfZero(0), 3);
        self.loops.push(Loop { next: Some(start), ..Loop::default() });
        self.statement()?;
        self.emit(Op::Jump(start), 3);
        self.end_loop(&[skip]);
        Ok(())
    }

    fn end_loop(&mut self, others: &[usize]) {
        let here = self.here();
        let current = self.loops.pop().unwrap_or_default();
        for jump in current.breaks.into_iter().chain(others.iter().copied()) {
            self.settle(jump, here);
        }
    }

    fn for_statement(&mut self) -> Step<()> {
        self.advance()?;
        self.expect("(")?;
        self.optional_expression(";")?;
        let condition = self.here();
        match self.token {
            Token::Sign(";") => {
                self.emit(Op::Constant(Rc::from(&b"1"[..])), 1);
            }
            _ => {
                self.expression()?;
            }
        }
        self.expect(";")?;
        let skip = self.emit(Op::JumpIfZero(0), 3);
        let into = self.emit(Op::Jump(0), 3);
        let increment = self.here();
        self.optional_expression(")")?;
        self.skip_lines()?;
        self.emit(Op::Jump(condition), 3);
        let body = self.here();
        self.settle(into, body);
        self.loops.push(Loop { next: Some(increment), ..Loop::default() });
        self.statement()?;
        self.emit(Op::Jump(increment), 3);
        self.end_loop(&[skip]);
        Ok(())
    }

    fn optional_expression(&mut self, end: &str) -> Step<()> {
        if !matches!(self.token, Token::Sign(sign) if sign == end) {
            self.expression()?;
            self.emit(Op::Pop, 1);
        }
        self.expect(end)
    }

    fn function(&mut self) -> Step<Unit> {
        self.advance()?;
        let is_void = self.token == Token::Word(Keyword::Void);
        if is_void {
            self.advance()?;
        }
        let Token::Name(name) = self.token.clone() else { return Err(self.syntax()) };
        self.advance()?;
        self.expect("(")?;
        let parameters = self.locals(Some(")"))?;
        self.expect(")")?;
        self.skip_lines()?;
        if has_duplicates(&parameters) {
            self.messages.push((b"duplicate parameter names".to_vec(), self.lexer.line));
        }
        self.expect("{")?;
        if self.token != Token::EndOfLine {
            self.beyond_standard("End of line required");
        }
        self.skip_lines()?;
        let mut autos = Vec::new();
        if self.token == Token::Word(Keyword::Auto) {
            self.advance()?;
            autos = self.locals(None)?;
            if !matches!(self.token, Token::Sign(";" | "}") | Token::EndOfLine) {
                return Err(self.syntax());
            }
            if has_duplicates(&autos) {
                self.messages.push((b"duplicate auto variable names".to_vec(), self.lexer.line));
            }
            if autos.iter().any(|auto| parameters.contains(auto)) {
                let message = b"variable in both parameter and auto lists".to_vec();
                self.messages.push((message, self.lexer.line));
            }
        }
        self.in_function = true;
        self.statements()?;
        // The brace is the last token of a definition: what follows on its line is a piece of its own.
        let code = Rc::new(std::mem::take(&mut self.code));
        let slot = self.tables.functions.slot(&name);
        match is_void {
            true => self.tables.void_functions.insert(slot),
            false => self.tables.void_functions.remove(&slot),
        };
        Ok(Unit::Define(Function { name, parameters, autos, code }))
    }

    /// Names separated by commas, up to `end`; only parameters may be references.
    fn locals(&mut self, end: Option<&str>) -> Step<Vec<Local>> {
        let mut locals = Vec::new();
        if matches!((&self.token, end), (Token::Sign(sign), Some(end)) if *sign == end) {
            return Ok(locals);
        }
        loop {
            let is_reference = end.is_some() && self.take_sign("*")?;
            let Token::Name(name) = self.token.clone() else { return Err(self.syntax()) };
            self.advance()?;
            let is_array = self.take_sign("[")?;
            if is_array {
                self.expect("]")?;
            }
            locals.push(match (is_array, is_reference) {
                (true, false) => Local::Array(self.tables.arrays.slot(&name)),
                (true, true) => Local::Reference(self.tables.arrays.slot(&name)),
                (false, false) => Local::Value(self.tables.variables.slot(&name)),
                (false, true) => return Err(self.syntax()),
            });
            if !self.take_sign(",")? {
                return Ok(locals);
            }
        }
    }
}

fn has_duplicates(locals: &[Local]) -> bool {
    locals.iter().enumerate().any(|(at, local)| locals[..at].contains(local))
}

/// The text of a `print` statement with its escapes read.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let (b'\\', Some((&letter, after))) = (byte, after.split_first()) else {
            shown.push(byte);
            continue;
        };
        let meant = match letter {
            b'a' => Some(7),
            b'b' => Some(8),
            b'f' => Some(12),
            b'n' => Some(b'\n'),
            b'q' => Some(b'"'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'\\' => Some(b'\\'),
            _ => None,
        };
        shown.extend(meant);
        rest = after;
    }
    shown
}
