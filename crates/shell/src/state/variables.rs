//! A session's variables: one persistent map, with what running functions have shadowed beside it.

use bytes::Bytes;
use imbl::{GenericHashMap, shared_ptr::DefaultSharedPtr};

use super::options::Options;
use super::value::{Attributes, Value, Variable};
use crate::command::Environment;

type Map = GenericHashMap<Bytes, Variable, foldhash::fast::FixedState, DefaultSharedPtr>;

/// What the name of a variable outside every function starts with where one inside has the same; no name has it.
const OUTERMOST: &[u8] = b"\0";

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

/// What a running function, or the assignments in front of a command, have shadowed.
#[derive(Clone)]
struct Scope {
    kind: ScopeKind,
    /// The outer variable, or that there was none.
    shadowed: imbl::Vector<(Bytes, Option<Variable>)>,
    /// The options to put back: `local -`.
    options: Option<Options>,
}

/// Whose variables a scope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The locals of a function.
    Function,
    /// The assignments in front of a command.
    Temporary,
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
        let found = self.map.get(name);
        match (found, name.strip_prefix(OUTERMOST)) {
            (None, Some(name)) => match self.outermost_shadowing(name) {
                Some((at, within)) => self.scopes.get(at)?.shadowed.get(within)?.1.as_ref(),
                None => self.map.get(name),
            },
            _ => found,
        }
    }

    /// The name by which the variable called `name` outside every function is reached, whatever shadows it.
    pub fn outermost(name: &[u8]) -> Bytes {
        [OUTERMOST, name].concat().into()
    }

    /// Whether a name is one of those.
    pub fn is_outermost(name: &[u8]) -> bool {
        name.starts_with(OUTERMOST)
    }

    /// The scalar value of `name`.
    pub fn scalar(&self, name: &[u8]) -> Option<&Bytes> {
        self.get(name)?.value.scalar()
    }

    /// The variable called `name` to change in place, if there is one. Checks nothing.
    pub fn get_mut(&mut self, name: &[u8]) -> Option<&mut Variable> {
        if let Some(name) = name.strip_prefix(OUTERMOST) {
            return Some(self.global(&Bytes::copy_from_slice(name)));
        }
        let variable = self.map.get_mut(name)?;
        if variable.attributes.has(Attributes::EXPORT) {
            self.environment = None;
        }
        Some(variable)
    }

    /// The variable called `name` to change in place, made if missing. Checks nothing.
    pub fn entry(&mut self, name: &Bytes) -> &mut Variable {
        self.environment = None;
        if let Some(name) = name.strip_prefix(OUTERMOST) {
            return self.global(&Bytes::copy_from_slice(name));
        }
        self.map.entry(name.clone()).or_default()
    }

    /// Puts `variable` in place of whatever `name` was. Checks nothing.
    pub fn insert(&mut self, name: Bytes, variable: Variable) {
        if name.starts_with(OUTERMOST) {
            *self.entry(&name) = variable;
            return;
        }
        let exported = variable.attributes.has(Attributes::EXPORT);
        let old = self.map.insert(name, variable);
        if exported || old.is_some_and(|old| old.attributes.has(Attributes::EXPORT)) {
            self.environment = None;
        }
    }

    /// Removes `name`, whatever it is. One that is local to the running function stays there, unset; one that is local
    /// to a caller gives way to what it shadowed, unless `hide`.
    pub fn unset(&mut self, name: &[u8], hide: bool) {
        self.environment = None;
        let Some((at, within)) = self.shadowing(name) else {
            self.map.remove(name);
            return;
        };
        if Some(at) == self.function_scope() || hide {
            self.map.insert(Bytes::copy_from_slice(name), Variable::default());
            return;
        }
        let Some(scope) = self.scopes.get_mut(at) else { return };
        match scope.shadowed.remove(within) {
            (name, Some(outer)) => drop(self.map.insert(name, outer)),
            (name, None) => drop(self.map.remove(&name)),
        }
    }

    /// The innermost scope that shadows `name`, and where in it.
    fn shadowing(&self, name: &[u8]) -> Option<(usize, usize)> {
        self.scopes.iter().enumerate().rev().find_map(|(at, scope)| {
            let within = scope.shadowed.iter().position(|(shadowed, _)| shadowed == name)?;
            Some((at, within))
        })
    }

    fn function_scope(&self) -> Option<usize> {
        self.scopes.iter().rposition(|scope| scope.kind == ScopeKind::Function)
    }

    /// Every variable, in the order of the names.
    pub fn sorted(&self) -> Vec<(&Bytes, &Variable)> {
        let mut all: Vec<_> = self.map.iter().collect();
        all.sort_unstable_by(|one, two| one.0.cmp(two.0));
        all
    }

    /// Starts a scope.
    pub fn enter(&mut self, kind: ScopeKind) {
        self.scopes.push_back(Scope { kind, shadowed: imbl::Vector::new(), options: None });
    }

    /// Ends the innermost scope: what it shadowed is there again. Answers the options to put back.
    pub fn leave(&mut self) -> Option<Options> {
        let scope = self.scopes.pop_back()?;
        if !scope.shadowed.is_empty() {
            self.environment = None;
        }
        for (name, outer) in scope.shadowed.into_iter().rev() {
            match outer {
                Some(variable) => drop(self.map.insert(name, variable)),
                None => drop(self.map.remove(&name)),
            }
        }
        scope.options
    }

    /// Whether any scope was entered and not left.
    pub fn in_scope(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// Whether a function is running, so that `local` has a meaning.
    pub fn in_function(&self) -> bool {
        self.function_scope().is_some()
    }

    /// Whether `name` is local to the innermost function.
    pub fn is_local(&self, name: &[u8]) -> bool {
        let scope = self.function_scope().and_then(|at| self.scopes.get(at));
        scope.is_some_and(|scope| scope.shadowed.iter().any(|(local, _)| local == name))
    }

    /// The names that are local to the innermost function.
    pub fn locals(&self) -> Vec<Bytes> {
        let scope = self.function_scope().and_then(|at| self.scopes.get(at));
        let mut names: Vec<Bytes> = scope
            .map(|scope| scope.shadowed.iter().map(|(name, _)| name.clone()).collect())
            .unwrap_or_default();
        names.sort_unstable();
        names
    }

    /// Remembers the options that are put back when the innermost function returns: `local -`.
    pub fn keep_options(&mut self, options: Options) {
        if let Some(scope) = self.function_scope().and_then(|at| self.scopes.get_mut(at)) {
            scope.options.get_or_insert(options);
        }
    }

    /// Makes `name` local to the innermost function, unset and without attributes; answers what it shadows. A name
    /// that is local already stays as it is. One that was assigned in front of the function's call keeps its value.
    pub fn make_local(&mut self, name: &Bytes) -> Option<Variable> {
        let at = self.function_scope()?;
        // The scope of the declaration's own assignments ends before that of the function does.
        let own = self.take_temporary(at + 1, name);
        if self.is_local(name) {
            return None;
        }
        if let Some(outer) = own {
            let scope = self.scopes.get_mut(at)?;
            scope.shadowed.push_back((name.clone(), outer.clone()));
            return outer;
        }
        let temporary = at > 0
            && self.scopes.get(at - 1).is_some_and(|scope| {
                scope.kind == ScopeKind::Temporary
                    && scope.shadowed.iter().any(|(shadowed, _)| shadowed == name)
            });
        let outer = self.shadow(at, name);
        if let (true, Some(outer)) = (temporary, &outer) {
            self.map.insert(name.clone(), outer.clone());
        }
        outer
    }

    /// What `name` is outside of the scopes from `from` on, which no longer shadow it; none when they do not.
    fn take_temporary(&mut self, from: usize, name: &[u8]) -> Option<Option<Variable>> {
        let (at, within) = self.shadowing(name).filter(|(at, _)| *at >= from)?;
        Some(self.scopes.get_mut(at)?.shadowed.remove(within).1)
    }

    /// Gives the variable that an assignment in front of a command shadows what that assignment made of it, so that it
    /// stays: `x=1 export x`.
    pub fn keep_temporary(&mut self, name: &[u8]) {
        let Some((at, within)) = self.shadowing(name) else { return };
        let visible = self.map.get(name).cloned();
        if let Some(scope) = self.scopes.get_mut(at).filter(|scope| scope.kind == ScopeKind::Temporary)
            && let Some((_, outer)) = scope.shadowed.get_mut(within)
        {
            *outer = visible;
        }
    }

    /// Ends the innermost scope and leaves its variables in place of those it shadowed.
    pub fn leave_in_place(&mut self) {
        self.scopes.pop_back();
    }

    /// Makes `name` belong to the innermost scope, unset and without attributes; answers what it shadows.
    pub fn make_temporary(&mut self, name: &Bytes) -> Option<Variable> {
        self.shadow(self.scopes.len().checked_sub(1)?, name)
    }

    fn shadow(&mut self, at: usize, name: &Bytes) -> Option<Variable> {
        let outer = self.map.get(&name[..]).cloned();
        let scope = self.scopes.get_mut(at)?;
        scope.shadowed.push_back((name.clone(), outer.clone()));
        self.environment = None;
        self.map.insert(name.clone(), Variable::default());
        outer
    }

    /// The variable called `name` outside every function, to change in place: `declare -g`. Made if missing.
    pub fn global(&mut self, name: &Bytes) -> &mut Variable {
        self.environment = None;
        if let Some((at, within)) = self.outermost_shadowing(name)
            && let Some(scope) = self.scopes.get_mut(at)
            && let Some((_, outer)) = scope.shadowed.get_mut(within)
        {
            return outer.get_or_insert_default();
        }
        self.map.entry(name.clone()).or_default()
    }

    /// Exchanges the variable called `name` with the one outside every function that it shadows. Twice changes nothing.
    pub fn swap_with_global(&mut self, name: &[u8]) {
        self.environment = None;
        let Some((at, within)) = self.outermost_shadowing(name) else { return };
        let visible = self.map.remove(name);
        let slot = self.scopes.get_mut(at).and_then(|scope| scope.shadowed.get_mut(within));
        if let Some((name, outer)) = slot
            && let Some(global) = std::mem::replace(outer, visible)
        {
            self.map.insert(name.clone(), global);
        }
    }

    fn outermost_shadowing(&self, name: &[u8]) -> Option<(usize, usize)> {
        self.scopes.iter().enumerate().find_map(|(at, scope)| {
            let within = scope.shadowed.iter().position(|(shadowed, _)| shadowed == name)?;
            Some((at, within))
        })
    }

    /// Whether some scope shadows `name`.
    pub fn is_shadowed(&self, name: &[u8]) -> bool {
        self.shadowing(name).is_some()
    }

    /// What commands see.
    pub fn environment(&mut self) -> Environment {
        if let Some(environment) = &self.environment {
            return environment.clone();
        }
        let mut environment = Environment::default();
        for (name, variable) in &self.map {
            if let (true, Value::Scalar(text)) =
                (variable.attributes.has(Attributes::EXPORT), &variable.value)
            {
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

    fn set(variables: &mut Variables, name: &'static str, value: &'static str) {
        variables.entry(&text(name)).value = Value::Scalar(text(value));
    }

    #[test]
    fn a_clone_is_a_subshell() {
        let mut outer = Variables::default();
        set(&mut outer, "a", "1");
        let mut inner = outer.clone();
        set(&mut inner, "a", "2");
        inner.unset(b"b", false);
        assert_eq!((outer.scalar(b"a"), inner.scalar(b"a")), (Some(&text("1")), Some(&text("2"))));
    }

    #[test]
    fn locals_shadow_until_their_function_returns() {
        let mut variables = Variables::default();
        set(&mut variables, "x", "outer");
        variables.enter(ScopeKind::Function);
        variables.make_local(&text("x"));
        variables.make_local(&text("y"));
        set(&mut variables, "x", "inner");
        set(&mut variables, "y", "inner");
        variables.leave();
        assert_eq!(variables.scalar(b"x"), Some(&text("outer")));
        assert!(variables.get(b"y").is_none());
    }

    #[test]
    fn unsetting_a_callers_local_shows_what_it_shadowed() {
        let mut variables = Variables::default();
        set(&mut variables, "x", "outer");
        variables.enter(ScopeKind::Function);
        variables.make_local(&text("x"));
        set(&mut variables, "x", "caller");
        variables.enter(ScopeKind::Function);
        variables.unset(b"x", false);
        assert_eq!(variables.scalar(b"x"), Some(&text("outer")));
    }

    #[test]
    fn the_environment_follows_every_change_of_an_exported_variable() {
        let mut variables = Variables::default();
        variables.entry(&text("X")).attributes = Attributes::EXPORT;
        assert_eq!(variables.environment().get(b"X"), None);
        set(&mut variables, "X", "1");
        assert_eq!(variables.environment().get(b"X"), Some(&text("1")));
        variables.unset(b"X", false);
        assert_eq!(variables.environment().get(b"X"), None);
    }
}
