//! One workspace that is kept.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::lock::Mutex as AsyncMutex;
use mirage_shell::state::{History, SavedVariable, State};
use mirage_store::Log;
use mirage_vfs::{BoxFuture, Cancellation, Error, ErrorKind, Host, Path, RamImage, Result, Signal, Text};
use serde::Serialize;

use super::entry::{Batch, Entry, FORMAT, Recall, SavedSession};
use super::history::{Lines, Remembered};
use super::keeping::{Keeping, memory};
use super::load::Loaded;
use super::workspaces::check_name;
use super::{now, sessions};
use crate::config::{Config, Description, Secrets, Values};
use crate::options::ExecuteOptions;
use crate::outcome::{Outcome, Refusal, RefusalKind};
use crate::workspace::{AfterLine, Workspace};

/// A workspace with a name, kept in the host's store. Clones refer to the same one.
#[derive(Clone)]
pub struct LivingWorkspace(Arc<Inner>);

struct Inner {
    name: String,
    created: f64,
    workspace: Workspace,
    state: Mutex<Shared>,
    keeping: AsyncMutex<Keeping>,
}

/// What is looked at without waiting for the store.
struct Shared {
    description: Description,
    secrets: Secrets,
    /// Mounts and variables whose references stand for nothing that is known, and what these are.
    lacking: BTreeMap<String, Vec<String>>,
    sessions: BTreeMap<String, Kept>,
    lines: Lines,
    /// Lines that run, by a number of their own.
    running: HashMap<u64, Running>,
    next_running: u64,
}

/// What is known of a session beside its state.
struct Kept {
    created: f64,
    /// Variables that wait for their secrets.
    withheld: Vec<SavedVariable>,
    /// The lines that it recalls, if these are not simply those it ran.
    recall: Option<Recall>,
    /// How often the lines it recalls had changed when they were last looked at.
    changes: u64,
    /// Why its state can not be read.
    unreadable: Option<String>,
}

struct Running {
    session: String,
    cancellation: Cancellation,
}

/// What a workspace is like, for people and programs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkspaceInfo {
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub state: Condition,
    /// What it needs to know to be ready: names of variables, files and places of secrets.
    pub needs: Vec<String>,
    /// When it was made: seconds since 1970.
    pub created: f64,
    /// The mounts, parts of the system aside.
    pub mounts: Vec<MountInfo>,
    /// The names of its sessions.
    pub sessions: Vec<String>,
    /// How many lines run now.
    pub running: usize,
}

/// Whether a workspace can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Condition {
    /// All of it.
    #[serde(rename = "ready")]
    Ready,
    /// All but the mounts whose credentials are not known.
    #[serde(rename = "needs credentials")]
    NeedsCredentials,
}

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MountInfo {
    /// Where.
    pub path: String,
    /// What.
    #[serde(rename = "type")]
    pub kind: String,
    /// `read`, `write` or `exec`.
    pub mode: &'static str,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionInfo {
    /// Its name.
    pub name: String,
    /// When it was made: seconds since 1970.
    pub created: f64,
    /// Its working directory; that of the line's start while a line runs.
    pub cwd: Text,
    /// Whether a line runs in it.
    pub running: bool,
    /// Why it can not be used: what was kept of it is damaged. It stays as it is until it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
}

impl LivingWorkspace {
    /// A new workspace, written to `log` before it answers.
    pub(crate) async fn create(
        name: &str,
        host: &Arc<dyn Host>,
        description: Description,
        log: Box<dyn Log>,
    ) -> Result<Self> {
        let loaded = Loaded { created: now(&**host), description, ..Loaded::default() };
        let living = LivingWorkspace::build(name, host, loaded, log)?;
        living.0.keeping.lock().await.write(living.0.workspace.tree(), living.described()).await?;
        Ok(living)
    }

    /// The workspace that the entries of `log` describe, with what `values` knows of its references.
    pub(crate) fn load(
        name: &str,
        host: &Arc<dyn Host>,
        values: Values,
        log: Box<dyn Log>,
        entries: &[Bytes],
    ) -> Result<Self> {
        let mut loaded = Loaded::read(entries)?;
        loaded.description.values = values;
        LivingWorkspace::build(name, host, loaded, log)
    }

