//! The command line: options may be bundled and may stand anywhere.

use bytes::Bytes;

use super::read::parse_one;
use super::value::Value;

/// A value that a program gets by name.
#[derive(Clone, Debug)]
pub enum Named {
    Value(Bytes, Value),
    /// All values of a file, in an array.
    Values(Bytes, Bytes),
    /// The text of a file.
    Text(Bytes, Bytes),
}

/// What a call asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The program, or with `from_file` the file it is in.
    pub program: Option<Bytes>,
    pub from_file: bool,
    pub files: Vec<Bytes>,
    pub null_input: bool,
    pub raw_input: bool,
    pub slurp: bool,
    pub raw_output: bool,
    /// What follows each output.
    pub ending: Ending,
    pub ascii: bool,
    pub sort_keys: bool,
    pub color: bool,
    /// The blanks of a level; none for one line.
    pub indent: Option<Vec<u8>>,
    pub unbuffered: bool,
    pub stream: bool,
    pub stream_errors: bool,
    pub seq: bool,
    pub exit_status: bool,
    pub named: Vec<Named>,
    pub positional: Vec<Value>,
    pub library: Option<Vec<Bytes>>,
    pub print: Option<Print>,
}

/// What follows each output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    #[default]
    Newline,
    Nul,
    Nothing,
}

/// A call that only prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Print {
    Help,
    Version,
    BuildConfiguration,
}

/// Where words go that are no options.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Further {
    Files,
    Texts,
    Values,
}

/// Parses the words after the name; an error is a message.
pub fn parse(words: &[Bytes]) -> Result<Options, String> {
    let mut options = Options { indent: Some(b"  ".to_vec()), ..Options::default() };
    let mut further = Further::Files;
    let mut words = words.iter();
    let mut only_operands = false;
    while let Some(word) = words.next() {
        if only_operands || !is_option(word) {
            operand(&mut options, further, word)?;
        } else if word == "--" {
            only_operands = true;
        } else if let Some(name) = word.strip_prefix(b"--") {
            match name {
                b"args" => further = Further::Texts,
                b"jsonargs" => further = Further::Values,
                _ => long(&mut options, name, &mut words)?,
            }
        } else {
            cluster(&mut options, word, &mut words)?;
        }
    }
    Ok(options)
}

/// Whether a word is an option: `-1` and `-.a` are programs.
fn is_option(word: &[u8]) -> bool {
    matches!(word, [b'-', second, ..] if second.is_ascii_alphabetic() || *second == b'-')
}

fn operand(options: &mut Options, further: Further, word: &Bytes) -> Result<(), String> {
    if options.program.is_none() {
        options.program = Some(word.clone());
        return Ok(());
    }
    match further {
        Further::Files => options.files.push(word.clone()),
        Further::Texts => options.positional.push(Value::text(word)),
        Further::Values => match parse_one(word) {
            Ok(value) => options.positional.push(value),
            Err(_) => return Err("invalid JSON text passed to --jsonargs".into()),
        },
    }
    Ok(())
}

fn cluster<'a>(
    options: &mut Options,
    word: &Bytes,
    words: &mut impl Iterator<Item = &'a Bytes>,
) -> Result<(), String> {
    for (at, letter) in word.iter().enumerate().skip(1) {
        let name: &[u8] = match letter {
            b's' => b"slurp",
            b'r' => b"raw-output",
            b'j' => b"join-output",
            b'a' => b"ascii-output",
            b'n' => b"null-input",
            b'f' => b"from-file",
            b'e' => b"exit-status",
            b'c' => b"compact-output",
            b'C' => b"color-output",
            b'M' => b"monochrome-output",
            b'S' => b"sort-keys",
            b'R' => b"raw-input",
            b'b' => b"binary",
            b'h' => b"help",
            b'V' => b"version",
            b'L' => {
                let attached = word.slice(at + 1..);
                let directory = match attached.is_empty() {
                    false => attached,
                    true => words
                        .next()
                        .cloned()
                        .ok_or("-L takes a parameter: (e.g. -L /search/path or -L/search/path)")?,
                };
                options.library.get_or_insert_default().push(directory);
                return Ok(());
            }
            other => return Err(format!("Unknown option -{}", char::from(*other))),
        };
        long(options, name, words)?;
    }
    Ok(())
}

fn long<'a>(
    options: &mut Options,
    name: &[u8],
    words: &mut impl Iterator<Item = &'a Bytes>,
) -> Result<(), String> {
    match name {
        b"slurp" => options.slurp = true,
        b"raw-output" => options.raw_output = true,
        b"raw-output0" => {
            options.raw_output = true;
            options.ending = Ending::Nul;
        }
        b"join-output" => {
            options.raw_output = true;
            options.ending = Ending::Nothing;
        }
        b"ascii-output" => options.ascii = true,
        b"null-input" => options.null_input = true,
        b"from-file" => options.from_file = true,
        b"exit-status" => options.exit_status = true,
        b"compact-output" => options.indent = None,
        b"color-output" => options.color = true,
        b"monochrome-output" => options.color = false,
        b"sort-keys" => options.sort_keys = true,
        b"raw-input" => options.raw_input = true,
        b"binary" => {}
        b"help" => options.print = options.print.or(Some(Print::Help)),
        b"version" => options.print = options.print.or(Some(Print::Version)),
        b"build-configuration" => options.print = options.print.or(Some(Print::BuildConfiguration)),
        b"tab" => options.indent = Some(b"\t".to_vec()),
        b"indent" => {
            let number = words.next().ok_or("--indent takes one parameter")?;
            options.indent = indentation(number)?;
        }
        b"unbuffered" => options.unbuffered = true,
        b"stream" => options.stream = true,
        b"stream-errors" => {
            options.stream = true;
            options.stream_errors = true;
        }
        b"seq" => options.seq = true,
        b"library-path" => {
            let directory = words.next().ok_or("--library-path takes a parameter")?;
            options.library.get_or_insert_default().push(directory.clone());
        }
        b"arg" | b"argjson" | b"slurpfile" | b"rawfile" => {
            let named = named(name, words.next(), words.next())?;
            options.named.extend(named);
        }
        _ => return Err(format!("Unknown option --{}", String::from_utf8_lossy(name))),
    }
    Ok(())
}

fn indentation(number: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let number = std::str::from_utf8(number).ok().and_then(|number| number.parse::<i32>().ok());
    match number {
        Some(-1) => Ok(None),
        Some(count @ 0..=7) => Ok(Some(vec![b' '; count as usize])),
        _ => Err("--indent takes a number between -1 and 7".into()),
    }
}

fn named(option: &[u8], name: Option<&Bytes>, value: Option<&Bytes>) -> Result<Option<Named>, String> {
    let shown = String::from_utf8_lossy(option);
    let what = if matches!(option, b"arg") {
        "value"
    } else if matches!(option, b"argjson") {
        "text"
    } else {
        "filename"
    };
    let (Some(name), Some(value)) = (name, value) else {
        return Err(format!("--{shown} takes two parameters (e.g. --{shown} varname {what})"));
    };
    let (name, value) = (name.clone(), value.clone());
    Ok(Some(match option {
        b"arg" => Named::Value(name, Value::text(&value)),
        b"argjson" => match parse_one(&value) {
            Ok(value) => Named::Value(name, value),
            Err(_) => return Err("invalid JSON text passed to --argjson".into()),
        },
        b"slurpfile" => Named::Values(name, value),
        _ => Named::Text(name, value),
    }))
}
