//! What `diff` is asked for.

use bytes::Bytes;
use mirage_pattern::Locale;
use mirage_pattern::glob::{self, Glob};
use mirage_pattern::regex::{self, Regex};
use mirage_shell::command::{Arguments, Flag};

use crate::support::Wrong;

const NORMAL: Flag = Flag::long("normal", "output a normal diff (the default)");
const BRIEF: Flag = Flag::new('q', "brief", "report only when files differ");
const SAME: Flag = Flag::new('s', "report-identical-files", "report when two files are the same");
const CONTEXT: Flag = Flag::short('c', "output 3 lines of copied context");
const CONTEXT_LINES: Flag =
    Flag::new('C', "context", "output NUM (default 3) lines of copied context").value("NUM");
const UNIFIED: Flag = Flag::short('u', "output 3 lines of unified context");
const UNIFIED_LINES: Flag =
    Flag::new('U', "unified", "output NUM (default 3) lines of unified context").value("NUM");
const UNIFIED_LONG: Flag = Flag::long("unified", "").optional("NUM");
const CONTEXT_LONG: Flag = Flag::long("context", "").optional("NUM");
const ED: Flag = Flag::new('e', "ed", "output an ed script");
const FORWARD_ED: Flag = Flag::new('f', "forward-ed", "output a script like ed's, from the first change on");
const RCS: Flag = Flag::new('n', "rcs", "output an RCS format diff");
const SIDE: Flag = Flag::new('y', "side-by-side", "output in two columns");
const WIDTH: Flag = Flag::new('W', "width", "output at most NUM (default 130) columns").value("NUM");
const LEFT_COLUMN: Flag = Flag::long("left-column", "output only the left column of common lines");
const SUPPRESS_COMMON: Flag = Flag::long("suppress-common-lines", "do not output common lines");
const FUNCTION: Flag = Flag::new('p', "show-c-function", "show which C function each change is in");
const FUNCTION_LINE: Flag =
    Flag::new('F', "show-function-line", "show the last line matching RE").value("RE");
const LABEL: Flag = Flag::new('L', "label", "use LABEL instead of file name and time").value("LABEL");
const EXPAND: Flag = Flag::new('t', "expand-tabs", "expand tabs to spaces in output");
const INITIAL_TAB: Flag = Flag::new('T', "initial-tab", "make tabs line up by prepending a tab");
const TAB_SIZE: Flag = Flag::long("tabsize", "tab stops every NUM columns (default 8)").value("NUM");
const RECURSIVE: Flag = Flag::new('r', "recursive", "compare subdirectories too");
const NEW_FILE: Flag = Flag::new('N', "new-file", "treat absent files as empty");
const UNIDIRECTIONAL: Flag = Flag::new('P', "unidirectional-new-file", "treat absent first files as empty");
const NO_DEREFERENCE: Flag = Flag::long("no-dereference", "do not follow symbolic links");
const EXCLUDE: Flag = Flag::new('x', "exclude", "leave out files that match PAT").value("PAT");
/// A file of patterns to leave out.
pub const EXCLUDE_FROM: Flag =
    Flag::new('X', "exclude-from", "leave out files that match a pattern in FILE").value("FILE");
const STARTING_FILE: Flag =
    Flag::new('S', "starting-file", "start with FILE when comparing directories").value("FILE");
const IGNORE_CASE: Flag = Flag::new('i', "ignore-case", "ignore the case of letters");
const TAB_EXPANSION: Flag = Flag::new('E', "ignore-tab-expansion", "ignore changes due to tab expansion");
const TRAILING_SPACE: Flag = Flag::new('Z', "ignore-trailing-space", "ignore white space at line end");
const SPACE_CHANGE: Flag =
    Flag::new('b', "ignore-space-change", "ignore changes in the amount of white space");
const ALL_SPACE: Flag = Flag::new('w', "ignore-all-space", "ignore all white space");
const BLANK_LINES: Flag = Flag::new('B', "ignore-blank-lines", "ignore changes where lines are all blank");
const MATCHING: Flag =
    Flag::new('I', "ignore-matching-lines", "ignore changes where all lines match RE").value("RE");
const TEXT: Flag = Flag::new('a', "text", "treat all files as text");
const STRIP_CR: Flag = Flag::long("strip-trailing-cr", "strip carriage returns at line ends");
const MINIMAL: Flag = Flag::new('d', "minimal", "try hard to find a smaller set of changes");
const SPEED: Flag = Flag::new('H', "speed-large-files", "accepted");
const HORIZON: Flag = Flag::long("horizon-lines", "accepted").value("NUM");
const COLOR: Flag = Flag::long("color", "color output: never, always or auto (never here)").optional("WHEN");
/// What `-NUM` is read as: that many lines of context where a style shows them.
const LINES: Flag = Flag::long("obsolete-lines", "").value("NUM");
/// Compare this with every operand.
pub const FROM_FILE: Flag = Flag::long("from-file", "compare FILE1 to all operands").value("FILE1");
/// Compare every operand with this.
pub const TO_FILE: Flag = Flag::long("to-file", "compare all operands to FILE2").value("FILE2");

