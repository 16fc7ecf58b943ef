//! `xargs`: runs a command with arguments read from input.

mod items;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Changes, Command, Context, Example, Extent, Flag, Launched, Parsing, Plan, PlanContext, Shape,
    Spec, Status,
};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{OpenOptions, Result};

use crate::support::{Report, quote};
use items::{Item, Items, Splitting};

const NULL: Flag = Flag::new('0', "null", "items end with a zero byte; quotes mean nothing");
const ARG_FILE: Flag =
    Flag::new('a', "arg-file", "read items from FILE instead of standard input").value("FILE");
const DELIMITER: Flag =
    Flag::new('d', "delimiter", "items end with CHARACTER; quotes mean nothing").value("CHARACTER");
const END: Flag = Flag::short('E', "END is the last item, and no item itself").value("END");
const EOF: Flag = Flag::new('e', "eof", "as -E when END is given").optional("END");
const REPLACE: Flag = Flag::short('I', "replace R in the command by each line").value("R");
const REPLACE_OPTIONAL: Flag = Flag::new('i', "replace", "as -I; R is {} when it is not given").optional("R");
const MAX_LINES: Flag = Flag::short('L', "at most N lines a command").value("N");
const LINES: Flag = Flag::new('l', "max-lines", "as -L; N is 1 when it is not given").optional("N");
const MAX_ARGS: Flag = Flag::new('n', "max-args", "at most N items a command").value("N");
const OPEN_TTY: Flag = Flag::new('o', "open-tty", "accepted: there is no terminal to open");
const MAX_PROCS: Flag = Flag::new('P', "max-procs", "accepted: commands run one after the other").value("N");
const INTERACTIVE: Flag =
    Flag::new('p', "interactive", "ask before each command: refused, nobody can answer");
const NO_RUN_IF_EMPTY: Flag = Flag::new('r', "no-run-if-empty", "run nothing when there are no items");
const MAX_CHARS: Flag = Flag::new('s', "max-chars", "at most N bytes a command").value("N");
const VERBOSE: Flag = Flag::new('t', "verbose", "print each command on standard error first");
const EXIT: Flag = Flag::new('x', "exit", "end when a command would be longer than -s allows");

static SPEC: Spec = Spec {
    name: "xargs",
    summary: "Run a command with arguments read from standard input",
    usage: &["[OPTION]... [COMMAND [INITIAL-ARGUMENT]...]"],
    flags: &[
        NULL,
        ARG_FILE,
        DELIMITER,
        END,
        EOF,
        REPLACE,
        REPLACE_OPTIONAL,
        MAX_LINES,
        LINES,
        MAX_ARGS,
        OPEN_TTY,
        MAX_PROCS,
        INTERACTIVE,
        NO_RUN_IF_EMPTY,
        MAX_CHARS,
        VERBOSE,
        EXIT,
    ],
    parsing: Parsing::Leading,
    notes: "Items are separated by blanks and newlines; quotes and backslashes keep them together.\nThe status is 123 when a command failed, 124 when one ended with 255, 126 and 127 when it could not be run.",
    examples: &[
        Example { title: "all in one command", line: "printf 'a\\nb\\n' | xargs echo", output: "a b\n" },
        Example {
            title: "one command a line",
            line: "printf 'a\\nb\\n' | xargs -I{} echo '<{}>'",
            output: "<a>\n<b>\n",
        },
    ],
    ..Spec::DEFAULT
};

/// What a command may hold, its environment aside: GNU's default.
const DEFAULT_BYTES: usize = 128 * 1024;

/// The command.
pub struct Xargs;

