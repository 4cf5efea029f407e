//! Where things lie in the checkout, and what the root `Cargo.toml` says of the
//! bundles. The settings stay in `[[workspace.metadata.leptos]]`, so that
//! `cargo leptos` reads the same ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::process;

/// The checkout.
pub struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder; honours `CARGO_TARGET_DIR`.
    pub target: PathBuf,
    /// What the browser may download, one entry a WASM bundle.
    pub bundles: Vec<Bundle>,
}

/// One entry of `[[workspace.metadata.leptos]]`: one island crate, one download.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bundle {
    /// The name of the files: `NAME.js`, `NAME_bg.wasm`.
    pub output_name: String,
    /// The island crate.
    pub lib_package: String,
    /// The features it has in the browser.
    #[serde(default)]
    pub lib_features: Vec<String>,
    /// The cargo profile of the bundle that is shipped.
    pub lib_profile_release: String,
    /// The style sheet whose imports are bundled, relative to the root.
    pub style_file: PathBuf,
    /// Files that are served as they are, relative to the root.
    pub assets_dir: PathBuf,
}

impl Workspace {
    /// Reads the workspace that xtask belongs to.
    ///
    /// Fails when cargo cannot read it or the metadata lists no bundle.
    pub fn open() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
            metadata: Option<Tables>,
        }
        #[derive(Default, Deserialize)]
        struct Tables {
            #[serde(default)]
            leptos: Vec<Bundle>,
        }

        let mut cargo = process::program("cargo");
        cargo.args(["metadata", "--no-deps", "--format-version=1"]);
        if let Ok(root) = checkout() {
            cargo.current_dir(root);
        }
        let answer = process::capture(&mut cargo)?;
        let metadata: Metadata = serde_json::from_str(&answer).context("reading [[workspace.metadata.leptos]]")?;
        let bundles = metadata.metadata.unwrap_or_default().leptos;
        ensure!(!bundles.is_empty(), "the root Cargo.toml has no [[workspace.metadata.leptos]]");
        Ok(Self { root: metadata.workspace_root, target: metadata.target_directory, bundles })
    }

    /// The folder the server serves files from.
    pub fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// Tools that are installed for this checkout only.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// A program of this machine, scrubbed and standing in the root.
    pub fn program(&self, name: impl AsRef<Path>) -> Command {
        let mut program = process::program(name.as_ref());
        program.current_dir(&self.root);
        program
    }
}

/// The folder above xtask's own, as cargo told it. `XTASK_WORKSPACE` names
/// another one, to try the pipeline on a small workspace.
fn checkout() -> Result<PathBuf> {
    if let Some(other) = std::env::var_os("XTASK_WORKSPACE") {
        return Ok(other.into());
    }
    let own = std::env::var_os("CARGO_MANIFEST_DIR").context("not started by cargo")?;
    let root = Path::new(&own).parent().context("xtask has no parent")?;
    Ok(root.to_path_buf())
}
