//! What a command is: its declaration, its plan, and its run.

mod arguments;
mod context;
mod help;
mod plan;
mod registry;
mod spec;

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::Result;

pub use arguments::{Arguments, Parsed, Usage};
pub(crate) use context::locale_of;
pub use context::{Changes, Context, Environment, Launch, Launched, Locale};
pub use plan::{Effect, Extent, Plan, PlanContext, Shape};
pub use registry::Registry;
pub use spec::{Example, Flag, Parsing, Spec, Value};

use crate::io::Io;

/// A command's exit status: 0 for success.
pub type Status = u8;

/// A program the shell can run, in-process, over the tree. Commands hold no state: one value serves every session.
pub trait Command: Sync {
    /// Names, flags, operands and examples. Drives parsing, `--help`, completion, pages and fuzzing.
    fn spec(&self) -> &'static Spec;

    /// What a run with these arguments would touch and write, from the arguments alone: no I/O. It may name more than
    /// a run touches, never less.
    fn plan(&self, arguments: &Arguments, stdin: &Shape, context: &PlanContext) -> Plan;

    /// Runs to the end and answers the status. Messages go to `io.stderr` in GNU's form.
    ///
    /// An error that is answered instead is one of writing to `io.stdout` (or of a descriptor that is broken as such):
    /// the caller turns `BrokenPipe` into a silent 141 and prints anything else as `NAME: write error: TEXT` with the
    /// spec's failure status. Dropping the future cancels the run: what was not committed stays as it was.
    fn run(&self, arguments: Arguments, io: Io, context: &Context) -> impl Future<Output = Result<Status>>;
}

/// A [`Command`] of any type, as the registry holds it.
pub trait DynCommand: Sync {
    /// See [`Command::spec`].
    fn spec(&self) -> &'static Spec;

    /// See [`Command::plan`].
    fn plan(&self, arguments: &Arguments, stdin: &Shape, context: &PlanContext) -> Plan;

    /// See [`Command::run`].
    fn run<'a>(
        &'a self,
        arguments: Arguments,
        io: Io,
        context: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Status>>;
}

impl<C: Command> DynCommand for C {
    fn spec(&self) -> &'static Spec {
        Command::spec(self)
    }

    fn plan(&self, arguments: &Arguments, stdin: &Shape, context: &PlanContext) -> Plan {
        Command::plan(self, arguments, stdin, context)
    }

    fn run<'a>(
        &'a self,
        arguments: Arguments,
        io: Io,
        context: &'a Context,
    ) -> LocalBoxFuture<'a, Result<Status>> {
        Command::run(self, arguments, io, context).boxed_local()
    }
}
