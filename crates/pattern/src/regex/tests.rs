use super::*;

fn find(pattern: &str, options: &Options, haystack: &str) -> Option<std::ops::Range<usize>> {
    Regex::new(pattern.as_bytes(), options).unwrap().find_at(haystack.as_bytes(), 0).unwrap()
}

#[test]
fn the_longest_of_the_leftmost_matches_is_found() {
    let extended = Options { syntax: Syntax::Extended, ..Options::default() };
    assert_eq!(find("a|ab|abc", &extended, "xabcd"), Some(1..4));
    assert_eq!(find("a?(ab)?", &extended, "ab"), Some(0..2));
    assert_eq!(find(r"\(a*\)b\1", &Options::default(), "aabaa"), Some(0..5));
    assert_eq!(find(r"\([a-z]*\)\1", &Options::default(), "xyabab"), Some(0..0));
}
