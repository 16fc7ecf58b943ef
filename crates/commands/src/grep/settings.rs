//! What the options ask for.

use bytes::Bytes;
use mirage_pattern::regex::Syntax;
use mirage_shell::command::{Arguments, Context, Effect, Extent, Flag, Plan, PlanContext, Shape};

use super::color::Colors;
use super::flags::*;
use super::include::Rule;
use crate::support::choose;

/// How a run is to search and print.
#[derive(Debug)]
pub struct Settings {
    pub syntax: Syntax,
    pub patterns: Vec<PatternSource>,
    pub ignore_case: bool,
    pub word: bool,
    pub line: bool,
    pub terminator: u8,
    pub invert: bool,
    pub messages: bool,
    pub quiet: bool,
    pub list: List,
    pub count: bool,
    pub only_matching: bool,
    pub max_count: Option<u64>,
    pub before: u64,
    pub after: u64,
    /// Whether context was asked for, be it none: groups are then told apart.
    pub has_groups: bool,
    pub group_separator: Option<Bytes>,
    pub byte_offset: bool,
    pub line_number: bool,
    pub line_buffered: bool,
    /// Whether names are printed with lines; where nothing says so, below directories.
    pub with_filename: Option<bool>,
    pub null_after_name: bool,
    pub initial_tab: bool,
    pub label: Bytes,
    pub binary: BinaryFiles,
    pub directories: Directories,
    pub follow: bool,
    pub rules: Vec<Rule>,
    pub colors: Option<Colors>,
    pub warnings: Vec<String>,
}

/// Where patterns come from.
#[derive(Clone, Debug)]
pub enum PatternSource {
    Text(Bytes),
    File(Bytes),
}

/// Whether names of files are printed in place of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    No,
    With,
    Without,
}

/// How files that are not text are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFiles {
    Binary,
    Text,
    WithoutMatch,
}

/// What is done with a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Directories {
    Read,
    Recurse,
    Skip,
}

/// A call that cannot run.
pub enum Failure {
    /// Nothing to search for: how to call is all there is to say.
    NoPattern,
    Message(Vec<u8>),
    /// A word that an option does not know, followed by where to find help.
    Choice(Vec<u8>),
}

fn failure<T>(message: impl Into<Vec<u8>>) -> Result<T, Failure> {
    Err(Failure::Message(message.into()))
}

