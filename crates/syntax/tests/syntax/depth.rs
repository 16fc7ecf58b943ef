//! Nesting has a limit, and it is met before the stack ends: these run on a test thread's 2 MiB.

use mirage_syntax::{Parser, ParserOptions, print_list};

/// An opening, what stands in the middle, and the closing.
const NESTING: &[(&str, &str, &str)] = &[
    ("( ", "a", " )"),
    ("{ ", "a", ";}"),
    ("if ", "a", ";then b;fi "),
    ("if a; then b; else ", "c", "; fi"),
    ("while ", "a", ";do b;done "),
    ("for x in y; do ", "a", ";done "),
    ("case x in x) ", "a", ";;esac "),
    ("f() { ", "a", ";}"),
    ("coproc x { ", "a", ";}"),
    ("$(", "a", ")"),
    ("\"$(", "a", ")\""),
    ("<(", "a", ")"),
    ("${x-", "a", "}"),
    ("\"${x-", "a", "}\""),
    ("${a[", "1", "]}"),
    ("$((", "1", "))"),
    ("$[", "1", "]"),
    ("x=$((a[$(", "a", ")]))"),
    ("a=($(", "a", "))"),
    ("@(", "a", ")"),
    ("{a,", "b", "}"),
    ("cat <<E\n$(", "a", ")\nE\n"),
    ("$((1) ", "a", ")"),
    ("((1) ", "a", ")"),
];

fn parse(text: String) -> bool {
    let options = ParserOptions { extglob: true, ..ParserOptions::default() };
    let mut parser = Parser::new(text.into(), options);
    loop {
        match parser.next() {
            Ok(Some(command)) => drop(print_list(&command.list)),
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

#[test]
fn a_hundred_levels_are_read() {
    for (open, middle, close) in &NESTING[..21] {
        assert!(parse([&open.repeat(100), *middle, &close.repeat(100)].concat()), "{open}");
    }
}

#[test]
fn ten_thousand_levels_are_refused() {
    for (open, middle, close) in NESTING {
        for levels in [500, 1000, 10_000] {
            parse([&open.repeat(levels), *middle, &close.repeat(levels)].concat());
            parse(open.repeat(levels));
        }
    }
    let error = Parser::new("{ ".repeat(10_000).into(), ParserOptions::default()).next().unwrap_err();
    let message = String::from_utf8_lossy(&error.render(b"bash: -c")).into_owned();
    assert_eq!(message, "bash: -c: line 1: syntax error: commands are nested more than 1000 deep\n");
}

#[test]
fn the_limit_is_an_option() {
    let options = ParserOptions { depth: 3, ..ParserOptions::default() };
    let nested = |levels: usize| ["{ ".repeat(levels), "a".into(), ";}".repeat(levels)].concat();
    assert!(Parser::new(nested(3).into(), options.clone()).next().is_ok());
    assert!(Parser::new(nested(4).into(), options).next().is_err());
}
