//! Which names are arrays and which are scalars, found from how they are used.

use std::collections::HashMap;

use bytes::Bytes;

use super::ast::{Builtin, Elements, Expression, Pattern, Place, Program, Source, Statement};
use super::program::Special;

/// Arrays that are there from the start.
const ARRAYS: &[&str] = &["ARGV", "ENVIRON", "PROCINFO", "SYMTAB", "FUNCTAB"];

/// The slots of all names.
pub struct Names {
    functions: HashMap<Bytes, usize>,
    parameters: Vec<Vec<(Bytes, bool)>>,
    globals: Vec<Bytes>,
    arrays: Vec<Bytes>,
}

impl Names {
    /// Finds the kinds of all names in a program: an array is what is subscripted, deleted, walked, or passed where an
    /// array is expected. Passing goes on until nothing new is found.
    pub fn infer(program: &Program) -> Result<Names, String> {
        let mut functions = HashMap::new();
        for (number, function) in program.functions.iter().enumerate() {
            functions.insert(function.name.clone(), number);
        }
        let parameters = program
            .functions
            .iter()
            .map(|function| function.parameters.iter().map(|name| (name.clone(), false)).collect())
            .collect();
        let mut names = Names { functions, parameters, globals: Vec::new(), arrays: Vec::new() };
        for name in ARRAYS {
            names.arrays.push(Bytes::from_static(name.as_bytes()));
        }
        loop {
            let mut walk =
                Walk { names: &mut names, function: None, changed: false, collect: false, error: None };
            walk.program(program);
            match (walk.error.take(), walk.changed) {
                (Some(error), _) => return Err(error),
                (None, true) => {}
                (None, false) => break,
            }
        }
        let mut walk = Walk { names: &mut names, function: None, changed: false, collect: true, error: None };
        walk.program(program);
        Ok(names)
    }

    pub fn globals(&self) -> Vec<Bytes> {
        self.globals.clone()
    }

    pub fn arrays(&self) -> Vec<Bytes> {
        self.arrays.clone()
    }

    pub fn function(&self, name: &[u8]) -> Option<usize> {
        self.functions.get(name).copied()
    }

    /// How many parameters of a function are scalars and arrays.
    pub fn layout(&self, function: usize) -> (usize, usize) {
        let arrays = self.parameters[function].iter().filter(|(_, array)| *array).count();
        (self.parameters[function].len() - arrays, arrays)
    }

    /// Whether each parameter of a function is an array.
    pub fn kinds(&self, function: usize) -> Vec<bool> {
        self.parameters[function].iter().map(|(_, array)| *array).collect()
    }

    fn slot_of(&self, function: usize, name: &[u8], wanted: bool) -> Option<u32> {
        let same = self.parameters[function].iter().filter(|(_, array)| *array == wanted);
        same.enumerate().find(|(_, (parameter, _))| parameter == name).map(|(slot, _)| slot as u32)
    }

    pub fn local_scalar(&self, function: usize, name: &[u8]) -> Option<u32> {
        self.slot_of(function, name, false)
    }

    pub fn local_array(&self, function: usize, name: &[u8]) -> Option<u32> {
        self.slot_of(function, name, true)
    }

    pub fn global(&self, name: &[u8]) -> Option<u32> {
        self.globals.iter().position(|global| global == name).map(|slot| slot as u32)
    }

    pub fn array(&self, name: &[u8]) -> Option<u32> {
        self.arrays.iter().position(|array| array == name).map(|slot| slot as u32)
    }

    /// Whether `name` is an array, seen from inside `function`.
    pub fn is_array(&self, function: Option<usize>, name: &[u8]) -> bool {
        let parameter =
            function.and_then(|function| self.parameters[function].iter().find(|(other, _)| other == name));
        match parameter {
            Some((_, array)) => *array,
            None => self.array(name).is_some(),
        }
    }
}

struct Walk<'a> {
    names: &'a mut Names,
    function: Option<usize>,
    changed: bool,
    /// The kinds are known: the scalars are gathered.
    collect: bool,
    error: Option<String>,
}

