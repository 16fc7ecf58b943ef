//! Pathname expansion: patterns against the names in the tree.

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_pattern::glob::{Component, Glob, Options, PathPattern};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Descent, Error, Want, found};

use super::field::{Field, Quoting};
use crate::execute::{Shell, Stop};
use crate::state::ShellOption;

impl Shell {
    /// Adds the paths that `field` matches to `words`, sorted; what bash does when there are none is up to its options.
    pub(crate) async fn expand_paths(&mut self, field: Field, words: &mut Vec<Bytes>) -> Result<(), Stop> {
        let options = self.path_options();
        let pattern = field.path_pattern(options).map_err(|error| self.fail(error.to_string().as_bytes()))?;
        if pattern.is_literal() {
            words.push(field.into_bytes());
            return Ok(());
        }
        let ignored = self.ignored_paths()?;
        let mut found = self.matching_paths(&pattern, &ignored).await?;
        if !found.is_empty() {
            found.sort_unstable();
            words.extend(found);
        } else if self.state.options.has(ShellOption::FailGlob) {
            return Err(self.fail(&[b"no match: ", &field.text[..]].concat()));
        } else if !self.state.options.has(ShellOption::NullGlob) {
            words.push(field.into_bytes());
        }
        Ok(())
    }

    /// The paths that a pattern matches that is only known when it runs.
    pub(crate) async fn glob_text(&mut self, pattern: &Bytes) -> Result<Vec<Bytes>, Stop> {
        let mut field = Field::default();
        field.push(pattern, Quoting::Expanded);
        let options = self.path_options();
        let pattern = field.path_pattern(options).map_err(|error| self.fail(error.to_string().as_bytes()))?;
        let mut found = self.matching_paths(&pattern, &Ignored::default()).boxed_local().await?;
        found.sort_unstable();
        Ok(found)
    }

    /// What `GLOBIGNORE` names.
    fn ignored_paths(&mut self) -> Result<Ignored, Stop> {
        let Some(patterns) =
            self.state.variables.scalar(b"GLOBIGNORE").filter(|text| !text.is_empty()).cloned()
        else {
            return Ok(Ignored::default());
        };
        let options = Options { period: false, ..self.path_options() };
        let mut ignored = Ignored::default();
        for text in patterns.split(|&byte| byte == b':').filter(|text| !text.is_empty()) {
            let parts = text.split(|&byte| byte == b'/').map(|part| Glob::new(part, options));
            let pattern =
                parts.collect::<Result<_, _>>().map_err(|error| self.fail(error.to_string().as_bytes()))?;
            ignored.0.push((pattern, text.ends_with(b"*")));
        }
        Ok(ignored)
    }

    fn path_options(&mut self) -> Options {
        Options {
            extended: self.state.options.has(ShellOption::ExtGlob),
            ignore_case: self.state.options.has(ShellOption::NoCaseGlob),
            period: !self.state.options.has(ShellOption::DotGlob)
                && self.state.variables.scalar(b"GLOBIGNORE").is_none_or(Bytes::is_empty),
            locale: self.locale(),
            bytes_too: false,
        }
    }

    async fn matching_paths(&mut self, pattern: &PathPattern, ignored: &Ignored) -> Result<Vec<Bytes>, Stop> {
        let start = vec![b'/'; pattern.leading_slashes];
        let mut prefixes = vec![start];
        let last = pattern.components.len().saturating_sub(1);
        let globstar = self.state.options.has(ShellOption::GlobStar);
        let mut below_any = false;
        for (at, (component, slashes)) in pattern.components.iter().enumerate() {
            let mut next = Vec::new();
            let magic =
                pattern.components[..at].iter().any(|(before, _)| !matches!(before, Component::Literal(_)));
            for prefix in prefixes {
                self.run.call.tick().await;
                self.run.memory.check(next.len() as u64 * 64)?;
                match component {
                    Component::Literal(name) => next.push([&prefix[..], name].concat()),
                    Component::Pattern(glob) => {
                        self.matching_names(&prefix, glob, at < last || *slashes > 0, &mut next).await?;
                    }
                    Component::DoubleStar(glob) => match globstar {
                        true => {
                            let directories = at < last || *slashes > 0;
                            let descent = DoubleStar { directories, links: at == last, magic };
                            self.descend(&prefix, descent, &mut next).await?;
                        }
                        false => {
                            self.matching_names(&prefix, glob, at < last || *slashes > 0, &mut next).await?;
                        }
                    },
                }
            }
            let deep = globstar && matches!(component, Component::DoubleStar(_));
            below_any |= deep;
            if deep && *slashes > 1 {
                next.retain(|path| !path.is_empty());
            }
            if *slashes > 0 {
                // Behind a `**` several slashes are one.
                let slashes = if below_any { 1 } else { *slashes };
                for path in &mut next {
                    // `**/` stands for no directory too: nothing to put a slash behind.
                    if !(deep && (path.is_empty() || path.ends_with(b"/"))) {
                        path.extend(std::iter::repeat_n(b'/', slashes));
                    }
                }
            }
            if deep && magic {
                next.sort_unstable();
                next.dedup();
            }
            prefixes = next;
        }
        let needs_check = matches!(pattern.components.last(), Some((Component::Literal(_), _)));
        let mut found = Vec::with_capacity(prefixes.len());
        for path in prefixes {
            if path.is_empty() || needs_check && !self.is_there(&path).await? || ignored.names(&path) {
                continue;
            }
            found.push(Bytes::from(path));
        }
        Ok(found)
    }

