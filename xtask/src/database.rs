//! A PostgreSQL cluster to be thrown away: made in a temporary folder, without
//! fsync unless it is measured, reachable on the loopback address with a random password, owned by an
//! unprivileged user when xtask is root, and removed when it is dropped. What a
//! killed xtask left behind is removed by the next one.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::process::{self, say};

/// The oldest PostgreSQL that Gongzhi supports.
const OLDEST: u32 = 15;
/// Clusters lie in the temporary folder under this name and the id of their xtask.
const PREFIX: &str = "gongzhi-cluster-";

/// A running cluster; dropped, it is stopped and deleted.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    owner: Option<Owner>,
    port: u16,
    password: String,
}

#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

/// Nothing in it is worth keeping: a crash may lose it.
const HASTY: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
                     shared_buffers = 128MB\nmax_wal_size = 4GB\n";
/// A commit is on the disk, as in a real installation; with memory for a million requests.
const DURABLE: &str = "fsync = on\nsynchronous_commit = on\nfull_page_writes = on\n\
                       shared_buffers = 512MB\nmax_wal_size = 8GB\n";
/// Of both kinds.
const SETTINGS: &str = "max_connections = 200\nautovacuum = off\nwal_level = minimal\nmax_wal_senders = 0\n\
                        listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n";

impl Cluster {
    /// Makes and starts one for tests.
    pub fn start() -> Result<Self> {
        Self::start_with(HASTY)
    }

    /// Makes and starts one on which commits take as long as they really do.
    pub fn start_durable() -> Result<Self> {
        Self::start_with(DURABLE)
    }

    fn start_with(promises: &str) -> Result<Self> {
        let programs = programs()?;
        sweep(&programs);
        let owner = if rustix::process::geteuid().is_root() { Some(unprivileged()?) } else { None };
        let folder = std::env::temp_dir().join(format!("{PREFIX}{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let mut cluster = Self { folder, programs, owner, port: 0, password: random_word()? };
        cluster.own(&cluster.folder)?;
        cluster.initialise(promises)?;
        cluster.listen()?;
        say(format!("throw-away database: running on port {}", cluster.port));
        Ok(cluster)
    }

    /// The address of a database in it, as the superuser.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes a database and applies the migrations of a folder, in the order of
    /// their names, each in one transaction.
    pub fn migrated(&self, database: &str, migrations: &Path) -> Result<String> {
        self.psql("postgres", &["-c", &format!("create database {database}")])?;
        let mut files: Vec<_> = fs::read_dir(migrations)
            .with_context(|| format!("reading {}", migrations.display()))?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
            .collect();
        files.sort();
        for file in &files {
            let name = file.to_string_lossy();
            self.psql(database, &["--single-transaction", "-f", &name])?;
        }
        say(format!("throw-away database: {} migrations applied", files.len()));
        Ok(self.url(database))
    }

    fn psql(&self, database: &str, arguments: &[&str]) -> Result<String> {
        let mut psql = process::program(self.programs.join("psql"));
        psql.arg(self.url(database)).args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]).args(arguments);
        process::capture(&mut psql)
    }

    fn initialise(&self, promises: &str) -> Result<()> {
        let password = self.folder.join("password");
        fs::write(&password, &self.password)?;
        self.own(&password)?;
        let mut initdb = self.program("initdb");
        initdb
            .arg("--pgdata")
            .arg(self.data())
            .args(["--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"])
            .args(["--auth-local=password", "--auth-host=password", "--no-sync"])
            .arg(format!("--pwfile={}", password.display()));
        process::capture(&mut initdb)?;
        let file = self.data().join("postgresql.auto.conf");
        fs::write(&file, format!("{promises}{SETTINGS}"))?;
        Ok(())
    }

