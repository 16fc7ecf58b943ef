//! Items as text: names with their frills, long lines, and layouts.

use mirage_shell::command::{Context, Locale};
use mirage_vfs::{Kind, Size, Special, Time};

use super::color::{Colors, Target};
use super::item::Item;
use super::layout;
use super::options::{Format, Indicator, Options};
use crate::support::date::{LocalTime, Zone, format};
use crate::support::{Accounts, display_width, kind_letter, mode_string, with_question_marks};

/// Times of the last half year show the time of day instead of the year.
const HALF_YEAR: i64 = 31_556_952 / 2;

/// Prints the items of one group (a directory, or the operands that are files).
pub struct Printer<'a> {
    pub options: &'a Options,
    pub locale: Locale,
    pub colors: Option<Colors>,
    accounts: Accounts,
    zone: Zone,
    now: Time,
    hostname: Vec<u8>,
    context: &'a Context,
    widths: Widths,
    /// Output not yet passed on.
    pub text: Vec<u8>,
    /// Bytes that were passed on before `text`.
    pub passed: usize,
    /// Where names start and end, for `--dired`.
    pub dired: Vec<(usize, usize)>,
}

/// The widths of the columns of a group.
#[derive(Clone, Default)]
struct Widths {
    inode: usize,
    blocks: usize,
    links: usize,
    owner: usize,
    group: usize,
    author: usize,
    context: usize,
    size: usize,
    time: usize,
    /// Names without quotes are moved to line up with those that have some.
    moves: bool,
}

impl<'a> Printer<'a> {
    pub fn new(context: &'a Context, options: &'a Options, colors: Option<Colors>) -> Self {
        let host = context.call.host();
        Printer {
            options,
            locale: context.locale(),
            colors,
            accounts: Accounts::of(context),
            zone: Zone::of(&context.environment),
            now: host.now(),
            hostname: host.facts().hostname.clone().into_bytes(),
            context,
            widths: Widths::default(),
            text: Vec::new(),
            passed: 0,
            dired: Vec::new(),
        }
    }

    /// `total N` and the end of the line.
    pub fn total(&mut self, items: &[Item]) {
        let allocated = items.iter().filter_map(|item| item.entry.allocated).sum();
        let total = self.options.block_size.show(allocated);
        self.indent();
        self.text.extend_from_slice(format!("total {total}").as_bytes());
        self.text.push(self.options.end_of_line);
    }

    /// Two spaces that `--dired` puts before everything.
    pub fn indent(&mut self) {
        if self.options.dired {
            self.text.extend_from_slice(b"  ");
        }
    }

    /// Where the next byte goes in the whole output.
    pub fn position(&self) -> usize {
        self.passed + self.text.len()
    }

    /// Finds the widths of the columns for these items: the group that comes next and, for operands, the directories too.
    pub fn measure(&mut self, items: &[Item]) {
        self.widths = self.widths(items);
    }

    /// Prints a group.
    pub fn print(&mut self, items: &[Item]) {
        let mut widths = self.widths.clone();
        match self.options.format {
            Format::Long => {
                for item in items {
                    self.long(item, &widths);
                    self.text.push(self.options.end_of_line);
                }
            }
            Format::OnePerLine => {
                widths.moves = false;
                for item in items {
                    self.name_with_frills(item, &widths, 0);
                    self.text.push(self.options.end_of_line);
                }
            }
            Format::Columns | Format::Across if self.options.width > 0 => self.in_columns(items, &widths),
            Format::Columns | Format::Across => {
                self.separated(items, &Widths { moves: false, ..widths }, b' ');
            }
            Format::Commas => {
                self.separated(items, &Widths::default(), b',');
            }
        }
    }

