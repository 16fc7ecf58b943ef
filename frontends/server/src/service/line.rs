//! A line that runs: its streams on the connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use mirage::living::LivingWorkspace;
use mirage::{
    BoxFuture, BoxStream, Cancellation, Error, ErrorKind, ExecuteOptions, Input, Money, Outcome, Output,
    Result, Signal, Sink,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::Daemon;
use super::answer::{Answer, wrong};
use super::api::read;
use crate::frame::{HEADER, Kind, LARGEST};
use crate::messages::{Budget, Execute};
use crate::{PROTOCOL, VERSION, VERSION_HEADER};

/// Frames that wait for the connection.
const WAITING: usize = 8;

/// Frames up to this are written together.
const TOGETHER: usize = 64 * 1024;

/// The session of lines that name none.
const DEFAULT_SESSION: &str = "default";

/// Whether a request wants its line's streams on the connection.
pub(super) fn is_stream(request: &Request<Incoming>) -> bool {
    request.headers().get(header::UPGRADE).is_some_and(|wanted| wanted == PROTOCOL)
}

/// Runs a line whose input is in the request and whose outputs are in the answer.
pub(super) async fn collect(workspace: &LivingWorkspace, wanted: Execute) -> Result<Outcome> {
    let session = session(workspace, &wanted)?;
    let stdin = wanted.stdin.clone().map_or(Input::Empty, |text| Input::Bytes(text.0));
    let (line, options) = options(wanted)?;
    Ok(workspace.execute(&session, line, ExecuteOptions { stdin, ..options }).await)
}

/// Runs a line whose streams take over the connection.
pub(super) async fn stream(
    daemon: &Arc<Daemon>,
    workspace: LivingWorkspace,
    mut request: Request<Incoming>,
) -> Result<Answer> {
    let upgrade = hyper::upgrade::on(&mut request);
    let wanted: Execute = read(request).await?;
    let collects = wanted.collect;
    let session = session(&workspace, &wanted)?;
    let (line, options) = options(wanted)?;
    let daemon = daemon.clone();
    tokio::spawn(async move {
        let _working = daemon.activity.work();
        // A client that went away before its line started.
        let Ok(upgraded) = upgrade.await else { return };
        let Some((reader, writer)) = split(upgraded) else { return };
        run(workspace, &session, line, options, collects, reader, writer).await;
    });
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static(PROTOCOL));
    headers.insert(VERSION_HEADER, HeaderValue::from_static(VERSION));
    Ok(answer)
}

fn session(workspace: &LivingWorkspace, wanted: &Execute) -> Result<String> {
    let session = wanted.session.as_deref().unwrap_or(DEFAULT_SESSION);
    workspace.check_session(session)?;
    Ok(session.to_owned())
}

fn options(wanted: Execute) -> Result<(Bytes, ExecuteOptions)> {
    let Budget { bytes, requests, cost, seconds } = wanted.budget;
    let options = ExecuteOptions {
        cwd: wanted.cwd.map(|cwd| cwd.0),
        env: wanted.env.into_iter().map(|(name, value)| (name.0, value.0)).collect(),
        name: wanted.name.map(|name| name.0),
        args: wanted.args.into_iter().map(|argument| argument.0).collect(),
        timeout: duration("timeout_seconds", wanted.timeout_seconds)?,
        budget: mirage::Budget { bytes, requests, cost: cost.map(Money::dollars) },
        seconds: duration("budget.seconds", seconds)?,
        ..ExecuteOptions::default()
    };
    Ok((wanted.line.0, options))
}

fn duration(name: &str, seconds: Option<f64>) -> Result<Option<Duration>> {
    let parsed = seconds.map(Duration::try_from_secs_f64).transpose();
    parsed.map_err(|_| wrong(format!("{name} is no duration")))
}

/// The two directions of the connection; what came with the request goes first.
fn split(upgraded: Upgraded) -> Option<(Reader, OwnedWriteHalf)> {
    let parts = upgraded.downcast::<TokioIo<UnixStream>>().ok()?;
    let (reader, writer) = parts.io.into_inner().into_split();
    Some((Reader { ahead: parts.read_buf, half: reader }, writer))
}

struct Reader {
    ahead: Bytes,
    half: OwnedReadHalf,
}

