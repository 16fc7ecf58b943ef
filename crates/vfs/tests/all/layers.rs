//! The layers, over the RAM resource.

use std::sync::Arc;

use mirage_testkit::host::{block_on, call};
use mirage_testkit::suite::{self, Subject, WholeFiles};
use mirage_vfs::layers::{Fault, FaultKind, Faults, Meter, Stage};
use mirage_vfs::{
    Attributes, Bytes, Call, DynResource, ErrorKind, File, OpenOptions, Path, Price, Ram, Resource,
};

#[test]
fn whole_files_keep_their_promises() {
    suite::check(|| Subject::of(WholeFiles::new(Ram::default())), &[]);
}

#[test]
fn staged_files_keep_the_promises_of_resources() {
    suite::check(|| Subject::of(Stage::new(Arc::new(WholeFiles::new(Ram::default())))), &[]);
}

#[test]
fn a_layer_without_faults_changes_nothing() {
    suite::check(|| Subject::of(Fault::new(Arc::new(Ram::default()), Faults::new())), &[]);
}

#[test]
fn a_metered_resource_keeps_the_promises_of_resources() {
    suite::check(
        || Subject::of(Meter::new(Arc::new(Ram::default()), Path::from("/data"), Price::default())),
        &[],
    );
}

/// A staged resource with its faults, on top of memory.
struct Staged {
    ram: Ram,
    faults: Faults,
    stage: Stage,
    call: Call,
}

impl Staged {
    fn new() -> Self {
        let (ram, faults) = (Ram::default(), Faults::new());
        let fault = Fault::new(Arc::new(WholeFiles::new(ram.clone())), faults.clone());
        Staged { ram, faults, stage: Stage::new(Arc::new(fault)), call: call() }
    }

    fn with_file(content: impl Into<Bytes>) -> Self {
        let staged = Staged::new();
        staged.ram.add_file(&file(), content, &Attributes::default()).unwrap();
        staged
    }

    fn open(&self, options: OpenOptions) -> Box<dyn File> {
        block_on(self.stage.open(&self.call, &file(), &options)).unwrap()
    }

    /// The file as it is in the resource, whole.
    fn content(&self) -> Bytes {
        let file = block_on(Resource::open(&self.ram, &self.call, &file(), &OpenOptions::reading())).unwrap();
        read_all(&*file, &self.call)
    }
}

fn file() -> Path {
    Path::from("/file")
}

fn read_all(file: &dyn File, call: &Call) -> Bytes {
    let mut content = Vec::new();
    loop {
        let piece = block_on(file.read_at(call, content.len() as u64, 1 << 20)).unwrap();
        if piece.is_empty() {
            return content.into();
        }
        content.extend_from_slice(&piece);
    }
}

fn pattern(length: usize) -> Bytes {
    (0..length).map(|number| (number / 3) as u8).collect()
}

#[test]
fn a_small_file_is_one_request() {
    let staged = Staged::with_file(pattern(60_000));
    assert!(read_all(&*staged.open(OpenOptions::reading()), &staged.call) == pattern(60_000));
    assert_eq!(staged.faults.count(), 1);
}

#[test]
fn a_large_file_is_a_handful_of_requests() {
    let content = pattern(40 << 20);
    let staged = Staged::with_file(content.clone());
    assert!(read_all(&*staged.open(OpenOptions::reading()), &staged.call) == content);
    // 64 KiB, 512 KiB, 4 MiB, 32 MiB, and the rest.
    assert_eq!(staged.faults.count(), 5);
}

