//! `seq`: a sequence of numbers.

mod decimal;
mod format;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, Wrong, quote};
use decimal::Decimal;
use format::Format;

const FORMAT: Flag =
    Flag::new('f', "format", "print numbers by FORMAT, one of printf's for floating point").value("FORMAT");
const SEPARATOR: Flag =
    Flag::new('s', "separator", "separate numbers by STRING instead of a newline").value("STRING");
const EQUAL_WIDTH: Flag = Flag::new('w', "equal-width", "pad with zeros to the same width");

static SPEC: Spec = Spec {
    name: "seq",
    summary: "Print numbers from FIRST to LAST, in steps of INCREMENT",
    usage: &["[OPTION]... LAST", "[OPTION]... FIRST LAST", "[OPTION]... FIRST INCREMENT LAST"],
    flags: &[FORMAT, SEPARATOR, EQUAL_WIDTH],
    rewrite: Some(keep_negative_numbers),
    notes: "FIRST and INCREMENT are 1 when they are not given. Decimal fractions are exact.",
    examples: &[
        Example { title: "count", line: "seq 3", output: "1\n2\n3\n" },
        Example { title: "fractions on one line", line: "seq -s ' ' 0 0.5 1.5", output: "0.0 0.5 1.0 1.5\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Seq;

impl Command for Seq {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { effects: Vec::new(), stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// Ends the options in front of the first number, so that `-1` is one.
fn keep_negative_numbers(words: Vec<bytes::Bytes>) -> Vec<bytes::Bytes> {
    let mut takes_value = false;
    let first = words.iter().position(|word| {
        let skipped = std::mem::replace(
            &mut takes_value,
            matches!(&word[..], b"-s" | b"-f" | b"--separator" | b"--format"),
        );
        let number = matches!(word[..], [b'-', b'0'..=b'9' | b'.', ..]) || !word.starts_with(b"-");
        !skipped && number
    });
    let Some(first) = first.filter(|first| !words[..*first].iter().any(|word| word == "--")) else {
        return words;
    };
    let mut kept = words;
    kept.insert(first, bytes::Bytes::from_static(b"--"));
    kept
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let sequence = match prepare(&arguments, context) {
        Ok(sequence) => sequence,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    let separator = arguments.value(SEPARATOR).cloned().unwrap_or_else(|| bytes::Bytes::from_static(b"\n"));
    let mut output = Writer::new(io.stdout.clone());
    let mut current = sequence.first;
    let mut printed = false;
    while sequence.has(current) {
        if printed {
            output.push(&separator);
        }
        printed = true;
        match &sequence.format {
            Some(format) => format.push(current.to_f64(), output.buffer()),
            None => current.push(sequence.places, sequence.width, output.buffer()),
        }
        output.settle(&context.call).await?;
        context.call.tick().await;
        let Some(next) = sequence.step.and_then(|step| current.checked_add(step)) else { break };
        current = next;
    }
    if printed {
        output.push(b"\n");
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// What is counted.
struct Sequence {
    first: Decimal,
    /// None: beyond everything, so that only the first number is there.
    step: Option<Decimal>,
    /// None: without end.
    last: Option<Decimal>,
    /// Digits behind the point.
    places: u32,
    width: usize,
    format: Option<Format>,
}

impl Sequence {
    fn has(&self, current: Decimal) -> bool {
        match self.last {
            None => true,
            Some(last) if self.step.is_some_and(Decimal::is_negative) => current >= last,
            Some(last) => current <= last,
        }
    }
}

fn prepare(arguments: &Arguments, context: &Context) -> std::result::Result<Sequence, Wrong> {
    let quoted = |text: &[u8]| quote(text, context.locale());
    let format = match arguments.value(FORMAT) {
        Some(text) => Some(Format::parse(text, context.locale()).map_err(Wrong::Plain)?),
        None => None,
    };
    let operands = &arguments.operands;
    if operands.is_empty() {
        return Err(Wrong::Usage(b"missing operand".to_vec()));
    }
    if let Some(extra) = operands.get(3) {
        return Err(Wrong::Usage([b"extra operand ", &quoted(extra)[..]].concat()));
    }
    if format.is_some() && arguments.has(EQUAL_WIDTH) {
        return Err(Wrong::Usage(
            b"format string may not be specified when printing equal width strings".to_vec(),
        ));
    }
    let parse = |text: &bytes::Bytes| -> std::result::Result<Option<Decimal>, Wrong> {
        match decimal::parse(text) {
            decimal::Parsed::Number(number) => Ok(Some(number)),
            decimal::Parsed::Infinite => Ok(None),
            decimal::Parsed::NotANumber => Err(Wrong::Usage(
                [b"invalid ", &quoted(b"not-a-number")[..], b" argument: ", &quoted(text)].concat(),
            )),
            decimal::Parsed::Wrong => {
                Err(Wrong::Usage([b"invalid floating point argument: ", &quoted(text)[..]].concat()))
            }
            decimal::Parsed::TooLarge => {
                Err(Wrong::Plain([b"number is too large: ", &quoted(text)[..]].concat()))
            }
        }
    };
    let one = Decimal::ONE;
    let (first, step, last) = match &operands[..] {
        [last] => (Some(one), Some(one), parse(last)?),
        [first, last] => (parse(first)?, Some(one), parse(last)?),
        [first, step, last, ..] => {
            let (first, step_value, last) = (parse(first)?, parse(step)?, parse(last)?);
            if step_value.is_some_and(Decimal::is_zero) {
                return Err(Wrong::Usage([b"invalid Zero increment value: ", &quoted(step)[..]].concat()));
            }
            (first, step_value, last)
        }
        [] => (None, None, None),
    };
    let Some(first) = first else {
        return Err(Wrong::Plain(b"an infinite start is not supported".to_vec()));
    };
    let places = first.places().max(step.map_or(0, Decimal::places));
    let width = match (arguments.has(EQUAL_WIDTH), last) {
        (true, Some(last)) => first.width(places).max(last.width_at_end(places)),
        _ => 0,
    };
    Ok(Sequence { first, step, last, places, width, format })
}
