//! `compgen` and `complete`: what a line editor would ask.

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use mirage_pattern::glob::{Glob, Options};
use mirage_vfs::{Want, found};

use super::options::{self, Parsed};
use super::{ALL, Invocation, Outcome, describe, quote, signals};
use crate::execute::{Shell, Source};
use crate::expand::field::Fields;
use crate::state::{Attributes, ShellOption, Value};

/// The options of both builtins that say what to complete.
const LETTERS: &str = "abcdefgjksuvo:A:G:W:F:C:X:P:S:";

/// Actions by letter, for options without `-A`.
const ACTIONS: [(u8, &str); 13] = [
    (b'a', "alias"),
    (b'b', "builtin"),
    (b'c', "command"),
    (b'd', "directory"),
    (b'e', "export"),
    (b'f', "file"),
    (b'g', "group"),
    (b'j', "job"),
    (b'k', "keyword"),
    (b's', "service"),
    (b'u', "user"),
    (b'v', "variable"),
    (b'o', ""),
];

/// Every action, in the order in which they complete.
const KNOWN: [&str; 24] = [
    "alias",
    "arrayvar",
    "binding",
    "builtin",
    "command",
    "directory",
    "disabled",
    "enabled",
    "export",
    "file",
    "function",
    "group",
    "helptopic",
    "hostname",
    "job",
    "keyword",
    "running",
    "service",
    "setopt",
    "shopt",
    "signal",
    "stopped",
    "user",
    "variable",
];

/// The options of `-o`.
pub(super) const BEHAVIOURS: [&str; 8] =
    ["bashdefault", "default", "dirnames", "filenames", "noquote", "nosort", "nospace", "plusdirs"];

pub(crate) fn compgen<'a>(shell: &'a mut Shell, call: Invocation) -> LocalBoxFuture<'a, Outcome> {
    generate(shell, call).boxed_local()
}

