//! What the service tells of an object, as an entry.

use bytes::Bytes;
use mirage_vfs::{Entry, Fingerprint, Revision, Time};
use opendal::{Metadata, raw::Timestamp};

/// The entry of an object called `name`.
pub(super) fn file(name: Bytes, metadata: &Metadata) -> Entry {
    let mut entry = Entry::file(name, metadata.content_length());
    entry.modified = metadata.last_modified().map(time);
    entry.fingerprint = metadata.etag().map(fingerprint);
    entry.revision = metadata.version().map(|version| Revision(Bytes::copy_from_slice(version.as_bytes())));
    entry
}

/// An entity tag names the bytes exactly unless it says that it is weak.
pub(super) fn fingerprint(tag: &str) -> Fingerprint {
    Fingerprint { value: Bytes::copy_from_slice(tag.as_bytes()), strong: !tag.starts_with("W/") }
}

/// Whole seconds: a listing knows fractions that the object's own headers can not tell.
fn time(timestamp: Timestamp) -> Time {
    let seconds = timestamp.into_inner().as_second();
    Time::new(seconds, 0)
}
