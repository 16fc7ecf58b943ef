//! Where names go when several stand on a line.

/// Two spaces and one character: no column is narrower.
const NARROWEST: usize = 3;

/// Columns that fit a line.
pub struct Grid {
    /// How many lines there are.
    pub rows: usize,
    /// The width of each column with the space behind it.
    pub widths: Vec<usize>,
    by_columns: bool,
}

impl Grid {
    /// As many columns as fit in `width` for names of these lengths; read down the columns or across the lines.
    pub fn fit(lengths: &[usize], width: usize, by_columns: bool) -> Grid {
        let most = (width / NARROWEST).clamp(1, lengths.len().max(1));
        for columns in (1..=most).rev() {
            let rows = lengths.len().div_ceil(columns);
            let mut widths = vec![NARROWEST; columns];
            for (at, length) in lengths.iter().enumerate() {
                let column = if by_columns { at / rows } else { at % columns };
                let space = if column + 1 == columns { 0 } else { 2 };
                widths[column] = widths[column].max(length + space);
            }
            if columns == 1 || widths.iter().sum::<usize>() < width {
                return Grid { rows, widths, by_columns };
            }
        }
        Grid { rows: lengths.len(), widths: vec![0], by_columns }
    }

    /// The index of the name at this place, of `count`.
    pub fn index(&self, row: usize, column: usize, count: usize) -> Option<usize> {
        let columns = self.widths.len();
        let at = if self.by_columns { column * self.rows + row } else { row * columns + column };
        Some(at).filter(|&at| column < columns && at < count)
    }
}

/// Space from one column to another, with tabs where a tab stop lies between.
pub fn indent(text: &mut Vec<u8>, from: usize, to: usize, tab_size: usize) {
    let mut at = from;
    while at < to {
        match tab_size > 0 && to / tab_size > (at + 1) / tab_size {
            true => {
                text.push(b'\t');
                at += tab_size - at % tab_size;
            }
            false => {
                text.push(b' ');
                at += 1;
            }
        }
    }
}
