//! What the bucket holds.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Bound;

use bytes::Bytes;

/// An object's bytes: pieces that follow each other, each repeated to its length.
#[derive(Clone, Default)]
pub(super) struct Content(Vec<(Bytes, u64)>);

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        let size = bytes.len() as u64;
        Content(vec![(bytes, size)])
    }
}

impl Content {
    pub fn repeated(pattern: Bytes, size: u64) -> Self {
        assert!(!pattern.is_empty() || size == 0, "nothing to repeat");
        Content(vec![(pattern, size)])
    }

    pub fn joined(parts: impl IntoIterator<Item = Content>) -> Self {
        Content(parts.into_iter().flat_map(|part| part.0).collect())
    }

    pub fn size(&self) -> u64 {
        self.0.iter().map(|(_, size)| size).sum()
    }

    /// The bytes from `start` to `end`, in slices.
    pub fn range(&self, start: u64, end: u64) -> Vec<Bytes> {
        let mut slices = Vec::new();
        let mut offset = 0;
        for (pattern, size) in &self.0 {
            let (mut at, until) = (start.max(offset), end.min(offset + size));
            while at < until {
                let from = ((at - offset) % pattern.len() as u64) as usize;
                let length = (pattern.len() - from).min((until - at) as usize);
                slices.push(pattern.slice(from..from + length));
                at += length as u64;
            }
            offset += size;
        }
        slices
    }

    /// An entity tag, by the content alone.
    fn tag(&self) -> String {
        let mut hasher = DefaultHasher::new();
        for (pattern, size) in &self.0 {
            hasher.write(pattern);
            hasher.write_u64(*size);
        }
        format!("\"{:016x}-{}\"", hasher.finish(), self.size())
    }
}

#[derive(Clone)]
pub(super) struct Object {
    pub content: Content,
    pub tag: String,
    /// Which change of the bucket made it: seconds after the bucket's beginning, too.
    pub changed: u64,
}

/// A listing's answer.
#[derive(Default)]
pub(super) struct Page {
    pub objects: Vec<(String, Object)>,
    pub prefixes: Vec<String>,
    /// What the next page starts after.
    pub next: Option<String>,
}

#[derive(Default)]
struct Upload {
    key: String,
    parts: BTreeMap<u32, Content>,
}

#[derive(Default)]
pub(super) struct Objects {
    now: BTreeMap<String, Object>,
    /// The object that the last change was about, as it was before.
    before: Option<(String, Option<Object>)>,
    uploads: BTreeMap<String, Upload>,
    changes: u64,
    begun: u64,
}

impl Objects {
    pub fn get(&self, key: &str) -> Option<&Object> {
        self.now.get(key)
    }

    pub fn keys(&self) -> Vec<String> {
        self.now.keys().cloned().collect()
    }

    pub fn put(&mut self, key: &str, content: Content) -> Object {
        self.changes += 1;
        let object = Object { tag: content.tag(), content, changed: self.changes };
        let before = self.now.insert(key.to_owned(), object.clone());
        self.before = Some((key.to_owned(), before));
        object
    }

    pub fn remove(&mut self, key: &str) {
        self.changes += 1;
        if let Some(object) = self.now.remove(key) {
            self.before = Some((key.to_owned(), Some(object)));
        }
    }

    pub fn uploads(&self) -> usize {
        self.uploads.len()
    }

    pub fn begin(&mut self, key: &str) -> String {
        self.begun += 1;
        let id = format!("upload-{}", self.begun);
        self.uploads.insert(id.clone(), Upload { key: key.to_owned(), parts: BTreeMap::new() });
        id
    }

    /// Keeps a part and tells its tag; none without such an upload.
    pub fn part(&mut self, id: &str, number: u32, content: Content) -> Option<String> {
        let tag = content.tag();
        self.uploads.get_mut(id)?.parts.insert(number, content);
        Some(tag)
    }

    /// The key and content of an upload's parts; none without such an upload.
    pub fn parts(&self, id: &str) -> Option<(String, Content)> {
        let upload = self.uploads.get(id)?;
        Some((upload.key.clone(), Content::joined(upload.parts.values().cloned())))
    }

    pub fn forget(&mut self, id: &str) {
        self.uploads.remove(id);
    }

    /// Up to `count` keys after `after` that begin with `prefix`; those with `delimiter` behind it are told by what is before it.
    pub fn list(&self, prefix: &str, delimiter: &str, after: &str, count: usize, is_stale: bool) -> Page {
        let older = self.before.as_ref().filter(|_| is_stale);
        let mut page = Page::default();
        let mut from = match after > prefix {
            true => Bound::Excluded(after.to_owned()),
            false => Bound::Included(prefix.to_owned()),
        };
        let mut last = String::new();
        while let Some((key, object)) = self.now.range((from, Bound::Unbounded)).next() {
            if !key.starts_with(prefix) {
                break;
            }
            let object = match older {
                Some((changed, before)) if changed == key => before.as_ref(),
                _ => Some(object),
            };
            let Some(object) = object else {
                from = Bound::Excluded(key.clone());
                continue;
            };
            if page.objects.len() + page.prefixes.len() == count {
                page.next = Some(last);
                break;
            }
            let rest = &key[prefix.len()..];
            match rest.find(delimiter).filter(|_| !delimiter.is_empty()) {
                Some(at) => {
                    let common = &key[..prefix.len() + at + delimiter.len()];
                    page.prefixes.push(common.to_owned());
                    last = format!("{common}\u{10ffff}");
                }
                None => {
                    page.objects.push((key.clone(), object.clone()));
                    last = key.clone();
                }
            }
            from = Bound::Excluded(last.clone());
        }
        page
    }
}
