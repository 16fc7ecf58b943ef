//! What a call of `du` asks for.

use bytes::Bytes;
use mirage_pattern::glob::{Glob, Options as GlobOptions};
use mirage_shell::command::{Arguments, Context};
use mirage_shell::io::Io;
use mirage_vfs::{Entry, Time};

use super::{
    ALL, APPARENT_SIZE, BLOCK_SIZE, BYTES, COUNT_LINKS, EXCLUDE, EXCLUDE_FROM, FOLLOW, FOLLOW_OPERANDS,
    FOLLOW_OPERANDS_TOO, HUMAN, INODES, KIBIBYTES, MAX_DEPTH, MEBIBYTES, NO_FOLLOW, NULL, ONE_FILE_SYSTEM,
    SEPARATE, SI, SUMMARIZE, THRESHOLD, TIME, TIME_STYLE,
};
use crate::support::{
    BlockSize, Choices, Whole, Wrong, choose, number_message, parse_size, quote, quote_if_needed,
};

/// Which links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    Never,
    Operands,
    Always,
}

/// Which time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Modified,
    Accessed,
    Changed,
}

impl Clock {
    pub fn of(self, entry: &Entry) -> Option<Time> {
        match self {
            Clock::Modified => entry.modified,
            Clock::Accessed => entry.accessed,
            Clock::Changed => entry.changed,
        }
    }
}

/// Everything a call asks for.
pub struct Options {
    pub all: bool,
    pub apparent: bool,
    pub inodes: bool,
    pub block_size: BlockSize,
    pub count_links: bool,
    pub separate: bool,
    pub same_mount: bool,
    pub following: Following,
    /// Entries deeper than this are counted and not shown.
    pub most_depth: usize,
    /// Smaller entries are not shown; larger ones, when negative.
    pub threshold: i128,
    pub excluded: Vec<Glob>,
    pub clock: Option<Clock>,
    pub time_format: Vec<u8>,
    pub end: u8,
    pub warnings: Vec<Vec<u8>>,
}

const CLOCKS: &Choices<Clock> =
    &[(&["atime", "access", "use"], Clock::Accessed), (&["ctime", "status"], Clock::Changed)];

const STYLES: &Choices<&str> =
    &[(&["full-iso"], "%Y-%m-%d %H:%M:%S.%N %z"), (&["long-iso"], "%Y-%m-%d %H:%M"), (&["iso"], "%Y-%m-%d")];

impl Options {
    pub async fn read(arguments: &Arguments, io: &Io, context: &Context) -> Result<Options, Wrong> {
        let locale = context.locale();
        let mut options = Options {
            all: arguments.has(ALL),
            apparent: arguments.has(APPARENT_SIZE) || arguments.has(BYTES),
            inodes: arguments.has(INODES),
            block_size: block_size(arguments, context)?,
            count_links: arguments.has(COUNT_LINKS),
            separate: arguments.has(SEPARATE),
            same_mount: arguments.has(ONE_FILE_SYSTEM),
            following: match arguments.last_of(&[FOLLOW, FOLLOW_OPERANDS, FOLLOW_OPERANDS_TOO, NO_FOLLOW]) {
                Some(FOLLOW) => Following::Always,
                Some(FOLLOW_OPERANDS | FOLLOW_OPERANDS_TOO) => Following::Operands,
                _ => Following::Never,
            },
            most_depth: usize::MAX,
            threshold: 0,
            excluded: Vec::new(),
            clock: None,
            time_format: b"%Y-%m-%d %H:%M".to_vec(),
            end: if arguments.has(NULL) { 0 } else { b'\n' },
            warnings: Vec::new(),
        };
        options.read_depth(arguments, context)?;
        if let Some(text) = arguments.value(THRESHOLD) {
            options.threshold = threshold(text)?;
        }
        for pattern in arguments.values(EXCLUDE) {
            options.exclude(pattern, context);
        }
        for file in arguments.values(EXCLUDE_FROM) {
            options.exclude_from(file, io, context).await?;
        }
        if arguments.has(TIME) {
            options.clock = Some(match arguments.value(TIME) {
                None => Clock::Modified,
                Some(word) => choose(word, CLOCKS, "--time", locale).map_err(Wrong::Usage)?,
            });
            let style = arguments.value(TIME_STYLE).or_else(|| context.environment.get(b"TIME_STYLE"));
            if let Some(style) = style {
                options.time_format = time_format(style, context)?;
            }
        }
        if options.inodes {
            if options.apparent {
                options
                    .warnings
                    .push(b"options --apparent-size and -b are ineffective with --inodes".to_vec());
            }
            options.block_size = match options.block_size {
                BlockSize::Human(base) => BlockSize::Human(base),
                BlockSize::Units(..) => BlockSize::units(1),
            };
        }
        Ok(options)
    }

