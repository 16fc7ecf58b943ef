//! Lines that try to take everything: each ends with the right answer or a limit, and the session beside it, on the same
//! thread, is answered all the while.

use std::time::{Duration, Instant};

use futures_util::future::{Either, join, select};
use mirage::{ExecuteOptions, Limits, Outcome, RefusalKind};

use super::{host, ok, text};

/// What a line may use here.
const LIMITS: Limits =
    Limits { memory: 64_000_000, depth: 1000, jobs: 64, wall: Some(Duration::from_secs(60)), output: None };

/// Far longer than the other session may ever wait, and far shorter than a line that never yields takes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs `line` beside a session that asks for an `echo` again and again. Answers with the outcome, and how often the
/// other was answered before it.
#[expect(clippy::disallowed_methods, reason = "how long an answer takes is what is tested")]
fn beside(line: &str) -> (Outcome, usize) {
    let host = host();
    let workspace = mirage::Workspace::builder(host.clone()).limits(LIMITS).build().expect("a workspace");
    let hostile = workspace.session("hostile");
    let other = workspace.session("other");
    host.block_on(async {
        let mut hostile = Box::pin(hostile.execute(line, ExecuteOptions::default()));
        let mut answered = 0;
        loop {
            let asked = Instant::now();
            let echo = Box::pin(other.execute("echo here", ExecuteOptions::default()));
            let ended = match select(hostile, echo).await {
                Either::Left((outcome, echo)) => Either::Left(join(async { outcome }, echo).await),
                Either::Right((answer, rest)) => Either::Right((answer, rest)),
            };
            match ended {
                Either::Left((outcome, answer)) => {
                    assert_eq!(text(&answer), ok("here\n"), "{line}");
                    return (outcome, answered);
                }
                Either::Right((answer, rest)) => {
                    assert_eq!(text(&answer), ok("here\n"), "{line}");
                    assert!(asked.elapsed() < PATIENCE, "an answer took {:?}: {line}", asked.elapsed());
                    (hostile, answered) = (rest, answered + 1);
                }
            }
        }
    })
}

/// The line meets a limit, with this status, and the other session was served meanwhile.
fn is_limited(line: &str, status: u8) {
    let (outcome, answered) = beside(line);
    let (got, stdout, stderr) = text(&outcome);
    let shown: String = stderr.chars().take(300).collect();
    assert_eq!(got, status, "{line}: {shown}");
    assert!(stdout.len() < 1 << 20, "{line}");
    let told = outcome.refusal.is_some_and(|refusal| refusal.kind == RefusalKind::Limit);
    assert!(told && stderr.contains("mirage: limit: "), "{line}: {shown}");
    let quick = outcome.duration < PATIENCE;
    assert!(quick || answered > 0, "nobody else was served beside {line}");
}

#[test]
fn memory_is_limited() {
    for line in [
        "a=$(yes)",
        "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done",
        "echo {1..1000000000}",
        "awk 'BEGIN { for (;;) a[i++] = i }'",
        "awk 'BEGIN { x = \"a\"; for (;;) x = x x }'",
        "while :; do a+=(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa); done",
        "cat /dev/zero | sed p > /dev/null",
        "cat /dev/zero | grep -c x",
        "cat /dev/zero | sort > /dev/null",
        "mapfile < <(yes)",
        "yes | shuf",
        "shuf -i 1-100000000000",
        "yes | column -t",
        "yes | tsort",
        "yes | grep -f - /dev/null",
        "yes | jq -R -s .",
        "jq -n '[range(1e12)]'",
        "jq -n 'def f: [f]; f'",
        "jq -n '\"a\" * 5e8 | length'",
        "jq -n '\"a\" * 3e7 | explode'",
        "jq -n '[range(1000)] | map(\"a\" * 1000000)'",
        "yes 1, | (echo [; cat) | jq .",
        "yes '{\"a\":[1,2,3]}' | jq -n '[inputs]'",
        "yes | tr -d '\\n' | jq .",
        "yes | wc --files0-from=-",
        "yes | find -files0-from - -maxdepth 0",
        "read -d '' x < <(yes)",
        "echo 'define f(x) { return f(x) }; f(1)' | bc",
        "echo 'for (;;) a[i++] = i' | bc",
        "echo 'x = 3^200000; for (;;) a[i++] = x + i' | bc",
        "yes 1 | tr -d '\\n' | bc",
        "awk 'BEGIN { for (;;) print \"v\" i++ \" = 1\" }' | bc",
    ] {
        is_limited(line, 137);
    }
}

#[test]
fn depth_is_limited() {
    for line in ["f() { f; }; f", "f() { f | f; }; f", "f() { x=$(f); }; f", "eval 'f() { eval f; }'; f"] {
        is_limited(line, 137);
    }
}

#[test]
fn a_fork_bomb_meets_a_limit() {
    let (outcome, _) = beside("f() { f | f & }; f; wait");
    let (_, _, stderr) = text(&outcome);
    assert!(stderr.contains("mirage: limit: jobs: "), "{stderr}");
}

#[test]
fn time_is_limited() {
    for line in [
        "while :; do :; done",
        "for ((;;)); do ((i++)); done",
        "yes > /dev/null",
        "awk 'BEGIN { for (;;) i++ }'",
        "yes x | sed -n '$p'",
        "echo x | sed ':a;ba'",
        "jq -n 'def f: f; f'",
        "f() { while :; do g; done; }; g() { :; }; f",
        "seq inf | tail -1",
        "echo 'while (1) x += 1' | bc",
        "echo 'x = 3^200000; while (1) x *= 1' | bc",
        "echo 'scale = 100000; e(1)' | bc -l",
    ] {
        let (outcome, answered) = beside(&format!("timeout 0.3 bash -c '{}'", line.replace('\'', "'\\''")));
        assert_eq!(outcome.exit_code, 124, "{line}: {:?}", text(&outcome));
        assert!(answered > 0, "nobody else was served beside {line}");
    }
}

#[test]
fn what_is_deep_or_large_is_answered_or_refused() {
    for depth in [2_000, 10_000] {
        for (open, close) in [("$(", ")"), ("{ ", "; }"), ("(", ")"), ("$((", "))"), ("${x:-", "}")] {
            let line = format!("echo {}echo x{}", open.repeat(depth), close.repeat(depth));
            let (outcome, _) = beside(&line);
            // The shell's nesting limit, a syntax error as bash has one, or the answer; never a crash.
            assert!(matches!(outcome.exit_code, 0..=2 | 127 | 137), "{depth} x {open}: {:?}", text(&outcome));
        }
    }
    let (outcome, _) = beside("printf %2000000000d 1");
    assert_eq!(
        text(&outcome),
        (1, String::new(), "bash: line 1: printf: write error: Cannot allocate memory\n".into())
    );
    for line in ["2^(2^30)", "scale = 10^9; 1/3", "scale = 10^9; sqrt(2)", "e(10^6)", "x = 3^200000; x^9"] {
        let (outcome, _) = beside(&format!("echo '{line}' | bc -l"));
        assert!(text(&outcome).2.ends_with("number has too many digits\n"), "{line}: {:?}", text(&outcome));
    }
    let (outcome, _) = beside("echo x | grep -E '(a{999}){999}'");
    assert!(matches!(outcome.exit_code, 1 | 2), "{:?}", text(&outcome));
    let (outcome, _) =
        beside("printf 'a\\0b\\377\\n' | grep -c b; printf '\\0\\377' | wc -c; x=$(printf 'a\\0b'); echo $x");
    assert_eq!(outcome.stdout, "1\n2\nab\n");
}
