//! Ctrl-C and SIGTERM.

use std::io::Read;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::support::{Done, run};

/// Longer than a line that was asked to stop may take, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts `command`, which prints a line when it is ready, and sends it `signals`.
fn interrupted(command: &mut Command, signals: &[Signal]) -> Done {
    let mut child = command.spawn().expect("starts");
    let mut ready = [0; 6];
    child.stdout.as_mut().expect("piped").read_exact(&mut ready).expect("ready");
    for signal in signals {
        kill_process(pid(&child), *signal).expect("it runs");
        sleep(Duration::from_millis(20));
    }
    let start = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().expect("it runs");
            panic!("the line did not stop");
        }
        sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("ended").into()
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process number")).expect("not 0")
}

#[test]
fn an_interrupt_stops_whatever_the_line_does() {
    for line in
        ["while :; do :; done", "sleep 1000", "yes > /dev/null", "cat", "sort /dev/zero", "wait; read x"]
    {
        let mut command = run(["-c", &format!("echo ready; {line}; echo after")]);
        // A pipe that stays open, so that lines that read wait.
        let done = interrupted(command.stdin(std::process::Stdio::piped()), &[Signal::INT]);
        assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (130, "", ""), "{line}");
    }
}

#[test]
fn a_termination_stops_it_with_a_status_of_its_own() {
    let done = interrupted(&mut run(["-c", "echo ready; sleep 1000"]), &[Signal::TERM]);
    assert_eq!((done.status, &done.stdout[..]), (143, ""));
}

#[test]
fn traps_see_the_signal() {
    let line =
        "trap 'echo caught; exit 5' INT; trap 'echo bye' EXIT; echo ready; while :; do sleep 0.01; done";
    let done = interrupted(&mut run(["-c", line]), &[Signal::INT]);
    assert_eq!((done.status, &done.stdout[..]), (5, "caught\nbye\n"));
}

#[test]
fn a_second_interrupt_ends_the_program_at_once() {
    let line = "trap 'sleep 1000' INT; echo ready; sleep 1000";
    let done = interrupted(&mut run(["-c", line]), &[Signal::INT, Signal::INT]);
    assert_eq!(done.status, 130);
}
