//! What the head of an answer tells of a file.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderName, LAST_MODIFIED};
use jiff::fmt::rfc2822::DateTimeParser;
use mirage_vfs::{Entry, Fingerprint, Kind, Size, Time};

/// The entry of a file called `name`, whose size is what `size` finds.
pub(super) fn entry(
    name: impl Into<Bytes>,
    headers: &HeaderMap,
    size: fn(&HeaderMap) -> Option<u64>,
) -> Entry {
    let size = size(headers);
    Entry {
        size: size.map_or(Size::Unknown, Size::Exact),
        modified: text(headers, &LAST_MODIFIED).and_then(time),
        fingerprint: fingerprint(headers, size),
        ..Entry::new(name, Kind::File)
    }
}

/// The size in an answer that is about the whole file.
pub(super) fn whole_size(headers: &HeaderMap) -> Option<u64> {
    text(headers, &CONTENT_LENGTH)?.parse().ok()
}

/// The size in an answer that is about a range.
pub(super) fn total_size(headers: &HeaderMap) -> Option<u64> {
    let (_, total) = text(headers, &CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('/')?;
    total.parse().ok()
}

/// The first byte of the range that an answer has.
pub(super) fn range_start(headers: &HeaderMap) -> Option<u64> {
    let (start, _) = text(headers, &CONTENT_RANGE)?.strip_prefix("bytes ")?.split_once('-')?;
    start.parse().ok()
}

/// An entity tag names the bytes exactly unless it says that it is weak; without one, the last change is all there is.
fn fingerprint(headers: &HeaderMap, size: Option<u64>) -> Option<Fingerprint> {
    if let Some(tag) = headers.get(ETAG) {
        let is_strong = !tag.as_bytes().starts_with(b"W/");
        return Some(Fingerprint { value: Bytes::copy_from_slice(tag.as_bytes()), strong: is_strong });
    }
    let changed = text(headers, &LAST_MODIFIED)?;
    let value = size.map_or_else(|| changed.to_owned(), |size| format!("{changed}, {size} bytes"));
    Some(Fingerprint { value: value.into(), strong: false })
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn time(text: &str) -> Option<Time> {
    let parsed = DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Time::new(parsed.as_second(), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_head_tells_size_time_and_version() {
        let told = headers(&[
            ("content-length", "12"),
            ("last-modified", "Tue, 02 Jan 2024 03:04:05 GMT"),
            ("etag", "\"v1\""),
        ]);
        let found = entry("a", &told, whole_size);
        assert_eq!((found.size, found.modified), (Size::Exact(12), Some(Time::new(1_704_164_645, 0))));
        assert_eq!(found.fingerprint, Some(Fingerprint { value: "\"v1\"".into(), strong: true }));
        let part = headers(&[("content-length", "3"), ("content-range", "bytes 4-6/12")]);
        assert_eq!((total_size(&part), range_start(&part)), (Some(12), Some(4)));
        assert_eq!(total_size(&headers(&[("content-range", "bytes */12")])), Some(12));
    }

    #[test]
    fn a_version_that_is_not_certain_is_weak() {
        let weak =
            |lines: &[_]| entry("a", &headers(lines), whole_size).fingerprint.map(|found| found.strong);
        assert_eq!(weak(&[("etag", "W/\"v1\"")]), Some(false));
        assert_eq!(weak(&[("last-modified", "Tue, 02 Jan 2024 03:04:05 GMT")]), Some(false));
        assert_eq!(weak(&[("content-length", "12")]), None);
    }
}
