//! `mirage exec`.

use std::io;
use std::os::fd::AsFd;
use std::sync::mpsc::{self, Sender};
use std::thread;

use mirage::vfs::Text;
use mirage::{Money, Signal};
use mirage_server::client::{Client, Control, Event};
use mirage_server::messages::{Budget, Execute};
use serde_json::Value;

use crate::arguments::{Exec, Limits};
use crate::failure::Failure;
use crate::streams::{self, Standard};
use crate::{run, signals};

/// Runs the line in the daemon and answers its status.
pub fn exec(arguments: Exec) -> Result<u8, Failure> {
    let mut words = arguments.words.into_iter().map(|word| Text(run::bytes(word)));
    let env = run::environment(&arguments.env)?;
    let wanted = Execute {
        session: Some(arguments.session),
        line: Text(run::bytes(arguments.line)),
        cwd: arguments.directory.map(|directory| Text(run::bytes(directory))),
        env: env.into_iter().map(|(name, value)| (Text(name), Text(value))).collect(),
        name: words.next(),
        args: words.collect(),
        budget: budget(&arguments.budget),
        collect: arguments.json,
        ..Execute::default()
    };
    let mut line = Client::new()?.execute(&arguments.workspace, &wanted)?;
    let control = line.control();
    let signalled = control.clone();
    signals::watch(move |signal| signalled.signal(signal as u8))?;
    let mut input = Input::new(control.clone());
    let mut outputs = [Standard::Output, Standard::Error].map(|stream| Passed { stream, open: true });
    loop {
        match line.wait()? {
            Event::Wants => input.wanted()?,
            Event::Output(chunk) => outputs[0].pass(&chunk, &control),
            Event::Error(chunk) => outputs[1].pass(&chunk, &control),
            Event::Ended(outcome) => return Ok(report(&outcome, arguments.json)),
        }
    }
}

fn budget(limits: &Limits) -> Budget {
    Budget {
        bytes: limits.max_bytes,
        requests: limits.max_requests,
        cost: limits.max_cost.map(Money::as_dollars),
        seconds: limits.max_seconds.map(|most| most.as_secs_f64()),
    }
}

/// What is printed when the line has ended; its status.
fn report(outcome: &[u8], json: bool) -> u8 {
    let parsed: Value = serde_json::from_slice(outcome).unwrap_or_default();
    let status = parsed["exit_code"].as_u64().and_then(|status| u8::try_from(status).ok()).unwrap_or(1);
    if json {
        streams::print(&[outcome, b"\n"].concat());
        return status;
    }
    // What was streamed is not in it: this is why the line did not run.
    streams::complain(parsed["stderr"].as_str().unwrap_or_default());
    let hints = parsed["hints"].as_array().into_iter().flatten().filter_map(Value::as_str);
    run::tell_hints(status, hints);
    status
}

/// This program's standard input, read when the line asks for it and not before.
struct Input {
    control: Control,
    is_file: bool,
    /// The thread that reads where reading may wait.
    reader: Option<Sender<()>>,
}

impl Input {
    fn new(control: Control) -> Self {
        Input { control, is_file: streams::is_file(io::stdin().as_fd()), reader: None }
    }

    fn wanted(&mut self) -> Result<(), Failure> {
        if self.is_file {
            pass_chunk(&self.control);
            return Ok(());
        }
        let reader = match &self.reader {
            Some(reader) => reader,
            None => self.reader.insert(start_reader(self.control.clone())?),
        };
        // It ends with the program.
        let _ = reader.send(());
        Ok(())
    }
}

fn start_reader(control: Control) -> Result<Sender<()>, Failure> {
    let (sender, wanted) = mpsc::channel();
    let read = move || wanted.iter().for_each(|()| pass_chunk(&control));
    let started = thread::Builder::new().name("stdin".into()).stack_size(256 * 1024).spawn(read);
    started.map_err(|error| Failure::new(1, format_args!("standard input can not be read: {error}")))?;
    Ok(sender)
}

/// An input that can not be read is one that ends: what it holds is not known to the line.
fn pass_chunk(control: &Control) {
    match streams::read_chunk() {
        Ok(chunk) => control.input(&chunk),
        Err(error) => {
            streams::complain(&format!("mirage: standard input: {error}\n"));
            control.input(&[]);
        }
    }
}

/// An output of the line, passed on until nobody reads it.
struct Passed {
    stream: Standard,
    open: bool,
}

impl Passed {
    fn pass(&mut self, chunk: &[u8], control: &Control) {
        if self.open && self.stream.write_all(chunk).is_err() {
            self.open = false;
            control.closed(if self.stream == Standard::Output { 1 } else { 2 });
        }
    }
}

/// Ctrl-C is 2, as everywhere.
const _: () = assert!(Signal::Interrupt as u8 == 2);
