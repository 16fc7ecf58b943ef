//! How a workspace is described and made.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use mirage_shell::command::Registry;
use mirage_vfs::layers::{Blocks, Cache, CacheOptions, Meter};
use mirage_vfs::tree::{Mode, Mount, Tree};
use mirage_vfs::{Attributes, DynResource, Host, Owner, Path, Price, Ram, RamOptions, Result, Time};

use crate::config::{CacheConfig, Config, MountConfig};
use crate::lacking::Lacking;
use crate::limits::Limits;
use crate::workspace::{Inner, Workspace};
use crate::{system, world};

/// What is to be mounted somewhere, what is allowed there, and how it is cached if it is remote.
pub(crate) type Mounted = (Arc<dyn DynResource>, Mode, Price, CacheOptions);

/// Describes a workspace; [`build`](Builder::build) makes it.
///
/// Without a mount at `/` the root is memory. `/home/user`, `/tmp`, `/dev` and `/bin` exist unless something is mounted
/// there.
#[must_use = "nothing is made before build"]
pub struct Builder {
    host: Arc<dyn Host>,
    mounts: BTreeMap<Path, Mounted>,
    config: Config,
    limits: Option<Limits>,
    env: BTreeMap<String, String>,
}

impl Builder {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Builder {
            host,
            mounts: BTreeMap::new(),
            config: Config::default(),
            limits: None,
            env: BTreeMap::new(),
        }
    }

    /// Everything that `config` says. What the builder is told beside it wins.
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Shows `resource` at `path`, in place of what was to be there.
    pub fn mount(self, path: &str, resource: impl DynResource, mode: Mode) -> Self {
        self.mount_shared(path, Arc::new(resource), mode)
    }

    /// Shows a resource that others hold too at `path`, in place of what was to be there.
    pub fn mount_shared(mut self, path: &str, resource: Arc<dyn DynResource>, mode: Mode) -> Self {
        self.mounts.insert(Path::from(path), (resource, mode, Price::default(), CacheOptions::default()));
        self
    }

    /// What every line may use.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// An exported variable of every session.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Makes the workspace. Nothing is asked of a service yet. An error is about a mount: its path is in the error.
    pub fn build(mut self) -> Result<Workspace> {
        let mut env = std::mem::take(&mut self.config.env);
        env.append(&mut self.env);
        let mut mounts = self.configured_mounts()?;
        mounts.append(&mut self.mounts);
        let registry = Arc::new(Registry::new(mirage_commands::ALL.iter().copied()));
        let caching = Caching::new(&self.config.cache);
        let tree = self.tree(mounts, &registry, &caching)?;
        let inner = Inner {
            initial: Mutex::new(world::state(self.host.facts(), &env)),
            ttl: self.config.cache.ttl,
            mode: self.config.mode,
            tree,
            caching,
            registry,
            limits: self.limits.unwrap_or(self.config.limits),
            sessions: Mutex::new(HashMap::new()),
            host: self.host,
        };
        Ok(Workspace(Arc::new(inner)))
    }

    fn configured_mounts(&mut self) -> Result<BTreeMap<Path, Mounted>> {
        let lacking = std::mem::take(&mut self.config.lacking).into_iter().map(|(path, names)| {
            let resource: Arc<dyn DynResource> = Arc::new(Lacking::new(&names));
            // Whatever is tried there is refused with what is missing.
            (path, (resource, Mode::Exec, Price::default(), CacheOptions::default()))
        });
        let mut all: BTreeMap<Path, Mounted> = lacking.collect();
        for (path, mount) in std::mem::take(&mut self.config.mounts) {
            if !self.mounts.contains_key(&path) {
                let built = mount.build(&self.host, &path, self.config.mode, self.config.cache.ttl)?;
                all.insert(path, built);
            }
        }
        Ok(all)
    }

    fn tree(
        &self,
        mut mounts: BTreeMap<Path, Mounted>,
        registry: &Registry,
        caching: &Caching,
    ) -> Result<Tree> {
        let now = self.host.now();
        let tree = match mounts.remove(&Path::root()) {
            Some((root, mode, price, options)) => {
                let tree = Tree::new(caching.metered(Path::root(), root, price, &options));
                tree.set_mode(&Path::root(), mode)?;
                tree
            }
            None => {
                let root = Arc::new(self.empty_root(now)?);
                Tree::new(Arc::new(Meter::new(root, Path::root(), Price::default())))
            }
        };
        for (path, (resource, mode, price, options)) in mounts {
            let resource = caching.metered(path.clone(), resource, price, &options);
            tree.mount(Mount::new(path, resource, mode))?;
        }
        system::mount(&tree, registry, now)?;
        Ok(tree)
    }

    /// Memory with the directories that every line finds.
    fn empty_root(&self, now: Time) -> Result<Ram> {
        let uid = self.host.facts().uid;
        let user = Owner { user: uid, group: uid };
        // Lines start in the root: it is theirs to write in.
        let root = Ram::new(RamOptions { limit: None, owner: user, created: now });
        for (path, mode, is_users) in world::DIRECTORIES {
            let owner = if is_users { user } else { system::ROOT };
            let times = Some(now);
            let attributes =
                Attributes { mode: Some(mode), owner: Some(owner), modified: times, accessed: times };
            root.add_directory(&Path::from(path), &attributes)?;
        }
        Ok(root)
    }
}

impl MountConfig {
    /// Makes the resource for `path`; `mode` and `ttl` are those of mounts that say none.
    pub(crate) fn build(
        self,
        host: &Arc<dyn Host>,
        path: &Path,
        mode: Option<Mode>,
        ttl: Duration,
    ) -> Result<Mounted> {
        let default = match self.definition.kind {
            "ram" => Mode::Exec,
            _ => mode.unwrap_or_default(),
        };
        let price = self.definition.price();
        let resource = self.definition.build(host, self.settings);
        let resource = resource.map_err(|error| error.at(path).in_mount(path))?;
        let cache = CacheOptions { policy: self.policy, ttl: self.ttl.unwrap_or(ttl), blocks: self.blocks };
        Ok((resource, self.mode.unwrap_or(default), price, cache))
    }
}

/// What the mounts of a workspace share of their caches; none where nothing is kept. Made for the first mount that is
/// remote: most workspaces have none.
pub(crate) struct Caching(Option<LazyBlocks>);

type LazyBlocks = LazyLock<Arc<Blocks>, Box<dyn FnOnce() -> Arc<Blocks> + Send>>;

impl Caching {
    fn new(config: &CacheConfig) -> Self {
        let memory = config.memory;
        Caching(config.enabled.then(|| LazyBlocks::new(Box::new(move || Arc::new(Blocks::new(memory))))))
    }

    /// `resource` with its use counted, and kept from being asked twice if it is remote.
    pub fn metered(
        &self,
        path: Path,
        resource: Arc<dyn DynResource>,
        price: Price,
        options: &CacheOptions,
    ) -> Arc<dyn DynResource> {
        let metered = Arc::new(Meter::new(resource, path.clone(), price));
        match &self.0 {
            Some(blocks) if metered.info().remote => Arc::new(Cache::new(metered, path, options, blocks)),
            _ => metered,
        }
    }
}
