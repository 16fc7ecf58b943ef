//! The keys of a mount, and what they mean together.

use mirage_vfs::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::presets::Preset;
use crate::width::CONCURRENCY;

/// A mount's keys. Not `Debug`: some are secrets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    pub bucket: String,
    prefix: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    account: Option<String>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    session_token: Option<String>,
    path_style: Option<bool>,
    concurrency: Option<usize>,
}

/// Where the bucket is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub endpoint: String,
    pub region: String,
    pub path_style: bool,
}

/// Who asks.
pub(super) enum Access<'a> {
    /// Nobody in particular.
    Anyone,
    /// The owner of a key.
    Key {
        /// The key's public part.
        id: &'a str,
        /// Its secret part.
        secret: &'a str,
        /// The token of one that expires.
        token: Option<&'a str>,
    },
}

impl Config {
    /// Where `preset` and the keys say that the bucket is.
    pub fn place(&self, preset: &Preset) -> Result<Place> {
        let region = self.region.as_deref().unwrap_or(preset.region).to_owned();
        let endpoint = match &self.endpoint {
            Some(endpoint) if endpoint.starts_with("http://") || endpoint.starts_with("https://") => {
                endpoint.trim_end_matches('/').to_owned()
            }
            Some(endpoint) => return wrong(format!("endpoint is not an http or https URL: {endpoint}")),
            None => self.filled(preset, &region)?,
        };
        let path_style = self.path_style.unwrap_or(self.endpoint.is_some() || preset.path_style);
        Ok(Place { endpoint, region, path_style })
    }

    /// The provider's URL.
    fn filled(&self, preset: &Preset, region: &str) -> Result<String> {
        let Some(template) = preset.endpoint else {
            return wrong("needs a key that is missing: endpoint".into());
        };
        if template.contains("{region}") && region.is_empty() {
            return wrong("needs a key that is missing: region".into());
        }
        let account = match (template.contains("{account}"), &self.account) {
            (true, None) => return wrong("needs a key that is missing: account".into()),
            (_, account) => account.as_deref().unwrap_or_default(),
        };
        Ok(template.replace("{region}", region).replace("{account}", account))
    }

    pub fn access(&self) -> Result<Access<'_>> {
        match (&self.access_key_id, &self.secret_access_key) {
            (Some(id), Some(secret)) => Ok(Access::Key { id, secret, token: self.session_token.as_deref() }),
            (None, None) if self.session_token.is_none() => Ok(Access::Anyone),
            (None, _) => wrong("needs a key that is missing: access_key_id".into()),
            (_, None) => wrong("needs a key that is missing: secret_access_key".into()),
        }
    }

    /// How many requests are made at once.
    pub fn concurrency(&self) -> Result<usize> {
        match self.concurrency {
            None => Ok(CONCURRENCY),
            Some(number @ 1..=1024) => Ok(number),
            Some(number) => wrong(format!("concurrency is not between 1 and 1024: {number}")),
        }
    }

    /// What every key begins with.
    pub fn prefix(&self) -> String {
        match self.prefix.as_deref().unwrap_or_default().trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }
}

fn wrong<T>(message: String) -> Result<T> {
    Err(Error::new(ErrorKind::InvalidArgument, "mount").message(message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::presets;
    use super::*;

    fn config(keys: serde_json::Value) -> Config {
        serde_json::from_value(keys).unwrap()
    }

    fn place(kind: &'static str, keys: serde_json::Value) -> Result<Place> {
        config(keys).place(presets::of(kind))
    }

    #[test]
    fn a_provider_s_url_is_filled_in() {
        let of = |kind, keys| place(kind, keys).unwrap();
        let amazon = of("s3", json!({"bucket": "b", "region": "eu-west-1"}));
        assert_eq!(amazon.endpoint, "https://s3.eu-west-1.amazonaws.com");
        assert!(!amazon.path_style);
        let cloudflare = of("r2", json!({"bucket": "b", "account": "abc"}));
        assert_eq!(
            (&*cloudflare.endpoint, &*cloudflare.region),
            ("https://abc.r2.cloudflarestorage.com", "auto")
        );
        let own = of("minio", json!({"bucket": "b", "endpoint": "http://127.0.0.1:9000/"}));
        assert_eq!((&*own.endpoint, own.path_style), ("http://127.0.0.1:9000", true));
        let hosted = of("s3", json!({"bucket": "b", "endpoint": "https://x", "path_style": false}));
        assert!(!hosted.path_style);
    }

    #[test]
    fn what_is_missing_is_named() {
        for (kind, keys, missing) in [
            ("minio", json!({"bucket": "b"}), "endpoint"),
            ("r2", json!({"bucket": "b"}), "account"),
            ("wasabi", json!({"bucket": "b", "region": ""}), "region"),
        ] {
            let refused = place(kind, keys).unwrap_err().to_string();
            assert_eq!(refused, format!("needs a key that is missing: {missing}"), "{kind}");
        }
        let half = config(json!({"bucket": "b", "access_key_id": "a"})).access().err().unwrap().to_string();
        assert_eq!(half, "needs a key that is missing: secret_access_key");
    }

    #[test]
    fn a_prefix_is_a_directory() {
        for (given, prefix) in [("", ""), ("/", ""), ("app", "app/"), ("/a/b/", "a/b/")] {
            assert_eq!(config(json!({"bucket": "b", "prefix": given})).prefix(), prefix, "{given}");
        }
    }
}
