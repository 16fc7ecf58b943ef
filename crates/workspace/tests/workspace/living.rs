//! Workspaces that outlive their program.

use std::path::Path;
use std::sync::Arc;

use mirage::config::{Description, Nothing, Source};
use mirage::living::{LivingWorkspace, Workspaces};
use mirage::{ErrorKind, ExecuteOptions, Host as _, Outcome};
use mirage_native::NativeHost;
use mirage_store::DirectoryStore;
use tempfile::TempDir;

/// A program that is started, and started again, on one directory.
struct Program {
    host: Arc<NativeHost>,
    workspaces: Workspaces,
}

impl Program {
    fn start(directory: &TempDir) -> Self {
        let store = DirectoryStore::open(directory.path(), None).expect("a store");
        let host = Arc::new(NativeHost::new().with_store(Arc::new(store)));
        let workspaces = host.block_on(Workspaces::open(host.clone())).expect("it opens");
        Program { host, workspaces }
    }

    fn create(&self, name: &str, text: &str) -> LivingWorkspace {
        self.host.block_on(self.workspaces.create(name, description(text, &Nothing))).expect("it is made")
    }

    fn get(&self, name: &str) -> LivingWorkspace {
        self.host.block_on(self.workspaces.get(name)).expect("it is there")
    }

    fn run(&self, workspace: &LivingWorkspace, session: &str, line: &str) -> Outcome {
        self.host.block_on(workspace.execute(session, line, ExecuteOptions::default()))
    }

    fn text(&self, workspace: &LivingWorkspace, session: &str, line: &str) -> String {
        let outcome = self.run(workspace, session, line);
        assert_eq!(outcome.stderr, "", "{line}");
        outcome.text().into_owned()
    }
}

fn description(text: &str, source: &dyn Source) -> Description {
    Description::read(text, Path::new("/"), source).expect("a good configuration")
}

/// Shows everything that a session remembers.
const EVERYTHING: &str = "declare -p | grep -v -e '^declare -[-a-z]* _=' -e BASHPID -e SRANDOM -e RANDOM -e EPOCH -e SECONDS \
     -e PIPESTATUS -e BASH_COMMAND -e BASH_ARG -e FUNCNAME -e HISTCMD -e BASH_CMDS; declare -f; alias; set +o; shopt; trap; pwd; dirs; \
     umask; ulimit -n; echo \"$@\"; complete; enable -n";

#[test]
fn sessions_and_memory_are_there_after_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "mounts: {/data: {type: ram}}");
    let line = r#"cd /data; mkdir -p a/b; echo one > a/b/f; ln -s f a/b/l; ln a/b/f twice; chmod 600 twice
        x='a "quoted" $text'; declare -i n=5; declare -a list=(1 [5]=five); declare -A map=([k]=v [another]=w [third]=x)
        export y=$'\xff\x01'; readonly z=1; declare -u loud=abc; declare -n ref=x
        f() { local a=$1; [[ $a == @(x|y) ]] && echo "f $a" || for i in 1 2; do echo $i; done; }
        g() { cat <<X
$1 here
X
        }; export -f g; alias ll='ls -l'; shopt -s extglob nullglob; set -o pipefail; trap 'echo bye' EXIT; pushd / > /dev/null
        umask 027; set -- one 'two three'; complete -W 'a b' cmd; enable -n kill"#;
    assert_eq!(program.run(&demo, "work", line).exit_code, 0);
    let wanted = program.text(&demo, "work", EVERYTHING);
    let listing = "ls -lRi --full-time /data /home; cat /data/twice";
    let files = program.text(&demo, "other", listing);
    drop((demo, program));

    let program = Program::start(&directory);
    assert_eq!(program.workspaces.names(), ["demo"]);
    let demo = program.get("demo");
    assert_eq!(program.text(&demo, "work", EVERYTHING), wanted);
    assert_eq!(program.text(&demo, "other", listing), files);
    let used = program.text(&demo, "work", "f x; f q; g a; echo ${map[k]} $n $ref");
    assert_eq!(used, "f x\n1\n2\na here\nv 5 a \"quoted\" $text\n");
    let sessions: Vec<String> = demo.sessions().into_iter().map(|session| session.name).collect();
    assert_eq!(sessions, ["other", "work"]);
}

fn size(directory: &TempDir) -> u64 {
    let logs = std::fs::read_dir(directory.path().join("logs/workspaces")).expect("logs");
    logs.map(|log| log.expect("a log").metadata().expect("its size").len()).sum()
}

