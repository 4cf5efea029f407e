//! The WASM bundles: cargo for the browser's target, wasm-bindgen as a library,
//! then wasm-opt and terser from npm.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use super::Quality;
use crate::process::{self, say};
use crate::toolchain::{Toolchain, WASM};
use crate::workspace::{Bundle, Workspace};

/// What the compiler may use, and wasm-opt therefore has to understand.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The files of one bundle.
pub struct Parts {
    /// The module that loads the WASM and exports its islands.
    pub js: Vec<u8>,
    /// The WASM.
    pub wasm: Vec<u8>,
    /// Modules that crates brought along, by their path below `snippets/`.
    pub snippets: BTreeMap<String, Vec<u8>>,
}

/// Compiles all island crates in one call of cargo, so that both cores work;
/// answers the module of each bundle.
pub fn compile(workspace: &Workspace, toolchain: &Toolchain, quality: Quality) -> Result<Vec<PathBuf>> {
    let mut by_profile: BTreeMap<&str, Vec<&Bundle>> = BTreeMap::new();
    for bundle in &workspace.bundles {
        let profile = match quality {
            Quality::Shipped => bundle.lib_profile_release.as_str(),
            Quality::Quick => "dev",
        };
        by_profile.entry(profile).or_default().push(bundle);
    }
    for (profile, bundles) in &by_profile {
        let mut cargo = toolchain.cargo(workspace);
        cargo.args(["build", "--lib", "--no-default-features", "--target", WASM]);
        cargo.args(["--profile", profile]);
        for bundle in bundles {
            cargo.args(["--package", &bundle.lib_package]);
            cargo.args(["--features", &bundle.lib_features.join(",")]);
        }
        process::run(cargo.stdout(std::io::stderr()))?;
    }
    let module = |bundle: &Bundle| {
        let folder = match quality {
            Quality::Shipped => bundle.lib_profile_release.as_str(),
            Quality::Quick => "debug",
        };
        let file = format!("{}.wasm", bundle.lib_package.replace('-', "_"));
        workspace.target.join(WASM).join(folder).join(file)
    };
    Ok(workspace.bundles.iter().map(module).collect())
}

/// Makes a compiled module ready for the browser. The result is kept, and taken
/// again as long as the module is the same.
pub fn shrink(workspace: &Workspace, bundle: &Bundle, module: &Path, quality: Quality) -> Result<Parts> {
    let folder = workspace.target.join("bundles").join(&bundle.output_name);
    let key = key(workspace, module, quality)?;
    let key_file = folder.join("key");
    if !fs::read_to_string(&key_file).is_ok_and(|old| old == key) {
        say(format!("{}: wasm-bindgen and wasm-opt", bundle.output_name));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Bindgen::new()
            .input_path(module)
            .out_name(&bundle.output_name)
            .web(true)?
            .typescript(false)
            .remove_name_section(quality == Quality::Shipped)
            .remove_producers_section(true)
            .generate(&folder)
            .with_context(|| format!("wasm-bindgen of {}", module.display()))?;
        if quality == Quality::Shipped {
            optimise(workspace, &wasm_file(&folder, bundle))?;
            minify(workspace, &js_file(&folder, bundle))?;
        }
        fs::write(&key_file, key)?;
    }
    let mut snippets = BTreeMap::new();
    collect(&folder.join("snippets"), "", &mut snippets)?;
    Ok(Parts { js: fs::read(js_file(&folder, bundle))?, wasm: fs::read(wasm_file(&folder, bundle))?, snippets })
}

fn js_file(folder: &Path, bundle: &Bundle) -> PathBuf {
    folder.join(format!("{}.js", bundle.output_name))
}

fn wasm_file(folder: &Path, bundle: &Bundle) -> PathBuf {
    folder.join(format!("{}_bg.wasm", bundle.output_name))
}

/// Changes with the module, the tools and how they are called.
fn key(workspace: &Workspace, module: &Path, quality: Quality) -> Result<String> {
    let compiled = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let mut hash = Sha256::new();
    hash.update(&compiled);
    if quality == Quality::Shipped {
        hash.update(fs::read(workspace.tools().join("shrink/package-lock.json"))?);
    }
    hash.update(WASM_FEATURES.concat());
    hash.update(wasm_bindgen_shared_version());
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// wasm-bindgen writes its version into nothing we could read: the manifest pins it.
fn wasm_bindgen_shared_version() -> &'static str {
    include_str!("../../Cargo.toml")
        .lines()
        .find(|line| line.starts_with("wasm-bindgen-cli-support"))
        .unwrap_or_default()
}

fn optimise(workspace: &Workspace, wasm: &Path) -> Result<()> {
    let mut wasm_opt = workspace.program(tool(workspace, "wasm-opt"));
    wasm_opt
        .arg("-Oz")
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .args(WASM_FEATURES)
        .arg(wasm)
        .arg("-o")
        .arg(wasm);
    process::run(&mut wasm_opt)
}

fn minify(workspace: &Workspace, js: &Path) -> Result<()> {
    let mut terser = workspace.program(tool(workspace, "terser"));
    terser.arg(js).args(["--module", "--compress", "passes=2", "--mangle", "--ecma", "2020", "--output"]).arg(js);
    process::run(&mut terser)
}

fn tool(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.tools().join("shrink/node_modules/.bin").join(name)
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
