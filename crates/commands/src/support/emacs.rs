//! Regular expressions in the language of Emacs: `find -regex`, `tac -r`.

/// An expression of Emacs as an extended one.
pub fn emacs_to_extended(pattern: &[u8]) -> Vec<u8> {
    let mut extended = Vec::with_capacity(pattern.len() + 8);
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        match byte {
            b'\\' => {
                match pattern.get(at + 1) {
                    Some(&operator @ (b'(' | b')' | b'|')) => extended.push(operator),
                    Some(&next) => extended.extend_from_slice(&[b'\\', next]),
                    None => extended.push(b'\\'),
                }
                at += 2;
            }
            b'(' | b')' | b'|' | b'{' | b'}' => {
                extended.extend_from_slice(&[b'\\', byte]);
                at += 1;
            }
            b'[' => {
                let end = bracket_end(pattern, at);
                extended.extend_from_slice(&pattern[at..end]);
                at = end;
            }
            byte => {
                extended.push(byte);
                at += 1;
            }
        }
    }
    extended
}

/// Where the bracket expression that starts at `start` ends.
fn bracket_end(pattern: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if pattern.get(at) == Some(&b'^') {
        at += 1;
    }
    if pattern.get(at) == Some(&b']') {
        at += 1;
    }
    while let Some(&byte) = pattern.get(at) {
        match (byte, pattern.get(at + 1)) {
            (b']', _) => return at + 1,
            (b'[', Some(&kind @ (b':' | b'.' | b'='))) => {
                let close = [kind, b']'];
                let rest = &pattern[at + 2..];
                at += match rest.windows(2).position(|pair| pair == close) {
                    Some(length) => length + 4,
                    None => 1,
                };
            }
            _ => at += 1,
        }
    }
    pattern.len()
}
