//! Memory that is saved and restored, change by change.

use std::future::Future;

use futures_util::FutureExt as _;
use mirage_testkit::host::TestHost;

use bytes::Bytes;
use mirage_vfs::{
    Call, Cancellation, Kind, ListOptions, OpenOptions, Path, Ram, RamChange, RamImage, Resource, Result,
    Want,
};

fn now<T>(future: impl Future<Output = Result<T>>) -> T {
    future.now_or_never().expect("memory answers at once").expect("it works")
}

struct World {
    ram: Ram,
    call: Call,
}

impl World {
    fn new() -> Self {
        World {
            ram: Ram::default(),
            call: Call::new(std::sync::Arc::new(TestHost::new()), Cancellation::default()),
        }
    }

    fn write(&self, path: &str, at: u64, text: &'static str) {
        let options = OpenOptions { truncate: false, ..OpenOptions::truncating() };
        let file = now(self.ram.open(&self.call, &Path::from(path), &options));
        now(file.write_at(&self.call, at, Bytes::from_static(text.as_bytes())));
    }

    fn remove(&self, path: &str, kind: Kind) {
        now(self.ram.remove(&self.call, &Path::from(path), kind));
    }

    /// Everything there is, as text.
    fn shown(&self) -> Vec<String> {
        let (mut all, mut open) = (Vec::new(), vec![Path::root()]);
        let options = ListOptions { want: Want::Metadata, recursive: false };
        while let Some(directory) = open.pop() {
            for entry in now(now(self.ram.list(&self.call, &directory, &options)).collect()) {
                let path = directory.join(&entry.name);
                if entry.kind == Kind::Directory {
                    open.push(path.clone());
                }
                all.push(format!("{path:?} {entry:?}"));
            }
        }
        all
    }
}

/// Saves and restores as a program does: through JSON, one change after another.
#[derive(Default)]
struct Copy {
    last: Option<RamImage>,
    restored: RamImage,
}

impl Copy {
    fn follow(&mut self, ram: &Ram) -> (RamChange, usize) {
        let image = ram.image();
        let (change, bytes) = image.change_since(self.last.as_ref());
        self.last = Some(image);
        let text = serde_json::to_vec(&change).expect("numbers and texts");
        let read: RamChange = serde_json::from_slice(&text).expect("what was written");
        assert_eq!(read, change);
        let bytes: Vec<u8> = bytes.concat();
        self.restored.apply(&read, bytes.clone().into()).expect("it fits");
        (change, bytes.len())
    }

    fn check(&self, world: &World) {
        let mut image = self.restored.clone();
        image.check().expect("a tree");
        assert_eq!(image.stored(), world.ram.stored());
        let copy = World { ram: Ram::default(), call: world.call.clone() };
        copy.ram.restore(image);
        assert_eq!(copy.shown(), world.shown());
    }
}

#[test]
fn changes_one_after_another_make_the_same_files() {
    let (world, mut copy) = (World::new(), Copy::default());
    let root = Path::root();
    now(world.ram.create_dir(&world.call, &root.join(b"d"), 0o750));
    world.write("/d/a", 0, "some text");
    world.write("/d/b", 1 << 20, "behind a hole");
    now(world.ram.symlink(&world.call, b"../x\xff", &root.join(b"odd \xff")));
    now(world.ram.link(&world.call, &Path::from("/d/a"), &Path::from("/twice")));
    copy.follow(&world.ram);
    copy.check(&world);

    world.write("/d/a", 0, "SOME");
    world.remove("/d/b", Kind::File);
    world.write("/new", 0, "x");
    copy.follow(&world.ram);
    copy.check(&world);

    world.remove("/d/a", Kind::File);
    world.remove("/d", Kind::Directory);
    copy.follow(&world.ram);
    copy.check(&world);
    assert!(copy.follow(&world.ram).0.is_empty());
}

