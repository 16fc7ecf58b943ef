//! `/dev` as a resource: the devices that scripts name.

mod file;

use bytes::Bytes;

use self::file::DeviceFile;
use crate::call::Call;
use crate::entry::{Entry, Kind, Owner, Size, Special};
use crate::error::{Error, ErrorKind, Result};
use crate::file::{File, OpenOptions};
use crate::info::{Capabilities, Info};
use crate::path::Path;
use crate::resource::{ListOptions, Listing, ReadHandle, ReadOptions, Resource};

/// What reading and writing a device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Device {
    /// Reads as empty, swallows writes.
    Null,
    /// Reads as zeros, swallows writes.
    Zero,
    /// Reads as zeros, every write is `NoSpace`.
    Full,
    /// Reads as the host's random bytes, swallows writes.
    Random,
    /// Stands for a stream of the line: whoever has the line's descriptors opens it there. Also the terminal, of which a
    /// line has none. Opened here it is `NoDevice`.
    Stream,
}

const DEVICES: &[(&str, Device)] = &[
    ("full", Device::Full),
    ("null", Device::Null),
    ("random", Device::Random),
    ("stderr", Device::Stream),
    ("stdin", Device::Stream),
    ("stdout", Device::Stream),
    ("tty", Device::Stream),
    ("urandom", Device::Random),
    ("zero", Device::Zero),
];

/// The directory of a line's descriptors, and those every line has.
const DESCRIPTORS: (&str, &[&str]) = ("fd", &["0", "1", "2"]);

/// `null zero full random urandom`, the names of a line's streams, and `tty`, which a line does not have.
pub struct Devices(Info);

impl Devices {
    /// The devices; they have no state.
    pub fn new() -> Self {
        let capabilities = Capabilities { open: true, ..Capabilities::default() };
        let identity = Bytes::from_static(b"devices");
        Devices(Info { kind: "devices", identity, capabilities, remote: false })
    }
}

impl Default for Devices {
    fn default() -> Self {
        Devices::new()
    }
}

/// What a path in `/dev` names.
enum Place {
    Root,
    Descriptors,
    Device(Device),
}

fn find(path: &Path, operation: &'static str) -> Result<Place> {
    let mut components = path.components();
    let (first, second, third) = (components.next(), components.next(), components.next());
    let Some(first) = first else { return Ok(Place::Root) };
    let device = DEVICES.iter().find(|(name, _)| name.as_bytes() == first).map(|&(_, device)| device);
    let is_descriptors = first == DESCRIPTORS.0.as_bytes();
    match (device, second) {
        (Some(device), None) => Ok(Place::Device(device)),
        (Some(_), Some(_)) => Err(Error::new(ErrorKind::NotADirectory, operation)),
        (None, None) if is_descriptors => Ok(Place::Descriptors),
        (None, Some(number)) if is_descriptors && is_descriptor(number) => match third {
            None => Ok(Place::Device(Device::Stream)),
            Some(_) => Err(Error::new(ErrorKind::NotADirectory, operation)),
        },
        _ => Err(Error::new(ErrorKind::NotFound, operation)),
    }
}

fn is_descriptor(number: &[u8]) -> bool {
    DESCRIPTORS.1.iter().any(|known| known.as_bytes() == number)
}

fn entry(name: impl Into<Bytes>, place: &Place) -> Entry {
    let owner = Some(Owner { user: 0, group: 0 });
    match place {
        Place::Root | Place::Descriptors => Entry { mode: Some(0o755), owner, ..Entry::directory(name) },
        Place::Device(_) => Entry {
            size: Size::Exact(0),
            mode: Some(0o666),
            owner,
            ..Entry::new(name, Kind::Special(Special::CharacterDevice))
        },
    }
}

impl Resource for Devices {
    fn info(&self) -> &Info {
        &self.0
    }

    async fn stat(&self, _: &Call, path: &Path) -> Result<Entry> {
        Ok(entry(path.name().unwrap_or_default(), &find(path, "stat")?))
    }

    async fn list(&self, _: &Call, path: &Path, options: &ListOptions) -> Result<Listing> {
        if options.recursive {
            return Err(Error::unsupported("list"));
        }
        let stream = Place::Device(Device::Stream);
        let entries = match find(path, "list")? {
            Place::Root => {
                let devices = DEVICES.iter().map(|&(name, device)| entry(name, &Place::Device(device)));
                devices.chain([entry(DESCRIPTORS.0, &Place::Descriptors)]).collect()
            }
            Place::Descriptors => DESCRIPTORS.1.iter().map(|&name| entry(name, &stream)).collect(),
            Place::Device(_) => return Err(Error::new(ErrorKind::NotADirectory, "list")),
        };
        Ok(Listing::of(entries))
    }

    async fn read(&self, _: &Call, path: &Path, _: &ReadOptions) -> Result<ReadHandle> {
        match find(path, "read")? {
            Place::Root | Place::Descriptors => Err(Error::new(ErrorKind::IsADirectory, "read")),
            // Devices have no content that could be read as a whole.
            Place::Device(_) => Err(Error::unsupported("read")),
        }
    }

    async fn open(&self, _: &Call, path: &Path, options: &OpenOptions) -> Result<Box<dyn File>> {
        match find(path, "open") {
            Ok(Place::Device(_)) if options.create && options.exclusive => {
                Err(Error::new(ErrorKind::AlreadyExists, "open"))
            }
            Ok(Place::Device(Device::Stream)) => Err(Error::new(ErrorKind::NoDevice, "open")),
            Ok(Place::Device(device)) => {
                let name = path.name().unwrap_or_default();
                Ok(Box::new(DeviceFile::new(device, *options, entry(name, &Place::Device(device)))))
            }
            Ok(Place::Root | Place::Descriptors) => Err(Error::new(ErrorKind::IsADirectory, "open")),
            Err(error) if options.create && error.is(ErrorKind::NotFound) => {
                Err(Error::new(ErrorKind::PermissionDenied, "open"))
            }
            Err(error) => Err(error),
        }
    }
}
