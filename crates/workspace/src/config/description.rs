//! A configuration as it travels and as it is kept: references stay references, what they stand for lies beside them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mirage_resources::{Form, definition};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::reader::Reader;
use super::{Config, ConfigError, Source, document, spec};

/// What a workspace is made of: a configuration in which nothing is filled in yet, what its relative paths start from, and
/// what its references stand for.
///
/// The program that reads the configuration resolves it, with its own environment and files; the one that runs the
/// workspace may be another. Without its [values](Description::values) it holds no secret, and is what is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The configuration, secrets that stood in it taken out.
    pub document: Map<String, Value>,
    /// What relative host paths start from.
    pub directory: PathBuf,
    /// What `~` stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<PathBuf>,
    /// What the references stand for.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub values: Values,
}

/// What the references of a configuration stand for.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Values {
    /// Environment variables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
    /// Files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<PathBuf, String>,
    /// Secrets that stood in the configuration itself, by their places.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<String, String>,
}

/// How many, and nothing of them.
impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} values", self.variables.len() + self.files.len() + self.secrets.len())
    }
}

impl Values {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty() && self.files.is_empty() && self.secrets.is_empty()
    }

    /// Adds what `more` has, over what is there.
    pub fn extend(&mut self, more: Values) {
        self.variables.extend(more.variables);
        self.files.extend(more.files);
        self.secrets.extend(more.secrets);
    }
}

impl Description {
    /// Reads a configuration in YAML or JSON. Relative host paths start from `directory`, and everything it refers to is
    /// looked up in `source`.
    pub fn read(text: &str, directory: &Path, source: &dyn Source) -> Result<Description, ConfigError> {
        let document = match document(text)? {
            Value::Object(keys) => keys,
            Value::Null => Map::new(),
            other => {
                // Refused as any other document is that holds no keys.
                Reader::new(source, directory).config(other)?;
                Map::new()
            }
        };
        let (home, values) = (source.home(), Values::default());
        let mut read = Description { document, directory: directory.to_owned(), home, values };
        read.take_secrets();
        read.values = read.look_up(source)?;
        Ok(read)
    }

    /// Adds the mount `PREFIX=SPEC[,key=value...]`, in place of one at the same path. Relative host paths start from `here`.
    pub fn mount(&mut self, text: &str, here: &Path, source: &dyn Source) -> Result<(), ConfigError> {
        let (prefix, mut keys) = spec::parse(text)?;
        let kind = keys.get("type").and_then(Value::as_str).and_then(definition);
        for key in kind.into_iter().flat_map(|kind| kind.keys) {
            if let (Form::HostPath, Some(Value::String(path))) = (key.form, keys.get_mut(key.name))
                && !path.starts_with('~')
            {
                *path = here.join(&*path).to_string_lossy().into_owned();
            }
        }
        let mounts = self.document.entry("mounts").or_insert_with(|| Map::new().into());
        if mounts.is_null() {
            *mounts = Map::new().into();
        }
        if let Value::Object(mounts) = mounts {
            let path = mirage_vfs::Path::from(&*prefix);
            mounts.retain(|other, _| mirage_vfs::Path::from(&**other) != path);
            mounts.insert(prefix, keys.into());
        }
        self.take_secrets();
        self.values = self.look_up(source)?;
        Ok(())
    }

    /// Puts references in place of the secrets that stand in the document itself.
    fn take_secrets(&mut self) {
        let Some(Value::Object(mounts)) = self.document.get_mut("mounts") else { return };
        for (prefix, keys) in mounts.iter_mut() {
            let Value::Object(keys) = keys else { continue };
            let Some(kind) = keys.get("type").and_then(Value::as_str).and_then(definition) else { continue };
            for key in kind.keys.iter().filter(|key| key.form == Form::Secret) {
                let Some(value) = keys.get_mut(key.name) else { continue };
                let secret = match &*value {
                    Value::String(text) if !text.contains("${") => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => continue,
                };
                let place = format!("mounts.{prefix}.{}", key.name);
                *value = serde_json::json!({"secret": &place});
                self.values.secrets.insert(place, secret);
            }
        }
    }

    /// What the document's references stand for in `source`; everything that is wrong with it.
    fn look_up(&self, source: &dyn Source) -> Result<Values, ConfigError> {
        let recorder = Recorder { source, known: &self.values, values: RefCell::new(self.values.clone()) };
        Reader::new(&recorder, &self.directory).config(self.document.clone().into())?;
        Ok(recorder.values.into_inner())
    }

    /// What of the document's references `source` knows.
    pub fn find_values(&self, source: &dyn Source) -> Values {
        let recorder = Recorder { source, known: &self.values, values: RefCell::new(self.values.clone()) };
        // What is wrong is told when it is used.
        let _ = Reader::lenient(&recorder, &self.directory).config(self.document.clone().into());
        recorder.values.into_inner()
    }

    /// The configuration with its references filled in, as far as the values go:
    /// [`lacking`](Config::lacking) has the rest.
    pub fn config(&self) -> Result<Config, ConfigError> {
        Reader::lenient(self, &self.directory).config(self.document.clone().into())
    }

    /// The same without what its references stand for: what may be kept.
    #[must_use]
    pub fn without_values(&self) -> Description {
        Description { values: Values::default(), ..self.clone() }
    }
}

/// A description knows what it was read with.
impl Source for Description {
    fn variable(&self, name: &str) -> Option<String> {
        self.values.variables.get(name).cloned()
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        self.values.files.get(path).cloned().ok_or_else(|| "it was not given".into())
    }

    fn home(&self) -> Option<PathBuf> {
        self.home.clone()
    }

    fn secret(&self, place: &str) -> Option<String> {
        self.values.secrets.get(place).cloned()
    }
}

/// A source that notes what was found.
struct Recorder<'a> {
    source: &'a dyn Source,
    known: &'a Values,
    values: RefCell<Values>,
}

impl Source for Recorder<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        let value = self.source.variable(name)?;
        self.values.borrow_mut().variables.insert(name.to_owned(), value.clone());
        Some(value)
    }

    fn read(&self, path: &Path) -> Result<String, String> {
        let text = self.source.read(path)?;
        self.values.borrow_mut().files.insert(path.to_owned(), text.clone());
        Ok(text)
    }

    fn home(&self) -> Option<PathBuf> {
        self.source.home()
    }

    fn secret(&self, place: &str) -> Option<String> {
        self.known.secrets.get(place).cloned()
    }
}
