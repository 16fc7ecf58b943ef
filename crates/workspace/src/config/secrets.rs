//! The secrets of a configuration, so that what is kept of a workspace can do without them.

use std::fmt;

use bytes::Bytes;

/// Shorter texts are no secrets that could be told from other text.
const SHORTEST: usize = 4;

/// Stands around the place of a secret in a text that was without NUL.
const MARK: u8 = 0;

/// Secrets, each with its place in the configuration.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<(String, String)>);

/// How many, and nothing of them.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} secrets", self.0.len())
    }
}

impl Secrets {
    /// Notes the secret at `place`, in place of one that was there.
    pub(crate) fn add(&mut self, place: &str, secret: &str) {
        self.0.retain(|(known, _)| known != place);
        if secret.len() >= SHORTEST {
            self.0.push((place.to_owned(), secret.to_owned()));
            // A secret that holds another is found first.
            self.0.sort_by_key(|(_, secret)| std::cmp::Reverse(secret.len()));
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `text` with every secret in it replaced by a mark that names its place.
    pub(crate) fn hide(&self, text: &Bytes) -> Bytes {
        let mut hidden = text.clone();
        for (place, secret) in &self.0 {
            if memchr::memmem::find(&hidden, secret.as_bytes()).is_some() {
                hidden = replaced(&hidden, secret.as_bytes(), &marked(place));
            }
        }
        hidden
    }

    /// What [`hide`](Secrets::hide) was given; the place of a secret that is not known.
    pub(crate) fn reveal(&self, hidden: &Bytes) -> Result<Bytes, String> {
        let mut text = hidden.clone();
        for (place, secret) in &self.0 {
            text = replaced(&text, &marked(place), secret.as_bytes());
        }
        match text.split(|byte| *byte == MARK).nth(1) {
            Some(place) => Err(String::from_utf8_lossy(place).into_owned()),
            None => Ok(text),
        }
    }
}

/// `hidden` for people: `${place}` where a secret was.
pub(crate) fn shown(hidden: &[u8]) -> Bytes {
    let mut text = Vec::with_capacity(hidden.len());
    for (at, part) in hidden.split(|byte| *byte == MARK).enumerate() {
        match at % 2 {
            0 => text.extend_from_slice(part),
            _ => text.extend_from_slice(&[b"${", part, b"}"].concat()),
        }
    }
    text.into()
}

fn marked(place: &str) -> Vec<u8> {
    [&[MARK], place.as_bytes(), &[MARK]].concat()
}

fn replaced(text: &Bytes, from: &[u8], to: &[u8]) -> Bytes {
    let mut all = Vec::with_capacity(text.len());
    let mut end = 0;
    for at in memchr::memmem::find_iter(text, from) {
        all.extend_from_slice(&text[end..at]);
        all.extend_from_slice(to);
        end = at + from.len();
    }
    if end == 0 {
        return text.clone();
    }
    all.extend_from_slice(&text[end..]);
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_comes_back_and_holds_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("mounts./s3.key", "hunter2");
        secrets.add("env.LONG", "hunter2-and-more");
        secrets.add("env.SHORT", "ab");
        let text = Bytes::from_static(b"key=hunter2 long='hunter2-and-more' ab hunter");
        let hidden = secrets.hide(&text);
        assert!(memchr::memmem::find(&hidden, b"hunter2").is_none());
        assert_eq!(secrets.reveal(&hidden), Ok(text));
        assert_eq!(Secrets::default().reveal(&hidden), Err("mounts./s3.key".into()));
        assert_eq!(shown(&hidden), "key=${mounts./s3.key} long='${env.LONG}' ab hunter");
    }
}
