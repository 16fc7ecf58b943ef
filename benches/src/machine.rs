//! What the numbers were measured on.

use std::fs;
use std::process::Command;

/// Lines of the page's head: what is measured, when, where, against what.
pub fn describe(version: &str) -> Vec<String> {
    let tools = [
        "bash --version",
        "grep --version",
        "sed --version",
        "sort --version",
        "gawk --version",
        "mawk -W version",
        "jq --version",
    ];
    let tools: Vec<String> = tools.iter().map(|line| said(line)).collect();
    vec![
        format!("measured: mirage {version}, {}", said("date +%F")),
        format!(
            "machine: {}, {} cores, {} of memory, Linux {}",
            field("/proc/cpuinfo", "model name"),
            std::thread::available_parallelism().map_or(0, usize::from),
            field("/proc/meminfo", "MemTotal"),
            said("uname -r"),
        ),
        format!("against: {}", tools.join("; ")),
    ]
}

/// The first line that `line` prints.
fn said(line: &str) -> String {
    let mut words = line.split(' ');
    let output = words.next().and_then(|program| Command::new(program).args(words).output().ok());
    let output = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or("unknown").to_owned()
}

/// What follows `name` and a colon in a file of the kernel.
fn field(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':'));
    line.map_or_else(|| "unknown".to_owned(), |(_, value)| value.trim().to_owned())
}
