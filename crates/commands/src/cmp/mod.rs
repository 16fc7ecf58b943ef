//! `cmp`: the first byte in which two files differ, or all of them.

use bytes::Bytes;
use mirage_pattern::Locale;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, parse_size, plan_inputs};

const PRINT_BYTES: Flag = Flag::new('b', "print-bytes", "print differing bytes");
const SKIP: Flag =
    Flag::new('i', "ignore-initial", "skip the first SKIP bytes of both, or SKIP1:SKIP2").value("SKIP");
const VERBOSE: Flag = Flag::new('l', "verbose", "print number and values of all differing bytes");
const LIMIT: Flag = Flag::new('n', "bytes", "compare at most LIMIT bytes").value("LIMIT");
const QUIET: Flag = Flag::new('s', "quiet", "print nothing, the status tells");
const SILENT: Flag = Flag::long("silent", "");

static SPEC: Spec = Spec {
    name: "cmp",
    summary: "Compare two files byte by byte",
    usage: &["[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]"],
    flags: &[PRINT_BYTES, SKIP, VERBOSE, LIMIT, QUIET, SILENT],
    advice: "{}: Try '{} --help' for more information.\n",
    usage_status: 2,
    failure_status: 2,
    notes: "SKIP1 and SKIP2 are bytes to skip at the start of each file. A missing FILE2, or -, is standard input.\nThe status is 0 when they are the same, 1 when they differ, 2 when there was trouble.",
    examples: &[Example {
        title: "where they differ",
        line: "printf abc > x; printf abd > y; cmp x y",
        output: "x y differ: byte 3, line 1\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Cmp;

impl Command for Cmp {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let files: Vec<Bytes> = arguments.operands.iter().take(2).cloned().collect();
        plan_inputs(&files, Extent::UntilStopped, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What to compare.
struct Request {
    names: [Bytes; 2],
    skips: [u64; 2],
    limit: u64,
    print_bytes: bool,
    /// What the first difference is counted in.
    unit: &'static str,
    verbose: bool,
    quiet: bool,
}

/// One file, with what of it was read and not compared.
struct Side {
    input: Descriptor,
    held: Bytes,
    ended: bool,
}

impl Side {
    /// Makes sure that there is something to compare unless the file is at its end.
    async fn fill(&mut self, context: &Context) -> Result<()> {
        if self.held.is_empty() && !self.ended {
            self.held = self.input.read(&context.call).await?;
            self.ended = self.held.is_empty();
        }
        Ok(())
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let request = match request(&arguments, context.locale()) {
        Ok(request) => request,
        Err(message) => {
            report.fail(2, &[&message]).await;
            report.say(&[b"Try 'cmp --help' for more information."]).await;
            return Ok(2);
        }
    };
    if request.names[0] == request.names[1] && request.skips[0] == request.skips[1] && request.names[0] == "-"
    {
        return Ok(0);
    }
    let mut sides = Vec::with_capacity(2);
    for (name, skip) in request.names.iter().zip(request.skips) {
        let opened = match open_input(context, &io, name).await {
            Ok(input) => skipped(input, skip, context).await,
            Err(error) => Err(error),
        };
        match opened {
            Ok(side) => sides.push(side),
            Err(error) => {
                if !request.quiet || !error.is(mirage_vfs::ErrorKind::NotFound) {
                    report.fail(2, &[name, b": ", error.to_string().as_bytes()]).await;
                }
                return Ok(2);
            }
        }
    }
    let mut output = Writer::new(io.stdout.clone());
    let [one, two] = &mut sides[..] else { return Ok(2) };
    let status = compare(&request, one, two, context, &mut output, &mut report).await?;
    output.flush(&context.call).await?;
    Ok(status)
}

fn request(arguments: &Arguments, locale: Locale) -> std::result::Result<Request, Vec<u8>> {
    let operands = &arguments.operands;
    let number = |text: &[u8], what: &str| {
        parse_size(text, b"kKMGTPEZY0")
            .map_err(|_| [b"invalid ", what.as_bytes(), b" value '", text, b"'"].concat())
    };
    let (one, two) = match &operands[..] {
        [] => {
            let last = arguments.option_words.last().map_or(&b"cmp"[..], |word| word);
            return Err([b"missing operand after '", last, b"'"].concat());
        }
        [one] => (one.clone(), Bytes::from_static(b"-")),
        [one, two, ..] => (one.clone(), two.clone()),
    };
    let mut skips = [0; 2];
    if let Some(text) = arguments.value(SKIP) {
        let (first, second) = match text.iter().position(|&byte| byte == b':') {
            Some(colon) => (&text[..colon], &text[colon + 1..]),
            None => (&text[..], &text[..]),
        };
        skips = [number(first, "--ignore-initial")?, number(second, "--ignore-initial")?];
    }
    for (skip, text) in skips.iter_mut().zip(operands.iter().skip(2)) {
        *skip = number(text, "--ignore-initial")?;
    }
    if let Some(extra) = operands.get(4) {
        return Err([b"extra operand '", &extra[..], b"'"].concat());
    }
    let mut limit = u64::MAX;
    for text in arguments.values(LIMIT) {
        limit = limit.min(number(text, "--bytes")?);
    }
    let quiet = arguments.has(QUIET) || arguments.has(SILENT);
    let verbose = arguments.has(VERBOSE);
    if quiet && verbose {
        return Err(b"options -l and -s are incompatible".to_vec());
    }
    let print_bytes = arguments.has(PRINT_BYTES);
    // The words of POSIX, where there is no other language to speak.
    let unit = if locale == Locale::C && !print_bytes { "char" } else { "byte" };
    Ok(Request { names: [one, two], skips, limit, print_bytes, unit, verbose, quiet })
}

/// The file from byte `skip` on.
async fn skipped(input: Descriptor, skip: u64, context: &Context) -> Result<Side> {
    let mut side = Side { input, held: Bytes::new(), ended: false };
    let mut left = skip;
    loop {
        side.fill(context).await?;
        if left == 0 || side.ended {
            return Ok(side);
        }
        let step = usize::try_from(left).unwrap_or(usize::MAX).min(side.held.len());
        side.held = side.held.slice(step..);
        left -= step as u64;
    }
}

async fn compare(
    request: &Request,
    one: &mut Side,
    two: &mut Side,
    context: &Context,
    output: &mut Writer,
    report: &mut Report,
) -> Result<Status> {
    let (mut at, mut lines, mut differs) = (0u64, 1u64, false);
    let mut last_newline = false;
    loop {
        for (side, name) in [(&mut *one, &request.names[0]), (&mut *two, &request.names[1])] {
            if let Err(error) = side.fill(context).await {
                report.fail(2, &[name, b": ", error.to_string().as_bytes()]).await;
                return Ok(2);
            }
        }
        let left = usize::try_from(request.limit - at).unwrap_or(usize::MAX);
        let length = one.held.len().min(two.held.len()).min(left);
        if length == 0 {
            if left == 0 || (one.ended && two.ended) {
                return Ok(u8::from(differs));
            }
            let short = if one.ended { &request.names[0] } else { &request.names[1] };
            end_of_file(request, short, at, lines, last_newline, report).await;
            return Ok(1);
        }
        let (left_part, right_part) = (one.held.slice(..length), two.held.slice(..length));
        one.held = one.held.slice(length..);
        two.held = two.held.slice(length..);
        if left_part != right_part {
            differs = true;
            if request.quiet {
                return Ok(1);
            }
            for (offset, (left, right)) in left_part.iter().zip(&right_part[..]).enumerate() {
                if left == right {
                    continue;
                }
                let number = at + offset as u64 + 1;
                if !request.verbose {
                    lines += memchr::memchr_iter(b'\n', &left_part[..offset]).count() as u64;
                    output.push(&first_difference(request, number, lines, *left, *right));
                    return Ok(1);
                }
                output.push(&every_difference(request, number, *left, *right));
            }
            output.settle(&context.call).await?;
        }
        at += length as u64;
        lines += memchr::memchr_iter(b'\n', &left_part).count() as u64;
        last_newline = left_part.last() == Some(&b'\n');
        context.call.tick_many(64).await;
    }
}

fn first_difference(request: &Request, number: u64, line: u64, left: u8, right: u8) -> Vec<u8> {
    let [one, two] = &request.names;
    let mut text =
        [&one[..], b" ", two, format!(" differ: {} {number}, line {line}", request.unit).as_bytes()].concat();
    if request.print_bytes {
        let (left, right) = (shown(left), shown(right));
        text.extend_from_slice(format!(" is {left} {right}").as_bytes());
    }
    text.push(b'\n');
    text
}

fn every_difference(request: &Request, number: u64, left: u8, right: u8) -> Vec<u8> {
    match request.print_bytes {
        true => format!("{number} {:<8} {}\n", shown(left), shown(right)).into_bytes(),
        false => format!("{number} {left:3o} {right:3o}\n").into_bytes(),
    }
}

/// A byte in octal, and made visible.
fn shown(byte: u8) -> String {
    let low = byte & 0x7f;
    let meta = if byte >= 0x80 { "M-" } else { "" };
    let visible = match low {
        0..0x20 => format!("^{}", (low + 64) as char),
        0x7f => "^?".into(),
        _ => (low as char).to_string(),
    };
    format!("{byte:3o} {meta}{visible}")
}

async fn end_of_file(request: &Request, short: &Bytes, at: u64, lines: u64, ends: bool, report: &mut Report) {
    if request.quiet {
        return;
    }
    let place = match (at, request.verbose) {
        (0, _) => " which is empty".into(),
        (_, true) => format!(" after byte {at}"),
        // A line that has just ended is the one that is told.
        (_, false) if ends => format!(" after byte {at}, line {}", lines - 1),
        (_, false) => format!(" after byte {at}, in line {lines}"),
    };
    report.fail(1, &[b"EOF on ", short, place.as_bytes()]).await;
}
