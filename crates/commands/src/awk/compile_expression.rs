//! From the tree to instructions: expressions.

use bytes::Bytes;

use super::ast::{Builtin, Elements, Expression, Place, Source};
use super::compile::{Compiler, Fatal};
use super::names::takes_array;
use super::program::{Instruction, Keep, LineSource, Target};

impl Compiler {
    /// Compiles an expression: one value is pushed.
    pub(super) fn expression(&mut self, expression: &Expression) -> Result<(), Fatal> {
        match expression {
            Expression::Number(number) => drop(self.emit(Instruction::Number(*number))),
            Expression::Text(text) => {
                let constant = self.constant(text);
                self.emit(Instruction::Constant(constant));
            }
            Expression::Match(text) => {
                let regex = self.regex(text)?;
                self.emit(Instruction::MatchRecord(regex));
            }
            Expression::Regex(text) => {
                // Compiled here too, so that a mistake is told before anything runs.
                self.regex(text)?;
                let constant = self.constant(text);
                self.emit(Instruction::Pattern(constant));
            }
            Expression::Get(place) => {
                let target = self.target(place)?;
                self.emit(Instruction::Load(target));
            }
            Expression::Assign(place, operator, value) => {
                let target = self.target(place)?;
                match operator {
                    None if is_addition(place, value) => self.addition(value, target)?,
                    _ => self.expression(value)?,
                }
                match operator {
                    None => self.emit(Instruction::Assign(target)),
                    Some(operator) => self.emit(Instruction::Augment(target, *operator)),
                };
            }
            Expression::Update(place, amount, new) => {
                let target = self.target(place)?;
                let keep = if *new { Keep::New } else { Keep::Old };
                self.emit(Instruction::Update(target, *amount, keep));
            }
            Expression::Not(inner) => self.then(inner, Instruction::Not)?,
            Expression::Negate(inner) => self.then(inner, Instruction::Negate)?,
            Expression::Plus(inner) => self.then(inner, Instruction::ToNumber)?,
            Expression::Parenthesized(inner) => self.expression(inner)?,
            Expression::Arithmetic(operator, left, right) => {
                self.expression(left)?;
                self.then(right, Instruction::Arithmetic(*operator))?;
            }
            Expression::Compare(operator, left, right) => {
                self.expression(left)?;
                self.then(right, Instruction::Compare(*operator))?;
            }
            Expression::Concat(left, right) => {
                self.expression(left)?;
                self.then(right, Instruction::Concat)?;
            }
            Expression::Matches(text, regex, negated) => {
                self.expression(text)?;
                match &**regex {
                    Expression::Regex(regex) => {
                        let regex = self.regex(regex)?;
                        self.emit(Instruction::MatchFixed(regex, *negated));
                    }
                    regex => self.then(regex, Instruction::MatchDynamic(*negated))?,
                }
            }
            Expression::In(subscripts, array) => {
                self.subscripts(subscripts)?;
                self.array(array)?;
                self.emit(Instruction::In);
            }
            Expression::And(left, right) => self.decide(left, right, false)?,
            Expression::Or(left, right) => self.decide(left, right, true)?,
            Expression::Conditional(parts) => self.conditional(parts)?,
            Expression::Group(members) => self.subscripts(members)?,
            Expression::Getline(source, place) => self.getline(source, place.as_deref())?,
            Expression::Call(name, arguments) => self.call(name, arguments)?,
            Expression::Builtin(builtin, arguments) => self.builtin(*builtin, arguments)?,
        }
        Ok(())
    }

    /// The strings of `x = x a b ...`, the first of them taken from `target`.
    fn addition(&mut self, value: &Expression, target: Target) -> Result<(), Fatal> {
        match value {
            Expression::Concat(left, right) => {
                self.addition(left, target)?;
                self.then(right, Instruction::Concat)
            }
            _ => {
                self.emit(Instruction::Take(target));
                Ok(())
            }
        }
    }

    fn then(&mut self, inner: &Expression, instruction: Instruction) -> Result<(), Fatal> {
        self.expression(inner)?;
        self.emit(instruction);
        Ok(())
    }

    /// `left && right`, `left || right`: the right side is left out when the left one decides.
    fn decide(&mut self, left: &Expression, right: &Expression, by: bool) -> Result<(), Fatal> {
        self.expression(left)?;
        let decided = self.emit(Instruction::Decide(by, 0));
        self.expression(right)?;
        self.emit(Instruction::Truth);
        self.patch(decided);
        Ok(())
    }

    fn conditional(&mut self, [condition, then, otherwise]: &[Expression; 3]) -> Result<(), Fatal> {
        self.expression(condition)?;
        let skip = self.emit(Instruction::JumpIf(false, 0));
        self.expression(then)?;
        let end = self.emit(Instruction::Jump(0));
        self.patch(skip);
        self.expression(otherwise)?;
        self.patch(end);
        Ok(())
    }

