//! `cargo xtask wasm`: the package for JavaScript, and its tests in Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, project, shell};

const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's toolchain for the browser. Its standard library is built with the project.
const DEBIAN: &[&str] = &["cargo-web", "libstd-rust-web-dev", "lld-19", "rust-web-src", "rustc-web"];

/// A recursive parser and interpreter need more than the usual megabyte of stack.
const FLAGS: &str = "-Clink-arg=-zstack-size=8388608";

pub fn run() -> Result {
    let module = build()?;
    let package = project::target().join("wasm/package");
    bind(&module, &package)?;
    println!(
        "package: {} ({} bytes)",
        project::shown(&package),
        std::fs::metadata(package.join("mirage_bg.wasm"))?.len()
    );
    let tests = Command::new("node")
        .args(["--test", "--test-reporter=spec", "frontends/wasm/tests/workspace.mjs"])
        .env("MIRAGE_PACKAGE", &package)
        .current_dir(project::root())
        .status()
        .map_err(|error| format!("node: {error}"))?;
    match tests.success() {
        true => Ok(()),
        false => Err("tests of the package failed".into()),
    }
}

/// Builds the module, with the toolchain that has the target.
fn build() -> Result<PathBuf> {
    let folder = project::target().join("wasm");
    let installed = shell::output(&format!("rustc --print target-libdir --target {TARGET}"))
        .is_ok_and(|path| Path::new(path.trim()).is_dir());
    let mut cargo = match installed {
        true => Command::new("cargo"),
        false => debian()?,
    };
    cargo.args(["build", "--release", "--package", "mirage-wasm", "--target", TARGET]);
    // The names that wasm-bindgen looks for would be stripped.
    cargo.env("CARGO_PROFILE_RELEASE_STRIP", "false").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s");
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS);
    cargo.env("CARGO_TARGET_DIR", &folder).current_dir(project::root());
    println!("$ {cargo:?}");
    match cargo.status()?.success() {
        true => Ok(folder.join(TARGET).join("release/mirage_wasm.wasm")),
        false => Err(format!("mirage-wasm does not build for {TARGET}").into()),
    }
}

/// Debian's cargo, which has the target's source and not its libraries.
fn debian() -> Result<Command> {
    let there = |package: &&str| shell::succeeds(&format!("dpkg-query --status {package}"));
    if !DEBIAN.iter().all(there) {
        let packages = DEBIAN.join(" ");
        return Err(format!("no {TARGET}: rustup target add {TARGET}, or apt-get install {packages}").into());
    }
    let mut cargo = Command::new("/usr/bin/cargo");
    cargo.envs([
        ("PATH", "/usr/bin:/bin"),
        ("RUSTC", "/usr/bin/rustc"),
        ("RUSTC_BOOTSTRAP", "1"),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "/usr/bin/wasm-ld-19"),
    ]);
    Ok(cargo)
}

/// Writes the JavaScript around `module` into `package`, with the version of wasm-bindgen that the module was built with.
fn bind(module: &Path, package: &Path) -> Result {
    let version = locked("wasm-bindgen")?;
    let tools = project::target().join("tools");
    let installed = tools.join("bin/wasm-bindgen");
    let mut program = PathBuf::from("wasm-bindgen");
    let has = |program: &Path| {
        let said = shell::output(&format!("{} --version", program.display()));
        said.is_ok_and(|said| said.trim() == format!("wasm-bindgen {version}"))
    };
    if !has(&program) {
        program = installed;
    }
    if !has(&program) {
        let root = tools.display();
        shell::run(&format!("cargo install --quiet wasm-bindgen-cli --version {version} --root {root}"))?;
    }
    let (module, package) = (module.display(), package.display());
    shell::run(&format!("{} --target web --out-name mirage --out-dir {package} {module}", program.display()))
}

/// The version of a dependency in the lock file.
fn locked(name: &str) -> Result<String> {
    let lock = std::fs::read_to_string(project::root().join("Cargo.lock"))?;
    let start = format!("name = \"{name}\"\nversion = \"");
    let (_, rest) = lock.split_once(&start).ok_or_else(|| format!("{name} is not in Cargo.lock"))?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}
