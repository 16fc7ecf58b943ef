//! `basename`: the last component of a path.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{Output, Report, last_component, quote};

const MULTIPLE: Flag = Flag::new('a', "multiple", "support multiple arguments and treat each as a NAME");
const SUFFIX: Flag = Flag::new('s', "suffix", "remove a trailing SUFFIX; implies -a").value("SUFFIX");
const ZERO: Flag = Flag::new('z', "zero", "end each output line with NUL, not newline");

static SPEC: Spec = Spec {
    name: "basename",
    summary: "Print NAME with any leading directory components removed, and a trailing SUFFIX",
    usage: &["NAME [SUFFIX]", "OPTION... NAME..."],
    flags: &[MULTIPLE, SUFFIX, ZERO],
    parsing: Parsing::Leading,
    examples: &[Example {
        title: "without directory and suffix",
        line: "basename /usr/src/main.c .c",
        output: "main\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Basename;

impl Command for Basename {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan::default()
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let suffix = arguments.value(SUFFIX);
    let multiple = arguments.has(MULTIPLE) || suffix.is_some();
    let (names, suffix) = match &arguments.operands[..] {
        [] => {
            report.usage(1, &[b"missing operand"]).await;
            return Ok(report.status());
        }
        names if multiple => (names, suffix),
        [name] => (std::slice::from_ref(name), None),
        [name, suffix] => (std::slice::from_ref(name), Some(suffix)),
        [_, _, extra, ..] => {
            report.usage(1, &[b"extra operand ", &quote(extra, context.locale())]).await;
            return Ok(report.status());
        }
    };
    let end = if arguments.has(ZERO) { 0 } else { b'\n' };
    let output = Output::new(&io);
    report.after(&output);
    for name in names {
        context.call.tick().await;
        let base = last_component(name);
        let shortened =
            suffix.and_then(|suffix| base.strip_suffix(&suffix[..])).filter(|rest| !rest.is_empty());
        output.push(shortened.unwrap_or(base));
        output.push_byte(end);
    }
    output.flush(&context.call).await?;
    Ok(0)
}
