//! From paths to URLs and back.

use std::borrow::Cow;

use bytes::Bytes;
use mirage_vfs::{Error, ErrorKind, Path, Result, escape_name, unescape_name};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use url::Url;

/// What a name may not hold as it is, in a URL's path.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// What a query may not hold as it is. It is taken as it would stand in a URL: `%` begins what is encoded already.
const QUERY: &AsciiSet = &NAME.remove(b'/').remove(b'?').remove(b'%').remove(b'[').remove(b']').remove(b'|');

/// The URL of the file that `path` names below `base`: what follows a `?` is a query, slashes and all. In a name, the
/// escapes of the virtual file system stand for what they stand for: `%3F` for a question mark.
pub(super) fn file(base: &Url, path: &Path, operation: &'static str) -> Result<Url> {
    let relative = path.relative();
    let (names, query) = match relative.iter().position(|&byte| byte == b'?') {
        Some(at) => (&relative[..at], Some(&relative[at + 1..])),
        None => (relative, None),
    };
    let mut url = base.as_str().to_owned();
    for (at, name) in names.split(|&byte| byte == b'/').enumerate() {
        if at > 0 {
            url.push('/');
        }
        let name = unescape_name(name);
        if matches!(&*name, b"." | b"..") {
            return Err(Error::new(ErrorKind::InvalidArgument, operation)
                .hint("a URL can not hold a name that is . or .."));
        }
        url.extend(percent_encode(&name, NAME));
    }
    if let Some(query) = query {
        url.push('?');
        url.extend(percent_encode(query, QUERY));
    }
    Url::parse(&url).map_err(|_| Error::new(ErrorKind::InvalidArgument, operation))
}

/// The URL of the directory that `path` names below `base`.
pub(super) fn directory(base: &Url, path: &Path, operation: &'static str) -> Result<Url> {
    let mut url = file(base, path, operation)?;
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// The path component of what the server calls `name`.
pub(super) fn component(name: &[u8]) -> Bytes {
    let escaped = escape_name(name);
    match escaped.contains(&b'?') {
        true => {
            let parts: Vec<&[u8]> = escaped.split(|&byte| byte == b'?').collect();
            parts.join(&b"%3F"[..]).into()
        }
        false => Bytes::copy_from_slice(&escaped),
    }
}

/// The component of what `href`, a link on the page at `page`, names directly below it, and whether that is a directory.
pub(super) fn child(page: &Url, href: &str) -> Option<(Bytes, bool)> {
    let target = page.join(href).ok()?;
    if target.origin() != page.origin() {
        return None;
    }
    let mut names = names(&target);
    let is_directory = names.last().is_some_and(|last| last.is_empty());
    if is_directory {
        names.pop();
    }
    let mut above = self::names(page);
    above.pop();
    let name = match names.split_last() {
        Some((name, parents)) if parents == above && !name.is_empty() => component(name),
        _ => return None,
    };
    match target.query() {
        // Only a file has something to ask.
        Some(_) if is_directory => None,
        Some(query) => {
            let query = query.replace('/', "%2F");
            Some(([&name[..], b"?", query.as_bytes()].concat().into(), false))
        }
        None => Some((name, is_directory)),
    }
}

/// The names in a URL's path, decoded; the last is empty where it ends with a slash.
fn names(url: &Url) -> Vec<Cow<'_, [u8]>> {
    url.path().split('/').skip(1).map(|name| percent_decode_str(name).into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("http://a.example/pub/").unwrap()
    }

    #[test]
    fn odd_names_are_encoded() {
        for (path, url) in [
            ("/a b/c", "a%20b/c"),
            ("/100%", "100%25"),
            ("/a#b", "a%23b"),
            ("/ä", "%C3%A4"),
            ("/a%3Fb", "a%3Fb"),
            ("/a%2Fb", "a%2Fb"),
            ("/%2541", "%2541"),
            ("/a+b&c=d:e@f", "a+b&c=d:e@f"),
            ("/search?q=a b&path=/x/y%20z", "search?q=a%20b&path=/x/y%20z"),
            ("/a\\b", "a%5Cb"),
        ] {
            let found = file(&base(), &Path::from(path), "read").unwrap();
            assert_eq!(found.as_str(), format!("http://a.example/pub/{url}"), "{path}");
        }
        let bytes = Path::root().join(b"\xff");
        assert_eq!(file(&base(), &bytes, "read").unwrap().path(), "/pub/%FF");
        let dots = file(&base(), &Path::from("/a/%2E%2E"), "read").unwrap_err();
        assert_eq!(dots.kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn a_link_names_what_is_directly_below_the_page() {
        let page = Url::parse("http://a.example/pub/a%20b/").unwrap();
        for (href, name) in [
            ("plain", Some(("plain", false))),
            ("./plain", Some(("plain", false))),
            ("dir/", Some(("dir", true))),
            ("/pub/a%20b/x", Some(("x", false))),
            ("http://a.example/pub/a%20b/x", Some(("x", false))),
            ("a%3Fb", Some(("a%3Fb", false))),
            ("100%25", Some(("100%", false))),
            ("%2541", Some(("%2541", false))),
            ("get?id=1&to=/%20", Some(("get?id=1&to=%2F%20", false))),
            ("?C=N;O=D", None),
            ("#top", None),
            ("../", None),
            ("/pub/", None),
            ("deep/er", None),
            ("http://b.example/pub/a%20b/x", None),
            ("mailto:someone", None),
            ("", None),
        ] {
            let found = child(&page, href);
            let expected = name.map(|(name, is_directory)| (Bytes::from(name), is_directory));
            assert_eq!(found, expected, "{href}");
        }
    }

    #[test]
    fn every_name_comes_back() {
        for name in [&b"a b"[..], b"?", b"%3F", b"a%2Fb", b"\xff", b"100%", b"#", b"a\\b", b"..."] {
            let path = Path::root().join(&component(name));
            let url = file(&base(), &path, "read").unwrap();
            assert_eq!(names(&url)[1], name, "{url}");
        }
    }
}
