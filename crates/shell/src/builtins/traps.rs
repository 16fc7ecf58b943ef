//! `trap`.

use bytes::Bytes;

use super::{Invocation, Outcome, options, quote, signals};
use crate::execute::Shell;

/// Conditions that are no signals, and where they stand in listings.
const CONDITIONS: [(&str, u32); 4] = [("EXIT", 0), ("DEBUG", 65), ("ERR", 66), ("RETURN", 67)];

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "lp") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.has(b'l') {
        list_signals(shell);
        return Ok(0);
    }
    if parsed.has(b'p') || parsed.operands.is_empty() {
        return print(shell, &parsed.operands);
    }
    if shell.inherited_traps.take().is_some() {
        // The traps of the shell this is a copy of are no longer shown.
    }
    let (action, conditions) = match &parsed.operands[..] {
        // A number first, or one word alone: the conditions are reset.
        [first] if condition(first).is_some() => (None, &parsed.operands[..]),
        [first, ..] if first.iter().all(u8::is_ascii_digit) && !first.is_empty() => {
            (None, &parsed.operands[..])
        }
        [first, rest @ ..] if first == "-" => (None, rest),
        [first, rest @ ..] => (Some(first.clone()), rest),
        [] => (None, &[][..]),
    };
    if conditions.is_empty() {
        options::usage(shell, call.builtin());
        return Ok(2);
    }
    let mut status = 0;
    for word in conditions {
        let Some(name) = condition(word) else {
            shell.complain(&[word, b": invalid signal specification"]);
            status = 1;
            continue;
        };
        if signals::number(&name).is_some_and(|number| shell.ignored_for_good & 1 << number != 0) {
            continue;
        }
        match &action {
            Some(action) => drop(shell.state.traps.insert(name, action.clone())),
            None => drop(shell.state.traps.remove(&name)),
        }
    }
    shell.become_process();
    shell.note_traps();
    Ok(status)
}

/// The condition that a word names, without `SIG`.
fn condition(word: &[u8]) -> Option<Bytes> {
    let upper = word.to_ascii_uppercase();
    let plain = upper.strip_prefix(b"SIG").unwrap_or(&upper);
    if plain == b"0" || upper == b"0" {
        return Some(Bytes::from_static(b"EXIT"));
    }
    if let Some((name, _)) = CONDITIONS.iter().find(|(name, _)| name.as_bytes() == plain) {
        return Some(Bytes::from_static(name.as_bytes()));
    }
    signals::number(word).and_then(signals::name).map(Bytes::from)
}

fn rank(name: &[u8]) -> u32 {
    let condition = CONDITIONS.iter().find(|(condition, _)| condition.as_bytes() == name);
    condition.map_or_else(|| signals::number(name).unwrap_or(0), |(_, rank)| *rank)
}

fn print(shell: &mut Shell, words: &[Bytes]) -> Outcome {
    let traps = match (&shell.inherited_traps, shell.state.traps.is_empty()) {
        (Some(inherited), _) => inherited.clone(),
        (None, _) => shell.state.traps.clone(),
    };
    let mut names: Vec<Bytes> = Vec::new();
    let mut status = 0;
    match words.is_empty() {
        true => {
            names = traps.keys().cloned().collect();
            names.sort_by_key(|name| rank(name));
        }
        false => {
            for word in words {
                match condition(word) {
                    Some(name) => names.push(name),
                    None => {
                        shell.complain(&[word, b": invalid signal specification"]);
                        status = 1;
                    }
                }
            }
        }
    }
    for name in names {
        if let Some(action) = traps.get(&name) {
            let prefix: &[u8] =
                if CONDITIONS.iter().any(|(own, _)| own.as_bytes() == &name[..]) { b"" } else { b"SIG" };
            let line = [b"trap -- ", &quote::single_quoted(action)[..], b" ", prefix, &name, b"\n"].concat();
            shell.output.extend_from_slice(&line);
        }
    }
    Ok(status)
}

/// `trap -l` and `kill -l`: five in a row.
pub(crate) fn list_signals(shell: &mut Shell) {
    let mut text = String::new();
    for (place, number) in signals::all().enumerate() {
        let name = signals::name(number).unwrap_or_default();
        text.push_str(&format!("{number:2}) SIG{name}"));
        text.push(if place % 5 == 4 { '\n' } else { '\t' });
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    shell.output.extend_from_slice(text.as_bytes());
}
