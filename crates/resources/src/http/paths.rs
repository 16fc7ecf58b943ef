//! The files that configuration names.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use mirage_vfs::Path;

/// What is listed without asking the server: each directory with its names, and whether they are directories too.
#[derive(Debug, Default)]
pub(super) struct Paths(BTreeMap<Path, BTreeSet<(Bytes, bool)>>);

impl Paths {
    /// The tree of these files. A `?` begins a query, as in a URL: its slashes are written `%2F`.
    pub fn new(files: &[String]) -> Self {
        let mut all = Paths::default();
        for file in files {
            let (names, query) = match file.split_once('?') {
                Some((names, query)) => (names, format!("?{}", query.replace('/', "%2F"))),
                None => (&**file, String::new()),
            };
            let mut path = Path::new(format!("/{names}{query}"));
            let mut is_directory = names.ends_with('/') && query.is_empty();
            while let (Some(parent), Some(name)) = (path.parent(), path.name()) {
                all.0.entry(parent.clone()).or_default().insert((name, is_directory));
                (path, is_directory) = (parent, true);
            }
        }
        all
    }

    /// The names in `directory`; none where configuration names nothing in it.
    pub fn of(&self, directory: &Path) -> Option<&BTreeSet<(Bytes, bool)>> {
        self.0.get(directory)
    }

    pub fn has_directory(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_bring_their_directories() {
        let paths = Paths::new(&["a/b/one".into(), "/a/two?q=x/y".into(), "top".into(), "a/sub/".into()]);
        let of = |directory: &str| -> Vec<(String, bool)> {
            let names = paths.of(&Path::from(directory)).into_iter().flatten();
            names.map(|(name, is)| (String::from_utf8(name.to_vec()).unwrap(), *is)).collect()
        };
        let expected = |names: &[(&str, bool)]| -> Vec<(String, bool)> {
            names.iter().map(|(name, is)| ((*name).to_owned(), *is)).collect()
        };
        assert_eq!(of("/"), expected(&[("a", true), ("top", false)]));
        assert_eq!(of("/a"), expected(&[("b", true), ("sub", true), ("two?q=x%2Fy", false)]));
        assert_eq!(of("/a/b"), expected(&[("one", false)]));
        assert!(paths.has_directory(&Path::from("/a")) && !paths.has_directory(&Path::from("/top")));
    }
}
