//! Mounts: what a path leads to, what listings show, and what can not be done to a mount point.

use std::sync::Arc;

use futures_util::StreamExt;
use mirage_testkit::host::{block_on, call};
use mirage_vfs::tree::{Access, Follow, Mode, Mount, Tree, View};
use mirage_vfs::{
    Attributes, Bytes, Descent, Devices, Entry, ErrorKind, OpenOptions, Path, Ram, Result, Want,
};

/// A tree in memory: the root, and what is mounted in it.
struct World {
    view: View,
}

impl World {
    fn new() -> Self {
        World { view: View::new(Tree::new(Arc::new(Ram::default())), call(), Path::root(), 0o022) }
    }

    fn mount(&self, path: &str, mode: Mode) -> Ram {
        let ram = Ram::default();
        let mount = Mount::new(Path::from(path), Arc::new(ram.clone()), mode);
        self.view.tree().mount(mount).unwrap();
        ram
    }

    fn system(&self, path: &str) {
        let mount = Mount::system(Path::from(path), Arc::new(Devices::new()), Mode::Write);
        self.view.tree().mount(mount).unwrap();
    }

    fn entries(&self, path: &str) -> Vec<Entry> {
        let listing = block_on(self.view.list(path.as_bytes(), Want::Metadata)).unwrap();
        let mut entries = block_on(listing.collect()).unwrap();
        entries.sort_by(|left, right| left.name.cmp(&right.name));
        entries
    }

    fn names(&self, path: &str) -> Vec<String> {
        self.entries(path).iter().map(|entry| String::from_utf8_lossy(&entry.name).into_owned()).collect()
    }

    fn write(&self, path: &str, content: &'static str) -> Result<()> {
        block_on(async {
            let file = self.view.open(path.as_bytes(), &OpenOptions::truncating()).await?;
            file.write_at(self.view.call(), 0, Bytes::from_static(content.as_bytes())).await?;
            file.close(self.view.call()).await
        })
    }

    fn read(&self, path: &str) -> Result<Bytes> {
        block_on(async {
            let file = self.view.open(path.as_bytes(), &OpenOptions::reading()).await?;
            file.read_at(self.view.call(), 0, 1000).await
        })
    }

    fn stat(&self, path: &str) -> Result<Entry> {
        block_on(self.view.stat(path.as_bytes(), Follow::No))
    }

    fn kind_of<T>(&self, answer: Result<T>) -> ErrorKind {
        answer.err().unwrap().kind()
    }
}

fn plain() -> Attributes {
    Attributes::default()
}

#[test]
fn the_longest_prefix_holds_a_path() {
    let world = World::new();
    let outer = world.mount("/a", Mode::Write);
    let inner = world.mount("/a/b", Mode::Write);
    inner.add_file(&Path::from("/f"), "inner", &plain()).unwrap();
    outer.add_file(&Path::from("/b/f"), "hidden", &plain()).unwrap();
    outer.add_file(&Path::from("/bc"), "outer", &plain()).unwrap();
    assert_eq!(world.read("/a/b/f").unwrap(), "inner");
    assert_eq!(world.read("/a/bc").unwrap(), "outer");
    world.view.tree().unmount(&Path::from("/a/b")).unwrap();
    assert_eq!(world.read("/a/b/f").unwrap(), "hidden");
}

#[test]
fn mount_points_and_the_directories_above_them_are_seen() {
    let world = World::new();
    world.mount("/x/y/z", Mode::Write);
    world.write("/plain", "").unwrap();
    assert_eq!(world.names("/"), ["plain", "x"]);
    assert_eq!(world.names("/x"), ["y"]);
    assert_eq!(world.names("/x/y"), ["z"]);
    assert!(world.names("/x/y/z").is_empty());
    assert!(world.stat("/x/y").unwrap().is_directory());
    assert_eq!(world.kind_of(world.stat("/x/w")), ErrorKind::NotFound);
    assert_eq!(block_on(world.view.resolve(b"/x/../x/y/z/..", Follow::Yes)).unwrap(), Path::from("/x/y"));
}

