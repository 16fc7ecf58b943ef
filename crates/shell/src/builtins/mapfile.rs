//! `mapfile`, also called `readarray`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use imbl::OrdMap;

use super::input::{End, Reader};
use super::{Invocation, Outcome, eval, options, quote};
use crate::execute::{Shell, Source};
use crate::expand::{decimal, is_name};
use crate::state::{Attributes, Value};

pub(crate) fn run<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    mapfile(shell, call).boxed_local()
}

async fn mapfile(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "d:n:O:s:tu:C:c:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let mut numbers = [0i64, 0, 0, 0, 5000];
    for option in &parsed.options {
        let (place, what): (usize, &[u8]) = match option.letter {
            b'n' => (0, b": invalid line count"),
            b'O' => (1, b": invalid array origin"),
            b's' => (2, b": invalid line count"),
            b'u' => (3, b": invalid file descriptor specification"),
            b'c' => (4, b": invalid callback quantum"),
            _ => continue,
        };
        match options::integer(&option.value).filter(|number| *number >= 0 && (place != 4 || *number > 0)) {
            Some(number) => numbers[place] = number,
            None => {
                shell.complain(&[&option.value, what]);
                return Ok(1);
            }
        }
    }
    let [count, origin, skip, descriptor, quantum] = numbers;
    let name = parsed.operands.first().cloned().unwrap_or_else(|| Bytes::from_static(b"MAPFILE"));
    if name.is_empty() {
        shell.complain(&[b"empty array variable name"]);
        return Ok(2);
    }
    if !is_name(&name) {
        shell.complain(&[b"`", &name, b"': not a valid identifier"]);
        return Ok(1);
    }
    let (name, _) = shell.follow_reference(&name)?;
    if let Some(variable) = shell.state.variables.get(&name) {
        if variable.attributes.has(Attributes::READONLY) {
            shell.complain_plainly(&[&name, b": readonly variable"]);
            return Ok(1);
        }
        if shell.is_associative(&name) {
            shell.complain(&[&name, b": not an indexed array"]);
            return Ok(1);
        }
    }
    let Some(input) = shell.descriptors.get(descriptor as u32).cloned() else {
        let shown = descriptor.to_string();
        shell.complain(&[shown.as_bytes(), b": invalid file descriptor: Bad file descriptor"]);
        return Ok(1);
    };
    let delimiter = parsed.value(b'd').map_or(b'\n', |text| text.first().copied().unwrap_or(0));
    let trims = parsed.has(b't');
    let keeps = parsed.options.iter().any(|option| option.letter == b'O');
    let mut array = match shell.state.variables.get(&name).map(|variable| &variable.value) {
        Some(Value::Indexed(elements)) if keeps => elements.clone(),
        Some(Value::Scalar(text)) if keeps => std::iter::once((0, text.clone())).collect(),
        _ => OrdMap::new(),
    };
    let reader = Reader { input, until: None };
    let (mut seen, mut taken, mut status) = (0, 0, 0);
    let mut held = shell.run.call.share();
    while count == 0 || taken < count {
        shell.run.call.tick().await;
        let (record, end) = reader.record(shell, delimiter).await?;
        if let End::Failed(error) = &end {
            let shown = descriptor.to_string();
            shell.complain(&[b"read error: ", shown.as_bytes(), b": ", error.to_string().as_bytes()]);
            status = 1;
        }
        let whole = matches!(end, End::Whole);
        if !whole && record.is_empty() {
            break;
        }
        seen += 1;
        if seen > skip {
            // As in bash, a line ends where the first NUL in it stands.
            let record = match memchr::memchr(0, &record) {
                Some(end) => record.slice(..end),
                None if whole && !trims && delimiter != 0 => [&record[..], &[delimiter]].concat().into(),
                None => record,
            };
            let attributes =
                shell.state.variables.get(&name).map_or(Attributes::NONE, |variable| variable.attributes);
            let line = shell.conformed(attributes, record)?;
            let at = origin.wrapping_add(taken);
            taken += 1;
            if let Some(callback) = parsed.value(b'C')
                && taken % quantum == 0
            {
                shell.store_array(&name, Value::Indexed(array.clone()))?;
                let text =
                    [&callback[..], b" ", &decimal(at), b" ", &quote::single(&line, shell.locale())].concat();
                let line = shell.line;
                eval::run_within(shell, text.into(), line, Source::Builtin("mapfile")).await?;
            }
            held.set(held.bytes() + line.len() as u64 + 128);
            array.insert(at, line);
        }
        if !whole {
            break;
        }
    }
    shell.store_array(&name, Value::Indexed(array))?;
    Ok(status)
}
