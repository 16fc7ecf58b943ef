//! All workspaces of a program, by name.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::lock::Mutex as AsyncMutex;
use mirage_vfs::{Error, ErrorKind, Host, Result};

use super::workspace::LivingWorkspace;
use crate::config::{Description, Values};

/// Where the logs are in the store.
const SPACE: &str = "workspaces";

/// The longest name.
const LONGEST: usize = 64;

/// The workspaces that a host's store keeps. Each is loaded when it is first asked for.
pub struct Workspaces {
    host: Arc<dyn Host>,
    all: Mutex<BTreeMap<String, Arc<Slot>>>,
}

/// A workspace, once it is loaded.
#[derive(Default)]
struct Slot(AsyncMutex<Option<LivingWorkspace>>);

impl Workspaces {
    /// The workspaces in the store of `host`.
    pub async fn open(host: Arc<dyn Host>) -> Result<Self> {
        let keys = host.store().logs(SPACE).await?;
        let name = |key: bytes::Bytes| (String::from_utf8_lossy(&key).into_owned(), Arc::default());
        Ok(Workspaces { all: Mutex::new(keys.into_iter().map(name).collect()), host })
    }

    /// Their names, in order.
    pub fn names(&self) -> Vec<String> {
        self.all().keys().cloned().collect()
    }

    /// The workspace called `name`; `NotFound`, or why it can not be loaded.
    pub async fn get(&self, name: &str) -> Result<LivingWorkspace> {
        let slot = self.all().get(name).cloned();
        let slot = slot.ok_or_else(|| missing(name))?;
        let mut loaded = slot.0.lock().await;
        if let Some(living) = &*loaded {
            return Ok(living.clone());
        }
        let (log, entries) = self.host.store().log(SPACE, name.as_bytes()).await?;
        let living = LivingWorkspace::load(name, &self.host, Values::default(), log, &entries)?;
        *loaded = Some(living.clone());
        Ok(living)
    }

    /// Makes a workspace; `AlreadyExists` when there is one of that name.
    pub async fn create(&self, name: &str, description: Description) -> Result<LivingWorkspace> {
        check_name("workspace", name)?;
        let slot = Arc::new(Slot::default());
        let mut made = slot.0.lock().await;
        {
            let mut all = self.all();
            if all.contains_key(name) {
                let message = format!("there is a workspace called {name} already");
                return Err(Error::new(ErrorKind::AlreadyExists, "create").message(message));
            }
            all.insert(name.to_owned(), slot.clone());
        }
        let created = self.make(name, description).await;
        match &created {
            Ok(living) => *made = Some(living.clone()),
            Err(_) => {
                self.all().remove(name);
                let _ = self.host.store().remove_log(SPACE, name.as_bytes()).await;
            }
        }
        created
    }

    async fn make(&self, name: &str, description: Description) -> Result<LivingWorkspace> {
        let (log, _) = self.host.store().log(SPACE, name.as_bytes()).await?;
        LivingWorkspace::create(name, &self.host, description, log).await
    }

    /// Removes a workspace with everything in it; its lines are asked to stop. `NotFound`.
    pub async fn delete(&self, name: &str) -> Result<()> {
        let slot = self.all().remove(name).ok_or_else(|| missing(name))?;
        if let Some(living) = &*slot.0.lock().await {
            living.stop();
        }
        Ok(self.host.store().remove_log(SPACE, name.as_bytes()).await?)
    }

    /// Those that are loaded.
    pub fn loaded(&self) -> Vec<LivingWorkspace> {
        self.all().values().filter_map(|slot| slot.0.try_lock()?.clone()).collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Slot>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, "workspace").message(format!("no such workspace: {name}"))
}

/// Refuses what would be no good as a name in a path, a URL or a command line.
pub(crate) fn check_name(what: &str, name: &str) -> Result<()> {
    let mut bytes = name.bytes();
    let is_good = bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && name.len() <= LONGEST;
    match is_good {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::InvalidArgument, "name").message(format!(
            "not the name of a {what} (letters, digits, . _ - and {LONGEST} at most, a letter or digit first): {name}"
        ))),
    }
}
