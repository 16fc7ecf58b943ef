//! The directory stack: `pushd`, `popd`, `dirs`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_vfs::Path;

use super::{Invocation, Outcome, directory, options};
use crate::execute::Shell;

/// `+N` or `-N`, and whether it counts from the end.
fn place(word: &[u8]) -> Option<(bool, Option<usize>)> {
    let from_end = match word.first()? {
        b'+' => false,
        b'-' => true,
        _ => return None,
    };
    let number = options::integer(&word[1..]).filter(|_| word.get(1).is_some_and(u8::is_ascii_digit));
    Some((from_end, number.and_then(|number| usize::try_from(number).ok())))
}

/// The whole stack, the working directory first.
fn entries(shell: &Shell) -> Vec<Path> {
    std::iter::once(shell.state.directory.clone())
        .chain(shell.state.directory_stack.iter().cloned())
        .collect()
}

fn index(count: usize, from_end: bool, number: usize) -> Option<usize> {
    match from_end {
        true => (count - 1).checked_sub(number),
        false => Some(number).filter(|number| *number < count),
    }
}

fn shown(shell: &Shell, path: &Path, long: bool) -> Vec<u8> {
    let bytes = path.as_bytes();
    match shell.state.variables.scalar(b"HOME") {
        Some(home) if !long && home.len() > 1 => match bytes.strip_prefix(&home[..]) {
            Some(rest) if rest.is_empty() || rest.starts_with(b"/") => [b"~", rest].concat(),
            _ => bytes.to_vec(),
        },
        _ => bytes.to_vec(),
    }
}

fn print(shell: &mut Shell) {
    let all: Vec<Vec<u8>> = entries(shell).iter().map(|path| shown(shell, path, false)).collect();
    let line = all.join(&b" "[..]);
    shell.output.extend_from_slice(&line);
    shell.output.extend_from_slice(b"\n");
}

pub(crate) fn dirs(shell: &mut Shell, call: &Invocation) -> Outcome {
    let (mut long, mut lines, mut numbers, mut clear, mut only) = (false, false, false, false, None);
    for word in call.operands() {
        match &word[..] {
            b"-l" => long = true,
            b"-p" => lines = true,
            b"-v" => numbers = true,
            b"-c" => clear = true,
            b"--" => break,
            _ => match place(word) {
                Some((from_end, Some(number))) => only = Some((word, from_end, number)),
                Some((_, None)) => {
                    shell.complain(&[word, b": invalid number"]);
                    options::usage(shell, call.builtin());
                    return Ok(2);
                }
                None => {
                    shell.complain(&[word, b": invalid option"]);
                    options::usage(shell, call.builtin());
                    return Ok(2);
                }
            },
        }
    }
    if clear {
        shell.state.directory_stack.clear();
        return Ok(0);
    }
    let all = entries(shell);
    if let Some((word, from_end, number)) = only {
        let Some(at) = index(all.len(), from_end, number) else {
            match all.len() {
                1 => shell.complain(&[b"directory stack empty"]),
                _ => shell.complain(&[&word[1..], b": directory stack index out of range"]),
            }
            return Ok(1);
        };
        let line = shown(shell, &all[at], long);
        if numbers {
            shell.output.extend_from_slice(format!("{at:2}  ").as_bytes());
        }
        shell.output.extend_from_slice(&line);
        shell.output.extend_from_slice(b"\n");
        return Ok(0);
    }
    for (at, path) in all.iter().enumerate() {
        let text = shown(shell, path, long);
        if numbers {
            shell.output.extend_from_slice(format!("{at:2}  ").as_bytes());
        }
        shell.output.extend_from_slice(&text);
        let last = at + 1 == all.len();
        shell.output.extend_from_slice(if numbers || lines || last { b"\n" } else { b" " });
    }
    Ok(0)
}

pub(crate) fn pushd<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    push(shell, call).boxed_local()
}

