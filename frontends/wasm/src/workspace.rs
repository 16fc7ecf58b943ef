//! The class `Workspace` of JavaScript.

use std::path::Path;
use std::sync::Arc;

use js_sys::{Function, JSON, Promise, Reflect};
use mirage::config::{Config, Nothing};
use mirage::{Cancellation, Signal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::host::WebHost;
use crate::options;

/// A tree of mounts and the sessions that work in it.
#[wasm_bindgen]
pub struct Workspace(mirage::Workspace);

#[wasm_bindgen]
impl Workspace {
    /// A workspace as a configuration in YAML or JSON describes it; without one, memory alone.
    #[wasm_bindgen(constructor)]
    pub fn new(config: Option<String>) -> Result<Workspace, JsError> {
        let mut builder = mirage::Workspace::builder(Arc::new(WebHost::new()));
        if let Some(text) = config {
            builder = builder.config(Config::parse(&text, Path::new("/"), &Nothing)?);
        }
        Ok(Workspace(builder.build()?))
    }

    /// Runs a line and answers a promise of its outcome: `exit_code`, `stdout`, `stderr` and the other fields that every
    /// front end has. It is rejected only when the options are wrong.
    ///
    /// Options, all optional: `session`, `cwd`, `env`, `args`, `stdin` (text or a `Uint8Array`), `timeout` in seconds,
    /// `signal` (an `AbortSignal`).
    #[wasm_bindgen(unchecked_return_type = "Promise<any>")]
    pub fn execute(&self, line: String, options: JsValue) -> Result<Promise, JsError> {
        let cancellation = Cancellation::default();
        let (name, how) = options::read(&options, cancellation.clone())?;
        let aborted = on_abort(&options, cancellation)?;
        let session = self.0.session(&name);
        Ok(future_to_promise(async move {
            let outcome = session.execute(line, how).await;
            drop(aborted);
            let text = serde_json::to_string(&outcome).map_err(|error| JsError::new(&error.to_string()))?;
            JSON::parse(&text)
        }))
    }
}

/// The listener of a signal, taken back when it is dropped.
struct Listener {
    signal: JsValue,
    closure: Closure<dyn FnMut()>,
}

/// Cancels when the `signal` of the options is aborted, or is already.
fn on_abort(options: &JsValue, cancellation: Cancellation) -> Result<Option<Listener>, JsError> {
    let wrong = |_| JsError::new("execute: options: signal: not an AbortSignal");
    if !options.is_object() {
        return Ok(None);
    }
    let signal = Reflect::get(options, &"signal".into()).map_err(wrong)?;
    if signal.is_undefined() || signal.is_null() {
        return Ok(None);
    }
    if Reflect::get(&signal, &"aborted".into()).map_err(wrong)?.is_truthy() {
        cancellation.cancel(Signal::Interrupt);
        return Ok(None);
    }
    let closure = Closure::<dyn FnMut()>::new(move || cancellation.cancel(Signal::Interrupt));
    let add = Reflect::get(&signal, &"addEventListener".into()).map_err(wrong)?;
    let add: Function = add.dyn_into().map_err(wrong)?;
    add.call2(&signal, &"abort".into(), closure.as_ref()).map_err(wrong)?;
    Ok(Some(Listener { signal, closure }))
}

impl Drop for Listener {
    fn drop(&mut self) {
        let remove = Reflect::get(&self.signal, &"removeEventListener".into());
        if let Some(remove) = remove.ok().and_then(|remove| remove.dyn_into::<Function>().ok()) {
            // A signal that can not forget its listener only keeps it in vain.
            let _ = remove.call2(&self.signal, &"abort".into(), self.closure.as_ref());
        }
    }
}
