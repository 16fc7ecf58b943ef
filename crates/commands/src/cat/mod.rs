//! `cat`: files one after another, as they are or made visible.

mod show;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, open_input, operands_or_stdin, plan_inputs, quote_if_needed};
use show::Show;

const SHOW_ALL: Flag = Flag::new('A', "show-all", "equivalent to -vET");
const NUMBER_NONBLANK: Flag =
    Flag::new('b', "number-nonblank", "number non-empty output lines, overrides -n");
const SHOW_VE: Flag = Flag::short('e', "equivalent to -vE");
const SHOW_ENDS: Flag = Flag::new('E', "show-ends", "print $ at the end of each line");
const NUMBER: Flag = Flag::new('n', "number", "number all output lines");
const SQUEEZE_BLANK: Flag = Flag::new('s', "squeeze-blank", "suppress repeated empty output lines");
const SHOW_VT: Flag = Flag::short('t', "equivalent to -vT");
const SHOW_TABS: Flag = Flag::new('T', "show-tabs", "print TAB characters as ^I");
const UNBUFFERED: Flag = Flag::short('u', "(ignored)");
const SHOW_NONPRINTING: Flag =
    Flag::new('v', "show-nonprinting", "use ^ and M- notation, except for LFD and TAB");

static SPEC: Spec = Spec {
    name: "cat",
    summary: "Print files one after another",
    flags: &[
        SHOW_ALL,
        NUMBER_NONBLANK,
        SHOW_VE,
        SHOW_ENDS,
        NUMBER,
        SQUEEZE_BLANK,
        SHOW_VT,
        SHOW_TABS,
        UNBUFFERED,
        SHOW_NONPRINTING,
    ],
    notes: "With no FILE, or when FILE is -, read standard input.",
    examples: &[
        Example {
            title: "number lines",
            line: "printf 'a\\nb\\n' | cat -n",
            output: "     1\ta\n     2\tb\n",
        },
        Example {
            title: "make tabs and line ends visible",
            line: "printf 'a\\tb\\n' | cat -A",
            output: "a^Ib$\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Cat;

impl Command for Cat {
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
    let mut show = show_options(&arguments);
    if io.stdout.is_closed() {
        report.fail(1, &[b"standard output: Bad file descriptor"]).await;
        return Ok(report.status());
    }
    let mut output = Writer::new(io.stdout.clone());
    for operand in operands_or_stdin(&arguments) {
        let input = match open_input(context, &io, &operand).await {
            Ok(input) => input,
            Err(error) => {
                fail(&mut report, context, &operand, &error).await;
                continue;
            }
        };
        match is_own_output(&input, &io.stdout, context).await {
            Ok(false) => {}
            Ok(true) => {
                let name = quote_if_needed(&operand, context.locale());
                report.fail(1, &[&name, b": input file is output file"]).await;
                continue;
            }
            Err(error) => {
                fail(&mut report, context, &operand, &error).await;
                continue;
            }
        }
        if let Err(error) = copy(input, &mut show, &mut output, context).await? {
            fail(&mut report, context, &operand, &error).await;
        }
    }
    if let Some(show) = &mut show {
        show.finish(output.buffer());
    }
    output.flush(&context.call).await?;
    if io.stdin.is_closed() && operands_or_stdin(&arguments).iter().any(|operand| operand == "-") {
        report.fail(1, &[b"closing standard input: Bad file descriptor"]).await;
    }
    Ok(report.status())
}

async fn fail(report: &mut Report, context: &Context, operand: &[u8], error: &mirage_vfs::Error) {
    let name = quote_if_needed(operand, context.locale());
    report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
}

/// Copies one input; the inner result is about reading it, the outer one about writing.
async fn copy(
    input: Descriptor,
    show: &mut Option<Show>,
    output: &mut Writer,
    context: &Context,
) -> Result<Result<()>> {
    loop {
        let chunk: Bytes = match input.read(&context.call).await {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(error)),
        };
        match show {
            None => output.pass(&context.call, chunk).await?,
            Some(show) => show.render(&chunk, output.buffer()),
        }
        output.flush(&context.call).await?;
        if output.is_unwanted() {
            return Ok(input.discard(&context.call).await);
        }
        context.call.tick_many(64).await;
    }
}

fn show_options(arguments: &Arguments) -> Option<Show> {
    let any = |flags: &[Flag]| flags.iter().any(|flag| arguments.has(*flag));
    let show = Show {
        ends: any(&[SHOW_ALL, SHOW_VE, SHOW_ENDS]),
        tabs: any(&[SHOW_ALL, SHOW_VT, SHOW_TABS]),
        nonprinting: any(&[SHOW_ALL, SHOW_VE, SHOW_VT, SHOW_NONPRINTING]),
        squeeze: any(&[SQUEEZE_BLANK]),
        number: any(&[NUMBER, NUMBER_NONBLANK]),
        skip_blank_numbers: any(&[NUMBER_NONBLANK]),
        ..Show::default()
    };
    (show.ends || show.tabs || show.nonprinting || show.squeeze || show.number).then_some(show)
}

/// Whether reading `input` would read back what is written: the same file, not yet at its end.
async fn is_own_output(input: &Descriptor, output: &Descriptor, context: &Context) -> Result<bool> {
    let (Some(from), Some(to)) = (input.as_file(), output.as_file()) else { return Ok(false) };
    let (one, two) = (from.file().stat(&context.call).await?, to.file().stat(&context.call).await?);
    let empty = one.size.exact() == Some(0);
    Ok(one.identity.is_some() && one.identity == two.identity && (!empty || to.options().append))
}
