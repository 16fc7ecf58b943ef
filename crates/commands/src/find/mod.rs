//! `find`: walks trees and evaluates an expression for each entry.

mod evaluate;
mod execute;
mod expression;
mod format;
mod grammar;
mod list;
mod number;
mod output;
mod parse;
mod printf;
mod regex;
mod settings;

use std::rc::Rc;

use bytes::Bytes;
use mirage_shell::command::{
    Arguments, Command, Context, Effect, Example, Extent, Parsed, Parsing, Plan, PlanContext, Shape, Spec,
    Status,
};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Error, Result, Want};

use crate::support::date::Zone;
use crate::support::{Accounts, Report, Step, Walk, WalkOptions, Whole, open_input, quote, read_list};
use evaluate::{Evaluator, Next, Subject};
use expression::Program;
use parse::{Reader, starts_expression};
use settings::{Following, Settings};

static SPEC: Spec = Spec {
    name: "find",
    summary: "Search for files in a directory hierarchy",
    usage: &["[-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]"],
    parsing: Parsing::Own,
    notes: "Default path is the current directory; default expression is -print.\n\n\
        Operators (decreasing precedence; -and is implicit where no others are given):\n\
        \x20     ( EXPR )   ! EXPR   -not EXPR   EXPR1 -a EXPR2   EXPR1 -and EXPR2\n\
        \x20     EXPR1 -o EXPR2   EXPR1 -or EXPR2   EXPR1 , EXPR2\n\
        Positional options (always true):\n\
        \x20     -daystart -follow -nowarn -regextype -warn\n\
        Normal options (always true, specified before other expressions):\n\
        \x20     -depth -files0-from FILE -maxdepth LEVELS -mindepth LEVELS\n\
        \x20     -mount -noleaf -xdev -ignore_readdir_race -noignore_readdir_race\n\
        Tests (N can be +N or -N or N):\n\
        \x20     -amin N -anewer FILE -atime N -cmin N -cnewer FILE -ctime N -empty -executable\n\
        \x20     -false -fstype TYPE -gid N -group NAME -ilname PATTERN -iname PATTERN -inum N\n\
        \x20     -ipath PATTERN -iregex PATTERN -iwholename PATTERN -links N -lname PATTERN\n\
        \x20     -mmin N -mtime N -name PATTERN -newer FILE -newerXY FILE -nogroup -nouser\n\
        \x20     -path PATTERN -perm [-/]MODE -readable -regex PATTERN -samefile FILE\n\
        \x20     -size N[bcwkMG] -true -type [bcdpfls] -uid N -used N -user NAME\n\
        \x20     -wholename PATTERN -writable -xtype [bcdpfls]\n\
        Actions:\n\
        \x20     -delete -exec COMMAND ; -exec COMMAND {} + -execdir COMMAND ; -execdir COMMAND {} +\n\
        \x20     -fls FILE -fprint FILE -fprint0 FILE -fprintf FILE FORMAT -ls -ok COMMAND ;\n\
        \x20     -okdir COMMAND ; -print -print0 -printf FORMAT -prune -quit",
    examples: &[
        Example {
            title: "files by name",
            line: "mkdir -p d/e && touch d/a.txt d/e/b.txt d/c && find d -name '*.txt' | sort",
            output: "d/a.txt\nd/e/b.txt\n",
        },
        Example {
            title: "a command for many files at once",
            line: "mkdir d && touch d/a && find d -type f -exec echo found {} +",
            output: "found d/a\n",
        },
    ],
    ..Spec::DEFAULT
};

/// The command.
pub struct Find;

impl Command for Find {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn plan(&self, arguments: &Arguments, _stdin: &Shape, context: &PlanContext) -> Plan {
        let Ok((_, starts, expression)) = split(arguments.operands.clone()) else { return Plan::default() };
        let recursive = !expression.windows(2).any(|pair| pair[0] == "-maxdepth" && pair[1] == "0");
        let deletes = expression.iter().any(|word| word == "-delete");
        let mut effects = Vec::new();
        for start in &starts {
            let path = context.path(start);
            effects.push(Effect::List { path: path.clone(), recursive });
            if deletes {
                effects.push(Effect::Remove { path, recursive });
            }
        }
        let writes =
            expression.windows(2).filter(|pair| pair[0].starts_with(b"-fprint") || pair[0] == "-fls");
        effects.extend(writes.map(|pair| Effect::Write { path: context.path(&pair[1]), recursive: false }));
        Plan { effects, stdin: Extent::None, stdout: Shape::Unknown }
    }

    async fn run(&self, arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
        run(arguments, io, context).await
    }
}

/// A message about the options in front.
enum Wrong {
    /// Advice follows it.
    Usage(Vec<u8>),
    /// Of `-O`: it stands alone.
    Level(Vec<u8>),
}

