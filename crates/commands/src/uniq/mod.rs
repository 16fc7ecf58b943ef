//! `uniq`: repeated lines once, counted, or alone.

mod obsolete;
mod options;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::{ErrorKind, OpenOptions, Result};

use crate::support::{
    Records, Report, open_input, operands_or_stdin, plan_inputs, quote_always, quote_if_needed,
};
use options::{FLAGS, Grouping, Options};

static SPEC: Spec = Spec {
    name: "uniq",
    summary: "Print lines, each run of equal ones once",
    usage: &["[OPTION]... [INPUT [OUTPUT]]"],
    flags: FLAGS,
    rewrite: Some(obsolete::rewrite),
    notes: "Only lines next to each other are compared: sort first, or use sort -u.\nWith no INPUT, or when it is -, read standard input; OUTPUT is standard output.",
    examples: &[Example {
        title: "how often each line is there",
        line: "printf 'b\\na\\nb\\n' | sort | uniq -c",
        output: "      1 a\n      2 b\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Uniq;

impl Command for Uniq {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let input: Vec<Bytes> = operands_or_stdin(arguments).into_iter().take(1).collect();
        let mut plan = plan_inputs(&input, Extent::UntilStopped, Shape::Unknown, context);
        if let Some(output) = arguments.operands.get(1).filter(|output| *output != "-") {
            plan.effects.push(Effect::Write { path: context.path(output), recursive: false });
        }
        plan
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::read(&arguments, context.locale()) {
        Ok(options) => options,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    let name = operands_or_stdin(&arguments).remove(0);
    let shown = |name: &[u8]| quote_if_needed(name, context.locale());
    let input = match open_input(context, &io, &name).await {
        Ok(input) => input,
        Err(error) => {
            let why = match error.is(ErrorKind::IsADirectory) {
                true => [b"error reading ", &quote_always(&name, context.locale())[..]].concat(),
                false => [&shown(&name)[..], b": ", error.to_string().as_bytes()].concat(),
            };
            report.fail(1, &[&why]).await;
            return Ok(report.status());
        }
    };
    let output = match arguments.operands.get(1).filter(|output| *output != "-") {
        None => io.stdout.clone(),
        Some(path) => match context.open(&io, path, &OpenOptions::truncating()).await {
            Ok(output) => output,
            Err(error) => {
                report.fail(1, &[&shown(path), b": ", error.to_string().as_bytes()]).await;
                return Ok(report.status());
            }
        },
    };
    let mut run = Run { options, writer: Writer::new(output.clone()), first_group: true, held: None };
    let read = run.lines(input, context).await?;
    run.writer.flush(&context.call).await?;
    if read.is_err() {
        let quoted = quote_always(&name, context.locale());
        report.fail(1, &[b"error reading ", &quoted]).await;
    }
    drop(run);
    close(output, &io, context).await?;
    Ok(report.status())
}

/// A file of our own is committed when it is closed; standard output is the caller's.
async fn close(output: Descriptor, io: &Io, context: &Context) -> Result<()> {
    match output.same_description(&io.stdout) {
        true => Ok(()),
        false => output.close(&context.call).await,
    }
}

struct Run {
    options: Options,
    writer: Writer,
    first_group: bool,
    /// The line of a run that goes out only when another one follows.
    held: Option<Bytes>,
}

impl Run {
    /// Goes through the input; the inner error is about reading it.
    async fn lines(&mut self, input: Descriptor, context: &Context) -> Result<Result<()>> {
        let mut records = Records::new(input, self.options.separator);
        // The first line of the run at hand, and how many it has.
        let mut current: Option<(Bytes, u64)> = None;
        loop {
            let line = match records.next(&context.call).await {
                Ok(line) => line,
                Err(error) => {
                    self.end_run(current.take());
                    return Ok(Err(error));
                }
            };
            let Some(line) = line else {
                self.end_run(current);
                self.end_groups();
                return Ok(Ok(()));
            };
            match &mut current {
                Some((first, count)) if self.options.same(first, &line) => {
                    *count += 1;
                    let (first, count) = (first.clone(), *count);
                    self.repeated(&first, &line, count);
                }
                _ => {
                    let before = current.replace((line.clone(), 1));
                    self.end_run(before);
                    self.start_run(&line);
                }
            }
            self.writer.settle(&context.call).await?;
        }
    }

    fn push(&mut self, line: &[u8]) {
        self.writer.push(line);
        self.writer.push_byte(self.options.separator);
    }

    fn start_run(&mut self, line: &Bytes) {
        self.held = None;
        if let Some(grouping) = self.options.group {
            let before = match grouping {
                Grouping::Prepend | Grouping::Both => true,
                Grouping::Separate => !self.first_group,
                Grouping::Append | Grouping::None => false,
            };
            if before {
                self.writer.push_byte(self.options.separator);
            }
            self.first_group = false;
            self.push(line);
        }
    }

    /// A further line of the run.
    fn repeated(&mut self, first: &Bytes, line: &Bytes, count: u64) {
        if self.options.group.is_some() {
            return self.push(line);
        }
        let Some(grouping) = self.options.all_repeated else { return };
        if count == 2 {
            let before = match grouping {
                Grouping::Prepend => true,
                Grouping::Separate => !self.first_group,
                _ => false,
            };
            if before {
                self.writer.push_byte(self.options.separator);
            }
            self.first_group = false;
            self.push(first);
        } else if let Some(held) = self.held.take() {
            self.push(&held);
        }
        match self.options.only_unique {
            // -u leaves out the last line of a run, which -D has no other for.
            true => self.held = Some(line.clone()),
            false => self.push(line),
        }
    }

    fn end_run(&mut self, run: Option<(Bytes, u64)>) {
        let Some((line, count)) = run else { return };
        if let Some(grouping) = self.options.group {
            if grouping == Grouping::Append {
                self.writer.push_byte(self.options.separator);
            }
            return;
        }
        if self.options.all_repeated.is_some() {
            return;
        }
        let shown = match count {
            1 => !self.options.only_repeated,
            _ => !self.options.only_unique,
        };
        if shown {
            if self.options.count {
                self.writer.push(format!("{count:7} ").as_bytes());
            }
            self.push(&line);
        }
    }

    fn end_groups(&mut self) {
        if self.options.group == Some(Grouping::Both) && !self.first_group {
            self.writer.push_byte(self.options.separator);
        }
    }
}
