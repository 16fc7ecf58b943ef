//! One line of a listing, and how it is found out.

use bytes::Bytes;
use mirage_shell::command::Context;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Descent, Entry, Kind, Result, Time, Want, found};

use super::options::{Clock, Following, Format, Hidden, Indicator, Options};
use crate::support::join;

/// A name with what is known of it.
pub struct Item {
    /// As it is shown, before quoting.
    pub name: Bytes,
    /// As the tree is asked for it.
    pub path: Vec<u8>,
    pub entry: Entry,
    /// Whether the metadata could be had: what was not is shown as `?`.
    pub known: bool,
    /// The text of a link.
    pub target: Option<Bytes>,
    /// What a link leads to, where that matters.
    pub linked: Option<Entry>,
}

impl Item {
    /// Whether it is a directory, or a link to one that is known to be.
    pub fn is_directory(&self) -> bool {
        self.entry.is_directory() || self.linked.as_ref().is_some_and(Entry::is_directory)
    }

    /// The time that is shown and sorted by.
    pub fn time(&self, clock: Clock) -> Option<Time> {
        match clock {
            Clock::Modified => self.entry.modified,
            Clock::Accessed => self.entry.accessed,
            Clock::Changed => self.entry.changed,
            Clock::Born => None,
        }
    }
}

/// What must be found out of links.
pub struct Links {
    /// Their text.
    pub text: bool,
    /// What they lead to.
    pub entry: bool,
}

impl Links {
    /// What `options` need; `colored` when the colors depend on where links lead to.
    pub fn of(options: &Options, colored: bool) -> Self {
        let long = options.format == Format::Long;
        let check = colored || options.directories_first;
        let entry = check || long && options.indicator >= Indicator::FileType;
        Links { text: long, entry }
    }
}

/// The item for an operand. The error is about the operand itself.
pub async fn operand(context: &Context, path: &Bytes, options: &Options, links: &Links) -> Result<Item> {
    let view = &context.view;
    let entry = match options.following {
        Following::Always | Following::Operands => view.stat(path, Follow::Yes).await?,
        Following::Never => view.stat(path, Follow::No).await?,
        Following::OperandsToDirectories => {
            let entry = view.stat(path, Follow::No).await?;
            match entry.is_symlink() {
                true => view.probe(path, Follow::Yes).await?.filter(Entry::is_directory).unwrap_or(entry),
                false => entry,
            }
        }
    };
    let mut item =
        Item { name: path.clone(), path: path.to_vec(), entry, known: true, target: None, linked: None };
    find_link(context, &mut item, links).await?;
    Ok(item)
}

/// The items of a directory, in the order of the resource. `failed` is told what could not be asked for.
pub async fn directory(
    context: &Context,
    path: &[u8],
    options: &Options,
    links: &Links,
    failed: &mut Vec<(Vec<u8>, mirage_vfs::Error)>,
) -> Result<Vec<Item>> {
    let view = &context.view;
    let metadata = options.needs_metadata();
    let want = if metadata { Want::Metadata } else { Want::Kinds };
    let mut listing = view.list(path, want).await?;
    let mut items = Vec::new();
    if options.hidden == Hidden::All {
        for dots in [&b"."[..], b".."].into_iter().filter(|dots| !is_ignored(dots, options)) {
            let own_path = join(path, dots);
            let mut entry = Entry::directory(Bytes::from_static(if dots.len() == 1 { b"." } else { b".." }));
            let mut known = true;
            if metadata {
                match view.stat(&own_path, Follow::Yes).await {
                    Ok(found) => entry = Entry { name: entry.name, ..found },
                    Err(error) => {
                        failed.push((own_path.clone(), error));
                        known = false;
                    }
                }
            }
            items.push(Item {
                name: entry.name.clone(),
                path: own_path,
                entry,
                known,
                target: None,
                linked: None,
            });
        }
    }
    let follows = options.following == Following::Always
        && (metadata
            || options.indicator != Indicator::Nothing
            || options.recursive
            || options.directories_first);
    while let Some(page) = listing.next_page().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                failed.push((path.to_vec(), error));
                break;
            }
        };
        context.call.tick_many(page.len().min(1024) as u32).await;
        for entry in page {
            if is_ignored(&entry.name, options) {
                continue;
            }
            let own_path = if path == b"." { entry.name.to_vec() } else { join(path, &entry.name) };
            let mut item = Item {
                name: entry.name.clone(),
                path: own_path,
                entry,
                known: true,
                target: None,
                linked: None,
            };
            if follows && item.entry.is_symlink() {
                match view.stat(&item.path, Follow::Yes).await {
                    Ok(target) => item.entry = Entry { name: item.name.clone(), ..target },
                    Err(error) => {
                        failed.push((item.path.clone(), error));
                        item.known = false;
                    }
                }
            }
            if item.known
                && let Err(error) = find_link(context, &mut item, links).await
            {
                failed.push((item.path.clone(), error));
            }
            items.push(item);
        }
    }
    Ok(items)
}

/// Whether a name is passed by.
fn is_ignored(name: &[u8], options: &Options) -> bool {
    let dots = matches!(name, b"." | b"..");
    let hidden = match options.hidden {
        Hidden::All => false,
        Hidden::AlmostAll => dots,
        Hidden::Ignored => {
            name.starts_with(b".") || options.hidden_patterns.iter().any(|pattern| pattern.is_match(name))
        }
    };
    hidden || options.ignored.iter().any(|pattern| pattern.is_match(name))
}

async fn find_link(context: &Context, item: &mut Item, links: &Links) -> Result<()> {
    if item.entry.kind != Kind::Symlink {
        return Ok(());
    }
    if links.text {
        item.target = match item.entry.target.clone() {
            Some(target) => Some(target),
            None => found(context.view.read_link(&item.path).await)?,
        };
    }
    if links.entry {
        item.linked = context.view.probe(&item.path, Follow::Yes).await?;
    }
    Ok(())
}

/// Whether `-R` goes into it: a service's directories that cost, and those of the system, are passed by.
pub fn descends(item: &Item) -> bool {
    item.entry.is_directory()
        && item.entry.descent == Descent::Enter
        && !matches!(&item.name[..], b"." | b"..")
}