impl Settings {
    /// The settings and the files to search.
    pub fn new(
        syntax: Syntax,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<(Settings, Vec<Bytes>), Failure> {
        let has = |flag| arguments.has(flag);
        let mut operands = arguments.operands.clone();
        let mut patterns: Vec<PatternSource> = arguments.options.iter().filter_map(pattern_source).collect();
        if patterns.is_empty() {
            if operands.is_empty() {
                return Err(Failure::NoPattern);
            }
            patterns.push(PatternSource::Text(operands.remove(0)));
        }
        let directories = directories(arguments, context)?;
        check_devices(arguments)?;
        let (mut before, mut after) = (None, None);
        let mut around = digits(arguments);
        for (flag, value) in &arguments.options {
            let Some(value) = value else { continue };
            match *flag {
                BEFORE => before = Some(context_length(value)?),
                AFTER => after = Some(context_length(value)?),
                CONTEXT => around = Some(context_length(value)?),
                _ => {}
            }
        }
        let max_count = arguments.value(MAX_COUNT).map(max_count).transpose()?.flatten();
        let list = match arguments.last_of(&[WITH_MATCHES, WITHOUT_MATCH]) {
            Some(WITH_MATCHES) => List::With,
            Some(_) => List::Without,
            None => List::No,
        };
        let with_filename = match arguments.last_of(&[WITH_FILENAME, NO_FILENAME]) {
            Some(flag) => Some(flag == WITH_FILENAME),
            None => (operands.len() > 1).then_some(true),
        };
        let mut warnings = Vec::new();
        if has(UNIX_BYTE_OFFSETS) {
            warnings.push("--unix-byte-offsets (-u) is obsolete".to_owned());
        }
        let colors = Colors::wanted(arguments, context, &mut warnings);
        let only_matching = has(ONLY_MATCHING);
        let no_context = only_matching || has(COUNT) || list != List::No || has(QUIET) || has(SILENT);
        let context_of = |own: Option<u64>| if no_context { 0 } else { own.or(around).unwrap_or(0) };
        Ok((
            Settings {
                syntax: chosen_syntax(syntax, arguments)?,
                patterns,
                ignore_case: matches!(
                    arguments.last_of(&[IGNORE_CASE, OLD_IGNORE_CASE, NO_IGNORE_CASE]),
                    Some(flag) if flag != NO_IGNORE_CASE
                ),
                word: has(WORD),
                line: has(LINE),
                terminator: if has(NULL_DATA) { 0 } else { b'\n' },
                invert: has(INVERT),
                messages: !has(NO_MESSAGES),
                quiet: has(QUIET) || has(SILENT),
                list,
                count: has(COUNT),
                only_matching,
                max_count,
                before: context_of(before),
                after: context_of(after),
                has_groups: !no_context && before.or(after).or(around).is_some(),
                group_separator: match arguments.last_of(&[GROUP_SEPARATOR, NO_GROUP_SEPARATOR]) {
                    Some(NO_GROUP_SEPARATOR) => None,
                    Some(_) => arguments.value(GROUP_SEPARATOR).cloned(),
                    None => Some(Bytes::from_static(b"--")),
                },
                byte_offset: has(BYTE_OFFSET),
                line_number: has(LINE_NUMBER),
                line_buffered: has(LINE_BUFFERED),
                with_filename,
                null_after_name: has(NULL),
                initial_tab: has(INITIAL_TAB),
                label: arguments.value(LABEL).cloned().unwrap_or(Bytes::from_static(b"(standard input)")),
                binary: binary_files(arguments)?,
                directories,
                follow: arguments.last_of(&[RECURSIVE, DEREFERENCE]) == Some(DEREFERENCE),
                rules: Rule::all(arguments),
                colors,
                warnings,
            },
            operands,
        ))
    }

    /// Whether lines are printed, not names, counts or nothing.
    pub fn prints_lines(&self) -> bool {
        !self.quiet && !self.count && self.list == List::No
    }

    /// Whether the first selected line settles what is to be known of a file.
    pub fn stops_at_first(&self) -> bool {
        self.quiet || self.list != List::No
    }
}

fn pattern_source((flag, value): &(Flag, Option<Bytes>)) -> Option<PatternSource> {
    let value = value.clone()?;
    match *flag {
        REGEXP => Some(PatternSource::Text(value)),
        FILE => Some(PatternSource::File(value)),
        _ => None,
    }
}

/// The language: that of the name the command is called by, which is as good as an option, or of the options.
fn chosen_syntax(named: Syntax, arguments: &Arguments) -> Result<Syntax, Failure> {
    let mut chosen = Some(named).filter(|named| *named != Syntax::Basic);
    for (flag, _) in &arguments.options {
        let syntax = match *flag {
            EXTENDED => Syntax::Extended,
            FIXED => Syntax::Fixed,
            BASIC => Syntax::Basic,
            PERL => Syntax::Perl,
            _ => continue,
        };
        match chosen {
            Some(other) if other != syntax => return failure("conflicting matchers specified"),
            _ => chosen = Some(syntax),
        }
    }
    Ok(chosen.unwrap_or(named))
}

/// `-NUM`
fn digits(arguments: &Arguments) -> Option<u64> {
    let digit = |(flag, _): &(Flag, Option<Bytes>)| DIGITS.iter().position(|digit| digit == flag);
    let digits = arguments.options.iter().filter_map(digit);
    digits.fold(None, |number: Option<u64>, digit| {
        Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit as u64))
    })
}

fn context_length(text: &Bytes) -> Result<u64, Failure> {
    match number(text) {
        Some(length) => Ok(u64::try_from(length).unwrap_or(0)),
        None => failure([&text[..], b": invalid context length argument"].concat()),
    }
}

