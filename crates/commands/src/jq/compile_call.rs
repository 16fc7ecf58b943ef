//! Calls: functions of the program, of the machine, and of the language itself.

use super::ast::{Ast, Span};
use super::compile::{Compiler, Meaning, Scope, signature};
use super::native::{self, Native};
use super::node::{Code, Node, NodeKind, Runtime};
use super::parse::Parser;
use super::prelude;
use super::value::Value;

/// What functions of the language answer without an input.
#[derive(Clone, Debug, Default)]
pub struct Builtin {
    /// `$ENV`
    pub environment: Value,
    /// `get_search_list`
    pub search: Value,
}

/// Code that fails with this message.
pub fn failing(message: String) -> Code {
    Node::new(NodeKind::Native(native::ERROR_WITH, vec![Node::constant(Value::string(message))]))
}

impl Compiler {
    /// A call of `name`.
    pub fn call(&mut self, name: &str, arguments: &[Ast], span: Span, scope: &Scope) -> Code {
        match scope.names.find(&signature(name, arguments.len())) {
            Some(Meaning::Function { number, depth }) => {
                return self.call_function(*number, *depth, arguments, scope);
            }
            Some(Meaning::Parameter(depth)) => {
                return Node::new(NodeKind::Parameter(scope.depth - 1 - depth));
            }
            _ => {}
        }
        if let Some(kind) = self.special(name, arguments, scope) {
            return Node::new(kind);
        }
        if let Some(function) = native::find(name, arguments.len()) {
            return self.native(function, arguments, scope);
        }
        if let Some(definition) = prelude::find(name, arguments.len()) {
            let number = self.known_function(definition);
            return self.call_function(number, 0, arguments, scope);
        }
        self.complain(format!("{} is not defined", signature(name, arguments.len())), span)
    }

    fn native(&mut self, function: Native, arguments: &[Ast], scope: &Scope) -> Code {
        let arguments = arguments.iter().map(|argument| self.filter(argument, scope)).collect();
        Node::new(NodeKind::Native(function, arguments))
    }

    /// The number of a function that is written in the language.
    fn known_function(&mut self, text: &'static str) -> usize {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = self.functions.len();
        self.known.insert(text, number);
        // Its own text is sound: a test parses them all.
        if let Ok(definition) = Parser::new(text.as_bytes()).definition() {
            self.define(&definition, &Scope::default());
        }
        number
    }

