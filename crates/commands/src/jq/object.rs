//! Objects: entries in the order in which their keys came.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::value::Value;

/// Up to so many entries a search from the front beats hashing.
const SMALL: usize = 16;

type Index = HashMap<Rc<str>, usize, FixedState>;

/// Keys with values. A small one is searched, a large one keeps an index once it is asked for a key.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Rc<str>, Value)>,
    index: OnceCell<Box<Index>>,
}

impl Object {
    pub fn new() -> Object {
        Object::default()
    }

    pub fn with_capacity(capacity: usize) -> Object {
        Object { entries: Vec::with_capacity(capacity), index: OnceCell::new() }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes that the entries and their index take, but not what keys and values hold.
    pub fn table_size(&self) -> usize {
        let index = if self.index.get().is_some() {
            self.entries.len() * 2 * size_of::<(Rc<str>, usize)>()
        } else {
            0
        };
        self.entries.capacity() * size_of::<(Rc<str>, Value)>() + index
    }

    fn find(&self, key: &str) -> Option<usize> {
        if self.entries.len() <= SMALL {
            return self.entries.iter().position(|(known, _)| **known == *key);
        }
        self.index.get_or_init(|| Box::new(self.make_index())).get(key).copied()
    }

    fn make_index(&self) -> Index {
        self.entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect()
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.find(key).and_then(|at| self.entries.get(at)).map(|(_, value)| value)
    }

    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The value of `key`, `null` if it is new.
    pub fn entry(&mut self, key: &Rc<str>) -> &mut Value {
        let at = self.find(key).unwrap_or_else(|| {
            let at = self.entries.len();
            self.entries.push((key.clone(), Value::Null));
            if let Some(index) = self.index.get_mut() {
                index.insert(key.clone(), at);
            }
            at
        });
        &mut self.entries[at].1
    }

    pub fn insert(&mut self, key: Rc<str>, value: Value) {
        *self.entry(&key) = value;
    }

    pub fn remove(&mut self, key: &str) {
        if let Some(at) = self.find(key) {
            self.entries.remove(at);
            self.index.take();
        }
    }

    /// In the order in which the keys came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Rc<str>, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The entry at a place in that order.
    pub fn at(&self, place: usize) -> Option<(&Rc<str>, &Value)> {
        self.entries.get(place).map(|(key, value)| (key, value))
    }

    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub fn keys(&self) -> impl Iterator<Item = &Rc<str>> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Entries in the order of their keys.
    pub fn sorted(&self) -> Vec<(&Rc<str>, &Value)> {
        let mut entries: Vec<(&Rc<str>, &Value)> = self.iter().collect();
        entries.sort_unstable_by(|one, two| one.0.cmp(two.0));
        entries
    }

    /// Leaves it empty and answers its values.
    pub fn take_values(&mut self) -> Vec<Value> {
        self.index.take();
        std::mem::take(&mut self.entries).into_iter().map(|(_, value)| value).collect()
    }
}

impl FromIterator<(Rc<str>, Value)> for Object {
    fn from_iter<T: IntoIterator<Item = (Rc<str>, Value)>>(entries: T) -> Object {
        let mut object = Object::new();
        for (key, value) in entries {
            object.insert(key, value);
        }
        object
    }
}
