//! `copy`.

use mirage_vfs::{ErrorKind, Result};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "copy":
    |has| has.copy && has.write => a_file onto_a_file missing_is_not_found the_two_are_apart;
    |has| has.copy && has.write && has.create_dir => directories_are_refused;
}

async fn copy(subject: &Subject, from: &str, to: &str) -> Result<()> {
    subject.resource.copy(&subject.call, &subject.at(from), &subject.at(to)).await
}

async fn a_file(subject: &Subject) {
    let content: Vec<u8> = (0..=255u8).cycle().take(500_000).collect();
    subject.put("from", content.clone()).await;
    copy(subject, "from", "to").await.unwrap();
    assert!(subject.get("to").await == content && subject.get("from").await == content);
}

async fn onto_a_file(subject: &Subject) {
    subject.put("from", "new").await;
    subject.put("to", "old and longer").await;
    copy(subject, "from", "to").await.unwrap();
    assert_eq!(subject.get("to").await, "new");
}

async fn missing_is_not_found(subject: &Subject) {
    subject.put("to", "kept").await;
    refused(copy(subject, "missing", "to").await, ErrorKind::NotFound);
    assert_eq!(subject.get("to").await, "kept");
}

async fn the_two_are_apart(subject: &Subject) {
    subject.put("from", "one").await;
    copy(subject, "from", "to").await.unwrap();
    subject.put("from", "two").await;
    assert_eq!(subject.get("to").await, "one");
}

async fn directories_are_refused(subject: &Subject) {
    subject.create_dir("directory").await.unwrap();
    subject.put("file", "").await;
    refused(copy(subject, "directory", "new").await, ErrorKind::IsADirectory);
    refused(copy(subject, "file", "directory").await, ErrorKind::IsADirectory);
}
