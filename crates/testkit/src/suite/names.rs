//! Names with unusual bytes: what a path can carry comes back as it was.

use bytes::Bytes;
use futures_util::StreamExt;
use mirage_vfs::{Kind, Path, ReadOptions, WriteOptions};

use super::Subject;
use super::case::topic;

topic! { "names":
    |has| has.write => of_ascii of_control_characters of_unicode of_any_bytes of_every_length;
}

async fn of_ascii(subject: &Subject) {
    let plain = ["-", "--", "-rf", "a b", " a", "a ", "*", "?", "[x]", "~", "#", "a:b", "a\\b", "\"", "'"];
    let dots = ["...", "..a", ".hidden", "a.", "a..b"];
    let escapes = ["100%", "%2F", "%41", "%", "a+b", "a&b=c", "a;b", "$HOME", "`x`", "a|b", "<>"];
    check(subject, [&plain[..], &dots, &escapes].concat().into_iter().map(|name| name.as_bytes().to_vec()))
        .await;
}

async fn of_control_characters(subject: &Subject) {
    check(subject, ["a\tb", "\n", "a\nb", "\x7f"].into_iter().map(|name| name.as_bytes().to_vec())).await;
}

async fn of_unicode(subject: &Subject) {
    // Two forms of the same letter are two names.
    let names = ["ä", "a\u{308}", "日本語", "🗂", "\u{200b}", "ß", "SS", "ss"];
    check(subject, names.into_iter().map(|name| name.as_bytes().to_vec())).await;
}

async fn of_any_bytes(subject: &Subject) {
    check(subject, [&b"\xff"[..], b"a\x80b", b"\x01\x02", b"\xc3"].into_iter().map(<[u8]>::to_vec)).await;
}

async fn of_every_length(subject: &Subject) {
    check(subject, [1, 100, 200, 255].into_iter().map(|length| vec![b'n'; length])).await;
}

/// Writes a file of each name, finds it listed, reads it and removes it.
async fn check(subject: &Subject, names: impl Iterator<Item = Vec<u8>>) {
    let mut names: Vec<Bytes> = names.map(Bytes::from).collect();
    names.sort();
    let at = |name: &Bytes| -> Path { subject.base.join(name) };
    for name in &names {
        let mut handle =
            subject.resource.write(&subject.call, &at(name), &WriteOptions::default()).await.unwrap();
        handle.write(&subject.call, name.clone()).await.unwrap();
        handle.commit(&subject.call).await.unwrap();
    }
    assert_eq!(subject.names("").await, names);
    for name in &names {
        let entry = subject.resource.stat(&subject.call, &at(name)).await.unwrap();
        assert_eq!(entry.name, name);
        assert_eq!(read(subject, at(name)).await, name);
        subject.resource.remove(&subject.call, &at(name), Kind::File).await.unwrap();
    }
    assert!(subject.names("").await.is_empty());
}

async fn read(subject: &Subject, path: Path) -> Bytes {
    let handle = subject.resource.read(&subject.call, &path, &ReadOptions::default()).await.unwrap();
    let chunks: Vec<Bytes> = handle.bytes.map(|chunk| chunk.unwrap()).collect().await;
    chunks.concat().into()
}
