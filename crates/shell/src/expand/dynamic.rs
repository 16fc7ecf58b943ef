//! Variables that are computed when they are read.

use bytes::Bytes;
use imbl::OrdMap;

use super::word::decimal;
use crate::execute::Shell;
use crate::state::{Associative, Dynamic, ShellOption, Value};

impl Dynamic {
    /// Whether it is an associative array.
    pub(crate) fn is_associative(self) -> bool {
        matches!(self, Dynamic::Aliases | Dynamic::Commands)
    }
}

impl Shell {
    /// What a computed variable holds now.
    pub(crate) fn dynamic(&mut self, dynamic: Dynamic) -> Value {
        let host = self.run.call.host();
        match dynamic {
            Dynamic::Random => Value::Scalar(decimal(i64::from(self.random.next()))),
            Dynamic::SRandom => {
                let mut bytes = [0; 4];
                host.random(&mut bytes);
                Value::Scalar(decimal(i64::from(u32::from_le_bytes(bytes))))
            }
            Dynamic::Seconds => Value::Scalar(decimal(self.seconds())),
            Dynamic::EpochSeconds => Value::Scalar(decimal(host.now().seconds)),
            Dynamic::EpochRealtime => {
                let now = host.now();
                Value::Scalar(format!("{}.{:06}", now.seconds, now.nanos / 1000).into())
            }
            Dynamic::LineNumber => Value::Scalar(decimal(i64::from(self.line))),
            Dynamic::ProcessId => {
                // Who knows the number may send a signal to it.
                self.become_process();
                Value::Scalar(decimal(i64::from(self.process)))
            }
            Dynamic::Subshell => Value::Scalar(decimal(i64::from(self.subshells))),
            Dynamic::Command => Value::Scalar(self.command_text()),
            Dynamic::PipeStatus => list(self.pipe_status.iter().map(|status| decimal(i64::from(*status)))),
            Dynamic::FunctionNames => self.function_names(),
            Dynamic::Sources => {
                let frames = self.frames.iter().rev().map(|frame| frame.source.clone());
                list(frames.chain(self.script.clone()))
            }
            Dynamic::ArgumentCounts if self.state.options.has(ShellOption::ExtDebug) => {
                let frames = self.frames.iter().rev().map(|frame| frame.arguments.len());
                list(frames.chain([0]).map(|count| decimal(count as i64)))
            }
            Dynamic::ArgumentValues if self.state.options.has(ShellOption::ExtDebug) => {
                let frames = self.frames.iter().rev();
                list(frames.flat_map(|frame| frame.arguments.iter().rev().cloned().collect::<Vec<_>>()))
            }
            Dynamic::ArgumentCounts | Dynamic::ArgumentValues => list(std::iter::empty()),
            Dynamic::CallLines => {
                let frames = self.frames.iter().rev().map(|frame| decimal(i64::from(frame.called_from)));
                list(frames.chain(self.script.as_ref().map(|_| decimal(0))))
            }
            Dynamic::DirectoryStack => {
                let stack = self.state.directory_stack.iter().map(mirage_vfs::Path::bytes);
                list(std::iter::once(self.state.directory.bytes()).chain(stack))
            }
            Dynamic::SetOptions => Value::Scalar(self.options_on(|option| !option.is_shopt())),
            Dynamic::ShoptOptions => Value::Scalar(self.options_on(ShellOption::is_shopt)),
            Dynamic::Groups => list(std::iter::once(decimal(i64::from(host.facts().uid)))),
            Dynamic::ArgumentZero => Value::Scalar(self.state.name.clone()),
            Dynamic::LastArgument => Value::Scalar(self.last_argument.clone()),
            Dynamic::HistoryNumber => Value::Scalar(decimal(1)),
            Dynamic::Aliases => {
                let mut array = Associative::default();
                for (name, text) in &self.state.aliases {
                    array.insert(name.clone(), text.clone());
                }
                Value::Associative(array)
            }
            Dynamic::Commands => {
                let mut array = Associative::default();
                for (name, (path, _)) in &self.state.hashed {
                    array.insert(name.clone(), path.clone());
                }
                Value::Associative(array)
            }
        }
    }

    /// `SECONDS`.
    pub(crate) fn seconds(&self) -> i64 {
        let elapsed = self.run.call.host().now().since(self.seconds_from).as_secs();
        self.seconds_base.wrapping_add(elapsed as i64)
    }

    /// The running functions; none outside of all.
    fn function_names(&self) -> Value {
        if self.frames.iter().all(|frame| frame.is_source) {
            return Value::Unset;
        }
        let main = self.script.as_ref().map(|_| Bytes::from_static(b"main"));
        list(self.frames.iter().rev().map(|frame| frame.function.clone()).chain(main))
    }

    fn options_on(&self, family: impl Fn(ShellOption) -> bool) -> Bytes {
        let on = ShellOption::ALL.iter().copied();
        let on = on.filter(|option| family(*option) && self.state.options.has(*option));
        on.map(ShellOption::name).collect::<Vec<_>>().join(":").into()
    }

    /// The command that is executing, as `BASH_COMMAND` tells it.
    fn command_text(&self) -> Bytes {
        self.command.clone()
    }
}

fn list(items: impl Iterator<Item = Bytes>) -> Value {
    Value::Indexed((0..).zip(items).collect::<OrdMap<i64, Bytes>>())
}
