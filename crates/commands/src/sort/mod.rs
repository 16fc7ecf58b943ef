//! `sort`: lines in order, merged or checked.
//!
//! Lines are sorted by pieces that fit the processor's cache; pieces and what was put aside in scratch space are merged on
//! their way out. Numbers that keep the order (prefixes) decide most comparisons.

mod check;
mod general;
mod key;
mod merge;
mod number;
mod obsolete;
mod options;
mod output;
mod piece;
mod rules;
mod runs;
mod sorter;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Flag, Plan, PlanContext, Shape, Spec, Status,
};
use mirage_shell::io::{Blocks, Descriptor, Io};
use mirage_vfs::{Error, ErrorKind, OpenOptions, Result};

use crate::support::{
    Files0Error, Report, open_input, operands_or_stdin, plan_inputs, quote, quote_always, quote_if_needed,
    read_files0,
};
use key::Kind;
use merge::{Source, Stopped, Stream, merge};
use options::{Check, Options};
use output::Output;
use rules::Rules;
use runs::{FAN_IN, Runs};
use sorter::Sorter;

const BLANKS: Flag = Flag::new('b', "ignore-leading-blanks", "ignore leading blanks");
const DICTIONARY: Flag = Flag::new('d', "dictionary-order", "consider only blanks, letters and digits");
const FOLD: Flag = Flag::new('f', "ignore-case", "take small letters for capitals");
const GENERAL: Flag = Flag::new('g', "general-numeric-sort", "compare floating-point numbers");
const NONPRINTING: Flag = Flag::new('i', "ignore-nonprinting", "consider only what ASCII prints");
const MONTH: Flag = Flag::new('M', "month-sort", "compare (unknown) < 'JAN' < ... < 'DEC'");
const HUMAN: Flag = Flag::new('h', "human-numeric-sort", "compare numbers with units, as 2K 1G");
const NUMERIC: Flag = Flag::new('n', "numeric-sort", "compare numbers");
const RANDOM: Flag = Flag::new('R', "random-sort", "shuffle, but keep equal keys together");
const RANDOM_SOURCE: Flag = Flag::long("random-source", "get random bytes from FILE").value("FILE");
const REVERSE: Flag = Flag::new('r', "reverse", "reverse the order");
const SORT: Flag =
    Flag::long("sort", "general-numeric -g, human-numeric -h, month -M, numeric -n, random -R, version -V")
        .value("WORD");
const VERSION: Flag = Flag::new('V', "version-sort", "compare numbers within text as versions");
const BATCH_SIZE: Flag = Flag::long("batch-size", "(ignored)").value("N");
const CHECK: Flag = Flag::short('c', "check that the input is sorted; do not sort");
const CHECK_LONG: Flag = Flag::long("check", "same as -c, or with quiet as -C").optional("HOW");
const CHECK_QUIET: Flag = Flag::short('C', "as -c, without a message");
const COMPRESS: Flag = Flag::long("compress-program", "(ignored)").value("PROG");
const DEBUG: Flag = Flag::long("debug", "(not supported)");
const FILES0_FROM: Flag =
    Flag::long("files0-from", "read the operands, each ended by NUL, from file F; - is standard input")
        .value("F");
const KEY: Flag = Flag::new('k', "key", "compare this part of lines").value("KEYDEF");
const MERGE: Flag = Flag::new('m', "merge", "merge files that are sorted; do not sort");
const OUTPUT: Flag = Flag::new('o', "output", "write to FILE, which may be an input").value("FILE");
const STABLE: Flag = Flag::new('s', "stable", "leave lines with equal keys as they are");
const BUFFER_SIZE: Flag = Flag::new('S', "buffer-size", "hold about SIZE in memory").value("SIZE");
const SEPARATOR: Flag =
    Flag::new('t', "field-separator", "SEP separates fields, not the change to blanks").value("SEP");
const TEMPORARY: Flag = Flag::new('T', "temporary-directory", "(ignored)").value("DIR");
const PARALLEL: Flag = Flag::long("parallel", "(ignored)").value("N");
const UNIQUE: Flag = Flag::new('u', "unique", "only the first of equal lines; with -c none may be equal");
const OLD_SIZE: Flag = Flag::short('y', "").optional("N");
const ZERO: Flag = Flag::new('z', "zero-terminated", "lines end with NUL, not newline");

