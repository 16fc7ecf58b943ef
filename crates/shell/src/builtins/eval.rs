//! Builtins that run other things: `eval`, `source`, `command`, `builtin`, `exec`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::tree::Follow;

use super::{Invocation, Outcome, describe, options};
use crate::execute::{Frame, Limit, Program, Shell, Source, Stop, program_along};
use crate::state::ShellOption;

pub(crate) fn eval<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let text: Bytes = parsed.operands.join(&b" "[..]).into();
        shell.state.status = 0;
        let line = shell.line;
        run_within(shell, text, line, Source::Builtin("eval")).await
    }
    .boxed_local()
}

/// Runs text in this shell, on the machine's stack or, where that is used up, elsewhere.
pub(crate) async fn run_within(shell: &mut Shell, text: Bytes, line: u32, source: Source) -> Outcome {
    if shell.depth >= shell.run.depth_limit {
        return Err(Stop::Limit(Limit::Depth));
    }
    let builtin = shell.builtin.take();
    let (nesting, outer_line) = (shell.nesting, shell.line);
    shell.depth += 1;
    shell.indirection += 1;
    let result = match shell.is_deep() {
        false => {
            shell.nesting += 3;
            shell.run_text(text, line, source).boxed_local().await
        }
        true => {
            let work = move |mut shell: Shell| async move {
                let result = shell.run_text(text, line, source).await;
                (shell, result)
            };
            shell.elsewhere(work).boxed_local().await
        }
    };
    shell.depth -= 1;
    shell.indirection -= 1;
    shell.nesting = nesting;
    shell.line = outer_line;
    shell.builtin = builtin;
    result.map(|()| shell.state.status)
}

pub(crate) fn source<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    run_source(shell, call).boxed_local()
}

async fn run_source(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let Some((name, arguments)) = parsed.operands.split_first() else {
        shell.complain(&[b"filename argument required"]);
        options::usage(shell, call.builtin());
        return Ok(2);
    };
    shell.settle().await?;
    let (path, text) = match sourced_path(shell, name).await {
        Ok(Some(path)) => {
            let text = read(shell, &path).await;
            (path, text)
        }
        Ok(None) => {
            shell.complain(&[name, b": file not found"]);
            shell.state.status = 1;
            return Err(Stop::Exit);
        }
        Err(error) => (name.clone(), Err((error.to_string().into_bytes(), false))),
    };
    let text = match text {
        Ok(text) => text,
        Err(message) => {
            match message.1 {
                true => shell.complain(&[&path, b": ", &message.0]),
                false => shell.complain_plainly(&[&path, b": ", &message.0]),
            }
            return match shell.state.options.has(ShellOption::Posix) {
                true => {
                    shell.state.status = 1;
                    Err(Stop::Exit)
                }
                false => Ok(1),
            };
        }
    };
    let positional = (!arguments.is_empty())
        .then(|| std::mem::replace(&mut shell.state.positional, std::sync::Arc::new(arguments.to_vec())));
    let positional_set = std::mem::replace(&mut shell.positional_set, false);
    let called_from = shell.line;
    let frame = Frame {
        function: Bytes::from_static(b"source"),
        source: path,
        called_from,
        arguments: std::sync::Arc::new(arguments.to_vec()),
        is_source: true,
    };
    shell.frames.push(frame);
    shell.state.status = 0;
    let result = run_within(shell, text, 1, Source::File).await;
    shell.frames.pop();
    shell.line = called_from;
    // What `set` changed inside stays.
    if let (Some(positional), false) = (positional, shell.positional_set) {
        shell.state.positional = positional;
    }
    shell.positional_set |= positional_set;
    let status = match result {
        Ok(status) => status,
        Err(Stop::Return) => shell.state.status,
        Err(stop) => return Err(stop),
    };
    shell.state.status = status;
    shell.run_return_trap(shell.line).await?;
    Ok(status)
}

/// The file that `.` means: a name without a slash is looked for along `PATH`, then here.
async fn sourced_path(shell: &mut Shell, name: &Bytes) -> mirage_vfs::Result<Option<Bytes>> {
    if name.contains(&b'/') || !shell.state.options.has(ShellOption::SourcePath) {
        return Ok(Some(name.clone()));
    }
    let search = shell.state.variables.scalar(b"PATH").cloned().unwrap_or_default();
    let view = shell.view();
    for directory in search.split(|&byte| byte == b':').filter(|directory| !directory.is_empty()) {
        let path = [directory, b"/", name].concat();
        if view.probe(&path, Follow::Yes).await?.is_some_and(|entry| entry.is_file()) {
            return Ok(Some(path.into()));
        }
    }
    Ok(Some(name.clone()).filter(|_| !shell.state.options.has(ShellOption::Posix)))
}

