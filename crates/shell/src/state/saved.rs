//! A session's state as a plain document, to be saved and restored.
//!
//! What is not in it ends with its process or its line: open descriptors, jobs, coprocesses, `SECONDS`, the seed of
//! `RANDOM`, and where commands were found.

use std::sync::Arc;

use bytes::Bytes;
use imbl::OrdMap;
use mirage_syntax::{Parser, ParserOptions, ast};
use mirage_vfs::{Path, Text};
use serde::{Deserialize, Serialize};

use super::{Associative, Attributes, Dynamic, Function, ResourceLimit, ShellOption, State, Value, Variable};
use crate::command::Status;

/// How deep a function's constructs may nest.
const DEPTH: u32 = 1000;

/// A state as a document. Names and values that are not UTF-8 are kept as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SavedState {
    /// The working directory.
    pub directory: Text,
    /// `$?`.
    pub status: Status,
    /// Variables in the order of their names.
    pub variables: Vec<SavedVariable>,
    /// Functions in the order of their names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<SavedFunction>,
    /// Aliases and their texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<(Text, Text)>,
    /// Options that are not as in a new session, by name; `true` is on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<(String, bool)>,
    /// What `pushd` left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub directory_stack: Vec<Text>,
    /// `$1` and on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub positional: Vec<Text>,
    /// `$0`.
    pub name: Text,
    /// The umask.
    pub umask: u32,
    /// What `ulimit` was told: letter, soft and hard limit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<(u8, Option<u64>, Option<u64>)>,
    /// Actions of `trap`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub traps: Vec<(Text, Text)>,
    /// What `complete` was told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub completions: Vec<(Text, Text)>,
    /// Builtins that are switched off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disabled: Vec<Text>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedVariable {
    /// What it is called.
    pub name: Text,
    /// Its attributes as letters, as `declare` takes them; `!` for an array that nothing was assigned to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub attributes: String,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<SavedValue>,
}

/// What a variable holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SavedValue {
    /// A string.
    Scalar(Text),
    /// An indexed array.
    Indexed(Vec<(i64, Text)>),
    /// What the shell computes under this name.
    Computed,
    /// An associative array, in the order in which it is listed.
    Associative(Vec<(Text, Text)>),
}

/// A function as the text that defines it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedFunction {
    /// What it is called.
    pub name: Text,
    /// Its definition, as `declare -f` prints it.
    pub text: Text,
    /// Where it was defined.
    pub file: Text,
    /// The line it was defined at.
    pub line: u32,
    /// `x`, `t` and `r`: exported, traced, readonly.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub attributes: String,
}

/// Attributes with their letters.
const LETTERS: [(char, Attributes); 9] = [
    ('x', Attributes::EXPORT),
    ('r', Attributes::READONLY),
    ('i', Attributes::INTEGER),
    ('l', Attributes::LOWER),
    ('u', Attributes::UPPER),
    ('n', Attributes::NAMEREF),
    ('t', Attributes::TRACE),
    ('c', Attributes::CAPITAL),
    ('!', Attributes::UNASSIGNED),
];

impl State {
    /// The state as a document.
    pub fn save(&self) -> SavedState {
        let default = State::new();
        let variables = self.variables.sorted().into_iter();
        SavedState {
            directory: Text(self.directory.bytes()),
            status: self.status,
            variables: variables.map(|(name, variable)| save_variable(name, variable)).collect(),
            functions: self.functions.iter().map(|(name, function)| save_function(name, function)).collect(),
            aliases: pairs(&self.aliases),
            options: ShellOption::ALL
                .iter()
                .filter(|option| self.options.has(**option) != default.options.has(**option))
                .map(|option| (option.name().to_owned(), self.options.has(*option)))
                .collect(),
            directory_stack: self.directory_stack.iter().map(|path| Text(path.bytes())).collect(),
            positional: self.positional.iter().map(Text::from).collect(),
            name: Text::from(&self.name),
            umask: self.umask,
            limits: self.limits.iter().map(|(letter, limit)| (*letter, limit.soft, limit.hard)).collect(),
            traps: pairs(&self.traps),
            completions: pairs(&self.completions),
            disabled: self.disabled.iter().map(Text::from).collect(),
        }
    }

