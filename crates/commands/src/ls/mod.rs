//! `ls`: what directories hold. Also `dir` and `vdir`.

mod color;
mod flags;
mod item;
mod layout;
mod options;
mod order;
mod print;

use std::collections::VecDeque;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::Io;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, Result};

use crate::support::{Output, QuotingStyle, Report, join, operands_or, quote_if_needed};
use color::Colors;
use item::{Item, Links};
use options::{Following, Format, Options};
use print::Printer;

static SPEC: Spec = Spec {
    name: "ls",
    summary: "List information about files (the current directory by default)",
    flags: flags::FLAGS,
    usage_status: 2,
    failure_status: 2,
    notes: "Entries are sorted by name unless one of -cftuvSUX or --sort is given. Sizes that a service does not tell are \
        shown as '?'.\n\nSIZE is an integer and a unit: K, M, G, ... are powers of 1024, KB, MB, ... of 1000.\n\
        WHEN is always (default), auto (never: the output is no terminal) or never. Colors are taken from LS_COLORS, or \
        from TERM when that is unset.\n\nExit status: 0 if OK, 1 if minor problems (a subdirectory can not be read), 2 if \
        serious trouble (an operand can not be read).",
    examples: &[
        Example { title: "one name a line", line: "mkdir d && touch d/b d/a && ls d", output: "a\nb\n" },
        Example {
            title: "with kinds, hidden ones too",
            line: "mkdir -p d/sub && touch d/.hidden && ls -AF d",
            output: ".hidden\nsub/\n",
        },
    ],
    ..Spec::DEFAULT
};

static DIR_SPEC: Spec = Spec {
    name: "dir",
    summary: "List directory contents by columns, like ls -C -b",
    examples: &[],
    flags: flags::FLAGS,
    usage_status: 2,
    failure_status: 2,
    ..Spec::DEFAULT
};

static VDIR_SPEC: Spec = Spec {
    name: "vdir",
    summary: "List directory contents in full, like ls -l -b",
    examples: &[],
    flags: flags::FLAGS,
    usage_status: 2,
    failure_status: 2,
    ..Spec::DEFAULT
};

/// One of the three commands.
pub struct Ls {
    spec: &'static Spec,
    format: Format,
    quoting: QuotingStyle,
}

/// `ls`
pub const LS: Ls = Ls { spec: &SPEC, format: Format::OnePerLine, quoting: QuotingStyle::Literal };

/// `dir`
pub const DIR: Ls = Ls { spec: &DIR_SPEC, format: Format::Columns, quoting: QuotingStyle::Escape };

/// `vdir`
pub const VDIR: Ls = Ls { spec: &VDIR_SPEC, format: Format::Long, quoting: QuotingStyle::Escape };

impl Command for Ls {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let recursive = arguments.has(flags::RECURSIVE);
        let itself = arguments.has(flags::DIRECTORY);
        let effects = operands_or(arguments, b".")
            .iter()
            .map(|operand| context.path(operand))
            .map(|path| if itself { Effect::Stat(path) } else { Effect::List { path, recursive } })
            .collect();
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(self, arguments, io, context).await
    }
}

async fn run(command: &Ls, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::read(&arguments, context, command.format, command.quoting) {
        Ok(options) => options,
        Err(wrong) => {
            match wrong.help {
                true => report.usage(wrong.status, &[&wrong.message]).await,
                false => report.fail(wrong.status, &[&wrong.message]).await,
            }
            return Ok(report.status());
        }
    };
    for warning in &options.warnings {
        report.say(&[warning]).await;
    }
    let mut colors = None;
    if options.color {
        match Colors::new(&context.environment, context.locale()) {
            Ok(found) => colors = Some(found),
            Err(messages) => {
                for message in messages {
                    report.say(&[&message]).await;
                }
            }
        }
    }
    let long = options.format == Format::Long;
    let links = Links::of(&options, colors.as_ref().is_some_and(|colors| colors.needs_targets(long)));
    let printer = Printer::new(context, &options, colors);
    let output = Output::new(&io);
    report.after(&output);
    let lister = Lister {
        context,
        options: &options,
        links,
        report,
        printer,
        output,
        printed: false,
        subdirectories: Vec::new(),
    };
    lister.run(&operands_or(&arguments, b".")).await
}

struct Lister<'a> {
    context: &'a Context,
    options: &'a Options,
    links: Links,
    report: Report,
    printer: Printer<'a>,
    output: Output,
    /// Whether a group was printed: the next one is set off by an empty line.
    printed: bool,
    /// Where headers of directories start and end, for `--dired`.
    subdirectories: Vec<(usize, usize)>,
}

/// A directory to be listed.
struct Pending {
    path: Vec<u8>,
    name: Bytes,
    /// The identities of the directories it was reached through, where followed links could lead back.
    above: Vec<(u64, u64)>,
    operand: bool,
}

