//! A case's files, through the tree.

use mirage_testkit::cases::{Content, Files};
use mirage_testkit::oracle::START_TIME;
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Attributes, Kind, OpenOptions, Time, Want, found};

/// Makes a case's files, all with the same modification time.
pub(crate) async fn fill(view: &View, files: &Files) -> mirage::Result<()> {
    for (path, content) in files {
        let parents: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        for end in parents {
            make_directory(view, &path[..end]).await?;
        }
        match content {
            Content::Directory => make_directory(view, path).await?,
            Content::Link(target) => view.symlink(target.as_bytes(), path.as_bytes()).await?,
            Content::File(bytes) => {
                let file = view.open(path.as_bytes(), &OpenOptions::truncating()).await?;
                if !bytes.is_empty() {
                    file.write_at(view.call(), 0, bytes.clone().into()).await?;
                }
                file.close(view.call()).await?;
            }
        }
    }
    // From the leaves up, so that making an entry does not renew its directory's time again.
    let time = Some(Time::new(START_TIME as i64, 0));
    let attributes = Attributes { modified: time, accessed: time, ..Attributes::default() };
    let mut all = Files::new();
    collect(view, Vec::new(), &mut all).await?;
    for path in all.keys().rev() {
        view.set_attributes(path.as_bytes(), &attributes, Follow::No).await?;
    }
    Ok(())
}

async fn make_directory(view: &View, path: &str) -> mirage::Result<()> {
    match view.create_dir(path.as_bytes(), 0o777).await {
        Err(error) if error.is(mirage::ErrorKind::AlreadyExists) => Ok(()),
        made => made,
    }
}

/// Everything below `directory`, which is empty or ends with a slash. What may not be read counts as empty.
pub(crate) async fn collect(view: &View, directory: Vec<u8>, files: &mut Files) -> mirage::Result<()> {
    let listed = if directory.is_empty() { b"." } else { &directory[..] };
    for entry in view.list(listed, Want::Metadata).await?.collect().await? {
        let path = [&directory[..], &entry.name].concat();
        let content = match entry.kind {
            Kind::Directory => {
                let below = collect(view, [&path[..], b"/"].concat(), files);
                found(Box::pin(below).await)?;
                Content::Directory
            }
            Kind::Symlink => {
                Content::Link(String::from_utf8_lossy(&view.read_link(&path).await?).into_owned())
            }
            Kind::File => Content::File(found(read(view, &path).await)?.unwrap_or_default()),
            Kind::Special(_) => continue,
        };
        files.insert(String::from_utf8_lossy(&path).into_owned(), content);
    }
    Ok(())
}

async fn read(view: &View, path: &[u8]) -> mirage::Result<Vec<u8>> {
    let file = view.open(path, &OpenOptions::reading()).await?;
    let mut content = Vec::new();
    loop {
        let chunk = file.read_at(view.call(), content.len() as u64, 1 << 20).await?;
        if chunk.is_empty() {
            return Ok(content);
        }
        content.extend_from_slice(&chunk);
    }
}
