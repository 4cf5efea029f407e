//! The program as it is shipped, started as a child: `gongzhi serve` on a free
//! port, with the settings of a real installation but for the limits a load from
//! one address would meet.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Ask, Connection};

/// How long a start may take.
const START: Duration = Duration::from_secs(60);
/// How long a stop may take before it is forced.
const STOP: Duration = Duration::from_secs(30);
/// Database connections of every portal and of the bare handler: the program's default.
pub const CONNECTIONS: u32 = 16;

/// How portals are started.
#[derive(Debug, Clone)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// What the build of the browser's files left.
    pub site: Option<PathBuf>,
}

/// A running portal; dropped, it is killed.
pub struct Portal {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl Portal {
    /// Starts one on a database and waits until it is ready. `workers` are its background jobs.
    pub async fn start(program: &Program, database: &str, keys: &str, workers: u32) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("gongzhi-bench-").tempdir()?;
        let log = std::fs::File::create(folder.path().join("log"))?;
        let mut command = Command::new(&program.path);
        command.arg("serve").current_dir(folder.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GONGZHI_") {
                command.env_remove(name);
            }
        }
        command
            .env("GONGZHI_LISTEN", "127.0.0.1:0")
            .env("GONGZHI_DATABASE_URL", database)
            .env("GONGZHI_DATABASE_CONNECTIONS", CONNECTIONS.to_string())
            .env("GONGZHI_DATA_DIR", folder.path().join("data"))
            .env("GONGZHI_KEYS", keys)
            .env("GONGZHI_WORKERS", workers.to_string())
            .env("GONGZHI_RATE", "0")
            .env("GONGZHI_TRUSTED_PROXIES", "127.0.0.1");
        if let Some(site) = &program.site {
            command.env("GONGZHI_SITE", site);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let (child, address) = started(command).await.with_context(|| said(folder.path()))?;
        let portal = Self { address, child, folder };
        let answer = Connection::open(address).await?.ask(&Ask::get("/readyz")).await?;
        ensure!(answer.status == 200, "/readyz answers {}\n{}", answer.status, said(portal.folder.path()));
        Ok(portal)
    }

    /// The memory of its own process that is in use, in bytes; the database's processes are others.
    pub fn resident(&self) -> Result<u64> {
        let id = self.child.id().context("the portal has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        resident_in(&status).context("/proc/…/status has no VmRSS")
    }

    /// Asks it to stop and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let Some(id) = self.child.id() else { bail!("the portal ended by itself\n{}", said(self.folder.path())) };
        kill(Pid::from_raw(i32::try_from(id)?), Signal::SIGTERM)?;
        if tokio::time::timeout(STOP, self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// Starts a server that says on its output where it listens (`… http://ADDRESS`), and goes on reading what it says.
pub async fn started(mut command: Command) -> Result<(Child, SocketAddr)> {
    let mut child = command.spawn().context("starting the server")?;
    let output = child.stdout.take().context("no output")?;
    let mut lines = BufReader::new(output).lines();
    let listening = async {
        while let Some(line) = lines.next_line().await? {
            let address = line.split_once("http://").and_then(|(_, address)| address.trim().parse().ok());
            if let Some(address) = address {
                return Ok(address);
            }
        }
        bail!("the server ended before it listened")
    };
    let address = tokio::time::timeout(START, listening).await.context("the server did not start in time")??;
    // A pipe nobody reads would stop it one day.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, address))
}

/// The end of what a portal wrote into its log.
fn said(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(20)..).unwrap_or_default().join("\n")
}

/// `VmRSS:     1234 kB`
fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(resident_in("VmPeak:\t  9 kB\nVmRSS:\t   51200 kB\nRssAnon:\t 1 kB\n"), Some(52_428_800));
        assert_eq!(resident_in("VmPeak: 9 kB\n"), None);
    }
}
