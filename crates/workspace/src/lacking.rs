//! A mount that can not be made yet because something its configuration refers to is missing.

use bytes::Bytes;
use mirage_vfs::{
    Call, Capabilities, Entry, Error, ErrorKind, File, Info, Kind, ListOptions, Listing, OpenOptions, Path,
    ReadHandle, ReadOptions, Resource, Result, WriteHandle, WriteOptions,
};

/// Stands in a mount's place and tells everybody what is missing.
pub(crate) struct Lacking {
    info: Info,
    names: String,
}

impl Lacking {
    pub fn new(names: &[String]) -> Self {
        let capabilities = Capabilities {
            open: true,
            write: true,
            create_dir: true,
            remove: true,
            rename: true,
            ..Capabilities::default()
        };
        let info = Info { kind: "lacking", identity: "lacking".into(), capabilities, remote: false };
        Lacking { info, names: names.join(", ") }
    }

    fn refused<T>(&self, call: &Call, operation: &'static str) -> Result<T> {
        call.hint(&format!(
            "this mount needs credentials that are not known any more: {}; give them: mirage workspace credentials NAME",
            self.names
        ));
        Err(Error::new(ErrorKind::Unauthenticated, operation)
            .message("Permission denied (needs credentials)"))
    }
}

impl Resource for Lacking {
    fn info(&self) -> &Info {
        &self.info
    }

    async fn stat(&self, call: &Call, path: &Path) -> Result<Entry> {
        match path.is_root() {
            true => Ok(Entry::new(Bytes::new(), Kind::Directory)),
            false => self.refused(call, "stat"),
        }
    }

    async fn list(&self, call: &Call, _: &Path, _: &ListOptions) -> Result<Listing> {
        self.refused(call, "list")
    }

    async fn read(&self, call: &Call, _: &Path, _: &ReadOptions) -> Result<ReadHandle> {
        self.refused(call, "read")
    }

    async fn open(&self, call: &Call, _: &Path, _: &OpenOptions) -> Result<Box<dyn File>> {
        self.refused(call, "open")
    }

    async fn write(&self, call: &Call, _: &Path, _: &WriteOptions) -> Result<Box<dyn WriteHandle>> {
        self.refused(call, "write")
    }

    async fn create_dir(&self, call: &Call, _: &Path, _: u32) -> Result<()> {
        self.refused(call, "create_dir")
    }

    async fn remove(&self, call: &Call, _: &Path, _: Kind) -> Result<()> {
        self.refused(call, "remove")
    }

    async fn rename(&self, call: &Call, _: &Path, _: &Path) -> Result<()> {
        self.refused(call, "rename")
    }
}