/// The level of `-O` is checked and then ignored: there is one way to run.
fn check_level(level: &[u8]) -> Result<(), Vec<u8>> {
    match level {
        [] => Err(b"The -O option must be immediately followed by a decimal integer".to_vec()),
        [b'0'..=b'9', rest @ ..] => match rest.iter().all(u8::is_ascii_digit) {
            true => Ok(()),
            false => Err([b"Invalid optimisation level ", level].concat()),
        },
        _ => Err(b"Please specify a decimal number immediately after -O".to_vec()),
    }
}

/// Tells options, starting points and expression apart.
fn split(words: Vec<Bytes>) -> Result<(Settings, Vec<Bytes>, Vec<Bytes>), Wrong> {
    let mut settings = Settings::default();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.peek() {
        match &word[..] {
            b"-H" => settings.following = Following::Operands,
            b"-L" => settings.following = Following::Always,
            b"-P" => settings.following = Following::Never,
            b"--" => {
                words.next();
                break;
            }
            b"-D" => {
                words.next();
                if words.peek().is_none() {
                    return Err(Wrong::Usage(b"Missing argument after the -D option.".to_vec()));
                }
            }
            [b'-', b'O', level @ ..] => check_level(level).map_err(Wrong::Level)?,
            _ => break,
        }
        words.next();
    }
    let mut starts = Vec::new();
    while let Some(word) = words.peek() {
        if starts_expression(word, true) {
            break;
        }
        starts.extend(words.next());
    }
    if starts.is_empty() {
        starts.push(Bytes::from_static(b"."));
    }
    Ok((settings, starts, words.collect()))
}

async fn run(arguments: Arguments, io: Io, context: &Context) -> Result<Status> {
    let mut report = Report::new(&arguments, &io, context);
    let named = arguments
        .operands
        .iter()
        .find(|word| matches!(&word[..], b"-help" | b"--help" | b"-version" | b"--version"));
    if let Some(word) = named {
        let word = if word.starts_with(b"--") { word.clone() } else { [b"-", &word[..]].concat().into() };
        if let Parsed::Print(text) = Arguments::parse(&SPEC, arguments.name.clone(), vec![word]) {
            let mut output = Writer::new(io.stdout.clone());
            output.push(text.as_bytes());
            output.flush(&context.call).await?;
            return Ok(0);
        }
    }
    let given_starts = arguments
        .operands
        .iter()
        .find(|word| !starts_with_option(word))
        .is_some_and(|word| !starts_expression(word, true));
    let (settings, starts, words) = match split(arguments.operands.clone()) {
        Ok(parts) => parts,
        Err(wrong) => {
            match wrong {
                Wrong::Usage(message) => report.usage(1, &[&message]).await,
                Wrong::Level(message) => report.fail(1, &[&message]).await,
            }
            return Ok(report.status());
        }
    };
    let mut reader = Reader::new(context, &io, words, settings);
    let read = reader.read().await;
    for warning in &reader.warnings {
        report.say(&[b"warning: ", warning]).await;
    }
    let expression = match read {
        Ok(()) => {
            grammar::expression(std::mem::take(&mut reader.tokens), reader.acts).map_err(String::into_bytes)
        }
        Err(message) => Err(message),
    };
    let expression = match expression {
        Ok(expression) => expression,
        Err(message) => {
            report.fail(1, &[&message]).await;
            return Ok(report.status());
        }
    };
    let Reader { settings, outputs, executions, .. } = reader;
    report.after(outputs.get(0));
    let evaluator = Evaluator {
        context,
        io: &io,
        program: Rc::new(Program::new(&expression)),
        following: settings.following,
        outputs,
        executions,
        report,
        accounts: Accounts::of(context),
        zone: Zone::of(&context.environment),
        now: context.call.host().now(),
        lines: Default::default(),
    };
    let mut finder = Finder { evaluator, settings };
    let starts = match finder.settings.starts_from.clone() {
        None => starts,
        Some(_) if given_starts => {
            let message = b"file operands cannot be combined with -files0-from";
            let name = quote(&starts[0], context.locale());
            finder.evaluator.report.fail(1, &[b"extra operand ", &name, b"\nfind: ", message]).await;
            return Ok(finder.evaluator.report.status());
        }
        Some(file) => match finder.read_starts(&file).await {
            Some(starts) => starts,
            None => return Ok(finder.evaluator.report.status()),
        },
    };
    finder.run(&starts).await
}

fn starts_with_option(word: &[u8]) -> bool {
    matches!(word, b"-H" | b"-L" | b"-P" | b"--" | b"-D" | [b'-', b'O', ..])
}

struct Finder<'a> {
    evaluator: Evaluator<'a>,
    settings: Settings,
}

