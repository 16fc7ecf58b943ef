//! `rename`.

use mirage_vfs::ErrorKind;

use super::Subject;
use super::case::topic;
use super::subject::{refused, refused_as};

topic! { "rename":
    |has| has.rename && has.write => a_file onto_a_file onto_itself missing_is_not_found;
    |has| has.rename && has.write && has.create_dir => a_directory_with_all_that_is_in_it onto_an_empty_directory
        onto_a_directory_with_entries a_file_onto_a_directory a_directory_onto_a_file into_itself
        onto_what_holds_it into_a_missing_directory;
}

async fn a_file(subject: &Subject) {
    subject.put("from", "content").await;
    subject.rename("from", "to").await.unwrap();
    assert_eq!(subject.get("to").await, "content");
    assert_eq!(subject.names("").await, ["to"]);
}

async fn onto_a_file(subject: &Subject) {
    subject.put("from", "new").await;
    subject.put("to", "old").await;
    subject.rename("from", "to").await.unwrap();
    assert_eq!(subject.get("to").await, "new");
    assert_eq!(subject.names("").await, ["to"]);
}

async fn onto_itself(subject: &Subject) {
    subject.put("file", "content").await;
    subject.rename("file", "file").await.unwrap();
    assert_eq!(subject.get("file").await, "content");
}

async fn missing_is_not_found(subject: &Subject) {
    subject.put("file", "kept").await;
    refused(subject.rename("missing", "file").await, ErrorKind::NotFound);
    assert_eq!(subject.get("file").await, "kept");
}

async fn a_directory_with_all_that_is_in_it(subject: &Subject) {
    subject.create_dir("from").await.unwrap();
    subject.create_dir("from/deep").await.unwrap();
    subject.put("from/deep/file", "content").await;
    subject.rename("from", "to").await.unwrap();
    assert_eq!(subject.get("to/deep/file").await, "content");
    refused(subject.stat("from").await, ErrorKind::NotFound);
    refused(subject.stat("from/deep/file").await, ErrorKind::NotFound);
}

async fn onto_an_empty_directory(subject: &Subject) {
    subject.create_dir("from").await.unwrap();
    subject.put("from/file", "content").await;
    subject.create_dir("to").await.unwrap();
    subject.rename("from", "to").await.unwrap();
    assert_eq!(subject.get("to/file").await, "content");
    assert_eq!(subject.names("").await, ["to"]);
}

async fn onto_a_directory_with_entries(subject: &Subject) {
    subject.create_dir("from").await.unwrap();
    subject.create_dir("to").await.unwrap();
    subject.put("to/file", "kept").await;
    refused(subject.rename("from", "to").await, ErrorKind::NotEmpty);
    assert_eq!(subject.get("to/file").await, "kept");
}

async fn a_file_onto_a_directory(subject: &Subject) {
    subject.put("from", "").await;
    subject.create_dir("to").await.unwrap();
    refused(subject.rename("from", "to").await, ErrorKind::IsADirectory);
}

async fn a_directory_onto_a_file(subject: &Subject) {
    subject.create_dir("from").await.unwrap();
    subject.put("to", "kept").await;
    refused(subject.rename("from", "to").await, ErrorKind::NotADirectory);
    assert_eq!(subject.get("to").await, "kept");
}

async fn into_itself(subject: &Subject) {
    subject.create_dir("from").await.unwrap();
    refused(subject.rename("from", "from/to").await, ErrorKind::InvalidArgument);
    assert!(subject.stat("from").await.unwrap().is_directory());
}

async fn onto_what_holds_it(subject: &Subject) {
    subject.create_dir("to").await.unwrap();
    subject.create_dir("to/from").await.unwrap();
    refused_as(subject.rename("to/from", "to").await, &[ErrorKind::NotEmpty]);
}

async fn into_a_missing_directory(subject: &Subject) {
    subject.put("from", "kept").await;
    refused(subject.rename("from", "missing/to").await, ErrorKind::NotFound);
    assert_eq!(subject.get("from").await, "kept");
}
