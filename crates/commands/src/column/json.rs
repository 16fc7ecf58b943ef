//! The table as JSON.

use mirage_shell::io::Writer;
use mirage_vfs::{Call, Result};

use super::options::Wanted;
use super::table::{Settled, Table};

/// Prints the rows as objects; in a tree those below one are its `children`.
pub async fn print(
    table: &Table<'_>,
    settled: &Settled,
    wanted: &Wanted,
    output: &mut Writer,
    call: &Call,
) -> Result<()> {
    output.push(b"{\n   \"");
    push_escaped(&wanted.name, output);
    output.push(b"\": [");
    let all: Vec<usize> = (0..table.rows.len()).collect();
    let tree = settled.tree.as_ref();
    let first = tree.map_or(&all, |tree| &tree.roots);
    let children = |row: usize| tree.map_or(&[][..], |tree| &tree.children[row]);
    // The lists that are open, innermost last: the rows of each, and how many are printed.
    let mut open: Vec<(&[usize], usize)> = vec![(first, 0)];
    while let Some((rows, printed)) = open.last_mut() {
        let Some(&row) = rows.get(*printed) else {
            open.pop();
            if !open.is_empty() {
                indent(2 * open.len() + 1, output);
                output.push(b"]");
                indent(2 * open.len(), output);
                output.push(b"}");
            }
            continue;
        };
        let is_first = *printed == 0;
        *printed += 1;
        let level = 2 * open.len();
        match is_first {
            true => indent(level, output),
            false => output.push(b","),
        }
        output.push(b"{");
        let below = children(row);
        for (number, column) in settled.shown.iter().enumerate() {
            if number > 0 {
                output.push(b",");
            }
            indent(level + 1, output);
            output.push(b"\"");
            push_escaped(
                &settled.columns[*column].name.clone().unwrap_or_default().to_ascii_lowercase(),
                output,
            );
            output.push(b"\": ");
            match table.rows[row].get(*column).filter(|text| !text.is_empty()) {
                None => output.push(b"null"),
                Some(text) => {
                    output.push(b"\"");
                    push_escaped(text, output);
                    output.push(b"\"");
                }
            }
        }
        match below {
            [] => {
                indent(level, output);
                output.push(b"}");
            }
            below => {
                output.push(b",");
                indent(level + 1, output);
                output.push(b"\"children\": [");
                open.push((below, 0));
            }
        }
        output.settle(call).await?;
        call.tick().await;
    }
    output.push(b"\n   ]\n}\n");
    Ok(())
}

fn indent(level: usize, output: &mut Writer) {
    output.push_byte(b'\n');
    output.push(&b"   ".repeat(level));
}

fn push_escaped(text: &[u8], output: &mut Writer) {
    for &byte in text {
        match byte {
            b'"' | b'\\' => output.push(&[b'\\', byte]),
            b'\n' => output.push(b"\\n"),
            b'\t' => output.push(b"\\t"),
            b'\r' => output.push(b"\\r"),
            8 => output.push(b"\\b"),
            12 => output.push(b"\\f"),
            0..0x20 => output.push(format!("\\u{byte:04x}").as_bytes()),
            _ => output.push_byte(byte),
        }
    }
}
