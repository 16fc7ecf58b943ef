//! From paths to keys and back.

use bytes::Bytes;
use mirage_vfs::{Error, ErrorKind, Path, Result};

/// The longest key that the services take.
const LONGEST: usize = 1024;

/// What a path names.
///
/// A key may be a file and begin the keys of others too: `logs` and `logs/1`. The file then has the plain name, and the
/// directory shows the slash: `logs%2F`. A name that ends like that itself is `logs%252F`; all others stand for themselves.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The directory that is always there.
    Root,
    /// A file, or a directory if there is no such file.
    Plain(String),
    /// The directory beside a file of that name.
    Directory(String),
}

impl Key {
    /// The key of the file that this may be.
    pub fn file(&self) -> Option<&str> {
        match self {
            Key::Plain(key) => Some(key),
            Key::Root | Key::Directory(_) => None,
        }
    }
}

/// All keys of one mount.
#[derive(Debug)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    /// Those that begin with `prefix`, which is empty or ends with a slash.
    pub fn new(prefix: String) -> Self {
        Keys { prefix }
    }

    /// The key that `path` names.
    pub fn of(&self, path: &Path, operation: &'static str) -> Result<Key> {
        let Some(last) = path.name() else { return Ok(Key::Root) };
        let mut key = self.prefix.clone();
        for (at, component) in path.components().enumerate() {
            if at > 0 {
                key.push('/');
            }
            let component = std::str::from_utf8(component).map_err(|_| {
                Error::new(ErrorKind::InvalidArgument, operation)
                    .message("Invalid or incomplete multibyte or wide character")
                    .hint("the keys of an object store are UTF-8")
            })?;
            push_name(&mut key, component);
        }
        if key.len() > LONGEST {
            return Err(Error::new(ErrorKind::NameTooLong, operation));
        }
        match ending(&String::from_utf8_lossy(&last)) {
            Some((_, 0)) => Ok(Key::Directory(key)),
            _ => Ok(Key::Plain(key)),
        }
    }

    /// What the keys in directory `key` begin with.
    pub fn below(&self, key: &Key) -> String {
        match key {
            Key::Root => self.prefix.clone(),
            Key::Plain(key) | Key::Directory(key) => format!("{key}/"),
        }
    }
}

/// The path component of a name in a key.
pub(super) fn component(name: &str) -> Bytes {
    match ending(name) {
        Some((stem, escapes)) => format!("{stem}%{}2F", "25".repeat(escapes + 1)).into(),
        None => Bytes::copy_from_slice(name.as_bytes()),
    }
}

/// The path component of a directory called `name` that has a file of the same name beside it.
pub(super) fn component_beside_file(name: &str) -> Bytes {
    format!("{}%2F", String::from_utf8_lossy(&component(name))).into()
}

/// Adds the name that `component` stands for.
fn push_name(key: &mut String, component: &str) {
    match ending(component) {
        Some((stem, 0)) => push_name(key, stem),
        Some((stem, escapes)) => {
            key.push_str(stem);
            key.push('%');
            key.push_str(&"25".repeat(escapes - 1));
            key.push_str("2F");
        }
        None => key.push_str(component),
    }
}

/// What stands before a slash at the end of `name`, and how often the slash's `%` is escaped; none without either.
fn ending(name: &str) -> Option<(&str, usize)> {
    let mut stem = name.strip_suffix("2F")?;
    let mut escapes = 0;
    while let Some(shorter) = stem.strip_suffix("25") {
        stem = shorter;
        escapes += 1;
    }
    let stem = stem.strip_suffix('%').filter(|stem| !stem.is_empty())?;
    Some((stem, escapes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_key_under_the_prefix() {
        let keys = Keys::new("app/".into());
        for (path, key) in
            [("/a", "app/a"), ("/a/b c", "app/a/b c"), ("/%2F/%41", "app/%2F/%41"), ("/a%2F/b", "app/a/b")]
        {
            assert_eq!(keys.of(&Path::from(path), "stat").unwrap(), Key::Plain(key.into()), "{path}");
        }
        assert_eq!(keys.of(&Path::root(), "stat").unwrap(), Key::Root);
        assert_eq!(keys.below(&Key::Root), "app/");
        assert_eq!(keys.below(&Key::Plain("app/a".into())), "app/a/");
    }

    #[test]
    fn a_directory_beside_a_file_has_a_name_of_its_own() {
        let keys = Keys::new(String::new());
        for name in ["logs", "a", "ä", "%2F", "100%", "a%2F", "a%252F", "a%25252F", "a%2", "25"] {
            let spelled = component_beside_file(name);
            assert_ne!(spelled, component(name), "{name}");
            let path = Path::root().join(&spelled);
            assert_eq!(keys.of(&path, "stat").unwrap(), Key::Directory(name.into()), "{name}");
            let path = Path::root().join(&component(name));
            assert_eq!(keys.of(&path, "stat").unwrap(), Key::Plain(name.into()), "{name}");
        }
    }

    #[test]
    fn keys_that_the_service_can_not_have_are_refused() {
        let keys = Keys::new(String::new());
        let refused = |name: &[u8]| keys.of(&Path::root().join(name), "stat").unwrap_err().kind();
        assert_eq!(refused(b"\xff"), ErrorKind::InvalidArgument);
        assert_eq!(refused(&[b'n'; 1025]), ErrorKind::NameTooLong);
    }
}
