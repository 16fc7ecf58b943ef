//! `remove`.

use mirage_vfs::{ErrorKind, Kind};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "remove":
    |has| has.remove && has.write => a_file missing_is_not_found;
    |has| has.remove && has.write && has.create_dir => an_empty_directory a_directory_with_entries_stays
        the_kind_must_be_right;
}

async fn a_file(subject: &Subject) {
    subject.put("file", "x").await;
    subject.put("other", "x").await;
    subject.remove("file", Kind::File).await.unwrap();
    refused(subject.stat("file").await, ErrorKind::NotFound);
    assert_eq!(subject.names("").await, ["other"]);
}

async fn missing_is_not_found(subject: &Subject) {
    refused(subject.remove("missing", Kind::File).await, ErrorKind::NotFound);
    refused(subject.remove("missing/below", Kind::File).await, ErrorKind::NotFound);
}

async fn an_empty_directory(subject: &Subject) {
    subject.create_dir("directory").await.unwrap();
    subject.remove("directory", Kind::Directory).await.unwrap();
    refused(subject.stat("directory").await, ErrorKind::NotFound);
}

async fn a_directory_with_entries_stays(subject: &Subject) {
    subject.create_dir("directory").await.unwrap();
    subject.put("directory/file", "kept").await;
    refused(subject.remove("directory", Kind::Directory).await, ErrorKind::NotEmpty);
    assert_eq!(subject.get("directory/file").await, "kept");
}

async fn the_kind_must_be_right(subject: &Subject) {
    subject.create_dir("directory").await.unwrap();
    subject.put("file", "").await;
    refused(subject.remove("directory", Kind::File).await, ErrorKind::IsADirectory);
    refused(subject.remove("file", Kind::Directory).await, ErrorKind::NotADirectory);
    assert_eq!(subject.names("").await, ["directory", "file"]);
}