    fn build(name: &str, host: &Arc<dyn Host>, loaded: Loaded, log: Box<dyn Log>) -> Result<Self> {
        let config = configuration(&loaded.description)?;
        let (secrets, lacking) = (config.secrets.clone(), lacking(&config));
        let workspace = Workspace::builder(host.clone()).config(config).build()?;
        let images = restore_memory(&workspace, loaded.memory);
        let mut kept = BTreeMap::new();
        let mut saved_sessions = BTreeMap::new();
        for (name, session) in loaded.sessions {
            saved_sessions.insert(name.clone(), text_of(&session));
            let mut known = Kept::new(session.created);
            match sessions::restore(&session.state, &secrets) {
                Ok((mut state, withheld)) => {
                    let ran = loaded.lines.iter().filter(|line| line.session == name && line.job.is_none());
                    state.history = sessions::recalled(session.recall.as_ref(), ran, &secrets);
                    known =
                        Kept { withheld, recall: session.recall, changes: state.history.changes(), ..known };
                    workspace.restore_session(&name, state);
                }
                Err(why) => known.unreadable = Some(why),
            }
            kept.insert(name, known);
        }
        let mut keeping = Keeping::new(log, images);
        keeping.sessions = saved_sessions;
        let state = Shared {
            description: loaded.description,
            secrets,
            lacking,
            sessions: kept,
            lines: loaded.lines,
            running: HashMap::new(),
            next_running: 0,
        };
        Ok(LivingWorkspace(Arc::new(Inner {
            name: name.to_owned(),
            created: loaded.created,
            workspace,
            state: Mutex::new(state),
            keeping: AsyncMutex::new(keeping),
        })))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The workspace itself. What is changed through it is kept with the next line.
    pub fn workspace(&self) -> &Workspace {
        &self.0.workspace
    }

    /// Runs `line` in the session called `session`, which is made if there is none; as
    /// [`Session::execute`](crate::Session::execute). When it answers, what the line left behind is kept; where that failed, the
    /// outcome says so. In a session that [can not be used](LivingWorkspace::check_session) it does not start.
    pub async fn execute(&self, session: &str, line: impl AsRef<[u8]>, options: ExecuteOptions) -> Outcome {
        if let Err(error) = self.check_session(session) {
            return not_started(&error);
        }
        let host = self.0.workspace.host().clone();
        let number = self.state().start(session, options.cancellation.clone(), now(&*host));
        let _running = Ending { living: self.clone(), number };
        let after = Keep {
            living: self.clone(),
            session: session.to_owned(),
            line: Bytes::copy_from_slice(line.as_ref()),
        };
        self.0.workspace.session(session).execute_then(line.as_ref(), options, Some(Box::new(after))).await
    }

    /// What it is like.
    pub fn info(&self) -> WorkspaceInfo {
        let state = self.state();
        let needs: BTreeSet<&String> = state.lacking.values().flatten().collect();
        WorkspaceInfo {
            name: self.0.name.clone(),
            state: if needs.is_empty() { Condition::Ready } else { Condition::NeedsCredentials },
            needs: needs.into_iter().cloned().collect(),
            created: self.0.created,
            mounts: self.mounts(),
            sessions: state.sessions.keys().cloned().collect(),
            running: state.running.len(),
        }
    }

    /// What it is made of, without what its references stand for.
    pub fn description(&self) -> Description {
        self.state().description.without_values()
    }

    /// The mounts, parts of the system aside.
    pub fn mounts(&self) -> Vec<MountInfo> {
        let mounts = self.0.workspace.mounts().into_iter();
        let own = mounts.filter(|mount| mount.descent == mirage_vfs::Descent::Enter);
        let info = |mount: mirage_vfs::tree::Mount| MountInfo {
            path: mount.path.to_string(),
            kind: mount.resource.info().kind.to_owned(),
            mode: mount.mode.name(),
        };
        own.map(info).collect()
    }

    /// The sessions, in the order of their names.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        let state = self.state();
        let info = |(name, kept): (&String, &Kept)| SessionInfo {
            name: name.clone(),
            created: kept.created,
            cwd: Text(self.0.workspace.session(name).directory().bytes()),
            running: state.running.values().any(|running| running.session == *name),
            unreadable: kept.unreadable.clone(),
        };
        state.sessions.iter().map(info).collect()
    }

    /// Whether lines can run in the session called `name`, which need not be there yet.
    pub fn check_session(&self, name: &str) -> Result<()> {
        check_name("session", name)?;
        match self.state().sessions.get(name).and_then(|kept| kept.unreadable.as_ref()) {
            Some(why) => {
                let message = format!("what was kept of session {name} can not be read: {why}");
                let hint = "what was kept of it stays; use another session";
                Err(Error::new(ErrorKind::Io, "session").message(message).hint(hint))
            }
            None => Ok(()),
        }
    }

    /// The last lines that ended, the oldest first; those of one session if it is named.
    pub fn history(&self, session: Option<&str>) -> Vec<Remembered> {
        let state = self.state();
        let lines = state.lines.iter().filter(|line| session.is_none_or(|session| line.session == session));
        lines.map(Remembered::shown).collect()
    }

