//! `sed`: edits a stream line by line by a script.
//!
//! The script is parsed to a [`program`] once; [`execute`] runs it over the lines of the input.

mod execute;
mod parse;
mod program;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::{ErrorKind, OpenOptions, Result};

use crate::support::{Report, open_input, read_list};
use execute::{Executor, Stop};
use parse::{Dialect, Parser, Source};
use program::Program;

const QUIET: Flag = Flag::new('n', "quiet", "do not print the pattern space by default");
const SILENT: Flag = Flag { short: None, long: Some("silent"), help: "", ..QUIET };
const DEBUG: Flag = Flag::long("debug", "(not supported)");
const EXPRESSION: Flag = Flag::new('e', "expression", "add SCRIPT to the commands to run").value("SCRIPT");
const FILE: Flag = Flag::new('f', "file", "add the contents of FILE to the commands to run").value("FILE");
const FOLLOW_SYMLINKS: Flag = Flag::long("follow-symlinks", "with -i, edit what a link leads to");
const IN_PLACE: Flag =
    Flag::new('i', "in-place", "edit files in place; keep the old one as FILE+SUFFIX").optional("SUFFIX");
const LINE_LENGTH: Flag = Flag::new('l', "line-length", "wrap the lines of `l' at N characters").value("N");
const POSIX: Flag = Flag::long("posix", "without the extensions of GNU");
const EXTENDED: Flag = Flag::new('E', "regexp-extended", "use extended regular expressions");
const EXTENDED_OLD: Flag = Flag::short('r', "the same as -E");
const SEPARATE: Flag = Flag::new('s', "separate", "each file is an input of its own");
const SANDBOX: Flag = Flag::long("sandbox", "refuse the commands e, r and w");
const UNBUFFERED: Flag =
    Flag::new('u', "unbuffered", "take no more input than needed, print every line at once");
const NULL_DATA: Flag = Flag::new('z', "null-data", "lines end with NUL");
const ZERO_TERMINATED: Flag = Flag { short: None, long: Some("zero-terminated"), help: "", ..NULL_DATA };

static SPEC: Spec = Spec {
    name: "sed",
    summary: "Edit a stream line by line",
    usage: &["[OPTION]... SCRIPT [FILE]...", "[OPTION]... -e SCRIPT... [FILE]..."],
    flags: &[
        QUIET,
        SILENT,
        DEBUG,
        EXPRESSION,
        FILE,
        FOLLOW_SYMLINKS,
        IN_PLACE,
        LINE_LENGTH,
        POSIX,
        EXTENDED,
        EXTENDED_OLD,
        SEPARATE,
        SANDBOX,
        UNBUFFERED,
        NULL_DATA,
        ZERO_TERMINATED,
    ],
    failure_status: 4,
    notes: "With no FILE, or when FILE is -, read standard input. Without -e or -f the first operand is the script. The \
            commands that run programs (e, s///e) are not supported.",
    examples: &[
        Example {
            title: "lines by their numbers",
            line: "printf 'a\\nb\\nc\\n' | sed -n 2,3p",
            output: "b\nc\n",
        },
        Example {
            title: "replace in every line",
            line: "printf 'key=1\\n' | sed -E 's/([a-z]+)=(.*)/\\2 is \\U\\1/'",
            output: "1 is KEY\n",
        },
        Example {
            title: "insert before a line",
            line: "printf 'a\\nb\\n' | sed '2i\\  new'",
            output: "a\n  new\nb\n",
        },
    ],
    ..Spec::DEFAULT
};

/// How a script is run.
#[derive(Debug)]
struct Settings {
    quiet: bool,
    posix: bool,
    separate: bool,
    unbuffered: bool,
    /// `-i`, with the suffix of backups, empty for none.
    in_place: Option<Bytes>,
    follow_symlinks: bool,
    /// What ends a line.
    separator: u8,
    /// The length of the lines of `l`.
    width: usize,
}

/// The command.
pub struct Sed;

