//! Simple and compound commands.

use super::Printer;
use crate::ast::{
    Argument, ArithmeticFor, Branch, Case, CaseTerminator, Command, CommandKind, Coprocess, For, If, List,
    Loop, Part, Redirection, SimpleCommand,
};
use crate::parser::is_reserved;

impl Printer {
    pub(super) fn command(&mut self, command: &Command) {
        match &command.kind {
            CommandKind::Simple(simple) => return self.simple(simple, &command.redirections),
            CommandKind::Subshell(list) => self.subshell(list),
            CommandKind::Group(list) => self.group(list),
            CommandKind::If(chain) => self.if_command(chain),
            CommandKind::For(each) => self.for_command(b"for ", each),
            CommandKind::Select(each) => self.for_command(b"select ", each),
            CommandKind::ArithmeticFor(each) => self.arithmetic_for(each),
            CommandKind::While(each) => self.loop_command(b"while ", each),
            CommandKind::Until(each) => self.loop_command(b"until ", each),
            CommandKind::Case(case) => self.case(case),
            CommandKind::Function(function) => {
                self.push(b"function ");
                self.push(&function.name);
                self.function_body(&function.body);
            }
            CommandKind::Arithmetic(arithmetic) => {
                self.push(b"((");
                self.arithmetic(arithmetic);
                self.push(b"))");
            }
            CommandKind::Condition(condition) => {
                self.push(b"[[ ");
                self.condition(condition);
                self.push(b" ]]");
            }
            CommandKind::Coprocess(coprocess) => self.coprocess(coprocess),
        }
        for redirection in &command.redirections {
            self.push(b" ");
            self.redirection(redirection);
        }
    }

    fn simple(&mut self, simple: &SimpleCommand, redirections: &[Redirection]) {
        let start = self.out.len();
        let first = simple.assignments.is_empty() && starts_with_reserved(&simple.words);
        if first {
            self.redirections(start, redirections);
        }
        for assignment in &simple.assignments {
            self.blank_from(start);
            self.assignment(assignment);
        }
        for argument in &simple.words {
            self.blank_from(start);
            match argument {
                Argument::Word(word) => self.word(word),
                Argument::Assignment(assignment) => self.assignment(assignment),
            }
        }
        if !first {
            self.redirections(start, redirections);
        }
    }

    fn redirections(&mut self, start: usize, redirections: &[Redirection]) {
        for redirection in redirections {
            self.blank_from(start);
            self.redirection(redirection);
        }
    }

    /// A blank, unless nothing was printed since `start`.
    fn blank_from(&mut self, start: usize) {
        if self.out.len() > start {
            self.out.push(b' ');
        }
    }

    fn subshell(&mut self, list: &List) {
        self.push(b"( ");
        self.closed_list(list);
        self.push(b" )");
    }

    fn group(&mut self, list: &List) {
        if !self.in_function {
            self.push(b"{ ");
            self.list(list);
            self.semicolon();
            self.push(b" }");
            return;
        }
        self.push(b"{ ");
        self.block(list);
        self.newline();
        self.push(b"}");
    }

    /// A list on lines of its own, further to the right.
    fn block(&mut self, list: &List) {
        self.indented(|printer| {
            printer.newline();
            printer.list(list);
        });
    }

    /// `()` and the body of a function, in braces always.
    pub(super) fn function_body(&mut self, body: &Command) {
        let was_inside = std::mem::replace(&mut self.in_function, true);
        self.push(b" () ");
        self.newline();
        self.push(b"{ ");
        match &body.kind {
            CommandKind::Group(list) => self.block(list),
            _ => self.indented(|printer| {
                printer.newline();
                printer.command(body);
                printer.documents();
            }),
        }
        self.newline();
        self.push(b"}");
        if let CommandKind::Group(_) = body.kind {
            for redirection in &body.redirections {
                self.push(b" ");
                self.redirection(redirection);
            }
        }
        self.in_function = was_inside;
    }

    fn if_command(&mut self, chain: &If) {
        let Some((first, rest)) = chain.branches.split_first() else { return };
        self.branches(first, rest, chain.otherwise.as_ref());
    }

