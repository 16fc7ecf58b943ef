//! Commands.

use bytes::Bytes;

use super::super::program::{Action, Command, Selector, Substitute};
use super::address::{Flags, compile};
use super::error::{Problem, Source};
use super::script::Script;
use super::{Open, Parser, delimited, escapes, replacement};

const EXTRA: &str = "extra characters after command";
const SANDBOX: &str = "e/r/w commands disabled in sandbox mode";
const RUNS_COMMANDS: &str = "running commands from a script is not supported";

impl Parser {
    /// Reads the commands of one part of the script.
    pub(super) fn commands(&mut self, script: &mut Script<'_>, source: &Source) -> Result<(), Problem> {
        if let Some(text) = self.unfinished.take() {
            self.rest_of_text(script, text);
        }
        loop {
            script.skip_white_space();
            while script.accept(b';') {
                script.skip_white_space();
            }
            if script.peek().is_none() {
                return Ok(());
            }
            let selector = self.selector(script)?;
            script.skip_blanks();
            let mut negated = false;
            while script.accept(b'!') {
                if negated {
                    return Err("multiple `!'s".into());
                }
                negated = true;
                script.skip_blanks();
            }
            let letter = script.next().ok_or("missing command")?;
            self.command(script, source, letter, selector, negated)?;
        }
    }

    fn command(
        &mut self,
        script: &mut Script<'_>,
        source: &Source,
        letter: u8,
        selector: Selector,
        negated: bool,
    ) -> Result<(), Problem> {
        if self.dialect.posix && b"eFzQTvWR".contains(&letter) {
            return Err(unknown(letter));
        }
        let selected = !matches!(selector, Selector::All);
        let one_address = matches!(letter, b'q' | b'Q') || self.dialect.posix && b"=air".contains(&letter);
        if one_address && matches!(selector, Selector::Range { .. }) {
            return Err("command only uses one address".into());
        }
        let index = self.program.commands.len();
        let action = match letter {
            b'#' => {
                if selected {
                    return Err("comments don't accept any addresses".into());
                }
                script.take_while(|byte| byte != b'\n');
                return Ok(());
            }
            b'v' => {
                version(script)?;
                return Ok(());
            }
            b'{' => {
                self.blocks.push(Open { command: index, source: source.clone(), line: script.line() });
                Action::Block(0)
            }
            b'}' => return self.end_block(script, selected),
            b':' => return self.label(script, selected),
            b'a' | b'i' | b'c' => {
                let action = match letter {
                    b'a' => Action::Append(Bytes::new()),
                    b'i' => Action::Insert(Bytes::new()),
                    _ => Action::Change(Bytes::new()),
                };
                self.program.commands.push(Command { selector, negated, action });
                return self.text(script);
            }
            b'b' | b't' | b'T' => self.jump(script, letter, index),
            b'r' | b'R' | b'w' | b'W' => self.file_command(script, letter)?,
            b's' => self.substitute(script)?,
            b'y' => self.translate(script)?,
            b'e' if self.dialect.sandbox => return Err(SANDBOX.into()),
            b'e' => return Err(RUNS_COMMANDS.into()),
            b'l' | b'L' | b'q' | b'Q' => self.numbered(script, letter)?,
            _ => simple(letter).ok_or_else(|| unknown(letter))?,
        };
        if !matches!(letter, b'{' | b's' | b'r' | b'R' | b'w' | b'W') {
            end(script)?;
        }
        self.program.commands.push(Command { selector, negated, action });
        Ok(())
    }

    fn end_block(&mut self, script: &mut Script<'_>, selected: bool) -> Result<(), Problem> {
        let open = self.blocks.pop().ok_or("unexpected `}'")?;
        if selected {
            return Err("`}' doesn't want any addresses".into());
        }
        end(script)?;
        let end = self.program.commands.len();
        if let Some(Command { action: Action::Block(to), .. }) = self.program.commands.get_mut(open.command) {
            *to = end;
        }
        Ok(())
    }

