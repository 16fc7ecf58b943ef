//! The directives for files.

use bytes::Bytes;
use mirage_shell::command::{Context, Locale};
use mirage_vfs::tree::Follow;
use mirage_vfs::{Entry, Time, found};

use super::directive::{Directive, Value};
use crate::support::date::{LocalTime, Zone, format};
use crate::support::{Accounts, QUOTING_STYLES, QuotingStyle, choose, kind_bits, kind_name, mode_string};

pub const DEFAULT: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
    Device: %Hd,%Ld\tInode: %-11i Links: %h\n\
    Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n\
    Access: %x\nModify: %y\nChange: %z\n Birth: %w\n";

pub const DEFAULT_SPECIAL: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n\
    Device: %Hd,%Ld\tInode: %-11i Links: %-5h Device type: %Hr,%Lr\n\
    Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n\
    Access: %x\nModify: %y\nChange: %z\n Birth: %w\n";

pub const TERSE: &str = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";

/// Bytes of an I/O block.
const IO_BLOCK: i128 = 4096;

/// A file with all that directives may ask for.
pub struct Subject<'a> {
    path: &'a Bytes,
    entry: Entry,
    target: Option<Bytes>,
    mount: Vec<u8>,
    zone: &'a Zone,
    accounts: &'a Accounts,
    locale: Locale,
    style: QuotingStyle,
    /// In the default format a name is shown as it is.
    plain_names: bool,
}

impl<'a> Subject<'a> {
    pub async fn of(
        path: &'a Bytes,
        entry: Entry,
        zone: &'a Zone,
        accounts: &'a Accounts,
        context: &Context,
    ) -> mirage_vfs::Result<Self> {
        let view = &context.view;
        let target = match (entry.is_symlink(), entry.target.clone()) {
            (false, _) => None,
            (true, Some(target)) => Some(target),
            (true, None) => Some(view.read_link(path).await?),
        };
        let follow = if entry.is_symlink() { Follow::No } else { Follow::Yes };
        let mount = match found(view.resolve(path, follow).await)? {
            Some(path) => view.tree().mount_of(&path).path.as_bytes().to_vec(),
            None => b"/".to_vec(),
        };
        let given = context.environment.get(b"QUOTING_STYLE");
        let style = given.and_then(|style| choose(style, QUOTING_STYLES, "", context.locale()).ok());
        Ok(Subject {
            path,
            entry,
            target,
            mount,
            zone,
            accounts,
            locale: context.locale(),
            style: style.unwrap_or(QuotingStyle::ShellEscapeAlways),
            plain_names: false,
        })
    }

    /// Names without quotes, as the default format shows them.
    pub fn with_plain_names(self) -> Self {
        Subject { plain_names: true, ..self }
    }

    pub fn value(&self, directive: &Directive) -> Value {
        let entry = &self.entry;
        let number = |known: Option<u64>| known.map_or_else(unknown, |number| Value::Number(number.into()));
        let owner = entry.owner;
        let mode = entry.mode.unwrap_or(0);
        let device = entry.identity.map_or(0, |(device, _)| device);
        match directive.letter {
            b'a' => Value::Octal(mode.into()),
            b'A' => Value::Text(mode_string(entry.kind, mode).to_vec()),
            b'b' => number(entry.allocated.map(|bytes| bytes.div_ceil(512))),
            b'B' => Value::Number(512),
            b'd' => match directive.part {
                Some(b'H') => Value::Number(major(device).into()),
                Some(_) => Value::Number(minor(device).into()),
                None => Value::Number(device.into()),
            },
            b'D' => Value::Hexadecimal(device),
            b'f' => Value::Hexadecimal((kind_bits(entry.kind) | mode).into()),
            b'F' => Value::Text(kind_name(entry).into()),
            b'g' => number(owner.map(|owner| owner.group.into())),
            b'u' => number(owner.map(|owner| owner.user.into())),
            b'G' => self.account(owner.map(|owner| owner.group)),
            b'U' => self.account(owner.map(|owner| owner.user)),
            b'h' => number(entry.links),
            b'i' => number(entry.identity.map(|(_, inode)| inode)),
            b'm' => Value::Text(self.mount.clone()),
            b'n' => Value::Text(self.path.to_vec()),
            b'N' => Value::Text(self.quoted_name()),
            b'o' => Value::Number(IO_BLOCK),
            // Device numbers of special files are not told.
            b'r' | b'R' => Value::Number(0),
            b's' => number(entry.size.exact()),
            b't' | b'T' => Value::Hexadecimal(0),
            b'w' => Value::Text(b"-".to_vec()),
            b'W' => Value::Number(0),
            b'x' => self.time(entry.accessed),
            b'y' => self.time(entry.modified),
            b'z' => self.time(entry.changed),
            b'X' => seconds(entry.accessed),
            b'Y' => seconds(entry.modified),
            b'Z' => seconds(entry.changed),
            b'C' => Value::Text(b"?".to_vec()),
            _ => Value::Unknown,
        }
    }

    fn account(&self, id: Option<u32>) -> Value {
        match id {
            Some(id) => Value::Text(self.accounts.name(id).unwrap_or("UNKNOWN").into()),
            None => unknown(),
        }
    }

    fn quoted_name(&self) -> Vec<u8> {
        let quote = |name: &[u8]| match self.plain_names {
            true => name.to_vec(),
            false => self.style.quote(name, self.locale),
        };
        match &self.target {
            Some(target) => [&quote(self.path)[..], b" -> ", &quote(target)].concat(),
            None => quote(self.path),
        }
    }

    fn time(&self, time: Option<Time>) -> Value {
        match time {
            Some(time) => Value::Text(format(&LocalTime::new(time, self.zone), b"%Y-%m-%d %H:%M:%S.%N %z")),
            None => Value::Text(b"-".to_vec()),
        }
    }
}

fn unknown() -> Value {
    Value::Text(b"?".to_vec())
}

fn seconds(time: Option<Time>) -> Value {
    time.map_or(Value::Number(0), |time| Value::Seconds(time.seconds, time.nanos))
}

/// The major part of a device number of Linux.
fn major(device: u64) -> u64 {
    device >> 8 & 0xfff | device >> 32 & 0xffff_f000
}

/// The minor part.
fn minor(device: u64) -> u64 {
    device & 0xff | device >> 12 & 0xffff_ff00
}