    fn read_depth(&mut self, arguments: &Arguments, context: &Context) -> Result<(), Wrong> {
        let summarize = arguments.has(SUMMARIZE);
        if summarize && self.all {
            return Err(Wrong::Usage(b"cannot both summarize and show all entries".to_vec()));
        }
        let depth = match arguments.value(MAX_DEPTH) {
            None => None,
            Some(text) => {
                let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
                let depth = std::str::from_utf8(text)
                    .ok()
                    .filter(|_| digits)
                    .map(|text| text.parse().unwrap_or(usize::MAX));
                let message = || [b"invalid maximum depth ", &quote(text, context.locale())[..]].concat();
                Some(depth.ok_or_else(|| Wrong::Usage(message()))?)
            }
        };
        match (summarize, depth) {
            (true, Some(0)) => {
                self.warnings.push(b"summarizing is the same as using --max-depth=0".to_vec());
                self.most_depth = 0;
            }
            (true, Some(depth)) => {
                let message = format!("warning: summarizing conflicts with --max-depth={depth}");
                return Err(Wrong::Usage(message.into_bytes()));
            }
            (true, None) => self.most_depth = 0,
            (false, depth) => self.most_depth = depth.unwrap_or(usize::MAX),
        }
        Ok(())
    }

    fn exclude(&mut self, pattern: &[u8], context: &Context) {
        let options = GlobOptions { locale: context.locale(), ..GlobOptions::fnmatch() };
        // The one error is about groups, which these patterns do not have.
        self.excluded.extend(Glob::new(pattern, options));
    }

    async fn exclude_from(&mut self, file: &Bytes, io: &Io, context: &Context) -> Result<(), Wrong> {
        let read = super::read_items(file, b'\n', io, context).await;
        let Whole { text, held: _held } = read.map_err(|error| {
            let name = quote_if_needed(file, context.locale());
            Wrong::Usage([&name[..], b": ", error.to_string().as_bytes()].concat())
        })?;
        for line in text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
            self.exclude(line, context);
        }
        Ok(())
    }

    /// Whether any path may be left out.
    pub fn excludes_any(&self) -> bool {
        !self.excluded.is_empty()
    }

    /// Whether a path is left out: a pattern matches it, or its end after some slash.
    pub fn excludes(&self, path: &[u8]) -> bool {
        let ends = || {
            let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at + 1);
            std::iter::once(0).chain(slashes)
        };
        self.excluded.iter().any(|pattern| ends().any(|at| pattern.is_match(&path[at..])))
    }
}

fn block_size(arguments: &Arguments, context: &Context) -> Result<BlockSize, Wrong> {
    let mut size = None;
    for (flag, value) in &arguments.options {
        match *flag {
            BYTES => size = Some(BlockSize::units(1)),
            KIBIBYTES => size = Some(BlockSize::units(1 << 10)),
            MEBIBYTES => size = Some(BlockSize::units(1 << 20)),
            HUMAN => size = Some(BlockSize::Human(1024)),
            SI => size = Some(BlockSize::Human(1000)),
            BLOCK_SIZE => {
                let text = value.as_ref().map_or(&b""[..], |value| value);
                let parsed = BlockSize::parse(text);
                size = Some(parsed.map_err(|error| Wrong::Plain(number_message(error, "-B", text)))?);
            }
            _ => {}
        }
    }
    let environment = &context.environment;
    let default = || BlockSize::from_environment(environment, b"DU_BLOCK_SIZE");
    Ok(size.or_else(default).unwrap_or_else(|| BlockSize::default_of(environment)))
}

fn threshold(text: &Bytes) -> Result<i128, Wrong> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, &text[..]),
    };
    let size = parse_size(digits, b"KMGTPEZY");
    let size = size.map_err(|error| Wrong::Plain(number_message(error, "-t", text)))?;
    if negative && size == 0 {
        return Err(Wrong::Plain(b"invalid --threshold argument '-0'".to_vec()));
    }
    Ok(if negative { -i128::from(size) } else { size.into() })
}

fn time_format(style: &[u8], context: &Context) -> Result<Vec<u8>, Wrong> {
    if let Some(format) = style.strip_prefix(b"+") {
        return Ok(format.split(|&byte| byte == b'\n').next().unwrap_or_default().to_vec());
    }
    let mut style = style;
    while let Some(rest) = style.strip_prefix(b"posix-") {
        style = rest;
    }
    if style == b"locale" {
        return Ok(b"%Y-%m-%d %H:%M".to_vec());
    }
    let format = choose(style, STYLES, "time style", context.locale()).map_err(Wrong::Usage)?;
    Ok(format.as_bytes().to_vec())
}
