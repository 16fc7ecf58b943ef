//! A tree into its executable form: names become places, definitions become numbered functions.

use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{Assignment, Ast, Definition, Kind, Part, Pattern, PatternKey, Span};
use super::compile_call::Builtin;
use super::formats::Format;
use super::node::{Call, Code, Node, NodeKind, TextPart};
use super::parse::{Complaint, Complaints, Parse, constant_value};
use super::value::Value;

/// What a name stands for.
#[derive(Clone)]
pub enum Meaning {
    /// A value, bound at this depth.
    Variable(usize),
    /// A value known before the program runs.
    Constant(Value),
    /// A parameter that is a filter, bound at this depth.
    Parameter(usize),
    /// A numbered function, defined at this depth.
    Function { number: usize, depth: usize },
    /// A label, bound at this depth.
    Label(usize),
}

/// The names that are visible somewhere. Cloning is cheap.
#[derive(Clone, Default)]
pub struct Names(Option<Rc<Name>>);

struct Name {
    /// `$x`, `f/1`, `*x` for labels.
    name: String,
    meaning: Meaning,
    rest: Names,
}

impl Names {
    pub fn with(&self, name: String, meaning: Meaning) -> Names {
        Names(Some(Rc::new(Name { name, meaning, rest: self.clone() })))
    }

    pub fn find(&self, name: &str) -> Option<&Meaning> {
        let mut names = self;
        while let Some(entry) = &names.0 {
            if entry.name == name {
                return Some(&entry.meaning);
            }
            names = &entry.rest;
        }
        None
    }

    /// Every name up to where `until` begins, the latest first.
    pub fn since(&self, until: &Names) -> Vec<(String, Meaning)> {
        let mut found = Vec::new();
        let mut names = self;
        while let Some(entry) = &names.0 {
            if until.0.as_ref().is_some_and(|end| Rc::ptr_eq(end, entry)) {
                break;
            }
            found.push((entry.name.clone(), entry.meaning.clone()));
            names = &entry.rest;
        }
        found
    }
}

/// Names, and how many values are bound where they are visible.
#[derive(Clone, Default)]
pub struct Scope {
    pub names: Names,
    pub depth: usize,
}

impl Scope {
    /// One more place, with a name for it.
    pub fn bind(&self, name: String, meaning: impl FnOnce(usize) -> Meaning) -> Scope {
        Scope { names: self.names.with(name, meaning(self.depth)), depth: self.depth + 1 }
    }

    /// One more place without a name.
    fn hide(&self) -> Scope {
        Scope { names: self.names.clone(), depth: self.depth + 1 }
    }
}

/// The function that a name and a number of arguments tell.
pub fn signature(name: &str, arguments: usize) -> String {
    format!("{name}/{arguments}")
}

/// Compiles trees; keeps the functions.
pub struct Compiler {
    pub functions: Vec<Option<Code>>,
    /// Functions of the language that are written in it, once they were asked for.
    pub known: HashMap<&'static str, usize>,
    pub complaints: Complaints,
    /// What `$__loc__` calls the text.
    pub file: Rc<str>,
    pub runtime: Builtin,
}

impl Compiler {
    pub fn new(runtime: Builtin) -> Compiler {
        Compiler {
            functions: Vec::new(),
            known: HashMap::new(),
            complaints: Vec::new(),
            file: Rc::from("<top-level>"),
            runtime,
        }
    }

    pub fn complain(&mut self, message: String, span: Span) -> Code {
        self.complaints.push(Complaint { message, span: Some(span) });
        Node::new(NodeKind::Empty)
    }

    /// The complaints so far as a result.
    pub fn checked<T>(&mut self, value: T) -> Parse<T> {
        match self.complaints.is_empty() {
            true => Ok(value),
            false => Err(std::mem::take(&mut self.complaints)),
        }
    }

