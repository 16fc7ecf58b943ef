//! Budgets that hold.

use std::time::Duration;

use mirage::vfs::{Budget, Money, RequestKind};
use mirage::{ExecuteOptions, RefusalKind};

use crate::remote::World;

fn requests(most: u64) -> ExecuteOptions {
    ExecuteOptions {
        budget: Budget { requests: Some(most), ..Budget::default() },
        ..ExecuteOptions::default()
    }
}

fn bytes(most: u64) -> ExecuteOptions {
    ExecuteOptions { budget: Budget { bytes: Some(most), ..Budget::default() }, ..ExecuteOptions::default() }
}

/// Nine files of 1000 bytes in three directories.
fn world() -> World {
    let mut world = World::new();
    world.line(
        "for d in a b c; do mkdir /s3/$d; for f in 1 2 3; do head -c 1000 /dev/zero > /s3/$d/$f; done; done",
    );
    world.forget();
    world
}

#[test]
fn requests_are_counted_by_kind_and_bytes_both_ways() {
    let world = world();
    let (outcome, sent) =
        world.execute("cat /s3/a/1 /s3/a/2 > /s3/copy; ls /s3/b", ExecuteOptions::default());
    let usage = outcome.mounts["/s3"];
    assert_eq!((usage.bytes_read, usage.bytes_written), (2000, 2000));
    assert_eq!((usage.requests[RequestKind::Read], usage.requests[RequestKind::Write]), (2, 1));
    let heads = sent.iter().filter(|(method, _)| method == "HEAD").count() as u64;
    assert_eq!(usage.requests[RequestKind::Stat], heads);
    assert!(usage.requests[RequestKind::List] > 0 && usage.cost > Money::default());
    let (again, _) = world.execute("cat /s3/a/1 /s3/a/2", ExecuteOptions::default());
    assert_eq!((again.usage.requests.total(), again.usage.bytes_read, again.usage.cache_hits), (0, 0, 2));
}

#[test]
fn a_line_is_stopped_before_one_request_too_many() {
    let mut world = world();
    let line = "grep -r x /s3";
    let (whole, _) = world.execute(line, ExecuteOptions::default());
    let needed = whole.usage.requests.total();
    for most in 0..=needed {
        world.forget();
        let (outcome, sent) = world.execute(line, requests(most));
        assert!(sent.len() as u64 <= most, "{most}: {sent:?}");
        match most == needed {
            true => assert_eq!(outcome.exit_code, 1),
            false => {
                assert_eq!(outcome.exit_code, 125, "{most}");
                assert_eq!(outcome.refusal.expect("a reason").kind, RefusalKind::Budget);
                let told = String::from_utf8_lossy(&outcome.stderr).into_owned();
                let message =
                    format!("mirage: budget: requests: {most} of {most} used, and the line needs more\n");
                assert_eq!(told, message);
            }
        }
    }
}

#[test]
fn a_line_is_stopped_before_one_byte_too_many() {
    let mut world = world();
    for (most, status) in [(0, 125), (999, 125), (1000, 125), (2999, 125), (3000, 0), (1 << 40, 0)] {
        world.forget();
        let (outcome, _) = world.execute("cat /s3/a/1 /s3/a/2 /s3/a/3", bytes(most));
        assert_eq!(outcome.exit_code, status, "{most}: {}", String::from_utf8_lossy(&outcome.stderr));
        let passed = outcome.usage.bytes_read;
        assert!(passed <= most && (status == 125 || passed == 3000), "{most}: {passed}");
    }
}

#[test]
fn a_write_that_the_budget_stops_leaves_the_old_object() {
    let mut world = world();
    world.line("echo old > /s3/file");
    for options in [bytes(2), requests(1)] {
        world.forget();
        let (outcome, _) = world.execute("echo new and longer > /s3/file", options);
        assert_eq!(outcome.exit_code, 125);
        assert_eq!(world.line("cat /s3/file").0, "old\n");
    }
    // One that is sent in parts stops between them, and they are removed.
    for most in [8 << 20, 16 << 20, 20 << 20] {
        world.forget();
        let (outcome, _) = world.execute("seq 1 3000000 > /s3/file", bytes(most));
        assert_eq!(outcome.exit_code, 125);
        assert!(outcome.usage.bytes_written <= most);
        assert_eq!(world.line("cat /s3/file").0, "old\n");
    }
}

#[test]
fn money_is_a_budget_too() {
    let world = world();
    let budget = Budget { cost: Some(Money::dollars(1e-6)), ..Budget::default() };
    let options = ExecuteOptions { budget, ..ExecuteOptions::default() };
    let (outcome, sent) = world.execute("cat /s3/*/*", options);
    assert_eq!(outcome.exit_code, 125);
    assert!(outcome.usage.cost <= Money::dollars(1e-6) && sent.len() < 4, "{sent:?}");
    assert!(String::from_utf8_lossy(&outcome.stderr).starts_with("mirage: budget: cost: $"));
}

#[test]
fn time_is_a_budget_too() {
    let world = World::new();
    let options = ExecuteOptions { seconds: Some(Duration::from_millis(100)), ..ExecuteOptions::default() };
    let (outcome, _) = world.execute("echo started; while :; do :; done", options);
    assert_eq!((outcome.exit_code, &*outcome.text()), (125, "started\n"));
    assert_eq!(outcome.refusal.expect("a reason").kind, RefusalKind::Budget);
}