/// A file's text, or what is wrong with it and whether the message names the builtin.
async fn read(shell: &mut Shell, path: &Bytes) -> Result<Bytes, (Vec<u8>, bool)> {
    let io = shell.io();
    let context = shell.context();
    let told = |error: mirage_vfs::Error| (error.to_string().into_bytes(), false);
    if shell.view().is_directory(path, Follow::Yes).await.map_err(told)? {
        return Err((b"is a directory".to_vec(), true));
    }
    let input = context.open(&io, path, &mirage_vfs::OpenOptions::reading()).await.map_err(told)?;
    let (text, failed) = shell.gather(&input).await.map_err(|_| (b"File too large".to_vec(), false))?;
    let _ = input.close(&shell.run.call).await;
    if let Some(error) = failed {
        return Err(told(error));
    }
    // As in bash, NUL bytes are not part of it.
    Ok(match memchr::memchr(0, &text) {
        None => text,
        Some(_) => text.iter().copied().filter(|&byte| byte != 0).collect::<Vec<u8>>().into(),
    })
}

pub(crate) fn command<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "pVv") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        if parsed.operands.is_empty() {
            return Ok(0);
        }
        if parsed.has(b'v') || parsed.has(b'V') {
            let long = parsed.options.last().is_some_and(|option| option.letter == b'V');
            return describe::command(shell, &parsed.operands, long).await;
        }
        let words = parsed.operands.clone();
        match super::find(&words[0]) {
            Some(builtin) if !shell.state.disabled.contains(&words[0]) => {
                call_other(shell, builtin, words).await
            }
            _ => {
                let outer = shell.builtin.take();
                if parsed.options.iter().any(|option| option.letter == b'p') && !words[0].contains(&b'/') {
                    let search = b"/usr/local/bin:/usr/bin:/bin";
                    let program =
                        program_along(&shell.view(), &shell.run.registry.clone(), search, &words[0]).await;
                    if let Some(path) = program.path() {
                        shell.state.hashed.insert(words[0].clone(), (path, 0));
                    }
                }
                let result = shell.run_words(words).await;
                shell.builtin = outer;
                result.map(|()| shell.state.status)
            }
        }
    }
    .boxed_local()
}

pub(crate) fn builtin<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let Some(name) = parsed.operands.first() else { return Ok(0) };
        match super::find(name) {
            Some(builtin) => call_other(shell, builtin, parsed.operands).await,
            None => {
                shell.complain(&[name, b": not a shell builtin"]);
                Ok(1)
            }
        }
    }
    .boxed_local()
}

async fn call_other(shell: &mut Shell, builtin: &'static super::Builtin, words: Vec<Bytes>) -> Outcome {
    shell.call_builtin(builtin, Invocation { words }).await?;
    Ok(shell.state.status)
}

pub(crate) fn exec<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "cla:") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        if parsed.operands.is_empty() {
            return Ok(0);
        }
        let mut words = parsed.operands.clone();
        let name = words[0].clone();
        let program = shell.look_up(&name).await;
        if program.path().is_none() {
            let missing = matches!(program, Program::Missing);
            let text: &[u8] = match (&program, missing) {
                (Program::Refused(_, kind), _) => kind.row().text.as_bytes(),
                (_, true) if name.contains(&b'/') => b"No such file or directory",
                _ => b"not found",
            };
            match name.contains(&b'/') || !missing {
                true => shell.complain_plainly(&[&name, b": ", text]),
                false => shell.complain(&[&name, b": ", text]),
            }
            shell.state.status = if missing { 127 } else { 126 };
            return match shell.state.options.has(ShellOption::ExecFail) {
                true => Ok(shell.state.status),
                false => Err(Stop::Exit),
            };
        }
        if let Some(name) = parsed.value(b'a') {
            words[0] = name.clone();
        }
        shell.settle().await?;
        shell.state.traps.clear();
        let environment = match parsed.has(b'c') {
            true => crate::command::Environment::default(),
            false => shell.environment(),
        };
        let io = shell.io();
        shell.state.status = shell.launcher().run_program(program, words, io, environment).await?;
        Err(Stop::Exit)
    }
    .boxed_local()
}
