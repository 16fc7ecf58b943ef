//! Against real servers.

use std::sync::{Arc, LazyLock};

use mirage_native::NativeHost;
use mirage_testkit::host::{Counted, block_on};
use mirage_testkit::servers::{Nginx, PythonWeb};
use mirage_testkit::suite::{self, Subject};
use mirage_vfs::{Call, Cancellation, DynResource, Error, ErrorKind, Host, Path, Size, Want};
use serde_json::{Value, json};

use super::DEFINITION;

static HOST: LazyLock<Arc<Counted<NativeHost>>> = LazyLock::new(|| Arc::new(Counted::new(NativeHost::new())));

fn host() -> Arc<dyn Host> {
    HOST.clone()
}

fn resource(settings: Value) -> Arc<dyn DynResource> {
    DEFINITION.build(&host(), settings.as_object().unwrap().clone()).unwrap()
}

fn subject(settings: Value) -> Subject {
    let mut subject = Subject::shared(resource(settings), Path::root());
    subject.call = Call::new(host(), Cancellation::default());
    subject
}

fn nginx() -> Nginx {
    let server = Nginx::start();
    let subject = subject(json!({"url": server.url()}));
    subject.fixture.iter().for_each(|(path, content)| server.put(path, content));
    server
}

fn refused<T>(answer: mirage_vfs::Result<T>) -> (ErrorKind, String) {
    let error: Error = answer.err().unwrap();
    assert!(!format!("{error:?} {error} {:?}", error.hint_text()).contains("do-not-tell"));
    (error.kind(), error.to_string())
}

#[test]
fn keeps_what_every_resource_promises() {
    let server = nginx();
    suite::check(|| subject(json!({"url": server.url()})), &[]);
    suite::check(|| subject(json!({"url": server.url() + "json"})), &[]);
}

#[test]
fn keeps_it_with_a_server_that_knows_no_ranges() {
    let server = PythonWeb::start();
    subject(json!({"url": server.url()}))
        .fixture
        .iter()
        .for_each(|(path, content)| server.put(path, content));
    suite::check(|| subject(json!({"url": server.url()})), &[]);
}

#[test]
fn keeps_it_with_files_that_configuration_names() {
    let server = nginx();
    let paths = ["empty", "large", "small", "directory/inner"];
    suite::check(|| subject(json!({"url": server.url() + "plain", "paths": paths})), &[]);
}

#[test]
fn odd_names_are_listed_and_read() {
    let server = Nginx::start();
    let names = ["a b", "100%", "%41", "a?b", "a#b", "ä", "a&b;c", "a+b", "'", "\"", "<x>", "a\\b"];
    for name in names {
        server.put(&format!("odd/{name}"), name.as_bytes());
    }
    for url in [server.url(), server.url() + "json"] {
        let subject = subject(json!({"url": url}));
        block_on(async {
            let listed = subject.list(&subject.at("odd"), Want::Metadata).await.unwrap();
            let mut read = Vec::new();
            for entry in &listed {
                let path = subject.at("odd").join(&entry.name);
                assert_eq!(subject.resource.stat(&subject.call, &path).await.unwrap(), *entry);
                read.push(subject.get(&path.to_string()[1..]).await);
            }
            read.sort();
            let mut expected = names.map(bytes::Bytes::from);
            expected.sort();
            assert_eq!(read, expected);
            assert_eq!(subject.get("odd/a%3Fb").await, "a?b");
        });
    }
}

#[test]
fn what_follows_a_question_mark_is_a_query() {
    let server = nginx();
    let subject = subject(json!({"url": server.url(), "paths": ["query?a=1", "query?a=x/y"]}));
    block_on(async {
        assert_eq!(subject.get("query?a=b c&path=/x/y%20z").await, "a=b%20c&path=/x/y%20z");
        assert_eq!(subject.names("").await, ["query?a=1", "query?a=x%2Fy"]);
        assert_eq!(subject.get("query?a=x%2Fy").await, "a=x%2Fy");
        assert_eq!(subject.stat("query?a=1").await.unwrap().size, Size::Exact(3));
    });
}

