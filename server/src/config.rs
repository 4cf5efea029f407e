//! Settings: what can be set, what each means, and how a value is read. Every
//! setting is one row of [`KEYS`]; it comes from `GONGZHI_NAME` in the
//! environment, else from `name = …` in `gongzhi.toml`, else from its default.
//! Nothing else in the program reads the environment for settings.

mod keys;
mod load;

pub use keys::{KEYS, Key};
pub use load::{Loaded, Problem, Problems, Source, load, load_from};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

/// All settings, read and checked. Made by [`load`].
#[derive(Debug, Clone)]
pub struct Config {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The portal's address as residents type it, without a trailing slash.
    pub public_url: Option<String>,
    /// Networks of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The database that serves requests; without it the program runs its own.
    pub database_url: Option<String>,
    /// The same database as the role that owns the tables; defaults to `database_url`.
    pub database_owner_url: Option<String>,
    /// A standby for reads that may be a moment old.
    pub database_read_url: Option<String>,
    /// Most connections a pool opens.
    pub database_connections: u32,
    /// Folder with `postgres`, `initdb` and `pg_ctl`, asked first.
    pub pg_bin: Option<PathBuf>,
    /// Where the program keeps its database, photos, keys and outgoing messages.
    pub data_dir: PathBuf,
    /// Folder with the style sheet, bundles and icons made by the build.
    pub site: PathBuf,
    /// The file with the encryption keys.
    pub key_file: PathBuf,
    /// The contents of a key file, given directly.
    pub keys: Option<String>,
    /// How log lines are written.
    pub log: LogFormat,
    /// Which log lines are written, as `tracing-subscriber` filters.
    pub log_level: String,
    /// Jobs at a time; 0 leaves them to other replicas.
    pub workers: usize,
    /// Where messages to people go.
    pub gateway: GatewayChoice,
    /// Bearer token sent to the webhook.
    pub gateway_token: Option<String>,
    /// Requests a second from one address before it has to wait; 0 switches the limit off.
    pub rate: u32,
    /// Longest time a request may take.
    pub request_timeout: Duration,
    /// Longest time running requests get when the program is asked to stop.
    pub stop_timeout: Duration,
    /// Bearer token that opens `/metrics` to addresses other than loopback.
    pub metrics_token: Option<String>,
    /// ICP filing number in the footer.
    pub filing_icp: Option<String>,
    /// Public security filing number in the footer.
    pub filing_police: Option<String>,
    /// Who runs the portal, in the footer and the legal pages.
    pub operator: Option<String>,
    /// How residents reach the operator, in the footer.
    pub contact: Option<String>,
    /// The zone dates are shown in.
    pub time_zone: String,
    /// Whether the demo town is loaded and its sign-ins are printed.
    pub demo: bool,
    /// A file that says how many days the demonstration is ahead.
    pub demo_clock: Option<PathBuf>,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For a person at a terminal.
    Human,
    /// One JSON object a line.
    Json,
}

/// Where messages to people (codes, notices) go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayChoice {
    /// One file a message in `DATA_DIR/outbox`.
    Folder,
    /// An HTTP POST for each message.
    Webhook(String),
}

impl Default for Config {
    /// Every setting at its default, for this machine and user.
    fn default() -> Self {
        let data_dir = default_data_dir();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            public_url: None,
            trusted_proxies: Vec::new(),
            database_url: None,
            database_owner_url: None,
            database_read_url: None,
            database_connections: 16,
            pg_bin: None,
            site: default_site(),
            key_file: data_dir.join("keys"),
            data_dir,
            keys: None,
            log: LogFormat::Human,
            log_level: keys::DEFAULT_LOG_LEVEL.into(),
            workers: 4,
            gateway: GatewayChoice::Folder,
            gateway_token: None,
            rate: 50,
            request_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(20),
            metrics_token: None,
            filing_icp: None,
            filing_police: None,
            operator: None,
            contact: None,
            time_zone: "Asia/Shanghai".into(),
            demo: false,
            demo_clock: None,
        }
    }
}

