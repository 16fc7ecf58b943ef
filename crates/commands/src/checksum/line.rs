//! The lines that hold a digest and a name.

use super::algorithm::Algorithm;

/// How a line is written.
#[derive(Clone, Copy)]
pub struct Form {
    pub tag: bool,
    pub binary: bool,
    pub zero: bool,
}

/// The line for a file.
pub fn render(algorithm: Algorithm, length: usize, digest: &str, name: &[u8], form: Form) -> Vec<u8> {
    let escapes = !form.zero && name.iter().any(|byte| matches!(byte, b'\n' | b'\\' | b'\r'));
    let shown = if escapes { escape(name) } else { name.to_vec() };
    let mut line = Vec::new();
    if escapes {
        line.push(b'\\');
    }
    if form.tag {
        line.extend_from_slice(algorithm.name().as_bytes());
        if length != algorithm.length() {
            line.extend_from_slice(format!("-{}", length * 8).as_bytes());
        }
        line.extend_from_slice(b" (");
        line.extend_from_slice(&shown);
        line.extend_from_slice(b") = ");
        line.extend_from_slice(digest.as_bytes());
    } else {
        line.extend_from_slice(digest.as_bytes());
        line.extend_from_slice(if form.binary { b" *" } else { b"  " });
        line.extend_from_slice(&shown);
    }
    line.push(if form.zero { 0 } else { b'\n' });
    line
}

fn escape(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len() + 2);
    for &byte in name {
        match byte {
            b'\n' => escaped.extend_from_slice(b"\\n"),
            b'\r' => escaped.extend_from_slice(b"\\r"),
            b'\\' => escaped.extend_from_slice(b"\\\\"),
            byte => escaped.push(byte),
        }
    }
    escaped
}

/// What a line says: the digest in small letters, its length in bytes, and the file's name.
pub fn parse(line: &[u8], algorithm: Algorithm) -> Option<(String, usize, Vec<u8>)> {
    let line = line.trim_ascii_start();
    let (escaped, line) = match line.strip_prefix(b"\\") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (digest, name) = match line.strip_prefix(algorithm.name().as_bytes()) {
        Some(rest) if matches!(rest.first(), Some(b' ' | b'-' | b'(')) => parse_tag(rest)?,
        _ => {
            let length = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let rest = &line[length..];
            let name = rest
                .strip_prefix(b"  ")
                .or_else(|| rest.strip_prefix(b" *"))
                .or_else(|| rest.strip_prefix(b" "))?;
            (&line[..length], name)
        }
    };
    let bytes = digest.len() / 2;
    let right_length = match algorithm {
        Algorithm::Blake2b => digest.len() % 2 == 0 && (1..=64).contains(&bytes),
        other => digest.len() == other.length() * 2,
    };
    if !right_length || name.is_empty() || !digest.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let name = if escaped { unescape(name)? } else { name.to_vec() };
    Some((String::from_utf8_lossy(digest).to_ascii_lowercase(), bytes, name))
}

/// ` (name) = digest`, behind the algorithm's name.
fn parse_tag(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = rest.iter().position(|&byte| byte == b'(')?;
    let close = rest.windows(4).rposition(|window| window == b") = ")?;
    (open < close).then(|| (&rest[close + 4..], &rest[open + 1..close]))
}

fn unescape(name: &[u8]) -> Option<Vec<u8>> {
    let mut unescaped = Vec::with_capacity(name.len());
    let mut rest = name.iter();
    while let Some(&byte) = rest.next() {
        unescaped.push(match byte {
            b'\\' => match rest.next()? {
                b'n' => b'\n',
                b'r' => b'\r',
                b'\\' => b'\\',
                _ => return None,
            },
            byte => byte,
        });
    }
    Some(unescaped)
}
