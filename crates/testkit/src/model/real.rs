//! The host's side.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use mirage_vfs::OpenOptions;
use mirage_vfs::tree::Access;

use super::Outcome;
use super::operation::{Operation, SLOTS};
use super::state::{self, Kind, Node};

pub(super) struct Real {
    base: PathBuf,
    slots: [Option<File>; SLOTS],
}

impl Real {
    pub fn new(base: &Path) -> Self {
        Real { base: base.to_path_buf(), slots: Default::default() }
    }

    pub fn run(&mut self, operation: &Operation) -> Outcome {
        self.answer(operation).map_err(|error| error.raw_os_error().unwrap_or_else(|| panic!("{error}")))
    }

    fn at(&self, path: &str) -> PathBuf {
        // Joined as text: the host must see every dot and slash.
        PathBuf::from(format!("{}/{}", self.base.display(), path.trim_start_matches('/')))
    }

    fn answer(&mut self, operation: &Operation) -> io::Result<String> {
        let done = |()| String::new();
        match operation {
            Operation::Stat { path, follow: true } => fs::metadata(self.at(path)).map(|it| shown(&it)),
            Operation::Stat { path, follow: false } => {
                fs::symlink_metadata(self.at(path)).map(|it| shown(&it))
            }
            Operation::Resolve { path } => {
                // The C library goes up by text alone where the kernel asks for the right to search.
                fs::metadata(self.at(path))?;
                fs::canonicalize(self.at(path)).map(|path| path.to_string_lossy().into_owned())
            }
            Operation::Access { path, access } => {
                let access = match access {
                    Access::Read => rustix::fs::Access::READ_OK,
                    Access::Write => rustix::fs::Access::WRITE_OK,
                    Access::Execute => rustix::fs::Access::EXEC_OK,
                };
                Ok(rustix::fs::access(self.at(path), access).map(done)?)
            }
            Operation::List { path } => list(&self.at(path)),
            Operation::Read { path } => {
                let file = File::open(self.at(path))?;
                Ok(state::digest(&read_all(&file)?))
            }
            Operation::Write { path, options, content } => {
                let mut file = open(&self.at(path), options)?;
                match options.write {
                    true => file.write_all(content).map(done),
                    false => Ok(String::new()),
                }
            }
            Operation::CreateDir { path, mode } => {
                let mode = rustix::fs::Mode::from_raw_mode(*mode);
                Ok(rustix::fs::mkdir(self.at(path), mode).map(done)?)
            }
            Operation::RemoveFile { path } => Ok(rustix::fs::unlink(self.at(path)).map(done)?),
            Operation::RemoveDir { path } => Ok(rustix::fs::rmdir(self.at(path)).map(done)?),
            Operation::Rename { from, to } => fs::rename(self.at(from), self.at(to)).map(done),
            Operation::Link { existing, new } => {
                Ok(rustix::fs::link(self.at(existing), self.at(new)).map(done)?)
            }
            Operation::Symlink { target, path } => {
                let target = match target.starts_with('/') {
                    true => self.at(target),
                    false => PathBuf::from(target),
                };
                Ok(rustix::fs::symlink(target, self.at(path)).map(done)?)
            }
            Operation::ReadLink { path } => {
                fs::read_link(self.at(path)).map(|target| target.to_string_lossy().into_owned())
            }
            Operation::SetMode { path, mode } => {
                fs::set_permissions(self.at(path), fs::Permissions::from_mode(*mode)).map(done)
            }
            Operation::Replace { path, content } => self.replace(path, content).map(done),
            Operation::Open { slot, path, options } => {
                let file = open(&self.at(path), options)?;
                self.slots[*slot] = Some(file);
                Ok(String::new())
            }
            Operation::ReadAt { slot, offset, length } => {
                let Some(file) = &self.slots[*slot] else { return Ok("closed".into()) };
                let mut buffer = vec![0; *length];
                let mut filled = 0;
                while filled < *length {
                    match file.read_at(&mut buffer[filled..], offset + filled as u64)? {
                        0 => break,
                        more => filled += more,
                    }
                }
                Ok(state::digest(&buffer[..filled]))
            }
            Operation::WriteAt { slot, offset, content } => match &self.slots[*slot] {
                Some(file) => file.write_all_at(content, *offset).map(done),
                None => Ok("closed".into()),
            },
            Operation::Truncate { slot, size } => match &self.slots[*slot] {
                Some(file) => file.set_len(*size).map(done),
                None => Ok("closed".into()),
            },
            Operation::StatOpen { slot } => match &self.slots[*slot] {
                Some(file) => file.metadata().map(|it| state::of_handle(kind(&it), shown(&it))),
                None => Ok("closed".into()),
            },
            Operation::Close { slot } => {
                self.slots[*slot] = None;
                Ok(String::new())
            }
        }
    }

