//! Every recorded case, replayed in memory and on disk: `cargo nextest run -p mirage 'ram cat:'`.
#![allow(clippy::disallowed_methods, reason = "makes and reads the files of cases on the disk")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path as HostPath, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use mirage::resources::disk::Disk;
use mirage::{ExecuteOptions, Host, Input, Mode, Outcome, Ram, RamOptions, Workspace};
use mirage_native::NativeHost;
use mirage_testkit::cases::{Answer, Case, Content, Driver, Files, replay};
use mirage_testkit::oracle::{START_TIME, make_files, read_files};
use mirage_vfs::tree::{Follow, View};
use mirage_vfs::{Attributes, Call, Cancellation, Kind, OpenOptions, Owner, Path, Time, Want};

/// The working directory of every case.
const DIRECTORY: &str = "/tmp/case";

/// Far longer than any case takes: a hang is then a difference of status, not of the whole run.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> ExitCode {
    let root = HostPath::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = fs::canonicalize(root).unwrap_or_else(|_| PathBuf::from("."));
    replay(&root, vec![Arc::new(InMemory), Arc::new(OnDisk)]).exit_code()
}

struct InMemory;

impl Driver for InMemory {
    fn name(&self) -> &str {
        "ram"
    }

    fn run(&self, case: &Case) -> Result<Answer, String> {
        let host = Arc::new(NativeHost::new());
        let uid = host.facts().uid;
        let owner = Owner { user: uid, group: uid };
        let ram = Ram::new(RamOptions { limit: None, owner, created: host.now() });
        host.block_on(async {
            let workspace = workspace(Workspace::builder(host.clone()).mount(DIRECTORY, ram, Mode::Exec))?;
            let call = Call::new(host.clone(), Cancellation::default());
            let view = View::new(workspace.tree().clone(), call, Path::from(DIRECTORY), 0o022);
            fill(&view, &case.files).await.map_err(|error| format!("{error:?}"))?;
            let outcome = workspace.execute(&case.script, options(case)).await;
            let mut left = Files::new();
            collect(&view, String::new(), &mut left).await.map_err(|error| format!("{error:?}"))?;
            Ok(answer(outcome, case, &left))
        })
    }
}

struct OnDisk;

impl Driver for OnDisk {
    fn name(&self) -> &str {
        "disk"
    }

    fn run(&self, case: &Case) -> Result<Answer, String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        fs::set_permissions(scratch.path(), Permissions::from_mode(0o755))
            .map_err(|error| error.to_string())?;
        make_files(scratch.path(), &case.files).map_err(|error| error.to_string())?;
        let disk = Disk::open(scratch.path()).map_err(|error| error.to_string())?;
        let host = Arc::new(NativeHost::new());
        let outcome = host.block_on(async {
            let workspace = workspace(Workspace::builder(host.clone()).mount(DIRECTORY, disk, Mode::Exec))?;
            Ok::<_, String>(workspace.execute(&case.script, options(case)).await)
        })?;
        let left = read_files(scratch.path()).map_err(|error| error.to_string())?;
        Ok(answer(outcome, case, &left))
    }
}

fn workspace(builder: mirage::Builder) -> Result<Workspace, String> {
    builder.build().map_err(|error| format!("{error:?}"))
}

fn options(case: &Case) -> ExecuteOptions {
    ExecuteOptions {
        cwd: Some(DIRECTORY.into()),
        stdin: Input::Bytes(case.stdin.clone().into()),
        timeout: Some(PATIENCE),
        ..ExecuteOptions::default()
    }
}

fn answer(outcome: Outcome, case: &Case, left: &Files) -> Answer {
    Answer {
        status: outcome.exit_code,
        stdout: outcome.stdout.into(),
        stderr: outcome.stderr.into(),
        left: Answer::changes(&case.files, left),
    }
}

/// Makes a case's files, all with the same modification time.
async fn fill(view: &View, files: &Files) -> mirage::Result<()> {
    for (path, content) in files {
        let parents: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        for end in parents {
            make_directory(view, &path[..end]).await?;
        }
        match content {
            Content::Directory => make_directory(view, path).await?,
            Content::Link(target) => view.symlink(target.as_bytes(), path.as_bytes()).await?,
            Content::File(bytes) => {
                let file = view.open(path.as_bytes(), &OpenOptions::truncating()).await?;
                if !bytes.is_empty() {
                    file.write_at(view.call(), 0, bytes.clone().into()).await?;
                }
                file.close(view.call()).await?;
            }
        }
    }
    // From the leaves up, so that making an entry does not renew its directory's time again.
    let time = Some(Time::new(START_TIME as i64, 0));
    let attributes = Attributes { modified: time, accessed: time, ..Attributes::default() };
    let mut all = Files::new();
    collect(view, String::new(), &mut all).await?;
    for path in all.keys().rev() {
        view.set_attributes(path.as_bytes(), &attributes, Follow::No).await?;
    }
    Ok(())
}

async fn make_directory(view: &View, path: &str) -> mirage::Result<()> {
    match view.create_dir(path.as_bytes(), 0o777).await {
        Err(error) if error.is(mirage::ErrorKind::AlreadyExists) => Ok(()),
        made => made,
    }
}

/// Everything below `directory`, which is empty or ends with a slash.
async fn collect(view: &View, directory: String, files: &mut Files) -> mirage::Result<()> {
    let listed = if directory.is_empty() { "." } else { &directory[..] };
    for entry in view.list(listed.as_bytes(), Want::Metadata).await?.collect().await? {
        let path = format!("{directory}{}", String::from_utf8_lossy(&entry.name));
        let content = match entry.kind {
            Kind::Directory => {
                Box::pin(collect(view, format!("{path}/"), files)).await?;
                Content::Directory
            }
            Kind::Symlink => {
                Content::Link(String::from_utf8_lossy(&view.read_link(path.as_bytes()).await?).into_owned())
            }
            Kind::File => Content::File(read(view, &path).await?),
            Kind::Special(_) => continue,
        };
        files.insert(path, content);
    }
    Ok(())
}

async fn read(view: &View, path: &str) -> mirage::Result<Vec<u8>> {
    let file = view.open(path.as_bytes(), &OpenOptions::reading()).await?;
    let mut content = Vec::new();
    loop {
        let chunk = file.read_at(view.call(), content.len() as u64, 1 << 20).await?;
        if chunk.is_empty() {
            return Ok(content);
        }
        content.extend_from_slice(&chunk);
    }
}
