//! From paths to keys and back.

use bytes::Bytes;
use mirage_vfs::{Error, ErrorKind, Path, Result, escape_name, unescape_name};

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The directory that is always there.
    Root,
    /// A key, or a directory if there is no such key.
    Plain(Vec<u8>),
    /// The directory beside a key of that name.
    Directory(Vec<u8>),
}

impl Key {
    /// The key that this may be.
    pub fn plain(&self) -> Option<&[u8]> {
        match self {
            Key::Plain(key) => Some(key),
            Key::Root | Key::Directory(_) => None,
        }
    }
}

/// All keys of one mount.
///
/// A separator is a slash of the path, but for one that would leave nothing on either side: it belongs to the name, escaped
/// (`a::b` is `a/%3Ab`). Where a key begins others too, the directory has a name that no key has: that of the key and twice
/// the escaped separator.
#[derive(Debug)]
pub(super) struct Keys {
    prefix: Vec<u8>,
    separator: u8,
    /// The separator in a name.
    escaped: String,
}

impl Keys {
    /// Those that begin with `prefix`.
    pub fn new(prefix: Vec<u8>, separator: u8) -> Self {
        Keys { prefix, separator, escaped: format!("%{separator:02X}") }
    }

    /// The key that `path` names. A path is spelled as listings show it; another spelling names nothing.
    pub fn of(&self, path: &Path, operation: &'static str) -> Result<Key> {
        if path.is_root() {
            return Ok(Key::Root);
        }
        let mut key = Vec::new();
        let mut is_beside = false;
        let mut names = Vec::new();
        for (at, component) in path.components().enumerate() {
            if at > 0 {
                key.push(self.separator);
            }
            let beside = self.beside(component);
            is_beside = beside.is_some();
            let component = beside.unwrap_or(component);
            key.extend_from_slice(&unescape_name(component));
            names.push(component);
        }
        let spelled = self.components(&key);
        if spelled.len() != names.len() || spelled.iter().zip(names).any(|(spelled, name)| spelled != name) {
            let separator = char::from(self.separator);
            return Err(Error::new(ErrorKind::InvalidArgument, operation).hint(format!(
                "in names of keys, `{separator}` separates directories, and a `%` before two hex digits begins an escape: it is written %25"
            )));
        }
        let key = [&self.prefix[..], &key].concat();
        Ok(if is_beside { Key::Directory(key) } else { Key::Plain(key) })
    }

    /// What `component` stands beside, if it is the directory of a key that begins others.
    fn beside<'a>(&self, component: &'a [u8]) -> Option<&'a [u8]> {
        let name = component.strip_suffix(self.escaped.as_bytes())?.strip_suffix(self.escaped.as_bytes())?;
        Some(name).filter(|name| !name.is_empty())
    }

    /// What the keys in directory `key` begin with.
    pub fn below(&self, key: &Key) -> Vec<u8> {
        match key {
            Key::Root => self.prefix.clone(),
            Key::Plain(key) | Key::Directory(key) => [&key[..], &[self.separator]].concat(),
        }
    }

    /// The path components of what is left of a key in some directory.
    pub fn components(&self, rest: &[u8]) -> Vec<Bytes> {
        let mut components = Vec::new();
        let mut start = 0;
        for (at, &byte) in rest.iter().enumerate() {
            if byte == self.separator && at > start && at + 1 < rest.len() {
                components.push(self.component(&rest[start..at]));
                start = at + 1;
            }
        }
        components.push(self.component(&rest[start..]));
        components
    }

    fn component(&self, name: &[u8]) -> Bytes {
        let escaped = escape_name(name);
        let parts: Vec<&[u8]> = escaped.split(|&byte| byte == self.separator).collect();
        parts.join(self.escaped.as_bytes()).into()
    }

    /// The name of the directory beside a key called `component`.
    pub fn directory_beside(&self, component: &Bytes) -> Bytes {
        [&component[..], self.escaped.as_bytes(), self.escaped.as_bytes()].concat().into()
    }
}

/// A pattern that matches what begins with `start`.
pub(super) fn pattern(start: &[u8]) -> Vec<u8> {
    let mut pattern = Vec::with_capacity(start.len() + 1);
    for &byte in start {
        if matches!(byte, b'*' | b'?' | b'[' | b']' | b'\\' | b'^') {
            pattern.push(b'\\');
        }
        pattern.push(byte);
    }
    pattern.push(b'*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_path() {
        for (separator, key, path) in [
            (b':', "user:1:name", "/user/1/name"),
            (b':', "a::b", "/a/%3Ab"),
            (b':', ":a", "/%3Aa"),
            (b':', "a:", "/a%3A"),
            (b':', ":", "/%3A"),
            (b':', "::", "/%3A%3A"),
            (b':', ":::", "/%3A/%3A"),
            (b':', "b::", "/b/%3A"),
            (b':', "a/b", "/a%2Fb"),
            (b':', "a:..:b", "/a/%2E%2E/b"),
            (b':', "100%:%41", "/100%/%2541"),
            (b'/', "a:b/c", "/a:b/c"),
            (b'/', "/a//b/", "/%2Fa/%2Fb%2F"),
        ] {
            let keys = Keys::new(b"app:".to_vec(), separator);
            let spelled = keys.components(key.as_bytes()).join(&b'/');
            assert_eq!(String::from_utf8(spelled).unwrap(), path[1..], "{key}");
            let expected = Key::Plain(format!("app:{key}").into());
            assert_eq!(keys.of(&Path::from(path), "stat").unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn other_spellings_name_nothing() {
        let keys = Keys::new(Vec::new(), b':');
        for path in ["/a:b", "/a%3Ab", "/%41", "/a%2fb", "/%3A%3A%3A%3A/%3A%3A%3A"] {
            let refused = keys.of(&Path::from(path), "stat").map_err(|error| error.kind());
            assert_eq!(refused, Err(ErrorKind::InvalidArgument), "{path}");
        }
    }

    #[test]
    fn a_directory_beside_a_key_has_a_name_of_its_own() {
        let keys = Keys::new(Vec::new(), b':');
        for name in ["user", ":", "a%", "ä"] {
            let beside = keys.directory_beside(&keys.components(name.as_bytes())[0]);
            let path = Path::root().join(&beside);
            assert_eq!(keys.of(&path, "stat").unwrap(), Key::Directory(name.into()), "{path}");
            let inner = keys.of(&path.join(b"1"), "stat").unwrap();
            assert_eq!(inner, Key::Plain(format!("{name}:1").into()));
        }
    }

    #[test]
    fn patterns_match_what_they_are_made_of() {
        assert_eq!(pattern(b"a*[b]?\\^"), b"a\\*\\[b\\]\\?\\\\\\^*");
    }
}
