//! Against a real server.

use std::sync::Arc;

use mirage_native::NativeHost;
use mirage_testkit::host::block_on;
use mirage_testkit::servers;
use mirage_testkit::suite::{self, Deviation, Subject};
use mirage_vfs::{Call, Cancellation, DynResource, ErrorKind, Host, Kind, Path, Size};
use serde_json::json;

use super::DEFINITION;

/// A server, and lines that ask it.
struct World {
    server: servers::S3,
    host: Arc<dyn Host>,
}

impl World {
    fn new() -> Self {
        World { server: servers::S3::start(), host: Arc::new(NativeHost::new()) }
    }

    fn call(&self) -> Call {
        Call::new(self.host.clone(), Cancellation::default())
    }

    fn resource(&self, prefix: &str) -> Arc<dyn DynResource> {
        let settings = json!({
            "bucket": servers::S3::BUCKET, "prefix": prefix, "endpoint": self.server.endpoint(),
            "access_key_id": "id", "secret_access_key": "do-not-tell",
        });
        let settings = settings.as_object().unwrap().clone();
        DEFINITION.build(&self.host, settings).unwrap()
    }

    /// An empty place.
    fn subject(&self) -> Subject {
        let mut subject = Subject::shared(self.resource(&self.server.prefix()), Path::root());
        subject.call = self.call();
        subject
    }
}

const DEVIATIONS: &[Deviation] = &[
    Deviation {
        case: "write/a_missing_parent_is_not_found",
        reason: "directories come with the keys in them",
    },
    Deviation { case: "write/a_directory_is_refused", reason: "a key may be a file and begin other keys" },
    Deviation { case: "names/of_any_bytes", reason: "keys are UTF-8" },
    // Of the other server alone, from here on.
    Deviation { case: "names/of_control_characters", reason: "the test server takes no line feed in a key" },
];

#[test]
fn keeps_what_every_resource_promises() {
    let world = World::new();
    suite::check(|| world.subject(), DEVIATIONS);
}

#[test]
fn the_server_that_counts_and_fails_is_one_of_them() {
    let bucket = servers::Bucket::start();
    let host: Arc<dyn Host> = Arc::new(NativeHost::new());
    let places = std::cell::Cell::new(0);
    let subject = || {
        places.set(places.get() + 1);
        let resource = at(&bucket, &host, &format!("{}/", places.get()));
        let mut subject = Subject::shared(resource, Path::root());
        subject.call = Call::new(host.clone(), Cancellation::default());
        subject
    };
    suite::check(subject, &DEVIATIONS[..3]);
}

/// The mount of `prefix` at a server of our own.
fn at(bucket: &servers::Bucket, host: &Arc<dyn Host>, prefix: &str) -> Arc<dyn DynResource> {
    let settings = json!({"bucket": servers::Bucket::NAME, "prefix": prefix, "endpoint": bucket.endpoint()});
    DEFINITION.build(host, settings.as_object().unwrap().clone()).unwrap()
}

#[test]
fn a_key_may_be_a_file_and_a_directory() {
    let world = World::new();
    let subject = world.subject();
    block_on(async {
        for key in ["logs", "logs-1", "logs/1", "logs.2", "other/1"] {
            subject.put(key, key).await;
        }
        assert_eq!(subject.names("").await, ["logs", "logs%2F", "logs-1", "logs.2", "other"]);
        assert_eq!(subject.names("logs%2F").await, ["1"]);
        assert_eq!(subject.get("logs").await, "logs");
        assert_eq!(subject.get("logs/1").await, "logs/1");
        assert_eq!(subject.get("logs%2F/1").await, "logs/1");
        assert!(subject.stat("logs%2F").await.unwrap().is_directory());
    });
}

#[test]
fn a_directory_stays_when_its_last_file_goes() {
    let world = World::new();
    let subject = world.subject();
    block_on(async {
        subject.put("a/b/c", "").await;
        subject.remove("a/b/c", Kind::File).await.unwrap();
        assert!(subject.names("a/b").await.is_empty());
        subject.remove("a/b", Kind::Directory).await.unwrap();
        subject.remove("a", Kind::Directory).await.unwrap();
        assert_eq!(subject.stat("a").await.unwrap_err().kind(), ErrorKind::NotFound);
        assert!(subject.names("").await.is_empty());
    });
}

#[test]
fn large_objects_go_in_parts_that_appear_together_or_not_at_all() {
    let world = World::new();
    let subject = world.subject();
    let chunk: bytes::Bytes = (0..=255u8).cycle().take(3 << 20).collect::<Vec<u8>>().into();
    block_on(async {
        let start = || async {
            let path = subject.at("large");
            let mut handle = subject.resource.write(&subject.call, &path, &Default::default()).await.unwrap();
            for _ in 0..9 {
                handle.write(&subject.call, chunk.clone()).await.unwrap();
            }
            handle
        };
        let handle = start().await;
        assert!(subject.names("").await.is_empty());
        handle.abort(&subject.call).await;
        assert!(subject.names("").await.is_empty());
        start().await.commit(&subject.call).await.unwrap();
        assert!(subject.get("large").await == chunk.repeat(9));
        subject.resource.copy(&subject.call, &subject.at("large"), &subject.at("copy")).await.unwrap();
        assert_eq!(subject.stat("copy").await.unwrap().size, Size::Exact(27 << 20));
    });
}

#[test]
fn no_error_tells_the_secret() {
    let world = World::new();
    let resource = world.resource("");
    let call = world.call();
    assert!(!String::from_utf8_lossy(&resource.info().identity).contains("do-not-tell"));
    let settings = json!({
        "bucket": "no-such-bucket", "endpoint": world.server.endpoint(),
        "access_key_id": "id", "secret_access_key": "do-not-tell",
    });
    let missing = DEFINITION.build(&world.host, settings.as_object().unwrap().clone()).unwrap();
    let refused = block_on(missing.list(&call, &Path::root(), &Default::default())).err().unwrap();
    assert_eq!(refused.to_string(), "The specified bucket does not exist");
    assert!(!format!("{refused:?}").contains("do-not-tell"));
}

#[test]
fn a_service_that_is_not_there_is_said_to_be_unavailable() {
    let world = World::new();
    let settings = json!({"bucket": "tests", "endpoint": "http://127.0.0.1:1"});
    let nobody = DEFINITION.build(&world.host, settings.as_object().unwrap().clone()).unwrap();
    let refused = block_on(nobody.stat(&world.call(), &Path::from("/file"))).unwrap_err();
    assert_eq!((refused.kind(), &*refused.to_string()), (ErrorKind::Unavailable, "Connection refused"));
}
