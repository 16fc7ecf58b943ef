//! What names mean: `type`, `command -v`, `hash`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::ErrorKind;

use super::{Invocation, Outcome, options, quote};
use crate::execute::{Program, Shell, programs_along};
use crate::state::ShellOption;

/// The words that the grammar reserves.
pub(crate) const RESERVED: [&str; 22] = [
    "if", "then", "else", "elif", "fi", "case", "esac", "for", "select", "while", "until", "do", "done",
    "in", "function", "time", "{", "}", "!", "[[", "]]", "coproc",
];

fn is_reserved(name: &[u8]) -> bool {
    RESERVED.iter().any(|word| word.as_bytes() == name)
}

/// `command -v` and `-V`.
pub(crate) async fn command(shell: &mut Shell, names: &[Bytes], long: bool) -> Outcome {
    let mut status = 1;
    for name in names {
        let lines =
            meanings(shell, name, Wanted { all: false, programs_only: false, no_functions: false }).await;
        match lines.first() {
            Some(meaning) => {
                status = 0;
                let text =
                    if long { meaning.described(shell, name).await } else { meaning.short(shell, name) };
                shell.output.extend_from_slice(&text);
                shell.output.extend_from_slice(b"\n");
            }
            None if long => shell.complain(&[name, b": not found"]),
            None => {}
        }
    }
    Ok(status)
}

#[derive(Clone, Copy)]
struct Wanted {
    all: bool,
    programs_only: bool,
    no_functions: bool,
}

enum Meaning {
    Alias(Bytes),
    Keyword,
    Function,
    Builtin(bool),
    /// A program: where, and whether it was remembered.
    Program(Bytes, bool),
}

impl Meaning {
    fn kind(&self) -> &'static str {
        match self {
            Meaning::Alias(_) => "alias",
            Meaning::Keyword => "keyword",
            Meaning::Function => "function",
            Meaning::Builtin(_) => "builtin",
            Meaning::Program(..) => "file",
        }
    }

    fn short(&self, shell: &Shell, name: &[u8]) -> Vec<u8> {
        match self {
            Meaning::Alias(text) => {
                let _ = shell;
                [b"alias ", name, b"=", &quote::single_quoted(text)].concat()
            }
            Meaning::Keyword | Meaning::Function | Meaning::Builtin(_) => name.to_vec(),
            Meaning::Program(path, _) => path.to_vec(),
        }
    }

    async fn described(&self, shell: &mut Shell, name: &[u8]) -> Vec<u8> {
        match self {
            Meaning::Alias(text) => [name, b" is aliased to `", text, b"'"].concat(),
            Meaning::Keyword => [name, b" is a shell keyword"].concat(),
            Meaning::Function => {
                let text = shell.function_text(name).unwrap_or_default();
                [name, b" is a function\n", &text].concat()
            }
            Meaning::Builtin(true) if shell.state.options.has(ShellOption::Posix) => {
                [name, b" is a special shell builtin"].concat()
            }
            Meaning::Builtin(_) => [name, b" is a shell builtin"].concat(),
            Meaning::Program(path, true) => [name, b" is hashed (", path, b")"].concat(),
            Meaning::Program(path, false) => [name, b" is ", path].concat(),
        }
    }
}

async fn meanings(shell: &mut Shell, name: &Bytes, wanted: Wanted) -> Vec<Meaning> {
    let mut found = Vec::new();
    if !wanted.programs_only {
        if shell.state.options.has(ShellOption::ExpandAliases)
            && let Some(text) = shell.state.aliases.get(name)
        {
            found.push(Meaning::Alias(text.clone()));
        }
        if is_reserved(name) {
            found.push(Meaning::Keyword);
        }
        if !wanted.no_functions && shell.state.functions.contains_key(name) {
            found.push(Meaning::Function);
        }
        if let Some(builtin) = super::find(name)
            && !shell.state.disabled.contains(name)
        {
            found.push(Meaning::Builtin(builtin.special));
        }
    }
    if !wanted.all {
        found.truncate(1);
        if !found.is_empty() {
            return found;
        }
    }
    if name.contains(&b'/') {
        let program = shell.look_up(name).await;
        found.extend(told(shell, name, &program).map(|_| Meaning::Program(name.clone(), false)));
        return found;
    }
    if let (Some((path, _)), false) = (shell.state.hashed.get(name), wanted.all) {
        found.push(Meaning::Program(path.clone(), true));
        return found;
    }
    let search = shell.state.variables.scalar(b"PATH").cloned().unwrap_or_default();
    let programs = programs_along(&shell.view(), &shell.run.registry.clone(), &search, name).await;
    let many = if wanted.all { usize::MAX } else { 1 };
    let programs = programs.iter().filter_map(|program| told(shell, name, program)).take(many);
    found.extend(programs.map(|path| Meaning::Program(path, false)));
    found
}