    fn in_columns(&mut self, items: &[Item], widths: &Widths) {
        let lengths: Vec<usize> = items.iter().map(|item| self.width_with_frills(item, widths)).collect();
        let by_columns = self.options.format == Format::Columns;
        let grid = layout::Grid::fit(&lengths, self.options.width, by_columns);
        for row in 0..grid.rows {
            let mut position = 0;
            let mut column = 0;
            while let Some(at) = grid.index(row, column, items.len()) {
                self.name_with_frills(&items[at], widths, position);
                let next_start = position + grid.widths[column];
                column += 1;
                if grid.index(row, column, items.len()).is_none() {
                    break;
                }
                layout::indent(&mut self.text, position + lengths[at], next_start, self.options.tab_size);
                position = next_start;
            }
            self.text.push(self.options.end_of_line);
        }
    }

    fn separated(&mut self, items: &[Item], widths: &Widths, separator: u8) {
        let mut position = 0;
        for (at, item) in items.iter().enumerate() {
            let length = if self.options.width > 0 { self.width_with_frills(item, widths) } else { 0 };
            if at > 0 {
                let fits = self.options.width == 0 || position + length + 2 < self.options.width;
                position = if fits { position + 2 } else { 0 };
                self.text.push(separator);
                self.text.push(if fits { b' ' } else { self.options.end_of_line });
            }
            self.name_with_frills(item, widths, position);
            position += length;
        }
        if !items.is_empty() {
            self.text.push(self.options.end_of_line);
        }
    }

    fn widths(&self, items: &[Item]) -> Widths {
        let options = self.options;
        let widest = |of: &dyn Fn(&Item) -> usize| items.iter().map(of).max().unwrap_or(0);
        let mut widths = Widths {
            moves: options.quoting.quotes_some()
                && items.iter().any(|item| self.quoted(&item.name).1)
                && matches!(options.format, Format::Long | Format::Columns | Format::Across),
            ..Widths::default()
        };
        if options.inode {
            widths.inode = widest(&|item| self.inode(item).len());
        }
        if options.blocks {
            widths.blocks = widest(&|item| self.blocks(item).len());
        }
        if options.format == Format::Long {
            widths.links = widest(&|item| self.links(item).len());
            widths.owner = widest(&|item| self.owner(item).len());
            widths.group = widest(&|item| self.group(item).len());
            widths.author = widths.owner;
            widths.size = widest(&|item| self.size(item).len());
            widths.time = self.expected_time_width();
        }
        if options.context {
            widths.context = 1;
        }
        widths
    }

    fn inode(&self, item: &Item) -> String {
        match item.entry.identity {
            Some((_, inode)) if item.known => inode.to_string(),
            _ => "?".to_owned(),
        }
    }

    fn blocks(&self, item: &Item) -> String {
        match item.entry.allocated {
            Some(bytes) if item.known => self.options.block_size.show(bytes),
            _ => "?".to_owned(),
        }
    }

    fn links(&self, item: &Item) -> String {
        item.entry.links.filter(|_| item.known).map_or_else(|| "?".to_owned(), |links| links.to_string())
    }

    fn owner(&self, item: &Item) -> String {
        self.account(item, item.entry.owner.map(|owner| owner.user))
    }

    fn group(&self, item: &Item) -> String {
        self.account(item, item.entry.owner.map(|owner| owner.group))
    }

    fn account(&self, item: &Item, id: Option<u32>) -> String {
        match id.filter(|_| item.known) {
            None => "?".to_owned(),
            Some(id) if self.options.numeric => id.to_string(),
            Some(id) => self.accounts.name_or_number(id),
        }
    }

    fn size(&self, item: &Item) -> String {
        match item.entry.size {
            Size::Exact(size) if item.known => self.options.file_size.show(size),
            _ => "?".to_owned(),
        }
    }

    fn time(&self, item: &Item) -> Option<Vec<u8>> {
        let time = item.time(self.options.clock).filter(|_| item.known)?;
        let half_year_ago = Time::new(self.now.seconds - HALF_YEAR, self.now.nanos);
        let recent = half_year_ago < time && time < self.now;
        let style = &self.options.time_style;
        let pattern = if recent { &style.recent } else { &style.old };
        Some(format(&LocalTime::new(time, &self.zone), pattern))
    }

