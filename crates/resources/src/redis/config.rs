//! The keys of a mount, and what they mean together.

use mirage_vfs::{Endpoint, Error, ErrorKind, Result};
use serde::Deserialize;

use super::client::Commands;

/// A mount's keys. Not `Debug`: some are secrets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    host: Option<String>,
    port: Option<u16>,
    tls: Option<bool>,
    socket: Option<String>,
    database: Option<u32>,
    user: Option<String>,
    password: Option<String>,
    pub prefix: Option<String>,
    separator: Option<String>,
}

impl Config {
    pub fn endpoint(&self) -> Result<Endpoint> {
        let port = self.port.unwrap_or(6379);
        match (&self.host, &self.socket) {
            (Some(_), Some(_)) => wrong("host and socket do not go together".into()),
            (None, None) => wrong("needs a key that is missing: host".into()),
            (None, Some(socket)) => Ok(Endpoint::Local(socket.clone())),
            (Some(host), None) if host.contains("://") => {
                wrong("host is a name or an address, without a scheme".into())
            }
            (Some(host), None) => Ok(match self.tls.unwrap_or(false) {
                true => Endpoint::Tls { host: host.clone(), port },
                false => Endpoint::Tcp { host: host.clone(), port },
            }),
        }
    }

    /// Who asks, for the identity of what is shown.
    pub fn user(&self) -> &[u8] {
        self.user.as_deref().unwrap_or_default().as_bytes()
    }

    pub fn database(&self) -> u32 {
        self.database.unwrap_or(0)
    }

    /// What is sent on every connection first.
    pub fn greeting(&self) -> Result<Commands> {
        let mut commands = Commands::default();
        match (&self.user, &self.password) {
            (Some(user), Some(password)) => commands.push(&[b"AUTH", user.as_bytes(), password.as_bytes()]),
            (None, Some(password)) => commands.push(&[b"AUTH", password.as_bytes()]),
            (Some(_), None) => return wrong("needs a key that is missing: password".into()),
            (None, None) => {}
        }
        if let Some(database) = self.database {
            commands.push(&[b"SELECT", database.to_string().as_bytes()]);
        }
        Ok(commands)
    }

    pub fn separator(&self) -> Result<u8> {
        match self.separator.as_deref().unwrap_or(":").as_bytes() {
            &[separator] if separator.is_ascii_punctuation() && !matches!(separator, b'%' | b'.') => {
                Ok(separator)
            }
            _ => wrong(format!(
                "separator is one of the signs such as : / - _ |, but not % or .: {}",
                self.separator.as_deref().unwrap_or_default()
            )),
        }
    }
}

fn wrong<T>(message: String) -> Result<T> {
    Err(Error::new(ErrorKind::InvalidArgument, "mount").message(message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config(keys: serde_json::Value) -> Config {
        serde_json::from_value(keys).unwrap()
    }

    #[test]
    fn the_keys_say_where_the_server_is() {
        let of = |keys| config(keys).endpoint().unwrap();
        assert_eq!(of(json!({"host": "h"})), Endpoint::Tcp { host: "h".into(), port: 6379 });
        assert_eq!(
            of(json!({"host": "h", "port": 1, "tls": true})),
            Endpoint::Tls { host: "h".into(), port: 1 }
        );
        assert_eq!(of(json!({"socket": "/s"})), Endpoint::Local("/s".into()));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        for keys in [
            json!({}),
            json!({"host": "redis://:do-not-tell@h"}),
            json!({"host": "h", "socket": "/s"}),
            json!({"host": "h", "separator": "::"}),
            json!({"host": "h", "separator": "%"}),
            json!({"host": "h", "user": "u"}),
        ] {
            let config = config(keys.clone());
            let refused = config.endpoint().err().or(config.separator().err()).or(config.greeting().err());
            let refused = refused.unwrap_or_else(|| panic!("{keys}"));
            assert!(!refused.to_string().contains("do-not-tell"), "{refused}");
        }
    }
}
