//! `hostname`: the name of the machine.

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::Report;

const ALIAS: Flag = Flag::new('a', "alias", "other names: none");
const ALL_FQDNS: Flag = Flag::new('A', "all-fqdns", "all full names: none without a network");
const BOOT: Flag = Flag::new('b', "boot", "accepted: there is a name");
const DOMAIN: Flag = Flag::new('d', "domain", "the domain: none");
const FQDN: Flag = Flag::new('f', "fqdn", "the full name: the same");
const LONG: Flag = Flag::long("long", "the same as -f");
const FILE: Flag = Flag::new('F', "file", "set the name from FILE: refused").value("FILE");
const ADDRESS: Flag = Flag::new('i', "ip-address", "the addresses of the name: none");
const ALL_ADDRESSES: Flag = Flag::new('I', "all-ip-addresses", "all addresses of the machine: none");
const SHORT: Flag = Flag::new('s', "short", "the name up to its first dot");
const NIS: Flag = Flag::new('y', "nis", "the domain of NIS: none");
const YP: Flag = Flag::long("yp", "the same as -y");

static SPEC: Spec = Spec {
    name: "hostname",
    summary: "Print the name of the machine",
    usage: &["[OPTION]"],
    flags: &[ALIAS, ALL_FQDNS, BOOT, DOMAIN, FQDN, LONG, FILE, ADDRESS, ALL_ADDRESSES, SHORT, NIS, YP],
    rewrite: Some(lengthen),
    notes: "The machine has a name and no network: what asks for addresses and domains fails. The name cannot be set.",
    examples: &[Example { title: "the name", line: "hostname", output: "mirage\n" }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Hostname;

impl Command for Hostname {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(256), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// The short forms of `--help` and `--version`.
fn lengthen(words: Vec<Bytes>) -> Vec<Bytes> {
    crate::support::lengthen_help(words, b"-h", b"-V")
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if let Some(name) = arguments.value(FILE) {
        let found = context.view.stat(name, mirage_vfs::tree::Follow::Yes).await;
        match found {
            Ok(_) => report.fail(1, &[b"you must be root to change the host name"]).await,
            Err(error) => report.fail(1, &[error.to_string().as_bytes()]).await,
        }
        return Ok(report.status());
    }
    if !arguments.operands.is_empty() {
        report.fail(1, &[b"you must be root to change the host name"]).await;
        return Ok(report.status());
    }
    let name = context.call.host().facts().hostname.as_bytes();
    let shown: &[u8] = match arguments.options.last().map(|(flag, _)| *flag) {
        Some(ALIAS | DOMAIN | ADDRESS) => {
            report.fail(1, &[b"Name or service not known"]).await;
            return Ok(report.status());
        }
        // This one message is printed where the answer would be.
        Some(NIS | YP) => {
            report.note(1);
            b"hostname: Local domain name not set"
        }
        Some(ALL_FQDNS | ALL_ADDRESSES) => b"",
        Some(SHORT) => name.split(|&byte| byte == b'.').next().unwrap_or(name),
        _ => name,
    };
    if io.stdout.is_closed() {
        return Ok(report.status());
    }
    let mut output = Writer::new(io.stdout.clone());
    output.push(shown);
    output.push_byte(b'\n');
    output.flush(&context.call).await?;
    Ok(report.status())
}
