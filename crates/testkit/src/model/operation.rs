//! What a sequence is made of.

use mirage_vfs::OpenOptions;
use mirage_vfs::tree::Access;
use proptest::prelude::*;

/// How many files a sequence holds open at most.
pub(super) const SLOTS: usize = 3;

/// One operation. Paths are as a user types them; one that starts with `/` is taken from where the sequence starts.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "named as the operations of View and File")]
pub enum Operation {
    Stat { path: String, follow: bool },
    Resolve { path: String },
    Access { path: String, access: Access },
    List { path: String },
    Read { path: String },
    Write { path: String, options: OpenOptions, content: Vec<u8> },
    CreateDir { path: String, mode: u32 },
    RemoveFile { path: String },
    RemoveDir { path: String },
    Rename { from: String, to: String },
    Link { existing: String, new: String },
    Symlink { target: String, path: String },
    ReadLink { path: String },
    SetMode { path: String, mode: u32 },
    Replace { path: String, content: Vec<u8> },
    Open { slot: usize, path: String, options: OpenOptions },
    ReadAt { slot: usize, offset: u64, length: usize },
    WriteAt { slot: usize, offset: u64, content: Vec<u8> },
    Truncate { slot: usize, size: u64 },
    StatOpen { slot: usize },
    Close { slot: usize },
}

/// Operations on few names, so that they meet.
pub(super) fn any_operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        2 => looking().boxed(),
        3 => changing().boxed(),
        1 => through_handles().boxed(),
    ]
}

fn looking() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        3 => (path(), any::<bool>()).prop_map(|(path, follow)| Stat { path, follow }),
        1 => path().prop_map(|path| Resolve { path }),
        1 => (path(), access()).prop_map(|(path, access)| Access { path, access }),
        2 => path().prop_map(|path| List { path }),
        2 => path().prop_map(|path| Read { path }),
        1 => path().prop_map(|path| ReadLink { path }),
    ]
}

fn changing() -> impl Strategy<Value = Operation> {
    use Operation::*;
    prop_oneof![
        4 => (path(), options(), content())
            .prop_map(|(path, options, content)| Write { path, options, content }),
        4 => (path(), directory_mode()).prop_map(|(path, mode)| CreateDir { path, mode }),
        1 => path().prop_map(|path| RemoveFile { path }),
        1 => path().prop_map(|path| RemoveDir { path }),
        4 => (path(), path()).prop_map(|(from, to)| Rename { from, to }),
        2 => (path(), path()).prop_map(|(existing, new)| Link { existing, new }),
        4 => (target(), path()).prop_map(|(target, path)| Symlink { target, path }),
        1 => (path(), mode()).prop_map(|(path, mode)| SetMode { path, mode }),
        1 => (path(), content()).prop_map(|(path, content)| Replace { path, content }),
    ]
}

fn through_handles() -> impl Strategy<Value = Operation> {
    use Operation::*;
    let slot = 0..SLOTS;
    prop_oneof![
        3 => (slot.clone(), path(), options())
            .prop_map(|(slot, path, options)| Open { slot, path, options }),
        2 => (slot.clone(), 0..12_000u64, 1..9000usize)
            .prop_map(|(slot, offset, length)| ReadAt { slot, offset, length }),
        2 => (slot.clone(), 0..12_000u64, content())
            .prop_map(|(slot, offset, content)| WriteAt { slot, offset, content }),
        1 => (slot.clone(), 0..12_000u64).prop_map(|(slot, size)| Truncate { slot, size }),
        2 => slot.clone().prop_map(|slot| StatOpen { slot }),
        1 => slot.prop_map(|slot| Close { slot }),
    ]
}

fn component() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just("a"), 5 => Just("b"), 2 => Just("c"), 1 => Just("."), 1 => Just(".."), 1 => Just("")]
}

fn path() -> BoxedStrategy<String> {
    let shapes = prop_oneof![1 => Just("/"), 5 => Just("")];
    let ends = prop_oneof![1 => Just("/"), 1 => Just("/."), 14 => Just("")];
    let components = prop_oneof![
        4 => prop::collection::vec(component(), 1..=1),
        4 => prop::collection::vec(component(), 2..=2),
        2 => prop::collection::vec(component(), 3..=4),
    ];
    (shapes, components, ends)
        .prop_map(|(start, parts, end)| {
            // An empty first component would make the path absolute; alone it is no path.
            let path = format!("{start}{}{end}", parts.join("/").trim_start_matches('/'));
            if path.is_empty() { ".".into() } else { path }
        })
        .boxed()
}

/// What a link names: like a path, and now and then nothing at all.
fn target() -> impl Strategy<Value = String> {
    prop_oneof![20 => path(), 1 => Just(String::new())]
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![1 => Just(0usize), 6 => 1..20usize, 2 => 3000..9000usize];
    (length, any::<u8>()).prop_map(|(length, byte)| vec![byte; length])
}

fn mode() -> impl Strategy<Value = u32> {
    prop_oneof![
        3 => Just(0o644),
        3 => Just(0o755),
        1 => Just(0o000),
        1 => Just(0o444),
        1 => Just(0o111),
        1 => Just(0o333),
        1 => Just(0o1777),
        1 => 0..0o1000u32,
    ]
}

/// Mostly of use.
fn directory_mode() -> impl Strategy<Value = u32> {
    prop_oneof![6 => Just(0o777), 1 => mode()]
}

fn access() -> impl Strategy<Value = Access> {
    prop_oneof![Just(Access::Read), Just(Access::Write), Just(Access::Execute)]
}

fn options() -> impl Strategy<Value = OpenOptions> {
    let often = prop_oneof![
        Just(OpenOptions::truncating()),
        Just(OpenOptions::appending()),
        Just(OpenOptions::reading()),
    ];
    // What the standard library refuses to combine is not asked for: truncating or creating without writing, truncating
    // with append.
    let any =
        (any::<[bool; 6]>(), mode()).prop_map(|([read, write, append, cut, create, exclusive], mode)| {
            let write = write || append || !read;
            OpenOptions {
                read,
                write,
                append,
                truncate: cut && write && !append,
                create: create && write,
                exclusive: exclusive && create && write,
                mode,
            }
        });
    prop_oneof![3 => often, 1 => any]
}
