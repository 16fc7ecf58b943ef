//! Workspaces and sessions as an embedding program uses them.
#![allow(clippy::expect_used, reason = "helpers of tests fail as tests do")]

#[cfg(feature = "s3")]
mod budget;
mod examples;
#[cfg(feature = "s3")]
mod fan_out;
mod hostile;
mod living;
#[cfg(feature = "s3")]
mod remote;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{Either, join, join_all, select};
use futures_util::stream;
use mirage::{
    BoxFuture, Bytes, Cancellation, ErrorKind, ExecuteOptions, Host, Input, Limits, Mode, Outcome, Output,
    Ram, RefusalKind, Signal, Sink, Source, Workspace,
};
use mirage_native::NativeHost;

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn host() -> Arc<NativeHost> {
    Arc::new(NativeHost::new())
}

fn workspace(host: &Arc<NativeHost>) -> Workspace {
    Workspace::builder(host.clone()).build().expect("nothing to go wrong")
}

/// A workspace and its session's lines, one after the other.
fn lines<const N: usize>(lines: [&str; N]) -> [Outcome; N] {
    let host = host();
    let workspace = workspace(&host);
    lines.map(|line| host.block_on(workspace.execute(line, ExecuteOptions::default())))
}

fn text(outcome: &Outcome) -> (u8, String, String) {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (outcome.exit_code, shown(&outcome.stdout), shown(&outcome.stderr))
}

fn ok(stdout: &str) -> (u8, String, String) {
    (0, stdout.into(), String::new())
}

#[test]
fn a_session_remembers() {
    let [first, second, third] = lines([
        "cd /tmp; x=1; f() { echo f$x; }; set -u; alias l=ls; exit 3",
        "pwd; f; echo $?; echo $OLDPWD",
        "echo $undefined",
    ]);
    assert_eq!(text(&first).0, 3);
    assert_eq!(text(&second), ok("/tmp\nf1\n0\n/\n"));
    assert_eq!(text(&third), (127, String::new(), "bash: line 1: undefined: unbound variable\n".into()));
}

#[test]
fn the_status_of_the_line_before_is_there() {
    let [_, second] = lines(["false", "echo $?"]);
    assert_eq!(text(&second), ok("1\n"));
}

#[test]
fn sessions_see_the_same_files_and_not_each_other() {
    let host = host();
    let workspace = workspace(&host);
    let (one, two) = (workspace.session("one"), workspace.session("two"));
    let run = |session: &mirage::Session, line: &str| {
        text(&host.block_on(session.execute(line, ExecuteOptions::default())))
    };
    assert_eq!(run(&one, "cd /tmp; x=1; echo shared > file"), ok(""));
    assert_eq!(run(&two, "pwd; echo [$x]; cat /tmp/file"), ok("/\n[]\nshared\n"));
    assert_eq!(workspace.sessions(), ["one", "two"]);
    assert!(workspace.end_session("one") && !workspace.end_session("one"));
    assert_eq!(run(&workspace.session("one"), "pwd"), ok("/\n"));
}

#[test]
fn a_directory_or_a_variable_for_one_line_leaves_the_session_alone() {
    let host = host();
    let workspace = workspace(&host);
    let run = |line: &str, options| text(&host.block_on(workspace.execute(line, options)));
    let inside = ExecuteOptions {
        cwd: Some("tmp".into()),
        env: vec![("X".into(), "1".into())],
        ..ExecuteOptions::default()
    };
    assert_eq!(
        run(
            "y=2; pwd; echo $X; env -0 | tr '\\0' '\\n' | { while read l; do case $l in X=*) echo $l;; esac; done; }",
            inside
        ),
        ok("/tmp\n1\nX=1\n")
    );
    assert_eq!(run("pwd; echo [$X$y]", ExecuteOptions::default()), ok("/\n[]\n"));
    let missing = ExecuteOptions { cwd: Some("/absent".into()), ..ExecuteOptions::default() };
    assert_eq!(
        run("echo ran", missing),
        (2, String::new(), "mirage: /absent: No such file or directory\n".into())
    );
    let file = ExecuteOptions { cwd: Some("/bin/ls".into()), ..ExecuteOptions::default() };
    assert_eq!(run("echo ran", file).2, "mirage: /bin/ls: Not a directory\n");
}

