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
}

impl Array {
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        let place = *self.places.get(key)?;
        self.elements.get(place)?.as_ref().map(|(_, value)| value)
    }

    pub fn contains(&self, key: &[u8]) -> bool {
        self.places.contains_key(key)
    }

    /// The element at `key`, made if it is missing, and how many bytes that took.
    pub fn entry(&mut self, key: &Bytes) -> &mut Value {
        let place = match self.places.get(key) {
            Some(place) => *place,
            None => {
                // A field is a slice of its block; a key that stays must not keep the block.
                let key = Bytes::copy_from_slice(key);
                self.places.insert(key.clone(), self.elements.len());
                self.elements.push(Some((key, Value::Unset)));
                self.live += 1;
                self.elements.len() - 1
            }
        };
        &mut self.elements[place].get_or_insert_with(|| (key.clone(), Value::Unset)).1
    }

    pub fn set(&mut self, key: &Bytes, value: Value) {
        *self.entry(key) = value;
    }

    pub fn remove(&mut self, key: &[u8]) {
        if let Some(place) = self.places.remove(key) {
            self.elements[place] = None;
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