    /// Learns what references stand for, and makes the mounts and variables that waited for it. Answers what is lacking
    /// still.
    pub async fn give(&self, values: Values) -> Result<Vec<String>> {
        let mut description = self.state().description.clone();
        description.values.extend(values);
        let config = configuration(&description)?;
        let waiting: Vec<String> = self.state().lacking.keys().cloned().collect();
        let still = lacking(&config);
        let secrets = config.secrets.clone();
        self.0.workspace.complete(config, &waiting)?;
        let withheld = {
            let mut state = self.state();
            (state.description, state.secrets, state.lacking) = (description, secrets.clone(), still);
            let sessions = state.sessions.iter_mut().filter(|(_, kept)| !kept.withheld.is_empty());
            let taken =
                |(name, kept): (&String, &mut Kept)| (name.clone(), std::mem::take(&mut kept.withheld));
            sessions.map(taken).collect::<Vec<_>>()
        };
        for (name, variables) in withheld {
            self.reveal(&name, variables, &secrets).await?;
        }
        Ok(self.info().needs)
    }

    /// Puts variables that waited for their secrets back into a session that has nothing in their place.
    async fn reveal(&self, session: &str, variables: Vec<SavedVariable>, secrets: &Secrets) -> Result<()> {
        let saved = mirage_shell::state::SavedState { variables, ..State::new().save() };
        let restored = sessions::restore(&saved, secrets);
        let (revealed, withheld) = restored.map_err(|error| super::entry::damaged(&error))?;
        self.0
            .workspace
            .session(session)
            .change(|state| {
                for (name, variable) in revealed.variables.sorted() {
                    if state.variables.get(name).is_none() {
                        state.variables.insert(name.clone(), variable.clone());
                    }
                }
            })
            .await;
        if let Some(kept) = self.state().sessions.get_mut(session) {
            kept.withheld = withheld;
        }
        Ok(())
    }

    /// Forgets a session; lines that it runs are asked to stop. `NotFound` when there is none.
    pub async fn end_session(&self, name: &str) -> Result<()> {
        {
            let mut state = self.state();
            if state.sessions.remove(name).is_none() {
                return Err(
                    Error::new(ErrorKind::NotFound, "session").message(format!("no such session: {name}"))
                );
            }
            state.running.values().filter(|running| running.session == name).for_each(Running::stop);
        }
        self.0.workspace.end_session(name);
        let mut keeping = self.0.keeping.lock().await;
        keeping.sessions.remove(name);
        let batch =
            Batch { entries: vec![Entry::SessionEnded { name: name.to_owned() }], ..Batch::default() };
        keeping.write(self.0.workspace.tree(), batch).await
    }

    /// Makes a session, which starts as every session does; `AlreadyExists` when there is one of that name.
    pub async fn create_session(&self, name: &str) -> Result<()> {
        check_name("session", name)?;
        let now = now(&**self.0.workspace.host());
        match self.state().sessions.entry(name.to_owned()) {
            Slot::Vacant(slot) => drop(slot.insert(Kept::new(now))),
            Slot::Occupied(_) => {
                let message = format!("there is a session called {name} already");
                return Err(Error::new(ErrorKind::AlreadyExists, "create").message(message));
            }
        }
        let state = self.0.workspace.session(name).peek();
        let mut keeping = self.0.keeping.lock().await;
        let mut batch = Batch::default();
        self.add_session(&mut keeping, &mut batch, name, &state);
        keeping.write(self.0.workspace.tree(), batch).await
    }

    /// Keeps what changed since the last line ended: what lines that still run have written.
    pub async fn save(&self) -> Result<()> {
        self.0.keeping.lock().await.write(self.0.workspace.tree(), Batch::default()).await
    }

    /// Asks every line to stop.
    pub fn stop(&self) {
        self.state().running.values().for_each(Running::stop);
    }

    /// How many lines run.
    pub fn running(&self) -> usize {
        self.state().running.len()
    }

    fn state(&self) -> MutexGuard<'_, Shared> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entry that says what the workspace is made of.
    fn described(&self) -> Batch {
        let description = self.description();
        let entry = Entry::Workspace { format: FORMAT, created: self.0.created, description };
        Batch { entries: vec![entry], ..Batch::default() }
    }

    /// Adds a session's state to what is written, if the log has it otherwise.
    fn add_session(&self, keeping: &mut Keeping, batch: &mut Batch, name: &str, state: &State) {
        let shared = self.state();
        // It was ended while its last line ran.
        let Some(kept) = shared.sessions.get(name) else { return };
        let session = SavedSession {
            name: name.to_owned(),
            created: kept.created,
            state: sessions::save(state, &shared.secrets, &kept.withheld),
            recall: kept.recall.clone(),
        };
        let text = text_of(&session);
        if keeping.sessions.get(name) != Some(&text) {
            batch.add(Entry::Session(session));
            keeping.sessions.insert(name.to_owned(), text);
        }
    }

