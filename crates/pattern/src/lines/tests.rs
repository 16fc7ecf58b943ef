use super::*;
use crate::regex::{Options, Syntax};

#[test]
fn lines_are_selected() {
    let searcher = LineSearcher::new(&[b"b"], &Options::grep(Syntax::Basic)).unwrap();
    assert_eq!(searcher.next_line(b"a\nab\nc\nb", 0).unwrap(), Some(2..5));
    assert_eq!(searcher.next_line(b"a\nab\nc\nb", 5).unwrap(), Some(7..8));
    assert_eq!(searcher.count(b"a\nab\nc\nb").unwrap(), 2);
}
