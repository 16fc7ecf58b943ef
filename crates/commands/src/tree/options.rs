//! What a call of `tree` asks for. Its options are read in a way of their own: letters of one word may each take the words
//! that follow.

use bytes::Bytes;
use mirage_pattern::glob::{Glob, Options as GlobOptions};
use mirage_shell::command::{Context, Locale};

use super::HERE;
use crate::support::Wrong;

/// In which form the tree is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Json,
}

/// What entries are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Nothing,
    Name,
    Version,
    Size,
    Modified,
    Changed,
}

/// What comes first in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    Neither,
    Directories,
    Files,
}

/// How characters that are not printable are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    Escaped,
    QuestionMarks,
    AsTheyAre,
}

/// How sizes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sizes {
    None,
    Bytes,
    /// In powers of this.
    Human(u64),
}

/// The characters of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    Ascii,
    Unicode,
}

/// A pattern of `-P` or `-I`.
pub struct Pattern {
    glob: Glob,
    only_directories: bool,
}

/// Everything a call asks for.
pub struct Options {
    pub starts: Vec<Bytes>,
    pub form: Form,
    pub all: bool,
    pub only_directories: bool,
    pub follow: bool,
    pub full_paths: bool,
    pub same_mount: bool,
    pub most_depth: usize,
    pub shown: Vec<Pattern>,
    pub ignored: Vec<Pattern>,
    pub match_directories: bool,
    pub prune: bool,
    pub most_entries: usize,
    pub report: bool,
    pub lines: Lines,
    pub indent: bool,
    pub metadata_first: bool,
    pub odd: Odd,
    pub quoted: bool,
    pub protections: bool,
    pub owner: bool,
    pub group: bool,
    pub sizes: Sizes,
    pub disk_usage: bool,
    /// The form of times, where they are shown.
    pub time: Option<Vec<u8>>,
    pub classify: bool,
    pub inodes: bool,
    pub devices: bool,
    pub sort: Sort,
    pub reverse: bool,
    pub first: First,
    pub color: bool,
    pub output: Option<Bytes>,
}

/// Options while their words are read.
struct Reader {
    options: Options,
    shown: Vec<Bytes>,
    ignored: Vec<Bytes>,
    ignore_case: bool,
    with_time: bool,
    time_format: Option<Vec<u8>>,
    human: Option<u64>,
    locale: Locale,
}

impl Options {
    pub fn read(words: &[Bytes], context: &Context) -> Result<Options, Wrong> {
        let mut reader = Reader::new(context.locale());
        let mut rest = words.iter();
        let mut only_operands = false;
        while let Some(word) = rest.next() {
            match &word[..] {
                b"--" if !only_operands => only_operands = true,
                [b'-', b'-', ..] if !only_operands => reader.long(word, &mut rest)?,
                [b'-', letters @ ..] if !only_operands && !letters.is_empty() => {
                    for &letter in letters {
                        reader.letter(letter, &mut rest)?;
                    }
                }
                _ => reader.options.starts.push(word.clone()),
            }
        }
        reader.finish()
    }

    /// Whether more than names and kinds must be known of each entry.
    pub fn needs_metadata(&self) -> bool {
        self.protections
            || self.owner
            || self.group
            || self.sizes != Sizes::None
            || self.disk_usage
            || self.time.is_some()
            || self.classify
            || self.inodes
            || self.devices
            || self.color
            || matches!(self.sort, Sort::Size | Sort::Modified | Sort::Changed)
    }
}

type Words<'a> = std::slice::Iter<'a, Bytes>;

impl Reader {
    fn new(locale: Locale) -> Self {
        let options = Options {
            starts: Vec::new(),
            form: Form::Text,
            all: false,
            only_directories: false,
            follow: false,
            full_paths: false,
            same_mount: false,
            most_depth: usize::MAX,
            shown: Vec::new(),
            ignored: Vec::new(),
            match_directories: false,
            prune: false,
            most_entries: 0,
            report: true,
            lines: if locale == Locale::Utf8 { Lines::Unicode } else { Lines::Ascii },
            indent: true,
            metadata_first: false,
            odd: Odd::Escaped,
            quoted: false,
            protections: false,
            owner: false,
            group: false,
            sizes: Sizes::None,
            disk_usage: false,
            time: None,
            classify: false,
            inodes: false,
            devices: false,
            sort: Sort::Name,
            reverse: false,
            first: First::Neither,
            color: false,
            output: None,
        };
        Reader {
            options,
            shown: Vec::new(),
            ignored: Vec::new(),
            ignore_case: false,
            with_time: false,
            time_format: None,
            human: None,
            locale,
        }
    }

