//! `uname`, `arch`: what system this seems to be.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::Result;

use crate::support::{Report, no_more_than};

const ALL: Flag = Flag::new('a', "all", "everything below in this order, but what is unknown");
const KERNEL_NAME: Flag =
    Flag::new('s', "kernel-name", "the name of the kernel (this is what is printed without options)");
const NODE_NAME: Flag = Flag::new('n', "nodename", "the name of the machine");
const KERNEL_RELEASE: Flag = Flag::new('r', "kernel-release", "the release of the kernel");
const KERNEL_VERSION: Flag = Flag::new('v', "kernel-version", "the version of the kernel");
const MACHINE: Flag = Flag::new('m', "machine", "the kind of machine");
const PROCESSOR: Flag = Flag::new('p', "processor", "the kind of processor: unknown");
const PLATFORM: Flag = Flag::new('i', "hardware-platform", "the platform: unknown");
const SYSTEM: Flag = Flag::new('o', "operating-system", "the operating system");

static SPEC: Spec = Spec {
    name: "uname",
    summary: "Print what system this is",
    usage: &["[OPTION]..."],
    flags: &[
        ALL,
        KERNEL_NAME,
        NODE_NAME,
        KERNEL_RELEASE,
        KERNEL_VERSION,
        MACHINE,
        PROCESSOR,
        PLATFORM,
        SYSTEM,
    ],
    notes: "The system is made up, and the same on every machine.",
    examples: &[Example { title: "kernel and machine", line: "uname -sm", output: "Linux x86_64\n" }],
    ..Spec::DEFAULT
};

static ARCH_SPEC: Spec = Spec {
    name: "arch",
    summary: "Print the kind of machine",
    usage: &["[OPTION]"],
    notes: "The same as uname -m.",
    examples: &[Example { title: "the machine", line: "arch", output: "x86_64\n" }],
    ..Spec::DEFAULT
};

/// `uname`.
pub const UNAME: System = System(&SPEC);

/// `arch`.
pub const ARCH: System = System(&ARCH_SPEC);

/// The command, under one of its names.
pub struct System(&'static Spec);

impl Command for System {
    fn spec(&self) -> &'static Spec {
        self.0
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Bounded(512), ..Plan::default() }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        let only_machine = self.0.name == "arch";
        run(arguments, only_machine, io, context).await
    }
}

async fn run(arguments: Arguments, only_machine: bool, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    if !no_more_than(0, &arguments, &mut report).await {
        return Ok(report.status());
    }
    let hostname = context.call.host().facts().hostname.as_str();
    let facts = [
        (KERNEL_NAME, "Linux"),
        (NODE_NAME, hostname),
        (KERNEL_RELEASE, "6.1.0-mirage"),
        (KERNEL_VERSION, "#1 SMP PREEMPT_DYNAMIC"),
        (MACHINE, "x86_64"),
        (PROCESSOR, "unknown"),
        (PLATFORM, "unknown"),
        (SYSTEM, "GNU/Linux"),
    ];
    let all = arguments.has(ALL);
    let is_wanted = |flag: Flag| match arguments.options.is_empty() {
        true => flag == if only_machine { MACHINE } else { KERNEL_NAME },
        false => all || arguments.has(flag),
    };
    let shown = facts.into_iter().filter(|(flag, text)| is_wanted(*flag) && !(all && *text == "unknown"));
    let shown: Vec<&str> = shown.map(|(_, text)| text).collect();
    let mut output = Writer::new(io.stdout.clone());
    output.push(shown.join(" ").as_bytes());
    output.push_byte(b'\n');
    output.flush(&context.call).await?;
    Ok(report.status())
}