    /// Compiles a definition; the scope behind it knows the function.
    pub fn define(&mut self, definition: &Definition, scope: &Scope) -> Scope {
        let number = self.functions.len();
        self.functions.push(None);
        let name = signature(&definition.name, definition.parameters.len());
        let meaning = Meaning::Function { number, depth: scope.depth };
        let behind = Scope { names: scope.names.with(name, meaning), depth: scope.depth };
        let mut inner = behind.clone();
        for (name, _) in &definition.parameters {
            inner = inner.bind(signature(name, 0), Meaning::Parameter);
        }
        let count = definition.parameters.len();
        let first = inner.depth - count;
        let mut values = Vec::new();
        for (at, (name, is_value)) in definition.parameters.iter().enumerate() {
            if *is_value {
                values.push(Node::new(NodeKind::Parameter(inner.depth - 1 - (first + at))));
                inner = inner.bind(format!("${name}"), Meaning::Variable);
            }
        }
        let mut body = self.filter(&definition.body, &inner);
        while let Some(value) = values.pop() {
            body = Node::new(NodeKind::Bind(value, body));
        }
        self.functions[number] = Some(body);
        behind
    }

    /// Compiles a filter.
    pub fn filter(&mut self, ast: &Ast, scope: &Scope) -> Code {
        if let (Kind::Array(_) | Kind::Object(_), Some(value)) = (&ast.kind, constant_value(ast)) {
            return Node::constant(value);
        }
        let kind = match &ast.kind {
            Kind::Identity => NodeKind::Identity,
            Kind::RecurseDefault => NodeKind::RecurseDefault,
            Kind::Literal(value) => NodeKind::Constant(value.clone()),
            Kind::Text(format, parts) => return self.text(format.as_deref(), parts, ast.span, scope),
            Kind::Format(name) => return self.format(name, ast.span),
            Kind::Index(target, key) => {
                let target = self.filter(target, scope);
                match &key.kind {
                    Kind::Literal(Value::String(name)) => NodeKind::Field(target, name.clone()),
                    _ => NodeKind::Index(target, self.filter(key, scope)),
                }
            }
            Kind::Slice(target, from, to) => NodeKind::Slice(
                self.filter(target, scope),
                from.as_ref().map(|from| self.filter(from, scope)),
                to.as_ref().map(|to| self.filter(to, scope)),
            ),
            Kind::Iterate(target) => NodeKind::Iterate(self.filter(target, scope)),
            Kind::Array(None) => NodeKind::Constant(Value::empty_array()),
            Kind::Array(Some(inner)) => NodeKind::Collect(self.filter(inner, scope)),
            Kind::Object(entries) => {
                let entry = |(key, value): &(Ast, Ast)| (self.filter(key, scope), self.filter(value, scope));
                NodeKind::Object(entries.iter().map(entry).collect())
            }
            Kind::Negate(inner) if matches!(inner.kind, Kind::Literal(_)) => {
                match constant_value(inner).map(|value| super::operators::negate(&value)) {
                    Some(Ok(value)) => NodeKind::Constant(value),
                    _ => NodeKind::Negate(self.filter(inner, scope)),
                }
            }
            Kind::Negate(inner) => NodeKind::Negate(self.filter(inner, scope)),
            Kind::Pipe(..) => return self.pipe(ast, scope),
            Kind::Comma(one, two) => NodeKind::Comma(self.filter(one, scope), self.filter(two, scope)),
            Kind::Binary(operator, one, two) => {
                NodeKind::Binary(*operator, self.filter(one, scope), self.filter(two, scope))
            }
            Kind::And(one, two) => NodeKind::And(self.filter(one, scope), self.filter(two, scope)),
            Kind::Or(one, two) => NodeKind::Or(self.filter(one, scope), self.filter(two, scope)),
            Kind::Alternative(one, two) => {
                NodeKind::Alternative(self.filter(one, scope), self.filter(two, scope))
            }
            Kind::Assign(assignment, paths, value) => return self.assign(*assignment, paths, value, scope),
            Kind::If(condition, then, otherwise) => {
                let condition = self.filter(condition, scope);
                let then = self.filter(then, scope);
                let otherwise = match otherwise {
                    Some(otherwise) => self.filter(otherwise, scope),
                    None => Node::new(NodeKind::Identity),
                };
                NodeKind::If(condition, then, otherwise)
            }
            Kind::Try(body, handler) => {
                let body = self.filter(body, scope);
                NodeKind::Try(body, handler.as_ref().map(|handler| self.filter(handler, scope)))
            }
            Kind::Reduce(source, patterns, init, update) => NodeKind::Reduce {
                source: self.filter(source, scope),
                init: self.filter(init, scope),
                update: self
                    .destructured(patterns, scope, &mut |compiler, inner| compiler.filter(update, inner)),
            },
            Kind::Foreach(source, patterns, init, update, extract) => {
                return self.foreach(source, patterns, (init, update), extract.as_deref(), scope);
            }
            Kind::Define(definition, body) => {
                let inner = self.define(definition, scope);
                return self.filter(body, &inner);
            }
            Kind::Call(name, arguments) => return self.call(name, arguments, ast.span, scope),
            Kind::Variable(name) => return self.variable(name, ast.span, scope),
            Kind::Bind(source, patterns, body) => {
                let source = self.filter(source, scope);
                let body =
                    self.destructured(patterns, scope, &mut |compiler, inner| compiler.filter(body, inner));
                NodeKind::Bind(source, body)
            }
            Kind::Label(name, body) => {
                let inner = scope.bind(format!("*{name}"), Meaning::Label);
                NodeKind::Label(self.filter(body, &inner))
            }
            Kind::Break(name) => match scope.names.find(&format!("*{name}")) {
                Some(Meaning::Label(depth)) => NodeKind::Break(scope.depth - 1 - depth),
                _ => return self.complain(format!("$*label-{name} is not defined"), ast.span),
            },
            Kind::Location(line) => {
                let mut object = super::object::Object::new();
                object.insert(Rc::from("file"), Value::String(self.file.clone()));
                object.insert(Rc::from("line"), Value::from(*line));
                NodeKind::Constant(Value::object(object))
            }
        };
        Node::new(kind)
    }

