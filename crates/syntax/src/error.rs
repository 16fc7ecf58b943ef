//! What is wrong with a text, in bash's words.

use bytes::Bytes;

use crate::ast::Warning;

/// A text that is not a command, told as bash tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Said before the lines, as for a command that is well formed.
    pub warnings: Vec<Warning>,
    /// The lines bash prints, in order. None of `[[ ]]`, which bash refuses without a word.
    pub lines: Vec<ErrorLine>,
    /// Where it was found.
    pub place: ErrorPlace,
    /// The text ended too early: with more of it this may become a command. An interactive shell asks for more.
    pub incomplete: bool,
}

/// Where a syntax error was found, which decides what bash does after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErrorPlace {
    /// Among commands: the shell ends with status 2.
    #[default]
    Command,
    /// In `[[ ]]`: the shell ends, and its status stays what it was; `eval` and `source` answer 2.
    Condition,
    /// In a command or process substitution: the shell ends, with status 127 unless it runs a file.
    Substitution,
    /// In an array literal: the line is left out, with status 1. The parser goes on behind it.
    Array,
}

/// One line of an error message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLine {
    /// The line of the source that bash names.
    pub line: u32,
    /// ``syntax error near unexpected token `)'``, or the quoted line of source; without the shell's name.
    pub message: Bytes,
}

impl SyntaxError {
    /// What bash prints, each line ended by a newline.
    ///
    /// `prefix` is what bash puts in front of the line number: `bash: -c` or `script.sh`.
    pub fn render(&self, prefix: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in &self.lines {
            out.extend_from_slice(prefix);
            out.extend_from_slice(format!(": line {}: ", line.line).as_bytes());
            out.extend_from_slice(&line.message);
            out.push(b'\n');
        }
        out
    }
}

/// What is wrong with an arithmetic expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArithmeticError {
    /// `syntax error: operand expected` and its like.
    pub message: &'static str,
    /// Where in the text the offending token starts.
    pub position: usize,
}

impl ArithmeticError {
    /// What bash prints behind the name and the line: `1 + : syntax error: operand expected (error token is "+ ")`.
    pub fn render(&self, text: &[u8]) -> Vec<u8> {
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let mut out = text[blanks..].to_vec();
        out.extend_from_slice(b": ");
        out.extend_from_slice(self.message.as_bytes());
        out.extend_from_slice(b" (error token is \"");
        out.extend_from_slice(text.get(self.position..).unwrap_or_default());
        out.extend_from_slice(b"\")");
        out
    }
}
