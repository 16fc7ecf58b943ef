//! An open device.

use bytes::Bytes;
use mirage_store::BoxFuture;

use super::Device;
use crate::call::Call;
use crate::entry::Entry;
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};

/// The most that one read of an endless device gives.
const LARGEST_READ: usize = 64 * 1024;

static ZEROS: [u8; LARGEST_READ] = [0; LARGEST_READ];

pub(super) struct DeviceFile {
    device: Device,
    options: OpenOptions,
    entry: Entry,
}

impl DeviceFile {
    pub fn new(device: Device, options: OpenOptions, entry: Entry) -> Self {
        DeviceFile { device, options, entry }
    }

    fn read(&self, call: &Call, length: usize) -> Result<Bytes> {
        let length = length.min(LARGEST_READ);
        match self.device {
            _ if !self.options.read => Err(Error::new(ErrorKind::BadDescriptor, "read")),
            Device::Null | Device::Stream => Ok(Bytes::new()),
            Device::Zero | Device::Full => Ok(Bytes::from_static(&ZEROS[..length])),
            Device::Random => {
                let mut bytes = vec![0; length];
                call.host().random(&mut bytes);
                Ok(bytes.into())
            }
        }
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> Result<u64> {
        match self.device {
            _ if !(self.options.write || self.options.append) => {
                Err(Error::new(ErrorKind::BadDescriptor, "write"))
            }
            Device::Full if !bytes.is_empty() => Err(Error::new(ErrorKind::NoSpace, "write")),
            _ => Ok(offset.saturating_add(bytes.len() as u64)),
        }
    }
}

impl File for DeviceFile {
    fn read_at<'a>(&'a self, call: &'a Call, _: u64, length: usize) -> BoxFuture<'a, Result<Bytes>> {
        Box::pin(async move { self.read(call, length) })
    }

    fn write_at<'a>(&'a self, _: &'a Call, offset: u64, bytes: Bytes) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.write(offset, &bytes) })
    }

    fn truncate<'a>(&'a self, _: &'a Call, _: u64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::new(ErrorKind::InvalidArgument, "truncate")) })
    }

    fn stat<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Entry>> {
        Box::pin(async { Ok(self.entry.clone()) })
    }

    fn close<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