    async fn is_there(&mut self, path: &[u8]) -> Result<bool, Stop> {
        let there = self.view().probe(path, Follow::No).await;
        there.map(|entry| entry.is_some()).map_err(|error| self.unknown(path, &error))
    }

    async fn is_directory(&mut self, path: &[u8]) -> Result<bool, Stop> {
        let directory = self.view().is_directory(path, Follow::Yes).await;
        directory.map_err(|error| self.unknown(path, &error))
    }

    /// What matches could not be told: no command may run on only a part of it.
    fn unknown(&mut self, path: &[u8], error: &Error) -> Stop {
        self.keep_hint(error);
        self.fail(&[path, b": ", error.to_string().as_bytes()].concat())
    }

    /// Adds `prefix` with each name of its directory that `glob` matches; only directories when more follows.
    async fn matching_names(
        &mut self,
        prefix: &[u8],
        glob: &Glob,
        directories: bool,
        next: &mut Vec<Vec<u8>>,
    ) -> Result<(), Stop> {
        let directory: &[u8] = if prefix.is_empty() { b"." } else { prefix };
        let listing = found(self.view().list(directory, Want::Kinds).await);
        let Some(mut listing) = listing.map_err(|error| self.unknown(directory, &error))? else {
            return Ok(());
        };
        while let Some(page) = listing.next_page().await {
            self.run.call.tick_many(16).await;
            for entry in page.map_err(|error| self.unknown(directory, &error))? {
                if !glob.is_match(&entry.name) {
                    continue;
                }
                let path = [prefix, &entry.name[..]].concat();
                let usable = !directories
                    || entry.is_directory()
                    || entry.is_symlink() && self.is_directory(&path).await?;
                if usable {
                    next.push(path);
                }
            }
        }
        if !self.state.options.has(ShellOption::GlobSkipDots) {
            let dots = [&b"."[..], b".."].into_iter().filter(|name| glob.is_match(name));
            next.extend(dots.map(|name| [prefix, name].concat()));
        }
        Ok(())
    }

    /// `**`: `prefix` itself and every directory below it, or without more to follow every entry.
    async fn descend(
        &mut self,
        prefix: &[u8],
        descent: DoubleStar,
        next: &mut Vec<Vec<u8>>,
    ) -> Result<(), Stop> {
        let DoubleStar { directories, links, magic } = descent;
        let dots = self.state.options.has(ShellOption::DotGlob);
        if !prefix.is_empty() && !self.is_directory(prefix).await? {
            return Ok(());
        }
        if directories {
            next.push(prefix.to_vec());
        } else if !prefix.is_empty() {
            // What a pattern found is named without the slash that a written directory keeps.
            let name = if magic { prefix.strip_suffix(b"/").unwrap_or(prefix) } else { prefix };
            next.push(name.to_vec());
        }
        let mut pending = vec![prefix.to_vec()];
        while let Some(parent) = pending.pop() {
            self.run.call.tick_many(16).await;
            let directory: &[u8] = if parent.is_empty() { b"." } else { &parent };
            let listing = found(self.view().list(directory, Want::Kinds).await);
            let Some(mut listing) = listing.map_err(|error| self.unknown(directory, &error))? else {
                continue;
            };
            while let Some(page) = listing.next_page().await {
                let page = page.map_err(|error| self.unknown(directory, &error))?;
                for entry in page.into_iter().filter(|entry| dots || !entry.name.starts_with(b".")) {
                    let path = [&parent[..], &entry.name].concat();
                    if entry.is_directory() && entry.descent == Descent::Enter {
                        pending.push([&path[..], b"/"].concat());
                    }
                    if !directories
                        || entry.is_directory()
                        || links && entry.is_symlink() && self.is_directory(&path).await?
                    {
                        next.push(path);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What a `**` looks for.
#[derive(Clone, Copy)]
struct DoubleStar {
    /// Only directories.
    directories: bool,
    /// Links to directories count as such: nothing follows.
    links: bool,
    /// A pattern stands in front of it.
    magic: bool,
}

/// The patterns of `GLOBIGNORE`, each as those of its names: `*` and `?` match no slash, but for a `*` at the end.
#[derive(Default)]
struct Ignored(Vec<(Vec<Glob>, bool)>);

impl Ignored {
    /// Whether a path that was found is left out.
    fn names(&self, path: &[u8]) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let names: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
        matches!(names.last(), Some(&(b"." | b"..")))
            || self.0.iter().any(|(pattern, open)| {
                (names.len() == pattern.len() || *open && names.len() > pattern.len())
                    && pattern.iter().zip(&names).all(|(part, name)| part.is_match(name))
            })
    }
}
