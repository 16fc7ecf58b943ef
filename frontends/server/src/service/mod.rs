//! The daemon.

mod answer;
mod api;
mod idle;
mod line;
mod log;

use std::fs::File;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_util::future::{Either, select};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use mirage::living::Workspaces;
use mirage_native::NativeHost;
use mirage_store::DirectoryStore;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use tokio::net::UnixListener;
use tokio::runtime;
use tokio::sync::Notify;

use crate::home::{Home, reason};
use idle::Activity;
use log::Log;

/// How long lines have to end when the daemon is asked to.
const GRACE: Duration = Duration::from_secs(2);

/// How often what running lines have written is kept.
const SAVE_EVERY: Duration = Duration::from_secs(2);

/// What every request sees.
pub(crate) struct Daemon {
    home: Home,
    workspaces: Workspaces,
    activity: Activity,
    log: Log,
    stop: Notify,
}

/// Serves the workspaces of `home` until it is asked to stop or has been idle for long enough. An error is one message.
pub fn serve(home: Home) -> Result<(), String> {
    home.make()?;
    let _locked = lock(&home)?;
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("the daemon can not be started: {}", reason(&error)))?;
    runtime.block_on(run(home))
}

/// Keeps others from serving the same directory for as long as the answer lives.
fn lock(home: &Home) -> Result<File, String> {
    let path = home.lock();
    let failed = |error: &io::Error| format!("{}: {}", path.display(), reason(error));
    let file = File::options().create(true).truncate(false).write(true).read(true).open(&path);
    let file = file.map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(format!("another daemon serves {} already", home.state.display()))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(failed(&error)),
    }
}

async fn run(home: Home) -> Result<(), String> {
    let told = |what: &dyn std::fmt::Display, error: &dyn std::fmt::Debug| format!("{what}: {error:?}");
    let store = DirectoryStore::open(&home.store(), None);
    let store = store.map_err(|error| told(&home.store().display(), &error))?;
    let host = Arc::new(NativeHost::new().with_store(Arc::new(store)));
    let workspaces = Workspaces::open(host).await.map_err(|error| told(&home.store().display(), &error))?;
    let listener = listen(&home)?;
    let log = Log::new();
    log.event("started", &[("version", crate::VERSION), ("state", &home.state.display().to_string())]);
    let activity = Activity::new(!workspaces.names().is_empty());
    let daemon = Arc::new(Daemon { home, workspaces, activity, log, stop: Notify::new() });
    watch_signals(&daemon).map_err(|error| format!("signals can not be watched: {}", reason(&error)))?;
    tokio::spawn(save_now_and_then(daemon.clone()));
    let why = {
        let (asked, idle) = (pin!(daemon.stop.notified()), pin!(daemon.activity.idle()));
        match select(select(asked, idle), pin!(accept(&daemon, &listener))).await {
            Either::Left((Either::Left(_), _)) => "asked to",
            _ => "idle",
        }
    };
    // From here on a client finds no socket and starts the next daemon, which waits for the lock.
    let _ = std::fs::remove_file(daemon.home.socket());
    daemon.end().await;
    daemon.log.event("stopped", &[("reason", why)]);
    Ok(())
}

/// A socket that only its user can reach, in place of one that a killed daemon left.
fn listen(home: &Home) -> Result<UnixListener, String> {
    let path = home.socket();
    let _ = std::fs::remove_file(&path);
    let bound = UnixListener::bind(&path).and_then(|listener| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        Ok(listener)
    });
    bound.map_err(|error| format!("{}: {}", path.display(), reason(&error)))
}

async fn accept(daemon: &Arc<Daemon>, listener: &UnixListener) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of descriptors, most likely: those in use are given back.
                daemon.log.event("accept failed", &[("reason", &reason(&error))]);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let daemon = daemon.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| api::answer(daemon.clone(), request));
            let served =
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
            // A client that goes away in the middle is no news.
            drop(served);
        });
    }
}

/// SIGTERM and SIGINT end the daemon as a request to stop does.
fn watch_signals(daemon: &Arc<Daemon>) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    let daemon = daemon.clone();
    let watcher = move || signals.forever().for_each(|_| daemon.stop.notify_one());
    thread::Builder::new().name("mirage-signals".into()).stack_size(64 * 1024).spawn(watcher)?;
    Ok(())
}

/// Keeps what lines write that run for long.
async fn save_now_and_then(daemon: Arc<Daemon>) {
    loop {
        tokio::time::sleep(SAVE_EVERY).await;
        for workspace in daemon.workspaces.loaded() {
            if workspace.running() > 0
                && let Err(error) = workspace.save().await
            {
                let reason = error.to_string();
                daemon.log.event("not kept", &[("workspace", workspace.name()), ("reason", &reason)]);
            }
        }
    }
}

impl Daemon {
    /// Asks every line to end, and waits a while until all have.
    async fn end(&self) {
        let loaded = self.workspaces.loaded();
        loaded.iter().for_each(mirage::living::LivingWorkspace::stop);
        let ended = async {
            while loaded.iter().any(|workspace| workspace.running() > 0) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let _ = tokio::time::timeout(GRACE, ended).await;
    }
}
