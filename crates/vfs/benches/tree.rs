//! What the tree costs over a RAM mount: `cargo bench -p mirage-vfs`. Prints a line a measurement: time per operation.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that measures: it reads the clock, prints, and ends when something fails"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use mirage_testkit::host::{block_on, call};
use mirage_vfs::tree::{Follow, Mode, Mount, Tree, View};
use mirage_vfs::{Attributes, Bytes, Devices, OpenOptions, Path, Ram, Want};

/// Files in one directory.
const WIDE: usize = 100_000;

/// Directories below each other.
const DEEP: usize = 50;

fn main() {
    let ram = Ram::default();
    let view = prepare(&ram);
    let deep = "/data/deep".to_owned() + &"/d".repeat(DEEP);
    measure("stat, two names", 1_000_000, || async {
        view.stat(b"/data/small", Follow::Yes).await.unwrap();
    });
    measure("stat, relative", 1_000_000, || async {
        view.stat(b"data/small", Follow::No).await.unwrap();
    });
    measure("stat, missing", 1_000_000, || async {
        view.stat(b"/data/missing", Follow::No).await.unwrap_err();
    });
    measure("stat, 52 names", 100_000, || async {
        view.stat(deep.as_bytes(), Follow::Yes).await.unwrap();
    });
    measure("stat, through a link", 100_000, || async {
        view.stat(b"/data/link/small", Follow::Yes).await.unwrap();
    });
    measure("stat, with ..", 100_000, || async {
        view.stat(b"/data/deep/d/../../small", Follow::Yes).await.unwrap();
    });
    measure("open, read, close", 1_000_000, || async {
        let file = view.open(b"/data/small", &OpenOptions::reading()).await.unwrap();
        file.read_at(view.call(), 0, 65536).await.unwrap();
        file.close(view.call()).await.unwrap();
    });
    measure("append 6 bytes", 1_000_000, || async {
        let file = view.open(b"/data/log", &OpenOptions::appending()).await.unwrap();
        file.write_at(view.call(), 0, Bytes::from_static(b"line.\n")).await.unwrap();
        file.close(view.call()).await.unwrap();
    });
    measure("list 100k entries, names and kinds", 20, || list(&view, Want::Kinds));
    measure("list 100k entries, metadata", 20, || list(&view, Want::Metadata));
    measure("create and remove a file", 100_000, || async {
        view.open(b"/data/new", &OpenOptions::truncating()).await.unwrap();
        view.remove_file(b"/data/new").await.unwrap();
    });
    measure("fork", 1_000_000, || async {
        std::hint::black_box(ram.fork());
    });
    measure("fork and write a file", 100_000, || async {
        ram.fork().add_file(&Path::from("/other"), "x", &Attributes::default()).unwrap();
    });
}

fn prepare(ram: &Ram) -> View {
    let plain = Attributes::default();
    for number in 0..WIDE {
        ram.add_file(&Path::from(format!("/wide/file-{number:06}").as_str()), "content\n", &plain).unwrap();
    }
    ram.add_directory(&Path::from(("/deep".to_owned() + &"/d".repeat(DEEP)).as_str()), &plain).unwrap();
    ram.add_file(&Path::from("/small"), "content\n", &plain).unwrap();
    let tree = Tree::new(Arc::new(Ram::default()));
    tree.mount(Mount::new(Path::from("/data"), Arc::new(ram.clone()), Mode::Write)).unwrap();
    tree.mount(Mount::system(Path::from("/dev"), Arc::new(Devices::new()), Mode::Write)).unwrap();
    let view = View::new(tree, call(), Path::root(), 0o022);
    block_on(view.symlink(b"/data", b"/data/link")).unwrap();
    view
}

async fn list(view: &View, want: Want) {
    let mut listing = view.list(b"/data/wide", want).await.unwrap();
    let mut count = 0;
    while let Some(page) = listing.next_page().await {
        count += page.unwrap().len();
    }
    assert_eq!(count, WIDE);
}

/// Runs `operation` so often and prints what one took.
fn measure<F: Future<Output = ()>>(name: &str, times: u32, operation: impl Fn() -> F) {
    let started = Instant::now();
    block_on(async {
        for _ in 0..times {
            operation().await;
        }
    });
    let each: Duration = started.elapsed() / times;
    println!("{name:40} {each:>12.2?}");
}
