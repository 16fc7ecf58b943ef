//! Scripts, as the parser and as `bash -n` accept or refuse them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mirage_syntax::{Parser, ParserOptions};

use crate::Result;

/// Where a system keeps its scripts.
const SYSTEM: [&str; 5] = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/etc"];

/// How scripts were read.
pub struct Read {
    /// What they are, for the report.
    pub what: &'static str,
    pub count: usize,
    /// Those that only one of the two accepts.
    pub wrong: Vec<String>,
}

/// The scripts of bash's own tests.
pub fn scripts_of(tests: &Path) -> Result<Read> {
    let mut files = Vec::new();
    collect(tests, &|path| path.extension().is_some_and(|end| end == "tests" || end == "sub"), &mut files);
    compare("bash's own tests (`*.tests`, `*.sub`)", files)
}

/// The shell scripts of this system, completion scripts among them.
pub fn scripts_of_system() -> Result<Read> {
    let mut files = Vec::new();
    for top in SYSTEM {
        collect(Path::new(top), &is_script, &mut files);
    }
    compare("shell scripts and completions of a Debian system", files)
}

fn collect(top: &Path, wanted: &dyn Fn(&Path) -> bool, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(top).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&path, wanted, files),
            Ok(kind) if kind.is_file() && wanted(&path) => files.push(path),
            _ => {}
        }
    }
}

fn is_script(path: &Path) -> bool {
    if path.components().any(|part| part.as_os_str() == "completions") {
        return true;
    }
    let Ok(text) = fs::read(path) else { return false };
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
    let Some(command) = line.strip_prefix("#!") else { return false };
    let mut words = command.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    match words.next() {
        Some("env") => matches!(words.next(), Some("sh" | "bash")),
        name => matches!(name, Some("sh" | "bash" | "dash")),
    }
}

fn compare(what: &'static str, mut files: Vec<PathBuf>) -> Result<Read> {
    files.sort();
    let mut read = Read { what, count: 0, wrong: Vec::new() };
    for path in files {
        let Ok(text) = fs::read(&path) else { continue };
        // bash takes such a file for a program, not for a script.
        if text.contains(&0) {
            continue;
        }
        read.count += 1;
        // What needs extended patterns says so only when it runs.
        for extglob in [false, true] {
            let accepted = bash_accepts(&path, extglob)?;
            if we_accept(&text, extglob) != accepted {
                read.wrong.push(path.display().to_string());
                break;
            }
            if accepted {
                break;
            }
        }
    }
    Ok(read)
}

fn bash_accepts(path: &Path, extglob: bool) -> Result<bool> {
    let mut command = Command::new("/bin/bash");
    command.env_clear().env("LANG", "C.UTF-8").stdin(Stdio::null());
    if extglob {
        command.args(["-O", "extglob"]);
    }
    Ok(command.arg("-n").arg(path).output()?.status.success())
}

fn we_accept(text: &[u8], extglob: bool) -> bool {
    let options = ParserOptions { extglob, ..ParserOptions::default() };
    let mut parser = Parser::new(text.to_vec().into(), options);
    loop {
        match parser.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}
