//! Which compiler builds the portal. It must have the standard library for
//! `wasm32-unknown-unknown`, and the same one is used for every step, so that
//! nothing is compiled twice. In the order of preference: the active toolchain
//! if it has the target, the active toolchain after `rustup target add`, and
//! Debian's `rustc-web` linked into rustup as `debian-web`, with a standard
//! library built here from its sources.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::process::{self, say};
use crate::workspace::Workspace;
use crate::{packages, setup};

/// The browser's target.
pub const WASM: &str = "wasm32-unknown-unknown";
/// The name under which Debian's compiler is linked into rustup.
const LINKED: &str = "debian-web";
/// How long `rustup target add` may try.
const PATIENCE: Duration = Duration::from_secs(90);

/// The chosen compiler and the variables it needs.
pub struct Toolchain {
    variables: Vec<(OsString, OsString)>,
}

impl Toolchain {
    /// A program that sees this compiler.
    pub fn program(&self, workspace: &Workspace, name: &str) -> Command {
        let mut program = workspace.program(name);
        program.envs(self.variables.iter().map(|(key, value)| (key, value)));
        program
    }

    /// `cargo` of this compiler.
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        self.program(workspace, "cargo")
    }
}

/// Finds the compiler, installing it when there is none with the WASM target.
pub fn choose(workspace: &Workspace) -> Result<Toolchain> {
    let mut variables = Vec::new();
    if has_wasm(&rustc(workspace, None))? {
        say("compiler for the browser: the active toolchain has the WASM target");
    } else if linked_compiler_is_ready(workspace) {
        say(format!("compiler for the browser: the toolchain {LINKED} is already there"));
        variables.push(("RUSTUP_TOOLCHAIN".into(), LINKED.into()));
    } else if let Some(sysroot) = local_sysroot(workspace) {
        say("compiler for the browser: Debian's, with the standard library of this checkout");
        variables.extend(with_sysroot(sysroot));
    } else if target_was_added(workspace) {
        say("compiler for the browser: the WASM target was added by rustup");
    } else {
        match install_debians(workspace)? {
            Some(sysroot) => variables.extend(with_sysroot(sysroot)),
            None => variables.push(("RUSTUP_TOOLCHAIN".into(), LINKED.into())),
        }
    }
    if let Some(folder) = setup::fast_linker(workspace)? {
        // gcc and clang look for `ld` there first. A flag for rustc would
        // separate these artifacts from those of plain `cargo`.
        variables.push(("COMPILER_PATH".into(), folder.into()));
    }
    Ok(Toolchain { variables })
}

/// Prints `export KEY=VALUE` lines for a shell to evaluate.
#[expect(clippy::print_stdout, reason = "a shell reads them")]
pub fn print_variables(workspace: &Workspace) -> Result<()> {
    for (key, value) in choose(workspace)?.variables {
        let value = value.to_string_lossy().replace('\'', r"'\''");
        println!("export {}='{value}'", key.to_string_lossy());
    }
    Ok(())
}

fn rustc(workspace: &Workspace, toolchain: Option<&str>) -> Compiler {
    Compiler { root: workspace.root.clone(), toolchain: toolchain.map(str::to_owned) }
}

struct Compiler {
    root: PathBuf,
    toolchain: Option<String>,
}

impl Compiler {
    fn ask(&self, arguments: &[&str]) -> Result<String> {
        let mut rustc = process::program("rustc");
        rustc.current_dir(&self.root).args(arguments);
        if let Some(name) = &self.toolchain {
            rustc.env("RUSTUP_TOOLCHAIN", name);
        }
        Ok(process::capture(&mut rustc)?.trim().to_owned())
    }

    fn wasm_library(&self) -> Result<PathBuf> {
        let folder = self.ask(&["--print=target-libdir", "--target", WASM])?;
        Ok(folder.into())
    }
}

fn has_wasm(compiler: &Compiler) -> Result<bool> {
    Ok(has_std(&compiler.wasm_library()?))
}

fn has_std(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// Linked earlier, with its standard library in place and a linker to use it.
fn linked_compiler_is_ready(workspace: &Workspace) -> bool {
    is_linked() && wasm_linker_is_there() && has_wasm(&rustc(workspace, Some(LINKED))).unwrap_or(false)
}

/// The standard library that an earlier run without root left in the checkout.
fn local_sysroot(workspace: &Workspace) -> Option<PathBuf> {
    if !is_linked() || !wasm_linker_is_there() {
        return None;
    }
    let sysroot = sysroot_of(workspace, &rustc(workspace, Some(LINKED))).ok()?;
    has_std(&library_in(&sysroot)).then_some(sysroot)
}

/// One folder a compiler, so that an upgrade builds its own.
fn sysroot_of(workspace: &Workspace, compiler: &Compiler) -> Result<PathBuf> {
    let version = compiler.ask(&["--version"])?;
    let version = version.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    Ok(workspace.tools().join("wasm-std").join(version))
}

fn library_in(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM).join("lib")
}

