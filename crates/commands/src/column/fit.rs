//! How wide each column is.

use super::table::Settings;

/// A column's width, and what becomes of cells that are longer.
#[derive(Clone, Copy, Debug)]
pub struct Width {
    /// The columns of the screen it gets.
    pub given: usize,
    /// Whether longer cells run over it to the next line.
    pub runs_over: bool,
}

/// Gives every shown column its widest cell, and takes from those that may shrink, one in turn, until all fit.
pub fn fit(columns: &[(&Settings, Vec<usize>)], between: usize, screen: usize) -> Vec<Width> {
    let mut widths: Vec<Width> = columns
        .iter()
        .map(|(settings, cells)| {
            let widest = cells.iter().copied().max().unwrap_or(0);
            let average = cells.iter().sum::<usize>() / cells.len().max(1);
            let runs_over = settings.no_extreme && widest > average * 2;
            Width { given: widest, runs_over }
        })
        .collect();
    let total: usize = widths.iter().map(|width| width.given).sum();
    let separators = between * columns.len().saturating_sub(1);
    let mut excess = (total + separators).saturating_sub(screen);
    while excess > 0 {
        let before = excess;
        for (width, (settings, _)) in widths.iter_mut().zip(columns) {
            let shrinks = settings.truncate || settings.wrap || width.runs_over;
            if excess > 0 && shrinks && width.given > 1 {
                width.given -= 1;
                excess -= 1;
            }
        }
        if excess == before {
            break;
        }
    }
    widths
}