    /// A pipe may be long: its stages are compiled in a loop.
    fn pipe(&mut self, ast: &Ast, scope: &Scope) -> Code {
        let mut stages = Vec::new();
        let mut rest = ast;
        while let Kind::Pipe(stage, next) = &rest.kind {
            stages.push(self.filter(stage, scope));
            rest = next;
        }
        let mut whole = self.filter(rest, scope);
        while let Some(stage) = stages.pop() {
            whole = Node::new(NodeKind::Pipe(stage, whole));
        }
        whole
    }

    fn variable(&mut self, name: &str, span: Span, scope: &Scope) -> Code {
        match scope.names.find(&format!("${name}")) {
            Some(Meaning::Variable(depth)) => Node::new(NodeKind::Variable(scope.depth - 1 - depth)),
            Some(Meaning::Constant(value)) => Node::constant(value.clone()),
            _ if name == "ENV" => Node::constant(self.runtime.environment.clone()),
            _ => self.complain(format!("${name} is not defined"), span),
        }
    }

    fn format(&mut self, name: &str, _span: Span) -> Code {
        match Format::named(name) {
            Some(format) => {
                Node::new(NodeKind::Text(format, vec![TextPart::Filter(Node::new(NodeKind::Identity))]))
            }
            None => super::compile_call::failing(format!("{name} is not a valid format")),
        }
    }

