//! Open files for resources that read and write whole files.

mod content;
mod read;
mod write;

use std::sync::Arc;

use self::content::Content;
use self::read::StagedReader;
use self::write::{Base, StagedWriter};
use super::operations::{operations, passed_on};
use crate::BoxFuture;
use crate::call::Call;
use crate::dynamic::{DynResource, Held};
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::info::Info;
use crate::path::Path;

/// Gives `open` to a resource that has `read` and, if it can be written, `write`.
///
/// - **Reading** is one request at open, of the first 64 KiB (none where a cache below knows the file); later ones grow eightfold while reading goes on in order.
///   Where the resource has fingerprints, a file that changes meanwhile is `Changed`. A resource without `ranges` is read
///   in one request, and once more when a reader goes back.
/// - **Writing** is collected, in memory up to a bound and then in the host's scratch space, and committed once, by
///   [`close`](File::close): until then everybody else sees the old content, and a handle that is dropped leaves it. A
///   file that is changed in part (opened without `truncate`) is read first, when it is first needed, and where the
///   resource has fingerprints it must not have changed since: else the commit is `Changed`.
/// - What was opened with `create` exists after the close; with `exclusive` the commit demands that it was absent.
pub struct Stage {
    resource: Arc<dyn DynResource>,
    info: Info,
}

impl Stage {
    /// `resource` with open files.
    pub fn new(resource: Arc<dyn DynResource>) -> Self {
        let mut info = resource.info().clone();
        info.capabilities.open = true;
        Stage { resource, info }
    }

    async fn open_file(&self, call: &Call, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        if !options.writes() {
            return Ok(Box::new(StagedReader::open(self.resource.clone(), call, path).await?));
        }
        if !self.info.capabilities.write {
            return Err(Error::unsupported("open"));
        }
        let fail = |kind| Err(Error::new(kind, "open"));
        let found = match self.resource.stat(call, path).await {
            Ok(_) if options.create && options.exclusive => return fail(ErrorKind::AlreadyExists),
            Ok(entry) if entry.is_directory() => return fail(ErrorKind::IsADirectory),
            Ok(entry) if entry.is_symlink() => return fail(ErrorKind::CrossesLink),
            Ok(entry) => Some(entry),
            Err(error) if options.create && error.is(ErrorKind::NotFound) => None,
            Err(error) => return Err(error),
        };
        if found.is_none() {
            self.require_parent(call, path).await?;
        }
        let base = match found {
            Some(entry) if options.truncate => Base::Cut(entry),
            Some(entry) => Base::Kept(entry),
            None => Base::Absent,
        };
        Ok(Box::new(StagedWriter::new(self.resource.clone(), path.clone(), *options, base)))
    }

    /// A file is not made in a directory that is missing, where the resource has directories of its own; elsewhere they
    /// come with the files in them.
    async fn require_parent(&self, call: &Call, path: &Path) -> Result<()> {
        let parent = path.parent().filter(|_| self.info.capabilities.create_dir);
        let Some(parent) = parent else { return Ok(()) };
        let entry = self.resource.stat(call, &parent).await?;
        match () {
            () if entry.is_directory() => Ok(()),
            () if entry.is_symlink() => Err(Error::new(ErrorKind::CrossesLink, "open")),
            () => Err(Error::new(ErrorKind::NotADirectory, "open")),
        }
    }
}

impl DynResource for Stage {
    fn info(&self) -> &Info {
        &self.info
    }

    fn known(&self, call: &Call, path: &Path) -> Option<Entry> {
        self.resource.known(call, path)
    }

    fn ahead(&self, call: &Call, path: &Path) -> Option<BoxFuture<'static, Held>> {
        self.resource.ahead(call, path)
    }

    fn fan_out(&self) -> usize {
        self.resource.fan_out()
    }

    fn open<'a>(
        &'a self,
        call: &'a Call,
        path: &'a Path,
        options: &'a OpenOptions,
    ) -> BoxFuture<'a, Result<Box<dyn File>>> {
        Box::pin(self.open_file(call, path, options))
    }

    operations!(passed_on: stat list read write create_dir remove rename copy link symlink read_link set_attributes);
}
