//! The variables that the shell itself defines when a line starts.

use bytes::Bytes;
use imbl::OrdMap;

use super::Shell;
use crate::state::{Attributes, Dynamic, Value, Variable};

/// The version of bash whose behaviour this is.
pub(crate) const BASH_VERSION: &str = "5.2.15(1)-release";

pub(crate) const DYNAMIC: [(&str, Dynamic, Attributes); 24] = [
    ("RANDOM", Dynamic::Random, Attributes::INTEGER),
    ("SRANDOM", Dynamic::SRandom, Attributes::INTEGER),
    ("SECONDS", Dynamic::Seconds, Attributes::INTEGER),
    ("EPOCHSECONDS", Dynamic::EpochSeconds, Attributes::NONE),
    ("EPOCHREALTIME", Dynamic::EpochRealtime, Attributes::NONE),
    ("LINENO", Dynamic::LineNumber, Attributes::NONE),
    ("BASHPID", Dynamic::ProcessId, Attributes::INTEGER),
    ("BASH_SUBSHELL", Dynamic::Subshell, Attributes::NONE),
    ("BASH_COMMAND", Dynamic::Command, Attributes::NONE),
    ("PIPESTATUS", Dynamic::PipeStatus, Attributes::NONE),
    ("FUNCNAME", Dynamic::FunctionNames, Attributes::NONE),
    ("BASH_SOURCE", Dynamic::Sources, Attributes::NONE),
    ("BASH_LINENO", Dynamic::CallLines, Attributes::NONE),
    ("DIRSTACK", Dynamic::DirectoryStack, Attributes::NONE),
    ("SHELLOPTS", Dynamic::SetOptions, Attributes::READONLY),
    ("BASHOPTS", Dynamic::ShoptOptions, Attributes::READONLY),
    ("GROUPS", Dynamic::Groups, Attributes::NONE),
    ("BASH_ARGV0", Dynamic::ArgumentZero, Attributes::NONE),
    ("HISTCMD", Dynamic::HistoryNumber, Attributes::NONE),
    ("BASH_ALIASES", Dynamic::Aliases, Attributes::NONE),
    ("BASH_CMDS", Dynamic::Commands, Attributes::NONE),
    ("BASH_ARGC", Dynamic::ArgumentCounts, Attributes::NONE),
    ("BASH_ARGV", Dynamic::ArgumentValues, Attributes::NONE),
    ("_", Dynamic::LastArgument, Attributes::NONE),
];

impl Shell {
    /// Defines what every shell has, where the session does not have it yet.
    pub(crate) fn define_variables(&mut self) {
        if self.state.variables.get(b"BASH_VERSION").is_some() {
            return;
        }
        if let Some(path) = self.state.variables.scalar(b"_") {
            self.last_argument = path.clone();
        }
        for (name, value, attributes) in DYNAMIC {
            let variable = Variable { value: Value::Dynamic(value), attributes };
            self.state.variables.insert(Bytes::from_static(name.as_bytes()), variable);
        }
        let host = self.run.call.host().clone();
        let facts = host.facts();
        let fixed = Attributes::READONLY.with(Attributes::INTEGER);
        let scalars = [
            ("UID", facts.uid.to_string(), fixed),
            ("EUID", facts.uid.to_string(), fixed),
            ("PPID", self.parent_process.to_string(), fixed),
            ("HOSTNAME", facts.hostname.clone(), Attributes::NONE),
            ("HOSTTYPE", "x86_64".into(), Attributes::NONE),
            ("OSTYPE", "linux-gnu".into(), Attributes::NONE),
            ("MACHTYPE", "x86_64-pc-linux-gnu".into(), Attributes::NONE),
            ("BASH", "/usr/bin/bash".into(), Attributes::NONE),
            ("BASH_VERSION", BASH_VERSION.into(), Attributes::NONE),
            ("IFS", " \t\n".into(), Attributes::NONE),
            ("OPTIND", "1".into(), Attributes::INTEGER),
            ("OPTERR", "1".into(), Attributes::INTEGER),
            ("PS4", "+ ".into(), Attributes::NONE),
        ];
        for (name, value, attributes) in scalars {
            let name = Bytes::from_static(name.as_bytes());
            if self.state.variables.get(&name).is_none() {
                self.state
                    .variables
                    .insert(name, Variable { value: Value::Scalar(value.into()), attributes });
            }
        }
        let version = ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"];
        let version: OrdMap<i64, Bytes> =
            (0..).zip(version.map(|part| Bytes::from_static(part.as_bytes()))).collect();
        let variable = Variable { value: Value::Indexed(version), attributes: Attributes::READONLY };
        self.state.variables.insert(Bytes::from_static(b"BASH_VERSINFO"), variable);
        self.define_environment();
    }

    /// What a shell makes of its environment: `PWD`, `OLDPWD`, `SHLVL`, `PATH`.
    fn define_environment(&mut self) {
        let export = |value: Value| Variable { value, attributes: Attributes::EXPORT };
        let directory = Value::Scalar(self.state.directory.bytes());
        self.state.variables.insert(Bytes::from_static(b"PWD"), export(directory));
        let level = self
            .state
            .variables
            .scalar(b"SHLVL")
            .and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        let level = level.unwrap_or(0i64).saturating_add(1).max(0);
        self.state
            .variables
            .insert(Bytes::from_static(b"SHLVL"), export(Value::Scalar(level.to_string().into())));
        for (name, default) in
            [("PATH", Some("/usr/local/bin:/usr/bin:/bin")), ("OLDPWD", None), ("TERM", Some("dumb"))]
        {
            if self.state.variables.get(name.as_bytes()).is_none() {
                let value =
                    default.map_or(Value::Unset, |text| Value::Scalar(Bytes::from_static(text.as_bytes())));
                let attributes = if name == "OLDPWD" { Attributes::EXPORT } else { Attributes::NONE };
                self.state
                    .variables
                    .insert(Bytes::from_static(name.as_bytes()), Variable { value, attributes });
            }
        }
    }
}
