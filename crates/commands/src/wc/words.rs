//! Words: runs of characters between white space. A control character neither starts nor ends one.

use mirage_shell::command::Locale;

/// How many bytes are classified at a time; few enough that their sums fit a byte.
const BLOCK: usize = 64;

/// What [`count_words`] answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub words: u64,
    pub lines: u64,
}

/// Counts words and newlines of `text`, which ends between two characters. `within_word` tells whether a word goes on
/// at its start, then whether one goes on at its end.
pub fn count_words(text: &[u8], locale: Locale, within_word: &mut bool) -> Counted {
    let mut counted = Counted::default();
    let mut rest = text;
    loop {
        if let Some(block) = rest.first_chunk::<BLOCK>()
            && let Some(plain) = count_plain(block, within_word)
        {
            counted.words += plain.words;
            counted.lines += plain.lines;
            rest = &rest[BLOCK..];
            continue;
        }
        if rest.is_empty() {
            return counted;
        }
        let mut at = 0;
        while at < rest.len().min(BLOCK) {
            let (class, length) = class(&rest[at..], locale);
            counted.lines += u64::from(rest[at] == b'\n');
            at += length;
            match class {
                Class::Space => *within_word = false,
                Class::Visible => counted.words += u64::from(!std::mem::replace(within_word, true)),
                Class::Control => {}
            }
        }
        rest = &rest[at..];
    }
}

/// Counts a block of visible ASCII and white space without a branch a byte; none when there is anything else in it.
fn count_plain(block: &[u8; BLOCK], within_word: &mut bool) -> Option<Counted> {
    let mut odd = 0;
    let mut newlines = 0u8;
    // One more in front, so that each byte has the one before it.
    let mut space = [0u8; BLOCK + 1];
    space[0] = u8::from(!*within_word);
    for (byte, space) in block.iter().zip(&mut space[1..]) {
        let white = u8::from(*byte == b' ') | u8::from(byte.wrapping_sub(b'\t') < 5);
        let visible = u8::from(byte.wrapping_sub(b'!') < 94);
        *space = white;
        odd |= 1 - (white | visible);
        newlines += u8::from(*byte == b'\n');
    }
    if odd != 0 {
        return None;
    }
    let starts: u8 = space.iter().zip(&space[1..]).map(|(before, here)| before & (1 - here)).sum();
    *within_word = space[BLOCK] == 0;
    Some(Counted { words: starts.into(), lines: newlines.into() })
}

enum Class {
    Space,
    Visible,
    Control,
}

/// The class of the character that `text` starts with, and its length.
fn class(text: &[u8], locale: Locale) -> (Class, usize) {
    match text.first() {
        Some(b' ' | b'\t'..=b'\r') => (Class::Space, 1),
        Some(b'!'..=b'~') => (Class::Visible, 1),
        _ => match locale.character(text) {
            Some((character, length)) if is_space(character) => (Class::Space, length),
            Some((character, length)) if character.is_control() => (Class::Control, length),
            Some((_, length)) => (Class::Visible, length),
            None => (Class::Control, 1),
        },
    }
}

/// White space outside ASCII, the spaces that forbid a line break included.
fn is_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{2060}' | '\u{3000}'
    )
}
