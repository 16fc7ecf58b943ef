//! Job control: `jobs`, `wait`, `fg`, `bg`, `disown`.

use std::rc::Rc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, select, select_all};

use super::{Invocation, Outcome, options, signals};
use crate::execute::{Job, Process, Shell, Stop};
use crate::expand::{decimal, is_name, split_subscript};
use crate::state::ShellOption;

/// The job that `%1`, `%+`, `%-`, `%name` or `%?text` means. That it may mean several is told.
pub(crate) fn find(shell: &mut Shell, word: &[u8]) -> Option<Job> {
    let text = word.strip_prefix(b"%").unwrap_or(word);
    let by_text = |job: &&Job| match text {
        [b'?', part @ ..] => memchr::memmem::find(&job.text, part).is_some(),
        start => job.text.starts_with(start),
    };
    let jobs = &shell.jobs;
    let found = match text {
        b"" | b"%" | b"+" => current(jobs),
        b"-" => previous(jobs),
        _ if text.iter().all(u8::is_ascii_digit) => {
            let number = options::integer(text)?;
            jobs.iter().find(|job| i64::from(job.number) == number)
        }
        _ if jobs.iter().filter(by_text).nth(1).is_some() => {
            shell.complain(&[text, b": ambiguous job spec"]);
            return None;
        }
        _ => jobs.iter().find(by_text),
    };
    found.cloned()
}

fn current(jobs: &[Job]) -> Option<&Job> {
    jobs.last()
}

fn previous(jobs: &[Job]) -> Option<&Job> {
    jobs.len().checked_sub(2).and_then(|at| jobs.get(at)).or_else(|| jobs.last())
}

pub(crate) fn jobs<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "lpnxrs") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        match parsed.has(b'x') {
            true => run_with_numbers(shell, parsed.operands).await,
            false => list(shell, &parsed),
        }
    }
    .boxed_local()
}

/// `jobs -x`: runs a command with the numbers of processes for the jobs among its words.
async fn run_with_numbers(shell: &mut Shell, mut words: Vec<Bytes>) -> Outcome {
    if words.is_empty() {
        return Ok(0);
    }
    for word in words.iter_mut().filter(|word| word.starts_with(b"%")) {
        if let Some(job) = find(shell, word) {
            *word = decimal(i64::from(job.process.id));
        }
    }
    let outer = shell.builtin.take();
    let result = shell.run_named(words).await;
    shell.builtin = outer;
    result.map(|()| shell.state.status)
}

fn list(shell: &mut Shell, parsed: &options::Parsed) -> Outcome {
    let mut wanted = Vec::new();
    let mut status = 0;
    match parsed.operands.is_empty() {
        true => wanted.extend(shell.jobs.iter().cloned()),
        false => {
            for word in &parsed.operands {
                match find(shell, word) {
                    Some(job) => wanted.push(job),
                    None => {
                        shell.complain(&[word, b": no such job"]);
                        status = 1;
                    }
                }
            }
        }
    }
    for job in wanted {
        let ended = job.process.ended();
        let unchanged = parsed.has(b'n') && job.listed.replace(true) && ended.is_none();
        if parsed.has(b'r') && ended.is_some() || parsed.has(b's') || unchanged {
            continue;
        }
        let line = match parsed.has(b'p') {
            true => format!("{}\n", job.process.id).into_bytes(),
            false => line_of(shell, &job, parsed.has(b'l')),
        };
        shell.output.extend_from_slice(&line);
        job.told.set(ended.is_some());
    }
    forget_told(shell);
    Ok(status)
}

/// A job as `jobs` lists it.
pub(crate) fn line_of(shell: &Shell, job: &Job, long: bool) -> Vec<u8> {
    let is = |other: Option<&Job>| other.is_some_and(|other| other.number == job.number);
    let mark = if is(current(&shell.jobs)) {
        '+'
    } else if is(previous(&shell.jobs)) {
        '-'
    } else {
        ' '
    };
    let state = match (job.process.ended(), job.process.killed_by()) {
        (None, _) => "Running".into(),
        (Some(0), _) => "Done".into(),
        (Some(_), Some(signal)) => signals::description(signal),
        (Some(status), None) => format!("Exit {status}"),
    };
    let process = if long { format!("{} ", job.process.id) } else { String::new() };
    let tail: &[u8] = if job.process.ended().is_none() { b" &" } else { b"" };
    [format!("[{}]{mark}  {process}{state:<24}", job.number).as_bytes(), &job.text, tail, b"\n"].concat()
}

