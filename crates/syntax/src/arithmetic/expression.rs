//! From tokens to expressions, by precedence.

use bytes::Bytes;

use super::token::{Lexer, Token};
use crate::ArithmeticError;
use crate::ast::{
    AssignmentTarget, BinaryOperation, BinaryOperator, ElementIndex, Expression, UnaryOperator,
    UpdateOperator,
};

/// How deep expressions may nest. bash counts 1024, which would not fit into a small stack.
const DEEPEST: u32 = 400;

type Parsed = Result<Expression, ArithmeticError>;

pub(super) struct Parser {
    lexer: Lexer,
    depth: u32,
}

/// How tight an operator binds.
fn precedence(operator: BinaryOperator) -> u8 {
    use BinaryOperator as Op;
    match operator {
        Op::Comma => 0,
        Op::Or => 1,
        Op::And => 2,
        Op::BitOr => 3,
        Op::BitXor => 4,
        Op::BitAnd => 5,
        Op::Equal | Op::NotEqual => 6,
        Op::LessOrEqual | Op::GreaterOrEqual | Op::Less | Op::Greater => 7,
        Op::ShiftLeft | Op::ShiftRight => 8,
        Op::Add | Op::Subtract => 9,
        Op::Multiply | Op::Divide | Op::Remainder => 10,
        Op::Power => 11,
    }
}

const LOOSEST: u8 = 1;

impl Parser {
    pub fn new(text: &Bytes, depth: u32) -> Self {
        Parser { lexer: Lexer::new(text), depth }
    }

    /// The expression that is the whole text.
    pub fn whole(mut self) -> Parsed {
        self.lexer.read()?;
        let expression = self.comma()?;
        match self.lexer.token {
            Token::End => Ok(expression),
            _ => Err(self.lexer.error("syntax error in expression")),
        }
    }

    fn nested(&mut self, part: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEEPEST {
            return Err(self.lexer.error("expression recursion level exceeded"));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }

    fn comma(&mut self) -> Parsed {
        let first = self.assignment()?;
        let mut rest = Vec::new();
        while self.lexer.token == Token::Binary(BinaryOperator::Comma) {
            self.lexer.read()?;
            let position = self.lexer.start as u32;
            let operand = self.assignment()?;
            rest.push(BinaryOperation { operator: BinaryOperator::Comma, position, operand });
        }
        Ok(match rest.is_empty() {
            true => first,
            false => Expression::Binary(Box::new(first), rest),
        })
    }

    fn assignment(&mut self) -> Parsed {
        let left = self.conditional()?;
        let Token::Assign(operator) = self.lexer.token else { return Ok(left) };
        let Expression::Variable(target) = left else {
            return Err(self.lexer.error("attempted assignment to non-variable"));
        };
        self.lexer.read()?;
        let value = self.nested(Parser::assignment)?;
        Ok(Expression::Assign(target, operator, Box::new(value), self.lexer.start as u32))
    }

    fn conditional(&mut self) -> Parsed {
        let condition = self.binary(LOOSEST)?;
        if self.lexer.token != Token::Question {
            return Ok(condition);
        }
        self.lexer.read()?;
        if matches!(self.lexer.token, Token::End | Token::Colon) {
            return Err(self.lexer.error("expression expected"));
        }
        let then = self.nested(Parser::comma)?;
        if self.lexer.token != Token::Colon {
            return Err(self.lexer.error("`:' expected for conditional expression"));
        }
        self.lexer.read()?;
        if self.lexer.token == Token::End {
            return Err(self.lexer.error("expression expected"));
        }
        let otherwise = self.nested(Parser::conditional)?;
        Ok(Expression::Conditional(Box::new([condition, then, otherwise])))
    }

    /// Operands joined by operators that bind at least as tight as `loosest`.
    fn binary(&mut self, loosest: u8) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let Token::Binary(operator) = self.lexer.token else { return Ok(left) };
            let level = precedence(operator);
            if level < loosest {
                return Ok(left);
            }
            self.lexer.read()?;
            let start = self.lexer.start;
            let operand = match operator {
                BinaryOperator::Power => self.nested(|parser| parser.binary(level))?,
                _ => self.nested(|parser| parser.binary(level + 1))?,
            };
            // bash has read the token behind a power when it finds a negative exponent.
            let position = if operator == BinaryOperator::Power { self.lexer.start } else { start };
            let operation = BinaryOperation { operator, position: position as u32, operand };
            match &mut left {
                Expression::Binary(_, rest)
                    if rest.first().is_some_and(|first| precedence(first.operator) == level) =>
                {
                    rest.push(operation);
                }
                _ => left = Expression::Binary(Box::new(left), vec![operation]),
            }
        }
    }

    fn unary(&mut self) -> Parsed {
        let operator = match self.lexer.token {
            Token::Binary(BinaryOperator::Add) => UnaryOperator::Plus,
            Token::Binary(BinaryOperator::Subtract) => UnaryOperator::Negate,
            Token::Not => UnaryOperator::Not,
            Token::Complement => UnaryOperator::Complement,
            _ => return self.primary(),
        };
        self.lexer.read()?;
        let operand = self.nested(Parser::unary)?;
        Ok(Expression::Unary(operator, Box::new(operand)))
    }

    fn primary(&mut self) -> Parsed {
        match std::mem::replace(&mut self.lexer.token, Token::End) {
            Token::Number(number) => {
                self.lexer.token = Token::Number(number);
                self.lexer.read()?;
                Ok(Expression::Number(number))
            }
            Token::Name(name, index) => self.variable(name, index),
            Token::Increment => self.pre_update(UpdateOperator::PreIncrement),
            Token::Decrement => self.pre_update(UpdateOperator::PreDecrement),
            Token::Open => {
                self.lexer.token = Token::Open;
                self.lexer.read()?;
                let inner = self.nested(Parser::comma)?;
                if self.lexer.token != Token::Close {
                    return Err(self.lexer.error("missing `)'"));
                }
                self.lexer.read()?;
                Ok(inner)
            }
            _ => Err(self.lexer.error("syntax error: operand expected")),
        }
    }

    fn variable(&mut self, name: Bytes, index: Option<Bytes>) -> Parsed {
        let target = AssignmentTarget { name: name.clone(), index: self.index(index) };
        self.lexer.token = Token::Name(name, None);
        self.lexer.read()?;
        let operator = match self.lexer.token {
            Token::Increment => UpdateOperator::PostIncrement,
            Token::Decrement => UpdateOperator::PostDecrement,
            _ => return Ok(Expression::Variable(target)),
        };
        // What the operator stands behind is a value now, as a number is.
        self.lexer.token = Token::Number(0);
        self.lexer.read()?;
        Ok(Expression::Update(operator, target))
    }

    fn pre_update(&mut self, operator: UpdateOperator) -> Parsed {
        self.lexer.read()?;
        let Token::Name(name, index) = std::mem::replace(&mut self.lexer.token, Token::End) else {
            return Err(self.lexer.error("identifier expected after pre-increment or pre-decrement"));
        };
        let target = AssignmentTarget { name, index: self.index(index) };
        self.lexer.token = Token::Number(0);
        self.lexer.read()?;
        Ok(Expression::Update(operator, target))
    }

    /// A subscript, which is read as an expression when it can be.
    fn index(&self, text: Option<Bytes>) -> Option<ElementIndex> {
        let text = text?;
        let parsed = match text.trim_ascii() {
            [] => None,
            _ if self.depth >= DEEPEST => None,
            _ => Parser::new(&text, self.depth + 1).whole().ok(),
        };
        Some(ElementIndex { text, number: parsed.map(Box::new) })
    }
}