async fn generate(shell: &mut Shell, call: Invocation) -> Outcome {
    let parsed = match options::parse(shell, call.builtin(), call.operands(), LETTERS) {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if let Err(status) = check(shell, &parsed) {
        return Ok(status);
    }
    let word = parsed.operands.first().cloned().unwrap_or_default();
    let mut found: Vec<Bytes> = Vec::new();
    for action in KNOWN.into_iter().filter(|action| asks(&parsed, action)) {
        found.extend(act(shell, action, &word).await?);
    }
    if let Some(pattern) = parsed.value(b'G') {
        shell.settle().await?;
        found.extend(shell.glob_text(pattern).await?);
    }
    if let Some(text) = parsed.value(b'W') {
        found.extend(words(shell, text).await?.into_iter().filter(|item| item.starts_with(&word)));
    }
    if let Some(function) = parsed.value(b'F') {
        shell.complain(&[b"warning: -F option may not work as you expect"]);
        found.extend(from_function(shell, function, &word).await?);
    }
    if let Some(command) = parsed.value(b'C') {
        shell.complain(&[b"warning: -C option may not work as you expect"]);
        found.extend(from_command(shell, command, &word).await?);
    }
    if let Some(pattern) = parsed.value(b'X') {
        filter(pattern, &word, &mut found);
    }
    let (prefix, suffix) = (parsed.value(b'P').cloned(), parsed.value(b'S').cloned());
    let any = !found.is_empty();
    for item in found {
        let line =
            [&prefix.clone().unwrap_or_default()[..], &item, &suffix.clone().unwrap_or_default(), b"\n"]
                .concat();
        shell.output.extend_from_slice(&line);
    }
    Ok(u8::from(!any))
}

fn asks(parsed: &Parsed, action: &str) -> bool {
    parsed.options.iter().any(|option| match option.letter {
        b'A' => &option.value[..] == action.as_bytes(),
        letter => ACTIONS.iter().any(|(known, name)| *known == letter && *name == action),
    })
}

fn check(shell: &mut Shell, parsed: &Parsed) -> Result<(), u8> {
    for option in &parsed.options {
        let known: &[&str] = match option.letter {
            b'A' => &KNOWN,
            b'o' => &BEHAVIOURS,
            _ => continue,
        };
        if !known.iter().any(|name| name.as_bytes() == &option.value[..]) {
            let what: &[u8] =
                if option.letter == b'A' { b": invalid action name" } else { b": invalid option name" };
            shell.complain(&[&option.value, what]);
            return Err(2);
        }
    }
    Ok(())
}

/// What an action finds that starts with `word`.
async fn act(shell: &mut Shell, action: &str, word: &Bytes) -> Result<Vec<Bytes>, crate::execute::Stop> {
    let text =
        |items: Vec<&str>| items.into_iter().map(|item| Bytes::copy_from_slice(item.as_bytes())).collect();
    let variables = |wanted: &dyn Fn(&crate::state::Variable) -> bool| {
        let all = shell.state.variables.sorted().into_iter();
        all.filter(|(_, variable)| wanted(variable)).map(|(name, _)| name.clone()).collect::<Vec<Bytes>>()
    };
    let found: Vec<Bytes> = match action {
        "alias" => shell.state.aliases.keys().cloned().collect(),
        "arrayvar" => variables(&|variable| variable.value.is_array()),
        "builtin" | "helptopic" => text(ALL.iter().map(|builtin| builtin.name).collect()),
        "enabled" | "disabled" => {
            let off = action == "disabled";
            let all = ALL.iter().map(|builtin| builtin.name);
            text(all.filter(|name| shell.state.disabled.contains(name.as_bytes()) == off).collect())
        }
        "command" => {
            let mut names: Vec<Bytes> = shell.state.aliases.keys().cloned().collect();
            names.extend(describe::RESERVED.iter().map(|word| Bytes::from_static(word.as_bytes())));
            names.extend(shell.state.functions.keys().cloned());
            names.extend(ALL.iter().map(|builtin| Bytes::from_static(builtin.name.as_bytes())));
            names.extend(
                shell.run.registry.names().into_iter().map(|name| Bytes::from_static(name.as_bytes())),
            );
            names
        }
        "export" => variables(&|variable| variable.attributes.has(Attributes::EXPORT)),
        "variable" => variables(&|variable| variable.value != Value::Unset),
        "function" => shell.state.functions.keys().cloned().collect(),
        "keyword" => text(describe::RESERVED.to_vec()),
        "setopt" => text(
            ShellOption::ALL.iter().filter(|option| !option.is_shopt()).map(|option| option.name()).collect(),
        ),
        "shopt" => text(
            ShellOption::ALL.iter().filter(|option| option.is_shopt()).map(|option| option.name()).collect(),
        ),
        "signal" => {
            let names =
                signals::all().filter_map(signals::name).map(|name| Bytes::from(format!("SIG{name}")));
            let conditions = ["DEBUG", "ERR", "RETURN"].map(|name| Bytes::from_static(name.as_bytes()));
            std::iter::once(Bytes::from_static(b"EXIT")).chain(names).chain(conditions).collect()
        }
        "user" | "group" => vec!["root".into(), shell.run.call.host().facts().user.clone().into()],
        "hostname" => vec![shell.run.call.host().facts().hostname.clone().into()],
        "job" | "running" => shell
            .jobs
            .iter()
            .filter(|job| job.process.ended().is_none())
            .map(|job| job.text.clone())
            .collect(),
        "file" | "directory" => return paths(shell, word, action == "directory").await,
        _ => Vec::new(),
    };
    Ok(found.into_iter().filter(|item| item.starts_with(word)).collect())
}

async fn paths(
    shell: &mut Shell,
    word: &Bytes,
    directories: bool,
) -> Result<Vec<Bytes>, crate::execute::Stop> {
    shell.settle().await?;
    let start = word.iter().rposition(|&byte| byte == b'/').map_or(0, |at| at + 1);
    let (parent, prefix) = word.split_at(start);
    let view = shell.view();
    let directory: &[u8] = if parent.is_empty() { b"." } else { parent };
    let listed = match view.list(directory, Want::Kinds).await {
        Ok(listing) => listing.collect().await,
        Err(error) => Err(error),
    };
    let mut entries = match found(listed) {
        Ok(entries) => entries.unwrap_or_default(),
        Err(error) => {
            shell.complain_path(directory, &error);
            return Ok(Vec::new());
        }
    };
    entries.sort_unstable_by(|one, two| one.name.cmp(&two.name));
    let fits = entries
        .into_iter()
        .filter(|entry| entry.name.starts_with(prefix) && (!directories || entry.is_directory()));
    Ok(fits.map(|entry| [parent, &entry.name].concat().into()).collect())
}

/// The words of `-W`: split at `IFS`, quotes understood, then expanded.
async fn words(shell: &mut Shell, text: &Bytes) -> Result<Vec<Bytes>, crate::execute::Stop> {
    let options = shell.parser_options(shell.line);
    let Ok(word) = mirage_syntax::parse_word(text.clone(), &options) else { return Ok(Vec::new()) };
    let separators = shell.separators();
    let mut fields = Fields::default();
    for part in word.parts() {
        match part {
            mirage_syntax::ast::Part::Literal(text) => fields.push_split(text, &separators),
            part => {
                let one = std::slice::from_ref(part);
                shell.parts_into(one, &mut fields, crate::expand::Splitting::Fields).boxed_local().await?;
            }
        }
    }
    fields.end_word();
    Ok(fields.into_fields().into_iter().map(|field| field.into_bytes()).collect())
}

async fn from_function(
    shell: &mut Shell,
    function: &Bytes,
    word: &Bytes,
) -> Result<Vec<Bytes>, crate::execute::Stop> {
    let Some(body) = shell.state.functions.get(function).cloned() else {
        shell.complain_plainly(&[b"completion: function `", function, b"' not found"]);
        return Ok(Vec::new());
    };
    let name = Bytes::from_static(b"COMPREPLY");
    shell.state.variables.unset(&name, false);
    let call = vec![function.clone(), Bytes::from_static(b"compgen"), word.clone(), Bytes::new()];
    shell.call_function(body, call).boxed_local().await?;
    let found = match shell.state.variables.get(&name).map(|variable| &variable.value) {
        Some(Value::Indexed(elements)) => elements.values().cloned().collect(),
        Some(value) => value.scalar().cloned().into_iter().collect(),
        None => Vec::new(),
    };
    shell.state.variables.unset(&name, false);
    Ok(found)
}

async fn from_command(
    shell: &mut Shell,
    command: &Bytes,
    word: &Bytes,
) -> Result<Vec<Bytes>, crate::execute::Stop> {
    let word = quote::single_quoted(word);
    let text: Bytes = [&command[..], b" compgen ", &word[..], b" ''"].concat().into();
    let output = shell.capture_text(text, Source::Builtin("compgen")).await?;
    Ok(output
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(Bytes::copy_from_slice)
        .collect())
}

/// `-X`: leaves out what the pattern matches, or with `!` what it does not; `&` in it is the word.
fn filter(pattern: &Bytes, word: &[u8], found: &mut Vec<Bytes>) {
    let (keeps, pattern) = match pattern.strip_prefix(b"!") {
        Some(rest) => (true, rest),
        None => (false, &pattern[..]),
    };
    let mut text = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.peek() == Some(&b'&') => text.extend(bytes.next()),
            b'&' => text.extend_from_slice(word),
            byte => text.push(byte),
        }
    }
    if let Ok(glob) = Glob::new(&text, Options::default()) {
        found.retain(|item| glob.is_match(item) == keeps);
    }
}

