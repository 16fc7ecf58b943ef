//! Listings: what configuration names, else what a page of the server lists.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use mirage_vfs::{Call, Entry, Error, ErrorKind, HttpResponse, Kind, Listing, Path, Result, Want};

use super::config::Index;
use super::request::Found;
use super::{Server, address, index};

const OPERATION: &str = "list";

/// The longest page that is read for a listing.
const LONGEST_PAGE: usize = 64 << 20;

/// How many files are asked about at a time, where a listing is to tell more than the server's page does.
const AHEAD: usize = 16;

/// A page of a listing holds so many files that were asked about.
const PAGE: usize = 64;

pub(super) async fn list(server: &Arc<Server>, call: &Call, path: &Path, want: Want) -> Result<Listing> {
    let found: BTreeMap<Bytes, bool> = match server.site.paths.of(path) {
        Some(named) => named.iter().cloned().collect(),
        None => from_server(server, call, path).await?,
    };
    if want == Want::Kinds {
        return Ok(Listing::of(found.into_iter().map(|(name, is)| bare(name, is)).collect()));
    }
    let (server, call, directory) = (server.clone(), call.clone(), path.clone());
    let entries = stream::iter(found).map(move |(name, is_directory)| {
        let (server, call, path) = (server.clone(), call.clone(), directory.join(&name));
        async move {
            match is_directory {
                true => Ok(Some(Entry::directory(name))),
                false => mirage_vfs::found(server.stat(&call, &path, OPERATION).await),
            }
        }
    });
    let told = entries.buffered(AHEAD).try_filter_map(|entry| async { Ok(entry) });
    Ok(Listing::new(Box::pin(told.try_chunks(PAGE).map_err(|failed| failed.1))))
}

fn bare(name: Bytes, is_directory: bool) -> Entry {
    match is_directory {
        true => Entry::directory(name),
        false => Entry::new(name, Kind::File),
    }
}

/// What the page of the directory lists.
async fn from_server(server: &Server, call: &Call, path: &Path) -> Result<BTreeMap<Bytes, bool>> {
    if server.site.index != Index::None {
        let url = address::directory(&server.site.base, path, OPERATION)?;
        match server.get(call, url.clone(), None, OPERATION).await {
            Ok(Found::Answer(response)) if response.status() == StatusCode::OK => {
                let kind = response.headers().get(CONTENT_TYPE).cloned();
                let page = whole(response).await?;
                let kind = kind.as_ref().map_or(&b""[..], |kind| kind.as_bytes());
                let links = index::links(kind, &page, server.site.index == Index::Links);
                if let Some(links) = links {
                    return Ok(links.iter().filter_map(|link| address::child(&url, link)).collect());
                }
            }
            Ok(_) => {}
            // Servers that list no directories refuse them.
            Err(error) if error.is(ErrorKind::PermissionDenied) => {}
            Err(error) => return Err(error),
        }
    }
    Err(no_index(server, call, path).await)
}

/// Why there is no listing of `path`.
async fn no_index(server: &Server, call: &Call, path: &Path) -> Error {
    if !path.is_root() {
        match server.stat(call, path, OPERATION).await {
            Ok(entry) if entry.is_file() => return Error::new(ErrorKind::NotADirectory, OPERATION),
            Ok(_) => {}
            Err(error) => return error,
        }
    }
    Error::unsupported(OPERATION).message("the server lists no files here").hint(
        "files are found by their paths; the mount's key `paths` names those to be listed, and `index: links` takes a page's \
         links for a listing",
    )
}

async fn whole(response: HttpResponse) -> Result<Bytes> {
    let mut body = response.into_body();
    let mut page = BytesMut::new();
    while let Some(chunk) = body.next().await {
        page.extend_from_slice(&chunk?);
        if page.len() > LONGEST_PAGE {
            return Err(Error::new(ErrorKind::TooLarge, OPERATION));
        }
    }
    Ok(page.freeze())
}
