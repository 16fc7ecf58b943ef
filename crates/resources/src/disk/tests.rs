//! What the suite of every resource does not know: the host around the directory, and those who change it meanwhile.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

use mirage_testkit::host::{block_on, call};
use mirage_testkit::suite::{self, Subject};
use mirage_vfs::{Owner, Precondition, Special, Time, Want};
use rustix::fs::{FileType, mknodat};
use tempfile::TempDir;

use super::root::Walk;
use super::*;

const WALKS: [Walk; 2] = [Walk::Kernel, Walk::Steps];

/// A directory with a secret beside it that no path inside may reach.
struct World {
    around: TempDir,
}

impl World {
    fn new() -> Self {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("inside")).unwrap();
        fs::create_dir(around.path().join("outside")).unwrap();
        fs::write(around.path().join("outside/secret"), "secret").unwrap();
        World { around }
    }

    fn host(&self, path: &str) -> std::path::PathBuf {
        self.around.path().join(path)
    }

    fn disk(&self, walk: Walk) -> Disk {
        let mut disk = Disk::open(&self.host("inside")).unwrap();
        disk.root.set_walk(walk);
        disk
    }
}

fn path(text: &str) -> Path {
    Path::from(text)
}

fn read(disk: &Disk, at: &str) -> Result<Bytes> {
    let call = call();
    block_on(async {
        let mut bytes = disk.read(&call, &path(at), &ReadOptions::default()).await?.bytes;
        let mut all = Vec::new();
        while let Some(chunk) = futures_util::StreamExt::next(&mut bytes).await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all.into())
    })
}

fn open(disk: &Disk, at: &str, options: OpenOptions) -> Result<Box<dyn File>> {
    block_on(disk.open(&call(), &path(at), &options))
}

fn list(disk: &Disk, at: &str, want: Want) -> Result<Vec<Entry>> {
    let call = call();
    block_on(async {
        let options = ListOptions { want, recursive: false };
        let mut entries = disk.list(&call, &path(at), &options).await?.collect().await?;
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    })
}

/// The error that `kind` expects of every operation on `at`.
fn assert_all_refuse(disk: &Disk, at: &str, kind: ErrorKind) {
    let (call, at) = (call(), path(at));
    let other = path("/other");
    block_on(async {
        let mut answers = vec![
            ("read", disk.read(&call, &at, &ReadOptions::default()).await.err()),
            ("open", disk.open(&call, &at, &OpenOptions::reading()).await.err()),
            ("create", disk.open(&call, &at, &OpenOptions::truncating()).await.err()),
            ("write", disk.write(&call, &at, &WriteOptions::default()).await.err()),
            ("list", disk.list(&call, &at, &ListOptions::default()).await.err()),
            ("copy from", disk.copy(&call, &at, &other).await.err()),
        ];
        if at.parent().is_some_and(|parent| !parent.is_root()) {
            let attributes = Attributes { mode: Some(0o600), ..Attributes::default() };
            answers.extend([
                ("stat", disk.stat(&call, &at).await.err()),
                ("create_dir", disk.create_dir(&call, &at, 0o755).await.err()),
                ("remove", disk.remove(&call, &at, Kind::File).await.err()),
                ("remove", disk.remove(&call, &at, Kind::Directory).await.err()),
                ("rename", disk.rename(&call, &at, &other).await.err()),
                ("link", disk.link(&call, &at, &other).await.err()),
                ("symlink", disk.symlink(&call, b"target", &at).await.err()),
                ("read_link", disk.read_link(&call, &at).await.err()),
                ("set_attributes", disk.set_attributes(&call, &at, &attributes).await.err()),
            ]);
        }
        for (operation, error) in answers {
            assert_eq!(error.map(|error| error.kind()), Some(kind), "{operation} {at:?}");
        }
    });
}

