//! Against a real server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mirage_native::NativeHost;
use mirage_testkit::host::block_on;
use mirage_testkit::servers;
use mirage_testkit::suite::{self, Deviation, Subject};
use mirage_vfs::{
    Call, Cancellation, DynResource, ErrorKind, Host, Kind, ListOptions, Path, ReadOptions, Size, Want,
};
use serde_json::{Value, json};

use super::DEFINITION;

struct World {
    server: servers::Redis,
    host: Arc<dyn Host>,
    prefixes: AtomicU32,
}

impl World {
    fn new() -> Self {
        World {
            server: servers::Redis::start(),
            host: Arc::new(NativeHost::new()),
            prefixes: AtomicU32::new(0),
        }
    }

    fn resource(&self, keys: Value) -> Arc<dyn DynResource> {
        let mut settings = json!({
            "host": "127.0.0.1", "port": self.server.port(), "password": servers::Redis::PASSWORD,
        });
        let settings = settings.as_object_mut().unwrap();
        settings.extend(keys.as_object().unwrap().clone());
        DEFINITION.build(&self.host, settings.clone()).unwrap()
    }

    fn subject(&self, keys: Value) -> Subject {
        let mut subject = Subject::shared(self.resource(keys), Path::root());
        subject.call = Call::new(self.host.clone(), Cancellation::default());
        subject
    }

    /// An empty place.
    fn fresh(&self, separator: &str) -> Subject {
        let prefix = format!("test{}{separator}", self.prefixes.fetch_add(1, Ordering::Relaxed));
        let mut subject = self.subject(json!({"separator": separator, "prefix": prefix}));
        subject.base = Path::from("/base");
        block_on(subject.resource.create_dir(&subject.call, &subject.base, 0o755)).unwrap();
        subject
    }

    fn set(&self, key: &[u8], value: &[u8]) {
        assert_eq!(self.server.command(&[b"SET", key, value]), b"+OK\r\n");
    }
}

const DEVIATIONS: &[Deviation] = &[
    Deviation {
        case: "write/a_missing_parent_is_not_found",
        reason: "directories come with the keys in them",
    },
    Deviation {
        case: "write/a_directory_is_refused",
        reason: "a key may hold a string and begin other keys",
    },
    Deviation { case: "rename/into_a_missing_directory", reason: "directories come with the keys in them" },
    Deviation {
        case: "names/of_ascii",
        reason: "the separator separates directories, and a % before two hex digits is an escape",
    },
];

#[test]
fn keeps_what_every_resource_promises() {
    let world = World::new();
    suite::check(|| world.fresh(":"), DEVIATIONS);
}

#[test]
fn keeps_it_with_slashes_in_keys() {
    let world = World::new();
    suite::check(|| world.fresh("/"), DEVIATIONS);
}

#[test]
fn keys_are_files_and_what_begins_them_directories() {
    let world = World::new();
    for key in ["user", "user:1:name", "user:2", "a::b", "a/b", "plain", "100%", "sp ace:x", "tail:"] {
        world.set(key.as_bytes(), key.as_bytes());
    }
    let subject = world.subject(json!({}));
    block_on(async {
        let names = ["%", ".ttl", ".type", "100%", "a", "a%2Fb", "plain", "sp ace", "tail%3A", "user"];
        let mut listed = subject.names("").await;
        assert!(listed.contains(&"user%3A%3A".into()));
        listed.retain(|name| name != "user%3A%3A");
        assert_eq!(listed, names[1..]);
        assert_eq!(subject.names("user%3A%3A").await, ["1", "2"]);
        for (path, content) in [
            ("user", "user"),
            ("user/1/name", "user:1:name"),
            ("user%3A%3A/2", "user:2"),
            ("a/%3Ab", "a::b"),
            ("tail%3A", "tail:"),
            ("sp ace/x", "sp ace:x"),
        ] {
            assert_eq!(subject.get(path).await, content, "{path}");
        }
        assert!(subject.stat("user%3A%3A").await.unwrap().is_directory());
        assert!(subject.stat("user").await.unwrap().is_file());
        let options = ListOptions { want: Want::Kinds, recursive: true };
        let all = subject.resource.list(&subject.call, &subject.at("user%3A%3A"), &options).await.unwrap();
        let all: Vec<_> = all.collect().await.unwrap().into_iter().map(|entry| entry.name).collect();
        assert_eq!(all, ["1", "1/name", "2"]);
    });
}

