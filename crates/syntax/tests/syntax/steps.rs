//! A text is read command by command.

use std::rc::Rc;

use bytes::Bytes;
use mirage_syntax::ast::{CommandKind, CompleteCommand};
use mirage_syntax::{ErrorPlace, Parser, ParserOptions, print_list};

fn parser(text: &'static str) -> Parser {
    Parser::new(Bytes::from_static(text.as_bytes()), ParserOptions::default())
}

fn printed(command: CompleteCommand) -> String {
    String::from_utf8_lossy(&print_list(&command.list)).into_owned()
}

fn next(parser: &mut Parser) -> String {
    printed(parser.next().unwrap().unwrap())
}

#[test]
fn what_stands_before_an_error_is_read() {
    let mut parser = parser("echo a; echo b\n\n# comment\nc &&\n d\ne )\nf");
    assert_eq!(next(&mut parser), "echo a; echo b");
    assert_eq!(next(&mut parser), "c && d");
    let error = parser.next().unwrap_err();
    assert_eq!(error.lines[0].line, 6);
    assert!(parser.next().unwrap().is_none());
}

#[test]
fn options_hold_from_the_next_line_on() {
    let mut parser = parser("shopt -s extglob\necho @(a|b) \\\n !(c)\n");
    next(&mut parser);
    parser.options_mut().extglob = true;
    assert_eq!(next(&mut parser), "echo @(a|b) !(c)");
}

#[test]
fn here_documents_belong_to_their_line() {
    let mut parser = parser("cat <<A - <<-'B' # two\n$x\nA\n\ty\n\tB\necho after\n");
    assert_eq!(next(&mut parser), "cat - <<A <<-'B'\n$x\nA\ny\nB\n");
    assert_eq!(next(&mut parser), "echo after");
}

#[test]
fn spans_name_their_lines() {
    let mut parser = parser("\necho \"\n\" $(\n\nb) &&\n  c\n");
    let command = parser.next().unwrap().unwrap();
    let and_or = &command.list.items[0].and_or;
    assert_eq!(and_or.first.span.line, 2);
    assert_eq!(and_or.rest[0].1.span.line, 6);
    let CommandKind::Simple(simple) = &and_or.first.stages[0].kind else { panic!("a simple command") };
    assert_eq!(simple.words.len(), 3);
}

/// A parser that knows these aliases.
fn with_aliases(text: &'static str, aliases: &'static [(&str, &str)]) -> Parser {
    let mut parser = parser(text);
    parser.options_mut().aliases = Some(Rc::new(move |name: &[u8]| {
        let (_, value) = aliases.iter().find(|(alias, _)| alias.as_bytes() == name)?;
        Some(Bytes::from_static(value.as_bytes()))
    }));
    parser
}

#[test]
fn aliases_are_replaced_where_a_command_may_start() {
    let aliases = &[("ll", "ls -l"), ("begin", "if true; then"), ("ls", "ls -F"), ("sudo", "sudo ")];
    let mut parser = with_aliases("ll a ll; begin ll; fi; \\ll; 'll'; x=1 ll; sudo ll\n", aliases);
    let expected = "ls -F -l a ll; if true; then\n    ls -F -l;\nfi; \\ll; 'll'; x=1 ls -F -l; sudo ls -F -l";
    assert_eq!(next(&mut parser), expected);
}

#[test]
fn an_error_in_an_array_costs_its_line_alone() {
    let mut parser = parser("a=(1 & 2); echo b\necho c");
    assert_eq!(parser.next().unwrap_err().place, ErrorPlace::Array);
    assert_eq!(next(&mut parser), "echo c");
    assert_eq!(parser.rest(), "");
}

#[test]
fn what_is_left_is_the_callers_text() {
    let mut parser = parser("read x\nabc\\");
    next(&mut parser);
    assert_eq!(parser.rest(), "abc\\");
}

#[test]
fn errors_tell_their_place() {
    let place = |text| parser(text).next().unwrap_err().place;
    assert_eq!(place("echo )"), ErrorPlace::Command);
    assert_eq!(place("[[ a b ]]"), ErrorPlace::Condition);
    assert_eq!(place("[[ a"), ErrorPlace::Command);
    assert_eq!(place("echo $(if)"), ErrorPlace::Substitution);
    assert_eq!(place("echo $([[ a b ]])"), ErrorPlace::Substitution);
    assert_eq!(place("echo $(ls"), ErrorPlace::Command);
}

#[test]
fn an_alias_may_end_its_command() {
    let aliases =
        &[("begin", "{"), ("end", "}"), ("run", "sudo "), ("stop", "; echo"), ("nothing", ""), ("not", "! ")];
    let text = "run stop a; x=1 nothing; nothing b; not begin c; end\n";
    let expected = "sudo; echo a; x=1; b; ! { c; }";
    assert_eq!(next(&mut with_aliases(text, aliases)), expected);
}
