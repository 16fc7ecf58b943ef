//! Commands that run programs of their own.

use crate::line;

const INPUT: &[u8] = b"one two 3\n\nalpha,beta;gamma\n 12.5 -7 0x1f\n\xff\xfe bytes\nno newline at the end";

/// Runs an awk program on a few lines.
pub(crate) fn awk(data: &[u8]) {
    line::run(b"awk -f /program /input /input 2>/dev/null", &[], &[("/program", data), ("/input", INPUT)]);
}

/// Runs a sed script on a few lines, in both syntaxes of regular expressions.
pub(crate) fn sed(data: &[u8]) {
    let files = [("/program", data), ("/input", INPUT)];
    line::run(b"sed -f /program /input; sed -n -E -s -f /program /input /input", &[], &files);
}

const DOCUMENTS: &[u8] =
    br#"{"a": 1, "b": [{"c": "x\u0000y"}, null, -2.5e3], "d": {"e": "2015-03-05T23:51:47Z"}}
[3, [1, 2], {"a": "b"}, "text, more", true] "word" 1e400 null"#;

/// Runs a jq program on a few documents.
pub(crate) fn jq(data: &[u8]) {
    let files = [("/program", data), ("/input", DOCUMENTS)];
    line::run(b"jq -c -f /program /input 2>/dev/null; jq -n -r -s -f /program /input", &[], &files);
}
