//! `shuf`: lines, words or numbers in a random order.

mod choice;
mod items;
mod options;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io, Writer};
use mirage_vfs::{OpenOptions, Result};

use crate::support::{Report, open_input, plan_inputs, quote, quote_if_needed};
use choice::{Chooser, NoMore};
use items::Items;
use options::{Options, Source};

const ECHO: Flag = Flag::new('e', "echo", "the arguments are the lines");
const RANGE: Flag = Flag::new('i', "input-range", "the numbers from LO to HI are the lines").value("LO-HI");
const COUNT: Flag = Flag::new('n', "head-count", "print at most COUNT lines").value("COUNT");
const OUTPUT: Flag = Flag::new('o', "output", "write to FILE").value("FILE");
const RANDOM_SOURCE: Flag = Flag::long("random-source", "take random bytes from FILE").value("FILE");
const REPEAT: Flag = Flag::new('r', "repeat", "lines may come again; without -n there is no end");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with a zero byte, not a newline");

static SPEC: Spec = Spec {
    name: "shuf",
    summary: "Print lines in a random order",
    usage: &["[OPTION]... [FILE]", "-e [OPTION]... [ARGUMENT]...", "-i LO-HI [OPTION]..."],
    flags: &[ECHO, RANGE, COUNT, OUTPUT, RANDOM_SOURCE, REPEAT, ZERO],
    notes: "With no FILE, or when FILE is -, read standard input.",
    examples: &[
        Example {
            title: "all of them, in some order",
            line: "seq 9 | shuf | sort | tr -d '\\n'",
            output: "123456789",
        },
        Example { title: "one of one", line: "shuf -n 1 -e only", output: "only\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Shuf;

impl Command for Shuf {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let inputs: Vec<Bytes> = match arguments.has(ECHO) || arguments.has(RANGE) {
            true => Vec::new(),
            false => {
                arguments.operands.first().cloned().or(Some(Bytes::from_static(b"-"))).into_iter().collect()
            }
        };
        let mut plan = plan_inputs(&inputs, Extent::Whole, Shape::Unknown, context);
        let read = |path| Effect::Read { path, extent: Extent::UntilStopped, recursive: false };
        plan.effects.extend(arguments.values(RANDOM_SOURCE).map(|file| read(context.path(file))));
        let write = |path| Effect::Write { path, recursive: false };
        plan.effects.extend(arguments.values(OUTPUT).map(|file| write(context.path(file))));
        plan
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::parse(&arguments, context.locale()) {
        Ok(options) => options,
        Err(wrong) => {
            report.refuse(1, &wrong).await;
            return Ok(report.status());
        }
    };
    if options.count == Some(0) {
        return Ok(report.status());
    }
    if let Err(message) = shuffle(&options, &io, context).await? {
        report.fail(1, &[&message]).await;
    }
    Ok(report.status())
}

/// The inner result is a message.
async fn shuffle(options: &Options, io: &Io, context: &Context) -> Result<std::result::Result<(), Vec<u8>>> {
    let failed = |name: &[u8], error: &mirage_vfs::Error| {
        [&quote_if_needed(name, context.locale())[..], b": ", error.to_string().as_bytes()].concat()
    };
    let input = match &options.source {
        Source::File(name) => match open_input(context, io, name).await {
            Ok(input) => Some(input),
            Err(error) if error.is(mirage_vfs::ErrorKind::IsADirectory) => {
                return Ok(Err(format!("read error: {error}").into_bytes()));
            }
            Err(error) => return Ok(Err(failed(name, &error))),
        },
        Source::Words(_) | Source::Range(..) => None,
    };
    let mut chooser = match &options.random_source {
        None => Chooser::from_host(context),
        Some(name) => match context.open(io, name, &OpenOptions::reading()).await {
            Ok(source) => Chooser::from_file(source),
            Err(error) if error.is(mirage_vfs::ErrorKind::IsADirectory) => Chooser::unreadable(error),
            Err(error) => return Ok(Err(failed(name, &error))),
        },
    };
    let no_more = |error: NoMore| {
        let name = quote(options.random_source.as_deref().unwrap_or_default(), context.locale());
        match error {
            NoMore::End => [&name[..], b": end of file"].concat(),
            NoMore::Unread(error) => [&name[..], b": read error: ", error.to_string().as_bytes()].concat(),
        }
    };
    let items = match Items::read(options, input, &mut chooser, context).await {
        Ok(items) => items,
        Err(items::Trouble::Unread(error)) => {
            return Ok(Err(format!("read error: {error}").into_bytes()));
        }
        Err(items::Trouble::Random(error)) => return Ok(Err(no_more(error))),
    };
    let target = match &options.output {
        None => io.stdout.clone(),
        Some(name) => match context.open(io, name, &OpenOptions::truncating()).await {
            Ok(target) => target,
            Err(error) => return Ok(Err(failed(name, &error))),
        },
    };
    let printed = print(options, &items, &mut chooser, target.clone(), context).await?;
    close(target, io, context).await?;
    Ok(printed.map_err(|error| error.map_or_else(|| b"no lines to repeat".to_vec(), no_more)))
}

/// A file of our own is committed when it is closed; standard output is the caller's.
async fn close(output: Descriptor, io: &Io, context: &Context) -> Result<()> {
    match output.same_description(&io.stdout) {
        true => Ok(()),
        false => output.close(&context.call).await,
    }
}

/// The inner error is that random bytes ran out, or none when there is nothing to repeat.
async fn print(
    options: &Options,
    items: &Items,
    chooser: &mut Chooser,
    target: Descriptor,
    context: &Context,
) -> Result<std::result::Result<(), Option<NoMore>>> {
    let end = if options.zero { 0 } else { b'\n' };
    let mut output = Writer::new(target);
    let mut left = options.count.unwrap_or(u64::MAX);
    if !options.repeat {
        // The whole order is settled before the first line goes out.
        let (order, _held) = match items.order(chooser, left, context).await {
            Ok(order) => order,
            Err(error) => return Ok(Err(Some(error))),
        };
        for number in order {
            items.push(number, end, output.buffer());
            output.settle(&context.call).await?;
            context.call.tick().await;
        }
        output.flush(&context.call).await?;
        return Ok(Ok(()));
    }
    if items.count() == 0 {
        return Ok(Err(None));
    }
    while left > 0 {
        match chooser.choose(items.count(), context).await {
            Ok(number) => items.push(number, end, output.buffer()),
            Err(error) => {
                output.flush(&context.call).await?;
                return Ok(Err(Some(error)));
            }
        }
        left -= 1;
        output.settle(&context.call).await?;
        context.call.tick().await;
    }
    output.flush(&context.call).await?;
    Ok(Ok(()))
}
