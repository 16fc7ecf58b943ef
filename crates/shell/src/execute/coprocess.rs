//! `coproc` and process substitution: commands beside the shell, joined to it by pipes.

use bytes::Bytes;
use imbl::OrdMap;
use mirage_syntax::ast::{Coprocess, ProcessDirection, ProcessSubstitution};

use super::process::Process;
use super::{Shell, Stop};
use crate::expand::{decimal, is_name};
use crate::io::{Descriptor, PIPE_LIMIT, pipe};
use crate::state::Value;

/// Descriptors that the shell chooses for itself come from here down.
const HIGHEST: u32 = 63;

impl Shell {
    /// `coproc NAME command`.
    pub(crate) async fn run_coprocess(&mut self, coprocess: &Coprocess) -> Result<(), Stop> {
        if !is_name(&coprocess.name) {
            self.complain(&[b"`", &coprocess.name, b"': not a valid identifier"]);
            self.state.status = 1;
            return Ok(());
        }
        self.settle().await?;
        if self.too_many_jobs() {
            return Err(Stop::Exit);
        }
        if let Some(running) =
            self.jobs.iter().find(|job| job.coprocess.is_some() && job.process.ended().is_none())
        {
            let process = running.process.id.to_string();
            let name = running.coprocess.clone().unwrap_or_default();
            let shown = [b"[", process.as_bytes(), b":", &name[..], b"]"].concat();
            self.complain_plainly(&[b"warning: execute_coproc: coproc ", &shown, b" still exists"]);
        }
        let (to_command, command_input) = pipe(PIPE_LIMIT);
        let (command_output, from_command) = pipe(PIPE_LIMIT);
        let mut inner = self.fork();
        inner.tolerant = 0;
        inner.descriptors.set(0, Descriptor::reader(command_input));
        inner.descriptors.set(1, Descriptor::writer(command_output));
        let command = coprocess.command.clone();
        let text = mirage_syntax::print_command(&coprocess.command);
        let text = [b"coproc ", &coprocess.name[..], b" ", &text].concat().into();
        self.start_job(inner, text, Some(coprocess.name.clone()), |mut shell| async move {
            let result = shell.run_command(&command).await;
            (shell, result)
        });
        // bash numbers both ends of both pipes before it gives two of them to the command.
        let mut free = (10..=HIGHEST).rev().filter(|number| self.descriptors.get(*number).is_none());
        let (read, write) = (free.next().unwrap_or(HIGHEST), free.nth(2).unwrap_or(10));
        self.descriptors.set(read, Descriptor::reader(from_command));
        self.descriptors.set(write, Descriptor::writer(to_command));
        let ends = [read, write].map(|number| decimal(i64::from(number)));
        let ends: OrdMap<i64, Bytes> = (0..).zip(ends).collect();
        self.store_array(&coprocess.name, Value::Indexed(ends))?;
        let process = decimal(i64::from(self.last_background.unwrap_or(0)));
        self.store_scalar(&[&coprocess.name[..], b"_PID"].concat().into(), process)?;
        self.state.status = 0;
        Ok(())
    }

    /// `<(...)` and `>(...)`: starts the commands and answers the path that names the other end of their pipe.
    pub(crate) async fn expand_process(&mut self, substitution: &ProcessSubstitution) -> Result<Bytes, Stop> {
        self.settle().await?;
        let (writer, reader) = pipe(PIPE_LIMIT);
        let mut inner = self.fork();
        inner.tolerant = 0;
        inner.enter_substitution();
        let own = match substitution.direction {
            ProcessDirection::Input => {
                inner.descriptors.set(1, Descriptor::writer(writer));
                Descriptor::reader(reader)
            }
            ProcessDirection::Output => {
                inner.descriptors.set(0, Descriptor::reader(reader));
                Descriptor::writer(writer)
            }
        };
        let list = substitution.list.clone();
        let process = Process::new(inner.process, self.process);
        self.last_background = Some(process.id);
        self.last_substitution = Some(process.clone());
        self.start_process(process, inner, |mut shell| async move {
            let result = shell.run_list(&list).await;
            (shell, result)
        });
        let number = self.descriptors.free_below(HIGHEST);
        self.descriptors.set(number, own);
        self.substitutions.push(number);
        Ok(format!("/dev/fd/{number}").into())
    }

    /// Closes the ends that the process substitutions of a command have left open.
    pub(crate) async fn close_substitutions(&mut self, from: usize) {
        let call = self.run.call.clone();
        for number in self.substitutions.split_off(from.min(self.substitutions.len())) {
            if let Some(descriptor) = self.descriptors.take(number) {
                let _ = descriptor.close(&call).await;
            }
        }
    }
}
