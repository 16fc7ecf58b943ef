//! What a command gets beside its arguments and streams.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;
use imbl::OrdMap;
use mirage_vfs::tree::View;
use mirage_vfs::{Call, Error, ErrorKind, OpenOptions, Path, Result};

pub use mirage_pattern::Locale;

use super::{Registry, Status};
use crate::io::{Descriptor, Io};

/// Everything a command may use: the tree as its session sees it, the environment, and the way to run others.
#[derive(Clone)]
pub struct Context {
    /// The line this run belongs to.
    pub call: Call,
    /// The tree from the session's working directory, with its umask and modes.
    pub view: View,
    /// The exported variables.
    pub environment: Environment,
    /// What commands there are.
    pub registry: Arc<Registry>,
    /// Runs other commands: for `xargs`, `find -exec`, `env`, `timeout`.
    pub launcher: Rc<dyn Launch>,
}

impl Context {
    /// The locale by the rules of POSIX: `LC_ALL`, else `LC_CTYPE`, else `LANG`.
    pub fn locale(&self) -> Locale {
        locale_of(|variable| self.environment.get(variable))
    }
}

/// The locale that the variables of POSIX choose: C.UTF-8 and C are all there are, any other name means C.
pub(crate) fn locale_of<'a>(get: impl Fn(&'static [u8]) -> Option<&'a Bytes>) -> Locale {
    let variables: [&[u8]; 3] = [b"LC_ALL", b"LC_CTYPE", b"LANG"];
    match variables.into_iter().filter_map(get).find(|value| !value.is_empty()) {
        Some(name) if is_utf8(name) => Locale::Utf8,
        _ => Locale::C,
    }
}

impl Context {
    /// Opens `path` as a redirection or an operand does: `/dev/stdin`, `/dev/stdout`, `/dev/stderr` and `/dev/fd/N` are
    /// what the descriptors of `io` refer to, everything else is a file of the tree.
    pub async fn open(&self, io: &Io, path: &[u8], options: &OpenOptions) -> Result<Descriptor> {
        let number = match path {
            b"/dev/stdin" => Some(0),
            b"/dev/stdout" => Some(1),
            b"/dev/stderr" => Some(2),
            _ => path
                .strip_prefix(b"/dev/fd/")
                .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()),
        };
        match number {
            Some(number) => match io.get(number) {
                Some(descriptor) => descriptor.reopen(&self.call, options).await,
                None => Err(Error::new(ErrorKind::NotFound, "open")),
            },
            None => Ok(Descriptor::file(self.view.open(path, options).await?, *options)),
        }
    }
}

fn is_utf8(locale: &[u8]) -> bool {
    let codeset = locale.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let codeset: Vec<u8> = codeset.iter().filter(|&&byte| byte != b'-').map(u8::to_ascii_lowercase).collect();
    codeset == b"utf8"
}

/// The variables a command sees. Cloning is cheap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(OrdMap<Bytes, Bytes>);

impl Environment {
    /// The value of `name`.
    pub fn get(&self, name: &[u8]) -> Option<&Bytes> {
        self.0.get(name)
    }

    /// Sets `name`.
    pub fn set(&mut self, name: Bytes, value: Bytes) {
        self.0.insert(name, value);
    }

    /// Removes `name`.
    pub fn remove(&mut self, name: &[u8]) {
        self.0.remove(name);
    }

    /// All variables, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.0.iter()
    }
}

/// What is different for a launched command.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Its environment, if it is not the caller's.
    pub environment: Option<Environment>,
    /// Its working directory, if it is not the caller's.
    pub directory: Option<Path>,
}

/// How launching a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Launched {
    /// It ran and answered this.
    Ran(Status),
    /// There is no command of that name; nothing was printed.
    NotFound,
    /// It is there and can not be run; nothing was printed.
    NotExecutable,
}

/// The way to run another command by name, with rules and modes applied as if the line had named it.
pub trait Launch {
    /// Runs `words`, a command's name and its arguments, on these streams. Functions and builtins of the session that
    /// are not also programs are not found, as for any program that starts another.
    fn launch(&self, words: Vec<Bytes>, io: Io, changes: Changes) -> LocalBoxFuture<'_, Launched>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codesets_are_told_by_their_suffix() {
        for (name, utf8) in
            [("C.UTF-8", true), ("en_US.utf8", true), ("C", false), ("POSIX", false), ("de_DE", false)]
        {
            assert_eq!(is_utf8(name.as_bytes()), utf8, "{name}");
        }
    }
}
