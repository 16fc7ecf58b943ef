//! Commands that are part of the shell.
//!
//! [`echo`], [`printf`] and [`test`] are also programs; their engines are public.

mod alias;
mod caller;
mod completion;
mod compopt;
mod control;
mod declarations;
mod declare;
mod describe;
mod directory;
pub mod echo;
mod editing;
mod enable;
mod eval;
mod fc;
mod getopts;
mod history;
mod input;
pub(crate) mod jobs;
mod kill;
mod limits;
mod literal;
mod mapfile;
pub(crate) mod options;
pub mod printf;
pub mod quote;
pub(crate) mod random;
mod read;
mod set;
pub(crate) mod signals;
mod stack;
pub mod test;
pub(crate) mod time;
mod traps;
mod ulimit;
mod unset;

use bytes::Bytes;
use futures_util::future::LocalBoxFuture;

use crate::command::Status;
use crate::execute::{Shell, Stop};

pub(crate) use eval::source;
pub(crate) use literal::assign_literal;

/// How a builtin ended: its status, or why the shell goes elsewhere.
pub(crate) type Outcome = Result<Status, Stop>;

/// A call of a builtin.
pub(crate) struct Invocation {
    /// The name and the arguments.
    pub words: Vec<Bytes>,
}

impl Invocation {
    /// The arguments.
    pub fn operands(&self) -> &[Bytes] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The builtin that was called.
    pub fn builtin(&self) -> &'static Builtin {
        self.words.first().and_then(|name| find(name)).unwrap_or(&NOTHING)
    }
}

/// What a builtin runs.
#[derive(Clone, Copy)]
pub(crate) enum Code {
    /// Without waiting for anything.
    Now(fn(&mut Shell, &Invocation) -> Outcome),
    /// Where it may wait.
    Later(for<'a> fn(&'a mut Shell, Invocation) -> LocalBoxFuture<'a, Outcome>),
}

/// A builtin.
pub(crate) struct Builtin {
    pub name: &'static str,
    /// The synopsis, as `usage:` lines show it.
    pub usage: &'static str,
    pub code: Code,
    /// One of POSIX's special builtins.
    pub special: bool,
    /// An error inside it ends the command as it was read, as one outside would.
    pub discards: bool,
}

impl Builtin {
    const fn new(name: &'static str, usage: &'static str, code: Code) -> Builtin {
        Builtin { name, usage, code, special: false, discards: false }
    }

    const fn special(self) -> Builtin {
        Builtin { special: true, ..self }
    }

    const fn discards(self) -> Builtin {
        Builtin { discards: true, ..self }
    }
}

static NOTHING: Builtin = Builtin::new("", "", Code::Now(control::succeed));

const fn now(
    name: &'static str,
    usage: &'static str,
    code: fn(&mut Shell, &Invocation) -> Outcome,
) -> Builtin {
    Builtin::new(name, usage, Code::Now(code))
}

const fn later(
    name: &'static str,
    usage: &'static str,
    code: for<'a> fn(&'a mut Shell, Invocation) -> LocalBoxFuture<'a, Outcome>,
) -> Builtin {
    Builtin::new(name, usage, Code::Later(code))
}

