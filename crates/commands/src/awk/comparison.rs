//! Comparisons: of numbers where both sides are, else of strings.

use super::ast::Comparison;
use super::machine::{Fatal, Machine, Step};
use super::value::Value;

impl Machine {
    pub(super) fn compare(&self, operator: Comparison, left: &Value, right: &Value) -> bool {
        let order = match (left.numeric(), right.numeric()) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            _ => {
                let format = &self.variables.convfmt;
                let (left, right) = (left.to_text(format), right.to_text(format));
                match self.variables.ignore_case {
                    true => Some(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase())),
                    false => Some(left.cmp(&right)),
                }
            }
        };
        use std::cmp::Ordering::{Equal, Greater, Less};
        match operator {
            Comparison::Less => order == Some(Less),
            Comparison::LessOrEqual => matches!(order, Some(Less | Equal)),
            Comparison::Equal => order == Some(Equal),
            Comparison::NotEqual => order != Some(Equal),
            Comparison::Greater => order == Some(Greater),
            Comparison::GreaterOrEqual => matches!(order, Some(Greater | Equal)),
        }
    }

    pub(super) fn case_equals(&mut self) -> Step<()> {
        let case = self.pop();
        let value = self.stack.last().cloned().unwrap_or_default();
        let truth = match &case {
            Value::Pattern(pattern) => {
                let regex = self.regex_of(pattern)?;
                let text = value.to_text(&self.variables.convfmt);
                regex.is_match(&text).map_err(|error| Fatal(error.to_string()))?
            }
            case => self.compare(Comparison::Equal, &value, case),
        };
        self.stack.push(Value::truth(truth));
        Ok(())
    }
}
