//! From the tree to instructions: names become slots, statements become jumps.

use std::collections::HashMap;

use bytes::Bytes;
use mirage_pattern::Locale;
use mirage_pattern::regex::Regex;

use super::ast::{Elements, Function, Pattern, Place, Program, Rule, Statement};
use super::names::Names;
use super::program::{Callee, Code, Instruction, Special, Target};
use super::regex;

/// Why a program that is well formed can not run; gawk's words without the place.
pub type Fatal = String;

pub(super) struct Compiler {
    pub(super) code: Code,
    pub(super) names: Names,
    pub(super) constants: HashMap<Bytes, u32>,
    regexes: HashMap<Bytes, u32>,
    locale: Locale,
    /// The function being compiled.
    pub(super) function: Option<usize>,
    loops: Vec<Loop>,
}

/// Jumps out of a loop or a switch that are filled in at its end.
struct Loop {
    breaks: Vec<usize>,
    /// None for a switch, which `continue` passes by.
    continues: Option<Vec<usize>>,
}

/// Compiles a program that runs in `locale`.
pub fn compile(program: &Program, locale: Locale) -> Result<Code, Fatal> {
    let names = Names::infer(program)?;
    let code = Code {
        instructions: Vec::new(),
        lines: Vec::new(),
        constants: Vec::new(),
        regexes: Vec::new(),
        regex_texts: Vec::new(),
        globals: names.globals(),
        arrays: names.arrays(),
        functions: Vec::new(),
        ranges: 0,
        begin: 0,
        main: None,
        end: None,
        begin_file: None,
        end_file: None,
    };
    let mut compiler = Compiler {
        code,
        names,
        constants: HashMap::new(),
        regexes: HashMap::new(),
        locale,
        function: None,
        loops: Vec::new(),
    };
    for (number, function) in program.functions.iter().enumerate() {
        compiler.function(number, function)?;
    }
    compiler.sections(&program.rules)?;
    Ok(compiler.code)
}

impl Compiler {
    fn sections(&mut self, rules: &[Rule]) -> Result<(), Fatal> {
        self.code.begin = self.here();
        self.actions(rules, |pattern| matches!(pattern, Pattern::Begin))?;
        let has = |wanted: fn(&Pattern) -> bool| rules.iter().any(|rule| wanted(&rule.pattern));
        let is_main =
            |pattern: &Pattern| matches!(pattern, Pattern::Always | Pattern::When(_) | Pattern::Range(..));
        if has(is_main) {
            self.code.main = Some(self.here());
            for rule in rules.iter().filter(|rule| is_main(&rule.pattern)) {
                self.main_rule(rule)?;
            }
            self.emit(Instruction::End);
        }
        if has(|pattern| matches!(pattern, Pattern::End)) {
            self.code.end = Some(self.here());
            self.actions(rules, |pattern| matches!(pattern, Pattern::End))?;
        }
        if has(|pattern| matches!(pattern, Pattern::BeginFile)) {
            self.code.begin_file = Some(self.here());
            self.actions(rules, |pattern| matches!(pattern, Pattern::BeginFile))?;
        }
        if has(|pattern| matches!(pattern, Pattern::EndFile)) {
            self.code.end_file = Some(self.here());
            self.actions(rules, |pattern| matches!(pattern, Pattern::EndFile))?;
        }
        Ok(())
    }

    fn actions(&mut self, rules: &[Rule], wanted: fn(&Pattern) -> bool) -> Result<(), Fatal> {
        for rule in rules.iter().filter(|rule| wanted(&rule.pattern)) {
            self.statements(rule.action.as_deref().unwrap_or_default())?;
        }
        self.emit(Instruction::End);
        Ok(())
    }