    fn label(&mut self, script: &mut Script<'_>, selected: bool) -> Result<(), Problem> {
        if selected {
            return Err(": doesn't want any addresses".into());
        }
        let name = label_name(script);
        if name.is_empty() {
            return Err("\":\" lacks a label".into());
        }
        self.labels.push((name, self.program.commands.len()));
        Ok(())
    }

    fn jump(&mut self, script: &mut Script<'_>, letter: u8, index: usize) -> Action {
        let name = label_name(script);
        if !name.is_empty() {
            self.jumps.push((index, name));
        }
        // Without a label: past the last command.
        match letter {
            b'b' => Action::Branch(usize::MAX),
            b't' => Action::BranchIfReplaced(usize::MAX),
            _ => Action::BranchUnlessReplaced(usize::MAX),
        }
    }

    fn file_command(&mut self, script: &mut Script<'_>, letter: u8) -> Result<Action, Problem> {
        if self.dialect.sandbox {
            return Err(SANDBOX.into());
        }
        let name = file_name(script)?;
        Ok(match letter {
            b'r' => Action::ReadFile(name),
            b'R' => Action::ReadLine(name),
            b'w' => Action::Write(self.output(name)),
            _ => Action::WriteFirst(self.output(name)),
        })
    }

    /// The index of the output with this name.
    fn output(&mut self, name: Bytes) -> usize {
        let outputs = &mut self.program.outputs;
        outputs.iter().position(|known| *known == name).unwrap_or_else(|| {
            outputs.push(name);
            outputs.len() - 1
        })
    }

    fn substitute(&mut self, script: &mut Script<'_>) -> Result<Action, Problem> {
        const UNTERMINATED: &str = "unterminated `s' command";
        let delimiter = script.next().ok_or(UNTERMINATED)?;
        let pattern = delimited::pattern(script, delimiter, &self.dialect).ok_or(UNTERMINATED)?;
        let text = delimited::replacement(script, delimiter, &self.dialect).ok_or(UNTERMINATED)?;
        let parts = replacement::parts(&text, self.dialect.posix)?;
        let mut flags = Flags::default();
        let mut substitute = Substitute {
            pattern: super::super::program::Pattern(None),
            replacement: parts,
            all: false,
            first: 0,
            print: false,
            write: None,
        };
        self.substitute_flags(script, &mut substitute, &mut flags)?;
        escapes::check(&pattern)?;
        substitute.pattern = compile(&pattern, flags, &self.dialect)?;
        let highest = replacement::highest_group(&substitute.replacement);
        if let Some(regex) = &substitute.pattern.0
            && highest > regex.group_count()
            && !self.dialect.posix
        {
            let message = format!("invalid reference \\{highest} on `s' command's RHS");
            return Err(Problem::Owned(message.into_bytes()));
        }
        Ok(Action::Substitute(Box::new(substitute)))
    }

    fn substitute_flags(
        &mut self,
        script: &mut Script<'_>,
        substitute: &mut Substitute,
        flags: &mut Flags,
    ) -> Result<(), Problem> {
        while let Some(byte) = script.next() {
            match byte {
                b'\n' | b';' => break,
                b'#' | b'}' => {
                    script.back();
                    break;
                }
                b' ' | b'\t' | 11 | 12 | b'\r' => {}
                b'g' if substitute.all => return Err("multiple `g' options to `s' command".into()),
                b'g' => substitute.all = true,
                b'p' if substitute.print => return Err("multiple `p' options to `s' command".into()),
                b'p' => substitute.print = true,
                b'0'..=b'9' if substitute.first > 0 => {
                    return Err("multiple number options to `s' command".into());
                }
                b'0'..=b'9' => {
                    script.back();
                    substitute.first = script.number().unwrap_or_default();
                    if substitute.first == 0 {
                        return Err("number option to `s' command may not be zero".into());
                    }
                }
                b'i' | b'I' if !self.dialect.posix => flags.ignore_case = true,
                b'm' | b'M' if !self.dialect.posix => flags.multi_line = true,
                b'e' if self.dialect.sandbox => return Err(SANDBOX.into()),
                b'e' if !self.dialect.posix => return Err(RUNS_COMMANDS.into()),
                b'w' if self.dialect.sandbox => return Err(SANDBOX.into()),
                b'w' => {
                    let name = file_name(script)?;
                    substitute.write = Some(self.output(name));
                    break;
                }
                _ => return Err("unknown option to `s'".into()),
            }
        }
        substitute.first = substitute.first.max(1);
        Ok(())
    }

