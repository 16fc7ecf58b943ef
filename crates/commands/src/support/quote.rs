//! Names in messages, quoted as GNU's tools quote them.

use mirage_shell::command::Locale;

/// `‘name’`, or `'name'` in the C locale, for messages that always quote. Control characters are escaped as in C.
pub fn quote(name: &[u8], locale: Locale) -> Vec<u8> {
    let (open, close) = match locale {
        Locale::Utf8 => ("‘", "’"),
        Locale::C => ("'", "'"),
    };
    let mut quoted = open.as_bytes().to_vec();
    for piece in pieces(name, locale) {
        match piece {
            Piece::Plain(b"'") if locale == Locale::C => quoted.extend_from_slice(b"\\'"),
            Piece::Plain(b"\\") => quoted.extend_from_slice(b"\\\\"),
            Piece::Plain(text) => quoted.extend_from_slice(text),
            Piece::Odd(byte) => escape(&mut quoted, byte),
        }
    }
    quoted.extend_from_slice(close.as_bytes());
    quoted
}

/// The name as one would type it at a shell, quoted only when it must be: `a`, `'a b'`.
pub fn quote_if_needed(name: &[u8], locale: Locale) -> Vec<u8> {
    match needs_quotes(name, locale) {
        true => quote_always(name, locale),
        false => name.to_vec(),
    }
}

/// The name as one would type it at a shell, always in quotes: `'a'`, `"a'b"`, `'a'$'\n''b'`.
pub fn quote_always(name: &[u8], locale: Locale) -> Vec<u8> {
    let pieces: Vec<Piece> = pieces(name, locale).collect();
    let has_odd = pieces.iter().any(|piece| matches!(piece, Piece::Odd(_)));
    let double_is_plain = !name.iter().any(|byte| b"\"$`\\".contains(byte));
    if name.contains(&b'\'') && !has_odd && double_is_plain {
        return [b"\"", name, b"\""].concat();
    }
    let mut quoted = b"'".to_vec();
    let mut dollar = false;
    for piece in pieces {
        match (&piece, dollar) {
            (Piece::Odd(_), false) => quoted.extend_from_slice(b"'$'"),
            (Piece::Plain(_), true) => quoted.extend_from_slice(b"''"),
            _ => {}
        }
        dollar = matches!(piece, Piece::Odd(_));
        match piece {
            Piece::Odd(byte) => escape(&mut quoted, byte),
            Piece::Plain(b"'") => quoted.extend_from_slice(b"'\\''"),
            Piece::Plain(text) => quoted.extend_from_slice(text),
        }
    }
    quoted.push(b'\'');
    quoted
}

fn needs_quotes(name: &[u8], locale: Locale) -> bool {
    let special = |&byte: &u8| b" !\"$&'()*;<=>?[\\^`|".contains(&byte);
    name.is_empty()
        || matches!(name[0], b'#' | b'~')
        || matches!(name, b"{" | b"}")
        || name.iter().any(special)
        || pieces(name, locale).any(|piece| matches!(piece, Piece::Odd(_)))
}

pub(super) enum Piece<'a> {
    /// A printable character.
    Plain(&'a [u8]),
    /// A byte that is shown as an escape.
    Odd(u8),
}

pub(super) fn pieces(name: &[u8], locale: Locale) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = name;
    std::iter::from_fn(move || {
        let (&first, after) = rest.split_first()?;
        let length = match (first, locale) {
            (0x20..=0x7e, _) => 1,
            (0x80.., Locale::Utf8) => printable_length(rest),
            _ => 0,
        };
        if length == 0 {
            rest = after;
            return Some(Piece::Odd(first));
        }
        let (character, after) = rest.split_at(length);
        rest = after;
        Some(Piece::Plain(character))
    })
}

/// The length of the printable character `text` starts with; 0 when it starts with none.
fn printable_length(text: &[u8]) -> usize {
    let longest = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(longest) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&longest[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().filter(|character| !character.is_control()).map_or(0, char::len_utf8)
}

pub(super) fn escape(quoted: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        7 => b'a',
        8 => b'b',
        9 => b't',
        10 => b'n',
        11 => b'v',
        12 => b'f',
        13 => b'r',
        _ => return quoted.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    };
    quoted.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(quoted: Vec<u8>) -> String {
        String::from_utf8(quoted).expect("ASCII in, ASCII out")
    }

    #[test]
    fn names_are_quoted_as_gnu_does() {
        for (name, needed, always) in [
            ("plain", "plain", "'plain'"),
            ("a b", "'a b'", "'a b'"),
            ("a'b", "\"a'b\"", "\"a'b\""),
            ("a'$b", "'a'\\''$b'", "'a'\\''$b'"),
            ("no\npe", "'no'$'\\n''pe'", "'no'$'\\n''pe'"),
            ("a\u{1}b", "'a'$'\\001''b'", "'a'$'\\001''b'"),
            ("", "''", "''"),
            ("~x", "'~x'", "'~x'"),
            ("x~", "x~", "'x~'"),
        ] {
            assert_eq!(shown(quote_if_needed(name.as_bytes(), Locale::Utf8)), needed);
            assert_eq!(shown(quote_always(name.as_bytes(), Locale::Utf8)), always);
        }
    }

    #[test]
    fn the_locale_decides_the_quotes_of_prose() {
        assert_eq!(shown(quote(b"x", Locale::Utf8)), "‘x’");
        assert_eq!(shown(quote(b"it's", Locale::C)), "'it\\'s'");
    }
}