async fn run(
    workspace: LivingWorkspace,
    session: &str,
    line: Bytes,
    options: ExecuteOptions,
    collects: bool,
    reader: Reader,
    writer: OwnedWriteHalf,
) {
    let (frames, waiting) = mpsc::channel(WAITING);
    let (input, arriving) = mpsc::channel(1);
    let closed: [Arc<AtomicBool>; 2] = Default::default();
    let output = |kind, closed: &Arc<AtomicBool>| match collects {
        true => Output::Collect,
        false => Output::Sink(Box::new(Frames { kind, closed: closed.clone(), frames: frames.clone() })),
    };
    let options = ExecuteOptions {
        stdin: Input::Stream(wanting(frames.clone(), arriving)),
        stdout: output(Kind::Output, &closed[0]),
        stderr: output(Kind::Error, &closed[1]),
        ..options
    };
    let cancellation = options.cancellation.clone();
    let writing = tokio::spawn(write(writer, waiting));
    let reading = tokio::spawn(receive(reader, input, cancellation, closed));
    let outcome = workspace.execute(session, line, options).await;
    reading.abort();
    let text = serde_json::to_vec(&outcome).unwrap_or_default();
    let _ = frames.send((Kind::Outcome, text.into())).await;
    drop(frames);
    let _ = writing.await;
}

/// An output of the line as frames.
struct Frames {
    kind: Kind,
    closed: Arc<AtomicBool>,
    frames: Sender<(Kind, Bytes)>,
}

impl Sink for Frames {
    fn write<'a>(&'a mut self, mut chunk: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let broken = || Error::new(ErrorKind::BrokenPipe, "write");
            while !chunk.is_empty() {
                if self.closed.load(Ordering::Relaxed) {
                    return Err(broken());
                }
                let part = chunk.split_to(chunk.len().min(LARGEST));
                self.frames.send((self.kind, part)).await.map_err(|_| broken())?;
            }
            Ok(())
        })
    }
}

/// The line's input: asked for when the line reads.
fn wanting(frames: Sender<(Kind, Bytes)>, arriving: Receiver<Bytes>) -> BoxStream<'static, Result<Bytes>> {
    Box::pin(stream::unfold((frames, arriving), |(frames, mut arriving)| async move {
        frames.send((Kind::Want, Bytes::new())).await.ok()?;
        let chunk = arriving.recv().await.filter(|chunk| !chunk.is_empty())?;
        Some((Ok(chunk), (frames, arriving)))
    }))
}

/// Writes frames, small ones together.
async fn write(mut writer: OwnedWriteHalf, mut waiting: Receiver<(Kind, Bytes)>) {
    let mut together = BytesMut::new();
    while let Some(mut frame) = waiting.recv().await {
        loop {
            let (kind, content) = frame;
            together.extend_from_slice(&kind.header(content.len()));
            if content.len() > TOGETHER {
                let written = async {
                    writer.write_all(&together).await?;
                    writer.write_all(&content).await
                };
                if written.await.is_err() {
                    return;
                }
                together.clear();
            } else {
                together.extend_from_slice(&content);
            }
            match waiting.try_recv() {
                Ok(next) if together.len() < TOGETHER => frame = next,
                Ok(next) => {
                    if writer.write_all(&together).await.is_err() {
                        return;
                    }
                    together.clear();
                    frame = next;
                }
                Err(_) => break,
            }
        }
        if !together.is_empty() && writer.write_all(&together).await.is_err() {
            return;
        }
        together.clear();
    }
}

/// Takes what the client sends. When the client goes, the line is asked to stop.
async fn receive(
    mut reader: Reader,
    input: Sender<Bytes>,
    cancellation: Cancellation,
    closed: [Arc<AtomicBool>; 2],
) {
    while let Some((kind, content)) = reader.frame().await {
        match (kind, content.first()) {
            (Kind::Input, Some(_)) => drop(input.send(content).await),
            (Kind::Input | Kind::InputEnd, _) => drop(input.send(Bytes::new()).await),
            (Kind::Signal, Some(2)) => cancellation.cancel(Signal::Interrupt),
            (Kind::Signal, _) => cancellation.cancel(Signal::Terminate),
            (Kind::Closed, Some(1)) => closed[0].store(true, Ordering::Relaxed),
            (Kind::Closed, Some(2)) => closed[1].store(true, Ordering::Relaxed),
            _ => break,
        }
    }
    cancellation.cancel(Signal::Terminate);
}

impl Reader {
    /// The next frame; none at the end, and where something else comes.
    async fn frame(&mut self) -> Option<(Kind, Bytes)> {
        let mut header = [0; HEADER];
        self.read(&mut header).await?;
        let (kind, length) = Kind::parse(header).filter(|(_, length)| *length <= LARGEST)?;
        let mut content = vec![0; length];
        self.read(&mut content).await?;
        Some((kind, content.into()))
    }

    async fn read(&mut self, buffer: &mut [u8]) -> Option<()> {
        let ready = self.ahead.split_to(self.ahead.len().min(buffer.len()));
        buffer[..ready.len()].copy_from_slice(&ready);
        match ready.len() == buffer.len() {
            true => Some(()),
            false => self.half.read_exact(&mut buffer[ready.len()..]).await.ok().map(drop),
        }
    }
}
