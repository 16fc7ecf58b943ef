//! Frames: how the streams of a running line share one connection.
//!
//! A frame is a byte that tells its [`Kind`], the length of its content in four bytes, the most significant first, and the
//! content.

/// Bytes in front of a frame's content.
pub const HEADER: usize = 5;

/// The most content of a frame that a client may send.
pub const LARGEST: usize = 1 << 20;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// To the daemon: a part of the line's standard input, as much as was there.
    Input = b'i',
    /// To the daemon: the end of it.
    InputEnd = b'e',
    /// To the daemon: a signal for the line, a byte with its number.
    Signal = b's',
    /// To the daemon: nobody reads an output any more, a byte with its descriptor.
    Closed = b'c',
    /// From the daemon: the line wants to read; one `Input` or `InputEnd` is the answer.
    Want = b'w',
    /// From the daemon: standard output.
    Output = b'1',
    /// From the daemon: standard error.
    Error = b'2',
    /// From the daemon, as the last one: the line's outcome in JSON.
    Outcome = b'o',
}

impl Kind {
    /// Every kind.
    const ALL: [Kind; 8] = [
        Kind::Input,
        Kind::InputEnd,
        Kind::Signal,
        Kind::Closed,
        Kind::Want,
        Kind::Output,
        Kind::Error,
        Kind::Outcome,
    ];

    /// What goes in front of `length` bytes of content.
    pub fn header(self, length: usize) -> [u8; HEADER] {
        // Content is cut into pieces that are far smaller.
        let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
        [self as u8, a, b, c, d]
    }

    /// The kind and the length of content that a header tells.
    pub fn parse(header: [u8; HEADER]) -> Option<(Kind, usize)> {
        let [kind, length @ ..] = header;
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind)?;
        Some((kind, u32::from_be_bytes(length) as usize))
    }
}
