//! `fold`: long lines broken to a width.

mod wrap;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, filter_inputs, operands_or_stdin, parse_integer, plan_inputs};
use wrap::Wrap;

const BYTES: Flag =
    Flag::new('b', "bytes", "count bytes: tabs, backspaces and carriage returns are one each");
const SPACES: Flag = Flag::new('s', "spaces", "break behind the last blank that fits");
const WIDTH: Flag = Flag::new('w', "width", "break at WIDTH columns, not at 80").value("WIDTH");

/// The old form of `-w`: `-40`.
const DIGITS: [Flag; 10] = {
    let mut flags = [Flag::short('0', "").optional("WIDTH"); 10];
    let mut digit = 0;
    while digit < 10 {
        flags[digit].short = Some((b'0' + digit as u8) as char);
        digit += 1;
    }
    flags
};

static SPEC: Spec = Spec {
    name: "fold",
    summary: "Break long lines to a width",
    flags: &[
        BYTES, SPACES, WIDTH, DIGITS[0], DIGITS[1], DIGITS[2], DIGITS[3], DIGITS[4], DIGITS[5], DIGITS[6],
        DIGITS[7], DIGITS[8], DIGITS[9],
    ],
    notes: "With no FILE, or when FILE is -, read standard input. A column is a byte, but a tab goes to the next multiple of\neight, a backspace back by one and a carriage return to the start.",
    examples: &[
        Example { title: "at a width", line: "echo abcdefgh | fold -w 3", output: "abc\ndef\ngh\n" },
        Example {
            title: "between words",
            line: "echo 'one two three' | fold -s -w 8",
            output: "one two \nthree\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Fold;

impl Command for Fold {
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

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let width = match width(&arguments, context) {
        Ok(width) => width,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut wrap = Wrap::new(width, arguments.has(BYTES), arguments.has(SPACES));
    filter_inputs(&mut wrap, &operands_or_stdin(&arguments), &io, context, &mut report).await?;
    Ok(report.status())
}

/// The last width given.
fn width(arguments: &Arguments, context: &Context) -> std::result::Result<usize, Vec<u8>> {
    let mut width = 80;
    for (flag, value) in &arguments.options {
        let rest = value.clone().unwrap_or_default();
        let text: Bytes = match flag.short {
            Some(digit) if digit.is_ascii_digit() => [&[digit as u8], &rest[..]].concat().into(),
            Some('w') => rest,
            _ => continue,
        };
        // A width is an unsigned number: one below zero is no number at all.
        let number = match text.trim_ascii_start().starts_with(b"-") {
            true => {
                Err([b"invalid number of columns: ", &crate::support::quote(&text, context.locale())[..]]
                    .concat())
            }
            false => parse_integer(&text, 1..=i64::MAX, "number of columns", context.locale()),
        }?;
        width = usize::try_from(number).unwrap_or(usize::MAX);
    }
    Ok(width)
}
