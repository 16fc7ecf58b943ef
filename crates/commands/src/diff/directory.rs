//! Operands and directories.

use std::collections::BTreeMap;

use bytes::Bytes;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Kind, Result, Want, found};

use super::Session;
use super::files::{Side, quoted_name};
use crate::support::join;

impl Session<'_> {
    /// Compares two operands: files, directories, or a file with the one of its name in a directory.
    pub(super) async fn compare_operands(&mut self, one: &Bytes, two: &Bytes) -> Result<()> {
        let (left, right) = (self.stat(one).await, self.stat(two).await);
        let absent_is_empty =
            |side: usize| self.options.new_file || (self.options.unidirectional && side == 0);
        // Of two files that are both absent neither counts as empty.
        let missing = [&left, &right]
            .iter()
            .all(|stat| stat.as_ref().is_err_and(|error| error.is(mirage_vfs::ErrorKind::NotFound)));
        let mut sides = Vec::with_capacity(2);
        for (number, (name, stat)) in [(one, left), (two, right)].into_iter().enumerate() {
            match stat {
                Ok(entry) => sides.push(Side { name: name.clone(), entry }),
                Err(error)
                    if error.is(mirage_vfs::ErrorKind::NotFound) && absent_is_empty(number) && !missing =>
                {
                    sides.push(Side { name: name.clone(), entry: None });
                }
                Err(error) => {
                    self.report.fail(2, &[name, b": ", error.to_string().as_bytes()]).await;
                }
            }
        }
        let Ok([mut one, mut two]) = <[Side; 2]>::try_from(sides) else { return Ok(()) };
        match (is_directory(&one), is_directory(&two)) {
            (true, true) => {
                let start = self.options.starting_file.clone();
                return self.compare_directories(&one.name, &two.name, start.as_ref()).await;
            }
            (true, false)
                if (two.entry.is_some() || two.name == "-")
                    && !self.enter(&mut one, &two.name.clone()).await =>
            {
                return Ok(());
            }
            (false, true)
                if (one.entry.is_some() || one.name == "-")
                    && !self.enter(&mut two, &one.name.clone()).await =>
            {
                return Ok(());
            }
            _ => {}
        }
        if [&one, &two].iter().any(|side| side.entry.as_ref().is_some_and(Entry::is_symlink)) {
            return self.compare_links(&one, &two).await;
        }
        self.compare_files(&one, &two, None).await
    }

    /// With `--no-dereference`: links are the same when their targets are.
    async fn compare_links(&mut self, one: &Side, two: &Side) -> Result<()> {
        let mut targets = Vec::with_capacity(2);
        for side in [one, two] {
            match found(self.context.view.read_link(&side.name).await) {
                Ok(target) => targets.push(target),
                Err(error) => {
                    self.report.fail(2, &[&side.name, b": ", error.to_string().as_bytes()]).await;
                    return Ok(());
                }
            }
        }
        match &targets[..] {
            [Some(left), Some(right)] if left == right => return Ok(()),
            [Some(_), Some(_)] => {
                self.output
                    .push(&[b"Symbolic links ", &one.name[..], b" and ", &two.name, b" differ\n"].concat());
            }
            _ => {
                let kind = |side: &Side| side.entry.as_ref().map_or("regular empty file", kind_name);
                let text = format!(" is a {} while file ", kind(one));
                let end = format!(" is a {}\n", kind(two));
                self.output
                    .push(&[b"File ", &one.name[..], text.as_bytes(), &two.name, end.as_bytes()].concat());
            }
        }
        self.differs = true;
        Ok(())
    }

    /// Makes `side`, a directory, the file in it that is called like `other`.
    async fn enter(&mut self, side: &mut Side, other: &[u8]) -> bool {
        if other == b"-" {
            self.report.fail(2, &[b"cannot compare '-' to a directory"]).await;
            return false;
        }
        let name = other.rsplit(|&byte| byte == b'/').find(|part| !part.is_empty()).unwrap_or(other);
        let path: Bytes = join(&side.name, name).into();
        match self.stat(&path).await {
            Ok(entry) => {
                *side = Side { name: path, entry };
                true
            }
            Err(error) => {
                self.report.fail(2, &[&path, b": ", error.to_string().as_bytes()]).await;
                false
            }
        }
    }

    /// What an operand is; none for standard input.
    async fn stat(&self, name: &[u8]) -> Result<Option<Entry>> {
        match name {
            b"-" => Ok(None),
            // What a substitution names has no entry in the tree.
            name if name.starts_with(b"/dev/fd/") => Ok(Some(Entry::new(Bytes::new(), Kind::File))),
            name => {
                let follow = if self.options.dereference { Follow::Yes } else { Follow::No };
                self.context.view.stat(name, follow).await.map(Some)
            }
        }
    }

    /// Compares what is in both, from the name `start` on.
    async fn compare_directories(&mut self, one: &Bytes, two: &Bytes, start: Option<&Bytes>) -> Result<()> {
        // Directories still to do, the next one last.
        let mut todo = vec![(one.clone(), two.clone())];
        while let Some((one, two)) = todo.pop() {
            let (Some(left), Some(right)) = (self.names(&one).await, self.names(&two).await) else {
                continue;
            };
            let mut names: Vec<&Bytes> = left.keys().chain(right.keys()).collect();
            names.sort_unstable();
            names.dedup();
            names.retain(|name| start.is_none_or(|start| *name >= start));
            let mut inner = Vec::new();
            for name in names {
                self.context.call.tick().await;
                let paths = (Bytes::from(join(&one, name)), Bytes::from(join(&two, name)));
                let pair = (left.get(name), right.get(name));
                if let Some(pair) = self.compare_members(&one, &two, name, paths, pair).await? {
                    // Everything of a subdirectory comes before what follows it.
                    inner.push(pair);
                    self.flush_inner(&mut inner).await?;
                }
            }
        }
        Ok(())
    }

    /// Compares the subdirectories that wait.
    async fn flush_inner(&mut self, inner: &mut Vec<(Bytes, Bytes)>) -> Result<()> {
        while let Some((one, two)) = inner.pop() {
            Box::pin(self.compare_directories(&one, &two, None)).await?;
        }
        Ok(())
    }

    /// Compares what both directories hold under one name; two directories are answered, to be compared next.
    async fn compare_members(
        &mut self,
        one: &Bytes,
        two: &Bytes,
        name: &Bytes,
        paths: (Bytes, Bytes),
        pair: (Option<&Entry>, Option<&Entry>),
    ) -> Result<Option<(Bytes, Bytes)>> {
        let (left, right) = pair;
        let missing_counts_as_empty = match (left, right) {
            (None, Some(_)) => self.options.new_file || self.options.unidirectional,
            (Some(_), None) => self.options.new_file,
            _ => true,
        };
        if !missing_counts_as_empty {
            self.differs = true;
            let directory = if left.is_some() { one } else { two };
            self.output.push(&[b"Only in ", &directory[..], b": ", name, b"\n"].concat());
            return self.output.settle(&self.context.call).await.map(|()| None);
        }
        let directories = [left, right].map(|entry| entry.is_some_and(Entry::is_directory));
        match (directories, left.is_some() && right.is_some()) {
            // With -N a directory on one side is compared with an empty one.
            ([true, false], false) | ([false, true], false) if self.options.recursive => {
                return Ok(Some(paths));
            }
            ([true, true], _) => {
                if self.options.recursive {
                    return Ok(Some(paths));
                }
                self.output
                    .push(&[b"Common subdirectories: ", &paths.0[..], b" and ", &paths.1, b"\n"].concat());
            }
            ([false, false], true)
                if [left, right].iter().any(|entry| entry.is_some_and(Entry::is_symlink)) =>
            {
                let one = Side { name: paths.0, entry: left.cloned() };
                let two = Side { name: paths.1, entry: right.cloned() };
                self.compare_links(&one, &two).await?;
            }
            ([false, false], _) => {
                let one = Side { name: paths.0, entry: left.cloned() };
                let two = Side { name: paths.1, entry: right.cloned() };
                let announced = [
                    b"diff",
                    &self.shown_options[..],
                    b" ",
                    &quoted_name(&one.name),
                    b" ",
                    &quoted_name(&two.name),
                    b"\n",
                ]
                .concat();
                self.compare_files(&one, &two, Some(&announced)).await?;
            }
            (_, true) => {
                self.differs = true;
                let kinds = [left, right].map(|entry| entry.map_or("regular empty file", kind_name));
                let text = [
                    b"File ",
                    &paths.0[..],
                    b" is a ",
                    kinds[0].as_bytes(),
                    b" while file ",
                    &paths.1,
                    b" is a ",
                    kinds[1].as_bytes(),
                    b"\n",
                ];
                self.output.push(&text.concat());
            }
            (_, false) => {
                self.differs = true;
                let directory = if left.is_some() { one } else { two };
                self.output.push(&[b"Only in ", &directory[..], b": ", name, b"\n"].concat());
            }
        }
        self.output.settle(&self.context.call).await.map(|()| None)
    }

    /// The entries of a directory by name, what is left out aside.
    async fn names(&mut self, directory: &Bytes) -> Option<BTreeMap<Bytes, Entry>> {
        let new_files = self.options.new_file || self.options.unidirectional;
        let listing = match self.context.view.list(directory, Want::Metadata).await {
            Ok(listing) => listing.collect().await,
            Err(error) => Err(error),
        };
        let entries = match listing {
            Ok(entries) => entries,
            Err(error) if new_files && error.is(mirage_vfs::ErrorKind::NotFound) => Vec::new(),
            Err(error) => {
                self.report.fail(2, &[directory, b": ", error.to_string().as_bytes()]).await;
                return None;
            }
        };
        let mut names = BTreeMap::new();
        for entry in entries {
            if self.options.exclude.iter().any(|pattern| pattern.is_match(&entry.name)) {
                continue;
            }
            let name = entry.name.clone();
            let entry = match entry.kind == Kind::Symlink && self.options.dereference {
                true => match self.context.view.stat(&join(directory, &name), Follow::Yes).await {
                    Ok(entry) => entry,
                    Err(error) => {
                        let path = join(directory, &name);
                        self.report.fail(2, &[&path, b": ", error.to_string().as_bytes()]).await;
                        continue;
                    }
                },
                false => entry,
            };
            names.insert(name, entry);
        }
        Some(names)
    }
}

fn is_directory(side: &Side) -> bool {
    side.entry.as_ref().is_some_and(Entry::is_directory)
}

fn kind_name(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Directory => "directory",
        Kind::Symlink => "symbolic link",
        Kind::File if entry.size.exact() == Some(0) => "regular empty file",
        Kind::File => "regular file",
        Kind::Special(_) => "special file",
    }
}
