//! What a call of `ls` asks for.

use bytes::Bytes;
use mirage_pattern::glob::{Glob, Options as GlobOptions};
use mirage_shell::command::{Arguments, Context, Flag, Locale};

use super::flags::{self as flag};
use crate::support::{BlockSize, Choices, QUOTING_STYLES, QuotingStyle, choose, number_message, quote};

/// How entries are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Long,
    OnePerLine,
    Columns,
    Across,
    Commas,
}

/// What entries are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Nothing,
    Name,
    Time,
    Size,
    Extension,
    Version,
    Width,
}

/// Which time is shown and sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Modified,
    Accessed,
    Changed,
    /// Of creation, which no resource tells: shown as `?`.
    Born,
}

/// What is appended to names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Indicator {
    Nothing,
    Slash,
    FileType,
    Classify,
}

/// Which links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Following {
    Never,
    OperandsToDirectories,
    Operands,
    Always,
}

/// Which names that start with a dot are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    Ignored,
    AlmostAll,
    All,
}

/// The forms of times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStyle {
    /// Of times in the last half year.
    pub recent: Vec<u8>,
    /// Of others.
    pub old: Vec<u8>,
}

/// Everything a call asks for.
pub struct Options {
    pub format: Format,
    pub sort: Sort,
    pub reverse: bool,
    pub directories_first: bool,
    pub clock: Clock,
    pub time_style: TimeStyle,
    pub indicator: Indicator,
    pub following: Following,
    pub hidden: Hidden,
    /// Patterns of names that are never shown.
    pub ignored: Vec<Glob>,
    /// Patterns of names that are shown with `-a` and `-A` only.
    pub hidden_patterns: Vec<Glob>,
    pub recursive: bool,
    /// Directories are shown themselves.
    pub directory: bool,
    pub inode: bool,
    pub blocks: bool,
    pub context: bool,
    pub numeric: bool,
    pub owner: bool,
    pub group: bool,
    pub author: bool,
    /// How `-s` and totals count.
    pub block_size: BlockSize,
    /// How sizes of files count.
    pub file_size: BlockSize,
    pub quoting: QuotingStyle,
    pub question_marks: bool,
    pub color: bool,
    pub hyperlink: bool,
    pub dired: bool,
    /// Columns of a line; 0 is no limit.
    pub width: usize,
    /// Tab stops; 0 is no tabs.
    pub tab_size: usize,
    pub end_of_line: u8,
    /// What the environment says that cannot be understood: told, then ignored.
    pub warnings: Vec<Vec<u8>>,
}

/// Why a call is refused.
pub struct Wrong {
    pub status: u8,
    pub message: Vec<u8>,
    /// Whether it is followed by where to find help.
    pub help: bool,
}

#[derive(Clone, Copy)]
enum When {
    Always,
    Never,
    Auto,
}

const WHEN: &Choices<When> = &[
    (&["always", "yes", "force"], When::Always),
    (&["never", "no", "none"], When::Never),
    // The output is never a terminal.
    (&["auto", "tty", "if-tty"], When::Auto),
];

const FORMATS: &Choices<Format> = &[
    (&["verbose", "long"], Format::Long),
    (&["commas"], Format::Commas),
    (&["horizontal", "across"], Format::Across),
    (&["vertical"], Format::Columns),
    (&["single-column"], Format::OnePerLine),
];

const SORTS: &Choices<Sort> = &[
    (&["none"], Sort::Nothing),
    (&["time"], Sort::Time),
    (&["size"], Sort::Size),
    (&["extension"], Sort::Extension),
    (&["version"], Sort::Version),
    (&["width"], Sort::Width),
];

const CLOCKS: &Choices<Clock> = &[
    (&["atime", "access", "use"], Clock::Accessed),
    (&["ctime", "status"], Clock::Changed),
    (&["birth", "creation"], Clock::Born),
];