#[test]
fn links_are_never_followed() {
    for walk in WALKS {
        let world = World::new();
        let disk = world.disk(walk);
        symlink("../outside", world.host("inside/up")).unwrap();
        symlink(world.host("outside"), world.host("inside/absolute")).unwrap();
        symlink("../outside/secret", world.host("inside/file")).unwrap();
        fs::create_dir(world.host("inside/real")).unwrap();
        symlink("real", world.host("inside/within")).unwrap();
        symlink("/proc/self/root", world.host("inside/magic")).unwrap();

        for at in
            ["/up/secret", "/absolute/secret", "/within/x", "/magic/etc/passwd", "/up", "/absolute", "/file"]
        {
            assert_all_refuse(&disk, at, ErrorKind::CrossesLink);
        }
        let call = call();
        let link = block_on(disk.stat(&call, &path("/file"))).unwrap();
        assert_eq!((link.kind, link.size.exact()), (Kind::Symlink, Some(17)));
        assert_eq!(block_on(disk.read_link(&call, &path("/up"))).unwrap(), "../outside");
        assert_eq!(fs::read(world.host("outside/secret")).unwrap(), b"secret");
        assert!(!world.host("inside/other").exists());
    }
}

/// While others swap a directory for a link that leads outside, and a file for one, a read gives what is inside or
/// fails, and a write lands inside or nowhere.
#[test]
fn no_race_leads_outside() {
    for walk in WALKS {
        let world = World::new();
        let disk = world.disk(walk);
        fs::create_dir(world.host("inside/directory")).unwrap();
        fs::write(world.host("inside/directory/secret"), "harmless").unwrap();
        symlink("../outside", world.host("inside/link")).unwrap();
        symlink("../../outside/secret", world.host("inside/directory/link")).unwrap();
        fs::write(world.host("inside/directory/file"), "harmless").unwrap();

        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let exchange = |one: &str, other: &str| {
                    let (one, other) = (world.host(one), world.host(other));
                    let flags = rustix::fs::RenameFlags::EXCHANGE;
                    rustix::fs::renameat_with(CWD, &one, CWD, &other, flags).unwrap();
                };
                while !ended.load(Ordering::Relaxed) {
                    exchange("inside/directory", "inside/link");
                    exchange("inside/directory", "inside/link");
                    exchange("inside/directory/file", "inside/directory/link");
                }
            });
            let attempts = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| race(&disk)));
            ended.store(true, Ordering::Relaxed);
            let seen = attempts.unwrap();
            assert!(seen.0 > 0 && seen.1 > 0, "the race was not one: {seen:?}");
        });
        let outside = fs::read_dir(world.host("outside")).unwrap().count();
        assert_eq!(outside, 1, "something was made outside");
        let secret = fs::metadata(world.host("outside/secret")).unwrap();
        assert_eq!(
            (fs::read(world.host("outside/secret")).unwrap(), secret.mode() & 0o777),
            (b"secret".to_vec(), 0o644)
        );
    }
}

/// Reads and writes until both outcomes were seen often; answers how often the directory and the link were there.
fn race(disk: &Disk) -> (u32, u32) {
    let call = call();
    let (mut inside, mut refused) = (0, 0);
    for round in 0..20_000 {
        for at in ["/directory/secret", "/directory/file"] {
            match read(disk, at) {
                Ok(content) => {
                    assert_eq!(content, "harmless");
                    inside += 1;
                }
                Err(_) => refused += 1,
            }
        }
        let options = OpenOptions { truncate: false, mode: 0o600, ..OpenOptions::truncating() };
        drop(open(disk, "/directory/new", options));
        let attributes = Attributes { mode: Some(0o600), ..Attributes::default() };
        block_on(async {
            let _ = disk.set_attributes(&call, &path("/directory/file"), &attributes).await;
            let _ = disk.create_dir(&call, &path("/directory/made"), 0o755).await;
            let _ = disk.remove(&call, &path("/directory/new"), Kind::File).await;
        });
        if round > 1000 && inside > 100 && refused > 100 {
            break;
        }
    }
    (inside, refused)
}

