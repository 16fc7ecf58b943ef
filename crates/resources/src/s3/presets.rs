//! Where providers have their endpoints, as they document them.

/// What a kind of store is known to need.
#[derive(Debug)]
pub(super) struct Preset {
    kind: &'static str,
    /// The URL, with `{region}` and `{account}` to be filled in; none for servers that everyone runs themselves.
    pub endpoint: Option<&'static str>,
    /// The region when none is given; empty when there is no usual one.
    pub region: &'static str,
    /// Whether the bucket is in the URL's path.
    pub path_style: bool,
}

const fn preset(
    kind: &'static str,
    endpoint: Option<&'static str>,
    region: &'static str,
    path_style: bool,
) -> Preset {
    Preset { kind, endpoint, region, path_style }
}

/// Amazon's own, and what an unknown kind would be.
static AMAZON: Preset = preset("s3", Some("https://s3.{region}.amazonaws.com"), "us-east-1", false);

static PRESETS: &[Preset] = &[
    preset("aliyun", Some("https://oss-{region}.aliyuncs.com"), "", false),
    preset("backblaze", Some("https://s3.{region}.backblazeb2.com"), "", true),
    preset("ceph", None, "us-east-1", true),
    preset("digitalocean", Some("https://{region}.digitaloceanspaces.com"), "", false),
    preset("gcs-s3", Some("https://storage.googleapis.com"), "auto", true),
    preset("minio", None, "us-east-1", true),
    preset("oci", Some("https://{account}.compat.objectstorage.{region}.oraclecloud.com"), "", true),
    preset("r2", Some("https://{account}.r2.cloudflarestorage.com"), "auto", true),
    preset("scaleway", Some("https://s3.{region}.scw.cloud"), "", false),
    preset("seaweedfs", None, "us-east-1", true),
    preset("supabase", Some("https://{account}.supabase.co/storage/v1/s3"), "", true),
    preset("tencent", Some("https://cos.{region}.myqcloud.com"), "", false),
    preset("wasabi", Some("https://s3.{region}.wasabisys.com"), "us-east-1", true),
];

/// The preset of `kind`.
pub(super) fn of(kind: &str) -> &'static Preset {
    PRESETS.iter().find(|preset| preset.kind == kind).unwrap_or(&AMAZON)
}
