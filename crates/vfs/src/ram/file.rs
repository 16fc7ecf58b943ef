//! Open files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use mirage_store::BoxFuture;

use super::image::{Caller, Image};
use super::node::Body;
use super::resource::{LARGEST_FILE, Shared};
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::resource::Attributes;
use crate::time::Time;

/// How old an access time gets before a read renews it though the content did not change.
const ACCESS_TIME_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// An inode that is open; it lives on without a name until this is dropped.
pub(super) struct RamFile {
    shared: Arc<Shared>,
    inode: u64,
    options: OpenOptions,
    was_read: AtomicBool,
}

impl RamFile {
    pub fn new(shared: Arc<Shared>, inode: u64, options: OpenOptions) -> Self {
        RamFile { shared, inode, options, was_read: AtomicBool::new(false) }
    }

    fn read(&self, call: &Call, offset: u64, length: usize) -> Result<Bytes> {
        if !self.options.read {
            return Err(Error::new(ErrorKind::BadDescriptor, "read"));
        }
        let image = &mut self.shared.lock().image;
        if !self.was_read.swap(true, Ordering::Relaxed) {
            renew_access_time(image, self.inode, call.host().now())?;
        }
        match &image.node(self.inode)?.body {
            Body::File(content) => Ok(content.read(offset, length)),
            _ => Err(Error::new(ErrorKind::InvalidArgument, "read")),
        }
    }

    fn write(&self, call: &Call, offset: u64, bytes: Bytes) -> Result<u64> {
        if !self.options.write && !self.options.append {
            return Err(Error::new(ErrorKind::BadDescriptor, "write"));
        }
        let image = &mut self.shared.lock().image;
        let size = match &image.node(self.inode)?.body {
            Body::File(content) => content.size(),
            _ => 0,
        };
        let start = if self.options.append { size } else { offset };
        let end = start.checked_add(bytes.len() as u64).filter(|&end| end <= LARGEST_FILE);
        let end = end.ok_or_else(|| Error::new(ErrorKind::TooLarge, "write"))?;
        if !bytes.is_empty() {
            image.change_content(self.inode, call.host().now(), |content| content.write(start, bytes))?;
        }
        Ok(end)
    }

    fn cut(&self, call: &Call, size: u64) -> Result<()> {
        if !self.options.write && !self.options.append {
            return Err(Error::new(ErrorKind::InvalidArgument, "truncate"));
        }
        if size > LARGEST_FILE {
            return Err(Error::new(ErrorKind::TooLarge, "truncate"));
        }
        let image = &mut self.shared.lock().image;
        image.change_content(self.inode, call.host().now(), |content| content.truncate(size)).map(|_| ())
    }
}

/// As Linux does with `relatime`: only when the content changed since, or a day has passed.
fn renew_access_time(image: &mut Image, inode: u64, now: Time) -> Result<()> {
    let node = image.node(inode)?;
    let is_old = node.accessed <= node.modified
        || node.accessed <= node.changed
        || now.since(node.accessed) >= ACCESS_TIME_AGE;
    if is_old {
        image.node_mut(inode)?.accessed = now;
    }
    Ok(())
}

impl Drop for RamFile {
    fn drop(&mut self) {
        self.shared.lock().closed(self.inode);
    }
}

impl File for RamFile {
    fn read_at<'a>(&'a self, call: &'a Call, offset: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move { self.read(call, offset, length) })
    }

    fn write_at<'a>(&'a self, call: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.write(call, offset, bytes) })
    }

    fn truncate<'a>(&'a self, call: &'a Call, size: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.cut(call, size) })
    }

    fn stat<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async move { self.shared.lock().image.entry(Bytes::new(), self.inode) })
    }

    fn set_attributes<'a>(&'a self, call: &'a Call, attributes: &'a Attributes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let host = call.host();
            let caller = Caller { facts: host.facts(), now: host.now() };
            self.shared.lock().image.set_attributes(&caller, self.inode, attributes)
        })
    }

    fn close<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
