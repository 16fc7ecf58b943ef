//! Workspaces that live in the daemon.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::support::{Done, directory, done, fed, mirage};

/// Longer than anything here takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A user's home with a daemon in it, which ends with the test.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Home(directory(&[(
            "workspace.yaml",
            "mounts:\n  /data: {type: ram}\n  /repo: {type: disk, path: .}\n",
        )]))
    }

    /// `mirage` in this home.
    pub fn mirage<const N: usize>(&self, arguments: [&str; N]) -> Command {
        let mut command = mirage();
        // A test that is killed leaves no daemon behind for long.
        command.env("MIRAGE_HOME", self.0.path().join("home")).env("MIRAGE_IDLE_SECONDS", "60");
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    pub fn run<const N: usize>(&self, arguments: [&str; N]) -> Done {
        done(&mut self.mirage(arguments))
    }

    /// Runs what is to succeed without a message, and answers what it prints.
    pub fn text<const N: usize>(&self, arguments: [&str; N]) -> String {
        let done = self.run(arguments);
        assert_eq!((done.status, &done.stderr[..]), (0, ""), "{arguments:?}");
        done.stdout
    }

    fn pid(&self) -> Pid {
        let status: serde_json::Value =
            serde_json::from_str(&self.text(["daemon", "status", "--json"])).expect("JSON");
        let pid = status["pid"].as_i64().and_then(|pid| i32::try_from(pid).ok()).expect("a process");
        Pid::from_raw(pid).expect("a process")
    }

    fn kill(&self) {
        kill_process(self.pid(), Signal::KILL).expect("it runs");
        self.wait_for("no daemon", |home| home.run(["daemon", "status"]).status == 1);
    }

    fn wait_for(&self, what: &str, is_there: impl Fn(&Home) -> bool) {
        let start = Instant::now();
        while !is_there(self) {
            assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = self.mirage(["daemon", "stop"]).output();
    }
}

fn demo() -> Home {
    let home = Home::new();
    assert_eq!(home.text(["workspace", "create", "demo", "-f", "workspace.yaml"]), "");
    home
}

#[test]
fn lines_share_a_workspace_and_a_killed_daemon_loses_nothing() {
    let home = demo();
    assert_eq!(home.text(["exec", "demo", "cd /data; x=5; echo hi > f; cat f"]), "hi\n");
    assert_eq!(home.text(["exec", "demo", "pwd; echo $x; ls /repo"]), "/data\n5\nhome\nworkspace.yaml\n");
    home.kill();
    assert_eq!(home.text(["exec", "demo", "pwd; echo $x; cat f"]), "/data\n5\nhi\n");
    assert_eq!(
        home.text(["workspace", "list"]),
        "NAME  STATE  MOUNTS         SESSIONS\ndemo  ready  / /data /repo  1\n"
    );
    assert_eq!(home.text(["workspace", "delete", "demo"]), "");
    let gone = home.run(["exec", "demo", "true"]);
    assert_eq!((gone.status, &gone.stderr[..]), (1, "mirage: no such workspace: demo\n"));
}

#[test]
fn a_line_has_this_commands_streams_arguments_and_status() {
    let home = demo();
    let ended = home.run(["exec", "demo", "echo out; echo err >&2; exit 7"]);
    assert_eq!(ended, Done { status: 7, stdout: "out\n".into(), stderr: "err\n".into() });
    assert_eq!(home.text(["exec", "demo", "echo $0 $@", "name", "-a", "b c"]), "name -a b c\n");
    let big: String = (0..200_000).map(|number| format!("{number}\n")).collect();
    let sorted =
        fed(&mut home.mirage(["exec", "demo", "tee /data/big | sha1sum; wc -c < /data/big"]), big.as_bytes());
    assert!(sorted.stdout.ends_with(&format!("{}\n", big.len())), "{sorted:?}");
    assert_eq!(fed(&mut home.mirage(["exec", "demo", "cat /data/big"]), b"").stdout, big);
    let outcome = home.run([
        "exec",
        "--json",
        "-C",
        "/data",
        "-e",
        "A=1",
        "demo",
        "pwd; echo $A; printf '\\377'; nowhere",
    ]);
    let json: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!((outcome.status, json["exit_code"].as_u64()), (127, Some(127)));
    assert_eq!(json["stdout_base64"], "L2RhdGEKMQr/");
    assert_eq!(json["stderr"], "bash: line 1: nowhere: command not found\n");
    assert_eq!(home.text(["exec", "demo", "pwd; echo $A"]), "/\n\n");
    let over = home.run(["exec", "--max-seconds", "0.1", "demo", "echo started; sleep 1000"]);
    assert_eq!((over.status, &over.stdout[..]), (125, "started\n"), "{over:?}");
    assert!(over.stderr.starts_with("mirage: budget: "), "{over:?}");
    let help = home.text(["exec", "--help"]);
    for flag in ["--max-bytes", "--max-requests", "--max-cost", "--max-seconds"] {
        assert!(help.contains(flag), "{flag}");
    }
    let session = home.run(["exec", "-s", "a/b", "demo", "true"]);
    assert_eq!(session.status, 1);
    assert!(session.stderr.starts_with("mirage: not the name of a session"), "{session:?}");
}

#[test]
fn input_is_read_when_the_line_asks_for_it() {
    let home = demo();
    let loop_ = "while read line; do \"$program\" exec demo \"echo $line\"; done";
    let mut command = Command::new("bash");
    command.args(["-c", loop_]).env("program", env!("CARGO_BIN_EXE_mirage"));
    command.env("MIRAGE_HOME", home.0.path().join("home")).stdout(Stdio::piped()).stderr(Stdio::piped());
    assert_eq!(fed(&mut command, b"one\ntwo\nthree\n").stdout, "one\ntwo\nthree\n");
}

#[test]
fn a_reader_that_goes_ends_the_line_and_so_does_ctrl_c() {
    let home = demo();
    let script = "\"$program\" exec demo yes | head -n 2; echo ${PIPESTATUS[0]}";
    let mut command = Command::new("bash");
    command.args(["-c", script]).env("program", env!("CARGO_BIN_EXE_mirage"));
    command.env("MIRAGE_HOME", home.0.path().join("home")).stdout(Stdio::piped()).stderr(Stdio::piped());
    assert_eq!(done(&mut command).stdout, "y\ny\n141\n");

    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut child =
            home.mirage(["exec", "demo", "echo started > /data/mark; sleep 1000"]).spawn().expect("starts");
        home.wait_for("the line", |home| {
            home.run(["exec", "-s", "other", "demo", "rm /data/mark"]).status == 0
        });
        kill_process(Pid::from_child(&child), signal).expect("it runs");
        let start = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            assert!(start.elapsed() < PATIENCE, "the line did not stop");
            sleep(Duration::from_millis(5));
        }
        assert_eq!(Done::from(child.wait_with_output().expect("ended")).status, status);
    }

    let mut child = home.mirage(["exec", "demo", "sleep 1000"]).spawn().expect("starts");
    let running = |home: &Home| {
        let shown = home.text(["workspace", "get", "demo", "--json"]);
        serde_json::from_str::<serde_json::Value>(&shown).expect("JSON")["running"].as_u64()
    };
    home.wait_for("the line", |home| running(home) == Some(1));
    child.kill().expect("it runs");
    child.wait().expect("killed");
    home.wait_for("its end", |home| running(home) == Some(0));
}

