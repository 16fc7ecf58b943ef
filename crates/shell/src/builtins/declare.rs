//! Builtins that declare: `declare`, `typeset`, `local`, `export`, `readonly`.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_syntax::ast::{ArrayElement, ParameterName};

use super::{Invocation, Outcome, declarations, options};
use crate::execute::{ArrayKind, Shell, Stop};
use crate::expand::{Element, Target, is_name};
use crate::state::{Associative, Attributes, ShellOption, Value, Variable};

/// What a declaration asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    pub set: Attributes,
    pub clear: Attributes,
    pub array: Option<ArrayKind>,
    /// `+a` or `+A`.
    pub no_array: bool,
    /// In the scope of the running function.
    pub local: bool,
    /// `-g`.
    pub global: bool,
    /// `-I`.
    pub inherit: bool,
    /// With a value behind the name.
    pub assigns: bool,
}

/// One argument: `name`, `name[subscript]`, with `=value` or `+=value`, or an array literal.
pub(super) struct Operand<'a> {
    /// As written up to the `=`.
    pub name: Bytes,
    pub subscript: Option<Bytes>,
    pub append: bool,
    pub value: Given<'a>,
}

/// What stands behind the `=`.
pub(super) enum Given<'a> {
    Nothing,
    Text(Bytes),
    Literal(&'a [ArrayElement]),
}

pub(crate) fn declare<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    run_declare(shell, call, false).boxed_local()
}

pub(crate) fn local<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        if !shell.state.variables.in_function() {
            shell.complain(&[b"can only be used in a function"]);
            return Ok(1);
        }
        run_declare(shell, call, true).await
    }
    .boxed_local()
}

async fn run_declare(shell: &mut Shell, call: Invocation, local: bool) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), "+aAfFgiIlnprtucx") {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    let mut wish = Wish { local: shell.state.variables.in_function(), ..Wish::default() };
    for option in &parsed.options {
        let attribute = match option.letter {
            b'a' | b'A' => {
                let kind = if option.letter == b'a' { ArrayKind::Indexed } else { ArrayKind::Associative };
                match option.plus {
                    true => wish.no_array = true,
                    false => wish.array = Some(kind),
                }
                continue;
            }
            b'g' => {
                wish.global = true;
                wish.local = false;
                continue;
            }
            b'I' => {
                wish.inherit = true;
                continue;
            }
            b'i' => Attributes::INTEGER,
            b'l' => Attributes::LOWER,
            b'u' => Attributes::UPPER,
            b'c' => Attributes::CAPITAL,
            b'n' => Attributes::NAMEREF,
            b'r' => Attributes::READONLY,
            b't' => Attributes::TRACE,
            b'x' => Attributes::EXPORT,
            _ => continue,
        };
        match option.plus {
            true => wish.clear = wish.clear.with(attribute),
            false => wish.set = wish.set.with(attribute),
        }
    }
    let cases = Attributes::LOWER.with(Attributes::UPPER).with(Attributes::CAPITAL);
    let wanted =
        [Attributes::LOWER, Attributes::UPPER, Attributes::CAPITAL].iter().filter(|one| wish.set.has(**one));
    if wanted.count() > 1 {
        // Asked for at once they cancel each other.
        wish.set = wish.set.without(cases);
    }
    let functions = parsed.has(b'f') || parsed.has(b'F');
    if functions {
        return declarations::functions(shell, &parsed, &wish);
    }
    if parsed.has(b'p') {
        return declarations::print(shell, &parsed, &wish, local);
    }
    if parsed.operands.is_empty() {
        return declarations::list(shell, &parsed, &wish, local);
    }
    apply_all(shell, parsed.operands, wish).await
}

pub(crate) fn export<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "fnp") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let mut wish = Wish::default();
        match parsed.has(b'n') {
            true => wish.clear = Attributes::EXPORT,
            false => wish.set = Attributes::EXPORT,
        }
        if parsed.has(b'f') {
            let on = !parsed.has(b'n');
            return declarations::mark_functions(
                shell,
                &parsed.operands,
                |function| &mut function.exported,
                on,
            );
        }
        if parsed.operands.is_empty() {
            declarations::list_with(shell, Attributes::EXPORT);
            return Ok(0);
        }
        apply_all(shell, parsed.operands, wish).await
    }
    .boxed_local()
}

