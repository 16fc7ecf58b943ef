//! `open`, and what the handles do.

use bytes::Bytes;
use mirage_vfs::{ErrorKind, OpenOptions, Size};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "open":
    |has| has.open => reads_anywhere missing_is_not_found a_directory_is_refused a_reader_does_not_write;
    |has| has.open && has.write => creates_an_empty_file creates_in_a_directory exclusive_wants_a_new_name
        truncating_replaces writing_keeps_the_rest appending_goes_to_the_end a_gap_is_zeros truncate_cuts_and_extends
        a_writer_does_not_read the_handle_knows_its_size reading_sees_what_was_written many_small_writes
        a_name_below_a_file_is_refused;
    |has| has.open && has.write && has.create_dir => a_missing_parent_is_not_found;
    |has| has.open && has.write && has.set_attributes => a_new_file_has_the_mode;
}

const READ_WRITE: OpenOptions = OpenOptions {
    read: true,
    write: true,
    append: false,
    truncate: false,
    create: true,
    exclusive: false,
    mode: 0o644,
};

async fn reads_anywhere(subject: &Subject) {
    subject.seed().await;
    for (path, content) in &subject.fixture {
        let file = subject.open(path, OpenOptions::reading()).await.unwrap();
        let length = content.len();
        for (offset, wanted) in [
            (0, 10),
            (5, length),
            (length / 2, 100_000),
            (length, 1),
            (length + 9, 5),
            (0, length + 1),
            (3, 0),
        ] {
            let start = offset.min(length);
            let expected = content.slice(start..start + wanted.min(length - start));
            let got = subject.read_file(&*file, offset as u64, wanted).await.unwrap();
            assert!(got == expected, "{path} from {offset}, {wanted} bytes: got {}", got.len());
        }
        file.close(&subject.call).await.unwrap();
    }
}

async fn missing_is_not_found(subject: &Subject) {
    refused(subject.open("missing", OpenOptions::reading()).await, ErrorKind::NotFound);
    let writing = OpenOptions { write: true, ..OpenOptions::default() };
    if subject.resource.info().capabilities.write {
        refused(subject.open("missing", writing).await, ErrorKind::NotFound);
    }
}

async fn a_directory_is_refused(subject: &Subject) {
    subject.seed().await;
    refused(subject.open("directory", OpenOptions::reading()).await, ErrorKind::IsADirectory);
    if subject.resource.info().capabilities.write {
        refused(subject.open("directory", OpenOptions::truncating()).await, ErrorKind::IsADirectory);
    }
}

async fn a_reader_does_not_write(subject: &Subject) {
    subject.seed().await;
    let (path, content) = &subject.fixture[0];
    let file = subject.open(path, OpenOptions::reading()).await.unwrap();
    refused(file.write_at(&subject.call, 0, Bytes::from_static(b"x")).await, ErrorKind::BadDescriptor);
    refused(file.truncate(&subject.call, 0).await, ErrorKind::InvalidArgument);
    file.close(&subject.call).await.unwrap();
    assert!(subject.get(path).await == *content);
}

/// Opens, writes at an offset and closes.
async fn write(subject: &Subject, options: OpenOptions, offset: u64, content: &'static str) {
    let file = subject.open("file", options).await.unwrap();
    let end = file.write_at(&subject.call, offset, Bytes::from_static(content.as_bytes())).await.unwrap();
    assert!(end >= content.len() as u64);
    file.close(&subject.call).await.unwrap();
}

async fn creates_an_empty_file(subject: &Subject) {
    let file = subject.open("file", OpenOptions::truncating()).await.unwrap();
    file.close(&subject.call).await.unwrap();
    assert_eq!(subject.get("file").await, "");
    assert_eq!(subject.names("").await, ["file"]);
}

async fn creates_in_a_directory(subject: &Subject) {
    subject.seed().await;
    let file = subject.open("directory/new", OpenOptions::truncating()).await.unwrap();
    file.write_at(&subject.call, 0, Bytes::from_static(b"new")).await.unwrap();
    file.close(&subject.call).await.unwrap();
    assert_eq!(subject.get("directory/new").await, "new");
}

async fn exclusive_wants_a_new_name(subject: &Subject) {
    let exclusive = OpenOptions { exclusive: true, ..READ_WRITE };
    write(subject, exclusive, 0, "first").await;
    refused(subject.open("file", exclusive).await, ErrorKind::AlreadyExists);
    assert_eq!(subject.get("file").await, "first");
}

async fn truncating_replaces(subject: &Subject) {
    write(subject, READ_WRITE, 0, "a long content").await;
    write(subject, OpenOptions::truncating(), 0, "short").await;
    assert_eq!(subject.get("file").await, "short");
}

