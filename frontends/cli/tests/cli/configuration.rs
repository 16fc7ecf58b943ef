//! Configuration files and what is wrong with them.

use super::support::{directory, done, mirage, run};

#[test]
fn a_file_says_what_is_mounted_relative_to_itself() {
    let project = directory(&[
        (
            "conf/m.yaml",
            "mounts:\n  /repo: {type: disk, path: ../src, mode: write}\n  /data: {type: ram}\nenv: {GREETING: \"${HI} $${HI}\"}\n",
        ),
        ("src/a", "content\n"),
    ]);
    let mut command = mirage();
    command.current_dir(project.path()).env("HI", "hello");
    command.args([
        "run",
        "-f",
        "conf/m.yaml",
        "-c",
        "cp /repo/a /data/b; cat /data/b; echo $GREETING > /repo/c",
    ]);
    let ran = done(&mut command);
    assert_eq!((ran.status, &ran.stdout[..]), (0, "content\n"), "{ran:?}");
    let written = std::fs::read_to_string(project.path().join("src/c")).expect("written");
    assert_eq!(written, "hello ${HI}\n");
}

#[test]
fn every_problem_is_told_with_its_place() {
    let project = directory(&[(
        "m.yaml",
        "mounts:\n  /r: {type: disk, paht: .}\n  /s: {type: ram, mode: wirte}\nlimit: {}\nenv: {A: '${ONE}', B: '${TWO}'}\n",
    )]);
    let refused = done(mirage().current_dir(project.path()).args(["run", "-f", "m.yaml", "-c", "echo ran"]));
    assert_eq!((refused.status, &refused.stdout[..]), (2, ""));
    for told in
        ["ONE, TWO", "did you mean path?", "did you mean write?", "did you mean limits?", "missing: path"]
    {
        assert!(refused.stderr.contains(told), "{told}: {}", refused.stderr);
    }
    assert!(refused.stderr.lines().all(|line| line.starts_with("mirage: m.yaml: ")), "{}", refused.stderr);
}

#[test]
fn a_file_that_is_missing_or_broken_is_told() {
    let missing = done(&mut run(["-f", "no.yaml", "-c", "true"]));
    assert_eq!((missing.status, &missing.stderr[..]), (2, "mirage: no.yaml: No such file or directory\n"));
    let project = directory(&[("m.yaml", "mounts: {/a: {type: ram}\n")]);
    let broken = done(mirage().current_dir(project.path()).args(["run", "-f", "m.yaml", "-c", "true"]));
    assert_eq!((broken.status, broken.stderr.starts_with("mirage: m.yaml: ")), (2, true), "{broken:?}");
}

#[test]
fn the_short_form_wins_over_the_file() {
    let project =
        directory(&[("m.yaml", "mounts: {/m: {type: disk, path: one}}"), ("one/a", ""), ("two/b", "")]);
    let mut command = mirage();
    command.current_dir(project.path()).args(["run", "-m", "/m=./two", "-f", "m.yaml", "-c", "ls /m"]);
    assert_eq!(done(&mut command).stdout, "b\n");
}

#[test]
fn wrong_mounts_are_told() {
    for (spec, told) in [
        ("/m", "not a mount"),
        ("m=ram", "starts with /"),
        ("/m=dsk", "did you mean disk?"),
        ("/m=ram,modes=read", "did you mean mode?"),
        ("/m=/no/such/directory", "No such file or directory"),
        ("/m=./${ABSENT}", "ABSENT"),
    ] {
        let refused = done(&mut run(["-m", spec, "-c", "echo ran"]));
        assert_eq!((refused.status, &refused.stdout[..]), (2, ""), "{spec}");
        assert!(
            refused.stderr.starts_with("mirage: ") && refused.stderr.contains(told),
            "{spec}: {}",
            refused.stderr
        );
    }
}
