//! Mounts: what they show, and what their modes allow.

use std::fs;

use super::support::{directory, done, mount, run};

#[test]
fn a_directory_is_mounted_for_reading_unless_it_says_otherwise() {
    let repo = directory(&[("a", "old\n")]);
    let reading = mount("/repo", repo.path(), "");
    let refused = done(&mut run(["-m", &reading, "-c", "echo new > /repo/a"]));
    assert_eq!(refused.status, 1);
    let (message, hint) = refused.stderr.split_once('\n').expect("two lines");
    assert_eq!(message, "bash: line 1: /repo/a: Read-only file system");
    assert!(hint.starts_with("mirage: hint: ") && hint.contains("mode=write"), "{hint}");

    let refused = done(&mut run(["-m", &reading, "-c", "rm /repo/a"]));
    assert_eq!(refused.stderr.lines().next(), Some("rm: cannot remove '/repo/a': Read-only file system"));
    assert!(refused.stderr.contains("mirage: hint: /repo is mounted to be read"), "{}", refused.stderr);

    let writing = mount("/repo", repo.path(), ",mode=write");
    assert_eq!(done(&mut run(["-m", &writing, "-c", "echo new > /repo/a"])).status, 0);
    assert_eq!(fs::read_to_string(repo.path().join("a")).expect("there"), "new\n");
}

#[test]
fn hints_are_kept_back_when_nothing_went_wrong() {
    let repo = directory(&[("a", "")]);
    let reading = mount("/repo", repo.path(), "");
    let fine = done(&mut run(["-m", &reading, "-c", "echo x 2>/dev/null > /repo/a; true"]));
    assert_eq!((fine.status, fine.stderr.contains("hint")), (0, false), "{fine:?}");
}

#[test]
fn scripts_run_by_name_where_the_mode_allows_it() {
    let bin = directory(&[("s", "#!/bin/bash\necho ran\n")]);
    let script = bin.path().join("s");
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("made executable");
    let with = |keys| done(&mut run(["-m", &mount("/bin2", bin.path(), keys), "-c", "/bin2/s"]));
    assert_eq!((with(",mode=exec").status, &with(",mode=exec").stdout[..]), (0, "ran\n"));
    let refused = with("");
    assert_eq!(refused.status, 126);
    assert!(refused.stderr.contains("mirage: hint: ") && refused.stderr.contains("mode=exec"), "{refused:?}");
}

#[test]
fn memory_may_be_written_and_run() {
    let line = "echo 'echo hi' > /data/s; chmod +x /data/s; /data/s; ls /data; ls / | tr '\\n' ' '";
    let done = done(&mut run(["-m", "/data=ram", "-c", line]));
    assert_eq!((done.status, &done.stdout[..]), (0, "hi\ns\nbin data dev home tmp usr "), "{done:?}");
}

#[test]
fn nothing_of_the_machine_is_seen_but_what_is_mounted() {
    let outside = directory(&[("secret", "s")]);
    let inside = directory(&[("a", "")]);
    std::os::unix::fs::symlink(outside.path().join("secret"), inside.path().join("link")).expect("made");
    let mounted = mount("/m", inside.path(), "");
    let tried =
        done(&mut run(["-m", &mounted, "-c", "cat /m/link; cat /etc/passwd; cat /m/../../etc/passwd"]));
    assert_eq!(tried.status, 1);
    let expected = "cat: /m/link: No such file or directory\ncat: /etc/passwd: No such file or directory\n\
                    cat: /m/../../etc/passwd: No such file or directory\n";
    assert_eq!((&tried.stdout[..], &tried.stderr[..]), ("", expected));
}

#[test]
fn a_later_mount_replaces_an_earlier_one() {
    let (one, two) = (directory(&[("one", "")]), directory(&[("two", "")]));
    let (first, second) = (mount("/m", one.path(), ""), mount("/m/", two.path(), ""));
    assert_eq!(done(&mut run(["-m", &first, "-m", &second, "-c", "ls /m"])).stdout, "two\n");
}

#[test]
fn the_system_is_there_and_walks_pass_it_by() {
    let line = "ls /bin/cat /usr/bin/grep /dev/null; [ -c /dev/null ] && echo device; \
                head -c 3 /dev/zero | od -An -c; echo x > /dev/null; find / -name cat; command -v cat";
    let done = done(&mut run(["-c", line]));
    let expected = "/bin/cat\n/dev/null\n/usr/bin/grep\ndevice\n  \\0  \\0  \\0\n/usr/bin/cat\n";
    assert_eq!((&done.stdout[..], &done.stderr[..]), (expected, ""));
}
