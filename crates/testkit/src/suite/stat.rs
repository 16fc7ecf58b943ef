//! `info` and `stat`.

use mirage_vfs::{ErrorKind, Path, Size};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "stat":
    |_| true => info_is_told root_is_a_directory files_and_directories_are_told_apart missing_is_not_found
        below_a_file_is_not_a_directory sizes_are_right_or_unknown;
    |has| has.preconditions && has.write => fingerprints_are_strong_and_change_with_the_content;
}

async fn info_is_told(subject: &Subject) {
    let info = subject.resource.info();
    assert!(!info.kind.is_empty() && !info.identity.is_empty());
    assert_eq!(info, subject.resource.info());
}

async fn root_is_a_directory(subject: &Subject) {
    let root = subject.resource.stat(&subject.call, &Path::root()).await.unwrap();
    assert!(root.is_directory() && root.name.is_empty(), "{root:?}");
}

async fn files_and_directories_are_told_apart(subject: &Subject) {
    subject.seed().await;
    for (path, _) in &subject.fixture {
        let entry = subject.stat(path).await.unwrap();
        assert!(entry.is_file(), "{path}: {entry:?}");
        assert_eq!(entry.name, path.rsplit('/').next().unwrap(), "{path}");
        if let Some((directory, _)) = path.rsplit_once('/') {
            let entry = subject.stat(directory).await.unwrap();
            assert!(entry.is_directory(), "{directory}: {entry:?}");
        }
    }
}

async fn missing_is_not_found(subject: &Subject) {
    subject.seed().await;
    refused(subject.stat("missing").await, ErrorKind::NotFound);
    refused(subject.stat("missing/below").await, ErrorKind::NotFound);
}

async fn below_a_file_is_not_a_directory(subject: &Subject) {
    subject.seed().await;
    let (file, _) = subject.fixture[0];
    refused(subject.stat(&format!("{file}/below")).await, ErrorKind::NotADirectory);
}

async fn sizes_are_right_or_unknown(subject: &Subject) {
    subject.seed().await;
    for (path, content) in &subject.fixture {
        match subject.stat(path).await.unwrap().size {
            Size::Exact(size) => assert_eq!(size, content.len() as u64, "{path}"),
            Size::AtMost(size) => assert!(size >= content.len() as u64, "{path}"),
            Size::Unknown => {}
        }
    }
}

async fn fingerprints_are_strong_and_change_with_the_content(subject: &Subject) {
    subject.put("changing", "one").await;
    let first = subject.stat("changing").await.unwrap().fingerprint.unwrap();
    let again = subject.stat("changing").await.unwrap().fingerprint.unwrap();
    assert!(first.strong);
    assert_eq!(first, again);
    subject.put("changing", "two").await;
    assert_ne!(first, subject.stat("changing").await.unwrap().fingerprint.unwrap());
}