/// Where a program is, if there is one; says so where that could not be told.
fn told(shell: &mut Shell, name: &[u8], program: &Program) -> Option<Bytes> {
    if let Program::Refused(_, kind) = program
        && !kind.is_absence()
        && *kind != ErrorKind::IsADirectory
    {
        shell.complain(&[name, b": ", kind.row().text.as_bytes()]);
    }
    program.path()
}

pub(crate) fn kind<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "afptP") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        shell.settle().await?;
        let wanted =
            Wanted { all: parsed.has(b'a'), programs_only: parsed.has(b'P'), no_functions: parsed.has(b'f') };
        let mut status = 0;
        for name in &parsed.operands {
            let found = meanings(shell, name, wanted).await;
            if found.is_empty() {
                status = 1;
                if !parsed.has(b't') && !parsed.has(b'p') && !parsed.has(b'P') {
                    shell.complain(&[name, b": not found"]);
                }
            }
            for meaning in found {
                let text = if parsed.has(b't') {
                    meaning.kind().as_bytes().to_vec()
                } else if parsed.has(b'p') || parsed.has(b'P') {
                    match &meaning {
                        Meaning::Program(path, _) => path.to_vec(),
                        _ => continue,
                    }
                } else {
                    meaning.described(shell, name).await
                };
                shell.output.extend_from_slice(&text);
                shell.output.extend_from_slice(b"\n");
            }
        }
        Ok(status)
    }
    .boxed_local()
}

pub(crate) fn hash<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    run_hash(shell, call).boxed_local()
}

async fn run_hash(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "dlp:rt") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if !shell.state.options.has(ShellOption::HashAll) {
        shell.complain(&[b"hashing disabled"]);
        return Ok(1);
    }
    if parsed.has(b'r') {
        shell.state.hashed.clear();
    }
    if parsed.has(b't') && parsed.operands.is_empty() {
        shell.complain(&[b"-t: option requires an argument"]);
        return Ok(1);
    }
    if parsed.operands.is_empty() && !parsed.has(b'r') && !parsed.has(b'd') {
        list_hashed(shell, parsed.has(b'l'));
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        if parsed.has(b'd') || parsed.has(b't') {
            let Some((path, _)) = shell.state.hashed.get(name).cloned() else {
                shell.complain(&[name, b": not found"]);
                status = 1;
                continue;
            };
            if parsed.has(b'd') {
                shell.state.hashed.remove(name);
                continue;
            }
            let line: Vec<u8> = match (parsed.has(b'l'), parsed.operands.len() > 1) {
                (true, _) => [b"builtin hash -p ", &path[..], b" ", name, b"\n"].concat(),
                (false, true) => [&name[..], b"\t", &path, b"\n"].concat(),
                (false, false) => [&path[..], b"\n"].concat(),
            };
            shell.output.extend_from_slice(&line);
        } else if let Some(path) = parsed.value(b'p') {
            shell.state.hashed.insert(name.clone(), (path.clone(), 0));
        } else if !name.contains(&b'/')
            && super::find(name).is_none()
            && !shell.state.functions.contains_key(name)
        {
            shell.state.hashed.remove(name);
            match shell.look_up(name).await {
                Program::Missing | Program::Refused(..) => {
                    shell.complain(&[name, b": not found"]);
                    status = 1;
                }
                _ => {
                    if let Some((_, hits)) = shell.state.hashed.get_mut(name) {
                        *hits = 0;
                    }
                }
            }
        }
    }
    Ok(status)
}

fn list_hashed(shell: &mut Shell, reusable: bool) {
    if shell.state.hashed.is_empty() {
        if !reusable {
            shell.output.extend_from_slice(b"hash: hash table empty\n");
        }
        return;
    }
    if !reusable {
        shell.output.extend_from_slice(b"hits\tcommand\n");
    }
    for (name, (path, hits)) in &shell.state.hashed.clone() {
        let line = match reusable {
            true => [b"builtin hash -p ", &path[..], b" ", name, b"\n"].concat(),
            false => [format!("{hits:4}\t").as_bytes(), path, b"\n"].concat(),
        };
        shell.output.extend_from_slice(&line);
    }
}