const INDICATORS: &Choices<Indicator> = &[
    (&["none"], Indicator::Nothing),
    (&["slash"], Indicator::Slash),
    (&["file-type"], Indicator::FileType),
    (&["classify"], Indicator::Classify),
];

/// Options while they are read: what is decided at the end only.
struct Reader<'a> {
    context: &'a Context,
    locale: Locale,
    options: Options,
    sort: Option<Sort>,
    clock_given: bool,
    following: Option<Following>,
    quoting: Option<QuotingStyle>,
    block_size: Option<BlockSize>,
    kibibytes: bool,
    width: Option<usize>,
    tab_size: Option<usize>,
    time_style: Option<Bytes>,
}

impl Options {
    /// Reads the options of a call; `format` and `quoting` are what the program starts from.
    pub fn read(
        arguments: &Arguments,
        context: &Context,
        format: Format,
        quoting: QuotingStyle,
    ) -> Result<Options, Wrong> {
        let mut reader = Reader::new(context, format);
        for (flag, value) in &arguments.options {
            reader.take(*flag, value.as_ref())?;
        }
        reader.finish(quoting)
    }

    /// Whether more than names and kinds must be known of each entry.
    pub fn needs_metadata(&self) -> bool {
        self.format == Format::Long
            || matches!(self.sort, Sort::Time | Sort::Size)
            || self.blocks
            || self.inode
            || self.context
            || self.color
            || self.indicator == Indicator::Classify
    }
}

impl<'a> Reader<'a> {
    fn new(context: &'a Context, format: Format) -> Self {
        let options = Options {
            format,
            sort: Sort::Name,
            reverse: false,
            directories_first: false,
            clock: Clock::Modified,
            time_style: TimeStyle { recent: b"%b %e %H:%M".to_vec(), old: b"%b %e  %Y".to_vec() },
            indicator: Indicator::Nothing,
            following: Following::Never,
            hidden: Hidden::Ignored,
            ignored: Vec::new(),
            hidden_patterns: Vec::new(),
            recursive: false,
            directory: false,
            inode: false,
            blocks: false,
            context: false,
            numeric: false,
            owner: true,
            group: true,
            author: false,
            block_size: BlockSize::default_of(&context.environment),
            file_size: BlockSize::units(1),
            quoting: QuotingStyle::Literal,
            question_marks: false,
            color: false,
            hyperlink: false,
            dired: false,
            width: 80,
            tab_size: 8,
            end_of_line: b'\n',
            warnings: Vec::new(),
        };
        Reader {
            context,
            locale: context.locale(),
            options,
            sort: None,
            clock_given: false,
            following: None,
            quoting: None,
            block_size: None,
            kibibytes: false,
            width: None,
            tab_size: None,
            time_style: None,
        }
    }

    fn take(&mut self, given: Flag, value: Option<&Bytes>) -> Result<(), Wrong> {
        let attached = value;
        let value: &[u8] = value.map_or(b"", |value| value);
        match given {
            flag::WIDTH => self.width = Some(self.number(value, "line width")?),
            flag::TAB_SIZE => self.tab_size = Some(self.number(value, "tab size")?),
            flag::BLOCK_SIZE => {
                let size = BlockSize::parse(value).map_err(|error| Wrong {
                    status: 2,
                    message: number_message(error, "--block-size", value),
                    help: false,
                })?;
                self.options.file_size = size.clone();
                self.block_size = Some(size);
            }
            flag::HUMAN_READABLE => self.human(1024),
            flag::SI => self.human(1000),
            flag::KIBIBYTES => self.kibibytes = true,
            flag::IGNORE => self.ignore(value),
            flag::IGNORE_BACKUPS => {
                self.ignore(b"*~");
                self.ignore(b".*~");
            }
            flag::HIDE => {
                let glob = self.glob(value);
                self.options.hidden_patterns.extend(glob);
            }
            flag::SORT => self.sort = Some(self.choose(value, SORTS, "--sort")?),
            flag::TIME => {
                self.options.clock = self.choose(value, CLOCKS, "--time")?;
                self.clock_given = true;
            }
            flag::FORMAT => self.options.format = self.choose(value, FORMATS, "--format")?,
            flag::INDICATOR_STYLE => {
                self.options.indicator = self.choose(value, INDICATORS, "--indicator-style")?;
            }
            flag::QUOTING_STYLE => {
                self.quoting = Some(self.choose(value, QUOTING_STYLES, "--quoting-style")?)
            }
            flag::TIME_STYLE => self.time_style = Some(Bytes::copy_from_slice(value)),
            _ => return self.take_word(given, attached),
        }
        Ok(())
    }

