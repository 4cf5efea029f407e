//! What a fresh machine lacks, put there one step at a time: Node and the npm
//! tools, the fast linker, Chromium with Chinese fonts, PostgreSQL's programs,
//! the browser tests' packages. Each step says what it does or that it was done.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{self, say};
use crate::toolchain::{self, Toolchain};
use crate::workspace::Workspace;
use crate::{database, packages};

/// Everything that building and running the portal needs.
pub fn for_build(workspace: &Workspace) -> Result<Toolchain> {
    c_compiler()?;
    let toolchain = toolchain::choose(workspace)?;
    shrinking_tools(workspace)?;
    Ok(toolchain)
}

/// Everything that any command needs.
pub fn everything(workspace: &Workspace) -> Result<()> {
    for_build(workspace)?;
    database::programs()?;
    browser()?;
    browser_tests(workspace)
}

fn c_compiler() -> Result<()> {
    if process::find("cc").is_none() {
        packages::install("a C compiler and linker", &["build-essential"])?;
    }
    Ok(())
}

/// `mold`, under the name `ld` in a folder of its own; `None` when it cannot be had.
pub fn fast_linker(workspace: &Workspace) -> Result<Option<PathBuf>> {
    if process::find("mold").is_none() && rustix::process::geteuid().is_root() {
        // It only saves time: without it the usual linker does the work.
        if packages::install("the fast linker", &["mold"]).is_err() {
            say("the fast linker: not to be had, linking takes longer");
        }
    }
    let Some(mold) = process::find("mold") else {
        return Ok(None);
    };
    let folder = workspace.tools().join("linker");
    let link = folder.join("ld");
    if fs::read_link(&link).ok().as_ref() != Some(&mold) {
        fs::create_dir_all(&folder)?;
        // A link to another mold may lie there.
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(&mold, &link).with_context(|| format!("linking {}", link.display()))?;
    }
    Ok(Some(folder))
}

/// wasm-opt and terser, at the versions of `xtask/tools/package-lock.json`.
fn shrinking_tools(workspace: &Workspace) -> Result<()> {
    let folder = workspace.tools().join("shrink");
    fs::create_dir_all(&folder)?;
    let source = workspace.root.join("xtask/tools");
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        let text = fs::read(source.join(name)).with_context(|| format!("reading xtask/tools/{name}"))?;
        fs::write(folder.join(name), text)?;
    }
    npm_packages(&folder, "wasm-opt and terser")
}

/// The packages of the browser tests.
pub fn browser_tests(workspace: &Workspace) -> Result<()> {
    npm_packages(&workspace.root.join("end2end"), "packages of the browser tests")
}

/// `npm ci`, unless this very lock file was installed before.
fn npm_packages(folder: &Path, what: &str) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("reading {}/package-lock.json", folder.display()))?;
    let done = folder.join("node_modules/.xtask-lock");
    if fs::read(&done).is_ok_and(|installed| installed == lock) {
        say(format!("{what}: already there"));
        return Ok(());
    }
    if process::find("npm").is_none() || process::find("node").is_none() {
        packages::install("Node.js", &["nodejs", "npm"])?;
    }
    say(format!("{what}: installing with npm"));
    let mut npm = process::program("npm");
    npm.current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .stdout(std::io::stderr());
    process::run(&mut npm)?;
    fs::write(done, lock)?;
    Ok(())
}

/// Chromium and a Chinese font; answers the browser's path. `CHROMIUM` names another one.
pub fn browser() -> Result<PathBuf> {
    if chromium().is_none() {
        packages::install("Chromium", &["chromium", "fonts-noto-cjk"])?;
    }
    let chinese = process::capture(process::program("fc-list").args([":lang=zh-cn", "family"]));
    if chinese.is_ok_and(|families| families.trim().is_empty()) {
        packages::install("a Chinese font for the browser tests", &["fonts-noto-cjk"])?;
    }
    let found = chromium().context("Chromium was installed but is not in PATH")?;
    say(format!("browser for the tests: {}", found.display()));
    Ok(found)
}

fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| process::find(name))
}
