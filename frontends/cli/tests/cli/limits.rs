//! What a line may hold: it ends with a message, and the process never grows far beyond the limit.

use std::io::Read;

use wait4::Wait4;

use crate::support::{directory, run};

/// Bytes that a line may hold here, and that the process may have beside them.
const LIMIT: u64 = 16_000_000;
const REST: u64 = 64_000_000;

/// Runs a line within the limit; its status, its messages and the most memory it had.
fn bounded(line: &str) -> (i32, String, u64) {
    let config = directory(&[("mirage.yaml", "limits: {memory: 16MB}\nmounts: {/d: {type: ram}}\n")]);
    let file = config.path().join("mirage.yaml").display().to_string();
    let mut child = run(["-f", &file, "-c", line]).spawn().expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
    let mut messages = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut messages).expect("text");
    let used = child.wait4().expect("ends");
    reader.join().expect("no panic").expect("read");
    (used.status.code().unwrap_or(-1), messages, used.rusage.maxrss)
}

#[test]
fn what_holds_too_much_ends_with_a_message() {
    for line in [
        "yes | tr -d '\\n' | grep x",
        "yes | tr -d '\\n' | sort",
        "yes | tr -d '\\n' | sed s/x/y/",
        "yes | tr -d '\\n' | awk '{print $1}'",
        "yes | tr -d '\\n' | cut -c1-5",
        "yes | tr -d '\\n' | while read -r x; do :; done",
        "yes | tr -d '\\n' | tail -n 1",
        "yes a longer line than the default one | sed ':a;N;ba'",
        "yes a longer line than the default one | sed -n H",
        "yes | diff - /dev/null",
        "yes | awk '{a[NR]=$0}'",
        "awk 'BEGIN{for(;;) a[i++]=i}'",
        "awk 'BEGIN{s=\"x\"; while(1) s = s s}'",
        "awk 'BEGIN{while(1) s = s \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}'",
        "yes | mapfile a",
        "a=$(yes); echo not reached",
        "x=x; while :; do x=$x$x; done",
        "while :; do a+=(x); done",
        "declare -A m; i=0; while :; do m[$((i++))]=x; done",
        "set -- x; while :; do set -- \"$@\" \"$@\"; done",
        "echo {1..1000000000}",
        "for i in {1..1000000000}; do :; done; echo not reached",
        "x=xxxxxxxxxx; for i in 1 2 3 4 5 6 7 8 9; do x=${x//x/xxxxxxxxxx}; done",
    ] {
        let (status, messages, peak) = bounded(line);
        assert_eq!(status, 137, "{line}: {messages}");
        assert!(messages.starts_with("mirage: limit: memory"), "{line}: {messages}");
        assert!(peak <= LIMIT + REST, "{line}: {peak} bytes");
    }
}

#[test]
fn what_needs_little_at_a_time_runs_within_the_limit() {
    for line in [
        "head -c 100000000 /dev/zero | tr '\\0' x | wc -c",
        "seq 1000000 | awk '{s+=$1} END {print s}'",
        "seq 2000000 | tail -n 3",
        "head -c 50000000 /dev/zero | od | tail -n 1",
        "for i in {1..2000}; do x=$(printf '%2000d' $i); done",
    ] {
        let (status, messages, peak) = bounded(line);
        assert_eq!((status, messages.as_str()), (0, ""), "{line}");
        assert!(peak <= LIMIT + REST, "{line}: {peak} bytes");
    }
}

#[test]
fn jobs_that_start_jobs_meet_the_limit() {
    let (status, messages, peak) = bounded("f() { f | f & }; f; wait");
    assert!(messages.contains("mirage: limit: "), "{messages}");
    assert!(matches!(status, 0 | 137 | 254), "{status}");
    assert!(peak <= LIMIT + REST, "{peak} bytes");
}