    /// The options whose value, if any, says when.
    fn take_word(&mut self, given: Flag, value: Option<&Bytes>) -> Result<(), Wrong> {
        let option = match given {
            flag::COLOR => "--color",
            flag::HYPERLINK => "--hyperlink",
            flag::CLASSIFY => "--classify",
            _ => {
                self.take_plain(given);
                return Ok(());
            }
        };
        let when = match value {
            None => When::Always,
            Some(value) => self.choose(value, WHEN, option)?,
        };
        let always = match when {
            When::Always => true,
            When::Never | When::Auto => false,
        };
        match given {
            flag::COLOR => self.options.color = always,
            flag::HYPERLINK => self.options.hyperlink = always,
            _ if always => self.options.indicator = Indicator::Classify,
            _ => {}
        }
        Ok(())
    }

    fn take_plain(&mut self, given: Flag) {
        let options = &mut self.options;
        match given {
            flag::ALL => options.hidden = Hidden::All,
            flag::ALMOST_ALL => options.hidden = Hidden::AlmostAll,
            flag::AUTHOR => options.author = true,
            flag::DIRECTORY => options.directory = true,
            flag::DIRED => options.dired = true,
            flag::UNSORTED_ALL => {
                options.hidden = Hidden::All;
                self.sort = Some(Sort::Nothing);
                options.blocks = false;
                options.color = false;
                options.hyperlink = false;
                if options.format == Format::Long {
                    options.format = Format::OnePerLine;
                }
            }
            flag::CLASSIFY_ALWAYS => options.indicator = Indicator::Classify,
            flag::FILE_TYPE => options.indicator = Indicator::FileType,
            flag::SLASH => options.indicator = Indicator::Slash,
            flag::FULL_TIME => {
                options.format = Format::Long;
                self.time_style = Some(Bytes::from_static(b"full-iso"));
            }
            flag::LONG => options.format = Format::Long,
            flag::NO_OWNER => (options.format, options.owner) = (Format::Long, false),
            flag::NO_GROUP_LONG => (options.format, options.group) = (Format::Long, false),
            flag::NUMERIC => (options.format, options.numeric) = (Format::Long, true),
            flag::NO_GROUP => options.group = false,
            flag::COLUMNS => options.format = Format::Columns,
            flag::ACROSS => options.format = Format::Across,
            flag::COMMAS => options.format = Format::Commas,
            flag::ONE if options.format != Format::Long => options.format = Format::OnePerLine,
            flag::DIRECTORIES_FIRST => options.directories_first = true,
            flag::FOLLOW => self.following = Some(Following::Always),
            flag::FOLLOW_OPERANDS => self.following = Some(Following::Operands),
            flag::FOLLOW_OPERANDS_TO_DIRECTORIES => self.following = Some(Following::OperandsToDirectories),
            flag::INODE => options.inode = true,
            flag::SIZE => options.blocks = true,
            flag::CONTEXT => options.context = true,
            flag::REVERSE => options.reverse = true,
            flag::RECURSIVE => options.recursive = true,
            flag::BY_SIZE => self.sort = Some(Sort::Size),
            flag::BY_TIME => self.sort = Some(Sort::Time),
            flag::BY_VERSION => self.sort = Some(Sort::Version),
            flag::BY_EXTENSION => self.sort = Some(Sort::Extension),
            flag::UNSORTED => self.sort = Some(Sort::Nothing),
            flag::CHANGED => (options.clock, self.clock_given) = (Clock::Changed, true),
            flag::ACCESSED => (options.clock, self.clock_given) = (Clock::Accessed, true),
            flag::HIDE_CONTROLS => options.question_marks = true,
            flag::SHOW_CONTROLS => options.question_marks = false,
            flag::ESCAPE => self.quoting = Some(QuotingStyle::Escape),
            flag::LITERAL => self.quoting = Some(QuotingStyle::Literal),
            flag::QUOTE_NAME => self.quoting = Some(QuotingStyle::C),
            flag::ZERO => {
                options.end_of_line = 0;
                options.color = false;
                options.hyperlink = false;
                options.question_marks = false;
                self.quoting = Some(QuotingStyle::Literal);
                if options.format != Format::Long {
                    options.format = Format::OnePerLine;
                }
            }
            _ => {}
        }
    }

