//! The conditions of `[[ ]]`.

use super::Printer;
use crate::ast::Condition;

impl Printer {
    pub(super) fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Unary(operator, word) => {
                self.push(&[b'-', *operator, b' ']);
                self.word(word);
            }
            Condition::Binary(left, test, right) => {
                self.word(left);
                self.push(b" ");
                self.push(test.text().as_bytes());
                self.push(b" ");
                self.word(right);
            }
            Condition::Not(inner) => {
                self.push(b"! ");
                self.condition(inner);
            }
            Condition::And(all) => self.joined(all, b" && "),
            Condition::Or(all) => self.joined(all, b" || "),
            Condition::Group(inner) => {
                self.push(b"( ");
                self.condition(inner);
                self.push(b" )");
            }
        }
    }

    fn joined(&mut self, all: &[Condition], operator: &[u8]) {
        for (index, condition) in all.iter().enumerate() {
            if index > 0 {
                self.push(operator);
            }
            self.condition(condition);
        }
    }
}