pub(crate) fn readonly<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    async move {
        let parsed = match options::parse(shell, call.builtin(), call.operands(), "aAfp") {
            Ok(parsed) => parsed,
            Err(status) => return Ok(status),
        };
        let mut wish = Wish { set: Attributes::READONLY, ..Wish::default() };
        if parsed.has(b'a') {
            wish.array = Some(ArrayKind::Indexed);
        }
        if parsed.has(b'A') {
            wish.array = Some(ArrayKind::Associative);
        }
        if parsed.has(b'f') {
            return declarations::mark_functions(
                shell,
                &parsed.operands,
                |function| &mut function.readonly,
                true,
            );
        }
        if parsed.operands.is_empty() {
            declarations::list_with(shell, Attributes::READONLY);
            return Ok(0);
        }
        apply_all(shell, parsed.operands, wish).await
    }
    .boxed_local()
}

async fn apply_all(shell: &mut Shell, words: Vec<Bytes>, wish: Wish) -> Outcome {
    let mut status = 0;
    let subscripts = !matches!(shell.builtin, Some("export" | "readonly"));
    for word in words {
        if word == "-" && wish.local && shell.builtin == Some("local") {
            let options = shell.state.options;
            shell.state.variables.keep_options(options);
            continue;
        }
        let mut operand = operand(&word);
        if let (false, Some(subscript)) = (subscripts, &operand.subscript) {
            operand.name = [&operand.name[..], b"[", subscript, b"]"].concat().into();
            operand.value = Given::Nothing;
        }
        match apply(shell, operand, wish).await {
            Ok(()) => {}
            Err(Stop::Discard) => status = 1,
            Err(stop) => return Err(stop),
        }
    }
    Ok(status)
}

fn operand(word: &Bytes) -> Operand<'static> {
    let name_end = word.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let (subscript, after) = match word.get(name_end) {
        Some(b'[') => match crate::expand::subscript_end(word, name_end) {
            Some(close) => (Some(word.slice(name_end + 1..close)), close + 1),
            None => (None, name_end),
        },
        _ => (None, name_end),
    };
    let rest = &word[after..];
    let (append, value) = match rest {
        [b'=', ..] => (false, Given::Text(word.slice(after + 1..))),
        [b'+', b'=', ..] => (true, Given::Text(word.slice(after + 2..))),
        [] => (false, Given::Nothing),
        // Not a name: the whole word is told.
        _ => return Operand { name: word.clone(), subscript: None, append: false, value: Given::Nothing },
    };
    Operand { name: word.slice(..name_end), subscript, append, value }
}

pub(super) async fn apply(shell: &mut Shell, operand: Operand<'_>, wish: Wish) -> Result<(), Stop> {
    if !is_name(&operand.name) {
        let shown: Vec<u8> = match &operand.value {
            Given::Text(text) => [&operand.name[..], b"=", text].concat(),
            _ => operand.name.to_vec(),
        };
        shell.complain(&[b"`", &shown, b"': not a valid identifier"]);
        return Err(Stop::Discard);
    }
    // `-n` and a variable that becomes a reference are about the name itself.
    let references = wish.set.has(Attributes::NAMEREF) || wish.clear.has(Attributes::NAMEREF);
    let own_scope = wish.local && !wish.global;
    let name = match references || own_scope && !shell.state.variables.is_local(&operand.name) {
        true => operand.name.clone(),
        false => match shell.follow_reference(&operand.name)? {
            (name, None) => name,
            (name, Some(element)) => {
                return assign_element(shell, name, element, operand.value, operand.append).await;
            }
        },
    };
    if wish.global && shell.state.variables.is_shadowed(&name) {
        return apply_globally(shell, &name, operand, wish).await;
    }
    if own_scope {
        if shell
            .state
            .variables
            .get(&name)
            .is_some_and(|variable| variable.attributes.has(Attributes::READONLY))
            && !shell.state.variables.is_local(&name)
        {
            return refuse_readonly(shell, &name);
        }
        localize(shell, &name, wish);
    }
    if wish.set.has(Attributes::NAMEREF) && matches!(operand.value, Given::Nothing) {
        let target = shell.state.variables.scalar(&name).cloned().unwrap_or_default();
        return refer(shell, &name, target, wish);
    }
    let value = match (operand.value, references) {
        (Given::Text(text), true) if wish.set.has(Attributes::NAMEREF) => {
            return refer(shell, &name, text, Wish { assigns: true, ..wish });
        }
        (value, _) => value,
    };
    let old = shell.state.variables.get(&name);
    let readonly = old.is_some_and(|variable| variable.attributes.has(Attributes::READONLY));
    let loses = !wish.clear.is_empty() && wish.clear.has(Attributes::READONLY);
    let assigns = !matches!(value, Given::Nothing);
    if readonly && (assigns || loses) {
        return refuse_readonly(shell, &name);
    }
    shape(shell, &name, wish, operand.subscript.is_some())?;
    // Attributes that change values come first, the one that forbids to last.
    let early = wish.set.without(Attributes::READONLY);
    mark(shell, &name, early, wish.clear);
    match value {
        Given::Nothing => {}
        Given::Literal(elements) => {
            let kind = wish.array.unwrap_or(ArrayKind::Indexed);
            shell.assign_array(&name, elements, operand.append, kind).await?;
        }
        Given::Text(text) => {
            let array = shell.state.variables.get(&name).is_some_and(|variable| variable.value.is_array());
            if operand.subscript.is_none() && (array || wish.array.is_some()) && is_parenthesized(&text) {
                shell.assign_array_text(&name, &text, operand.append, wish.array).await?;
            } else {
                if matches!(shell.builtin, Some("export" | "readonly"))
                    && shell.state.options.has(ShellOption::XTrace)
                {
                    let sign: &[u8] = if operand.append { b"+=" } else { b"=" };
                    let shown = if text.is_empty() { Vec::new() } else { shell.shown(&text) };
                    shell.trace_words(&[&name, sign, &shown]).await;
                }
                let element = match &operand.subscript {
                    Some(subscript) => shell.element_of_text(&name, subscript)?,
                    None => Element::Whole,
                };
                let target = Target { name: ParameterName::Variable(name.clone()), element };
                shell.store(&target, text, operand.append)?;
            }
        }
    }
    mark(shell, &name, wish.set, Attributes::NONE);
    if !own_scope && (wish.set.has(Attributes::EXPORT) || wish.set.has(Attributes::READONLY)) {
        shell.state.variables.keep_temporary(&name);
    }
    Ok(())
}

