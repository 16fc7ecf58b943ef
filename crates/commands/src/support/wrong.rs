//! Calls that a command notices to be wrong after parsing.

/// What is wrong with a call, in the words of its message.
#[derive(Debug)]
pub enum Wrong {
    /// Followed by where to find help.
    Usage(Vec<u8>),
    /// The message is all.
    Plain(Vec<u8>),
}
