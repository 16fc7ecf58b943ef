//! A line that runs in the daemon, with its streams here.

use std::io::{BufReader, Cursor, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Client, ClientError, Result, check_version, http, refused, send};
use crate::PROTOCOL;
use crate::frame::{HEADER, Kind, LARGEST};
use crate::messages::Execute;

/// A line that runs: what it does comes as [`wait`](Line::wait) is called.
pub struct Line {
    reader: BufReader<std::io::Chain<Cursor<Vec<u8>>, UnixStream>>,
    control: Control,
}

/// The other direction, for any thread: input, signals.
#[derive(Clone)]
pub struct Control(Arc<Mutex<UnixStream>>);

/// What a line does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It waits for input: answer with [`Control::input`], once.
    Wants,
    /// It wrote to its standard output.
    Output(Vec<u8>),
    /// It wrote to its standard error.
    Error(Vec<u8>),
    /// It has ended: its outcome in JSON.
    Ended(Vec<u8>),
}

impl Client {
    /// Runs a line in a workspace.
    pub fn execute(&self, workspace: &str, wanted: &Execute) -> Result<Line> {
        let mut stream = self.connect()?;
        let body = serde_json::to_vec(wanted).map_err(|error| ClientError::new(error.to_string()))?;
        let mut request = format!(
            "POST /v1/workspaces/{workspace}/execute HTTP/1.1\r\nhost: mirage\r\nconnection: upgrade\r\nupgrade: {PROTOCOL}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        send(&mut stream, &request)?;
        let answer = http::read_head(&mut stream)?;
        if answer.status != 101 {
            return Err(refusal(stream, answer));
        }
        check_version(answer.version.as_deref())?;
        let control = stream.try_clone().map_err(|error| ClientError::broken(&error))?;
        let reader = BufReader::with_capacity(64 * 1024, Cursor::new(answer.body).chain(stream));
        Ok(Line { reader, control: Control(Arc::new(Mutex::new(control))) })
    }
}

/// What the daemon said instead of running the line.
fn refusal(mut stream: UnixStream, mut answer: http::Answer) -> ClientError {
    // It would keep the connection for the next request.
    let _ = stream.shutdown(Shutdown::Write);
    match stream.read_to_end(&mut answer.body) {
        Ok(_) => check_version(answer.version.as_deref()).err().unwrap_or_else(|| refused(&answer.body)),
        Err(error) => ClientError::broken(&error),
    }
}

impl Line {
    /// What the line does next; after [`Event::Ended`] there is nothing more.
    pub fn wait(&mut self) -> Result<Event> {
        let mut header = [0; HEADER];
        self.read(&mut header)?;
        let (kind, length) =
            Kind::parse(header).ok_or_else(|| ClientError::new("the daemon's answer is unclear"))?;
        let mut content = vec![0; length];
        self.read(&mut content)?;
        match kind {
            Kind::Want => Ok(Event::Wants),
            Kind::Output => Ok(Event::Output(content)),
            Kind::Error => Ok(Event::Error(content)),
            Kind::Outcome => Ok(Event::Ended(content)),
            Kind::Input | Kind::InputEnd | Kind::Signal | Kind::Closed => {
                Err(ClientError::new("the daemon's answer is unclear"))
            }
        }
    }

    /// The other direction.
    pub fn control(&self) -> Control {
        self.control.clone()
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<()> {
        self.reader.read_exact(buffer).map_err(|error| ClientError::broken(&error))
    }
}

/// What can not be sent any more is told by the line's own end.
impl Control {
    /// Input that the line waited for; empty is its end.
    pub fn input(&self, chunk: &[u8]) {
        match chunk.is_empty() {
            true => self.send(Kind::InputEnd, &[]),
            false => chunk.chunks(LARGEST).for_each(|part| self.send(Kind::Input, part)),
        }
    }

    /// Sends the line a signal: 2 for Ctrl-C, 15.
    pub fn signal(&self, number: u8) {
        self.send(Kind::Signal, &[number]);
    }

    /// Tells that nobody reads an output any more: 1 or 2.
    pub fn closed(&self, descriptor: u8) {
        self.send(Kind::Closed, &[descriptor]);
    }

    fn send(&self, kind: Kind, content: &[u8]) {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = stream.write_all(&kind.header(content.len())).and_then(|()| stream.write_all(content));
    }
}