/// The limit of selected lines; a negative one is none.
fn max_count(text: &Bytes) -> Result<Option<u64>, Failure> {
    match signed(text) {
        Some(count) => Ok(u64::try_from(count).ok()),
        None => failure("invalid max count"),
    }
}

fn number(text: &[u8]) -> Option<i64> {
    signed(text).filter(|number| *number >= 0)
}

/// A decimal number; one too large counts as the largest.
fn signed(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |number: i64, &digit: &u8| number.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    let number = digits.iter().fold(0, add);
    Some(if text.starts_with(b"-") { -number } else { number })
}

fn binary_files(arguments: &Arguments) -> Result<BinaryFiles, Failure> {
    let mut binary = BinaryFiles::Binary;
    for (flag, value) in &arguments.options {
        binary = match (*flag, value.as_deref()) {
            (TEXT, _) | (BINARY_FILES, Some(b"text")) => BinaryFiles::Text,
            (WITHOUT_BINARY, _) | (BINARY_FILES, Some(b"without-match")) => BinaryFiles::WithoutMatch,
            (BINARY_FILES, Some(b"binary")) => BinaryFiles::Binary,
            (BINARY_FILES, _) => return failure("unknown binary-files type"),
            _ => binary,
        };
    }
    Ok(binary)
}

fn directories(arguments: &Arguments, context: &Context) -> Result<Directories, Failure> {
    use Directories::{Read, Recurse, Skip};
    let mut directories = Read;
    for (flag, value) in &arguments.options {
        directories = match (*flag, value) {
            (RECURSIVE | DEREFERENCE, _) => Recurse,
            (DIRECTORIES, Some(value)) => {
                let choices = &[(&["read"][..], Read), (&["recurse"], Recurse), (&["skip"], Skip)];
                choose(value, choices, "--directories", context.locale()).map_err(Failure::Choice)?
            }
            _ => directories,
        };
    }
    Ok(directories)
}

/// `-D` changes nothing: a device of the host is listed and never opened.
fn check_devices(arguments: &Arguments) -> Result<(), Failure> {
    match arguments.value(DEVICES).map(|value| &value[..]) {
        None | Some(b"read" | b"skip") => Ok(()),
        Some(_) => failure("unknown devices method"),
    }
}

/// What a run reads, by the arguments alone.
pub fn plan(arguments: &Arguments, context: &PlanContext) -> Plan {
    let has_patterns = arguments.has(REGEXP) || arguments.has(FILE);
    let recursive = arguments.has(RECURSIVE)
        || arguments.has(DEREFERENCE)
        || arguments.value(DIRECTORIES).is_some_and(|action| b"recurse".starts_with(action));
    let mut files: Vec<Bytes> = arguments.operands.iter().skip(usize::from(!has_patterns)).cloned().collect();
    if files.is_empty() {
        files.push(Bytes::from_static(if recursive { b"." } else { b"-" }));
    }
    let stops =
        [QUIET, SILENT, WITH_MATCHES, WITHOUT_MATCH, MAX_COUNT].iter().any(|flag| arguments.has(*flag));
    let prints_at_end = arguments.has(COUNT);
    let extent = if prints_at_end && !stops { Extent::Whole } else { Extent::UntilStopped };
    let scripts = arguments.values(FILE).chain(arguments.values(EXCLUDE_FROM)).filter(|name| *name != "-");
    let mut effects: Vec<Effect> = scripts
        .map(|name| Effect::Read { path: context.path(name), extent: Extent::Whole, recursive: false })
        .collect();
    for file in files.iter().filter(|file| *file != "-") {
        let path = context.path(file);
        if recursive {
            effects.push(Effect::List { path: path.clone(), recursive });
        }
        effects.push(Effect::Read { path, extent, recursive });
    }
    let stdin = if files.iter().any(|file| file == "-") { extent } else { Extent::None };
    Plan { effects, stdin, stdout: Shape::Unknown }
}