#[test]
fn arguments_are_those_of_one_line() {
    let host = host();
    let workspace = workspace(&host);
    let run = |line: &str, options| text(&host.block_on(workspace.execute(line, options)));
    let options = || ExecuteOptions {
        name: Some("me".into()),
        args: vec!["a b".into(), "c".into()],
        ..ExecuteOptions::default()
    };
    assert_eq!(run("echo $0 $# \"$1\"; x=1", options()), ok("me 2 a b\n"));
    assert_eq!(run("echo $0 $# $x", ExecuteOptions::default()), ok("bash 0 1\n"));
    let file = ExecuteOptions { source: Source::File, ..options() };
    assert_eq!(run("\nabsent", file), (127, String::new(), "me: line 2: absent: command not found\n".into()));
    let stdin = ExecuteOptions {
        source: Source::Stdin,
        stdin: Input::Bytes("read x\n1 2\necho $x $1".into()),
        args: vec!["arg".into()],
        ..ExecuteOptions::default()
    };
    assert_eq!(run("", stdin), ok("1 2 arg\n"));
}

#[test]
fn lines_of_one_session_queue_and_those_of_others_do_not() {
    let host = host();
    let workspace = workspace(&host);
    let session = workspace.session("queue");
    let lines: Vec<String> = (0..20).map(|number| format!("sleep 0.01; echo {number} >> /tmp/log")).collect();
    let queued = join_all(lines.iter().map(|line| session.execute(line, ExecuteOptions::default())));
    host.block_on(queued);
    let log = host.block_on(workspace.read("/tmp/log")).expect("written");
    let expected: String = (0..20).map(|number| format!("{number}\n")).collect();
    assert_eq!(log, expected.as_bytes());

    // Two sessions that wait for each other.
    let wait = |mine: &str, other: &str| {
        format!("touch /tmp/{mine}; until [ -e /tmp/{other} ]; do sleep 0.01; done")
    };
    let limited = || ExecuteOptions { timeout: Some(PATIENCE), ..ExecuteOptions::default() };
    let (one, two) = (workspace.session("one"), workspace.session("two"));
    let (one, two) =
        host.block_on(join(one.execute(wait("a", "b"), limited()), two.execute(wait("b", "a"), limited())));
    assert_eq!((one.exit_code, two.exit_code), (0, 0));
}

#[test]
fn a_line_runs_on_threads_of_the_host_too() {
    let host = host();
    let workspace = workspace(&host);
    let (sender, receiver) = std::sync::mpsc::channel();
    host.spawn(Box::pin(async move {
        let _ = sender.send(workspace.execute("echo $((6 * 7))", ExecuteOptions::default()).await);
    }));
    assert_eq!(text(&receiver.recv_timeout(PATIENCE).expect("an outcome")), ok("42\n"));
}

#[test]
fn a_cancelled_line_keeps_what_it_did() {
    let host = host();
    let workspace = workspace(&host);
    let cancellation = Cancellation::default();
    let options = ExecuteOptions { cancellation: cancellation.clone(), ..ExecuteOptions::default() };
    let cancel = async {
        while !workspace.exists("/tmp/started").await.expect("memory does not fail") {
            host.sleep(Duration::from_millis(1)).await;
        }
        cancellation.cancel(Signal::Interrupt);
    };
    let line = "cd /tmp; f() { local x=inner; touch started; sleep 1000; }; x=outer; f";
    let (outcome, ()) = host.block_on(join(workspace.execute(line, options), cancel));
    assert_eq!(outcome.exit_code, 130);
    assert_eq!(outcome.refusal.map(|refusal| refusal.kind), Some(RefusalKind::Cancelled));
    let after = host.block_on(workspace.execute("pwd; echo $x", ExecuteOptions::default()));
    assert_eq!(text(&after), ok("/tmp\nouter\n"));
}

#[test]
fn a_line_that_is_cancelled_before_its_turn_does_not_start() {
    let host = host();
    let workspace = workspace(&host);
    let stop = |options: &ExecuteOptions| options.cancellation.cancel(Signal::Interrupt);
    let options = ExecuteOptions::default();
    stop(&options);
    let outcome = host.block_on(workspace.execute("touch /tmp/started", options));
    assert_eq!(outcome.exit_code, 130);
    assert_eq!(outcome.refusal.map(|refusal| refusal.kind), Some(RefusalKind::Cancelled));

    let (long, waiting) = (ExecuteOptions::default(), ExecuteOptions::default());
    let (first, second) = (long.cancellation.clone(), waiting.cancellation.clone());
    let lines = join(workspace.execute("sleep 1000", long), workspace.execute("touch /tmp/started", waiting));
    let cancel = async {
        host.sleep(Duration::from_millis(20)).await;
        second.cancel(Signal::Terminate);
        first.cancel(Signal::Interrupt);
    };
    let ((long, waiting), ()) = host.block_on(join(lines, cancel));
    assert_eq!((long.exit_code, waiting.exit_code), (130, 143));
    assert!(!host.block_on(workspace.exists("/tmp/started")).expect("memory does not fail"));
}

