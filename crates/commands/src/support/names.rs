//! Paths as they are typed, taken apart by text.

/// The directories that a path leads through, from the outermost, each as a prefix of the path: `a` and `a/b` for
/// `a/b/c`. Slashes at the start or the end make none.
pub fn parents(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let end = path.len() - path.iter().rev().take_while(|&&byte| byte == b'/').count();
    let slash_after_name = move |&at: &usize| path[at] == b'/' && at > 0 && path[at - 1] != b'/';
    (0..end).filter(slash_after_name).map(|at| &path[..at])
}

/// The last component without the slashes around it; `/` for a path of slashes only.
pub fn last_component(path: &[u8]) -> &[u8] {
    let path = without_trailing_slashes(path);
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(at) if path.len() > 1 => &path[at + 1..],
        _ => path,
    }
}

/// The path without its last component: `.` where there is nothing before it, `/` for the root and what is in it.
pub fn directory_of(path: &[u8]) -> &[u8] {
    let path = without_trailing_slashes(path);
    match path.iter().rposition(|&byte| byte == b'/') {
        None => b".",
        Some(at) => {
            let end = path[..at].iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
            &path[..end.max(1)]
        }
    }
}

/// The path without the slashes at its end, but for the one of the root.
pub fn without_trailing_slashes(path: &[u8]) -> &[u8] {
    let mut end = path.len();
    while end > 1 && path[end - 1] == b'/' {
        end -= 1;
    }
    &path[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_prefixes() {
        for (path, expected) in [
            ("a/b/c", &["a", "a/b"][..]),
            ("/a//b/", &["/a"]),
            ("cc//dd//", &["cc"]),
            ("a", &[]),
            ("/", &[]),
            ("", &[]),
            ("a/../b", &["a", "a/.."]),
        ] {
            let found: Vec<&[u8]> = parents(path.as_bytes()).collect();
            let expected: Vec<&[u8]> = expected.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(found, expected, "{path:?}");
        }
    }

    #[test]
    fn directories_are_what_dirname_prints() {
        for (path, directory) in [
            ("a/b", "a"),
            ("/", "/"),
            ("a", "."),
            ("/a", "/"),
            ("a/b/", "a"),
            ("a//b", "a"),
            ("//a", "/"),
            ("a/", "."),
            ("", "."),
            ("/a/b//", "/a"),
        ] {
            assert_eq!(directory_of(path.as_bytes()), directory.as_bytes(), "{path}");
        }
    }

    #[test]
    fn last_components_have_no_slashes() {
        for (path, name) in
            [("a/b", "b"), ("a/b//", "b"), ("/", "/"), ("//", "/"), ("/a", "a"), ("", ""), ("..", "..")]
        {
            assert_eq!(last_component(path.as_bytes()), name.as_bytes());
        }
    }
}
