//! `rmdir`: empty directories removed.

use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, ErrorKind, Result};

use crate::support::{Output, Report, parents, quote_always, without_trailing_slashes};

const IGNORE_NON_EMPTY: Flag = Flag::long(
    "ignore-fail-on-non-empty",
    "ignore each failure that is solely because a directory is non-empty",
);
const PARENTS: Flag = Flag::new('p', "parents", "remove DIRECTORY and its ancestors");
const VERBOSE: Flag = Flag::new('v', "verbose", "output a diagnostic for every directory processed");

static SPEC: Spec = Spec {
    name: "rmdir",
    summary: "Remove the DIRECTORY(ies), if they are empty",
    usage: &["[OPTION]... DIRECTORY..."],
    flags: &[IGNORE_NON_EMPTY, PARENTS, VERBOSE],
    examples: &[Example {
        title: "with its parents",
        line: "mkdir -p a/b && rmdir -pv a/b",
        output: "rmdir: removing directory, 'a/b'\nrmdir: removing directory, 'a'\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Rmdir;

impl Command for Rmdir {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let with_parents = arguments.has(PARENTS);
        let paths = arguments.operands.iter().flat_map(|operand| {
            let parents = parents(operand).filter(move |_| with_parents);
            parents.chain(std::iter::once(&operand[..])).map(|path| context.path(path))
        });
        let effects = paths.map(|path| Effect::Remove { path, recursive: false }).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if arguments.operands.is_empty() {
        report.usage(1, &[b"missing operand"]).await;
    }
    let ignores = arguments.has(IGNORE_NON_EMPTY);
    let output = Output::new(&io);
    report.after(&output);
    for operand in &arguments.operands {
        context.call.tick().await;
        tell(&arguments, operand, context, &output);
        if let Err(error) = context.view.remove_dir(operand).await {
            if ignores && error.is(ErrorKind::NotEmpty) {
                continue;
            }
            if is_followed_link(operand, &error, context).await {
                let name = quote_always(operand, context.locale());
                report.fail(1, &[b"failed to remove ", &name, b": Symbolic link not followed"]).await;
                continue;
            }
            report.cannot("failed to remove", operand, &error).await;
            continue;
        }
        if !arguments.has(PARENTS) {
            continue;
        }
        let above: Vec<&[u8]> = parents(operand).collect();
        for parent in above.into_iter().rev() {
            tell(&arguments, parent, context, &output);
            match context.view.remove_dir(parent).await {
                Ok(()) => {}
                Err(error) if ignores && error.is(ErrorKind::NotEmpty) => break,
                Err(error) => {
                    report.cannot("failed to remove directory", parent, &error).await;
                    break;
                }
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// A slash behind a link to a directory does not mean the directory.
async fn is_followed_link(path: &[u8], error: &Error, context: &Context) -> bool {
    let plain = without_trailing_slashes(path);
    error.is(ErrorKind::NotADirectory)
        && plain.len() < path.len()
        && context.view.stat(plain, Follow::No).await.is_ok_and(|entry| entry.is_symlink())
        && context.view.stat(plain, Follow::Yes).await.is_ok_and(|entry| entry.is_directory())
}

fn tell(arguments: &Arguments, path: &[u8], context: &Context, output: &Output) {
    if arguments.has(VERBOSE) {
        let name = quote_always(path, context.locale());
        [&arguments.name[..], b": removing directory, ", &name, b"\n"]
            .into_iter()
            .for_each(|part| output.push(part));
    }
}