fn is_parenthesized(text: &[u8]) -> bool {
    text.first() == Some(&b'(') && text.last() == Some(&b')')
}

fn refuse_readonly(shell: &mut Shell, name: &[u8]) -> Result<(), Stop> {
    match shell.builtin {
        Some("declare" | "typeset" | "local") => shell.complain(&[name, b": readonly variable"]),
        _ => shell.complain_plainly(&[name, b": readonly variable"]),
    }
    Err(Stop::Discard)
}

/// Makes a variable local to the running function.
fn localize(shell: &mut Shell, name: &Bytes, wish: Wish) {
    let outer = shell.state.variables.make_local(name);
    if outer.as_ref().is_some_and(|outer| outer.attributes.has(Attributes::EXPORT)) {
        let variable = shell.state.variables.entry(name);
        variable.attributes = variable.attributes.with(Attributes::EXPORT);
    }
    let inherits = wish.inherit || shell.state.options.has(ShellOption::LocalVarInherit);
    if let (true, Some(mut outer)) = (inherits, outer) {
        outer.attributes = outer.attributes.without(Attributes::NAMEREF);
        shell.state.variables.insert(name.clone(), outer);
    }
}

/// Gives a variable the kind of value that was asked for.
fn shape(shell: &mut Shell, name: &Bytes, wish: Wish, has_subscript: bool) -> Result<(), Stop> {
    if shell.state.variables.get(name).is_none() {
        shell.state.variables.insert(name.clone(), Variable::default());
    }
    let Some(variable) = shell.state.variables.get_mut(name) else { return Ok(()) };
    if wish.no_array && variable.value.is_array() {
        shell.complain(&[name, b": cannot destroy array variables in this way"]);
        return Err(Stop::Discard);
    }
    let kind = wish.array.or(has_subscript.then_some(ArrayKind::Indexed));
    match (kind, &variable.value) {
        (Some(ArrayKind::Indexed), Value::Unset) => {
            variable.value = Value::Indexed(imbl::OrdMap::new());
            variable.attributes = variable.attributes.with(Attributes::UNASSIGNED);
        }
        (Some(ArrayKind::Indexed), Value::Scalar(text)) => {
            variable.value = Value::Indexed(std::iter::once((0, text.clone())).collect());
        }
        (Some(ArrayKind::Indexed), Value::Associative(_)) if wish.array.is_some() => {
            shell.complain(&[name, b": cannot convert associative to indexed array"]);
            return Err(Stop::Discard);
        }
        (Some(ArrayKind::Associative), Value::Unset) => {
            variable.value = Value::Associative(Associative::default());
            variable.attributes = variable.attributes.with(Attributes::UNASSIGNED);
        }
        (Some(ArrayKind::Associative), Value::Scalar(text)) => {
            let mut array = Associative::default();
            array.insert(Bytes::from_static(b"0"), text.clone());
            variable.value = Value::Associative(array);
        }
        (Some(ArrayKind::Associative), Value::Indexed(_)) => {
            shell.complain(&[name, b": cannot convert indexed to associative array"]);
            return Err(Stop::Discard);
        }
        _ => {}
    }
    Ok(())
}