/// Every builtin, in the order of the names.
#[rustfmt::skip]
pub(crate) static ALL: &[Builtin] = &[
    later(".", ". filename [arguments]", eval::source).special().discards(),
    now(":", ": [arguments]", control::succeed).special(),
    later("[", "[ arg... ]", test::run),
    now("alias", "alias [-p] [name[=value] ... ]", alias::alias),
    later("bg", "bg [job_spec ...]", jobs::bg),
    now("bind", "bind [-lpsvPSVX] [-m keymap] [-f filename] [-q name] [-u name] [-r keyseq] [-x keyseq:shell-command] [keyseq:readline-function or readline-command]", editing::bind),
    now("break", "break [n]", control::leave_loop).special(),
    later("builtin", "builtin [shell-builtin [arg ...]]", eval::builtin).discards(),
    now("caller", "caller [expr]", caller::run),
    later("cd", "cd [-L|[-P [-e]] [-@]] [dir]", directory::cd),
    later("command", "command [-pVv] command [arg ...]", eval::command).discards(),
    later("compgen", "compgen [-abcdefgjksuv] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [word]", completion::compgen),
    now("complete", "complete [-abcdefgjksuv] [-pr] [-DEI] [-o option] [-A action] [-G globpat] [-W wordlist] [-F function] [-C command] [-X filterpat] [-P prefix] [-S suffix] [name ...]", completion::complete),
    now("compopt", "compopt [-o|+o option] [-DEI] [name ...]", compopt::compopt),
    now("continue", "continue [n]", control::next_round).special(),
    later("declare", "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]", declare::declare),
    now("dirs", "dirs [-clpv] [+N] [-N]", stack::dirs),
    now("disown", "disown [-h] [-ar] [jobspec ... | pid ...]", jobs::disown),
    now("echo", "echo [-neE] [arg ...]", echo::run),
    now("enable", "enable [-a] [-dnps] [-f filename] [name ...]", enable::run),
    later("eval", "eval [arg ...]", eval::eval).special().discards(),
    later("exec", "exec [-cl] [-a name] [command [argument ...]] [redirection ...]", eval::exec).special(),
    now("exit", "exit [n]", control::exit).special(),
    later("export", "export [-fn] [name[=value] ...] or export -p", declare::export).special(),
    now("false", "false", control::fail),
    later("fc", "fc [-e ename] [-lnr] [first] [last] or fc -s [pat=rep] [command]", fc::fc),
    later("fg", "fg [job_spec]", jobs::fg),
    now("getopts", "getopts optstring name [arg ...]", getopts::run),
    later("hash", "hash [-lr] [-p pathname] [-dt] [name ...]", describe::hash),
    now("help", "help [-dms] [pattern ...]", editing::help),
    later("history", "history [-c] [-d offset] [n] or history -anrw [filename] or history -ps arg [arg...]", history::history),
    later("jobs", "jobs [-lnprs] [jobspec ...] or jobs -x command [args]", jobs::jobs),
    now("kill", "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", kill::run),
    now("let", "let arg [arg ...]", caller::evaluate),
    later("local", "local [option] name[=value] ...", declare::local),
    now("logout", "logout [n]", editing::logout),
    later("mapfile", "mapfile [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]", mapfile::run),
    later("popd", "popd [-n] [+N | -N]", stack::popd),
    now("printf", "printf [-v var] format [arguments]", printf::run),
    later("pushd", "pushd [-n] [+N | -N | dir]", stack::pushd),
    later("pwd", "pwd [-LP]", directory::pwd),
    later("read", "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]", read::run),
    later("readarray", "readarray [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]", mapfile::run),
    later("readonly", "readonly [-aAf] [name[=value] ...] or readonly -p", declare::readonly).special(),
    now("return", "return [n]", control::return_from).special(),
    now("set", "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", set::set).special(),
    now("shift", "shift [n]", control::shift).special(),
    now("shopt", "shopt [-pqsu] [-o] [optname ...]", set::shopt),
    later("source", "source filename [arguments]", eval::source).special().discards(),
    now("suspend", "suspend [-f]", editing::suspend),
    later("test", "test [expr]", test::run),
    now("times", "times", limits::times).special(),
    now("trap", "trap [-lp] [[arg] signal_spec ...]", traps::run).special(),
    now("true", "true", control::succeed),
    later("type", "type [-afptP] name [name ...]", describe::kind),
    later("typeset", "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]", declare::declare),
    now("ulimit", "ulimit [-SHabcdefiklmnpqrstuvxPRT] [limit]", ulimit::ulimit),
    now("umask", "umask [-p] [-S] [mode]", limits::umask),
    now("unalias", "unalias [-a] name [name ...]", alias::unalias),
    now("unset", "unset [-f] [-v] [-n] [name ...]", unset::run).special(),
    later("wait", "wait [-fn] [-p var] [id ...]", jobs::wait),
];

/// The builtin called `name`.
pub(crate) fn find(name: &[u8]) -> Option<&'static Builtin> {
    let at = ALL.binary_search_by(|builtin| builtin.name.as_bytes().cmp(name)).ok()?;
    ALL.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtins_stand_in_the_order_of_their_names() {
        assert!(ALL.is_sorted_by(|one, two| one.name < two.name));
    }
}
