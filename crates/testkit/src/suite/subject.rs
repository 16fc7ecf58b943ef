//! What a case works on.

use std::fmt::Debug;
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use futures_util::StreamExt;
use mirage_vfs::{
    Attributes, BoxFuture, Call, DynResource, Entry, Error, ErrorKind, File, Info, Kind, ListOptions,
    Listing, OpenOptions, Path, ReadHandle, ReadOptions, Result, Want, WriteHandle, WriteOptions,
};

use crate::host::call;

/// A resource and an empty place in it.
pub struct Subject {
    /// What is tested.
    pub resource: Arc<dyn DynResource>,
    /// A directory that nobody else uses. Empty, but for what a resource that can not be written must have there: the
    /// files of [`fixture`](Subject::fixture).
    pub base: Path,
    /// The line of the test.
    pub call: Call,
    /// Files below `base`, by their path from there, that a resource which can not be written is seeded with.
    pub fixture: Vec<(&'static str, Bytes)>,
}

impl Subject {
    /// A resource that is empty, and can be written.
    pub fn of(resource: impl DynResource) -> Self {
        Subject::shared(Arc::new(resource), Path::root())
    }

    /// A resource that can be written, and an empty directory in it.
    pub fn shared(resource: Arc<dyn DynResource>, base: Path) -> Self {
        Subject { resource, base, call: call(), fixture: standard_fixture() }
    }

    /// A path below the base.
    pub fn at(&self, below: &str) -> Path {
        self.base.join(below.as_bytes())
    }

    /// Makes the fixture where the resource can be written.
    pub async fn seed(&self) {
        let capabilities = self.resource.info().capabilities;
        if !capabilities.write && !capabilities.open {
            return;
        }
        for (path, content) in &self.fixture {
            if let (Some((directory, _)), true) = (path.rsplit_once('/'), capabilities.create_dir) {
                let _ = self.resource.create_dir(&self.call, &self.at(directory), 0o755).await;
            }
            self.put(path, content.clone()).await;
        }
    }

    /// Writes a file.
    pub async fn put(&self, below: &str, content: impl Into<Bytes>) {
        self.try_put(below, content).await.unwrap_or_else(|error| panic!("writing {below}: {error:?}"));
    }

    /// Writes a file, whole where the resource can do that.
    pub async fn try_put(&self, below: &str, content: impl Into<Bytes>) -> Result<()> {
        let path = self.at(below);
        if self.resource.info().capabilities.write {
            let mut handle = self.resource.write(&self.call, &path, &WriteOptions::default()).await?;
            handle.write(&self.call, content.into()).await?;
            return handle.commit(&self.call).await.map(|_| ());
        }
        let file = self.resource.open(&self.call, &path, &OpenOptions::truncating()).await?;
        file.write_at(&self.call, 0, content.into()).await?;
        file.close(&self.call).await
    }

    /// The bytes of a file.
    pub async fn get(&self, below: &str) -> Bytes {
        self.try_get(below).await.unwrap_or_else(|error| panic!("reading {below}: {error:?}"))
    }

    /// The bytes of a file, or why not.
    pub async fn try_get(&self, below: &str) -> Result<Bytes> {
        self.read(below, &ReadOptions::default()).await
    }

    /// Some bytes of a file.
    pub async fn read(&self, below: &str, options: &ReadOptions) -> Result<Bytes> {
        let mut handle = self.resource.read(&self.call, &self.at(below), options).await?;
        let mut content = Vec::new();
        while let Some(chunk) = handle.bytes.next().await {
            content.extend_from_slice(&chunk?);
        }
        Ok(content.into())
    }

    /// Opens a file.
    pub async fn open(&self, below: &str, options: OpenOptions) -> Result<Box<dyn File>> {
        self.resource.open(&self.call, &self.at(below), &options).await
    }

    /// The bytes of an open file from `offset`, as many as there are up to `length`.
    pub async fn read_file(&self, file: &dyn File, offset: u64, length: usize) -> Result<Bytes> {
        let mut content = Vec::new();
        while content.len() < length {
            let next = offset + content.len() as u64;
            let piece = file.read_at(&self.call, next, length - content.len()).await?;
            if piece.is_empty() {
                break;
            }
            assert!(piece.len() <= length - content.len(), "a read gave more than was asked for");
            content.extend_from_slice(&piece);
        }
        Ok(content.into())
    }

    /// The entry of a path.
    pub async fn stat(&self, below: &str) -> Result<Entry> {
        self.resource.stat(&self.call, &self.at(below)).await
    }

    /// Makes a directory.
    pub async fn create_dir(&self, below: &str) -> Result<()> {
        self.resource.create_dir(&self.call, &self.at(below), 0o755).await
    }

