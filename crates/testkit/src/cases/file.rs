//! Files of cases: read, and answered in place.

use std::fmt;
use std::path::{Path, PathBuf};

use super::case::RawCase;
use super::render::{self, ANSWER_KEYS};
use super::{Answer, Case};

/// A file of cases with its text.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// The cases in order.
    pub cases: Vec<Case>,
    text: String,
}

/// A file that is not a list of cases.
#[derive(Debug)]
pub struct FormatError(String);

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormatError {}

impl CaseFile {
    /// Reads the text of a file of cases. Names must differ.
    pub fn parse(text: impl Into<String>) -> Result<CaseFile, FormatError> {
        let text = text.into();
        // Our own files, so no limits on how often cases share an anchor's files.
        let options = serde_saphyr::options! { budget: None };
        let raw: Result<Vec<RawCase>, _> = serde_saphyr::from_str_with_options(&text, options);
        let raw = raw.map_err(|error| FormatError(error.to_string()))?;
        let cases: Result<Vec<Case>, String> = raw.into_iter().map(Case::try_from).collect();
        let cases = cases.map_err(FormatError)?;
        let mut names: Vec<&str> = cases.iter().map(|case| &case.name[..]).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(FormatError(format!("two cases are called {:?}", pair[0])));
        }
        Ok(CaseFile { cases, text })
    }

    /// The text with the answer of case `number` put in place of what it had; all else stays as it is.
    pub fn with_answer(&self, number: usize, answer: &Answer) -> Result<CaseFile, FormatError> {
        let (head, case, tail) = self.split_at_case(number)?;
        let mut text = String::from(head);
        let mut dropping = false;
        for line in case.split_inclusive('\n') {
            dropping = match key_of(line) {
                Some(key) => ANSWER_KEYS.contains(&key),
                // What is deeper than a key belongs to it; an empty line may be inside a block.
                None => dropping && (line.starts_with("   ") || line.trim().is_empty()),
            };
            if !dropping {
                text.push_str(line);
            }
        }
        let rest = text.len() - text.trim_end_matches('\n').len();
        text.truncate(text.len() - rest);
        text.push('\n');
        text.push_str(&render::answer(answer));
        if !tail.is_empty() {
            text.push('\n');
        }
        text.push_str(tail);
        let file = CaseFile::parse(text)?;
        match file.cases[number].answer.as_ref() == Some(answer) {
            true => Ok(file),
            false => Err(FormatError(format!(
                "{}: the answer does not survive being written",
                self.cases[number].name
            ))),
        }
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text in front of a case, the case itself, and from the comments of the next one on.
    fn split_at_case(&self, number: usize) -> Result<(&str, &str, &str), FormatError> {
        let mut starts = Vec::new();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            if line.starts_with("- ") {
                starts.push(at);
            }
            at += line.len();
        }
        if starts.len() != self.cases.len() {
            return Err(FormatError("every case must start with \"- \" in the first column".into()));
        }
        let start = starts[number];
        let next = starts.get(number + 1).copied().unwrap_or(self.text.len());
        let mut end = start;
        let mut at = start;
        for line in self.text[start..next].split_inclusive('\n') {
            at += line.len();
            // Comments and empty lines at the end belong to the next case.
            if !line.starts_with('#') && !line.trim().is_empty() {
                end = at;
            }
        }
        let tail = self.text[end..].trim_start_matches('\n');
        Ok((&self.text[..start], &self.text[start..end], tail))
    }
}

/// The key of a case that `line` starts with.
fn key_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("  ").or_else(|| line.strip_prefix("- "))?;
    let end = rest.find(':')?;
    let key = &rest[..end];
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')).then_some(key)
}

/// Every file of cases below the project's root, by path: `cases.yaml` beside a command, and all of `tests/`.
pub fn find_files(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut directories = vec![root.join("crates/commands/src"), root.join("tests")];
    while let Some(directory) = directories.pop() {
        let Ok(entries) = std::fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::Content;

    const TEXT: &str =
        "# first\n- name: one\n  script: |\n    a\n\n    b\n\n# about two\n- name: two\n  script: x\n";

    #[test]
    fn an_answer_is_written_behind_its_case_and_comments_stay() {
        let file = CaseFile::parse(TEXT).expect("well formed");
        let answer = Answer { status: 1, stdout: b"  x\ny\n".to_vec(), ..Answer::default() };
        let file = file.with_answer(0, &answer).expect("written");
        assert_eq!(file.cases[0].answer.as_ref(), Some(&answer));
        assert_eq!(file.cases[1].answer, None);
        assert!(file.text().contains("\n\n# about two\n- name: two\n"), "{}", file.text());
        let again = file.with_answer(0, &Answer::default()).expect("written again");
        assert_eq!(again.cases[0].answer, Some(Answer::default()));
        assert_eq!(again.cases[0].script, b"a\n\nb\n");
    }

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        for bytes in [
            &all[..],
            &all[..128],
            b"\n",
            b"\n\n",
            b" \n",
            b"a \n",
            b"\ta\n",
            b"a",
            b"a\r\n",
            "é\u{85}\n".as_bytes(),
        ] {
            let left = [
                ("d/f".to_owned(), Some(Content::File(bytes.to_vec()))),
                ("gone".to_owned(), None),
                ("l".to_owned(), Some(Content::Link("d/f".into()))),
                ("new".to_owned(), Some(Content::Directory)),
            ];
            let answer =
                Answer { status: 0, stdout: bytes.to_vec(), stderr: bytes.to_vec(), left: left.into() };
            let file = CaseFile::parse(TEXT).expect("well formed");
            file.with_answer(1, &answer).expect("the same after reading");
        }
    }

    #[test]
    fn names_must_differ() {
        assert!(CaseFile::parse("- name: a\n  script: x\n- name: a\n  script: y\n").is_err());
    }
}
