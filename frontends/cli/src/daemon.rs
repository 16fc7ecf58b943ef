//! `mirage daemon`.

use mirage_server::client::Client;
use mirage_server::home::Home;
use mirage_server::service;
use serde_json::Value;

use crate::arguments::{Daemon, DaemonVerb};
use crate::failure::Failure;
use crate::machine::reason;
use crate::streams;

/// Does what is asked and answers the status.
pub fn daemon(arguments: &Daemon) -> Result<u8, Failure> {
    match &arguments.verb {
        DaemonVerb::Serve => serve(),
        DaemonVerb::Status(wanted) => match Client::new()?.status()? {
            Some(status) if wanted.json => {
                streams::print(format!("{status}\n").as_bytes());
                Ok(0)
            }
            Some(status) => {
                streams::print(shown(&status).as_bytes());
                Ok(0)
            }
            None => Err(Failure::new(1, "no daemon is running")),
        },
        DaemonVerb::Stop => {
            Client::new()?.stop()?;
            Ok(0)
        }
        DaemonVerb::Restart => {
            let client = Client::new()?;
            client.stop()?;
            client.start()?;
            Ok(0)
        }
        DaemonVerb::Logs => {
            let path = Client::new()?.home().log();
            match std::fs::read(&path) {
                Ok(text) => streams::print(&text),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Failure::new(1, format_args!("{}: {}", path.display(), reason(&error))));
                }
            }
            Ok(0)
        }
    }
}

fn serve() -> Result<u8, Failure> {
    // In a session of its own, so that a terminal's Ctrl-C and its end do not reach it; it has one where it leads it already.
    let _ = rustix::process::setsid();
    let home = Home::find().map_err(|error| Failure::new(1, error))?;
    service::serve(home).map_err(|error| Failure::new(1, error))?;
    Ok(0)
}

fn shown(status: &Value) -> String {
    format!(
        "running: process {}, version {}, {} workspaces, {:.0} s\nlistens on {}\n",
        status["pid"],
        status["version"].as_str().unwrap_or_default(),
        status["workspaces"],
        status["uptime_seconds"].as_f64().unwrap_or_default(),
        status["socket"].as_str().unwrap_or_default(),
    )
}
