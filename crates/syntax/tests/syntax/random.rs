//! No text makes the parser panic, and what is printed reads back.

use bytes::Bytes;
use mirage_syntax::ast::List;
use mirage_syntax::{
    Parser, ParserOptions, decode_ansi_c, parse_arithmetic, parse_array, parse_quoted, parse_reference,
    parse_subscript, parse_word, print_list,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces that make up scripts, so that most texts get past their first byte.
const PIECES: &[&str] = &[
    "echo ",
    "a",
    "b=",
    "c[1]=",
    "d+=(",
    "(",
    ")",
    "{ ",
    "}",
    "; ",
    "\n",
    "& ",
    "&& ",
    "| ",
    "|| ",
    "|& ",
    "! ",
    "time ",
    "if ",
    "then ",
    "elif ",
    "else ",
    "fi ",
    "for x in ",
    "for ((",
    "while ",
    "until ",
    "do ",
    "done ",
    "case ",
    " in ",
    "esac ",
    ";; ",
    ";& ",
    "select y ",
    "function f ",
    "f() ",
    "coproc ",
    "[[ ",
    " ]]",
    " == ",
    " =~ ",
    "-f ",
    "((",
    "))",
    "$((",
    "$[",
    "]",
    "[",
    "$(",
    "<(",
    ">(",
    "`",
    "\"",
    "'",
    "$'",
    "$\"",
    "\\",
    "\\\n",
    "${x",
    "${#x",
    "${!x",
    ":-",
    "#",
    "%",
    "/",
    "^",
    ",",
    "@",
    "..",
    "1",
    "0x1f",
    "{a,b}",
    "{1..3}",
    "*",
    "?",
    "~",
    "$x",
    "$@",
    "$",
    "<",
    ">",
    ">>",
    "<<E\n",
    "E\n",
    "<<-'F'\n",
    "\tF\n",
    "<<<",
    "2>&1",
    "{fd}>",
    "&>",
    "declare ",
    " # comment\n",
    "\t",
    " ",
    "\u{e9}",
];

fn options() -> ParserOptions {
    ParserOptions { extglob: true, ..ParserOptions::default() }
}

/// Everything in front of the first error.
fn commands(text: Bytes) -> (List, bool) {
    // `[[ ]]`, of which bash says nothing either.
    let refused_silently = text.windows(2).any(|pair| pair == b"[[");
    let mut parser = Parser::new(text, options());
    let mut list = List::default();
    loop {
        match parser.next() {
            Ok(Some(command)) => list.items.extend(command.list.items),
            Ok(None) => return (list, true),
            Err(error) => {
                assert!(!error.lines.is_empty() || refused_silently, "an error without a message");
                return (list, false);
            }
        }
    }
}

/// What is printed reads back as what it was; where bash adds braces round a function's body, the second time.
fn check_reads_back(text: Vec<u8>) -> Result<(), TestCaseError> {
    let (list, _) = commands(text.into());
    if list.items.is_empty() {
        return Ok(());
    }
    let mut printed = print_list(&list);
    printed.push(b'\n');
    let (again, whole) = commands(printed.clone().into());
    prop_assert!(whole, "refused: {}", String::from_utf8_lossy(&printed));
    if again != list {
        let mut twice = print_list(&again);
        twice.push(b'\n');
        let (stable, _) = commands(twice.into());
        prop_assert_eq!(stable, again);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_never_panic(text in vec(any::<u8>(), 0..200)) {
        let text = Bytes::from(text);
        let options = options();
        commands(text.clone());
        decode_ansi_c(&text);
        drop(parse_word(text.clone(), &options));
        drop(parse_quoted(text.clone(), &options));
        drop(parse_array(text.clone(), &options));
        drop(parse_subscript(text.clone(), &options));
        parse_reference(&text, &options);
        if let Err(error) = parse_arithmetic(&text) {
            error.render(&text);
        }
    }

    #[test]
    fn pieces_read_back(pieces in vec(select(PIECES), 0..30)) {
        check_reads_back(pieces.concat().into_bytes())?;
    }

    #[test]
    fn mutations_read_back(
        function in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        length in 0_usize..12,
        piece in select(PIECES),
    ) {
        let functions: Vec<_> = include_str!("functions.sh").split_inclusive("declare -f f\n").collect();
        let script = function.get(&functions).as_bytes();
        let at = cut.index(script.len());
        let end = (at + length).min(script.len());
        check_reads_back([&script[..at], piece.as_bytes(), &script[end..]].concat())?;
    }

    #[test]
    fn arithmetic_pieces_never_panic(pieces in vec(select(&[
        "1", "x", "a[", "]", "(", ")", "+", "-", "++", "--", "*", "**", "/", "%", "<<", ">>=", "=", "==", "?", ":", ",",
        "&&", "||", "!", "~", "08", "16#ff", " ", "'", "\"", "$", "|", "^", "&=", "<", ">=",
    ][..]), 0..20)) {
        let text = pieces.concat();
        if let Err(error) = parse_arithmetic(text.as_bytes()) {
            prop_assert!(error.position <= text.len());
            error.render(text.as_bytes());
        }
    }
}
