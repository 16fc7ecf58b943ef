//! Functions: definition and call.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use mirage_syntax::ast;

use super::{Frame, Limit, Shell, Stop};
use crate::expand::is_name;
use crate::state::{Function, ScopeKind, ShellOption};

/// Constructs that may be inside each other on the machine's stack before a call goes on in a task of its own.
const NESTING_LIMIT: u32 = 24;

impl Shell {
    pub(crate) fn define_function(&mut self, function: &ast::Function, line: u32) -> Result<(), Stop> {
        let name = &function.name;
        let posix = self.state.options.has(ShellOption::Posix);
        if name.iter().any(|byte| b"$`'\"\\".contains(byte)) || posix && !is_name(name) {
            self.complain(&[b"`", name, b"': not a valid identifier"]);
            self.state.status = 1;
            return if posix { Err(Stop::Exit) } else { Ok(()) };
        }
        if posix && crate::builtins::find(name).is_some_and(|builtin| builtin.special) {
            self.complain(&[b"`", name, b"': is a special builtin"]);
            self.state.status = 2;
            return Err(Stop::Exit);
        }
        let old = self.state.functions.get(name);
        if old.is_some_and(|old| old.readonly) {
            self.complain(&[name, b": readonly function"]);
            self.state.status = 1;
            return Ok(());
        }
        let defined = Function {
            body: function.body.clone(),
            file: self.file(),
            line,
            exported: self.state.options.has(ShellOption::AllExport) || old.is_some_and(|old| old.exported),
            traced: old.is_some_and(|old| old.traced),
            readonly: false,
        };
        self.state.exports_functions |= defined.exported;
        self.state.functions.insert(name.clone(), defined);
        self.state.status = 0;
        Ok(())
    }

    /// The file that is executing, as `BASH_SOURCE` of a function defined here tells it.
    pub(crate) fn file(&self) -> Bytes {
        match self.frames.last() {
            Some(frame) => frame.source.clone(),
            None => self.script.clone().unwrap_or_else(|| Bytes::from_static(b"environment")),
        }
    }

    /// Calls a function; `words` are its name and its arguments.
    pub(crate) async fn call_function(
        &mut self,
        function: Function,
        mut words: Vec<Bytes>,
    ) -> Result<(), Stop> {
        let last = words.last().cloned().unwrap_or_default();
        let name = words.remove(0);
        if self.depth >= self.run.depth_limit {
            return Err(Stop::Limit(Limit::Depth));
        }
        if self.exceeds_nest(&name) {
            return Err(Stop::Discard);
        }
        let arguments = Arc::new(words);
        let positional = std::mem::replace(&mut self.state.positional, arguments.clone());
        let (loops, line, nesting) = (self.loops, self.line, self.nesting);
        let getopts_at = self.getopts_at;
        self.state.variables.enter(ScopeKind::Function);
        self.frames.push(Frame {
            function: name,
            source: function.file.clone(),
            called_from: line,
            arguments,
            is_source: false,
        });
        self.depth += 1;
        self.loops = 0;
        let inherited = self.hide_traps(function.traced);
        let mut result = match self.has_debug_trap() {
            true => self.run_body_debugged(&function.body).boxed_local().await,
            false => self.run_body(&function.body).await,
        };
        let status = self.state.status;
        if result == Err(Stop::Return) {
            result = Ok(());
            self.state.status = self.before_return;
        }
        if result.is_ok() {
            result = self.run_return_trap(function.body.span.line).await;
            if result.is_ok() {
                self.state.status = status;
            }
        }
        self.show_traps(inherited);
        self.depth -= 1;
        self.frames.pop();
        // Who has an `OPTIND` of his own has left the caller's in the middle of its word.
        if self.state.variables.is_local(b"OPTIND") {
            self.getopts_at = getopts_at;
        }
        if let Some(options) = self.state.variables.leave() {
            self.state.options = options;
        }
        self.state.positional = positional;
        self.last_argument = last;
        (self.loops, self.line, self.nesting) = (loops, line, nesting);
        result
    }

    /// As [`run_body`](Shell::run_body), behind the DEBUG trap, which sees the call once more from inside.
    async fn run_body_debugged(&mut self, body: &Arc<ast::Command>) -> Result<(), Stop> {
        self.line = body.span.line;
        match self.run_debug_action().await? {
            true => self.run_body(body).await,
            false => Ok(()),
        }
    }

    /// `FUNCNEST`: a limit that a script sets itself.
    fn exceeds_nest(&mut self, name: &[u8]) -> bool {
        let Some(limit) = self.state.variables.scalar(b"FUNCNEST") else { return false };
        let limit: usize = std::str::from_utf8(limit).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        let running = self.frames.iter().filter(|frame| !frame.is_source).count();
        if limit == 0 || running < limit {
            return false;
        }
        let shown = format!(": maximum function nesting level exceeded ({limit})");
        self.complain(&[name, shown.as_bytes()]);
        self.state.status = 1;
        true
    }

    /// Runs a body that may be nested without end. Where that much is on the machine's stack already, it runs in a task
    /// of its own, which this shell moves to meanwhile.
    pub(crate) async fn run_body(&mut self, body: &Arc<ast::Command>) -> Result<(), Stop> {
        if self.nesting < NESTING_LIMIT {
            self.nesting += 2;
            return self.run_command(body).await;
        }
        let body = body.clone();
        self.elsewhere(move |shell| async move {
            let mut shell = shell;
            let result = shell.run_command(&body).await;
            (shell, result)
        })
        .boxed_local()
        .await
    }

    /// Moves this shell into a task of its own for the time of `work`.
    pub(crate) async fn elsewhere<F>(&mut self, work: impl FnOnce(Shell) -> F + 'static) -> Result<(), Stop>
    where
        F: Future<Output = (Shell, Result<(), Stop>)> + 'static,
    {
        let run = self.run.clone();
        // What stays here holds the session's state as it is now, in case the line is dropped meanwhile.
        let stays = Shell::bare(self.state.clone(), run.clone());
        let mut shell = std::mem::replace(self, stays);
        let nesting = std::mem::take(&mut shell.nesting);
        let (shell, result) = run.tasks.start(async move { work(shell).await }).await;
        *self = shell;
        self.nesting = nesting;
        result
    }

    /// Whether so much is on the machine's stack that what may nest without end should run elsewhere.
    pub(crate) fn is_deep(&self) -> bool {
        self.nesting >= NESTING_LIMIT
    }
}
