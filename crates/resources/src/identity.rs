//! Names for what a resource shows, as caches tell them apart.

use bytes::Bytes;

/// A name for the content behind a resource of this kind, made of what tells it from any other (endpoint, account, who
/// asks). It gives away nothing of its parts.
pub(crate) fn identity(kind: &str, parts: &[&[u8]]) -> Bytes {
    let mut hasher = blake3::Hasher::new_derive_key("mirage 2026 identity of a resource");
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    format!("{kind}:{}", hasher.finalize().to_hex()).into()
}
