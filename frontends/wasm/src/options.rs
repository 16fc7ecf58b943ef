//! How JavaScript says how a line is run.

use std::collections::BTreeMap;
use std::time::Duration;

use js_sys::{JSON, Reflect, Uint8Array};
use mirage::{Cancellation, ExecuteOptions, Input};
use wasm_bindgen::prelude::*;

/// The options that are plain values; `stdin` may hold bytes and is taken apart from them.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Plain {
    session: Option<String>,
    cwd: Option<String>,
    env: BTreeMap<String, String>,
    args: Vec<String>,
    /// Seconds.
    timeout: Option<f64>,
}

/// The session a line runs in, and how.
pub fn read(options: &JsValue, cancellation: Cancellation) -> Result<(String, ExecuteOptions), JsError> {
    let wrong = |what: &str| JsError::new(&format!("execute: options: {what}"));
    if options.is_undefined() || options.is_null() {
        return Ok(("default".into(), ExecuteOptions { cancellation, ..ExecuteOptions::default() }));
    }
    let get = |name: &str| Reflect::get(options, &name.into()).map_err(|_| wrong("not an object"));
    let stdin = input(&get("stdin")?).ok_or_else(|| wrong("stdin: neither text nor a Uint8Array"))?;
    let rest = js_sys::Object::assign(&js_sys::Object::new(), options.unchecked_ref());
    for apart in ["stdin", "signal"] {
        Reflect::delete_property(&rest, &apart.into()).map_err(|_| wrong("not an object"))?;
    }
    let text = JSON::stringify(&rest).map_err(|_| wrong("not plain values"))?;
    let plain: Plain =
        serde_json::from_str(&String::from(text)).map_err(|error| wrong(&error.to_string()))?;
    let timeout = match plain.timeout {
        Some(seconds) => {
            let duration = Duration::try_from_secs_f64(seconds);
            Some(duration.map_err(|error| wrong(&format!("timeout: {error}")))?)
        }
        None => None,
    };
    let how = ExecuteOptions {
        cwd: plain.cwd.map(Into::into),
        env: plain.env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        args: plain.args.into_iter().map(Into::into).collect(),
        stdin,
        timeout,
        cancellation,
        ..ExecuteOptions::default()
    };
    Ok((plain.session.unwrap_or_else(|| "default".into()), how))
}

fn input(value: &JsValue) -> Option<Input> {
    if value.is_undefined() || value.is_null() {
        return Some(Input::Empty);
    }
    if let Some(text) = value.as_string() {
        return Some(Input::Bytes(text.into()));
    }
    value.dyn_ref::<Uint8Array>().map(|bytes| Input::Bytes(bytes.to_vec().into()))
}
