//! Variables, fields and elements: read, assigned, changed in place.

use super::arithmetic::arithmetic;
use super::ast::Arithmetic;
use super::machine::{Fatal, Machine, Step};
use super::program::{Keep, Target};
use super::value::{ArrayRef, Value};

impl Machine {
    pub(super) fn duplicate(&mut self) {
        let top = self.stack.last().cloned().unwrap_or_default();
        self.stack.push(top);
    }

    pub(super) fn local(&mut self, slot: u32) -> &mut Value {
        let base = self.frames.last().map_or(0, |frame| frame.scalars);
        &mut self.locals[base + slot as usize]
    }

    pub(super) fn load(&mut self, target: Target) -> Step<Value> {
        Ok(match target {
            Target::Global(slot) => self.globals[slot as usize].clone(),
            Target::Local(slot) => self.local(slot).clone(),
            Target::Special(special) => self.special(special),
            Target::FixedField(0) => Value::Input(self.record.text(&self.variables.ofs).clone()),
            Target::FixedField(number) => self.field(number as usize),
            Target::Field => match self.field_index()? {
                0 => Value::Input(self.record.text(&self.variables.ofs).clone()),
                number => self.field(number),
            },
            Target::Element => {
                let key = self.pop_text();
                let array = self.pop_array();
                let mut array = array.borrow_mut();
                match array.get(&key) {
                    Some(value) => value.clone(),
                    // Looking at an element makes it.
                    None => array.entry(&key).clone(),
                }
            }
        })
    }

    fn field(&mut self, number: usize) -> Value {
        self.record.field(number).map_or(Value::Unset, Value::Input)
    }

    fn field_index(&mut self) -> Step<usize> {
        let number = self.pop_number();
        match number >= 0.0 {
            true => Ok(number as usize),
            false => Err(Fatal(format!("attempt to access field {}", number as i64))),
        }
    }

    pub(super) fn store(&mut self, target: Target, value: Value) -> Step<()> {
        match target {
            Target::Global(slot) => self.globals[slot as usize] = value,
            Target::Local(slot) => *self.local(slot) = value,
            Target::Special(special) => self.set_special(special, &value)?,
            Target::FixedField(number) => self.set_field(number as usize, &value)?,
            Target::Field => {
                let number = self.field_index()?;
                self.set_field(number, &value)?;
            }
            Target::Element => {
                let key = self.pop_text();
                let array = self.pop_array();
                array.borrow_mut().set(&key, value);
            }
        }
        Ok(())
    }

    fn set_field(&mut self, number: usize, value: &Value) -> Step<()> {
        const MOST: usize = 10_000_000;
        if number > MOST {
            return Err(Fatal(format!("attempt to access field {number}")));
        }
        let text = value.to_text(&self.variables.convfmt);
        match number {
            0 => self.record.set(text, &self.separator),
            number => self.record.set_field(number, text),
        }
        Ok(())
    }

    /// Drops the index of a target that is not assigned after all.
    pub(super) fn forget_index(&mut self, target: Target) {
        match target {
            Target::Field => drop(self.stack.pop()),
            Target::Element => {
                self.stack.pop();
                self.array_stack.pop();
            }
            _ => {}
        }
    }

    pub(super) fn augment(&mut self, target: Target, operator: Arithmetic) -> Step<()> {
        let right = self.pop_number();
        let value = match target {
            Target::Global(slot) => {
                let left = self.globals[slot as usize].number();
                let value = arithmetic(operator, left, right)?;
                self.globals[slot as usize] = Value::Number(value);
                value
            }
            Target::Element => {
                let key = self.pop_text();
                let array = self.pop_array();
                let mut array = array.borrow_mut();
                let element = array.entry(&key);
                let value = arithmetic(operator, element.number(), right)?;
                *element = Value::Number(value);
                value
            }
            target => {
                self.keep_index(target);
                let left = self.load(target)?.number();
                let value = arithmetic(operator, left, right)?;
                self.store(target, Value::Number(value))?;
                value
            }
        };
        self.stack.push(Value::Number(value));
        Ok(())
    }

    /// Duplicates the index of a field, which loading takes away.
    fn keep_index(&mut self, target: Target) {
        if target == Target::Field {
            self.duplicate();
        }
    }

    pub(super) fn update(&mut self, target: Target, amount: f64, keep: Keep) -> Step<()> {
        let old = match target {
            Target::Global(slot) => {
                let variable = &mut self.globals[slot as usize];
                let old = variable.number();
                *variable = Value::Number(old + amount);
                old
            }
            Target::Local(slot) => {
                let variable = self.local(slot);
                let old = variable.number();
                *variable = Value::Number(old + amount);
                old
            }
            Target::Element => {
                let key = self.pop_text();
                let array = self.pop_array();
                let mut array = array.borrow_mut();
                let element = array.entry(&key);
                let old = element.number();
                *element = Value::Number(old + amount);
                old
            }
            target => {
                self.keep_index(target);
                let old = self.load(target)?.number();
                self.store(target, Value::Number(old + amount))?;
                old
            }
        };
        self.stack.push(Value::Number(if keep == Keep::Old { old } else { old + amount }));
        Ok(())
    }

    pub(super) fn sub_array(&mut self) -> Step<()> {
        let key = self.pop_text();
        let array = self.pop_array();
        let mut array = array.borrow_mut();
        let element = array.nested(&key);
        if let Value::Unset = element {
            *element = Value::Array(ArrayRef::default());
        }
        match element {
            Value::Array(inner) => {
                let inner = inner.clone();
                drop(array);
                self.array_stack.push(inner);
                Ok(())
            }
            _ => Err(Fatal(format!(
                "attempt to use scalar `[\"{}\"]' as an array",
                String::from_utf8_lossy(&key)
            ))),
        }
    }
}
