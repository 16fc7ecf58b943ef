//! A pattern as a path: what pathname expansion walks.

use super::parse::{closing, compile};
use super::pattern::{Glob, Options};
use crate::error::Error;

/// One component of a path pattern.
#[derive(Clone, Debug)]
pub enum Component {
    /// A plain name; it need not be looked for in a listing.
    Literal(Vec<u8>),
    /// A name to be matched against the entries of its directory.
    Pattern(Glob),
    /// `**` by itself: any number of directories where `globstar` is on, else the same as `*`.
    DoubleStar(Glob),
}

/// A pattern split at its slashes.
#[derive(Clone, Debug)]
pub struct PathPattern {
    /// How many slashes come before the first component; not 0 means absolute.
    pub leading_slashes: usize,
    /// Each component with the number of slashes that follow it; the last one's is not 0 for a pattern that ends in `/`
    /// and so matches directories only.
    pub components: Vec<(Component, usize)>,
}

impl PathPattern {
    /// Whether no component is a pattern: the word is not subject to pathname expansion.
    pub fn is_literal(&self) -> bool {
        self.components.iter().all(|(component, _)| matches!(component, Component::Literal(_)))
    }
}

pub(super) fn split(bytes: &[u8], quoted: &[bool], options: Options) -> Result<PathPattern, Error> {
    let mut at = slashes(bytes, 0);
    let mut path = PathPattern { leading_slashes: at, components: Vec::new() };
    while at < bytes.len() {
        let end = component_end(bytes, quoted, at, options);
        let (own, mask) = (bytes.get(at..end).unwrap_or_default(), quoted.get(at..end).unwrap_or_default());
        let glob = compile(own, mask, options)?;
        let component = if glob.is_literal() {
            Component::Literal(own.to_vec())
        } else if own == b"**" && mask == [false, false] {
            Component::DoubleStar(glob)
        } else {
            Component::Pattern(glob)
        };
        let count = slashes(bytes, end);
        path.components.push((component, count));
        at = end + count;
    }
    Ok(path)
}

fn slashes(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).take_while(|byte| **byte == b'/').count()
}

/// The end of the component at `at`. A slash inside a group does not end it, and such a group matches nothing.
fn component_end(bytes: &[u8], quoted: &[bool], at: usize, options: Options) -> usize {
    let active_at = |at: usize| bytes.get(at).copied().filter(|_| quoted.get(at) == Some(&false));
    let mut at = at;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'/' {
            return at;
        }
        let opens = options.extended
            && matches!(active_at(at), Some(b'?' | b'*' | b'+' | b'@' | b'!'))
            && active_at(at + 1) == Some(b'(');
        at = match opens.then(|| closing(bytes.len(), at + 2, active_at)).flatten() {
            Some(end) => end + 1,
            None => at + 1,
        };
    }
    at
}
