//! The table as text.

use mirage_shell::command::Locale;
use mirage_shell::io::Writer;
use mirage_vfs::{Call, Result};

use super::fit::{Width, fit};
use super::options::Wanted;
use super::table::{Settings, Settled, Table, width};
use crate::support::character_width;

/// Prints the rows, under the names of the columns where those were given.
pub async fn print(
    table: &Table<'_>,
    settled: &Settled,
    wanted: &Wanted,
    screen: usize,
    output: &mut Writer,
    call: &Call,
) -> Result<()> {
    let locale = wanted.locale;
    let order: Vec<(usize, Vec<u8>)> = match &settled.tree {
        Some(tree) => tree.walk(locale),
        None => (0..table.rows.len()).map(|row| (row, Vec::new())).collect(),
    };
    let cell = |(row, lines): &(usize, Vec<u8>), column: usize| -> Vec<u8> {
        let text = table.rows[*row].get(column).map_or(&[][..], |text| text);
        match &settled.tree {
            Some(tree) if tree.column == column => [&lines[..], text].concat(),
            _ => text.to_vec(),
        }
    };
    let mut lines: Vec<Vec<Vec<u8>>> = Vec::new();
    if wanted.names.is_some() && wanted.headings {
        let name = |column: &usize| settled.columns[*column].name.clone().unwrap_or_default().to_vec();
        lines.push(settled.shown.iter().map(name).collect());
    }
    for row in &order {
        lines.push(settled.shown.iter().map(|column| cell(row, *column)).collect());
        call.tick().await;
    }
    let settings: Vec<&Settings> = settled.shown.iter().map(|column| &settled.columns[*column]).collect();
    let columns: Vec<(&Settings, Vec<usize>)> = settings
        .iter()
        .enumerate()
        .map(|(at, settings)| (*settings, lines.iter().map(|line| width(&line[at], locale)).collect()))
        .collect();
    let widths = fit(&columns, width(&wanted.between, locale), screen);
    for line in lines {
        let mut line = line;
        loop {
            let rest = put_line(&line, &settings, &widths, wanted, output);
            output.push_byte(b'\n');
            match rest {
                Some(rest) => line = rest,
                None => break,
            }
            call.tick().await;
        }
        output.settle(call).await?;
        call.tick().await;
    }
    Ok(())
}

/// Prints the cells side by side; what of them goes on in the next line, if anything does.
fn put_line(
    cells: &[Vec<u8>],
    settings: &[&Settings],
    widths: &[Width],
    wanted: &Wanted,
    output: &mut Writer,
) -> Option<Vec<Vec<u8>>> {
    let locale = wanted.locale;
    let mut rest: Vec<Vec<u8>> = vec![Vec::new(); cells.len()];
    for (at, text) in cells.iter().enumerate() {
        let (given, settings) = (widths[at].given, settings[at]);
        let last = at + 1 == cells.len();
        let full = width(text, locale);
        let mut shown: &[u8] = text;
        if full > given && !widths[at].runs_over && (settings.wrap || settings.truncate) {
            let end = prefix(text, given, locale);
            shown = &text[..end];
            if settings.wrap {
                rest[at] = text[end..].to_vec();
            }
        }
        let padding = vec![b' '; given.saturating_sub(width(shown, locale))];
        if settings.right && !(last && shown.is_empty()) {
            output.push(&padding);
        }
        output.push(shown);
        if !settings.right && !last {
            output.push(&padding);
        }
        if full > given && widths[at].runs_over && !last {
            // What runs over pushes the next column to the next line.
            output.push_byte(b'\n');
            let before: usize = widths[..=at].iter().map(|width| width.given).sum();
            output.push(&vec![b' '; before + at * width(&wanted.between, locale)]);
        }
        if !last {
            output.push(&wanted.between);
        }
    }
    rest.iter().any(|text| !text.is_empty()).then_some(rest)
}

/// How many bytes of `text` fit into `columns`.
fn prefix(text: &[u8], columns: usize, locale: Locale) -> usize {
    let (mut at, mut used) = (0, 0);
    while at < text.len() {
        let (wide, length) = match locale.character(&text[at..]) {
            Some((character, length)) => (character_width(character), length),
            None => (1, 1),
        };
        // A character wider than the column would never fit.
        if used + wide > columns && at > 0 {
            break;
        }
        used += wide;
        at += length;
    }
    at
}
