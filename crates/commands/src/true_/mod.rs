//! `true` and `false`, where another program runs them.

use mirage_shell::command::{
    Arguments, Command, Context, Example, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::Result;

static TRUE_SPEC: Spec = Spec {
    name: "true",
    summary: "Do nothing, successfully",
    usage: &["[ignored arguments]"],
    parsing: Parsing::Own,
    examples: &[Example { title: "its status", line: "env true; echo $?", output: "0\n" }],
    ..Spec::DEFAULT
};

static FALSE_SPEC: Spec = Spec {
    name: "false",
    summary: "Do nothing, unsuccessfully",
    usage: &["[ignored arguments]"],
    parsing: Parsing::Own,
    examples: &[Example { title: "its status", line: "env false; echo $?", output: "1\n" }],
    ..Spec::DEFAULT
};

/// `true`
pub struct True;

/// `false`
pub struct False;

impl Command for True {
    fn spec(&self) -> &'static Spec {
        &TRUE_SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Empty, ..Plan::default() }
    }

    async fn run(&self, _arguments: Arguments, _io: Io, _context: &Context) -> Result<Status> {
        Ok(0)
    }
}

impl Command for False {
    fn spec(&self) -> &'static Spec {
        &FALSE_SPEC
    }

    fn plan(&self, _arguments: &Arguments, _stdin: &Shape, _context: &PlanContext) -> Plan {
        Plan { stdout: Shape::Empty, ..Plan::default() }
    }

    async fn run(&self, _arguments: Arguments, _io: Io, _context: &Context) -> Result<Status> {
        Ok(1)
    }
}
