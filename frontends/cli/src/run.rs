//! `mirage run`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use mirage::config::{Config, Source as _};
use mirage::{Error, ExecuteOptions, Input, Outcome, Output, Source, Workspace};
use mirage_native::NativeHost;

use crate::arguments::Run;
use crate::failure::Failure;
use crate::machine::{Machine, current_directory, reason};
use crate::signals;
use crate::streams::{self, Standard};

/// Runs the line and answers its status.
pub fn run(arguments: Run) -> Result<u8, Failure> {
    let config = configuration(&arguments)?;
    let env = environment(&arguments.env)?;
    let script = Script::find(arguments.command, arguments.words)?;
    let host = Arc::new(NativeHost::new());
    let output = |stream: Standard| match arguments.json {
        true => Output::Collect,
        false => Output::Sink(stream.sink(host.clone())),
    };
    let options = ExecuteOptions {
        cwd: arguments.directory.map(bytes),
        env,
        name: script.name,
        args: script.args,
        source: script.source,
        stdin: Input::Stream(streams::stdin(host.clone())),
        stdout: output(Standard::Output),
        stderr: output(Standard::Error),
        budget: arguments.budget.budget(),
        seconds: arguments.budget.max_seconds,
        ..ExecuteOptions::default()
    };
    let cancellation = options.cancellation.clone();
    signals::watch(move |signal| cancellation.cancel(signal))?;
    let workspace =
        Workspace::builder(host.clone()).config(config).build().map_err(|error| refused(&error))?;
    let outcome = host.block_on(workspace.execute(script.text, options));
    report(&outcome, arguments.json);
    // The program ends: to give back piece by piece what its lines hold in memory would only take time.
    std::mem::forget(workspace);
    // A thread that still reads standard input ends with the program.
    Ok(outcome.exit_code)
}

/// What `-f` and `-m` say.
fn configuration(arguments: &Run) -> Result<Config, Failure> {
    let here = current_directory()?;
    let mut config = match &arguments.config {
        Some(path) => configuration_file(&here, path)?,
        None => Config::default(),
    };
    for spec in &arguments.mounts {
        let mounted = config.mount(spec, &here, &Machine);
        mounted.map_err(|error| Failure::config("-m", error.problems()))?;
    }
    if arguments.no_cache {
        config.cache.enabled = false;
    }
    Ok(config)
}

fn configuration_file(here: &Path, path: &Path) -> Result<Config, Failure> {
    let (text, directory) = read_configuration(here, path)?;
    let parsed = Config::parse(&text, &directory, &Machine);
    parsed.map_err(|error| Failure::config(path.display(), error.problems()))
}

/// A configuration's text, and what relative paths in it start from.
pub fn read_configuration(here: &Path, path: &Path) -> Result<(String, PathBuf), Failure> {
    let absolute = here.join(path);
    let text = Machine
        .read(&absolute)
        .map_err(|reason| Failure::usage(format_args!("{}: {reason}", path.display())))?;
    let directory: PathBuf = absolute.parent().map_or_else(|| here.to_owned(), Path::to_owned);
    Ok((text, directory))
}

/// What `-e NAME[=VALUE]` says.
#[expect(clippy::disallowed_methods, reason = "-e NAME passes a variable of this machine on")]
pub fn environment(given: &[OsString]) -> Result<Vec<(Bytes, Bytes)>, Failure> {
    let pair = |given: &OsString| {
        let text = given.as_bytes();
        let (name, value) = match text.iter().position(|&byte| byte == b'=') {
            Some(at) => (&text[..at], Some(Bytes::copy_from_slice(&text[at + 1..]))),
            None => (text, std::env::var_os(given).map(bytes)),
        };
        let shown = String::from_utf8_lossy(name);
        let is_name = name.first().is_some_and(|&first| first.is_ascii_alphabetic() || first == b'_')
            && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_');
        match (is_name, value) {
            (true, Some(value)) => Ok((Bytes::copy_from_slice(name), value)),
            (true, None) => {
                Err(Failure::usage(format_args!("-e: environment variable that is not set: {shown}")))
            }
            (false, _) => Err(Failure::usage(format_args!("-e: not the name of a variable: {shown}"))),
        }
    };
    given.iter().map(pair).collect()
}

/// What is to be run.
struct Script {
    text: Bytes,
    name: Option<Bytes>,
    args: Vec<Bytes>,
    source: Source,
}

impl Script {
    fn find(command: Option<OsString>, words: Vec<OsString>) -> Result<Script, Failure> {
        let mut words = words.into_iter();
        let first = words.next();
        let args = words.map(bytes).collect();
        match (command, first) {
            (Some(text), name) => {
                let (text, name) = (bytes(text), name.map(bytes));
                Ok(Script { text, name, args, source: Source::Line })
            }
            (None, Some(dash)) if dash == "-" => {
                Ok(Script { text: Bytes::new(), name: None, args, source: Source::Stdin })
            }
            (None, Some(path)) => {
                let text = read_file(&path)?;
                Ok(Script { text, name: Some(bytes(path)), args, source: Source::File })
            }
            (None, None) => {
                Err(Failure::usage("nothing to run: give -c SCRIPT, a FILE, or - for standard input"))
            }
        }
    }
}

/// The script file, or bash's statuses for one that can not be run.
fn read_file(path: &OsStr) -> Result<Bytes, Failure> {
    std::fs::read(path).map(Bytes::from).map_err(|error| {
        let status = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
        Failure::new(status, format_args!("{}: {}", path.display(), reason(&error)))
    })
}

fn refused(error: &Error) -> Failure {
    match error.mount() {
        Some(mount) => Failure::usage(format_args!("{mount}: {error}")),
        None => Failure::usage(error),
    }
}

/// What is printed when the line has ended.
fn report(outcome: &Outcome, json: bool) {
    if json {
        // Numbers, texts and string keys: nothing that JSON can not hold.
        let mut text = serde_json::to_vec(outcome).unwrap_or_default();
        text.push(b'\n');
        return streams::print(&text);
    }
    // What was streamed is not in it: this is why the line did not run.
    streams::complain(&String::from_utf8_lossy(&outcome.stderr));
    tell_hints(outcome.exit_code, outcome.hints.iter().map(String::as_str));
}

/// Prints hints where they help: to a person, and beside a status that is not 0.
pub fn tell_hints<'a>(status: u8, hints: impl Iterator<Item = &'a str>) {
    if status != 0 || streams::stderr_is_terminal() {
        hints.for_each(|hint| streams::complain(&format!("mirage: hint: {hint}\n")));
    }
}

/// The bytes of an argument.
pub fn bytes(text: OsString) -> Bytes {
    text.into_vec().into()
}