#[test]
fn one_daemon_starts_by_itself_however_many_ask_for_it() {
    let home = Home::new();
    let children: Vec<_> = (0..12)
        .map(|number| {
            let name = format!("w{number}");
            home.mirage(["workspace", "create", &name]).spawn().expect("starts")
        })
        .collect();
    for child in children {
        assert_eq!(Done::from(child.wait_with_output().expect("ended")).status, 0);
    }
    assert_eq!(home.text(["workspace", "list"]).lines().count(), 13);
    assert_eq!(home.text(["daemon", "logs"]).matches("\"started\"").count(), 1);
    let second = home.run(["daemon", "serve"]);
    assert_eq!(second.status, 1);
    assert!(second.stderr.contains("another daemon serves"), "{second:?}");
    let mode = |path: &str| {
        let found = fs::metadata(home.0.path().join("home").join(path)).expect(path);
        found.permissions().mode() & 0o777
    };
    assert_eq!((mode("daemon.sock"), mode(""), mode("store")), (0o600, 0o700, 0o700));
}

#[test]
fn it_ends_when_it_is_asked_to_and_when_it_is_idle() {
    let home = demo();
    let before = home.pid();
    assert_eq!(home.text(["daemon", "restart"]), "");
    assert_ne!(home.pid(), before);
    assert_eq!(home.text(["daemon", "stop"]), "");
    let status = home.run(["daemon", "status"]);
    assert_eq!((status.status, &status.stderr[..]), (1, "mirage: no daemon is running\n"));
    assert_eq!(done(home.mirage(["exec", "demo", "true"]).env("MIRAGE_IDLE_SECONDS", "0.2")).status, 0);
    home.wait_for("its end", |home| home.run(["daemon", "status"]).status == 1);
    assert!(home.text(["daemon", "logs"]).contains("\"reason\":\"idle\""));
}

