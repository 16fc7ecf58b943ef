//! An object store as a tree: what the resources on OpenDAL share.
//!
//! A key is a path, its slashes separate directories, and a directory is there as long as a key begins with it. OpenDAL
//! signs and parses; requests go through the host (`transport`), and what a tree needs beyond keys is here.

mod copy;
mod directory;
mod entry;
mod error;
mod key;
mod list;
mod read;
mod transport;
mod write;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use mirage_vfs::{
    Call, Capabilities, Entry, Host, Info, Kind, ListOptions, Listing, Path, ReadHandle, ReadOptions,
    Resource, Result, WriteHandle, WriteOptions,
};
use opendal::raw::{OpStat, ServiceDyn, Servicer};
use opendal::{Builder, ErrorKind, Executor, HttpTransporter, OperationContext};

use self::error::error;
use self::key::{Key, Keys};
use self::transport::{Tasks, Transport};
use crate::emptied::Emptied;
use crate::identity::identity;
use crate::width::Width;

const CAPABILITIES: Capabilities = Capabilities {
    open: false,
    ranges: true,
    write: true,
    create_dir: true,
    remove: true,
    rename: false,
    copy: true,
    link: false,
    symlink: false,
    set_attributes: false,
    recursive_list: true,
    complete_listings: true,
    revisions: false,
    preconditions: true,
};

/// What a kind of object store says of itself.
pub(crate) struct Store<'a> {
    /// Its `type:`.
    pub kind: &'static str,
    /// What tells its content from that of any other: endpoint, bucket, who asks.
    pub identity: &'a [&'a [u8]],
    /// Every key begins with it; empty, or ends with a slash.
    pub prefix: String,
    /// How many requests it takes at once.
    pub concurrency: usize,
}

/// The objects of a bucket.
pub(crate) struct Objects {
    info: Info,
    keys: Keys,
    service: Servicer,
    tasks: Executor,
    emptied: Emptied,
    width: Arc<Width>,
}

impl Objects {
    /// The objects that `builder` reaches. Nothing is asked yet.
    pub fn new(host: &Arc<dyn Host>, store: Store<'_>, builder: impl Builder) -> Result<Self> {
        let service = builder.build().map_err(|failed| error(failed, "mount"))?;
        let parts: Vec<&[u8]> = store.identity.iter().copied().chain([store.prefix.as_bytes()]).collect();
        let identity = identity(store.kind, &parts);
        let info = Info { kind: store.kind, identity, capabilities: CAPABILITIES, remote: true };
        Ok(Objects {
            info,
            keys: Keys::new(store.prefix),
            service: Arc::new(service),
            tasks: Executor::with(Tasks(host.clone())),
            emptied: Emptied::default(),
            width: Arc::new(Width::new(store.concurrency)),
        })
    }

    /// What OpenDAL needs to ask the service for this line.
    fn context(&self, call: &Call) -> OperationContext {
        let transport = HttpTransporter::new(Transport::new(call.clone(), self.width.clone()));
        OperationContext::from_parts(transport, self.tasks.clone())
    }

    /// The object of exactly this key; none if it is missing.
    async fn head(
        &self,
        call: &Call,
        key: &str,
        name: Bytes,
        operation: &'static str,
    ) -> Result<Option<Entry>> {
        match self.service.stat_dyn(&self.context(call), key, OpStat::new()).await {
            Ok(answer) => Ok(Some(entry::file(name, &answer.into_metadata()))),
            Err(failed) if failed.kind() == ErrorKind::NotFound => Ok(None),
            Err(failed) => Err(error(failed, operation)),
        }
    }

    /// The file or directory at `path`; none if nothing is there.
    async fn find(&self, call: &Call, path: &Path, operation: &'static str) -> Result<Option<Entry>> {
        let name = path.name().unwrap_or_default();
        let key = match self.keys.of(path, operation)? {
            Key::Root => return Ok(Some(Entry::directory(name))),
            key => key,
        };
        if let Some(file) = key.file()
            && let Some(entry) = self.head(call, file, name.clone(), operation).await?
        {
            return Ok(Some(entry));
        }
        match self.is_directory(call, path, &key, operation).await? {
            true => Ok(Some(Entry::directory(name))),
            false => Ok(None),
        }
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects").field("identity", &self.info.identity).finish_non_exhaustive()
    }
}

impl Resource for Objects {
    fn info(&self) -> &Info {
        &self.info
    }

    fn fan_out(&self) -> usize {
        self.width.now()
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        match self.find(call, path, "stat").await? {
            Some(entry) => Ok(entry),
            None => Err(self.absent(call, path, "stat").await),
        }
    }

    async fn list(&self, call: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        self.list_directory(call, path, options.recursive).await
    }

    async fn read(&self, call: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        self.read_file(call, path, options).await
    }

    async fn write(&self, call: &Call, path: &Path, options: &WriteOptions) -> Result<Box<dyn WriteHandle>> {
        self.write_file(call, path, options)
    }

    async fn create_dir(&self, call: &Call, path: &Path, _: u32) -> Result<()> {
        self.make_directory(call, path).await
    }

    async fn remove(&self, call: &Call, path: &Path, kind: Kind) -> Result<()> {
        match kind {
            Kind::Directory => self.remove_directory(call, path).await,
            _ => self.remove_file(call, path).await,
        }
    }

    async fn copy(&self, call: &Call, from: &Path, to: &Path) -> Result<()> {
        self.copy_file(call, from, to).await
    }
}