async fn writing_keeps_the_rest(subject: &Subject) {
    write(subject, READ_WRITE, 0, "0123456789").await;
    write(subject, READ_WRITE, 3, "abc").await;
    assert_eq!(subject.get("file").await, "012abc6789");
    let file = subject.open("file", READ_WRITE).await.unwrap();
    file.close(&subject.call).await.unwrap();
    assert_eq!(subject.get("file").await, "012abc6789");
}

async fn appending_goes_to_the_end(subject: &Subject) {
    write(subject, OpenOptions::appending(), 0, "one").await;
    write(subject, OpenOptions::appending(), 0, "two").await;
    let file = subject.open("file", OpenOptions::appending()).await.unwrap();
    assert_eq!(file.write_at(&subject.call, 1, Bytes::from_static(b"three")).await.unwrap(), 11);
    assert_eq!(file.write_at(&subject.call, 0, Bytes::from_static(b"!")).await.unwrap(), 12);
    file.close(&subject.call).await.unwrap();
    assert_eq!(subject.get("file").await, "onetwothree!");
}

async fn a_gap_is_zeros(subject: &Subject) {
    write(subject, READ_WRITE, 5, "end").await;
    assert_eq!(subject.get("file").await, "\0\0\0\0\0end");
}

async fn truncate_cuts_and_extends(subject: &Subject) {
    write(subject, READ_WRITE, 0, "0123456789").await;
    let file = subject.open("file", READ_WRITE).await.unwrap();
    file.truncate(&subject.call, 4).await.unwrap();
    file.truncate(&subject.call, 6).await.unwrap();
    file.close(&subject.call).await.unwrap();
    assert_eq!(subject.get("file").await, "0123\0\0");
}

async fn a_writer_does_not_read(subject: &Subject) {
    let file = subject.open("file", OpenOptions::truncating()).await.unwrap();
    refused(file.read_at(&subject.call, 0, 1).await, ErrorKind::BadDescriptor);
    file.close(&subject.call).await.unwrap();
}

async fn the_handle_knows_its_size(subject: &Subject) {
    subject.seed().await;
    let file = subject.open("small", READ_WRITE).await.unwrap();
    file.write_at(&subject.call, 6, Bytes::from_static(b"more")).await.unwrap();
    let entry = file.stat(&subject.call).await.unwrap();
    assert!(entry.is_file());
    assert_eq!(entry.size, Size::Exact(10));
    file.close(&subject.call).await.unwrap();
}

async fn reading_sees_what_was_written(subject: &Subject) {
    subject.seed().await;
    let file = subject.open("large", READ_WRITE).await.unwrap();
    file.write_at(&subject.call, 1000, Bytes::from_static(b"changed")).await.unwrap();
    let read = subject.read_file(&*file, 998, 11).await.unwrap();
    let (_, old) = &subject.fixture[1];
    assert_eq!(read, [&old[998..1000], b"changed", &old[1007..1009]].concat());
    file.close(&subject.call).await.unwrap();
}

async fn many_small_writes(subject: &Subject) {
    let file = subject.open("file", READ_WRITE).await.unwrap();
    let mut expected = vec![0; 50_000];
    for number in 0..2000u64 {
        let offset = (number * 7919) % 49_900;
        let piece = [number as u8; 100];
        file.write_at(&subject.call, offset, Bytes::copy_from_slice(&piece)).await.unwrap();
        expected[offset as usize..offset as usize + 100].copy_from_slice(&piece);
    }
    file.truncate(&subject.call, 50_000).await.unwrap();
    file.close(&subject.call).await.unwrap();
    assert!(subject.get("file").await == expected);
}

async fn a_name_below_a_file_is_refused(subject: &Subject) {
    subject.seed().await;
    refused(subject.open("small/below", OpenOptions::truncating()).await, ErrorKind::NotADirectory);
}

async fn a_missing_parent_is_not_found(subject: &Subject) {
    refused(subject.open("missing/file", OpenOptions::truncating()).await, ErrorKind::NotFound);
}

async fn a_new_file_has_the_mode(subject: &Subject) {
    let options = OpenOptions { mode: 0o640, ..OpenOptions::truncating() };
    subject.open("file", options).await.unwrap().close(&subject.call).await.unwrap();
    assert_eq!(subject.stat("file").await.unwrap().mode, Some(0o640));
    let options = OpenOptions { mode: 0o600, ..OpenOptions::truncating() };
    subject.open("file", options).await.unwrap().close(&subject.call).await.unwrap();
    assert_eq!(subject.stat("file").await.unwrap().mode, Some(0o640), "a file that was there keeps its bits");
}
