//! What a resource does not declare, it refuses.

use mirage_vfs::{Attributes, ErrorKind, Kind, ListOptions, OpenOptions, Want, WriteOptions};

use super::Subject;
use super::case::topic;
use super::subject::refused;

topic! { "unsupported":
    |has| !has.open => open;
    |has| has.open && !has.write => open_for_writing;
    |has| !has.write => write;
    |has| !has.create_dir => create_dir;
    |has| !has.remove => remove;
    |has| !has.rename => rename;
    |has| !has.copy => copy;
    |has| !has.link => link;
    |has| !has.symlink => symlink read_link;
    |has| !has.set_attributes => set_attributes;
    |has| !has.recursive_list => recursive_list;
}

/// A file that is there.
async fn existing(subject: &Subject) -> &'static str {
    subject.seed().await;
    subject.fixture[0].0
}

async fn open(subject: &Subject) {
    let file = existing(subject).await;
    refused(subject.open(file, OpenOptions::reading()).await, ErrorKind::Unsupported);
}

async fn open_for_writing(subject: &Subject) {
    let file = existing(subject).await;
    refused(subject.open(file, OpenOptions::truncating()).await, ErrorKind::Unsupported);
}

async fn write(subject: &Subject) {
    let answer = subject.resource.write(&subject.call, &subject.at("new"), &WriteOptions::default()).await;
    refused(answer, ErrorKind::Unsupported);
}

async fn create_dir(subject: &Subject) {
    refused(subject.create_dir("new").await, ErrorKind::Unsupported);
}

async fn remove(subject: &Subject) {
    let file = existing(subject).await;
    refused(subject.remove(file, Kind::File).await, ErrorKind::Unsupported);
}

async fn rename(subject: &Subject) {
    let file = existing(subject).await;
    refused(subject.rename(file, "new").await, ErrorKind::Unsupported);
}

async fn copy(subject: &Subject) {
    let (from, to) = (subject.at(existing(subject).await), subject.at("new"));
    refused(subject.resource.copy(&subject.call, &from, &to).await, ErrorKind::Unsupported);
}

async fn link(subject: &Subject) {
    let (existing, new) = (subject.at(existing(subject).await), subject.at("new"));
    refused(subject.resource.link(&subject.call, &existing, &new).await, ErrorKind::Unsupported);
}

async fn symlink(subject: &Subject) {
    refused(subject.symlink(b"target", "new").await, ErrorKind::Unsupported);
}

async fn read_link(subject: &Subject) {
    let path = subject.at(existing(subject).await);
    refused(subject.resource.read_link(&subject.call, &path).await, ErrorKind::Unsupported);
}

async fn set_attributes(subject: &Subject) {
    let path = subject.at(existing(subject).await);
    let answer = subject.resource.set_attributes(&subject.call, &path, &Attributes::default()).await;
    refused(answer, ErrorKind::Unsupported);
}

async fn recursive_list(subject: &Subject) {
    let options = ListOptions { want: Want::Kinds, recursive: true };
    refused(subject.resource.list(&subject.call, &subject.base, &options).await, ErrorKind::Unsupported);
}
