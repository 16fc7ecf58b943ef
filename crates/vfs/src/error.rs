//! The one error type, and the one table that says what each kind of error is called everywhere.

mod table;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::path::Path;
pub use table::{ErrorKind, Row};

/// What an operation of the file system answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an operation found: none where it says that nothing is there ([`ErrorKind::is_absence`]), an error where that could
/// not be told.
pub fn found<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind().is_absence() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request gets the same answer.
    Never,
    /// A later try may succeed.
    Temporary,
    /// Tried as often as the policy allows.
    Exhausted,
}

/// A failed operation: its kind, what was attempted on which path, and why.
///
/// `Display` is the GNU text of the kind (`No such file or directory`), or the service's own words where it gave a
/// reason; the caller adds the command and the path as GNU does. No secret may reach a message or a source.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    path: Option<Path>,
    mount: Option<Path>,
    retry: Retry,
    message: Option<String>,
    hint: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` while doing `operation` (a [`Resource`](crate::Resource) method's name, or a verb).
    pub fn new(kind: ErrorKind, operation: &'static str) -> Self {
        Error(Box::new(Inner {
            kind,
            operation,
            path: None,
            mount: None,
            retry: Retry::Never,
            message: None,
            hint: None,
            source: None,
        }))
    }

    /// The answer of an optional operation that a resource does not offer.
    pub fn unsupported(operation: &'static str) -> Self {
        Error::new(ErrorKind::Unsupported, operation)
    }

    /// With the path it happened at.
    pub fn at(mut self, path: &Path) -> Self {
        self.0.path = Some(path.clone());
        self
    }

    /// With the mount it happened in; the first one set stays.
    pub fn in_mount(mut self, mount: &Path) -> Self {
        self.0.mount.get_or_insert_with(|| mount.clone());
        self
    }

    /// With a reason to print in place of the kind's text: the service's own words.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// With a hint for the front end: what to do next. Never part of a line's stderr.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With what is known about trying again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// With the error below it.
    pub fn source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Arc::new(source));
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What was attempted.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Where, as a path in the tree once the tree has seen it.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_ref()
    }

    /// In which mount.
    pub fn mount(&self) -> Option<&Path> {
        self.0.mount.as_ref()
    }

    /// Whether trying again can help.
    pub fn retry_status(&self) -> Retry {
        self.0.retry
    }

    /// What to do next, if there is something.
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the kind is `kind`: reads well in guards.
    pub fn is(&self, kind: ErrorKind) -> bool {
        self.0.kind == kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message.as_deref().unwrap_or(self.0.kind.row().text))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}", self.0.kind, self.0.operation)?;
        if let Some(path) = &self.0.path {
            write!(f, " at {path:?}")?;
        }
        if let Some(message) = &self.0.message {
            write!(f, ": {message}")?;
        }
        match &self.0.source {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<mirage_store::StoreError> for Error {
    fn from(error: mirage_store::StoreError) -> Self {
        use mirage_store::StoreErrorKind as Kind;
        let kind = match error.kind() {
            Kind::NotFound => ErrorKind::NotFound,
            Kind::Full => ErrorKind::NoSpace,
            Kind::ReadOnly => ErrorKind::ReadOnly,
            Kind::Conflict => ErrorKind::Changed,
            Kind::Corrupt | Kind::Io => ErrorKind::Io,
        };
        Error::new(kind, "store").source(error)
    }
}
