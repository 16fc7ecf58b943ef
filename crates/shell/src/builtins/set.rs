//! `set` and `shopt`.

use std::sync::Arc;

use bytes::Bytes;

use super::{Invocation, Outcome, declarations, options};
use crate::execute::{Shell, Stop};
use crate::state::{ShellOption, Value};

pub(crate) fn set(shell: &mut Shell, call: &Invocation) -> Outcome {
    let words = call.operands();
    if words.is_empty() {
        list_variables(shell);
        return Ok(0);
    }
    let mut at = 0;
    let mut ended = false;
    while let Some(word) = words.get(at) {
        let on = match word.first() {
            Some(b'-') => true,
            Some(b'+') => false,
            _ => break,
        };
        at += 1;
        if word == "--" {
            ended = true;
            break;
        }
        if word == "-" {
            shell.state.options.set(ShellOption::XTrace, false);
            shell.state.options.set(ShellOption::Verbose, false);
            if at < words.len() {
                ended = true;
            }
            break;
        }
        if word == "+" {
            continue;
        }
        for &letter in &word[1..] {
            if letter == b'o' {
                match words.get(at) {
                    None => list_options(shell, on),
                    Some(name) => {
                        if !switch_named(shell, name, on)? {
                            return refuse(shell, 2);
                        }
                        at += 1;
                    }
                }
                continue;
            }
            if letter == b'r' && on {
                return Err(shell.unsupported("set -r: the restricted shell"));
            }
            let Some(option) = ShellOption::of_letter(letter).filter(|_| letter != b'c' && letter != b's')
            else {
                shell.complain(&[&[word[0], letter], b": invalid option"]);
                options::usage(shell, call.builtin());
                return Ok(2);
            };
            shell.switch(option, on)?;
        }
    }
    if ended || at < words.len() {
        let bytes: usize = words[at..].iter().map(|word| word.len() + 64).sum();
        shell.state.positional = Arc::new(words[at..].to_vec());
        shell.charge(bytes as u64)?;
        shell.positional_set = true;
    }
    Ok(0)
}

fn switch_named(shell: &mut Shell, name: &Bytes, on: bool) -> Result<bool, Stop> {
    match ShellOption::of_set(name) {
        Some(option) => {
            shell.switch(option, on)?;
            Ok(true)
        }
        None => {
            shell.complain(&[name, b": invalid option name"]);
            Ok(false)
        }
    }
}

impl Shell {
    /// Switches an option, with what follows from it.
    pub(crate) fn switch(&mut self, option: ShellOption, on: bool) -> Result<(), Stop> {
        match option {
            ShellOption::Keyword if on => {
                return Err(self.unsupported("set -k: assignments behind a command's name"));
            }
            _ if on && option.name().starts_with("compat") && option.is_shopt() => {
                let what = format!("shopt {}: the behaviour of older versions", option.name());
                return Err(self.unsupported(&what));
            }
            ShellOption::HistExpand | ShellOption::History
                if on
                    && [ShellOption::HistExpand, ShellOption::History]
                        .iter()
                        .all(|other| *other == option || self.state.options.has(*other)) =>
            {
                return Err(self.unsupported("history expansion (set -H)"));
            }
            // It tells how the shell was started.
            ShellOption::LoginShell | ShellOption::RestrictedShell => return Ok(()),
            ShellOption::Emacs if on => self.state.options.set(ShellOption::Vi, false),
            ShellOption::Vi if on => self.state.options.set(ShellOption::Emacs, false),
            ShellOption::Posix => {
                self.switch_posix(on);
                let name = Bytes::from_static(b"POSIXLY_CORRECT");
                match on {
                    true => self.store_scalar(&name, Bytes::from_static(b"y"))?,
                    false => self.state.variables.unset(&name, false),
                }
            }
            _ => {}
        }
        self.state.options.set(option, on);
        Ok(())
    }

    /// `POSIXLY_CORRECT` and `set -o posix` are one.
    pub(crate) fn switch_posix(&mut self, on: bool) {
        self.state.options.set(ShellOption::Posix, on);
        self.state.options.set(ShellOption::InheritErrExit, on);
        self.state.options.set(ShellOption::ExpandAliases, on);
    }
}

fn list_options(shell: &mut Shell, readable: bool) {
    for option in ShellOption::ALL.iter().filter(|option| !option.is_shopt()) {
        let on = shell.state.options.has(*option);
        let line = match readable {
            true => state_line(option.name(), on),
            false => format!("set {}o {}\n", if on { '-' } else { '+' }, option.name()),
        };
        shell.output.extend_from_slice(line.as_bytes());
    }
}

fn state_line(name: &str, on: bool) -> String {
    format!("{name:<15}\t{}\n", if on { "on" } else { "off" })
}

fn list_variables(shell: &mut Shell) {
    let names: Vec<Bytes> = shell
        .state
        .variables
        .sorted()
        .into_iter()
        .filter(|(_, variable)| variable.value != Value::Unset)
        .map(|(name, _)| name.clone())
        .collect();
    declarations::print_assignments(shell, &names);
    if !shell.state.options.has(ShellOption::Posix) {
        declarations::print_functions(shell, true);
    }
}

pub(crate) fn shopt(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "psuoq") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let (sets, unsets, family) = (parsed.has(b's'), parsed.has(b'u'), !parsed.has(b'o'));
    if sets && unsets {
        shell.complain(&[b"cannot set and unset shell options simultaneously"]);
        return Ok(1);
    }
    let quiet = parsed.has(b'q');
    if parsed.operands.is_empty() {
        for option in ShellOption::ALL.iter().filter(|option| option.is_shopt() == family) {
            let on = shell.state.options.has(*option);
            if !quiet && (!sets || on) && (!unsets || !on) {
                print(shell, *option, parsed.has(b'p'));
            }
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        let option = if family { ShellOption::of_shopt(name) } else { ShellOption::of_set(name) };
        let Some(option) = option else {
            let message: &[u8] =
                if family { b": invalid shell option name" } else { b": invalid option name" };
            shell.complain(&[name, message]);
            // As in bash, an unknown name of `set -o` is no failure here.
            status = status.max(u8::from(family || !(sets || unsets)));
            continue;
        };
        if sets || unsets {
            shell.switch(option, sets)?;
            continue;
        }
        if !shell.state.options.has(option) {
            status = 1;
        }
        if !quiet {
            print(shell, option, parsed.has(b'p'));
        }
    }
    Ok(status)
}

fn print(shell: &mut Shell, option: ShellOption, reusable: bool) {
    let on = shell.state.options.has(option);
    let line = match (reusable, option.is_shopt()) {
        (false, _) => state_line(option.name(), on),
        (true, true) => format!("shopt -{} {}\n", if on { 's' } else { 'u' }, option.name()),
        (true, false) => format!("set {}o {}\n", if on { '-' } else { '+' }, option.name()),
    };
    shell.output.extend_from_slice(line.as_bytes());
}

/// Whether an error of a special builtin ends the shell.
pub(crate) fn refuse(shell: &mut Shell, status: u8) -> Outcome {
    shell.state.status = status;
    match shell.state.options.has(ShellOption::Posix) {
        true => Err(Stop::Exit),
        false => Ok(status),
    }
}
