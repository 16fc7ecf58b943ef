//! What is asked again and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use mirage_testkit::host::block_on;
use mirage_testkit::suite::{self, Subject, WholeFiles};
use mirage_vfs::layers::{Blocks, Cache, CacheOptions, Fault, FaultKind, Faults, Policy, Stage};
use mirage_vfs::{DynResource, ErrorKind, Kind, Path, Ram, ReadOptions, Want};

fn cache(resource: Arc<dyn DynResource>, options: &CacheOptions, limit: u64) -> Cache {
    Cache::new(resource, Path::root(), options, &Arc::new(Blocks::new(limit)))
}

fn options(policy: Policy) -> CacheOptions {
    CacheOptions { policy, ..CacheOptions::default() }
}

/// A service, and a subject that sees it through a cache.
fn world(options: &CacheOptions) -> (Arc<WholeFiles>, Subject) {
    let service = Arc::new(WholeFiles::new(Ram::default()));
    let cached = cache(service.clone(), options, 64 << 20);
    (service, Subject::of(cached))
}

/// The same service, seen by others.
fn others(service: &Arc<WholeFiles>) -> Subject {
    Subject::shared(service.clone(), Path::root())
}

#[test]
fn a_cached_resource_keeps_every_promise() {
    for policy in [Policy::Bounded, Policy::Fresh] {
        suite::check(|| world(&options(policy)).1, &[]);
        let staged = || {
            Stage::new(Arc::new(cache(Arc::new(WholeFiles::new(Ram::default())), &options(policy), 1 << 20)))
        };
        suite::check(|| Subject::of(staged()), &[]);
    }
    let metadata_alone = CacheOptions { blocks: false, ..CacheOptions::default() };
    suite::check(|| world(&metadata_alone).1, &[]);
}