    /// Notes what a session recalls after a line that changed it, as `history -c` does.
    fn note_recall(&self, session: &str, history: &History, line: u64) {
        let mut shared = self.state();
        let secrets = shared.secrets.clone();
        let Some(kept) = shared.sessions.get_mut(session) else { return };
        // The line itself was added.
        if history.changes() != kept.changes + 1 {
            kept.recall = Some(sessions::recall(history, line, &secrets));
        }
        kept.changes = history.changes();
    }

    /// Keeps what a line did.
    async fn keep(&self, session: &str, line: Remembered, state: &State) -> Result<()> {
        let mut keeping = self.0.keeping.lock().await;
        let mut batch = Batch::default();
        let before = keeping.sessions.get(session).cloned();
        let line = self.state().lines.add(line);
        self.note_recall(session, &state.history, line.id);
        self.add_session(&mut keeping, &mut batch, session, state);
        batch.add(Entry::Line(line));
        let written = keeping.write(self.0.workspace.tree(), batch).await;
        if written.is_err() {
            match before {
                Some(before) => drop(keeping.sessions.insert(session.to_owned(), before)),
                None => drop(keeping.sessions.remove(session)),
            }
        }
        written?;
        if keeping.is_large() {
            let others = self.all_but_memory(&keeping)?;
            keeping.compact(others).await?;
        }
        Ok(())
    }

    /// What the log holds beside memory.
    fn all_but_memory(&self, keeping: &Keeping) -> Result<Batch> {
        let mut batch = self.described();
        let state = self.state();
        for text in keeping.sessions.values() {
            let saved =
                serde_json::from_str(text).map_err(|error| super::entry::damaged(&error.to_string()))?;
            batch.add(Entry::Session(saved));
        }
        state.lines.iter().for_each(|line| batch.add(Entry::Line(line.clone())));
        Ok(batch)
    }
}

impl Shared {
    fn start(&mut self, session: &str, cancellation: Cancellation, now: f64) -> u64 {
        self.sessions.entry(session.to_owned()).or_insert_with(|| Kept::new(now));
        self.next_running += 1;
        self.running.insert(self.next_running, Running { session: session.to_owned(), cancellation });
        self.next_running
    }
}

impl Kept {
    fn new(created: f64) -> Self {
        Kept { created, withheld: Vec::new(), recall: None, changes: 0, unreadable: None }
    }
}

impl Running {
    fn stop(&self) {
        self.cancellation.cancel(Signal::Terminate);
    }
}

/// Ends a line's time among those that run.
struct Ending {
    living: LivingWorkspace,
    number: u64,
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.living.state().running.remove(&self.number);
    }
}

/// Keeps what a line left behind before its outcome is told.
struct Keep {
    living: LivingWorkspace,
    session: String,
    line: Bytes,
}

impl AfterLine for Keep {
    fn after<'a>(self: Box<Self>, outcome: &'a mut Outcome, cwd: Path, state: State) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Keep { living, session, line } = *self;
            let secrets = living.state().secrets.clone();
            let started = now(&**living.0.workspace.host()) - outcome.duration.as_secs_f64();
            let line =
                Remembered::new(&session, secrets.hide(&line), secrets.hide(&cwd.bytes()), started, outcome);
            if let Err(error) = living.keep(&session, line, &state).await {
                outcome.not_kept(&error);
            }
        })
    }
}

/// The outcome of a line that can not run.
fn not_started(error: &Error) -> Outcome {
    let message = error.to_string();
    Outcome {
        exit_code: 2,
        stderr: format!("mirage: {message}\n").into(),
        hints: error.hint_text().map(str::to_owned).into_iter().collect(),
        refusal: Some(Refusal { kind: RefusalKind::Start, message }),
        ..Outcome::default()
    }
}

fn configuration(description: &Description) -> Result<Config> {
    description
        .config()
        .map_err(|error| Error::new(ErrorKind::InvalidArgument, "create").message(error.to_string()))
}

/// What is lacking, by mount or variable.
fn lacking(config: &Config) -> BTreeMap<String, Vec<String>> {
    let mounts = config.lacking.iter().map(|(path, names)| (path.to_string(), names.clone()));
    let variables = config.lacking_env.iter().map(|(name, names)| (name.clone(), names.clone()));
    mounts.chain(variables).collect()
}

/// Puts saved memory where it was; answers the images that the log has.
fn restore_memory(workspace: &Workspace, mut saved: BTreeMap<Path, RamImage>) -> BTreeMap<Path, RamImage> {
    let mut images = BTreeMap::new();
    for (path, ram) in memory(workspace.tree()) {
        if let Some(image) = saved.remove(&path) {
            ram.restore(image);
            images.insert(path, ram.image());
        }
    }
    images
}

fn text_of(saved: &SavedSession) -> String {
    // Texts and numbers: nothing that JSON can not hold.
    serde_json::to_string(saved).unwrap_or_default()
}
