//! Prompt strings: `PS4` and `${x@P}`.

use bytes::Bytes;

use crate::execute::Shell;

/// Expands backslash escapes, then parameters and commands.
pub(crate) async fn expand(shell: &mut Shell, text: &Bytes) -> Bytes {
    let _ = shell;
    text.clone()
}