fn with_sysroot(sysroot: PathBuf) -> [(OsString, OsString); 2] {
    let mut flag = OsString::from("--sysroot=");
    flag.push(sysroot);
    [("RUSTUP_TOOLCHAIN".into(), LINKED.into()), ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS".into(), flag)]
}

fn is_linked() -> bool {
    let list = process::capture(process::program("rustup").args(["toolchain", "list"]));
    list.is_ok_and(|list| list.lines().any(|line| line.split(' ').next() == Some(LINKED)))
}

fn wasm_linker_is_there() -> bool {
    process::find("wasm-ld-22").is_some()
}

fn target_was_added(workspace: &Workspace) -> bool {
    if process::find("rustup").is_none() {
        return false;
    }
    say(format!("compiler for the browser: trying `rustup target add {WASM}`"));
    let mut rustup = workspace.program("rustup");
    rustup.args(["target", "add", WASM]).stdout(std::io::stderr());
    let added =
        process::run_within(&mut rustup, PATIENCE).is_ok() && has_wasm(&rustc(workspace, None)).unwrap_or(false);
    if !added {
        say("rustup cannot fetch the target here; taking Debian's compiler instead");
    }
    added
}

/// Installs and links Debian's compiler and gives it the standard library.
/// Answers a sysroot when the compiler's own folder could not be written to.
fn install_debians(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let compiler = rustc(workspace, Some(LINKED));
    let wanted = [
        ("rustc-web", "/usr/bin/rustc"),
        ("cargo-web", "/usr/bin/cargo"),
        ("rust-web-clippy", "/usr/bin/cargo-clippy"),
        ("rustfmt-web", "/usr/bin/rustfmt"),
        ("lld-22", "/usr/bin/wasm-ld-22"),
    ];
    if wanted.iter().any(|(_, file)| !Path::new(file).exists())
        || !Path::new("/usr/lib/rustlib/src/rust/library").exists()
    {
        let mut names: Vec<_> = wanted.iter().map(|(name, _)| *name).collect();
        names.extend(["rust-web-src", "rust-web-llvm"]);
        packages::install("a compiler with the WASM target", &names)?;
    }
    if !is_linked() {
        say(format!("linking Debian's compiler into rustup as {LINKED}"));
        let mut rustup = workspace.program("rustup");
        rustup.args(["toolchain", "link", LINKED, "/usr"]);
        process::run(rustup.stdout(std::io::stderr()))?;
    }
    let library = compiler.wasm_library()?;
    if has_std(&library) {
        return Ok(None);
    }
    if writable(&library) {
        build_std(workspace, &library)?;
        return Ok(None);
    }
    // Without root the library stays in the checkout.
    let sysroot = sysroot_of(workspace, &compiler)?;
    build_std(workspace, &library_in(&sysroot))?;
    Ok(Some(sysroot))
}

fn writable(folder: &Path) -> bool {
    let probe = folder.join(".xtask");
    let written = fs::create_dir_all(folder).is_ok() && fs::write(&probe, "").is_ok();
    // The probe is empty; leaving it would do no harm.
    let _ = fs::remove_file(&probe);
    written
}

/// Builds `std` for the browser from the compiler's own sources, by way of an
/// empty crate, and puts the libraries where the compiler looks for them.
fn build_std(workspace: &Workspace, library: &Path) -> Result<()> {
    say("standard library for WASM: building it once, about a minute");
    let empty = workspace.tools().join("empty-crate");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [lib]\ncrate-type = [\"cdylib\"]\n\n[workspace]\n";
    fs::write(empty.join("Cargo.toml"), manifest)?;
    let mut cargo = process::program("cargo");
    cargo
        .current_dir(&empty)
        .env("RUSTUP_TOOLCHAIN", LINKED)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", empty.join("target"))
        .args(["build", "--release", "-Z", "build-std=std,panic_abort", "--target", WASM]);
    process::run(&mut cargo)?;

    let built = empty.join("target").join(WASM).join("release/deps");
    fs::create_dir_all(library)?;
    let mut copied = 0;
    for entry in fs::read_dir(&built)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "rlib")
            && let Some(name) = file.file_name()
        {
            fs::copy(&file, library.join(name)).with_context(|| format!("copying to {}", library.display()))?;
            copied += 1;
        }
    }
    ensure!(copied > 0, "the build of std left no library in {}", built.display());
    fs::remove_dir_all(&empty)?;
    say(format!("standard library for WASM: {copied} libraries in {}", library.display()));
    Ok(())
}
