//! `rev`: the characters of each line in reverse order.

use bytes::{Bytes, BytesMut};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Locale, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Blocks, Descriptor, Io, Writer};
use mirage_vfs::{OpenOptions, Result};

use crate::support::Report;

const HELP: Flag = Flag::short('h', "print this help");
const VERSION: Flag = Flag::short('V', "print the version");

static SPEC: Spec = Spec {
    name: "rev",
    summary: "Print lines with their characters in reverse order",
    usage: &["[OPTION] [FILE]..."],
    flags: &[HELP, VERSION],
    rewrite: Some(lengthen),
    notes: "With no FILE, read standard input. Text that is not valid in the character set ends the file it is in.",
    examples: &[Example { title: "reverse", line: "echo abc | rev", output: "cba\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Rev;

impl Command for Rev {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        crate::support::plan_all_inputs(&arguments.operands, Extent::UntilStopped, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The short forms of `--help` and `--version`.
fn lengthen(words: Vec<Bytes>) -> Vec<Bytes> {
    crate::support::lengthen_help(words, b"-h", b"-V")
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    // A standard output that is not open swallows what is written, as with util-linux's.
    let stdout = if io.stdout.is_closed() { Descriptor::null() } else { io.stdout.clone() };
    let mut output = Writer::new(stdout);
    if arguments.operands.is_empty() {
        reverse(&io.stdin, b"stdin", &mut output, &mut report, context).await?;
    }
    for operand in &arguments.operands {
        match context.open(&io, operand, &OpenOptions::reading()).await {
            Ok(input) => reverse(&input, operand, &mut output, &mut report, context).await?,
            Err(error) if error.is(mirage_vfs::ErrorKind::IsADirectory) => {
                report.fail(1, &[operand, b": 0: ", error.to_string().as_bytes()]).await;
            }
            Err(error) => {
                report.fail(1, &[b"cannot open ", operand, b": ", error.to_string().as_bytes()]).await;
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn reverse(
    input: &Descriptor,
    name: &[u8],
    output: &mut Writer,
    report: &mut Report,
    context: &Context,
) -> Result<()> {
    let mut blocks = Blocks::lines(input.clone());
    let mut lines = Reversed { locale: context.locale(), count: 0, held: Vec::new() };
    let problem = loop {
        let block = match blocks.next(&context.call).await {
            Ok(Some(block)) => block,
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        };
        if !lines.push(&block, output.buffer()) {
            break Some("Invalid or incomplete multibyte or wide character".to_owned());
        }
        output.flush(&context.call).await?;
        context.call.tick_many(64).await;
    };
    output.flush(&context.call).await?;
    if let Some(problem) = problem {
        let place = format!(": {}: {problem}", lines.count);
        report.fail(1, &[name, place.as_bytes()]).await;
        return Ok(());
    }
    let held = std::mem::take(&mut lines.held);
    lines.put(&held, output.buffer());
    Ok(())
}

struct Reversed {
    locale: Locale,
    /// Lines so far.
    count: u64,
    /// A line cut off by a zero byte: the next one goes on with it.
    held: Vec<u8>,
}

impl Reversed {
    /// Takes a block of whole lines; false when it is not text.
    fn push(&mut self, block: &[u8], output: &mut BytesMut) -> bool {
        for line in block.split_inclusive(|&byte| byte == b'\n') {
            let valid = match self.locale {
                Locale::C if line.is_ascii() => line.len(),
                Locale::C => return false,
                Locale::Utf8 => match std::str::from_utf8(line) {
                    Ok(_) => line.len(),
                    // The input ends within a character: what is there of it is dropped.
                    Err(error) if error.error_len().is_none() => error.valid_up_to(),
                    Err(_) => return false,
                },
            };
            let line = &line[..valid];
            if !self.held.is_empty() || memchr::memchr(0, line).is_some() {
                let end = memchr::memchr(0, line).unwrap_or(line.len());
                self.held.extend_from_slice(&line[..end]);
                if end == line.len() {
                    let whole = std::mem::take(&mut self.held);
                    self.put(&whole, output);
                }
                continue;
            }
            self.put(line, output);
        }
        true
    }

    /// Writes one line reversed, its newline last.
    fn put(&mut self, line: &[u8], output: &mut BytesMut) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let start = output.len();
        output.extend_from_slice(text);
        let written = &mut output[start..];
        if !text.is_ascii() {
            // The bytes of each character are turned first, so that turning all of them puts them right.
            let mut at = 0;
            while at < written.len() {
                let length = match written[at] {
                    0..0x80 => 1,
                    0x80..0xe0 => 2,
                    0xe0..0xf0 => 3,
                    0xf0.. => 4,
                };
                let end = (at + length).min(written.len());
                written[at..end].reverse();
                at = end;
            }
        }
        written.reverse();
        if text.len() < line.len() {
            output.extend_from_slice(b"\n");
            self.count += 1;
        }
    }
}
