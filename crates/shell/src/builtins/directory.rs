//! `cd` and `pwd`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::tree::{Access, Follow, View};
use mirage_vfs::{Error, ErrorKind, Path};

use super::{Invocation, Outcome, options};
use crate::execute::{Shell, Stop};
use crate::expand::is_name;
use crate::state::ShellOption;

pub(crate) fn cd<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    change(shell, call).boxed_local()
}

async fn change(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "LPe@") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let mut physical = shell.state.options.has(ShellOption::Physical);
    for option in &parsed.options {
        match option.letter {
            b'P' => physical = true,
            b'L' => physical = false,
            _ => {}
        }
    }
    if parsed.operands.len() > 1 {
        shell.complain(&[b"too many arguments"]);
        return Ok(1);
    }
    let (target, shows) = match parsed.operands.first() {
        None => match shell.state.variables.scalar(b"HOME").cloned() {
            Some(home) => (home, false),
            None => {
                shell.complain(&[b"HOME not set"]);
                return Ok(1);
            }
        },
        Some(dash) if dash == "-" => match shell.state.variables.scalar(b"OLDPWD").cloned() {
            Some(old) => (old, true),
            None => {
                shell.complain(&[b"OLDPWD not set"]);
                return Ok(1);
            }
        },
        Some(target) => (target.clone(), false),
    };
    if target.is_empty() {
        // As in bash, nothing names the directory one is in.
        return Ok(0);
    }
    let mut shows = shows;
    match along_search_path(shell, &target).await {
        Ok(None) => {}
        Ok(Some(found)) => {
            shows |= found.1;
            return finish(shell, &target, found.0, physical, shows).await;
        }
        Err(error) => {
            shell.complain_path(&target, &error);
            return Ok(1);
        }
    }
    if shell.state.options.has(ShellOption::CdableVars)
        && is_name(&target)
        && shell.view().stat(&target, Follow::Yes).await.is_err()
        && let Some(named) = shell.state.variables.scalar(&target).cloned()
    {
        let entered = finish(shell, &target, named.clone(), physical, false).await?;
        if entered == 0 {
            shell.output.extend_from_slice(&[&named[..], b"\n"].concat());
        }
        return Ok(entered);
    }
    finish(shell, &target, target.clone(), physical, shows).await
}

/// The directory that `CDPATH` finds for a relative target, and whether to tell its name.
async fn along_search_path(shell: &mut Shell, target: &Bytes) -> Result<Option<(Bytes, bool)>, Error> {
    let first = target.split(|&byte| byte == b'/').next().unwrap_or_default();
    if matches!(first, b"" | b"." | b"..") {
        return Ok(None);
    }
    let search = shell.state.variables.scalar(b"CDPATH").cloned().filter(|search| !search.is_empty());
    let Some(search) = search else { return Ok(None) };
    for directory in search.split(|&byte| byte == b':') {
        let path: Bytes = match directory {
            b"" => target.clone(),
            _ => [directory, b"/", &target[..]].concat().into(),
        };
        if shell.view().is_directory(&path, Follow::Yes).await? {
            return Ok(Some((path, !directory.is_empty())));
        }
    }
    Ok(None)
}

async fn finish(shell: &mut Shell, shown: &Bytes, target: Bytes, physical: bool, shows: bool) -> Outcome {
    shell.settle().await?;
    match enter(shell, &target, physical).await {
        Ok(()) => {}
        Err(error) => {
            shell.complain_path(shown, &error);
            return Ok(1);
        }
    }
    if shows {
        let directory = shell.shown_directory();
        shell.output.extend_from_slice(&directory);
        shell.output.extend_from_slice(b"\n");
    }
    Ok(0)
}

/// Makes `target` the working directory.
pub(crate) async fn enter(shell: &mut Shell, target: &[u8], physical: bool) -> Result<(), Error> {
    let view = shell.view();
    let logical = view.absolute(target);
    if !physical {
        check_parents(&view, target).await?;
    }
    let path = match physical {
        false if view.is_directory(logical.as_bytes(), Follow::Yes).await? => logical,
        // `..` behind a symbolic link, or a name that is not there: what the tree makes of it decides.
        _ => {
            let entry = view.stat(target, Follow::Yes).await?;
            if !entry.is_directory() {
                return Err(Error::new(ErrorKind::NotADirectory, "cd"));
            }
            view.resolve(target, Follow::Yes).await?
        }
    };
    view.access(path.as_bytes(), Access::Execute).await?;
    let shown = match !physical && keeps_two_slashes(shell, target) {
        true => [b"/", path.as_bytes()].concat().into(),
        false => path.bytes(),
    };
    move_to(shell, path, shown).map_err(|_| Error::new(ErrorKind::NotPermitted, "cd"))
}

/// Whether the new directory is told with two slashes at its start: POSIX lets them mean something else than one.
fn keeps_two_slashes(shell: &Shell, target: &[u8]) -> bool {
    let two = |path: &[u8]| path.starts_with(b"//") && !path.starts_with(b"///");
    match target.first() {
        Some(b'/') => two(target),
        _ => two(&shell.shown_directory()),
    }
}

impl Shell {
    /// The working directory as it was named.
    pub(crate) fn shown_directory(&self) -> Bytes {
        let directory = self.state.directory.bytes();
        match self.state.variables.scalar(b"PWD") {
            Some(named) if named.strip_prefix(b"/") == Some(&directory[..]) => named.clone(),
            _ => directory,
        }
    }
}

/// What stands in front of a `..` must be a directory, though the name leaves it again.
async fn check_parents(view: &View, target: &[u8]) -> Result<(), Error> {
    let mut at = 0;
    for part in target.split(|&byte| byte == b'/') {
        if part == b".." && at > 0 {
            let entry = view.stat(&target[..at], Follow::Yes).await?;
            if !entry.is_directory() {
                return Err(Error::new(ErrorKind::NotADirectory, "cd"));
            }
        }
        at += part.len() + 1;
    }
    Ok(())
}

/// Sets the working directory and the variables that tell it, as `shown`.
pub(crate) fn move_to(shell: &mut Shell, path: Path, shown: Bytes) -> Result<(), Stop> {
    let old = shell.state.variables.scalar(b"PWD").cloned().unwrap_or_else(|| shell.state.directory.bytes());
    shell.state.directory = path;
    shell.store_scalar(&Bytes::from_static(b"OLDPWD"), old)?;
    shell.store_scalar(&Bytes::from_static(b"PWD"), shown)
}

pub(crate) fn pwd<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "LP") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let last = parsed.options.last().map(|option| option.letter);
        let physical = match last {
            Some(letter) => letter == b'P',
            None => shell.state.options.has(ShellOption::Physical),
        };
        let mut directory = shell.shown_directory();
        if physical {
            match shell.view().resolve(b".", Follow::Yes).await {
                Ok(resolved) => directory = resolved.bytes(),
                Err(error) => {
                    let text = error.to_string();
                    shell.complain(&[b"error retrieving current directory: ", text.as_bytes()]);
                    return Ok(1);
                }
            }
        }
        shell.output.extend_from_slice(&directory);
        shell.output.extend_from_slice(b"\n");
        Ok(0)
    }
    .boxed_local()
}
