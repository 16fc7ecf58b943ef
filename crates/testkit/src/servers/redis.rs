//! Redis itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use tempfile::TempDir;

use super::process::Process;

/// A Redis server that keeps nothing on disk.
pub struct Redis {
    process: Process,
    _directory: TempDir,
}

impl Redis {
    /// What it wants to be told first.
    pub const PASSWORD: &'static str = "do-not-tell";

    /// Starts one.
    pub fn start() -> Redis {
        let directory = tempfile::tempdir().unwrap();
        let process = Process::start(Path::new("/usr/bin/redis-server"), |port| {
            let (port, directory) = (port.to_string(), directory.path().display().to_string());
            let arguments = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--dir", &directory];
            arguments.into_iter().chain(["--requirepass", Redis::PASSWORD]).map(String::from).collect()
        });
        Redis { process, _directory: directory }
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.process.address().port()
    }

    /// What it answers to a command, as it comes.
    pub fn command(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.process.address()).unwrap();
        for parts in [&[b"AUTH", Redis::PASSWORD.as_bytes()], parts, &[b"QUIT"]] {
            let mut command = format!("*{}\r\n", parts.len()).into_bytes();
            for part in parts {
                command.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
                command.extend_from_slice(&[part, &b"\r\n"[..]].concat());
            }
            stream.write_all(&command).unwrap();
        }
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).unwrap();
        let answer = answers.strip_prefix(b"+OK\r\n").and_then(|rest| rest.strip_suffix(b"+OK\r\n"));
        answer.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&answers))).to_vec()
    }
}