fn mark(shell: &mut Shell, name: &Bytes, set: Attributes, clear: Attributes) {
    if set.is_empty() && clear.is_empty() {
        return;
    }
    let variable = shell.state.variables.entry(name);
    variable.attributes = marked(variable.attributes, set, clear);
}

fn marked(attributes: Attributes, set: Attributes, clear: Attributes) -> Attributes {
    let cases = Attributes::LOWER.with(Attributes::UPPER).with(Attributes::CAPITAL);
    let changes_case =
        [Attributes::LOWER, Attributes::UPPER, Attributes::CAPITAL].iter().any(|one| set.has(*one));
    let kept = if changes_case { attributes.without(cases) } else { attributes };
    kept.without(clear).with(set)
}

/// `declare -n name=target`.
fn refer(shell: &mut Shell, name: &Bytes, target: Bytes, wish: Wish) -> Result<(), Stop> {
    let base = crate::expand::split_subscript(&target).map_or(&target[..], |(base, _)| base);
    if target.is_empty() && wish.assigns {
        shell.complain(&[b"`': not a valid identifier"]);
        return Err(Stop::Discard);
    }
    if !is_name(base) && !target.is_empty() {
        shell.complain(&[b"`", &target, b"': invalid variable name for name reference"]);
        return Err(Stop::Discard);
    }
    if target == name {
        if !shell.state.variables.in_function() || wish.global {
            shell.complain(&[name, b": nameref variable self references not allowed"]);
            return Err(Stop::Discard);
        }
        shell.complain(&[b"warning: ", name, b": circular name reference"]);
    }
    let variable = shell.state.variables.entry(name);
    if variable.attributes.has(Attributes::READONLY) {
        return refuse_readonly(shell, name);
    }
    variable.value = Value::Scalar(target);
    variable.attributes = marked(variable.attributes, wish.set, wish.clear);
    Ok(())
}

async fn assign_element(
    shell: &mut Shell,
    name: Bytes,
    element: Element,
    value: Given<'_>,
    append: bool,
) -> Result<(), Stop> {
    match value {
        Given::Text(text) => {
            let target = Target { name: ParameterName::Variable(name), element };
            shell.store(&target, text, append)
        }
        Given::Nothing => Ok(()),
        Given::Literal(_) => {
            shell.complain(&[&name, b": cannot assign list to array member"]);
            Err(Stop::Discard)
        }
    }
}

/// `declare -g` while a function shadows the name.
async fn apply_globally(
    shell: &mut Shell,
    name: &Bytes,
    operand: Operand<'_>,
    wish: Wish,
) -> Result<(), Stop> {
    let attributes = shell.state.variables.global(name).attributes;
    if attributes.has(Attributes::READONLY) {
        return refuse_readonly(shell, name);
    }
    let attributes = marked(attributes, wish.set, wish.clear);
    let text = match operand.value {
        Given::Text(text) => Some(shell.conformed(attributes, text)?),
        Given::Nothing => None,
        Given::Literal(elements) => {
            shell.state.variables.swap_with_global(name);
            let kind = wish.array.unwrap_or(ArrayKind::Indexed);
            mark(shell, name, attributes, Attributes::NONE);
            let assigned = shell.assign_array(name, elements, operand.append, kind).await;
            shell.state.variables.swap_with_global(name);
            return assigned;
        }
    };
    let variable = shell.state.variables.global(name);
    variable.attributes = attributes;
    match (wish.array, &variable.value) {
        (Some(ArrayKind::Indexed), Value::Unset) => variable.value = Value::Indexed(imbl::OrdMap::new()),
        (Some(ArrayKind::Associative), Value::Unset) => {
            variable.value = Value::Associative(Associative::default())
        }
        _ => {}
    }
    if let Some(text) = text {
        let text = match (operand.append, variable.value.scalar()) {
            (true, Some(old)) => [&old[..], &text].concat().into(),
            _ => text,
        };
        match &mut variable.value {
            Value::Indexed(elements) => drop(elements.insert(0, text)),
            value => *value = Value::Scalar(text),
        }
    }
    Ok(())
}