#[test]
fn dropping_the_future_stops_the_line() {
    let host = host();
    let workspace = workspace(&host);
    let forever =
        Box::pin(workspace.execute("while :; do echo x >> /tmp/log; done", ExecuteOptions::default()));
    let Either::Right((_, forever)) = host.block_on(select(forever, host.sleep(Duration::from_millis(50))))
    else {
        panic!("an endless line has ended");
    };
    drop(forever);
    // The session is free again as soon as the line has stopped.
    let options = ExecuteOptions { timeout: Some(PATIENCE), ..ExecuteOptions::default() };
    assert_eq!(text(&host.block_on(workspace.execute("echo free", options))), ok("free\n"));
}

#[test]
fn time_output_and_memory_are_limited() {
    let host = host();
    let limits = Limits { output: Some(1000), memory: 100_000, ..Limits::default() };
    let workspace = Workspace::builder(host.clone()).limits(limits).build().expect("nothing to go wrong");
    let run = |line: &str, options| host.block_on(workspace.execute(line, options));
    let quick = ExecuteOptions { timeout: Some(Duration::from_millis(50)), ..ExecuteOptions::default() };
    let wall = run("x=kept; sleep 1000", quick);
    let message = "limit: wall: the line ran longer than 0.05 seconds";
    assert_eq!(text(&wall), (124, String::new(), format!("mirage: {message}\n")));
    assert_eq!(
        wall.refusal.map(|refusal| (refusal.kind, refusal.message)),
        Some((RefusalKind::Limit, message.into()))
    );
    assert_eq!(text(&run("echo $x", ExecuteOptions::default())), ok("kept\n"));

    let output = run("yes", ExecuteOptions::default());
    assert_eq!((output.exit_code, output.stdout.len()), (137, 1000));
    let discarded = ExecuteOptions { stdout: Output::Discard, ..ExecuteOptions::default() };
    assert_eq!(run("printf '%2000s'", discarded).exit_code, 0);
}

#[test]
fn streams_are_the_callers() {
    struct Gather(Arc<Mutex<Vec<u8>>>);
    impl Sink for Gather {
        fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, mirage::Result<()>> {
            self.0.lock().expect("not poisoned").extend_from_slice(&chunk);
            Box::pin(async { Ok(()) })
        }
    }
    struct Gone;
    impl Sink for Gone {
        fn write<'a>(&'a mut self, _: Bytes) -> BoxFuture<'a, mirage::Result<()>> {
            Box::pin(async { Err(mirage::Error::new(ErrorKind::BrokenPipe, "write")) })
        }
    }
    let host = host();
    let workspace = workspace(&host);
    let gathered = Arc::new(Mutex::new(Vec::new()));
    let chunks = ["one\n", "two\nth", "ree\n"].map(|chunk| Ok(Bytes::from(chunk)));
    let options = ExecuteOptions {
        stdin: Input::Stream(Box::pin(stream::iter(chunks))),
        stdout: Output::Sink(Box::new(Gather(gathered.clone()))),
        ..ExecuteOptions::default()
    };
    let outcome = host.block_on(workspace.execute("while read line; do echo \"<$line>\"; done", options));
    assert_eq!(text(&outcome), ok(""));
    assert_eq!(&gathered.lock().expect("not poisoned")[..], b"<one>\n<two>\n<three>\n");

    let gone = ExecuteOptions { stdout: Output::Sink(Box::new(Gone)), ..ExecuteOptions::default() };
    assert_eq!(host.block_on(workspace.execute("while :; do echo x; done", gone)).exit_code, 141);
}

#[test]
fn a_panic_ends_its_line_and_nothing_else() {
    let host = host();
    let workspace = workspace(&host);
    let broken = stream::poll_fn(|_| -> std::task::Poll<Option<mirage::Result<Bytes>>> {
        panic!("expected by this test")
    });
    let options = ExecuteOptions { stdin: Input::Stream(Box::pin(broken)), ..ExecuteOptions::default() };
    let session = workspace.session("default");
    let lost = host.block_on(session.execute("x=1; cat", options));
    assert_eq!((lost.exit_code, lost.refusal.is_some()), (1, true));
    assert_eq!(text(&host.block_on(session.execute("echo [$x]", ExecuteOptions::default()))), ok("[]\n"));
}

#[test]
fn what_a_line_used_is_told_by_mount() {
    let host = host();
    let workspace = Workspace::builder(host.clone())
        .mount("/data", Ram::default(), Mode::Write)
        .build()
        .expect("a workspace");
    host.block_on(workspace.write("/data/a", "12345")).expect("written");
    let outcome = host.block_on(workspace.execute("cat /data/a /data/a > /tmp/b", ExecuteOptions::default()));
    assert_eq!((outcome.mounts["/data"].bytes_read, outcome.mounts["/"].bytes_written), (10, 10));
    assert_eq!(
        (outcome.usage.bytes_read, outcome.usage.bytes_written, outcome.usage.requests.total()),
        (10, 10, 0)
    );
}

