//! Lists and pipelines.

use super::Printer;
use crate::ast::{AndOr, AndOrOperator, Argument, Command, CommandKind, List, Part, Pipeline, Time};

impl Printer {
    pub(super) fn list(&mut self, list: &List) {
        let last = list.items.len().saturating_sub(1);
        for (index, item) in list.items.iter().enumerate() {
            self.and_or(&item.and_or);
            if item.background {
                self.push(b" &");
                if self.documents() {
                    self.push(b" ");
                }
                if index < last {
                    self.push(b" ");
                }
                continue;
            }
            self.documents();
            if index < last {
                self.separator(item.newline.0);
            }
        }
    }

    /// A list in front of a parenthesis.
    pub(super) fn closed_list(&mut self, list: &List) {
        self.list(list);
        let last = list.items.last().filter(|item| !item.background);
        let pipeline = last.map(|item| item.and_or.rest.last().map_or(&item.and_or.first, |(_, last)| last));
        if pipeline.is_some_and(|pipeline| pipeline.stages.is_empty()) {
            self.push(b";");
        }
    }

    fn separator(&mut self, newline: bool) {
        match (self.in_function, newline) {
            (true, _) => {
                if !std::mem::take(&mut self.after_document) {
                    self.push(b";");
                }
                self.newline();
            }
            (false, true) => {
                self.after_document = false;
                self.newline();
            }
            (false, false) => {
                self.after_document = false;
                self.semicolon();
                self.push(b" ");
            }
        }
    }

    pub(super) fn and_or(&mut self, and_or: &AndOr) {
        self.pipeline(&and_or.first);
        for (operator, pipeline) in &and_or.rest {
            self.push(match operator {
                AndOrOperator::And => b" && ",
                AndOrOperator::Or => b" || ",
            });
            if self.documents() {
                self.push(b" ");
            }
            self.pipeline(pipeline);
        }
    }

    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) {
        match pipeline.time {
            Some(Time::Posix) => self.push(b"time -p "),
            Some(Time::Format) => self.push(b"time "),
            None => {}
        }
        if pipeline.time.is_some() && starts_with_dash(pipeline) {
            self.push(b"-- ");
        }
        let nothing = pipeline.stages.is_empty() && pipeline.time.is_none();
        match (pipeline.negated, nothing) {
            (true, _) => self.push(b"! "),
            (false, true) => self.push(b"! ! "),
            (false, false) => {}
        }
        for (index, command) in pipeline.stages.iter().enumerate() {
            if index > 0 {
                self.push(b" |");
                if self.documents() {
                    self.push(b" ");
                }
                self.push(b" ");
            }
            self.command(command);
        }
    }
}

/// Whether the command would be taken for an option of `time`.
fn starts_with_dash(pipeline: &Pipeline) -> bool {
    let Some(Command { kind: CommandKind::Simple(simple), .. }) = pipeline.stages.first() else {
        return false;
    };
    let Some(Argument::Word(word)) = simple.words.first() else { return false };
    !pipeline.negated
        && simple.assignments.is_empty()
        && matches!(word.parts(), [Part::Literal(text)] if text.starts_with(b"-"))
}
