//! What is bound while a program runs: chains that share their ends and never change.

use std::cell::RefCell;
use std::rc::Rc;

use super::node::Code;
use super::track::Track;
use super::value::Value;

/// The latest binding first.
pub type Env = Option<Rc<Binding>>;

/// One thing that is bound.
#[derive(Clone)]
pub enum Item {
    Value(Value),
    /// A filter passed to a function, with what is bound where it was written.
    Filter(Code, Env),
    /// How many turns could still be taken where a label stands.
    Label(usize),
    /// The state of a `foreach`.
    State(Rc<RefCell<Value>>, Rc<RefCell<Track>>),
}

pub struct Binding {
    pub item: Item,
    pub rest: Env,
}

/// `env` with one more binding.
pub fn bind(env: &Env, item: Item) -> Env {
    Some(Rc::new(Binding { item, rest: env.clone() }))
}

/// What is left of `env` without its `count` latest bindings.
pub fn up(env: &Env, count: usize) -> &Env {
    let mut env = env;
    for _ in 0..count {
        match env {
            Some(binding) => env = &binding.rest,
            None => break,
        }
    }
    env
}

/// The binding `count` places up.
pub fn look_up(env: &Env, count: usize) -> Option<&Item> {
    up(env, count).as_ref().map(|binding| &binding.item)
}

impl Drop for Binding {
    /// In a loop: chains are as long as recursion is deep.
    fn drop(&mut self) {
        let mut pending = Vec::new();
        take_links(self, &mut pending);
        while let Some(link) = pending.pop() {
            if let Ok(mut binding) = Rc::try_unwrap(link) {
                take_links(&mut binding, &mut pending);
            }
        }
    }
}

fn take_links(binding: &mut Binding, pending: &mut Vec<Rc<Binding>>) {
    pending.extend(binding.rest.take());
    if let Item::Filter(_, env) = &mut binding.item {
        pending.extend(env.take());
    }
}
