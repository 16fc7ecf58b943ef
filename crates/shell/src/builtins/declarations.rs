//! What `declare`, `export` and `readonly` print.

use bytes::Bytes;

use super::declare::Wish;
use super::options::Parsed;
use super::{Outcome, quote};
use crate::execute::{ArrayKind, Shell};
use crate::state::{Attributes, Dynamic, Function, ShellOption, Value, Variable};

/// `declare -p`.
pub(crate) fn print(shell: &mut Shell, parsed: &Parsed, wish: &Wish, local: bool) -> Outcome {
    if parsed.operands.is_empty() {
        for name in listed(shell, wish, local) {
            print_one(shell, &name);
        }
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        let hidden = local && !shell.state.variables.is_local(name);
        if hidden || !print_one(shell, name) {
            shell.complain(&[name, b": not found"]);
            status = 1;
        }
    }
    Ok(status)
}

fn print_one(shell: &mut Shell, name: &Bytes) -> bool {
    let Some(mut variable) = shell.state.variables.get(name).cloned() else { return false };
    if let Value::Dynamic(dynamic) = variable.value {
        variable.value = shell.dynamic(dynamic);
        if dynamic == Dynamic::FunctionNames && variable.value == Value::Unset {
            variable.value = Value::Indexed(imbl::OrdMap::new());
            variable.attributes = variable.attributes.with(Attributes::UNASSIGNED);
        }
    }
    let line = quote::declaration(name, &variable, shell.locale());
    shell.output.extend_from_slice(&line);
    shell.output.extend_from_slice(b"\n");
    true
}

fn listed(shell: &Shell, wish: &Wish, local: bool) -> Vec<Bytes> {
    let fits = |variable: &Variable| {
        let kind = match wish.array {
            Some(ArrayKind::Indexed) => matches!(variable.value, Value::Indexed(_)),
            Some(ArrayKind::Associative) => matches!(variable.value, Value::Associative(_)),
            None => true,
        };
        kind && variable.attributes.has(wish.set)
    };
    let locals = local.then(|| shell.state.variables.locals());
    let all = shell.state.variables.sorted().into_iter();
    let all =
        all.filter(|(name, variable)| fits(variable) && locals.as_ref().is_none_or(|own| own.contains(name)));
    all.map(|(name, _)| name.clone()).collect()
}

/// `declare` without names: `name=value` lines, or with attributes their declarations.
pub(crate) fn list(shell: &mut Shell, parsed: &Parsed, wish: &Wish, local: bool) -> Outcome {
    let names = listed(shell, wish, local);
    match parsed.options.is_empty() && !local {
        false => {
            for name in names {
                print_one(shell, &name);
            }
        }
        true => {
            print_assignments(shell, &names);
            print_functions(shell, true);
        }
    }
    Ok(0)
}

/// `set` and `declare`: every variable as an assignment.
pub(crate) fn print_assignments(shell: &mut Shell, names: &[Bytes]) {
    let locale = shell.locale();
    for name in names {
        let Some(mut variable) = shell.state.variables.get(name).cloned() else { continue };
        if let Value::Dynamic(dynamic) = variable.value {
            variable.value = shell.dynamic(dynamic);
        }
        let value = match &variable.value {
            Value::Scalar(text) if text.is_empty() => Vec::new(),
            Value::Scalar(text) => quote::where_needed(text, locale),
            Value::Unset | Value::Dynamic(_) => continue,
            _ if variable.attributes.has(Attributes::UNASSIGNED) => continue,
            array => quote::value(array, locale).unwrap_or_default(),
        };
        let line = [&name[..], b"=", &value, b"\n"].concat();
        shell.output.extend_from_slice(&line);
    }
}

/// Every function's text, or with `bodies` off its name.
pub(crate) fn print_functions(shell: &mut Shell, bodies: bool) {
    let names: Vec<Bytes> = shell.state.functions.keys().cloned().collect();
    for name in names {
        print_function(shell, &name, bodies);
    }
}

