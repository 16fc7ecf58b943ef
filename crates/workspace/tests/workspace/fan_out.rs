//! What lines over many objects cost: requests, and how many of them at once.

use std::sync::Arc;
use std::time::Duration;

use mirage::config::{Config, Nothing};
use mirage::{ExecuteOptions, Workspace};
use mirage_native::NativeHost;
use mirage_testkit::servers::{Bucket, Counts, Fault, Operation, Rule};

/// A bucket, and a workspace that has it at `/s3`.
struct World {
    bucket: Bucket,
    host: Arc<NativeHost>,
    workspace: Workspace,
}

impl World {
    fn new(keys: &str) -> Self {
        let bucket = Bucket::start();
        let host = Arc::new(NativeHost::new());
        let workspace = workspace(&bucket, &host, keys);
        World { bucket, host, workspace }
    }

    /// `count` objects in directories of ten, one in a hundred of which holds a needle.
    fn with_objects(count: usize, keys: &str) -> Self {
        let world = World::new(keys);
        for number in 0..count {
            let needle = if number % 100 == 7 { "needle\n" } else { "" };
            let content = format!("{number}\n{needle}{}", "straw\n".repeat(600));
            world.bucket.put(&format!("logs/{:03}/{number:05}.log", number / 10), content);
        }
        world
    }

    /// The output of a line that succeeds, and what it cost.
    fn line(&self, line: &str) -> (String, Counts) {
        self.bucket.counts();
        let outcome = self.host.block_on(self.workspace.execute(line, ExecuteOptions::default()));
        assert_eq!(outcome.exit_code, 0, "{line}: {}", String::from_utf8_lossy(&outcome.stderr));
        (outcome.text().into_owned(), self.bucket.counts())
    }
}

fn workspace(bucket: &Bucket, host: &Arc<NativeHost>, keys: &str) -> Workspace {
    let mut config = Config::default();
    let spec = format!("/s3=s3,bucket={},endpoint={},mode=write{keys}", Bucket::NAME, bucket.endpoint());
    config.mount(&spec, std::path::Path::new("/"), &Nothing).expect("a mount");
    Workspace::builder(host.clone()).config(config).build().expect("a workspace")
}

#[test]
fn a_recursive_search_reads_many_at_once_and_each_once() {
    let world = World::with_objects(1200, "");
    world.bucket.set_latency(Duration::from_millis(2));
    let (found, cost) = world.line("grep -rl needle /s3/logs");
    let expected: String = (0..1200)
        .filter(|number| number % 100 == 7)
        .map(|number| format!("/s3/logs/{:03}/{number:05}.log\n", number / 10))
        .collect();
    assert_eq!(found, expected, "in the order of the walk");
    assert_eq!((cost.of(Operation::List), cost.of(Operation::Get)), (1 + 2, 1200), "{cost:?}");
    assert!((8..=17).contains(&cost.most_at_once), "{cost:?}");
    let (again, cost) = world.line("grep -rl needle /s3/logs");
    assert_eq!((again, cost.all()), (expected, 0));
}

#[test]
fn a_walk_lists_pages_and_nothing_else() {
    let world = World::with_objects(2500, "");
    let (cold, cost) = world.line("find /s3");
    assert_eq!(cold.lines().count(), 2 + 250 + 2500);
    assert_eq!((cost.of(Operation::List), cost.all()), (3, 3), "{cost:?}");
    let (warm, cost) = world.line("find /s3");
    assert_eq!(cost.all(), 0);
    assert!(warm == cold);
    let (listed, cost) = world.line("ls /s3/logs/007; stat -c %s /s3/logs/007/00070.log");
    assert_eq!((listed.lines().count(), cost.all()), (11, 0));
}

#[test]
fn several_operands_are_read_at_once() {
    let world = World::with_objects(300, "");
    world.bucket.set_latency(Duration::from_millis(2));
    let (_, cost) = world.line("cat /s3/logs/*/*.log | grep -c straw");
    assert_eq!(cost.of(Operation::Get), 300);
    assert!(cost.most_at_once >= 8, "{cost:?}");
}

#[test]
fn what_stops_early_leaves_the_rest_alone() {
    let world = World::with_objects(1000, "");
    world.bucket.set_latency(Duration::from_millis(5));
    let (_, cost) = world.line("cat /s3/logs/000/*.log | head -n 1");
    assert!(cost.of(Operation::Get) <= 2, "{cost:?}");
    let (_, cost) = world.line("grep -rl needle /s3/logs | head -n 1");
    assert!(cost.of(Operation::Get) <= 10 + 16, "{cost:?}");
}

#[test]
fn a_service_that_refuses_is_asked_for_less_at_once() {
    let world = World::with_objects(400, ",concurrency=32");
    world.bucket.fail(Rule::always(Fault::Status(503, Some(0))).on(Operation::Get).times(40));
    let (found, cost) = world.line("grep -rl needle /s3/logs");
    assert_eq!(found.lines().count(), 4);
    assert_eq!(cost.of(Operation::Get), 440);
}

/// The start of each walk is looked at too.
#[test]
fn a_fresh_mount_is_read_ahead_too_and_looks_at_each_file_again() {
    let world = World::with_objects(200, ",policy=fresh");
    world.bucket.set_latency(Duration::from_millis(2));
    let (first, cost) = world.line("grep -rc straw /s3/logs");
    assert_eq!((cost.of(Operation::Get), cost.of(Operation::Head)), (200, 201), "{cost:?}");
    assert!(cost.most_at_once >= 8, "{cost:?}");
    let (again, cost) = world.line("grep -rc straw /s3/logs");
    assert_eq!((cost.of(Operation::Get), cost.of(Operation::Head)), (0, 201), "{cost:?}");
    assert_eq!(first, again);
    world.bucket.put("logs/000/00000.log", "straw\n");
    let (changed, cost) = world.line("grep -rc straw /s3/logs | head -n 1");
    assert_eq!((changed.as_str(), cost.of(Operation::Get)), ("/s3/logs/000/00000.log:1\n", 1));
}
