//! `-i`: each file is edited in place.

use bytes::Bytes;
use mirage_shell::io::Descriptor;
use mirage_vfs::tree::Follow;
use mirage_vfs::{Attributes, Entry, ErrorKind, Kind, OpenOptions};

use super::super::program::Program;
use super::stop::Stop;
use super::{Executor, select};

/// The file that is being edited.
pub struct Editing {
    name: Bytes,
    entry: Entry,
    /// Whether the name is that of a link, which the new file takes the place of.
    is_link: bool,
}

impl Executor<'_> {
    /// Goes on to the next file, which with `-s` is an input of its own; false if there is none.
    pub(super) async fn next_file(&mut self, program: &Program) -> Result<bool, Stop> {
        self.finish_edit().await?;
        let opened = match &self.settings.in_place {
            None => self.input.open_next(&mut self.report).await,
            Some(_) => self.edit_next().await?,
        };
        if opened && self.settings.separate && self.input.is_later_file() {
            self.ranges = select::initial(program);
            self.hold.text.clear();
            self.appended.rewind();
        }
        Ok(opened)
    }

    /// Opens the next file that can be edited, and its new content.
    async fn edit_next(&mut self) -> Result<bool, Stop> {
        while let Some(name) = self.input.next_name() {
            let view = &self.context.view;
            let follows = self.settings.follow_symlinks;
            let opened = async {
                let entry = view.stat(&name, Follow::Yes).await?;
                let is_link = !follows && view.is_symlink(&name).await?;
                let file = match entry.kind {
                    Kind::File => Some(view.open(&name, &OpenOptions::reading()).await?),
                    _ => None,
                };
                Ok((entry, is_link, file))
            };
            let (entry, is_link, file) = match opened.await {
                Ok((entry, is_link, Some(file))) => (entry, is_link, file),
                Ok((_, _, None)) => {
                    self.report.fail(4, &[b"couldn't edit ", &name, b": not a regular file"]).await;
                    continue;
                }
                Err(error) => {
                    let error: mirage_vfs::Error = error;
                    self.report.fail(2, &[b"can't read ", &name, b": ", error.to_string().as_bytes()]).await;
                    continue;
                }
            };
            let replacement = match is_link {
                true => None,
                false => {
                    let failed = |error| Stop::failed(&[b"couldn't open temporary file for ", &name], &error);
                    Some(view.replace(&name).await.map_err(failed)?)
                }
            };
            self.outputs.edit(replacement);
            self.input.start_reading(name.clone(), Descriptor::file(file, OpenOptions::reading()));
            self.editing = Some(Editing { name, entry, is_link });
            return Ok(true);
        }
        Ok(false)
    }

    /// Puts the edited file in place, and keeps the old one if that is wanted.
    pub(super) async fn finish_edit(&mut self) -> Result<(), Stop> {
        let Some(editing) = self.editing.take() else { return Ok(()) };
        let failed = |error| Stop::failed(&[b"cannot rename ", &editing.name], &error);
        if let Some(suffix) = self.settings.in_place.as_ref().filter(|suffix| !suffix.is_empty()) {
            self.back_up(&editing, &backup_name(&editing.name, suffix)).await.map_err(failed)?;
        }
        let view = &self.context.view;
        let late = async || {
            view.remove_file(&editing.name).await?;
            view.replace(&editing.name).await
        };
        self.outputs.commit(late).await.map_err(failed)?;
        if editing.is_link {
            let attributes = Attributes { mode: editing.entry.mode, ..Attributes::default() };
            supported(view.set_attributes(&editing.name, &attributes, Follow::No).await).map_err(failed)?;
        }
        Ok(())
    }

    /// Copies the file as it was, with its mode and time.
    async fn back_up(&self, editing: &Editing, backup: &[u8]) -> mirage_vfs::Result<()> {
        let (view, call) = (&self.context.view, &self.context.call);
        let old = Descriptor::file(
            view.open(&editing.name, &OpenOptions::reading()).await?,
            OpenOptions::reading(),
        );
        let mut copy = view.replace(backup).await?;
        loop {
            let chunk = old.read(call).await?;
            if chunk.is_empty() {
                break;
            }
            copy.write(chunk).await?;
        }
        copy.commit().await?;
        let attributes = Attributes {
            mode: editing.entry.mode,
            modified: editing.entry.modified,
            ..Attributes::default()
        };
        supported(view.set_attributes(backup, &attributes, Follow::No).await)
    }
}

/// A change of attributes where there are such: what a service does not keep is not missed.
fn supported(result: mirage_vfs::Result<()>) -> mirage_vfs::Result<()> {
    result.or_else(|error| if error.is(ErrorKind::Unsupported) { Ok(()) } else { Err(error) })
}

/// The name of the backup: the file's with the suffix, or in place of each `*` of the suffix; in the file's directory
/// unless the suffix names another.
fn backup_name(name: &[u8], suffix: &[u8]) -> Vec<u8> {
    let base = memchr::memrchr(b'/', name).map_or(0, |slash| slash + 1);
    let (directory, file) = name.split_at(base);
    let backup = match suffix.contains(&b'*') {
        true => suffix.split(|&byte| byte == b'*').collect::<Vec<_>>().join(file),
        false => [file, suffix].concat(),
    };
    match backup.contains(&b'/') {
        true => backup,
        false => [directory, &backup].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_named_after_its_file() {
        for (name, suffix, backup) in [
            ("f", ".bak", "f.bak"),
            ("d/f", "~", "d/f~"),
            ("d/f", "old_*", "d/old_f"),
            ("d/f", "bak/*.orig", "bak/f.orig"),
        ] {
            assert_eq!(backup_name(name.as_bytes(), suffix.as_bytes()), backup.as_bytes());
        }
    }
}
