//! Whole lines.

use bytes::Bytes;

use crate::line;

/// Runs the bytes as a line, with every command at hand.
pub(crate) fn run(data: &[u8]) {
    let files: [(&str, &[u8]); 2] =
        [("/tmp/a.txt", b"one\ntwo\nthree\n"), ("/tmp/b/c.json", b"{\"a\": [1, 2]}\n")];
    line::run_text(Bytes::copy_from_slice(data), &[b"first", b"second arg"], &files);
}
