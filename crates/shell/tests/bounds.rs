//! What a line may not do: overflow the machine's stack, hold memory without end, run on when it is asked to stop.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a test starts a thread of a known stack size, and one that cancels"
)]

use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use mirage_shell::command::Registry;
use mirage_shell::io::{Descriptor, Io, Sink};
use mirage_shell::state::State;
use mirage_shell::{Ended, Limit, Limits, Run, Shell};
use mirage_testkit::host::{TestHost, block_on};
use mirage_vfs::tree::Tree;
use mirage_vfs::{BoxFuture, Call, Cancellation, Ram, Result, Signal};

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Sink for Output {
    fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(&chunk);
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Runs a line in a thread with the stack of a pooled worker, and answers how it ended and what it printed.
fn run(script: &str, limits: Limits, cancellation: Cancellation) -> (Ended, String) {
    const STACK: usize = 2 << 20;
    let script = Bytes::copy_from_slice(script.as_bytes());
    let line = move || {
        let call = Call::new(Arc::new(TestHost::new()), cancellation);
        let tree = Tree::new(Arc::new(Ram::default()));
        let run = Rc::new(Run::new(call, tree, Arc::new(Registry::default()), limits));
        let output = Output::default();
        let sink = |output: &Output| Descriptor::sink(Box::new(output.clone()));
        let io = Io {
            stdin: Descriptor::null(),
            stdout: sink(&output),
            stderr: sink(&output),
            others: Vec::new(),
        };
        let mut shell = Shell::new(State::new(), run, io);
        let ended = block_on(shell.run_script(script));
        let printed = output.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        (ended, String::from_utf8_lossy(&printed).into_owned())
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(line).expect("a thread starts");
    thread.join().expect("the line ends")
}

fn ended(script: &str) -> Ended {
    run(script, Limits::default(), Cancellation::default()).0
}

#[test]
fn what_nests_without_end_meets_the_limit_and_not_the_stack() {
    for script in [
        "f() { f; }; f",
        "f() { (f); }; f",
        "f() { x=$(f); }; f",
        "f() { f | :; }; f",
        "f() { eval f; }; f",
        "f() { if :; then while :; do { case x in x) f;; esac; }; done; fi; }; f",
        "export X='bash -c \"$X\"'; bash -c \"$X\"",
        "trap f DEBUG; f() { f; }; f",
    ] {
        assert_eq!(ended(script), Ended { status: 137, limit: Some(Limit::Depth) }, "{script}");
    }
}

#[test]
fn what_is_written_nested_runs_or_is_refused() {
    for depth in [50, 110, 500] {
        for (open, close) in
            [("{ ", "; }"), ("( ", " )"), ("if :; then ", "; fi"), (": | { ", "; }"), (": $(", ")")]
        {
            let script = [open.repeat(depth), ":".into(), close.repeat(depth)].concat();
            let status = ended(&script).status;
            assert!(matches!(status, 0 | 2 | 127), "{open} {depth}: {status}");
        }
    }
}

#[test]
fn values_that_refer_to_themselves_are_an_error() {
    assert_eq!(ended("x=y+1 y=x+1; echo $((x))").status, 1);
}

#[test]
fn memory_is_limited() {
    let limits = Limits { memory: 1_000_000, ..Limits::default() };
    for script in
        ["x=xxxxxxxx; while :; do x+=$x; done", "i=0; while :; do a[i++]=text; done", "echo {1..10000000}"]
    {
        let (ended, printed) = run(script, limits, Cancellation::default());
        assert_eq!(ended, Ended { status: 137, limit: Some(Limit::Memory) }, "{script}");
        assert!(printed.starts_with("mirage: limit: memory"), "{printed}");
    }
}

#[test]
fn a_line_that_is_cancelled_runs_its_traps_and_ends() {
    for (script, status, wanted) in [
        ("echo started; while :; do :; done", 130, "started\n"),
        ("trap 'echo caught; exit 5' INT; while ((1)); do :; done", 5, "caught\n"),
        ("trap 'echo bye' EXIT; until false; do :; done", 130, "bye\n"),
    ] {
        let cancellation = Cancellation::default();
        let watched = cancellation.clone();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            watched.cancel(Signal::Interrupt);
        });
        let (ended, printed) = run(script, Limits::default(), cancellation);
        canceller.join().expect("it cancels");
        assert_eq!((ended.status, printed.as_str()), (status, wanted), "{script}");
    }
}
