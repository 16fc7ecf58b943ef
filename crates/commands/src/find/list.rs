//! The lines of `-ls`.

use mirage_shell::command::Context;
use mirage_vfs::Time;

use crate::support::date::{LocalTime, Zone, format};
use crate::support::{Accounts, Node, mode_string};

/// Widths of columns, which grow with what was printed before.
#[derive(Clone, Copy, Debug)]
pub struct Lines {
    inode: usize,
    blocks: usize,
    links: usize,
    owner: usize,
    group: usize,
    size: usize,
}

impl Default for Lines {
    fn default() -> Self {
        Lines { inode: 9, blocks: 6, links: 3, owner: 8, group: 8, size: 8 }
    }
}

impl Lines {
    /// The line of an entry.
    pub fn line(
        &mut self,
        node: &Node,
        target: Option<&[u8]>,
        accounts: &Accounts,
        zone: &Zone,
        now: Time,
        context: &Context,
    ) -> Vec<u8> {
        let entry = &node.entry;
        let shown = |number: Option<u64>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let unit = if context.environment.get(b"POSIXLY_CORRECT").is_some() { 512 } else { 1024 };
        let account = |id: Option<u32>| id.map_or_else(|| "?".to_owned(), |id| accounts.name_or_number(id));
        let inode = shown(entry.identity.map(|(_, inode)| inode));
        let blocks = shown(entry.allocated.map(|bytes| bytes.div_ceil(unit)));
        let links = shown(entry.links);
        let owner = account(entry.owner.map(|owner| owner.user));
        let group = account(entry.owner.map(|owner| owner.group));
        let size = shown(entry.size.exact());
        for (width, text) in [
            (&mut self.inode, &inode),
            (&mut self.blocks, &blocks),
            (&mut self.links, &links),
            (&mut self.owner, &owner),
            (&mut self.group, &group),
            (&mut self.size, &size),
        ] {
            *width = (*width).max(text.len());
        }
        let mode = mode_string(entry.kind, entry.mode.unwrap_or(0));
        let numbers = format!("{inode:>0$} {blocks:>1$} ", self.inode, self.blocks);
        let accounts = format!(
            " {links:>0$} {owner:<1$} {group:<2$} {size:>3$} ",
            self.links, self.owner, self.group, self.size
        );
        let mut line =
            [numbers.as_bytes(), &mode, accounts.as_bytes(), &time(entry.modified, zone, now), b" "].concat();
        escape(&node.path, &mut line);
        if let Some(target) = target {
            line.extend_from_slice(b" -> ");
            escape(target, &mut line);
        }
        line.push(b'\n');
        line
    }
}

fn time(time: Option<Time>, zone: &Zone, now: Time) -> Vec<u8> {
    const HALF_YEAR: i64 = 6 * 30 * 24 * 60 * 60;
    let Some(time) = time else { return b"           ?".to_vec() };
    let recent = now.seconds - HALF_YEAR <= time.seconds && time.seconds <= now.seconds + 60 * 60;
    let pattern: &[u8] = if recent { b"%b %e %H:%M" } else { b"%b %e  %Y" };
    format(&LocalTime::new(time, zone), pattern)
}

/// Adds a name with the escapes of C, spaces and quotes too.
fn escape(name: &[u8], line: &mut Vec<u8>) {
    for &byte in name {
        let letter = match byte {
            b'\\' | b' ' | b'"' => byte,
            b'\n' => b'n',
            8 => b'b',
            b'\r' => b'r',
            b'\t' => b't',
            12 => b'f',
            0x21..=0x7e => {
                line.push(byte);
                continue;
            }
            _ => {
                line.extend_from_slice(format!("\\{byte:03o}").as_bytes());
                continue;
            }
        };
        line.extend_from_slice(&[b'\\', letter]);
    }
}