    /// What an in-place tool does: a new file, renamed onto what the path leads to.
    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let path = self.at(path);
        // Makes what is missing where a write would make it; bits of what is there do not matter.
        match fs::OpenOptions::new().write(true).create(true).truncate(false).open(&path) {
            Err(error) if !(error.kind() == io::ErrorKind::PermissionDenied && path.exists()) => {
                return Err(error);
            }
            _ => {}
        }
        let target = fs::canonicalize(path)?;
        let temporary = target.with_file_name("replacement");
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        file.write_all(content)?;
        file.set_permissions(fs::metadata(&target)?.permissions())?;
        fs::rename(&temporary, &target)
    }

    /// The whole tree as text. Permission bits no longer matter: they are opened up on the way.
    pub fn state(&self) -> String {
        let mut nodes = BTreeMap::new();
        let above: Vec<&Path> = self.base.ancestors().skip(1).collect();
        for directory in above.into_iter().rev() {
            let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
        }
        if self.base.exists() {
            collect(&self.base, "", &mut nodes);
        }
        state::render(&nodes)
    }
}

fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    fs::OpenOptions::new()
        .read(options.read)
        .write(options.write)
        .append(options.append)
        .truncate(options.truncate)
        .create(options.create)
        .create_new(options.exclusive)
        .mode(options.mode)
        .open(path)
}

fn read_all(file: &File) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    io::Read::read_to_end(&mut &*file, &mut content)?;
    Ok(content)
}

fn list(path: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let kind = match () {
            () if kind.is_dir() => Kind::Directory,
            () if kind.is_symlink() => Kind::Symlink,
            () => Kind::File,
        };
        names.push(format!("{}:{kind:?}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names.join(" "))
}

fn kind(metadata: &Metadata) -> Kind {
    match () {
        () if metadata.is_dir() => Kind::Directory,
        () if metadata.is_symlink() => Kind::Symlink,
        () => Kind::File,
    }
}

fn shown(metadata: &Metadata) -> String {
    state::metadata(kind(metadata), metadata.mode() & 0o7777, metadata.nlink(), metadata.size())
}

fn collect(directory: &Path, name: &str, nodes: &mut BTreeMap<String, Node>) {
    let metadata = fs::symlink_metadata(directory).unwrap();
    let kind = kind(&metadata);
    if kind != Kind::Symlink {
        let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
    }
    let content = match kind {
        Kind::File => state::digest(&fs::read(directory).unwrap()),
        Kind::Symlink => fs::read_link(directory).unwrap().to_string_lossy().into_owned(),
        Kind::Directory => String::new(),
    };
    if kind == Kind::File {
        // It may be shown again under another name.
        let _ = fs::set_permissions(directory, metadata.permissions());
    }
    let file = (metadata.dev(), metadata.ino());
    nodes.insert(name.to_owned(), Node { shown: shown(&metadata), content, file });
    if kind == Kind::Directory {
        for entry in fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let below = format!("{name}/{}", entry.file_name().to_string_lossy());
            collect(&entry.path(), &below, nodes);
        }
    }
}
