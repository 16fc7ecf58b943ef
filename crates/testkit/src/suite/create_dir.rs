//! `create_dir`.

use mirage_vfs::ErrorKind;

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "create_dir":
    |has| has.create_dir => makes_a_directory a_taken_name_already_exists a_missing_parent_is_not_found;
    |has| has.create_dir && has.write => a_parent_that_is_a_file_is_refused;
    |has| has.create_dir && has.set_attributes => the_mode_is_kept;
}

async fn makes_a_directory(subject: &Subject) {
    subject.create_dir("outer").await.unwrap();
    subject.create_dir("outer/inner").await.unwrap();
    assert!(subject.stat("outer/inner").await.unwrap().is_directory());
    assert_eq!(subject.names("").await, ["outer"]);
    assert_eq!(subject.names("outer").await, ["inner"]);
}

async fn a_taken_name_already_exists(subject: &Subject) {
    subject.create_dir("taken").await.unwrap();
    refused(subject.create_dir("taken").await, ErrorKind::AlreadyExists);
    if subject.resource.info().capabilities.write {
        subject.put("file", "").await;
        refused(subject.create_dir("file").await, ErrorKind::AlreadyExists);
    }
}

async fn a_missing_parent_is_not_found(subject: &Subject) {
    refused(subject.create_dir("missing/inner").await, ErrorKind::NotFound);
    assert!(subject.names("").await.is_empty());
}

async fn a_parent_that_is_a_file_is_refused(subject: &Subject) {
    subject.put("file", "").await;
    refused(subject.create_dir("file/inner").await, ErrorKind::NotADirectory);
}

async fn the_mode_is_kept(subject: &Subject) {
    subject.resource.create_dir(&subject.call, &subject.at("private"), 0o700).await.unwrap();
    assert_eq!(subject.stat("private").await.unwrap().mode, Some(0o700));
}
