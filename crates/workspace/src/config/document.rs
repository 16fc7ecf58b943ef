//! A configuration document, key by key.

use mirage_resources::{Definition, definition, definitions};
use mirage_vfs::Path;
use mirage_vfs::layers::Policy;
use mirage_vfs::tree::Mode;
use serde_json::{Map, Value};

use super::error::ConfigError;
use super::nearest::unknown;
use super::reader::{Reader, is_name};
use super::{CacheConfig, Config, MountConfig};
use crate::limits::Limits;

/// Keys of a document.
const KEYS: [&str; 5] = ["mode", "mounts", "cache", "limits", "env"];

/// Keys of a mount that are not its resource's.
const MOUNT_KEYS: [&str; 4] = ["type", "mode", "policy", "cache"];

/// Keys of `cache`.
const CACHE_KEYS: [&str; 2] = ["memory", "ttl"];

/// Keys of `cache` in a mount.
const MOUNT_CACHE_KEYS: [&str; 2] = ["ttl", "blocks"];

/// Keys of `limits`.
const LIMITS_KEYS: [&str; 5] = ["memory", "depth", "jobs", "wall", "output"];

impl Reader<'_> {
    /// The configuration that a document holds.
    pub fn config(mut self, document: Value) -> Result<Config, ConfigError> {
        let mut config = self.document(document);
        config.secrets = std::mem::take(&mut self.secrets);
        self.finish().map(|()| config)
    }

    fn document(&mut self, document: Value) -> Config {
        let mut config = Config::default();
        let Some(keys) = self.mapping("", document) else { return config };
        for (key, value) in keys {
            match key.as_str() {
                "mode" => config.mode = self.mode("mode", value),
                "mounts" => self.mounts(value, &mut config),
                "cache" => config.cache = self.cache(value),
                "limits" => config.limits = self.limits(value),
                "env" => self.env(value, &mut config),
                _ => self.problem("", unknown("key", &key, KEYS)),
            }
        }
        config
    }

    fn mounts(&mut self, value: Value, config: &mut Config) {
        for (prefix, keys) in self.mapping("mounts", value).unwrap_or_default() {
            let place = format!("mounts.{prefix}");
            let keys = self.mapping(&place, keys).unwrap_or_default();
            self.lacks.clear();
            let Some((path, mount)) = self.mount(&place, &prefix, keys) else { continue };
            let is_new = match self.lacks.is_empty() {
                true => config.mounts.insert(path, mount).is_none(),
                false => config.lacking.insert(path, std::mem::take(&mut self.lacks)).is_none(),
            };
            if !is_new {
                self.problem(&place, "mounted twice");
            }
        }
    }

    /// One mount. None when it is wrong, which is then noted.
    pub fn mount(
        &mut self,
        place: &str,
        prefix: &str,
        mut keys: Map<String, Value>,
    ) -> Option<(Path, MountConfig)> {
        let path = self.mount_path(place, prefix);
        let definition = self.definition(place, keys.remove("type"))?;
        let mut mount = MountConfig {
            definition,
            mode: None,
            policy: Policy::default(),
            ttl: None,
            blocks: true,
            settings: Map::new(),
        };
        if let Some(mode) = keys.remove("mode") {
            mount.mode = self.mode(&format!("{place}.mode"), mode);
        }
        if let Some(policy) = keys.remove("policy") {
            mount.policy = self.policy(&format!("{place}.policy"), policy);
        }
        if let Some(cache) = keys.remove("cache") {
            self.mount_cache(&format!("{place}.cache"), cache, &mut mount);
        }
        for (name, value) in keys {
            let Some(key) = definition.keys.iter().find(|key| key.name == name) else {
                let known = definition.keys.iter().map(|key| key.name).chain(MOUNT_KEYS);
                self.problem(place, unknown("key", &name, known));
                continue;
            };
            if let Some(value) = self.form(&format!("{place}.{name}"), key.form, value) {
                mount.settings.insert(name, value);
            } else {
                // Noted already; there, so that it is not missed as well.
                mount.settings.insert(name, Value::Null);
            }
        }
        for key in definition.keys {
            if key.required && !mount.settings.contains_key(key.name) {
                self.problem(
                    place,
                    format_args!("{} needs a key that is missing: {}", definition.kind, key.name),
                );
            }
        }
        Some((path?, mount))
    }

    fn mount_path(&mut self, place: &str, prefix: &str) -> Option<Path> {
        if !prefix.starts_with('/') || prefix.split('/').any(|part| matches!(part, "." | "..")) {
            self.problem(place, "a mount's path starts with / and has no . or .. in it");
            return None;
        }
        Some(Path::from(prefix))
    }

    fn definition(&mut self, place: &str, value: Option<Value>) -> Option<&'static Definition> {
        let Some(value) = value else {
            self.problem(place, "needs a key that is missing: type");
            return None;
        };
        let kind = self.text(&format!("{place}.type"), value)?;
        let known = definitions().iter().map(|definition| definition.kind);
        let found = definition(&kind);
        if found.is_none() {
            self.problem(
                place,
                format_args!("{} (a host path starts with . / or ~)", unknown("type", &kind, known)),
            );
        }
        found
    }

    fn mode(&mut self, place: &str, value: Value) -> Option<Mode> {
        let text = self.text(place, value)?;
        match text.as_str() {
            "read" => Some(Mode::Read),
            "write" => Some(Mode::Write),
            "exec" => Some(Mode::Exec),
            _ => {
                self.problem(place, unknown("mode", &text, ["read", "write", "exec"]));
                None
            }
        }
    }

    fn policy(&mut self, place: &str, value: Value) -> Policy {
        match self.text(place, value).as_deref() {
            None | Some("bounded") => Policy::Bounded,
            Some("fresh") => Policy::Fresh,
            Some(text) => {
                self.problem(place, unknown("policy", text, ["bounded", "fresh"]));
                Policy::default()
            }
        }
    }

    fn mount_cache(&mut self, place: &str, value: Value, mount: &mut MountConfig) {
        for (key, value) in self.mapping(place, value).unwrap_or_default() {
            let at = format!("{place}.{key}");
            match key.as_str() {
                "ttl" => mount.ttl = self.duration(&at, value),
                "blocks" => mount.blocks = self.flag(&at, value).unwrap_or(mount.blocks),
                _ => self.problem(place, unknown("key", &key, MOUNT_CACHE_KEYS)),
            }
        }
    }

    fn cache(&mut self, value: Value) -> CacheConfig {
        let mut cache = CacheConfig::default();
        for (key, value) in self.mapping("cache", value).unwrap_or_default() {
            let place = format!("cache.{key}");
            match key.as_str() {
                "memory" => cache.memory = self.size(&place, value).unwrap_or(cache.memory),
                "ttl" => cache.ttl = self.duration(&place, value).unwrap_or(cache.ttl),
                _ => self.problem("cache", unknown("key", &key, CACHE_KEYS)),
            }
        }
        cache
    }

    fn limits(&mut self, value: Value) -> Limits {
        let mut limits = Limits::default();
        for (key, value) in self.mapping("limits", value).unwrap_or_default() {
            let place = format!("limits.{key}");
            let none = value == "none";
            match key.as_str() {
                "memory" => limits.memory = self.size(&place, value).unwrap_or(limits.memory),
                "depth" => limits.depth = self.count(&place, value).unwrap_or(limits.depth),
                "jobs" => limits.jobs = self.count(&place, value).unwrap_or(limits.jobs),
                "wall" if none => limits.wall = None,
                "wall" => limits.wall = self.duration(&place, value),
                "output" if none => limits.output = None,
                "output" => limits.output = self.size(&place, value),
                _ => self.problem("limits", unknown("key", &key, LIMITS_KEYS)),
            }
        }
        limits
    }

    fn env(&mut self, value: Value, config: &mut Config) {
        for (name, value) in self.mapping("env", value).unwrap_or_default() {
            let place = format!("env.{name}");
            let is_literal = value.as_str().is_some_and(|text| !text.contains("${")) || value.is_number();
            self.lacks.clear();
            if !is_name(&name) {
                self.problem(&place, "not the name of a variable");
            } else if let Some(text) = self.text(&place, value) {
                if !is_literal {
                    // Nobody says what it is: what comes from elsewhere is treated as what must not be told.
                    self.secrets.suspect(&place, &text);
                }
                config.env.insert(name, text);
            } else if !self.lacks.is_empty() {
                config.lacking_env.insert(name, std::mem::take(&mut self.lacks));
            }
        }
    }

    fn mapping(&mut self, place: &str, value: Value) -> Option<Map<String, Value>> {
        match value {
            Value::Object(keys) => Some(keys),
            // `mounts:` with nothing below it.
            Value::Null => Some(Map::new()),
            _ => {
                self.problem(place, "must hold keys with values");
                None
            }
        }
    }
}
