//! A server's process.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to answer for the first time, on a machine that builds meanwhile.
const START: Duration = Duration::from_secs(60);

/// A server that ends when this is dropped, and also when the test is killed.
pub(super) struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    /// Starts `program`, which is to listen on the port that `arguments` gets, and waits until it does.
    pub fn start(program: &Path, arguments: impl Fn(u16) -> Vec<String>) -> Process {
        assert!(program.exists(), "{} is missing: `cargo xtask test` installs it", program.display());
        let port = free_port();
        // The shell's input is a pipe that closes with this process, however it ends.
        let child = Command::new("/bin/sh")
            .args(["-c", "\"$@\" >/dev/null 2>&1 </dev/null & cat; kill $!", "sh"])
            .arg(program)
            .args(arguments(port))
            .stdin(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let process = Process { child, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)) };
        process.wait(program);
        process
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends an HTTP request without a body and answers the status.
    pub fn request(&self, method: &str, path: &str) -> u16 {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = String::from_utf8_lossy(&answer);
        head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{head}"))
    }

    fn wait(&self, program: &Path) {
        let started = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(started.elapsed() < START, "{} does not listen", program.display());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Where `cargo xtask test` puts what it installs.
pub(super) fn installed(program: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"));
    target.join("services/python/bin").join(program)
}
