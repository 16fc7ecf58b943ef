//! What lines cost at a service.

use std::sync::Arc;

use mirage::config::{Config, Nothing};
use mirage::{ExecuteOptions, Outcome, Workspace};
use mirage_native::NativeHost;
use mirage_testkit::host::Counted;
use mirage_testkit::servers::S3;

/// A server, and a workspace that has its bucket at `/s3`.
pub(crate) struct World {
    server: S3,
    host: Arc<Counted<NativeHost>>,
    pub workspace: Workspace,
}

impl World {
    pub fn new() -> Self {
        let server = S3::start();
        let host = Arc::new(Counted::new(NativeHost::new()));
        let workspace = workspace(&server, &host, "");
        World { server, host, workspace }
    }

    /// The output of a line that succeeds, and the methods of its requests.
    pub fn line(&self, line: &str) -> (String, Vec<String>) {
        let (outcome, requests) = self.execute(line, ExecuteOptions::default());
        assert_eq!(outcome.exit_code, 0, "{line}: {}", String::from_utf8_lossy(&outcome.stderr));
        (outcome.text().into_owned(), requests.into_iter().map(|(method, _)| method).collect())
    }

    /// What a line did, and the method and URL of each of its requests, which are as many as it says.
    pub fn execute(&self, line: &str, options: ExecuteOptions) -> (Outcome, Vec<(String, String)>) {
        self.host.requests();
        let outcome = self.host.host().block_on(self.workspace.execute(line, options));
        let mut requests = self.host.requests();
        let all = requests.len() as u64;
        // An upload that was given up is cleaned up after its line, which may have ended by then.
        requests.retain(|(method, url)| method != "DELETE" || !url.contains("uploadId="));
        let told = outcome.usage.requests.total();
        assert!((requests.len() as u64..=all).contains(&told), "{line}: {told}: {requests:?}");
        (outcome, requests)
    }
}

impl World {
    /// Forgets everything: a workspace of which nothing is known.
    pub fn forget(&mut self) {
        self.workspace = workspace(&self.server, &self.host, "");
    }
}

fn workspace(server: &S3, host: &Arc<Counted<NativeHost>>, keys: &str) -> Workspace {
    let mut config = Config::default();
    let spec = format!(
        "/s3=s3,bucket={},endpoint={},access_key_id=a,secret_access_key=b,mode=write{keys}",
        S3::BUCKET,
        server.endpoint()
    );
    config.mount(&spec, std::path::Path::new("/"), &Nothing).expect("a mount");
    Workspace::builder(host.clone()).config(config).build().expect("a workspace")
}

#[test]
fn what_was_asked_once_is_not_asked_again() {
    let mut world = World::new();
    world.line("mkdir /s3/logs; printf 'one\\nerror: two\\n' > /s3/logs/a; echo three > /s3/logs/b");
    // Nothing is known in a new workspace.
    world.workspace = workspace(&world.server, &world.host, "");
    let (listed, requests) = world.line("ls /s3/logs");
    assert_eq!(listed, "a\nb\n");
    assert!((1..=3).contains(&requests.len()), "{requests:?}");
    assert_eq!(world.line("find /s3/logs"), ("/s3/logs\n/s3/logs/a\n/s3/logs/b\n".into(), vec![]));
    assert_eq!(world.line("cat /s3/logs/a"), ("one\nerror: two\n".into(), vec!["GET".into()]));
    assert_eq!(world.line("grep error /s3/logs/a"), ("error: two\n".into(), vec![]));
}

#[test]
fn a_fresh_mount_sees_what_others_wrote() {
    let mut world = World::new();
    let other = workspace(&world.server, &world.host, "");
    world.workspace = workspace(&world.server, &world.host, ",policy=fresh");
    for text in ["one", "two"] {
        let write = format!("echo {text} > /s3/file");
        world.host.host().block_on(other.execute(write, ExecuteOptions::default()));
        assert_eq!(world.line("cat /s3/file").0, format!("{text}\n"));
    }
    assert_eq!(world.line("cat /s3/file"), ("two\n".into(), vec!["HEAD".into()]));
}

#[test]
fn the_ends_of_a_large_object_are_one_small_read_each() {
    let world = World::new();
    world.line("seq 1000000 > /s3/numbers; ls /s3");
    for (line, answer) in [
        ("head -c 4 /s3/numbers", "1\n2\n"),
        ("tail -c 8 /s3/numbers", "1000000\n"),
        ("cat /s3/numbers | head -n 1", "1\n"),
        ("tail -n 1 /s3/numbers", "1000000\n"),
    ] {
        let (output, requests) = world.line(line);
        assert_eq!(output, answer, "{line}");
        assert!(requests.len() <= 1, "{line}: {requests:?}");
    }
}

#[test]
fn an_object_that_others_replaced_is_read_as_it_is() {
    let world = World::new();
    let other = workspace(&world.server, &world.host, "");
    world.line("echo one > /s3/file; ls -l /s3");
    let write = "echo two and more > /s3/file";
    world.host.host().block_on(other.execute(write, ExecuteOptions::default()));
    assert_eq!(world.line("cat /s3/file").0, "two and more\n");
}