#[test]
fn the_end_of_a_large_file_is_two_requests() {
    let content = pattern(10 << 20);
    let staged = Staged::with_file(content.clone());
    let file = staged.open(OpenOptions::reading());
    let offset = content.len() - 1000;
    let tail = block_on(file.read_at(&staged.call, offset as u64, 4096)).unwrap();
    assert_eq!((tail, staged.faults.count()), (content.slice(offset..), 2));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_mixed() {
    let staged = Staged::with_file(pattern(1 << 20));
    let file = staged.open(OpenOptions::reading());
    block_on(file.read_at(&staged.call, 0, 100)).unwrap();
    let writer =
        block_on(Resource::open(&staged.ram, &staged.call, &self::file(), &OpenOptions::truncating()));
    block_on(writer.unwrap().write_at(&staged.call, 0, pattern(2 << 20))).unwrap();
    let error = block_on(file.read_at(&staged.call, 500_000, 100)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed);
}

#[test]
fn a_writer_commits_at_close_and_only_then() {
    let staged = Staged::with_file("old");
    let file = staged.open(OpenOptions::truncating());
    block_on(file.write_at(&staged.call, 0, Bytes::from_static(b"new"))).unwrap();
    assert_eq!(staged.content(), "old");
    block_on(file.close(&staged.call)).unwrap();
    assert_eq!(staged.content(), "new");
    let count = staged.faults.count();
    block_on(file.close(&staged.call)).unwrap();
    assert_eq!(staged.faults.count(), count, "a second close commits nothing");
}

#[test]
fn a_writer_that_is_dropped_leaves_the_old_content() {
    let staged = Staged::with_file("old");
    let file = staged.open(OpenOptions::truncating());
    block_on(file.write_at(&staged.call, 0, Bytes::from_static(b"new"))).unwrap();
    drop(file);
    assert_eq!((staged.content(), staged.faults.open_handles()), (Bytes::from_static(b"old"), 0));
}

#[test]
fn opening_to_append_without_writing_reads_nothing() {
    let staged = Staged::with_file("old");
    block_on(staged.open(OpenOptions::appending()).close(&staged.call)).unwrap();
    assert_eq!(staged.faults.count(), 1, "it was only looked at");
}

#[test]
fn what_changed_meanwhile_is_not_overwritten() {
    let staged = Staged::with_file("old");
    let file = staged.open(OpenOptions::appending());
    block_on(file.write_at(&staged.call, 0, Bytes::from_static(b"+"))).unwrap();
    let other = block_on(Resource::open(&staged.ram, &staged.call, &self::file(), &OpenOptions::appending()));
    block_on(other.unwrap().write_at(&staged.call, 0, Bytes::from_static(b"!"))).unwrap();
    assert_eq!(block_on(file.close(&staged.call)).unwrap_err().kind(), ErrorKind::Changed);
    assert_eq!(staged.content(), "old!");
}

#[test]
fn more_than_memory_holds_goes_through_scratch_space() {
    let staged = Staged::new();
    let content = pattern(30 << 20);
    let options = OpenOptions { read: true, ..OpenOptions::truncating() };
    let file = staged.open(options);
    for (number, chunk) in content.chunks(1 << 20).enumerate() {
        let chunk = Bytes::copy_from_slice(chunk);
        block_on(file.write_at(&staged.call, (number as u64) << 20, chunk)).unwrap();
    }
    block_on(file.write_at(&staged.call, 20 << 20, Bytes::from_static(b"changed"))).unwrap();
    let mut expected = content.to_vec();
    expected[20 << 20..(20 << 20) + 7].copy_from_slice(b"changed");
    assert!(read_all(&*file, &staged.call) == expected);
    block_on(file.close(&staged.call)).unwrap();
    assert!(staged.content() == expected);
    drop(file);
    let used = block_on(staged.call.host().store().usage()).unwrap();
    assert_eq!(used.bytes, 0, "scratch space is freed");
}

#[test]
fn a_cut_read_gives_a_part_and_then_the_error() {
    let staged = Staged::with_file(pattern(10_000));
    staged.faults.on("read", 1, FaultKind::Cut(ErrorKind::Unavailable));
    let file = staged.open(OpenOptions::reading());
    assert_eq!(block_on(file.read_at(&staged.call, 0, 10_000)).unwrap(), pattern(10_000).slice(..5_000));
    let error = block_on(file.read_at(&staged.call, 5_000, 5_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(read_all(&*file, &staged.call) == pattern(10_000), "and can be read again");
}
