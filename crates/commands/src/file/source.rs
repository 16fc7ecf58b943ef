//! The language that a text is written in.

use memchr::memmem;

/// What a text is.
pub enum Source {
    /// Told as `NAME, ASCII text executable`.
    Script { name: String, mime: &'static str },
    /// Told as `NAME, ASCII text`.
    Program { name: &'static str, mime: &'static str },
    /// The name says it all.
    Whole { name: &'static str, mime: &'static str },
}

/// How much of a text is searched.
const SEARCHED: usize = 8192;

/// The language, if something gives it away.
pub fn guess(content: &[u8]) -> Option<Source> {
    let start = &content[..content.len().min(SEARCHED)];
    if let Some(line) = start.strip_prefix(b"#!") {
        return Some(script(line.split(|&byte| byte == b'\n').next().unwrap_or_default()));
    }
    if let Some(source) = document(start) {
        return Some(source);
    }
    let lines = || start.split(|&byte| byte == b'\n');
    let starts = |word: &str| lines().any(|line| line.starts_with(word.as_bytes()));
    let program = |name, mime| Some(Source::Program { name, mime });
    if lines().any(is_python_definition) || lines().any(is_python_import) {
        let name = "Python script".to_owned();
        return Some(Source::Script { name, mime: "text/x-script.python" });
    }
    if starts("all:")
        || starts("CFLAGS")
        || starts("LDFLAGS")
        || starts("VPATH")
        || starts(".PHONY")
        || starts(".SUFFIXES")
    {
        return program("makefile script", "text/x-makefile");
    }
    if starts("namespace ")
        || starts("using namespace")
        || starts("template<")
        || starts("template <")
        || starts("class ")
    {
        return program("C++ source", "text/x-c++");
    }
    let c_words =
        ["#include", "#pragma", "#define ", "#ifdef ", "#ifndef ", "extern ", "typedef struct", "struct "];
    if c_words.iter().any(|word| starts(word)) || memmem::find(start, b"main(").is_some() {
        return program("C source", "text/x-c");
    }
    None
}

/// What the first line of a script names.
fn script(line: &[u8]) -> Source {
    let line = String::from_utf8_lossy(line).trim().to_owned();
    let words: Vec<&str> = line.split_whitespace().collect();
    let program = match words[..] {
        [env, program, ..] if env.ends_with("/env") => program,
        [program, ..] => program,
        [] => "",
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    let version = |base: &str| {
        name.strip_prefix(base).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    let script = |name: &str, mime| Source::Script { name: name.to_owned(), mime };
    match name {
        "sh" => script("POSIX shell script", "text/x-shellscript"),
        "bash" => script("Bourne-Again shell script", "text/x-shellscript"),
        "dash" | "ash" | "ksh" | "zsh" | "csh" | "tcsh" | "fish" => {
            let kind = match name {
                "ksh" => "Korn shell script",
                "zsh" => "Paul Falstad's zsh script",
                "csh" => "C shell script",
                "tcsh" => "Tenex C shell script",
                "fish" => "fish shell script",
                _ => "a /bin/dash script",
            };
            script(kind, "text/x-shellscript")
        }
        "perl" => Source::Whole { name: "Perl script text executable", mime: "text/x-perl" },
        "node" | "nodejs" => {
            Source::Program { name: "Node.js script executable", mime: "application/javascript" }
        }
        "ruby" => script("Ruby script", "text/x-ruby"),
        "php" => script("PHP script", "text/x-php"),
        "awk" | "gawk" | "mawk" | "nawk" => script("awk script", "text/x-awk"),
        "lua" => script("Lua script", "text/x-lua"),
        "tclsh" | "wish" => script("Tcl script", "text/x-tcl"),
        _ if version("python") => script("Python script", "text/x-script.python"),
        _ => script(&format!("a {line} script"), "text/plain"),
    }
}

/// Marked-up documents and the like.
fn document(start: &[u8]) -> Option<Source> {
    let program = |name, mime| Some(Source::Program { name, mime });
    if let Some(rest) = start.strip_prefix(b"<?xml version=") {
        let is_image = memmem::find(rest, b"<svg").is_some();
        return match is_image {
            true => {
                Some(Source::Program { name: "SVG Scalable Vector Graphics image", mime: "image/svg+xml" })
            }
            false => program("XML 1.0 document", "text/xml"),
        };
    }
    let trimmed = start.trim_ascii_start();
    let lower = trimmed[..trimmed.len().min(4096)].to_ascii_lowercase();
    let tags: [&[u8]; 8] =
        [b"<!doctype html", b"<html", b"<head", b"<title", b"<body", b"<script", b"<style", b"<table"];
    if tags.iter().any(|tag| lower.starts_with(tag)) || memmem::find(&lower, b"<html").is_some() {
        return program("HTML document", "text/html");
    }
    if trimmed.starts_with(b"<svg") {
        return program("SVG Scalable Vector Graphics image", "image/svg+xml");
    }
    if trimmed.starts_with(b"<?php") {
        return program("PHP script", "text/x-php");
    }
    let old = start.starts_with(b"--- ") && memmem::find(start, b"\n+++ ").is_some();
    if start.starts_with(b"diff ") || old {
        return program("unified diff output", "text/x-diff");
    }
    if start.starts_with(b"*** ") && memmem::find(start, b"\n--- ").is_some() {
        return program("context diff output", "text/x-diff");
    }
    if memmem::find(start, b"\\documentclass").is_some() {
        return program("LaTeX 2e document", "text/x-tex");
    }
    if start.starts_with(b"%!PS") {
        return Some(Source::Whole { name: "PostScript document text", mime: "application/postscript" });
    }
    None
}

fn is_python_definition(line: &[u8]) -> bool {
    let Some(rest) = line.trim_ascii_start().strip_prefix(b"def ") else { return false };
    rest.contains(&b'(') && line.trim_ascii_end().ends_with(b":")
}

fn is_python_import(line: &[u8]) -> bool {
    line.strip_prefix(b"from ").is_some_and(|rest| memmem::find(rest, b" import ").is_some())
}
