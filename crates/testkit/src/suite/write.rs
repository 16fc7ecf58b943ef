//! `write`: whole files, all at once.

use bytes::Bytes;
use mirage_vfs::{ErrorKind, Precondition, Result, Size, WriteHandle, WriteOptions};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "write":
    |has| has.write => replaces_and_creates many_chunks nothing_is_seen_before_the_commit a_dropped_write_changes_nothing
        an_aborted_write_changes_nothing the_commit_tells_the_new_entry a_directory_is_refused
        absent_wants_a_new_name beside_each_other;
    |has| has.write && has.create_dir => a_missing_parent_is_not_found;
    |has| has.write && has.preconditions => match_wants_that_content;
    |has| has.write && has.set_attributes => permission_bits_stay;
}

async fn start(subject: &Subject, below: &str, precondition: Precondition) -> Result<Box<dyn WriteHandle>> {
    let options = WriteOptions { precondition, mode: None };
    subject.resource.write(&subject.call, &subject.at(below), &options).await
}

async fn replaces_and_creates(subject: &Subject) {
    for content in ["first, and longer", "second", ""] {
        subject.put("file", content).await;
        assert_eq!(subject.get("file").await, content);
    }
    assert_eq!(subject.names("").await, ["file"]);
}

async fn many_chunks(subject: &Subject) {
    let chunk: Bytes = (0..=255u8).cycle().take(100_001).collect::<Vec<u8>>().into();
    let mut handle = start(subject, "file", Precondition::None).await.unwrap();
    for _ in 0..30 {
        handle.write(&subject.call, chunk.clone()).await.unwrap();
        handle.write(&subject.call, Bytes::new()).await.unwrap();
    }
    handle.commit(&subject.call).await.unwrap();
    assert!(subject.get("file").await == chunk.repeat(30));
}

async fn nothing_is_seen_before_the_commit(subject: &Subject) {
    subject.put("file", "old").await;
    for name in ["file", "new"] {
        let mut handle = start(subject, name, Precondition::None).await.unwrap();
        handle.write(&subject.call, Bytes::from(vec![b'x'; 300_000])).await.unwrap();
        assert_eq!(subject.get("file").await, "old");
        assert_eq!(subject.names("").await, ["file"]);
        handle.abort(&subject.call).await;
    }
}

async fn a_dropped_write_changes_nothing(subject: &Subject) {
    subject.put("file", "old").await;
    for name in ["file", "new"] {
        let mut handle = start(subject, name, Precondition::None).await.unwrap();
        handle.write(&subject.call, Bytes::from_static(b"new")).await.unwrap();
        drop(handle);
    }
    assert_eq!(subject.get("file").await, "old");
    assert_eq!(subject.names("").await, ["file"]);
}

async fn an_aborted_write_changes_nothing(subject: &Subject) {
    subject.put("file", "old").await;
    for name in ["file", "new"] {
        let mut handle = start(subject, name, Precondition::None).await.unwrap();
        handle.write(&subject.call, Bytes::from_static(b"new")).await.unwrap();
        handle.abort(&subject.call).await;
    }
    assert_eq!(subject.get("file").await, "old");
    assert_eq!(subject.names("").await, ["file"]);
}

async fn the_commit_tells_the_new_entry(subject: &Subject) {
    let mut handle = start(subject, "file", Precondition::None).await.unwrap();
    handle.write(&subject.call, Bytes::from_static(b"12345")).await.unwrap();
    let entry = handle.commit(&subject.call).await.unwrap();
    assert!(entry.is_file());
    assert_eq!(entry.name, "file");
    if let Size::Exact(size) = entry.size {
        assert_eq!(size, 5);
    }
    assert_eq!(entry.fingerprint, subject.stat("file").await.unwrap().fingerprint);
}

/// Starts and commits, so that a resource may refuse at either end.
async fn whole(subject: &Subject, below: &str, precondition: Precondition) -> Result<()> {
    let mut handle = start(subject, below, precondition).await?;
    handle.write(&subject.call, Bytes::from_static(b"written")).await?;
    handle.commit(&subject.call).await.map(|_| ())
}

async fn a_directory_is_refused(subject: &Subject) {
    subject.seed().await;
    refused(whole(subject, "directory", Precondition::None).await, ErrorKind::IsADirectory);
}

async fn a_missing_parent_is_not_found(subject: &Subject) {
    subject.seed().await;
    refused(whole(subject, "missing/file", Precondition::None).await, ErrorKind::NotFound);
    refused(whole(subject, "small/file", Precondition::None).await, ErrorKind::NotADirectory);
}

async fn absent_wants_a_new_name(subject: &Subject) {
    whole(subject, "file", Precondition::Absent).await.unwrap();
    subject.put("file", "kept").await;
    refused(whole(subject, "file", Precondition::Absent).await, ErrorKind::AlreadyExists);
    assert_eq!(subject.get("file").await, "kept");
}

async fn beside_each_other(subject: &Subject) {
    let names: Vec<String> = (0..16).map(|number| format!("file-{number:02}")).collect();
    let writes = names.iter().map(|name| subject.put(name, name.clone()));
    futures_util::future::join_all(writes).await;
    for name in &names {
        assert_eq!(subject.get(name).await, *name);
    }
}

async fn match_wants_that_content(subject: &Subject) {
    subject.put("file", "one").await;
    let one = subject.stat("file").await.unwrap().fingerprint.unwrap();
    whole(subject, "file", Precondition::Match(one.clone())).await.unwrap();
    refused(whole(subject, "file", Precondition::Match(one.clone())).await, ErrorKind::Changed);
    assert_eq!(subject.get("file").await, "written");
    refused(whole(subject, "missing", Precondition::Match(one)).await, ErrorKind::Changed);
    assert_eq!(subject.names("").await, ["file"]);
}

async fn permission_bits_stay(subject: &Subject) {
    subject.put("file", "").await;
    let attributes = mirage_vfs::Attributes { mode: Some(0o751), ..Default::default() };
    subject.resource.set_attributes(&subject.call, &subject.at("file"), &attributes).await.unwrap();
    subject.put("file", "new").await;
    assert_eq!(subject.stat("file").await.unwrap().mode, Some(0o751));
    let options = WriteOptions { precondition: Precondition::None, mode: Some(0o604) };
    let handle = subject.resource.write(&subject.call, &subject.at("other"), &options).await.unwrap();
    handle.commit(&subject.call).await.unwrap();
    assert_eq!(subject.stat("other").await.unwrap().mode, Some(0o604));
}
