//! Tokens of a program.

use bytes::Bytes;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    Text(Bytes),
    /// A name; `called` when `(` follows at once.
    Name {
        name: Bytes,
        called: bool,
    },
    Keyword(&'static str),
    /// An operator or punctuation.
    Symbol(&'static str),
    Newline,
    End,
}

/// What is wrong with a program, and where.
#[derive(Debug)]
pub struct SyntaxError {
    /// In gawk's words.
    pub message: String,
    /// Offset into the text.
    pub at: usize,
    /// A message that stands alone, without the line it is about.
    pub fatal: bool,
}

impl SyntaxError {
    pub fn new(at: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { message: message.into(), at, fatal: false }
    }

    pub fn fatal(at: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError { message: message.into(), at, fatal: true }
    }
}

const KEYWORDS: &[&str] = &[
    "BEGIN",
    "BEGINFILE",
    "END",
    "ENDFILE",
    "break",
    "case",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "exit",
    "for",
    "func",
    "function",
    "getline",
    "if",
    "in",
    "next",
    "nextfile",
    "print",
    "printf",
    "return",
    "switch",
    "while",
];

/// Longest first.
const SYMBOLS: &[&str] = &[
    "**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", "!~",
    ">>", "|&", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", ">", "<", "|",
    "?", ":", "~", "$", "=", "@",
];

/// Reads tokens from a program's text.
pub struct Lexer {
    pub text: Bytes,
    pub at: usize,
    /// What was odd but accepted, with where.
    pub warnings: Vec<(usize, String)>,
}

impl Lexer {
    pub fn new(text: Bytes) -> Lexer {
        Lexer { text, at: 0, warnings: Vec::new() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next token and where it starts. A `/` is a symbol here: the parser asks for [`regex`](Lexer::regex) where one
    /// can stand.
    pub fn next(&mut self) -> Result<(Token, usize), SyntaxError> {
        self.skip_blanks();
        let start = self.at;
        let Some(byte) = self.peek() else { return Ok((Token::End, start)) };
        let token = match byte {
            b'\n' => {
                self.at += 1;
                Token::Newline
            }
            b'"' => Token::Text(self.string()?),
            b'0'..=b'9' => self.number(),
            b'.' if self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.name(),
            _ => {
                let rest = &self.text[self.at..];
                let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(symbol.as_bytes())) else {
                    let shown = String::from_utf8_lossy(&rest[..1]).into_owned();
                    return Err(SyntaxError::new(start, format!("invalid char '{shown}' in expression")));
                };
                self.at += symbol.len();
                Token::Symbol(symbol)
            }
        };
        Ok((token, start))
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.text[self.at + 1..].starts_with(b"\n") => self.at += 2,
                b'\\' if self.text[self.at + 1..].starts_with(b"\r\n") => self.at += 3,
                b'#' => {
                    while self.peek().is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
    }

    fn name(&mut self) -> Token {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        let name = self.text.slice(start..self.at);
        match KEYWORDS.iter().find(|keyword| keyword.as_bytes() == name) {
            Some(&"func") => Token::Keyword("function"),
            Some(keyword) => Token::Keyword(keyword),
            None => Token::Name { called: self.peek() == Some(b'('), name },
        }
    }

    fn number(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let digits = |text: &[u8], ok: fn(&u8) -> bool| text.iter().take_while(|byte| ok(byte)).count();
        if rest.len() > 2 && rest[0] == b'0' && rest[1] | 32 == b'x' && rest[2].is_ascii_hexdigit() {
            let count = digits(&rest[2..], u8::is_ascii_hexdigit);
            let value = rest[2..2 + count].iter().fold(0.0, |sum, &digit| sum * 16.0 + f64::from(hex(digit)));
            self.at += 2 + count;
            return Token::Number(value);
        }
        let mut length = digits(rest, u8::is_ascii_digit);
        if rest.get(length) == Some(&b'.') {
            length += 1 + digits(&rest[length + 1..], u8::is_ascii_digit);
        }
        if rest.get(length).is_some_and(|byte| byte | 32 == b'e') {
            let sign = usize::from(rest.get(length + 1).is_some_and(|byte| matches!(byte, b'+' | b'-')));
            let exponent = digits(rest.get(length + 1 + sign..).unwrap_or_default(), u8::is_ascii_digit);
            if exponent > 0 {
                length += 1 + sign + exponent;
            }
        }
        let text = std::str::from_utf8(&rest[..length]).unwrap_or_default();
        self.at += length;
        Token::Number(text.parse().unwrap_or(0.0))
    }

    fn string(&mut self) -> Result<Bytes, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let mut raw = Vec::new();
        loop {
            match self.peek() {
                None | Some(b'\n') => return Err(SyntaxError::new(start, "unterminated string")),
                Some(b'"') => break,
                Some(b'\\') if self.text.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                Some(b'\\') => {
                    raw.extend_from_slice(&self.text[self.at..(self.at + 2).min(self.text.len())]);
                    self.at += 2;
                }
                Some(byte) => {
                    raw.push(byte);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        let (text, odd) = unescape(&raw);
        for byte in odd {
            let shown = byte as char;
            let message = format!("escape sequence `\\{shown}' treated as plain `{shown}'");
            self.warnings.push((start, message));
        }
        Ok(text.into())
    }

    /// The regular expression whose `/` starts at `start`.
    pub fn regex(&mut self, start: usize) -> Result<Bytes, SyntaxError> {
        self.at = start + 1;
        let mut text = Vec::new();
        let mut bracket: Option<usize> = None;
        loop {
            match self.peek() {
                None | Some(b'\n') => return Err(SyntaxError::fatal(start, "unterminated regexp")),
                Some(b'/') if bracket.is_none() => break,
                Some(b'\\') if self.text.get(self.at + 1) == Some(&b'/') => {
                    text.push(b'/');
                    self.at += 2;
                    continue;
                }
                Some(b'\\') if self.text.get(self.at + 1).is_some_and(|next| *next != b'\n') => {
                    text.extend_from_slice(&self.text[self.at..self.at + 2]);
                    self.at += 2;
                    continue;
                }
                Some(b'[') if bracket.is_none() => bracket = Some(self.at),
                // A bracket right after `[` or `[^` is a member.
                Some(b']')
                    if bracket.is_some_and(|open| !matches!(&self.text[open + 1..self.at], b"" | b"^")) =>
                {
                    bracket = None;
                }
                Some(_) => {}
            }
            text.push(self.text[self.at]);
            self.at += 1;
        }
        self.at += 1;
        Ok(text.into())
    }
}

/// What the escapes of a string mean, and the characters that a backslash had no meaning for: they stand for themselves.
pub fn unescape(raw: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut odd = Vec::new();
    let mut text = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        let Some((&escaped, after)) = rest.split_first() else {
            text.push(b'\\');
            break;
        };
        rest = after;
        match escaped {
            b'n' => text.push(b'\n'),
            b't' => text.push(b'\t'),
            b'r' => text.push(b'\r'),
            b'a' => text.push(7),
            b'b' => text.push(8),
            b'f' => text.push(12),
            b'v' => text.push(11),
            b'\\' | b'"' | b'/' => text.push(escaped),
            b'x' if rest.first().is_some_and(u8::is_ascii_hexdigit) => {
                let count = rest.iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
                text.push(rest[..count].iter().fold(0u8, |sum, &digit| (sum << 4) | hex(digit)));
                rest = &rest[count..];
            }
            b'0'..=b'7' => {
                let more = rest.iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let digits = rest[..more]
                    .iter()
                    .fold(u32::from(escaped - b'0'), |sum, digit| sum * 8 + u32::from(digit - b'0'));
                text.push(digits as u8);
                rest = &rest[more..];
            }
            _ => {
                odd.push(escaped);
                text.push(escaped);
            }
        }
    }
    (text, odd)
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 32) - b'a' + 10,
    }
}
