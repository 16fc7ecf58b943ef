//! Lines as entries in columns, lined up by tabs.

use bytes::Bytes;
use mirage_shell::command::Locale;
use mirage_shell::io::Writer;
use mirage_vfs::{Call, Result};

use super::table::{printable, width};

/// The distance of tab stops.
const TAB: usize = 8;

/// Prints `lines` in as many columns of one width as `screen` has room for.
pub async fn print(
    lines: &[Bytes],
    rows_first: bool,
    screen: usize,
    locale: Locale,
    output: &mut Writer,
    call: &Call,
) -> Result<()> {
    let entries: Vec<(Vec<u8>, usize)> = lines
        .iter()
        .map(|line| {
            let text = printable(line, locale);
            let wide = width(&text, locale);
            (text, wide)
        })
        .collect();
    let widest = entries.iter().map(|(_, wide)| *wide).max().unwrap_or(0);
    let each = (widest + TAB) / TAB * TAB;
    let columns = match widest < screen {
        true => (screen / each).max(1),
        false => 1,
    };
    let rows = entries.len().div_ceil(columns);
    for row in 0..rows {
        let places: Vec<usize> = match rows_first {
            true => (row * columns..(row + 1) * columns).collect(),
            false => (row..entries.len()).step_by(rows.max(1)).collect(),
        };
        let mut at = 0;
        let shown: Vec<&(Vec<u8>, usize)> = places.iter().filter_map(|place| entries.get(*place)).collect();
        for (number, (text, wide)) in shown.iter().enumerate() {
            output.push(text);
            at += wide;
            if number + 1 == shown.len() {
                break;
            }
            let end = (number + 1) * each;
            while (at + TAB) / TAB * TAB <= end {
                output.push_byte(b'\t');
                at = (at + TAB) / TAB * TAB;
            }
        }
        output.push_byte(b'\n');
        output.settle(call).await?;
        call.tick().await;
    }
    Ok(())
}
