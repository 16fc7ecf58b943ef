//! Our side: the same operations through a `View`.

use std::collections::BTreeMap;
use std::path::Path as HostPath;
use std::sync::Arc;

use bytes::Bytes;
use mirage_vfs::tree::{Follow, Tree, View};
use mirage_vfs::{
    Attributes, Call, Cancellation, DynResource, Entry, Error, Facts, File, OpenOptions, Path, Result, Want,
};

use super::Outcome;
use super::operation::{Operation, SLOTS};
use super::state::{self, Kind, Node};
use crate::host::{TestHost, block_on};

const ANYTHING: u32 = 0o700;

pub(super) struct Ours {
    view: View,
    call: Call,
    base: String,
    slots: [Option<Box<dyn File>>; SLOTS],
}

impl Ours {
    pub fn new(resource: Arc<dyn DynResource>, base: &HostPath, user: u32) -> Self {
        let host = TestHost::new().with_facts(Facts { uid: user, ..Facts::default() });
        let call = Call::new(Arc::new(host), Cancellation::default());
        let base = base.to_str().unwrap().to_owned();
        let root = View::new(Tree::new(resource), call.clone(), Path::root(), 0o022);
        for (slash, _) in base.match_indices('/').skip(1).chain([(base.len(), "")]) {
            block_on(root.create_dir(&base.as_bytes()[..slash], 0o755)).unwrap();
        }
        let view = View::new(root.tree().clone(), call.clone(), Path::from(base.as_str()), 0o022);
        Ours { view, call, base, slots: Default::default() }
    }

    pub fn run(&mut self, operation: &Operation) -> Outcome {
        block_on(self.answer(operation)).map_err(|error| error.kind().row().number)
    }

    fn at(&self, path: &str) -> Vec<u8> {
        match path.starts_with('/') {
            true => format!("{}{path}", self.base).into_bytes(),
            false => path.as_bytes().to_vec(),
        }
    }

    async fn answer(&mut self, operation: &Operation) -> Result<String> {
        let done = |()| String::new();
        let view = self.view.clone();
        match operation {
            Operation::Stat { path, follow } => {
                let follow = if *follow { Follow::Yes } else { Follow::No };
                Ok(shown(&view.stat(&self.at(path), follow).await?))
            }
            Operation::Resolve { path } => Ok(view.resolve(&self.at(path), Follow::Yes).await?.to_string()),
            Operation::Access { path, access } => view.access(&self.at(path), *access).await.map(done),
            Operation::List { path } => {
                let mut names = Vec::new();
                for entry in view.list(&self.at(path), Want::Kinds).await?.collect().await? {
                    names.push(format!("{}:{:?}", String::from_utf8_lossy(&entry.name), kind(&entry)));
                }
                names.sort();
                Ok(names.join(" "))
            }
            Operation::Read { path } => {
                let file = view.open(&self.at(path), &OpenOptions::reading()).await?;
                Ok(state::digest(&self.read(&*file, 0, usize::MAX).await?))
            }
            Operation::Write { path, options, content } => {
                let file = view.open(&self.at(path), options).await?;
                if options.write {
                    file.write_at(&self.call, 0, Bytes::from(content.clone())).await?;
                }
                file.close(&self.call).await.map(done)
            }
            Operation::CreateDir { path, mode } => view.create_dir(&self.at(path), *mode).await.map(done),
            Operation::RemoveFile { path } => view.remove_file(&self.at(path)).await.map(done),
            Operation::RemoveDir { path } => view.remove_dir(&self.at(path)).await.map(done),
            Operation::Rename { from, to } => view.rename(&self.at(from), &self.at(to)).await.map(done),
            Operation::Link { existing, new } => view.link(&self.at(existing), &self.at(new)).await.map(done),
            Operation::Symlink { target, path } => {
                view.symlink(&self.at(target), &self.at(path)).await.map(done)
            }
            Operation::ReadLink { path } => {
                let target = view.read_link(&self.at(path)).await?;
                Ok(String::from_utf8_lossy(&target).into_owned())
            }
            Operation::SetMode { path, mode } => {
                let attributes = Attributes { mode: Some(*mode), ..Attributes::default() };
                view.set_attributes(&self.at(path), &attributes, Follow::Yes).await.map(done)
            }
            Operation::Replace { path, content } => {
                let mut replacement = view.replace(&self.at(path)).await?;
                replacement.write(Bytes::from(content.clone())).await?;
                replacement.commit().await.map(done)
            }
            Operation::Open { slot, path, options } => {
                let file = view.open(&self.at(path), options).await?;
                self.slots[*slot] = Some(file);
                Ok(String::new())
            }
            Operation::ReadAt { slot, offset, length } => match &self.slots[*slot] {
                Some(file) => Ok(state::digest(&self.read(&**file, *offset, *length).await?)),
                None => Ok("closed".into()),
            },
            Operation::WriteAt { slot, offset, content } => match &self.slots[*slot] {
                // The standard library asks nothing of the host then.
                Some(_) if content.is_empty() => Ok(String::new()),
                Some(file) => {
                    file.write_at(&self.call, *offset, content.clone().into()).await.map(|_| String::new())
                }
                None => Ok("closed".into()),
            },
            Operation::Truncate { slot, size } => match &self.slots[*slot] {
                Some(file) => file.truncate(&self.call, *size).await.map(done),
                None => Ok("closed".into()),
            },
            Operation::StatOpen { slot } => match &self.slots[*slot] {
                Some(file) => {
                    let entry = file.stat(&self.call).await?;
                    Ok(state::of_handle(kind(&entry), shown(&entry)))
                }
                None => Ok("closed".into()),
            },
            Operation::Close { slot } => match self.slots[*slot].take() {
                Some(file) => file.close(&self.call).await.map(done),
                None => Ok(String::new()),
            },
        }
    }

