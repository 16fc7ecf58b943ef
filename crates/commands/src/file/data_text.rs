//! Data that is written as text: JSON, tables, keys.

/// What the text is, and its type.
pub fn guess(content: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some(key) = key(content) {
        return Some((key, "text/plain"));
    }
    let trimmed = content.trim_ascii();
    if matches!(trimmed.first(), Some(b'{' | b'[')) {
        if json(trimmed) == Some(trimmed.len()) {
            return Some(("JSON text data", "application/json"));
        }
        if is_line_json(trimmed) {
            return Some(("New Line Delimited JSON text data", "application/x-ndjson"));
        }
    }
    is_table(content).then_some(("CSV text", "text/csv"))
}

fn key(content: &[u8]) -> Option<&'static str> {
    const KEYS: &[(&str, &str)] = &[
        ("-----BEGIN CERTIFICATE-----", "PEM certificate"),
        ("-----BEGIN CERTIFICATE REQ", "PEM certificate request"),
        ("-----BEGIN RSA PRIVATE", "PEM RSA private key"),
        ("-----BEGIN DSA PRIVATE", "PEM DSA private key"),
        ("-----BEGIN EC PRIVATE", "PEM EC private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "OpenSSH private key"),
        ("-----BEGIN PGP PUBLIC KEY", "PGP public key block"),
        ("ssh-rsa ", "OpenSSH RSA public key"),
        ("ssh-dss ", "OpenSSH DSA public key"),
        ("ssh-ed25519 ", "OpenSSH ED25519 public key"),
        ("ecdsa-sha2-nistp256 ", "OpenSSH ECDSA public key"),
    ];
    KEYS.iter().find(|(start, _)| content.starts_with(start.as_bytes())).map(|(_, name)| *name)
}

fn is_line_json(content: &[u8]) -> bool {
    let lines: Vec<&[u8]> =
        content.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    lines.len() > 1
        && lines.iter().take(100).all(|line| json(line.trim_ascii()) == Some(line.trim_ascii().len()))
}

/// Whether the first lines all have the same number of commas, and some.
fn is_table(content: &[u8]) -> bool {
    let mut lines =
        content.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n")).take(10);
    let columns = |line: &[u8]| {
        let mut quoted = false;
        line.iter()
            .filter(|&&byte| {
                quoted ^= byte == b'"';
                byte == b',' && !quoted
            })
            .count()
    };
    let Some(first) = lines.next().map(columns).filter(|&count| count > 0) else { return false };
    let mut more = 0;
    for line in lines {
        if columns(line) != first {
            return false;
        }
        more += 1;
    }
    more > 0
}

/// How many bytes the JSON value takes that `text` starts with; none if it is malformed.
fn json(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    // What closes each list or object that is open.
    let mut open: Vec<u8> = Vec::new();
    loop {
        at += space(&text[at..]);
        match text.get(at)? {
            b'{' => {
                at += 1 + space(&text[at + 1..]);
                open.push(b'}');
                if text.get(at)? != &b'}' {
                    at += member(&text[at..])?;
                    continue;
                }
            }
            b'[' => {
                at += 1 + space(&text[at + 1..]);
                open.push(b']');
                if text.get(at)? != &b']' {
                    continue;
                }
            }
            b'"' => at += string(&text[at..])?,
            _ => at += scalar(&text[at..])?,
        }
        loop {
            let Some(&close) = open.last() else { return Some(at) };
            at += space(&text[at..]);
            match text.get(at)? {
                b',' => {
                    at += 1 + space(&text[at + 1..]);
                    if close == b'}' {
                        at += member(&text[at..])?;
                    }
                    break;
                }
                byte if *byte == close => {
                    open.pop();
                    at += 1;
                }
                _ => return None,
            }
        }
    }
}

/// The length of a name with its colon.
fn member(text: &[u8]) -> Option<usize> {
    let mut at = string(text)?;
    at += space(&text[at..]);
    (text.get(at)? == &b':').then_some(at + 1)
}

fn space(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn string(text: &[u8]) -> Option<usize> {
    if text.first()? != &b'"' {
        return None;
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn scalar(text: &[u8]) -> Option<usize> {
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
    let word = std::str::from_utf8(&text[..length]).ok()?;
    let known = matches!(word, "true" | "false" | "null") || word.parse::<f64>().is_ok();
    known.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_what_looks_like_it() {
        for (text, whole) in [
            (r#"{"a": [1, 2, {"b": null}], "c": "x\"y"}"#, true),
            ("[1,2]", true),
            ("{}", true),
            ("[]", true),
            ("[1,]", false),
            ("{a: 1}", false),
            ("{\"a\" 1}", false),
            ("[1", false),
            ("{\"a\": 1} x", false),
        ] {
            assert_eq!(json(text.as_bytes()) == Some(text.len()), whole, "{text}");
        }
    }
}
