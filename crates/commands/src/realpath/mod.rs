//! `realpath`: absolute paths, canonical or relative to another.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, ErrorKind, Path, Result};

use crate::support::{Missing, Output, Report, canonical, quote_if_needed, relative_to};

const EXISTING: Flag = Flag::new('e', "canonicalize-existing", "all components of the path must exist");
const MISSING: Flag =
    Flag::new('m', "canonicalize-missing", "no path components need exist or be a directory");
const LOGICAL: Flag = Flag::new('L', "logical", "resolve '..' components before symlinks");
const PHYSICAL: Flag = Flag::new('P', "physical", "resolve symlinks as encountered (default)");
const QUIET: Flag = Flag::new('q', "quiet", "suppress most error messages");
const RELATIVE_TO: Flag = Flag::long("relative-to", "print the resolved path relative to DIR").value("DIR");
const RELATIVE_BASE: Flag =
    Flag::long("relative-base", "print absolute paths unless paths below DIR").value("DIR");
const STRIP: Flag = Flag::new('s', "strip", "don't expand symlinks");
const NO_SYMLINKS: Flag = Flag::long("no-symlinks", "the same");
const ZERO: Flag = Flag::new('z', "zero", "end each output line with NUL, not newline");

static SPEC: Spec = Spec {
    name: "realpath",
    summary: "Print the resolved absolute file name; all but the last component must exist",
    usage: &["[OPTION]... FILE..."],
    flags: &[
        EXISTING,
        MISSING,
        LOGICAL,
        PHYSICAL,
        QUIET,
        RELATIVE_TO,
        RELATIVE_BASE,
        STRIP,
        NO_SYMLINKS,
        ZERO,
    ],
    examples: &[Example {
        title: "the way from one directory to a file",
        line: "realpath --relative-to=/usr/bin /usr/lib/x -m",
        output: "../lib/x\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Realpath;

impl Command for Realpath {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let effects = arguments.operands.iter().map(|operand| Effect::Stat(context.path(operand))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// How paths are made.
struct Resolution {
    missing: Missing,
    keep_links: bool,
    logical: bool,
    relative_to: Option<Path>,
    relative_base: Option<Path>,
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
        return Ok(report.status());
    }
    let mut resolution = Resolution {
        missing: match arguments.last_of(&[EXISTING, MISSING]) {
            Some(EXISTING) => Missing::Nothing,
            Some(_) => Missing::Anything,
            None => Missing::Last,
        },
        keep_links: matches!(
            arguments.last_of(&[STRIP, NO_SYMLINKS, LOGICAL, PHYSICAL]),
            Some(STRIP | NO_SYMLINKS)
        ),
        logical: arguments.last_of(&[STRIP, NO_SYMLINKS, LOGICAL, PHYSICAL]) == Some(LOGICAL),
        relative_to: None,
        relative_base: None,
    };
    let (to, base) = (arguments.value(RELATIVE_TO), arguments.value(RELATIVE_BASE));
    for (given, is_base) in [(to, false), (base, true)] {
        let Some(given) = given else { continue };
        match resolution.directory(given, context).await {
            Ok(path) if is_base => resolution.relative_base = Some(path),
            Ok(path) => resolution.relative_to = Some(path),
            Err(error) => {
                complain(given, &error, context, &mut report).await;
                return Ok(report.status());
            }
        }
    }
    resolution.settle();
    let end = if arguments.has(ZERO) { 0 } else { b'\n' };
    let output = Output::new(&io);
    report.after(&output);
    for operand in &arguments.operands {
        context.call.tick().await;
        match resolution.resolve(operand, context).await {
            Ok(path) => {
                output.push(&resolution.shown(&path));
                output.push_byte(end);
            }
            Err(_) if arguments.has(QUIET) => report.note(1),
            Err(error) => complain(operand, &error, context, &mut report).await,
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

async fn complain(path: &[u8], error: &Error, context: &Context, report: &mut Report) {
    let name = quote_if_needed(path, context.locale());
    report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
}

impl Resolution {
    async fn resolve(&self, path: &Bytes, context: &Context) -> Result<Path> {
        let view = &context.view;
        if self.keep_links && self.missing == Missing::Last && !path.is_empty() {
            return self.resolve_text(path, context).await;
        }
        if !self.logical || path.is_empty() {
            return canonical(view, path, self.missing, self.keep_links).await;
        }
        // What the text says exists, before `..` is taken out of it.
        canonical(view, path, self.missing, true).await?;
        canonical(view, view.absolute(path).as_bytes(), self.missing, false).await
    }

    /// The path by its text alone: what is missing is no error unless a dot follows it, a loop of links always is.
    async fn resolve_text(&self, path: &Bytes, context: &Context) -> Result<Path> {
        let view = &context.view;
        let has_dots = path.split(|&byte| byte == b'/').any(|part| matches!(part, b"." | b".."));
        match view.stat(path, Follow::Yes).await {
            Err(error) if error.is(ErrorKind::NotFound) && !has_dots => {
                canonical(view, path, Missing::Anything, true).await
            }
            Err(error) if error.is(ErrorKind::TooManyLinks) => Err(error),
            _ => canonical(view, path, self.missing, true).await,
        }
    }

    async fn directory(&self, path: &Bytes, context: &Context) -> Result<Path> {
        let resolved = self.resolve(path, context).await?;
        if self.missing == Missing::Nothing {
            let entry = context.view.stat(resolved.as_bytes(), Follow::Yes).await?;
            if !entry.is_directory() {
                return Err(Error::new(ErrorKind::NotADirectory, "resolve"));
            }
        }
        Ok(resolved)
    }

    /// A base without a target is the target too; a target outside the base makes every path absolute.
    fn settle(&mut self) {
        match (&self.relative_to, &self.relative_base) {
            (None, Some(base)) => self.relative_to = Some(base.clone()),
            (Some(to), Some(base)) if !to.starts_with(base) => {
                (self.relative_to, self.relative_base) = (None, None);
            }
            _ => {}
        }
    }

    fn shown(&self, path: &Path) -> Vec<u8> {
        let inside = self.relative_base.as_ref().is_none_or(|base| path.starts_with(base));
        match &self.relative_to {
            Some(to) if inside => relative_to(path, to),
            _ => path.as_bytes().to_vec(),
        }
    }
}
