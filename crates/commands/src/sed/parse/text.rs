//! The text of `a`, `i` and `c`.

use bytes::Bytes;

use super::super::program::Action;
use super::Parser;
use super::error::Problem;
use super::escapes;
use super::script::Script;

impl Parser {
    /// Reads the text after the command's letter, to the first end of a line without a backslash before it.
    pub(super) fn text(&mut self, script: &mut Script<'_>) -> Result<(), Problem> {
        const EXPECTED: &str = "expected \\ after `a', `c' or `i'";
        script.skip_blanks();
        match script.peek() {
            None => return Err(EXPECTED.into()),
            Some(b'\\') => {
                script.next();
                let text = script.rest();
                let blanks =
                    text.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 11 | 12 | b'\r')).count();
                match text.get(blanks) {
                    None => {
                        script.skip(blanks);
                        self.unfinished = Some(Vec::new());
                        return Ok(());
                    }
                    Some(b'\n') => script.skip(blanks + 1),
                    Some(_) => {}
                }
            }
            Some(_) if self.dialect.posix => {
                script.next();
                return Err(EXPECTED.into());
            }
            Some(_) => {}
        }
        self.rest_of_text(script, Vec::new());
        Ok(())
    }

    /// Reads text after `before`, which came in lines or parts of the script before this.
    pub(super) fn rest_of_text(&mut self, script: &mut Script<'_>, before: Vec<u8>) {
        let mut text = before;
        loop {
            match script.next() {
                None | Some(b'\n') => break,
                Some(b'\\') => match script.peek() {
                    None => {
                        text.push(b'\n');
                        self.unfinished = Some(text);
                        return;
                    }
                    Some(_) => match escapes::named(script.rest()) {
                        Some((byte, length)) => {
                            text.push(byte);
                            script.skip(length);
                        }
                        None => text.extend(script.next()),
                    },
                },
                Some(byte) => text.push(byte),
            }
        }
        text.push(b'\n');
        self.end_text(text);
    }

    /// Gives the last command its text.
    pub(super) fn end_text(&mut self, text: Vec<u8>) {
        if let Some(command) = self.program.commands.last_mut()
            && let Action::Append(own) | Action::Insert(own) | Action::Change(own) = &mut command.action
        {
            *own = Bytes::from(text);
        }
    }
}
