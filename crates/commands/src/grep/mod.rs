//! `grep`: prints the lines that match, with its old names `egrep` and `fgrep`.

mod color;
mod context;
mod files;
mod flags;
mod include;
mod patterns;
mod print;
mod search;
mod settings;

use mirage_pattern::regex::Syntax;
use mirage_shell::command::{Arguments, Command, Context, Plan, PlanContext, Shape, Spec, Status};
use mirage_shell::io::Io;
use mirage_vfs::Result;

use crate::support::Report;
use files::Files;
use print::Printer;
use settings::{Failure, Settings};

/// The command under one of its names.
pub struct Grep {
    spec: &'static Spec,
    /// The language of the patterns unless an option says otherwise.
    syntax: Syntax,
}

/// `grep`
pub static GREP: Grep = Grep { spec: &flags::GREP, syntax: Syntax::Basic };
/// `egrep`
pub static EGREP: Grep = Grep { spec: &flags::EGREP, syntax: Syntax::Extended };
/// `fgrep`
pub static FGREP: Grep = Grep { spec: &flags::FGREP, syntax: Syntax::Fixed };

impl Command for Grep {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        settings::plan(arguments, context)
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(self.syntax, arguments, io, context).await
    }
}

async fn run(syntax: Syntax, mut arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    // The messages of the old names are grep's, as they run it.
    arguments.name = "grep".into();
    let mut report = Report::new(&arguments, &io, context);
    let (settings, operands) = match Settings::new(syntax, &arguments, context) {
        Ok(made) => made,
        Err(failure) => return Ok(refuse(failure, &mut report).await),
    };
    let mut settings = settings;
    let searcher = match patterns::compile(&mut settings, &io, context).await {
        Ok(searcher) => searcher,
        Err(failure) => return Ok(refuse(failure, &mut report).await),
    };
    for warning in settings.warnings.iter().map(ToString::to_string) {
        report.say(&[b"warning: ", warning.as_bytes()]).await;
    }
    for warning in searcher.regex().warnings() {
        report.say(&[b"warning: ", warning.to_string().as_bytes()]).await;
    }
    let mut files = Files {
        settings: &settings,
        searcher: &searcher,
        context,
        io: &io,
        report,
        printer: Printer::new(&settings, &io, context),
        selected: false,
        any_printed: false,
    };
    let done = files.search_all(&operands).await;
    files.printer.flush().await?;
    done?;
    let failed = files.report.status();
    let selected = files.selected;
    Ok(match (failed, selected) {
        (0, selected) => u8::from(!selected),
        (_, true) if settings.quiet => 0,
        (status, _) => status,
    })
}

async fn refuse(failure: Failure, report: &mut Report) -> Status {
    const USAGE: &[u8] = b"\nUsage: grep [OPTION]... PATTERNS [FILE]...";
    match failure {
        Failure::NoPattern => report.hint(2, USAGE.trim_ascii_start()).await,
        Failure::Choice(message) => report.usage(1, &[&message, USAGE]).await,
        Failure::Message(message) => report.fail(2, &[&message]).await,
    }
    report.status()
}
