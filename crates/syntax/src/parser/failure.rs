//! Syntax errors, worded as bash words them.

use bytes::Bytes;

use super::{Parser, Token};
use crate::{ErrorLine, ErrorPlace, SyntaxError};

/// The text is wrong; [`Parser`] keeps what to say of it, so that results stay small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

/// What a part of the grammar yields.
pub(crate) type Parse<T> = Result<T, Failed>;

impl Parser {
    /// Fails with one message.
    pub(crate) fn fail(&mut self, line: u32, message: Vec<u8>) -> Failed {
        self.fail_with(vec![ErrorLine { line, message: message.into() }], false)
    }

    fn fail_with(&mut self, lines: Vec<ErrorLine>, incomplete: bool) -> Failed {
        self.failure =
            Some(SyntaxError { warnings: Vec::new(), lines, place: ErrorPlace::Command, incomplete });
        Failed
    }

    pub(crate) fn take_failure(&mut self, _: Failed) -> SyntaxError {
        let unknown = SyntaxError {
            warnings: Vec::new(),
            lines: vec![ErrorLine { line: self.options.line, message: Bytes::from_static(b"syntax error") }],
            place: ErrorPlace::Command,
            incomplete: false,
        };
        let mut failure = self.failure.take().unwrap_or(unknown);
        failure.warnings = std::mem::take(&mut self.warnings);
        failure
    }

    /// Says whether more text might help.
    pub(super) fn mark_incomplete(&mut self, incomplete: bool) {
        if let Some(failure) = &mut self.failure {
            failure.incomplete = incomplete;
        }
    }

    /// Says where the failure happened; unless that is an array, for one that more text would not mend.
    pub(super) fn failed_in(&mut self, place: ErrorPlace, failed: Failed) -> Failed {
        if let Some(failure) = &mut self.failure
            && (!failure.incomplete || place == ErrorPlace::Array)
            && matches!(failure.place, ErrorPlace::Command | ErrorPlace::Condition)
        {
            failure.place = place;
        }
        failed
    }

    /// Fails because of what stands next.
    pub(crate) fn unexpected_token(&mut self) -> Failed {
        let token = self.token();
        let start = self.cursor.position;
        let text = match token {
            Token::End => {
                // bash reads the here-documents at the newline that it adds to the text.
                if let Err(failed) = self.read_documents() {
                    return failed;
                }
                return self.unexpected_end();
            }
            Token::Newline => Bytes::from_static(b"newline"),
            Token::Operator(operator) => Bytes::from_static(operator.text().as_bytes()),
            Token::Word => match self.reserved() {
                Some((_, end)) => self.cursor.slice(start, end),
                None => match self.word() {
                    Ok(_) => {
                        let word = shown(&self.cursor.slice(start, self.cursor.position));
                        return self.unexpected(&word, self.cursor.position - 1);
                    }
                    Err(failed) => return failed,
                },
            },
        };
        self.unexpected(&text, start)
    }

    /// Fails because of `token` at `position`, quoting its line.
    pub(crate) fn unexpected(&mut self, token: &[u8], position: usize) -> Failed {
        self.fail_quoting(&[b"syntax error near unexpected token `", token, b"'"].concat(), position)
    }

    /// Fails with a message and the line of source at `position`.
    pub(crate) fn fail_quoting(&mut self, message: &[u8], position: usize) -> Failed {
        let line = self.cursor.line_at(position);
        let quoted = [b"`", &self.cursor.line_around(position)[..], b"'"].concat();
        self.fail_with(
            vec![
                ErrorLine { line, message: Bytes::copy_from_slice(message) },
                ErrorLine { line, message: quoted.into() },
            ],
            false,
        )
    }

    /// Fails because of the number of clauses in `for ((...))`; `text` is all of them.
    pub(super) fn wrong_clauses(&mut self, count: usize, text: &[u8], line: u32) -> Failed {
        let first = match count {
            0..=2 => "syntax error: arithmetic expression required",
            _ => "syntax error: `;' unexpected",
        };
        let second = [b"syntax error: `", text, b"'"].concat();
        self.fail_with(
            vec![
                ErrorLine { line, message: Bytes::from_static(first.as_bytes()) },
                ErrorLine { line, message: second.into() },
            ],
            false,
        )
    }

    /// Fails because the text ended inside a command.
    pub(crate) fn unexpected_end(&mut self) -> Failed {
        let line = self.last_line();
        if self.in_substitution {
            return self.unclosed(b')', line);
        }
        let message = Bytes::from_static(b"syntax error: unexpected end of file");
        self.fail_with(vec![ErrorLine { line, message }], true)
    }

    /// Fails because the text ended before `closing`, whose opening stands on `line`.
    pub(crate) fn unclosed(&mut self, closing: u8, line: u32) -> Failed {
        let message = [b"unexpected EOF while looking for matching `", &[closing][..], b"'"].concat();
        self.fail_with(vec![ErrorLine { line, message: message.into() }], true)
    }

    /// Fails because the text ended inside `[[`, which stands on `line`.
    pub(super) fn unclosed_condition(&mut self, line: u32) -> Failed {
        let message = Bytes::from_static(b"unexpected EOF while looking for `]]'");
        self.fail_with(vec![ErrorLine { line, message }], true)
    }

    /// Adds what bash says when an array literal could not be read to its end.
    pub(super) fn end_inside_array(&mut self, failed: Failed) -> Failed {
        let line = self.last_line();
        if let Some(failure) = &mut self.failure
            && failure.incomplete
        {
            let message = Bytes::from_static(b"syntax error: unexpected end of file");
            failure.lines.push(ErrorLine { line, message });
        }
        self.failed_in(ErrorPlace::Array, failed)
    }

    /// Fails because constructs nest too deep.
    pub(crate) fn too_deep(&mut self) -> Failed {
        let line = self.cursor.line_at(self.cursor.position);
        let message = format!("syntax error: commands are nested more than {} deep", self.options.depth);
        self.fail(line, message.into_bytes())
    }

    /// The line behind the last newline.
    pub(crate) fn last_line(&mut self) -> u32 {
        self.cursor.line_at(self.cursor.text.len())
    }
}

/// A word as a message shows it: as `$'...'` when it holds what cannot be shown.
fn shown(word: &Bytes) -> Bytes {
    let printable = |text: &str| text.chars().all(|letter| !letter.is_control());
    if std::str::from_utf8(word).is_ok_and(printable) {
        return word.clone();
    }
    let mut out = b"$'".to_vec();
    for chunk in word.utf8_chunks() {
        for letter in chunk.valid().chars() {
            show(letter, &mut out);
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(format!("\\{byte:03o}").as_bytes());
        }
    }
    out.push(b'\'');
    out.into()
}

fn show(letter: char, out: &mut Vec<u8>) {
    let escape = match letter {
        '\x07' => 'a',
        '\x08' => 'b',
        '\x1b' => 'E',
        '\x0c' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        '\x0b' => 'v',
        '\\' | '\'' => letter,
        _ => {
            let mut bytes = [0; 4];
            let encoded = letter.encode_utf8(&mut bytes);
            match letter.is_control() {
                false => out.extend_from_slice(encoded.as_bytes()),
                true => {
                    encoded.bytes().for_each(|byte| out.extend_from_slice(format!("\\{byte:03o}").as_bytes()))
                }
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', escape as u8]);
}