    fn main_rule(&mut self, rule: &Rule) -> Result<(), Fatal> {
        let mut skips = Vec::new();
        match &rule.pattern {
            Pattern::When(condition) => {
                self.expression(condition)?;
                skips.push(self.emit(Instruction::JumpIf(false, 0)));
            }
            Pattern::Range(first, last) => {
                let range = self.code.ranges as u32;
                self.code.ranges += 1;
                let active = self.emit(Instruction::RangeActive(range, 0));
                self.expression(first)?;
                skips.push(self.emit(Instruction::JumpIf(false, 0)));
                self.emit(Instruction::RangeSet(range, true));
                self.patch(active);
                self.expression(last)?;
                let stays = self.emit(Instruction::JumpIf(false, 0));
                self.emit(Instruction::RangeSet(range, false));
                self.patch(stays);
            }
            _ => {}
        }
        match &rule.action {
            Some(action) => self.statements(action)?,
            None => {
                self.emit(Instruction::Print { values: 0, format: false, redirect: None });
            }
        }
        skips.into_iter().for_each(|skip| self.patch(skip));
        Ok(())
    }

    fn function(&mut self, number: usize, function: &Function) -> Result<(), Fatal> {
        let (scalars, arrays) = self.names.layout(number);
        let entry = self.here();
        self.code.functions.push(Callee { entry, scalars, arrays });
        self.function = Some(number);
        self.statements(&function.body)?;
        self.emit(Instruction::Unset);
        self.emit(Instruction::Return);
        self.function = None;
        Ok(())
    }

    pub(super) fn emit(&mut self, instruction: Instruction) -> usize {
        self.code.instructions.push(instruction);
        self.code.instructions.len() - 1
    }

    pub(super) fn here(&self) -> usize {
        self.code.instructions.len()
    }

    /// Lets the jump at `at` lead here.
    pub(super) fn patch(&mut self, at: usize) {
        let here = self.here() as u32;
        match &mut self.code.instructions[at] {
            Instruction::Jump(to)
            | Instruction::JumpIf(_, to)
            | Instruction::Decide(_, to)
            | Instruction::RangeActive(_, to)
            | Instruction::ForNext(to) => *to = here,
            _ => {}
        }
    }

    pub(super) fn constant(&mut self, text: &Bytes) -> u32 {
        if let Some(number) = self.constants.get(text) {
            return *number;
        }
        let number = self.code.constants.len() as u32;
        self.code.constants.push(text.clone());
        self.constants.insert(text.clone(), number);
        number
    }

    pub(super) fn regex(&mut self, text: &Bytes) -> Result<u32, Fatal> {
        if let Some(number) = self.regexes.get(text) {
            return Ok(*number);
        }
        let compiled: Regex = regex::compile(text, false, self.locale)?;
        let number = self.code.regexes.len() as u32;
        self.code.regexes.push(compiled);
        self.code.regex_texts.push(text.clone());
        self.regexes.insert(text.clone(), number);
        Ok(number)
    }

