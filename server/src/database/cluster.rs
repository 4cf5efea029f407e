//! The program's own PostgreSQL: made once, started or found running, stopped
//! on a clean exit. It listens on a socket in the data folder and nowhere else.
//!
//! The server is started by `pg_ctl`, which puts it into its own session: it
//! outlives a killed `gongzhi` and is taken over by the next one. A clean stop
//! stops it, whoever started it.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};
use tokio::process::Command;
use tokio::time::Instant;

use super::binaries::Binaries;
use super::folder::{DataFolder, ServerUser, socket_of};
use super::passwords::Passwords;
use super::{APP, Access, Error, NAME, OWNER, io, roles};

const SUPERUSER: &str = "postgres";
/// Crash recovery of a big database may take minutes; `pg_ctl` waits for it.
const START_SECONDS: &str = "300";
const RECOVERY: Duration = Duration::from_secs(300);
const STOP_SECONDS: &str = "60";
/// A server that has stopped still has to end its processes.
const EXIT: Duration = Duration::from_secs(10);
/// A running server answers at once, also while it recovers.
const ANSWER: Duration = Duration::from_secs(5);

/// Settings of the server. Statements and values stay out of its log, because
/// residents' words and numbers are in them; it keeps a week of log.
const SETTINGS: &str = "\
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
fsync = on
full_page_writes = on
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_rotation_age = '1d'
log_truncate_on_rotation = on
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
";

/// A running server in the data folder.
pub struct Embedded {
    access: Access,
    server: Server,
    reused: bool,
}

struct Server {
    binaries: Binaries,
    user: ServerUser,
    cluster: PathBuf,
    socket: PathBuf,
    /// What the server says before its own log is open.
    start_log: PathBuf,
}

impl Embedded {
    /// Starts the server of a data folder, making it on first use; takes over
    /// one that a killed `gongzhi` left running.
    pub async fn start(folder: &DataFolder, pg_bin: Option<&Path>) -> Result<Self, Error> {
        let database = folder.database();
        let cluster = database.join("cluster");
        let user = ServerUser::choose(&cluster)?;
        user.can_reach(folder.path())?;
        user.private_folder(&database)?;
        let socket = socket_of(folder.path());
        user.private_folder(&socket)?;
        let passwords = Passwords::load_or_make(&passwords_in(folder.path()))?;
        let downloads = folder.path().join("postgresql");
        let server = Server {
            binaries: Binaries::find(pg_bin, cluster_version(&cluster), &downloads).await?,
            user,
            start_log: database.join("start.log"),
            cluster,
            socket,
        };

        if !server.cluster.join("PG_VERSION").is_file() {
            server.make(&database, &passwords.superuser).await?;
        }
        let superuser = options(&server.socket, SUPERUSER, &passwords.superuser);
        let reused = server.take_over(&superuser).await?;
        if reused {
            tracing::info!("took over the database server that was left running");
        } else {
            server.start().await?;
        }
        roles::make_own(&superuser, &passwords).await?;
        let access = access(&server.socket, &passwords);
        Ok(Self { access, server, reused })
    }

    /// How to reach the server of a folder that another `gongzhi` serves from; it is neither started nor stopped.
    pub fn beside(folder: &Path) -> Result<Access, Error> {
        let passwords = Passwords::load(&passwords_in(folder))?;
        Ok(access(&socket_of(folder), &passwords))
    }

    /// How to reach it.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Whether the server was running already.
    pub fn was_reused(&self) -> bool {
        self.reused
    }

    /// Stops the server: open transactions are rolled back, everything is written.
    pub async fn stop(self) -> Result<(), Error> {
        self.server.stop().await
    }
}

fn passwords_in(folder: &Path) -> PathBuf {
    folder.join("database-passwords")
}

fn access(socket: &Path, passwords: &Passwords) -> Access {
    Access {
        owner: options(socket, OWNER, &passwords.owner).application_name("gongzhi-owner"),
        app: options(socket, APP, &passwords.app).application_name("gongzhi"),
        read: None,
    }
}

fn options(socket: &Path, role: &str, password: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(socket).port(5432).username(role).password(password).database(NAME)
}

