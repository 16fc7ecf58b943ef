//! Requests of a line, tried again where that can help.

use std::time::Duration;

use http::header::{IF_MATCH, IF_NONE_MATCH, RETRY_AFTER};
use http::{Method, StatusCode};
use mirage_vfs::{Call, Host, HttpRequest, HttpResponse, RequestKind, Result, Retry};

use crate::width::Width;

/// How often a request is sent at most.
const TRIES: u32 = 6;

/// How long the first pause is at most; each later one may be twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause, also when the service asks for a longer one.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The answer to a request of the line `call`, after as many tries as it takes and makes sense. What the service says of its
/// load goes to `width`.
pub(crate) async fn fetch(
    call: &Call,
    kind: RequestKind,
    request: HttpRequest,
    width: &Width,
) -> Result<HttpResponse> {
    let mut tries = 1;
    loop {
        let answer = call.fetch(kind, request.clone()).await;
        if let Ok(response) = &answer {
            width.learn(response.status());
        }
        let asked = match &answer {
            _ if tries == TRIES => return answer.map_err(|error| error.retry(Retry::Exhausted)),
            Ok(response) if is_refusal(response.status()) => wanted_pause(response),
            Err(error) if error.retry_status() == Retry::Temporary && is_repeatable(&request) => None,
            _ => return answer,
        };
        drop(answer);
        let host = call.host();
        let wait = asked.unwrap_or_else(|| pause(&**host, tries)).min(LONGEST_PAUSE);
        host.sleep(wait).await;
        tries += 1;
    }
}

/// A random part of a pause that doubles with each try, so that those who were refused together do not come back
/// together.
fn pause(host: &dyn Host, tries: u32) -> Duration {
    let mut random = [0; 2];
    host.random(&mut random);
    let longest = FIRST_PAUSE * 2u32.saturating_pow(tries - 1);
    longest * (1 + u32::from(u16::from_le_bytes(random))) / (1 << 16)
}

/// Whether the service did nothing and may do it later.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// Whether it does no harm if the request was carried out and only its answer was lost.
fn is_repeatable(request: &HttpRequest) -> bool {
    let has_condition =
        request.headers().contains_key(IF_MATCH) || request.headers().contains_key(IF_NONE_MATCH);
    match *request.method() {
        Method::GET | Method::HEAD => true,
        Method::PUT | Method::DELETE => !has_condition,
        _ => false,
    }
}

/// What the service says of when to come back.
fn wanted_pause(response: &HttpResponse) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