    fn statements(&mut self, statements: &[Statement]) -> Result<(), Fatal> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Statement) -> Result<(), Fatal> {
        match statement {
            Statement::Expression(expression) => {
                self.expression(expression)?;
                self.emit(Instruction::Pop);
            }
            Statement::Print { arguments, format, target } => {
                for argument in arguments {
                    self.expression(argument)?;
                }
                let redirect = match target {
                    Some((redirect, name)) => {
                        self.expression(name)?;
                        Some(*redirect)
                    }
                    None => None,
                };
                let values = arguments.len() as u16;
                self.emit(Instruction::Print { values, format: *format, redirect });
            }
            Statement::If(condition, then, otherwise) => self.if_statement(condition, then, otherwise)?,
            Statement::While(condition, body) => {
                let start = self.here();
                self.expression(condition)?;
                let exit = self.emit(Instruction::JumpIf(false, 0));
                self.loop_body(body, Some(start))?;
                self.emit(Instruction::Jump(start as u32));
                self.patch(exit);
                self.end_loop();
            }
            Statement::DoWhile(body, condition) => {
                let start = self.here();
                self.loop_body(body, None)?;
                self.continue_here();
                self.expression(condition)?;
                self.emit(Instruction::JumpIf(true, start as u32));
                self.end_loop();
            }
            Statement::For { initial, condition, update, body } => {
                if let Some(initial) = initial {
                    self.statement(initial)?;
                }
                let start = self.here();
                let mut exit = None;
                if let Some(condition) = condition {
                    self.expression(condition)?;
                    exit = Some(self.emit(Instruction::JumpIf(false, 0)));
                }
                self.loop_body(body, None)?;
                self.continue_here();
                if let Some(update) = update {
                    self.statement(update)?;
                }
                self.emit(Instruction::Jump(start as u32));
                if let Some(exit) = exit {
                    self.patch(exit);
                }
                self.end_loop();
            }
            Statement::ForIn { key, array, body } => self.for_in(key, array, body)?,
            Statement::Switch(value, cases) => self.switch(value, cases)?,
            Statement::Break => {
                let jump = self.emit(Instruction::Jump(0));
                if let Some(around) = self.loops.last_mut() {
                    around.breaks.push(jump);
                }
            }
            Statement::Continue => {
                // Each switch on the way has left its value on the stack.
                let switches =
                    self.loops.iter().rev().take_while(|around| around.continues.is_none()).count();
                for _ in 0..switches {
                    self.emit(Instruction::Pop);
                }
                let jump = self.emit(Instruction::Jump(0));
                let around = self.loops.iter_mut().rev().find_map(|around| around.continues.as_mut());
                if let Some(continues) = around {
                    continues.push(jump);
                }
            }
            Statement::Next => {
                self.emit(Instruction::Next);
            }
            Statement::NextFile => {
                self.emit(Instruction::NextFile);
            }
            Statement::Exit(status) => {
                if let Some(status) = status {
                    self.expression(status)?;
                }
                self.emit(Instruction::Exit(status.is_some()));
            }
            Statement::Return(value) => {
                match value {
                    Some(value) => self.expression(value)?,
                    None => drop(self.emit(Instruction::Unset)),
                }
                self.emit(Instruction::Return);
            }
            Statement::Delete(array, subscripts) => {
                self.array(array)?;
                match subscripts {
                    Some(subscripts) => {
                        self.subscripts(subscripts)?;
                        self.emit(Instruction::Delete);
                    }
                    None => drop(self.emit(Instruction::Clear)),
                }
            }
            Statement::Block(statements) => self.statements(statements)?,
            Statement::Line(line) => self.code.lines.push((self.here() as u32, *line)),
        }
        Ok(())
    }

    fn if_statement(
        &mut self,
        condition: &super::ast::Expression,
        then: &[Statement],
        otherwise: &[Statement],
    ) -> Result<(), Fatal> {
        self.expression(condition)?;
        let skip = self.emit(Instruction::JumpIf(false, 0));
        self.statements(then)?;
        if otherwise.is_empty() {
            self.patch(skip);
            return Ok(());
        }
        let end = self.emit(Instruction::Jump(0));
        self.patch(skip);
        self.statements(otherwise)?;
        self.patch(end);
        Ok(())
    }

    /// Compiles a body; `continue` leads to `start`, or to where [`continue_here`](Self::continue_here) is called.
    fn loop_body(&mut self, body: &[Statement], start: Option<usize>) -> Result<(), Fatal> {
        self.loops.push(Loop { breaks: Vec::new(), continues: Some(Vec::new()) });
        self.statements(body)?;
        if let Some(start) = start {
            for jump in self.take_continues() {
                self.code.instructions[jump] = Instruction::Jump(start as u32);
            }
        }
        Ok(())
    }

    fn take_continues(&mut self) -> Vec<usize> {
        self.loops.last_mut().and_then(|around| around.continues.replace(Vec::new())).unwrap_or_default()
    }

    fn continue_here(&mut self) {
        self.take_continues().into_iter().for_each(|jump| self.patch(jump));
    }

    fn end_loop(&mut self) {
        if let Some(around) = self.loops.pop() {
            around.breaks.into_iter().for_each(|jump| self.patch(jump));
        }
    }

    fn for_in(&mut self, key: &Place, array: &Elements, body: &[Statement]) -> Result<(), Fatal> {
        self.array(array)?;
        self.emit(Instruction::ForIn);
        let start = self.here();
        let next = self.emit(Instruction::ForNext(0));
        let target = self.target(key)?;
        self.emit(Instruction::Assign(target));
        self.emit(Instruction::Pop);
        self.loop_body(body, Some(start))?;
        self.emit(Instruction::Jump(start as u32));
        // A break leaves the keys that remain behind; at the end there are none.
        self.end_loop();
        self.patch(next);
        self.emit(Instruction::ForEnd);
        Ok(())
    }

    fn switch(
        &mut self,
        value: &super::ast::Expression,
        cases: &[super::ast::SwitchCase],
    ) -> Result<(), Fatal> {
        self.expression(value)?;
        let mut entries = Vec::new();
        for case in cases {
            if let Some(value) = &case.value {
                self.expression(value)?;
                self.emit(Instruction::CaseEquals);
                entries.push(Some(self.emit(Instruction::JumpIf(true, 0))));
            } else {
                entries.push(None);
            }
        }
        let default = self.emit(Instruction::Jump(0));
        self.loops.push(Loop { breaks: Vec::new(), continues: None });
        let mut has_default = false;
        for (case, entry) in cases.iter().zip(entries) {
            match entry {
                Some(entry) => self.patch(entry),
                None => {
                    has_default = true;
                    self.patch(default);
                }
            }
            self.statements(&case.body)?;
        }
        if !has_default {
            self.patch(default);
        }
        self.end_loop();
        // The value that was switched on stays below all of it.
        self.emit(Instruction::Pop);
        Ok(())
    }

    /// What a place is; its index, and its array, are pushed.
    pub(super) fn target(&mut self, place: &Place) -> Result<Target, Fatal> {
        match place {
            Place::Variable(name) => self.variable(name),
            Place::Field(index) => match &**index {
                super::ast::Expression::Number(number)
                    if number.fract() == 0.0 && (0.0..1e6).contains(number) =>
                {
                    Ok(Target::FixedField(*number as u32))
                }
                index => {
                    self.expression(index)?;
                    Ok(Target::Field)
                }
            },
            Place::Element(array, subscripts) => {
                self.array(array)?;
                self.subscripts(subscripts)?;
                Ok(Target::Element)
            }
        }
    }

    pub(super) fn variable(&self, name: &Bytes) -> Result<Target, Fatal> {
        if let Some(slot) = self.function.and_then(|function| self.names.local_scalar(function, name)) {
            return Ok(Target::Local(slot));
        }
        if let Some(special) = Special::find(name) {
            return Ok(Target::Special(special));
        }
        match self.names.global(name) {
            Some(slot) => Ok(Target::Global(slot)),
            None => {
                let name = String::from_utf8_lossy(name);
                Err(format!("attempt to use array `{name}' in a scalar context"))
            }
        }
    }

    /// Pushes an array.
    pub(super) fn array(&mut self, array: &Elements) -> Result<(), Fatal> {
        let local = self.function.and_then(|function| self.names.local_array(function, &array.name));
        match (local, self.names.array(&array.name)) {
            (Some(slot), _) => drop(self.emit(Instruction::LocalArray(slot))),
            (None, Some(slot)) => drop(self.emit(Instruction::GlobalArray(slot))),
            (None, None) => {
                let name = String::from_utf8_lossy(&array.name);
                return Err(format!("attempt to use scalar `{name}' as an array"));
            }
        }
        for subscripts in &array.path {
            self.subscripts(subscripts)?;
            self.emit(Instruction::SubArray);
        }
        Ok(())
    }

    pub(super) fn subscripts(&mut self, subscripts: &[super::ast::Expression]) -> Result<(), Fatal> {
        for subscript in subscripts {
            self.expression(subscript)?;
        }
        if subscripts.len() > 1 {
            self.emit(Instruction::Join(subscripts.len() as u32));
        }
        Ok(())
    }
}
