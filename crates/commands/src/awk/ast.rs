//! The tree of a program.

use bytes::Bytes;

/// A whole program.
#[derive(Debug, Default)]
pub struct Program {
    /// Rules in order.
    pub rules: Vec<Rule>,
    /// Functions in order.
    pub functions: Vec<Function>,
}

/// A pattern with its action.
#[derive(Debug)]
pub struct Rule {
    pub pattern: Pattern,
    /// None: print the record.
    pub action: Option<Vec<Statement>>,
}

/// When a rule runs.
#[derive(Debug)]
pub enum Pattern {
    Begin,
    End,
    BeginFile,
    EndFile,
    Always,
    When(Expression),
    Range(Expression, Expression),
}

/// A function.
#[derive(Debug)]
pub struct Function {
    pub name: Bytes,
    pub parameters: Vec<Bytes>,
    pub body: Vec<Statement>,
}

/// A statement.
#[derive(Debug)]
pub enum Statement {
    Expression(Expression),
    Print {
        arguments: Vec<Expression>,
        format: bool,
        target: Option<(Redirect, Expression)>,
    },
    If(Expression, Vec<Statement>, Vec<Statement>),
    While(Expression, Vec<Statement>),
    DoWhile(Vec<Statement>, Expression),
    For {
        initial: Option<Box<Statement>>,
        condition: Option<Expression>,
        update: Option<Box<Statement>>,
        body: Vec<Statement>,
    },
    ForIn {
        key: Place,
        array: Elements,
        body: Vec<Statement>,
    },
    Switch(Expression, Vec<SwitchCase>),
    Break,
    Continue,
    Next,
    NextFile,
    Exit(Option<Expression>),
    Return(Option<Expression>),
    Delete(Elements, Option<Vec<Expression>>),
    Block(Vec<Statement>),
    /// The line that the next statement starts on, for messages.
    Line(u32),
}

/// `case value:` or `default:` with what follows it.
#[derive(Debug)]
pub struct SwitchCase {
    /// None: `default`.
    pub value: Option<Expression>,
    pub body: Vec<Statement>,
}

/// Where output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Redirect {
    File,
    Append,
    Pipe,
}

/// What can be assigned to.
#[derive(Clone, Debug)]
pub enum Place {
    Variable(Bytes),
    Field(Box<Expression>),
    Element(Elements, Vec<Expression>),
}

/// An array: a name, or an element of one that is an array itself.
#[derive(Clone, Debug)]
pub struct Elements {
    pub name: Bytes,
    /// Subscripts of the arrays inside each other on the way.
    pub path: Vec<Vec<Expression>>,
}

/// An expression.
#[derive(Clone, Debug)]
pub enum Expression {
    Number(f64),
    Text(Bytes),
    /// `/re/` alone: whether the record matches.
    Match(Bytes),
    /// `@/re/`, or `/re/` where a function takes an expression.
    Regex(Bytes),
    Get(Place),
    Assign(Place, Option<Arithmetic>, Box<Expression>),
    /// `++x` and its like: the amount, and whether the new value counts.
    Update(Place, f64, bool),
    Not(Box<Expression>),
    Negate(Box<Expression>),
    Plus(Box<Expression>),
    Arithmetic(Arithmetic, Box<Expression>, Box<Expression>),
    Compare(Comparison, Box<Expression>, Box<Expression>),
    Concat(Box<Expression>, Box<Expression>),
    /// `text ~ regex`, and whether it is negated.
    Matches(Box<Expression>, Box<Expression>, bool),
    In(Vec<Expression>, Elements),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Conditional(Box<[Expression; 3]>),
    Call(Bytes, Vec<Expression>),
    Builtin(Builtin, Vec<Expression>),
    Getline(Source, Option<Box<Place>>),
    /// `(a)`: a place or an assignment inside is not the left side of one outside.
    Parenthesized(Box<Expression>),
    /// `(a, b)`: only before `in` and as the arguments of print.
    Group(Vec<Expression>),
}

/// Where `getline` reads.
#[derive(Clone, Debug)]
pub enum Source {
    Main,
    File(Box<Expression>),
    Command(Box<Expression>),
}

/// Operators that compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// Operators that compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
}

macro_rules! builtins {
    ($($name:ident $text:literal $least:literal $most:literal;)*) => {
        /// Functions of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Builtin { $($name,)* }

        impl Builtin {
            /// The function called `name`, with the least and the most arguments it takes.
            pub fn find(name: &[u8]) -> Option<(Builtin, usize, usize)> {
                $(if name == $text.as_bytes() { return Some((Builtin::$name, $least, $most)); })*
                None
            }

            /// What it is called.
            pub fn name(self) -> &'static str {
                match self { $(Builtin::$name => $text,)* }
            }
        }
    };
}

builtins! {
    And "and" 2 99;
    Asort "asort" 1 3;
    Asorti "asorti" 1 3;
    Atan2 "atan2" 2 2;
    Close "close" 1 2;
    Compl "compl" 1 1;
    Cos "cos" 1 1;
    Exp "exp" 1 1;
    Fflush "fflush" 0 1;
    Gensub "gensub" 3 4;
    Gsub "gsub" 2 3;
    Index "index" 2 2;
    Int "int" 1 1;
    IsArray "isarray" 1 1;
    Length "length" 0 1;
    Log "log" 1 1;
    LShift "lshift" 2 2;
    Match "match" 2 3;
    MkTime "mktime" 1 2;
    Or "or" 2 99;
    PatSplit "patsplit" 2 4;
    Rand "rand" 0 0;
    RShift "rshift" 2 2;
    Sin "sin" 1 1;
    Split "split" 2 4;
    Sprintf "sprintf" 1 999;
    Sqrt "sqrt" 1 1;
    Srand "srand" 0 1;
    StrFTime "strftime" 0 3;
    StrToNum "strtonum" 1 1;
    Sub "sub" 2 3;
    Substr "substr" 2 3;
    SysTime "systime" 0 0;
    System "system" 1 1;
    ToLower "tolower" 1 1;
    ToUpper "toupper" 1 1;
    TypeOf "typeof" 1 2;
    Xor "xor" 2 99;
}
