//! What commands see of a session: exported variables, and exported functions as bash hands them on.

use bytes::Bytes;
use mirage_syntax::Parser;
use mirage_syntax::ast::CommandKind;

use super::Shell;
use crate::command::Environment;

/// What a variable is called that carries a function: `BASH_FUNC_name%%`.
const PREFIX: &[u8] = b"BASH_FUNC_";
const SUFFIX: &[u8] = b"%%";

impl Shell {
    /// What commands see.
    pub(crate) fn environment(&mut self) -> Environment {
        let mut environment = self.state.variables.environment();
        if self.state.exports_functions {
            for (name, function) in self.state.functions.iter().filter(|(_, function)| function.exported) {
                let text = mirage_syntax::print_function(name, &function.body);
                let body = &text[(name.len() + 1).min(text.len())..];
                environment.set([PREFIX, name, SUFFIX].concat().into(), Bytes::copy_from_slice(body));
            }
        }
        environment
    }

    /// Defines the function that a variable of the environment carries, if it carries one.
    pub(crate) fn import_function(&mut self, variable: &[u8], text: &Bytes) -> bool {
        let name = variable.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        let Some(name) = name.filter(|_| text.starts_with(b"()")) else { return false };
        let source = [name, b" ", text].concat();
        let mut parser = Parser::new(source.into(), self.parser_options(1));
        let Ok(Some(complete)) = parser.next() else { return true };
        let [item] = &complete.list.items[..] else { return true };
        let [command] = &item.and_or.first.stages[..] else { return true };
        if let CommandKind::Function(function) = &command.kind
            && self.define_function(function, 0).is_ok()
            && let Some(function) = self.state.functions.get_mut(name)
        {
            function.exported = true;
            function.file = Bytes::from_static(b"environment");
            self.state.exports_functions = true;
        }
        true
    }
}
