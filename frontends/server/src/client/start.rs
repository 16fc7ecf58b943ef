//! Starting the daemon when a command needs it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{Client, ClientError, Result};
use crate::home::{reason, variable};

/// How long a daemon may take to answer for the first time, or to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first pause between two looks; each is longer than the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(1);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// A log that is larger when a daemon starts begins anew.
const LARGEST_LOG: u64 = 4 << 20;

/// What the daemon sees of the environment: what it needs for itself, and no secret of a workspace.
const PASSED: [&str; 14] = [
    "MIRAGE_HOME",
    "MIRAGE_IDLE_SECONDS",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "HOME",
    "PATH",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "https_proxy",
    "no_proxy",
];

impl Client {
    /// A connection to the daemon, which is started if none runs.
    pub(super) fn connect(&self) -> Result<UnixStream> {
        if let Ok(stream) = UnixStream::connect(self.home.socket()) {
            return Ok(stream);
        }
        self.home.make().map_err(ClientError::new)?;
        let _starting = self.lock_start()?;
        // Another client may have been faster.
        if let Ok(stream) = UnixStream::connect(self.home.socket()) {
            return Ok(stream);
        }
        let mut child = self.spawn()?;
        let mut pause = Pause::default();
        loop {
            if let Ok(stream) = UnixStream::connect(self.home.socket()) {
                return Ok(stream);
            }
            if let Ok(Some(_)) = child.try_wait() {
                // One that is about to end may still have held the lock.
                match self.last_words() {
                    words if words.contains("another daemon serves") && pause.goes_on() => {
                        child = self.spawn()?
                    }
                    words => return Err(not_started(&words)),
                }
            }
            if !pause.goes_on() {
                return Err(not_started("it does not answer"));
            }
        }
    }

    /// Waits until the socket of a daemon that was asked to stop is gone and its lock is free.
    pub(super) fn wait_until_gone(&self) {
        let mut pause = Pause::default();
        let is_free = || match File::open(self.home.lock()) {
            Ok(file) => file.try_lock_shared().is_ok(),
            Err(_) => true,
        };
        while (self.home.socket().exists() || !is_free()) && pause.goes_on() {}
    }

    fn lock_start(&self) -> Result<File> {
        let path = self.home.start_lock();
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let locked = opened.and_then(|file| file.lock().map(|()| file));
        locked.map_err(|error| ClientError::new(format!("{}: {}", path.display(), reason(&error))))
    }

    #[expect(clippy::disallowed_types, reason = "the daemon is this program, started anew")]
    fn spawn(&self) -> Result<Child> {
        let failed = |error: std::io::Error| not_started(&reason(&error));
        let program = std::env::current_exe().map_err(failed)?;
        let log = self.log().map_err(failed)?;
        let mut command = std::process::Command::new(program);
        command.args(["daemon", "serve"]).current_dir("/").env_clear();
        for name in PASSED {
            command.envs(variable(name).map(|value| (name, value)));
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.spawn().map_err(failed)
    }

    fn log(&self) -> std::io::Result<File> {
        use std::os::unix::fs::OpenOptionsExt;
        let log = File::options().create(true).append(true).mode(0o600).open(self.home.log())?;
        if log.metadata()?.len() > LARGEST_LOG {
            log.set_len(0)?;
        }
        Ok(log)
    }

    /// The last line of the log.
    fn last_words(&self) -> String {
        let read = || {
            let mut log = File::open(self.home.log())?;
            let size = log.metadata()?.len();
            log.seek(SeekFrom::Start(size.saturating_sub(4096)))?;
            let mut text = Vec::new();
            log.read_to_end(&mut text)?;
            Ok::<_, std::io::Error>(String::from_utf8_lossy(&text).into_owned())
        };
        let text = read().unwrap_or_default();
        text.lines().next_back().unwrap_or_default().trim_start_matches("mirage: ").to_owned()
    }
}

fn not_started(why: &str) -> ClientError {
    ClientError::new(format!("the daemon can not be started: {why}")).hint("see: mirage daemon logs")
}

/// Pauses that get longer, until patience ends.
struct Pause {
    next: Duration,
    waited: Duration,
}

impl Default for Pause {
    fn default() -> Self {
        Pause { next: FIRST_PAUSE, waited: Duration::ZERO }
    }
}

impl Pause {
    #[expect(clippy::disallowed_methods, reason = "a client waits for its daemon")]
    fn goes_on(&mut self) -> bool {
        if self.waited >= PATIENCE {
            return false;
        }
        sleep(self.next);
        self.waited += self.next;
        self.next = (self.next * 3 / 2).min(LONGEST_PAUSE);
        true
    }
}