static SPEC: Spec = Spec {
    name: "sort",
    summary: "Sort the lines of files",
    usage: &["[OPTION]... [FILE]...", "[OPTION]... --files0-from=F"],
    flags: &[
        BLANKS,
        DICTIONARY,
        FOLD,
        GENERAL,
        NONPRINTING,
        MONTH,
        HUMAN,
        NUMERIC,
        RANDOM,
        RANDOM_SOURCE,
        REVERSE,
        SORT,
        VERSION,
        BATCH_SIZE,
        CHECK,
        CHECK_LONG,
        CHECK_QUIET,
        COMPRESS,
        DEBUG,
        FILES0_FROM,
        KEY,
        MERGE,
        OUTPUT,
        STABLE,
        BUFFER_SIZE,
        SEPARATOR,
        TEMPORARY,
        PARALLEL,
        UNIQUE,
        OLD_SIZE,
        ZERO,
    ],
    rewrite: Some(obsolete::rewrite),
    usage_status: 2,
    failure_status: 2,
    notes: "With no FILE, or when FILE is -, read standard input. KEYDEF is F[.C][OPTS][,F[.C][OPTS]]: from field F, \
            character C, to the end of a field or a character, counted from 1; OPTS are letters of bdfgiMhnRrV. SIZE is in \
            kilobytes or has one of b K M G T P E Z Y % behind. Lines are ordered by their bytes. The status is 1 when -c \
            or -C finds disorder, 2 for trouble.",
    examples: &[
        Example {
            title: "by the second field, as numbers",
            line: "printf 'a 10\\nb 9\\n' | sort -k2,2n",
            output: "b 9\na 10\n",
        },
        Example { title: "the distinct lines", line: "printf 'b\\na\\nb\\n' | sort -u", output: "a\nb\n" },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Sort;

impl Command for Sort {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let operands = match arguments.value(FILES0_FROM) {
            Some(list) => vec![list.clone()],
            None => operands_or_stdin(arguments),
        };
        let stdout = if arguments.has(OUTPUT) { Shape::Empty } else { Shape::Unknown };
        let mut plan = plan_inputs(&operands, Extent::Whole, stdout, context);
        if let Some(output) = arguments.value(OUTPUT) {
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
    let locale = context.locale();
    let options = match Options::parse(&arguments, locale) {
        Ok(options) => options,
        Err(refused) => {
            match refused.usage {
                true => report.usage(refused.status, &[&refused.message]).await,
                false => report.fail(refused.status, &[&refused.message]).await,
            }
            return Ok(report.status());
        }
    };
    let job = Job { options: &options, io: &io, context };
    match job.run(&arguments).await {
        Ok(status) => Ok(status),
        Err(Failure::Said(message)) => {
            report.fail(2, &[&message]).await;
            Ok(report.status())
        }
        Err(Failure::Output(error)) if error.is(ErrorKind::BrokenPipe) => Err(error),
        Err(Failure::Output(error)) => {
            let error = error.to_string();
            match &options.output {
                Some(file) => report.fail(2, &[b"write failed: ", file, b": ", error.as_bytes()]).await,
                None => {
                    report.fail(2, &[b"fflush failed: 'standard output': ", error.as_bytes()]).await;
                    report.say(&[b"write error"]).await;
                }
            }
            Ok(report.status())
        }
    }
}

/// What ends a run early.
enum Failure {
    /// This message.
    Said(Vec<u8>),
    /// The output could not be written.
    Output(Error),
}

impl From<Vec<u8>> for Failure {
    fn from(message: Vec<u8>) -> Self {
        Failure::Said(message)
    }
}

/// One run.
struct Job<'a> {
    options: &'a Options,
    io: &'a Io,
    context: &'a Context,
}

impl Job<'_> {
    async fn run(&self, arguments: &Arguments) -> Result<Status, Failure> {
        let operands = match &self.options.files0_from {
            Some(list) => self.files0(list).await?,
            None => operands_or_stdin(arguments),
        };
        let rules = self.rules().await?;
        if let Some(check) = self.options.check {
            self.options.check_count(&operands, self.context.locale()).map_err(|refused| refused.message)?;
            return self.check(&operands, check, &rules).await;
        }
        match (self.options.merge, &self.options.output) {
            (false, _) => self.sort(&operands, &rules).await?,
            (true, None) => {
                let mut output = self.output(self.io.stdout.clone());
                self.merge(&operands, &rules, &mut output).await?;
                self.finish(output, None).await?;
            }
            (true, Some(_)) => self.merge_aside(&operands, &rules).await?,
        }
        Ok(0)
    }

    async fn sort(&self, operands: &[Bytes], rules: &Rules) -> Result<(), Failure> {
        let (call, options) = (&self.context.call, self.options);
        let mut sorter = Sorter::new(rules, options.end, options.unique, options.memory);
        for operand in operands {
            let input = self.open(operand, "cannot read").await?;
            let mut blocks = Blocks::new(input, options.end);
            loop {
                let block =
                    blocks.next(call).await.map_err(|error| self.trouble("read failed", operand, &error))?;
                let Some(block) = block else { break };
                sorter.add(&block, call).await.map_err(|stopped| self.aside_failed(stopped))?;
            }
        }
        let (descriptor, file) = self.target().await?;
        let mut output = self.output(descriptor);
        sorter.finish(&mut output, call).await.map_err(|stopped| self.stopped(stopped, &[]))?;
        self.finish(output, file).await
    }

    /// Merges the operands straight to `output`, or by batches when they are many.
    async fn merge(&self, operands: &[Bytes], rules: &Rules, output: &mut Output) -> Result<(), Failure> {
        let (call, options) = (&self.context.call, self.options);
        if operands.len() <= FAN_IN {
            let sources = self.sources(operands).await?;
            return merge(sources, rules, output, call)
                .await
                .map_err(|stopped| self.stopped(stopped, operands));
        }
        let runs = Runs::new(options.end, options.unique, call).await;
        let mut runs = runs.map_err(|error| self.aside_failed(Stopped::Output(error)))?;
        for operands in operands.chunks(FAN_IN) {
            let sources = self.sources(operands).await?;
            let added = runs.add(sources, rules, call).await;
            added.map_err(|stopped| match stopped {
                Stopped::Input(..) => self.stopped(stopped, operands),
                Stopped::Output(_) => self.aside_failed(stopped),
            })?;
        }
        let sources = runs.into_sources(rules, call).await.map_err(|stopped| self.aside_failed(stopped))?;
        merge(sources, rules, output, call).await.map_err(|stopped| self.stopped(stopped, &[]))
    }

    /// Merges to scratch space first: the output file may be one of the inputs.
    async fn merge_aside(&self, operands: &[Bytes], rules: &Rules) -> Result<(), Failure> {
        let (call, options) = (&self.context.call, self.options);
        let failed = |error| self.aside_failed(Stopped::Output(error));
        let scratch = call.host().store().scratch().await.map_err(|error| failed(error.into()))?;
        let scratch: std::sync::Arc<dyn mirage_store::Scratch> = scratch.into();
        let mut aside = Output::scratch(scratch.clone(), options.end, options.unique);
        self.merge(operands, rules, &mut aside).await?;
        aside.flush(call).await.map_err(failed)?;
        let (descriptor, file) = self.target().await?;
        let mut at = 0;
        while at < scratch.size() {
            let chunk = scratch.read_at(at, 256 * 1024).await.map_err(|error| failed(error.into()))?;
            at += chunk.len() as u64;
            descriptor.write(call, chunk).await.map_err(Failure::Output)?;
        }
        self.finish(self.output(descriptor), file).await
    }

    async fn check(&self, operands: &[Bytes], check: Check, rules: &Rules) -> Result<Status, Failure> {
        let operand = &operands[0];
        let input = self.open(operand, "open failed").await?;
        let (call, options) = (&self.context.call, self.options);
        let found = check::check(input, rules, options.end, options.unique, call).await;
        match found.map_err(|error| self.trouble("read failed", operand, &error))? {
            None => Ok(0),
            Some(_) if check == Check::Quiet => Ok(1),
            Some(disorder) => {
                let place = format!(":{}: disorder: ", disorder.number);
                let line =
                    [b"sort: ", &operand[..], place.as_bytes(), &disorder.line, &[self.options.end]].concat();
                let _ = self.io.stderr.write(call, line.into()).await;
                Ok(1)
            }
        }
    }

    async fn open(&self, operand: &[u8], what: &str) -> Result<Descriptor, Failure> {
        if operand == b"-" && self.io.stdin.is_closed() {
            return Err(b"stat failed: -: Bad file descriptor".to_vec().into());
        }
        let input = open_input(self.context, self.io, operand).await;
        input.map_err(|error| self.trouble(what, operand, &error))
    }

    async fn sources(&self, operands: &[Bytes]) -> Result<Vec<Source>, Failure> {
        let mut sources = Vec::with_capacity(operands.len());
        for operand in operands {
            let input = self.open(operand, "cannot read").await?;
            let end = self.options.end;
            sources.push(Source::Stream(Stream::new(Blocks::new(input, end), end)));
        }
        Ok(sources)
    }

    fn output(&self, descriptor: Descriptor) -> Output {
        Output::descriptor(descriptor, self.options.end, self.options.unique)
    }

    /// What is written to, and the same again if it is a file to be closed.
    async fn target(&self) -> Result<(Descriptor, Option<Descriptor>), Failure> {
        let Some(path) = &self.options.output else { return Ok((self.io.stdout.clone(), None)) };
        let opened = self.context.open(self.io, path, &OpenOptions::truncating()).await;
        let descriptor = opened.map_err(|error| self.trouble("open failed", path, &error))?;
        Ok((descriptor.clone(), Some(descriptor)))
    }

    async fn finish(&self, mut output: Output, file: Option<Descriptor>) -> Result<(), Failure> {
        let call = &self.context.call;
        output.flush(call).await.map_err(Failure::Output)?;
        // The output holds the descriptor too, and the last one of a file commits it.
        drop(output);
        match file {
            Some(file) => file.close(call).await.map_err(Failure::Output),
            None => Ok(()),
        }
    }

    async fn files0(&self, list: &Bytes) -> Result<Vec<Bytes>, Failure> {
        let locale = self.context.locale();
        let read = read_files0(self.context, self.io, list).await.map_err(|error| match error {
            Files0Error::Open(error) => self.trouble("open failed", list, &error),
            Files0Error::Read(_) => {
                [b"cannot read file names from ", &quote_always(list, locale)[..]].concat().into()
            }
        })?;
        if read.names.is_empty() {
            return Err([b"no input from ", &quote_always(list, locale)[..]].concat().into());
        }
        for (at, name) in read.names.iter().enumerate() {
            if name.is_empty() {
                let place = format!(":{}: invalid zero-length file name", at + 1);
                return Err([&quote_if_needed(list, locale)[..], place.as_bytes()].concat().into());
            }
            if name == "-" && list == "-" {
                let message = b"when reading file names from stdin, no file name of '-' allowed";
                return Err(message.to_vec().into());
            }
        }
        Ok(read.names)
    }

    async fn rules(&self) -> Result<Rules, Failure> {
        let options = self.options;
        let mut salt = [0; 32];
        if options.keys.iter().any(|key| key.style.kind == Kind::Random) {
            match &options.random_source {
                Some(source) => self.read_salt(source, &mut salt).await?,
                None => self.context.call.host().random(&mut salt),
            }
        }
        Ok(Rules {
            keys: options.keys.clone(),
            separator: options.separator,
            reverse: options.reverse,
            last_resort: !options.stable && !options.unique,
            salt,
        })
    }

    /// Sixteen bytes of `source`, as GNU's takes them.
    async fn read_salt(&self, source: &Bytes, salt: &mut [u8; 32]) -> Result<(), Failure> {
        let input = self.open(source, "open failed").await?;
        let wanted = salt.len() / 2;
        let mut filled = 0;
        while filled < wanted {
            let read = input.read(&self.context.call).await;
            let chunk = read.map_err(|error| self.trouble("read failed", source, &error))?;
            if chunk.is_empty() {
                let name = quote(source, self.context.locale());
                return Err([&name[..], b": end of file"].concat().into());
            }
            let taken = chunk.len().min(wanted - filled);
            salt[filled..filled + taken].copy_from_slice(&chunk[..taken]);
            filled += taken;
        }
        Ok(())
    }

    /// `WHAT: NAME: ERROR`.
    fn trouble(&self, what: &str, operand: &[u8], error: &Error) -> Failure {
        let name = quote_if_needed(operand, self.context.locale());
        Failure::Said([what.as_bytes(), b": ", &name, b": ", error.to_string().as_bytes()].concat())
    }

    /// Merging stopped at one of `operands` or at the output.
    fn stopped(&self, stopped: Stopped, operands: &[Bytes]) -> Failure {
        match stopped {
            Stopped::Output(error) => Failure::Output(error),
            Stopped::Input(at, error) => match operands.get(at) {
                Some(operand) => self.trouble("read failed", operand, &error),
                None => self.aside_failed(Stopped::Output(error)),
            },
        }
    }

    /// Scratch space could not be used.
    fn aside_failed(&self, stopped: Stopped) -> Failure {
        let (Stopped::Input(_, error) | Stopped::Output(error)) = stopped;
        Failure::Said([b"cannot use temporary space: ", error.to_string().as_bytes()].concat())
    }
}
