//! Questions to the user: `rm -i`, `cp -i`, `mv -i`, `find -ok`.

use bytes::BytesMut;
use memchr::memchr;
use mirage_shell::io::{Descriptor, Io};
use mirage_vfs::Call;

/// Prints `question` on stderr and reads a line of stdin: true when it starts with `y` or `Y`. The end of the input, and
/// an input that is closed, mean no. What follows the line stays for the next question.
pub async fn ask(io: &Io, call: &Call, question: Vec<u8>) -> bool {
    // Nobody is left to tell when stderr itself fails; the answer is still read, as GNU's tools do.
    let _ = io.stderr.write(call, question.into()).await;
    let line = read_line(&io.stdin, call).await;
    matches!(line.first(), Some(b'y' | b'Y'))
}

async fn read_line(input: &Descriptor, call: &Call) -> BytesMut {
    let mut line = BytesMut::new();
    loop {
        let Ok(mut chunk) = input.read(call).await else { return line };
        if chunk.is_empty() {
            return line;
        }
        match memchr(b'\n', &chunk) {
            Some(at) => {
                input.unread(chunk.split_off(at + 1));
                line.extend_from_slice(&chunk);
                return line;
            }
            None => line.extend_from_slice(&chunk),
        }
    }
}