impl Config {
    /// Whether residents reach the portal over https.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// The host residents know the portal by: the name of its log of evidence, which then stays.
    pub fn public_host(&self) -> Option<&str> {
        let (_, rest) = self.public_url.as_deref()?.split_once("://")?;
        rest.split('/').next().filter(|host| !host.is_empty())
    }

    /// Refuses to serve residents over plain http on an address others can
    /// reach: the session cookie would travel readable, and browsers would not
    /// keep it anyway (`__Host-`). A proxy that ends TLS in front is said by
    /// `public_url` or `trusted_proxies`.
    pub fn check_address(&self) -> Result<(), Problem> {
        if self.listen.ip().is_loopback() || self.is_https() || !self.trusted_proxies.is_empty() {
            return Ok(());
        }
        Err(Problem {
            key: "listen".into(),
            said: self.listen.to_string(),
            expected: "a loopback address such as 127.0.0.1:3000; to serve a public address set \
                       GONGZHI_PUBLIC_URL to its https:// address, or GONGZHI_TRUSTED_PROXIES to \
                       the proxy that ends TLS in front of it"
                .into(),
        })
    }

    /// Refuses demo mode on an address others can reach: its passwords are printed. Refuses a clock that can be set
    /// ahead anywhere but in the demonstration: what a portal records happened when it says.
    pub fn check_demo(&self) -> Result<(), Problem> {
        if let Some(clock) = self.demo_clock.as_ref().filter(|_| !self.demo) {
            return Err(Problem {
                key: "demo_clock".into(),
                said: clock.display().to_string(),
                expected: "nothing without GONGZHI_DEMO: only the demonstration's clock can be set ahead".into(),
            });
        }
        if !self.demo || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(Problem {
            key: "demo".into(),
            said: "true".into(),
            expected: format!(
                "a loopback address in GONGZHI_LISTEN (now {}): the demo's sign-ins are public",
                self.listen
            ),
        })
    }
}

/// `/var/lib/gongzhi` for root, whose home the database's user cannot enter;
/// `~/.local/share/gongzhi` for others.
fn default_data_dir() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return PathBuf::from("/var/lib/gongzhi");
    }
    let share = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")));
    share.unwrap_or_else(|| PathBuf::from(".")).join("gongzhi")
}

/// `site` beside the program, as it is installed; else `target/site`, as it is built.
fn default_site() -> PathBuf {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| exe.parent().map(|folder| folder.join("site")))
        .filter(|site| site.is_dir());
    beside.unwrap_or_else(|| PathBuf::from("target/site"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_plain_http_address_is_refused() {
        let mut config = Config::default();
        assert!(config.check_address().is_ok());
        config.listen = "0.0.0.0:3000".parse().expect("address");
        let problem = config.check_address().expect_err("refused");
        assert_eq!(problem.key, "listen");
        config.public_url = Some("http://gongzhi.example".into());
        assert!(config.check_address().is_err());
        config.public_url = Some("https://gongzhi.example".into());
        assert!(config.check_address().is_ok());
        config.public_url = None;
        config.trusted_proxies = vec!["10.0.0.0/8".parse().expect("network")];
        assert!(config.check_address().is_ok());
    }

    #[test]
    fn the_demo_stays_on_this_machine() {
        let mut config = Config { demo: true, ..Config::default() };
        assert!(config.check_demo().is_ok());
        config.listen = "[::]:3000".parse().expect("address");
        assert!(config.check_demo().is_err());
    }

    #[test]
    fn only_the_demonstrations_clock_is_set_ahead() {
        let mut config = Config { demo_clock: Some("days".into()), ..Config::default() };
        assert_eq!(config.check_demo().expect_err("refused").key, "demo_clock");
        config.demo = true;
        assert!(config.check_demo().is_ok());
    }
}
