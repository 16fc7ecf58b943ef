//! `tee`: input to standard output and to files.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{Error, ErrorKind, OpenOptions, Result};

use crate::support::{Choices, Report, choose, quote_always, quote_if_needed};

const APPEND: Flag = Flag::new('a', "append", "add to the files instead of replacing what they hold");
const IGNORE_INTERRUPTS: Flag = Flag::new('i', "ignore-interrupts", "accepted: a line is stopped as a whole");
const PIPES: Flag = Flag::short('p', "go on when a pipe has no reader any more");
const OUTPUT_ERROR: Flag =
    Flag::long("output-error", "what an error does: warn, warn-nopipe, exit, exit-nopipe").optional("MODE");

static SPEC: Spec = Spec {
    name: "tee",
    summary: "Copy standard input to standard output and to files",
    usage: &["[OPTION]... [FILE]..."],
    flags: &[APPEND, IGNORE_INTERRUPTS, PIPES, OUTPUT_ERROR],
    notes: "A file that cannot be written is told of, and the others go on.",
    examples: &[Example { title: "keep a copy", line: "echo hi | tee copy; cat copy", output: "hi\nhi\n" }],
    ..Spec::DEFAULT
};

/// What an output that fails does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnError {
    /// Told, but for pipes, which end the run silently.
    Default,
    Warn,
    WarnNoPipe,
    Exit,
    ExitNoPipe,
}

/// The command.
pub struct Tee;

impl Command for Tee {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, stdin: &Shape, context: &PlanContext) -> Plan {
        let files = arguments.operands.iter().filter(|file| *file != "-");
        let effects = files.map(|file| Effect::Write { path: context.path(file), recursive: false });
        Plan { effects: effects.collect(), stdin: Extent::Whole, stdout: stdin.clone() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// One of the outputs.
struct Output {
    /// None: standard output.
    name: Option<Bytes>,
    descriptor: Descriptor,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let on_error = match mode(&arguments, context) {
        Ok(mode) => mode,
        Err(message) => {
            report.usage(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let mut outputs = vec![Output { name: None, descriptor: io.stdout.clone() }];
    for name in &arguments.operands {
        let options =
            if arguments.has(APPEND) { OpenOptions::appending() } else { OpenOptions::truncating() };
        match context.open(&io, name, &options).await {
            Ok(descriptor) => outputs.push(Output { name: Some(name.clone()), descriptor }),
            Err(error) => {
                let shown = quote_if_needed(name, context.locale());
                report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
                if matches!(on_error, OnError::Exit | OnError::ExitNoPipe) {
                    return Ok(report.status());
                }
            }
        }
    }
    while !outputs.is_empty() {
        let chunk = match io.stdin.read(&context.call).await {
            Ok(chunk) if chunk.is_empty() => break,
            Ok(chunk) => chunk,
            Err(error) => {
                report.fail(1, &[b"read error: ", error.to_string().as_bytes()]).await;
                break;
            }
        };
        let mut kept = Vec::with_capacity(outputs.len());
        for output in outputs {
            match output.descriptor.write(&context.call, chunk.clone()).await {
                Ok(()) => kept.push(output),
                Err(error) => {
                    if !goes_on(&output, &error, on_error, context, &mut report).await? {
                        return Ok(report.status());
                    }
                }
            }
        }
        outputs = kept;
        context.call.tick_many(64).await;
    }
    for Output { name, descriptor } in outputs {
        let Some(name) = name else { continue };
        if let Err(error) = descriptor.close(&context.call).await {
            let shown = quote_if_needed(&name, context.locale());
            report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
        }
    }
    Ok(report.status())
}

/// Tells of an output that failed; whether the others go on. A reader of standard output that is gone is an error here
/// unless the mode says otherwise.
async fn goes_on(
    output: &Output,
    error: &Error,
    on_error: OnError,
    context: &Context,
    report: &mut Report,
) -> Result<bool> {
    let pipe = error.is(ErrorKind::BrokenPipe);
    if pipe && on_error == OnError::Default {
        return Err(error.clone());
    }
    if !(pipe && matches!(on_error, OnError::WarnNoPipe | OnError::ExitNoPipe)) {
        let shown = match &output.name {
            Some(name) => quote_if_needed(name, context.locale()),
            None => quote_always(b"standard output", context.locale()),
        };
        report.fail(1, &[&shown, b": ", error.to_string().as_bytes()]).await;
    }
    Ok(match on_error {
        OnError::Exit => false,
        OnError::ExitNoPipe => pipe,
        _ => true,
    })
}

fn mode(arguments: &Arguments, context: &Context) -> std::result::Result<OnError, Vec<u8>> {
    const MODES: &Choices<OnError> = &[
        (&["warn"], OnError::Warn),
        (&["warn-nopipe"], OnError::WarnNoPipe),
        (&["exit"], OnError::Exit),
        (&["exit-nopipe"], OnError::ExitNoPipe),
    ];
    match arguments.value(OUTPUT_ERROR) {
        Some(text) => choose(text, MODES, "--output-error", context.locale()),
        None if arguments.has(OUTPUT_ERROR) || arguments.has(PIPES) => Ok(OnError::WarnNoPipe),
        None => Ok(OnError::Default),
    }
}
