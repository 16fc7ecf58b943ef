//! Rows of cells, and what is wanted of each column.

use bytes::Bytes;
use mirage_shell::command::Locale;

use super::options::Wanted;
use super::tree::Tree;
use crate::support::display_width;

/// The cells as they were read.
pub struct Table<'a> {
    wanted: &'a Wanted,
    locale: Locale,
    pub rows: Vec<Vec<Vec<u8>>>,
    /// The most cells of a row.
    cells: usize,
}

/// What holds for the whole table once all rows are there.
pub struct Settled {
    pub columns: Vec<Settings>,
    /// The columns that are shown, in their order.
    pub shown: Vec<usize>,
    pub tree: Option<Tree>,
}

/// What is wanted of one column.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub name: Option<Bytes>,
    pub right: bool,
    pub truncate: bool,
    pub wrap: bool,
    pub no_extreme: bool,
}

impl<'a> Table<'a> {
    /// No rows yet.
    pub fn new(wanted: &'a Wanted, locale: Locale) -> Self {
        Table { wanted, locale, rows: Vec::new(), cells: 0 }
    }

    /// Adds a line, and answers how many cells it has.
    pub fn add(&mut self, line: &[u8]) -> usize {
        let text = printable(line, self.locale);
        let cells = match &self.wanted.separators {
            None => by_blanks(&text, self.wanted.limit),
            Some(separators) => by_separators(&text, separators, self.wanted.limit, self.locale),
        };
        let count = cells.len();
        self.cells = self.cells.max(count);
        self.rows.push(cells);
        count
    }

    /// Finds the columns that options name; the error is a message.
    pub fn settle(&self, wanted: &Wanted) -> Result<Settled, Vec<u8>> {
        let names = wanted.names.as_deref().unwrap_or_default();
        if wanted.json
            && let Some(row) = self.rows.iter().position(|row| row.len() > names.len())
        {
            let column = names.len() + 1;
            // The line of names counts too.
            let line = row + 1 + usize::from(!names.is_empty());
            return Err(format!("line {line}: for JSON the name of the column {column} is required").into());
        }
        let count = self.cells.max(names.len());
        let mut columns = vec![Settings::default(); count];
        for (column, name) in columns.iter_mut().zip(names) {
            column.name = Some(name.clone());
        }
        let places = |list: &[Bytes]| -> Result<Vec<usize>, Vec<u8>> {
            let mut places = Vec::new();
            for word in list {
                places.extend(find(word, names, count)?);
            }
            Ok(places)
        };
        let mut hidden = Vec::new();
        for word in &wanted.hide {
            match &word[..] {
                b"-" => hidden.extend((0..count).filter(|&at| columns[at].name.is_none())),
                word => hidden.extend(find(word, names, count)?),
            }
        }
        places(&wanted.right)?.into_iter().for_each(|at| columns[at].right = true);
        places(&wanted.truncate)?.into_iter().for_each(|at| columns[at].truncate = true);
        places(&wanted.wrap)?.into_iter().for_each(|at| columns[at].wrap = true);
        places(&wanted.no_extreme)?.into_iter().for_each(|at| columns[at].no_extreme = true);
        let mut shown: Vec<usize> = (0..count).collect();
        let mut previous = None;
        for at in places(&wanted.order)? {
            // Each is moved behind the one before it in the list.
            shown.retain(|column| *column != at);
            let before = shown.iter().position(|column| Some(*column) == previous);
            shown.insert(before.map_or(0, |before| before + 1), at);
            previous = Some(at);
        }
        shown.retain(|column| !hidden.contains(column));
        let tree = match &wanted.tree {
            None => None,
            Some(named) => {
                let [tree, id, parent] = named;
                let one =
                    |word: &Bytes| places(std::slice::from_ref(word)).map(|places| places.first().copied());
                match (one(tree)?, one(id)?, one(parent)?) {
                    (Some(tree), Some(id), Some(parent)) => Some(Tree::new(&self.rows, tree, id, parent)),
                    _ => None,
                }
            }
        };
        Ok(Settled { columns, shown, tree })
    }
}

/// The columns that a word of a list means: by name, else by number; numbers past the last mean none.
fn find(word: &[u8], names: &[Bytes], count: usize) -> Result<Vec<usize>, Vec<u8>> {
    if word == b"0" {
        return Ok((0..count).collect());
    }
    if let Some(at) = names.iter().position(|name| name == word) {
        return Ok(vec![at]);
    }
    match std::str::from_utf8(word).ok().and_then(|text| text.parse::<usize>().ok()) {
        Some(number) => Ok((1..=count).contains(&number).then(|| number - 1).into_iter().collect()),
        None => Err([b"undefined column name '", word, b"'"].concat()),
    }
}

/// Fields between runs of blanks; the last of `limit` takes the rest.
fn by_blanks(line: &[u8], limit: usize) -> Vec<Vec<u8>> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        rest = &rest[rest.iter().take_while(|byte| blank(byte)).count()..];
        if rest.is_empty() {
            return cells;
        }
        let length = match cells.len() + 1 == limit {
            true => rest.len(),
            false => rest.iter().position(blank).unwrap_or(rest.len()),
        };
        cells.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
}

/// Fields between separators, each of which counts.
fn by_separators(line: &[u8], separators: &[u8], limit: usize, locale: Locale) -> Vec<Vec<u8>> {
    if line.is_empty() {
        return Vec::new();
    }
    let mut cells = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < line.len() {
        let length = locale.character(&line[at..]).map_or(1, |(_, length)| length);
        let character = &line[at..at + length];
        let separates = cells.len() + 1 < limit && memchr::memmem::find(separators, character).is_some();
        if separates {
            cells.push(line[start..at].to_vec());
            start = at + length;
        }
        at += length;
    }
    cells.push(line[start..].to_vec());
    cells
}

/// `line` with what is no character as `\xHH`.
pub fn printable(line: &[u8], locale: Locale) -> Vec<u8> {
    let valid = match locale {
        Locale::Utf8 => std::str::from_utf8(line).is_ok(),
        Locale::C => line.is_ascii(),
    };
    if valid {
        return line.to_vec();
    }
    let mut text = Vec::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(&byte) = rest.first() {
        let length = match locale.character(rest) {
            Some((_, length)) => {
                text.extend_from_slice(&rest[..length]);
                length
            }
            None => {
                text.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
                1
            }
        };
        rest = &rest[length..];
    }
    text
}

/// The columns of the screen that `text` takes.
pub fn width(text: &[u8], locale: Locale) -> usize {
    display_width(text, locale)
}