async fn push(shell: &mut Shell, call: Invocation) -> Outcome {
    let mut stays = false;
    let mut words = call.operands();
    while let [word, rest @ ..] = words {
        match &word[..] {
            b"-n" => stays = true,
            b"--" => {
                words = rest;
                break;
            }
            _ => break,
        }
        words = rest;
    }
    let all = entries(shell);
    if words.len() > 1 {
        shell.complain(&[b"too many arguments"]);
        return Ok(1);
    }
    let Some(word) = words.first() else {
        let Some(next) = all.get(1).cloned() else {
            shell.complain(&[b"no other directory"]);
            return Ok(1);
        };
        if !stays && !enter(shell, &next.bytes()).await {
            return Ok(1);
        }
        shell.state.directory_stack[0] = all[0].clone();
        print(shell);
        return Ok(0);
    };
    if let Some((from_end, number)) = place(word)
        && word != "-"
    {
        let Some(number) = number else {
            shell.complain(&[word, b": invalid number"]);
            options::usage(shell, call.builtin());
            return Ok(2);
        };
        let Some(at) = index(all.len(), from_end, number) else {
            match all.len() {
                1 => shell.complain(&[b"directory stack empty"]),
                _ => shell.complain(&[word, b": directory stack index out of range"]),
            }
            return Ok(1);
        };
        let mut turned = all[at..].to_vec();
        turned.extend_from_slice(&all[..at]);
        if !stays && !enter(shell, &turned[0].bytes()).await {
            return Ok(1);
        }
        shell.state.directory_stack = turned.into_iter().skip(1).collect();
        if !stays {
            print(shell);
        }
        return Ok(0);
    }
    if stays {
        let path = shell.view().absolute(word);
        shell.state.directory_stack.push_front(path);
        print(shell);
        return Ok(0);
    }
    let target = match &word[..] {
        b"-" => match shell.state.variables.scalar(b"OLDPWD").cloned() {
            Some(old) => old,
            None => {
                shell.complain(&[b"OLDPWD not set"]);
                return Ok(1);
            }
        },
        _ => word.clone(),
    };
    if !enter(shell, &target).await {
        return Ok(1);
    }
    shell.state.directory_stack.push_front(all[0].clone());
    print(shell);
    Ok(0)
}

async fn enter(shell: &mut Shell, target: &Bytes) -> bool {
    match directory::enter(shell, target, false).await {
        Ok(()) => true,
        Err(error) => {
            shell.complain_path(target, &error);
            false
        }
    }
}

pub(crate) fn popd<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let mut stays = false;
        let mut at = 0;
        let all = entries(shell);
        for word in call.operands() {
            match &word[..] {
                b"-n" => stays = true,
                b"--" => {}
                _ => match place(word) {
                    Some((from_end, Some(number))) => match index(all.len(), from_end, number) {
                        Some(found) => at = found,
                        None => {
                            match all.len() {
                                1 => shell.complain(&[b"directory stack empty"]),
                                _ => shell.complain(&[word, b": directory stack index out of range"]),
                            }
                            return Ok(1);
                        }
                    },
                    Some((_, None)) => {
                        shell.complain(&[word, b": invalid number"]);
                        options::usage(shell, call.builtin());
                        return Ok(2);
                    }
                    None => {
                        shell.complain(&[word, b": invalid argument"]);
                        options::usage(shell, call.builtin());
                        return Ok(2);
                    }
                },
            }
        }
        if all.len() < 2 {
            shell.complain(&[b"directory stack empty"]);
            return Ok(1);
        }
        match (at, stays) {
            (0, false) => {
                if !enter(shell, &all[1].bytes()).await {
                    return Ok(1);
                }
                shell.state.directory_stack.pop_front();
            }
            (0 | 1, true) => drop(shell.state.directory_stack.pop_front()),
            (at, _) => drop(shell.state.directory_stack.remove(at - 1)),
        }
        print(shell);
        Ok(0)
    }
    .boxed_local()
}
