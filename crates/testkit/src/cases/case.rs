//! One case and its answer.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// Files by path relative to the working directory; a directory's path has no trailing slash here.
pub type Files = BTreeMap<String, Content>;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file with these bytes.
    File(Vec<u8>),
    /// A directory.
    Directory,
    /// A symbolic link with this target.
    Link(String),
}

/// A script with what it finds and what it must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Unique in its file.
    pub name: String,
    /// Made in the working directory first.
    pub files: Files,
    /// The script's standard input.
    pub stdin: Vec<u8>,
    /// What `bash -c` is given.
    pub script: Vec<u8>,
    /// What must come out; none while it is not recorded.
    pub answer: Option<Answer>,
    /// Why the answer was edited by hand: it is then never recorded again.
    pub reason: Option<String>,
    /// Why the product is known to answer otherwise. The case fails on the day it does not.
    pub known_failure: Option<String>,
}

/// What a script did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The exit status.
    pub status: u8,
    /// Everything on descriptor 1.
    pub stdout: Vec<u8>,
    /// Everything on descriptor 2.
    pub stderr: Vec<u8>,
    /// What changed in the working directory: new content by path, none where something was removed.
    pub left: BTreeMap<String, Option<Content>>,
}

impl Answer {
    /// What of `after` differs from `before`. A directory that only holds what was there before is no change: cases do
    /// not name the directories of their files.
    pub fn changes(before: &Files, after: &Files) -> BTreeMap<String, Option<Content>> {
        let is_implied = |path: &str| {
            before.keys().any(|known| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
        };
        let gone = |(path, content): &(&String, &Content)| {
            let is_kept = after.contains_key(*path) || (**content == Content::Directory && is_implied(path));
            !is_kept
        };
        let removed = before.iter().filter(gone).map(|(path, _)| (path.clone(), None));
        let changed = after.iter().filter(|(path, content)| {
            before.get(*path) != Some(*content) && !(**content == Content::Directory && is_implied(path))
        });
        removed.chain(changed.map(|(path, content)| (path.clone(), Some(content.clone())))).collect()
    }
}

/// A case as YAML holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCase {
    name: String,
    #[serde(default)]
    files: BTreeMap<String, Option<RawContent>>,
    #[serde(default)]
    stdin: Option<RawBytes>,
    script: RawBytes,
    status: Option<u8>,
    #[serde(default)]
    stdout: Option<RawBytes>,
    #[serde(default)]
    stderr: Option<RawBytes>,
    #[serde(default)]
    left: BTreeMap<String, Option<RawContent>>,
    reason: Option<String>,
    known_failure: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawBytes {
    Text(String),
    Base64 { base64: String },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawContent {
    Text(String),
    Base64 { base64: String },
    Link { link: String },
}

impl RawBytes {
    fn decode(self) -> Result<Vec<u8>, String> {
        match self {
            RawBytes::Text(text) => Ok(text.into_bytes()),
            RawBytes::Base64 { base64 } => STANDARD.decode(base64).map_err(|error| error.to_string()),
        }
    }
}

/// A path with its content; the trailing slash of a directory is dropped.
fn content(path: &str, raw: Option<RawContent>) -> Result<(String, Content), String> {
    let content = match (path.strip_suffix('/'), raw) {
        (Some(directory), None) => return Ok((directory.to_owned(), Content::Directory)),
        (Some(_), Some(_)) => return Err(format!("{path}: a directory has no content")),
        (None, None) => return Err(format!("{path}: no content")),
        (None, Some(RawContent::Text(text))) => Content::File(text.into_bytes()),
        (None, Some(RawContent::Base64 { base64 })) => {
            Content::File(STANDARD.decode(base64).map_err(|error| error.to_string())?)
        }
        (None, Some(RawContent::Link { link })) => Content::Link(link),
    };
    Ok((path.to_owned(), content))
}

impl TryFrom<RawCase> for Case {
    type Error = String;

    fn try_from(raw: RawCase) -> Result<Self, String> {
        let bytes = |raw: Option<RawBytes>| raw.map_or(Ok(Vec::new()), RawBytes::decode);
        let mut left = BTreeMap::new();
        for (path, raw) in raw.left {
            match raw {
                None if !path.ends_with('/') => drop(left.insert(path, None)),
                raw => {
                    let (path, content) = content(&path, raw)?;
                    left.insert(path, Some(content));
                }
            }
        }
        let (stdout, stderr) = (bytes(raw.stdout)?, bytes(raw.stderr)?);
        let files: Result<Files, String> =
            raw.files.into_iter().map(|(path, raw)| content(&path, raw)).collect();
        Ok(Case {
            name: raw.name,
            files: files?,
            stdin: bytes(raw.stdin)?,
            script: raw.script.decode()?,
            answer: raw.status.map(|status| Answer { status, stdout, stderr, left }),
            reason: raw.reason,
            known_failure: raw.known_failure,
        })
    }
}
