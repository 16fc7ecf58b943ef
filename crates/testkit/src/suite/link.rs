//! `link`.

use mirage_vfs::{ErrorKind, Kind, Result};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "link":
    |has| has.link => two_names_are_one_file a_taken_name_already_exists missing_is_not_found
        a_name_less_leaves_the_file directories_are_refused;
}

async fn link(subject: &Subject, existing: &str, new: &str) -> Result<()> {
    subject.resource.link(&subject.call, &subject.at(existing), &subject.at(new)).await
}

async fn two_names_are_one_file(subject: &Subject) {
    subject.put("one", "content").await;
    link(subject, "one", "two").await.unwrap();
    let (one, two) = (subject.stat("one").await.unwrap(), subject.stat("two").await.unwrap());
    assert_eq!((one.links, two.links), (Some(2), Some(2)));
    assert!(one.identity.is_some());
    assert_eq!(one.identity, two.identity);
    assert_eq!(subject.get("two").await, "content");
}

async fn a_taken_name_already_exists(subject: &Subject) {
    subject.put("one", "").await;
    subject.put("two", "kept").await;
    refused(link(subject, "one", "two").await, ErrorKind::AlreadyExists);
    assert_eq!(subject.get("two").await, "kept");
}

async fn missing_is_not_found(subject: &Subject) {
    refused(link(subject, "missing", "new").await, ErrorKind::NotFound);
}

async fn a_name_less_leaves_the_file(subject: &Subject) {
    subject.put("one", "content").await;
    link(subject, "one", "two").await.unwrap();
    subject.remove("one", Kind::File).await.unwrap();
    assert_eq!(subject.get("two").await, "content");
    assert_eq!(subject.stat("two").await.unwrap().links, Some(1));
}

async fn directories_are_refused(subject: &Subject) {
    subject.create_dir("directory").await.unwrap();
    refused(link(subject, "directory", "new").await, ErrorKind::NotPermitted);
}