    fn getline(&mut self, source: &Source, place: Option<&Place>) -> Result<(), Fatal> {
        let target = match place {
            Some(place) => Some(self.target(place)?),
            None => None,
        };
        let source = match source {
            Source::Main => LineSource::Main,
            Source::File(name) => {
                self.expression(name)?;
                LineSource::File
            }
            Source::Command(name) => {
                self.expression(name)?;
                LineSource::Command
            }
        };
        self.emit(Instruction::Getline(source));
        match target {
            Some(target) => self.emit(Instruction::AssignLine(target)),
            None => self.emit(Instruction::TakeLine),
        };
        Ok(())
    }

    fn call(&mut self, name: &Bytes, arguments: &[Expression]) -> Result<(), Fatal> {
        let Some(function) = self.names.function(name) else {
            return Err(format!("function `{}' not defined", String::from_utf8_lossy(name)));
        };
        let (mut scalars, mut arrays) = (0, 0);
        for (argument, array) in arguments.iter().zip(self.names.kinds(function)) {
            match array {
                true => {
                    self.array_argument(argument)?;
                    arrays += 1;
                }
                false => {
                    self.expression(argument)?;
                    scalars += 1;
                }
            }
        }
        self.emit(Instruction::Call { function: function as u32, scalars, arrays });
        Ok(())
    }

    fn array_argument(&mut self, argument: &Expression) -> Result<(), Fatal> {
        match argument {
            Expression::Get(Place::Variable(name)) => {
                self.array(&Elements { name: name.clone(), path: Vec::new() })
            }
            Expression::Get(Place::Element(array, subscripts)) => {
                let mut path = array.path.clone();
                path.push(subscripts.clone());
                self.array(&Elements { name: array.name.clone(), path })
            }
            _ => Err("attempt to use a scalar value as array".into()),
        }
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &[Expression]) -> Result<(), Fatal> {
        if matches!(builtin, Builtin::Sub | Builtin::Gsub) {
            return self.substitute(builtin == Builtin::Gsub, arguments);
        }
        let (mut values, mut arrays) = (0, 0);
        for (number, argument) in arguments.iter().enumerate() {
            if takes_array(builtin, number) || self.is_bare_array(builtin, argument) {
                self.array_argument(argument)?;
                arrays += 1;
            } else {
                self.expression(argument)?;
                values += 1;
            }
        }
        self.emit(Instruction::Builtin { builtin, values, arrays });
        Ok(())
    }

    /// `length(a)`, `isarray(a)` and `typeof(a)` of a name that is an array.
    fn is_bare_array(&self, builtin: Builtin, argument: &Expression) -> bool {
        let asks = matches!(builtin, Builtin::Length | Builtin::IsArray | Builtin::TypeOf);
        match argument {
            Expression::Get(Place::Variable(name)) => asks && self.names.is_array(self.function, name),
            _ => false,
        }
    }

    fn substitute(&mut self, every: bool, arguments: &[Expression]) -> Result<(), Fatal> {
        let record = Expression::Get(Place::Field(Box::new(Expression::Number(0.0))));
        let [regex, replacement, rest @ ..] = arguments else { return Ok(()) };
        let subject = rest.first().unwrap_or(&record);
        if let Expression::Get(place) = subject {
            let target = self.target(place)?;
            self.emit(Instruction::DuplicateIndex(target));
            self.emit(Instruction::Load(target));
            self.expression(regex)?;
            self.expression(replacement)?;
            self.emit(Instruction::Substitute(every));
            self.emit(Instruction::AssignIfReplaced(target));
            return Ok(());
        }
        // Not a place: the count is all that comes of it.
        self.expression(subject)?;
        self.expression(regex)?;
        self.expression(replacement)?;
        self.emit(Instruction::Substitute(every));
        self.emit(Instruction::Pop);
        self.emit(Instruction::Builtin { builtin: Builtin::Sub, values: 0, arrays: 0 });
        Ok(())
    }
}

/// Whether `value` is a variable, the one at `place`, with strings behind it that have nothing to do with it.
fn is_addition(place: &Place, value: &Expression) -> bool {
    let (Place::Variable(name), Expression::Concat(left, right)) = (place, value) else { return false };
    let first = match &**left {
        Expression::Get(Place::Variable(first)) => first == name,
        left => is_addition(place, left),
    };
    first && is_apart(right, name)
}

/// Whether computing `value` neither reads nor changes the variable `name`; false where that takes more than a look.
fn is_apart(value: &Expression, name: &Bytes) -> bool {
    match value {
        Expression::Number(_) | Expression::Text(_) => true,
        Expression::Get(Place::Variable(other)) => other != name,
        Expression::Get(Place::Field(inner)) | Expression::Parenthesized(inner) => is_apart(inner, name),
        Expression::Get(Place::Element(array, subscripts)) => {
            array.path.is_empty() && subscripts.iter().all(|inner| is_apart(inner, name))
        }
        Expression::Arithmetic(_, left, right) | Expression::Concat(left, right) => {
            is_apart(left, name) && is_apart(right, name)
        }
        _ => false,
    }
}