#[test]
fn a_line_costs_what_it_did_and_not_what_there_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "mounts: {/data: {type: ram}}");
    let many = "head -c 3000000 /dev/zero > /data/large; for i in {1..500}; do echo $i > /data/$i; done";
    program.run(&demo, "default", many);
    let before = size(&directory);
    program.run(&demo, "default", "echo more >> /data/large; echo x > /data/new; rm /data/7");
    assert!(size(&directory) - before < 5000, "{}", size(&directory) - before);
    drop((demo, program));
    let program = Program::start(&directory);
    let demo = program.get("demo");
    let shown =
        program.text(&demo, "default", "wc -c < /data/large; cat /data/new /data/500; ls /data | wc -l");
    assert_eq!(shown, "3000005\nx\n500\n501\n");
}

#[test]
fn a_log_that_grows_is_written_anew_and_holds_the_same() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "mounts: {/data: {type: ram}}");
    for round in 0..8 {
        let line = "head -c 3000000 /dev/urandom > /data/f; sha1sum < /data/f > /data/sum";
        program.run(&demo, "default", &format!("n={round}; {line}"));
    }
    drop((demo, program));
    assert!(size(&directory) < 16_000_000, "{}", size(&directory));
    let program = Program::start(&directory);
    let demo = program.get("demo");
    let line = "echo $n; [[ $(sha1sum < /data/f) == $(< /data/sum) ]] && echo same";
    assert_eq!(program.text(&demo, "default", line), "7\nsame\n");
    assert_eq!(demo.history(None).len(), 9);
}

#[test]
fn lines_are_remembered_with_what_they_did() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "mounts: {/data: {type: ram}}");
    program.run(&demo, "one", "cd /data; echo hello > f");
    program.run(&demo, "two", "cat /data/f /missing");
    let shown = program.text(&demo, "one", "history");
    assert_eq!(shown, "    1  cd /data; echo hello > f\n    2  history\n");
    drop((demo, program));
    let program = Program::start(&directory);
    let demo = program.get("demo");
    let lines = demo.history(None);
    let short: Vec<_> =
        lines.iter().map(|line| (line.id, &*line.session, line.exit_code, line.bytes_written)).collect();
    assert_eq!(short, [(1, "one", 0, 6), (2, "two", 1, 0), (3, "one", 0, 0)]);
    assert_eq!(&lines[2].cwd.0[..], b"/data");
    assert_eq!(lines[1].mounts["/data"].bytes_read, 6);
    assert_eq!(demo.history(Some("two")).len(), 1);
    let shown = program.text(&demo, "one", "history");
    assert_eq!(shown, "    1  cd /data; echo hello > f\n    2  history\n    3  history\n");
}

#[cfg(feature = "s3")]
mod secrets {
    use mirage::config::Values;
    use mirage::living::Condition;

    use super::*;

    struct Environment;

    impl Source for Environment {
        fn variable(&self, name: &str) -> Option<String> {
            (name == "TOKEN").then(|| "hunter2-secret".into())
        }

        fn read(&self, _: &Path) -> Result<String, String> {
            Err("there is none".into())
        }

        fn home(&self) -> Option<std::path::PathBuf> {
            None
        }
    }

    const SECRETIVE: &str = "mounts:
  /s3: {type: s3, bucket: b, region: r, endpoint: 'http://127.0.0.1:9', access_key_id: literal-key-id, secret_access_key: '${TOKEN}'}
  /data: {type: ram}
env: {API: {env: TOKEN}}";

    #[expect(clippy::disallowed_types, reason = "grep looks at what was written")]
    fn files_with(secret: &str, directory: &TempDir) -> String {
        let mut grep = std::process::Command::new("grep");
        let found = grep.args(["-rl", secret]).arg(directory.path()).output().expect("grep");
        String::from_utf8_lossy(&found.stdout).into_owned()
    }

