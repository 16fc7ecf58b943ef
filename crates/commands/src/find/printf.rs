//! What the directives of `-printf` print.

use mirage_vfs::{Size, Time};

use super::evaluate::{Evaluator, Subject};
use super::expression::kind_letter;
use super::format::{Directive, Format, Segment};
use crate::support::date::{LocalTime, format as format_time};
use crate::support::float::general;
use crate::support::{mode_string, without_trailing_slashes};

/// Prints one entry.
pub struct Printf<'e, 'a, 's> {
    evaluator: &'e mut Evaluator<'a>,
    subject: &'e mut Subject<'s>,
}

/// A printed entry.
pub struct Printed {
    pub text: Vec<u8>,
    /// `\c` was met.
    pub stopped: bool,
}

impl<'e, 'a, 's> Printf<'e, 'a, 's> {
    pub fn new(evaluator: &'e mut Evaluator<'a>, subject: &'e mut Subject<'s>) -> Self {
        Printf { evaluator, subject }
    }

    pub async fn print(&mut self, format: &Format) -> Printed {
        let mut text = Vec::new();
        for segment in &format.0 {
            match segment {
                Segment::Text(literal) => text.extend_from_slice(literal),
                Segment::Stop => return Printed { text, stopped: true },
                Segment::Directive(directive) => {
                    let value = self.value(directive).await;
                    directive.pad(&value, matches!(directive.letter, b'd' | b'm'), &mut text);
                }
            }
        }
        Printed { text, stopped: false }
    }

    async fn value(&mut self, directive: &Directive) -> Vec<u8> {
        let node = &self.subject.node;
        let (path, entry) = (&node.path, &node.entry);
        let owner = entry.owner;
        let accounts = &self.evaluator.accounts;
        let unknown = || b"?".to_vec();
        let blocks = |unit: u64| {
            entry.allocated.map_or_else(unknown, |bytes| bytes.div_ceil(unit).to_string().into_bytes())
        };
        match directive.letter {
            b'p' => path.clone(),
            b'f' => name(path).to_vec(),
            b'h' => directory(path).to_vec(),
            b'H' => self.subject.start.to_vec(),
            b'P' => below(path, self.subject.start).to_vec(),
            b'd' => node.depth.to_string().into_bytes(),
            b'y' => vec![kind_letter(entry.kind)],
            b'Y' => self.target_kind().await,
            b'l' => self.evaluator.link_target(self.subject).await.unwrap_or_default(),
            b'm' => format!("{}{:o}", if directive.alternate { "0" } else { "" }, entry.mode.unwrap_or(0))
                .into_bytes(),
            b'M' => mode_string(entry.kind, entry.mode.unwrap_or(0)).to_vec(),
            b's' => entry.size.exact().map_or_else(unknown, |size| size.to_string().into_bytes()),
            b'b' => blocks(512),
            b'k' => blocks(1024),
            b'S' => self.sparseness(),
            b'n' => entry.links.map_or_else(unknown, |links| links.to_string().into_bytes()),
            b'i' => entry.identity.map_or_else(unknown, |(_, inode)| inode.to_string().into_bytes()),
            b'D' => entry.identity.map_or_else(unknown, |(device, _)| device.to_string().into_bytes()),
            b'u' => owner.map_or_else(unknown, |owner| accounts.name_or_number(owner.user).into_bytes()),
            b'g' => owner.map_or_else(unknown, |owner| accounts.name_or_number(owner.group).into_bytes()),
            b'U' => owner.map_or_else(unknown, |owner| owner.user.to_string().into_bytes()),
            b'G' => owner.map_or_else(unknown, |owner| owner.group.to_string().into_bytes()),
            b'F' => self.evaluator.file_system(self.subject).await.unwrap_or_default(),
            b'Z' => Vec::new(),
            b'a' => self.written_out(entry.accessed),
            b'c' => self.written_out(entry.changed),
            b't' => self.written_out(entry.modified),
            b'A' => self.time(entry.accessed, directive.form),
            b'C' => self.time(entry.changed, directive.form),
            b'T' => self.time(entry.modified, directive.form),
            // The time of creation, which no resource tells.
            _ => Vec::new(),
        }
    }

