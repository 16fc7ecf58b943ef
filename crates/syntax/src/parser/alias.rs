//! Alias expansion.

use bytes::{Bytes, BytesMut};

use super::{Parser, Reserved, Token, is_meta};

/// An alias whose text is being read, so that it does not expand in itself.
pub(super) struct Expanding {
    name: Bytes,
    /// How much of the source follows the alias's text.
    behind: usize,
    /// The text ends in a blank: the next word may be an alias too.
    continues: bool,
}

impl Parser {
    /// Replaces the alias at the cursor, and the alias that its text starts with; what stands there then.
    pub(super) fn expand_alias(&mut self) -> Token {
        let mut token = self.token();
        while token == Token::Word && self.options.aliases.is_some() && self.replace_alias().is_some() {
            token = self.token();
        }
        token
    }

    /// Does the same for a word behind a word, when the text of an alias before it asks for that.
    pub(super) fn expand_next_alias(&mut self, behind: usize) {
        let length = self.cursor.text.len();
        let asked = |alias: &Expanding| {
            let end = length.saturating_sub(alias.behind);
            alias.continues && end >= behind && end <= self.cursor.position
        };
        if self.expanding.iter().any(asked) {
            self.expand_alias();
        }
    }

    fn replace_alias(&mut self) -> Option<()> {
        let start = self.cursor.position;
        let rest = self.cursor.rest();
        let length = rest.iter().position(|&byte| is_meta(byte)).unwrap_or(rest.len());
        let name = self.cursor.slice(start, start + length);
        if name.is_empty() || name.iter().any(|byte| b"\\'\"`$/".contains(byte)) {
            return None;
        }
        if self.options.posix && Reserved::of(&name).is_some() {
            return None;
        }
        let remaining = self.cursor.text.len() - start;
        self.expanding.retain(|alias| alias.behind < remaining || alias.continues);
        if self.expanding.iter().any(|alias| alias.name == name && alias.behind < remaining) {
            return None;
        }
        let value = self.options.aliases.as_ref()?(&name)?;
        let continues = value.last().is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let behind = remaining - length;
        self.cursor.line_at(start);
        let mut text = BytesMut::with_capacity(start + value.len() + behind);
        text.extend_from_slice(&self.cursor.text[..start]);
        text.extend_from_slice(&value);
        text.extend_from_slice(&self.cursor.text[start + length..]);
        self.cursor.text = text.freeze();
        self.expanding.push(Expanding { name, behind, continues });
        Some(())
    }
}