impl Command for Xargs {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.values(ARG_FILE).map(|file| mirage_shell::command::Effect::Read {
            path: context.path(file),
            extent: Extent::Whole,
            recursive: false,
        });
        Plan { effects: effects.collect(), stdin: Extent::Whole, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What is said when an item held a zero byte.
const LOST: &[u8] = b"WARNING: a NUL character occurred in the input.  It cannot be passed through in the argument list.  Did you mean to use the --null option?";

/// How items become commands.
struct Batching {
    /// Options that another one made void, for a warning each.
    void: Vec<String>,
    command: Vec<Bytes>,
    replace: Option<Bytes>,
    items: usize,
    lines: usize,
    bytes: usize,
    exact: bool,
    verbose: bool,
    run_empty: bool,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let (batching, splitting) = match read_options(&arguments) {
        Ok(options) => options,
        Err(message) => {
            // What is wrong with a delimiter is all there is to say.
            match message.starts_with(b"Invalid") {
                true => report.fail(1, &[&message]).await,
                false => report.usage(1, &[&message]).await,
            }
            return Ok(report.status());
        }
    };
    for warning in &batching.void {
        report.say(&[warning.as_bytes()]).await;
    }
    let own_input = arguments.value(ARG_FILE).filter(|file| *file != "-");
    let input = match own_input {
        None => io.stdin.clone(),
        Some(file) => match context.open(&io, file, &OpenOptions::reading()).await {
            Ok(input) => input,
            Err(error) => {
                let name = quote(file, context.locale());
                report
                    .fail(1, &[b"Cannot open input file ", &name, b": ", error.to_string().as_bytes()])
                    .await;
                return Ok(report.status());
            }
        },
    };
    // The commands must not eat the items.
    let stdin = if own_input.is_some() { io.stdin.clone() } else { Descriptor::null() };
    let mut runner = Runner { batching, io: Io { stdin, ..io }, context, report, status: 0 };
    runner.run(Items::new(input, splitting)).await
}

struct Runner<'a> {
    batching: Batching,
    io: Io,
    context: &'a Context,
    report: Report,
    status: Status,
}

impl Runner<'_> {
    async fn run(&mut self, mut items: Items) -> Result<Status> {
        let mut batch: Vec<Bytes> = Vec::new();
        let mut lines = 0;
        // What the words of the command and of the batch take, each with its end.
        let fixed: usize = self.batching.command.iter().map(|word| word.len() + 1).sum();
        let mut bytes = fixed;
        let mut ran = false;
        let mut warned = false;
        loop {
            self.context.call.tick().await;
            let item = match items.next(&self.context.call).await? {
                Ok(item) => item,
                Err(message) => {
                    // What was complete still runs.
                    self.report.fail(1, &[message.as_bytes()]).await;
                    if !batch.is_empty() {
                        self.launch(std::mem::take(&mut batch)).await;
                    }
                    return Ok(1.max(self.status));
                }
            };
            let Some(Item { text, ends_line }) = item else { break };
            if items.take_nul() && !warned {
                warned = true;
                self.report.say(&[LOST]).await;
            }
            if self.batching.replace.is_some() {
                ran = true;
                if !self.launch_replaced(&text).await {
                    return Ok(self.status);
                }
                continue;
            }
            if bytes + text.len() + 1 > self.batching.bytes {
                if batch.is_empty() || self.batching.exact {
                    self.report.fail(1, &[b"argument line too long"]).await;
                    return Ok(1);
                }
                ran = true;
                lines = 0;
                bytes = fixed;
                if !self.launch(std::mem::take(&mut batch)).await {
                    return Ok(self.status);
                }
                if bytes + text.len() + 1 > self.batching.bytes {
                    self.report.fail(1, &[b"argument line too long"]).await;
                    return Ok(1);
                }
            }
            bytes += text.len() + 1;
            batch.push(text);
            lines += usize::from(ends_line);
            if batch.len() >= self.batching.items || lines >= self.batching.lines {
                ran = true;
                lines = 0;
                bytes = fixed;
                if !self.launch(std::mem::take(&mut batch)).await {
                    return Ok(self.status);
                }
            }
        }
        let empty_run =
            !ran && batch.is_empty() && self.batching.run_empty && self.batching.replace.is_none();
        if !batch.is_empty() || empty_run {
            self.launch(batch).await;
        }
        Ok(self.status)
    }