impl Finder<'_> {
    async fn run(mut self, starts: &[Bytes]) -> Result<Status> {
        let walked = self.walk_all(starts).await;
        let finished = match walked {
            Ok(()) => self.evaluator.finish_executions().await,
            Err(error) => Err(error),
        };
        let Evaluator { context, outputs, mut report, .. } = self.evaluator;
        let closed = match finished {
            Ok(()) => outputs.close(&context.call).await,
            Err(error) => Err((None, error)),
        };
        match closed {
            Ok(()) => Ok(report.status()),
            Err((Some(file), error)) => {
                let name = quote(&file, context.locale());
                report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
                Ok(report.status())
            }
            Err((None, error)) => {
                if !error.is(mirage_vfs::ErrorKind::BrokenPipe) {
                    let name = quote(b"standard output", context.locale());
                    report.fail(1, &[&name, b": ", error.to_string().as_bytes()]).await;
                }
                Err(error)
            }
        }
    }

    async fn walk_all(&mut self, starts: &[Bytes]) -> Result<()> {
        for start in starts {
            if self.walk(start).await? == Next::Quit {
                break;
            }
        }
        Ok(())
    }

    async fn walk(&mut self, start: &[u8]) -> Result<Next> {
        let context = self.evaluator.context;
        let follow = self.settings.following.of_operands();
        let mut entry = context.view.stat(start, follow).await;
        // A link that leads nowhere stands for itself.
        if follow == Follow::Yes && entry.as_ref().is_err_and(|error| error.kind().is_absence()) {
            entry = context.view.stat(start, Follow::No).await;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.evaluator.complain(start, &error).await;
                return Ok(Next::Continue);
            }
        };
        let metadata = self.evaluator.program.wants_metadata();
        let options = WalkOptions {
            want: if metadata { Want::Metadata } else { Want::Kinds },
            follow: self.settings.following == Following::Always,
            leave: self.settings.depth_first,
            whole: self.settings.most_depth == usize::MAX && !self.evaluator.program.cuts_short(),
            same_mount: self.settings.same_mount,
        };
        let mut walk = Walk::new(&context.view, start, entry, options);
        while let Some(step) = walk.next().await {
            let node = match step {
                Step::Visit(node) => {
                    if node.entry.is_directory() && node.depth >= self.settings.most_depth {
                        walk.skip();
                    } else if node.entry.is_directory() && self.settings.depth_first {
                        continue;
                    }
                    node
                }
                Step::Leave(node) => node,
                Step::Failed(node, error) => {
                    self.evaluator.complain(&node.path, &error).await;
                    continue;
                }
                Step::Costly(node) => {
                    self.tell_costly(&node.path).await;
                    continue;
                }
                Step::Loop(node, earlier) => {
                    self.tell_loop(&node.path, &earlier).await;
                    continue;
                }
            };
            if node.depth < self.settings.least_depth {
                continue;
            }
            let mut subject = Subject { node, start, failed: false };
            match self.evaluator.evaluate(&mut subject).await? {
                Next::Quit => return Ok(Next::Quit),
                Next::Prune if !self.settings.depth_first => walk.skip(),
                _ => {}
            }
        }
        Ok(Next::Continue)
    }

    async fn tell_costly(&mut self, path: &[u8]) {
        let name = quote(path, self.evaluator.context.locale());
        self.evaluator
            .report
            .say(&[&name, b": not searched: it costs many requests; name it to search it"])
            .await;
    }

    async fn tell_loop(&mut self, path: &[u8], earlier: &[u8]) {
        let locale = self.evaluator.context.locale();
        let (path, earlier) = (quote(path, locale), quote(earlier, locale));
        let middle = b" is part of the same file system loop as ";
        self.evaluator.report.fail(1, &[b"File system loop detected; ", &path, middle, &earlier, b"."]).await;
    }

    /// The starting points that a file holds, NUL-separated; none after a message.
    async fn read_starts(&mut self, file: &Bytes) -> Option<Vec<Bytes>> {
        let context = self.evaluator.context;
        match self.read_names(file).await {
            Ok(Whole { text, held: _held }) => {
                let mut starts = Vec::new();
                let shown: &[u8] = if file == "-" { b"(standard input)" } else { file };
                let content = text.strip_suffix(b"\0").unwrap_or(&text);
                for (at, start) in content.split(|&byte| byte == 0).enumerate() {
                    if start.is_empty() && content.is_empty() {
                        break;
                    }
                    if start.is_empty() {
                        let name = quote(shown, context.locale());
                        let place = format!(":{}: invalid zero-length file name", at + 1);
                        self.evaluator.report.fail(1, &[&name, place.as_bytes()]).await;
                        continue;
                    }
                    starts.push(text.slice_ref(start));
                }
                Some(starts)
            }
            Err(error) => {
                let name = quote(file, context.locale());
                let text = error.to_string();
                self.evaluator
                    .report
                    .fail(1, &[b"cannot open ", &name, b" for reading: ", text.as_bytes()])
                    .await;
                None
            }
        }
    }

    async fn read_names(&self, file: &[u8]) -> Result<Whole, Error> {
        let context = self.evaluator.context;
        let input = open_input(context, self.evaluator.io, file).await?;
        read_list(&input, &context.call, |byte| byte == 0).await
    }
}
