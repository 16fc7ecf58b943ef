//! `cp --parents`: the directories in front of a source are made below the target.

use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry};

use crate::support::{Copier, CopyOptions, join, parents, quote_always, without_trailing_slashes};

/// A directory that was made, with what it gets in the end.
struct Made {
    path: Vec<u8>,
    attributes: Attributes,
}

/// Copies `from` to the same path below `directory`.
pub async fn copy(
    copier: &mut Copier<'_>,
    context: &Context,
    from: &[u8],
    directory: &[u8],
    options: &CopyOptions,
) -> bool {
    let from = without_trailing_slashes(from);
    let leading = from.iter().take_while(|&&byte| byte == b'/').count();
    let mut made = Vec::new();
    for parent in parents(from) {
        let to = join(directory, &parent[leading..]);
        if !make_parent(copier, context, parent, &to, options, &mut made).await {
            return false;
        }
    }
    let copied = copier.copy(from, &join(directory, &from[leading..])).await;
    for directory in made.iter().rev().filter(|made| made.attributes != Attributes::default()) {
        let kept = context.view.set_attributes(&directory.path, &directory.attributes, Follow::Yes).await;
        if let Err(error) = kept {
            copier.report().cannot("failed to preserve times for", &directory.path, &error).await;
        }
    }
    copied
}

async fn make_parent(
    copier: &mut Copier<'_>,
    context: &Context,
    from: &[u8],
    to: &[u8],
    options: &CopyOptions,
    made: &mut Vec<Made>,
) -> bool {
    let view = &context.view;
    match view.stat(to, Follow::Yes).await {
        Ok(entry) if entry.is_directory() => return true,
        Ok(_) => {
            let name = quote_always(to, copier.report().locale());
            copier.report().fail(1, &[&name, b" exists but is not a directory"]).await;
            return false;
        }
        Err(_) => {}
    }
    let source: Entry = match view.stat(from, Follow::Yes).await {
        Ok(entry) => entry,
        Err(error) => {
            copier.report().cannot("failed to get attributes of", from, &error).await;
            return false;
        }
    };
    let mode = source.mode.unwrap_or(0o755) & 0o777;
    let masked = mode & !view.umask();
    if let Err(error) = view.create_dir(to, mode | 0o700).await {
        copier.report().cannot("cannot make directory", to, &error).await;
        return false;
    }
    if options.verbose {
        let line = [from, b" -> ", to, b"\n"].concat();
        copier.output().push(&line);
    }
    let mut attributes =
        Attributes { mode: (masked | 0o700 != masked).then_some(masked), ..Attributes::default() };
    if options.preserve.mode {
        attributes.mode = source.mode;
    }
    if options.preserve.times {
        (attributes.modified, attributes.accessed) = (source.modified, source.accessed);
    }
    made.push(Made { path: to.to_vec(), attributes });
    true
}
