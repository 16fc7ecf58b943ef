//! A session's variables: one persistent map, with what running functions have shadowed beside it.

use std::fmt;

use bytes::Bytes;
use imbl::{GenericHashMap, shared_ptr::DefaultSharedPtr};

use super::value::{Attributes, Value, Variable};
use crate::command::Environment;

type Map = GenericHashMap<Bytes, Variable, foldhash::fast::FixedState, DefaultSharedPtr>;

/// Variables by name. Cloning is constant time; a clone and its origin no longer see each other's changes.
///
/// Scoping is dynamic, as in bash: a local variable replaces the outer one of the same name in the map, and what it
/// replaced is put back when its function returns.
#[derive(Clone)]
pub struct Variables {
    map: Map,
    scopes: imbl::Vector<Scope>,
    /// What commands see; forgotten when an exported variable changes.
    environment: Option<Environment>,
}

/// What a running function has shadowed: the outer variable, or that there was none.
#[derive(Clone, Default)]
struct Scope {
    shadowed: imbl::Vector<(Bytes, Option<Variable>)>,
}

/// Why a variable was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssignError {
    /// It is read-only.
    Readonly(Bytes),
}

impl fmt::Display for AssignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AssignError::Readonly(name) => write!(f, "{}: readonly variable", String::from_utf8_lossy(name)),
        }
    }
}

impl Default for Variables {
    fn default() -> Self {
        let map = Map::with_hasher(foldhash::fast::FixedState::default());
        Variables { map, scopes: imbl::Vector::new(), environment: None }
    }
}

impl Variables {
    /// The variable called `name`, name references not followed.
    pub fn get(&self, name: &[u8]) -> Option<&Variable> {
        self.map.get(name)
    }

    /// The scalar value of `name`.
    pub fn scalar(&self, name: &[u8]) -> Option<&Bytes> {
        self.map.get(name)?.value.scalar()
    }

    /// The variable called `name` to change in place, made if missing. Checks nothing.
    pub fn entry(&mut self, name: &Bytes) -> &mut Variable {
        self.environment = None;
        self.map.entry(name.clone()).or_default()
    }

    /// Assigns a string as it is: element 0 of an array. Keeps the attributes.
    pub fn set(&mut self, name: &Bytes, text: Bytes) -> Result<(), AssignError> {
        if let Some(variable) = self.map.get_mut(&name[..]) {
            if variable.attributes.has(Attributes::READONLY) {
                return Err(AssignError::Readonly(name.clone()));
            }
            if variable.attributes.has(Attributes::EXPORT) {
                self.environment = None;
            }
            match &mut variable.value {
                Value::Indexed(elements) => drop(elements.insert(0, text)),
                Value::Associative(elements) => drop(elements.insert(Bytes::from_static(b"0"), text)),
                value => *value = Value::Scalar(text),
            }
            return Ok(());
        }
        self.map.insert(name.clone(), Variable { value: Value::Scalar(text), ..Variable::default() });
        Ok(())
    }

    /// Puts `variable` in place of whatever `name` was. Checks nothing.
    pub fn insert(&mut self, name: Bytes, variable: Variable) {
        self.environment = None;
        self.map.insert(name, variable);
    }

    /// Removes `name`. One that is local to a running function stays declared there, unset, as in bash.
    pub fn unset(&mut self, name: &[u8]) -> Result<(), AssignError> {
        match self.map.get(name) {
            None => return Ok(()),
            Some(variable) if variable.attributes.has(Attributes::READONLY) => {
                return Err(AssignError::Readonly(Bytes::copy_from_slice(name)));
            }
            Some(_) => {}
        }
        self.environment = None;
        match self.is_local(name) {
            true => drop(self.map.insert(Bytes::copy_from_slice(name), Variable::default())),
            false => drop(self.map.remove(name)),
        }
        Ok(())
    }

    /// Every variable, in the order of the names.
    pub fn sorted(&self) -> Vec<(&Bytes, &Variable)> {
        let mut all: Vec<_> = self.map.iter().collect();
        all.sort_unstable_by(|one, two| one.0.cmp(two.0));
        all
    }

    /// Starts a function's scope.
    pub fn enter(&mut self) {
        self.scopes.push_back(Scope::default());
    }

    /// Ends the innermost scope: what it shadowed is there again.
    pub fn leave(&mut self) {
        let Some(scope) = self.scopes.pop_back() else { return };
        self.environment = None;
        for (name, outer) in scope.shadowed.into_iter().rev() {
            match outer {
                Some(variable) => drop(self.map.insert(name, variable)),
                None => drop(self.map.remove(&name)),
            }
        }
    }

    /// Whether a function is running, so that `local` has a meaning.
    pub fn in_function(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// Whether `name` is local to the innermost function.
    pub fn is_local(&self, name: &[u8]) -> bool {
        self.scopes.last().is_some_and(|scope| scope.shadowed.iter().any(|(local, _)| local == name))
    }

    /// Makes `name` local to the innermost function, unset and without attributes; answers what it shadows. A name
    /// that is local already stays as it is.
    pub fn make_local(&mut self, name: &Bytes) -> Option<Variable> {
        if self.is_local(name) {
            return None;
        }
        let outer = self.map.get(&name[..]).cloned();
        if let Some(scope) = self.scopes.back_mut() {
            scope.shadowed.push_back((name.clone(), outer.clone()));
            self.environment = None;
            self.map.insert(name.clone(), Variable::default());
        }
        outer
    }

    /// What commands see.
    pub fn environment(&mut self) -> Environment {
        if let Some(environment) = &self.environment {
            return environment.clone();
        }
        let mut environment = Environment::default();
        for (name, variable) in &self.map {
            if let (true, Some(text)) = (variable.attributes.has(Attributes::EXPORT), variable.value.scalar()) {
                environment.set(name.clone(), text.clone());
            }
        }
        self.environment = Some(environment.clone());
        environment
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn a_clone_is_a_subshell() {
        let mut outer = Variables::default();
        outer.set(&text("a"), text("1")).expect("writable");
        let mut inner = outer.clone();
        inner.set(&text("a"), text("2")).expect("writable");
        inner.unset(b"b").expect("missing is fine");
        assert_eq!((outer.scalar(b"a"), inner.scalar(b"a")), (Some(&text("1")), Some(&text("2"))));
    }

    #[test]
    fn locals_shadow_until_their_function_returns() {
        let mut variables = Variables::default();
        variables.set(&text("x"), text("outer")).expect("writable");
        variables.enter();
        variables.make_local(&text("x"));
        variables.make_local(&text("y"));
        variables.set(&text("x"), text("inner")).expect("writable");
        variables.set(&text("y"), text("inner")).expect("writable");
        variables.leave();
        assert_eq!(variables.scalar(b"x"), Some(&text("outer")));
        assert!(variables.get(b"y").is_none());
    }

    #[test]
    fn the_environment_follows_every_change_of_an_exported_variable() {
        let mut variables = Variables::default();
        variables.entry(&text("X")).attributes = Attributes::EXPORT;
        assert_eq!(variables.environment().get(b"X"), None);
        variables.set(&text("X"), text("1")).expect("writable");
        assert_eq!(variables.environment().get(b"X"), Some(&text("1")));
        variables.unset(b"X").expect("writable");
        assert_eq!(variables.environment().get(b"X"), None);
    }

    #[test]
    fn a_read_only_variable_neither_changes_nor_goes() {
        let mut variables = Variables::default();
        variables.entry(&text("R")).attributes = Attributes::READONLY;
        assert!(variables.set(&text("R"), text("1")).is_err());
        assert!(variables.unset(b"R").is_err());
    }
}