    /// `l`, `q` and `Q` take a number.
    fn numbered(&self, script: &mut Script<'_>, letter: u8) -> Result<Action, Problem> {
        script.skip_blanks();
        let number = match self.dialect.posix {
            true => None,
            false => script.number(),
        };
        let status = u8::try_from(number.unwrap_or_default() % 256).unwrap_or_default();
        Ok(match letter {
            b'l' => Action::Show(number.map(|number| usize::try_from(number).unwrap_or(usize::MAX))),
            b'q' => Action::Quit(status),
            b'Q' => Action::QuitSilently(status),
            _ => return Err("the command `L' is no longer supported".into()),
        })
    }

    fn translate(&mut self, script: &mut Script<'_>) -> Result<Action, Problem> {
        const UNTERMINATED: &str = "unterminated `y' command";
        let delimiter = script.next().ok_or(UNTERMINATED)?;
        let from = delimited::replacement(script, delimiter, &self.dialect).ok_or(UNTERMINATED)?;
        let to = delimited::replacement(script, delimiter, &self.dialect).ok_or(UNTERMINATED)?;
        Ok(Action::Translate(Box::new(replacement::translation(&from, &to, self.dialect.locale)?)))
    }
}

fn unknown(letter: u8) -> Problem {
    Problem::Owned([b"unknown command: `", &[letter][..], b"'"].concat())
}

/// The commands that are a letter and nothing else.
fn simple(letter: u8) -> Option<Action> {
    Some(match letter {
        b'=' => Action::Number,
        b'd' => Action::Delete,
        b'D' => Action::DeleteFirst,
        b'F' => Action::FileName,
        b'g' => Action::Get,
        b'G' => Action::GetAppend,
        b'h' => Action::Hold,
        b'H' => Action::HoldAppend,
        b'n' => Action::Next,
        b'N' => Action::NextAppend,
        b'p' => Action::Print,
        b'P' => Action::PrintFirst,
        b'x' => Action::Exchange,
        b'z' => Action::Zap,
        _ => return None,
    })
}

/// Reads to the end of a command: a newline, a semicolon, or before a `}` or a comment.
fn end(script: &mut Script<'_>) -> Result<(), Problem> {
    script.skip_blanks();
    match script.next() {
        None | Some(b'\n' | b';') => Ok(()),
        Some(b'}' | b'#') => {
            script.back();
            Ok(())
        }
        Some(_) => Err(EXTRA.into()),
    }
}

fn label_name(script: &mut Script<'_>) -> Bytes {
    script.skip_blanks();
    let ends = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b';' | b'}' | 11);
    Bytes::copy_from_slice(script.take_while(|byte| !ends(byte)))
}

fn file_name(script: &mut Script<'_>) -> Result<Bytes, Problem> {
    script.skip_blanks();
    let name = script.take_while(|byte| byte != b'\n');
    script.accept(b'\n');
    match name.is_empty() {
        true => Err("missing filename in r/R/w/W commands".into()),
        false => Ok(Bytes::copy_from_slice(name)),
    }
}

/// `v`: refuses a script that wants a later version than the one whose language this is, 4.9.
fn version(script: &mut Script<'_>) -> Result<(), Problem> {
    let wanted = label_name(script);
    let mut numbers =
        wanted.split(|&byte| byte == b'.').map(|part| std::str::from_utf8(part).ok()?.parse::<u32>().ok());
    let mut number = || numbers.next().unwrap_or(Some(0));
    let known = match (number(), number(), number()) {
        (Some(major), Some(minor), Some(patch)) => (major, minor, patch) <= (4, 9, 0),
        _ => false,
    };
    match known || wanted.is_empty() {
        true => end(script),
        false => Err("expected newer version of sed".into()),
    }
}
