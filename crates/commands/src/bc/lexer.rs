//! Program text cut into tokens.

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    Number(Vec<u8>),
    Name(Vec<u8>),
    Text(Vec<u8>),
    /// An operator or a separator.
    Sign(&'static str),
    Word(Keyword),
    EndOfLine,
    EndOfFile,
}

/// Words with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    Auto,
    Break,
    Continue,
    Define,
    Else,
    For,
    Halt,
    Ibase,
    If,
    Last,
    Length,
    Limits,
    Obase,
    Print,
    Quit,
    Random,
    Read,
    Return,
    Scale,
    Sqrt,
    Void,
    Warranty,
    While,
}

const KEYWORDS: &[(&str, Keyword)] = &[
    ("auto", Keyword::Auto),
    ("break", Keyword::Break),
    ("continue", Keyword::Continue),
    ("define", Keyword::Define),
    ("else", Keyword::Else),
    ("for", Keyword::For),
    ("halt", Keyword::Halt),
    ("ibase", Keyword::Ibase),
    ("if", Keyword::If),
    ("last", Keyword::Last),
    ("length", Keyword::Length),
    ("limits", Keyword::Limits),
    ("obase", Keyword::Obase),
    ("print", Keyword::Print),
    ("quit", Keyword::Quit),
    ("random", Keyword::Random),
    ("read", Keyword::Read),
    ("return", Keyword::Return),
    ("scale", Keyword::Scale),
    ("sqrt", Keyword::Sqrt),
    ("void", Keyword::Void),
    ("warranty", Keyword::Warranty),
    ("while", Keyword::While),
];

/// Signs, those first that begin like others.
const SIGNS: &[&str] = &[
    "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "&&", "||", "+", "-", "*", "/",
    "%", "^", "=", "<", ">", "!", "(", ")", "{", "}", "[", "]", ",", ";", "&",
];

/// Why there is no token.
#[derive(Debug)]
pub enum NoToken {
    /// The text goes on; more of it is needed.
    Incomplete,
    /// A character that means nothing: the message.
    Illegal(Vec<u8>),
}

/// Where in the text the lexer is.
#[derive(Clone, Copy, Debug)]
pub struct Lexer<'a> {
    pub text: &'a [u8],
    pub at: usize,
    /// The number of the line, from 1.
    pub line: usize,
    /// Whether nothing follows `text`.
    pub ended: bool,
    /// Whether the text ended in a comment.
    pub in_comment: bool,
}

impl Lexer<'_> {
    /// The next token.
    pub fn next(&mut self) -> Result<Token, NoToken> {
        self.skip_blanks()?;
        let rest = &self.text[self.at..];
        let Some(&first) = rest.first() else {
            return if self.ended { Ok(Token::EndOfFile) } else { Err(NoToken::Incomplete) };
        };
        let length_of =
            |matches: fn(u8) -> bool| rest.iter().position(|byte| !matches(*byte)).unwrap_or(rest.len());
        match first {
            b'\n' => {
                self.at += 1;
                self.line += 1;
                Ok(Token::EndOfLine)
            }
            b'a'..=b'z' => {
                let length =
                    length_of(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
                self.need_more(length)?;
                let word = &rest[..length];
                self.at += length;
                let keyword = KEYWORDS.iter().find(|(name, _)| name.as_bytes() == word);
                Ok(keyword.map_or_else(|| Token::Name(word.to_vec()), |(_, keyword)| Token::Word(*keyword)))
            }
            b'0'..=b'9' | b'A'..=b'Z' | b'.' => self.number(rest),
            b'"' => {
                let Some(length) = memchr::memchr(b'"', &rest[1..]) else {
                    if !self.ended {
                        return Err(NoToken::Incomplete);
                    }
                    self.at += 1;
                    return Err(NoToken::Illegal(illegal(first)));
                };
                let text = rest[1..=length].to_vec();
                self.line += memchr::memchr_iter(b'\n', &text).count();
                self.at += length + 2;
                Ok(Token::Text(text))
            }
            _ => {
                self.need_more(1)?;
                match SIGNS.iter().find(|sign| rest.starts_with(sign.as_bytes()) && **sign != "&") {
                    Some(sign) => {
                        self.at += sign.len();
                        Ok(Token::Sign(sign))
                    }
                    None => {
                        self.at += 1;
                        Err(NoToken::Illegal(illegal(first)))
                    }
                }
            }
        }
    }

    /// Refuses a token that ends where the text does, for it could be longer.
    fn need_more(&self, length: usize) -> Result<(), NoToken> {
        match !self.ended && self.at + length >= self.text.len() {
            true => Err(NoToken::Incomplete),
            false => Ok(()),
        }
    }

    fn skip_blanks(&mut self) -> Result<(), NoToken> {
        loop {
            let rest = &self.text[self.at..];
            let skipped = match rest {
                [b' ' | b'\t', ..] => 1,
                [b'\\', b'\n', ..] => {
                    self.line += 1;
                    2
                }
                [b'#', ..] => match memchr::memchr(b'\n', rest) {
                    Some(length) => length,
                    None if self.ended => rest.len(),
                    None => return Err(NoToken::Incomplete),
                },
                [b'/', b'*', ..] => match memchr::memmem::find(&rest[2..], b"*/") {
                    Some(length) => {
                        self.line += memchr::memchr_iter(b'\n', &rest[..length + 4]).count();
                        length + 4
                    }
                    None if self.ended => {
                        self.in_comment = true;
                        rest.len()
                    }
                    None => return Err(NoToken::Incomplete),
                },
                [b'/' | b'\\'] if !self.ended => return Err(NoToken::Incomplete),
                _ => return Ok(()),
            };
            self.at += skipped;
        }
    }

    /// A number, or `.` alone, which is the last value printed.
    fn number(&mut self, rest: &[u8]) -> Result<Token, NoToken> {
        let mut digits = Vec::new();
        let mut has_point = false;
        let mut at = 0;
        loop {
            match &rest[at..] {
                [digit @ (b'0'..=b'9' | b'A'..=b'Z'), ..] => {
                    digits.push(*digit);
                    at += 1;
                }
                [b'.', ..] if !has_point => {
                    has_point = true;
                    digits.push(b'.');
                    at += 1;
                }
                [b'\\', b'\n', ..] => {
                    self.line += 1;
                    at += 2;
                }
                _ => break,
            }
        }
        self.need_more(at)?;
        self.at += at;
        if digits == b"." {
            return Ok(Token::Word(Keyword::Last));
        }
        let digits = digits.strip_suffix(b".").unwrap_or(&digits);
        let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
        let kept = &digits[zeros..];
        Ok(Token::Number(if kept.is_empty() { b"0".to_vec() } else { kept.to_vec() }))
    }
}

/// `illegal character: X`
fn illegal(byte: u8) -> Vec<u8> {
    let shown = match byte {
        0..0x20 => format!("^{}", char::from(byte + b'@')),
        0x20..0x7f => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("illegal character: {shown}").into_bytes()
}