impl Walk<'_> {
    fn program(&mut self, program: &Program) {
        for (number, function) in program.functions.iter().enumerate() {
            self.function = Some(number);
            self.statements(&function.body);
        }
        self.function = None;
        for rule in &program.rules {
            match &rule.pattern {
                Pattern::When(condition) => self.expression(condition),
                Pattern::Range(first, last) => {
                    self.expression(first);
                    self.expression(last);
                }
                _ => {}
            }
            self.statements(rule.action.as_deref().unwrap_or_default());
        }
    }

    fn statements(&mut self, statements: &[Statement]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Expression(expression) => self.expression(expression),
            Statement::Print { arguments, target, .. } => {
                arguments.iter().for_each(|argument| self.expression(argument));
                if let Some((_, name)) = target {
                    self.expression(name);
                }
            }
            Statement::If(condition, then, otherwise) => {
                self.expression(condition);
                self.statements(then);
                self.statements(otherwise);
            }
            Statement::While(condition, body) | Statement::DoWhile(body, condition) => {
                self.expression(condition);
                self.statements(body);
            }
            Statement::For { initial, condition, update, body } => {
                initial.iter().for_each(|statement| self.statement(statement));
                condition.iter().for_each(|condition| self.expression(condition));
                update.iter().for_each(|statement| self.statement(statement));
                self.statements(body);
            }
            Statement::ForIn { key, array, body } => {
                self.place(key);
                self.elements(array);
                self.statements(body);
            }
            Statement::Switch(value, cases) => {
                self.expression(value);
                for case in cases {
                    case.value.iter().for_each(|value| self.expression(value));
                    self.statements(&case.body);
                }
            }
            Statement::Exit(value) | Statement::Return(value) => {
                value.iter().for_each(|value| self.expression(value));
            }
            Statement::Delete(array, subscripts) => {
                self.elements(array);
                subscripts.iter().flatten().for_each(|subscript| self.expression(subscript));
            }
            Statement::Block(statements) => self.statements(statements),
            Statement::Break
            | Statement::Continue
            | Statement::Next
            | Statement::NextFile
            | Statement::Line(_) => {}
        }
    }

    fn place(&mut self, place: &Place) {
        match place {
            Place::Variable(name) => self.scalar(name),
            Place::Field(index) => self.expression(index),
            Place::Element(array, subscripts) => {
                self.elements(array);
                subscripts.iter().for_each(|subscript| self.expression(subscript));
            }
        }
    }

    fn elements(&mut self, array: &Elements) {
        self.mark_array(&array.name);
        array.path.iter().flatten().for_each(|subscript| self.expression(subscript));
    }

    fn mark_array(&mut self, name: &Bytes) {
        if self.collect {
            return;
        }
        if let Some(function) = self.function {
            let parameter = self.names.parameters[function].iter_mut().find(|(other, _)| other == name);
            if let Some((_, array)) = parameter {
                self.changed |= !*array;
                *array = true;
                return;
            }
        }
        if self.names.functions.contains_key(name) {
            self.error = Some(format!(
                "function `{}' called with space or used as a variable",
                String::from_utf8_lossy(name)
            ));
        } else if self.names.array(name).is_none() {
            self.names.arrays.push(name.clone());
            self.changed = true;
        }
    }

    fn scalar(&mut self, name: &Bytes) {
        let known = self.names.is_array(self.function, name)
            || self.function.is_some_and(|function| self.names.local_scalar(function, name).is_some())
            || Special::find(name).is_some()
            || self.names.global(name).is_some();
        if self.collect && !known {
            self.names.globals.push(name.clone());
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Number(_) | Expression::Text(_) | Expression::Match(_) | Expression::Regex(_) => {}
            Expression::Get(place) | Expression::Update(place, ..) => self.place(place),
            Expression::Assign(place, _, value) => {
                self.place(place);
                self.expression(value);
            }
            Expression::Not(inner)
            | Expression::Negate(inner)
            | Expression::Plus(inner)
            | Expression::Parenthesized(inner) => self.expression(inner),
            Expression::Arithmetic(_, left, right)
            | Expression::Compare(_, left, right)
            | Expression::Concat(left, right)
            | Expression::Matches(left, right, _)
            | Expression::And(left, right)
            | Expression::Or(left, right) => {
                self.expression(left);
                self.expression(right);
            }
            Expression::In(subscripts, array) => {
                subscripts.iter().for_each(|subscript| self.expression(subscript));
                self.elements(array);
            }
            Expression::Conditional(parts) => parts.iter().for_each(|part| self.expression(part)),
            Expression::Group(members) => members.iter().for_each(|member| self.expression(member)),
            Expression::Getline(source, place) => {
                if let Source::File(name) | Source::Command(name) = source {
                    self.expression(name);
                }
                place.iter().for_each(|place| self.place(place));
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Builtin(builtin, arguments) => {
                for (number, argument) in arguments.iter().enumerate() {
                    self.argument(argument, takes_array(*builtin, number));
                }
            }
        }
    }

    fn call(&mut self, name: &Bytes, arguments: &[Expression]) {
        let Some(callee) = self.names.function(name) else {
            self.error = Some(format!("function `{}' not defined", String::from_utf8_lossy(name)));
            return;
        };
        if arguments.len() > self.names.parameters[callee].len() {
            self.error = Some(format!(
                "function `{}' called with more arguments than declared",
                String::from_utf8_lossy(name)
            ));
            return;
        }
        for (number, argument) in arguments.iter().enumerate() {
            let expected = self.names.parameters[callee][number].1;
            self.argument(argument, expected);
            // What is known to be an array here is one there.
            if let Expression::Get(Place::Variable(passed)) = argument
                && !expected
                && !self.collect
                && self.names.is_array(self.function, passed)
            {
                self.names.parameters[callee][number].1 = true;
                self.changed = true;
            }
        }
    }

    fn argument(&mut self, argument: &Expression, array: bool) {
        match argument {
            Expression::Get(Place::Variable(name)) if array => self.mark_array(name),
            other => self.expression(other),
        }
    }
}

/// Whether a function takes an array as its argument `number`.
pub(super) fn takes_array(builtin: Builtin, number: usize) -> bool {
    match builtin {
        Builtin::Split | Builtin::PatSplit => number == 1 || number == 3,
        Builtin::Match => number == 2,
        Builtin::Asort | Builtin::Asorti => number < 2,
        _ => false,
    }
}
