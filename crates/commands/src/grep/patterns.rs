//! The patterns, from arguments and files.

use mirage_pattern::lines::LineSearcher;
use mirage_pattern::regex::{Options, Syntax};
use mirage_pattern::{Error, ErrorKind};
use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::Result;

use super::include::{Rule, glob};
use super::settings::{Failure, PatternSource, Settings};
use crate::support::{open_input, read_list};

/// Compiles all patterns to one searcher, and reads the files of `--exclude-from`.
pub async fn compile(settings: &mut Settings, io: &Io, context: &Context) -> Result<LineSearcher, Failure> {
    read_rules(settings, io, context).await?;
    let mut texts: Vec<Vec<u8>> = Vec::new();
    for source in &settings.patterns {
        match source {
            PatternSource::Text(text) => texts.push(text.to_vec()),
            PatternSource::File(name) => {
                let mut text = read(name, io, context).await.map_err(|error| unreadable(name, &error))?;
                let is_empty = text.is_empty();
                text.pop_if(|last| *last == b'\n');
                // An empty file holds no pattern; one with an empty line the empty pattern.
                texts.extend((!is_empty).then_some(text));
            }
        }
    }
    let patterns: Vec<&[u8]> = texts.iter().flat_map(|text| text.split(|&byte| byte == b'\n')).collect();
    if settings.syntax == Syntax::Perl && patterns.len() > 1 {
        return Err(Failure::Message(b"the -P option only supports a single pattern".to_vec()));
    }
    let options = Options {
        ignore_case: settings.ignore_case,
        word: settings.word,
        line: settings.line,
        terminator: settings.terminator,
        locale: context.locale(),
        ..Options::grep(settings.syntax)
    };
    LineSearcher::new(&patterns, &options).map_err(|error| Failure::Message(message(&error)))
}

fn message(error: &Error) -> Vec<u8> {
    match error.kind() {
        ErrorKind::UnmatchedGroupEnd => b"Unmatched ) or \\)".to_vec(),
        _ => error.to_string().into_bytes(),
    }
}

async fn read_rules(settings: &mut Settings, io: &Io, context: &Context) -> Result<(), Failure> {
    let mut rules = Vec::new();
    for rule in std::mem::take(&mut settings.rules) {
        let Rule::ExcludeFrom(name) = rule else {
            rules.push(rule);
            continue;
        };
        let text = read(&name, io, context).await.map_err(|error| unreadable(&name, &error))?;
        let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end);
        rules.extend(lines.filter(|line| !line.is_empty()).filter_map(glob).map(Rule::Exclude));
    }
    settings.rules = rules;
    Ok(())
}

fn unreadable(name: &[u8], error: &mirage_vfs::Error) -> Failure {
    Failure::Message([name, b": ", error.to_string().as_bytes()].concat())
}

async fn read(name: &[u8], io: &Io, context: &Context) -> Result<Vec<u8>> {
    let input = open_input(context, io, name).await?;
    Ok(read_list(&input, &context.call, |byte| byte == b'\n').await?.text.to_vec())
}
