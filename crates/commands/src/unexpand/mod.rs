//! `unexpand`: spaces turned into tabs.

mod blanks;

use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Report, TabStops, TabStopsBuilder, filter_inputs, operands_or_stdin, plan_inputs};
use blanks::Blanks;

const ALL: Flag = Flag::new('a', "all", "also blanks behind other characters");
const FIRST_ONLY: Flag = Flag::long("first-only", "only blanks at the start of a line, even with -t");
const TABS: Flag = Flag::new(
    't',
    "tabs",
    "tab stops every N columns, or at the columns of LIST; /N and +N at its end say how it goes on; means -a",
)
.value("LIST");

/// The old form of `-t`, which does not mean `-a`: `-4`, `-2,6`.
const OLD: [Flag; 11] = {
    let mut flags = [Flag::short(',', ""); 11];
    let mut digit = 0;
    while digit < 10 {
        flags[digit].short = Some((b'0' + digit as u8) as char);
        digit += 1;
    }
    flags
};

static SPEC: Spec = Spec {
    name: "unexpand",
    summary: "Turn spaces into tabs",
    flags: &[
        ALL, FIRST_ONLY, TABS, OLD[0], OLD[1], OLD[2], OLD[3], OLD[4], OLD[5], OLD[6], OLD[7], OLD[8],
        OLD[9], OLD[10],
    ],
    notes: "With no FILE, or when FILE is -, read standard input. Columns are counted in bytes.",
    examples: &[Example {
        title: "the start of a line",
        line: "printf '        x  y\\n' | unexpand",
        output: "\tx  y\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Unexpand;

impl Command for Unexpand {
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
    let all = (arguments.has(ALL) || arguments.has(TABS)) && !arguments.has(FIRST_ONLY);
    let mut blanks = Blanks::new(stops, all);
    filter_inputs(&mut blanks, &operands_or_stdin(&arguments), &io, context, &mut report).await?;
    Ok(report.status())
}

fn tab_stops(arguments: &Arguments, context: &Context) -> std::result::Result<TabStops, Vec<u8>> {
    let mut stops = TabStopsBuilder::default();
    let mut number: Option<u64> = None;
    for (flag, value) in &arguments.options {
        match flag.short {
            Some(digit) if digit.is_ascii_digit() => {
                let grown = number.unwrap_or(0).checked_mul(10);
                let grown = grown.and_then(|tens| tens.checked_add(u64::from(digit as u8 - b'0')));
                number = Some(grown.ok_or_else(|| b"tab stop value is too large".to_vec())?);
            }
            Some(',') => number.take().into_iter().for_each(|stop| stops.add_stop(stop)),
            Some('t') => stops.add(value.as_deref().unwrap_or_default(), context.locale())?,
            _ => {}
        }
    }
    number.into_iter().for_each(|stop| stops.add_stop(stop));
    stops.build()
}
