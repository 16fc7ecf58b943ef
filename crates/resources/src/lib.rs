//! The services that can be mounted, one folder and one feature each.
//!
//! A resource is a folder with the same files in the same order (`mod.rs`, ..., `error.rs`, `README.md`, `tests.rs`), a
//! feature in `Cargo.toml`, a `mod` line and a row in [`definitions`].

mod definition;
#[cfg(all(feature = "disk", target_os = "linux"))]
pub mod disk;
#[cfg(any(feature = "objects", feature = "redis"))]
mod emptied;
#[cfg(any(feature = "http", feature = "objects"))]
mod fetch;
#[cfg(feature = "http")]
pub mod http;
#[cfg(any(feature = "http", feature = "objects", feature = "redis"))]
mod identity;
#[cfg(feature = "objects")]
mod objects;
mod prices;
mod ram;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(any(feature = "http", feature = "objects"))]
mod width;

pub use definition::{Definition, Form, Key, Settings};

/// One row a resource, sorted by name.
static DEFINITIONS: &[&Definition] = &[
    #[cfg(feature = "s3")]
    &s3::ALIYUN,
    #[cfg(feature = "s3")]
    &s3::BACKBLAZE,
    #[cfg(feature = "s3")]
    &s3::CEPH,
    #[cfg(feature = "s3")]
    &s3::DIGITALOCEAN,
    #[cfg(all(feature = "disk", target_os = "linux"))]
    &disk::DEFINITION,
    #[cfg(feature = "s3")]
    &s3::GCS_S3,
    #[cfg(feature = "http")]
    &http::DEFINITION,
    #[cfg(feature = "s3")]
    &s3::MINIO,
    #[cfg(feature = "s3")]
    &s3::OCI,
    #[cfg(feature = "s3")]
    &s3::R2,
    &ram::DEFINITION,
    #[cfg(feature = "redis")]
    &redis::DEFINITION,
    #[cfg(feature = "s3")]
    &s3::DEFINITION,
    #[cfg(feature = "s3")]
    &s3::SCALEWAY,
    #[cfg(feature = "s3")]
    &s3::SEAWEEDFS,
    #[cfg(feature = "s3")]
    &s3::SUPABASE,
    #[cfg(feature = "s3")]
    &s3::TENCENT,
    #[cfg(feature = "s3")]
    &s3::WASABI,
];

/// Every kind of resource that this build can mount from configuration, sorted by name.
pub fn definitions() -> &'static [&'static Definition] {
    DEFINITIONS
}

/// The definition of resources of type `kind`.
pub fn definition(kind: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().copied().find(|definition| definition.kind == kind)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mirage_testkit::host::TestHost;
    use mirage_vfs::{ErrorKind, Host};

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_takes_no_other_keys() {
        let host: Arc<dyn Host> = Arc::new(TestHost::new());
        assert!(DEFINITIONS.is_sorted_by_key(|definition| definition.kind));
        for known in definitions() {
            assert!(std::ptr::eq(definition(known.kind).unwrap(), *known));
            let settings = Settings::from_iter([("no such key".to_owned(), true.into())]);
            let refused = known.build(&host, settings).err().unwrap();
            assert_eq!(refused.kind(), ErrorKind::InvalidArgument, "{}", known.kind);
            for key in known.keys {
                // A value that fits no form: the key is known, and the complaint is about the value.
                let settings = Settings::from_iter([(key.name.to_owned(), serde_json::json!({"a": [{}]}))]);
                let refused = known.build(&host, settings).err().unwrap().to_string();
                assert!(refused.contains("invalid type"), "{} {}: {refused}", known.kind, key.name);
            }
        }
    }
}