#[test]
fn names_of_any_bytes_come_back() {
    let world = World::new();
    let names: &[&[u8]] = &[b"%41", b"%", b"\xff", b"a\nb", b"..", b".", b"a\0b", b"*[x]?\\^", b"\xc3\xa4"];
    for name in names {
        world.set(&[b"odd:", *name].concat(), name);
    }
    world.set(b"oddly:x", b"another");
    let subject = world.subject(json!({}));
    block_on(async {
        let listed = subject.list(&subject.at("odd"), Want::Metadata).await.unwrap();
        assert_eq!(listed.len(), names.len());
        for entry in listed {
            let path = subject.at("odd").join(&entry.name);
            let mut handle =
                subject.resource.read(&subject.call, &path, &ReadOptions::default()).await.unwrap();
            let content = futures_util::StreamExt::next(&mut handle.bytes).await.unwrap().unwrap();
            assert!(names.contains(&&content[..]));
            assert_eq!(entry.size, Size::Exact(content.len() as u64));
        }
        subject.put("odd/*[x]?\\^", "new").await;
        assert_eq!(world.server.command(&[b"GET", b"odd:*[x]?\\^"]), b"$3\r\nnew\r\n");
    });
}

#[test]
fn structures_are_lines_of_json() {
    let world = World::new();
    let tell = |parts: &[&str]| {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        world.server.command(&parts);
    };
    tell(&["HSET", "hash", "b", "2", "a", "1"]);
    world.server.command(&[b"HSET", b"hash", b"c", b"\xff"]);
    tell(&["RPUSH", "list", "z", "a\"", "z"]);
    tell(&["SADD", "set", "y", "x"]);
    tell(&["ZADD", "zset", "1.5", "one", "-inf", "none", "7", "seven"]);
    tell(&["XADD", "stream", "1-0", "k", "v", "l", "w"]);
    tell(&["XADD", "stream", "2-0", "k", "v", "k", "w"]);
    let subject = world.subject(json!({}));
    block_on(async {
        for (name, content) in [
            (
                "hash",
                "{\"field\":\"a\",\"value\":\"1\"}\n{\"field\":\"b\",\"value\":\"2\"}\n{\"field\":\"c\",\"value\":{\"base64\":\"/w==\"}}\n",
            ),
            ("list", "\"z\"\n\"a\\\"\"\n\"z\"\n"),
            ("set", "\"x\"\n\"y\"\n"),
            (
                "zset",
                "{\"member\":\"none\",\"score\":\"-inf\"}\n{\"member\":\"one\",\"score\":1.5}\n{\"member\":\"seven\",\"score\":7}\n",
            ),
            (
                "stream",
                "{\"fields\":{\"k\":\"v\",\"l\":\"w\"},\"id\":\"1-0\"}\n{\"fields\":[[\"k\",\"v\"],[\"k\",\"w\"]],\"id\":\"2-0\"}\n",
            ),
        ] {
            assert_eq!(subject.get(name).await, content);
            let options = ReadOptions { offset: 2, length: Some(5), ..Default::default() };
            assert_eq!(subject.read(name, &options).await.unwrap(), content[2..7]);
            assert_eq!(subject.stat(name).await.unwrap().size, Size::Unknown);
            assert_eq!(subject.get(&format!(".type/{name}")).await, format!("{name}\n"));
            let refused = subject.try_put(name, "string").await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::NotPermitted);
            assert_eq!(subject.get(name).await, content);
        }
        subject.remove("hash", Kind::File).await.unwrap();
        assert_eq!(subject.stat("hash").await.unwrap_err().kind(), ErrorKind::NotFound);
    });
}

