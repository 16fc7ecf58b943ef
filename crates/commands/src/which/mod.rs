//! `which`: where a command is along PATH.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Parsing, Plan, PlanContext, Shape, Spec,
    Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;
use mirage_vfs::tree::{Access, Follow};

use crate::support::{Report, join};

const ALL: Flag = Flag::short('a', "print every place, not only the first");
const SILENT: Flag = Flag::short('s', "print nothing, the status tells");

static SPEC: Spec = Spec {
    name: "which",
    summary: "Print where commands are along PATH",
    usage: &["[-a] NAME..."],
    flags: &[ALL, SILENT],
    parsing: Parsing::Leading,
    usage_status: 2,
    notes: "The status is 0 when every NAME was found, else 1.",
    examples: &[Example { title: "where a command is", line: "which cat", output: "/usr/bin/cat\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Which;

impl Command for Which {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let named = arguments.operands.iter().filter(|name| name.contains(&b'/'));
        let effects = named.map(|name| Effect::Stat(context.path(name))).collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let mut output = Writer::new(io.stdout.clone());
    let mut all_found = !arguments.operands.is_empty();
    for name in &arguments.operands {
        let mut found = false;
        for path in candidates(name, context) {
            match is_program(&path, context).await {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => {
                    report.fail(1, &[&path[..], b": ", error.to_string().as_bytes()]).await;
                    continue;
                }
            }
            if !arguments.has(SILENT) {
                output.push(&path);
                output.push_byte(b'\n');
            }
            found = true;
            if !arguments.has(ALL) {
                break;
            }
        }
        all_found &= found;
    }
    output.flush(&context.call).await?;
    Ok(report.status().max(u8::from(!all_found)))
}

/// Where a name could be: itself when it holds a slash, else in every directory of PATH.
fn candidates(name: &Bytes, context: &Context) -> Vec<Vec<u8>> {
    if name.contains(&b'/') {
        return vec![name.to_vec()];
    }
    let path = context.environment.get(b"PATH").cloned().unwrap_or_default();
    let directories = path.split(|&byte| byte == b':').map(|directory| match directory {
        b"" => &b"."[..],
        directory => directory,
    });
    directories.map(|directory| join(directory, name)).collect()
}

async fn is_program(path: &[u8], context: &Context) -> Result<bool> {
    match context.view.probe(path, Follow::Yes).await? {
        Some(entry) if entry.is_file() => context.view.allows(path, Access::Execute).await,
        _ => Ok(false),
    }
}
