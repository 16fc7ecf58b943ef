//! What words are made of, and what is known of them before they are expanded.

use bytes::Bytes;
use mirage_syntax::ast::{Argument, AssignmentValue, CommandKind, Part, SimpleCommand, Word};
use mirage_syntax::{Parser, ParserOptions, decode_ansi_c, parse_reference, print_word};

fn simple(text: &str) -> SimpleCommand {
    let mut parser = Parser::new(text.to_owned().into(), ParserOptions::default());
    let mut command = parser.next().unwrap().unwrap();
    let stage = command.list.items.remove(0).and_or.first.stages.remove(0);
    let CommandKind::Simple(simple) = stage.kind else { panic!("not a simple command: {text}") };
    simple
}

/// The argument of a command.
fn word(text: &str) -> Word {
    let Argument::Word(word) = simple(&format!(": {text}")).words.remove(1) else { panic!("a word") };
    word
}

fn literal(text: &str) -> Option<String> {
    word(text).literal().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The tildes that expand in a word: what stands behind them.
fn tildes(word: &Word) -> Vec<String> {
    let tilde = |part: &Part| match part {
        Part::Tilde(name) => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    };
    word.parts().iter().filter_map(tilde).collect()
}

#[test]
fn constant_words_are_known() {
    assert_eq!(literal("a'b'\"c\"\\d$'\\x65'").as_deref(), Some("abcde"));
    assert_eq!(literal("''").as_deref(), Some(""));
    assert_eq!(literal("a\\\nb").as_deref(), Some("ab"));
    assert_eq!(literal("\"a\\$b\\c\"").as_deref(), Some("a$b\\c"));
    // `[` is a pattern only with its `]`, a lone `$` and `{}` are text.
    for text in ["[", "]", "$", "{}", "a{b}", "a=b", "%", "\\*", "'*'", "{a"] {
        assert!(literal(text).is_some(), "{text}");
    }
    for text in ["*", "a?", "[a]", "$x", "\"$x\"", "`a`", "$(a)", "~", "{a,b}", "{1..2}", "$((1))"] {
        assert!(literal(text).is_none(), "{text}");
    }
}

#[test]
fn what_needs_no_files_is_pure() {
    for text in ["a", "$x", "\"${x:-b}\"", "$((x + 1))", "${x%.*}", "'*'", "${a[1]}"] {
        assert!(word(text).is_pure(), "{text}");
    }
    for text in ["*", "$(a)", "\"${x:-$(b)}\"", "$((`c`))", "<(d)", "${a[$(e)]}", "${x:-*}", "${x/$(f)}"] {
        assert!(!word(text).is_pure(), "{text}");
    }
}

#[test]
fn tildes_expand_where_they_do_in_bash() {
    assert_eq!(tildes(&word("~")), [""]);
    assert_eq!(tildes(&word("~root/x")), ["root"]);
    assert_eq!(tildes(&word("~+/~-")), ["+"]);
    assert_eq!(tildes(&word("a=~/x:~root")), ["", "root"]);
    for text in ["a~", "~$x", "~'a'", "\\~", "a:~", "--b=~/x", "~\"\"/x"] {
        assert!(tildes(&word(text)).is_empty(), "{text}");
    }
    let assignments = simple("a=~/x:y:~root/z b=\"$c\":~").assignments;
    let value = |index: usize| match &assignments[index].value {
        AssignmentValue::Scalar(word) => tildes(word),
        AssignmentValue::Array(_) => panic!("a scalar"),
    };
    assert_eq!(value(0), ["", "root"]);
    assert_eq!(value(1), [""]);
}

#[test]
fn braces_come_before_names_and_tildes() {
    let expanded = |text: &str| {
        let words: Vec<_> = word(text).expand_braces().map(|word| print_word(&word)).collect();
        String::from_utf8_lossy(&words.join(&b" "[..])).into_owned()
    };
    assert_eq!(expanded("a{b,c{d,e}}f"), "abf acdf acef");
    assert_eq!(expanded("{a,b}{1..3}"), "a1 a2 a3 b1 b2 b3");
    assert_eq!(expanded("{08..10}{-1..1..2}"), "08-1 081 09-1 091 10-1 101");
    assert_eq!(expanded("{c..a}{,x}"), "c cx b bx a ax");
    assert_eq!(expanded("$x{a,.b}"), "$xa $x.b");
    assert_eq!(expanded("{a},b}"), "a} b");
    assert_eq!(expanded("{a,\"b c\",$(d,e)}"), "a \"b c\" $(d,e)");
    let tilded: Vec<_> = word("{~,a}/b").expand_braces().map(|word| tildes(&word)).collect();
    assert_eq!(tilded, [vec![String::new()], vec![]]);
}

#[test]
fn a_range_without_end_costs_nothing() {
    let word = word("{1..9223372036854775807}");
    let mut words = word.expand_braces();
    assert_eq!(words.next().and_then(|word| word.literal().cloned()).as_deref(), Some(&b"1"[..]));
    assert_eq!(words.next().and_then(|word| word.literal().cloned()).as_deref(), Some(&b"2"[..]));
}

#[test]
fn ansi_c_escapes_mean_what_they_do_in_bash() {
    let decoded = |text: &'static str| decode_ansi_c(&Bytes::from_static(text.as_bytes()));
    assert_eq!(&decoded(r#"\a\b\e\f\n\r\t\v\\\'\"\?"#)[..], b"\x07\x08\x1b\x0c\n\r\t\x0b\\'\"?");
    assert_eq!(&decoded(r"\1\12\123\1234\x4\x41\x{41}")[..], b"\x01\nSS4\x04AA");
    assert_eq!(&decoded(r"\u20ac\U1F600\cA\z")[..], "\u{20ac}\u{1f600}\x01\\z".as_bytes());
    assert_eq!(&decoded(r"a\0b")[..], b"a");
}

#[test]
fn references_name_parameters() {
    let options = ParserOptions::default();
    for text in ["x", "x[1]", "x[@]", "a[b[c]]", "1", "10", "@", "#"] {
        assert!(parse_reference(&Bytes::from_static(text.as_bytes()), &options).is_some(), "{text}");
    }
    for text in ["", "x y", "x[", "x[1]y", "1x", "x=", "-x"] {
        assert!(parse_reference(&Bytes::from_static(text.as_bytes()), &options).is_none(), "{text}");
    }
}
