//! The world a line sees: the same on every machine unless the caller says otherwise.

use bytes::Bytes;
use mirage_shell::state::{Attributes, State, Value, Variable};
use mirage_vfs::{Facts, Path};

/// Directories that exist in the root before anything is mounted: permission bits, and whether the user owns them.
pub(crate) const DIRECTORIES: [(&str, u32, bool); 3] =
    [("/home", 0o755, false), ("/home/user", 0o755, true), ("/tmp", 0o1777, false)];

/// A new session's state: the environment every line has, overlaid with `env`.
pub(crate) fn state<'a>(facts: &Facts, env: impl IntoIterator<Item = (&'a String, &'a String)>) -> State {
    let mut state = State::new();
    for (name, value) in [
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        ("HOME", "/home/user"),
        ("USER", &facts.user),
        ("HOSTNAME", &facts.hostname),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("TERM", "dumb"),
        ("SHELL", "/bin/bash"),
    ] {
        export(&mut state, Bytes::copy_from_slice(name.as_bytes()), Bytes::copy_from_slice(value.as_bytes()));
    }
    for (name, value) in env {
        export(&mut state, Bytes::copy_from_slice(name.as_bytes()), Bytes::copy_from_slice(value.as_bytes()));
    }
    state
}

/// Sets an exported variable, whatever it was before.
pub(crate) fn export(state: &mut State, name: Bytes, value: Bytes) {
    let variable = Variable { value: Value::Scalar(value), attributes: Attributes::EXPORT };
    state.variables.insert(name, variable);
}

/// Makes `directory` the working directory, as the shell is started in it.
pub(crate) fn enter(state: &mut State, directory: Path) {
    export(state, Bytes::from_static(b"PWD"), directory.bytes());
    state.directory = directory;
}

/// Adds a line to those that `history` shows.
pub(crate) fn remember(state: &mut State, line: &[u8]) {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    state.history.push(Bytes::copy_from_slice(line));
}