#[test]
fn special_files_are_listed_and_never_opened() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let inside = fs::File::open(world.host("inside")).unwrap();
    mknodat(&inside, "fifo", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = UnixListener::bind(world.host("inside/socket")).unwrap();

    let kinds =
        |want| list(&disk, "/", want).unwrap().into_iter().map(|entry| entry.kind).collect::<Vec<_>>();
    let expected = vec![Kind::Special(Special::Fifo), Kind::Special(Special::Socket)];
    assert_eq!(kinds(Want::Kinds), expected);
    assert_eq!(kinds(Want::Metadata), expected);
    for at in ["/fifo", "/socket"] {
        for options in [OpenOptions::reading(), OpenOptions::truncating(), OpenOptions::appending()] {
            // A fifo that was opened for reading would hang here, as nobody writes.
            let error = open(&disk, at, options).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.hint_text().is_some());
        }
        assert_eq!(read(&disk, at).unwrap_err().kind(), ErrorKind::Unsupported);
        let refused = block_on(disk.write(&call(), &path(at), &WriteOptions::default())).err().unwrap();
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        block_on(disk.remove(&call(), &path(at), Kind::File)).unwrap();
    }
    // One that comes after its directory was listed.
    assert!(list(&disk, "/", Want::Kinds).unwrap().is_empty());
    mknodat(&inside, "fifo", FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = UnixListener::bind(world.host("inside/late socket")).unwrap();
    for at in ["/fifo", "/late socket"] {
        for options in [OpenOptions::reading(), OpenOptions::truncating(), OpenOptions::appending()] {
            assert_eq!(open(&disk, at, options).err().unwrap().kind(), ErrorKind::Unsupported);
        }
    }
}

#[test]
fn names_are_bytes() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let name = &b"caf\xe9 \n\xff"[..];
    fs::write(world.host("inside").join(OsStr::from_bytes(name)), "x").unwrap();
    assert_eq!(list(&disk, "/", Want::Kinds).unwrap()[0].name, name);
    let at = Path::root().join(name);
    assert_eq!(block_on(disk.stat(&call(), &at)).unwrap().name, name);
    assert_eq!(disk.open_file(&call(), &at, &OpenOptions::reading()).unwrap().0.read(0, 10).unwrap(), "x");
    let long = Path::root().join(&[b'x'; 256]);
    assert_eq!(block_on(disk.stat(&call(), &long)).unwrap_err().kind(), ErrorKind::NameTooLong);
}

#[test]
fn a_listing_is_whole_whatever_its_length_and_asks_no_more_than_it_must() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let names: Vec<String> = (0..3000).map(|number| format!("a file with a number {number:05}")).collect();
    names.iter().for_each(|name| fs::write(world.host("inside").join(name), name).unwrap());
    let kinds = list(&disk, "/", Want::Kinds).unwrap();
    assert!(kinds.iter().map(|entry| &entry.name[..]).eq(names.iter().map(|name| name.as_bytes())));
    assert!(kinds.iter().all(|entry| entry.kind == Kind::File && entry.mode.is_none()));
    let all = list(&disk, "/", Want::Metadata).unwrap();
    assert!(all.iter().all(|entry| entry.size.exact() == Some(26) && entry.mode == Some(0o644)));
    let stat = block_on(disk.stat(&call(), &path("/a file with a number 00000"))).unwrap();
    assert_eq!(all[0], stat);
}

#[test]
fn a_killed_or_refused_replacement_leaves_the_old_file_alone() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let file = world.host("inside/file");
    fs::write(&file, "old").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&file).unwrap();
    let call = call();
    let start = |precondition| {
        let options = WriteOptions { precondition, mode: None };
        let (disk, call) = (&disk, &call);
        async move {
            let mut handle = disk.write(call, &path("/file"), &options).await?;
            handle.write(call, Bytes::from_static(b"new content")).await?;
            Ok::<_, Error>(handle)
        }
    };
    block_on(async {
        drop(start(Precondition::None).await.unwrap());
        start(Precondition::None).await.unwrap().abort(&call).await;
        assert_eq!(start(Precondition::Absent).await.err().unwrap().kind(), ErrorKind::AlreadyExists);

        let known = disk.stat(&call, &path("/file")).await.unwrap().fingerprint.unwrap();
        let late = start(Precondition::Match(known.clone())).await.unwrap();
        fs::write(&file, "theirs").unwrap();
        assert_eq!(late.commit(&call).await.unwrap_err().kind(), ErrorKind::Changed);
        assert_eq!(fs::read(&file).unwrap(), b"theirs");
        assert_eq!(fs::metadata(&file).unwrap().ino(), before.ino());

        let entry = start(Precondition::None).await.unwrap().commit(&call).await.unwrap();
        assert_eq!((entry.size.exact(), entry.mode), (Some(11), Some(0o640)));
    });
    assert_eq!(fs::read(&file).unwrap(), b"new content");
    assert_eq!(fs::metadata(&file).unwrap().uid(), before.uid());
    assert_eq!(fs::read_dir(world.host("inside")).unwrap().count(), 1, "a hidden file was left");
}

