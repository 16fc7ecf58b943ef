//! moto: an S3 server that keeps versions, conditions and multipart uploads as Amazon's does.

use std::sync::atomic::{AtomicU32, Ordering};

use super::process::{Process, installed};

/// An S3 server with one bucket.
pub struct S3 {
    process: Process,
    prefixes: AtomicU32,
}

impl S3 {
    /// The bucket's name.
    pub const BUCKET: &'static str = "tests";

    /// Starts one.
    pub fn start() -> S3 {
        let arguments = |port: u16| ["-H", "127.0.0.1", "-p", &port.to_string()].map(String::from).to_vec();
        let process = Process::start(&installed("moto_server"), arguments);
        assert_eq!(process.request("PUT", &format!("/{}", S3::BUCKET)), 200, "the bucket is not made");
        S3 { process, prefixes: AtomicU32::new(0) }
    }

    /// Its URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.process.address())
    }

    /// A prefix that no other call gave.
    pub fn prefix(&self) -> String {
        format!("tests/{}/", self.prefixes.fetch_add(1, Ordering::Relaxed))
    }
}
