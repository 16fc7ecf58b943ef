//! Writing whole objects: in one request when they are small, else in parts that become visible together.

use bytes::{Bytes, BytesMut};
use mirage_vfs::{
    BoxFuture, Call, Entry, Error, ErrorKind, Kept, Path, Precondition, Result, WriteHandle, WriteOptions,
};
use opendal::raw::{OpWrite, ServiceDyn, oio};
use opendal::{Buffer, Capability, options};

use super::error::error;
use super::key::Key;
use super::{Objects, entry};

const OPERATION: &str = "write";

/// The first parts are so long; services refuse shorter ones than 5 MiB.
const PART: usize = 8 << 20;

/// Parts double after so many: services take ten thousand, and five thousand gigabytes.
const PARTS_OF_A_SIZE: usize = 1000;

impl Objects {
    pub(super) fn write_file(
        &self,
        call: &Call,
        path: &Path,
        options: &WriteOptions,
    ) -> Result<Box<dyn WriteHandle>> {
        let key = match self.keys.of(path, OPERATION)? {
            Key::Plain(key) => key,
            Key::Root | Key::Directory(_) => return Err(Error::new(ErrorKind::IsADirectory, OPERATION)),
        };
        let wanted = wanted(&self.service.capability_dyn(), &options.precondition)?;
        let writer = self.service.write_dyn(&self.context(call), &key, wanted);
        let writer = writer.map_err(|failed| error(failed, OPERATION))?;
        Ok(Box::new(Upload {
            writer: Some(writer),
            name: path.name().unwrap_or_default(),
            wants_absent: options.precondition == Precondition::Absent,
            part: BytesMut::new(),
            parts: 0,
            size: 0,
            call: call.clone(),
            kept: None,
        }))
    }
}

fn wanted(capability: &Capability, precondition: &Precondition) -> Result<OpWrite> {
    let mut options = options::WriteOptions::default();
    match precondition {
        Precondition::None => {}
        Precondition::Absent => options.if_not_exists = true,
        Precondition::Match(tag) => {
            options.if_match = Some(String::from_utf8_lossy(&tag.value).into_owned());
        }
    }
    let wanted = OpWrite::from_options(capability, options).map_err(|failed| error(failed, OPERATION))?;
    Ok(wanted.0)
}

/// An object on its way. Its parts are seen by nobody before the commit, and are removed when there is none.
struct Upload {
    /// None once it has ended.
    writer: Option<oio::Writer>,
    name: Bytes,
    wants_absent: bool,
    /// What the next part holds so far.
    part: BytesMut,
    parts: usize,
    size: u64,
    /// Of the line that writes.
    call: Call,
    /// The request that removes the parts, once there are any.
    kept: Option<Kept>,
}

impl Upload {
    fn part_size(&self) -> usize {
        PART << (self.parts / PARTS_OF_A_SIZE).min(9)
    }

    async fn add(&mut self, bytes: Bytes) -> Result<()> {
        self.size += bytes.len() as u64;
        self.part.extend_from_slice(&bytes);
        while self.part.len() >= self.part_size() {
            let part = self.part.split_to(self.part_size()).freeze();
            self.parts += 1;
            if self.parts > 1 && self.kept.is_none() {
                self.kept = Some(self.call.keep_request());
            }
            self.send(part).await?;
        }
        Ok(())
    }

    async fn send(&mut self, part: Bytes) -> Result<()> {
        let Some(writer) = &mut self.writer else {
            return Err(Error::new(ErrorKind::BadDescriptor, OPERATION));
        };
        let sent = oio::Write::write(writer, Buffer::from(part)).await;
        sent.map_err(|failed| self.failed(failed))
    }

    async fn finish(mut self: Box<Self>) -> Result<Entry> {
        if !self.part.is_empty() || self.parts == 0 {
            if self.parts > 0 && self.kept.is_none() {
                self.kept = Some(self.call.keep_request());
            }
            let last = std::mem::take(&mut self.part).freeze();
            self.send(last).await?;
        }
        let Some(writer) = &mut self.writer else {
            return Err(Error::new(ErrorKind::BadDescriptor, OPERATION));
        };
        let metadata = match oio::Write::close(writer).await {
            Ok(metadata) => metadata,
            Err(failed) => {
                let failed = self.failed(failed);
                self.give_up().await;
                return Err(failed);
            }
        };
        self.writer = None;
        let mut entry = Entry::file(self.name.clone(), self.size);
        entry.fingerprint = metadata.etag().map(entry::fingerprint);
        Ok(entry)
    }

    async fn give_up(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            self.kept = None;
            // Parts that can not be removed now are seen by nobody; the service's own clean-up has them.
            let _ = oio::Write::abort(&mut writer).await;
        }
    }

    fn failed(&self, failed: opendal::Error) -> Error {
        let is_there = self.wants_absent && failed.kind() == opendal::ErrorKind::ConditionNotMatch;
        match is_there {
            true => Error::new(ErrorKind::AlreadyExists, OPERATION),
            false => error(failed, OPERATION),
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // Nothing was sent of what fits into one request.
        let has_parts = self.kept.take().is_some();
        if has_parts && let Some(mut writer) = self.writer.take() {
            self.call.host().spawn(Box::pin(async move {
                let _ = oio::Write::abort(&mut writer).await;
            }));
        }
    }
}

impl WriteHandle for Upload {
    fn write<'a>(&'a mut self, _: &'a Call, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.add(bytes))
    }

    fn commit<'a>(self: Box<Self>, _: &'a Call) -> BoxFuture<'a, Result<Entry>>
    where
        Self: 'a,
    {
        Box::pin(self.finish())
    }

    fn abort<'a>(mut self: Box<Self>, _: &'a Call) -> BoxFuture<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async move { self.give_up().await })
    }
}
