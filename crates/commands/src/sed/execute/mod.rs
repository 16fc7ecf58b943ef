//! Running a program over its input.

mod append;
mod edit;
mod input;
mod line;
mod output;
mod rest;
mod select;
mod show;
mod stop;
mod substitute;

use mirage_pattern::Locale;
use mirage_pattern::regex::Regex;
use mirage_shell::command::{Context, Status};
use mirage_shell::io::Io;
use mirage_vfs::Share;

use super::Settings;
use super::program::{Action, Command, Pattern, Program, Translation};
use crate::support::Report;
use append::Appended;
use bytes::Bytes;
use edit::Editing;
use input::{Input, Next};
use line::Line;
use output::Outputs;
use select::Range;
pub use stop::Stop;
use substitute::Scratch;

/// The state of a run.
pub struct Executor<'a> {
    context: &'a Context,
    io: &'a Io,
    settings: &'a Settings,
    locale: Locale,
    report: Report,
    input: Input<'a>,
    outputs: Outputs,
    space: Line,
    hold: Line,
    ranges: Vec<Range>,
    appended: Appended,
    /// The expression used last, for `//`.
    last: Option<Regex>,
    /// Whether something was replaced since the last line was read or the last `t`.
    replaced: bool,
    scratch: Scratch,
    /// What the spaces take of the line's memory, once that is much.
    held: Option<Share>,
    editing: Option<Editing>,
}

/// How a run of the script over one line ended.
enum Cycle {
    /// At its end: the pattern space is printed.
    End,
    /// By `d` and the like: it is not.
    Deleted,
    /// By `D`: the next cycle goes on with what is left of it.
    Again,
    /// By `q`, which prints, or `Q`.
    Quit { status: Status, print: bool },
}

/// What happens after one command.
enum Flow {
    Next,
    Jump(usize),
    Done(Cycle),
}

impl<'a> Executor<'a> {
    pub async fn new(
        context: &'a Context,
        io: &'a Io,
        settings: &'a Settings,
        program: &Program,
        files: Vec<Bytes>,
        report: Report,
    ) -> Result<Self, Stop> {
        let outputs =
            Outputs::open(context, io, &program.outputs, settings.separator, settings.unbuffered).await?;
        Ok(Executor {
            context,
            io,
            settings,
            locale: context.locale(),
            report,
            input: Input::new(context, io, settings, files),
            outputs,
            space: Line::new(),
            hold: Line::new(),
            ranges: select::initial(program),
            appended: Appended::default(),
            last: None,
            replaced: false,
            scratch: Scratch::default(),
            held: None,
            editing: None,
        })
    }

    /// Runs to the end and answers the status.
    pub async fn run(mut self, program: &Program) -> Result<Status, Stop> {
        let ended = self.cycles(program).await;
        if let Err(Stop::Fatal(..)) = ended {
            self.outputs.flush().await?;
        }
        let quit = ended?;
        self.finish_edit().await?;
        self.outputs.close().await?;
        if quit.is_some() {
            self.input.leave();
        }
        Ok(quit.unwrap_or(0).max(self.report.status()))
    }

    /// Runs the script over every line; the status of a quit.
    async fn cycles(&mut self, program: &Program) -> Result<Option<Status>, Stop> {
        let mut again = false;
        let only_prints = program.only_prints() && self.settings.in_place.is_none();
        while again || self.read_line(program).await? {
            let cycle = self.cycle(program).await?;
            again = matches!(cycle, Cycle::Again);
            let print = matches!(cycle, Cycle::End | Cycle::Quit { print: true, .. });
            if print && !self.settings.quiet {
                self.outputs.print_line(&self.space);
            }
            if let Cycle::Quit { status, print } = cycle {
                if print {
                    self.write_appended().await?;
                    self.outputs.finish_line();
                }
                return Ok(Some(status));
            }
            if !self.appended.is_empty() {
                self.write_appended().await?;
            }
            self.outputs.settle().await?;
            if only_prints && self.outputs.is_unwanted() {
                self.skip_rest().await?;
            } else if !again && self.is_past(program) {
                self.pass_rest().await?;
            }
            self.context.call.tick().await;
        }
        Ok(None)
    }

