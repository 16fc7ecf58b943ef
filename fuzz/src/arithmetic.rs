//! Arithmetic.

use crate::line;

/// An expression's two ways into the shell: they run in copies of one session, so they must answer the same.
const SCRIPT: &[u8] = b"x=5 y=(1 2 3) z=x
(printf '%s' \"$(($1))\") && printf '\\n'
(declare -i r; r=$1; printf '%s' \"$r\")";

/// Evaluates; texts that a second expansion would change are only evaluated.
pub(crate) fn run(data: &[u8]) {
    if data.contains(&0) {
        return;
    }
    let Some(ended) = line::run(SCRIPT, &[data], &[]) else { return };
    let moving = |byte| matches!(byte, b'"' | b'\'' | b'\\' | b'$' | b'`');
    // A random number, a clock or `$_` may differ; an array's subscript is expanded a second time.
    let dynamic =
        data.iter().any(|&byte| byte.is_ascii_uppercase() || moving(byte) || matches!(byte, b'[' | b'_'));
    if dynamic || ended.status != 0 {
        return;
    }
    let mut lines = ended.stdout.split(|&byte| byte == b'\n');
    if let (Some(inside), Some(declared)) = (lines.next(), lines.next()) {
        assert!(inside == declared, "$(( )) and declare -i differ: {}", String::from_utf8_lossy(data));
    }
}
