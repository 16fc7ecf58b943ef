//! The conditions of `[[ ]]`.

use super::Word;

/// A condition. Its words undergo no splitting, globs or braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `-f word`; a word alone is `-n word`. The byte is the operator's letter, one of `abcdefghknoprstuvwxzGLNORS`.
    Unary(u8, Word),
    /// `word operator word`.
    Binary(Word, BinaryTest, Word),
    /// `!`
    Not(Box<Condition>),
    /// All of them, from the left, until one is false. At least two.
    And(Vec<Condition>),
    /// One of them, from the left, until one is true. At least two.
    Or(Vec<Condition>),
    /// `( condition )`
    Group(Box<Condition>),
}

/// The operators between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryTest {
    /// `==`: the right word is a pattern where it is not quoted.
    Matches,
    /// `=`: the same as `==`.
    MatchesSingle,
    /// `!=`
    Differs,
    /// `=~`: the right word is a regular expression; its quoted parts stand for themselves.
    Regex,
    /// `<`, by the locale's order.
    Before,
    /// `>`, by the locale's order.
    After,
    /// `-eq`: this and the five below evaluate both words as arithmetic.
    Equal,
    /// `-ne`
    NotEqual,
    /// `-lt`
    Less,
    /// `-le`
    LessOrEqual,
    /// `-gt`
    Greater,
    /// `-ge`
    GreaterOrEqual,
    /// `-nt`
    NewerThan,
    /// `-ot`
    OlderThan,
    /// `-ef`
    SameFile,
}

impl BinaryTest {
    /// The operator as written.
    pub fn text(self) -> &'static str {
        match self {
            BinaryTest::Matches => "==",
            BinaryTest::MatchesSingle => "=",
            BinaryTest::Differs => "!=",
            BinaryTest::Regex => "=~",
            BinaryTest::Before => "<",
            BinaryTest::After => ">",
            BinaryTest::Equal => "-eq",
            BinaryTest::NotEqual => "-ne",
            BinaryTest::Less => "-lt",
            BinaryTest::LessOrEqual => "-le",
            BinaryTest::Greater => "-gt",
            BinaryTest::GreaterOrEqual => "-ge",
            BinaryTest::NewerThan => "-nt",
            BinaryTest::OlderThan => "-ot",
            BinaryTest::SameFile => "-ef",
        }
    }
}
