//! `od`: bytes in octal and other forms.

mod format;
mod obsolete;

use bytes::{Bytes, BytesMut};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{
    Report, open_input, operands_or_stdin, parse_size, plan_inputs, quote, quote_if_needed,
};
use format::Format;

const ADDRESS: Flag =
    Flag::new('A', "address-radix", "offsets in octal (o), decimal (d), hexadecimal (x) or none (n)")
        .value("RADIX");
const ENDIAN: Flag = Flag::long("endian", "order of the bytes of a number: big or little").value("ORDER");
const SKIP: Flag = Flag::new('j', "skip-bytes", "skip BYTES first").value("BYTES");
const COUNT: Flag = Flag::new('N', "read-bytes", "at most BYTES").value("BYTES");
const STRINGS: Flag = Flag::short('S', "strings of at least BYTES printable characters").value("BYTES");
const STRINGS_LONG: Flag = Flag::long("strings", "as -S; BYTES is 3 when it is not given").optional("BYTES");
const TYPE: Flag = Flag::new('t', "format", "print in the form TYPE").value("TYPE");
const ALL: Flag = Flag::new('v', "output-duplicates", "do not put * for lines that repeat");
const WIDTH: Flag =
    Flag::new('w', "width", "BYTES on a line (32 when not given, 16 without -w)").optional("BYTES");
const TRADITIONAL: Flag = Flag::long("traditional", "accepted");

/// Forms with a letter of their own, and what they stand for.
const SHORT: &[(Flag, &str)] = &[
    (Flag::short('a', "the same as -t a: named characters"), "a"),
    (Flag::short('b', "the same as -t o1: bytes in octal"), "o1"),
    (Flag::short('c', "the same as -t c: printable characters and escapes"), "c"),
    (Flag::short('d', "the same as -t u2: two bytes in decimal"), "u2"),
    (Flag::short('f', "the same as -t fF: floats"), "fF"),
    (Flag::short('i', "the same as -t dI: ints in decimal"), "dI"),
    (Flag::short('l', "the same as -t dL: longs in decimal"), "dL"),
    (Flag::short('o', "the same as -t o2: two bytes in octal"), "o2"),
    (Flag::short('s', "the same as -t d2: two bytes in decimal, signed"), "d2"),
    (Flag::short('x', "the same as -t x2: two bytes in hexadecimal"), "x2"),
];

