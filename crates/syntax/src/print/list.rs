//! Lists and pipelines.

use super::Printer;
use crate::ast::{AndOr, AndOrOperator, List, Pipeline, Time};

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