#[test]
fn a_long_stream_is_read_to_its_end() {
    let world = World::new();
    let script = b"for i = 1, 2500 do redis.call('XADD', KEYS[1], i .. '-0', 'n', i) end";
    world.server.command(&[b"EVAL", script, b"1", b"events"]);
    let subject = world.subject(json!({}));
    let content = block_on(subject.get("events"));
    let lines: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
    assert_eq!(lines.len(), 2501);
    assert_eq!(lines[2499], b"{\"fields\":{\"n\":\"2500\"},\"id\":\"2500-0\"}");
}

#[test]
fn the_time_to_live_is_a_file_and_a_write_keeps_it() {
    let world = World::new();
    world.server.command(&[b"SET", b"a:b", b"1", b"EX", b"1000"]);
    let subject = world.subject(json!({}));
    let left = || async { subject.get(".ttl/a/b").await };
    block_on(async {
        let number = |text: bytes::Bytes| std::str::from_utf8(&text).unwrap().trim().parse::<u32>().unwrap();
        assert!((900..=1000).contains(&number(left().await)));
        subject.put("a/b", "2").await;
        assert!((900..=1000).contains(&number(left().await)));
        subject.put(".ttl/a/b", "never\n").await;
        assert_eq!(left().await, "never\n");
        subject.put(".ttl/a/b", "50").await;
        assert!((1..=50).contains(&number(left().await)));
        assert_eq!(subject.try_put(".ttl/a/b", "soon").await.unwrap_err().kind(), ErrorKind::InvalidArgument);
        assert_eq!(subject.try_put(".ttl/missing", "1").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(subject.names(".ttl/a").await, ["b"]);
        assert_eq!(subject.try_put(".type/a/b", "x").await.unwrap_err().kind(), ErrorKind::NotPermitted);
    });
}

#[test]
fn listings_page_through_many_keys() {
    let world = World::new();
    let script = b"for i = 1, 12000 do redis.call('SET', 'many:' .. i .. ':x', i) end";
    world.server.command(&[b"EVAL", script, b"0"]);
    let subject = world.subject(json!({}));
    assert_eq!(block_on(subject.names("many")).len(), 12_000);
}

#[test]
fn a_lost_connection_is_made_anew() {
    let world = World::new();
    world.set(b"key", b"value");
    let subject = world.subject(json!({}));
    block_on(async {
        assert_eq!(subject.get("key").await, "value");
        world.server.command(&[b"CLIENT", b"KILL", b"TYPE", b"normal", b"SKIPME", b"yes"]);
        assert_eq!(subject.get("key").await, "value");
    });
}

#[test]
fn no_error_tells_the_secret() {
    let world = World::new();
    let wrong = world.subject(json!({"password": "do-not-tell-either"}));
    let none: Arc<dyn DynResource> = {
        let settings = json!({"host": "127.0.0.1", "port": world.server.port()});
        DEFINITION.build(&world.host, settings.as_object().unwrap().clone()).unwrap()
    };
    block_on(async {
        let refused = wrong.try_get("key").await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
        assert!(!format!("{refused:?} {refused}").contains("do-not-tell"));
        let refused = none.stat(&wrong.call, &Path::from("/key")).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
        assert!(refused.hint_text().is_some());
    });
    assert!(!format!("{:?}", wrong.resource.info()).contains("do-not-tell"));
}

#[test]
fn a_service_that_is_not_there_is_said_to_be_unavailable() {
    let host: Arc<dyn Host> = Arc::new(NativeHost::new());
    let settings = json!({"host": "127.0.0.1", "port": 1});
    let nobody = DEFINITION.build(&host, settings.as_object().unwrap().clone()).unwrap();
    let call = Call::new(host, Cancellation::default());
    let refused = block_on(nobody.stat(&call, &Path::from("/file"))).unwrap_err();
    assert_eq!((refused.kind(), &*refused.to_string()), (ErrorKind::Unavailable, "Connection refused"));
}
