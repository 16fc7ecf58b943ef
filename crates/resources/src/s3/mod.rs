//! Amazon's S3 and the stores that speak its protocol. `README.md` tells what holds.

mod config;
mod presets;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use mirage_vfs::{DynResource, Host, Result};
use opendal::services::S3;

use self::config::{Access, Config};
use crate::definition::{Definition, Form, Key, Settings, parse};
use crate::objects::{Objects, Store};

macro_rules! key {
    ($name:literal $form:ident: $about:literal) => {
        Key { name: $name, about: $about, required: false, form: Form::$form }
    };
}

/// What every store of this protocol is configured by.
static KEYS: &[Key] = &[
    Key { name: "bucket", about: "the bucket", required: true, form: Form::Text },
    key!("prefix" Text: "what every key begins with, as a directory: `app/`; none unless said"),
    key!("endpoint" Text: "the service's URL; that of the provider unless said"),
    key!("region" Text: "the region to sign for; that of the provider unless said, else `us-east-1`"),
    key!("account" Text: "the account, where the provider's URL holds one"),
    key!("access_key_id" Secret: "who asks; without a key requests are not signed, as for a public bucket"),
    key!("secret_access_key" Secret: "the key's secret part"),
    key!("session_token" Secret: "the token of credentials that expire"),
    key!("path_style" Flag: "whether the bucket is in the URL's path (`true`) or its host name; as the provider wants it unless said, and `true` with an `endpoint`"),
    key!("concurrency" Number: "how many requests are made at once by lines that read many objects; 16 unless said, and fewer while the service refuses"),
];

macro_rules! definitions {
    ($($constant:ident $kind:literal $summary:literal;)*) => {
        $(
            #[doc = concat!("`type: ", $kind, "`.")]
            pub static $constant: Definition = Definition {
                kind: $kind,
                summary: $summary,
                keys: KEYS,
                build: |host, settings| build(host, settings, $kind),
            };
        )*
    };
}

definitions! {
    ALIYUN "aliyun" "a bucket of Alibaba Cloud OSS";
    BACKBLAZE "backblaze" "a bucket of Backblaze B2";
    CEPH "ceph" "a bucket of a Ceph object gateway";
    DIGITALOCEAN "digitalocean" "a DigitalOcean space";
    GCS_S3 "gcs-s3" "a bucket of Google Cloud Storage by its S3 interface and HMAC keys";
    MINIO "minio" "a bucket of a MinIO server";
    OCI "oci" "a bucket of Oracle Cloud Infrastructure";
    R2 "r2" "a bucket of Cloudflare R2";
    DEFINITION "s3" "a bucket of Amazon S3, or of any service that speaks its protocol";
    SCALEWAY "scaleway" "a bucket of Scaleway";
    SEAWEEDFS "seaweedfs" "a bucket of a SeaweedFS server";
    SUPABASE "supabase" "a bucket of Supabase Storage";
    TENCENT "tencent" "a bucket of Tencent Cloud COS";
    WASABI "wasabi" "a bucket of Wasabi";
}

fn build(host: &Arc<dyn Host>, settings: Settings, kind: &'static str) -> Result<Arc<dyn DynResource>> {
    let config: Config = parse(settings)?;
    let place = config.place(presets::of(kind))?;
    let access = config.access()?;
    // What the environment and files of this machine say is for front ends to look up.
    let mut builder = S3::default().bucket(&config.bucket).endpoint(&place.endpoint).region(&place.region);
    builder = builder.disable_config_load().disable_ec2_metadata();
    if !place.path_style {
        builder = builder.enable_virtual_host_style();
    }
    let principal: &[u8] = match &access {
        Access::Anyone => {
            builder = builder.skip_signature();
            b""
        }
        Access::Key { id, secret, token } => {
            builder = builder.access_key_id(id).secret_access_key(secret);
            if let Some(token) = token {
                builder = builder.session_token(token);
            }
            id.as_bytes()
        }
    };
    let identity = &[place.endpoint.as_bytes(), config.bucket.as_bytes(), principal];
    let store = Store { kind, identity, prefix: config.prefix(), concurrency: config.concurrency()? };
    Ok(Arc::new(Objects::new(host, store, builder)?))
}
