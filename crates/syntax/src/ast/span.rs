//! Where a node stood in the source.

/// A range of bytes of the source and its line.
///
/// Offsets count in the text the parser read: after an alias was replaced they count in the replaced text. Nodes
/// inside backquotes count in the unescaped text between them.
///
/// Any two spans are equal, so that trees can be compared by content.
#[derive(Clone, Copy, Debug, Default, Eq)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
    /// The line that `LINENO` and messages tell, from 1: that of the first byte, but for commands whose words span
    /// lines.
    pub line: u32,
}

impl PartialEq for Span {
    fn eq(&self, _: &Span) -> bool {
        true
    }
}

/// How something was written where that makes no difference: any two are equal.
#[derive(Clone, Copy, Debug, Default, Eq)]
pub(crate) struct Layout(pub bool);

impl PartialEq for Layout {
    fn eq(&self, _: &Layout) -> bool {
        true
    }
}