#[test]
fn a_directory_above_a_mount_can_be_written_to() {
    let world = World::new();
    world.mount("/x/y/z", Mode::Write);
    world.write("/x/y/new", "content").unwrap();
    block_on(world.view.create_dir(b"/x/sub", 0o777)).unwrap();
    assert_eq!(world.names("/x/y"), ["new", "z"]);
    assert_eq!(world.names("/x"), ["sub", "y"]);
    assert_eq!(world.read("/x/y/new").unwrap(), "content");
}

#[test]
fn a_mount_point_hides_what_its_parent_has_and_is_listed_once() {
    let world = World::new();
    world.write("/m", "a file").unwrap();
    world.mount("/m", Mode::Write);
    assert_eq!(world.names("/"), ["m"]);
    assert!(world.stat("/m").unwrap().is_directory());
}

#[test]
fn links_lead_from_one_mount_into_another() {
    let world = World::new();
    let data = world.mount("/data", Mode::Write);
    data.add_file(&Path::from("/d/f"), "found", &plain()).unwrap();
    block_on(world.view.symlink(b"/data/d", b"/link")).unwrap();
    block_on(world.view.symlink(b"../link/f", b"/data/back")).unwrap();
    assert_eq!(world.read("/link/f").unwrap(), "found");
    assert_eq!(world.read("/data/back").unwrap(), "found");
    assert_eq!(block_on(world.view.resolve(b"/link/../d/f", Follow::Yes)).unwrap(), Path::from("/data/d/f"));
    assert_eq!(block_on(world.view.mount_of(b"/link/f")).unwrap().path, Path::from("/data"));
}

#[test]
fn mount_points_stay_where_they_are() {
    let world = World::new();
    world.mount("/a/m", Mode::Write);
    world.write("/f", "").unwrap();
    let view = &world.view;
    let kind = |answer: Result<()>| answer.unwrap_err().kind();
    assert_eq!(kind(block_on(view.remove_dir(b"/a/m"))), ErrorKind::Busy);
    assert_eq!(kind(block_on(view.remove_dir(b"/a"))), ErrorKind::NotEmpty);
    assert_eq!(kind(block_on(view.remove_dir(b"/"))), ErrorKind::Busy);
    assert_eq!(kind(block_on(view.remove_file(b"/a/m"))), ErrorKind::IsADirectory);
    assert_eq!(kind(block_on(view.rename(b"/a", b"/b"))), ErrorKind::Busy);
    assert_eq!(kind(block_on(view.rename(b"/f", b"/a/m/f"))), ErrorKind::CrossDevice);
    assert_eq!(kind(block_on(view.link(b"/f", b"/a/m/f"))), ErrorKind::CrossDevice);
    assert_eq!(kind(block_on(view.create_dir(b"/a/m", 0o777))), ErrorKind::AlreadyExists);
    assert_eq!(kind(block_on(view.create_dir(b"/a", 0o777))), ErrorKind::AlreadyExists);
    assert_eq!(kind(world.write("/a/m", "")), ErrorKind::IsADirectory);
    assert_eq!(kind(world.write("/a", "")), ErrorKind::IsADirectory);
}

#[test]
fn a_mount_that_is_read_refuses_every_change_with_a_hint() {
    let world = World::new();
    let data = world.mount("/ro", Mode::Read);
    data.add_file(&Path::from("/f"), "kept", &plain()).unwrap();
    data.add_directory(&Path::from("/d"), &plain()).unwrap();
    let view = &world.view;
    let error = world.write("/ro/f", "new").unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::ReadOnly, "Read-only file system"));
    assert!(error.hint_text().unwrap().contains("-m /ro=SPEC,mode=write"), "{error:?}");
    let times = Attributes { modified: Some(Default::default()), ..plain() };
    let refused = [
        world.write("/ro/new", ""),
        block_on(view.create_dir(b"/ro/new", 0o777)),
        block_on(view.symlink(b"x", b"/ro/new")),
        block_on(view.link(b"/ro/f", b"/ro/new")),
        block_on(view.remove_file(b"/ro/f")),
        block_on(view.remove_dir(b"/ro/d")),
        block_on(view.rename(b"/ro/f", b"/ro/g")),
        block_on(view.copy_file(b"/ro/f", b"/ro/g")),
        block_on(view.set_attributes(b"/ro/f", &times, Follow::Yes)),
        block_on(view.replace(b"/ro/f")).map(drop),
        block_on(view.access(b"/ro/f", Access::Write)),
    ];
    for (number, answer) in refused.into_iter().enumerate() {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::ReadOnly, "{number}");
    }
    // What fails in any mount fails for its own reason.
    assert_eq!(world.kind_of(world.write("/ro/missing/new", "")), ErrorKind::NotFound);
    assert_eq!(world.kind_of(block_on(view.create_dir(b"/ro/d", 0o777))), ErrorKind::AlreadyExists);
    assert_eq!(world.kind_of(block_on(view.remove_file(b"/ro/missing"))), ErrorKind::NotFound);
    assert_eq!(world.read("/ro/f").unwrap(), "kept");
    view.tree().set_mode(&Path::from("/ro"), Mode::Write).unwrap();
    world.write("/ro/f", "new").unwrap();
}

