//! One connection: request after request.

use std::io::{BufReader, BufWriter};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use bytes::Bytes;

use super::answer::{self, Answer};
use super::objects::{Content, Object};
use super::request::{Request, decoded};
use super::{Fault, Operation, Shared};

/// The most entries of a page.
const PAGE: usize = 1000;

/// How long a server that never answers keeps the connection.
const SILENCE: Duration = Duration::from_secs(3600);

/// Answers what arrives until the connection ends.
pub(super) fn connection(shared: &Shared, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let Ok(reading) = stream.try_clone() else { return };
    let (mut input, mut output) = (BufReader::new(reading), BufWriter::with_capacity(128 << 10, stream));
    while let Ok(Some(request)) = Request::read(&mut input) {
        let operation = Operation::of(&request);
        shared.enter(operation);
        let goes_on = exchange(shared, operation, &request, &mut output);
        shared.leave();
        if !goes_on || shared.is_closed.load(Ordering::Acquire) {
            return;
        }
    }
}

/// Answers one request; false where the connection is to end.
fn exchange(
    shared: &Shared,
    operation: Operation,
    request: &Request,
    output: &mut BufWriter<TcpStream>,
) -> bool {
    thread::sleep(Duration::from_micros(shared.latency.load(Ordering::Acquire)));
    let fault = shared.fault(operation);
    let mut answer = match fault {
        Some(Fault::Silence) => {
            thread::sleep(SILENCE);
            return false;
        }
        Some(Fault::Reset) => return false,
        Some(Fault::Status(status, after)) => {
            let refused = Answer::error(status, "SlowDown");
            match after {
                Some(seconds) => refused.with("retry-after", seconds.to_string()),
                None => refused,
            }
        }
        Some(Fault::Delay(delay)) => {
            thread::sleep(delay);
            perform(shared, operation, request, false)
        }
        Some(Fault::Stale) => perform(shared, operation, request, true),
        Some(Fault::LostAnswer | Fault::LostToStatus(_) | Fault::Truncate) | None => {
            perform(shared, operation, request, false)
        }
    };
    match fault {
        Some(Fault::LostAnswer) => return false,
        Some(Fault::LostToStatus(status)) => answer = Answer::error(status, "InternalError"),
        _ => {}
    }
    if request.method == "HEAD" && answer.status != 200 {
        let length = answer.size();
        answer = answer.without_body(length);
    }
    let most = (fault == Some(Fault::Truncate)).then(|| answer.size() / 2);
    if operation == Operation::Get && matches!(answer.status, 200 | 206) {
        shared.counts().sent += most.unwrap_or(answer.size());
    }
    answer.send(output, most).is_ok() && most.is_none()
}

fn perform(shared: &Shared, operation: Operation, request: &Request, is_stale: bool) -> Answer {
    match operation {
        Operation::List => list(shared, request, is_stale),
        Operation::Get | Operation::Head => get(shared, request),
        Operation::Put => put(shared, request),
        Operation::Copy => copy(shared, request),
        Operation::Delete => {
            shared.objects().remove(&request.key);
            Answer::new(204)
        }
        Operation::Begin => {
            let id = shared.objects().begin(&request.key);
            let text = format!("<UploadId>{id}</UploadId>");
            Answer::new(200)
                .xml(format!("<InitiateMultipartUploadResult>{text}</InitiateMultipartUploadResult>"))
        }
        Operation::Part => part(shared, request),
        Operation::Complete => complete(shared, request),
        Operation::Abort => {
            shared.objects().forget(request.query("uploadId").unwrap_or_default());
            Answer::new(204)
        }
        Operation::Other => Answer::error(501, "NotImplemented"),
    }
}

fn list(shared: &Shared, request: &Request, is_stale: bool) -> Answer {
    let of = |name| request.query(name).unwrap_or_default();
    let after = match request.query("continuation-token") {
        Some(token) => answer::key_of(token),
        None => of("start-after").to_owned(),
    };
    let count = of("max-keys").parse().unwrap_or(PAGE).min(PAGE);
    let page = shared.objects().list(of("prefix"), of("delimiter"), &after, count, is_stale);
    answer::listing(&page)
}

