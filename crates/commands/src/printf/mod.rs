//! `printf`, where another program runs it: the shell has its own, over the same code.

use bytes::{Bytes, BytesMut};
use mirage_shell::builtins::printf::{Flavor, Printer, Problem};
use mirage_shell::command::{
    Arguments, Command, Context, Example, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::{QuotingStyle, Report, quote};

static SPEC: Spec = Spec {
    name: "printf",
    summary: "Print arguments by a format",
    usage: &["FORMAT [ARGUMENT]..."],
    parsing: Parsing::Own,
    notes: "FORMAT is C's, with %b for a string with escapes and %q for one quoted for the shell. It is used again while\narguments are left.",
    examples: &[Example {
        title: "from another program",
        line: "printf '1\\n2\\n' | xargs printf '%03d\\n'",
        output: "001\n002\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Printf;

impl Command for Printf {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Unknown, ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let operands = match arguments.operands.first().map(|first| &first[..]) {
        Some(b"--") => &arguments.operands[1..],
        _ => &arguments.operands[..],
    };
    let Some((format, rest)) = operands.split_first() else {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    };
    let locale = context.locale();
    let mut printer = Printer {
        out: BytesMut::new(),
        problems: Vec::new(),
        flavor: Flavor::Program,
        locale,
        // The program knows no times: `%(` is an invalid conversion there.
        clock: &|_, _| Vec::new(),
        counts: Vec::new(),
        quote: &|text| QuotingStyle::ShellEscape.quote(text, locale),
    };
    printer.print(format, rest);
    let Printer { out, problems, .. } = printer;
    // Messages stand where they would: behind what was printed before them.
    let mut printed = 0;
    for (at, problem) in &problems {
        write(&out[printed..*at], &io, context).await?;
        printed = *at;
        let message = message(problem, locale);
        match problem {
            Problem::Ignored(_) => report.say(&[&message]).await,
            _ => report.fail(1, &[&message]).await,
        }
    }
    write(&out[printed..], &io, context).await?;
    if let (Some(first), false) = (rest.first(), takes_arguments(format)) {
        report.say(&[b"warning: ignoring excess arguments, starting with ", &quote(first, locale)]).await;
    }
    Ok(report.status())
}

async fn write(bytes: &[u8], io: &Io, context: &Context) -> Result<()> {
    match bytes.is_empty() {
        true => Ok(()),
        false => io.stdout.write(&context.call, Bytes::copy_from_slice(bytes)).await,
    }
}

/// Whether a format has a conversion.
fn takes_arguments(format: &[u8]) -> bool {
    let mut rest = format;
    while let Some(at) = memchr::memchr(b'%', rest) {
        if rest.get(at + 1) != Some(&b'%') {
            return true;
        }
        rest = &rest[at + 2..];
    }
    false
}

fn message(problem: &Problem, locale: mirage_pattern::Locale) -> Vec<u8> {
    match problem {
        Problem::NotANumber(text, true) => {
            [&quote(text, locale)[..], b": value not completely converted"].concat()
        }
        Problem::NotANumber(text, false) => {
            [&quote(text, locale)[..], b": expected a numeric value"].concat()
        }
        Problem::OutOfRange(text) => [&quote(text, locale)[..], b": Numerical result out of range"].concat(),
        Problem::BadConversion(text) | Problem::Unfinished(text) => {
            [text, &b": invalid conversion specification"[..]].concat()
        }
        Problem::BadTime(_) => b"%(: invalid conversion specification".to_vec(),
        Problem::Ignored(text) => {
            let rest = b": character(s) following character constant have been ignored";
            [b"warning: ", &text[..], rest].concat()
        }
        Problem::BadWidth(text) => [&b"invalid field width: "[..], &quote(text, locale)].concat(),
        Problem::BadPrecision(text) => [&b"invalid precision: "[..], &quote(text, locale)].concat(),
        Problem::BadCharacter(escape) => [&b"invalid universal character name "[..], escape].concat(),
        Problem::TooWide => b"write error".to_vec(),
        Problem::MissingDigit(_) => b"missing hexadecimal number in escape".to_vec(),
    }
}