#[test]
fn a_link_leads_out_of_a_mount_that_is_read() {
    let world = World::new();
    let data = world.mount("/ro", Mode::Read);
    let view = &world.view;
    view.tree().set_mode(&Path::from("/ro"), Mode::Write).unwrap();
    block_on(view.symlink(b"/out", b"/ro/link")).unwrap();
    view.tree().set_mode(&Path::from("/ro"), Mode::Read).unwrap();
    world.write("/ro/link", "outside").unwrap();
    assert_eq!(world.read("/out").unwrap(), "outside");
    assert_eq!(data.stored(), 0);
    block_on(view.symlink(b"/ro", b"/in")).unwrap();
    assert_eq!(world.kind_of(world.write("/in/new", "")), ErrorKind::ReadOnly);
}

#[test]
fn scripts_run_by_name_only_where_the_mount_says_so() {
    let world = World::new();
    let data = world.mount("/data", Mode::Write);
    let executable = Attributes { mode: Some(0o755), ..plain() };
    data.add_file(&Path::from("/script"), "echo", &executable).unwrap();
    let ask = || block_on(world.view.access(b"/data/script", Access::Execute));
    assert_eq!(world.kind_of(ask()), ErrorKind::PermissionDenied);
    world.view.tree().set_mode(&Path::from("/data"), Mode::Exec).unwrap();
    ask().unwrap();
    block_on(world.view.access(b"/data", Access::Execute)).unwrap();
}

#[test]
fn parts_of_the_system_are_listed_and_marked() {
    let world = World::new();
    world.system("/dev");
    world.system("/usr/bin");
    world.mount("/data", Mode::Write);
    let descents: Vec<_> = world.entries("/").into_iter().map(|entry| (entry.name, entry.descent)).collect();
    let expected = [("data", Descent::Enter), ("dev", Descent::System), ("usr", Descent::System)];
    assert_eq!(descents, expected.map(|(name, descent)| (Bytes::from_static(name.as_bytes()), descent)));
    assert_eq!(world.entries("/usr")[0].descent, Descent::System);
    block_on(world.view.create_dir(b"/usr/share", 0o777)).unwrap();
    let usr = world.entries("/").pop().unwrap();
    assert_eq!((usr.name, usr.descent), (Bytes::from_static(b"usr"), Descent::Enter));
}

#[test]
fn devices_read_and_write_as_scripts_expect() {
    let world = World::new();
    world.system("/dev");
    world.write("/dev/null", "gone").unwrap();
    assert_eq!(world.read("/dev/null").unwrap(), "");
    assert_eq!(world.read("/dev/zero").unwrap(), vec![0; 1000]);
    assert_ne!(world.read("/dev/urandom").unwrap(), world.read("/dev/urandom").unwrap());
    assert_eq!(world.kind_of(world.write("/dev/full", "x")), ErrorKind::NoSpace);
    assert_eq!(world.kind_of(world.write("/dev/new", "x")), ErrorKind::PermissionDenied);
    assert_eq!(world.kind_of(world.read("/dev/tty")), ErrorKind::NoDevice);
    assert_eq!(world.kind_of(world.read("/dev/null/x")), ErrorKind::NotADirectory);
    assert_eq!(world.names("/dev/fd"), ["0", "1", "2"]);
}

