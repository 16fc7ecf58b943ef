//! What was measured.

/// A table of the page.
#[derive(serde::Serialize)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// What the rows show and what they must reach.
    pub about: &'static str,
    /// The heads of the columns of figures.
    pub columns: &'static [&'static str],
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The geometric mean that the ratios must reach, where they must.
    pub mean: Option<f64>,
}

/// A row of a table.
#[derive(serde::Serialize)]
pub struct Row {
    /// The line that was run.
    pub line: String,
    /// One for each column.
    pub figures: Vec<Option<Figure>>,
}

/// A number, and the largest that it may be.
#[derive(Clone, Copy, serde::Serialize)]
pub struct Figure {
    /// What was measured.
    pub value: f64,
    /// The bar, where there is one.
    pub limit: Option<f64>,
    /// What follows the number.
    pub unit: &'static str,
}

impl Figure {
    /// A number without a bar.
    pub fn plain(value: f64, unit: &'static str) -> Figure {
        Figure { value, limit: None, unit }
    }

    /// A number that must not pass `limit`.
    pub fn within(limit: f64, value: f64, unit: &'static str) -> Figure {
        Figure { value, limit: Some(limit), unit }
    }

    /// Whether it keeps to its bar, as far as the shown digits go.
    pub fn is_met(&self) -> bool {
        self.limit.is_none_or(|limit| self.value < limit + 0.005)
    }
}

impl std::fmt::Display for Figure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = if self.unit == "x" { 2 } else { 1 };
        let space = if self.unit == "x" { "" } else { " " };
        write!(out, "{:.digits$}{space}{}", self.value, self.unit)
    }
}

impl Row {
    /// Whether every figure keeps to its bar.
    pub fn is_met(&self) -> bool {
        self.figures.iter().flatten().all(Figure::is_met)
    }
}

impl Section {
    /// The geometric mean of the ratios in `column`; none where there are none.
    pub fn mean_of(&self, column: usize) -> Option<f64> {
        let figures = self.rows.iter().filter_map(|row| row.figures.get(column).copied().flatten());
        let logarithms: Vec<f64> =
            figures.filter(|figure| figure.unit == "x").map(|figure| figure.value.ln()).collect();
        let count = logarithms.len();
        (count > 0).then(|| (logarithms.into_iter().sum::<f64>() / count as f64).exp())
    }
}
