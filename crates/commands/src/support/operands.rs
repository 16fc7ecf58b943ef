//! Commands that take no operands, or only so many.

use mirage_shell::command::Arguments;

use super::{Report, quote};

/// Refuses what stands behind the first `most` operands, as `extra operand ‘x’`; whether there was nothing to refuse.
pub async fn no_more_than(most: usize, arguments: &Arguments, report: &mut Report) -> bool {
    let Some(extra) = arguments.operands.get(most) else { return true };
    let shown = quote(extra, report.locale());
    report.usage(1, &[b"extra operand ", &shown]).await;
    false
}