    /// What is more than a function of values.
    fn special(&mut self, name: &str, arguments: &[Ast], scope: &Scope) -> Option<NodeKind> {
        Some(match (name, arguments) {
            ("empty", []) => NodeKind::Empty,
            ("null", []) => NodeKind::Constant(Value::Null),
            ("true", []) => NodeKind::Constant(Value::Bool(true)),
            ("false", []) => NodeKind::Constant(Value::Bool(false)),
            ("env", []) => NodeKind::Constant(self.runtime.environment.clone()),
            ("get_search_list", []) => NodeKind::Constant(self.runtime.search.clone()),
            ("builtins", []) => NodeKind::Constant(builtins()),
            ("recurse", []) => NodeKind::RecurseDefault,
            ("select", [filter]) => NodeKind::If(
                self.filter(filter, scope),
                Node::new(NodeKind::Identity),
                Node::new(NodeKind::Empty),
            ),
            ("map", [filter]) => {
                let each = Node::new(NodeKind::Iterate(Node::new(NodeKind::Identity)));
                NodeKind::Collect(Node::new(NodeKind::Pipe(each, self.filter(filter, scope))))
            }
            ("path", [filter]) => NodeKind::Path(self.filter(filter, scope)),
            ("getpath", [path]) => NodeKind::GetPath(self.filter(path, scope)),
            ("range", [to]) => NodeKind::Range(number(0.0), self.filter(to, scope), number(1.0)),
            ("range", [from, to]) => {
                NodeKind::Range(self.filter(from, scope), self.filter(to, scope), number(1.0))
            }
            ("range", [from, to, by]) => {
                NodeKind::Range(self.filter(from, scope), self.filter(to, scope), self.filter(by, scope))
            }
            ("first", [filter]) => NodeKind::Limit(number(1.0), self.filter(filter, scope)),
            ("limit", [count, filter]) => {
                NodeKind::Limit(self.filter(count, scope), self.filter(filter, scope))
            }
            ("skip", [count, filter]) => {
                NodeKind::Skip(self.filter(count, scope), self.filter(filter, scope))
            }
            ("last", [filter]) => NodeKind::Last(self.filter(filter, scope)),
            ("input", []) => NodeKind::Input,
            ("inputs", []) => NodeKind::Inputs,
            ("debug", []) => NodeKind::Debug,
            ("stderr", []) => NodeKind::Stderr,
            ("halt", []) => NodeKind::Halt,
            ("halt_error", []) => NodeKind::HaltError(number(5.0)),
            ("halt_error", [status]) => NodeKind::HaltError(self.filter(status, scope)),
            ("input_filename", []) => NodeKind::Runtime(Runtime::InputFilename),
            ("input_line_number", []) => NodeKind::Runtime(Runtime::InputLineNumber),
            ("sort_by" | "group_by" | "unique_by" | "min_by" | "max_by", [filter]) => {
                let keys = self.keys_of_elements(filter, scope);
                let function = native::find(&format!("_{name}"), 1)?;
                NodeKind::Native(function, vec![keys])
            }
            ("with_entries", [filter]) => {
                let entries = Node::new(NodeKind::Native(native::find("to_entries", 0)?, Vec::new()));
                let each = Node::new(NodeKind::Iterate(Node::new(NodeKind::Identity)));
                let mapped = Node::new(NodeKind::Pipe(each, self.filter(filter, scope)));
                let mapped = Node::new(NodeKind::Collect(mapped));
                let back = Node::new(NodeKind::Native(native::find("from_entries", 0)?, Vec::new()));
                NodeKind::Pipe(entries, Node::new(NodeKind::Pipe(mapped, back)))
            }
            ("del", [paths]) => {
                let paths =
                    Node::new(NodeKind::Collect(Node::new(NodeKind::Path(self.filter(paths, scope)))));
                NodeKind::Native(native::find("delpaths", 1)?, vec![paths])
            }
            ("map_values", [filter]) => {
                let each = Node::new(NodeKind::Iterate(Node::new(NodeKind::Identity)));
                return Some(NodeKind::Pipe(
                    Node::new(NodeKind::Identity),
                    super::compile::modify(each, self.filter(filter, scope)),
                ));
            }
            _ => return None,
        })
    }

    /// `map([f])`: what elements are sorted by.
    fn keys_of_elements(&mut self, filter: &Ast, scope: &Scope) -> Code {
        let key = Node::new(NodeKind::Collect(self.filter(filter, scope)));
        let each = Node::new(NodeKind::Iterate(Node::new(NodeKind::Identity)));
        Node::new(NodeKind::Collect(Node::new(NodeKind::Pipe(each, key))))
    }
}

fn number(value: f64) -> Code {
    Node::constant(Value::Number(value))
}

/// The names of all functions, with their numbers of arguments.
fn builtins() -> Value {
    let special = [
        "empty/0",
        "env/0",
        "get_search_list/0",
        "builtins/0",
        "recurse/0",
        "select/1",
        "map/1",
        "path/1",
        "getpath/1",
        "range/1",
        "range/2",
        "range/3",
        "first/1",
        "limit/2",
        "skip/2",
        "last/1",
        "input/0",
        "inputs/0",
        "debug/0",
        "stderr/0",
        "halt/0",
        "halt_error/0",
        "halt_error/1",
        "input_filename/0",
        "input_line_number/0",
        "sort_by/1",
        "group_by/1",
        "unique_by/1",
        "min_by/1",
        "max_by/1",
        "with_entries/1",
        "del/1",
        "map_values/1",
    ];
    let special = special.iter().map(|name| (*name).to_string());
    let names = special.chain(native::names()).chain(prelude::names());
    Value::array(names.filter(|name| !name.starts_with('_')).map(Value::string).collect())
}
