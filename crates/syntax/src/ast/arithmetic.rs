//! Arithmetic expressions.

use bytes::Bytes;

/// An expression over 64-bit integers that wrap round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A constant. What an empty expression means too: 0.
    Number(i64),
    /// A variable, whose value is itself evaluated as an expression.
    Variable(AssignmentTarget),
    /// `- + ! ~`
    Unary(UnaryOperator, Box<Expression>),
    /// `++x`, `x--` and their like.
    Update(UpdateOperator, AssignmentTarget),
    /// Operands joined by operators that bind alike, applied from the left: `1 + 2 - 3`, `a && b && c`, `x, y`.
    /// `&&` and `||` leave out what does not decide.
    Binary(Box<Expression>, Vec<BinaryOperation>),
    /// `condition ? then : otherwise`, one of the two evaluated.
    Conditional(Box<[Expression; 3]>),
    /// `target = value`, or `target op= value`.
    Assign(AssignmentTarget, Option<BinaryOperator>, Box<Expression>, u32),
}

/// An operator and its right operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinaryOperation {
    /// The operator.
    pub operator: BinaryOperator,
    /// Where in the text the right operand's last token starts: bash quotes the text from there on in errors of
    /// evaluation, `division by 0 (error token is "0 + 1")`.
    pub position: u32,
    /// The right operand.
    pub operand: Expression,
}

/// What arithmetic can assign to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentTarget {
    /// The variable.
    pub name: Bytes,
    /// The element, for an array.
    pub index: Option<ElementIndex>,
}

/// A subscript inside an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementIndex {
    /// The text between the brackets: the key of an associative array.
    pub text: Bytes,
    /// The number of the element of an indexed array, when the text is well formed.
    pub number: Option<Box<Expression>>,
}

/// Operators in front of an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `+`
    Plus,
    /// `!`
    Not,
    /// `~`
    Complement,
}

/// `++` and `--`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UpdateOperator {
    /// `++x`
    PreIncrement,
    /// `--x`
    PreDecrement,
    /// `x++`
    PostIncrement,
    /// `x--`
    PostDecrement,
}

/// Operators between two operands, from the one that binds loosest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `,`
    Comma,
    /// `||`
    Or,
    /// `&&`
    And,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
    /// `&`
    BitAnd,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`: an error when the right operand is 0.
    Divide,
    /// `%`: an error when the right operand is 0.
    Remainder,
    /// `**`: from the right; an error when the right operand is negative.
    Power,
}
