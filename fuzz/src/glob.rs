//! Shell patterns.

use mirage_pattern::Locale;
use mirage_pattern::glob::{Glob, Options};

/// The pattern is what stands before the first newline, the text what stands behind it.
pub(crate) fn run(data: &[u8]) {
    let Some(at) = data.iter().position(|&byte| byte == b'\n') else { return };
    let (pattern, text) = (&data[..at], &data[at + 1..]);
    for (extended, ignore_case, locale) in
        [(true, false, Locale::Utf8), (false, true, Locale::Utf8), (true, true, Locale::C)]
    {
        let options = Options { extended, ignore_case, locale, ..Options::default() };
        if let Ok(glob) = Glob::new(pattern, options) {
            agree(&glob, text, pattern);
        }
        let escaped: Vec<u8> = text.iter().flat_map(|&byte| [b'\\', byte]).collect();
        if let Ok(glob) = Glob::new(&escaped, options) {
            assert!(glob.is_match(text), "an escaped text does not match itself: {text:?}");
        }
    }
}

/// A match, the prefixes, the suffixes and the matches within are one relation.
fn agree(glob: &Glob, text: &[u8], pattern: &[u8]) {
    let whole = glob.is_match(text);
    let told = || format!("{:?} and {:?}", String::from_utf8_lossy(pattern), String::from_utf8_lossy(text));
    let (shortest, longest) = (glob.shortest_prefix(text), glob.longest_prefix(text));
    assert!(shortest <= longest && shortest.is_some() == longest.is_some(), "prefixes: {}", told());
    assert!(whole == (longest == Some(text.len())), "the longest prefix: {}", told());
    let (short, long) = (glob.shortest_suffix(text), glob.longest_suffix(text));
    assert!(long <= short && short.is_some() == long.is_some(), "suffixes: {}", told());
    assert!(whole == (long == Some(0)), "the longest suffix: {}", told());
    let mut end = 0;
    let visited = glob.each_match(text, |range| {
        assert!(range.start >= end && range.end > range.start && range.end <= text.len(), "{}", told());
        end = range.end;
        Ok::<(), ()>(())
    });
    assert_eq!(visited, Ok(()));
}
