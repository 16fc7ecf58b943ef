//! `expand`: tabs turned into spaces.

use bytes::{Bytes, BytesMut};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{
    Filter, Report, TabStops, TabStopsBuilder, filter_inputs, operands_or_stdin, plan_inputs,
};

const INITIAL: Flag = Flag::new('i', "initial", "leave tabs behind other characters alone");
const TABS: Flag = Flag::new(
    't',
    "tabs",
    "tab stops every N columns, or at the columns of LIST; /N and +N at its end say how it goes on",
)
.value("LIST");

/// The old form of `-t`: `-4`, `-2,6`.
const DIGITS: [Flag; 10] = {
    let mut flags = [Flag::short('0', "").optional("LIST"); 10];
    let mut digit = 0;
    while digit < 10 {
        flags[digit].short = Some((b'0' + digit as u8) as char);
        digit += 1;
    }
    flags
};

static SPEC: Spec = Spec {
    name: "expand",
    summary: "Turn tabs into spaces",
    flags: &[
        INITIAL, TABS, DIGITS[0], DIGITS[1], DIGITS[2], DIGITS[3], DIGITS[4], DIGITS[5], DIGITS[6],
        DIGITS[7], DIGITS[8], DIGITS[9],
    ],
    notes: "With no FILE, or when FILE is -, read standard input. Columns are counted in bytes.",
    examples: &[
        Example { title: "every eight columns", line: "printf 'a\\tb\\n' | expand", output: "a       b\n" },
        Example { title: "every four", line: "printf '\\tx\\n' | expand -t 4", output: "    x\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Expand;

impl Command for Expand {
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
    let stops = match tab_stops(&arguments, context) {
        Ok(stops) => stops,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut lines = Lines { stops, initial: arguments.has(INITIAL), column: 0, converting: true };
    filter_inputs(&mut lines, &operands_or_stdin(&arguments), &io, context, &mut report).await?;
    Ok(report.status())
}

fn tab_stops(arguments: &Arguments, context: &Context) -> std::result::Result<TabStops, Vec<u8>> {
    let mut stops = TabStopsBuilder::default();
    for (flag, value) in &arguments.options {
        let rest = value.clone().unwrap_or_default();
        let list: Bytes = match flag.short {
            Some(digit) if digit.is_ascii_digit() => [&[digit as u8], &rest[..]].concat().into(),
            Some('t') => rest,
            _ => continue,
        };
        stops.add(&list, context.locale())?;
    }
    stops.build()
}

struct Lines {
    stops: TabStops,
    /// Only tabs in front of everything else.
    initial: bool,
    column: u64,
    converting: bool,
}

impl Filter for Lines {
    fn feed(&mut self, chunk: &[u8], output: &mut BytesMut) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let plain = match self.converting {
                true if self.initial => rest.iter().take_while(|byte| **byte == b' ').count(),
                true => memchr::memchr3(b'\t', b'\n', 8, rest).unwrap_or(rest.len()),
                false => memchr::memchr(b'\n', rest).unwrap_or(rest.len()),
            };
            output.extend_from_slice(&rest[..plain]);
            self.column += plain as u64;
            rest = &rest[plain..];
            let Some((&byte, after)) = rest.split_first() else { break };
            rest = after;
            match byte {
                b'\n' => {
                    output.extend_from_slice(b"\n");
                    self.column = 0;
                    self.converting = true;
                }
                b'\t' => {
                    // Where there are no more stops a tab is one space.
                    let next = self.stops.after(self.column).unwrap_or(self.column + 1);
                    output.resize(output.len() + (next - self.column) as usize, b' ');
                    self.column = next;
                }
                byte => {
                    output.extend_from_slice(&[byte]);
                    self.column = if byte == 8 { self.column.saturating_sub(1) } else { self.column + 1 };
                    self.converting = !self.initial;
                }
            }
        }
    }
}