    async fn target_kind(&mut self) -> Vec<u8> {
        let node = &self.subject.node;
        if !node.entry.is_symlink() {
            return vec![kind_letter(node.entry.kind)];
        }
        let found = self.evaluator.context.view.stat(&node.path, mirage_vfs::tree::Follow::Yes).await;
        vec![match found {
            Ok(entry) => kind_letter(entry.kind),
            Err(error) if error.is(mirage_vfs::ErrorKind::TooManyLinks) => b'L',
            Err(error)
                if error.is(mirage_vfs::ErrorKind::NotFound)
                    || error.is(mirage_vfs::ErrorKind::NotADirectory) =>
            {
                b'N'
            }
            Err(error) => {
                if !error.kind().is_absence() {
                    self.evaluator.complain(&node.path, &error).await;
                }
                b'?'
            }
        }]
    }

    /// Allocated bytes for each byte of the file.
    fn sparseness(&self) -> Vec<u8> {
        let entry = &self.subject.node.entry;
        let (Some(allocated), Size::Exact(size)) = (entry.allocated, entry.size) else {
            return b"?".to_vec();
        };
        if size == 0 {
            return if allocated == 0 { b"1".to_vec() } else { b"inf".to_vec() };
        }
        let blocks = allocated.div_ceil(512) as f64;
        general(512.0 * blocks / size as f64, 6, false, false).into_bytes()
    }

    fn written_out(&self, time: Option<Time>) -> Vec<u8> {
        let Some(time) = time else { return b"?".to_vec() };
        let local = LocalTime::new(time, &self.evaluator.zone);
        format_time(&local, b"%a %b %e %H:%M:%S.%N0 %Y")
    }

    fn time(&self, time: Option<Time>, form: u8) -> Vec<u8> {
        let Some(time) = time else { return b"?".to_vec() };
        let local = LocalTime::new(time, &self.evaluator.zone);
        let pattern: &[u8] = match form {
            b'@' => return format!("{}.{:09}0", time.seconds, time.nanos).into_bytes(),
            b'+' => b"%Y-%m-%d+%H:%M:%S.%N0",
            b'S' => b"%S.%N0",
            b'T' | b'X' => b"%H:%M:%S.%N0",
            // These are not known to the C library, which prints what it does not know.
            b'q' | b'N' | b':' | b'-' | b'_' | b'0' | b'^' | b'#' | b'1'..=b'9' => return vec![b'%', form],
            form => return format_time(&local, &[b'%', form]),
        };
        format_time(&local, pattern)
    }
}

/// The name: of a starting point with one of its trailing slashes.
fn name(path: &[u8]) -> &[u8] {
    let end = without_trailing_slashes(path).len();
    match path[..end].iter().rposition(|&byte| byte == b'/') {
        Some(at) if end > 1 => &path[at + 1..path.len().min(end + 1)],
        _ => &path[..path.len().min(end + 1)],
    }
}

/// The directory in front of the name; `.` where there is none.
fn directory(path: &[u8]) -> &[u8] {
    let end = match path.iter().rposition(|&byte| byte != b'/') {
        Some(at) => at + 1,
        None => return b"",
    };
    match path[..end].iter().rposition(|&byte| byte == b'/') {
        Some(at) => &path[..at],
        None if end + 1 < path.len() => &path[..path.len() - 1],
        None => b".",
    }
}

/// The path without the starting point.
fn below<'p>(path: &'p [u8], start: &[u8]) -> &'p [u8] {
    let rest = path.strip_prefix(start).unwrap_or(path);
    rest.strip_prefix(b"/").unwrap_or(rest)
}
