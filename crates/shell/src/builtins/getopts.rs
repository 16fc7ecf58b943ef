//! `getopts`.

use bytes::Bytes;

use super::{Invocation, Outcome, options};
use crate::execute::{Shell, Stop};
use crate::expand::{decimal, is_name};

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let [letters, name, rest @ ..] = &parsed.operands[..] else {
        options::usage(shell, call.builtin());
        return Ok(2);
    };
    let words = match rest.is_empty() {
        true => shell.state.positional.to_vec(),
        false => rest.to_vec(),
    };
    let index = shell.state.variables.scalar(b"OPTIND");
    let index = index.and_then(|text| options::integer(text)).unwrap_or(1).max(1) as usize;
    let (quiet, letters) = match letters.strip_prefix(b":") {
        Some(letters) => (true, letters),
        None => (false, &letters[..]),
    };
    let told = shell.state.variables.scalar(b"OPTERR").is_none_or(|text| text != "0");
    let mut step = Step { index, within: shell.getopts_at, value: None };
    let found = step.next(&words, letters);
    let (letter, status): (&[u8], u8) = match &found {
        Found::End => (b"?", 1),
        Found::Letter(letter) => (std::slice::from_ref(letter), 0),
        Found::Unknown(letter) => {
            match quiet {
                true => step.value = Some(Bytes::copy_from_slice(&[*letter])),
                false if told => complain(shell, b"illegal option -- ", *letter),
                false => {}
            }
            (b"?", 0)
        }
        Found::Missing(letter) => {
            if !quiet && told {
                complain(shell, b"option requires an argument -- ", *letter);
            }
            step.value = quiet.then(|| Bytes::copy_from_slice(&[*letter]));
            (if quiet { b":" } else { b"?" }, 0)
        }
    };
    let letter = Bytes::copy_from_slice(letter);
    let within = step.within;
    let stored = finish(shell, name, letter, step);
    shell.getopts_at = within;
    match stored {
        Ok(()) => Ok(status),
        Err(Stop::Discard) if is_name(name) => Ok(2),
        Err(Stop::Discard) => Ok(1),
        Err(stop) => Err(stop),
    }
}

fn complain(shell: &mut Shell, message: &[u8], letter: u8) {
    let name = shell.state.name.clone();
    shell.messages.extend_from_slice(&[&name[..], b": ", message, &[letter], b"\n"].concat());
}

fn finish(shell: &mut Shell, name: &Bytes, letter: Bytes, step: Step) -> Result<(), Stop> {
    shell.store_named(&Bytes::from_static(b"OPTIND"), decimal(step.index as i64))?;
    match step.value {
        Some(value) => shell.store_named(&Bytes::from_static(b"OPTARG"), value)?,
        None => shell.state.variables.unset(b"OPTARG", false),
    }
    if !is_name(name) {
        shell.complain(&[b"`", name, b"': not a valid identifier"]);
        return Err(Stop::Discard);
    }
    shell.store_named(name, letter)
}

enum Found {
    End,
    Letter(u8),
    Unknown(u8),
    Missing(u8),
}

/// Where the next option is looked for.
struct Step {
    /// The word, from 1.
    index: usize,
    /// The letter in it; 0 before its dash.
    within: usize,
    value: Option<Bytes>,
}

impl Step {
    fn next(&mut self, words: &[Bytes], letters: &[u8]) -> Found {
        let Some(word) = words.get(self.index - 1) else {
            self.within = 0;
            self.index = words.len() + 1;
            return Found::End;
        };
        if self.within == 0 || self.within >= word.len() {
            if word.len() < 2 || word[0] != b'-' {
                self.within = 0;
                return Found::End;
            }
            if word == "--" {
                self.index += 1;
                self.within = 0;
                return Found::End;
            }
            self.within = 1;
        }
        let letter = word[self.within];
        self.within += 1;
        let place = letters.iter().position(|known| *known == letter && letter != b':');
        let ends = self.within >= word.len();
        if place.is_none_or(|place| letters.get(place + 1) != Some(&b':')) {
            if ends {
                self.index += 1;
                self.within = 0;
            }
            return if place.is_some() { Found::Letter(letter) } else { Found::Unknown(letter) };
        }
        let rest = word.slice(self.within..);
        self.within = 0;
        self.index += 1;
        if !ends {
            self.value = Some(rest);
            return Found::Letter(letter);
        }
        match words.get(self.index - 1) {
            Some(value) => {
                self.value = Some(value.clone());
                self.index += 1;
                Found::Letter(letter)
            }
            None => Found::Missing(letter),
        }
    }
}
