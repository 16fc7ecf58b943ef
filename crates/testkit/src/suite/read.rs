//! `read`.

use mirage_vfs::{ErrorKind, Fingerprint, ReadOptions, Revision};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "read":
    |_| true => whole_files ranges past_the_end_is_empty missing_is_not_found a_directory_is_refused
        the_entry_is_that_of_the_file;
    |has| has.preconditions && has.write => a_matching_fingerprint_reads_and_another_is_changed;
    |has| has.revisions && has.write => an_old_revision_gives_the_old_bytes;
    |has| !has.revisions => revisions_are_unsupported;
    |has| has.write => a_read_that_started_shows_one_version;
}

async fn whole_files(subject: &Subject) {
    subject.seed().await;
    for (path, content) in &subject.fixture {
        assert!(subject.get(path).await == *content, "{path}");
    }
}

async fn ranges(subject: &Subject) {
    subject.seed().await;
    for (path, content) in &subject.fixture {
        let length = content.len() as u64;
        for offset in [0, 1.min(length), length / 3, length.saturating_sub(1), length] {
            for wanted in [None, Some(0), Some(1), Some(70_000), Some(length), Some(u64::MAX)] {
                let options = ReadOptions { offset, length: wanted, ..ReadOptions::default() };
                let end = wanted.map_or(length, |wanted| offset.saturating_add(wanted).min(length));
                let expected = content.slice(offset as usize..end as usize);
                let got = subject.read(path, &options).await.unwrap();
                assert!(got == expected, "{path} from {offset} {wanted:?}: {} bytes", got.len());
            }
        }
    }
}

async fn past_the_end_is_empty(subject: &Subject) {
    subject.seed().await;
    for (path, content) in &subject.fixture {
        for offset in [content.len() as u64 + 1, 1 << 40] {
            let options = ReadOptions { offset, ..ReadOptions::default() };
            assert_eq!(subject.read(path, &options).await.unwrap(), "", "{path} from {offset}");
        }
    }
}

async fn missing_is_not_found(subject: &Subject) {
    refused(subject.try_get("missing").await, ErrorKind::NotFound);
}

async fn a_directory_is_refused(subject: &Subject) {
    subject.seed().await;
    refused(subject.try_get("directory").await, ErrorKind::IsADirectory);
}

async fn the_entry_is_that_of_the_file(subject: &Subject) {
    subject.seed().await;
    let (path, _) = subject.fixture[0];
    let handle =
        subject.resource.read(&subject.call, &subject.at(path), &ReadOptions::default()).await.unwrap();
    let told = subject.stat(path).await.unwrap();
    assert_eq!((handle.entry.kind, handle.entry.size), (told.kind, told.size));
    assert_eq!(handle.entry.fingerprint, told.fingerprint);
}

async fn a_matching_fingerprint_reads_and_another_is_changed(subject: &Subject) {
    subject.put("file", "one").await;
    let fingerprint = subject.stat("file").await.unwrap().fingerprint;
    let matching = ReadOptions { if_match: fingerprint.clone(), ..ReadOptions::default() };
    assert_eq!(subject.read("file", &matching).await.unwrap(), "one");
    let other = Fingerprint { value: "other".into(), strong: true };
    let differing = ReadOptions { if_match: Some(other), ..ReadOptions::default() };
    refused(subject.read("file", &differing).await, ErrorKind::Changed);
    subject.put("file", "two").await;
    refused(subject.read("file", &matching).await, ErrorKind::Changed);
}

async fn an_old_revision_gives_the_old_bytes(subject: &Subject) {
    subject.put("file", "one").await;
    let revision = subject.stat("file").await.unwrap().revision;
    assert!(revision.is_some());
    subject.put("file", "two").await;
    let options = ReadOptions { revision, ..ReadOptions::default() };
    assert_eq!(subject.read("file", &options).await.unwrap(), "one");
    assert_eq!(subject.get("file").await, "two");
}

async fn revisions_are_unsupported(subject: &Subject) {
    subject.seed().await;
    let (path, _) = subject.fixture[0];
    let options = ReadOptions { revision: Some(Revision("1".into())), ..ReadOptions::default() };
    refused(subject.read(path, &options).await, ErrorKind::Unsupported);
}

async fn a_read_that_started_shows_one_version(subject: &Subject) {
    use futures_util::StreamExt;
    let (old, new) = (vec![b'o'; 700_000], vec![b'n'; 700_000]);
    subject.put("file", old.clone()).await;
    let mut handle =
        subject.resource.read(&subject.call, &subject.at("file"), &ReadOptions::default()).await.unwrap();
    let mut read = handle.bytes.next().await.unwrap().unwrap().to_vec();
    subject.put("file", new).await;
    while let Some(chunk) = handle.bytes.next().await {
        match chunk {
            Ok(chunk) => read.extend_from_slice(&chunk),
            // Telling that it can not go on is as good.
            Err(error) => return assert_eq!(error.kind(), ErrorKind::Changed),
        }
    }
    assert!(read == old, "old and new bytes mixed");
}
