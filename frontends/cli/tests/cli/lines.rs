//! Lines and scripts: arguments, environment, statuses, messages.

use super::support::{Done, directory, done, fed, mirage, mount, run};

fn ok(stdout: &str) -> Done {
    Done { status: 0, stdout: stdout.into(), stderr: String::new() }
}

#[test]
fn a_line_runs_as_bash_c_runs_it() {
    assert_eq!(done(&mut run(["-c", "echo \"$0\" $#"])), ok("bash 0\n"));
    assert_eq!(
        done(&mut run(["-c", "echo \"$0\" \"$@\"", "name", "a b", "-x", "--json"])),
        ok("name a b -x --json\n")
    );
    assert_eq!(done(&mut run(["-c", "echo \"$0\" $1", "--", "-x", "y"])), ok("-x y\n"));
}

#[test]
fn statuses_are_those_of_bash() {
    for (line, status) in [
        ("true", 0),
        ("false", 1),
        ("exit 42", 42),
        ("exit 256", 0),
        ("no-such-command", 127),
        ("/tmp", 126),
        ("echo 'unclosed", 2),
        ("kill -TERM $$", 143),
    ] {
        assert_eq!(done(&mut run(["-c", line])).status, status, "{line}");
    }
}

#[test]
fn a_program_that_is_not_here_is_told_with_what_to_do() {
    let git = done(&mut run(["-c", "git status"]));
    assert_eq!(git.status, 127);
    let lines: Vec<&str> = git.stderr.lines().collect();
    assert_eq!(lines[0], "bash: line 1: git: command not found");
    assert!(lines[1].starts_with("mirage: hint: git is not part of mirage: "), "{}", git.stderr);
    let mistyped = done(&mut run(["-c", "gti status"]));
    assert_eq!((mistyped.status, &mistyped.stderr[..]), (127, "bash: line 1: gti: command not found\n"));
}