    fn human(&mut self, base: u64) {
        self.block_size = Some(BlockSize::Human(base));
        self.options.file_size = BlockSize::Human(base);
    }

    fn ignore(&mut self, pattern: &[u8]) {
        let glob = self.glob(pattern);
        self.options.ignored.extend(glob);
    }

    fn glob(&self, pattern: &[u8]) -> Option<Glob> {
        let options = GlobOptions { period: true, locale: self.locale, ..GlobOptions::fnmatch() };
        Glob::new(pattern, options).ok()
    }

    fn choose<T: Copy>(&self, value: &[u8], choices: &Choices<T>, option: &str) -> Result<T, Wrong> {
        choose(value, choices, option, self.locale).map_err(|message| Wrong {
            status: 1,
            message,
            help: true,
        })
    }

    fn number(&self, value: &[u8], what: &str) -> Result<usize, Wrong> {
        parse_number(value).ok_or_else(|| Wrong {
            status: 2,
            message: [b"invalid ", what.as_bytes(), b": ", &quote(value, self.locale)[..]].concat(),
            help: false,
        })
    }

    fn finish(mut self, quoting: QuotingStyle) -> Result<Options, Wrong> {
        let long = self.options.format == Format::Long;
        let by_time = self.clock_given && !long;
        self.options.sort = self.sort.unwrap_or(if by_time { Sort::Time } else { Sort::Name });
        let never = self.options.directory || long || self.options.indicator == Indicator::Classify;
        let default = if never { Following::Never } else { Following::OperandsToDirectories };
        self.options.following = self.following.unwrap_or(default);
        self.finish_sizes();
        self.finish_quoting(quoting);
        self.finish_width();
        if long {
            self.finish_time_style()?;
        }
        let plain_quoting = matches!(self.options.format, Format::Long) && !self.options.hyperlink;
        self.options.dired &= plain_quoting;
        if self.options.color && self.context.environment.get(b"LS_COLORS").is_none_or(Bytes::is_empty) {
            self.options.color = super::color::is_color_terminal(&self.context.environment);
        }
        Ok(self.options)
    }

    fn finish_sizes(&mut self) {
        let environment = &self.context.environment;
        if let Some(size) = self.block_size.take() {
            self.options.block_size = size;
            return;
        }
        if let Some(size) = BlockSize::from_environment(environment, b"LS_BLOCK_SIZE") {
            let both =
                environment.get(b"LS_BLOCK_SIZE").is_some() || environment.get(b"BLOCK_SIZE").is_some();
            if both {
                self.options.file_size = size.clone();
            }
            self.options.block_size = size;
        }
        if self.kibibytes {
            self.options.block_size = BlockSize::units(1024);
        }
    }

