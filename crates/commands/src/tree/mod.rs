//! `tree`: directories as trees.

mod collect;
mod color;
mod json;
mod options;
mod text;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Parsing, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::{OpenOptions, Result};

use crate::support::{Output, Report, Wrong};
use collect::{Collector, Counts};
use options::{Form, Options};

static SPEC: Spec = Spec {
    name: "tree",
    summary: "List contents of directories in a tree-like format",
    usage: &[
        "[-acdfghilnpqrstuvxACDFJNQSU] [-L level] [-o filename] [-P pattern] [-I pattern] [option]... [directory]...",
    ],
    parsing: Parsing::Own,
    notes: "Listing options:\n\
        \x20 -a            all files are listed\n\
        \x20 -d            list directories only\n\
        \x20 -l            follow symbolic links like directories\n\
        \x20 -f            print the full path prefix for each file\n\
        \x20 -x            stay on current mount only\n\
        \x20 -L level      descend only level directories deep\n\
        \x20 -P pattern    list only those files that match the pattern given\n\
        \x20 -I pattern    do not list files that match the given pattern\n\
        \x20 --ignore-case --matchdirs --prune --filelimit # --noreport --charset X -o filename\n\
        File options:\n\
        \x20 -q -N -Q      print non-printable characters as '?', as they are, in quotes\n\
        \x20 -p -u -g -s   print protections, owner, group, size\n\
        \x20 -h --si --du  print sizes in powers of 1024, of 1000, of what is below\n\
        \x20 -D --timefmt F  print the date of last modification\n\
        \x20 -F --inodes --device\n\
        Sorting options:\n\
        \x20 -v -t -c -U -r --dirsfirst --filesfirst --sort X (name, version, size, mtime, ctime)\n\
        Graphics options:\n\
        \x20 -i -A -S -n -C   no indentation lines, line graphics, colors off, on\n\
        \x20 -J            print out a JSON representation",
    examples: &[Example {
        title: "a small tree",
        line: "mkdir -p d/e && touch d/e/f d/g && tree d",
        output: "d\n├── e\n│\u{a0}\u{a0} └── f\n└── g\n\n2 directories, 2 files\n",
    }],
    ..Spec::DEFAULT
};

/// The command.
pub struct Tree;

impl Command for Tree {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let starts =
            arguments.operands.iter().filter(|word| !word.starts_with(b"-")).map(|word| context.path(word));
        let mut effects: Vec<Effect> = starts.map(|path| Effect::List { path, recursive: true }).collect();
        if effects.is_empty() {
            effects.push(Effect::List { path: context.directory.clone(), recursive: true });
        }
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let options = match Options::read(&arguments.operands, context) {
        Ok(options) => options,
        Err(Wrong::Plain(message)) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
        Err(Wrong::Usage(message)) => {
            report.fail(1, &[&message, b"\n", USAGE]).await;
            return Ok(report.status());
        }
    };
    let file = match &options.output {
        None => None,
        Some(path) => match context.open(&io, path, &OpenOptions::truncating()).await {
            Ok(file) => Some(file),
            Err(_) => {
                report.fail(1, &[b"invalid filename '", path, b"'"]).await;
                return Ok(report.status());
            }
        },
    };
    let output = file.clone().map_or_else(|| Output::new(&io), Output::to);
    report.after(&output);
    let mut collector = Collector::new(context, &options);
    let mut roots = Vec::new();
    for start in &options.starts {
        roots.push(collector.collect(start).await);
        if options.form == Form::Text {
            let root = roots.remove(0);
            output.push(&text::tree(&root, &options, context));
            output.settle(&context.call).await?;
        }
    }
    let Counts { failed, .. } = collector.counts;
    match options.form {
        Form::Text if options.report => output.push(&text::report(&collector.counts, &options)),
        Form::Text => {}
        Form::Json => output.push(&json::document(&roots, &collector.counts, &options, context)),
    }
    output.flush(&context.call).await?;
    close(file, context).await?;
    Ok(if failed { 2 } else { 0 })
}

async fn close(file: Option<Descriptor>, context: &Context) -> Result<()> {
    match file {
        Some(file) => file.close(&context.call).await,
        None => Ok(()),
    }
}

/// What is said of a wrong call, as the real program says it: some of it is not supported here.
const USAGE: &[u8] = b"\
usage: tree [-acdfghilnpqrstuvxACDFJQNSUX] [-L level [-R]] [-H  baseHREF]
\t[-T title] [-o filename] [-P pattern] [-I pattern] [--gitignore]
\t[--gitfile[=]file] [--matchdirs] [--metafirst] [--ignore-case]
\t[--nolinks] [--hintro[=]file] [--houtro[=]file] [--inodes] [--device]
\t[--sort[=]<name>] [--dirsfirst] [--filesfirst] [--filelimit #] [--si]
\t[--du] [--prune] [--charset[=]X] [--timefmt[=]format] [--fromfile]
\t[--fflinks] [--info] [--infofile[=]file] [--noreport] [--version]
\t[--help] [--] [directory ...]";

/// The default starting point.
const HERE: Bytes = Bytes::from_static(b".");
