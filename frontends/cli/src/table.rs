//! Columns for people.

/// Rows of text under a heading, each column as wide as its widest cell.
pub struct Table<const N: usize>(Vec<[String; N]>);

impl<const N: usize> Table<N> {
    /// A table with this heading.
    pub fn new(heading: [&str; N]) -> Self {
        Table(vec![heading.map(str::to_owned)])
    }

    /// Adds a row.
    pub fn row(&mut self, row: [String; N]) {
        self.0.push(row);
    }

    /// The table as it is printed.
    pub fn text(&self) -> Vec<u8> {
        let width = |column: usize| self.0.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; N] = std::array::from_fn(width);
        let mut text = String::new();
        for row in &self.0 {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
            text += cells.collect::<Vec<_>>().join("  ").trim_end();
            text.push('\n');
        }
        text.into_bytes()
    }
}