    /// Reads the next line into the pattern space; false at the end of the input.
    async fn read_line(&mut self, program: &Program) -> Result<bool, Stop> {
        self.replaced = false;
        loop {
            match self.input.look(&mut self.report).await? {
                Next::Line => break,
                Next::End => return Ok(false),
                Next::FileEnd => {
                    if !self.next_file(program).await? {
                        return Ok(false);
                    }
                }
            }
        }
        self.space.text.clear();
        self.input.take(&mut self.space);
        Ok(true)
    }

    async fn cycle(&mut self, program: &Program) -> Result<Cycle, Stop> {
        let mut at = 0;
        while let Some(command) = program.commands.get(at) {
            at += 1;
            if !self.selects(command).await? {
                if let Action::Block(end) = command.action {
                    at = end;
                }
                continue;
            }
            match self.command(command).await? {
                Flow::Next => {}
                Flow::Jump(to) => {
                    at = to;
                    self.context.call.tick().await;
                }
                Flow::Done(cycle) => return Ok(cycle),
            }
        }
        Ok(Cycle::End)
    }

    async fn command(&mut self, command: &Command) -> Result<Flow, Stop> {
        let separator = self.settings.separator;
        match &command.action {
            Action::Block(_) => {}
            Action::Number => {
                let number = self.input.line.to_string();
                self.outputs.print_terminated(number.as_bytes());
            }
            Action::Append(text) => self.appended.text(text),
            Action::Insert(text) => self.insert(text),
            Action::Change(text) => {
                if !self.is_inside_range(command) {
                    self.insert(text);
                }
                return Ok(Flow::Done(Cycle::Deleted));
            }
            Action::Branch(to) => return Ok(Flow::Jump(*to)),
            Action::BranchIfReplaced(to) => {
                if std::mem::take(&mut self.replaced) {
                    return Ok(Flow::Jump(*to));
                }
            }
            Action::BranchUnlessReplaced(to) => {
                if !std::mem::take(&mut self.replaced) {
                    return Ok(Flow::Jump(*to));
                }
            }
            Action::Delete => return Ok(Flow::Done(Cycle::Deleted)),
            Action::DeleteFirst => return Ok(Flow::Done(self.delete_first())),
            Action::FileName => self.outputs.print_terminated(&self.input.name().clone()),
            Action::Get => self.space.copy(&self.hold),
            Action::GetAppend => {
                self.count(self.hold.text.len());
                self.space.append(&self.hold, separator);
            }
            Action::Hold => self.hold.copy(&self.space),
            Action::HoldAppend => {
                self.count(self.space.text.len());
                self.hold.append(&self.space, separator);
            }
            Action::Exchange => std::mem::swap(&mut self.space, &mut self.hold),
            Action::Show(width) => {
                let mut shown = Vec::new();
                show::show(&self.space.text, width.unwrap_or(self.settings.width), separator, &mut shown);
                self.outputs.print_terminated(&shown);
            }
            Action::Next => return self.next().await,
            Action::NextAppend => return self.next_append().await,
            Action::Print => self.outputs.print_line(&self.space),
            Action::PrintFirst => match self.space.first(separator) {
                Some(first) => self.outputs.print_terminated(first),
                None => self.outputs.print_line(&self.space),
            },
            Action::Quit(status) => return Ok(Flow::Done(Cycle::Quit { status: *status, print: true })),
            Action::QuitSilently(status) => {
                return Ok(Flow::Done(Cycle::Quit { status: *status, print: false }));
            }
            Action::ReadFile(name) => self.appended.file(name),
            Action::ReadLine(name) => self.append_line(name).await?,
            Action::Substitute(substitute) => {
                if self.substitute(substitute)? {
                    self.replaced = true;
                    if substitute.print {
                        self.outputs.print_line(&self.space);
                    }
                    if let Some(file) = substitute.write {
                        self.outputs.write(file, &self.space.text, self.space.terminated);
                    }
                }
            }
            Action::Write(file) => self.outputs.write(*file, &self.space.text, self.space.terminated),
            Action::WriteFirst(file) => {
                let first = self.space.first(separator);
                let terminated = first.is_some() || self.space.terminated;
                self.outputs.write(*file, first.unwrap_or(&self.space.text), terminated);
            }
            Action::Translate(translation) => self.translate(translation),
            Action::Zap => self.space.text.clear(),
        }
        Ok(Flow::Next)
    }

