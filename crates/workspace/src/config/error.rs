//! What is wrong with a configuration.

use std::error::Error;
use std::fmt;

/// Everything that is wrong with a configuration, found in one pass: one message each, which starts with the place
/// (`mounts./data.path: ...`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    pub(crate) fn new(problems: Vec<String>) -> Self {
        ConfigError { problems }
    }

    pub(crate) fn one(problem: impl Into<String>) -> Self {
        ConfigError { problems: vec![problem.into()] }
    }

    /// One message per problem, without a newline.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl Error for ConfigError {}
