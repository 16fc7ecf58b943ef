//! `list`.

use std::collections::BTreeSet;

use bytes::Bytes;
use mirage_vfs::{Entry, ErrorKind, ListOptions, Want};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "list":
    |_| true => names_and_kinds_of_a_directory metadata_is_that_of_stat missing_is_not_found
        a_file_is_not_a_directory;
    |has| has.create_dir => an_empty_directory_is_empty;
    |has| has.write => many_entries_come_each_once;
    |has| has.recursive_list => a_whole_subtree_by_relative_names;
}

/// What the fixture puts into the base.
fn expected(subject: &Subject) -> BTreeSet<(Bytes, bool)> {
    let first = |path: &'static str| match path.split_once('/') {
        Some((directory, _)) => (directory.into(), true),
        None => (path.into(), false),
    };
    subject.fixture.iter().map(|&(path, _)| first(path)).collect()
}

async fn names_and_kinds_of_a_directory(subject: &Subject) {
    subject.seed().await;
    let entries = subject.list(&subject.base, Want::Kinds).await.unwrap();
    let listed: Vec<(Bytes, bool)> =
        entries.iter().map(|entry| (entry.name.clone(), entry.is_directory())).collect();
    assert_eq!(listed, expected(subject).into_iter().collect::<Vec<_>>());
}

async fn metadata_is_that_of_stat(subject: &Subject) {
    subject.seed().await;
    for listed in subject.list(&subject.base, Want::Metadata).await.unwrap() {
        let path = subject.base.join(&listed.name);
        let told = subject.resource.stat(&subject.call, &path).await.unwrap();
        // A listing may say less of the content, and a look at a directory may renew its access time.
        let comparable = |entry: &Entry| Entry {
            fingerprint: None,
            revision: None,
            target: None,
            accessed: None,
            ..entry.clone()
        };
        assert_eq!(comparable(&listed), comparable(&told), "{path}");
        if let Some(fingerprint) = listed.fingerprint {
            assert_eq!(Some(fingerprint), told.fingerprint, "{path}");
        }
    }
}

async fn missing_is_not_found(subject: &Subject) {
    subject.seed().await;
    refused(subject.list(&subject.at("missing"), Want::Kinds).await, ErrorKind::NotFound);
}

async fn a_file_is_not_a_directory(subject: &Subject) {
    subject.seed().await;
    let (file, _) = subject.fixture[0];
    refused(subject.list(&subject.at(file), Want::Kinds).await, ErrorKind::NotADirectory);
}

async fn an_empty_directory_is_empty(subject: &Subject) {
    subject.create_dir("void").await.unwrap();
    assert!(subject.names("void").await.is_empty());
}

async fn many_entries_come_each_once(subject: &Subject) {
    let expected: Vec<String> = (0..2500).map(|number| format!("file-{number:04}")).collect();
    for name in &expected {
        subject.put(name, "").await;
    }
    assert_eq!(subject.names("").await, expected);
}

async fn a_whole_subtree_by_relative_names(subject: &Subject) {
    subject.seed().await;
    let options = ListOptions { want: Want::Kinds, recursive: true };
    let listing = subject.resource.list(&subject.call, &subject.base, &options).await.unwrap();
    let files: BTreeSet<Bytes> = listing
        .collect()
        .await
        .unwrap()
        .into_iter()
        .filter(|entry| !entry.is_directory())
        .map(|entry| entry.name)
        .collect();
    assert_eq!(files, subject.fixture.iter().map(|(path, _)| Bytes::from(*path)).collect());
}
