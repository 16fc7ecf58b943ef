//! Trees as text.

use mirage_shell::command::{Context, Locale};
use mirage_vfs::{Entry, Kind, Special, Time};

use super::collect::{Counts, Node};
use super::color;
use super::options::{Lines, Odd, Options, Sizes};
use crate::support::Accounts;
use crate::support::date::{LocalTime, Zone, format};
use crate::support::mode_string;

/// The lines before and around names.
struct Graphics {
    vertical: &'static str,
    branch: &'static str,
    last: &'static str,
}

const UNICODE: Graphics = Graphics { vertical: "│\u{a0}\u{a0} ", branch: "├── ", last: "└── " };
const ASCII: Graphics = Graphics { vertical: "|   ", branch: "|-- ", last: "`-- " };

/// Prints one tree.
struct Printer<'a> {
    options: &'a Options,
    locale: Locale,
    accounts: Accounts,
    zone: Zone,
    now: Time,
    graphics: Graphics,
    text: Vec<u8>,
}

/// A tree, a line for each entry.
pub fn tree(root: &Node, options: &Options, context: &Context) -> Vec<u8> {
    let mut printer = Printer {
        options,
        locale: context.locale(),
        accounts: Accounts::of(context),
        zone: Zone::of(&context.environment),
        now: context.call.host().now(),
        graphics: if options.lines == Lines::Unicode { UNICODE } else { ASCII },
        text: Vec::new(),
    };
    printer.line(root, b"", true);
    // Each level: the entries that remain, and what is in front of their lines.
    let mut levels = vec![(root.children.iter(), Vec::new())];
    while let Some((children, prefix)) = levels.last_mut() {
        let Some(node) = children.next() else {
            levels.pop();
            continue;
        };
        let is_last = children.len() == 0;
        let prefix = prefix.clone();
        let (own, below) = match options.indent {
            false => (Vec::new(), Vec::new()),
            true => {
                let branch = if is_last { printer.graphics.last } else { printer.graphics.branch };
                let line = if is_last { "    " } else { printer.graphics.vertical };
                ([&prefix[..], branch.as_bytes()].concat(), [&prefix[..], line.as_bytes()].concat())
            }
        };
        printer.line(node, &own, false);
        levels.push((node.children.iter(), below));
    }
    printer.text
}

/// `N directories, M files`
pub fn report(counts: &Counts, options: &Options) -> Vec<u8> {
    let mut line = String::from("\n");
    if options.disk_usage {
        let size = match options.sizes {
            Sizes::Human(base) => format!(" {} used in ", size_text(counts.bytes, Sizes::Human(base))),
            _ => format!(" {:>11} bytes used in ", counts.bytes),
        };
        line.push_str(&size);
    }
    let plural = |count: u64| if count == 1 { "y" } else { "ies" };
    line.push_str(&format!("{} director{}", counts.directories, plural(counts.directories)));
    if !options.only_directories {
        line.push_str(&format!(", {} file{}", counts.files, if counts.files == 1 { "" } else { "s" }));
    }
    line.push('\n');
    line.into_bytes()
}

/// A size as it stands between the brackets: 11 columns of bytes, or 4 of a unit.
pub fn size_text(size: u64, sizes: Sizes) -> String {
    let Sizes::Human(base) = sizes else { return format!("{size:>11}") };
    if size < base {
        return format!("{size:>4}");
    }
    let units = if base == 1000 { "kMGTPEZY" } else { "KMGTPEZY" };
    let mut unit = base;
    let mut letters = units.chars();
    let mut letter = letters.next().unwrap_or('K');
    while size / unit >= base {
        unit *= base;
        letter = letters.next().unwrap_or(letter);
    }
    let value = size as f64 / unit as f64;
    match size / unit > 9 {
        true => format!("{:>3}{letter}", size / unit),
        false => format!("{value:>3.1}{letter}"),
    }
}

