//! Drives a program: gives it inputs and writes what comes out.

use std::collections::HashMap;
use std::rc::Rc;

use bytes::Bytes;
use mirage_shell::command::{Context, Status};
use mirage_shell::io::{Io, Writer};
use mirage_vfs::{Result, Share};

use super::census;
use super::compile::{Compiler, Meaning, Names};
use super::compile_call::Builtin;
use super::flags::{Ending, Named, Options};
use super::input::{Input, Inputs};
use super::machine::{Machine, Pause};
use super::modules::{Loader, Refused, read_file, values};
use super::native::Facts;
use super::node::Code;
use super::object::Object;
use super::value::Value;
use super::write::{Colors, Style, to_json, write};
use crate::support::date::Zone;

/// A wrong program.
const COMPILE_ERROR: Status = 3;

/// An error that the program did not catch, or input that is no JSON.
const ERROR: Status = 5;

/// A file that could not be read, or a wrong call.
const SYSTEM: Status = 2;

/// What a run has beside its program.
struct Driver<'a> {
    options: &'a Options,
    io: &'a Io,
    context: &'a Context,
    inputs: Inputs<'a>,
    output: Writer,
    style: Style,
    text: Vec<u8>,
    /// What the program holds of the line's memory.
    held: Share,
    /// How the last evaluation ended.
    status: Status,
    /// Whether a file could not be read.
    unread: bool,
    /// The last value that came out.
    last: Option<bool>,
    failures_told: usize,
}

/// Runs a call.
pub async fn run(options: &Options, io: &Io, context: &Context) -> Result<Status> {
    let (machine, code) = match prepare(options, io, context).await {
        Ok(prepared) => prepared,
        Err((message, status)) => {
            say(io, context, &message).await;
            return Ok(status);
        }
    };
    let mut driver = Driver {
        options,
        io,
        context,
        inputs: Inputs::new(options, io, context),
        output: Writer::new(io.stdout.clone()),
        style: style(options, context),
        text: Vec::new(),
        held: context.call.share(),
        status: 0,
        unread: false,
        last: None,
        failures_told: 0,
    };
    driver.run(machine, &code).await
}

async fn say(io: &Io, context: &Context, message: &str) {
    // Nobody is left to tell when stderr itself fails.
    let _ = io.stderr.write(&context.call, Bytes::from(message.as_bytes().to_vec())).await;
}

fn style(options: &Options, context: &Context) -> Style {
    let colors = options.color.then(|| {
        let configured = context.environment.get(b"JQ_COLORS").and_then(|text| Colors::parse(text));
        configured.unwrap_or_default()
    });
    Style { indent: options.indent.clone(), sort_keys: options.sort_keys, ascii: options.ascii, colors }
}

type Refusal = (String, Status);

/// Reads and compiles the program.
async fn prepare(
    options: &Options,
    io: &Io,
    context: &Context,
) -> std::result::Result<(Machine, Code), Refusal> {
    let text = program_text(options, io, context).await?;
    let mut environment = Object::new();
    for (name, value) in context.environment.iter() {
        environment.insert(Rc::from(String::from_utf8_lossy(name)), Value::text(value));
    }
    let default = || {
        ["~/.jq", "$ORIGIN/../lib/jq", "$ORIGIN/../lib"]
            .map(|path| Bytes::from_static(path.as_bytes()))
            .to_vec()
    };
    let search = options.library.clone().unwrap_or_else(default);
    let builtin = Builtin {
        environment: Value::object(environment),
        search: Value::array(search.iter().map(|path| Value::text(path)).collect()),
    };
    let globals = globals(options, io, context).await?;
    let loader = Loader { context, io, search };
    let loaded = loader.load(text.clone(), "<top-level>".into(), Bytes::new(), 0).await.map_err(refusal)?;
    let mut compiler = Compiler::new(builtin);
    let missing = || {
        (
            "jq: error: Top-level program not given (try \".\")\njq: 1 compile error\n".to_owned(),
            COMPILE_ERROR,
        )
    };
    let code = compiler
        .program(&loaded, &globals)
        .map_err(|complaints| refusal(Refused { complaints, text, name: "<top-level>".into() }))?
        .ok_or_else(missing)?;
    let functions = compiler.functions.into_iter().flatten().collect();
    let now = context.call.host().now();
    let facts = Facts {
        now: now.seconds as f64 + f64::from(now.nanos / 1000) / 1e6,
        zone: Zone::of(&context.environment),
        patterns: HashMap::new(),
        filename: Value::Null,
        line: 0,
        room: usize::MAX,
        is_full: false,
    };
    Ok((Machine::new(functions, facts), code))
}