impl Command for Sed {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        plan(arguments, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The operands after the script.
fn files(arguments: &Arguments) -> &[Bytes] {
    let has_script = arguments.has(EXPRESSION) || arguments.has(FILE);
    arguments.operands.get(usize::from(!has_script)..).unwrap_or_default()
}

fn plan(arguments: &Arguments, context: &PlanContext) -> Plan {
    let scripts = arguments.values(FILE).filter(|name| *name != "-").map(|name| Effect::Read {
        path: context.path(name),
        extent: Extent::Whole,
        recursive: false,
    });
    let mut effects: Vec<Effect> = scripts.collect();
    let in_place = arguments.has(IN_PLACE);
    let files = files(arguments);
    for name in files.iter().filter(|name| *name != "-" || in_place) {
        let path = context.path(name);
        effects.push(Effect::Read { path: path.clone(), extent: Extent::Whole, recursive: false });
        if in_place {
            effects.push(Effect::Write { path, recursive: false });
        }
    }
    let reads_stdin = !in_place && (files.is_empty() || files.iter().any(|name| *name == "-"));
    let stdin = if reads_stdin { Extent::Whole } else { Extent::None };
    Plan { effects, stdin, stdout: Shape::Unknown }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let settings = match settings(&arguments) {
        Ok(settings) => settings,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let program = match program(&arguments, &io, context, &settings).await {
        Ok(program) => program,
        Err((status, message)) => {
            report.fail(status, &[&message]).await;
            return Ok(report.status());
        }
    };
    let settings = Settings { quiet: settings.quiet || program.quiet, ..settings };
    let mut files = files(&arguments).to_vec();
    if files.is_empty() {
        if settings.in_place.is_some() {
            report.fail(4, &[b"no input files"]).await;
            return Ok(report.status());
        }
        files.push(Bytes::from_static(b"-"));
    }
    let failed = Report::new(&arguments, &io, context);
    let ran = async {
        let executor = Executor::new(context, &io, &settings, &program, files, report).await?;
        executor.run(&program).await
    };
    match ran.await {
        Ok(status) => Ok(status),
        Err(Stop::Output(error)) if error.is(ErrorKind::BadDescriptor) => {
            failed.say(&[b"couldn't close stdout: ", error.to_string().as_bytes()]).await;
            Ok(SPEC.failure_status)
        }
        Err(Stop::Output(error)) => Err(error),
        Err(Stop::Fatal(status, message)) => {
            failed.say(&[&message]).await;
            Ok(status)
        }
    }
}

fn settings(arguments: &Arguments) -> Result<Settings, Vec<u8>> {
    if arguments.has(DEBUG) {
        return Err(b"--debug is not supported".to_vec());
    }
    let width = match arguments.value(LINE_LENGTH) {
        None => 70,
        Some(text) => {
            let number = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
            number.ok_or_else(|| [b"invalid line length: ", &text[..]].concat())?
        }
    };
    let in_place = arguments.has(IN_PLACE).then(|| arguments.value(IN_PLACE).cloned().unwrap_or_default());
    Ok(Settings {
        quiet: arguments.has(QUIET) || arguments.has(SILENT),
        posix: arguments.has(POSIX),
        separate: arguments.has(SEPARATE) || in_place.is_some(),
        unbuffered: arguments.has(UNBUFFERED),
        in_place,
        follow_symlinks: arguments.has(FOLLOW_SYMLINKS),
        separator: if arguments.has(NULL_DATA) || arguments.has(ZERO_TERMINATED) { 0 } else { b'\n' },
        width,
    })
}

/// Reads and parses the parts of the script; the status and message of a failure.
async fn program(
    arguments: &Arguments,
    io: &Io,
    context: &Context,
    settings: &Settings,
) -> Result<Program, (Status, Vec<u8>)> {
    let wrong = |parse::ParseError(status, message)| (status, message);
    let mut parser = Parser::new(Dialect {
        extended: arguments.has(EXTENDED) || arguments.has(EXTENDED_OLD),
        posix: settings.posix,
        sandbox: arguments.has(SANDBOX),
        locale: context.locale(),
        separator: settings.separator,
    });
    let mut expressions = 0;
    let mut has_script = false;
    for (flag, value) in &arguments.options {
        let Some(value) = value.as_ref().filter(|_| *flag == EXPRESSION || *flag == FILE) else { continue };
        has_script = true;
        if *flag == EXPRESSION {
            expressions += 1;
            parser.add(value, Source::Expression(expressions)).map_err(wrong)?;
        } else {
            let text = script_file(value, io, context).await;
            let text = text.map_err(|error| {
                (4, [b"couldn't open file ", &value[..], b": ", error.to_string().as_bytes()].concat())
            })?;
            parser.add(&text, Source::File(value.clone())).map_err(wrong)?;
        }
    }
    if !has_script {
        let Some(script) = arguments.operands.first() else {
            let help = [b"no script\nTry '", &arguments.name[..], b" --help' for more information."].concat();
            return Err((1, help));
        };
        parser.add(script, Source::Expression(1)).map_err(wrong)?;
    }
    parser.finish().map_err(wrong)
}

/// The text of a script file.
async fn script_file(name: &[u8], io: &Io, context: &Context) -> Result<Vec<u8>> {
    let input = match name {
        b"-" => open_input(context, io, name).await?,
        _ => context.open(io, name, &OpenOptions::reading()).await?,
    };
    Ok(read_list(&input, &context.call, |byte| byte == b'\n').await?.text.to_vec())
}