#[test]
fn what_a_configuration_refers_to_is_looked_up_by_the_client() {
    let home = Home::new();
    let config = "mounts: {/repo: {type: disk, path: '${WHERE}'}}\nenv: {TOKEN: {env: TOKEN}}\n";
    fs::write(home.0.path().join("secret.yaml"), config).expect("written");
    let missing = home.run(["workspace", "create", "demo", "-f", "secret.yaml"]);
    let wanted = "mirage: secret.yaml: environment variables that are not set: TOKEN, WHERE\n";
    assert_eq!((missing.status, &missing.stderr[..]), (2, wanted));
    let mut create = home.mirage(["workspace", "create", "demo", "-f", "secret.yaml"]);
    assert_eq!(done(create.env("WHERE", ".").env("TOKEN", "hunter2-secret")).stderr, "");
    assert_eq!(
        home.text(["exec", "demo", "copy=x$TOKEN; echo $TOKEN; ls /repo"]),
        "hunter2-secret\nhome\nsecret.yaml\nworkspace.yaml\n"
    );
    home.kill();
    assert_eq!(
        home.text(["workspace", "get", "demo"]).lines().take(2).collect::<Vec<_>>(),
        ["demo: needs credentials", "needs: TOKEN, WHERE"]
    );
    let refused = home.run(["exec", "demo", "ls /repo; echo [$TOKEN]"]);
    assert_eq!((refused.status, &refused.stdout[..]), (0, "[]\n"));
    assert!(refused.stderr.starts_with("ls: "), "{refused:?}");
    let mut give = home.mirage(["workspace", "credentials", "demo"]);
    assert_eq!(done(give.env("WHERE", ".").env("TOKEN", "hunter2-secret")).status, 0);
    assert_eq!(
        home.text(["exec", "demo", "echo $copy; ls /repo"]),
        "xhunter2-secret\nhome\nsecret.yaml\nworkspace.yaml\n"
    );
    let found = done(Command::new("grep").args(["-rl", "hunter2"]).arg(home.0.path()).stdout(Stdio::piped()));
    assert_eq!(found.stdout, "");
}

#[test]
fn a_state_directory_that_can_not_be_used_is_said() {
    let home = Home::new();
    fs::write(home.0.path().join("home"), "a file").expect("written");
    let refused = home.run(["workspace", "list"]);
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.starts_with("mirage: ") && refused.stderr.contains("home"), "{refused:?}");
    let long = format!("/tmp/{}", "x".repeat(120));
    let refused = done(home.mirage(["workspace", "list"]).env("MIRAGE_HOME", &long));
    assert!(refused.stderr.contains("too long"), "{refused:?}");
    let _ = fs::remove_dir_all(long);
}
