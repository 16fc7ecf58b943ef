//! The short form of a mount: `PREFIX=SPEC[,key=value...]`.

use serde_json::{Map, Value};

use super::error::ConfigError;

/// A mount's path and its keys as a document would have them, taken from `PREFIX=SPEC[,key=value...]`.
///
/// SPEC is a host path (it starts with `.`, `/` or `~`) or a type; `\,` is a literal comma; `cache.ttl=60` is the key `ttl`
/// inside `cache`.
pub(crate) fn parse(spec: &str) -> Result<(String, Map<String, Value>), ConfigError> {
    let wrong = || ConfigError::one(format!("not a mount, which is PREFIX=SPEC[,key=value...]: {spec}"));
    let (prefix, rest) = spec.split_once('=').ok_or_else(wrong)?;
    let mut parts = split_commas(rest).into_iter();
    let what = parts.next().filter(|what| !what.is_empty()).ok_or_else(wrong)?;
    let mut keys = Map::new();
    match what.starts_with(['.', '/', '~']) {
        true => {
            keys.insert("type".into(), "disk".into());
            keys.insert("path".into(), what.into());
        }
        false => drop(keys.insert("type".into(), what.into())),
    }
    for part in parts {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| ConfigError::one(format!("{prefix}: not a key with its value: {part}")))?;
        insert(&mut keys, name, value)
            .map_err(|()| ConfigError::one(format!("{prefix}: given twice: {name}")))?;
    }
    Ok((prefix.to_owned(), keys))
}

/// Sets `name`, dots leading into nested keys.
fn insert(keys: &mut Map<String, Value>, name: &str, value: &str) -> Result<(), ()> {
    match name.split_once('.') {
        None => match keys.insert(name.into(), value.into()) {
            None => Ok(()),
            Some(_) => Err(()),
        },
        Some((outer, inner)) => match keys.entry(outer).or_insert_with(|| Map::new().into()) {
            Value::Object(nested) => insert(nested, inner, value),
            _ => Err(()),
        },
    }
}

fn split_commas(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let last = parts.len() - 1;
        match character {
            '\\' if characters.peek() == Some(&',') => {
                characters.next();
                parts[last].push(',');
            }
            ',' => parts.push(String::new()),
            other => parts[last].push(other),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(spec: &str) -> Value {
        parse(spec).map(|(_, keys)| keys.into()).expect("a good spec")
    }

    #[test]
    fn a_spec_is_a_path_or_a_type_with_keys() {
        assert_eq!(keys("/repo=."), json!({"type": "disk", "path": "."}));
        assert_eq!(keys("/r=~/x=y,mode=write"), json!({"type": "disk", "path": "~/x=y", "mode": "write"}));
        assert_eq!(keys("/d=ram"), json!({"type": "ram"}));
        assert_eq!(
            keys(r"/s=s3,bucket=a\,b,cache.ttl=60,cache.blocks=true,empty="),
            json!({"type": "s3", "bucket": "a,b", "cache": {"ttl": "60", "blocks": "true"}, "empty": ""})
        );
    }

    #[test]
    fn what_is_not_a_spec_is_refused() {
        for spec in [
            "/data",
            "/data=",
            "/d=ram,mode",
            "/d=ram,mode=read,mode=write",
            "/d=.,path=x",
            "/d=ram,a=1,a.b=2",
        ] {
            assert!(parse(spec).is_err(), "{spec}");
        }
    }
}
