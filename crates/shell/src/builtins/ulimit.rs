//! `ulimit`: limits that a session keeps and hands on to the shells it starts.

use bytes::Bytes;

use super::{Invocation, Outcome, options};
use crate::execute::Shell;
use crate::state::ResourceLimit;

/// A limit that can be told.
struct Row {
    letter: u8,
    name: &'static str,
    unit: &'static str,
    soft: Option<u64>,
    hard: Option<u64>,
    /// Why it can not be set to a number: it would have to stop something, and does not.
    enforced: bool,
}

const fn row(
    letter: u8,
    name: &'static str,
    unit: &'static str,
    soft: Option<u64>,
    hard: Option<u64>,
) -> Row {
    Row { letter, name, unit, soft, hard, enforced: false }
}

const fn enforced(letter: u8, name: &'static str, unit: &'static str) -> Row {
    Row { letter, name, unit, soft: None, hard: None, enforced: true }
}

const ROWS: [Row; 17] = [
    row(b'R', "real-time non-blocking time", "(microseconds, -R)", None, None),
    row(b'c', "core file size", "(blocks, -c)", Some(0), None),
    enforced(b'd', "data seg size", "(kbytes, -d)"),
    row(b'e', "scheduling priority", "(-e)", Some(0), Some(0)),
    enforced(b'f', "file size", "(blocks, -f)"),
    row(b'i', "pending signals", "(-i)", None, None),
    row(b'l', "max locked memory", "(kbytes, -l)", None, None),
    enforced(b'm', "max memory size", "(kbytes, -m)"),
    row(b'n', "open files", "(-n)", Some(1024), Some(1_048_576)),
    row(b'p', "pipe size", "(512 bytes, -p)", Some(8), Some(8)),
    row(b'q', "POSIX message queues", "(bytes, -q)", Some(819_200), Some(819_200)),
    row(b'r', "real-time priority", "(-r)", Some(0), Some(0)),
    row(b's', "stack size", "(kbytes, -s)", Some(8192), None),
    enforced(b't', "cpu time", "(seconds, -t)"),
    row(b'u', "max user processes", "(-u)", None, None),
    enforced(b'v', "virtual memory", "(kbytes, -v)"),
    row(b'x', "file locks", "(-x)", None, None),
];

/// What one option asks for.
struct Request {
    row: &'static Row,
    /// The new limit; none to tell the one there is.
    value: Option<Bytes>,
}

#[derive(Default)]
struct Flags {
    soft: bool,
    hard: bool,
    all: bool,
}

pub(crate) fn ulimit(shell: &mut Shell, call: &Invocation) -> Outcome {
    let mut flags = Flags::default();
    let mut requests = Vec::new();
    if let Err(status) = parse(shell, call, &mut flags, &mut requests) {
        return Ok(status);
    }
    if flags.all {
        for row in &ROWS {
            tell(shell, row, &flags, true);
        }
        return Ok(0);
    }
    let several = requests.len() > 1;
    for request in requests {
        match request.value {
            None => tell(shell, request.row, &flags, several),
            Some(value) => match set(shell, request.row, &value, &flags) {
                0 => {}
                status => return Ok(status),
            },
        }
    }
    Ok(0)
}

/// Reads the options. The word behind a limit's letter is its new value unless it is an option itself.
fn parse(
    shell: &mut Shell,
    call: &Invocation,
    flags: &mut Flags,
    requests: &mut Vec<Request>,
) -> Result<(), u8> {
    let mut words = call.operands().iter().peekable();
    let is_option = |word: &&Bytes| word.len() > 1 && word.starts_with(b"-");
    while let Some(word) = words.next_if(is_option) {
        if word == "--" {
            break;
        }
        let mut at = 1;
        while let Some(&letter) = word.get(at) {
            at += 1;
            match letter {
                b'S' => flags.soft = true,
                b'H' => flags.hard = true,
                b'a' => flags.all = true,
                _ => {
                    let Some(row) = ROWS.iter().find(|row| row.letter == letter) else {
                        shell.complain(&[b"-", &[letter], b": invalid option"]);
                        options::usage(shell, call.builtin());
                        return Err(2);
                    };
                    let value = match at < word.len() {
                        true => Some(word.slice(at..)),
                        false => words.next_if(|word| !is_option(word)).cloned(),
                    };
                    requests.push(Request { row, value });
                    break;
                }
            }
        }
    }
    if requests.is_empty()
        && let Some(row) = ROWS.iter().find(|row| row.letter == b'f')
    {
        requests.push(Request { row, value: words.next().cloned() });
    }
    Ok(())
}

fn current(shell: &Shell, row: &Row) -> ResourceLimit {
    let kept = shell.state.limits.get(&row.letter).copied();
    kept.unwrap_or(ResourceLimit { soft: row.soft, hard: row.hard })
}

fn tell(shell: &mut Shell, row: &Row, flags: &Flags, named: bool) {
    let limit = current(shell, row);
    let value = if flags.hard && !flags.soft { limit.hard } else { limit.soft };
    let value = value.map_or_else(|| "unlimited".into(), |value| value.to_string());
    let line = match named {
        true => {
            let width = 40usize.saturating_sub(row.name.len());
            format!("{}{:>width$} {value}\n", row.name, format!(" {}", row.unit))
        }
        false => format!("{value}\n"),
    };
    shell.output.extend_from_slice(line.as_bytes());
}

fn set(shell: &mut Shell, row: &Row, text: &Bytes, flags: &Flags) -> u8 {
    let mut limit = current(shell, row);
    let value = match &text[..] {
        b"unlimited" => None,
        b"hard" => limit.hard,
        b"soft" => limit.soft,
        digits if digits.iter().all(u8::is_ascii_digit) => {
            match std::str::from_utf8(digits).ok().and_then(|digits| match digits {
                "" => Some(0),
                digits => digits.parse::<u64>().ok(),
            }) {
                Some(value) => Some(value),
                None => {
                    shell.complain(&[text, b": limit out of range"]);
                    return 1;
                }
            }
        }
        _ => {
            shell.complain(&[text, b": invalid number"]);
            return 1;
        }
    };
    if row.enforced && value.is_some() {
        let text = format!("mirage: unsupported: ulimit -{}\n", char::from(row.letter));
        shell.messages.extend_from_slice(text.as_bytes());
        return 2;
    }
    let above = |value: Option<u64>, limit: Option<u64>| match (value, limit) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(value), Some(limit)) => value > limit,
    };
    let both = flags.soft == flags.hard;
    let refused = match flags.hard || both {
        true if above(value, limit.hard) => Some("Operation not permitted"),
        true if !both && above(limit.soft, value) => Some("Invalid argument"),
        false if above(value, limit.hard) => Some("Invalid argument"),
        _ => None,
    };
    if let Some(reason) = refused {
        shell.complain(&[row.name.as_bytes(), b": cannot modify limit: ", reason.as_bytes()]);
        return 1;
    }
    if flags.soft || both {
        limit.soft = value;
    }
    if flags.hard || both {
        limit.hard = value;
    }
    shell.state.limits.insert(row.letter, limit);
    0
}