    /// The state that `saved` describes; what it does not know, in words, where that is damaged.
    pub fn restore(saved: &SavedState) -> Result<State, String> {
        let mut state = State::new();
        state.directory = Path::new(saved.directory.0.clone());
        state.status = saved.status;
        for variable in &saved.variables {
            state.variables.insert(variable.name.0.clone(), restore_variable(variable)?);
        }
        for function in &saved.functions {
            let restored = restore_function(function)?;
            state.exports_functions |= restored.exported;
            state.functions.insert(function.name.0.clone(), restored);
        }
        state.aliases = map(&saved.aliases);
        for (name, on) in &saved.options {
            let option = ShellOption::ALL.iter().find(|option| option.name() == name);
            state.options.set(*option.ok_or_else(|| format!("no option is called {name}"))?, *on);
        }
        state.directory_stack = saved.directory_stack.iter().map(|path| Path::new(path.0.clone())).collect();
        state.positional = Arc::new(saved.positional.iter().map(|text| text.0.clone()).collect());
        state.name = saved.name.0.clone();
        state.umask = saved.umask;
        let limit = |(letter, soft, hard): &(u8, _, _)| (*letter, ResourceLimit { soft: *soft, hard: *hard });
        state.limits = saved.limits.iter().map(limit).collect();
        state.traps = map(&saved.traps);
        state.completions = map(&saved.completions);
        state.disabled = saved.disabled.iter().map(|name| name.0.clone()).collect();
        Ok(state)
    }
}

fn pairs(map: &OrdMap<Bytes, Bytes>) -> Vec<(Text, Text)> {
    map.iter().map(|(name, text)| (Text::from(name), Text::from(text))).collect()
}

fn map(pairs: &[(Text, Text)]) -> OrdMap<Bytes, Bytes> {
    pairs.iter().map(|(name, text)| (name.0.clone(), text.0.clone())).collect()
}

fn save_variable(name: &Bytes, variable: &Variable) -> SavedVariable {
    let value = match &variable.value {
        Value::Dynamic(_) => Some(SavedValue::Computed),
        Value::Unset => None,
        Value::Scalar(text) => Some(SavedValue::Scalar(Text::from(text))),
        Value::Indexed(elements) => Some(SavedValue::Indexed(
            elements.iter().map(|(index, element)| (*index, Text::from(element))).collect(),
        )),
        Value::Associative(elements) => Some(SavedValue::Associative(
            elements.iter().map(|(key, element)| (Text::from(key), Text::from(element))).collect(),
        )),
    };
    let letters = LETTERS.iter().filter(|(_, attribute)| variable.attributes.has(*attribute));
    SavedVariable { name: Text::from(name), attributes: letters.map(|(letter, _)| letter).collect(), value }
}

fn restore_variable(saved: &SavedVariable) -> Result<Variable, String> {
    let mut attributes = Attributes::NONE;
    for letter in saved.attributes.chars() {
        let known = LETTERS.iter().find(|(known, _)| *known == letter);
        let (_, attribute) = known.ok_or_else(|| format!("no attribute has the letter {letter}"))?;
        attributes = attributes.with(*attribute);
    }
    let value = match &saved.value {
        None => Value::Unset,
        Some(SavedValue::Computed) => {
            let computed = Dynamic::of_name(&saved.name.0);
            Value::Dynamic(computed.ok_or_else(|| {
                format!("no variable is computed: {}", String::from_utf8_lossy(&saved.name.0))
            })?)
        }
        Some(SavedValue::Scalar(text)) => Value::Scalar(text.0.clone()),
        Some(SavedValue::Indexed(elements)) => {
            Value::Indexed(elements.iter().map(|(index, element)| (*index, element.0.clone())).collect())
        }
        Some(SavedValue::Associative(elements)) => Value::Associative(Associative::of_listed(
            elements.iter().map(|(key, element)| (key.0.clone(), element.0.clone())),
        )),
    };
    Ok(Variable { value, attributes })
}

fn save_function(name: &Bytes, function: &Function) -> SavedFunction {
    let letters = [('x', function.exported), ('t', function.traced), ('r', function.readonly)];
    SavedFunction {
        name: Text::from(name),
        text: Text(mirage_syntax::print_function(name, &function.body).into()),
        file: Text::from(&function.file),
        line: function.line,
        attributes: letters.iter().filter(|(_, on)| *on).map(|(letter, _)| letter).collect(),
    }
}

fn restore_function(saved: &SavedFunction) -> Result<Function, String> {
    let name = String::from_utf8_lossy(&saved.name.0);
    let body = parse(&saved.text.0).ok_or_else(|| format!("the function {name} can not be read"))?;
    Ok(Function {
        body,
        file: saved.file.0.clone(),
        line: saved.line,
        exported: saved.attributes.contains('x'),
        traced: saved.attributes.contains('t'),
        readonly: saved.attributes.contains('r'),
    })
}

/// The body of the one function that `text` defines.
fn parse(text: &Bytes) -> Option<Arc<ast::Command>> {
    let options = ParserOptions { extglob: true, depth: DEPTH, ..ParserOptions::default() };
    let complete = Parser::new(text.clone(), options).next().ok()??;
    let [item] = &complete.list.items[..] else { return None };
    let [command] = &item.and_or.first.stages[..] else { return None };
    match &command.kind {
        ast::CommandKind::Function(function) => Some(function.body.clone()),
        _ => None,
    }
}
