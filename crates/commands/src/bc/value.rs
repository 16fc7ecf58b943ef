//! Values and arrays, and what they take of the line's memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use mirage_vfs::{Call, Share};

use super::number::Number;

/// Numbers of more digits are counted one by one, those of fewer by where they are.
const FEW_DIGITS: usize = 512;
/// What a number of few digits may take.
pub const SMALL: u64 = 256;

/// A number, shared by all places that have it.
#[derive(Clone)]
pub struct Value(Rc<(Number, Option<Share>)>);

impl Value {
    /// The value of `number`, counted in the memory of the line that `call` is of.
    pub fn new(number: Number, call: &Call) -> Value {
        let digits = number.size();
        let share = (digits > FEW_DIGITS).then(|| {
            let mut share = call.share();
            share.set(digits as u64 / 2);
            share
        });
        Value(Rc::new((number, share)))
    }

    /// The value of a number of few digits.
    pub fn small(number: Number) -> Value {
        Value(Rc::new((number, None)))
    }
}

impl Deref for Value {
    type Target = Number;

    fn deref(&self) -> &Number {
        &self.0.0
    }
}

/// The elements of an array that have been set.
struct Elements {
    values: BTreeMap<u32, Value>,
    share: Share,
}

/// An array. A clone is the same array; [`copy`](Array::copy) makes another one.
#[derive(Clone)]
pub struct Array(Rc<RefCell<Option<Rc<Elements>>>>);

impl Array {
    /// An array without elements.
    pub fn new() -> Array {
        Array(Rc::default())
    }

    /// Another array with the same elements, which are shared until one of the two is changed.
    pub fn copy(&self) -> Array {
        Array(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// The element at `at`, if it has been set.
    pub fn get(&self, at: u32) -> Option<Value> {
        self.0.borrow().as_ref()?.values.get(&at).cloned()
    }

    /// Sets an element. A shared array is copied first, with ticks for it.
    pub async fn set(&self, at: u32, value: Value, call: &Call) {
        let old = self.0.take();
        let mut elements = match old.map(Rc::try_unwrap) {
            Some(Ok(elements)) => elements,
            Some(Err(shared)) => {
                call.tick_many(shared.values.len() as u32).await;
                Elements { values: shared.values.clone(), share: call.share() }
            }
            None => Elements { values: BTreeMap::new(), share: call.share() },
        };
        elements.values.insert(at, value);
        let bytes = elements.values.len() as u64 * SMALL;
        if bytes != elements.share.bytes() {
            elements.share.set(bytes);
        }
        self.0.replace(Some(Rc::new(elements)));
    }
}