    fn text(&mut self, format: Option<&str>, parts: &[Part], _span: Span, scope: &Scope) -> Code {
        let format = match format {
            Some(name) => match Format::named(name) {
                Some(format) => format,
                None => return super::compile_call::failing(format!("{name} is not a valid format")),
            },
            None => Format::Text,
        };
        let parts = parts.iter().map(|part| match part {
            Part::Text(text) => TextPart::Text(text.clone()),
            Part::Filter(ast) => TextPart::Filter(self.filter(ast, scope)),
        });
        let parts = parts.collect();
        Node::new(NodeKind::Text(format, parts))
    }

    /// `=`, `|=`, `+=`: for each new value, the places are changed one after the other.
    fn assign(&mut self, assignment: Assignment, paths: &Ast, value: &Ast, scope: &Scope) -> Code {
        if assignment == Assignment::Update {
            let (paths, update) = (self.filter(paths, scope), self.filter(value, scope));
            return modify(paths, update);
        }
        let value = self.filter(value, scope);
        let paths = self.filter(paths, &scope.hide());
        let identity = || Node::new(NodeKind::Identity);
        let bound = Node::new(NodeKind::Variable(0));
        let update = match assignment {
            Assignment::Arithmetic(operator) => Node::new(NodeKind::Binary(operator, identity(), bound)),
            Assignment::Alternative => Node::new(NodeKind::Alternative(identity(), bound)),
            _ => bound,
        };
        Node::new(NodeKind::Bind(value, modify(paths, update)))
    }

    fn foreach(
        &mut self,
        source: &Ast,
        patterns: &[Pattern],
        (init, update): (&Ast, &Ast),
        extract: Option<&Ast>,
        scope: &Scope,
    ) -> Code {
        let source = self.filter(source, scope);
        let init = self.filter(init, scope);
        // The update and what is extracted see the same variables: one body that pipes the first into the second, with a
        // mark in between where the state is kept.
        let state = scope.depth;
        let body = self.destructured(patterns, &scope.hide(), &mut |compiler, inner| {
            let update = compiler.filter(update, inner);
            let extract = match extract {
                Some(extract) => compiler.filter(extract, inner),
                None => Node::new(NodeKind::Identity),
            };
            let kept = Node::new(NodeKind::KeepState(inner.depth - 1 - state));
            Node::new(NodeKind::Pipe(update, Node::new(NodeKind::Pipe(kept, extract))))
        });
        Node::new(NodeKind::Foreach { source, init, body })
    }

    /// The code that runs with a new value on top, which `patterns` take apart for `body`.
    fn destructured(
        &mut self,
        patterns: &[Pattern],
        scope: &Scope,
        body: &mut dyn FnMut(&mut Compiler, &Scope) -> Code,
    ) -> Code {
        if let [Pattern::Variable(name)] = patterns {
            return body(self, &scope.bind(format!("${name}"), Meaning::Variable));
        }
        if let [pattern] = patterns {
            let top = scope.depth;
            return self.take_apart(pattern, top, scope, &scope.hide(), body);
        }
        let mut variables = Vec::new();
        patterns.iter().for_each(|pattern| collect_variables(pattern, &mut variables));
        let alternatives = patterns.iter().map(|pattern| {
            let top = scope.depth;
            let mut inner = scope.hide();
            for name in &variables {
                inner = inner.bind(format!("${name}"), Meaning::Variable);
            }
            let mut code = self.take_apart(pattern, top, scope, &inner, body);
            for _ in &variables {
                code = Node::new(NodeKind::Bind(Node::constant(Value::Null), code));
            }
            code
        });
        let alternatives = alternatives.collect();
        Node::new(NodeKind::Alternatives(alternatives))
    }

    /// Binds what `pattern` names, with the value at depth `top`; keys are compiled with the names of `outer`.
    fn take_apart(
        &mut self,
        pattern: &Pattern,
        top: usize,
        outer: &Scope,
        scope: &Scope,
        body: &mut dyn FnMut(&mut Compiler, &Scope) -> Code,
    ) -> Code {
        let mut steps = Vec::new();
        let mut inner = scope.clone();
        self.steps(pattern, top, outer, &mut inner, &mut steps);
        let mut code = body(self, &inner);
        while let Some(step) = steps.pop() {
            code = Node::new(NodeKind::Bind(step, code));
        }
        code
    }

