//! `compopt`: options of completions that are registered.

use bytes::Bytes;

use super::completion::BEHAVIOURS;
use super::{Invocation, Outcome, options};
use crate::execute::Shell;

pub(crate) fn compopt(shell: &mut Shell, call: &Invocation) -> Outcome {
    let mut changes: Vec<(&'static str, bool)> = Vec::new();
    let mut names: Vec<(Bytes, &[u8])> = Vec::new();
    let mut words = call.operands().iter().peekable();
    while let Some(word) = words.next_if(|word| word.len() > 1 && matches!(word[0], b'-' | b'+')) {
        match &word[..] {
            b"--" => break,
            b"-o" | b"+o" => {
                let Some(name) = words.next() else {
                    shell.complain(&[word, b": option requires an argument"]);
                    options::usage(shell, call.builtin());
                    return Ok(2);
                };
                match BEHAVIOURS.iter().find(|known| known.as_bytes() == &name[..]) {
                    Some(known) => changes.push((known, word[0] == b'-')),
                    None => {
                        shell.complain(&[name, b": invalid option name"]);
                        return Ok(2);
                    }
                }
            }
            b"-D" => names.push((word.clone(), b"_DefaultCmD_")),
            b"-E" => names.push((word.clone(), b"_EmptycmD_")),
            b"-I" => names.push((word.clone(), b"_InitialWorD_")),
            _ => {
                shell.complain(&[word, b": invalid option"]);
                options::usage(shell, call.builtin());
                return Ok(2);
            }
        }
    }
    names.extend(words.map(|word| (word.clone(), &word[..])));
    if names.is_empty() {
        shell.complain(&[b"not currently executing completion function"]);
        return Ok(1);
    }
    let mut status = 0;
    for (name, shown) in names {
        let Some(specification) = shell.state.completions.get(&name).cloned() else {
            shell.complain(&[shown, b": no completion specification"]);
            status = 1;
            continue;
        };
        let (mut set, rest) = options_of(&specification);
        if changes.is_empty() {
            let mut line = b"compopt".to_vec();
            for known in BEHAVIOURS {
                line.extend_from_slice(if set.contains(&known) { b" -o " } else { b" +o " });
                line.extend_from_slice(known.as_bytes());
            }
            shell.output.extend_from_slice(&[&line[..], b" ", &name, b"\n"].concat());
            continue;
        }
        for (behaviour, on) in &changes {
            set.retain(|known| known != behaviour);
            if *on {
                set.push(behaviour);
            }
        }
        let mut changed = Vec::new();
        for known in BEHAVIOURS.iter().filter(|known| set.contains(*known)) {
            changed.extend_from_slice(format!("-o {known} ").as_bytes());
        }
        changed.extend_from_slice(rest);
        shell.state.completions.insert(name, changed.into());
    }
    Ok(status)
}

/// The options of `-o` that a specification begins with, and what follows them.
fn options_of(specification: &[u8]) -> (Vec<&'static str>, &[u8]) {
    let mut set = Vec::new();
    let mut rest = specification;
    while let Some(behind) = rest.strip_prefix(b"-o ") {
        let end = behind.iter().position(|&byte| byte == b' ').unwrap_or(behind.len());
        set.extend(BEHAVIOURS.iter().find(|known| known.as_bytes() == &behind[..end]));
        rest = behind.get(end + 1..).unwrap_or_default();
    }
    (set, rest)
}