#[test]
fn a_change_holds_what_changed_alone() {
    let (world, mut copy) = (World::new(), Copy::default());
    let large: &'static str = Box::leak("x".repeat(100_000).into_boxed_str());
    for number in 0..300 {
        world.write(&format!("/{number}"), 0, "small");
    }
    world.write("/large", 0, large);
    copy.follow(&world.ram);
    world.write("/large", 100_000, "more");
    let (change, bytes) = copy.follow(&world.ram);
    assert_eq!((change.nodes.len(), bytes), (1, 4));
    world.write("/one more", 0, "abc");
    let (change, bytes) = copy.follow(&world.ram);
    assert_eq!((change.nodes.len(), bytes), (2, 3));
    copy.check(&world);
}

#[test]
fn files_that_are_open_without_a_name_are_not_saved() {
    let (world, mut copy) = (World::new(), Copy::default());
    world.write("/open", 0, "text");
    let held = now(world.ram.open(&world.call, &Path::from("/open"), &OpenOptions::reading()));
    copy.follow(&world.ram);
    world.remove("/open", Kind::File);
    let (change, _) = copy.follow(&world.ram);
    assert_eq!(change.removed.len(), 1);
    drop(held);
    copy.follow(&world.ram);
    copy.check(&world);
}

#[test]
fn what_is_no_tree_is_refused() {
    let node = |inode, body: &str| {
        format!(
            r#"{{"inode":{inode},"mode":493,"owner":[0,0],"times":[[0,0],[0,0],[0,0]],"version":1,"body":{{{body}}}}}"#
        )
    };
    let names = |names: &str| format!(r#""directory":{{"names":[{names}]}}"#);
    for (what, nodes, bytes) in [
        ("a name without a file", vec![node(2, &names(r#"["a",3,"file"]"#))], ""),
        (
            "a slash in a name",
            vec![node(2, &names(r#"["a/b",3,"file"]"#)), node(3, r#""file":{"size":0}"#)],
            "",
        ),
        ("dots", vec![node(2, &names(r#"["..",3,"file"]"#)), node(3, r#""file":{"size":0}"#)], ""),
        (
            "a circle",
            vec![node(2, &names(r#"["a",3,"directory"]"#)), node(3, &names(r#"["b",3,"directory"]"#))],
            "",
        ),
        ("the root again", vec![node(2, &names(r#"["a",2,"directory"]"#))], ""),
        ("another kind", vec![node(2, &names(r#"["a",3,"file"]"#)), node(3, &names(""))], ""),
        ("no root", vec![node(2, r#""symlink":"x""#)], ""),
        (
            "a number of the future",
            vec![node(2, &names(r#"["a",30,"file"]"#)), node(30, r#""file":{"size":0}"#)],
            "",
        ),
        (
            "too few bytes",
            vec![node(2, &names("")), node(3, r#""file":{"size":5,"pieces":[{"at":0,"length":5}]}"#)],
            "abc",
        ),
        ("too many bytes", vec![node(2, &names(""))], "abc"),
        ("beyond the end", vec![node(3, r#""file":{"size":2,"pieces":[{"at":0,"length":3}]}"#)], "abc"),
        (
            "an overflow",
            vec![node(3, r#""file":{"size":2,"pieces":[{"at":18446744073709551615,"length":3}]}"#)],
            "abc",
        ),
        (
            "nothing to keep",
            vec![node(3, r#""file":{"size":3,"pieces":[{"at":0,"length":3,"kept":true}]}"#)],
            "",
        ),
    ] {
        let text = format!(r#"{{"nodes":[{}],"next_inode":10,"next_version":9}}"#, nodes.join(","));
        let change: RamChange = serde_json::from_str(&text).expect(what);
        let mut image = RamImage::default();
        let applied = image.apply(&change, Bytes::from_static(bytes.as_bytes()));
        assert!(applied.and_then(|()| image.check()).is_err(), "{what}");
    }
}
