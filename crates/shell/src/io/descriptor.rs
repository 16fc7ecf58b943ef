//! Open file descriptions: what a descriptor number stands for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::lock::Mutex;
use mirage_vfs::{BoxFuture, BoxStream, Call, Error, ErrorKind, File, MaybeSend, OpenOptions, Result};

use super::{PipeReader, PipeWriter};

/// The first read of a file; later ones grow, so that `head` costs little and `wc` goes at full rate.
const FIRST_READ: usize = 64 * 1024;

/// The largest read of a file.
const LARGEST_READ: usize = 256 * 1024;

/// What passing on a chunk counts for in a line's turn: files, devices and memory answer at once, so that a copy would
/// never await anything else.
const CHUNK_UNITS: u32 = 32;

/// Where a front end takes the output of a line.
pub trait Sink: MaybeSend {
    /// Takes all of `chunk`; answers when it may be given the next one. `BrokenPipe` ends the writer with 141.
    fn write<'a>(&'a mut self, chunk: Bytes) -> BoxFuture<'a, Result<()>>;
}

/// A descriptor: a shared reference to one open file description with one offset. A clone is what `dup` makes.
///
/// A description that can fail when it is closed (a file that is committed then) is closed with
/// [`close`](Descriptor::close) by whoever holds the last descriptor; dropping the last one without it aborts.
#[derive(Clone)]
pub struct Descriptor(Rc<Description>);

struct Description {
    target: Target,
    /// What was read and given back: read again first.
    ahead: RefCell<Vec<Bytes>>,
}

enum Target {
    Null,
    Closed,
    Reader(PipeReader),
    Writer(PipeWriter),
    File(Opened),
    Source(Mutex<BoxStream<'static, Result<Bytes>>>),
    Sink(Mutex<Box<dyn Sink>>),
}

/// An open file of the tree with its offset.
pub struct Opened {
    file: Rc<dyn File>,
    options: OpenOptions,
    offset: Cell<u64>,
    next_read: Cell<usize>,
}

impl Opened {
    /// The file itself.
    pub fn file(&self) -> &dyn File {
        &*self.file
    }

    /// How it was opened.
    pub fn options(&self) -> &OpenOptions {
        &self.options
    }
}

impl Descriptor {
    fn of(target: Target) -> Self {
        Descriptor(Rc::new(Description { target, ahead: RefCell::new(Vec::new()) }))
    }

    /// Reads as empty, swallows writes.
    pub fn null() -> Self {
        Descriptor::of(Target::Null)
    }

    /// Stands for a descriptor that is not open: every use is `BadDescriptor`.
    pub fn closed() -> Self {
        Descriptor::of(Target::Closed)
    }

    /// Whether what is written may wait a while without anybody noticing: not where failing must be told at once.
    pub(crate) fn is_patient(&self) -> bool {
        matches!(self.0.target, Target::Null | Target::Writer(_) | Target::Sink(_) | Target::File(_))
    }

    /// The reading end of a pipe.
    pub fn reader(reader: PipeReader) -> Self {
        Descriptor::of(Target::Reader(reader))
    }

    /// The writing end of a pipe.
    pub fn writer(writer: PipeWriter) -> Self {
        Descriptor::of(Target::Writer(writer))
    }

    /// An open file, at its start.
    pub fn file(file: Box<dyn File>, options: OpenOptions) -> Self {
        let next_read = Cell::new(FIRST_READ);
        Descriptor::of(Target::File(Opened { file: file.into(), options, offset: Cell::new(0), next_read }))
    }

    /// What opening `/dev/fd/N` gives: of a file, a description of its own, at its start, as far as `options` ask for
    /// nothing that the file was not opened for; of anything else the same description.
    pub async fn reopen(&self, call: &Call, options: &OpenOptions) -> Result<Descriptor> {
        let Target::File(opened) = &self.0.target else { return Ok(self.clone()) };
        let had = opened.options;
        if options.read && !had.read || options.write && !had.write {
            return Ok(self.clone());
        }
        if options.truncate {
            opened.file.truncate(call, 0).await?;
        }
        let offset = match options.append {
            true => opened.file.stat(call).await?.size.exact().unwrap_or(0),
            false => 0,
        };
        let (file, next_read) = (opened.file.clone(), Cell::new(FIRST_READ));
        let options = OpenOptions { append: options.append || had.append, ..*options };
        Ok(Descriptor::of(Target::File(Opened { file, options, offset: Cell::new(offset), next_read })))
    }

    /// A front end's input.
    pub fn source(chunks: BoxStream<'static, Result<Bytes>>) -> Self {
        // Past its end a stream need not answer any more; a descriptor does.
        Descriptor::of(Target::Source(Mutex::new(Box::pin(chunks.fuse()))))
    }

    /// A front end's output.
    pub fn sink(sink: Box<dyn Sink>) -> Self {
        Descriptor::of(Target::Sink(Mutex::new(sink)))
    }

    /// Reads `text` and then the end: a here-document.
    pub fn text(text: Bytes) -> Self {
        let descriptor = Descriptor::null();
        descriptor.unread(text);
        descriptor
    }