    /// Prints the text of `i` or `c`, whose last newline is the separator of the output.
    fn insert(&mut self, text: &[u8]) {
        match text.strip_suffix(b"\n") {
            Some(text) => self.outputs.print_terminated(text),
            None => self.outputs.print(text),
        }
    }

    /// Whether more lines of the range that selected this one are to come.
    fn is_inside_range(&self, command: &Command) -> bool {
        match command.selector {
            super::program::Selector::Range { state, .. } => {
                !command.negated && matches!(self.ranges[state], Range::Active(_))
            }
            _ => false,
        }
    }

    /// Counts what the spaces hold, and `more` that is about to be added.
    fn count(&mut self, more: usize) {
        const MUCH: usize = 1024 * 1024;
        let bytes = self.space.text.len() + self.hold.text.len() + more;
        if bytes > MUCH || self.held.is_some() {
            self.held.get_or_insert_with(|| self.context.call.share()).set(bytes as u64);
        }
    }

    fn delete_first(&mut self) -> Cycle {
        match self.space.first(self.settings.separator).map(<[u8]>::len) {
            Some(length) => {
                self.space.text.drain(..=length);
                Cycle::Again
            }
            None => Cycle::Deleted,
        }
    }

    async fn next(&mut self) -> Result<Flow, Stop> {
        if self.input.at_end(&mut self.report).await? {
            return Ok(Flow::Done(Cycle::End));
        }
        if !self.settings.quiet {
            self.outputs.print_line(&self.space);
        }
        self.write_appended().await?;
        self.outputs.settle().await?;
        self.space.text.clear();
        self.input.take(&mut self.space);
        Ok(Flow::Next)
    }

    async fn next_append(&mut self) -> Result<Flow, Stop> {
        if self.input.at_end(&mut self.report).await? {
            // Without another line the script ends here; POSIX then prints nothing.
            let cycle = if self.settings.posix { Cycle::Deleted } else { Cycle::End };
            return Ok(Flow::Done(cycle));
        }
        self.write_appended().await?;
        self.count(0);
        self.space.text.push(self.settings.separator);
        self.input.take(&mut self.space);
        Ok(Flow::Next)
    }

    fn translate(&mut self, translation: &Translation) {
        match translation {
            Translation::Bytes(table) => {
                self.space.text.iter_mut().for_each(|byte| *byte = table[usize::from(*byte)]);
            }
            Translation::Characters(pairs) => {
                let mut translated = Vec::with_capacity(self.space.text.len());
                let mut rest = &self.space.text[..];
                while !rest.is_empty() {
                    let length = self.locale.character(rest).map_or(1, |(_, length)| length);
                    let (character, after) = rest.split_at(length);
                    let pair = pairs.iter().find(|(from, _)| from == character);
                    translated.extend_from_slice(pair.map_or(character, |(_, to)| to));
                    rest = after;
                }
                self.space.text = translated;
            }
        }
    }

    /// The expression of a pattern: its own, or the last one used.
    fn regex(&mut self, pattern: &Pattern) -> Result<Regex, Stop> {
        if let Some(regex) = &pattern.0 {
            self.last = Some(regex.clone());
        }
        let missing = || Stop::Fatal(1, b"-e expression #1, char 0: no previous regular expression".to_vec());
        self.last.clone().ok_or_else(missing)
    }
}

/// A search that had to be given up.
fn gave_up(error: mirage_pattern::Error) -> Stop {
    Stop::Fatal(stop::FAILED, error.to_string().into_bytes())
}