#[test]
fn nothing_is_asked_twice() {
    let (service, subject) = world(&CacheOptions::default());
    block_on(async {
        others(&service).create_dir("directory").await.unwrap();
        others(&service).put("directory/file", "content").await;
        service.asked();
        assert_eq!(subject.names("directory").await, ["file"]);
        assert_eq!(subject.names("directory").await, ["file"]);
        assert_eq!(service.asked(), ["list"]);
        assert_eq!(subject.get("directory/file").await, "content");
        assert_eq!(subject.get("directory/file").await, "content");
        assert_eq!(service.asked(), ["read"]);
        assert_eq!(subject.stat("directory/missing").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(service.asked(), [""; 0], "the listing tells that it is missing");
        assert_eq!(subject.stat("missing").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(subject.stat("missing").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(service.asked(), ["stat"]);
        assert_eq!(subject.call.ledger().by_mount()[&Path::root()].cache_hits, 4);
    });
}

#[test]
fn what_is_known_holds_for_its_time() {
    let brief = CacheOptions { ttl: Duration::ZERO, ..CacheOptions::default() };
    let (service, subject) = world(&brief);
    block_on(async {
        others(&service).put("file", "one").await;
        assert_eq!(subject.names("").await, ["file"]);
        others(&service).put("other", "two").await;
        assert_eq!(subject.names("").await, ["file", "other"]);
        assert_eq!(subject.get("other").await, "two");
    });
}

#[test]
fn a_fresh_mount_looks_first_and_reads_once() {
    let (service, subject) = world(&options(Policy::Fresh));
    block_on(async {
        others(&service).put("file", "one").await;
        service.asked();
        for _ in 0..2 {
            assert_eq!(subject.get("file").await, "one");
        }
        assert_eq!(service.asked(), ["stat", "read", "stat"]);
        others(&service).put("file", "two").await;
        service.asked();
        assert_eq!(subject.get("file").await, "two");
        assert_eq!(service.asked(), ["stat", "read"]);
    });
}

#[test]
fn what_is_written_here_is_seen_here() {
    let (_, subject) = world(&CacheOptions::default());
    block_on(async {
        subject.create_dir("directory").await.unwrap();
        subject.put("directory/file", "one").await;
        assert_eq!(subject.names("directory").await, ["file"]);
        assert_eq!(subject.get("directory/file").await, "one");
        subject.put("directory/file", "two").await;
        subject.put("directory/new", "").await;
        assert_eq!(subject.get("directory/file").await, "two");
        assert_eq!(subject.names("directory").await, ["file", "new"]);
        subject.remove("directory/file", Kind::File).await.unwrap();
        assert_eq!(subject.try_get("directory/file").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(subject.names("directory").await, ["new"]);
    });
}

#[test]
fn what_others_changed_is_read_again_though_it_was_believed_to_be_the_same() {
    let (service, subject) = world(&CacheOptions::default());
    block_on(async {
        others(&service).put("file", "one").await;
        assert_eq!(subject.list(&Path::root(), Want::Metadata).await.unwrap().len(), 1);
        others(&service).put("file", "two and longer").await;
        assert_eq!(subject.get("file").await, "two and longer");
        others(&service).remove("file", Kind::File).await.unwrap();
        // Its content is still there, under the version that it was.
        assert_eq!(subject.get("file").await, "two and longer");
    });
}

#[test]
fn missing_blocks_alone_are_asked_for() {
    let (service, subject) = world(&CacheOptions::default());
    let content: Bytes = (0..300_000u32).map(|number| (number / 7) as u8).collect::<Vec<u8>>().into();
    let range = |offset, length| ReadOptions { offset, length: Some(length), ..ReadOptions::default() };
    block_on(async {
        others(&service).put("file", content.clone()).await;
        service.asked();
        assert_eq!(subject.read("file", &range(70_000, 10)).await.unwrap(), content.slice(70_000..70_010));
        assert_eq!(
            subject.read("file", &range(100_000, 30_000)).await.unwrap(),
            content.slice(100_000..130_000)
        );
        assert_eq!(service.asked(), ["read"], "the second lies in the block of the first");
        assert!(subject.get("file").await == content);
        assert_eq!(service.asked(), ["read", "read"], "what is before the block and after it");
        assert!(subject.get("file").await == content);
        assert_eq!(subject.read("file", &range(299_990, 100)).await.unwrap(), content.slice(299_990..));
        assert_eq!(service.asked(), [""; 0]);
    });
}

#[test]
fn a_change_that_is_given_up_leaves_nothing_believed() {
    let service = Arc::new(WholeFiles::new(Ram::default()));
    let faults = Faults::new();
    let slow = Arc::new(Fault::new(service.clone(), faults.clone()));
    let subject = Subject::of(cache(slow, &CacheOptions::default(), 1 << 20));
    block_on(async {
        others(&service).put("file", "one").await;
        faults.on("remove", 1, FaultKind::Delay(Duration::from_secs(60)));
        let mut remove = Box::pin(subject.remove("file", Kind::File));
        assert!(futures_util::poll!(&mut remove).is_pending());
        assert!(subject.stat("file").await.is_ok());
        // The service did it, and nobody waits for its answer.
        others(&service).remove("file", Kind::File).await.unwrap();
        drop(remove);
        assert_eq!(subject.stat("file").await.unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn no_more_is_kept_than_there_is_room_for() {
    let service = Arc::new(WholeFiles::new(Ram::default()));
    let blocks = Arc::new(Blocks::new(4 << 20));
    let cached = Cache::new(service.clone(), Path::root(), &CacheOptions::default(), &blocks);
    let subject = Subject::of(cached);
    block_on(async {
        for number in 0..32 {
            let name = format!("file-{number}");
            others(&service).put(&name, vec![number; 1 << 20]).await;
            assert!(subject.get(&name).await == vec![number; 1 << 20]);
        }
    });
    assert!(blocks.size() <= 4 << 20, "{}", blocks.size());
    assert!(blocks.size() > 1 << 20, "{}", blocks.size());
}

/// Writers replace a file by versions that each repeat one byte, while readers read it through caches of one store: all
/// bytes of a read are the same.
#[test]
fn versions_are_never_mixed() {
    let service = Arc::new(WholeFiles::new(Ram::default()));
    let blocks = Arc::new(Blocks::new(2 << 20));
    let done = AtomicBool::new(false);
    let cached = || Cache::new(service.clone(), Path::root(), &CacheOptions::default(), &blocks);
    block_on(others(&service).put("file", vec![0; 300_000]));
    thread::scope(|scope| {
        for _ in 0..2 {
            let subject = Subject::of(cached());
            scope.spawn(|| {
                let subject = subject;
                let mut reads = 0;
                while reads == 0 || !done.load(Ordering::Acquire) {
                    match block_on(subject.try_get("file")) {
                        Ok(content) => {
                            assert_eq!(content.len(), 300_000);
                            assert!(
                                content.iter().all(|byte| *byte == content[0]),
                                "two versions in one read"
                            );
                            reads += 1;
                        }
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Changed),
                    }
                }
            });
        }
        for version in 0..400u32 {
            block_on(others(&service).put("file", vec![version as u8; 300_000]));
        }
        done.store(true, Ordering::Release);
    });
}
