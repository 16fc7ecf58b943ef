//! Whether a file that is there may be replaced.

use mirage_shell::command::Context;
use mirage_shell::io::Io;
use mirage_vfs::Entry;
use mirage_vfs::tree::Access;

use crate::support::{Report, ask, permissions, quote_always};

/// How the question is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// A file that may not be written is replaced all the same.
    Replaces,
    /// A file that may not be written can only be tried.
    Tries,
}

/// Asks the user whether `path`, whose entry is `entry`, may be replaced.
pub async fn may_overwrite(
    path: &[u8],
    entry: &Entry,
    how: Overwrite,
    context: &Context,
    io: &Io,
    report: &Report,
) -> bool {
    let writable = entry.is_symlink() || context.view.access(path, Access::Write).await.is_ok();
    let name = quote_always(path, report.locale());
    let mode = entry.mode.unwrap_or(0) & 0o7777;
    let shown = permissions(mode);
    let shown = String::from_utf8_lossy(&shown);
    let question = match (writable, how) {
        (true, _) => [b": overwrite ", &name[..], b"? "].concat(),
        (false, Overwrite::Replaces) => {
            let rest = format!(", overriding mode {mode:04o} ({shown})? ");
            [b": replace ", &name[..], rest.as_bytes()].concat()
        }
        (false, Overwrite::Tries) => {
            let rest = format!(" (mode {mode:04o}, {shown}); try anyway? ");
            [b": unwritable ", &name[..], rest.as_bytes()].concat()
        }
    };
    ask(io, &context.call, [report.name(), &question].concat()).await
}