    fn finish_quoting(&mut self, default: QuotingStyle) {
        let given = self.context.environment.get(b"QUOTING_STYLE");
        let from_environment = given.and_then(|value| match choose(value, QUOTING_STYLES, "", self.locale) {
            Ok(style) => Some(style),
            Err(_) => {
                let what = b"ignoring invalid value of environment variable QUOTING_STYLE: ";
                self.options.warnings.push([&what[..], &quote(value, self.locale)].concat());
                None
            }
        });
        self.options.quoting = self.quoting.or(from_environment).unwrap_or(default);
    }

    fn finish_width(&mut self) {
        let laid_out = matches!(self.options.format, Format::Columns | Format::Across | Format::Commas);
        let mut from_environment = |name: &str, what: &str| {
            let value = self.context.environment.get(name.as_bytes()).filter(|value| !value.is_empty())?;
            let number = parse_number(value);
            if number.is_none() && laid_out {
                let start = format!("ignoring invalid {what} in environment variable {name}: ");
                self.options.warnings.push([start.as_bytes(), &quote(value, self.locale)].concat());
            }
            number
        };
        let width = self.width.or_else(|| from_environment("COLUMNS", "width"));
        let tab_size = self.tab_size.or_else(|| from_environment("TABSIZE", "tab size"));
        self.options.width = width.unwrap_or(80);
        self.options.tab_size = tab_size.unwrap_or(8);
    }

    fn finish_time_style(&mut self) -> Result<(), Wrong> {
        let given = self.time_style.take().or_else(|| self.context.environment.get(b"TIME_STYLE").cloned());
        let Some(mut style) = given else { return Ok(()) };
        while let Some(rest) = style.strip_prefix(b"posix-") {
            if self.locale == Locale::C {
                return Ok(());
            }
            style = style.slice_ref(rest);
        }
        let options = &mut self.options;
        if let Some(format) = style.strip_prefix(b"+") {
            let mut lines = format.splitn(2, |&byte| byte == b'\n');
            let old = lines.next().unwrap_or_default();
            let recent = lines.next().unwrap_or(old);
            if recent != old && recent.contains(&b'\n') {
                let message = [b"invalid time style format ", &quote(&style[1..], self.locale)[..]].concat();
                return Err(Wrong { status: 2, message, help: false });
            }
            options.time_style = TimeStyle { recent: recent.to_vec(), old: old.to_vec() };
            return Ok(());
        }
        const STYLES: &Choices<Option<(&str, &str)>> = &[
            (&["full-iso"], Some(("%Y-%m-%d %H:%M:%S.%N %z", "%Y-%m-%d %H:%M:%S.%N %z"))),
            (&["long-iso"], Some(("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M"))),
            (&["iso"], Some(("%m-%d %H:%M", "%Y-%m-%d "))),
            (&["locale"], None),
        ];
        match choose(&style, STYLES, "time style", self.locale) {
            Ok(Some((recent, old))) => {
                options.time_style = TimeStyle { recent: recent.into(), old: old.into() }
            }
            Ok(None) => {}
            Err(message) => {
                let first = message.split(|&byte| byte == b'\n').next().unwrap_or_default();
                let rest = "\nValid arguments are:\n  - [posix-]full-iso\n  - [posix-]long-iso\n  - [posix-]iso\n  \
                    - [posix-]locale\n  - +FORMAT (e.g., +%H:%M) for a 'date'-style format";
                return Err(Wrong { status: 2, message: [first, rest.as_bytes()].concat(), help: true });
            }
        }
        Ok(())
    }
}

/// A number, octal with a zero in front; one past counting is no limit.
fn parse_number(text: &[u8]) -> Option<usize> {
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    let radix = if digits.len() > 1 && digits.starts_with(b"0") { 8 } else { 10 };
    if digits.is_empty() || !digits.iter().all(|&digit| char::from(digit).is_digit(radix)) {
        return None;
    }
    Some(usize::from_str_radix(std::str::from_utf8(digits).ok()?, radix).unwrap_or(0))
}
