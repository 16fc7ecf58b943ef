//! `printf`.

use crate::line;

/// Formats as the builtin and as the program read them; they print the same where both succeed.
const SCRIPT: &[u8] = b"printf \"$@\" 2>/dev/null";

/// Format and arguments are separated by NUL.
pub(crate) fn run(data: &[u8]) {
    let arguments: Vec<&[u8]> = data.split(|&byte| byte == 0).collect();
    line::run(SCRIPT, &arguments, &[]);
}