#[test]
fn limits_have_statuses_of_their_own() {
    let seconds = done(&mut run(["--max-seconds", "0.2", "-c", "echo started; while :; do :; done"]));
    assert_eq!((seconds.status, &seconds.stdout[..]), (125, "started\n"));
    assert_eq!(seconds.stderr, "mirage: budget: seconds: the line ran longer than 0.2\n");

    let limited = |limits: &str, line: &str| {
        let conf = directory(&[("m.yaml", limits)]);
        done(run(["-f"]).arg(conf.path().join("m.yaml")).args(["-c", line]))
    };
    let wall = limited("limits: {wall: 0.2s}", "while :; do :; done");
    assert_eq!(wall.status, 124, "{wall:?}");
    assert!(wall.stderr.starts_with("mirage: limit: wall"), "{}", wall.stderr);
    let depth = limited("limits: {depth: 50}", "f() { f; }; f");
    assert_eq!(depth.status, 137, "{depth:?}");
    assert!(depth.stderr.contains("mirage: limit: depth"), "{}", depth.stderr);
    let output = limited("limits: {output: 10}", "echo 123456789012345; echo more");
    let message = "mirage: limit: output: the line wrote more than 10 bytes\n";
    assert_eq!((output.status, &output.stdout[..], &output.stderr[..]), (137, "1234567890", message));
    let memory = limited("limits: {memory: 1MB}", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done");
    assert_eq!(memory.status, 137, "{memory:?}");
    assert!(memory.stderr.contains("mirage: limit: memory"), "{}", memory.stderr);
}

#[test]
fn a_script_file_is_named_in_its_messages() {
    let scripts =
        directory(&[("s.sh", "echo \"$0\" \"$1\"\nno-such-command\nexit 3\n"), ("bad.sh", "echo one\nfi\n")]);
    let path = scripts.path().join("s.sh");
    let name = path.display();
    let expected = Done {
        status: 3,
        stdout: format!("{name} arg\n"),
        stderr: format!("{name}: line 2: no-such-command: command not found\n"),
    };
    assert_eq!(done(run([path.as_os_str()]).arg("arg")), expected);

    let path = scripts.path().join("bad.sh");
    let name = path.display();
    let message = format!("{name}: line 2: syntax error near unexpected token `fi'\n{name}: line 2: `fi'\n");
    assert_eq!(done(&mut run([&path])), Done { status: 2, stdout: "one\n".into(), stderr: message });
}

#[test]
fn a_script_file_that_can_not_be_run_has_the_statuses_of_bash() {
    let missing = done(&mut run(["no/such/file"]));
    assert_eq!(
        (missing.status, &missing.stderr[..]),
        (127, "mirage: no/such/file: No such file or directory\n")
    );
    let scripts = directory(&[]);
    assert_eq!(done(&mut run([scripts.path()])).status, 126);
}

#[test]
fn a_script_comes_from_standard_input() {
    assert_eq!(fed(&mut run(["-", "a", "b"]), b"echo $2\necho $0\n"), ok("b\nbash\n"));
}

#[test]
fn commands_of_a_script_on_standard_input_read_what_follows_them() {
    assert_eq!(fed(&mut run(["-"]), b"read x\nhello\necho got $x\nwc -l\n1\n2\n3\n"), ok("got hello\n3\n"));
}

#[test]
fn the_environment_is_that_of_every_machine() {
    let line =
        "echo $LANG $TZ $HOME $USER $HOSTNAME $PATH $TERM $SHELL $PWD $UID; pwd; ls -d /home/user /tmp";
    let expected = "C.UTF-8 UTC /home/user user mirage /usr/local/bin:/usr/bin:/bin dumb /bin/bash / 1000\n/\n/home/user\n/tmp\n";
    let done = done(mirage().env("SECRET", "s").args(["run", "-c", &format!("{line}; echo -n $SECRET")]));
    assert_eq!(done, ok(expected));
}

#[test]
fn variables_enter_by_name_or_with_a_value() {
    let mut command = mirage();
    command.env("HERE", "of this machine").args(["run", "-e", "HERE", "-e", "A=b=c", "-e", "E=", "-c"]);
    assert_eq!(
        done(command.arg("echo $HERE $A [$E]; export -p | grep -c ' A='")),
        ok("of this machine b=c []\n1\n")
    );
    let missing = done(&mut run(["-e", "ABSENT", "-c", "true"]));
    assert_eq!((missing.status, missing.stderr.contains("ABSENT")), (2, true));
    assert_eq!(done(&mut run(["-e", "1A=x", "-c", "true"])).status, 2);
}

#[test]
fn a_line_starts_where_it_is_told() {
    let repo = directory(&[("sub/file", "")]);
    let mount = mount("/repo", repo.path(), "");
    assert_eq!(done(&mut run(["-m", &mount, "-C", "/repo/sub", "-c", "pwd; ls"])), ok("/repo/sub\nfile\n"));
    let missing = done(&mut run(["-m", &mount, "-C", "/repo/absent", "-c", "pwd"]));
    assert_eq!(missing.status, 2);
    assert_eq!(missing.stderr, "mirage: /repo/absent: No such file or directory\n");
}

#[test]
fn json_tells_everything() {
    let repo = directory(&[("a", "12345")]);
    let mount = mount("/repo", repo.path(), "");
    let told = done(&mut run(["--json", "-m", &mount, "-c", "cat /repo/a; printf '\\377' >&2; exit 3"]));
    assert_eq!((told.status, &told.stderr[..]), (3, ""));
    let json: serde_json::Value = serde_json::from_str(&told.stdout).expect("one JSON value");
    assert_eq!((&json["exit_code"], &json["stdout"]), (&3.into(), &"12345".into()));
    assert_eq!((&json["stderr"], &json["stderr_base64"]), (&"\u{fffd}".into(), &"/w==".into()));
    assert_eq!((&json["bytes_read"], &json["mounts"]["/repo"]["bytes_read"]), (&5.into(), &5.into()));
    assert_eq!((&json["refusal"], &json["hints"]), (&serde_json::Value::Null, &serde_json::json!([])));
}

#[test]
fn wrong_usage_is_told_as_such() {
    let nothing = done(&mut run([""; 0]));
    assert_eq!((nothing.status, nothing.stderr.starts_with("mirage: ")), (2, true), "{nothing:?}");
    let unknown = done(&mut run(["--jsn", "-c", "true"]));
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.starts_with("mirage: unexpected argument '--jsn'"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("'--json'"), "{}", unknown.stderr);
    assert_eq!(done(&mut mirage()).status, 2);
}

#[test]
fn help_and_version_are_there() {
    let version = done(mirage().arg("--version"));
    assert_eq!(version, ok(&format!("mirage {}\n", env!("CARGO_PKG_VERSION"))));
    for (flag, words) in [("-h", "Examples:"), ("--help", "Exit status:")] {
        let help = done(&mut run([flag]));
        assert!(help.status == 0 && help.stdout.contains(words), "{help:?}");
        for option in ["-c", "-f", "-m", "-C", "-e", "--json", "--max-seconds"] {
            assert!(help.stdout.contains(option), "{flag} {option}");
        }
    }
}

#[test]
fn completions_complete_in_bash() {
    let script = done(mirage().args(["completions", "bash"]));
    assert_eq!(script.status, 0);
    let ask = format!(
        "{}\nCOMP_WORDS=(mirage ru) COMP_CWORD=1; _mirage mirage ru mirage; echo \"${{COMPREPLY[@]}}\"",
        script.stdout
    );
    let mut bash = std::process::Command::new("bash");
    assert_eq!(done(bash.args(["-c", &ask])).stdout, "run\n");
}

#[test]
fn the_manual_page_tells_what_the_help_tells() {
    let page = done(mirage().args(["man", "run"]));
    let help = done(mirage().args(["run", "--help"])).stdout;
    assert_eq!(page.status, 0);
    let flags = help
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--"))
        .map(|word| word.trim_end_matches(|mark: char| !mark.is_ascii_alphanumeric()).replace('-', "\\-"));
    for flag in flags {
        assert!(page.stdout.contains(&flag), "{flag}");
    }
    assert_eq!(done(mirage().args(["man", "nothing"])).status, 2);
}
