//! A program's text as tokens, one at a time: what stands inside a string is told apart by the parser.

use super::ast::Span;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// `name`, `module::name`; keywords too.
    Name(String),
    /// `.name`
    Field(String),
    /// `$name`
    Variable(String),
    Number(String),
    /// `@name`
    Format(String),
    Operator(&'static str),
    /// The start of a string.
    Quote,
    /// A character that begins nothing.
    Invalid,
    End,
}

/// A piece of a string literal.
#[derive(Debug, PartialEq)]
pub enum Piece {
    /// As it is written, escapes and all.
    Text(Span),
    /// `\(`
    Interpolation,
    /// The closing quote.
    End,
    /// The program ends first.
    Unfinished,
}

/// Words that are no names of functions.
pub const KEYWORDS: &[&str] = &[
    "def", "module", "import", "include", "if", "then", "else", "elif", "end", "as", "reduce", "foreach",
    "try", "catch", "label", "and", "or", "__loc__",
];

/// Longest first.
const OPERATORS: &[&str] = &[
    "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..", "?", ".", "[", "]",
    "(", ")", "{", "}", "|", ",", ":", ";", "=", "<", ">", "+", "-", "*", "/", "%", "$",
];

/// Where in the text the lexer stands.
pub struct Lexer<'a> {
    text: &'a [u8],
    pub at: usize,
    /// The last piece of text passed by, blanks and comments included: where messages say that the text ends.
    pub last: Span,
    /// The brackets that are open, by what closes them.
    open: Vec<u8>,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a [u8]) -> Lexer<'a> {
        Lexer { text, at: 0, last: Span::default(), open: Vec::new() }
    }

    /// The next token and where it stands.
    pub fn next(&mut self) -> (Token, Span) {
        self.skip_blanks();
        let start = self.at;
        let token = self.token();
        let span = Span { start, end: self.at };
        if token != Token::End {
            self.last = span;
        }
        (token, span)
    }

    fn skip_blanks(&mut self) {
        loop {
            let start = self.at;
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    let rest = &self.text[self.at..];
                    self.at +=
                        rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
                }
                Some(b'#') => self.skip_comment(),
                _ => return,
            }
            self.last = Span { start, end: self.at };
        }
    }

    /// A comment goes on behind a line end with an odd number of backslashes before it.
    fn skip_comment(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'\\' => {
                    let carriage = self.text.get(self.at + 1) == Some(&b'\r')
                        && self.text.get(self.at + 2) == Some(&b'\n');
                    self.at += if carriage { 3 } else { 2 };
                }
                b'\n' => return,
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.text.len());
    }

    fn token(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let Some(&first) = rest.first() else { return Token::End };
        if first == b'"' {
            self.at += 1;
            return Token::Quote;
        }
        if is_name_start(first) {
            return Token::Name(self.take(path_length(rest)));
        }
        if first == b'.' && rest.get(1).copied().is_some_and(is_name_start) {
            self.at += 1;
            return Token::Field(self.take(name_length(&rest[1..])));
        }
        if first == b'$' && rest.get(1).copied().is_some_and(is_name_start) {
            self.at += 1;
            return Token::Variable(self.take(path_length(&rest[1..])));
        }
        if first == b'@' {
            let length = name_length(&rest[1..]);
            if length > 0 {
                return Token::Format(self.take(length + 1));
            }
        }
        let number = number_length(rest);
        if number > 0 {
            return Token::Number(self.take(number));
        }
        let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(operator.as_bytes())) else {
            self.at += 1;
            return Token::Invalid;
        };
        self.at += operator.len();
        match *operator {
            "(" => self.open.push(b')'),
            "[" => self.open.push(b']'),
            "{" => self.open.push(b'}'),
            // A bracket that closes nothing is no token.
            ")" | "]" | "}" if self.open.pop() != Some(first) => return Token::Invalid,
            _ => {}
        }
        Token::Operator(operator)
    }

    fn take(&mut self, length: usize) -> String {
        let text = &self.text[self.at..self.at + length];
        self.at += length;
        String::from_utf8_lossy(text).into_owned()
    }

    /// The next piece of the string that was begun.
    pub fn piece(&mut self) -> Piece {
        let start = self.at;
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b'"' | b'\\'
                    if self.at > start && (byte == b'"' || self.text.get(self.at + 1) == Some(&b'(')) =>
                {
                    self.last = Span { start, end: self.at };
                    return Piece::Text(self.last);
                }
                b'"' => {
                    self.at += 1;
                    return Piece::End;
                }
                b'\\' if self.text.get(self.at + 1) == Some(&b'(') => {
                    self.at += 2;
                    self.last = Span { start, end: self.at };
                    self.open.push(b')');
                    return Piece::Interpolation;
                }
                b'\\' => self.at = (self.at + 2).min(self.text.len()),
                _ => self.at += 1,
            }
        }
        if self.at > start {
            self.last = Span { start, end: self.at };
        }
        Piece::Unfinished
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

/// The length of `name` or `module::name`.
fn path_length(text: &[u8]) -> usize {
    let mut length = name_length(text);
    while text[length..].starts_with(b"::") && text.get(length + 2).copied().is_some_and(is_name_start) {
        length += 2 + name_length(&text[length + 2..]);
    }
    length
}

fn number_length(text: &[u8]) -> usize {
    let digits =
        |from: usize| text[from.min(text.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut length = whole;
    if text.get(whole) == Some(&b'.') {
        let fraction = digits(whole + 1);
        if whole + fraction == 0 {
            return 0;
        }
        length = whole + 1 + fraction;
    } else if whole == 0 {
        return 0;
    }
    if matches!(text.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(length + 1), Some(b'+' | b'-')));
        let power = digits(length + 1 + sign);
        if power > 0 {
            length += 1 + sign + power;
        }
    }
    length
}
