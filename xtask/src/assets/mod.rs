//! What the browser downloads, from sources to `target/site`:
//!
//! - `pkg/NAME.HASH.EXT`: bundles, style sheet and public files whose name tells
//!   their content, so that they can be cached for ever;
//! - the public files under their own names, for those that browsers ask for by name;
//! - `FILE.br` and `FILE.gz` beside every file that compresses;
//! - `assets.json`: from plain names (`resident.js`) to addresses
//!   (`/pkg/resident.HASH.js`), written last.
//!
//! Unchanged inputs are not worked on again, and what no input produces any more
//! is deleted.

mod bundle;
mod site;
mod style;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::say;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;
use site::Site;

/// How much work is put into small files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// As small as they get, with compressed copies.
    Shipped,
    /// Ready soon: not optimised, not compressed.
    Quick,
}

/// Builds all of it.
pub fn build(workspace: &Workspace, toolchain: &Toolchain, quality: Quality) -> Result<()> {
    let mut site = Site::open(workspace.site(), quality);
    let compiled = bundle::compile(workspace, toolchain, quality)?;
    for (bundle, module) in workspace.bundles.iter().zip(&compiled) {
        let parts = bundle::shrink(workspace, bundle, module, quality)?;
        let name = &bundle.output_name;
        for (path, text) in &parts.snippets {
            site.place(&format!("pkg/snippets/{path}"), text)?;
        }
        let js = site.place_hashed(&format!("{name}.js"), &parts.js)?;
        let wasm = site.place_hashed(&format!("{name}_bg.wasm"), &parts.wasm)?;
        say(format!("{name}: {js} js + {wasm} wasm = {}", js.and(wasm)));
    }
    // The same style sheet and folder stand in every entry.
    if let Some(first) = workspace.bundles.first() {
        let css = style::bundle(&workspace.root.join(&first.style_file))?;
        let size = site.place_hashed("main.css", css.as_bytes())?;
        say(format!("main.css: {size}"));
        public_files(&mut site, &workspace.root.join(&first.assets_dir), "")?;
    }
    let (written, removed) = site.finish()?;
    say(format!("target/site: {written} files written, {removed} old ones removed"));
    Ok(())
}

/// Files that somebody asks for by name; all others also get a hashed name.
fn asked_by_name(path: &str) -> bool {
    const NAMES: [&str; 4] = ["favicon.ico", "manifest.webmanifest", "robots.txt", "sw.js"];
    NAMES.contains(&path) || path.starts_with("icons/") || path.starts_with(".well-known/")
}

fn public_files(site: &mut Site, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().context("a file name in public/ is not UTF-8")?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            public_files(site, &entry.path(), &format!("{path}/"))?;
            continue;
        }
        let content = fs::read(entry.path())?;
        if !asked_by_name(&path) {
            site.place_hashed(&path, &content)?;
        }
        site.place(&path, &content)?;
    }
    Ok(())
}
