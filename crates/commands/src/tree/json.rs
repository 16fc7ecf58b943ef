//! Trees as JSON.

use mirage_shell::command::Context;
use mirage_vfs::{Kind, Time};

use super::collect::{Counts, Node};
use super::options::{Options, Sizes};
use super::text::{shown_time, size_text};
use crate::support::date::Zone;
use crate::support::{Accounts, mode_string};

/// Prints a document.
struct Printer<'a> {
    options: &'a Options,
    accounts: Accounts,
    zone: Zone,
    now: Time,
    text: Vec<u8>,
}

/// The trees and what was counted.
pub fn document(roots: &[Node], counts: &Counts, options: &Options, context: &Context) -> Vec<u8> {
    let mut printer = Printer {
        options,
        accounts: Accounts::of(context),
        zone: Zone::of(&context.environment),
        now: context.call.host().now(),
        text: b"[".to_vec(),
    };
    for (at, root) in roots.iter().enumerate() {
        if at > 0 {
            printer.text.push(b',');
        }
        printer.new_line();
        printer.tree(root);
    }
    if options.report {
        printer.new_line();
        printer.text.push(b',');
        printer.report(counts);
    } else {
        printer.new_line();
    }
    printer.new_line();
    printer.text.extend_from_slice(b"]");
    printer.text.push(b'\n');
    printer.text
}

impl Printer<'_> {
    fn new_line(&mut self) {
        if self.options.indent {
            self.text.push(b'\n');
        }
    }

    fn indent(&mut self, depth: usize) {
        if self.options.indent {
            self.text.extend(std::iter::repeat_n(b' ', 2 * (depth + 1)));
        }
    }

    fn report(&mut self, counts: &Counts) {
        self.new_line();
        self.indent(0);
        let size = match self.options.disk_usage {
            true => format!("\"size\":{},", counts.bytes),
            false => String::new(),
        };
        let files = match self.options.only_directories {
            true => String::new(),
            false => format!(",\"files\":{}", counts.files),
        };
        let report = format!("{{\"type\":\"report\",{size}\"directories\":{}{files}}}", counts.directories);
        self.text.extend_from_slice(report.as_bytes());
    }

    fn tree(&mut self, root: &Node) {
        self.open(root, 0, true);
        // Each level: an entry that is open, and those in it that remain.
        let mut levels = vec![(root, root.children.iter())];
        while let Some((node, children)) = levels.last_mut() {
            let is_first = children.len() == node.children.len();
            match children.next() {
                Some(child) => {
                    if !is_first {
                        self.text.push(b',');
                    }
                    self.new_line();
                    self.open(child, levels.len(), false);
                    levels.push((child, child.children.iter()));
                }
                None => {
                    let has_list = !node.children.is_empty();
                    levels.pop();
                    self.close(levels.len(), has_list);
                }
            }
        }
    }

    /// The start of an entry, up to the list of what is in it.
    fn open(&mut self, node: &Node, depth: usize, is_root: bool) {
        self.indent(depth);
        let kind = match node.entry.kind {
            Kind::Directory => "directory",
            Kind::Symlink => "link",
            Kind::Special(_) => "unknown",
            Kind::File => "file",
        };
        self.text.extend_from_slice(format!("{{\"type\":\"{kind}\",\"name\":").as_bytes());
        string(if self.options.full_paths || is_root { &node.path } else { &node.name }, &mut self.text);
        if let Some(target) = &node.target {
            self.text.extend_from_slice(b",\"target\":");
            string(target, &mut self.text);
        }
        self.properties(node);
        match &node.note {
            Some(note) if node.children.is_empty() => {
                self.text.extend_from_slice(b",\"contents\":[{\"error\":");
                string(note.as_bytes(), &mut self.text);
                self.text.extend_from_slice(b"}]");
            }
            _ if !node.children.is_empty() => self.text.extend_from_slice(b",\"contents\":["),
            _ => {}
        }
    }

    fn properties(&mut self, node: &Node) {
        let entry = &node.entry;
        let mut text = String::new();
        if self.options.inodes {
            text.push_str(&format!(",\"inode\":{}", entry.identity.map_or(0, |(_, inode)| inode)));
        }
        if self.options.devices {
            text.push_str(&format!(",\"dev\":{}", entry.identity.map_or(0, |(device, _)| device)));
        }
        if self.options.protections {
            let mode = entry.mode.unwrap_or(0);
            let shown = mode_string(entry.kind, mode);
            text.push_str(&format!(
                ",\"mode\":\"{mode:04o}\",\"prot\":\"{}\"",
                String::from_utf8_lossy(&shown)
            ));
        }
        let account =
            |id: Option<u32>| id.map_or_else(|| "?".to_owned(), |id| self.accounts.name_or_number(id));
        if self.options.owner {
            text.push_str(&format!(",\"user\":\"{}\"", account(entry.owner.map(|owner| owner.user))));
        }
        if self.options.group {
            text.push_str(&format!(",\"group\":\"{}\"", account(entry.owner.map(|owner| owner.group))));
        }
        match (self.options.sizes, node.size) {
            (Sizes::None, _) => {}
            (_, None) => text.push_str(",\"size\":null"),
            (Sizes::Bytes, Some(size)) => text.push_str(&format!(",\"size\":{size}")),
            (sizes, Some(size)) => {
                text.push_str(&format!(",\"size\":\"{}\"", size_text(size, sizes).trim_start()))
            }
        }
        self.text.extend_from_slice(text.as_bytes());
        if let Some(time) = shown_time(entry, self.options, &self.zone, self.now) {
            self.text.extend_from_slice(b",\"time\":");
            string(&time, &mut self.text);
        }
    }

    /// The end of an entry, and of the list of what is in it.
    fn close(&mut self, depth: usize, has_list: bool) {
        if has_list {
            self.new_line();
            self.indent(depth);
            self.text.push(b']');
        }
        self.text.push(b'}');
    }
}

/// A string with its quotes and escapes. Bytes that are no characters are replaced.
fn string(value: &[u8], text: &mut Vec<u8>) {
    text.push(b'"');
    for character in String::from_utf8_lossy(value).chars() {
        match character {
            '"' => text.extend_from_slice(b"\\\""),
            '\\' => text.extend_from_slice(b"\\\\"),
            '\n' => text.extend_from_slice(b"\\n"),
            '\r' => text.extend_from_slice(b"\\r"),
            '\t' => text.extend_from_slice(b"\\t"),
            '\u{8}' => text.extend_from_slice(b"\\b"),
            '\u{c}' => text.extend_from_slice(b"\\f"),
            control if control.is_control() => {
                text.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes())
            }
            plain => text.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    text.push(b'"');
}
