//! `mirage workspace`.

use std::path::Path;

use mirage::config::{Description, Values};
use mirage_server::client::Client;
use mirage_server::messages;
use serde_json::Value;

use crate::arguments::{Workspace, WorkspaceVerb};
use crate::failure::Failure;
use crate::machine::{Machine, current_directory};
use crate::run;
use crate::streams;
use crate::table::Table;

/// Does what is asked and answers the status.
pub fn workspace(arguments: Workspace) -> Result<u8, Failure> {
    let client = Client::new()?;
    match arguments.verb {
        WorkspaceVerb::Create(wanted) => {
            let description = description(wanted.config.as_deref(), &wanted.mounts)?;
            let create = messages::Create { name: wanted.name, description };
            let made: Value = client.post("/v1/workspaces", &create)?;
            tell(wanted.json, &made, |_| Vec::new());
        }
        WorkspaceVerb::List(wanted) => {
            let all: Value = client.get("/v1/workspaces")?;
            tell(wanted.json, &all, listed);
        }
        WorkspaceVerb::Get(wanted) => {
            let found: Value = client.get(&path(&wanted.name, ""))?;
            tell(wanted.json, &found, shown);
        }
        WorkspaceVerb::Delete(wanted) => {
            let deleted: Value = client.delete(&path(&wanted.name, ""))?;
            tell(wanted.json, &deleted, |_| Vec::new());
        }
        WorkspaceVerb::Credentials(wanted) => {
            let values = credentials(&client, &wanted.name, wanted.config.as_deref())?;
            let given: Value = client.post(&path(&wanted.name, "/credentials"), &values)?;
            tell(wanted.json, &given, |given| needs(given).into_bytes());
            let complete = given["needs"].as_array().is_some_and(Vec::is_empty);
            return Ok(if complete { 0 } else { 1 });
        }
    }
    Ok(0)
}

/// Where a workspace is in the daemon's API.
pub fn path(name: &str, rest: &str) -> String {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-~".contains(&byte);
    let name: String = name
        .bytes()
        .map(|byte| if is_safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("/v1/workspaces/{name}{rest}")
}

/// Prints an answer: in JSON, or as people read it.
pub fn tell(json: bool, answer: &Value, shown: impl FnOnce(&Value) -> Vec<u8>) {
    match json {
        true => streams::print(format!("{answer}\n").as_bytes()),
        false => streams::print(&shown(answer)),
    }
}

/// What `-f` and `-m` say, with what they refer to.
fn description(config: Option<&Path>, mounts: &[String]) -> Result<Description, Failure> {
    let here = current_directory()?;
    let mut description = match config {
        Some(config) => {
            let (text, directory) = run::read_configuration(&here, config)?;
            let read = Description::read(&text, &directory, &Machine);
            read.map_err(|error| Failure::config(config.display(), error.problems()))?
        }
        None => Description { directory: here.clone(), ..Description::default() },
    };
    for mount in mounts {
        let mounted = description.mount(mount, &here, &Machine);
        mounted.map_err(|error| Failure::config("-m", error.problems()))?;
    }
    Ok(description)
}

/// What this machine knows of what a workspace's configuration refers to.
fn credentials(client: &Client, name: &str, config: Option<&Path>) -> Result<Values, Failure> {
    let found: Value = client.get(&path(name, ""))?;
    let kept: Description = serde_json::from_value(found["description"].clone())
        .map_err(|error| Failure::new(1, format_args!("the daemon's answer is unclear: {error}")))?;
    let mut values = kept.find_values(&Machine);
    if let Some(config) = config {
        values.extend(description(Some(config), &[])?.values);
    }
    Ok(values)
}

fn listed(answer: &Value) -> Vec<u8> {
    let mut table = Table::new(["NAME", "STATE", "MOUNTS", "SESSIONS"]);
    for workspace in answer["workspaces"].as_array().into_iter().flatten() {
        let mounts = workspace["mounts"].as_array().into_iter().flatten();
        let mounts: Vec<&str> = mounts.filter_map(|mount| mount["path"].as_str()).collect();
        let sessions = workspace["sessions"].as_array().map_or(0, Vec::len);
        table.row([
            text(workspace, "name"),
            text(workspace, "state"),
            mounts.join(" "),
            sessions.to_string(),
        ]);
    }
    table.text()
}

fn shown(workspace: &Value) -> Vec<u8> {
    let mut shown = format!("{}: {}\n", text(workspace, "name"), text(workspace, "state"));
    shown += &needs(workspace);
    let mut table = Table::new(["MOUNT", "TYPE", "MODE"]);
    for mount in workspace["mounts"].as_array().into_iter().flatten() {
        table.row([text(mount, "path"), text(mount, "type"), text(mount, "mode")]);
    }
    let mut shown = shown.into_bytes();
    shown.extend(table.text());
    shown
}

/// What is missing, and how to give it.
fn needs(answer: &Value) -> String {
    let needs = answer["needs"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let needs: Vec<&str> = needs.collect();
    match needs.is_empty() {
        true => String::new(),
        false => format!("needs: {}\n", needs.join(", ")),
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}
