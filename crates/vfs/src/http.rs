//! How the engine asks services over HTTP: through the host, counted for the line that asks.

use bytes::Bytes;
use futures_util::StreamExt;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, HeaderMap, HeaderName, HeaderValue, RANGE};
use http::{Method, StatusCode};
use mirage_store::BoxStream;

use crate::budget::Transfer;
use crate::call::Call;
use crate::error::Result;
use crate::ledger::RequestKind;

/// A request: method, absolute URL, headers, and the whole body.
pub type HttpRequest = http::Request<Bytes>;

/// An answer, of any status: its head, and its body as it arrives. Dropping the body ends the request.
pub type HttpResponse = http::Response<BoxStream<'static, Result<Bytes>>>;

/// An extension of a request whose body tells the service what to do: it is not content, and not counted as such.
#[derive(Clone, Copy, Debug)]
pub struct Control;

impl Call {
    /// Sends `request` through the host and counts it, for the mount that this call is [at](Call::at): the bodies of writes
    /// as bytes sent, those of reads as bytes received. Everything that asks a service over HTTP does so here.
    ///
    /// The line's budget holds. A read that may bring more than is left asks for what is left, and when that is not all that
    /// was wanted the line is stopped: this never completes, and whoever drives the line drops it.
    pub async fn fetch(&self, kind: RequestKind, mut request: HttpRequest) -> Result<HttpResponse> {
        let is_content = kind == RequestKind::Write && request.extensions().get::<Control>().is_none();
        let sent = if is_content { request.body().len() as u64 } else { 0 };
        let is_read = kind == RequestKind::Read && request.method() != Method::HEAD;
        let range = Range::of(request.headers());
        let wanted = if is_read { range.length() } else { Some(0) };
        let transfer = self.request(kind, sent, wanted).await;
        let cut = match transfer.allowed().filter(|_| is_read) {
            Some(allowed) if wanted.is_none_or(|wanted| wanted > allowed) => range.cut(allowed),
            _ => None,
        };
        if let Some(cut) = &cut {
            request.headers_mut().insert(RANGE, cut.clone());
        }
        let response = match self.host().fetch(request).await {
            Ok(response) => response,
            Err(error) => {
                transfer.not_sent();
                return Err(error);
            }
        };
        match is_read && response.status().is_success() {
            true => receive(transfer, response, range, cut.is_some()).await,
            // What it says of an error is no content.
            false => Ok(response),
        }
    }
}

/// An answer whose body is counted as it comes.
async fn receive(
    mut transfer: Transfer,
    response: HttpResponse,
    wanted: Range,
    is_cut: bool,
) -> Result<HttpResponse> {
    let headers = response.headers();
    let length = number(headers, &CONTENT_LENGTH);
    if is_cut && response.status() == StatusCode::PARTIAL_CONTENT {
        // What is there of the range that was wanted, not of the one that was sent.
        let whole = total(headers).map(|size| wanted.within(size));
        if let (Some(whole), Some(length)) = (whole, length)
            && whole > length
        {
            return transfer.stop(whole).await;
        }
    }
    if let Some(length) = length {
        transfer.expect(length).await;
    }
    let (head, body) = response.into_parts();
    let state = (body, transfer);
    let counted = futures_util::stream::unfold(state, |(mut body, mut transfer)| async move {
        let chunk = body.next().await?;
        if let Ok(bytes) = &chunk {
            let bytes = bytes.len() as u64;
            if let Some(allowed) = transfer.allowed()
                && bytes > allowed
            {
                return transfer.stop(bytes).await;
            }
            transfer.received(bytes);
        }
        Some((chunk, (body, transfer)))
    });
    Ok(HttpResponse::from_parts(head, Box::pin(counted)))
}

/// What a read asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    /// From the first byte to before the second; to the end if there is none.
    From(u64, Option<u64>),
    /// The last bytes.
    Last(u64),
}

impl Range {
    /// What the headers ask for: everything, unless they say a single range.
    fn of(headers: &HeaderMap) -> Range {
        let whole = Range::From(0, None);
        let said = headers.get(RANGE).and_then(|value| value.to_str().ok()?.strip_prefix("bytes="));
        let Some((start, last)) = said.and_then(|said| said.split_once('-')) else { return whole };
        match (start.parse::<u64>(), last.parse::<u64>()) {
            (Ok(start), Ok(last)) => Range::From(start, last.checked_add(1)),
            (Ok(start), Err(_)) => Range::From(start, None),
            (Err(_), Ok(count)) => Range::Last(count),
            (Err(_), Err(_)) => whole,
        }
    }

    /// How many bytes it may bring; none if nobody knows.
    fn length(&self) -> Option<u64> {
        match self {
            Range::From(start, end) => Some(end.as_ref()?.saturating_sub(*start)),
            Range::Last(count) => Some(*count),
        }
    }

    /// How many bytes it brings of a file of this size.
    fn within(&self, size: u64) -> u64 {
        match *self {
            Range::From(start, end) => end.unwrap_or(size).min(size).saturating_sub(start),
            Range::Last(count) => count.min(size),
        }
    }

    /// The header that asks for its first `length` bytes alone; none where the range has no known start.
    fn cut(&self, length: u64) -> Option<HeaderValue> {
        match self {
            Range::From(start, _) => {
                HeaderValue::try_from(format!("bytes={start}-{}", start.checked_add(length.checked_sub(1)?)?))
                    .ok()
            }
            Range::Last(_) => None,
        }
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The size of the file that a range is of.
fn total(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_RANGE)?.to_str().ok()?.rsplit_once('/')?.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(header: &'static str) -> Range {
        Range::of(&HeaderMap::from_iter([(RANGE, HeaderValue::from_static(header))]))
    }

    #[test]
    fn a_range_knows_what_it_may_bring() {
        assert_eq!((range("bytes=10-19").length(), range("bytes=10-19").within(15)), (Some(10), 5));
        assert_eq!((range("bytes=10-").length(), range("bytes=10-").within(15)), (None, 5));
        assert_eq!((range("bytes=-10").length(), range("bytes=-10").within(4)), (Some(10), 4));
        assert_eq!(Range::of(&HeaderMap::new()), Range::From(0, None));
    }

    #[test]
    fn a_range_is_cut_to_what_may_come() {
        let cut = |header, length| range(header).cut(length).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(cut("bytes=10-99", 5).as_deref(), Some("bytes=10-14"));
        assert_eq!(cut("bytes=0-", 5).as_deref(), Some("bytes=0-4"));
        assert_eq!(cut("bytes=-10", 5), None);
    }
}