/// Every option, in the order of the help.
pub const FLAGS: &[Flag] = &[
    NORMAL,
    BRIEF,
    SAME,
    CONTEXT,
    Flag { long: None, ..CONTEXT_LINES },
    CONTEXT_LONG,
    UNIFIED,
    Flag { long: None, ..UNIFIED_LINES },
    UNIFIED_LONG,
    ED,
    FORWARD_ED,
    RCS,
    SIDE,
    WIDTH,
    LEFT_COLUMN,
    SUPPRESS_COMMON,
    FUNCTION,
    FUNCTION_LINE,
    LABEL,
    EXPAND,
    INITIAL_TAB,
    TAB_SIZE,
    RECURSIVE,
    NEW_FILE,
    UNIDIRECTIONAL,
    NO_DEREFERENCE,
    EXCLUDE,
    EXCLUDE_FROM,
    STARTING_FILE,
    IGNORE_CASE,
    TAB_EXPANSION,
    TRAILING_SPACE,
    SPACE_CHANGE,
    ALL_SPACE,
    BLANK_LINES,
    MATCHING,
    TEXT,
    STRIP_CR,
    MINIMAL,
    SPEED,
    HORIZON,
    COLOR,
    LINES,
    FROM_FILE,
    TO_FILE,
];

/// How differences are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Normal,
    Brief,
    Context,
    Unified,
    Ed,
    ForwardEd,
    Rcs,
    SideBySide,
}

/// Which white space does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhiteSpace {
    Counts,
    TabExpansion,
    Trailing,
    Change,
    All,
}

/// What `diff` is asked for.
pub struct Options {
    pub style: Style,
    /// Lines of context.
    pub context: usize,
    pub same: bool,
    pub width: usize,
    pub left_column: bool,
    pub suppress_common: bool,
    pub function: Option<Regex>,
    pub labels: Vec<Bytes>,
    pub expand_tabs: bool,
    pub initial_tab: bool,
    pub tab_size: usize,
    pub recursive: bool,
    pub new_file: bool,
    pub unidirectional: bool,
    pub dereference: bool,
    pub exclude: Vec<Glob>,
    /// Names before this one are passed by, in the directories that are operands.
    pub starting_file: Option<Bytes>,
    pub ignore_case: bool,
    pub white_space: WhiteSpace,
    pub blank_lines: bool,
    pub matching: Option<Regex>,
    pub text: bool,
    pub strip_cr: bool,
    pub minimal: bool,
    pub color: bool,
    pub locale: Locale,
}

impl Options {
    /// Reads the options; an error is GNU's message.
    pub fn read(arguments: &Arguments, locale: Locale) -> Result<Options, Wrong> {
        let (style, context) = style(arguments).map_err(Wrong::Usage)?;
        let number = |flag: Flag, what: &str, default: usize| match arguments.value(flag) {
            None => Ok(default),
            Some(text) => parse(text)
                .filter(|value| *value > 0)
                .ok_or_else(|| [b"invalid ", what.as_bytes(), b" '", text, b"'"].concat()),
        };
        let color = match arguments.value(COLOR).map(|when| &when[..]) {
            None => arguments.has(COLOR) && arguments.value(COLOR).is_some(),
            Some(b"always") => true,
            Some(b"never" | b"auto") => false,
            Some(other) => return Err(Wrong::Usage([b"invalid color '", other, b"'"].concat())),
        };
        let white_space = match arguments {
            arguments if arguments.has(ALL_SPACE) => WhiteSpace::All,
            arguments if arguments.has(SPACE_CHANGE) => WhiteSpace::Change,
            arguments if arguments.has(TRAILING_SPACE) => WhiteSpace::Trailing,
            arguments if arguments.has(TAB_EXPANSION) => WhiteSpace::TabExpansion,
            _ => WhiteSpace::Counts,
        };
        if arguments.values(LABEL).count() > 2 {
            return Err(Wrong::Plain(b"too many file label options".to_vec()));
        }
        let exclude: Result<Vec<Glob>, Vec<u8>> =
            arguments.values(EXCLUDE).map(|pattern| name_pattern(pattern, locale)).collect();
        let functions: Vec<&[u8]> = match arguments.has(FUNCTION) {
            true => vec![b"^[[:alpha:]$_]"],
            false => arguments.values(FUNCTION_LINE).map(|pattern| &pattern[..]).collect(),
        };
        let matching: Vec<&[u8]> = arguments.values(MATCHING).map(|pattern| &pattern[..]).collect();
        Ok(Options {
            style,
            context,
            same: arguments.has(SAME),
            width: number(WIDTH, "width", 130).map_err(Wrong::Usage)?,
            left_column: arguments.has(LEFT_COLUMN),
            suppress_common: arguments.has(SUPPRESS_COMMON),
            function: any_of(&functions, locale)?,
            labels: arguments.values(LABEL).cloned().collect(),
            expand_tabs: arguments.has(EXPAND),
            initial_tab: arguments.has(INITIAL_TAB),
            tab_size: number(TAB_SIZE, "tabsize", 8).map_err(Wrong::Usage)?,
            recursive: arguments.has(RECURSIVE),
            new_file: arguments.has(NEW_FILE),
            unidirectional: arguments.has(UNIDIRECTIONAL),
            dereference: !arguments.has(NO_DEREFERENCE),
            exclude: exclude.map_err(Wrong::Usage)?,
            starting_file: arguments.value(STARTING_FILE).cloned(),
            ignore_case: arguments.has(IGNORE_CASE),
            white_space,
            blank_lines: arguments.has(BLANK_LINES),
            matching: any_of(&matching, locale)?,
            text: arguments.has(TEXT),
            strip_cr: arguments.has(STRIP_CR),
            minimal: arguments.has(MINIMAL),
            color,
            locale,
        })
    }
}