async fn program_text(options: &Options, io: &Io, context: &Context) -> std::result::Result<Bytes, Refusal> {
    match (&options.program, options.from_file) {
        (Some(path), true) => read_file(context, io, path).await.map_err(|error| {
            let path = String::from_utf8_lossy(path);
            (format!("jq: error: Could not open {path}: {error}\n"), SYSTEM)
        }),
        (Some(text), false) => Ok(text.clone()),
        (None, _) => Ok(Bytes::from_static(b".")),
    }
}

/// `$name` and `$ARGS`.
async fn globals(options: &Options, io: &Io, context: &Context) -> std::result::Result<Names, Refusal> {
    let mut names = Names::default();
    let mut all = Object::new();
    for named in &options.named {
        let (name, value) = match named {
            Named::Value(name, value) => (name, value.clone()),
            Named::Values(name, path) | Named::Text(name, path) => {
                let is_text = matches!(named, Named::Text(..));
                let option = if is_text { "rawfile" } else { "slurpfile" };
                let shown = [name, path].map(|text| String::from_utf8_lossy(text).into_owned());
                let bad = |why: String| {
                    (format!("jq: Bad JSON in --{option} {} {}: {why}\n", shown[0], shown[1]), SYSTEM)
                };
                let content = read_file(context, io, path).await;
                let content =
                    content.map_err(|error| bad(format!("Could not open {}: {error}", shown[1])))?;
                match is_text {
                    true => (name, Value::text(&content)),
                    false => (name, values(&content).map_err(bad)?),
                }
            }
        };
        let name: Rc<str> = Rc::from(String::from_utf8_lossy(name));
        // The first of a name stays.
        if !all.contains_key(&name) {
            names = names.with(format!("${name}"), Meaning::Constant(value.clone()));
            all.insert(name, value);
        }
    }
    let mut arguments = Object::new();
    arguments.insert(Rc::from("positional"), Value::array(options.positional.clone()));
    arguments.insert(Rc::from("named"), Value::object(all));
    Ok(names.with("$ARGS".into(), Meaning::Constant(Value::object(arguments))))
}

/// The messages of a wrong program.
fn refusal(refused: Refused) -> Refusal {
    let mut message = String::new();
    let count = refused.complaints.len();
    for complaint in &refused.complaints {
        message.push_str("jq: error: ");
        message.push_str(&complaint.message);
        if let Some(span) = complaint.span {
            let text = &refused.text;
            let start = span.start.min(text.len());
            let line_start = memchr::memrchr(b'\n', &text[..start]).map_or(0, |found| found + 1);
            let line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |found| start + found);
            let line = memchr::memchr_iter(b'\n', &text[..start]).count() + 1;
            let column = start - line_start;
            let shown = String::from_utf8_lossy(&text[line_start..line_end]);
            let width = span.end.min(line_end).saturating_sub(start).max(1);
            message.push_str(&format!(
                " at {}, line {line}, column {}:\n    {shown}\n    {}{}",
                refused.name,
                column + 1,
                " ".repeat(column),
                "^".repeat(width)
            ));
        }
        message.push('\n');
    }
    let plural = if count == 1 { "" } else { "s" };
    message.push_str(&format!("jq: {count} compile error{plural}\n"));
    (message, COMPILE_ERROR)
}

/// Whether to go on with the next input.
enum After {
    Next,
    Stop,
}

