//! `cargo xtask new`: a command or a resource to start from.

use std::fs;

use clap::Subcommand;

use crate::{Result, project};

/// What to start.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A command: its folder, its cases, its `mod` line and its registry row.
    Command {
        /// The name it is called by.
        name: String,
    },
    /// A resource: its folder with a README, its feature, its `mod` line and its registry row.
    Resource {
        /// The type in configuration.
        name: String,
    },
}

pub fn run(arguments: &Arguments) -> Result {
    match &arguments.what {
        What::Command { name } => command(name),
        What::Resource { name } => resource(name),
    }
}

fn command(name: &str) -> Result {
    let module = module_name(name)?;
    let folder = project::root().join("crates/commands/src").join(&module);
    create(
        &folder,
        &[
            ("mod.rs", include_str!("../templates/command/mod.rs")),
            ("cases.yaml", include_str!("../templates/command/cases.yaml")),
        ],
        name,
    )?;
    let registry = project::root().join("crates/commands/src/lib.rs");
    let row = format!("    &{module}::{},", type_name(name));
    insert_sorted(&registry, &format!("mod {module};"), "mod ")?;
    insert_sorted(&registry, &row, "    &")?;
    println!("next: write crates/commands/src/{module}/mod.rs and its cases, then cargo xtask record");
    Ok(())
}

fn resource(name: &str) -> Result {
    let module = module_name(name)?;
    let folder = project::root().join("crates/resources/src").join(&module);
    let files = [
        ("mod.rs", include_str!("../templates/resource/mod.rs")),
        ("error.rs", include_str!("../templates/resource/error.rs")),
        ("tests.rs", include_str!("../templates/resource/tests.rs")),
        ("README.md", include_str!("../templates/resource/README.md")),
    ];
    create(&folder, &files, name)?;
    let registry = project::root().join("crates/resources/src/lib.rs");
    insert_block(&registry, "mod ram;", &format!("#[cfg(feature = \"{name}\")]\npub mod {module};\n"))?;
    insert_block(
        &registry,
        "    &ram::DEFINITION,",
        &format!("    #[cfg(feature = \"{name}\")]\n    &{module}::DEFINITION,\n"),
    )?;
    let manifest = project::root().join("crates/resources/Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    fs::write(
        &manifest,
        text.replacen("\n[dev-dependencies]", &format!("{name} = []\n\n[dev-dependencies]"), 1),
    )?;
    println!(
        "next: write crates/resources/src/{module}/mod.rs; put the registry's rows in order; give the tests a server"
    );
    Ok(())
}

fn create(folder: &std::path::Path, files: &[(&str, &str)], name: &str) -> Result {
    if folder.exists() {
        return Err(format!("{} exists", project::shown(folder)).into());
    }
    fs::create_dir_all(folder)?;
    for (file, template) in files {
        fs::write(folder.join(file), template.replace("NAME", name).replace("TYPE", &type_name(name)))?;
    }
    Ok(())
}

/// Adds `line` among the lines that start with `prefix`, in order.
fn insert_sorted(path: &std::path::Path, line: &str, prefix: &str) -> Result {
    let text = fs::read_to_string(path)?;
    let mut lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|other| other.starts_with(prefix)).ok_or("no line to stand beside")?;
    let count = lines[first..].iter().take_while(|other| other.starts_with(prefix)).count();
    let before = lines[first..first + count].iter().take_while(|other| **other < line).count();
    lines.insert(first + before, line);
    fs::write(path, lines.join("\n") + "\n")?;
    Ok(())
}

/// Puts `block` in front of the line `before`.
fn insert_block(path: &std::path::Path, before: &str, block: &str) -> Result {
    let text = fs::read_to_string(path)?;
    let at = text.find(&format!("\n{before}\n")).ok_or("the registry has changed its form")? + 1;
    fs::write(path, [&text[..at], block, &text[at..]].concat())?;
    Ok(())
}

fn module_name(name: &str) -> Result<String> {
    let well_formed = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    match !name.is_empty() && well_formed {
        // Names that are keywords or start with a digit cannot be modules as they are.
        true if matches!(name, "true" | "false" | "yield" | "type") => Ok(format!("{name}_")),
        true => Ok(name.to_owned()),
        false => Err(format!("{name}: small letters and digits only").into()),
    }
}

fn type_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
