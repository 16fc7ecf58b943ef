//! Owners as they are written: `user`, `user:group`, `:group`, `1000`.

use mirage_shell::command::Locale;

use crate::support::{Accounts, quote};

/// An owner and a group; nothing for what is to stay, or is not asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub user: Option<u32>,
    pub group: Option<u32>,
}

/// What a text means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub wanted: Wanted,
    /// The two were separated by a dot, the old way.
    pub has_dot: bool,
}

/// Reads `[OWNER][:[GROUP]]`. The error is a message.
pub fn parse_owner(text: &[u8], accounts: &Accounts, locale: Locale) -> Result<Parsed, Vec<u8>> {
    match parse_with(text, b':', accounts) {
        Ok(wanted) => Ok(Parsed { wanted, has_dot: false }),
        Err(what) => match text.contains(&b'.').then(|| parse_with(text, b'.', accounts)) {
            Some(Ok(wanted)) => Ok(Parsed { wanted, has_dot: true }),
            _ => Err([what.as_bytes(), b": ", &quote(text, locale)[..]].concat()),
        },
    }
}

/// Reads the name or number of a group. The error is a message.
pub fn parse_group(text: &[u8], accounts: &Accounts, locale: Locale) -> Result<Parsed, Vec<u8>> {
    if text.is_empty() {
        return Ok(Parsed { wanted: Wanted::default(), has_dot: false });
    }
    match id(text, accounts) {
        Some(group) => Ok(Parsed { wanted: Wanted { user: None, group: Some(group) }, has_dot: false }),
        None => Err([b"invalid group: ", &quote(text, locale)[..]].concat()),
    }
}

fn parse_with(text: &[u8], separator: u8, accounts: &Accounts) -> Result<Wanted, &'static str> {
    let at = text.iter().position(|&byte| byte == separator);
    let (user, group) = match at {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut wanted = Wanted::default();
    if !user.is_empty() {
        wanted.user = Some(id(user, accounts).ok_or("invalid user")?);
    }
    match group {
        // `user:` is the user's own group, which has the same number.
        Some(b"") if wanted.user.is_some() => wanted.group = wanted.user,
        Some(b"") | None => {}
        Some(group) => wanted.group = Some(id(group, accounts).ok_or("invalid group")?),
    }
    Ok(wanted)
}

fn id(text: &[u8], accounts: &Accounts) -> Option<u32> {
    let number = |digits: &[u8]| {
        let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        std::str::from_utf8(digits).ok().filter(|_| all)?.parse::<u32>().ok()
    };
    match text.strip_prefix(b"+") {
        Some(digits) => number(digits),
        None => accounts.id(text).or_else(|| number(text)),
    }
}
