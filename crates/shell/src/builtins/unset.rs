//! `unset`.

use bytes::Bytes;

use super::{Invocation, Outcome, options};
use crate::execute::{Shell, Stop};
use crate::expand::{is_name, split_subscript};
use crate::state::{Attributes, ShellOption};

pub(crate) fn run(shell: &mut Shell, call: &Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "fvn") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let (functions, variables) = (parsed.has(b'f'), parsed.has(b'v') || parsed.has(b'n'));
    if functions && variables {
        shell.complain(&[b"cannot simultaneously unset a function and a variable"]);
        return Ok(1);
    }
    let mut status = 0;
    for name in &parsed.operands {
        if functions {
            if !unset_function(shell, name) {
                status = 1;
            }
            continue;
        }
        if !variables && !is_name(split_subscript(name).map_or(&name[..], |(base, _)| base)) {
            // Only a function may have such a name.
            status = status.max(u8::from(!unset_function(shell, name)));
            continue;
        }
        match unset_variable(shell, name, parsed.has(b'n')) {
            Ok(true) => {}
            Ok(false) if !variables => {
                if !unset_function(shell, name) {
                    status = 1;
                }
            }
            Ok(false) => {}
            Err(Stop::Discard) => status = 1,
            Err(stop) => return Err(stop),
        }
    }
    Ok(status)
}

fn unset_function(shell: &mut Shell, name: &Bytes) -> bool {
    if shell.state.functions.get(name).is_some_and(|function| function.readonly) {
        shell.complain(&[name, b": cannot unset: readonly function"]);
        return false;
    }
    shell.state.functions.remove(name);
    true
}

/// Removes a variable or an element; false when there is none of that name.
fn unset_variable(shell: &mut Shell, text: &Bytes, reference: bool) -> Result<bool, Stop> {
    let (base, subscript) = match split_subscript(text) {
        Some((base, subscript)) => (text.slice_ref(base), Some(text.slice_ref(subscript))),
        None => (text.clone(), None),
    };
    if !is_name(&base) {
        shell.complain(&[b"`", text, b"': not a valid identifier"]);
        return Err(Stop::Discard);
    }
    let name = match reference {
        true => base,
        false => match shell.follow_reference(&base)? {
            (name, None) => name,
            (name, Some(element)) => {
                shell.unset_element(&name, &element)?;
                return Ok(true);
            }
        },
    };
    let Some(variable) = shell.state.variables.get(&name) else { return Ok(false) };
    if reference && !variable.attributes.has(Attributes::NAMEREF) {
        return Ok(true);
    }
    if variable.attributes.has(Attributes::READONLY) {
        shell.complain(&[&name, b": cannot unset: readonly variable"]);
        return Err(Stop::Discard);
    }
    if let Some(subscript) = subscript {
        let element = shell.element_of_text(&name, &subscript)?;
        shell.unset_element(&name, &element)?;
        return Ok(true);
    }
    let hide = shell.state.options.has(ShellOption::LocalVarUnset);
    shell.state.variables.unset(&name, hide);
    shell.was_assigned(&name);
    Ok(true)
}