    /// How wide a time that is not known is.
    fn expected_time_width(&self) -> usize {
        let epoch = LocalTime::new(Time::new(0, 0), &self.zone);
        display_width(&format(&epoch, &self.options.time_style.old), self.locale)
    }

    fn long(&mut self, item: &Item, widths: &Widths) {
        self.indent();
        self.normal_color();
        let mode = match item.known {
            true => mode_string(item.entry.kind, item.entry.mode.unwrap_or(0)),
            false => {
                let mut unknown = [b'?'; 10];
                unknown[0] = if item.entry.kind == Kind::File { b'-' } else { kind_letter(item.entry.kind) };
                unknown
            }
        };
        let mut line = Vec::with_capacity(80);
        if self.options.inode {
            line.extend_from_slice(format!("{:>1$} ", self.inode(item), widths.inode).as_bytes());
        }
        if self.options.blocks {
            line.extend_from_slice(format!("{:>1$} ", self.blocks(item), widths.blocks).as_bytes());
        }
        line.extend_from_slice(&mode);
        line.extend_from_slice(format!(" {:>1$} ", self.links(item), widths.links).as_bytes());
        if self.options.owner {
            line.extend_from_slice(format!("{:<1$} ", self.owner(item), widths.owner).as_bytes());
        }
        if self.options.group {
            line.extend_from_slice(format!("{:<1$} ", self.group(item), widths.group).as_bytes());
        }
        if self.options.author {
            line.extend_from_slice(format!("{:<1$} ", self.owner(item), widths.author).as_bytes());
        }
        if self.options.context {
            line.extend_from_slice(b"? ");
        }
        line.extend_from_slice(format!("{:>1$} ", self.size(item), widths.size).as_bytes());
        match self.time(item) {
            Some(time) => line.extend_from_slice(&time),
            None => line.extend_from_slice(format!("{:>1$}", "?", widths.time).as_bytes()),
        }
        line.push(b' ');
        self.text.extend_from_slice(&line);
        self.name(item, widths, 0);
        if let Some(target) = &item.target {
            self.text.extend_from_slice(b" -> ");
            let shown = self.quoted(target).0;
            self.colored(&shown, target, item, true, 0);
            if let Some(linked) =
                item.linked.as_ref().filter(|_| self.options.indicator >= Indicator::FileType)
            {
                self.text.extend(indicator(linked.kind, linked.mode, self.options.indicator));
            }
        } else if self.options.indicator != Indicator::Nothing {
            self.text.extend(indicator(item.entry.kind, item.entry.mode, self.options.indicator));
        }
    }

    fn name_with_frills(&mut self, item: &Item, widths: &Widths, position: usize) {
        self.normal_color();
        if self.options.inode {
            let text = format!("{:>1$} ", self.inode(item), widths.inode);
            self.text.extend_from_slice(text.as_bytes());
        }
        if self.options.blocks {
            let text = format!("{:>1$} ", self.blocks(item), widths.blocks);
            self.text.extend_from_slice(text.as_bytes());
        }
        if self.options.context {
            self.text.extend_from_slice(b"? ");
        }
        self.name(item, widths, position);
        self.text.extend(indicator(item.entry.kind, item.entry.mode, self.options.indicator));
    }

    fn width_with_frills(&self, item: &Item, widths: &Widths) -> usize {
        let mut width = 0;
        if self.options.inode {
            width += 1 + self.inode(item).len().max(widths.inode);
        }
        if self.options.blocks {
            width += 1 + self.blocks(item).len().max(widths.blocks);
        }
        if self.options.context {
            width += 2;
        }
        let (name, quoted) = self.quoted(&item.name);
        width += display_width(&name, self.locale) + usize::from(widths.moves && !quoted);
        width + indicator(item.entry.kind, item.entry.mode, self.options.indicator).map_or(0, |_| 1)
    }

