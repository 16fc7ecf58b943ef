//! A service of one's own as files: what a resource must say, and what the shell makes of it.
//!
//!     cargo run -p mirage --example own_resource
#![allow(clippy::print_stdout, reason = "an example shows what it got")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use futures_util::stream;
use mirage::vfs::{Call, Capabilities, Info, ListOptions, Listing, ReadHandle, ReadOptions};
use mirage::{Bytes, Entry, ErrorKind, ExecuteOptions, Mode, Path, Resource, Result, Workspace};
use mirage_native::NativeHost;

/// Orders by number, each a file. A real service would ask its API where this looks into a map.
struct Orders {
    info: Info,
    orders: BTreeMap<&'static str, &'static str>,
}

impl Orders {
    fn new() -> Self {
        let info = Info {
            kind: "orders",
            identity: Bytes::from_static(b"orders of the example"),
            capabilities: Capabilities::default(),
            remote: false,
        };
        let orders =
            [("1001.txt", "3 pears\n"), ("1002.txt", "1 melon\n2 pears\n"), ("1003.txt", "7 figs\n")];
        Orders { info, orders: BTreeMap::from(orders) }
    }

    fn find(&self, path: &Path) -> Result<(Entry, &'static str)> {
        let found =
            std::str::from_utf8(path.relative()).ok().and_then(|name| self.orders.get_key_value(name));
        let (name, text) = found.ok_or_else(|| mirage::Error::new(ErrorKind::NotFound, "find"))?;
        Ok((Entry::file(*name, text.len() as u64), text))
    }
}

impl Resource for Orders {
    fn info(&self) -> &Info {
        &self.info
    }

    async fn stat(&self, _: &Call, path: &Path) -> Result<Entry> {
        match path.is_root() {
            true => Ok(Entry::directory("")),
            false => Ok(self.find(path)?.0),
        }
    }

    async fn list(&self, _: &Call, path: &Path, _: &ListOptions) -> Result<Listing> {
        if !path.is_root() {
            self.find(path)?;
            return Err(mirage::Error::new(ErrorKind::NotADirectory, "list"));
        }
        let entries = self.orders.iter().map(|(name, text)| Entry::file(*name, text.len() as u64));
        Ok(Listing::of(entries.collect()))
    }

    async fn read(&self, _: &Call, path: &Path, options: &ReadOptions) -> Result<ReadHandle> {
        if path.is_root() {
            return Err(mirage::Error::new(ErrorKind::IsADirectory, "read"));
        }
        let (entry, text) = self.find(path)?;
        let start = usize::try_from(options.offset).unwrap_or(usize::MAX).min(text.len());
        let bytes = Bytes::from_static(&text.as_bytes()[start..]);
        let bytes =
            options.length.map_or(bytes.clone(), |length| bytes.slice(..bytes.len().min(length as usize)));
        Ok(ReadHandle { entry, bytes: Box::pin(stream::iter([Ok(bytes)])) })
    }
}

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let host = Arc::new(NativeHost::new());
    let workspace = Workspace::builder(host.clone()).mount("/orders", Orders::new(), Mode::Read).build()?;
    let line = "ls /orders; grep -c pears /orders/*; echo more >> /orders/1001.txt";
    let outcome = host.block_on(workspace.execute(line, ExecuteOptions::default()));
    print!("{}", outcome.text());
    print!("{}", String::from_utf8_lossy(&outcome.stderr));
    outcome.hints.iter().for_each(|hint| println!("hint: {hint}"));
    Ok(())
}