    fn steps(
        &mut self,
        pattern: &Pattern,
        at: usize,
        outer: &Scope,
        scope: &mut Scope,
        steps: &mut Vec<Code>,
    ) {
        let value = |scope: &Scope| Node::new(NodeKind::Variable(scope.depth - 1 - at));
        match pattern {
            Pattern::Variable(name) => {
                steps.push(value(scope));
                *scope = scope.bind(format!("${name}"), Meaning::Variable);
            }
            Pattern::Array(elements) => {
                for (number, element) in elements.iter().enumerate() {
                    let key = Node::constant(Value::from(number));
                    let checked = Node::new(NodeKind::Index(value(scope), key));
                    self.step(checked, element, outer, scope, steps);
                }
            }
            Pattern::Object(entries) => {
                for (key, inner) in entries {
                    let code = match key {
                        PatternKey::Variable(name) => {
                            let key = Node::constant(Value::String(name.clone()));
                            let code = Node::new(NodeKind::Index(value(scope), key));
                            steps.push(code);
                            let depth = scope.depth;
                            *scope = scope.bind(format!("${name}"), Meaning::Variable);
                            if let Some(inner) = inner {
                                self.steps(inner, depth, outer, scope, steps);
                            }
                            continue;
                        }
                        PatternKey::Filter(ast) => {
                            let visible = Scope { names: outer.names.clone(), depth: scope.depth };
                            let key = self.filter(ast, &visible);
                            Node::new(NodeKind::Index(value(scope), key))
                        }
                    };
                    match inner {
                        Some(inner) => self.step(code, inner, outer, scope, steps),
                        None => {
                            steps.push(code);
                            *scope = scope.hide();
                        }
                    }
                }
            }
        }
    }

    /// Binds `code` and takes it apart.
    fn step(
        &mut self,
        code: Code,
        pattern: &Pattern,
        outer: &Scope,
        scope: &mut Scope,
        steps: &mut Vec<Code>,
    ) {
        steps.push(code);
        if let Pattern::Variable(name) = pattern {
            *scope = scope.bind(format!("${name}"), Meaning::Variable);
            return;
        }
        let depth = scope.depth;
        *scope = scope.hide();
        self.steps(pattern, depth, outer, scope, steps);
    }

    /// A call of a function that the program defines.
    pub fn call_function(&mut self, number: usize, depth: usize, arguments: &[Ast], scope: &Scope) -> Code {
        let arguments = arguments.iter().map(|argument| self.filter(argument, scope)).collect();
        Node::new(NodeKind::Call(Call { function: number, up: scope.depth - depth, arguments }))
    }
}

/// `PATHS |= UPDATE`: the paths are collected first.
pub fn modify(paths: Code, update: Code) -> Code {
    let paths = Node::new(NodeKind::Collect(Node::new(NodeKind::Path(paths))));
    Node::new(NodeKind::Modify(paths, update))
}

fn collect_variables(pattern: &Pattern, variables: &mut Vec<Rc<str>>) {
    let mut add = |name: &Rc<str>| {
        if !variables.contains(name) {
            variables.push(name.clone());
        }
    };
    match pattern {
        Pattern::Variable(name) => add(name),
        Pattern::Array(elements) => elements.iter().for_each(|element| collect_variables(element, variables)),
        Pattern::Object(entries) => {
            for (key, inner) in entries {
                if let PatternKey::Variable(name) = key
                    && !variables.contains(name)
                {
                    variables.push(name.clone());
                }
                if let Some(inner) = inner {
                    collect_variables(inner, variables);
                }
            }
        }
    }
}