/// A pattern of names to leave out.
pub fn name_pattern(pattern: &[u8], locale: Locale) -> Result<Glob, Vec<u8>> {
    let options = glob::Options { locale, ..glob::Options::fnmatch() };
    Glob::new(pattern, options).map_err(|error| error.to_string().into_bytes())
}

/// Digits among the letters of a word are `-NUM`: `-5`, `-u5`.
pub fn read_line_counts(words: Vec<Bytes>) -> Vec<Bytes> {
    let mut read = Vec::with_capacity(words.len());
    let mut ended = false;
    let mut is_value = false;
    for word in words {
        ended |= word == "--";
        let letters = match word.strip_prefix(b"-") {
            Some(letters) if !ended && !is_value && !letters.starts_with(b"-") => letters,
            _ => &[],
        };
        is_value = letters.last().is_some_and(|last| b"CDFILSUWxX".contains(last));
        let valueless = |byte: &u8| byte.is_ascii_digit() || b"abBcdeEfiHlnNpPqrstTuwyZ".contains(byte);
        if !letters.iter().any(u8::is_ascii_digit) || !letters.iter().all(valueless) {
            read.push(word);
            continue;
        }
        let digits: Vec<u8> = letters.iter().copied().filter(u8::is_ascii_digit).collect();
        let others: Vec<u8> = letters.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect();
        if !others.is_empty() {
            read.push([b"-", &others[..]].concat().into());
        }
        read.push([b"--obsolete-lines=", &digits[..]].concat().into());
    }
    read
}

fn style(arguments: &Arguments) -> Result<(Style, usize), Vec<u8>> {
    let mut style = None;
    // What `-NUM` says counts before the most that the styles ask for.
    let (mut context, mut least) = (None, None);
    for (flag, value) in &arguments.options {
        if *flag == LINES {
            context = value.as_ref().and_then(|text| parse(text));
            continue;
        }
        let chosen = match (flag.short, flag.long) {
            (Some('c' | 'C'), _) | (None, Some("context")) => Style::Context,
            (Some('u' | 'U'), _) | (None, Some("unified")) => Style::Unified,
            (None, Some("normal")) => Style::Normal,
            (Some('e'), _) => Style::Ed,
            (Some('f'), _) => Style::ForwardEd,
            (Some('n'), _) => Style::Rcs,
            (Some('y'), _) => Style::SideBySide,
            (Some('q'), _) => {
                style.get_or_insert(Style::Brief);
                continue;
            }
            // Asking for the function means asking for context.
            (Some('p'), _) => match style {
                None => Style::Context,
                Some(_) => continue,
            },
            _ => continue,
        };
        if let Style::Context | Style::Unified = chosen {
            let lines = match value {
                Some(text) => {
                    parse(text).ok_or_else(|| [b"invalid context length '", &text[..], b"'"].concat())?
                }
                None => 3,
            };
            least = least.max(Some(lines));
        }
        match style {
            Some(before) if before != chosen && before != Style::Brief => {
                return Err(b"conflicting output style options".to_vec());
            }
            _ => style = Some(chosen),
        }
    }
    // Brief is about what is printed, whatever the style.
    let brief = arguments.has(BRIEF);
    let style = if brief { Style::Brief } else { style.unwrap_or(Style::Normal) };
    Ok((style, context.or(least).unwrap_or(3)))
}

fn any_of(patterns: &[&[u8]], locale: Locale) -> Result<Option<Regex>, Wrong> {
    if patterns.is_empty() {
        return Ok(None);
    }
    let options = regex::Options { locale, ..regex::Options::grep(regex::Syntax::Basic) };
    match Regex::set(patterns, &options) {
        Ok(regex) => Ok(Some(regex)),
        Err(error) => {
            let text = error.to_string();
            let text = if text.starts_with("Unmatched [") { "Invalid regular expression" } else { &text };
            Err(Wrong::Plain([patterns[0], b": ", text.as_bytes()].concat()))
        }
    }
}

fn parse(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The options as they were given, for `diff -rN d1/f d2/f`.
pub fn shown(words: &[Bytes]) -> Vec<u8> {
    words
        .iter()
        .flat_map(|word| [b" ".to_vec(), crate::support::quote_if_needed(word, Locale::C)].concat())
        .collect()
}
