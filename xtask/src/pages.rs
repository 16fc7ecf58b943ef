//! `cargo xtask pages`: a reference page per command, `docs/commands/NAME.md`, and their index.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use mirage_shell::command::{Parsing, Spec};
use mirage_testkit::cases::{Case, CaseFile};

use crate::{Result, project};

/// Where the pages are, from the root of the checkout.
pub const FOLDER: &str = "docs/commands";

/// Writes every page and removes those of commands that are gone.
pub fn run() -> Result {
    let folder = project::root().join(FOLDER);
    fs::create_dir_all(&folder)?;
    let pages = all()?;
    for (name, text) in &pages {
        let path = folder.join(name);
        if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            fs::write(&path, text)?;
            println!("{}", project::shown(&path));
        }
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if !pages.contains_key(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
            println!("{}: removed", project::shown(&entry.path()));
        }
    }
    Ok(())
}

/// Every page by its file's name.
pub fn all() -> Result<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    for (folder, spec) in commands()? {
        pages.insert(file_name(spec), page(spec, &cases(&folder)?));
    }
    pages.insert("README.md".into(), index()?);
    Ok(pages)
}

/// The registry: the folder and the declaration of every command, in its order.
pub fn commands() -> Result<Vec<(String, &'static Spec)>> {
    let registry = fs::read_to_string(project::root().join("crates/commands/src/lib.rs"))?;
    let rows = registry.lines().filter_map(|line| Some(line.trim().strip_prefix('&')?.split_once("::")?.0));
    let folders: Vec<String> = rows.map(str::to_owned).collect();
    if folders.len() != mirage_commands::ALL.len() {
        return Err("crates/commands/src/lib.rs: the registry has rows of another form".into());
    }
    Ok(folders.into_iter().zip(mirage_commands::ALL.iter().map(|command| command.spec())).collect())
}

/// The recorded cases of a command's folder.
pub fn cases(folder: &str) -> Result<Vec<Case>> {
    let path = project::root().join(format!("crates/commands/src/{folder}/cases.yaml"));
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", project::shown(&path)))?;
    Ok(CaseFile::parse(text)?.cases)
}

/// `[` is no name for a file that people open in a browser.
fn file_name(spec: &Spec) -> String {
    let name = if spec.name == "[" { "bracket" } else { spec.name };
    format!("{name}.md")
}

fn index() -> Result<String> {
    let mut text = String::from(
        "# Commands\n\nWhat the shell can run besides its builtins. Each page is written by `cargo xtask pages` from the \
         command\ndeclaration that also parses its options and prints its `--help`.\n\n\
         | command | what it does |\n|---|---|\n",
    );
    let mut specs: Vec<&Spec> = commands()?.into_iter().map(|(_, spec)| spec).collect();
    specs.sort_by_key(|spec| spec.name);
    for spec in specs {
        let _ = writeln!(
            text,
            "| [{}]({}) | {} |",
            spec.name.replace('[', "\\["),
            file_name(spec),
            cell(spec.summary)
        );
    }
    Ok(text)
}

fn page(spec: &Spec, cases: &[Case]) -> String {
    let mut text = format!("# {}\n\n{}.\n\n```\n", spec.name, spec.summary.trim_end_matches('.'));
    for usage in spec.usage {
        let _ = writeln!(text, "{} {usage}", spec.name);
    }
    text.push_str("```\n");
    if !spec.notes.is_empty() {
        let _ = write!(text, "\n{}\n", prose(spec.notes));
    }
    options(&mut text, spec);
    examples(&mut text, spec);
    differences(&mut text, cases);
    text
}

fn options(text: &mut String, spec: &Spec) {
    let described: Vec<_> = spec.flags.iter().filter(|flag| !flag.help.is_empty()).collect();
    if !described.is_empty() {
        text.push_str("\n## Options\n\n| option | what it does |\n|---|---|\n");
    }
    for flag in described {
        let _ = writeln!(text, "| `{}` | {} |", cell(&flag.spelling()), cell(flag.help));
    }
    match spec.parsing {
        Parsing::Permute => {}
        Parsing::Leading => text.push_str("\nOptions end at the first operand.\n"),
        Parsing::Own => text.push_str("\nIts arguments have a grammar of their own.\n"),
    }
}

fn examples(text: &mut String, spec: &Spec) {
    if !spec.examples.is_empty() {
        text.push_str("\n## Examples\n");
    }
    for example in spec.examples {
        let _ = write!(text, "\n{}:\n\n```console\n", sentence(example.title));
        for line in example.line.lines() {
            let _ = writeln!(text, "$ {line}");
        }
        for line in example.output.lines() {
            let _ = writeln!(text, "{line}");
        }
        text.push_str("```\n");
    }
}

/// Where the recorded answers are not the real tool's, or not ours yet, with the reason.
fn differences(text: &mut String, cases: &[Case]) {
    let differing: Vec<(&Case, &String)> = cases
        .iter()
        .filter_map(|case| Some((case, case.reason.as_ref().or(case.known_failure.as_ref())?)))
        .collect();
    if !differing.is_empty() {
        text.push_str("\n## Differences from the GNU tool\n\n");
    }
    for (case, reason) in differing {
        let _ = writeln!(text, "- {}: {}", cell(&case.name), cell(reason));
    }
}

/// The lines of a note as they stand, each a line of the page.
fn prose(notes: &str) -> String {
    let lines: Vec<String> = notes.trim_end().lines().map(escaped).collect();
    lines.join("  \n")
}

/// Text for one cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Text that holds nothing that would be formatting.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '<' | '`' | '[' | ']' | '\\') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

fn sentence(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
