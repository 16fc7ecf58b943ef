//! Simple and compound commands.

use std::sync::Arc;

use bytes::Bytes;

use super::{Arithmetic, Assignment, Condition, List, Redirection, Span, Word};

/// One stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What it is.
    pub kind: CommandKind,
    /// In the order written, after the command's own parts as well as among them. Those of a function definition
    /// belong to its body.
    pub redirections: Vec<Redirection>,
    /// The whole command with its redirections, and its line.
    pub span: Span,
}

/// The kinds of command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// `a=1 name arguments`.
    Simple(SimpleCommand),
    /// `( list )`: runs in a copy of the session.
    Subshell(List),
    /// `{ list; }`.
    Group(List),
    /// `if`.
    If(Box<If>),
    /// `for name in words`.
    For(Box<For>),
    /// `select name in words`.
    Select(Box<For>),
    /// `for (( ; ; ))`.
    ArithmeticFor(Box<ArithmeticFor>),
    /// `while`.
    While(Box<Loop>),
    /// `until`.
    Until(Box<Loop>),
    /// `case`.
    Case(Box<Case>),
    /// A function is defined.
    Function(Box<Function>),
    /// `(( expression ))`: status 1 when it is 0.
    Arithmetic(Box<Arithmetic>),
    /// `[[ condition ]]`.
    Condition(Box<Condition>),
    /// `coproc`.
    Coprocess(Box<Coprocess>),
}

/// Assignments, then a command name with its arguments; either may be missing, and both are when the command is
/// redirections alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimpleCommand {
    /// In front of the name: for the command's environment, or for the shell when there is no name.
    pub assignments: Vec<Assignment>,
    /// The name and the arguments.
    pub words: Vec<Argument>,
}

/// A word of a simple command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Undergoes every expansion, brace expansion first.
    Word(Word),
    /// An argument of a declaration command (`declare`, `typeset`, `local`, `export`, `readonly`, also behind
    /// `command` or `builtin`) with the form of an assignment, which is expanded as one: no splitting, no globs.
    /// `alias` and `eval` accept array literals too; for them its printed text is the argument.
    Assignment(Box<Assignment>),
}

/// `if` with all its `elif`: the first branch whose condition succeeds runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct If {
    /// `if` and every `elif`; never empty. An `else` that holds nothing but another `if` was merged in here.
    pub branches: Vec<Branch>,
    /// `else`.
    pub otherwise: Option<List>,
}

/// One `if` or `elif`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Decides by its status.
    pub condition: List,
    /// Runs after status 0.
    pub body: List,
}

/// `for` and `select`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct For {
    /// The variable as written. bash checks that it is a name when the loop runs.
    pub variable: Bytes,
    /// `"$@"` when there is no `in`.
    pub words: Vec<Word>,
    /// Runs for each.
    pub body: List,
}

/// `for (( initial; condition; update ))`. What is missing is the expression `1`, as in bash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArithmeticFor {
    /// Evaluated once.
    pub initial: Arithmetic,
    /// Evaluated before each round.
    pub condition: Arithmetic,
    /// Evaluated after each round.
    pub update: Arithmetic,
    /// Runs while the condition is not 0.
    pub body: List,
}

/// `while` and `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    /// Decides by its status.
    pub condition: List,
    /// Runs each round.
    pub body: List,
}

/// `case`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What is matched, without splitting, globs or braces.
    pub word: Word,
    /// In order.
    pub clauses: Vec<CaseClause>,
}

/// `pattern | pattern) list ;;`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseClause {
    /// Never empty.
    pub patterns: Vec<Word>,
    /// May be empty.
    pub body: List,
    /// What follows the body.
    pub terminator: CaseTerminator,
}

/// How a clause ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseTerminator {
    /// `;;`, also when the last clause has none.
    Break,
    /// `;&`: the next body runs too.
    FallThrough,
    /// `;;&`: the next patterns are tried.
    TryNext,
}

/// `name() body` or `function name body`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// As written, quotes included. bash checks that it is usable as a name when the definition runs.
    pub name: Bytes,
    /// The body, kept by the session without a copy. Its printed form is the function's source text.
    pub body: Arc<Command>,
}

/// `coproc [NAME] command`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coprocess {
    /// `COPROC` when none is given. As written otherwise; bash checks it when it runs.
    pub name: Bytes,
    /// What runs beside the shell.
    pub command: Arc<Command>,
}
