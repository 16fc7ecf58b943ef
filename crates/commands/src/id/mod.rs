//! `id`: who the user is, by number and by name.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Accounts, Report, quote};

const COMPATIBLE: Flag = Flag::short('a', "accepted");
const CONTEXT: Flag = Flag::new('Z', "context", "the security context: there is none");
const GROUP: Flag = Flag::new('g', "group", "only the number of the group");
const GROUPS: Flag = Flag::new('G', "groups", "only the numbers of all groups");
const NAME: Flag = Flag::new('n', "name", "the name, not the number; with -u, -g or -G");
const REAL: Flag = Flag::new('r', "real", "the real one, not the effective one; with -u, -g or -G");
const USER: Flag = Flag::new('u', "user", "only the number of the user");
const ZERO: Flag = Flag::new('z', "zero", "end with zero bytes, not blanks and newlines; with -u, -g or -G");

static SPEC: Spec = Spec {
    name: "id",
    summary: "Print who the user is, by number and by name",
    usage: &["[OPTION]... [USER]..."],
    flags: &[COMPATIBLE, CONTEXT, GROUP, GROUPS, NAME, REAL, USER, ZERO],
    notes: "With no USER, the user of this session. Every user is in one group, of the same name and number.",
    examples: &[
        Example {
            title: "the user",
            line: "id",
            output: "uid=1000(user) gid=1000(user) groups=1000(user)\n",
        },
        Example { title: "by name", line: "id -un", output: "user\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Id;

impl Command for Id {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(4096), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let chosen = [USER, GROUP, GROUPS].into_iter().filter(|flag| arguments.has(*flag)).count();
    let problem: Option<&[u8]> = if arguments.has(CONTEXT) {
        Some(b"--context (-Z) works only on an SELinux-enabled kernel")
    } else if chosen > 1 {
        Some(b"cannot print \"only\" of more than one choice")
    } else if chosen == 0 && (arguments.has(NAME) || arguments.has(REAL)) {
        Some(b"cannot print only names or real IDs in default format")
    } else if chosen == 0 && arguments.has(ZERO) {
        Some(b"option --zero not permitted in default format")
    } else {
        None
    };
    if let Some(problem) = problem {
        report.fail(1, &[problem]).await;
        return Ok(report.status());
    }
    let accounts = Accounts::of(context);
    let mut output = Writer::new(io.stdout.clone());
    if arguments.operands.is_empty() {
        show(context.call.host().facts().uid, &arguments, &accounts, &mut output);
    }
    for operand in &arguments.operands {
        match account(operand, &accounts) {
            Some(id) => show(id, &arguments, &accounts, &mut output),
            None => {
                output.flush(&context.call).await?;
                let shown = quote(operand, context.locale());
                let why = if operand.is_empty() { ": No such file or directory" } else { "" };
                report.fail(1, &[&shown, b": no such user", why.as_bytes()]).await;
            }
        }
    }
    output.flush(&context.call).await?;
    Ok(report.status())
}

/// A user by name or number, where there is one.
fn account(operand: &Bytes, accounts: &Accounts) -> Option<u32> {
    let number = || {
        let digits = operand.strip_prefix(b"+").unwrap_or(operand);
        let id: u32 = std::str::from_utf8(digits).ok()?.parse().ok()?;
        accounts.name(id).map(|_| id)
    };
    accounts.id(operand).or_else(number)
}

fn show(id: u32, arguments: &Arguments, accounts: &Accounts, output: &mut Writer) {
    let name = accounts.name_or_number(id);
    if [USER, GROUP, GROUPS].into_iter().any(|flag| arguments.has(flag)) {
        let text = if arguments.has(NAME) { name } else { id.to_string() };
        output.push(text.as_bytes());
        // A list of groups has a zero byte behind each, and one more between users.
        let end: &[u8] = match (arguments.has(ZERO), arguments.has(GROUPS), arguments.operands.len() > 1) {
            (false, ..) => b"\n",
            (true, true, true) => b"\0\0",
            (true, ..) => b"\0",
        };
        return output.push(end);
    }
    let shown = format!("{id}({name})");
    output.push(format!("uid={shown} gid={shown} groups={shown}\n").as_bytes());
}