fn print_function(shell: &mut Shell, name: &Bytes, body: bool) {
    let Some(function) = shell.state.functions.get(name) else { return };
    if body {
        let (exported, readonly, traced) = (function.exported, function.readonly, function.traced);
        let text = shell.function_text(name).unwrap_or_default();
        shell.output.extend_from_slice(&text);
        shell.output.extend_from_slice(b"\n");
        if exported || readonly || traced {
            let letters = function_letters(exported, readonly, traced);
            let line = [b"declare -f", &letters[..], b" ", name, b"\n"].concat();
            shell.output.extend_from_slice(&line);
        }
        return;
    }
    let letters = function_letters(function.exported, function.readonly, function.traced);
    let line = [b"declare -f", &letters[..], b" ", name, b"\n"].concat();
    shell.output.extend_from_slice(&line);
}

fn function_letters(exported: bool, readonly: bool, traced: bool) -> Vec<u8> {
    let rows = [(readonly, b'r'), (traced, b't'), (exported, b'x')];
    rows.into_iter().filter(|(on, _)| *on).map(|(_, letter)| letter).collect()
}

/// `declare -f` and `-F`.
pub(crate) fn functions(shell: &mut Shell, parsed: &Parsed, wish: &Wish) -> Outcome {
    let names_only = parsed.has(b'F');
    if parsed.operands.is_empty() {
        print_functions(shell, !names_only);
        return Ok(0);
    }
    let mut status = 0;
    for name in &parsed.operands {
        if name.contains(&b'=') {
            shell.complain(&[b"cannot use `-f' to make functions"]);
            return Ok(1);
        }
        let Some(function) = shell.state.functions.get_mut(name) else {
            status = 1;
            continue;
        };
        if !wish.set.is_empty() || !wish.clear.is_empty() {
            if function.readonly && wish.clear.has(Attributes::READONLY) {
                shell.complain(&[name, b": readonly function"]);
                status = 1;
                continue;
            }
            shell.state.exports_functions = true;
            function.exported = !wish.clear.has(Attributes::EXPORT)
                && (function.exported || wish.set.has(Attributes::EXPORT));
            function.readonly |= wish.set.has(Attributes::READONLY);
            function.traced = function.traced || wish.set.has(Attributes::TRACE);
            continue;
        }
        match names_only {
            true if shell.state.options.has(ShellOption::ExtDebug) => {
                let line = [name, format!(" {} ", function.line).as_bytes(), &function.file, b"\n"].concat();
                shell.output.extend_from_slice(&line);
            }
            true => {
                shell.output.extend_from_slice(name);
                shell.output.extend_from_slice(b"\n");
            }
            false => {
                let text = shell.function_text(name).unwrap_or_default();
                shell.output.extend_from_slice(&text);
                shell.output.extend_from_slice(b"\n");
            }
        }
    }
    Ok(status)
}

/// `export -f` and `readonly -f`: marks functions, or without names lists those that are marked.
pub(crate) fn mark_functions(
    shell: &mut Shell,
    names: &[Bytes],
    mark: fn(&mut Function) -> &mut bool,
    on: bool,
) -> Outcome {
    let mut status = 0;
    if names.is_empty() {
        let mut all: Vec<Bytes> = Vec::new();
        for (name, function) in &shell.state.functions {
            if *mark(&mut function.clone()) {
                all.push(name.clone());
            }
        }
        for name in all {
            print_function(shell, &name, true);
        }
    }
    shell.state.exports_functions = true;
    for name in names {
        match shell.state.functions.get_mut(name) {
            Some(function) => *mark(function) = on,
            None => {
                shell.complain(&[name, b": not a function"]);
                status = 1;
            }
        }
    }
    Ok(status)
}

/// `export` and `readonly` without names.
pub(crate) fn list_with(shell: &mut Shell, attribute: Attributes) {
    let names: Vec<Bytes> = shell
        .state
        .variables
        .sorted()
        .into_iter()
        .filter(|(_, variable)| variable.attributes.has(attribute))
        .map(|(name, _)| name.clone())
        .collect();
    for name in names {
        print_one(shell, &name);
    }
}