#[test]
fn bits_are_those_asked_for_whatever_the_umask_of_the_process_is() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    drop(open(&disk, "/file", OpenOptions { mode: 0o666, ..OpenOptions::truncating() }).unwrap());
    block_on(disk.create_dir(&call(), &path("/directory"), 0o777)).unwrap();
    block_on(disk.create_dir(&call(), &path("/closed"), 0o000)).unwrap();
    let mode = |name: &str| fs::metadata(world.host("inside").join(name)).unwrap().mode() & 0o7777;
    assert_eq!((mode("file"), mode("directory"), mode("closed")), (0o666, 0o777, 0));
}

#[test]
fn mode_and_times_of_links_are_their_own() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let (call, link) = (call(), path("/link"));
    symlink("../outside/secret", world.host("inside/link")).unwrap();
    block_on(async {
        let mode = Attributes { mode: Some(0o600), ..Attributes::default() };
        assert_eq!(
            disk.set_attributes(&call, &link, &mode).await.unwrap_err().kind(),
            ErrorKind::Unsupported
        );
        let modified = Time::new(-5, 123_456_789);
        let times = Attributes { modified: Some(modified), ..Attributes::default() };
        let before = disk.stat(&call, &link).await.unwrap();
        disk.set_attributes(&call, &link, &times).await.unwrap();
        let after = disk.stat(&call, &link).await.unwrap();
        assert_eq!((after.modified, after.accessed), (Some(modified), before.accessed));
    });
    assert_ne!(fs::metadata(world.host("outside/secret")).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn reads_follow_a_file_that_grows_and_appends_go_to_its_end() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let call = call();
    fs::write(world.host("inside/log"), "one\n").unwrap();
    let reader = open(&disk, "/log", OpenOptions::reading()).unwrap();
    let writer = open(&disk, "/log", OpenOptions::appending()).unwrap();
    block_on(async {
        assert_eq!(reader.read_at(&call, 0, 1 << 20).await.unwrap(), "one\n");
        assert_eq!(reader.read_at(&call, 4, 1 << 20).await.unwrap(), "");
        let big = vec![b'x'; 300_000];
        assert_eq!(writer.write_at(&call, 0, big.clone().into()).await.unwrap(), 300_004);
        let mut seen = Vec::new();
        loop {
            let chunk = reader.read_at(&call, 4 + seen.len() as u64, 1 << 18).await.unwrap();
            if chunk.is_empty() {
                break;
            }
            seen.extend_from_slice(&chunk);
        }
        assert!(seen == big);
        let refused = reader.write_at(&call, 0, Bytes::from_static(b"x")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::BadDescriptor);
    });
    // Files of the kernel tell no size and have content all the same.
    let kernel = Disk::open(std::path::Path::new("/proc")).unwrap();
    assert!(read(&kernel, "/version").unwrap().starts_with(b"Linux"));
}

#[test]
fn copies_keep_the_target_and_cross_no_link() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let call = call();
    let content: Vec<u8> = (0..5_000_000u32).map(|number| number as u8).collect();
    fs::write(world.host("inside/from"), &content).unwrap();
    fs::set_permissions(world.host("inside/from"), fs::Permissions::from_mode(0o750)).unwrap();
    fs::write(world.host("inside/to"), vec![0; 6_000_000]).unwrap();
    fs::hard_link(world.host("inside/to"), world.host("inside/other name")).unwrap();
    block_on(async {
        disk.copy(&call, &path("/from"), &path("/to")).await.unwrap();
        disk.copy(&call, &path("/from"), &path("/new")).await.unwrap();
        let onto_itself = disk.copy(&call, &path("/from"), &path("/from")).await.unwrap_err();
        assert_eq!(onto_itself.kind(), ErrorKind::InvalidArgument);
    });
    for name in ["to", "other name", "new", "from"] {
        assert!(fs::read(world.host("inside").join(name)).unwrap() == content, "{name}");
    }
    assert_eq!(fs::metadata(world.host("inside/new")).unwrap().mode() & 0o777, 0o750);
    assert_eq!(fs::metadata(world.host("inside/to")).unwrap().mode() & 0o777, 0o644);
}

