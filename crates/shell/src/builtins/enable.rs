//! `enable`.

use bytes::Bytes;

use super::{ALL, Invocation, Outcome, options};
use crate::execute::Shell;

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "adnpsf:") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if parsed.has(b'f') || parsed.has(b'd') {
        return Err(shell.unsupported("loading builtins from files (enable -f, -d)"));
    }
    let (off, special) = (parsed.has(b'n'), parsed.has(b's'));
    if parsed.operands.is_empty() || parsed.has(b'p') {
        for builtin in ALL.iter().filter(|builtin| !special || builtin.special) {
            let disabled = shell.state.disabled.contains(builtin.name.as_bytes());
            if !parsed.has(b'a') && disabled != off {
                continue;
            }
            let line = format!("enable {}{}\n", if disabled { "-n " } else { "" }, builtin.name);
            shell.output.extend_from_slice(line.as_bytes());
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        if super::find(name).is_none() {
            shell.complain(&[name, b": not a shell builtin"]);
            status = 1;
        } else if off {
            shell.state.disabled.insert(Bytes::copy_from_slice(name));
        } else {
            shell.state.disabled.remove(&name[..]);
        }
    }
    Ok(status)
}