    async fn read(&self, file: &dyn File, offset: u64, length: usize) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        while content.len() < length {
            let left = (length - content.len()).min(64 * 1024);
            let piece = file.read_at(&self.call, offset + content.len() as u64, left).await?;
            if piece.is_empty() {
                break;
            }
            content.extend_from_slice(&piece);
        }
        Ok(content)
    }

    /// The whole tree as text. Permission bits no longer matter: they are opened up on the way.
    pub fn state(&self) -> String {
        let mut nodes = BTreeMap::new();
        let open_up = Attributes { mode: Some(ANYTHING), ..Attributes::default() };
        for (slash, _) in self.base.match_indices('/').skip(1) {
            let above = &self.base.as_bytes()[..slash];
            block_on(self.view.set_attributes(above, &open_up, Follow::Yes)).unwrap();
        }
        // The directory where everything starts may be removed like any other.
        let base = block_on(self.view.stat(self.base.as_bytes(), Follow::No));
        let mut left: Vec<String> = base.iter().map(|_| String::new()).collect();
        while let Some(name) = left.pop() {
            let outcome = block_on(self.collect(&name, &mut left));
            nodes.insert(name.clone(), outcome.unwrap_or_else(|error| panic!("{name}: {error:?}")));
        }
        state::render(&nodes)
    }

    async fn collect(&self, name: &str, left: &mut Vec<String>) -> Result<Node, Error> {
        let path = format!("{}{name}", self.base).into_bytes();
        let entry = self.view.stat(&path, Follow::No).await?;
        if !entry.is_symlink() {
            let attributes = Attributes { mode: Some(ANYTHING), ..Attributes::default() };
            self.view.set_attributes(&path, &attributes, Follow::No).await?;
        }
        let content = match kind(&entry) {
            Kind::File => {
                let file = self.view.open(&path, &OpenOptions::reading()).await?;
                state::digest(&self.read(&*file, 0, usize::MAX).await?)
            }
            Kind::Symlink => String::from_utf8_lossy(&self.view.read_link(&path).await?).into_owned(),
            Kind::Directory => {
                for entry in self.view.list(&path, Want::Metadata).await?.collect().await? {
                    let below = format!("{name}/{}", String::from_utf8_lossy(&entry.name));
                    let path = format!("{}{below}", self.base).into_bytes();
                    let stat = self.view.stat(&path, Follow::No).await?;
                    let without_extras =
                        |entry: &Entry| Entry { fingerprint: None, target: None, ..entry.clone() };
                    assert_eq!(
                        without_extras(&entry),
                        without_extras(&stat),
                        "list and stat disagree on {below}"
                    );
                    left.push(below);
                }
                String::new()
            }
        };
        if entry.is_file() {
            // It may be shown again under another name.
            let attributes = Attributes { mode: entry.mode, ..Attributes::default() };
            self.view.set_attributes(&path, &attributes, Follow::No).await?;
        }
        Ok(Node { shown: shown(&entry), content, file: entry.identity.unwrap() })
    }
}

fn kind(entry: &Entry) -> Kind {
    match entry.kind {
        mirage_vfs::Kind::Directory => Kind::Directory,
        mirage_vfs::Kind::Symlink => Kind::Symlink,
        _ => Kind::File,
    }
}

fn shown(entry: &Entry) -> String {
    let (mode, links) = (entry.mode.unwrap(), entry.links.unwrap());
    state::metadata(kind(entry), mode, links, entry.size.exact().unwrap())
}