    /// A name as it is shown, and whether it got quotes.
    pub fn quoted(&self, name: &[u8]) -> (Vec<u8>, bool) {
        let quoted = self.options.quoting.quote(name, self.locale);
        let differs = quoted.first() != name.first() || quoted.len() != name.len();
        match self.options.question_marks && self.options.quoting.shows_controls() {
            true => (with_question_marks(&quoted, self.locale), differs),
            false => (quoted, differs),
        }
    }

    fn name(&mut self, item: &Item, widths: &Widths, position: usize) {
        let (shown, quoted) = self.quoted(&item.name);
        if widths.moves && !quoted {
            self.text.push(b' ');
        }
        let link = self.options.hyperlink.then(|| self.hyperlink(item));
        self.colored_linked(&shown, &item.name, item, position, link);
    }

    fn colored_linked(
        &mut self,
        shown: &[u8],
        name: &[u8],
        item: &Item,
        position: usize,
        link: Option<Vec<u8>>,
    ) {
        match link {
            None => self.colored(shown, name, item, false, position),
            Some(link) => {
                let linked = [b"\x1b]8;;", &link[..], b"\x07", shown, b"\x1b]8;;\x07"].concat();
                self.colored(&linked, name, item, false, position);
            }
        }
    }

    fn colored(&mut self, shown: &[u8], name: &[u8], item: &Item, is_target: bool, position: usize) {
        let Some(colors) = &mut self.colors else {
            let start = self.passed + self.text.len();
            self.text.extend_from_slice(shown);
            if self.options.dired && !is_target {
                self.dired.push((start, start + shown.len()));
            }
            return;
        };
        let (entry, target) = match (is_target, &item.linked) {
            (true, Some(linked)) => (linked, Target::Unknown),
            (true, None) => (&item.entry, Target::Absent),
            (false, Some(linked)) => (&item.entry, Target::Entry(linked)),
            (false, None) => (&item.entry, Target::Missing),
        };
        let ends = colors.start(&mut self.text, name, entry, target);
        let start = self.passed + self.text.len();
        self.text.extend_from_slice(shown);
        if self.options.dired && !is_target {
            self.dired.push((start, start + shown.len()));
        }
        if ends {
            colors.end(&mut self.text);
            let width = display_width(shown, self.locale);
            let line = self.options.width;
            if line > 0 && width > 0 && position / line != (position + width - 1) / line {
                let clear = colors.clear_to_end().to_vec();
                self.text.extend_from_slice(&clear);
            }
        }
    }

    fn normal_color(&mut self) {
        if let Some(colors) = &mut self.colors {
            colors.start_normal(&mut self.text);
        }
    }

    /// The address of an item for terminals that open links.
    fn hyperlink(&self, item: &Item) -> Vec<u8> {
        let path = self.context.view.absolute(&item.path);
        let mut link = [b"file://", &self.hostname[..]].concat();
        for &byte in path.as_bytes() {
            match byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
                true => link.push(byte),
                false => link.extend_from_slice(format!("%{byte:02x}").as_bytes()),
            }
        }
        link
    }
}

/// What is appended to a name of this kind.
fn indicator(kind: Kind, mode: Option<u32>, style: Indicator) -> Option<u8> {
    let letter = match kind {
        Kind::Directory => return (style >= Indicator::Slash).then_some(b'/'),
        Kind::File if mode.unwrap_or(0) & 0o111 != 0 => {
            return (style >= Indicator::Classify).then_some(b'*');
        }
        Kind::Symlink => b'@',
        Kind::Special(Special::Fifo) => b'|',
        Kind::Special(Special::Socket) => b'=',
        _ => return None,
    };
    (style >= Indicator::FileType).then_some(letter)
}