impl Server {
    /// `initdb` into a folder beside, moved into place when it is complete: a
    /// start that is killed half-way leaves nothing that looks like a cluster.
    async fn make(&self, database: &Path, password: &str) -> Result<(), Error> {
        tracing::info!(folder = %self.cluster.display(), "making the database");
        let unfinished = database.join("cluster.new");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(io(&unfinished))?;
        }
        let password_file = database.join("initdb-password");
        super::passwords::write_secret(&password_file, password.as_bytes()).map_err(io(&password_file))?;
        if self.user.change {
            std::os::unix::fs::chown(&password_file, Some(self.user.uid), Some(self.user.gid))
                .map_err(io(&password_file))?;
        }
        let mut command = self.command("initdb");
        command
            .arg("--pgdata")
            .arg(&unfinished)
            .arg("--username")
            .arg(SUPERUSER)
            .arg("--pwfile")
            .arg(&password_file)
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums"]);
        let made = run("initdb", command).await;
        let _ = std::fs::remove_file(&password_file);
        made?;
        let configuration = unfinished.join("postgresql.conf");
        let mut text = std::fs::read_to_string(&configuration).map_err(io(&configuration))?;
        text.push_str("\n# Written by gongzhi at every start.\ninclude = 'gongzhi.conf'\n");
        std::fs::write(&configuration, text).map_err(io(&configuration))?;
        std::fs::rename(&unfinished, &self.cluster).map_err(io(&self.cluster))
    }

    /// Whether a server of exactly this cluster answers on the socket.
    async fn answers(&self, superuser: &PgConnectOptions) -> bool {
        let asking = async {
            let mut connection = superuser.clone().database("postgres").connect().await?;
            let folder: String =
                sqlx::query_scalar("select current_setting('data_directory')").fetch_one(&mut connection).await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(folder)
        };
        match tokio::time::timeout(ANSWER, asking).await {
            Ok(Ok(folder)) => Path::new(&folder) == self.cluster,
            _ => false,
        }
    }

    /// Takes over a server of this cluster that is running. One that is still
    /// recovering or stopping is waited for. What a server that is gone left
    /// behind is removed, also when its process number belongs to somebody else
    /// by now (a restarted container hands out the same numbers) or to a dead
    /// process nobody has collected.
    async fn take_over(&self, superuser: &PgConnectOptions) -> Result<bool, Error> {
        let pid_file = self.cluster.join("postmaster.pid");
        let patience = Instant::now() + RECOVERY;
        while let Some(pid) = pid_in(&pid_file) {
            let workers = self.processes();
            if self.is_server(pid, workers.as_deref()) {
                if self.answers(superuser).await {
                    return Ok(true);
                }
            } else if workers.is_none_or(|workers| workers.is_empty()) {
                tracing::info!(pid, "the database server did not stop cleanly last time; it recovers now");
                // It may have removed the file itself in the meantime.
                let _ = std::fs::remove_file(&pid_file);
                break;
            }
            if Instant::now() > patience {
                return Err(Error::Unusable(format!("the database server (process {pid}) runs but does not answer")));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // Nobody else uses this folder of ours: the data folder is locked, and its server is gone.
        let _ = std::fs::remove_file(self.socket.join(".s.PGSQL.5432.lock"));
        Ok(false)
    }

    /// Whether a process is a server of this cluster: it works in its folder.
    fn is_server(&self, pid: i32, processes: Option<&[i32]>) -> bool {
        match processes {
            Some(processes) => processes.contains(&pid),
            None => nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_ok(),
        }
    }

    /// The processes that work in the cluster's folder: a server and its
    /// children, which may outlive it by a moment. Nothing without `/proc`.
    fn processes(&self) -> Option<Vec<i32>> {
        std::fs::read_link("/proc/self/cwd").ok()?;
        let found = std::fs::read_dir("/proc")
            .ok()?
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|pid| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == self.cluster));
        Some(found.collect())
    }

    async fn start(&self) -> Result<(), Error> {
        let settings = format!(
            "{SETTINGS}unix_socket_directories = '{}'\n",
            self.socket.display().to_string().replace('\'', "''")
        );
        let file = self.cluster.join("gongzhi.conf");
        std::fs::write(&file, settings).map_err(io(&file))?;
        if self.user.change {
            std::os::unix::fs::chown(&file, Some(self.user.uid), Some(self.user.gid)).map_err(io(&file))?;
        }
        let mut command = self.command("pg_ctl");
        command
            .args(["start", "--wait", "--silent", "--timeout", START_SECONDS])
            .arg("--pgdata")
            .arg(&self.cluster)
            .arg("--log")
            .arg(&self.start_log);
        run("pg_ctl start", command).await.map_err(|error| self.explain(error))
    }

    async fn stop(&self) -> Result<(), Error> {
        let mut command = self.command("pg_ctl");
        command
            .args(["stop", "--wait", "--silent", "--mode=fast", "--timeout", STOP_SECONDS])
            .arg("--pgdata")
            .arg(&self.cluster);
        run("pg_ctl stop", command).await?;
        // `pg_ctl` waits for the pid file to go, which is a moment before the processes do.
        let patience = Instant::now() + EXIT;
        while self.processes().is_some_and(|left| !left.is_empty()) && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Adds the end of the server's own words to `pg_ctl`'s: those from before
    /// its log was open, and those of its log.
    fn explain(&self, error: Error) -> Error {
        let Error::Program { program, said } = error else {
            return error;
        };
        let log = std::fs::read_dir(self.cluster.join("log"))
            .into_iter()
            .flatten()
            .flatten()
            .max_by_key(|file| file.metadata().and_then(|meta| meta.modified()).ok())
            .map(|file| file.path());
        let words: Vec<String> = [Some(self.start_log.clone()), log]
            .into_iter()
            .flatten()
            .filter_map(|file| std::fs::read(file).ok())
            .map(|bytes| tail(&String::from_utf8_lossy(&bytes)))
            .collect();
        Error::Program { program, said: format!("{said}\n{}", words.join("\n")) }
    }

    /// A program of PostgreSQL as the server's user, with nothing of this
    /// process's environment that would change what it does.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.program(program));
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::null())
            // Not killed with this process's group: Ctrl-C is for gongzhi, which stops it in order.
            .process_group(0);
        if self.user.change {
            command.uid(self.user.uid).gid(self.user.gid);
        }
        command
    }
}

/// The process number in the first line of a pid file.
fn pid_in(file: &Path) -> Option<i32> {
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().next()?.trim().parse().ok()
}

fn cluster_version(cluster: &Path) -> Option<u32> {
    let text = std::fs::read_to_string(cluster.join("PG_VERSION")).ok()?;
    text.trim().parse().ok()
}

async fn run(program: &'static str, mut command: Command) -> Result<(), Error> {
    let output: Output = command.output().await.map_err(|error| Error::Program { program, said: error.to_string() })?;
    if output.status.success() {
        return Ok(());
    }
    let mut said = tail(&String::from_utf8_lossy(&output.stderr));
    if said.is_empty() {
        said = tail(&String::from_utf8_lossy(&output.stdout));
    }
    Err(Error::Program { program, said })
}

/// The last lines of a program's words.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(8);
    lines.get(from..).unwrap_or_default().join("\n")
}
