//! The secrets of a configuration, so that what is kept of a workspace can do without them.

use std::fmt;

use bytes::Bytes;

/// Shorter secrets are found only where they stand as words: they are parts of other words by chance.
const SHORT: usize = 4;

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
        if !secret.is_empty() {
            self.0.push((place.to_owned(), secret.to_owned()));
            // A secret that holds another is found first.
            self.0.sort_by_key(|(_, secret)| std::cmp::Reverse(secret.len()));
        }
    }

    /// Notes what may be a secret: nobody says so. A `1` or a `yes` is none.
    pub(crate) fn suspect(&mut self, place: &str, text: &str) {
        if text.len() >= SHORT {
            self.add(place, text);
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
                hidden = marked(&hidden, secret.as_bytes(), place);
            }
        }
        hidden
    }

    /// What [`hide`](Secrets::hide) was given; the place of a secret that is not known.
    pub(crate) fn reveal(&self, hidden: &Bytes) -> Result<Bytes, String> {
        if !hidden.contains(&MARK) {
            return Ok(hidden.clone());
        }
        let mut text = Vec::with_capacity(hidden.len());
        for (at, part) in hidden.split(|byte| *byte == MARK).enumerate() {
            let known = || self.0.iter().find(|(place, _)| place.as_bytes() == part);
            match at % 2 {
                0 => text.extend_from_slice(part),
                _ => match known() {
                    Some((_, secret)) => text.extend_from_slice(secret.as_bytes()),
                    None => return Err(String::from_utf8_lossy(part).into_owned()),
                },
            }
        }
        Ok(text.into())
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

/// `text` with the mark of `place` wherever `secret` is, outside of marks.
fn marked(text: &[u8], secret: &[u8], place: &str) -> Bytes {
    let mut all = Vec::with_capacity(text.len());
    for (at, part) in text.split(|byte| *byte == MARK).enumerate() {
        if at > 0 {
            all.push(MARK);
        }
        let mut end = 0;
        if at % 2 == 0 {
            for found in memchr::memmem::find_iter(part, secret) {
                if secret.len() < SHORT && !is_word(part, found, secret.len()) {
                    continue;
                }
                all.extend_from_slice(&part[end..found]);
                all.extend_from_slice(&[&[MARK], place.as_bytes(), &[MARK]].concat());
                end = found + secret.len();
            }
        }
        all.extend_from_slice(&part[end..]);
    }
    all.into()
}

/// Whether what is at `start` is not a part of a longer word.
fn is_word(text: &[u8], start: usize, length: usize) -> bool {
    let inside = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    !inside(start.checked_sub(1).and_then(|before| text.get(before))) && !inside(text.get(start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_comes_back_and_holds_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("mounts./s3.key", "hunter2");
        secrets.add("env.LONG", "hunter2-and-more");
        secrets.add("mounts./ab.pin", "ab");
        secrets.suspect("env.FLAG", "yes");
        let text = Bytes::from_static(b"key=hunter2 long='hunter2-and-more' ab=cab yes");
        let hidden = secrets.hide(&text);
        assert!(memchr::memmem::find(&hidden, b"hunter2").is_none());
        assert_eq!(secrets.reveal(&hidden), Ok(text));
        assert_eq!(Secrets::default().reveal(&hidden), Err("mounts./s3.key".into()));
        assert_eq!(shown(&hidden), "key=${mounts./s3.key} long='${env.LONG}' ${mounts./ab.pin}=cab yes");
    }
}