    /// Starts on a free port. Another program may take it in between: three tries.
    fn listen(&mut self) -> Result<()> {
        let mut last = None;
        for _ in 0..3 {
            self.port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let mut control = self.program("pg_ctl");
            control
                .arg("--pgdata")
                .arg(self.data())
                .arg("--log")
                .arg(self.folder.join("log"))
                .args(["--wait", "--silent", "-o", &format!("-p {}", self.port), "start"])
                .stdout(std::io::stderr());
            match process::run(&mut control) {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        match last {
            Some(error) => Err(error.context(format!("starting PostgreSQL\n{log}"))),
            None => bail!("PostgreSQL was not started"),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut program = process::program(self.programs.join(name));
        program.current_dir(&self.folder).env("HOME", &self.folder);
        if let Some(owner) = self.owner {
            program.uid(owner.user).gid(owner.group);
        }
        program
    }

    fn own(&self, path: &Path) -> Result<()> {
        if let Some(owner) = self.owner {
            chown(path, Some(owner.user), Some(owner.group))?;
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        stop(&mut self.program("pg_ctl"), &self.data());
        // A folder that stays behind is swept by the next run.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where PostgreSQL's programs are: `PG_BIN`, PATH, Debian's folders with the
/// newest version first; installed when they are nowhere.
pub fn programs() -> Result<PathBuf> {
    if found().is_none() {
        packages::install("PostgreSQL", &["postgresql"])?;
    }
    let programs = found().context("PostgreSQL was installed but initdb is nowhere")?;
    say(format!("PostgreSQL's programs: {}", programs.display()));
    Ok(programs)
}

fn found() -> Option<PathBuf> {
    let complete =
        |folder: &PathBuf| ["initdb", "pg_ctl", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
    if let Some(named) = std::env::var_os("PG_BIN").map(PathBuf::from)
        && complete(&named)
    {
        return Some(named);
    }
    let on_path = process::find("initdb").and_then(|file| file.parent().map(Path::to_path_buf));
    if let Some(folder) = on_path.filter(complete) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(version, folder)| *version >= OLDEST && complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// `initdb` refuses root: the user `postgres` if there is one, else `nobody`.
fn unprivileged() -> Result<Owner> {
    let users = fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = users.lines().find(|line| line.split(':').next() == Some(*name))?;
            let mut numbers = line.split(':').skip(2);
            Some(Owner { user: numbers.next()?.parse().ok()?, group: numbers.next()?.parse().ok()? })
        })
        .context("/etc/passwd knows neither postgres nor nobody")
}

/// Stops and removes the clusters of xtasks that are no more.
fn sweep(programs: &Path) {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(id) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        if Path::new("/proc").join(id).exists() {
            continue;
        }
        say(format!("throw-away database: removing what process {id} left behind"));
        let mut control = process::program(programs.join("pg_ctl"));
        control.current_dir("/");
        if rustix::process::geteuid().is_root()
            && let Ok(owner) = unprivileged()
        {
            control.uid(owner.user).gid(owner.group);
        }
        stop(&mut control, &entry.path().join("data"));
        // Another user's leftover cannot be removed; it is theirs to sweep.
        let _ = fs::remove_dir_all(entry.path());
    }
}

/// Runs outside of the interruptible calls: it has to work after Ctrl-C too.
fn stop(control: &mut Command, data: &Path) {
    control.arg("--pgdata").arg(data).args(["--mode=immediate", "--silent", "stop"]);
    // Where nothing runs there is nothing to stop.
    let _ = control.output();
}

fn random_word() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let cluster = Cluster::start().expect("it starts");
        let folder = cluster.folder.clone();
        let migrations = folder.join("migrations");
        fs::create_dir(&migrations).expect("a folder");
        fs::write(migrations.join("0002_b.sql"), "insert into a values (7);").expect("written");
        fs::write(migrations.join("0001_a.sql"), "create table a (n int);").expect("written");
        cluster.migrated("tried", &migrations).expect("migrations in order");
        let answer = cluster.psql("tried", &["-At", "-c", "select n from a"]).expect("an answer");
        assert_eq!(answer.trim(), "7");
        let port = cluster.port;
        drop(cluster);
        assert!(!folder.exists());
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