impl Printer<'_> {
    fn line(&mut self, node: &Node, prefix: &[u8], is_root: bool) {
        let exists = !(is_root && node.note.is_some() && !node.entry.is_directory());
        let metadata = if exists { self.metadata(node) } else { Vec::new() };
        match self.options.metadata_first {
            true => [&metadata[..], prefix].into_iter().for_each(|part| self.text.extend_from_slice(part)),
            false => [prefix, &metadata].into_iter().for_each(|part| self.text.extend_from_slice(part)),
        }
        let name: &[u8] = if self.options.full_paths || is_root { &node.path } else { &node.name };
        let missing = node.entry.is_symlink() && node.linked.is_none();
        self.name(name, &node.entry, missing);
        if let Some(target) = &node.target {
            self.text.extend_from_slice(b" -> ");
            let linked = node.linked.clone();
            self.name(target, linked.as_ref().unwrap_or(&Entry::file("", 0)), false);
            if let Some(linked) = linked {
                self.classify(&linked);
            }
        } else {
            self.classify(&node.entry);
        }
        if let Some(note) = &node.note {
            self.text.extend_from_slice(format!("  [{note}]").as_bytes());
        }
        self.text.push(b'\n');
    }

    fn classify(&mut self, entry: &Entry) {
        if self.options.classify {
            let executable = entry.is_file() && entry.mode.unwrap_or(0) & 0o111 != 0;
            self.text.extend(match entry.kind {
                Kind::Directory => Some(b'/'),
                _ if executable => Some(b'*'),
                Kind::Special(Special::Fifo) => Some(b'|'),
                Kind::Special(Special::Socket) => Some(b'='),
                _ => None,
            });
        }
    }

    fn name(&mut self, name: &[u8], entry: &Entry, is_missing: bool) {
        let code = self.options.color.then(|| color::code(name, entry, is_missing));
        if let Some(code) = code {
            self.text.extend_from_slice(format!("\x1b[{code}m").as_bytes());
        }
        if self.options.quoted {
            self.text.push(b'"');
        }
        let shown = shown_name(name, self.options, self.locale);
        self.text.extend_from_slice(&shown);
        if self.options.quoted {
            self.text.push(b'"');
        }
        if code.is_some() {
            self.text.extend_from_slice(b"\x1b[0m");
        }
    }

    /// `[-rw-r--r-- user     4096 Jan  2  2024]  `
    fn metadata(&self, node: &Node) -> Vec<u8> {
        let options = self.options;
        let entry = &node.entry;
        let mut parts: Vec<Vec<u8>> = Vec::new();
        if options.inodes {
            parts.push(format!("{:>7}", entry.identity.map_or(0, |(_, inode)| inode)).into_bytes());
        }
        if options.devices {
            parts.push(format!("{:>3}", entry.identity.map_or(0, |(device, _)| device)).into_bytes());
        }
        if options.protections {
            parts.push(mode_string(entry.kind, entry.mode.unwrap_or(0)).to_vec());
        }
        let account = |id: Option<u32>| {
            let name = id.map_or_else(|| "?".to_owned(), |id| self.accounts.name_or_number(id));
            format!("{name:<8}").into_bytes()
        };
        if options.owner {
            parts.push(account(entry.owner.map(|owner| owner.user)));
        }
        if options.group {
            parts.push(account(entry.owner.map(|owner| owner.group)));
        }
        if options.sizes != Sizes::None {
            let unknown =
                || if options.sizes == Sizes::Bytes { format!("{:>11}", "?") } else { "   ?".to_owned() };
            parts.push(node.size.map_or_else(unknown, |size| size_text(size, options.sizes)).into_bytes());
        }
        if let Some(time) = shown_time(entry, options, &self.zone, self.now) {
            parts.push(time);
        }
        match parts.is_empty() {
            true => Vec::new(),
            false => [&b"["[..], &parts.join(&b' '), b"]  "].concat(),
        }
    }
}

/// The time of an entry, where times are shown.
pub fn shown_time(entry: &Entry, options: &Options, zone: &Zone, now: Time) -> Option<Vec<u8>> {
    const HALF_YEAR: i64 = 6 * 31 * 24 * 60 * 60;
    let pattern = options.time.as_ref()?;
    let time = entry.modified.unwrap_or_default();
    let recent = time.seconds > now.seconds - HALF_YEAR && time.seconds <= now.seconds;
    let pattern: &[u8] = match pattern.is_empty() {
        false => pattern,
        true if recent => b"%b %e %H:%M",
        true => b"%b %e  %Y",
    };
    Some(format(&LocalTime::new(time, zone), pattern))
}

/// A name with what cannot be printed escaped.
fn shown_name(name: &[u8], options: &Options, locale: Locale) -> Vec<u8> {
    if options.odd == Odd::AsTheyAre {
        return name.to_vec();
    }
    let mut shown = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            let mut bytes = [0; 4];
            let bytes = character.encode_utf8(&mut bytes).as_bytes();
            let plain = match locale {
                Locale::Utf8 => !character.is_control(),
                Locale::C => character.is_ascii_graphic() || character == ' ',
            };
            match (plain, locale) {
                (true, Locale::C) if character == ' ' && !options.quoted => shown.extend_from_slice(b"\\ "),
                (true, Locale::C) if matches!(character, '\\') => shown.extend_from_slice(b"\\\\"),
                (true, _) => shown.extend_from_slice(bytes),
                (false, _) => bytes.iter().for_each(|&byte| odd(byte, options, locale, &mut shown)),
            }
        }
        chunk.invalid().iter().for_each(|&byte| odd(byte, options, locale, &mut shown));
    }
    shown
}

fn odd(byte: u8, options: &Options, locale: Locale, shown: &mut Vec<u8>) {
    let letter = match byte {
        7..=13 if locale == Locale::C => Some(b"abtnvfr"[usize::from(byte) - 7]),
        _ => None,
    };
    match (options.odd, letter) {
        (Odd::QuestionMarks, _) => shown.push(b'?'),
        (_, Some(letter)) => shown.extend_from_slice(&[b'\\', letter]),
        (_, None) => shown.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_stand_in_columns() {
        for (size, human, decimal) in [
            (0, "   0", "   0"),
            (4096, "4.0K", "4.1k"),
            (12_293, " 12K", " 12k"),
            (5_000_000, "4.8M", "5.0M"),
        ] {
            assert_eq!(size_text(size, Sizes::Human(1024)), human);
            assert_eq!(size_text(size, Sizes::Human(1000)), decimal);
        }
        assert_eq!(size_text(4096, Sizes::Bytes), "       4096");
    }
}
