//! Hashes, lists, sets and streams as lines of JSON.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use mirage_vfs::{BoxStream, Call, Error, Result};
use serde_json::{Map, Value as Json, json};

use super::Server;
use super::client::{Commands, one};
use super::error::unexpected;
use super::resp::Value;

const OPERATION: &str = "read";

/// How many entries of a stream are asked for at a time.
const ENTRIES: &[u8] = b"1000";

/// All members of what `key` holds, a line each: in their order where they have one, else sorted.
pub(super) async fn of(server: &Server, call: &Call, key: &[u8], kind: &[u8]) -> Result<Bytes> {
    let parts: &[&[u8]] = match kind {
        b"hash" => &[b"HGETALL", key],
        b"list" => &[b"LRANGE", key, b"0", b"-1"],
        b"set" => &[b"SMEMBERS", key],
        b"zset" => &[b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"],
        other => {
            let kind = String::from_utf8_lossy(other);
            return Err(
                Error::unsupported(OPERATION).message(format!("holds what is not shown here: {kind}"))
            );
        }
    };
    let commands = Commands::one(parts).bringing();
    let answer = one(server.client.ask(call, &commands, OPERATION).await?, OPERATION)?;
    let mut members: Vec<&Bytes> =
        answer.list().ok_or_else(|| unexpected(OPERATION))?.iter().filter_map(Value::text).collect();
    let mut lines = Vec::new();
    match kind {
        b"hash" => {
            let mut pairs: Vec<(&Bytes, &Bytes)> = pairs(&members).collect();
            pairs.sort();
            pairs.iter().for_each(|(field, value)| {
                push(&mut lines, &json!({"field": text(field), "value": text(value)}));
            });
        }
        b"zset" => pairs(&members).for_each(|(member, score)| {
            push(&mut lines, &json!({"member": text(member), "score": number(score)}));
        }),
        _ => {
            if kind == b"set" {
                members.sort();
            }
            members.iter().for_each(|member| push(&mut lines, &text(member)));
        }
    }
    Ok(lines.into())
}

fn pairs<'a>(members: &[&'a Bytes]) -> impl Iterator<Item = (&'a Bytes, &'a Bytes)> {
    members.chunks_exact(2).map(|pair| (pair[0], pair[1]))
}

/// The entries of a stream, in parts.
pub(super) fn of_stream(server: Arc<Server>, call: Call, key: Vec<u8>) -> BoxStream<'static, Result<Bytes>> {
    let start = Some(Bytes::from_static(b"-"));
    Box::pin(stream::try_unfold((server, call, key, start), |(server, call, key, start)| async move {
        let Some(start) = start else { return Ok(None) };
        let parts: [&[u8]; 6] = [b"XRANGE", &key, &start, b"+", b"COUNT", ENTRIES];
        let commands = Commands::one(&parts).bringing();
        let answer = one(server.client.ask(&call, &commands, OPERATION).await?, OPERATION)?;
        let mut lines = Vec::new();
        let mut last = None;
        for entry in answer.list().ok_or_else(|| unexpected(OPERATION))? {
            let Some([id, fields]) = entry.list() else { return Err(unexpected(OPERATION)) };
            let (Some(id), Some(fields)) = (id.text(), fields.list()) else {
                return Err(unexpected(OPERATION));
            };
            let fields: Vec<&Bytes> = fields.iter().filter_map(Value::text).collect();
            push(&mut lines, &json!({"id": text(id), "fields": fields_of(&fields)}));
            last = Some(id.clone());
        }
        // What comes after the last one; without one, this was the end.
        let next = last.map(|id| Bytes::from([b"(", &id[..]].concat()));
        Ok(Some((Bytes::from(lines), (server, call, key, next))))
    }))
}

/// The fields of an entry: an object, or pairs where a name is no text or comes twice.
fn fields_of(fields: &[&Bytes]) -> Json {
    let mut object = Map::new();
    for (name, value) in pairs(fields) {
        let is_new = match std::str::from_utf8(name) {
            Ok(name) => object.insert(name.to_owned(), text(value)).is_none(),
            Err(_) => false,
        };
        if !is_new {
            return pairs(fields).map(|(name, value)| json!([text(name), text(value)])).collect();
        }
    }
    object.into()
}

/// Bytes as a text, or `{"base64": ...}` where they are none.
fn text(bytes: &Bytes) -> Json {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({"base64": STANDARD.encode(bytes)}),
    }
}

/// A score as a number, or as a text where JSON has no such number: `inf`.
fn number(bytes: &Bytes) -> Json {
    let number = std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<f64>().ok());
    match number {
        Some(number) if number.is_finite() && number.fract() == 0.0 && number.abs() < 1e15 => {
            (number as i64).into()
        }
        Some(number) if number.is_finite() => number.into(),
        _ => text(bytes),
    }
}

fn push(lines: &mut Vec<u8>, row: &Json) {
    lines.extend_from_slice(row.to_string().as_bytes());
    lines.push(b'\n');
}
