//! Associative arrays that remember the order of their elements, so that a walk is the same on every run.

use std::collections::HashMap;

use bytes::Bytes;

use super::value::Value;

/// An array.
#[derive(Debug, Default)]
pub struct Array {
    places: HashMap<Bytes, usize, foldhash::fast::FixedState>,
    /// In order of creation; none where one was deleted.
    elements: Vec<Option<(Bytes, Value)>>,
    live: usize,
    /// Bytes that the elements take, arrays in them not counted.
    bytes: u64,
    /// Whether an element is an array.
    nested: bool,
}

/// What an element takes beside its texts, roughly.
const ELEMENT: u64 = 160;

/// Below this length input that stays is copied.
const SHORT: usize = 16 * 1024;

impl Array {
    pub fn len(&self) -> usize {
        self.live
    }

    /// Bytes that the elements take.
    pub fn bytes(&self) -> u64 {
        let arrays = self.elements.iter().flatten().filter(|_| self.nested);
        let within = arrays.map(|(_, value)| match value {
            Value::Array(array) => array.try_borrow().map_or(0, |array| array.bytes()),
            _ => 0,
        });
        self.bytes + within.sum::<u64>()
    }

    /// The array at `key`, made if there is no element.
    pub fn nested(&mut self, key: &Bytes) -> &mut Value {
        self.nested = true;
        self.entry(key)
    }

    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        let place = *self.places.get(key)?;
        self.elements.get(place)?.as_ref().map(|(_, value)| value)
    }

    pub fn contains(&self, key: &[u8]) -> bool {
        self.places.contains_key(key)
    }

    /// The element at `key`, made if it is missing.
    pub fn entry(&mut self, key: &Bytes) -> &mut Value {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                // A field is a slice of its block; a key that stays must not keep the block.
                let key = Bytes::copy_from_slice(key);
                self.bytes += key.len() as u64 + ELEMENT;
                self.places.insert(key.clone(), self.elements.len());
                self.elements.push(Some((key, Value::Unset)));
                self.live += 1;
                self.elements.len() - 1
            }
        };
        &mut self.elements[place].get_or_insert_with(|| (key.clone(), Value::Unset)).1
    }

    pub fn set(&mut self, key: &Bytes, value: Value) {
        let value = match value {
            // As with a key; a long one is most of what its block holds.
            Value::Input(text) if text.len() < SHORT => Value::Input(Bytes::copy_from_slice(&text)),
            value => value,
        };
        let added = value.length();
        let removed = std::mem::replace(self.entry(key), value).length();
        self.bytes = (self.bytes + added).saturating_sub(removed);
    }

    pub fn remove(&mut self, key: &[u8]) {
        if let Some(place) = self.places.remove(key) {
            let removed = self.elements[place].take().map_or(0, |(_, value)| value.length());
            self.bytes = self.bytes.saturating_sub(key.len() as u64 + ELEMENT + removed);
            self.live -= 1;
            if self.elements.len() > 64 && self.live < self.elements.len() / 2 {
                self.compact();
            }
        }
    }

    fn compact(&mut self) {
        self.elements.retain(Option::is_some);
        for (place, (key, _)) in self.elements.iter().flatten().enumerate() {
            if let Some(old) = self.places.get_mut(key) {
                *old = place;
            }
        }
    }

    pub fn clear(&mut self) {
        *self = Array::default();
    }

    /// Keys in order of creation.
    pub fn keys(&self) -> Vec<Bytes> {
        self.elements.iter().flatten().map(|(key, _)| key.clone()).collect()
    }

    /// Elements in order of creation.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Value)> {
        self.elements.iter().flatten().map(|(key, value)| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_order_through_deletions() {
        let mut array = Array::default();
        for number in 0..200 {
            array.set(&Bytes::from(number.to_string()), Value::Number(f64::from(number)));
        }
        for number in 0..150 {
            array.remove(number.to_string().as_bytes());
        }
        assert_eq!(array.len(), 50);
        let keys = array.keys();
        assert_eq!((&keys[0][..], &keys[49][..]), (&b"150"[..], &b"199"[..]));
        assert_eq!(array.get(b"170").map(Value::number), Some(170.0));
        assert!(array.get(b"3").is_none());
    }
}
