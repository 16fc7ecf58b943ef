//! `comm`: two sorted files, line by line: what only one has, and what both have.

use std::cmp::Ordering;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Records, Report, open_input, plan_inputs, quote, quote_if_needed};

const FIRST: Flag = Flag::short('1', "suppress column 1 (lines only in FILE1)");
const SECOND: Flag = Flag::short('2', "suppress column 2 (lines only in FILE2)");
const BOTH: Flag = Flag::short('3', "suppress column 3 (lines in both)");
const CHECK: Flag = Flag::long("check-order", "fail when the input is not sorted, even if all lines pair");
const NO_CHECK: Flag = Flag::long("nocheck-order", "do not look whether the input is sorted");
const DELIMITER: Flag = Flag::long("output-delimiter", "separate columns by STRING").value("STRING");
const TOTAL: Flag = Flag::long("total", "print how many lines each column has");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with a zero byte");

static SPEC: Spec = Spec {
    name: "comm",
    summary: "Compare two sorted files line by line",
    usage: &["[OPTION]... FILE1 FILE2"],
    flags: &[FIRST, SECOND, BOTH, CHECK, NO_CHECK, DELIMITER, TOTAL, ZERO],
    notes: "Column one holds lines only in FILE1, column two lines only in FILE2, column three lines in both.",
    examples: &[Example {
        title: "what both have",
        line: "comm -12 <(printf 'a\\nb\\n') <(printf 'b\\nc\\n')",
        output: "b\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Comm;

impl Command for Comm {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan_inputs(&arguments.operands, Extent::Whole, Shape::Unknown, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// One of the two files.
struct Side {
    records: Records,
    name: Bytes,
    current: Option<Bytes>,
    previous: Option<Bytes>,
    disordered: bool,
}

impl Side {
    /// Reads on; the error is a message about this file.
    async fn advance(&mut self, context: &Context) -> std::result::Result<(), String> {
        let next = self.records.next(&context.call).await.map_err(|error| error.to_string())?;
        self.previous = std::mem::replace(&mut self.current, next);
        Ok(())
    }

    fn is_out_of_order(&self) -> bool {
        matches!((&self.previous, &self.current), (Some(previous), Some(current)) if previous > current)
    }
}

/// How the order is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checking {
    Never,
    /// Once a line has no partner.
    Unpaired,
    Always,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let Some([one, two]) = open_sides(&arguments, &io, context, &mut report).await else {
        return Ok(report.status());
    };
    let separator = if arguments.has(ZERO) { 0 } else { b'\n' };
    let delimiter = match arguments.value(DELIMITER) {
        None => Bytes::from_static(b"\t"),
        // An empty string is the zero byte, as in GNU's.
        Some(text) if text.is_empty() => Bytes::from_static(b"\0"),
        Some(text) => text.clone(),
    };
    let checking = match arguments.last_of(&[CHECK, NO_CHECK]) {
        Some(CHECK) => Checking::Always,
        Some(_) => Checking::Never,
        None => Checking::Unpaired,
    };
    let shown = [FIRST, SECOND, BOTH].map(|flag| !arguments.has(flag));
    let mut merge = Merge {
        sides: [one, two],
        checking,
        unpaired: false,
        shown,
        delimiter,
        separator,
        totals: [0; 3],
        output: Writer::new(io.stdout.clone()),
    };
    let complete = merge.run(context, &mut report).await?;
    if complete && arguments.has(TOTAL) {
        merge.print_totals();
    }
    merge.output.flush(&context.call).await?;
    if complete && merge.sides.iter().all(|side| side.name == "-") {
        // Standard input is closed once for each name, as GNU does.
        report.fail(1, &[b"-: Bad file descriptor"]).await;
    }
    if complete && merge.sides.iter().any(|side| side.disordered) {
        report.fail(1, &[b"input is not in sorted order"]).await;
    }
    Ok(report.status())
}

async fn open_sides(
    arguments: &Arguments,
    io: &Io,
    context: &Context,
    report: &mut Report,
) -> Option<[Side; 2]> {
    let quoted = |text: &Bytes| quote(text, context.locale());
    let [one, two] = match &arguments.operands[..] {
        [] => {
            report.usage(1, &[b"missing operand"]).await;
            return None;
        }
        [only] => {
            report.usage(1, &[b"missing operand after ", &quoted(only)]).await;
            return None;
        }
        [one, two] => [one, two],
        [_, _, extra, ..] => {
            report.usage(1, &[b"extra operand ", &quoted(extra)]).await;
            return None;
        }
    };
    let mut delimiters: Vec<&Bytes> = arguments.values(DELIMITER).collect();
    delimiters.dedup();
    if delimiters.len() > 1 {
        report.fail(1, &[b"multiple output delimiters specified"]).await;
        return None;
    }
    let separator = if arguments.has(ZERO) { 0 } else { b'\n' };
    let mut sides = Vec::with_capacity(2);
    for name in [one, two] {
        match open_input(context, io, name).await {
            Ok(input) => sides.push(Side {
                records: Records::new(input, separator),
                name: name.clone(),
                current: None,
                previous: None,
                disordered: false,
            }),
            Err(error) => {
                let shown = quote_if_needed(name, context.locale());
                report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
                return None;
            }
        }
    }
    <[Side; 2]>::try_from(sides).ok()
}

struct Merge {
    sides: [Side; 2],
    checking: Checking,
    unpaired: bool,
    shown: [bool; 3],
    delimiter: Bytes,
    separator: u8,
    totals: [u64; 3],
    output: Writer,
}

impl Merge {
    /// Goes through both files; whether it reached their ends.
    async fn run(&mut self, context: &Context, report: &mut Report) -> Result<bool> {
        if !(self.advance(0, context, report).await? && self.advance(1, context, report).await?) {
            return Ok(false);
        }
        loop {
            let order = match (&self.sides[0].current, &self.sides[1].current) {
                (None, None) => return Ok(true),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(two)) => one.cmp(two),
            };
            let (column, side) = match order {
                Ordering::Less => (0, 0),
                Ordering::Greater => (1, 1),
                Ordering::Equal => (2, 0),
            };
            self.unpaired |= order != Ordering::Equal;
            self.print(column, side);
            self.output.settle(&context.call).await?;
            let onward = match order {
                Ordering::Less => self.advance(0, context, report).await?,
                Ordering::Greater => self.advance(1, context, report).await?,
                Ordering::Equal => {
                    self.advance(0, context, report).await? && self.advance(1, context, report).await?
                }
            };
            if !onward {
                return Ok(false);
            }
        }
    }

    /// Reads on in one file and looks at its order; whether to go on.
    async fn advance(&mut self, side: usize, context: &Context, report: &mut Report) -> Result<bool> {
        let this = &mut self.sides[side];
        if let Err(message) = this.advance(context).await {
            self.output.flush(&context.call).await?;
            let shown = quote_if_needed(&this.name, context.locale());
            report.fail(1, &[&shown, b": ", message.as_bytes()]).await;
            return Ok(false);
        }
        let looks = match self.checking {
            Checking::Never => false,
            Checking::Unpaired => self.unpaired,
            Checking::Always => true,
        };
        if looks && !this.disordered && this.is_out_of_order() {
            this.disordered = true;
            self.output.flush(&context.call).await?;
            let message = format!("file {} is not in sorted order", side + 1);
            if self.checking == Checking::Always {
                report.fail(1, &[message.as_bytes()]).await;
                return Ok(false);
            }
            report.say(&[message.as_bytes()]).await;
        }
        Ok(true)
    }

    fn print(&mut self, column: usize, side: usize) {
        self.totals[column] += 1;
        if !self.shown[column] {
            return;
        }
        for _ in self.shown[..column].iter().filter(|shown| **shown) {
            self.output.push(&self.delimiter);
        }
        if let Some(line) = &self.sides[side].current {
            self.output.push(line);
        }
        self.output.push_byte(self.separator);
    }

    fn print_totals(&mut self) {
        for total in self.totals {
            self.output.push(total.to_string().as_bytes());
            // An empty delimiter is a zero byte between columns, and nothing here.
            self.output.push(if self.delimiter == b"\0"[..] { b"" } else { &self.delimiter });
        }
        self.output.push(b"total");
        self.output.push_byte(self.separator);
    }
}
