//! What a call of `column` asks for.

use bytes::Bytes;
use mirage_shell::command::{Arguments, Context, Flag, Locale};

use super::{
    FILL_ROWS, HIDE, JSON, KEEP_EMPTY, LIMIT, NAME, NAMES, NO_EXTREME, NO_HEADINGS, ORDER, OUTPUT_SEPARATOR,
    RIGHT, SEPARATOR, TABLE, TREE, TREE_ID, TREE_PARENT, TRUNCATE, WIDTH, WRAP,
};

/// The options.
pub struct Options {
    pub width: usize,
    pub keep_empty: bool,
    pub layout: Layout,
}

/// What is made of the lines.
pub enum Layout {
    /// Each line is an entry.
    Fill {
        rows_first: bool,
    },
    Table(Box<Wanted>),
}

/// The table that is wanted.
pub struct Wanted {
    pub json: bool,
    pub name: Bytes,
    /// The names that were given.
    pub names: Option<Vec<Bytes>>,
    pub headings: bool,
    pub limit: usize,
    pub separators: Option<Bytes>,
    pub between: Bytes,
    pub order: Vec<Bytes>,
    pub hide: Vec<Bytes>,
    pub right: Vec<Bytes>,
    pub truncate: Vec<Bytes>,
    pub wrap: Vec<Bytes>,
    pub no_extreme: Vec<Bytes>,
    pub tree: Option<[Bytes; 3]>,
    pub locale: Locale,
}

impl Options {
    /// Reads the arguments; the error is a message.
    pub fn parse(arguments: &Arguments, context: &Context) -> Result<Options, Vec<u8>> {
        let width = match arguments.value(WIDTH) {
            Some(text) => number(text, "invalid columns argument")?,
            None => width_of_environment(context),
        };
        let json = arguments.has(JSON);
        let table = json || arguments.has(TABLE);
        if table && arguments.has(FILL_ROWS) {
            let other = if arguments.has(TABLE) { "--table" } else { "--json" };
            return Err(format!("mutually exclusive arguments: {other} --fillrows").into_bytes());
        }
        let tree = match (arguments.value(TREE), arguments.value(TREE_ID), arguments.value(TREE_PARENT)) {
            (Some(tree), Some(id), Some(parent)) => Some([tree.clone(), id.clone(), parent.clone()]),
            (Some(_), ..) => {
                return Err(b"options --tree-id and --tree-parent are required for tree formatting".to_vec());
            }
            _ => None,
        };
        let limit = match arguments.value(LIMIT) {
            None => usize::MAX,
            Some(text) => match number(text, "invalid columns limit argument")? {
                0 => return Err(b"columns limit must be greater than zero".to_vec()),
                limit => limit,
            },
        };
        let of_tables = [NAME, ORDER, NAMES, NO_EXTREME, HIDE, RIGHT, TRUNCATE, WRAP];
        let table = table || arguments.has(TREE);
        if !table && of_tables.into_iter().any(|flag| arguments.has(flag)) {
            return Err(b"option --table required for all --table-*".to_vec());
        }
        if json && !arguments.has(NAMES) {
            return Err(b"option --table-columns required for --json".to_vec());
        }
        let list = |flag: Flag| arguments.value(flag).map_or_else(Vec::new, split_list);
        let wanted = || Wanted {
            json,
            name: arguments.value(NAME).cloned().unwrap_or_else(|| Bytes::from_static(b"table")),
            names: arguments.value(NAMES).map(split_list),
            headings: !arguments.has(NO_HEADINGS),
            limit,
            separators: arguments.value(SEPARATOR).cloned(),
            between: arguments.value(OUTPUT_SEPARATOR).cloned().unwrap_or_else(|| Bytes::from_static(b"  ")),
            order: list(ORDER),
            hide: list(HIDE),
            right: list(RIGHT),
            truncate: list(TRUNCATE),
            wrap: list(WRAP),
            no_extreme: list(NO_EXTREME),
            tree: tree.clone(),
            locale: context.locale(),
        };
        let layout = match table {
            true => Layout::Table(Box::new(wanted())),
            false => Layout::Fill { rows_first: arguments.has(FILL_ROWS) },
        };
        Ok(Options { width, keep_empty: arguments.has(KEEP_EMPTY), layout })
    }
}

fn split_list(text: &Bytes) -> Vec<Bytes> {
    text.split(|byte| *byte == b',').filter(|part| !part.is_empty()).map(Bytes::copy_from_slice).collect()
}

fn number(text: &[u8], message: &str) -> Result<usize, Vec<u8>> {
    let trimmed = text.trim_ascii_start();
    let digits = trimmed.strip_prefix(b"-").or(trimmed.strip_prefix(b"+")).unwrap_or(trimmed);
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(trimmed).ok().and_then(|text| text.parse::<u32>().ok());
    let why: &[u8] = if is_number { b": Numerical result out of range" } else { b"" };
    number.map(|number| number as usize).ok_or_else(|| [message.as_bytes(), b": '", text, b"'", why].concat())
}

fn width_of_environment(context: &Context) -> usize {
    let columns = context.environment.get(b"COLUMNS");
    let columns = columns.and_then(|text| std::str::from_utf8(text).ok()?.parse::<u32>().ok());
    columns.filter(|columns| *columns > 0).unwrap_or(80) as usize
}
