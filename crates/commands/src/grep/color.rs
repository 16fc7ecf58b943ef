//! Colors, as `GREP_COLORS` has them.

use mirage_shell::command::{Arguments, Context};

use super::flags::{COLOR, COLOUR};

/// The parameters of the escape sequences for each part of the output.
#[derive(Clone, Debug)]
pub struct Colors {
    pub selected_match: Vec<u8>,
    pub context_match: Vec<u8>,
    pub selected_line: Vec<u8>,
    pub context_line: Vec<u8>,
    pub file: Vec<u8>,
    pub line: Vec<u8>,
    pub byte: Vec<u8>,
    pub separator: Vec<u8>,
    /// `ne`: without the sequence that clears to the end of the line.
    pub no_clear: bool,
    /// `rv`: with `-v`, the colors of selected lines and context change places.
    pub reverse: bool,
}

impl Colors {
    /// The colors, if output is colored. `auto` never is: output is no terminal.
    pub fn wanted(arguments: &Arguments, context: &Context, warnings: &mut Vec<String>) -> Option<Self> {
        let last = arguments.options.iter().rev().find(|(flag, _)| [COLOR, COLOUR].contains(flag));
        let when = last?.1.as_deref()?;
        if !matches!(when, b"always" | b"yes" | b"force") {
            return None;
        }
        let mut colors = Colors {
            selected_match: b"01;31".to_vec(),
            context_match: b"01;31".to_vec(),
            selected_line: Vec::new(),
            context_line: Vec::new(),
            file: b"35".to_vec(),
            line: b"32".to_vec(),
            byte: b"32".to_vec(),
            separator: b"36".to_vec(),
            no_clear: false,
            reverse: false,
        };
        if let Some(color) = context.environment.get(b"GREP_COLOR").filter(|color| !color.is_empty()) {
            let color = String::from_utf8_lossy(color);
            warnings.push(format!("GREP_COLOR='{color}' is deprecated; use GREP_COLORS='mt={color}'"));
            colors.selected_match = color.as_bytes().to_vec();
            colors.context_match = color.as_bytes().to_vec();
        }
        if let Some(text) = context.environment.get(b"GREP_COLORS") {
            colors.set(text);
        }
        Some(colors)
    }

    /// Applies a list like `mt=01;31:ne`, up to the first thing in it that is wrong.
    fn set(&mut self, text: &[u8]) {
        for item in text.split(|&byte| byte == b':') {
            let equals = item.iter().position(|&byte| byte == b'=');
            let name = &item[..equals.unwrap_or(item.len())];
            let value = equals.map(|at| item[at + 1..].to_vec());
            if value.as_ref().is_some_and(|value| !value.iter().all(|b| b.is_ascii_digit() || *b == b';')) {
                return;
            }
            match (name, value) {
                (b"ne", None) => self.no_clear = true,
                (b"rv", None) => self.reverse = true,
                (b"mt", Some(value)) => {
                    self.selected_match.clone_from(&value);
                    self.context_match = value;
                }
                (b"ms", Some(value)) => self.selected_match = value,
                (b"mc", Some(value)) => self.context_match = value,
                (b"sl", Some(value)) => self.selected_line = value,
                (b"cx", Some(value)) => self.context_line = value,
                (b"fn", Some(value)) => self.file = value,
                (b"ln", Some(value)) => self.line = value,
                (b"bn", Some(value)) => self.byte = value,
                (b"se", Some(value)) => self.separator = value,
                _ => {}
            }
        }
    }

    /// Starts a color, if it is one.
    pub fn start(&self, color: &[u8], output: &mut Vec<u8>) {
        if !color.is_empty() {
            output.extend_from_slice(b"\x1b[");
            output.extend_from_slice(color);
            output.push(b'm');
            self.clear(output);
        }
    }

    /// Ends a color.
    pub fn end(&self, color: &[u8], output: &mut Vec<u8>) {
        if !color.is_empty() {
            output.extend_from_slice(b"\x1b[m");
            self.clear(output);
        }
    }

    fn clear(&self, output: &mut Vec<u8>) {
        if !self.no_clear {
            output.extend_from_slice(b"\x1b[K");
        }
    }
}
