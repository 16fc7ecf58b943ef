//! Canonical paths of what need not exist: `readlink -f`, `realpath`, `ln -r`.

use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Error, ErrorKind, Path, Result};

/// How many links may lead on from one path.
const MOST_LINKS: usize = 40;

/// Which components may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// None.
    Nothing,
    /// The last one.
    Last,
    /// Any.
    Anything,
}

/// The absolute path of `path` free of `.`, `..` and, unless `keep_links`, of symbolic links.
pub async fn canonical(view: &View, path: &[u8], missing: Missing, keep_links: bool) -> Result<Path> {
    if path.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, "resolve"));
    }
    if !keep_links && let Ok(resolved) = view.resolve(path, Follow::Yes).await {
        return Ok(resolved);
    }
    let start = if path.starts_with(b"/") { Path::root() } else { view.resolve(b".", Follow::Yes).await? };
    let mut resolver = Resolver { view, missing, keep_links, links: 0, current: start, pending: Vec::new() };
    resolver.push(path);
    while let Some(component) = resolver.pending.pop() {
        view.call().tick().await;
        resolver.enter(&component).await?;
    }
    Ok(resolver.current)
}

struct Resolver<'a> {
    view: &'a View,
    missing: Missing,
    keep_links: bool,
    links: usize,
    current: Path,
    /// Components still to come, the next one last. An empty one asks for a directory.
    pending: Vec<Vec<u8>>,
}

impl Resolver<'_> {
    fn push(&mut self, path: &[u8]) {
        let ends_with_slash = path.ends_with(b"/");
        if ends_with_slash && self.pending.is_empty() {
            self.pending.push(Vec::new());
        }
        let components = path.split(|&byte| byte == b'/').filter(|component| !component.is_empty());
        let start = self.pending.len();
        self.pending.extend(components.map(<[u8]>::to_vec));
        self.pending[start..].reverse();
    }

    async fn enter(&mut self, component: &[u8]) -> Result<()> {
        match component {
            b"" | b"." => return self.require_directory().await,
            b".." => {
                self.require_directory().await?;
                self.current = self.current.parent().unwrap_or_else(Path::root);
                return Ok(());
            }
            _ => {}
        }
        let next = self.current.join(component);
        let entry = match self.view.stat(next.as_bytes(), Follow::No).await {
            Ok(entry) => entry,
            Err(error) => return self.pass_missing(next, error),
        };
        if !entry.is_symlink() || self.keep_links {
            self.current = next;
            return Ok(());
        }
        self.links += 1;
        if self.links > MOST_LINKS {
            return match self.missing {
                Missing::Anything => {
                    self.current = next;
                    Ok(())
                }
                _ => Err(Error::new(ErrorKind::TooManyLinks, "resolve")),
            };
        }
        let target = match entry.target {
            Some(target) => target,
            None => self.view.read_link(next.as_bytes()).await?,
        };
        if target.starts_with(b"/") {
            self.current = Path::root();
        }
        self.push(&target);
        Ok(())
    }

    fn pass_missing(&mut self, next: Path, error: Error) -> Result<()> {
        let is_last = self.pending.iter().all(Vec::is_empty);
        let allowed = match self.missing {
            Missing::Nothing => false,
            Missing::Last => is_last && error.is(ErrorKind::NotFound),
            Missing::Anything => error.kind().is_absence(),
        };
        if !allowed {
            return Err(error);
        }
        // What does not exist has nothing to say about the slash behind it.
        self.pending.retain(|component| !component.is_empty());
        self.current = next;
        Ok(())
    }

    async fn require_directory(&self) -> Result<()> {
        if self.missing == Missing::Anything {
            return Ok(());
        }
        let entry = self.view.stat(self.current.as_bytes(), Follow::Yes).await?;
        match entry.is_directory() {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::NotADirectory, "resolve")),
        }
    }
}

/// `path` as it is reached from the directory `base`: `../x`, `.` for the same.
pub fn relative_to(path: &Path, base: &Path) -> Vec<u8> {
    let common = path.components().zip(base.components()).take_while(|(one, two)| one == two).count();
    let up = base.components().skip(common).map(|_| &b".."[..]);
    let parts: Vec<&[u8]> = up.chain(path.components().skip(common)).collect();
    match parts.is_empty() {
        true => b".".to_vec(),
        false => parts.join(&b'/'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_climb_and_descend() {
        for (path, base, expected) in [
            ("/a/b", "/a", "b"),
            ("/a", "/a/b", ".."),
            ("/a", "/a", "."),
            ("/x/y", "/a/b", "../../x/y"),
            ("/tmp", "/", "tmp"),
            ("/", "/tmp", ".."),
        ] {
            assert_eq!(
                relative_to(&Path::from(path), &Path::from(base)),
                expected.as_bytes(),
                "{path} {base}"
            );
        }
    }
}