/// Drops jobs whose end has been told.
fn forget_told(shell: &mut Shell) {
    shell.jobs.retain(|job| !job.told.get());
}

pub(crate) fn wait<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    run_wait(shell, call).boxed_local()
}

async fn run_wait(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "fnp:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    shell.settle().await?;
    if let Some(name) = parsed.value(b'p') {
        let base = split_subscript(name).map_or(&name[..], |(base, _)| base);
        if !is_name(base) {
            shell.complain(&[b"`", name, b"': not a valid identifier"]);
            return Ok(1);
        }
        shell.state.variables.unset(name, false);
    }
    let own: Vec<Job> =
        shell.jobs.iter().filter(|job| job.process.parent == shell.process).cloned().collect();
    if parsed.has(b'n') {
        return wait_next(shell, own, &parsed).await;
    }
    if parsed.operands.is_empty() {
        for job in own {
            if let Some(status) = wait_for(shell, &job.process).await? {
                return Ok(status);
            }
            remember(shell, &job);
        }
        forget_told(shell);
        return Ok(0);
    }
    let mut status = 0;
    for word in &parsed.operands {
        let job = match word.starts_with(b"%") {
            true => match find(shell, word) {
                Some(job) => Some(job),
                None => {
                    shell.complain(&[word, b": no such job"]);
                    status = 127;
                    continue;
                }
            },
            false => match options::integer(word) {
                Some(number) => {
                    let found = own.iter().find(|job| i64::from(job.process.id) == number).cloned();
                    let found = found.or_else(|| substitution(shell, number));
                    if found.is_none() {
                        if let Some(known) = remembered(shell, number) {
                            status = known;
                            continue;
                        }
                        let shown = format!("pid {number} is not a child of this shell");
                        shell.complain(&[shown.as_bytes()]);
                        status = 127;
                        continue;
                    }
                    found
                }
                None => {
                    shell.complain(&[b"`", word, b"': not a pid or valid job spec"]);
                    status = 1;
                    continue;
                }
            },
        };
        let Some(job) = job else { continue };
        if let Some(interrupted) = wait_for(shell, &job.process).await? {
            return Ok(interrupted);
        }
        status = job.process.ended().unwrap_or(0);
        tell_variable(shell, &parsed, &job)?;
        remember(shell, &job);
    }
    forget_told(shell);
    Ok(status)
}

async fn wait_next(shell: &mut Shell, own: Vec<Job>, parsed: &options::Parsed) -> Outcome {
    let mut jobs = own;
    if !parsed.operands.is_empty() {
        let wanted: Vec<u32> = parsed
            .operands
            .iter()
            .filter_map(|word| match word.starts_with(b"%") {
                true => find(shell, word).map(|job| job.process.id),
                false => options::integer(word).and_then(|number| u32::try_from(number).ok()),
            })
            .collect();
        jobs.retain(|job| wanted.contains(&job.process.id));
    }
    if jobs.is_empty() {
        return Ok(127);
    }
    let ended = {
        let waits: Vec<_> = jobs.iter().map(|job| job.process.until_ended().boxed_local()).collect();
        let signals = shell.signals.clone();
        let news = std::pin::pin!(signals.until_news());
        match select(select_all(waits), news).await {
            Either::Left(((_, at, _), _)) => Some(at),
            Either::Right(_) => None,
        }
    };
    let Some(at) = ended else { return interrupted(shell).await };
    let job = &jobs[at];
    tell_variable(shell, parsed, job)?;
    remember(shell, job);
    forget_told(shell);
    Ok(job.process.ended().unwrap_or(0))
}

fn tell_variable(shell: &mut Shell, parsed: &options::Parsed, job: &Job) -> Result<(), Stop> {
    match parsed.value(b'p') {
        Some(name) => shell.store_named(name, decimal(i64::from(job.process.id))),
        None => Ok(()),
    }
}

