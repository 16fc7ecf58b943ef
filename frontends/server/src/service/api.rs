//! What is below `/v1`.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use mirage::config::Values;
use mirage::living::LivingWorkspace;
use mirage::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answer::{Answer, failed, json, wrong};
use super::{Daemon, line};
use crate::VERSION;
use crate::messages::{Create, Execute, Status};

/// The largest request.
const LARGEST: usize = 64 << 20;

/// Answers a request.
pub(super) async fn answer(daemon: Arc<Daemon>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    // Whoever only looks does not keep it from ending.
    let _working = (request.uri().path() != "/v1/status").then(|| daemon.activity.work());
    let answered = route(&daemon, request).await;
    Ok(answered.unwrap_or_else(|error| failed(&error)))
}

async fn route(daemon: &Arc<Daemon>, request: Request<Incoming>) -> Result<Answer> {
    let path = request.uri().path().to_owned();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let method = request.method().clone();
    match (method, &parts[..]) {
        (Method::GET, ["v1", "status"]) => Ok(json(StatusCode::OK, &daemon.status())),
        (Method::POST, ["v1", "stop"]) => {
            daemon.stop.notify_one();
            Ok(json(StatusCode::OK, &daemon.status()))
        }
        (Method::GET, ["v1", "workspaces"]) => daemon.list().await,
        (Method::POST, ["v1", "workspaces"]) => daemon.create(read(request).await?).await,
        (method, ["v1", "workspaces", name, rest @ ..]) => {
            if method == Method::DELETE && rest.is_empty() {
                return daemon.delete(name).await;
            }
            let workspace = daemon.workspaces.get(name).await?;
            in_workspace(daemon, workspace, method, rest, request).await
        }
        _ => Err(unknown(&path)),
    }
}

async fn in_workspace(
    daemon: &Arc<Daemon>,
    workspace: LivingWorkspace,
    method: Method,
    rest: &[&str],
    request: Request<Incoming>,
) -> Result<Answer> {
    match (method, rest) {
        (Method::GET, []) => {
            let description = workspace.description();
            let mut info = serde_json::to_value(workspace.info()).unwrap_or_default();
            if let Value::Object(fields) = &mut info {
                fields.insert("config".into(), Value::Object(description.document.clone()));
                fields.insert("description".into(), serde_json::to_value(description).unwrap_or_default());
            }
            Ok(json(StatusCode::OK, &info))
        }
        (Method::POST, ["credentials"]) => {
            let values: Values = read(request).await?;
            let needs = workspace.give(values).await?;
            Ok(json(StatusCode::OK, &json!({"needs": needs})))
        }
        (Method::POST, ["execute"]) if line::is_stream(&request) => {
            line::stream(daemon, workspace, request).await
        }
        (Method::POST, ["execute"]) => {
            let wanted: Execute = read(request).await?;
            Ok(json(StatusCode::OK, &line::collect(&workspace, wanted).await?))
        }
        _ => Err(unknown(request.uri().path())),
    }
}

impl Daemon {
    fn status(&self) -> Status {
        Status {
            pid: std::process::id(),
            version: VERSION.to_owned(),
            socket: self.home.socket().display().to_string(),
            url: None,
            token_file: None,
            workspaces: self.workspaces.names().len(),
            uptime_seconds: self.activity.uptime().as_secs_f64(),
        }
    }

    async fn list(&self) -> Result<Answer> {
        let mut all = Vec::new();
        for name in self.workspaces.names() {
            match self.workspaces.get(&name).await {
                Ok(workspace) => all.push(serde_json::to_value(workspace.info()).unwrap_or_default()),
                // Deleted meanwhile.
                Err(error) if error.is(ErrorKind::NotFound) => {}
                Err(error) => {
                    all.push(json!({"name": name, "state": "damaged", "reason": error.to_string()}))
                }
            }
        }
        Ok(json(StatusCode::OK, &json!({"workspaces": all})))
    }

    async fn create(&self, wanted: Create) -> Result<Answer> {
        let workspace = self.workspaces.create(&wanted.name, wanted.description).await?;
        self.activity.has_workspaces(true);
        self.log.event("created", &[("workspace", &wanted.name)]);
        Ok(json(StatusCode::CREATED, &workspace.info()))
    }

    async fn delete(&self, name: &str) -> Result<Answer> {
        self.workspaces.delete(name).await?;
        self.activity.has_workspaces(!self.workspaces.names().is_empty());
        self.log.event("deleted", &[("workspace", name)]);
        Ok(json(StatusCode::OK, &json!({"name": name})))
    }
}

/// The request's body, from JSON.
pub(super) async fn read<T: DeserializeOwned>(request: Request<Incoming>) -> Result<T> {
    let body = Limited::new(request.into_body(), LARGEST).collect().await;
    let body: Bytes =
        body.map_err(|error| wrong(format!("the request can not be read: {error}")))?.to_bytes();
    serde_json::from_slice(&body).map_err(|error| wrong(format!("the request is not as expected: {error}")))
}

fn unknown(path: &str) -> Error {
    Error::new(ErrorKind::NotFound, "request").message(format!("nothing is at {path}"))
}
