//! `symlink` and `read_link`.

use bytes::Bytes;
use mirage_vfs::{ErrorKind, Kind, OpenOptions, Size, Want};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "symlink":
    |has| has.symlink => the_target_is_kept_as_it_is a_taken_name_already_exists
        removing_a_link_leaves_what_it_names read_link_wants_a_link links_on_the_way_are_not_followed
        links_at_the_end_are_not_followed;
}

async fn read_link(subject: &Subject, below: &str) -> mirage_vfs::Result<Bytes> {
    subject.resource.read_link(&subject.call, &subject.at(below)).await
}

async fn the_target_is_kept_as_it_is(subject: &Subject) {
    let long = [b'x'; 1000];
    let targets = [&b"../a//b/."[..], b"/absolute", b"\xff\n", b"missing/", &long];
    for (number, target) in targets.into_iter().enumerate() {
        let name = format!("link-{number}");
        subject.symlink(target, &name).await.unwrap();
        assert_eq!(read_link(subject, &name).await.unwrap(), target);
        let entry = subject.stat(&name).await.unwrap();
        assert_eq!((entry.kind, entry.size), (Kind::Symlink, Size::Exact(target.len() as u64)));
    }
    let listed = subject.list(&subject.base, Want::Kinds).await.unwrap();
    assert!(listed.len() == targets.len() && listed.iter().all(|entry| entry.is_symlink()));
}

async fn a_taken_name_already_exists(subject: &Subject) {
    subject.put("file", "kept").await;
    refused(subject.symlink(b"x", "file").await, ErrorKind::AlreadyExists);
    subject.symlink(b"x", "link").await.unwrap();
    refused(subject.symlink(b"y", "link").await, ErrorKind::AlreadyExists);
    assert_eq!(read_link(subject, "link").await.unwrap(), "x");
}

async fn removing_a_link_leaves_what_it_names(subject: &Subject) {
    subject.seed().await;
    subject.symlink(b"directory", "link").await.unwrap();
    refused(subject.remove("link", Kind::Directory).await, ErrorKind::NotADirectory);
    subject.remove("link", Kind::File).await.unwrap();
    assert_eq!(subject.get("directory/inner").await, "inner");
}

async fn read_link_wants_a_link(subject: &Subject) {
    subject.seed().await;
    refused(read_link(subject, "small").await, ErrorKind::InvalidArgument);
    refused(read_link(subject, "directory").await, ErrorKind::InvalidArgument);
    refused(read_link(subject, "missing").await, ErrorKind::NotFound);
}

async fn links_on_the_way_are_not_followed(subject: &Subject) {
    subject.seed().await;
    subject.symlink(b"directory", "link").await.unwrap();
    refused(subject.stat("link/inner").await, ErrorKind::CrossesLink);
    refused(subject.try_get("link/inner").await, ErrorKind::CrossesLink);
    refused(subject.remove("link/inner", Kind::File).await, ErrorKind::CrossesLink);
    refused(subject.create_dir("link/new").await, ErrorKind::CrossesLink);
    refused(subject.rename("link/inner", "moved").await, ErrorKind::CrossesLink);
    refused(subject.rename("small", "link/moved").await, ErrorKind::CrossesLink);
    refused(subject.symlink(b"x", "link/new").await, ErrorKind::CrossesLink);
    refused(subject.list(&subject.at("link/inner"), Want::Kinds).await, ErrorKind::CrossesLink);
    if subject.resource.info().capabilities.open {
        refused(subject.open("link/inner", OpenOptions::reading()).await, ErrorKind::CrossesLink);
        refused(subject.open("link/new", OpenOptions::truncating()).await, ErrorKind::CrossesLink);
    }
    assert_eq!(subject.names("directory").await, ["inner"]);
}

async fn links_at_the_end_are_not_followed(subject: &Subject) {
    subject.seed().await;
    subject.symlink(b"directory", "to-directory").await.unwrap();
    subject.symlink(b"small", "to-file").await.unwrap();
    refused(subject.list(&subject.at("to-directory"), Want::Kinds).await, ErrorKind::CrossesLink);
    refused(subject.try_get("to-file").await, ErrorKind::CrossesLink);
    refused(subject.try_put("to-file", "x").await, ErrorKind::CrossesLink);
    if subject.resource.info().capabilities.open {
        refused(subject.open("to-file", OpenOptions::reading()).await, ErrorKind::CrossesLink);
        refused(subject.open("to-file", OpenOptions::truncating()).await, ErrorKind::CrossesLink);
        let exclusive = OpenOptions { exclusive: true, ..OpenOptions::truncating() };
        refused(subject.open("to-file", exclusive).await, ErrorKind::AlreadyExists);
    }
    subject.rename("to-file", "moved").await.unwrap();
    assert_eq!(read_link(subject, "moved").await.unwrap(), "small");
    assert_eq!(subject.get("small").await, "small\n");
}