    /// The next bytes, at least one; empty at the end.
    pub async fn read(&self, call: &Call) -> Result<Bytes> {
        if let Some(chunk) = self.0.ahead.borrow_mut().pop() {
            return Ok(chunk);
        }
        call.tick_many(CHUNK_UNITS).await;
        match &self.0.target {
            Target::Null => Ok(Bytes::new()),
            Target::Reader(reader) => Ok(reader.read().await),
            Target::Source(chunks) => chunks.lock().await.next().await.unwrap_or_else(|| Ok(Bytes::new())),
            Target::File(opened) if opened.options.read => opened.read(call).await,
            Target::Closed | Target::File(_) | Target::Writer(_) | Target::Sink(_) => Err(bad("read")),
        }
    }

    /// Puts `chunk` back: the next read, through whichever descriptor of this description, answers it first.
    pub fn unread(&self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.0.ahead.borrow_mut().push(chunk);
        }
    }

    /// Writes all of `chunk` at the description's offset. `BrokenPipe` when nobody will read it.
    pub async fn write(&self, call: &Call, chunk: Bytes) -> Result<()> {
        call.tick_many(CHUNK_UNITS).await;
        match &self.0.target {
            Target::Null => Ok(()),
            Target::Writer(writer) => writer.write(chunk).await,
            Target::Sink(sink) => sink.lock().await.write(chunk).await,
            Target::File(opened) if opened.options.write => {
                self.seek(self.offset().unwrap_or(0));
                opened.offset.set(opened.file.write_at(call, opened.offset.get(), chunk).await?);
                Ok(())
            }
            Target::Closed | Target::File(_) | Target::Reader(_) | Target::Source(_) => Err(bad("write")),
        }
    }

    /// Whether it stands for a descriptor that is not open.
    pub fn is_closed(&self) -> bool {
        matches!(self.0.target, Target::Closed)
    }

    /// Whether it reads from a pipe or a front end's input, which end when their writers are gone.
    pub fn is_pipe(&self) -> bool {
        matches!(self.0.target, Target::Reader(_) | Target::Source(_))
    }

    /// Gives this descriptor up as if it had been read to the end: whoever shares the description finds it there, and the
    /// writers of a pipe go on to their end without being held up or refused.
    pub async fn discard(self, call: &Call) -> Result<()> {
        self.0.ahead.borrow_mut().clear();
        if let Target::Reader(reader) = &self.0.target {
            reader.discard().await;
            return Ok(());
        }
        if self.as_file().is_some() && Rc::strong_count(&self.0) == 1 {
            return Ok(());
        }
        if let Target::File(opened) = &self.0.target
            && let Some(size) = opened.file.stat(call).await?.size.exact()
        {
            opened.offset.set(opened.offset.get().max(size));
        }
        while !self.read(call).await?.is_empty() {}
        Ok(())
    }

    /// Whether it is a pipe whose reader has no use for anything more. What is written is lost, without an error: a
    /// command whose status no longer depends on the rest of its input can pass that by.
    pub fn is_unwanted(&self) -> bool {
        matches!(&self.0.target, Target::Writer(writer) if writer.is_unwanted())
    }

    /// Whether it is a pipe that nobody reads any more: the next write fails with `BrokenPipe`.
    pub fn is_abandoned(&self) -> bool {
        matches!(&self.0.target, Target::Writer(writer) if writer.is_abandoned())
    }

    /// Completes when it is a pipe that nobody reads any more; never for anything else.
    pub async fn abandoned(&self) {
        match &self.0.target {
            Target::Writer(writer) => writer.abandoned().await,
            _ => std::future::pending().await,
        }
    }

    /// The open file behind it, if it is one: for commands that seek (`tail`, `wc -c`) or compare files.
    pub fn as_file(&self) -> Option<&Opened> {
        match &self.0.target {
            Target::File(opened) => Some(opened),
            _ => None,
        }
    }

    /// Where the next read or write of a file happens.
    pub fn offset(&self) -> Option<u64> {
        let ahead: usize = self.0.ahead.borrow().iter().map(Bytes::len).sum();
        self.as_file().map(|opened| opened.offset.get().saturating_sub(ahead as u64))
    }

    /// Moves a file's offset; nothing else has one.
    pub fn seek(&self, offset: u64) {
        if let Some(opened) = self.as_file() {
            self.0.ahead.borrow_mut().clear();
            opened.offset.set(offset);
        }
    }

    /// Whether both refer to the same description.
    pub fn same_description(&self, other: &Descriptor) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Gives up this descriptor. The last one of a file commits what was written and answers when that is certain.
    pub async fn close(self, call: &Call) -> Result<()> {
        match Rc::try_unwrap(self.0) {
            // It may have been opened again by the name of its descriptor.
            Ok(Description { target: Target::File(opened), .. }) if Rc::strong_count(&opened.file) == 1 => {
                opened.file.close(call).await
            }
            _ => Ok(()),
        }
    }
}

impl Opened {
    async fn read(&self, call: &Call) -> Result<Bytes> {
        let length = self.next_read.get();
        let chunk = self.file.read_at(call, self.offset.get(), length).await?;
        self.offset.set(self.offset.get() + chunk.len() as u64);
        self.next_read.set((length * 2).min(LARGEST_READ));
        Ok(chunk)
    }
}

fn bad(operation: &'static str) -> Error {
    Error::new(ErrorKind::BadDescriptor, operation)
}
