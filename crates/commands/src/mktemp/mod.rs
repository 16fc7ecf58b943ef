//! `mktemp`: a new file or directory with a name nobody has.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, ErrorKind, OpenOptions, Result};

use crate::support::{Output, Report, join, quote};

const DIRECTORY: Flag = Flag::new('d', "directory", "create a directory, not a file");
const DRY_RUN: Flag = Flag::new('u', "dry-run", "do not create anything; merely print a name (unsafe)");
const QUIET: Flag = Flag::new('q', "quiet", "suppress diagnostics about file/dir-creation failure");
const SUFFIX: Flag = Flag::long("suffix", "append SUFF to TEMPLATE; must not contain a slash").value("SUFF");
const IN_DIRECTORY: Flag =
    Flag::short('p', "interpret TEMPLATE relative to DIR, or to $TMPDIR or /tmp if DIR is empty")
        .value("DIR");
const IN_TEMPORARY: Flag = Flag::long("tmpdir", "the same; DIR may be left out").optional("DIR");
const OLD_STYLE: Flag =
    Flag::short('t', "interpret TEMPLATE as a single file name component, relative to $TMPDIR (deprecated)");

static SPEC: Spec = Spec {
    name: "mktemp",
    summary: "Create a temporary file or directory, safely, and print its name",
    usage: &["[OPTION]... [TEMPLATE]"],
    flags: &[DIRECTORY, DRY_RUN, QUIET, SUFFIX, IN_DIRECTORY, IN_TEMPORARY, OLD_STYLE],
    notes: "TEMPLATE must contain at least 3 consecutive 'X's in its last component. If TEMPLATE is not specified, \
        tmp.XXXXXXXXXX is used, in $TMPDIR or /tmp. Files are created u+rw, and directories u+rwx.",
    examples: &[Example {
        title: "a directory of one's own",
        line: "d=$(mktemp -d /tmp/work.XXXXXX) && echo ${#d}",
        output: "16\n",
    }],
    ..Spec::DEFAULT
};

/// How often a taken name is replaced by another.
const TRIES: u32 = 1000;

const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The command.
pub struct Mktemp;

