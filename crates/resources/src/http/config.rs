//! The keys of a mount, and what they mean together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use mirage_vfs::{Error, ErrorKind, Result};
use serde::Deserialize;
use url::Url;

use super::paths::Paths;

/// A mount's keys. Not `Debug`: some are secrets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    url: String,
    paths: Option<Vec<String>>,
    index: Option<String>,
    headers: Option<Vec<String>>,
    token: Option<String>,
    user: Option<String>,
    password: Option<String>,
    redirects: Option<String>,
}

/// What is asked, and how.
pub(super) struct Site {
    /// Ends with a slash.
    pub base: Url,
    pub headers: HeaderMap,
    pub paths: Paths,
    pub index: Index,
    /// Whether requests may be sent on to other servers.
    pub goes_anywhere: bool,
}

/// Which pages list a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// Those that web servers make of one.
    Auto,
    /// Every page, by its links.
    Links,
    None,
}

impl Config {
    pub fn site(&self) -> Result<Site> {
        let index = match self.index.as_deref() {
            None | Some("auto") => Index::Auto,
            Some("links") => Index::Links,
            Some("none") => Index::None,
            Some(other) => return wrong(format!("index is one of auto, links, none: {other}")),
        };
        let goes_anywhere = match self.redirects.as_deref() {
            None | Some("same") => false,
            Some("any") => true,
            Some(other) => return wrong(format!("redirects is one of same, any: {other}")),
        };
        let paths = Paths::new(self.paths.as_deref().unwrap_or_default());
        Ok(Site { base: self.base()?, headers: self.headers()?, paths, index, goes_anywhere })
    }

    fn base(&self) -> Result<Url> {
        let mut base = match Url::parse(&self.url) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => url,
            // What is there instead may be anything, a secret too.
            _ => return wrong("url is not an http or https URL".into()),
        };
        if !base.username().is_empty() || base.password().is_some() {
            return wrong("url holds a user or a password: they have keys of their own".into());
        }
        if base.query().is_some() || base.fragment().is_some() {
            return wrong("url ends with a query or a fragment: it is what all paths begin with".into());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(base)
    }

    fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (at, line) in self.headers.iter().flatten().enumerate() {
            let parsed = line.split_once(':').and_then(|(name, value)| {
                Some((name.trim().parse::<HeaderName>().ok()?, HeaderValue::from_str(value.trim()).ok()?))
            });
            // Its value may be a secret.
            let Some((name, mut value)) = parsed else {
                return wrong(format!("headers: not of the form `Name: value`: number {}", at + 1));
            };
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let authorization = match (&self.token, &self.user, &self.password) {
            (None, None, None) => return Ok(headers),
            (Some(token), None, None) => format!("Bearer {token}"),
            (None, Some(user), password) => {
                let both = format!("{user}:{}", password.as_deref().unwrap_or_default());
                format!("Basic {}", STANDARD.encode(both))
            }
            (None, None, Some(_)) => return wrong("needs a key that is missing: user".into()),
            (Some(_), ..) => return wrong("token and user do not go together".into()),
        };
        let Ok(mut value) = HeaderValue::from_str(&authorization) else {
            return wrong("token holds what no header may hold".into());
        };
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(headers)
    }
}

fn wrong<T>(message: String) -> Result<T> {
    Err(Error::new(ErrorKind::InvalidArgument, "mount").message(message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn site(keys: serde_json::Value) -> Result<Site> {
        serde_json::from_value::<Config>(keys).unwrap().site()
    }

    #[test]
    fn the_url_is_a_directory() {
        for url in ["http://a.example/pub", "http://a.example/pub/"] {
            assert_eq!(site(json!({"url": url})).unwrap().base.as_str(), "http://a.example/pub/");
        }
    }

    #[test]
    fn credentials_become_headers() {
        let header = |keys| site(keys).unwrap().headers.get("authorization").unwrap().clone();
        assert_eq!(header(json!({"url": "http://a", "token": "t"})), "Bearer t");
        assert_eq!(header(json!({"url": "http://a", "user": "u", "password": "p"})), "Basic dTpw");
        let own = site(json!({"url": "http://a", "headers": ["X-Key: a: b"]})).unwrap();
        assert_eq!(own.headers.get("x-key").unwrap(), "a: b");
        assert!(!format!("{:?}", own.headers).contains("a: b"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        for keys in [
            json!({"url": "do-not-tell"}),
            json!({"url": "ftp://do-not-tell"}),
            json!({"url": "http://a:do-not-tell@b/"}),
            json!({"url": "http://a/?key=do-not-tell"}),
            json!({"url": "http://a/", "headers": ["do-not-tell"]}),
            json!({"url": "http://a/", "password": "do-not-tell"}),
            json!({"url": "http://a/", "token": "do-not-tell\n"}),
            json!({"url": "http://a/", "token": "do-not-tell", "user": "u"}),
        ] {
            let refused = site(keys.clone()).err().unwrap_or_else(|| panic!("{keys}"));
            assert_eq!(refused.kind(), ErrorKind::InvalidArgument);
            assert!(!refused.to_string().contains("do-not-tell"), "{refused}");
        }
    }
}
