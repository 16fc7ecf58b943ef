//! How a workspace is described and made.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use mirage_shell::command::Registry;
use mirage_vfs::layers::Meter;
use mirage_vfs::tree::{Mode, Mount, Tree};
use mirage_vfs::{Attributes, DynResource, Host, Owner, Path, Ram, RamOptions, Result, Time};

use crate::config::{Config, MountConfig};
use crate::limits::Limits;
use crate::workspace::{Inner, Workspace};
use crate::{system, world};

/// What is to be mounted somewhere, and what is allowed there.
type Mounted = (Arc<dyn DynResource>, Mode);

/// Describes a workspace; [`build`](Builder::build) makes it.
///
/// Without a mount at `/` the root is memory. `/home/user`, `/tmp`, `/dev` and `/bin` exist unless something is mounted
/// there.
#[must_use = "nothing is made before build"]
pub struct Builder {
    host: Arc<dyn Host>,
    mounts: BTreeMap<Path, (Arc<dyn DynResource>, Mode)>,
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
        self.mounts.insert(Path::from(path), (resource, mode));
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
        let tree = self.tree(mounts, &registry)?;
        let inner = Inner {
            initial: world::state(self.host.facts(), &env),
            tree,
            registry,
            limits: self.limits.unwrap_or(self.config.limits),
            sessions: Mutex::new(HashMap::new()),
            host: self.host,
        };
        Ok(Workspace(Arc::new(inner)))
    }

    fn configured_mounts(&mut self) -> Result<BTreeMap<Path, Mounted>> {
        let configured = std::mem::take(&mut self.config.mounts);
        let built = configured.into_iter().filter(|(path, _)| !self.mounts.contains_key(path)).map(
            |(path, mount)| {
                let mode = self.mode(&mount);
                let resource = mount.definition.build(&self.host, mount.settings);
                let resource = resource.map_err(|error| error.at(&path).in_mount(&path))?;
                Ok((path, (resource, mode)))
            },
        );
        built.collect()
    }

    fn mode(&self, mount: &MountConfig) -> Mode {
        let default = match mount.definition.kind {
            "ram" => Mode::Exec,
            _ => self.config.mode.unwrap_or_default(),
        };
        mount.mode.unwrap_or(default)
    }

    fn tree(
        &self,
        mut mounts: BTreeMap<Path, (Arc<dyn DynResource>, Mode)>,
        registry: &Registry,
    ) -> Result<Tree> {
        let now = self.host.now();
        let tree = match mounts.remove(&Path::root()) {
            Some((root, mode)) => {
                let tree = Tree::new(Arc::new(Meter::new(root, Path::root())));
                tree.set_mode(&Path::root(), mode)?;
                tree
            }
            None => {
                let root = Arc::new(self.empty_root(now)?);
                Tree::new(Arc::new(Meter::new(root, Path::root())))
            }
        };
        for (path, (resource, mode)) in mounts {
            tree.mount(metered(path, resource, mode))?;
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

/// A mount whose use is counted.
pub(crate) fn metered(path: Path, resource: Arc<dyn DynResource>, mode: Mode) -> Mount {
    let resource = Arc::new(Meter::new(resource, path.clone()));
    Mount::new(path, resource, mode)
}
