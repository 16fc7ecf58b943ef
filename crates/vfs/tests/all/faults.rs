//! Every operation of a resource fails once, while a session works through the tree: what was there before stays or
//! what is new is there whole, and nothing stays open.

use std::sync::Arc;

use mirage_testkit::host::{block_on, call};
use mirage_testkit::suite::WholeFiles;
use mirage_vfs::layers::{Fault, FaultKind, Faults};
use mirage_vfs::tree::{Follow, Tree, View};
use mirage_vfs::{Attributes, Bytes, DynResource, ErrorKind, OpenOptions, Path, Ram, Resource, Result, Want};

const OLD: &[u8] = b"old content";
const NEW: &[u8] = b"the new content, longer";

/// What a session does: every kind of operation, on files of its own. Errors are told and the next step is taken, as
/// a script does.
async fn session(view: &View) -> Vec<Result<()>> {
    vec![
        view.stat(b"/d/replaced", Follow::Yes).await.map(drop),
        list(view).await,
        read(view, b"/link/replaced").await,
        write(view, b"/d/written", &OpenOptions::truncating()).await,
        write(view, b"/d/created", &OpenOptions::truncating()).await,
        write(view, b"/link/appended", &OpenOptions::appending()).await,
        replace(view, b"/d/replaced").await,
        view.create_dir(b"/d/sub", 0o777).await,
        view.rename(b"/d/from", b"/d/to").await,
        view.copy_file(b"/d/replaced", b"/d/copied").await,
        view.symlink(b"target", b"/d/newlink").await,
        view.set_attributes(b"/d/to", &Attributes { mode: Some(0o600), ..Default::default() }, Follow::Yes)
            .await,
        view.remove_file(b"/d/removed").await,
        view.remove_dir(b"/d/sub").await,
    ]
}

async fn list(view: &View) -> Result<()> {
    view.list(b"/link", Want::Metadata).await?.collect().await.map(drop)
}

async fn read(view: &View, path: &[u8]) -> Result<()> {
    let file = view.open(path, &OpenOptions::reading()).await?;
    let content = file.read_at(view.call(), 0, 1000).await?;
    assert_eq!(content, OLD);
    file.close(view.call()).await
}

async fn write(view: &View, path: &[u8], options: &OpenOptions) -> Result<()> {
    let file = view.open(path, options).await?;
    let (first, second) = NEW.split_at(5);
    let offset = file.write_at(view.call(), 0, Bytes::from_static(first)).await?;
    file.write_at(view.call(), offset, Bytes::from_static(second)).await?;
    file.close(view.call()).await
}

async fn replace(view: &View, path: &[u8]) -> Result<()> {
    let mut replacement = view.replace(path).await?;
    replacement.write(Bytes::from_static(NEW)).await?;
    replacement.commit().await
}

/// The files before the session.
fn prepared() -> Ram {
    let ram = Ram::default();
    for name in ["written", "appended", "replaced", "from", "removed"] {
        ram.add_file(&Path::from("/d").join(name.as_bytes()), OLD, &Attributes::default()).unwrap();
    }
    block_on(Resource::symlink(&ram, &call(), b"d", &Path::from("/link"))).unwrap();
    ram
}

fn content(ram: &Ram, name: &str) -> Option<Bytes> {
    let path = Path::from("/d").join(name.as_bytes());
    let file = block_on(Resource::open(ram, &call(), &path, &OpenOptions::reading())).ok()?;
    block_on(file.read_at(&call(), 0, 1000)).ok()
}

/// Runs the session with the `number`-th operation failing, and checks what it leaves.
fn run(whole_files_only: bool, number: u64) -> u64 {
    let (ram, faults) = (prepared(), Faults::new());
    let inner: Arc<dyn DynResource> = match whole_files_only {
        true => Arc::new(WholeFiles::new(ram.clone())),
        false => Arc::new(ram.clone()),
    };
    faults.at(number, FaultKind::Fail(ErrorKind::Io));
    let tree = Tree::new(Arc::new(Fault::new(inner, faults.clone())));
    let answers = block_on(session(&View::new(tree, call(), Path::root(), 0o022)));
    let failed: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(failed.len() <= 3, "one fault, and what depends on it: {failed:?}");
    assert!(!failed.is_empty() || number > faults.count(), "the failure of operation {number} was lost");
    assert_eq!(faults.open_handles(), 0, "operation {number}");
    let is_one_of = |name: &str, allowed: &[Option<&[u8]>]| {
        let found = content(&ram, name);
        assert!(allowed.contains(&found.as_deref()), "operation {number}: {name} is {found:?}");
    };
    let appended = [OLD, NEW].concat();
    is_one_of("replaced", &[Some(OLD), Some(NEW)]);
    is_one_of("copied", &[None, Some(OLD), Some(NEW)]);
    is_one_of("from", &[Some(OLD), None]);
    is_one_of("to", &[Some(OLD), None]);
    assert_ne!(content(&ram, "from").is_some(), content(&ram, "to").is_some(), "operation {number}");
    is_one_of("removed", &[Some(OLD), None]);
    if whole_files_only {
        is_one_of("written", &[Some(OLD), Some(NEW)]);
        is_one_of("created", &[None, Some(NEW)]);
        is_one_of("appended", &[Some(OLD), Some(&appended)]);
    }
    faults.count()
}

#[test]
fn of_a_resource_that_commits_whole_files() {
    let total = run(true, u64::MAX);
    for number in 1..=total {
        run(true, number);
    }
}

#[test]
fn of_a_resource_that_writes_in_place() {
    let total = run(false, u64::MAX);
    for number in 1..=total {
        run(false, number);
    }
}