#[test]
fn entries_are_complete_and_equal_in_list_and_stat() {
    let world = World::new();
    world.system("/dev");
    world.mount("/data", Mode::Write);
    world.write("/data/f", "12345").unwrap();
    for directory in ["/", "/dev", "/data"] {
        for listed in world.entries(directory) {
            let path = Path::from(directory).join(&listed.name);
            let stat = world.stat(&path.to_string()).unwrap();
            let bare = |entry: &Entry| Entry { fingerprint: None, descent: Descent::Enter, ..entry.clone() };
            assert_eq!(bare(&listed), bare(&stat), "{path}");
            assert!(stat.mode.is_some() && stat.owner.is_some() && stat.links.is_some(), "{path}");
            assert!(stat.modified.is_some() && stat.identity.is_some(), "{path}");
        }
    }
    let (root, data) = (world.stat("/").unwrap(), world.stat("/data").unwrap());
    assert_ne!(root.identity, data.identity, "the roots of two mounts are two directories");
}

#[test]
fn a_listing_shows_one_moment() {
    let world = World::new();
    for number in 0..3000 {
        world.write(&format!("/f{number:04}"), "").unwrap();
    }
    let total = block_on(async {
        let mut listing = world.view.list(b"/", Want::Kinds).await.unwrap();
        let first = listing.next_page().await.unwrap().unwrap();
        for number in 0..3000 {
            world.view.remove_file(format!("/f{number:04}").as_bytes()).await.unwrap();
        }
        first.len() + listing.collect().await.unwrap().len()
    });
    assert_eq!(total, 3000);
}

#[test]
fn an_open_file_outlives_its_name_and_its_mount() {
    let world = World::new();
    let data = world.mount("/data", Mode::Write);
    world.write("/data/f", "still here").unwrap();
    let file = block_on(world.view.open(b"/data/f", &OpenOptions::reading())).unwrap();
    block_on(world.view.remove_file(b"/data/f")).unwrap();
    world.view.tree().unmount(&Path::from("/data")).unwrap();
    let read = block_on(file.read_at(world.view.call(), 0, 100)).unwrap();
    assert_eq!((read, data.stored()), (Bytes::from_static(b"still here"), 10));
    drop(file);
    assert_eq!(data.stored(), 0);
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let world = World::new();
    world.write("/l0", "end").unwrap();
    for number in 1..=41 {
        let (target, path) = (format!("l{}", number - 1), format!("/l{number}"));
        block_on(world.view.symlink(target.as_bytes(), path.as_bytes())).unwrap();
    }
    assert_eq!(world.read("/l40").unwrap(), "end");
    assert_eq!(world.kind_of(world.read("/l41")), ErrorKind::TooManyLinks);
}

#[test]
fn errors_tell_where_they_happened() {
    let world = World::new();
    world.mount("/data", Mode::Write);
    let view = View::new(world.view.tree().clone(), call(), Path::from("/data"), 0o022);
    let error = block_on(view.stat(b"no/../such", Follow::Yes)).unwrap_err();
    assert_eq!(error.mount(), Some(&Path::from("/data")));
    assert_eq!(error.path(), Some(&Path::from("/data/no")));
}

#[test]
fn a_replacement_that_is_dropped_changes_nothing() {
    let world = World::new();
    world.write("/f", "old").unwrap();
    let replaced = block_on(async {
        let mut replacement = world.view.replace(b"/f").await.unwrap();
        replacement.write(Bytes::from_static(b"new")).await.unwrap();
        drop(replacement);
        world.read("/f").unwrap()
    });
    assert_eq!(replaced, "old");
}

#[test]
fn the_bytes_of_a_resource_stream_whole() {
    let ram = Ram::default();
    let content: Vec<u8> = (0..300_000u32).map(|number| number as u8).collect();
    ram.add_file(&Path::from("/f"), content.clone(), &plain()).unwrap();
    let read = block_on(async {
        let options = mirage_vfs::ReadOptions { offset: 5, length: Some(200_000), ..Default::default() };
        let handle = mirage_vfs::Resource::read(&ram, &call(), &Path::from("/f"), &options).await.unwrap();
        let chunks: Vec<Bytes> = handle.bytes.map(Result::unwrap).collect().await;
        chunks.concat()
    });
    assert!(read == content[5..200_005]);
}
