//! Debian packages: what is missing is installed in one go when xtask runs as
//! root; anybody else is told exactly what to install.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

use crate::process::{self, say};

static LISTS_FETCHED: AtomicBool = AtomicBool::new(false);

/// Installs the Debian packages, or says which ones a person must install.
///
/// Fails when xtask is not root, when there is no apt, or when apt fails.
pub fn install(why: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !rustix::process::geteuid().is_root() {
        bail!("{why} is missing. Install it, then run this again:\n\n    sudo apt-get install {list}\n");
    }
    if process::find("apt-get").is_none() {
        bail!("{why} is missing, and this machine has no apt-get. The Debian packages are: {list}");
    }
    say(format!("{why}: installing the Debian packages {list}"));
    if !LISTS_FETCHED.swap(true, Ordering::SeqCst) {
        apt(&["update", "-qq"])?;
    }
    if packages.iter().any(|package| package.starts_with("postgresql")) {
        without_a_server_of_its_own()?;
    }
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    apt(&arguments)
}

fn apt(arguments: &[&str]) -> Result<()> {
    let mut apt = process::program("apt-get");
    apt.args(arguments)
        .args(["-o", "Dpkg::Use-Pty=0"])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdout(std::io::stderr());
    process::run(&mut apt)
}

/// Debian's package would create and start a database server; only its binaries
/// are wanted. A configuration that exists already is left alone.
fn without_a_server_of_its_own() -> Result<()> {
    let folder = Path::new("/etc/postgresql-common");
    let file = folder.join("createcluster.conf");
    if !file.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(&file, "create_main_cluster = false\n")
            .with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