impl Lister<'_> {
    async fn run(mut self, operands: &[Bytes]) -> Result<Status> {
        let mut files = Vec::new();
        for operand in operands {
            match item::operand(self.context, operand, self.options, &self.links).await {
                Ok(item) => files.push(item),
                Err(error) => self.cannot(2, "cannot access", operand, &error).await,
            }
        }
        order::sort(&mut files, self.options, self.printer.locale);
        self.printer.measure(&files);
        let mut pending = VecDeque::new();
        if !self.options.directory {
            let (directories, others): (Vec<Item>, Vec<Item>) =
                files.into_iter().partition(|item| item.entry.is_directory());
            files = others;
            pending.extend(directories.into_iter().map(|item| Pending {
                path: item.path,
                name: item.name,
                above: Vec::new(),
                operand: true,
            }));
        }
        if !files.is_empty() {
            self.printer.print(&files);
            self.printed = true;
        }
        let headers = operands.len() > 1 || self.options.recursive;
        while let Some(directory) = pending.pop_front() {
            self.pass_on().await?;
            for below in self.list(directory, headers).await.into_iter().rev() {
                pending.push_front(below);
            }
        }
        self.finish_dired();
        self.pass_on().await?;
        self.output.flush(&self.context.call).await?;
        Ok(self.report.status())
    }

    /// Prints a directory; answers the directories in it that are to be listed next.
    async fn list(&mut self, directory: Pending, headers: bool) -> Vec<Pending> {
        let status = if directory.operand { 2 } else { 1 };
        let mut above = directory.above;
        if self.options.recursive && self.options.following == Following::Always {
            let entry = self.context.view.stat(&directory.path, Follow::Yes).await;
            if let Some(identity) = entry.ok().and_then(|entry| entry.identity) {
                if above.contains(&identity) {
                    let name = quote_if_needed(&directory.path, self.printer.locale);
                    self.hand_over();
                    self.report.fail(2, &[&name, b": not listing already-listed directory"]).await;
                    return Vec::new();
                }
                above.push(identity);
            }
        }
        let mut failed = Vec::new();
        let found =
            item::directory(self.context, &directory.path, self.options, &self.links, &mut failed).await;
        let mut items = match found {
            Ok(items) => items,
            Err(error) => {
                self.cannot(status, "cannot open directory", &directory.path, &error).await;
                return Vec::new();
            }
        };
        for (path, error) in failed {
            let what = if path == directory.path { "reading directory" } else { "cannot access" };
            self.cannot(1, what, &path, &error).await;
        }
        if headers {
            self.header(&directory.name);
        }
        self.printed = true;
        order::sort(&mut items, self.options, self.printer.locale);
        if self.options.format == Format::Long || self.options.blocks {
            self.printer.total(&items);
        }
        self.printer.measure(&items);
        self.printer.print(&items);
        if !self.options.recursive {
            return Vec::new();
        }
        let below = items.into_iter().filter(item::descends);
        below
            .map(|item| {
                let path = join(&directory.path, &item.name);
                Pending { name: path.clone().into(), path, above: above.clone(), operand: false }
            })
            .collect()
    }

    fn header(&mut self, name: &[u8]) {
        let printer = &mut self.printer;
        if self.printed {
            printer.text.push(b'\n');
        }
        printer.indent();
        let start = printer.position();
        let shown = printer.quoted(name).0;
        printer.text.extend_from_slice(&shown);
        self.subdirectories.push((start, start + shown.len()));
        printer.text.extend_from_slice(b":\n");
    }

    fn finish_dired(&mut self) {
        if !self.options.dired {
            return;
        }
        let style = "literal";
        for (title, places) in [("//DIRED//", &self.printer.dired), ("//SUBDIRED//", &self.subdirectories)] {
            if places.is_empty() {
                continue;
            }
            let numbers: Vec<String> = places.iter().map(|(start, end)| format!(" {start} {end}")).collect();
            self.printer.text.extend_from_slice(format!("{title}{}\n", numbers.concat()).as_bytes());
        }
        self.printer
            .text
            .extend_from_slice(format!("//DIRED-OPTIONS// --quoting-style={style}\n").as_bytes());
    }

    async fn pass_on(&mut self) -> Result<()> {
        let text = self.take_text();
        self.output.pass(&self.context.call, text.into()).await
    }

    /// What was printed comes before the message that follows.
    fn hand_over(&mut self) {
        let text = self.take_text();
        self.output.push(&text);
    }

    fn take_text(&mut self) -> Vec<u8> {
        let text = std::mem::take(&mut self.printer.text);
        self.printer.passed += text.len();
        text
    }

    async fn cannot(&mut self, status: Status, what: &str, path: &[u8], error: &Error) {
        self.hand_over();
        self.report.note(status);
        self.report.cannot(what, path, error).await;
    }
}
