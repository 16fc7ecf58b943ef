//! `l`: the pattern space with everything visible.

/// Adds `text` to `output`, in lines of at most `width` characters that end in a backslash and a separator; 0 is no
/// limit.
pub fn show(text: &[u8], width: usize, separator: u8, output: &mut Vec<u8>) {
    let mut column = 0;
    for &byte in text {
        let mut shown = [0; 4];
        let shown = visible(byte, &mut shown);
        if width > 0 && column + shown.len() > width - 1 {
            output.extend_from_slice(&[b'\\', separator]);
            column = 0;
        }
        output.extend_from_slice(shown);
        column += shown.len();
    }
    output.push(b'$');
}

fn visible(byte: u8, buffer: &mut [u8; 4]) -> &[u8] {
    let letter = match byte {
        b'\\' => b'\\',
        7 => b'a',
        8 => b'b',
        9 => b't',
        10 => b'n',
        11 => b'v',
        12 => b'f',
        13 => b'r',
        b' '..=b'~' => {
            buffer[0] = byte;
            return &buffer[..1];
        }
        _ => {
            *buffer = [b'\\', b'0' + (byte >> 6), b'0' + (byte >> 3 & 7), b'0' + (byte & 7)];
            return buffer;
        }
    };
    buffer[..2].copy_from_slice(&[b'\\', letter]);
    &buffer[..2]
}
