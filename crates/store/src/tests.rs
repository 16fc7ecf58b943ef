//! Random operations on every form of the store, compared with the simplest thing that can be right.

use std::collections::BTreeMap;
use std::future::Future;

use bytes::Bytes;
use futures_util::FutureExt as _;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::*;

/// One operation, through one of the store's handles.
#[derive(Clone, Debug)]
enum Operation {
    Put(u8),
    Get(u8),
    Remove(u8),
    Set(Name, u8, Expected),
    Record(Name),
    RemoveRecord(Name),
    List,
    Append(Vec<u8>),
    ReadScratch(u64, usize),
}

type Name = (&'static str, u8);

#[derive(Clone, Debug)]
enum Expected {
    Nothing,
    Absent,
    Current,
    Wrong,
}

const SPACES: [&str; 2] = ["refs", "cache"];

fn operations() -> impl Strategy<Value = Vec<(usize, Operation)>> {
    let name = || (prop::sample::select(&SPACES[..]), 0..3u8);
    let expected = prop_oneof![
        Just(Expected::Nothing),
        Just(Expected::Absent),
        Just(Expected::Current),
        Just(Expected::Wrong)
    ];
    let operation = prop_oneof![
        (0..6u8).prop_map(Operation::Put),
        (0..6u8).prop_map(Operation::Get),
        (0..6u8).prop_map(Operation::Remove),
        (name(), any::<u8>(), expected)
            .prop_map(|(name, value, expected)| Operation::Set(name, value, expected)),
        name().prop_map(Operation::Record),
        name().prop_map(Operation::RemoveRecord),
        Just(Operation::List),
        vec(any::<u8>(), 0..20).prop_map(Operation::Append),
        (0..100u64, 0..60usize).prop_map(|(offset, length)| Operation::ReadScratch(offset, length)),
    ];
    vec((0..2usize, operation), 1..60)
}

#[derive(Default)]
struct Model {
    blobs: BTreeMap<Digest, Bytes>,
    records: BTreeMap<(&'static str, Bytes), (Bytes, u64)>,
    scratch: Vec<u8>,
}

/// Content of several lengths, the empty one among them.
fn blob(number: u8) -> Bytes {
    vec![number; usize::from(number) * 1000].into()
}

/// Keys that a file name could not carry among them.
fn key(number: u8) -> Bytes {
    match number {
        0 => Bytes::from_static(b"main"),
        1 => Bytes::from_static(b"../\0\xff"),
        _ => vec![b'k'; 400].into(),
    }
}

/// Every form answers at once: its futures are ready when they are first asked.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap()
}

fn kind<T>(result: Result<T, StoreError>) -> Result<T, StoreErrorKind> {
    result.map_err(|error| error.kind())
}

/// Runs `operations` through the two handles and holds every answer against the model.
fn check(handles: [&dyn Store; 2], operations: Vec<(usize, Operation)>) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let scratch = now(handles[0].scratch()).unwrap();
    for (handle, operation) in operations {
        let store = handles[handle];
        match operation {
            Operation::Put(number) => {
                let digest = now(store.put(blob(number))).unwrap();
                prop_assert_eq!(digest, Digest::of(&blob(number)));
                model.blobs.insert(digest, blob(number));
            }
            Operation::Get(number) => {
                let digest = Digest::of(&blob(number));
                let expected = model.blobs.get(&digest).cloned().ok_or(StoreErrorKind::NotFound);
                prop_assert_eq!(kind(now(store.get(digest))), expected);
            }
            Operation::Remove(number) => {
                now(store.remove(Digest::of(&blob(number)))).unwrap();
                model.blobs.remove(&Digest::of(&blob(number)));
            }
            Operation::Set((space, number), value, expected) => {
                let old = model.records.get(&(space, key(number))).map(|(_, version)| *version);
                let expected = match expected {
                    Expected::Nothing => None,
                    Expected::Absent => Some(None),
                    Expected::Current => Some(old.map(Version)),
                    Expected::Wrong => Some(Some(Version(99))),
                };
                let answer = kind(now(store.set_record(space, &key(number), blob(value % 3), expected)));
                match expected.is_none_or(|expected| expected == old.map(Version)) {
                    true => {
                        let version = old.map_or(1, |old| old + 1);
                        prop_assert_eq!(answer, Ok(Version(version)));
                        model.records.insert((space, key(number)), (blob(value % 3), version));
                    }
                    false => prop_assert_eq!(answer, Err(StoreErrorKind::Conflict)),
                }
            }
            Operation::Record((space, number)) => {
                let found = now(store.record(space, &key(number))).unwrap();
                let found = found.map(|record| (record.value, record.version.0));
                prop_assert_eq!(found.as_ref(), model.records.get(&(space, key(number))));
            }
            Operation::RemoveRecord((space, number)) => {
                now(store.remove_record(space, &key(number))).unwrap();
                model.records.remove(&(space, key(number)));
            }
            Operation::List => {
                let mut blobs = now(store.blobs()).unwrap();
                blobs.sort_by_key(|blob| blob.digest);
                let found = blobs.iter().map(|blob| (blob.digest, blob.size));
                prop_assert!(
                    found.eq(model.blobs.iter().map(|(digest, bytes)| (*digest, bytes.len() as u64)))
                );
                for space in SPACES {
                    let keys =
                        model.records.keys().filter(|(of, _)| *of == space).map(|(_, key)| key.clone());
                    prop_assert_eq!(now(store.records(space)).unwrap(), keys.collect::<Vec<_>>());
                }
            }
            Operation::Append(bytes) => {
                let start = now(scratch.append(bytes.clone().into())).unwrap();
                prop_assert_eq!(start, model.scratch.len() as u64);
                model.scratch.extend(bytes);
                prop_assert_eq!(scratch.size(), model.scratch.len() as u64);
            }
            Operation::ReadScratch(offset, length) => {
                let start = model.scratch.len().min(offset as usize);
                let end = model.scratch.len().min(start + length);
                prop_assert_eq!(
                    &now(scratch.read_at(offset, length)).unwrap()[..],
                    &model.scratch[start..end]
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn in_memory(operations in operations()) {
        let store = RamStore::new();
        check([&store, &store], operations)?;
    }

}

proptest! {
    // Each writes to the disk and waits for it.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[cfg(unix)]
    #[test]
    fn in_a_directory_with_two_handles(operations in operations()) {
        let directory = tempfile::tempdir().unwrap();
        let open = || DirectoryStore::open(directory.path(), Some(1 << 20)).unwrap();
        check([&open(), &open()], operations)?;
    }
}

#[test]
fn memory_has_a_limit_that_scratch_space_counts_towards() {
    let store = RamStore::with_limit(Some(1000));
    let full = |result: Result<(), StoreError>| assert_eq!(kind(result), Err(StoreErrorKind::Full));
    let digest = now(store.put(vec![1; 600].into())).unwrap();
    now(store.put(vec![1; 600].into())).unwrap();
    full(now(store.put(vec![2; 600].into())).map(|_| ()));
    now(store.set_record("refs", b"main", vec![0; 300].into(), None)).unwrap();
    now(store.set_record("refs", b"main", vec![1; 400].into(), None)).unwrap();
    full(now(store.set_record("refs", b"main", vec![2; 401].into(), None)).map(|_| ()));
    let scratch = now(store.scratch()).unwrap();
    full(now(scratch.append(vec![0; 1].into())).map(|_| ()));
    now(store.remove(digest)).unwrap();
    now(scratch.append(vec![0; 600].into())).unwrap();
    full(now(store.put(vec![1; 600].into())).map(|_| ()));
    assert_eq!(now(store.usage()).unwrap().bytes, 1000);
    drop(scratch);
    assert_eq!(now(store.usage()).unwrap().bytes, 400);
    now(store.put(vec![1; 600].into())).unwrap();
}

#[test]
fn spaces_have_plain_names() {
    let store = RamStore::new();
    for space in ["", "Refs", "a/b", ".."] {
        assert_eq!(kind(now(store.records(space))), Err(StoreErrorKind::Io));
        assert_eq!(kind(now(store.set_record(space, b"key", Bytes::new(), None))), Err(StoreErrorKind::Io));
    }
}

#[test]
fn a_log_keeps_its_entries_in_order_and_has_one_handle_at_a_time() {
    let directory = tempfile::tempdir().unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(RamStore::new()), Box::new(DirectoryStore::open(directory.path(), None).unwrap())];
    for store in stores {
        let open = |key: &'static [u8]| store.log("workspaces", key).now_or_never().unwrap();
        let (log, entries) = open(b"demo").unwrap();
        assert!(entries.is_empty());
        for entry in ["one", "", "three"] {
            log.append(entry.into()).now_or_never().unwrap().unwrap();
        }
        assert_eq!(open(b"demo").err().unwrap().kind(), StoreErrorKind::Conflict);
        drop(log);
        let (log, entries) = open(b"demo").unwrap();
        assert_eq!(entries, ["one", "", "three"]);
        let before = log.size();
        log.replace(vec!["all".into()]).now_or_never().unwrap().unwrap();
        assert!(log.size() < before);
        log.append("more".into()).now_or_never().unwrap().unwrap();
        drop(log);
        assert_eq!(open(b"demo").unwrap().1, ["all", "more"]);
        assert!(open(b"another").unwrap().1.is_empty());
        let keys = || store.logs("workspaces").now_or_never().unwrap().unwrap();
        assert_eq!(keys(), ["another", "demo"]);
        store.remove_log("workspaces", b"demo").now_or_never().unwrap().unwrap();
        assert_eq!(keys(), ["another"]);
        assert!(open(b"demo").unwrap().1.is_empty());
    }
}
