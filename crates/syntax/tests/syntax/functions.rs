//! Functions are printed as bash prints them, and what is printed reads back as what it was.

use std::collections::HashMap;

use mirage_syntax::ast::{Argument, Command, CommandKind, CompleteCommand};
use mirage_syntax::{Parser, ParserOptions, print_function};

/// Runs nothing but `name() ...` and `declare -f name`.
fn declarations(script: &'static str) -> Vec<u8> {
    let options = ParserOptions { extglob: true, ..ParserOptions::default() };
    let mut parser = Parser::new(script.into(), options);
    let mut functions = HashMap::new();
    let mut printed = Vec::new();
    while let Some(CompleteCommand { list, .. }) = parser.next().unwrap() {
        for item in list.items {
            let Some(Command { kind, .. }) = item.and_or.first.stages.into_iter().next() else { continue };
            match kind {
                CommandKind::Function(function) => {
                    functions.insert(function.name, function.body);
                }
                CommandKind::Simple(simple) => {
                    let Some(Argument::Word(name)) = simple.words.last() else { continue };
                    let name = name.literal().unwrap();
                    printed.extend_from_slice(&print_function(name, &functions[name]));
                    printed.push(b'\n');
                }
                _ => {}
            }
        }
    }
    printed
}

#[test]
fn print_as_bash_prints_them() {
    let printed = declarations(include_str!("functions.sh"));
    let expected = include_str!("functions.txt");
    for (ours, theirs) in String::from_utf8_lossy(&printed).lines().zip(expected.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(printed.len(), expected.len());
}

#[test]
fn read_back() {
    let printed = declarations(include_str!("functions.sh"));
    let options = ParserOptions { extglob: true, ..ParserOptions::default() };
    let mut parser = Parser::new(printed.into(), options);
    while let Some(command) = parser.next().unwrap() {
        let [item] = command.list.items.as_slice() else { panic!("one function at a time") };
        let CommandKind::Function(function) = &item.and_or.first.stages[0].kind else {
            panic!("not a function")
        };
        let text = print_function(&function.name, &function.body);
        let mut again = Parser::new(text.into(), parser.options_mut().clone());
        assert_eq!(again.next().unwrap().unwrap().list, command.list);
    }
}
