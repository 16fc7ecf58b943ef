//! Associative arrays, listed in bash's order.

use bytes::Bytes;
use imbl::{GenericHashMap, shared_ptr::DefaultSharedPtr};

/// Buckets of a new array.
const BUCKETS: u32 = 1024;

/// Elements a bucket holds on average before the table grows.
const LOAD: usize = 2;

/// How many times larger a table becomes when it grows.
const GROWTH: u32 = 4;

type Map = GenericHashMap<Bytes, Element, foldhash::fast::FixedState, DefaultSharedPtr>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Element {
    /// The higher, the nearer to the start of its bucket, in a table that grew an even number of times; else the lower.
    rank: i64,
    value: Bytes,
}

/// An associative array. Cloning is constant time.
///
/// Scripts see the order in which bash keeps the elements: by the bucket of a 32-bit FNV-1 hash of the key, the latest
/// first, in a table of 1024 buckets that grows fourfold when it holds more than two elements a bucket. Growing moves each
/// element, in the order of the listing, to the start of its new bucket: what was first is last there, which is why the
/// ranks of all elements change their sign.
#[derive(Clone)]
pub struct Associative {
    elements: Map,
    /// How many elements were ever added.
    added: i64,
    buckets: u32,
    /// 1 in a table that grew an even number of times, else -1.
    sign: i64,
}

impl Default for Associative {
    fn default() -> Self {
        let elements = Map::with_hasher(foldhash::fast::FixedState::default());
        Associative { elements, added: 0, buckets: BUCKETS, sign: 1 }
    }
}

impl Associative {
    /// The value at `key`.
    pub fn get(&self, key: &[u8]) -> Option<&Bytes> {
        self.elements.get(key).map(|element| &element.value)
    }

    /// Sets `key`; an old one keeps its place.
    pub fn insert(&mut self, key: Bytes, value: Bytes) {
        if let Some(element) = self.elements.get_mut(&key[..]) {
            element.value = value;
            return;
        }
        if self.elements.len() >= LOAD * self.buckets as usize {
            self.buckets *= GROWTH;
            self.sign = -self.sign;
        }
        self.added += 1;
        self.elements.insert(key, Element { rank: self.sign * self.added, value });
    }

    /// Removes `key`.
    pub fn remove(&mut self, key: &[u8]) -> Option<Bytes> {
        self.elements.remove(key).map(|element| element.value)
    }

    /// The array that lists these elements in this order. What is inserted later falls in where it would have.
    pub fn of_listed(elements: impl DoubleEndedIterator<Item = (Bytes, Bytes)>) -> Self {
        let mut array = Associative::default();
        // A bucket lists the latest first.
        elements.rev().for_each(|(key, value)| array.insert(key, value));
        array
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// The elements as bash lists them.
    pub fn iter(&self) -> impl Iterator<Item = (&Bytes, &Bytes)> {
        self.listed().into_iter().map(|(key, element)| (key, &element.value))
    }

    /// The keys as bash lists them.
    pub fn keys(&self) -> impl Iterator<Item = &Bytes> {
        self.iter().map(|(key, _)| key)
    }

    /// The values as bash lists them.
    pub fn values(&self) -> impl Iterator<Item = &Bytes> {
        self.iter().map(|(_, value)| value)
    }

    fn listed(&self) -> Vec<(&Bytes, &Element)> {
        let mut all: Vec<_> = self.elements.iter().collect();
        let bucket = |key: &[u8]| hash(key) & (self.buckets - 1);
        all.sort_by_cached_key(|(key, element)| (bucket(key), -self.sign * element.rank));
        all
    }
}

impl PartialEq for Associative {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.elements.iter().all(|(key, element)| other.get(key) == Some(&element.value))
    }
}

impl Eq for Associative {}

impl std::fmt::Debug for Associative {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// FNV-1 on 32 bits, with bytes that have a sign.
fn hash(key: &[u8]) -> u32 {
    key.iter().fold(2_166_136_261, |hash: u32, &byte| {
        hash.wrapping_mul(16_777_619) ^ i32::from(byte.cast_signed()).cast_unsigned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(keys: &[&'static str]) -> Vec<String> {
        let mut array = Associative::default();
        for key in keys {
            array.insert(Bytes::from_static(key.as_bytes()), Bytes::new());
        }
        array.keys().map(|key| String::from_utf8_lossy(key).into_owned()).collect()
    }

    #[test]
    fn keys_are_listed_in_the_order_of_bash() {
        // As `declare -A m; m[one]= ...; echo "${!m[@]}"` prints them.
        assert_eq!(
            listing(&["one", "two", "three", "four", "five"]),
            ["four", "two", "three", "one", "five"]
        );
        assert_eq!(listing(&["a", "b", "c"]), ["c", "b", "a"]);
        assert_eq!(listing(&["é", "x", "日", "ß", "y"]), ["y", "x", "日", "ß", "é"]);
    }
}
