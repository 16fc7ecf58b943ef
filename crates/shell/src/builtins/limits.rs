//! `umask` and `times`.

use super::{Invocation, Outcome, options};
use crate::execute::Shell;

pub(crate) fn umask(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "pS") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let Some(text) = parsed.operands.first() else {
        let mask = shell.state.umask;
        let prefix = match (parsed.has(b'p'), parsed.has(b'S')) {
            (true, true) => "umask -S ",
            (true, false) => "umask ",
            _ => "",
        };
        let line = match parsed.has(b'S') {
            true => format!("{prefix}{}\n", symbolic(mask)),
            false => format!("{prefix}{mask:04o}\n"),
        };
        shell.output.extend_from_slice(line.as_bytes());
        return Ok(0);
    };
    if text.first().is_some_and(u8::is_ascii_digit) {
        let digits =
            std::str::from_utf8(text).ok().filter(|text| text.bytes().all(|c| matches!(c, b'0'..=b'7')));
        let Some(mask) =
            digits.and_then(|text| u32::from_str_radix(text, 8).ok()).filter(|mask| *mask <= 0o777)
        else {
            shell.complain(&[text, b": octal number out of range"]);
            return Ok(1);
        };
        shell.state.umask = mask;
        if parsed.has(b'S') {
            shell.output.extend_from_slice(format!("{}\n", symbolic(mask)).as_bytes());
        }
        return Ok(0);
    }
    match changed(shell.state.umask, text) {
        Ok(mask) => {
            shell.state.umask = mask;
            if parsed.has(b'S') {
                let line = format!("{}\n", symbolic(mask));
                shell.output.extend_from_slice(line.as_bytes());
            }
            Ok(0)
        }
        Err((what, character)) => {
            shell.complain(&[b"`", &[character], b"': invalid symbolic mode ", what.as_bytes()]);
            Ok(1)
        }
    }
}

fn symbolic(mask: u32) -> String {
    let group = |shift: u32| {
        let bits = !mask >> shift & 7;
        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
        letters.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, letter)| letter).collect::<String>()
    };
    format!("u={},g={},o={}", group(6), group(3), group(0))
}

/// `u+w,go-x` applied to the permissions that `mask` leaves.
fn changed(mask: u32, text: &[u8]) -> Result<u32, (&'static str, u8)> {
    let mut allowed = !mask & 0o777;
    for clause in text.split(|&byte| byte == b',') {
        let who_end = clause.iter().take_while(|byte| b"ugoa".contains(byte)).count();
        let mut who = clause[..who_end].iter().fold(0, |who, letter| {
            who | match letter {
                b'u' => 0o700,
                b'g' => 0o070,
                b'o' => 0o007,
                _ => 0o777,
            }
        });
        if who == 0 {
            who = 0o777;
        }
        let mut rest = &clause[who_end..];
        if rest.is_empty() {
            return Err(("operator", 0));
        }
        while let Some(&operator) = rest.first() {
            if !b"+-=".contains(&operator) {
                return Err(("operator", operator));
            }
            let end = rest[1..].iter().take_while(|byte| !b"+-=".contains(byte)).count() + 1;
            let mut bits = 0;
            for letter in &rest[1..end] {
                bits |= match letter {
                    b'r' => 0o444,
                    b'w' => 0o222,
                    b'x' => 0o111,
                    other => return Err(("character", *other)),
                };
            }
            let bits = bits & who;
            allowed = match operator {
                b'+' => allowed | bits,
                b'-' => allowed & !bits,
                _ => allowed & !who | bits,
            };
            rest = &rest[end..];
        }
    }
    Ok(!allowed & 0o777)
}

/// Processor time is not told apart by line: what there is, is zero.
pub(crate) fn times(shell: &mut Shell, call: &Invocation) -> Outcome {
    if let Err(status) = options::parse(shell, call.builtin(), call.operands(), "") {
        return Ok(status);
    }
    shell.output.extend_from_slice(b"0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    Ok(0)
}
