//! Expressions turned into steps.

use std::rc::Rc;

use super::code::{Argument, Binary, Call, Op, Slot, Special};
use super::compile::{Compiler, Step};
use super::lexer::{Keyword, Token};

/// How strongly operators bind, from the weakest.
mod level {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const RELATION: u8 = 4;
    pub const ASSIGNMENT: u8 = 5;
    pub const SUM: u8 = 6;
    pub const PRODUCT: u8 = 7;
    pub const POWER: u8 = 8;
    pub const UNARY: u8 = 9;
}

/// What an expression gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A value that is shown when it is a statement.
    Shown,
    /// A value that is not: an assignment's.
    Hidden,
    /// No value.
    Void,
}

/// What can be assigned to.
enum Place {
    Variable(Slot),
    /// The subscript is on the stack.
    Element(Slot),
    Special(Special),
}

impl Compiler<'_, '_> {
    /// An expression.
    pub fn expression(&mut self) -> Step<Kind> {
        self.binary(level::OR)
    }

    /// An expression of operators that bind at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Step<Kind> {
        self.deeper()?;
        let mut kind = self.operand()?;
        let mut compares = false;
        while let Token::Sign(sign) = self.token {
            let (strength, op) = match sign {
                "||" => (level::OR, None),
                "&&" => (level::AND, None),
                "<" => (level::RELATION, Some(Binary::Less)),
                "<=" => (level::RELATION, Some(Binary::LessOrEqual)),
                "==" => (level::RELATION, Some(Binary::Equal)),
                "!=" => (level::RELATION, Some(Binary::NotEqual)),
                ">=" => (level::RELATION, Some(Binary::GreaterOrEqual)),
                ">" => (level::RELATION, Some(Binary::Greater)),
                "+" => (level::SUM, Some(Binary::Add)),
                "-" => (level::SUM, Some(Binary::Subtract)),
                "*" => (level::PRODUCT, Some(Binary::Multiply)),
                "/" => (level::PRODUCT, Some(Binary::Divide)),
                "%" => (level::PRODUCT, Some(Binary::Remainder)),
                "^" => (level::POWER, Some(Binary::Power)),
                _ => break,
            };
            if strength < least {
                break;
            }
            self.advance()?;
            self.need_value(kind, &format!("void expression with {sign}"));
            kind = Kind::Shown;
            match op {
                // A power is taken from the right.
                Some(op) => {
                    let right = self.binary(if op == Binary::Power { strength } else { strength + 1 })?;
                    self.need_value(right, &format!("void expression with {sign}"));
                    compares |= strength == level::RELATION;
                    self.emit(Op::Binary(op), 1)
                }
                None => self.short_circuit(sign == "&&", strength)?,
            };
        }
        self.shallower();
        self.compares |= compares;
        Ok(kind)
    }

    /// Says `message` when there is no value.
    pub fn need_value(&mut self, kind: Kind, message: &str) {
        if kind == Kind::Void {
            self.messages.push((message.as_bytes().to_vec(), self.lexer_line()));
        }
    }

    /// The right side of `&&` or `||`, which is left out when the left one decides.
    fn short_circuit(&mut self, is_and: bool, strength: u8) -> Step<usize> {
        self.beyond_standard(if is_and { "&& operator" } else { "|| operator" });
        self.emit(Op::Truth, 0);
        self.emit(Op::Duplicate, 1);
        let skip = self.emit(if is_and { Op::JumpIfZero(0) } else { Op::JumpUnlessZero(0) }, 3);
        self.emit(Op::Pop, 1);
        self.binary(strength + 1)?;
        let last = self.emit(Op::Truth, 6);
        let here = self.here();
        self.settle(skip, here);
        Ok(last)
    }

    /// An operand with the signs in front of it.
    fn operand(&mut self) -> Step<Kind> {
        match self.token.clone() {
            Token::Sign("-") => {
                self.advance()?;
                self.binary(level::UNARY)?;
                self.emit(Op::Negate, 1);
                Ok(Kind::Shown)
            }
            Token::Sign("!") => {
                self.advance()?;
                self.binary(level::RELATION)?;
                self.beyond_standard("! operator");
                self.emit(Op::Not, 1);
                Ok(Kind::Shown)
            }
            Token::Sign(sign @ ("++" | "--")) => {
                self.advance()?;
                let Some(place) = self.place()? else { return Err(self.syntax()) };
                self.step_before(place, if sign == "++" { 1 } else { -1 });
                Ok(Kind::Shown)
            }
            Token::Sign("(") => {
                self.advance()?;
                let kind = self.expression()?;
                self.expect(")")?;
                self.need_value(kind, "void expression in parenthesis");
                Ok(Kind::Shown)
            }
            Token::Number(digits) => {
                self.advance()?;
                let size = if digits == b"0" || digits == b"1" { 1 } else { digits.len() + 2 };
                self.emit(Op::Constant(digits.into()), size);
                Ok(Kind::Shown)
            }
            Token::Word(Keyword::Length) => self.built_in(Op::Length),
            Token::Word(Keyword::Sqrt) => self.built_in(Op::SquareRoot),
            Token::Word(Keyword::Read) => {
                self.beyond_standard("read function");
                self.built_in_alone(Op::Read)
            }
            Token::Word(Keyword::Random) => {
                self.beyond_standard("random function");
                self.built_in_alone(Op::Random)
            }
            Token::Name(name) => {
                self.advance()?;
                match self.token {
                    Token::Sign("(") => self.call(name),
                    _ => {
                        let place = self.named(&name)?;
                        self.use_place(place)
                    }
                }
            }
            Token::Word(Keyword::Scale) => {
                self.advance()?;
                match self.token {
                    Token::Sign("(") => self.built_in_argument(Op::ScaleOf),
                    _ => self.use_place(Place::Special(Special::Scale)),
                }
            }
            _ => match self.place()? {
                Some(place) => self.use_place(place),
                None => Err(self.syntax()),
            },
        }
    }

    fn built_in(&mut self, op: Op) -> Step<Kind> {
        self.advance()?;
        self.built_in_argument(op)
    }

    fn built_in_argument(&mut self, op: Op) -> Step<Kind> {
        self.expect("(")?;
        self.expression()?;
        self.expect(")")?;
        self.emit(op, 2);
        Ok(Kind::Shown)
    }

    fn built_in_alone(&mut self, op: Op) -> Step<Kind> {
        self.advance()?;
        self.expect("(")?;
        self.expect(")")?;
        self.emit(op, 2);
        Ok(Kind::Shown)
    }

    /// What can be assigned to, if the next token starts it.
    fn place(&mut self) -> Step<Option<Place>> {
        let special = match self.token.clone() {
            Token::Name(name) => {
                self.advance()?;
                return self.named(&name).map(Some);
            }
            Token::Word(Keyword::Scale) => Special::Scale,
            Token::Word(Keyword::Ibase) => Special::Ibase,
            Token::Word(Keyword::Obase) => Special::Obase,
            Token::Word(Keyword::Last) => {
                self.beyond_standard("Last variable");
                Special::Last
            }
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(Place::Special(special)))
    }

    /// A variable, or an element whose subscript follows.
    fn named(&mut self, name: &[u8]) -> Step<Place> {
        if name.len() > 1 {
            self.beyond_standard(&format!("multiple letter name - {}", String::from_utf8_lossy(name)));
        }
        if !self.take_sign("[")? {
            return Ok(Place::Variable(self.tables.variables.slot(name)));
        }
        self.expression()?;
        self.expect("]")?;
        Ok(Place::Element(self.tables.arrays.slot(name)))
    }

    /// A place as it is, or with what assigns to it behind.
    fn use_place(&mut self, place: Place) -> Step<Kind> {
        let Token::Sign(sign) = self.token else {
            self.load(&place);
            return Ok(Kind::Shown);
        };
        let op = match sign {
            "=" => None,
            "+=" => Some(Binary::Add),
            "-=" => Some(Binary::Subtract),
            "*=" => Some(Binary::Multiply),
            "/=" => Some(Binary::Divide),
            "%=" => Some(Binary::Remainder),
            "^=" => Some(Binary::Power),
            "++" | "--" => {
                self.advance()?;
                self.step_behind(&place, if sign == "++" { 1 } else { -1 });
                return Ok(Kind::Shown);
            }
            _ => {
                self.load(&place);
                return Ok(Kind::Shown);
            }
        };
        self.advance()?;
        if op.is_some() {
            match place {
                Place::Element(slot) => self.emit(Op::PeekElement(slot), 3),
                _ => self.load(&place),
            };
        }
        let kind = self.binary(level::ASSIGNMENT)?;
        self.need_value(kind, "Assignment of a void expression");
        if let Some(op) = op {
            self.emit(Op::Binary(op), 1);
        }
        self.store(&place);
        Ok(Kind::Hidden)
    }

    fn load(&mut self, place: &Place) -> usize {
        match place {
            Place::Variable(slot) => self.emit(Op::Load(*slot), 2),
            Place::Element(slot) => self.emit(Op::LoadElement(*slot), 2),
            Place::Special(special) => self.emit(Op::LoadSpecial(*special), 2),
        }
    }

    /// The value stays on the stack.
    fn store(&mut self, place: &Place) {
        match place {
            Place::Variable(slot) => self.emit(Op::Store(*slot), 2),
            Place::Element(slot) => self.emit(Op::StoreElement(*slot), 2),
            Place::Special(special) => self.emit(Op::StoreSpecial(*special), 2),
        };
    }

    fn step_before(&mut self, place: Place, by: i8) {
        match place {
            Place::Element(slot) => self.emit(Op::PeekElement(slot), 3),
            _ => self.load(&place),
        };
        self.emit(Op::AddToTop(by), 0);
        self.store(&place);
    }

    /// The value from before stays on the stack.
    fn step_behind(&mut self, place: &Place, by: i8) {
        match place {
            Place::Element(slot) => self.emit(Op::PeekElement(*slot), 3),
            _ => self.load(place),
        };
        self.emit(Op::AddToTop(by), 0);
        self.store(place);
        self.emit(Op::AddToTop(-by), usize::from(matches!(place, Place::Element(_))));
    }

    fn call(&mut self, name: Vec<u8>) -> Step<Kind> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !matches!(self.token, Token::Sign(")")) {
            arguments.push(self.argument()?);
            if !self.take_sign(",")? {
                break;
            }
            if matches!(self.token, Token::Sign(")")) {
                return Err(self.syntax());
            }
        }
        self.expect(")")?;
        let function = self.tables.functions.slot(&name);
        let size = 3 + arguments.len();
        self.emit(Op::Call(Rc::new(Call { function, name, arguments })), size);
        Ok(if self.tables.void_functions.contains(&function) { Kind::Void } else { Kind::Shown })
    }

    /// A value, or an array as `name[]`.
    fn argument(&mut self) -> Step<Argument> {
        let Token::Name(name) = self.token.clone() else {
            return self.value_argument();
        };
        if !self.is_array_argument() {
            return self.value_argument();
        }
        self.advance()?;
        self.expect("[")?;
        self.expect("]")?;
        self.address += 3;
        Ok(Argument::Array(self.tables.arrays.slot(&name)))
    }

    fn value_argument(&mut self) -> Step<Argument> {
        let kind = self.expression()?;
        self.need_value(kind, "void argument");
        Ok(Argument::Value)
    }
}