    /// Removes an entry.
    pub async fn remove(&self, below: &str, kind: Kind) -> Result<()> {
        self.resource.remove(&self.call, &self.at(below), kind).await
    }

    /// Moves an entry.
    pub async fn rename(&self, from: &str, to: &str) -> Result<()> {
        self.resource.rename(&self.call, &self.at(from), &self.at(to)).await
    }

    /// Makes a link.
    pub async fn symlink(&self, target: &[u8], below: &str) -> Result<()> {
        self.resource.symlink(&self.call, target, &self.at(below)).await
    }

    /// The entries of a directory in the order of their names.
    pub async fn list(&self, directory: &Path, want: Want) -> Result<Vec<Entry>> {
        let options = ListOptions { want, recursive: false };
        let mut entries = self.resource.list(&self.call, directory, &options).await?.collect().await?;
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(entries)
    }

    /// The names in a directory below the base, in order.
    pub async fn names(&self, below: &str) -> Vec<Bytes> {
        let directory = if below.is_empty() { self.base.clone() } else { self.at(below) };
        let entries = self.list(&directory, Want::Kinds).await;
        let entries = entries.unwrap_or_else(|error| panic!("listing {directory}: {error:?}"));
        entries.into_iter().map(|entry| entry.name).collect()
    }
}

/// What reading is tested on.
fn standard_fixture() -> Vec<(&'static str, Bytes)> {
    static PATTERN: LazyLock<Bytes> = LazyLock::new(|| (0..200_000u32).flat_map(u32::to_le_bytes).collect());
    vec![
        ("empty", Bytes::new()),
        ("large", PATTERN.slice(..777_777)),
        ("small", Bytes::from_static(b"small\n")),
        ("directory/inner", Bytes::from_static(b"inner")),
    ]
}

/// Fails unless `answer` is an error of this kind.
#[track_caller]
pub(super) fn refused<T>(answer: Result<T>, kind: ErrorKind) {
    refused_as(answer, &[kind]);
}

/// Fails unless `answer` is an error of one of these kinds.
#[track_caller]
pub(super) fn refused_as<T>(answer: Result<T>, kinds: &[ErrorKind]) {
    match answer {
        Ok(_) => panic!("worked where {kinds:?} was expected"),
        Err(error) => assert_one_of(error.kind(), kinds, &error),
    }
}

#[track_caller]
fn assert_one_of(kind: ErrorKind, kinds: &[ErrorKind], error: &impl Debug) {
    assert!(kinds.contains(&kind), "{error:?} where {kinds:?} was expected");
}

/// A resource without its `open`, that tells what it was asked: what the layers over a service are tested on.
pub struct WholeFiles {
    resource: Arc<dyn DynResource>,
    info: Info,
    asked: Mutex<Vec<&'static str>>,
}

impl WholeFiles {
    /// `resource` without open files, and so without files that have several names.
    pub fn new(resource: impl DynResource) -> Self {
        let mut info = resource.info().clone();
        (info.capabilities.open, info.capabilities.link) = (false, false);
        WholeFiles { resource: Arc::new(resource), info, asked: Mutex::default() }
    }

    /// The names of the operations since the last look, in their order.
    pub fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

macro_rules! pass_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        $(fn $name<'a>(&'a self, call: &'a Call, $($argument: $type),*) -> BoxFuture<'a, Result<$answer>> {
            self.asked.lock().unwrap().push(stringify!($name));
            self.resource.$name(call, $($argument),*)
        })*
    };
}

impl DynResource for WholeFiles {
    fn info(&self) -> &Info {
        &self.info
    }

    fn open<'a>(
        &'a self,
        _: &'a Call,
        _: &'a Path,
        _: &'a OpenOptions,
    ) -> BoxFuture<'a, Result<Box<dyn File>>> {
        Box::pin(async { Err(Error::unsupported("open")) })
    }

    fn link<'a>(&'a self, _: &'a Call, _: &'a Path, _: &'a Path) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::unsupported("link")) })
    }

    pass_on! {
        stat(path: &'a Path) -> Entry;
        list(path: &'a Path, options: &'a ListOptions) -> Listing;
        read(path: &'a Path, options: &'a ReadOptions) -> ReadHandle;
        write(path: &'a Path, options: &'a WriteOptions) -> Box<dyn WriteHandle>;
        create_dir(path: &'a Path, mode: u32) -> ();
        remove(path: &'a Path, kind: Kind) -> ();
        rename(from: &'a Path, to: &'a Path) -> ();
        copy(from: &'a Path, to: &'a Path) -> ();
        symlink(target: &'a [u8], path: &'a Path) -> ();
        read_link(path: &'a Path) -> Bytes;
        set_attributes(path: &'a Path, attributes: &'a Attributes) -> ();
    }
}