    /// bash has no `elif` in its tree: it prints an `if` inside an `else`.
    fn branches(&mut self, first: &Branch, rest: &[Branch], otherwise: Option<&List>) {
        let indent = self.indent;
        self.branch(first);
        for branch in rest {
            self.newline();
            self.push(b"else");
            self.indent += super::STEP;
            self.newline();
            self.branch(branch);
        }
        if let Some(list) = otherwise {
            self.newline();
            self.push(b"else");
            self.block(list);
            self.semicolon();
        }
        loop {
            self.newline();
            self.push(b"fi");
            if self.indent == indent {
                return;
            }
            self.indent -= super::STEP;
            self.semicolon();
        }
    }

    fn branch(&mut self, branch: &Branch) {
        self.push(b"if ");
        self.list(&branch.condition);
        self.semicolon();
        self.push(b" then");
        self.block(&branch.body);
        self.semicolon();
    }

    fn for_command(&mut self, keyword: &[u8], each: &For) {
        self.push(keyword);
        self.push(&each.variable);
        self.push(b" in ");
        for (index, word) in each.words.iter().enumerate() {
            if index > 0 {
                self.push(b" ");
            }
            self.word(word);
        }
        self.push(b";");
        self.loop_body(&each.body);
    }

    /// `do list; done`, on lines of its own.
    fn loop_body(&mut self, body: &List) {
        self.newline();
        self.push(b"do");
        self.block(body);
        self.semicolon();
        self.newline();
        self.push(b"done");
    }

    fn arithmetic_for(&mut self, each: &ArithmeticFor) {
        self.push(b"for ((");
        self.arithmetic(&each.initial);
        self.push(b"; ");
        self.arithmetic(&each.condition);
        self.push(b"; ");
        self.arithmetic(&each.update);
        self.push(b"))");
        self.loop_body(&each.body);
    }

    fn loop_command(&mut self, keyword: &[u8], each: &Loop) {
        self.push(keyword);
        self.list(&each.condition);
        self.semicolon();
        self.push(b" do");
        self.block(&each.body);
        self.semicolon();
        self.newline();
        self.push(b"done");
    }

    fn case(&mut self, case: &Case) {
        self.push(b"case ");
        self.word(&case.word);
        self.push(b" in ");
        self.indented(|printer| {
            for clause in &case.clauses {
                printer.newline();
                printer.patterns(&clause.patterns);
                printer.push(b")");
                match clause.body.items.is_empty() {
                    true => printer.push(b"\n"),
                    false => printer.block(&clause.body),
                }
                printer.newline();
                printer.push(match clause.terminator {
                    CaseTerminator::Break => b";;",
                    CaseTerminator::FallThrough => b";&",
                    CaseTerminator::TryNext => b";;&",
                });
            }
        });
        self.newline();
        self.push(b"esac");
    }

    fn patterns(&mut self, patterns: &[crate::ast::Word]) {
        for (index, pattern) in patterns.iter().enumerate() {
            if index > 0 {
                self.push(b" | ");
            }
            // Only behind a parenthesis is this word a pattern.
            if index == 0 && pattern.literal().is_some_and(|text| &text[..] == b"esac") {
                self.push(b"(");
            }
            self.word(pattern);
        }
    }

    fn coprocess(&mut self, coprocess: &Coprocess) {
        self.push(b"coproc ");
        let Command { kind, redirections, .. } = &*coprocess.command;
        match kind {
            // Redirections come first, lest the first word be taken for the name.
            CommandKind::Simple(simple) => {
                let start = self.out.len();
                self.redirections(start, redirections);
                self.blank_from(start);
                self.simple(simple, &[]);
            }
            _ => {
                self.push(&coprocess.name);
                self.push(b" ");
                self.command(&coprocess.command);
            }
        }
    }
}

/// Whether the first word would be a reserved word if it came first: behind a redirection it is not.
fn starts_with_reserved(words: &[Argument]) -> bool {
    let Some(Argument::Word(word)) = words.first() else { return false };
    matches!(word.parts(), [Part::Literal(text)] if is_reserved(text))
}
