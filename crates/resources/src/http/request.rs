//! Asking the server.

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, LOCATION, RANGE};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use mirage_vfs::{Call, Error, ErrorKind, HttpRequest, HttpResponse, Path, RequestKind, Result};
use url::Url;

use super::address;
use super::config::Index;
use super::error::refusal;
use super::{Server, answer};
use crate::fetch::fetch;

/// How often a request is sent on at most.
const HOPS: usize = 10;

/// What is at a URL.
pub(super) enum Found {
    /// An answer of status 200 or, to a range, 206 or 416.
    Answer(HttpResponse),
    /// The server says that the URL should end with a slash.
    Directory,
    Nothing,
}

impl Server {
    /// The head of the file at `path`.
    pub(super) async fn look(&self, call: &Call, path: &Path, operation: &'static str) -> Result<Found> {
        let url = address::file(&self.site.base, path, operation)?;
        match self.send(call, &Method::HEAD, url.clone(), None, operation).await? {
            // Some servers do not know the method, or have it signed apart.
            response if matches!(response.status().as_u16(), 403 | 405 | 501) => {
                let first = HeaderValue::from_static("bytes=0-0");
                let response = self.send(call, &Method::GET, url, Some(first), operation).await?;
                Ok(match found(response, operation)? {
                    Found::Answer(response) => Found::Answer(about_the_whole(response)),
                    other => other,
                })
            }
            response => found(response, operation),
        }
    }

    /// The answer to `GET`.
    pub(super) async fn get(
        &self,
        call: &Call,
        url: Url,
        range: Option<HeaderValue>,
        operation: &'static str,
    ) -> Result<Found> {
        found(self.send(call, &Method::GET, url, range, operation).await?, operation)
    }

    /// An answer that sends the request nowhere else, unless that is to the same URL with a slash at its end.
    async fn send(
        &self,
        call: &Call,
        method: &Method,
        mut url: Url,
        range: Option<HeaderValue>,
        operation: &'static str,
    ) -> Result<HttpResponse> {
        let kind = match (operation, *method == Method::GET) {
            ("read", true) => RequestKind::Read,
            ("list", true) => RequestKind::List,
            _ => RequestKind::Stat,
        };
        for _ in 0..HOPS {
            let request = self.request(method, &url, range.as_ref(), operation)?;
            let response = fetch(call, kind, request, &self.width).await?;
            let Some(target) = redirection(&response, &url) else { return Ok(response) };
            if self.site.index != Index::None && target.path() == format!("{}/", url.path()) {
                return Ok(response);
            }
            self.allow(&target, operation)?;
            url = target;
        }
        Err(Error::new(ErrorKind::TooManyLinks, operation).message("the server sends requests in circles"))
    }

    fn request(
        &self,
        method: &Method,
        url: &Url,
        range: Option<&HeaderValue>,
        operation: &'static str,
    ) -> Result<HttpRequest> {
        let mut request = HttpRequest::default();
        *request.method_mut() = method.clone();
        *request.uri_mut() =
            url.as_str().parse().map_err(|_| Error::new(ErrorKind::InvalidArgument, operation))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        // The bytes as they are: ranges of a compressed form are of no use.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if url.origin() == self.site.base.origin() {
            headers.extend(self.site.headers.clone());
        }
        if let Some(range) = range {
            headers.insert(RANGE, range.clone());
        }
        Ok(request)
    }

    /// Whether a request may be sent on to `target`.
    fn allow(&self, target: &Url, operation: &'static str) -> Result<()> {
        let refused = |hint: &str| {
            let host = target.host_str().unwrap_or_default();
            let message = format!("the server sends the request on to {}://{host}", target.scheme());
            Err(Error::new(ErrorKind::PermissionDenied, operation).message(message).hint(hint))
        };
        let base = &self.site.base;
        if !matches!(target.scheme(), "http" | "https") {
            return refused("only http and https are followed");
        }
        if base.scheme() == "https" && target.scheme() == "http" {
            return refused("what is asked for with https is not read without");
        }
        if target.origin() != base.origin() && !self.site.goes_anywhere {
            return refused("the mount's key `redirects: any` allows it, without credentials");
        }
        Ok(())
    }
}

/// Where an answer sends the request at `url` on to.
fn redirection(response: &HttpResponse, url: &Url) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    url.join(response.headers().get(LOCATION)?.to_str().ok()?).ok()
}

fn found(response: HttpResponse, operation: &'static str) -> Result<Found> {
    let status = response.status();
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Found::Nothing),
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {}
        _ if status.is_redirection() && response.headers().contains_key(LOCATION) => {
            return Ok(Found::Directory);
        }
        _ => return Err(refusal(status, operation)),
    }
    match response.headers().get(CONTENT_ENCODING) {
        Some(encoding) if encoding != "identity" => {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            Err(Error::new(ErrorKind::Io, operation)
                .message(format!("the server sends an encoding that was not asked for: {encoding}")))
        }
        _ => Ok(Found::Answer(response)),
    }
}

/// The answer to a range with the size of the whole file as its length, as in an answer to `HEAD`.
fn about_the_whole(mut response: HttpResponse) -> HttpResponse {
    if response.status() != StatusCode::OK {
        let size = answer::total_size(response.headers());
        set_length(response.headers_mut(), size);
    }
    response
}

fn set_length(headers: &mut HeaderMap, size: Option<u64>) {
    headers.remove(http::header::CONTENT_LENGTH);
    if let Some(size) = size {
        headers.insert(http::header::CONTENT_LENGTH, size.into());
    }
}