#[test]
fn what_nobody_will_see_is_not_read() {
    for line in [
        "sed -n '3,4p' /tmp/f",
        "cat /tmp/f | sed -n '3,4p'",
        "nl -ba /tmp/f | cut -f2 | sed -n '3,4p'",
        "grep -v x /tmp/f | tr a b | sed -n '3,4p'",
        "sed s/x/y/ /tmp/f | sed -n '3,4p'",
    ] {
        let script = format!("seq 2000000 > /tmp/f; set -o pipefail; {line}");
        let [outcome] = lines([&script]);
        assert_eq!(text(&outcome), ok("3\n4\n"), "{line}");
        assert!(outcome.usage.bytes_read < 4_000_000, "{line}: {} bytes", outcome.usage.bytes_read);
    }
}

#[test]
fn mounts_come_and_go_while_sessions_live() {
    let host = host();
    let workspace = workspace(&host);
    let run = |line: &str| text(&host.block_on(workspace.execute(line, ExecuteOptions::default())));
    workspace.mount("/m", Arc::new(Ram::default()), Mode::Read).expect("free");
    assert_eq!(run("echo x > /m/a").2, "bash: line 1: /m/a: Read-only file system\n");
    workspace.set_mode("/m", Mode::Write).expect("there");
    assert_eq!(run("echo x > /m/a; cat /m/a"), ok("x\n"));
    let taken = workspace.mount("/m", Arc::new(Ram::default()), Mode::Read).map_err(|error| error.kind());
    assert_eq!(taken, Err(ErrorKind::Busy));
    workspace.unmount("/m").expect("there");
    assert_eq!(run("ls /m").0, 2);
}

#[test]
fn what_moves_to_another_mount_is_copied_and_then_removed() {
    let host = host();
    let (one, two) = (Ram::default(), Ram::default());
    let workspace = Workspace::builder(host.clone())
        .mount("/one", one, Mode::Write)
        .mount("/two", two, Mode::Write)
        .build()
        .expect("a workspace");
    let line = "mkdir -p /one/d/e; echo text > /one/d/e/f; chmod 600 /one/d/e/f; ln -s f /one/d/e/l\n\
                touch -d 2020-01-02 /one/d/e/f; mv /one/d /two; ls /one; cat /two/d/e/l\n\
                stat -c '%a %y' /two/d/e/f; readlink /two/d/e/l; mv /two/d/e/f /one/g; cat /one/g; ls /two/d/e";
    let outcome = host.block_on(workspace.execute(line, ExecuteOptions::default()));
    assert_eq!(text(&outcome), ok("text\n600 2020-01-02 00:00:00.000000000 +0000\nf\ntext\nl\n"));
    workspace.set_mode("/two", Mode::Read).expect("a mode");
    let refused =
        host.block_on(workspace.execute("mv /one/g /two/; mv /two/d /one", ExecuteOptions::default()));
    assert_eq!(refused.exit_code, 1);
    let kept = host.block_on(workspace.execute("cat /one/g; ls -d /two/d", ExecuteOptions::default()));
    assert_eq!(text(&kept), ok("text\n/two/d\n"));
}

#[test]
fn files_are_read_and_written_beside_the_lines() {
    let host = host();
    let workspace = workspace(&host);
    host.block_on(async {
        workspace.create_dir("/a/b/c").await.expect("made");
        let kind = |error: mirage::Error| error.kind();
        workspace.write("/a/b/file", "content").await.expect("written");
        assert_eq!(workspace.read("a/b/file").await.expect("there"), "content");
        let names: Vec<Bytes> =
            workspace.list("/a/b").await.expect("there").into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["c", "file"]);
        assert_eq!(workspace.stat("/a/b/file").await.expect("there").size.exact(), Some(7));
        workspace.rename("/a/b/file", "/a/moved").await.expect("moved");
        assert!(
            workspace.exists("/a/moved").await.expect("known")
                && !workspace.exists("/a/moved/x").await.expect("known")
        );
        assert_eq!(workspace.remove("/a/b").await.map_err(kind), Err(ErrorKind::NotEmpty));
        workspace.remove("/a/b/c").await.expect("empty");
        assert_eq!(workspace.write("/absent/x", "").await.map_err(kind), Err(ErrorKind::NotFound));
        assert_eq!(workspace.create_dir("/a/moved").await.map_err(kind), Err(ErrorKind::AlreadyExists));
    });
}

#[test]
fn a_mount_that_can_not_be_made_is_told_with_its_place() {
    let mut config = mirage::config::Config::default();
    let here = std::path::Path::new("/");
    config.mount("/m=/no/such/directory", here, &mirage::config::Nothing).expect("well formed");
    let error = Workspace::builder(host()).config(config).build().err().expect("no such directory");
    assert_eq!(
        (error.kind(), error.mount().map(ToString::to_string)),
        (ErrorKind::NotFound, Some("/m".into()))
    );
}
