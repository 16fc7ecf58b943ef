//! The table that `df` prints.

use mirage_shell::command::Locale;

use crate::support::{BlockSize, display_width};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Source,
    Kind,
    Inodes,
    InodesUsed,
    InodesFree,
    InodesShare,
    Size,
    Used,
    Available,
    Share,
    File,
    Target,
}

/// A mount, or the total.
pub struct Row {
    pub kind: &'static str,
    pub target: Vec<u8>,
    /// The operand that asked for it.
    pub file: Option<Vec<u8>>,
}

impl Row {
    /// The line of `--total`.
    pub fn total() -> Row {
        Row { kind: "total", target: b"-".to_vec(), file: None }
    }

    fn cell(&self, column: Column) -> Vec<u8> {
        match column {
            Column::Source => self.kind.into(),
            Column::Kind if self.target == b"-" => b"-".to_vec(),
            Column::Kind => self.kind.into(),
            Column::File => self.file.clone().unwrap_or_else(|| b"-".to_vec()),
            Column::Target => self.target.clone(),
            _ => b"-".to_vec(),
        }
    }
}

impl Column {
    /// All of them, in the order of `--output`.
    pub const ALL: &[Column] = &[
        Column::Source,
        Column::Kind,
        Column::Inodes,
        Column::InodesUsed,
        Column::InodesFree,
        Column::InodesShare,
        Column::Size,
        Column::Used,
        Column::Available,
        Column::Share,
        Column::File,
        Column::Target,
    ];

    /// The column that `--output` calls so.
    pub fn named(name: &[u8]) -> Option<Column> {
        const NAMES: [&str; 12] = [
            "source", "fstype", "itotal", "iused", "iavail", "ipcent", "size", "used", "avail", "pcent",
            "file", "target",
        ];
        let at = NAMES.iter().position(|known| known.as_bytes() == name)?;
        Column::ALL.get(at).copied()
    }

    fn title(self, size: &BlockSize, posix: bool) -> String {
        match self {
            Column::Source => "Filesystem".to_owned(),
            Column::Kind => "Type".to_owned(),
            Column::Inodes => "Inodes".to_owned(),
            Column::InodesUsed => "IUsed".to_owned(),
            Column::InodesFree => "IFree".to_owned(),
            Column::InodesShare => "IUse%".to_owned(),
            Column::Size => match size {
                BlockSize::Human(_) => "Size".to_owned(),
                BlockSize::Units(unit, _) if posix => format!("{unit}-blocks"),
                BlockSize::Units(unit, _) => format!("{}-blocks", unit_name(*unit)),
            },
            Column::Used => "Used".to_owned(),
            Column::Available if matches!(size, BlockSize::Human(_)) => "Avail".to_owned(),
            Column::Available => "Available".to_owned(),
            Column::Share if posix && !matches!(size, BlockSize::Human(_)) => "Capacity".to_owned(),
            Column::Share => "Use%".to_owned(),
            Column::File => "File".to_owned(),
            Column::Target => "Mounted on".to_owned(),
        }
    }

    fn is_left(self) -> bool {
        matches!(self, Column::Source | Column::Kind | Column::File | Column::Target)
    }

    fn least_width(self) -> usize {
        match self {
            Column::Source => 14,
            Column::Kind => 4,
            Column::Size | Column::Used | Column::Available => 5,
            Column::Inodes | Column::InodesUsed | Column::InodesFree => 5,
            Column::Share | Column::InodesShare => 4,
            Column::File | Column::Target => 0,
        }
    }
}

/// `1K`, `512B`, `1MB`: a unit by its shortest exact name.
fn unit_name(unit: u64) -> String {
    let scale = |base: u64| {
        let mut left = unit;
        let mut power = 0;
        while left.is_multiple_of(base) && power < 6 {
            left /= base;
            power += 1;
        }
        (left, power)
    };
    let ((binary, binary_power), (decimal, decimal_power)) = (scale(1024), scale(1000));
    let letters = ["", "K", "M", "G", "T", "P", "E"];
    match (binary_power, decimal_power) {
        (0, 0) => format!("{unit}B"),
        (0, power) => format!("{decimal}{}B", if power == 1 { "k" } else { letters[power] }),
        (power, _) => format!("{binary}{}", letters[power]),
    }
}

/// The rows below their titles.
pub fn table(rows: &[Row], columns: &[Column], size: &BlockSize, posix: bool, locale: Locale) -> Vec<u8> {
    let title = |column: &Column| column.title(size, posix).into_bytes();
    let mut lines: Vec<Vec<Vec<u8>>> = vec![columns.iter().map(title).collect()];
    lines.extend(rows.iter().map(|row| columns.iter().map(|column| row.cell(*column)).collect()));
    let widths: Vec<usize> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let widest = lines.iter().map(|line| display_width(&line[at], locale)).max().unwrap_or(0);
            widest.max(column.least_width())
        })
        .collect();
    let mut text = Vec::new();
    for line in &lines {
        for (at, cell) in line.iter().enumerate() {
            if at > 0 {
                text.push(b' ');
            }
            let fill = widths[at] - display_width(cell, locale);
            let is_last = at + 1 == line.len();
            if !columns[at].is_left() {
                text.extend(std::iter::repeat_n(b' ', fill));
            }
            text.extend_from_slice(cell);
            if columns[at].is_left() && !is_last {
                text.extend(std::iter::repeat_n(b' ', fill));
            }
        }
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_names() {
        for (unit, name) in [
            (1024, "1K"),
            (512, "512B"),
            (1, "1B"),
            (2048, "2K"),
            (1000, "1kB"),
            (1 << 20, "1M"),
            (1_000_000, "1MB"),
        ] {
            assert_eq!(unit_name(unit), name);
        }
    }
}
