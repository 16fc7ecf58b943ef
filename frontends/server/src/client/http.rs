//! Requests and the heads of their answers.

use std::io::Read;
use std::os::unix::net::UnixStream;

use super::{ClientError, Result, send};
use crate::VERSION_HEADER;

/// The longest head of an answer.
const LONGEST_HEAD: usize = 16 * 1024;

/// An answer, read to its end.
pub(super) struct Answer {
    pub status: u16,
    pub version: Option<String>,
    pub body: Vec<u8>,
}

/// Sends a request that is answered in one piece.
pub(super) fn request(
    mut stream: UnixStream,
    method: &str,
    path: &str,
    body: Option<&[u8]>,
) -> Result<Answer> {
    let body = body.unwrap_or_default();
    // In this version of HTTP an answer ends with its connection.
    let mut text =
        format!("{method} {path} HTTP/1.0\r\nhost: mirage\r\ncontent-length: {}\r\n\r\n", body.len());
    text.reserve(body.len());
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(body);
    send(&mut stream, &bytes)?;
    let mut answer = read_head(&mut stream)?;
    stream.read_to_end(&mut answer.body).map_err(|error| ClientError::broken(&error))?;
    Ok(answer)
}

/// Reads the head of an answer; what came behind it is the start of the body.
pub(super) fn read_head(stream: &mut UnixStream) -> Result<Answer> {
    let mut read = Vec::with_capacity(4096);
    loop {
        let mut chunk = [0; 4096];
        let length = loop {
            match stream.read(&mut chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read.map_err(|error| ClientError::broken(&error))?,
            }
        };
        read.extend_from_slice(&chunk[..length]);
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut head = httparse::Response::new(&mut headers);
        match head.parse(&read) {
            Ok(httparse::Status::Complete(end)) => {
                let status = head.code.unwrap_or_default();
                let version =
                    head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(VERSION_HEADER));
                let version = version.map(|header| String::from_utf8_lossy(header.value).into_owned());
                return Ok(Answer { status, version, body: read.split_off(end) });
            }
            Ok(httparse::Status::Partial) if length > 0 && read.len() < LONGEST_HEAD => {}
            _ => {
                return Err(
                    ClientError::new("the daemon broke off, or is none").hint("see: mirage daemon logs")
                );
            }
        }
    }
}
