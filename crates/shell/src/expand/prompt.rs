//! Prompt strings: `PS4` and `${x@P}`.

use bytes::{Bytes, BytesMut};

use super::word::decimal;
use crate::builtins::{echo, time};
use crate::execute::Shell;
use crate::state::ShellOption;

/// Expands backslash escapes, then parameters and commands.
pub(crate) async fn expand(shell: &mut Shell, text: &Bytes) -> Bytes {
    let decoded = match text.contains(&b'\\') {
        true => decode(shell, text),
        false => text.clone(),
    };
    if !shell.state.options.has(ShellOption::PromptVars) || !decoded.iter().any(|byte| b"$`\\".contains(byte))
    {
        return decoded;
    }
    let options = shell.parser_options(shell.line);
    let Ok(word) = mirage_syntax::parse_quoted(decoded.clone(), &options) else { return decoded };
    shell.expand_single(&word).await.unwrap_or(decoded)
}

fn decode(shell: &Shell, text: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            out.extend_from_slice(&[byte]);
            continue;
        }
        let Some((&letter, after)) = rest.split_first() else {
            out.extend_from_slice(b"\\");
            break;
        };
        rest = after;
        if letter == b'D' && rest.first() == Some(&b'{') {
            let end = rest.iter().position(|&byte| byte == b'}').unwrap_or(rest.len() - 1);
            let format = &rest[1..end];
            let format: &[u8] = if format.is_empty() { b"%X" } else { format };
            out.extend_from_slice(&clock(shell, format));
            rest = &rest[end + 1..];
            continue;
        }
        if matches!(letter, b'0'..=b'7') {
            let more = rest.iter().take(2).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
            let digits = [&[letter][..], &rest[..more]].concat();
            out.extend_from_slice(&[echo::number(&digits, 8) as u8]);
            rest = &rest[more..];
            continue;
        }
        escape(shell, letter, &mut out);
    }
    out.freeze()
}

fn escape(shell: &Shell, letter: u8, out: &mut BytesMut) {
    let facts = shell.run.call.host().facts();
    match letter {
        b'a' => out.extend_from_slice(&[7]),
        b'e' => out.extend_from_slice(&[27]),
        b'n' => out.extend_from_slice(b"\n"),
        b'r' => out.extend_from_slice(b"\r"),
        b'\\' => out.extend_from_slice(b"\\"),
        // They enclose what takes no room on a terminal.
        b'[' | b']' => {}
        b'd' => out.extend_from_slice(&clock(shell, b"%a %b %d")),
        b't' => out.extend_from_slice(&clock(shell, b"%H:%M:%S")),
        b'T' => out.extend_from_slice(&clock(shell, b"%I:%M:%S")),
        b'@' => out.extend_from_slice(&clock(shell, b"%I:%M %p")),
        b'A' => out.extend_from_slice(&clock(shell, b"%H:%M")),
        b'h' => out.extend_from_slice(facts.hostname.split('.').next().unwrap_or_default().as_bytes()),
        b'H' => out.extend_from_slice(facts.hostname.as_bytes()),
        b'j' => out.extend_from_slice(&decimal(shell.jobs.len() as i64)),
        b'l' => out.extend_from_slice(b"tty"),
        b's' => {
            let name = &shell.state.name;
            let start = name.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
            out.extend_from_slice(&name[start..]);
        }
        b'u' => out.extend_from_slice(facts.user.as_bytes()),
        b'v' => out.extend_from_slice(b"5.2"),
        b'V' => out.extend_from_slice(b"5.2.15"),
        b'w' => out.extend_from_slice(&directory(shell)),
        b'W' => {
            let path = directory(shell);
            let start =
                path.iter().rposition(|&byte| byte == b'/').filter(|_| path.len() > 1).map_or(0, |at| at + 1);
            out.extend_from_slice(&path[start..]);
        }
        b'!' | b'#' => out.extend_from_slice(b"1"),
        b'$' => out.extend_from_slice(if facts.uid == 0 { b"#" } else { b"\\$" }),
        letter => out.extend_from_slice(&[b'\\', letter]),
    }
}

/// The working directory with `~` for the home directory.
fn directory(shell: &Shell) -> Vec<u8> {
    let path = shell.state.directory.as_bytes();
    match shell.state.variables.scalar(b"HOME") {
        Some(home) if home.len() > 1 => match path.strip_prefix(&home[..]) {
            Some(rest) if rest.is_empty() || rest.starts_with(b"/") => [b"~", rest].concat(),
            _ => path.to_vec(),
        },
        _ => path.to_vec(),
    }
}

fn clock(shell: &Shell, format: &[u8]) -> Vec<u8> {
    let zone = shell.state.variables.scalar(b"TZ");
    time::format(format, shell.run.call.host().now(), zone.map(|zone| &zone[..]))
}
