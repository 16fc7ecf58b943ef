//! Tokens: what stands between blanks.

use super::Parser;

/// What stands at the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    End,
    Newline,
    Operator(Operator),
    Word,
}

/// Operators; the redirections are told apart in their own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Semicolon,
    DoubleSemicolon,
    SemicolonAmpersand,
    DoubleSemicolonAmpersand,
    Ampersand,
    And,
    Bar,
    Or,
    BarAmpersand,
    Open,
    Close,
    Less,
    Greater,
    DoubleLess,
    DoubleLessDash,
    TripleLess,
    LessAmpersand,
    GreaterAmpersand,
    DoubleGreater,
    LessGreater,
    GreaterBar,
    AmpersandGreater,
    AmpersandDoubleGreater,
}

impl Operator {
    /// The operator as written.
    pub fn text(self) -> &'static str {
        match self {
            Operator::Semicolon => ";",
            Operator::DoubleSemicolon => ";;",
            Operator::SemicolonAmpersand => ";&",
            Operator::DoubleSemicolonAmpersand => ";;&",
            Operator::Ampersand => "&",
            Operator::And => "&&",
            Operator::Bar => "|",
            Operator::Or => "||",
            Operator::BarAmpersand => "|&",
            Operator::Open => "(",
            Operator::Close => ")",
            Operator::Less => "<",
            Operator::Greater => ">",
            Operator::DoubleLess => "<<",
            Operator::DoubleLessDash => "<<-",
            Operator::TripleLess => "<<<",
            Operator::LessAmpersand => "<&",
            Operator::GreaterAmpersand => ">&",
            Operator::DoubleGreater => ">>",
            Operator::LessGreater => "<>",
            Operator::GreaterBar => ">|",
            Operator::AmpersandGreater => "&>",
            Operator::AmpersandDoubleGreater => "&>>",
        }
    }

    /// Whether it starts a redirection.
    pub fn redirects(self) -> bool {
        self.text().contains(['<', '>'])
    }
}

/// Words with a meaning of their own where a command may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    If,
    Then,
    Elif,
    Else,
    Fi,
    For,
    Select,
    While,
    Until,
    Do,
    Done,
    Case,
    Esac,
    In,
    Function,
    Coproc,
    Time,
    Bang,
    OpenBrace,
    CloseBrace,
    OpenCondition,
    CloseCondition,
}

impl Reserved {
    /// The reserved word with this text.
    pub fn of(text: &[u8]) -> Option<Reserved> {
        Some(match text {
            b"if" => Reserved::If,
            b"then" => Reserved::Then,
            b"elif" => Reserved::Elif,
            b"else" => Reserved::Else,
            b"fi" => Reserved::Fi,
            b"for" => Reserved::For,
            b"select" => Reserved::Select,
            b"while" => Reserved::While,
            b"until" => Reserved::Until,
            b"do" => Reserved::Do,
            b"done" => Reserved::Done,
            b"case" => Reserved::Case,
            b"esac" => Reserved::Esac,
            b"in" => Reserved::In,
            b"function" => Reserved::Function,
            b"coproc" => Reserved::Coproc,
            b"time" => Reserved::Time,
            b"!" => Reserved::Bang,
            b"{" => Reserved::OpenBrace,
            b"}" => Reserved::CloseBrace,
            b"[[" => Reserved::OpenCondition,
            b"]]" => Reserved::CloseCondition,
            _ => return None,
        })
    }

    /// Whether it can only end or continue a command, never start one.
    pub fn closes(self) -> bool {
        matches!(
            self,
            Reserved::Then
                | Reserved::Elif
                | Reserved::Else
                | Reserved::Fi
                | Reserved::Do
                | Reserved::Done
                | Reserved::Esac
                | Reserved::CloseBrace
        )
    }
}

/// Whether a byte ends a word that is not quoted.
pub(crate) fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
}

/// Whether a word means something of its own where a command may start.
pub(crate) fn is_reserved(text: &[u8]) -> bool {
    Reserved::of(text).is_some()
}

/// The longest reserved word has this many bytes.
const LONGEST_RESERVED: usize = 8;