static SPEC: Spec = Spec {
    name: "od",
    summary: "Print bytes in octal and other forms",
    flags: &[
        ADDRESS,
        ENDIAN,
        SKIP,
        COUNT,
        STRINGS,
        STRINGS_LONG,
        TYPE,
        ALL,
        WIDTH,
        TRADITIONAL,
        SHORT[0].0,
        SHORT[1].0,
        SHORT[2].0,
        SHORT[3].0,
        SHORT[4].0,
        SHORT[5].0,
        SHORT[6].0,
        SHORT[7].0,
        SHORT[8].0,
        SHORT[9].0,
    ],
    notes: "TYPE is one or more of a, c, d[SIZE], f[SIZE], o[SIZE], u[SIZE], x[SIZE], each perhaps with z to show\nprintable characters at the end of the line. SIZE is a number of bytes, or C, S, I, L (F, D for f).\nBYTES is hexadecimal with 0x in front and may have a suffix: b 512, K 1024, M and so on.",
    examples: &[Example {
        title: "bytes in hexadecimal",
        line: "printf 'AB\\n' | od -An -tx1",
        output: " 41 42 0a\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Od;

impl Command for Od {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::UntilStopped, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// What is printed, and how.
struct Request {
    formats: Vec<Format>,
    /// 8, 10, 16; none: no offsets.
    radix: Option<u32>,
    skip: u64,
    /// A label that counts along with the offset, in the old form of operands.
    label: Option<u64>,
    count: u64,
    width: usize,
    all: bool,
    strings: Option<usize>,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let (operands, old) =
        obsolete::split(&arguments.operands, arguments.options.is_empty() || arguments.has(TRADITIONAL));
    let request = match request(&arguments, old, context) {
        Ok(request) => request,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let files = if operands.is_empty() { vec![Bytes::from_static(b"-")] } else { operands };
    let mut input = Joined {
        files: files.into_iter(),
        current: None,
        held: Bytes::new(),
        opened: false,
        io: &io,
        context,
    };
    let mut output = Writer::new(io.stdout.clone());
    if !input.skip(request.skip, &mut report).await {
        report.fail(1, &[b"cannot skip past end of combined input"]).await;
        return Ok(report.status());
    }
    match request.strings {
        Some(least) => strings(&request, least, &mut input, &mut output, &mut report, context).await?,
        None => dump(&request, &mut input, &mut output, &mut report, context).await?,
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

fn request(
    arguments: &Arguments,
    old: obsolete::Offset,
    context: &Context,
) -> std::result::Result<Request, Vec<u8>> {
    let quoted = |text: &[u8]| quote(text, context.locale());
    let radix = match arguments.value(ADDRESS).map(|text| &text[..]) {
        None => Some(8),
        Some([b'o', ..]) => Some(8),
        Some([b'd', ..]) => Some(10),
        Some([b'x', ..]) => Some(16),
        Some([b'n', ..]) => None,
        Some(other) => {
            return Err([
                b"invalid output address radix ",
                &crate::support::quote_always(other, context.locale())[..],
                b"; it must be one character from [doxn]",
            ]
            .concat());
        }
    };
    let big = match arguments.value(ENDIAN).map(|text| &text[..]) {
        None | Some(b"little") => false,
        Some(b"big") => true,
        Some(other) => {
            return Err([b"invalid argument ", &quoted(other)[..], b" for ", &quoted(b"--endian")].concat());
        }
    };
    let number = |flag: Flag, shown: &str| match arguments.value(flag) {
        None => Ok(None),
        Some(text) => bytes(text)
            .map(Some)
            .ok_or_else(|| [b"invalid ", shown.as_bytes(), b" argument '", text, b"'"].concat()),
    };
    let mut formats = Vec::new();
    for (flag, value) in &arguments.options {
        let text = match (SHORT.iter().find(|(short, _)| short == flag), value) {
            (Some((_, text)), _) => text.as_bytes(),
            (None, Some(value)) if *flag == TYPE => value,
            _ => continue,
        };
        formats.extend(format::parse(text, big, context.locale())?);
    }
    if formats.is_empty() {
        formats = format::parse(b"o2", big, context.locale())?;
    }
    let unit = formats.iter().map(Format::size).fold(1, format::least_common_multiple);
    let width = match (arguments.has(WIDTH), number(WIDTH, "-w")?) {
        (false, _) => 16 / unit.min(16) * unit,
        (true, None) => 32,
        (true, Some(width)) => width as usize,
    };
    let least = number(STRINGS, "-S")?.or(number(STRINGS_LONG, "--strings")?);
    let strings = match arguments.has(STRINGS) || arguments.has(STRINGS_LONG) {
        false => None,
        true => Some(least.unwrap_or(3) as usize),
    };
    Ok(Request {
        formats,
        radix,
        skip: number(SKIP, "-j")?.unwrap_or(old.offset),
        label: old.label,
        count: number(COUNT, "-N")?.unwrap_or(u64::MAX),
        width: if width == 0 || width % unit != 0 { unit } else { width },
        all: arguments.has(ALL),
        strings,
    })
}

/// A number of bytes: decimal, octal with `0`, hexadecimal with `0x`, and suffixes.
fn bytes(text: &[u8]) -> Option<u64> {
    let (radix, digits) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', rest @ ..] if !rest.is_empty() && rest.iter().all(|byte| matches!(byte, b'0'..=b'7')) => {
            (8, rest)
        }
        _ => return parse_size(text, b"bcwkKMGTPEZY0").ok(),
    };
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

/// The files one after the other.
struct Joined<'a> {
    files: std::vec::IntoIter<Bytes>,
    current: Option<(Bytes, Descriptor)>,
    held: Bytes,
    /// Whether any of the files could be opened.
    opened: bool,
    io: &'a Io,
    context: &'a Context,
}

impl Joined<'_> {
    /// The next bytes; none at the end of the last file.
    async fn next(&mut self, report: &mut Report) -> Option<Bytes> {
        if !self.held.is_empty() {
            return Some(std::mem::take(&mut self.held));
        }
        loop {
            if self.current.is_none() {
                let name = self.files.next()?;
                match open_input(self.context, self.io, &name).await {
                    Ok(input) => {
                        self.opened = true;
                        self.current = Some((name, input));
                    }
                    Err(error) => self.complain(&name, &error, report).await,
                }
                continue;
            }
            let (name, input) = self.current.take()?;
            match input.read(&self.context.call).await {
                Ok(chunk) if chunk.is_empty() => {}
                Ok(chunk) => {
                    self.current = Some((name, input));
                    return Some(chunk);
                }
                Err(error) => self.complain(&name, &error, report).await,
            }
        }
    }

    async fn complain(&self, name: &[u8], error: &mirage_vfs::Error, report: &mut Report) {
        let shown = quote_if_needed(name, self.context.locale());
        report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
    }

    /// Passes over bytes; whether there were so many.
    async fn skip(&mut self, count: u64, report: &mut Report) -> bool {
        let mut left = count;
        while left > 0 {
            let Some(chunk) = self.next(report).await else { return false };
            let step = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
            self.held = chunk.slice(step..);
            left -= step as u64;
        }
        true
    }
}

async fn dump(
    request: &Request,
    input: &mut Joined<'_>,
    output: &mut Writer,
    report: &mut Report,
    context: &Context,
) -> Result<()> {
    let mut line = Vec::with_capacity(request.width);
    let mut previous: Option<Vec<u8>> = None;
    let mut starred = false;
    let mut at = request.skip;
    let mut left = request.count;
    let columns = format::columns(&request.formats);
    loop {
        let chunk = if left == 0 { None } else { input.next(report).await };
        let ended = chunk.is_none();
        let chunk = chunk.unwrap_or_default();
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        left -= taken as u64;
        let mut rest = &chunk[..taken];
        while !rest.is_empty() || (ended && !line.is_empty()) {
            let step = (request.width - line.len()).min(rest.len());
            line.extend_from_slice(&rest[..step]);
            rest = &rest[step..];
            if line.len() < request.width && !ended {
                break;
            }
            let repeats = !request.all && line.len() == request.width && previous.as_ref() == Some(&line);
            match (repeats, starred) {
                (true, true) => {}
                (true, false) => output.push(b"*\n"),
                (false, _) => push_line(request, at, &line, &columns, output.buffer()),
            }
            starred = repeats;
            at += line.len() as u64;
            previous = Some(std::mem::take(&mut line));
            output.settle(&context.call).await?;
            context.call.tick().await;
        }
        if ended {
            break;
        }
    }
    let nothing_opened = !input.opened;
    if let Some(address) = address(request, at).filter(|_| !nothing_opened) {
        output.push(&address);
        output.push(b"\n");
    }
    Ok(())
}

fn push_line(request: &Request, at: u64, line: &[u8], columns: &format::Columns, output: &mut BytesMut) {
    let start = address(request, at);
    for (number, form) in request.formats.iter().enumerate() {
        match (&start, number) {
            (Some(address), 0) => output.extend_from_slice(address),
            (Some(address), _) => output.resize(output.len() + address.len(), b' '),
            (None, _) => {}
        }
        form.push(line, request.width, columns, output);
        output.extend_from_slice(b"\n");
    }
}

/// The offset in front of a line.
fn address(request: &Request, at: u64) -> Option<Vec<u8>> {
    let radix = request.radix?;
    let form = |number: u64| match radix {
        8 => format!("{number:07o}"),
        10 => format!("{number:07}"),
        _ => format!("{number:06x}"),
    };
    let mut text = form(at);
    if let Some(label) = request.label {
        text.push_str(&format!(" ({})", form(at - request.skip + label)));
    }
    Some(text.into_bytes())
}

async fn strings(
    request: &Request,
    least: usize,
    input: &mut Joined<'_>,
    output: &mut Writer,
    report: &mut Report,
    context: &Context,
) -> Result<()> {
    let mut found: Vec<u8> = Vec::new();
    let mut at = request.skip;
    let mut left = request.count;
    while left > 0 {
        let Some(chunk) = input.next(report).await else { break };
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        left -= taken as u64;
        for &byte in &chunk[..taken] {
            match byte {
                0x20..=0x7e => found.push(byte),
                // Only what ends with a zero byte is a string.
                0 if found.len() >= least => {
                    if let Some(address) = address(request, at - found.len() as u64) {
                        output.push(&address);
                        output.push(b" ");
                    }
                    output.push(&found);
                    output.push(b"\n");
                    found.clear();
                }
                _ => found.clear(),
            }
            at += 1;
        }
        output.settle(&context.call).await?;
        context.call.tick_many(64).await;
    }
    Ok(())
}
