//! Pages that list a directory.

use serde::Deserialize;

/// What stands in the pages that web servers make of a directory, in small letters.
const SIGNS: &[&str] = &["index of ", "directory listing for ", "[to parent directory]"];

/// Where in a page it stands.
const HEAD: usize = 4096;

/// The links of a page of this type; none if it lists no directory. With `any`, every page of HTML does.
pub(super) fn links(content_type: &[u8], page: &[u8], any: bool) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(page);
    if content_type.starts_with(b"application/json") {
        return json(&text);
    }
    if !content_type.starts_with(b"text/html") && !content_type.starts_with(b"application/xhtml") {
        return None;
    }
    let head: String = text.chars().take(HEAD).collect::<String>().to_ascii_lowercase();
    match any || SIGNS.iter().any(|sign| head.contains(sign)) {
        true => Some(anchors(&text)),
        false => None,
    }
}

/// A row as nginx writes it, or Caddy.
#[derive(Deserialize)]
struct Row {
    name: String,
    r#type: Option<String>,
    is_dir: Option<bool>,
}

fn json(text: &str) -> Option<Vec<String>> {
    let rows: Vec<Row> = serde_json::from_str(text).ok()?;
    rows.into_iter()
        .map(|row| {
            let is_directory = match (row.is_dir, row.r#type.as_deref()) {
                (Some(is), _) => is,
                (None, Some("directory")) => true,
                (None, Some("file" | "other")) => false,
                _ => return None,
            };
            let name = row.name.strip_suffix('/').unwrap_or(&row.name);
            let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
            Some(format!("./{name}{}", if is_directory { "/" } else { "" }))
        })
        .collect()
}

/// What the page's `<a href>` say.
fn anchors(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_anchor =
            rest.starts_with(['a', 'A']) && rest[1..].starts_with(|c: char| c.is_ascii_whitespace());
        if is_anchor && let Some(value) = attribute(&rest[1..], "href") {
            links.push(unescaped(value));
        }
    }
    links
}

/// The value of an attribute of the tag that `tag` is the inside of.
fn attribute<'a>(mut tag: &'a str, wanted: &str) -> Option<&'a str> {
    loop {
        tag = tag.trim_start();
        let end = tag.find(|c: char| c == '=' || c == '>' || c.is_ascii_whitespace())?;
        let (name, after) = tag.split_at(end);
        let Some(value) = after.trim_start().strip_prefix('=') else {
            if after.starts_with('>') {
                return None;
            }
            tag = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split_once(quote)?,
            _ => value.split_at(value.find(|c: char| c == '>' || c.is_ascii_whitespace())?),
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        tag = after;
    }
}

/// Text with HTML's character references replaced.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        match rest.split_once(';').and_then(|(name, after)| Some((character(&name[1..])?, after))) {
            Some((character, after)) => {
                result.push(character);
                rest = after;
            }
            None => {
                result.push('&');
                rest = &rest[1..];
            }
        }
    }
    result + rest
}

fn character(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(number.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_of_known_servers_list() {
        let nginx = "<html>\r\n<head><title>Index of /a/</title></head><pre><a href=\"../\">../</a>\r\n<a href=\"b%20c\">b c</a> 02-Jan-2024 12\r\n";
        assert_eq!(links(b"text/html", nginx.as_bytes(), false), Some(vec!["../".into(), "b%20c".into()]));
        let python = "<title>Directory listing for /</title><ul>\n<li><a href='x&amp;y'>x&amp;y</a></li>\n<LI><A class=\"a > b\" HREF=z/>z</A>";
        assert_eq!(
            links(b"text/html; charset=utf-8", python.as_bytes(), false),
            Some(vec!["x&y".into(), "z/".into()])
        );
        let rows = r#"[{"name":"a b","type":"file","size":1},{"name":"d","type":"directory"}]"#;
        assert_eq!(
            links(b"application/json", rows.as_bytes(), false),
            Some(vec!["./a%20b".into(), "./d/".into()])
        );
    }

    #[test]
    fn other_pages_do_not_unless_they_are_to() {
        let page = b"<title>Welcome</title><a name=top><a href=\"a&#x20;b&copy\">";
        assert_eq!(links(b"text/html", page, false), None);
        assert_eq!(links(b"text/html", page, true), Some(vec!["a b&copy".into()]));
        for data in [&b"{\"name\": 1}"[..], b"[{\"name\": \"a\", \"type\": \"issue\"}]", b"not json"] {
            assert_eq!(links(b"application/json", data, true), None);
        }
        assert_eq!(links(b"text/plain", b"index of <a href=x>", true), None);
    }

    #[test]
    fn broken_pages_end() {
        for page in ["<a ", "<a href", "<a href=", "<a href=\"x", "<", "<a b=c", "<a href=x", "&#x110000;"] {
            assert!(anchors(page).is_empty(), "{page}");
        }
        assert_eq!(unescaped("&;&#;&#x;&a&amp;"), "&;&#;&#x;&a&");
    }
}
