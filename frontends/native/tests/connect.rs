//! Connections of native programs.

#![allow(clippy::expect_used, clippy::disallowed_methods, reason = "a test, and the server it talks to")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use futures_util::io::{AsyncReadExt, AsyncWriteExt};
use mirage_native::NativeHost;
use mirage_vfs::{Connection, Endpoint, ErrorKind, Host, Result};

/// What `talk` answers, which runs where the connection is waited for.
fn connected<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    endpoint: Endpoint,
    talk: impl FnOnce(Result<Box<dyn Connection>>) -> F + Send + 'static,
) -> T {
    let host = NativeHost::new();
    let (sender, receiver) = futures_channel::oneshot::channel();
    host.connect(
        endpoint,
        Box::new(move |opened| {
            let talked = talk(opened);
            Box::pin(async move { drop(sender.send(talked.await)) })
        }),
    );
    host.block_on(receiver).expect("talk was called")
}

#[test]
fn bytes_go_both_ways_until_one_side_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut asked = [0; 4];
        stream.read_exact(&mut asked).expect("a question");
        stream.write_all(b"pong").expect("an answer");
        asked
    });
    let answer = connected(Endpoint::Tcp { host: "127.0.0.1".into(), port }, |opened| async move {
        let mut connection = opened.expect("connected");
        connection.write_all(b"ping").await.expect("sent");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("received");
        answer
    });
    assert_eq!((&answer[..], &server.join().expect("the server ended")), (&b"pong"[..], b"ping"));
}

#[test]
fn a_service_that_is_not_there_is_unavailable() {
    for endpoint in [
        Endpoint::Tcp { host: "127.0.0.1".into(), port: 1 },
        Endpoint::Tls { host: "127.0.0.1".into(), port: 1 },
        Endpoint::Local("/no/such/socket".into()),
    ] {
        let kind = connected(endpoint, |opened| async move { opened.err().map(|error| error.kind()) });
        assert_eq!(kind, Some(ErrorKind::Unavailable));
    }
}
