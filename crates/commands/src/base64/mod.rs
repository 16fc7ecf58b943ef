//! `base64` and `base32`: bytes as text, and back.

use bytes::Bytes;
use data_encoding::{BASE32, BASE64, Encoding};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs, quote, quote_if_needed};

const DECODE: Flag = Flag::new('d', "decode", "decode");
const IGNORE_GARBAGE: Flag = Flag::new('i', "ignore-garbage", "with -d: pass by what is no digit");
const WRAP: Flag = Flag::new('w', "wrap", "lines of COLS characters (76), 0 for one line").value("COLS");

macro_rules! spec {
    ($name:literal, $line:literal, $output:literal) => {
        Spec {
            name: $name,
            summary: "Encode bytes as text, or decode them",
            usage: &["[OPTION]... [FILE]"],
            flags: &[DECODE, IGNORE_GARBAGE, WRAP],
            notes: "With no FILE, or when FILE is -, read standard input.",
            examples: &[Example { title: "there and back", line: $line, output: $output }],
            ..Spec::DEFAULT
        }
    };
}

static BASE64_SPEC: Spec = spec!("base64", "printf abc | base64 | base64 -d; echo", "abc\n");
static BASE32_SPEC: Spec = spec!("base32", "printf abc | base32", "MFRGG===\n");

/// `base64`
pub struct Base64;

/// `base32`
pub struct Base32;

impl Command for Base64 {
    fn spec(&self) -> &'static Spec {
        &BASE64_SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(Form { encoding: BASE64, bytes: 3, digits: 4 }, arguments, io, context).await
    }
}

impl Command for Base32 {
    fn spec(&self) -> &'static Spec {
        &BASE32_SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&operands_or_stdin(arguments), Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(Form { encoding: BASE32, bytes: 5, digits: 8 }, arguments, io, context).await
    }
}

/// An encoding, and how many bytes become how many digits.
struct Form {
    encoding: Encoding,
    bytes: usize,
    digits: usize,
}

async fn run(form: Form, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut wrap = 76;
    for text in arguments.values(WRAP) {
        match std::str::from_utf8(text).ok().and_then(|text| text.parse::<usize>().ok()) {
            Some(columns) => wrap = columns,
            None => {
                report.fail(1, &[b"invalid wrap size: ", &quote(text, context.locale())]).await;
                return Ok(report.status());
            }
        }
    }
    if let Some(extra) = arguments.operands.get(1) {
        report.usage(1, &[b"extra operand ", &quote(extra, context.locale())]).await;
        return Ok(report.status());
    }
    let operand = operands_or_stdin(&arguments).remove(0);
    let input = match open_input(context, &io, &operand).await {
        Ok(input) => input,
        Err(error) => {
            let name = quote_if_needed(&operand, context.locale());
            report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
            return Ok(report.status());
        }
    };
    let mut output = Writer::new(io.stdout.clone());
    let read = match arguments.has(DECODE) {
        true => decode(&form, &input, arguments.has(IGNORE_GARBAGE), context, &mut output).await?,
        false => encode(&form, &input, wrap, context, &mut output).await?,
    };
    output.flush(&context.call).await?;
    match read {
        Ok(()) => {}
        Err(Failure::Input) => report.fail(1, &[b"invalid input"]).await,
        Err(Failure::Read(error)) => report.fail(1, &[b"read error: ", error.to_string().as_bytes()]).await,
    }
    Ok(report.status())
}

/// Why reading ended early.
enum Failure {
    Input,
    Read(mirage_vfs::Error),
}

/// Bytes to digits; the outer error is about writing.
async fn encode(
    form: &Form,
    input: &Descriptor,
    wrap: usize,
    context: &Context,
    output: &mut Writer,
) -> Result<std::result::Result<(), Failure>> {
    let mut held: Vec<u8> = Vec::new();
    let mut column = 0;
    loop {
        let chunk: Bytes = match input.read(&context.call).await {
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(Failure::Read(error))),
        };
        let ended = chunk.is_empty();
        held.extend_from_slice(&chunk);
        // Whole groups only, so that padding comes at the end alone.
        let whole = if ended { held.len() } else { held.len() / form.bytes * form.bytes };
        let text = form.encoding.encode(&held[..whole]);
        held.drain(..whole);
        push_wrapped(text.as_bytes(), wrap, &mut column, output);
        output.settle(&context.call).await?;
        context.call.tick_many(64).await;
        if ended {
            if wrap > 0 && column > 0 {
                output.push_byte(b'\n');
            }
            return Ok(Ok(()));
        }
    }
}

fn push_wrapped(text: &[u8], wrap: usize, column: &mut usize, output: &mut Writer) {
    if wrap == 0 {
        return output.push(text);
    }
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(wrap - *column));
        output.push(line);
        *column += line.len();
        rest = after;
        if *column == wrap {
            output.push_byte(b'\n');
            *column = 0;
        }
    }
}

/// Digits to bytes; the outer error is about writing.
async fn decode(
    form: &Form,
    input: &Descriptor,
    ignore_garbage: bool,
    context: &Context,
    output: &mut Writer,
) -> Result<std::result::Result<(), Failure>> {
    let mut held: Vec<u8> = Vec::new();
    loop {
        let chunk: Bytes = match input.read(&context.call).await {
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(Failure::Read(error))),
        };
        let ended = chunk.is_empty();
        held.extend(chunk.iter().copied().filter(|byte| match ignore_garbage {
            true => is_digit(form, *byte),
            false => *byte != b'\n',
        }));
        let whole = if ended { held.len() } else { held.len() / form.digits * form.digits };
        for group in held[..whole].chunks(form.digits) {
            match form.encoding.decode(group) {
                Ok(bytes) => output.push(&bytes),
                Err(error) => {
                    // What comes before the mistake is still good.
                    // What of a last group is there counts in base64 alone.
                    let position = match (group.len() < form.digits, form.digits) {
                        (true, 4) => group.len(),
                        (true, _) => 0,
                        (false, _) => error.position,
                    };
                    output.push(&decoded_before(form, group, position));
                    return Ok(Err(Failure::Input));
                }
            }
        }
        held.drain(..whole);
        output.settle(&context.call).await?;
        context.call.tick_many(64).await;
        if ended {
            return Ok(Ok(()));
        }
    }
}

fn is_digit(form: &Form, byte: u8) -> bool {
    let letter_or_number = match form.digits {
        4 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'),
        _ => byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'),
    };
    letter_or_number || byte == b'='
}

/// The whole bytes that the digits in front of a mistake give.
fn decoded_before(form: &Form, group: &[u8], position: usize) -> Vec<u8> {
    let mut good: Vec<u8> = group[..position.min(group.len())].to_vec();
    good.truncate(good.iter().take_while(|byte| is_digit(form, **byte) && **byte != b'=').count());
    let bits = if form.digits == 4 { 6 } else { 5 };
    let bytes = good.len() * bits / 8;
    // Zero digits fill the group; only the bytes that are complete without them are kept.
    good.resize(form.digits, b'A');
    let mut decoded = form.encoding.decode(&good).unwrap_or_default();
    decoded.truncate(bytes);
    decoded
}
