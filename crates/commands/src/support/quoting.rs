//! The styles in which names are written: `--quoting-style` of `ls`, `QUOTING_STYLE`, `stat -c %N`.

use mirage_shell::command::Locale;

use super::quote::{Piece, escape, pieces};
use super::{Choices, quote_always, quote_if_needed};

/// How a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotingStyle {
    /// As it is.
    Literal,
    /// For a shell, where it needs that; control characters as they are.
    Shell,
    /// The same, always in quotes.
    ShellAlways,
    /// For a shell, where it needs that; control characters as `$'\n'`.
    ShellEscape,
    /// The same, always in quotes.
    ShellEscapeAlways,
    /// As a string of C.
    C,
    /// As a string of C, where something must be escaped.
    CMaybe,
    /// With the escapes of C but without quotes; a space is escaped too.
    Escape,
    /// As in messages: `‘x’`, `'x'`.
    Locale,
    /// The same, but `"x"` in the C locale.
    CLocale,
}

/// The words for them.
pub const QUOTING_STYLES: &Choices<QuotingStyle> = &[
    (&["literal"], QuotingStyle::Literal),
    (&["shell"], QuotingStyle::Shell),
    (&["shell-always"], QuotingStyle::ShellAlways),
    (&["shell-escape"], QuotingStyle::ShellEscape),
    (&["shell-escape-always"], QuotingStyle::ShellEscapeAlways),
    (&["c"], QuotingStyle::C),
    (&["c-maybe"], QuotingStyle::CMaybe),
    (&["escape"], QuotingStyle::Escape),
    (&["locale"], QuotingStyle::Locale),
    (&["clocale"], QuotingStyle::CLocale),
];

impl QuotingStyle {
    /// Whether control characters come through.
    pub fn shows_controls(self) -> bool {
        matches!(self, QuotingStyle::Literal | QuotingStyle::Shell | QuotingStyle::ShellAlways)
    }

    /// Whether only some names get quotes, so that the others are moved by a space to line up.
    pub fn quotes_some(self) -> bool {
        matches!(self, QuotingStyle::Shell | QuotingStyle::ShellEscape | QuotingStyle::CMaybe)
    }

    /// `name` in this style.
    pub fn quote(self, name: &[u8], locale: Locale) -> Vec<u8> {
        match self {
            QuotingStyle::Literal => name.to_vec(),
            QuotingStyle::Shell if !needs_shell_quotes(name, locale) => name.to_vec(),
            QuotingStyle::Shell | QuotingStyle::ShellAlways => shell_quoted(name),
            QuotingStyle::ShellEscape => quote_if_needed(name, locale),
            QuotingStyle::ShellEscapeAlways => quote_always(name, locale),
            QuotingStyle::C => c_quoted(name, locale, b"\"", b"\""),
            QuotingStyle::CMaybe => match needs_c_quotes(name, locale) {
                true => c_quoted(name, locale, b"\"", b"\""),
                false => name.to_vec(),
            },
            QuotingStyle::Escape => c_quoted(name, locale, b"", b""),
            QuotingStyle::Locale | QuotingStyle::CLocale => match (locale, self) {
                (Locale::Utf8, _) => c_quoted(name, locale, "‘".as_bytes(), "’".as_bytes()),
                (_, QuotingStyle::Locale) => c_quoted(name, locale, b"'", b"'"),
                _ => c_quoted(name, locale, b"\"", b"\""),
            },
        }
    }
}

fn needs_shell_quotes(name: &[u8], locale: Locale) -> bool {
    name.iter().any(|byte| b"\n\r\t".contains(byte)) || {
        // Control characters alone ask for no quotes where they are shown as they are.
        let plain: Vec<u8> =
            name.iter().copied().filter(|byte| byte.is_ascii() && !byte.is_ascii_control()).collect();
        (name.is_empty() || !plain.is_empty()) && quote_if_needed(&plain, locale) != plain
    }
}

fn shell_quoted(name: &[u8]) -> Vec<u8> {
    let double_is_plain = !name.iter().any(|byte| b"\"$`\\".contains(byte));
    if name.contains(&b'\'') && double_is_plain {
        return [b"\"", name, b"\""].concat();
    }
    let parts: Vec<&[u8]> = name.split(|&byte| byte == b'\'').collect();
    [b"'", &parts.join(&b"'\\''"[..])[..], b"'"].concat()
}

fn needs_c_quotes(name: &[u8], locale: Locale) -> bool {
    pieces(name, locale).any(|piece| matches!(piece, Piece::Odd(_) | Piece::Plain(b"\"")))
}

fn c_quoted(name: &[u8], locale: Locale, open: &[u8], close: &[u8]) -> Vec<u8> {
    let mut quoted = open.to_vec();
    for piece in pieces(name, locale) {
        match piece {
            Piece::Odd(byte) => escape(&mut quoted, byte),
            Piece::Plain(text) => {
                let must =
                    text == b"\\" || text == b" " && open.is_empty() || !close.is_empty() && text == close;
                if must {
                    quoted.push(b'\\');
                }
                quoted.extend_from_slice(text);
            }
        }
    }
    quoted.extend_from_slice(close);
    quoted
}

/// `name` with a `?` for every character that cannot be printed.
pub fn with_question_marks(name: &[u8], locale: Locale) -> Vec<u8> {
    pieces(name, locale)
        .flat_map(|piece| match piece {
            Piece::Plain(text) => text,
            Piece::Odd(_) => b"?",
        })
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `ls --quoting-style=...` of coreutils 9.1 shows these names.
    #[test]
    fn names_are_quoted_as_ls_does() {
        use QuotingStyle as Style;
        for (style, name, expected) in [
            (Style::Shell, &b"n\nl"[..], &b"'n\nl'"[..]),
            (Style::Shell, b"tab\t", b"'tab\t'"),
            (Style::Shell, b"\xff", b"\xff"),
            (Style::Shell, b"q'q", b"\"q'q\""),
            (Style::Shell, b"~x", b"'~x'"),
            (Style::Shell, b"a", b"a"),
            (Style::ShellAlways, b"a", b"'a'"),
            (Style::ShellEscape, b"tab\t", b"'tab'$'\\t'"),
            (Style::ShellEscape, b"\xff", b"''$'\\377'"),
            (Style::C, b"\"dq\"", b"\"\\\"dq\\\"\""),
            (Style::C, b"back\\slash", b"\"back\\\\slash\""),
            (Style::CMaybe, b"back\\slash", b"back\\slash"),
            (Style::CMaybe, b"n\nl", b"\"n\\nl\""),
            (Style::Escape, b"sp ace", b"sp\\ ace"),
            (Style::Escape, b"\"dq\"", b"\"dq\""),
            (Style::Locale, b"a\\", "‘a\\\\’".as_bytes()),
        ] {
            assert_eq!(style.quote(name, Locale::Utf8), expected, "{style:?}");
        }
        assert_eq!(with_question_marks(b"a\n\xff\xc3\xa9", Locale::Utf8), "a??é".as_bytes());
    }
}
