//! Scripts that others wrote are accepted and refused as `bash -n` does, and told so in its words.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "asks the bash of this machine about the scripts of this machine"
)]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mirage_syntax::ast::Warning;
use mirage_syntax::{Parser, ParserOptions, print_list};

/// Where a system keeps its scripts.
const SYSTEM: [&str; 5] = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/share", "/etc"];

/// Names a directory with scripts, such as bash's own tests (`tests/` of its source), which are not ours to keep.
const CORPUS: &str = "MIRAGE_CORPUS";

/// Files whose messages differ, and why.
const OTHER_WORDS: &[(&str, &str)] =
    &[("array.tests", "bash goes on behind an error in an array literal, and finds the next one")];

fn files_below(top: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(top) else { return };
    for entry in entries.flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if kind.is_dir() {
            files_below(&path, wanted, found);
        } else if kind.is_file() && wanted(&path) {
            found.push(path);
        }
    }
}

/// Whether a file says that a shell runs it, or is a completion script.
fn is_script(path: &Path) -> bool {
    if path.components().any(|part| part.as_os_str() == OsStr::new("completions")) {
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

/// Whether bash accepts a file, and what it says.
fn bash(path: &Path, extglob: bool) -> (bool, Vec<u8>) {
    let mut command = Command::new("/bin/bash");
    command.env_clear().env("LANG", "C.UTF-8").stdin(Stdio::null());
    if extglob {
        command.args(["-O", "extglob"]);
    }
    let output = command.arg("-n").arg(path).output().unwrap();
    (output.status.success(), output.stderr)
}

/// Whether we do, and what we say. What is accepted must also be printed so that it reads back.
fn ours(path: &Path, text: &[u8], extglob: bool) -> (bool, Vec<u8>) {
    let name = path.as_os_str().as_encoded_bytes();
    let options = ParserOptions { extglob, ..ParserOptions::default() };
    let mut parser = Parser::new(text.to_vec().into(), options.clone());
    let mut said = Vec::new();
    let warn = |warnings: &[Warning], said: &mut Vec<u8>| {
        for warning in warnings {
            said.extend_from_slice(&[name, format!(": line {}: ", warning.line).as_bytes()].concat());
            said.extend_from_slice(&[&warning.message, &b"\n"[..]].concat());
        }
    };
    loop {
        match parser.next() {
            Ok(None) => return (true, said),
            Ok(Some(command)) => {
                warn(&command.warnings, &mut said);
                let printed = print_list(&command.list);
                let mut again = Parser::new(printed.clone().into(), options.clone());
                let mut twice = Vec::new();
                while let Some(command) = again.next().unwrap_or_else(|error| {
                    panic!("{}: {}", path.display(), String::from_utf8_lossy(&error.render(&printed)))
                }) {
                    twice.extend(command.list.items);
                }
                let twice = print_list(&mirage_syntax::ast::List { items: twice });
                assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&printed));
            }
            Err(error) => {
                warn(&error.warnings, &mut said);
                said.extend_from_slice(&error.render(name));
                return (false, said);
            }
        }
    }
}

/// Compares, with extended patterns where a file needs them.
fn compare(files: &[PathBuf]) {
    let mut wrong = Vec::new();
    for path in files {
        let Ok(text) = fs::read(path) else { continue };
        // bash takes such a file for a program, not for a script.
        if text.contains(&0) {
            continue;
        }
        let name = path.file_name().unwrap_or_default();
        let excused = OTHER_WORDS.iter().any(|(file, _)| OsStr::new(file) == name);
        for extglob in [false, true] {
            let (accepted, said) = bash(path, extglob);
            let (accept, say) = ours(path, &text, extglob);
            if accept != accepted || (say != said && !excused) {
                let [said, say] = [said, say].map(|text| String::from_utf8_lossy(&text).into_owned());
                wrong.push(format!("{}\n  bash: {accepted} {said}\n  ours: {accept} {say}", path.display()));
            }
            if accepted {
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), files.len(), wrong.join("\n"));
    eprintln!("{} scripts, all as bash", files.len());
}

#[test]
fn scripts_of_this_system_are_read_as_bash_reads_them() {
    if !Path::new("/bin/bash").exists() {
        eprintln!("SKIPPED: there is no /bin/bash here");
        return;
    }
    let mut files = Vec::new();
    for top in SYSTEM {
        files_below(Path::new(top), &is_script, &mut files);
    }
    compare(&files);
}

#[test]
fn scripts_of_the_corpus_are_read_as_bash_reads_them() {
    let Some(top) = std::env::var_os(CORPUS) else {
        eprintln!("SKIPPED: {CORPUS} names no directory of scripts");
        return;
    };
    let mut files = Vec::new();
    let wanted = |path: &Path| path.extension().is_some_and(|end| end == "tests" || end == "sub");
    files_below(Path::new(&top), &wanted, &mut files);
    assert!(!files.is_empty(), "{CORPUS} holds no *.tests or *.sub");
    compare(&files);
}
