//! JavaScript's clocks and timers.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use js_sys::Promise;
use mirage::Time;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    /// A number in a browser, an object in Node.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &js_sys::Function, milliseconds: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// The wall clock, in whole milliseconds.
pub fn now() -> Time {
    let milliseconds = js_sys::Date::now() as i64;
    let nanos = milliseconds.rem_euclid(1000) as u32 * 1_000_000;
    Time::new(milliseconds.div_euclid(1000), nanos)
}

/// Time since the page or program began.
pub fn monotonic() -> Duration {
    Duration::from_secs_f64(performance_now().max(0.0) / 1000.0)
}

/// Completes after a time, and gives every other task of the page a turn before.
///
/// Dropped early it takes its timer back: a timer that nobody waits for would keep Node from ending.
pub struct Sleep {
    timer: JsValue,
    fired: JsFuture,
    left: Duration,
}

/// What a timer of JavaScript can wait.
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

impl Sleep {
    pub fn new(duration: Duration) -> Self {
        let part = duration.min(LONGEST);
        let mut timer = JsValue::UNDEFINED;
        // Rounded up: who asked for a time waits for no less.
        let milliseconds = i32::try_from(part.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
        let fired = JsFuture::from(Promise::new(&mut |resolve, _| {
            timer = set_timeout(&resolve, milliseconds);
        }));
        Sleep { timer, fired, left: duration - part }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            if Pin::new(&mut self.fired).poll(context).is_pending() {
                return Poll::Pending;
            }
            if self.left.is_zero() {
                return Poll::Ready(());
            }
            let left = self.left;
            *self = Sleep::new(left);
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
    }
}
