//! From text to the tree: expressions, from what binds loosest to what binds tightest.

use super::ast::{Arithmetic, Builtin, Comparison, Elements, Expression, Place, Source};
use super::lexer::{SyntaxError, Token};
use super::parse::{Parsed, Parser};

use bytes::Bytes;

impl Parser {
    /// An expression: assignments and everything below.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.deeper()?;
        let left = self.conditional()?;
        let operator = match &self.token {
            Token::Symbol("=") => None,
            Token::Symbol("+=") => Some(Arithmetic::Add),
            Token::Symbol("-=") => Some(Arithmetic::Subtract),
            Token::Symbol("*=") => Some(Arithmetic::Multiply),
            Token::Symbol("/=") => Some(Arithmetic::Divide),
            Token::Symbol("%=") => Some(Arithmetic::Remainder),
            Token::Symbol("^=" | "**=") => Some(Arithmetic::Power),
            _ => {
                self.depth -= 1;
                return Ok(left);
            }
        };
        let assigned = self.assign_into(left, operator)?;
        self.depth -= 1;
        Ok(assigned)
    }

    /// `left = ...`: what was parsed as the left side ends in the place that is assigned, as in `a + b = 1`, which only
    /// makes sense where the place stands alone or behind an operator (`1 + x = 2` is refused like gawk does).
    fn assign_into(&mut self, left: Expression, operator: Option<Arithmetic>) -> Parsed<Expression> {
        match left {
            Expression::Get(place) => {
                self.advance()?;
                self.skip_newlines()?;
                Ok(Expression::Assign(place, operator, Box::new(self.expression()?)))
            }
            // `!x = y` and `a && b = c` assign to what stands last.
            Expression::Not(inner) => Ok(Expression::Not(Box::new(self.assign_into(*inner, operator)?))),
            Expression::And(first, last) => {
                Ok(Expression::And(first, Box::new(self.assign_into(*last, operator)?)))
            }
            Expression::Or(first, last) => {
                Ok(Expression::Or(first, Box::new(self.assign_into(*last, operator)?)))
            }
            Expression::Conditional(parts) => {
                let [condition, then, last] = *parts;
                let last = self.assign_into(last, operator)?;
                Ok(Expression::Conditional(Box::new([condition, then, last])))
            }
            _ => Err(self.unexpected()),
        }
    }

    fn conditional(&mut self) -> Parsed<Expression> {
        let condition = self.or()?;
        if !self.take("?")? {
            return Ok(condition);
        }
        self.skip_newlines()?;
        let then = self.expression()?;
        self.skip_newlines()?;
        self.expect(":")?;
        self.skip_newlines()?;
        let otherwise = self.expression()?;
        Ok(Expression::Conditional(Box::new([condition, then, otherwise])))
    }

    fn or(&mut self) -> Parsed<Expression> {
        let mut left = self.and()?;
        while self.take("||")? {
            self.skip_newlines()?;
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<Expression> {
        let mut left = self.membership()?;
        while self.take("&&")? {
            self.skip_newlines()?;
            left = Expression::And(Box::new(left), Box::new(self.membership()?));
        }
        Ok(left)
    }

    fn membership(&mut self) -> Parsed<Expression> {
        let mut left = self.matching()?;
        while self.is_keyword("in") {
            self.advance()?;
            let Token::Name { name, .. } = self.advance()? else { return Err(self.unexpected()) };
            let mut path = Vec::new();
            while self.is("[") {
                path.push(self.subscript()?);
            }
            let subscripts = match left {
                Expression::Group(members) => members,
                other => vec![other],
            };
            left = Expression::In(subscripts, Elements { name, path });
        }
        Ok(left)
    }

    fn matching(&mut self) -> Parsed<Expression> {
        let mut left = self.comparison()?;
        loop {
            let negated = match &self.token {
                Token::Symbol("~") => false,
                Token::Symbol("!~") => true,
                _ => return Ok(left),
            };
            self.advance()?;
            let right = as_regex(self.comparison()?);
            left = Expression::Matches(Box::new(left), Box::new(right), negated);
        }
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let mut left = self.concatenation()?;
        while self.is("|") && self.getline_follows()? {
            self.advance()?;
            self.advance()?;
            let place = self.optional_place()?;
            left = Expression::Getline(Source::Command(Box::new(left)), place.map(Box::new));
        }
        let operator = match &self.token {
            Token::Symbol("<") => Comparison::Less,
            Token::Symbol("<=") => Comparison::LessOrEqual,
            Token::Symbol("==") => Comparison::Equal,
            Token::Symbol("!=") => Comparison::NotEqual,
            Token::Symbol(">") if !self.in_print => Comparison::Greater,
            Token::Symbol(">=") => Comparison::GreaterOrEqual,
            _ => return Ok(left),
        };
        self.advance()?;
        let right = self.concatenation()?;
        Ok(Expression::Compare(operator, Box::new(left), Box::new(right)))
    }

    /// Whether the `|` at hand is followed by `getline`.
    fn getline_follows(&mut self) -> Parsed<bool> {
        let at = self.lexer.at;
        let next = self.lexer.next();
        self.lexer.at = at;
        Ok(matches!(next?.0, Token::Keyword("getline")))
    }

    pub(super) fn concatenation(&mut self) -> Parsed<Expression> {
        let mut left = self.additive()?;
        while self.starts_operand() {
            let right = self.additive()?;
            left = Expression::Concat(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    /// Whether the token can start the right side of a concatenation.
    fn starts_operand(&self) -> bool {
        match &self.token {
            Token::Number(_) | Token::Text(_) | Token::Name { .. } => true,
            Token::Symbol(symbol) => matches!(*symbol, "$" | "!" | "(" | "-" | "+" | "++" | "--"),
            _ => false,
        }
    }

    fn additive(&mut self) -> Parsed<Expression> {
        let mut left = self.multiplicative()?;
        loop {
            let operator = match &self.token {
                Token::Symbol("+") => Arithmetic::Add,
                Token::Symbol("-") => Arithmetic::Subtract,
                _ => return Ok(left),
            };
            self.advance()?;
            left = Expression::Arithmetic(operator, Box::new(left), Box::new(self.multiplicative()?));
        }
    }

    fn multiplicative(&mut self) -> Parsed<Expression> {
        let mut left = self.unary()?;
        loop {
            let operator = match &self.token {
                Token::Symbol("*") => Arithmetic::Multiply,
                Token::Symbol("/") => Arithmetic::Divide,
                Token::Symbol("%") => Arithmetic::Remainder,
                _ => return Ok(left),
            };
            let start = self.start;
            self.advance()?;
            let right = self.unary()?;
            if let (Arithmetic::Divide | Arithmetic::Remainder, Expression::Number(0.0)) = (operator, &right)
            {
                let place = if operator == Arithmetic::Divide { "" } else { " in `%'" };
                return Err(SyntaxError::fatal(start, format!("error: division by zero attempted{place}")));
            }
            left = Expression::Arithmetic(operator, Box::new(left), Box::new(right));
        }
    }

    pub(super) fn unary(&mut self) -> Parsed<Expression> {
        let wrap: fn(Box<Expression>) -> Expression = match &self.token {
            Token::Symbol("!") => Expression::Not,
            Token::Symbol("-") => Expression::Negate,
            Token::Symbol("+") => Expression::Plus,
            _ => return self.power(),
        };
        self.deeper()?;
        self.advance()?;
        let operand = self.unary()?;
        self.depth -= 1;
        Ok(wrap(Box::new(operand)))
    }

    fn power(&mut self) -> Parsed<Expression> {
        let base = self.postfix()?;
        if !(self.is("^") || self.is("**")) {
            return Ok(base);
        }
        self.deeper()?;
        self.advance()?;
        let exponent = self.unary()?;
        self.depth -= 1;
        Ok(Expression::Arithmetic(Arithmetic::Power, Box::new(base), Box::new(exponent)))
    }

    fn postfix(&mut self) -> Parsed<Expression> {
        let operand = self.primary()?;
        if let Expression::Get(place) = &operand {
            let amount = match &self.token {
                Token::Symbol("++") => 1.0,
                Token::Symbol("--") => -1.0,
                _ => return Ok(operand),
            };
            let place = place.clone();
            self.advance()?;
            return Ok(Expression::Update(place, amount, false));
        }
        Ok(operand)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        match self.token.clone() {
            Token::Number(value) => {
                self.advance()?;
                Ok(Expression::Number(value))
            }
            Token::Text(text) => {
                self.advance()?;
                Ok(Expression::Text(text))
            }
            Token::Symbol("/" | "/=") => Ok(Expression::Match(self.regex_here()?)),
            Token::Symbol("@") => {
                self.advance()?;
                match self.is("/") {
                    true => Ok(Expression::Regex(self.regex_here()?)),
                    false => Err(self.unexpected()),
                }
            }
            Token::Symbol("$") => self.field().map(Expression::Get),
            Token::Symbol(sign @ ("++" | "--")) => {
                self.advance()?;
                let amount = if sign == "++" { 1.0 } else { -1.0 };
                match self.optional_place()? {
                    Some(place) => Ok(Expression::Update(place, amount, true)),
                    None => Err(self.unexpected()),
                }
            }
            Token::Symbol("(") => self.group(),
            Token::Keyword("getline") => self.getline(),
            Token::Name { name, called } => self.name(name, called),
            _ => Err(self.unexpected()),
        }
    }

    fn field(&mut self) -> Parsed<Place> {
        self.deeper()?;
        self.advance()?;
        let index = match &self.token {
            Token::Symbol("-" | "+" | "!") => self.unary()?,
            _ => self.primary()?,
        };
        self.depth -= 1;
        Ok(Place::Field(Box::new(index)))
    }

    /// `( expression )`, or `( a, b )` for `in` and print.
    fn group(&mut self) -> Parsed<Expression> {
        self.advance()?;
        let in_print = std::mem::replace(&mut self.in_print, false);
        self.skip_newlines()?;
        let first = self.expression()?;
        let mut members = vec![first];
        while self.take(",")? {
            self.skip_newlines()?;
            members.push(self.expression()?);
        }
        self.skip_newlines()?;
        self.expect(")")?;
        self.in_print = in_print;
        match members.len() {
            1 => Ok(match members.pop() {
                Some(Expression::Get(place)) => Expression::Get(place),
                Some(other) => Expression::Parenthesized(Box::new(other)),
                None => Expression::Number(0.0),
            }),
            _ => match self.is_keyword("in") || self.in_print {
                true => Ok(Expression::Group(members)),
                false => Err(self.unexpected()),
            },
        }
    }

    fn getline(&mut self) -> Parsed<Expression> {
        self.advance()?;
        let place = self.optional_place()?.map(Box::new);
        if !self.take("<")? {
            return Ok(Expression::Getline(Source::Main, place));
        }
        let file = self.postfix()?;
        Ok(Expression::Getline(Source::File(Box::new(file)), place))
    }

    /// A variable, element or field, if one follows.
    fn optional_place(&mut self) -> Parsed<Option<Place>> {
        match &self.token {
            Token::Symbol("$") => self.field().map(Some),
            Token::Name { called: false, name } if Builtin::find(name).is_none() => {
                let name = name.clone();
                self.advance()?;
                self.place(name).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn place(&mut self, name: Bytes) -> Parsed<Place> {
        let mut path = Vec::new();
        while self.is("[") {
            path.push(self.subscript()?);
        }
        Ok(match path.pop() {
            Some(last) => Place::Element(Elements { name, path }, last),
            None => Place::Variable(name),
        })
    }

    /// `[ a, b ]`
    pub(super) fn subscript(&mut self) -> Parsed<Vec<Expression>> {
        self.expect("[")?;
        let in_print = std::mem::replace(&mut self.in_print, false);
        let mut members = vec![self.expression()?];
        while self.take(",")? {
            self.skip_newlines()?;
            members.push(self.expression()?);
        }
        self.expect("]")?;
        self.in_print = in_print;
        Ok(members)
    }

    fn name(&mut self, name: Bytes, called: bool) -> Parsed<Expression> {
        self.advance()?;
        if let Some((builtin, least, most)) = Builtin::find(&name) {
            let arguments = match self.is("(") {
                true => self.arguments()?,
                false if builtin == Builtin::Length => Vec::new(),
                false => return Err(self.unexpected()),
            };
            if !(least..=most).contains(&arguments.len()) {
                let message =
                    format!("{} is invalid as number of arguments for {}", arguments.len(), builtin.name());
                return Err(SyntaxError::new(self.end.saturating_sub(1), message));
            }
            return Ok(Expression::Builtin(builtin, regex_arguments(builtin, arguments)));
        }
        if called {
            return Ok(Expression::Call(name, self.arguments()?));
        }
        self.place(name).map(Expression::Get)
    }

    fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        self.expect("(")?;
        let in_print = std::mem::replace(&mut self.in_print, false);
        let mut arguments = Vec::new();
        self.skip_newlines()?;
        while !self.is(")") {
            arguments.push(self.expression()?);
            self.skip_newlines()?;
            if !self.take(",")? {
                break;
            }
            self.skip_newlines()?;
        }
        self.expect(")")?;
        self.in_print = in_print;
        Ok(arguments)
    }

    /// The regular expression that the `/` at hand starts.
    pub(super) fn regex_here(&mut self) -> Parsed<Bytes> {
        let regex = self.lexer.regex(self.start)?;
        self.advance()?;
        Ok(regex)
    }
}

/// `/re/` where an expression stands for the regular expression itself.
fn as_regex(expression: Expression) -> Expression {
    match expression {
        Expression::Match(regex) => Expression::Regex(regex),
        other => other,
    }
}

/// The arguments of a function with those that are regular expressions marked as such.
fn regex_arguments(builtin: Builtin, arguments: Vec<Expression>) -> Vec<Expression> {
    let at = match builtin {
        Builtin::Sub | Builtin::Gsub | Builtin::Gensub => 0,
        Builtin::Match => 1,
        Builtin::Split | Builtin::PatSplit => 2,
        _ => usize::MAX,
    };
    let arguments = arguments.into_iter().enumerate();
    arguments.map(|(number, argument)| if number == at { as_regex(argument) } else { argument }).collect()
}