    #[test]
    fn are_not_kept_and_come_back_when_they_are_given() {
        let directory = tempfile::tempdir().expect("a directory");
        let program = Program::start(&directory);
        let made = program.workspaces.create("demo", description(SECRETIVE, &Environment));
        let demo = program.host.block_on(made).expect("it is made");
        assert_eq!(demo.info().state, Condition::Ready);
        let line = "copy=\"Bearer $API\"; declare -A m=([a]=$API); f() { echo hunter2-secret; }; \
                    alias s='echo hunter2-secret'; trap 'echo hunter2-secret' USR1; set -- $API";
        assert_eq!(program.text(&demo, "default", line), "");
        assert!(!String::from_utf8_lossy(&demo.history(None)[0].line.0).contains("hunter2"));
        drop((demo, program));
        for secret in ["hunter2-secret", "literal-key-id"] {
            assert_eq!(files_with(secret, &directory), "", "{secret}");
        }

        let program = Program::start(&directory);
        let demo = program.get("demo");
        let info = demo.info();
        assert_eq!((info.state, info.needs.len()), (Condition::NeedsCredentials, 2));
        let outcome = program.run(&demo, "default", "ls /s3; echo \"[$API$copy]\" > /data/f; cat /data/f");
        assert_eq!(outcome.text(), "[]\n");
        assert!(outcome.hints[0].contains("TOKEN"), "{:?}", outcome.hints);
        assert!(outcome.stderr.starts_with(b"ls: "), "{:?}", outcome.stderr);

        let values = demo.description().find_values(&Environment);
        let lacking = program.host.block_on(demo.give(values)).expect("given");
        assert_eq!(lacking, ["mounts./s3.access_key_id"]);
        let secrets = [("mounts./s3.access_key_id".to_owned(), "literal-key-id".to_owned())];
        let values = Values { secrets: secrets.into(), ..Values::default() };
        assert!(program.host.block_on(demo.give(values)).expect("given").is_empty());
        assert_eq!(demo.info().state, Condition::Ready);
        let shown = program.text(&demo, "default", "echo $copy ${m[a]} $API");
        assert_eq!(shown, "Bearer hunter2-secret hunter2-secret hunter2-secret\n");
        assert_eq!(program.text(&demo, "new", "echo $API"), "hunter2-secret\n");
    }
}

#[test]
fn names_are_checked_and_taken_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    program.create("demo", "");
    let create = |name: &str| {
        let made = program.host.block_on(program.workspaces.create(name, description("", &Nothing)));
        made.err().map(|error| error.kind())
    };
    assert_eq!(create("demo"), Some(ErrorKind::AlreadyExists));
    for name in ["", "..", "a/b", "-x", "a b", &"x".repeat(65)] {
        assert_eq!(create(name), Some(ErrorKind::InvalidArgument), "{name}");
    }
    program.host.block_on(program.workspaces.delete("demo")).expect("it is there");
    assert!(program.workspaces.names().is_empty());
    let missing = program.host.block_on(program.workspaces.get("demo")).err().map(|error| error.kind());
    assert_eq!(missing, Some(ErrorKind::NotFound));
    assert_eq!(create("demo"), None);
}

#[test]
fn what_history_forgot_stays_forgotten() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "");
    for line in ["echo one", "history -c", "echo two", "echo three; history -d 2"] {
        program.run(&demo, "default", line);
    }
    let wanted = "    1  echo two\n    2  history\n";
    assert_eq!(program.text(&demo, "default", "history"), wanted);
    drop((demo, program));
    let program = Program::start(&directory);
    let demo = program.get("demo");
    assert_eq!(program.text(&demo, "default", "history"), format!("{wanted}    3  history\n"));
    assert_eq!(demo.history(None).len(), 6);
}

#[test]
fn a_session_that_can_not_be_read_is_refused_and_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let program = Program::start(&directory);
    let demo = program.create("demo", "");
    program.run(&demo, "hurt", "f() { echo unharmed; }");
    program.run(&demo, "whole", "x=1");
    drop((demo, program));
    let store = DirectoryStore::open(directory.path(), None).expect("a store");
    let host = Arc::new(NativeHost::new().with_store(Arc::new(store)));
    host.block_on(async {
        let (log, entries) = host.store().log("workspaces", b"demo").await.expect("a log");
        let damaged = |entry: mirage::Bytes| {
            let mut entry = entry.to_vec();
            let brace = entry.windows(9).position(|part| part == b"unharmed\\");
            brace.into_iter().for_each(|at| entry[at + 10] = b')');
            mirage::Bytes::from(entry)
        };
        log.replace(entries.into_iter().map(damaged).collect()).await.expect("written");
    });
    drop(host);

    for _ in 0..2 {
        let program = Program::start(&directory);
        let demo = program.get("demo");
        let refused = program.run(&demo, "hurt", "f");
        assert_eq!((refused.exit_code, refused.text()), (2, "".into()));
        assert!(refused.stderr.starts_with(b"mirage: what was kept of session hurt can not be read: "));
        let unreadable: Vec<bool> =
            demo.sessions().iter().map(|session| session.unreadable.is_some()).collect();
        assert_eq!(unreadable, [true, false]);
        assert_eq!(program.text(&demo, "whole", "echo $x"), "1\n");
    }
    let program = Program::start(&directory);
    let demo = program.get("demo");
    program.host.block_on(demo.end_session("hurt")).expect("it is there");
    assert_eq!(program.run(&demo, "hurt", "f").exit_code, 127);
}