    fn letter(&mut self, letter: u8, rest: &mut Words<'_>) -> Result<(), Wrong> {
        let argument = |rest: &mut Words<'_>| {
            let missing =
                || Wrong::Plain(format!("Missing argument to -{} option.", char::from(letter)).into());
            rest.next().cloned().ok_or_else(missing)
        };
        let options = &mut self.options;
        match letter {
            b'a' => options.all = true,
            b'd' => options.only_directories = true,
            b'l' => options.follow = true,
            b'f' => options.full_paths = true,
            b'x' => options.same_mount = true,
            b'i' => options.indent = false,
            b'N' => options.odd = Odd::AsTheyAre,
            b'q' => options.odd = Odd::QuestionMarks,
            b'Q' => options.quoted = true,
            b'p' => options.protections = true,
            b'u' => options.owner = true,
            b'g' => options.group = true,
            b's' => options.sizes = Sizes::Bytes,
            b'h' => self.human = Some(1024),
            b'D' => self.with_time = true,
            b'F' => options.classify = true,
            b't' => options.sort = Sort::Modified,
            b'c' => options.sort = Sort::Changed,
            b'v' => options.sort = Sort::Version,
            b'U' => options.sort = Sort::Nothing,
            b'r' => options.reverse = true,
            b'n' => {}
            b'C' => options.color = true,
            b'J' => options.form = Form::Json,
            b'L' => {
                let value = argument(rest)?;
                let level = std::str::from_utf8(&value).ok().and_then(|text| text.parse::<usize>().ok());
                options.most_depth = level
                    .filter(|&level| level > 0)
                    .ok_or_else(|| Wrong::Plain(b"Invalid level, must be greater than 0.".to_vec()))?;
            }
            b'P' => self.shown.push(argument(rest)?),
            b'I' => self.ignored.push(argument(rest)?),
            b'o' => options.output = Some(argument(rest)?),
            b'A' | b'H' | b'R' | b'S' | b'T' | b'X' => {
                let message = format!(
                    "-{} is not supported here: its output is for other programs or terminals",
                    char::from(letter)
                );
                return Err(Wrong::Plain(message.into()));
            }
            _ => return Err(Wrong::Usage([b"Invalid argument -`", &[letter][..], b"'."].concat())),
        }
        Ok(())
    }

    fn long(&mut self, word: &Bytes, rest: &mut Words<'_>) -> Result<(), Wrong> {
        let text = String::from_utf8_lossy(word).into_owned();
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(Bytes::copy_from_slice(value.as_bytes()))),
            None => (text.clone(), None),
        };
        let argument = |rest: &mut Words<'_>| {
            let missing = || Wrong::Plain(format!("Missing argument to {name}").into());
            attached.clone().or_else(|| rest.next().cloned()).ok_or_else(missing)
        };
        let options = &mut self.options;
        match &name[..] {
            "--noreport" => options.report = false,
            "--dirsfirst" => options.first = First::Directories,
            "--filesfirst" => options.first = First::Files,
            "--prune" => options.prune = true,
            "--ignore-case" => self.ignore_case = true,
            "--matchdirs" => options.match_directories = true,
            "--metafirst" => options.metadata_first = true,
            "--inodes" => options.inodes = true,
            "--device" => options.devices = true,
            "--du" => options.disk_usage = true,
            "--si" => self.human = Some(1000),
            "--nolinks" => {}
            "--charset" => {
                let charset = argument(rest)?.to_ascii_lowercase();
                options.lines = match &charset[..] {
                    b"utf-8" | b"utf8" => Lines::Unicode,
                    _ => Lines::Ascii,
                };
            }
            "--timefmt" => self.time_format = Some(argument(rest)?.to_vec()),
            "--filelimit" => {
                let value = argument(rest)?;
                options.most_entries =
                    std::str::from_utf8(&value).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
            }
            "--sort" => {
                let value = argument(rest)?;
                options.sort = match &value[..] {
                    b"name" => Sort::Name,
                    b"version" => Sort::Version,
                    b"size" => Sort::Size,
                    b"mtime" => Sort::Modified,
                    b"ctime" => Sort::Changed,
                    _ => {
                        let end = b"' not valid, should be one of: name,version,size,mtime,ctime";
                        return Err(Wrong::Plain([b"Sort type '", &value[..], end].concat()));
                    }
                };
            }
            "--gitignore" | "--gitfile" | "--info" | "--infofile" | "--fromfile" | "--fflinks"
            | "--hintro" | "--houtro" => {
                return Err(Wrong::Plain(format!("{name} is not supported here").into()));
            }
            _ => return Err(Wrong::Usage(format!("Invalid argument `{text}'.").into())),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Options, Wrong> {
        let glob =
            GlobOptions { ignore_case: self.ignore_case, locale: self.locale, ..GlobOptions::fnmatch() };
        let patterns = |texts: &[Bytes]| -> Vec<Pattern> {
            let parts = texts.iter().flat_map(|text| text.split(|&byte| byte == b'|'));
            parts
                .filter_map(|part| {
                    let name = part.strip_suffix(b"/");
                    // The one error is about groups, which these patterns do not have.
                    let glob = Glob::new(name.unwrap_or(part), glob).ok()?;
                    Some(Pattern { glob, only_directories: name.is_some() })
                })
                .collect()
        };
        self.options.shown = patterns(&self.shown);
        self.options.ignored = patterns(&self.ignored);
        if let Some(base) = self.human {
            self.options.sizes = Sizes::Human(base);
        } else if self.options.disk_usage && self.options.sizes == Sizes::None {
            self.options.sizes = Sizes::Bytes;
        }
        if self.with_time || self.time_format.is_some() {
            self.options.time = Some(self.time_format.unwrap_or_default());
        }
        if self.options.starts.is_empty() {
            self.options.starts.push(HERE);
        }
        Ok(self.options)
    }
}

impl Pattern {
    /// Whether it matches an entry.
    pub fn matches(&self, name: &[u8], is_directory: bool) -> bool {
        (is_directory || !self.only_directories) && self.glob.is_match(name)
    }
}
