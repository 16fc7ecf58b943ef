//! A line of the shell, run on this thread and stopped when it goes on too long.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use mirage_shell::command::Registry;
use mirage_shell::io::{Descriptor, Io, Sink};
use mirage_shell::state::State;
use mirage_shell::{Limits, Run, Shell};
use mirage_testkit::host::TestHost;
use mirage_vfs::tree::Tree;
use mirage_vfs::{Attributes, BoxFuture, Call, Cancellation, Host, Path, Ram, Result};

/// Long past what a line of a few bytes needs; a line that cannot be stopped here meets libFuzzer's own limit.
const PATIENCE: Duration = Duration::from_millis(300);

/// What a line may hold: small, so that filling it is quick.
const MEMORY: u64 = 8 << 20;

/// What is kept of a line's output.
const OUTPUT: usize = 64 << 10;

/// How a line ended by itself.
pub(crate) struct Ended {
    pub status: u8,
    pub stdout: Vec<u8>,
}

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Sink for Output {
    fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = OUTPUT.saturating_sub(kept.len()).min(chunk.len());
        kept.extend_from_slice(&chunk[..room]);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Runs `script` with these arguments and files; nothing when it had to be stopped, or met a limit.
pub(crate) fn run(script: &'static [u8], arguments: &[&[u8]], files: &[(&str, &[u8])]) -> Option<Ended> {
    run_text(Bytes::from_static(script), arguments, files)
}

/// The same for a script that is made up.
pub(crate) fn run_text(script: Bytes, arguments: &[&[u8]], files: &[(&str, &[u8])]) -> Option<Ended> {
    let ram = Ram::default();
    for (path, content) in files {
        let content = Bytes::copy_from_slice(content);
        // A file system in memory that is new takes every file.
        let _ = ram.add_file(&Path::from(*path), content, &Attributes::default());
    }
    let host = Arc::new(TestHost::new());
    let call = Call::new(host.clone(), Cancellation::default());
    let registry = Registry::new(mirage_commands::ALL.iter().copied());
    let limits = Limits { memory: MEMORY, depth: 200, jobs: 8 };
    let run = Rc::new(Run::new(call, Tree::new(Arc::new(ram)), Arc::new(registry), limits));
    let output = Output::default();
    let io = Io {
        stdin: Descriptor::null(),
        stdout: Descriptor::sink(Box::new(output.clone())),
        stderr: Descriptor::sink(Box::new(Output::default())),
        others: Vec::new(),
    };
    let mut state = State::new();
    state.positional = Arc::new(arguments.iter().map(|text| Bytes::copy_from_slice(text)).collect());
    let mut shell = Shell::new(state, run, io);
    let ended = patiently(&host, shell.run_script(script))?;
    if ended.limit.is_some() {
        return None;
    }
    let stdout = output.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Some(Ended { status: ended.status, stdout })
}

/// Polls until the future ends or patience does; it is then dropped where it waits, as a cancelled line is.
fn patiently<F: Future>(host: &TestHost, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let end = host.monotonic() + PATIENCE;
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return Some(output),
            Poll::Pending if host.monotonic() > end => return None,
            Poll::Pending => std::thread::yield_now(),
        }
    }
}
