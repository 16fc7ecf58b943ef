//! Canonical paths and the one escape for names that a path cannot carry.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

/// One component of a path: any bytes but `/` and NUL, never empty, `.` or `..`.
pub type Name = Bytes;

/// An absolute, canonical path: starts with `/`, no empty, `.` or `..` component, no trailing slash but the root's.
///
/// The same type serves for paths in the tree and for paths inside one resource, where `/` is the resource's
/// root. Cloning is cheap: parents and names are slices of one buffer. What a user types is resolved against a
/// working directory and through symbolic links by the tree, not here.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Bytes);

impl Path {
    /// The root, `/`.
    pub fn root() -> Self {
        Path(Bytes::from_static(b"/"))
    }

    /// The canonical form of `text` taken as an absolute path, `.` and `..` resolved by text alone.
    ///
    /// Right for configuration and tests; a path typed at the shell may cross symbolic links and goes through the
    /// tree instead. Bytes that are already canonical are not copied.
    pub fn new(text: impl Into<Bytes>) -> Self {
        let text = text.into();
        if is_canonical(&text) {
            return Path(text);
        }
        let mut path = Path::root();
        for part in text.split(|&b| b == b'/') {
            match part {
                b"" | b"." => {}
                b".." => path = path.parent().unwrap_or_else(Path::root),
                name => path = path.join(name),
            }
        }
        path
    }

    /// The path as bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as shared bytes, without a copy.
    pub fn bytes(&self) -> Bytes {
        self.0.clone()
    }

    /// Whether this is `/`.
    pub fn is_root(&self) -> bool {
        self.0.len() == 1
    }

    /// The directory that holds this path; none for the root.
    pub fn parent(&self) -> Option<Path> {
        if self.is_root() {
            return None;
        }
        let slash = self.0.iter().rposition(|&b| b == b'/')?;
        Some(Path(self.0.slice(..slash.max(1))))
    }

    /// The last component; none for the root.
    pub fn name(&self) -> Option<Name> {
        if self.is_root() {
            return None;
        }
        let slash = self.0.iter().rposition(|&b| b == b'/')?;
        Some(self.0.slice(slash + 1..))
    }

    /// The entry called `name` in this directory. `name` may hold slashes when it is itself a canonical relative
    /// path, as in a recursive listing.
    pub fn join(&self, name: &[u8]) -> Path {
        let mut joined = Vec::with_capacity(self.0.len() + 1 + name.len());
        joined.extend_from_slice(&self.0);
        if !self.is_root() {
            joined.push(b'/');
        }
        joined.extend_from_slice(name);
        Path(joined.into())
    }

    /// The components from the root down.
    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|&b| b == b'/').filter(|part| !part.is_empty())
    }

    /// Whether `self` is `ancestor` or lies below it.
    pub fn starts_with(&self, ancestor: &Path) -> bool {
        ancestor.is_root()
            || (self.0.starts_with(&ancestor.0) && matches!(self.0.get(ancestor.0.len()), None | Some(b'/')))
    }

    /// This path as seen from `ancestor`, itself a path: `/a/b` below `/a` is `/b`, `/a` below `/a` is `/`.
    pub fn strip(&self, ancestor: &Path) -> Option<Path> {
        if ancestor.is_root() {
            return Some(self.clone());
        }
        match self.starts_with(ancestor) {
            true if self.0.len() == ancestor.0.len() => Some(Path::root()),
            true => Some(Path(self.0.slice(ancestor.0.len()..))),
            false => None,
        }
    }

    /// The inverse of [`strip`](Path::strip): `below`, a path inside a resource, as a path under this mount point.
    pub fn append(&self, below: &Path) -> Path {
        match (self.is_root(), below.is_root()) {
            (true, _) => below.clone(),
            (_, true) => self.clone(),
            _ => Path([&self.0[..], &below.0[..]].concat().into()),
        }
    }

    /// The path without its leading slash: what an openat-style call takes; empty for the root.
    pub fn relative(&self) -> &[u8] {
        &self.0[1..]
    }
}

fn is_canonical(text: &[u8]) -> bool {
    text == b"/"
        || (text.first() == Some(&b'/')
            && text[1..].split(|&b| b == b'/').all(|part| !matches!(part, b"" | b"." | b"..")))
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl From<&str> for Path {
    fn from(text: &str) -> Self {
        Path::new(Bytes::copy_from_slice(text.as_bytes()))
    }
}

/// A service's name as a path component: `/` and NUL become `%2F` and `%00`, the names `.` and `..` become `%2E` and
/// `%2E%2E`, and a `%` that stands before two hex digits becomes `%25`, so that every name has exactly one spelling.
pub fn escape_name(name: &[u8]) -> Cow<'_, [u8]> {
    match name {
        b"." => return Cow::Borrowed(b"%2E"),
        b".." => return Cow::Borrowed(b"%2E%2E"),
        _ => {}
    }
    let needs_escape = |at: usize| match name[at] {
        b'/' | 0 => true,
        b'%' => name[at + 1..].iter().take(2).filter(|b| b.is_ascii_hexdigit()).count() == 2,
        _ => false,
    };
    if !(0..name.len()).any(needs_escape) {
        return Cow::Borrowed(name);
    }
    let mut escaped = Vec::with_capacity(name.len() + 4);
    for (at, &byte) in name.iter().enumerate() {
        match needs_escape(at) {
            true => escaped.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            false => escaped.push(byte),
        }
    }
    Cow::Owned(escaped)
}

/// The service's name behind a path component: the inverse of [`escape_name`].
pub fn unescape_name(component: &[u8]) -> Cow<'_, [u8]> {
    if !component.contains(&b'%') {
        return Cow::Borrowed(component);
    }
    let hex = |at: usize| component.get(at).and_then(|&b| char::from(b).to_digit(16));
    let mut name = Vec::with_capacity(component.len());
    let mut at = 0;
    while at < component.len() {
        match (component[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                name.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                name.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_resolves_by_text() {
        for (text, canonical) in
            [("/", "/"), ("", "/"), ("a", "/a"), ("//a/./b/../c/", "/a/c"), ("/../..", "/"), ("/a/b", "/a/b")]
        {
            assert_eq!(Path::from(text).to_string(), canonical, "{text:?}");
        }
    }

    #[test]
    fn parents_and_names_take_a_path_apart() {
        let path = Path::from("/a/b");
        assert_eq!(path.parent(), Some(Path::from("/a")));
        assert_eq!(path.name().as_deref(), Some(&b"b"[..]));
        assert_eq!(Path::from("/a").parent(), Some(Path::root()));
        assert_eq!((Path::root().parent(), Path::root().name()), (None, None));
    }

    #[test]
    fn strip_and_append_are_inverse() {
        let mount = Path::from("/m/n");
        for below in ["/", "/x", "/x/y"] {
            let inside = Path::from(below);
            assert_eq!(mount.append(&inside).strip(&mount), Some(inside));
        }
        assert_eq!(Path::from("/m/nope").strip(&mount), None);
        assert_eq!(Path::from("/m").strip(&mount), None);
    }

    #[test]
    fn every_name_has_one_escape_and_comes_back() {
        for (name, escaped) in [
            (&b"plain"[..], &b"plain"[..]),
            (b"a/b", b"a%2Fb"),
            (b"a\0", b"a%00"),
            (b"100%", b"100%"),
            (b"%2F", b"%252F"),
            (b"%%41", b"%%2541"),
            (b".", b"%2E"),
            (b"..", b"%2E%2E"),
        ] {
            assert_eq!(&*escape_name(name), escaped);
            assert_eq!(&*unescape_name(escaped), name);
        }
    }
}