    async fn launch_replaced(&mut self, item: &Bytes) -> bool {
        let Some(mark) = self.batching.replace.clone() else { return true };
        let command: Vec<Bytes> =
            self.batching.command.iter().map(|word| replace(word, &mark, item)).collect();
        if command.iter().map(|word| word.len() + 1).sum::<usize>() > self.batching.bytes {
            self.report.fail(1, &[b"argument line too long"]).await;
            self.status = 1;
            return false;
        }
        self.start(command).await
    }

    async fn launch(&mut self, batch: Vec<Bytes>) -> bool {
        let command = self.batching.command.iter().cloned().chain(batch).collect();
        self.start(command).await
    }

    /// Runs a command; whether to go on.
    async fn start(&mut self, command: Vec<Bytes>) -> bool {
        let command: Vec<Bytes> = command.into_iter().map(cut_at_nul).collect();
        if self.batching.verbose {
            let shown: Vec<Vec<u8>> = command
                .iter()
                .map(|word| crate::support::quote_if_needed(word, self.context.locale()))
                .collect();
            let line = [&shown.join(&b" "[..])[..], b"\n"].concat();
            let _ = self.io.stderr.write(&self.context.call, line.into()).await;
        }
        let name = command.first().cloned().unwrap_or_default();
        match self.context.launcher.launch(command, self.io.clone(), Changes::default()).await {
            Launched::Ran(0) => true,
            Launched::Ran(255) => {
                self.report.fail(124, &[&name, b": exited with status 255; aborting"]).await;
                self.status = 124;
                false
            }
            Launched::Ran(_) => {
                self.status = 123;
                true
            }
            Launched::NotFound => {
                self.report.fail(127, &[&name, b": No such file or directory"]).await;
                self.status = 127;
                false
            }
            Launched::NotExecutable => {
                self.report.fail(126, &[&name, b": Permission denied"]).await;
                self.status = 126;
                false
            }
        }
    }
}

/// An argument ends at its first zero byte, whatever it was meant to be.
fn cut_at_nul(word: Bytes) -> Bytes {
    let end = memchr::memchr(0, &word).unwrap_or(word.len());
    word.slice(..end)
}