/// A job whose status was asked for is gone, but its status can be asked for again.
fn remember(shell: &mut Shell, job: &Job) {
    let builtin = shell.builtin.take();
    shell.tell_job(job);
    shell.builtin = builtin;
    if let Some(name) = &job.coprocess {
        shell.state.variables.unset(name, false);
        shell.state.variables.unset(&[&name[..], b"_PID"].concat(), false);
    }
}

/// The last process substitution, which is no job but can be waited for.
fn substitution(shell: &Shell, number: i64) -> Option<Job> {
    let process = shell.last_substitution.clone().filter(|process| i64::from(process.id) == number)?;
    Some(Job {
        number: 0,
        process,
        text: Bytes::new(),
        told: Rc::default(),
        listed: Rc::default(),
        coprocess: None,
    })
}

fn remembered(shell: &Shell, number: i64) -> Option<u8> {
    shell.waited.iter().find(|(id, _)| i64::from(*id) == number).map(|(_, status)| *status)
}

/// Waits for a process; answers a status when a signal comes first.
async fn wait_for(shell: &mut Shell, process: &Process) -> Result<Option<u8>, Stop> {
    let ended = {
        let signals = shell.signals.clone();
        let news = std::pin::pin!(signals.until_news());
        let ended = std::pin::pin!(process.until_ended());
        matches!(select(ended, news).await, Either::Left(_))
    };
    match ended {
        true => Ok(None),
        false => interrupted(shell).await.map(Some),
    }
}

async fn interrupted(shell: &mut Shell) -> Outcome {
    let first = shell.signals.peek_pending();
    shell.notice_signals().boxed_local().await?;
    Ok(128 + first.unwrap_or(0) as u8)
}

pub(crate) fn fg<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        if !shell.state.options.has(ShellOption::Monitor) {
            shell.complain(&[b"no job control"]);
            return Ok(1);
        }
        let word = call.operands().first().cloned().unwrap_or_else(|| Bytes::from_static(b"%+"));
        let Some(job) = find(shell, &word) else {
            complain_missing(shell, call.operands());
            return Ok(1);
        };
        shell.output.extend_from_slice(&job.text);
        shell.output.extend_from_slice(b"\n");
        shell.settle().await?;
        if let Some(status) = wait_for(shell, &job.process).await? {
            return Ok(status);
        }
        remember(shell, &job);
        forget_told(shell);
        Ok(job.process.ended().unwrap_or(0))
    }
    .boxed_local()
}

pub(crate) fn bg<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        if !shell.state.options.has(ShellOption::Monitor) {
            shell.complain(&[b"no job control"]);
            return Ok(1);
        }
        let word = call.operands().first().cloned().unwrap_or_else(|| Bytes::from_static(b"%+"));
        let Some(job) = find(shell, &word) else {
            complain_missing(shell, call.operands());
            return Ok(1);
        };
        job.process.signal(signals::CONTINUE);
        let shown = format!("job {} already in background", job.number);
        shell.complain(&[shown.as_bytes()]);
        Ok(0)
    }
    .boxed_local()
}

fn complain_missing(shell: &mut Shell, words: &[Bytes]) {
    let word = words.first().cloned().unwrap_or_else(|| Bytes::from_static(b"current"));
    shell.complain(&[&word, b": no such job"]);
}

pub(crate) fn disown(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "har") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.has(b'h') {
        return Ok(0);
    }
    if parsed.operands.is_empty() {
        if parsed.has(b'a') || parsed.has(b'r') {
            shell.jobs.clear();
            return Ok(0);
        }
        return match shell.jobs.pop() {
            Some(_) => Ok(0),
            None => {
                shell.complain(&[b"current: no such job"]);
                Ok(1)
            }
        };
    }
    let mut status = 0;
    for word in &parsed.operands {
        let found = match word.starts_with(b"%") {
            true => find(shell, word),
            false => {
                let number = options::integer(word).unwrap_or(-1);
                shell.jobs.iter().find(|job| i64::from(job.process.id) == number).cloned()
            }
        };
        match found {
            Some(found) => shell.jobs.retain(|job| job.number != found.number),
            None => {
                shell.complain(&[word, b": no such job"]);
                status = 1;
            }
        }
    }
    Ok(status)
}
