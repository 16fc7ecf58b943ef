//! What a directory can suffer: kills, damage, others. `crate::tests` holds what every store does.

mod processes;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use tempfile::TempDir;

use super::*;

/// Everything here is answered at once.
fn now<T>(future: BoxFuture<'_, T>) -> T {
    future.now_or_never().unwrap()
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> StoreErrorKind {
    result.unwrap_err().kind()
}

fn store(directory: &TempDir) -> DirectoryStore {
    DirectoryStore::open(directory.path(), None).unwrap()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn a_damaged_blob_is_said_and_comes_back_with_the_next_put() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let blob = Bytes::from_static(b"some content");
    for damage in [&b"some"[..], b"", b"some c0ntent", b"some content and more"] {
        let digest = now(store.put(blob.clone())).unwrap();
        let file = files(&directory.path().join("blobs")).pop().unwrap();
        fs::write(&file, damage).unwrap();
        assert_eq!(kind(now(store.get(digest))), StoreErrorKind::Corrupt);
        assert_eq!(kind(now(store.get(digest))), StoreErrorKind::NotFound);
        assert_eq!(now(store.put(blob.clone())).unwrap(), digest);
        assert_eq!(now(store.get(digest)).unwrap(), blob);
    }
}

#[test]
fn a_damaged_record_is_said_and_repaired_by_writing_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let set = |expected| now(store.set_record("refs", b"main", Bytes::from_static(b"value"), expected));
    set(None).unwrap();
    let file = files(&directory.path().join("records")).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        assert_eq!(kind(now(store.record("refs", b"main"))), StoreErrorKind::Corrupt, "{length}");
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(&file, damaged).unwrap();
        assert_eq!(kind(now(store.record("refs", b"main"))), StoreErrorKind::Corrupt, "{at}");
    }
    assert_eq!(kind(now(store.records("refs"))), StoreErrorKind::Corrupt);
    assert_eq!(kind(set(Some(Some(Version(1))))), StoreErrorKind::Corrupt);
    assert_eq!(set(None).unwrap(), Version(1));
    assert_eq!(now(store.record("refs", b"main")).unwrap().unwrap().value, "value");
}

#[test]
fn what_a_killed_process_left_is_swept_and_what_lives_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let live = store(&directory);
    let scratch = now(live.scratch()).unwrap();
    now(scratch.append(Bytes::from_static(b"here"))).unwrap();
    let temporary = directory.path().join("temporary");
    // Killed while it wrote, and killed before it could lock.
    fs::create_dir(temporary.join("7")).unwrap();
    fs::write(temporary.join("7/alive"), "").unwrap();
    fs::write(temporary.join("7/0"), "half a bl").unwrap();
    fs::create_dir(temporary.join("8")).unwrap();

    let other = store(&directory);
    let mut left: Vec<_> =
        fs::read_dir(&temporary).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["0", "1"], "one for each open store");
    let digest = now(live.put(Bytes::from_static(b"blob"))).unwrap();
    assert_eq!(now(other.get(digest)).unwrap(), "blob");
    assert_eq!(now(scratch.read_at(0, 9)).unwrap(), "here");
    drop((live, other));
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
}

#[test]
fn only_its_user_can_read_it() {
    let around = tempfile::tempdir().unwrap();
    let directory = around.path().join("made/with/parents");
    let store = DirectoryStore::open(&directory, None).unwrap();
    now(store.put(Bytes::from_static(b"blob"))).unwrap();
    now(store.set_record("refs", b"main", Bytes::new(), None)).unwrap();
    for file in files(&directory) {
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600, "{}", file.display());
        let parents = file.ancestors().skip(1).take_while(|parent| parent.starts_with(&directory));
        for parent in parents {
            assert_eq!(parent.metadata().unwrap().mode() & 0o777, 0o700, "{}", parent.display());
        }
    }
}

#[test]
fn a_directory_of_others_and_a_later_layout_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let refusal = || DirectoryStore::open(directory.path(), None).err().map(|error| error.kind());
    fs::set_permissions(directory.path(), Permissions::from_mode(0o770)).unwrap();
    assert_eq!(refusal(), Some(StoreErrorKind::Io));
    fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).unwrap();
    let format = directory.path().join("format");
    fs::write(&format, "").unwrap();
    assert_eq!(refusal(), None, "its first writer was killed");
    assert_eq!(fs::read(&format).unwrap(), FORMAT);
    fs::write(&format, "mirage store 2\n").unwrap();
    assert_eq!(refusal(), Some(StoreErrorKind::Io));
}

#[test]
fn the_limit_holds_over_all_who_write() {
    let directory = tempfile::tempdir().unwrap();
    let limit = 16_000;
    let open = || DirectoryStore::open(directory.path(), Some(limit)).unwrap();
    let stores = [open(), open(), open()];
    let blob = |number: u32| Bytes::from(number.to_le_bytes().repeat(25));
    let mut put = Vec::new();
    for number in 0..1000 {
        match now(stores[number as usize % 3].put(blob(number))) {
            Ok(digest) => put.push(digest),
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Full),
        }
    }
    let usage = now(stores[0].usage()).unwrap();
    assert_eq!((usage.bytes, usage.limit), (put.len() as u64 * 100, Some(limit)));
    assert!((limit - 100..=limit + 3 * limit / 16).contains(&usage.bytes), "{usage:?}");
    let error = now(stores[1].set_record("refs", b"main", Bytes::from_static(b"value"), None));
    assert_eq!(kind(error), StoreErrorKind::Full);
    assert!(put.iter().all(|digest| now(stores[2].get(*digest)).is_ok()));
    assert_eq!(
        fs::read_dir(directory.path().join("temporary/0")).unwrap().count(),
        1,
        "nothing half written"
    );

    for digest in put.drain(..40) {
        now(stores[0].remove(digest)).unwrap();
    }
    now(stores[2].put(blob(5000))).unwrap();
    now(stores[1].set_record("refs", b"main", Bytes::from_static(b"value"), None)).unwrap();
}

#[test]
fn blobs_come_in_the_order_of_their_last_use() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let digests =
        ["one", "two", "three"].map(|text| now(store.put(Bytes::from_static(text.as_bytes()))).unwrap());
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
    for (age, digest) in digests.iter().enumerate() {
        let name = digest.to_string();
        let path = directory.path().join("blobs").join(&name[..2]).join(&name[2..]);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(long_ago + Duration::from_secs(age as u64)).unwrap();
    }
    let order = || now(store.blobs()).unwrap().into_iter().map(|blob| blob.digest).collect::<Vec<_>>();
    assert_eq!(order(), digests);
    now(store.get(digests[0])).unwrap();
    assert_eq!(order(), [digests[1], digests[2], digests[0]]);
    now(store.put(Bytes::from_static(b"two"))).unwrap();
    assert_eq!(order()[0], digests[2]);
}

#[test]
fn what_a_kill_cut_short_at_the_end_of_a_log_is_gone_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let store = store(&directory);
    let open = || now(store.log("workspaces", b"demo"));
    let (log, _) = open().unwrap();
    now(log.append("first".into())).unwrap();
    let kept = log.size() as usize;
    now(log.append("second".into())).unwrap();
    drop(log);
    let file = files(&directory.path().join("logs")).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    for length in kept..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        let (log, entries) = open().unwrap();
        assert_eq!(entries, ["first"], "{length}");
        now(log.append("third".into())).unwrap();
        drop(log);
        assert_eq!(open().unwrap().1, ["first", "third"], "{length}");
    }
    fs::write(&file, &whole[..5]).unwrap();
    assert_eq!(kind(open().map(drop)), StoreErrorKind::Corrupt);
}