impl Driver<'_> {
    async fn run(&mut self, mut machine: Machine, code: &Code) -> Result<Status> {
        machine.counted(0, self.context.call.memory().room());
        if self.options.null_input {
            self.evaluate(&mut machine, code, Value::Null).await?;
        } else {
            loop {
                match self.next_input(&mut machine).await? {
                    Ok(Some(value)) => {
                        if let After::Stop = self.evaluate(&mut machine, code, value).await? {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(message) => {
                        self.tell(&format!("jq: parse error: {message}\n")).await?;
                        self.status = ERROR;
                        break;
                    }
                }
                self.context.call.tick().await;
            }
        }
        self.tell_failures().await?;
        self.output.flush(&self.context.call).await?;
        Ok(match (self.status, self.options.exit_status, self.last) {
            (0, ..) if self.unread => SYSTEM,
            (0, true, Some(true)) => 0,
            (0, true, Some(false)) => 1,
            (0, true, None) => 4,
            (status, ..) => status,
        })
    }

    /// The next input; an inner error is a message about text that is no JSON.
    async fn next_input(
        &mut self,
        machine: &mut Machine,
    ) -> Result<std::result::Result<Option<Value>, String>> {
        if self.inputs.must_read() {
            self.output.flush(&self.context.call).await?;
        }
        let input = self.inputs.next().await?;
        self.tell_failures().await?;
        machine.facts.line = usize::MAX;
        Ok(match input {
            Input::Value(value) => Ok(Some(value)),
            Input::End => Ok(None),
            Input::Wrong(message) => Err(message),
        })
    }

    /// Runs the program on one input.
    async fn evaluate(&mut self, machine: &mut Machine, code: &Code, input: Value) -> Result<After> {
        machine.start(code, input);
        machine.grow(self.inputs.take_weight());
        self.status = 0;
        loop {
            match machine.run() {
                Pause::Output(value) => {
                    machine.resume();
                    self.put(&value).await?;
                }
                Pause::Done => return Ok(After::Next),
                Pause::Tick => {
                    if machine.needs_census() {
                        let held = census::held(machine);
                        self.held.set(held);
                        machine.counted(held, self.context.call.memory().room());
                    }
                    self.context.call.tick_many(32).await;
                }
                Pause::Failed(error) => {
                    self.tell_error(&error).await?;
                    self.status = ERROR;
                    return Ok(After::Next);
                }
                Pause::Input => match self.next_input(machine).await? {
                    Ok(input) => {
                        machine.grow(self.inputs.take_weight());
                        machine.supply(Ok(input));
                    }
                    Err(message) => machine.supply(Err(Value::string(message))),
                },
                Pause::Facts => {
                    machine.facts.line = self.inputs.line();
                    machine.facts.filename =
                        self.inputs.filename.as_ref().map_or(Value::Null, |name| Value::text(name));
                }
                Pause::Debug(value) => {
                    let line = format!("[\"DEBUG:\",{}]\n", to_json(&value));
                    self.tell(&line).await?;
                }
                Pause::Stderr(value) => {
                    let text = super::formats::to_text(&value);
                    self.tell(&text).await?;
                }
                Pause::Halt(None) => return Ok(After::Stop),
                Pause::Halt(Some((value, status))) => return self.halt(&value, &status).await,
                Pause::Full => {
                    self.context.call.stop_for_memory();
                    self.context.call.tick().await;
                }
            }
        }
    }

    async fn halt(&mut self, value: &Value, status: &Value) -> Result<After> {
        let Some(number) = status.as_number() else {
            let shown = super::track::shown(status);
            let message = format!("{} ({shown}) halt_error/1: number required", status.type_name());
            self.tell_error(&Value::string(message)).await?;
            self.status = ERROR;
            return Ok(After::Next);
        };
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.to_string(),
            other => format!("{}\n", to_json(other)),
        };
        self.tell(&text).await?;
        self.status = (number as i64 & 255) as Status;
        Ok(After::Stop)
    }

    async fn put(&mut self, value: &Value) -> Result<()> {
        self.last = Some(value.is_true());
        self.text.clear();
        match value {
            Value::String(text) if self.options.raw_output => {
                if self.options.ending == Ending::Nul && text.contains('\0') {
                    let message = "Cannot dump a string containing NUL with --raw-output0 option";
                    self.tell_error(&Value::string(message)).await?;
                    self.status = ERROR;
                    return Ok(());
                }
                match self.options.ascii {
                    true => super::write::write_string(text, true, &mut self.text),
                    false => self.text.extend_from_slice(text.as_bytes()),
                }
            }
            value => {
                if self.options.seq {
                    self.text.push(0x1e);
                }
                write(value, &self.style, &mut self.text);
            }
        }
        match self.options.ending {
            Ending::Newline => self.text.push(b'\n'),
            Ending::Nul => self.text.push(0),
            Ending::Nothing => {}
        }
        self.output.push(&self.text);
        match self.options.unbuffered {
            true => self.output.flush(&self.context.call).await,
            false => self.output.settle(&self.context.call).await,
        }
    }

    async fn tell_error(&mut self, error: &Value) -> Result<()> {
        let place = match &self.inputs.filename {
            None => "<unknown>".to_owned(),
            Some(name) => format!("{}:{}", String::from_utf8_lossy(name), self.inputs.line()),
        };
        let message = match error {
            Value::String(text) => format!("jq: error (at {place}): {text}\n"),
            other => format!("jq: error (at {place}) (not a string): {}\n", to_json(other)),
        };
        self.tell(&message).await
    }

    async fn tell_failures(&mut self) -> Result<()> {
        while let Some(failure) = self.inputs.failures.get(self.failures_told).cloned() {
            self.failures_told += 1;
            if failure.starts_with("error") {
                self.unread = true;
            }
            self.tell(&format!("jq: {failure}\n")).await?;
        }
        Ok(())
    }

    /// Writes a message behind what was put out before it.
    async fn tell(&mut self, message: &str) -> Result<()> {
        self.output.flush(&self.context.call).await?;
        say(self.io, self.context, message).await;
        Ok(())
    }
}
