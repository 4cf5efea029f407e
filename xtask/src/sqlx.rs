//! `.sqlx`: what the database says of every query, committed so that the portal
//! compiles without a database. It is made by compiling the store against a
//! throw-away database with all migrations, and checked by doing so into another
//! folder and comparing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::database::Cluster;
use crate::process::{self, say};
use crate::setup;
use crate::workspace::Workspace;

/// The only crate that holds SQL, and where.
const STORE: (&str, &str) = ("gongzhi-store", "server/store");

/// Writes `.sqlx` anew, or (`check`) fails when it differs from what it should be.
pub fn run(workspace: &Workspace, check: bool) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    let described = Described::prepare(workspace)?;
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["check", "--package", STORE.0, "--all-targets"]).envs(described.variables());
    process::run(&mut cargo)?;
    if check { described.compare(workspace) } else { described.take_over(workspace) }
}

/// A migrated database and the folder into which a compilation against it
/// writes what it learns.
pub struct Described {
    // Dropped last: the folder is written while it runs.
    _cluster: Cluster,
    url: String,
    folder: PathBuf,
}

impl Described {
    /// Starts the database and makes sure that the next compilation of the store
    /// runs its macros again.
    pub fn prepare(workspace: &Workspace) -> Result<Self> {
        let store = workspace.root.join(STORE.1);
        let cluster = Cluster::start()?;
        let url = cluster.migrated("described", &store.join("migrations"))?;
        let folder = workspace.target.join("sqlx");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        touch(&store.join("src/lib.rs"))?;
        for entry in fs::read_dir(store.join("tests")).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "rs") {
                touch(&entry.path())?;
            }
        }
        Ok(Self { _cluster: cluster, url, folder })
    }

    /// Under these the macros ask the database.
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("SQLX_OFFLINE", "false".into()),
            ("SQLX_OFFLINE_DIR", self.folder.clone().into()),
            ("DATABASE_URL", self.url.clone().into()),
        ]
    }

    /// Fails when `.sqlx` is not what the compilation wrote.
    pub fn compare(&self, workspace: &Workspace) -> Result<()> {
        let differences = differences(&read(&committed(workspace))?, &read(&self.folder)?);
        if differences.is_empty() {
            say(".sqlx is up to date");
            return Ok(());
        }
        bail!(".sqlx is out of date; run `cargo xtask sqlx` and commit it:\n  {}", differences.join("\n  "));
    }

    fn take_over(&self, workspace: &Workspace) -> Result<()> {
        let committed = committed(workspace);
        let (old, new) = (read(&committed)?, read(&self.folder)?);
        let changes = differences(&old, &new);
        fs::create_dir_all(&committed)?;
        for name in old.keys().filter(|name| !new.contains_key(*name)) {
            fs::remove_file(committed.join(name))?;
        }
        for (name, text) in &new {
            if old.get(name) != Some(text) {
                fs::write(committed.join(name), text)?;
            }
        }
        say(format!(".sqlx: {} queries, {} files changed", new.len(), changes.len()));
        Ok(())
    }
}

fn committed(workspace: &Workspace) -> PathBuf {
    workspace.root.join(".sqlx")
}

fn touch(file: &Path) -> Result<()> {
    File::options()
        .append(true)
        .open(file)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .with_context(|| format!("touching {}", file.display()))
}

type Descriptions = BTreeMap<OsString, Vec<u8>>;

fn read(folder: &Path) -> Result<Descriptions> {
    let mut files = Descriptions::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(files);
    };
    for entry in entries {
        let entry = entry?;
        files.insert(entry.file_name(), fs::read(entry.path())?);
    }
    Ok(files)
}

fn differences(old: &Descriptions, new: &Descriptions) -> Vec<String> {
    let mut found = Vec::new();
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        found.push(format!("no longer needed: {}", name.to_string_lossy()));
    }
    for (name, text) in new {
        match old.get(name) {
            None => found.push(format!("missing: {}", name.to_string_lossy())),
            Some(before) if before != text => {
                found.push(format!("changed: {}", name.to_string_lossy()));
            }
            Some(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_named() {
        let folder = |pairs: &[(&str, &str)]| -> Descriptions {
            pairs.iter().map(|(name, text)| ((*name).into(), text.as_bytes().to_vec())).collect()
        };
        let old = folder(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let new = folder(&[("a", "1"), ("b", "2"), ("d", "1")]);
        assert_eq!(differences(&old, &new), ["no longer needed: c", "changed: b", "missing: d"]);
        assert!(differences(&new, &new).is_empty());
    }
}
