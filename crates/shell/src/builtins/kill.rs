//! `kill`.

use bytes::Bytes;

use super::{Invocation, Outcome, jobs, options, signals, traps};
use crate::execute::Shell;

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let mut words = call.operands();
    let mut signal = 15;
    if let Some(first) = words.first() {
        match &first[..] {
            b"-l" | b"-L" => return list(shell, &words[1..]),
            b"-s" | b"-n" => {
                let Some(name) = words.get(1) else {
                    shell.complain(&[first, b": option requires an argument"]);
                    return Ok(1);
                };
                match signal_of(shell, name) {
                    Some(number) => signal = number,
                    None => return Ok(1),
                }
                words = &words[2..];
            }
            b"--" => words = &words[1..],
            [b'-', _, ..] => {
                match signal_of(shell, &first.slice(1..)) {
                    Some(number) => signal = number,
                    None => return Ok(1),
                }
                words = &words[1..];
            }
            _ => {}
        }
        if words.first().is_some_and(|word| word == "--") {
            words = &words[1..];
        }
    }
    if words.is_empty() {
        options::usage(shell, call.builtin());
        return Ok(2);
    }
    let mut failed = 0;
    for word in words {
        if !send(shell, word, signal) {
            failed += 1;
        }
    }
    Ok(u8::from(failed == words.len()))
}

fn signal_of(shell: &mut Shell, word: &Bytes) -> Option<u32> {
    if word == "0" || word == "EXIT" {
        return Some(0);
    }
    let number = signals::number(word);
    if number.is_none() {
        shell.complain(&[word, b": invalid signal specification"]);
    }
    number
}

fn send(shell: &mut Shell, word: &Bytes, signal: u32) -> bool {
    if word.starts_with(b"%") {
        return match jobs::find(shell, word) {
            Some(job) => {
                job.process.signal(signal);
                true
            }
            None => {
                shell.complain(&[word, b": no such job"]);
                false
            }
        };
    }
    let Some(number) = options::integer(word) else {
        shell.complain(&[word, b": arguments must be process or job IDs"]);
        return false;
    };
    if signals::is_stop(signal) {
        shell.complain(&[b"stopping processes is not supported"]);
        return false;
    }
    if i64::from(shell.process) == number {
        shell.become_process();
    }
    let own = [shell.process, shell.own_process];
    let wanted = u32::try_from(number.unsigned_abs()).unwrap_or(0);
    let process = match own.contains(&wanted) || number == 0 {
        true if wanted == shell.process || shell.process == shell.own_process => Some(shell.signals.clone()),
        true => shell.run.processes.get(wanted).or_else(|| Some(shell.signals.clone())),
        false => shell.run.processes.get(wanted),
    };
    match process {
        Some(process) => {
            process.signal(signal);
            true
        }
        None => {
            let shown = format!("({number}) - No such process");
            shell.complain(&[shown.as_bytes()]);
            false
        }
    }
}

fn list(shell: &mut Shell, words: &[Bytes]) -> Outcome {
    if words.is_empty() {
        traps::list_signals(shell);
        return Ok(0);
    }
    let mut status = 0;
    for word in words {
        let text = match options::integer(word) {
            Some(number) => {
                let number = if number > 128 { number - 128 } else { number };
                u32::try_from(number).ok().and_then(|number| match number {
                    0 => Some("EXIT".into()),
                    number => signals::name(number),
                })
            }
            None => signals::number(word).map(|number| number.to_string()),
        };
        match text {
            Some(text) => {
                shell.output.extend_from_slice(text.as_bytes());
                shell.output.extend_from_slice(b"\n");
            }
            None => {
                shell.complain(&[word, b": invalid signal specification"]);
                status = 1;
            }
        }
    }
    Ok(status)
}
