//! The parser and the printer.

use bytes::Bytes;
use mirage_syntax::ast::List;
use mirage_syntax::{
    Parser, ParserOptions, decode_ansi_c, parse_arithmetic, parse_array, parse_quoted, parse_reference,
    parse_subscript, parse_word, print_list,
};

/// No text makes a parser panic, and what is printed reads back as what it was.
pub(crate) fn run(data: &[u8]) {
    let text = Bytes::copy_from_slice(data);
    let options = ParserOptions { extglob: true, ..ParserOptions::default() };
    decode_ansi_c(&text);
    drop(parse_word(text.clone(), &options));
    drop(parse_quoted(text.clone(), &options));
    drop(parse_array(text.clone(), &options));
    drop(parse_subscript(text.clone(), &options));
    parse_reference(&text, &options);
    if let Err(error) = parse_arithmetic(&text) {
        error.render(&text);
    }
    let read = commands(text, &options);
    if !read.list.items.is_empty() && !read.warned {
        reads_back(&read.list, &options);
    }
}

/// What a text was read as.
struct Read {
    /// Everything in front of the first error.
    list: List,
    /// There was none.
    whole: bool,
    /// A here-document ran to the end of the text: what is printed behind it would become a part of it.
    warned: bool,
}

fn commands(text: Bytes, options: &ParserOptions) -> Read {
    // `[[ ]]`, of which bash says nothing either.
    let refused_silently = text.windows(2).any(|pair| pair == b"[[");
    let mut parser = Parser::new(text, options.clone());
    let mut read = Read { list: List::default(), whole: true, warned: false };
    loop {
        match parser.next() {
            Ok(Some(command)) => {
                read.warned |= !command.warnings.is_empty();
                read.list.items.extend(command.list.items);
            }
            Ok(None) => return read,
            Err(error) => {
                assert!(!error.lines.is_empty() || refused_silently, "an error without a message");
                error.render(b"bash");
                return Read { whole: false, ..read };
            }
        }
    }
}

/// Printing settles: where bash's own form adds braces round a function's body, the second time.
fn reads_back(list: &List, options: &ParserOptions) {
    let printed = printed(list);
    let again = commands(printed.clone().into(), options);
    assert!(again.whole, "what is printed is refused: {}", String::from_utf8_lossy(&printed));
    if again.list == *list {
        return;
    }
    let twice = self::printed(&again.list);
    let stable = commands(twice.clone().into(), options);
    let shown = [printed, twice].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(stable.list == again.list, "what is printed reads back as another: {shown:?}");
}

fn printed(list: &List) -> Vec<u8> {
    let mut printed = print_list(list);
    printed.push(b'\n');
    printed
}