pub(crate) fn complete(shell: &mut Shell, call: &Invocation) -> Outcome {
    let letters = format!("prDEI{LETTERS}");
    let parsed = match options::parse(shell, call.builtin(), call.operands(), &letters) {
        Ok(parsed) => parsed,
        Err(status) => return Ok(status),
    };
    if let Err(status) = check(shell, &parsed) {
        return Ok(status);
    }
    let mut names: Vec<Bytes> = parsed.operands.clone();
    for (letter, name) in [(b'D', "-D"), (b'E', "-E"), (b'I', "-I")] {
        if parsed.has(letter) {
            names.push(Bytes::from_static(name.as_bytes()));
        }
    }
    if parsed.has(b'r') {
        return remove(shell, &names);
    }
    if parsed.has(b'p') || parsed.options.is_empty() && names.is_empty() {
        return print(shell, &names);
    }
    if names.is_empty() {
        options::usage(shell, call.builtin());
        return Ok(2);
    }
    let specification = written(&parsed, shell.locale());
    for name in names {
        shell.state.completions.insert(name, specification.clone());
    }
    Ok(0)
}

/// The options of a specification in the order in which bash lists them.
fn written(parsed: &Parsed, locale: crate::command::Locale) -> Bytes {
    let mut out = Vec::new();
    let mut add = |text: &[u8]| {
        out.extend_from_slice(text);
        out.push(b' ');
    };
    for name in BEHAVIOURS {
        if parsed.options.iter().any(|option| option.letter == b'o' && option.value == name) {
            add(format!("-o {name}").as_bytes());
        }
    }
    for (letter, name) in ACTIONS.iter().filter(|(_, name)| !name.is_empty()) {
        if asks(parsed, name) {
            add(&[b'-', *letter]);
        }
    }
    for name in KNOWN.iter().filter(|name| !ACTIONS.iter().any(|(_, known)| known == *name)) {
        if asks(parsed, name) {
            add(format!("-A {name}").as_bytes());
        }
    }
    for letter in [b'G', b'W', b'P', b'S', b'X', b'C', b'F'] {
        if let Some(value) = parsed.value(letter) {
            let value = if letter == b'F' { value.to_vec() } else { quote::single(value, locale) };
            add(&[&[b'-', letter, b' '], &value[..]].concat());
        }
    }
    out.into()
}

fn print(shell: &mut Shell, names: &[Bytes]) -> Outcome {
    let mut status = 0;
    let wanted: Vec<Bytes> = match names.is_empty() {
        true => shell.state.completions.keys().cloned().collect(),
        false => names.to_vec(),
    };
    for name in wanted {
        match shell.state.completions.get(&name) {
            Some(specification) => {
                let line = [b"complete ", &specification[..], &name, b"\n"].concat();
                shell.output.extend_from_slice(&line);
            }
            None => {
                shell.complain(&[&name, b": no completion specification"]);
                status = 1;
            }
        }
    }
    Ok(status)
}

fn remove(shell: &mut Shell, names: &[Bytes]) -> Outcome {
    let mut status = 0;
    if names.is_empty() {
        shell.state.completions.clear();
    }
    for name in names {
        if shell.state.completions.remove(name).is_none() && !shell.state.completions.is_empty() {
            shell.complain(&[name, b": no completion specification"]);
            status = 1;
        }
    }
    Ok(status)
}
