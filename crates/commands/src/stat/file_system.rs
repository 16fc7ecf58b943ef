//! The directives for file systems: mounts of the tree.

use bytes::Bytes;
use mirage_shell::command::Context;

use super::directive::{Directive, Value};
use crate::support::QuotingStyle;

pub const DEFAULT: &str = "  File: %N\n    ID: %-8i Namelen: %-7l Type: %T\n\
    Block size: %-10s Fundamental block size: %S\n\
    Blocks: Total: %-10b Free: %-10f Available: %a\n\
    Inodes: Total: %-10c Free: %d\n";

pub const TERSE: &str = "%n %i %l %t %s %S %b %f %a %c %d\n";

/// A mount, as far as anything is told of it: nothing of its capacity.
pub struct FileSystem<'a> {
    path: &'a Bytes,
    kind: &'static str,
}

impl<'a> FileSystem<'a> {
    pub async fn of(path: &'a Bytes, context: &Context) -> Self {
        let mount = context.view.mount_of(path).await;
        FileSystem { path, kind: mount.map_or("unknown", |mount| mount.resource.info().kind) }
    }

    pub fn value(&self, directive: &Directive, context: &Context) -> Value {
        match directive.letter {
            b'n' => Value::Text(self.path.to_vec()),
            b'N' => Value::Text(QuotingStyle::C.quote(self.path, context.locale())),
            b'i' => Value::Hexadecimal(0),
            b'l' => Value::Number(255),
            b't' => Value::Hexadecimal(0),
            b'T' => Value::Text(self.kind.into()),
            b's' | b'S' => Value::Number(4096),
            b'a' | b'b' | b'c' | b'd' | b'f' => Value::Text(b"?".to_vec()),
            _ => Value::Unknown,
        }
    }
}