#[test]
fn the_root_is_a_directory_that_stays() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let (call, root) = (call(), Path::root());
    block_on(async {
        let entry = disk.stat(&call, &root).await.unwrap();
        assert_eq!((entry.kind, &entry.name[..]), (Kind::Directory, &b""[..]));
        assert_eq!(disk.remove(&call, &root, Kind::Directory).await.unwrap_err().kind(), ErrorKind::Busy);
        assert_eq!(disk.rename(&call, &root, &path("/x")).await.unwrap_err().kind(), ErrorKind::Busy);
        assert_eq!(disk.create_dir(&call, &root, 0o755).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    });
    fs::rename(world.host("inside"), world.host("moved")).unwrap();
    drop(open(&disk, "/file", OpenOptions::truncating()).unwrap());
    assert!(world.host("moved/file").exists(), "it stays the same directory");
}

/// The rights are those of this process: seen by a thread that gave up being root.
#[test]
fn the_hosts_permissions_hold() {
    if rustix::process::geteuid().is_root() {
        let nobody = rustix::fs::Uid::from_raw(65534);
        rustix::thread::set_thread_res_uid(rustix::fs::Uid::ROOT, nobody, rustix::fs::Uid::ROOT).unwrap();
    }
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    for (name, mode) in [("unreadable", 0), ("readonly", 0o444)] {
        fs::write(world.host("inside").join(name), "x").unwrap();
        fs::set_permissions(world.host("inside").join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::create_dir(world.host("inside/closed")).unwrap();
    fs::set_permissions(world.host("inside/closed"), fs::Permissions::from_mode(0o000)).unwrap();

    let denied = Some(ErrorKind::PermissionDenied);
    let kind = |error: Option<Error>| error.map(|error| error.kind());
    assert_eq!(kind(read(&disk, "/unreadable").err()), denied);
    assert_eq!(kind(open(&disk, "/readonly", OpenOptions::appending()).err()), denied);
    assert_eq!(kind(list(&disk, "/closed", Want::Kinds).err()), denied);
    assert_eq!(kind(block_on(disk.stat(&call(), &path("/closed/x"))).err()), denied);
    // An owner may change the mode of a file that can not be read.
    let attributes = Attributes { mode: Some(0o600), ..Attributes::default() };
    block_on(disk.set_attributes(&call(), &path("/unreadable"), &attributes)).unwrap();
    assert_eq!(read(&disk, "/unreadable").unwrap(), "x");
    fs::set_permissions(world.host("inside/closed"), fs::Permissions::from_mode(0o700)).unwrap();
}

/// What the process owns is the line's own, under whatever number the host knows it.
#[test]
fn the_user_of_the_process_is_the_user_of_the_line() {
    let world = World::new();
    let disk = world.disk(Walk::Kernel);
    let call = call();
    let own = Owner { user: call.host().facts().uid, group: call.host().facts().uid };
    drop(open(&disk, "/file", OpenOptions::truncating()).unwrap());
    block_on(async {
        assert_eq!(disk.stat(&call, &path("/file")).await.unwrap().owner, Some(own));
        let attributes = Attributes { owner: Some(own), ..Attributes::default() };
        disk.set_attributes(&call, &path("/file"), &attributes).await.unwrap();
    });
    let stat = fs::metadata(world.host("inside/file")).unwrap();
    let process = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    assert_eq!((stat.uid(), stat.gid()), process);
}

#[test]
fn a_directory_that_is_missing_is_said_by_its_name() {
    let missing = World::new().host("missing");
    let error = Disk::open(&missing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), format!("{}: No such file or directory", missing.display()));
}

#[test]
fn random_operations_do_what_linux_does() {
    mirage_testkit::model::check(|directory| Arc::new(Disk::open(directory).unwrap()));
}

#[test]
fn every_promise_of_a_resource_is_kept() {
    let all = tempfile::tempdir().unwrap();
    let subject = || {
        let directory = tempfile::tempdir_in(&all).unwrap().keep();
        Subject::of(Disk::open(&directory).unwrap())
    };
    suite::check(subject, &[]);
}
