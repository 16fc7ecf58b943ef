//! Modes that look like options: `chmod -w f`, `chmod -x,u+w f`.

use bytes::Bytes;

/// The option, known to nobody, that stands for a mode that was written as an option.
pub const MODE_IS_OPTION: &str = "-mode-is-option";

/// Puts such modes where the mode belongs: in front of the operands.
pub fn rewrite(words: Vec<Bytes>) -> Vec<Bytes> {
    let mut options = Vec::new();
    let mut modes: Vec<Bytes> = Vec::new();
    let mut operands = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match &word[..] {
            b"--" => {
                operands.extend(words);
                break;
            }
            [
                b'-',
                b'r'
                | b'w'
                | b'x'
                | b'X'
                | b's'
                | b't'
                | b'u'
                | b'g'
                | b'o'
                | b'a'
                | b','
                | b'+'
                | b'='
                | b'0'..=b'7',
                ..,
            ] => {
                modes.push(word);
            }
            b"--reference" => {
                options.push(word);
                options.extend(words.next());
            }
            [b'-', _, ..] => options.push(word),
            _ => operands.push(word),
        }
    }
    if !modes.is_empty() {
        options.push(format!("--{MODE_IS_OPTION}").into());
    }
    options.push(Bytes::from_static(b"--"));
    if !modes.is_empty() {
        options.push(modes.join(&b","[..]).into());
    }
    options.extend(operands);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_told_from_options() {
        for (line, expected) in [
            ("-R -w a", "-R ---mode-is-option -- -w a"),
            ("a -x -w", "---mode-is-option -- -x,-w a"),
            ("u+x a -v", "-v -- u+x a"),
            ("--reference b a", "--reference b -- a"),
            ("-- -w a", "-- -w a"),
        ] {
            let words = line.split(' ').map(|word| Bytes::copy_from_slice(word.as_bytes())).collect();
            let rewritten = rewrite(words).join(&b' ');
            assert_eq!(String::from_utf8_lossy(&rewritten), expected);
        }
    }
}