fn get(shared: &Shared, request: &Request) -> Answer {
    let Some(object) = shared.objects().get(&request.key).cloned() else {
        return Answer::error(404, "NoSuchKey");
    };
    if request.header("if-match").is_some_and(|tag| tag != object.tag) {
        return Answer::error(412, "PreconditionFailed");
    }
    let size = object.content.size();
    if request.method == "HEAD" {
        return Answer::object(200, &object).without_body(size);
    }
    let Some(range) = request.header("range") else {
        return Answer::object(200, &object).with_body(object.content.range(0, size));
    };
    match bounds(range, size) {
        Some((start, end)) => {
            let place = format!("bytes {start}-{}/{size}", end - 1);
            let answer = Answer::object(206, &object).with("content-range", place);
            answer.with_body(object.content.range(start, end))
        }
        None => Answer::error(416, "InvalidRange").with("content-range", format!("bytes */{size}")),
    }
}

/// Start and end of a range such as `bytes=0-99`, `bytes=100-` or `bytes=-10`; none where it holds nothing.
fn bounds(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (start, end) = match (first, last) {
        ("", last) => (size.saturating_sub(last.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(size)),
    };
    (start < end).then_some((start, end))
}

/// Why the object at the request's key must not be replaced; none where it may.
fn refused(request: &Request, there: Option<&Object>) -> Option<Answer> {
    let is_wrong = match (request.header("if-none-match"), request.header("if-match"), there) {
        (Some("*"), _, Some(_)) => true,
        (_, Some(_), None) => return Some(Answer::error(404, "NoSuchKey")),
        (_, Some(tag), Some(object)) => tag != object.tag,
        _ => false,
    };
    is_wrong.then(|| Answer::error(412, "PreconditionFailed"))
}

fn put(shared: &Shared, request: &Request) -> Answer {
    shared.counts().received += request.body.len() as u64;
    let mut objects = shared.objects();
    if let Some(refused) = refused(request, objects.get(&request.key)) {
        return refused;
    }
    let object = objects.put(&request.key, Content::from(Bytes::copy_from_slice(&request.body)));
    Answer::new(200).with("etag", object.tag)
}

/// The object that a copy is made of.
fn source(shared: &Shared, request: &Request) -> Option<Object> {
    let source = decoded(request.header("x-amz-copy-source")?);
    let key = source.trim_start_matches('/').split_once('/')?.1.to_owned();
    shared.objects().get(&key).cloned()
}

fn copy(shared: &Shared, request: &Request) -> Answer {
    let Some(object) = source(shared, request) else { return Answer::error(404, "NoSuchKey") };
    let copied = shared.objects().put(&request.key, object.content);
    Answer::new(200).xml(format!(
        "<CopyObjectResult><ETag>{}</ETag><LastModified>{}</LastModified></CopyObjectResult>",
        answer::escaped(&copied.tag),
        answer::iso_date(copied.changed)
    ))
}

fn part(shared: &Shared, request: &Request) -> Answer {
    let id = request.query("uploadId").unwrap_or_default();
    let number = request.query("partNumber").and_then(|number| number.parse().ok()).unwrap_or(0);
    if request.header("x-amz-copy-source").is_some() {
        let Some(object) = source(shared, request) else { return Answer::error(404, "NoSuchKey") };
        let size = object.content.size();
        let range = request.header("x-amz-copy-source-range").and_then(|range| bounds(range, size));
        let (start, end) = range.unwrap_or((0, size));
        let slices = object.content.range(start, end).into_iter().map(Content::from);
        let tag = shared.objects().part(id, number, Content::joined(slices));
        return match tag {
            Some(tag) => Answer::new(200).xml(format!(
                "<CopyPartResult><ETag>{}</ETag><LastModified>{}</LastModified></CopyPartResult>",
                answer::escaped(&tag),
                answer::iso_date(0)
            )),
            None => Answer::error(404, "NoSuchUpload"),
        };
    }
    shared.counts().received += request.body.len() as u64;
    let content = Content::from(Bytes::copy_from_slice(&request.body));
    match shared.objects().part(id, number, content) {
        Some(tag) => Answer::new(200).with("etag", tag),
        None => Answer::error(404, "NoSuchUpload"),
    }
}

fn complete(shared: &Shared, request: &Request) -> Answer {
    let id = request.query("uploadId").unwrap_or_default();
    let mut objects = shared.objects();
    let Some((key, content)) = objects.parts(id) else { return Answer::error(404, "NoSuchUpload") };
    if let Some(refused) = refused(request, objects.get(&key)) {
        return refused;
    }
    let object = objects.put(&key, content);
    objects.forget(id);
    Answer::new(200).xml(format!(
        "<CompleteMultipartUploadResult><Bucket>tests</Bucket><Key>{}</Key><ETag>{}</ETag><Location/></CompleteMultipartUploadResult>",
        answer::escaped(&key),
        answer::escaped(&object.tag)
    ))
}
