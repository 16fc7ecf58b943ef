//! Several processes on one directory, some of them killed at any moment.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "the test starts itself several times and kills what it started"
)]

use std::future::Future;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use bytes::Bytes;
use futures_util::FutureExt as _;

use crate::{Digest, DirectoryStore, Record, Store as _, StoreErrorKind};

/// Tells a child what to work on.
const DIRECTORY: &str = "STORE_UNDER_TEST";

const WRITERS: usize = 4;

/// How many increments a writer makes; one that is to be killed goes on until then.
const ROUNDS: usize = 60;

/// Tells a child that it will be killed.
const DOOMED: &str = "STORE_TEST_KILLS";

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

/// The number that the record holds, and the blob that its last writer put before it.
fn parse(record: &Record) -> (u64, Digest) {
    let (number, digest) = record.value.split_first_chunk().unwrap();
    (u64::from_le_bytes(*number), Digest(digest.try_into().unwrap()))
}

/// Increments the record, each time together with a new blob, and says so once it is done.
fn increment(directory: &Path) {
    let store = DirectoryStore::open(directory, Some(1 << 30)).unwrap();
    let is_doomed = std::env::var_os(DOOMED).is_some();
    let mut done = 0;
    while is_doomed || done < ROUNDS {
        let old = now(store.record("counters", b"shared")).unwrap();
        let number = old.as_ref().map_or(0, |old| parse(old).0) + 1;
        let blob = format!("{} {number} ", std::process::id()).repeat(2000);
        let digest = now(store.put(blob.into())).unwrap();
        let value: Bytes = [&number.to_le_bytes()[..], &digest.0].concat().into();
        match now(store.set_record("counters", b"shared", value, Some(old.map(|old| old.version)))) {
            Ok(version) => {
                assert_eq!(version.0, number);
                println!("{number}");
                std::io::stdout().flush().unwrap();
                done += 1;
            }
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Conflict),
        }
    }
}

fn start(directory: &Path, is_doomed: bool) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "directory::tests::processes::increments_of_all_processes_count", "--nocapture"]);
    child.env(DIRECTORY, directory).stdout(Stdio::piped());
    if is_doomed {
        child.env(DOOMED, "");
    }
    child.spawn().unwrap()
}

/// Numbers that the child said it reached; with `kill_after`, only until it was killed after so many.
fn watch(mut child: Child, kill_after: Option<usize>) -> Vec<u64> {
    let mut seen = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        seen.extend(line.unwrap().parse::<u64>());
        if kill_after == Some(seen.len()) {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert_eq!(status.success(), kill_after.is_none());
    seen
}

#[test]
fn increments_of_all_processes_count() {
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        return increment(Path::new(&directory));
    }
    let directory = tempfile::tempdir().unwrap();
    let mut said = std::thread::scope(|scope| {
        let watched: Vec<_> = (0..WRITERS)
            .map(|number| {
                let kill_after = (number % 2 == 1).then_some(5 * number);
                let child = start(directory.path(), kill_after.is_some());
                scope.spawn(move || watch(child, kill_after))
            })
            .collect();
        watched.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    said.sort_unstable();
    assert!(said.windows(2).all(|pair| pair[0] < pair[1]), "two processes made the same step: {said:?}");
    assert!(said.len() >= ROUNDS * WRITERS / 2);

    let store = DirectoryStore::open(directory.path(), None).unwrap();
    let (number, digest) = parse(&now(store.record("counters", b"shared")).unwrap().unwrap());
    // Each that was killed may have made one step that it could not tell.
    let told = said.len() as u64;
    assert!((told..=told + WRITERS as u64 / 2).contains(&number), "{number} steps, {told} told");
    now(store.get(digest)).unwrap();
    for blob in now(store.blobs()).unwrap() {
        now(store.get(blob.digest)).unwrap();
    }
    let temporary = directory.path().join("temporary");
    assert_eq!(std::fs::read_dir(temporary).unwrap().count(), 1, "the killed ones are swept");
}
