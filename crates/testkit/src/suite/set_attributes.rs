//! `set_attributes`.

use mirage_vfs::{Attributes, ErrorKind, OpenOptions, Result, Time};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "set_attributes":
    |has| has.set_attributes => permission_bits_and_times what_is_not_named_stays missing_is_not_found;
    |has| has.set_attributes && has.open => through_a_handle;
    |has| has.set_attributes && has.symlink => times_of_a_link_are_its_own;
}

const WHEN: Time = Time { seconds: 1_000_000_000, nanos: 123_456_789 };

async fn set(subject: &Subject, below: &str, attributes: Attributes) -> Result<()> {
    subject.resource.set_attributes(&subject.call, &subject.at(below), &attributes).await
}

async fn permission_bits_and_times(subject: &Subject) {
    subject.seed().await;
    for path in ["small", "directory"] {
        let before = Time { seconds: -1000, nanos: 5 };
        let attributes =
            Attributes { mode: Some(0o751), modified: Some(WHEN), accessed: Some(before), owner: None };
        set(subject, path, attributes).await.unwrap();
        let entry = subject.stat(path).await.unwrap();
        assert_eq!(entry.mode, Some(0o751), "{path}");
        assert_eq!((entry.modified, entry.accessed), (Some(WHEN), Some(before)), "{path}");
    }
    assert_eq!(subject.get("small").await, "small\n");
}

async fn what_is_not_named_stays(subject: &Subject) {
    subject.seed().await;
    set(subject, "small", Attributes { modified: Some(WHEN), ..Attributes::default() }).await.unwrap();
    let before = subject.stat("small").await.unwrap();
    set(subject, "small", Attributes { mode: Some(0o600), ..Attributes::default() }).await.unwrap();
    let after = subject.stat("small").await.unwrap();
    assert_eq!((after.modified, after.owner, after.mode), (before.modified, before.owner, Some(0o600)));
    set(subject, "small", Attributes::default()).await.unwrap();
    assert_eq!(subject.stat("small").await.unwrap().mode, Some(0o600));
}

async fn missing_is_not_found(subject: &Subject) {
    refused(set(subject, "missing", Attributes::default()).await, ErrorKind::NotFound);
}

async fn through_a_handle(subject: &Subject) {
    subject.seed().await;
    let options = OpenOptions { read: true, write: true, ..OpenOptions::default() };
    let file = subject.open("small", options).await.unwrap();
    file.write_at(&subject.call, 0, "S".into()).await.unwrap();
    let attributes = Attributes { mode: Some(0o711), modified: Some(WHEN), ..Attributes::default() };
    file.set_attributes(&subject.call, &attributes).await.unwrap();
    file.close(&subject.call).await.unwrap();
    let entry = subject.stat("small").await.unwrap();
    assert_eq!((entry.mode, entry.modified), (Some(0o711), Some(WHEN)));
    assert_eq!(subject.get("small").await, "Small\n");
}

async fn times_of_a_link_are_its_own(subject: &Subject) {
    subject.put("file", "").await;
    subject.symlink(b"file", "link").await.unwrap();
    set(subject, "link", Attributes { modified: Some(WHEN), ..Attributes::default() }).await.unwrap();
    assert_eq!(subject.stat("link").await.unwrap().modified, Some(WHEN));
    assert_ne!(subject.stat("file").await.unwrap().modified, Some(WHEN));
}
