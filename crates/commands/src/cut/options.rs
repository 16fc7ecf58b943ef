//! What the options of `cut` ask for.

use mirage_shell::command::{Arguments, Locale};

use super::{BYTES, CHARACTERS, COMPLEMENT, DELIMITER, FIELDS, ONLY_DELIMITED, OUTPUT_DELIMITER, ZERO};
use crate::support::{Counted, Ranges};

/// What the list counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    Bytes,
    Fields,
}

/// The options.
#[derive(Debug)]
pub struct Options {
    pub selection: Selection,
    pub ranges: Ranges,
    /// Ends a line.
    pub end: u8,
    pub delimiter: u8,
    pub output_delimiter: Option<Vec<u8>>,
    pub only_delimited: bool,
}

impl Options {
    /// Reads them; else the message of a wrong call.
    pub fn parse(arguments: &Arguments, locale: Locale) -> Result<Options, Vec<u8>> {
        let (mut list, mut delimiter) = (None, None);
        for (flag, value) in &arguments.options {
            let value = value.as_deref().unwrap_or_default();
            match *flag {
                BYTES | CHARACTERS | FIELDS if list.is_some() => {
                    return Err(b"only one list may be specified".to_vec());
                }
                BYTES | CHARACTERS => list = Some((Selection::Bytes, value)),
                FIELDS => list = Some((Selection::Fields, value)),
                DELIMITER => {
                    delimiter = Some(match value {
                        // As in C, where an empty string is a NUL.
                        [] => 0,
                        [byte] => *byte,
                        _ => return Err(b"the delimiter must be a single character".to_vec()),
                    });
                }
                _ => {}
            }
        }
        let (selection, list) =
            list.ok_or_else(|| b"you must specify a list of bytes, characters, or fields".to_vec())?;
        if selection == Selection::Bytes && delimiter.is_some() {
            return Err(b"an input delimiter may be specified only when operating on fields".to_vec());
        }
        if selection == Selection::Bytes && arguments.has(ONLY_DELIMITED) {
            let message = b"suppressing non-delimited lines makes sense\n\tonly when operating on fields";
            return Err(message.to_vec());
        }
        let counted = match selection {
            Selection::Bytes => Counted::Bytes,
            Selection::Fields => Counted::Fields,
        };
        let ranges = Ranges::parse(list, counted, locale)?;
        let output_delimiter = arguments.value(OUTPUT_DELIMITER).map(|given| match &given[..] {
            [] => vec![0],
            given => given.to_vec(),
        });
        Ok(Options {
            selection,
            ranges: if arguments.has(COMPLEMENT) { ranges.complement() } else { ranges },
            end: if arguments.has(ZERO) { 0 } else { b'\n' },
            delimiter: delimiter.unwrap_or(b'\t'),
            output_delimiter,
            only_delimited: arguments.has(ONLY_DELIMITED),
        })
    }
}