impl Command for Mktemp {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let template = arguments.operands.first().map_or(&b"/tmp/tmp.XXXXXXXXXX"[..], |template| template);
        let effects = match arguments.has(DRY_RUN) {
            true => Vec::new(),
            false => vec![Effect::Write { path: context.path(template), recursive: false }],
        };
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// A path with a run of X in its last component.
struct Template {
    text: Vec<u8>,
    /// Where the X start and how many there are.
    start: usize,
    length: usize,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.len() > 1 {
        report.usage(1, &[b"too many templates"]).await;
        return Ok(report.status());
    }
    let template = match template(&arguments, context) {
        Ok(template) => template,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let what: &[u8] = if arguments.has(DIRECTORY) { b"directory" } else { b"file" };
    match create(&template, &arguments, context).await {
        Ok(path) => {
            let output = Output::new(&io);
            report.after(&output);
            output.push(&path);
            output.push(b"\n");
            output.flush(&context.call).await?;
        }
        Err(_) if arguments.has(QUIET) => report.note(1),
        Err(error) => {
            let name = quote(&template.text, context.locale());
            let text = error.to_string();
            report
                .fail(1, &[b"failed to create ", what, b" via template ", &name, b": ", text.as_bytes()])
                .await;
        }
    }
    Ok(report.status())
}

/// The template that the arguments ask for; the error is a message.
fn template(arguments: &Arguments, context: &Context) -> Result<Template, Vec<u8>> {
    let locale = context.locale();
    let quoted = |text: &[u8]| quote(text, locale);
    let given = arguments.operands.first();
    let mut name = given.map_or_else(|| b"tmp.XXXXXXXXXX".to_vec(), |given| given.to_vec());
    let suffix = arguments.value(SUFFIX);
    if suffix.is_some() && name.last() != Some(&b'X') {
        return Err([b"with --suffix, template ", &quoted(&name)[..], b" must end in X"].concat());
    }
    if let Some(suffix) = suffix {
        name.extend_from_slice(suffix);
    }
    let before_suffix = name.len() - suffix.map_or(0, |suffix| suffix.len());
    let end = name[..before_suffix].iter().rposition(|&byte| byte == b'X').map_or(0, |at| at + 1);
    let length = name[..end].iter().rev().take_while(|&&byte| byte == b'X').count();
    if name[end..].contains(&b'/') {
        return Err(
            [b"invalid suffix ", &quoted(&name[end..])[..], b", contains directory separator"].concat()
        );
    }
    if length < 3 {
        let shown = given.map_or(&name[..], |given| given);
        return Err([b"too few X's in template ", &quoted(shown)[..]].concat());
    }
    let chosen =
        arguments.value(IN_DIRECTORY).or_else(|| arguments.value(IN_TEMPORARY)).filter(|dir| !dir.is_empty());
    let in_directory = arguments.has(IN_DIRECTORY) || arguments.has(IN_TEMPORARY);
    let from_environment = context.environment.get(b"TMPDIR").filter(|dir| !dir.is_empty());
    let directory: Option<Vec<u8>> = if arguments.has(OLD_STYLE) {
        if name.contains(&b'/') {
            return Err(
                [b"invalid template, ", &quoted(&name)[..], b", contains directory separator"].concat()
            );
        }
        Some(from_environment.or(chosen).map_or_else(|| b"/tmp".to_vec(), |dir| dir.to_vec()))
    } else if in_directory || given.is_none() {
        if name.starts_with(b"/") {
            let end = b"; with --tmpdir, it may not be absolute";
            return Err([b"invalid template, ", &quoted(&name)[..], end].concat());
        }
        Some(chosen.or(from_environment).map_or_else(|| b"/tmp".to_vec(), |dir| dir.to_vec()))
    } else {
        None
    };
    let text = directory.map_or_else(|| name.clone(), |directory| join(&directory, &name));
    let start = text.len() - name.len() + end - length;
    Ok(Template { text, start, length })
}

async fn create(template: &Template, arguments: &Arguments, context: &Context) -> Result<Vec<u8>> {
    let view = &context.view;
    for _ in 0..TRIES {
        context.call.tick().await;
        let path = template.filled(context);
        let made = if arguments.has(DRY_RUN) {
            match view.stat(&path, Follow::No).await {
                Ok(_) => Err(Error::new(ErrorKind::AlreadyExists, "open")),
                Err(error) if error.is(ErrorKind::NotFound) => Ok(()),
                Err(error) => Err(error),
            }
        } else if arguments.has(DIRECTORY) {
            view.create_dir(&path, 0o700).await
        } else {
            let options = OpenOptions {
                read: true,
                write: true,
                create: true,
                exclusive: true,
                mode: 0o600,
                ..Default::default()
            };
            match view.open(&path, &options).await {
                Ok(file) => file.close(&context.call).await,
                Err(error) => Err(error),
            }
        };
        match made {
            Ok(()) => return Ok(path),
            Err(error) if error.is(ErrorKind::AlreadyExists) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::new(ErrorKind::AlreadyExists, "open"))
}

impl Template {
    /// The path with random letters and digits for the X.
    fn filled(&self, context: &Context) -> Vec<u8> {
        let mut random = vec![0; self.length * 8];
        context.call.host().random(&mut random);
        let mut path = self.text.clone();
        for (place, bytes) in path[self.start..self.start + self.length].iter_mut().zip(random.chunks(8)) {
            let number = bytes.iter().fold(0u64, |number, &byte| number << 8 | u64::from(byte));
            *place = LETTERS[(number % LETTERS.len() as u64) as usize];
        }
        path
    }
}
