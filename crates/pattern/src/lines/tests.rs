use super::*;
use crate::regex::{Options, Syntax};

fn searcher(pattern: &str) -> LineSearcher {
    LineSearcher::new(&[pattern.as_bytes()], &Options::grep(Syntax::Extended)).unwrap()
}

/// The lines that are selected, found one after another.
fn selected(pattern: &str, text: &str) -> Vec<String> {
    let (searcher, block) = (searcher(pattern), Block::new(text.as_bytes(), b'\n'));
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(line) = searcher.next_line(&block, at).unwrap() {
        at = line.end;
        lines.push(text[line].to_owned());
    }
    assert_eq!(searcher.count(&block).unwrap(), lines.len() as u64);
    lines
}

#[test]
fn lines_are_selected_whole() {
    assert_eq!(selected("b", "a\nab\nc\nb"), ["ab\n", "b"]);
    assert_eq!(selected("^$", "\na\n\n"), ["\n", "\n"]);
    assert_eq!(selected("^", "a\n\nb"), ["a\n", "\n", "b"]);
    assert_eq!(selected("$", "a\n"), ["a\n"]);
}

#[test]
fn a_match_stays_in_its_line() {
    assert_eq!(selected("a[^x]*b", "a\nb\nab\n"), ["ab\n"]);
    assert_eq!(selected(r"a\s+b", "a\nb\na b\n"), ["a b\n"]);
    assert_eq!(selected(r"(a)\1", "a\na\naa\n"), ["aa\n"]);
    assert_eq!(selected(r"(a)\1", "é\na\naa\n"), ["aa\n"]);
}

#[test]
fn words_are_those_of_the_locale() {
    assert_eq!(selected(r"\<b", "éb\nb\n"), ["b\n"]);
    assert_eq!(selected(r"b\b", "bé\nb-\n"), ["b-\n"]);
}

#[test]
fn matches_are_found_across_a_block() {
    let (searcher, block) = (searcher("x*|y"), Block::new(b"axx\ny\n", b'\n'));
    assert_eq!(searcher.next_match(&block, 0).unwrap(), Some(1..3));
    assert_eq!(searcher.next_match(&block, 3).unwrap(), Some(4..5));
    assert_eq!(searcher.next_match(&block, 5).unwrap(), None);
}
