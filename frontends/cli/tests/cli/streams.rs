//! Standard input, output and error.

use std::io::{Read, Write};
use std::process::Stdio;

use wait4::Wait4;

use super::support::{done, fed, run};

#[test]
fn a_reader_that_goes_ends_the_line_in_silence() {
    let mut child = run(["-c", "yes; echo status $? >&2"]).spawn().expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    let mut start = [0; 4];
    stdout.read_exact(&mut start).expect("output");
    drop(stdout);
    let output = child.wait_with_output().expect("ends");
    // Only `yes` is killed by SIGPIPE; the shell goes on, as bash does.
    assert_eq!((&start, &output.stderr[..]), (b"y\ny\n", &b"status 141\n"[..]));
    let mut child = run(["-c", "yes"]).spawn().expect("starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), &output.stderr[..]), (Some(141), &b""[..]));
}

#[test]
fn output_comes_at_once() {
    let mut child =
        run(["-c", "echo first; read x; echo got $x"]).stdin(Stdio::piped()).spawn().expect("starts");
    let mut stdout = child.stdout.take().expect("piped");
    let mut first = [0; 6];
    stdout.read_exact(&mut first).expect("it came before any input");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"hello\n").expect("read");
    drop(stdin);
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("text");
    assert_eq!((&first, &rest[..], child.wait().expect("ends").code()), (b"first\n", "got hello\n", Some(0)));
}

#[test]
fn standard_input_is_left_alone_by_lines_that_do_not_read_it() {
    // A pipe that is never written or closed: reading it would wait for ever.
    let mut child = run(["-c", "echo done"]).stdin(Stdio::piped()).spawn().expect("starts");
    let stdin = child.stdin.take();
    let output = child.wait_with_output().expect("ends");
    drop(stdin);
    assert_eq!((&output.stdout[..], output.status.code()), (&b"done\n"[..], Some(0)));
}

#[test]
fn much_input_streams_through_little_memory() {
    const CHUNK: usize = 1 << 20;
    const CHUNKS: usize = 300;
    let mut child = run(["-c", "cat | tr a b | wc -c"]).stdin(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let chunk = vec![b'a'; CHUNK];
    for _ in 0..CHUNKS {
        stdin.write_all(&chunk).expect("taken");
    }
    drop(stdin);
    let mut counted = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut counted).expect("text");
    let used = child.wait4().expect("ends");
    assert_eq!(counted.trim(), (CHUNK * CHUNKS).to_string());
    let most = 64 << 20;
    assert!(used.rusage.maxrss < most, "{} bytes of memory at once", used.rusage.maxrss);
}

#[test]
fn much_output_arrives_whole() {
    let seq = done(&mut run(["-c", "seq 1 300000"]));
    let expected: String = (1..=300_000).map(|number| format!("{number}\n")).collect();
    assert!(seq.status == 0 && seq.stdout == expected);
}

#[test]
fn binary_passes_unchanged() {
    let input: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut command = run(["-c", "cat"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("piped");
    let fed_input = input.clone();
    let feeder = std::thread::spawn(move || stdin.write_all(&fed_input));
    let output = child.wait_with_output().expect("ends");
    feeder.join().expect("no panic").expect("taken");
    assert!(output.stdout == input);
}

#[test]
fn two_readers_share_standard_input() {
    let done = fed(&mut run(["-c", "read a; read b; echo $b$a; cat"]), b"1\n2\n3\n4\n");
    assert_eq!(done.stdout, "21\n3\n4\n");
}

#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux");
    let output = run(["-c", "echo x"]).stdout(full).output().expect("ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "bash: line 1: echo: write error: No space left on device\n"
    );
}