#[cfg(test)]
mod tests {
    use crate::parse_arithmetic;

    /// What bash says of each text, with its leading blanks kept.
    const REFUSED: &[(&str, &str)] = &[
        ("1 +", "1 +: syntax error: operand expected (error token is \"+\")"),
        ("1 + * 2", "1 + * 2: syntax error: operand expected (error token is \"* 2\")"),
        ("1 2", "1 2: syntax error in expression (error token is \"2\")"),
        ("(1", "(1: missing `)' (error token is \"1\")"),
        ("(1 + ", "(1 + : syntax error: operand expected (error token is \"+ \")"),
        ("1 ? 2", "1 ? 2: `:' expected for conditional expression (error token is \"2\")"),
        ("1 ? 2 :", "1 ? 2 :: expression expected (error token is \":\")"),
        ("1 ? : 2", "1 ? : 2: expression expected (error token is \": 2\")"),
        ("08", "08: value too great for base (error token is \"08\")"),
        ("1.5", "1.5: syntax error: invalid arithmetic operator (error token is \".5\")"),
        ("1 = 2", "1 = 2: attempted assignment to non-variable (error token is \"= 2\")"),
        ("++", "++: syntax error: operand expected (error token is \"+\")"),
        ("1++", "1++: syntax error: operand expected (error token is \"+\")"),
        ("x++y", "x++y: syntax error in expression (error token is \"y\")"),
        ("\"1\"", "\"1\": syntax error: operand expected (error token is \"\"1\"\")"),
        ("1 # 2", "1 # 2: syntax error: invalid arithmetic operator (error token is \"# 2\")"),
        ("a[", "a[: bad array subscript (error token is \"a[\")"),
        ("a[1]]", "a[1]]: syntax error: invalid arithmetic operator (error token is \"]\")"),
        ("1 ? x=2 : x=3", "1 ? x=2 : x=3: attempted assignment to non-variable (error token is \"=3\")"),
        ("x**=2", "x**=2: syntax error: operand expected (error token is \"=2\")"),
        ("(x)++", "(x)++: syntax error: operand expected (error token is \"+\")"),
        ("1 ! 2", "1 ! 2: syntax error in expression (error token is \"! 2\")"),
        ("1 <<< 2", "1 <<< 2: syntax error: operand expected (error token is \"< 2\")"),
        ("a::b", "a::b: syntax error in expression (error token is \"::b\")"),
    ];

    #[test]
    fn refuses_with_the_words_of_bash() {
        for (text, message) in REFUSED {
            let error = parse_arithmetic(text.as_bytes()).unwrap_err();
            assert_eq!(String::from_utf8_lossy(&error.render(text.as_bytes())), *message);
        }
    }

    #[test]
    fn accepts_what_bash_accepts() {
        for text in [
            "",
            " ",
            "++1",
            "+ +1",
            "x+++y",
            "---x",
            "x ++",
            "1 ? 2,3 : 4",
            "0 ? x=2 : (x=3)",
            "-x++",
            "a[1]=2",
            "++ a[1]",
            "x=5,x*=2,x",
            "x<<=1",
            "2**3**2",
            "1\n+2",
            "a[b[c[1]]]",
            "!~-+1",
        ] {
            assert!(parse_arithmetic(text.as_bytes()).is_ok(), "{text}");
        }
    }

    #[test]
    fn nests_only_so_deep() {
        for opening in ["(", "-", "a[", "1?", "x="] {
            let error = parse_arithmetic(opening.repeat(100_000).as_bytes());
            assert!(error.is_err(), "{opening}");
        }
    }
}