impl Parser {
    /// Moves over blanks, line continuations and a comment.
    pub(crate) fn skip_blanks(&mut self) {
        loop {
            match self.cursor.peek() {
                Some(b' ' | b'\t') => self.cursor.position += 1,
                Some(b'#') => {
                    let rest = self.cursor.rest();
                    self.cursor.position += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    /// What stands next, behind blanks and comments.
    pub(crate) fn token(&mut self) -> Token {
        self.skip_blanks();
        match self.cursor.byte() {
            None => Token::End,
            Some(b'\n') => Token::Newline,
            Some(b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>') => match self.operator() {
                Some((operator, _)) => Token::Operator(operator),
                None => Token::Word,
            },
            Some(_) => Token::Word,
        }
    }

    /// The operator at the cursor and the position behind it. None for a word, such as `<(command)`.
    pub(crate) fn operator(&mut self) -> Option<(Operator, usize)> {
        let first = self.cursor.peek()?;
        let (second, second_at) = self.cursor.ahead();
        let one = self.cursor.position + 1;
        let two = second_at + 1;
        let third_at = self.cursor.joined(two);
        let third = self.cursor.text.get(third_at).copied();
        let three = third_at + 1;
        Some(match (first, second) {
            (b';', Some(b';')) => match third {
                Some(b'&') => (Operator::DoubleSemicolonAmpersand, three),
                _ => (Operator::DoubleSemicolon, two),
            },
            (b';', Some(b'&')) => (Operator::SemicolonAmpersand, two),
            (b';', _) => (Operator::Semicolon, one),
            (b'&', Some(b'&')) => (Operator::And, two),
            (b'&', Some(b'>')) => match third {
                Some(b'>') => (Operator::AmpersandDoubleGreater, three),
                _ => (Operator::AmpersandGreater, two),
            },
            (b'&', _) => (Operator::Ampersand, one),
            (b'|', Some(b'|')) => (Operator::Or, two),
            (b'|', Some(b'&')) => (Operator::BarAmpersand, two),
            (b'|', _) => (Operator::Bar, one),
            (b'(', _) => (Operator::Open, one),
            (b')', _) => (Operator::Close, one),
            (b'<' | b'>', Some(b'(')) => return None,
            (b'<', Some(b'<')) => match third {
                Some(b'-') => (Operator::DoubleLessDash, three),
                Some(b'<') => (Operator::TripleLess, three),
                _ => (Operator::DoubleLess, two),
            },
            (b'<', Some(b'&')) => (Operator::LessAmpersand, two),
            (b'<', Some(b'>')) => (Operator::LessGreater, two),
            (b'<', _) => (Operator::Less, one),
            (b'>', Some(b'>')) => (Operator::DoubleGreater, two),
            (b'>', Some(b'&')) => (Operator::GreaterAmpersand, two),
            (b'>', Some(b'|')) => (Operator::GreaterBar, two),
            (b'>', _) => (Operator::Greater, one),
            _ => return None,
        })
    }

    /// Moves over the operator when it stands next.
    pub(crate) fn take_operator(&mut self, wanted: Operator) -> bool {
        self.skip_blanks();
        match self.operator() {
            Some((operator, end)) if operator == wanted => {
                self.cursor.position = end;
                true
            }
            _ => false,
        }
    }

    /// The reserved word that stands next, where one is allowed, and the position behind it.
    pub(crate) fn reserved(&mut self) -> Option<(Reserved, usize)> {
        self.skip_blanks();
        let start = self.cursor.position;
        let first = self.cursor.byte()?;
        if !matches!(first, b'a'..=b'z' | b'!' | b'{' | b'}' | b'[' | b']') {
            return None;
        }
        let mut letters = [0; LONGEST_RESERVED];
        let mut length = 0;
        let mut position = start;
        loop {
            position = self.cursor.joined(position);
            match self.cursor.text.get(position) {
                Some(&byte) if !is_meta(byte) => {
                    *letters.get_mut(length)? = byte;
                    length += 1;
                    position += 1;
                }
                Some(b'(') if self.options.extglob && length == 1 && first == b'!' => return None,
                _ => break,
            }
        }
        Some((Reserved::of(&letters[..length])?, position))
    }

    /// Moves over the reserved word when it stands next.
    pub(crate) fn take_reserved(&mut self, wanted: Reserved) -> bool {
        match self.reserved() {
            Some((reserved, end)) if reserved == wanted => {
                self.cursor.position = end;
                true
            }
            _ => false,
        }
    }
}