fn replace(word: &Bytes, mark: &[u8], item: &[u8]) -> Bytes {
    if mark.is_empty() || memchr::memmem::find(word, mark).is_none() {
        return word.clone();
    }
    let mut replaced = Vec::with_capacity(word.len() + item.len());
    let mut rest = &word[..];
    while let Some(found) = memchr::memmem::find(rest, mark) {
        replaced.extend_from_slice(&rest[..found]);
        replaced.extend_from_slice(item);
        rest = &rest[found + mark.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced.into()
}

fn read_options(arguments: &Arguments) -> std::result::Result<(Batching, Splitting), Vec<u8>> {
    if arguments.has(INTERACTIVE) {
        return Err(b"-p is not supported: nobody is there to answer".to_vec());
    }
    let mut command = arguments.operands.clone();
    if command.is_empty() {
        command.push(Bytes::from_static(b"echo"));
    }
    let mut batching = Batching {
        void: Vec::new(),
        command,
        replace: None,
        items: usize::MAX,
        lines: usize::MAX,
        bytes: DEFAULT_BYTES,
        exact: arguments.has(EXIT),
        verbose: arguments.has(VERBOSE),
        run_empty: !arguments.has(NO_RUN_IF_EMPTY),
    };
    let mut end = None;
    let mut delimiter = None;
    // Of the three ways to cut the input into commands the last one given counts.
    for (flag, value) in &arguments.options {
        let text = value.clone();
        match *flag {
            NULL => delimiter = Some(0),
            DELIMITER => delimiter = Some(delimiter_of(&text.unwrap_or_default())?),
            END | EOF => end = text.filter(|text| !text.is_empty()),
            REPLACE | REPLACE_OPTIONAL => {
                let own = "--replace/-I/-i";
                if batching.items != usize::MAX && batching.items != 1 {
                    batching.void.push(void("--max-args", own));
                } else if batching.lines != usize::MAX {
                    batching.void.push(void("--max-lines", own));
                }
                batching.replace = Some(text.unwrap_or_else(|| Bytes::from_static(b"{}")));
                (batching.items, batching.lines) = (usize::MAX, usize::MAX);
            }
            MAX_LINES | LINES => {
                let letter = if *flag == MAX_LINES { 'L' } else { 'l' };
                if batching.items != usize::MAX {
                    batching
                        .void
                        .push(void("--max-args", if *flag == MAX_LINES { "-L" } else { "--max-lines/-l" }));
                } else if batching.replace.is_some() {
                    batching
                        .void
                        .push(void("--replace", if *flag == MAX_LINES { "-L" } else { "--max-lines/-l" }));
                }
                batching.lines = text.map_or(Ok(1), |text| number(&text, letter, 1))?;
                (batching.items, batching.replace) = (usize::MAX, None);
            }
            MAX_ARGS => {
                let given = number(&text.unwrap_or_default(), 'n', 1)?;
                // One item a command goes with -I, which takes one anyway.
                if !(given == 1 && batching.replace.is_some()) {
                    if batching.lines != usize::MAX {
                        batching.void.push(void("--max-lines", "--max-args/-n"));
                    } else if batching.replace.is_some() {
                        batching.void.push(void("--replace", "--max-args/-n"));
                    }
                    batching.items = given;
                    (batching.lines, batching.replace) = (usize::MAX, None);
                }
            }
            MAX_CHARS => batching.bytes = number(&text.unwrap_or_default(), 's', 1)?,
            MAX_PROCS => {
                number(&text.unwrap_or_default(), 'P', 0)?;
            }
            _ => {}
        }
    }
    if delimiter.is_some() && end.is_some() {
        batching.void.push("warning: the -E option has no effect if -0 or -d is used.\n".into());
    }
    let splitting = match (delimiter, batching.replace.is_some()) {
        (Some(byte), _) => Splitting::Delimiter(byte),
        (None, true) => Splitting::Lines,
        (None, false) => Splitting::Words { end },
    };
    Ok((batching, splitting))
}

fn void(before: &str, after: &str) -> String {
    format!("warning: options {before} and {after} are mutually exclusive, ignoring previous {before} value")
}

fn number(text: &[u8], letter: char, least: usize) -> std::result::Result<usize, Vec<u8>> {
    let shown = String::from_utf8_lossy(text).into_owned();
    let parsed: Option<i64> = shown.trim_start().parse().ok();
    match parsed {
        None => Err(format!("invalid number \"{shown}\" for -{letter} option").into()),
        Some(value) if value < least as i64 => {
            Err(format!("value {value} for -{letter} option should be >= {least}").into())
        }
        Some(value) => Ok(value as usize),
    }
}

/// `,`, `\n`, `\0`, `\x2c`, `\054`
fn delimiter_of(text: &[u8]) -> std::result::Result<u8, Vec<u8>> {
    let radix = |digits: &[u8], radix| {
        std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, radix).ok())
    };
    let byte = match text {
        [byte] => Some(*byte),
        [b'\\', b'x', digits @ ..] => radix(digits, 16),
        [b'\\', digit @ b'0'..=b'7'] => Some(digit - b'0'),
        [b'\\', b'0'..=b'7', ..] => radix(&text[1..], 8),
        [b'\\', letter] => match letter {
            b'a' => Some(7),
            b'b' => Some(8),
            b'f' => Some(12),
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'v' => Some(11),
            b'\\' => Some(b'\\'),
            _ => None,
        },
        _ => None,
    };
    let shown = String::from_utf8_lossy(text);
    byte.ok_or_else(|| match text.first() {
        Some(b'\\') => format!("Invalid escape sequence {shown} in input delimiter specification.").into(),
        _ => format!("Invalid input delimiter specification {shown}: the delimiter must be either a single character or an escape sequence starting with \\.").into(),
    })
}