#[test]
fn a_range_is_one_request_and_a_name_one_head() {
    let server = nginx();
    let host = Arc::new(Counted::new(NativeHost::new()));
    let settings = json!({"url": server.url()});
    let shared: Arc<dyn Host> = host.clone();
    let resource = DEFINITION.build(&shared, settings.as_object().unwrap().clone()).unwrap();
    let mut subject = Subject::shared(resource, Path::root());
    subject.call = Call::new(shared, Cancellation::default());
    let asked = || host.requests().into_iter().map(|(method, _)| method).collect::<Vec<_>>();
    block_on(async {
        let options = mirage_vfs::ReadOptions { offset: 700_000, length: Some(10), ..Default::default() };
        assert_eq!(subject.read("large", &options).await.unwrap().len(), 10);
        assert_eq!(asked(), ["GET"]);
        subject.stat("large").await.unwrap();
        assert_eq!(asked(), ["HEAD"]);
        subject.names("").await;
        assert_eq!(asked(), ["GET"]);
    });
}

#[test]
fn a_file_that_changed_is_told() {
    let server = nginx();
    let subject = subject(json!({"url": server.url()}));
    block_on(async {
        let if_match = subject.stat("small").await.unwrap().fingerprint;
        assert!(if_match.as_ref().unwrap().strong);
        let options = mirage_vfs::ReadOptions { if_match, ..Default::default() };
        assert_eq!(subject.read("small", &options).await.unwrap(), "small\n");
        server.put("small", b"other and longer");
        assert_eq!(refused(subject.read("small", &options).await).0, ErrorKind::Changed);
    });
}

#[test]
fn credentials_open_what_is_closed_and_are_not_told() {
    let server = nginx();
    let url = server.url() + "private";
    let closed = subject(json!({"url": url}));
    let wrong = subject(json!({"url": url, "user": "reader", "password": "do-not-tell-either"}));
    let open = subject(json!({"url": url, "user": "reader", "password": "do-not-tell"}));
    block_on(async {
        for subject in [closed, wrong] {
            assert_eq!(
                refused(subject.try_get("small").await),
                (ErrorKind::Unauthenticated, "Permission denied".into())
            );
        }
        assert_eq!(open.get("small").await, "small\n");
        assert_eq!(open.names("directory").await, ["inner"]);
    });
    assert!(!format!("{:?}", open.resource.info()).contains("do-not-tell"));
}

#[test]
fn requests_are_sent_on_within_the_server_and_elsewhere_when_that_is_allowed() {
    let server = nginx();
    let same = subject(json!({"url": server.url()}));
    let any = subject(json!({"url": server.url(), "redirects": "any"}));
    block_on(async {
        assert_eq!(same.get("moved/small").await, "small\n");
        let (kind, message) = refused(same.try_get("elsewhere").await);
        assert_eq!(kind, ErrorKind::PermissionDenied);
        assert_eq!(message, "the server sends the request on to http://127.0.0.2");
        assert_eq!(refused(any.try_get("elsewhere").await).0, ErrorKind::Unavailable);
        assert_eq!(refused(same.try_get("circle").await).0, ErrorKind::TooManyLinks);
    });
}

#[test]
fn a_directory_without_a_listing_is_said_to_have_none() {
    let server = nginx();
    let subject = subject(json!({"url": server.url() + "plain"}));
    block_on(async {
        for directory in [Path::root(), subject.at("directory")] {
            let refused = refused(subject.list(&directory, Want::Kinds).await);
            assert_eq!(refused, (ErrorKind::Unsupported, "the server lists no files here".into()));
        }
        assert_eq!(subject.get("directory/inner").await, "inner");
        assert_eq!(
            refused(subject.list(&subject.at("small"), Want::Kinds).await).0,
            ErrorKind::NotADirectory
        );
        assert_eq!(refused(subject.try_get("busy").await), (ErrorKind::Io, "HTTP 400 Bad Request".into()));
    });
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_unavailable() {
    let subject = subject(json!({"url": "http://127.0.0.1:1/"}));
    let (kind, message) = refused(block_on(subject.stat("file")));
    assert_eq!((kind, &*message), (ErrorKind::Unavailable, "Connection refused"));
}
