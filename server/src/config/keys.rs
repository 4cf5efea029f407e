//! The table of settings. A row names the key, says what it means and what is
//! expected, and reads a value into [`Config`]; `gongzhi config` prints it.

use std::path::PathBuf;
use std::time::Duration;

use super::{Config, GatewayChoice, LogFormat};

/// One setting.
pub struct Key {
    /// Its name in `gongzhi.toml`; in the environment `GONGZHI_` and upper case.
    pub name: &'static str,
    /// What it decides, in one line.
    pub meaning: &'static str,
    /// What a value looks like; shown when one is refused.
    pub expected: &'static str,
    /// What holds when nothing is said, in words where it depends on the machine.
    pub default: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
    /// Reads a value, or refuses it.
    pub(super) read: fn(&mut Config, &str) -> Option<()>,
}

impl Key {
    /// The name in the environment, `GONGZHI_LISTEN`.
    pub fn variable(&self) -> String {
        format!("GONGZHI_{}", self.name.to_ascii_uppercase())
    }
}

/// What the program itself does; of the daily work of its libraries, which is of no use to an operator, only the trouble.
pub(super) const DEFAULT_LOG_LEVEL: &str = "info,graphile_worker=warn,sqlx::postgres::notice=warn";

/// Every setting, in the order `gongzhi config` lists them.
pub const KEYS: &[Key] = &[
    Key {
        name: "listen",
        meaning: "address and port to listen on; port 0 takes a free one",
        expected: "an address and port, such as 127.0.0.1:3000",
        default: "127.0.0.1:3000",
        secret: false,
        read: |config, value| put(&mut config.listen, value.parse().ok()),
    },
    Key {
        name: "public_url",
        meaning: "the portal's address as residents type it; https switches HSTS on",
        expected: "https://host or http://host, with no path",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.public_url, origin(value).map(Some)),
    },
    Key {
        name: "trusted_proxies",
        meaning: "proxies whose X-Forwarded-For is believed",
        expected: "addresses or networks separated by commas, such as 10.0.0.0/8,::1",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.trusted_proxies, networks(value)),
    },
    Key {
        name: "rate",
        meaning: "requests a second from one address before it has to wait; 0 for no limit",
        expected: "a whole number from 0 to 1000000",
        default: "50",
        secret: false,
        read: |config, value| put(&mut config.rate, number(value, 0, 1_000_000)),
    },
    Key {
        name: "request_timeout",
        meaning: "seconds after which an unfinished request is given up",
        expected: "a whole number of seconds from 1 to 600",
        default: "30",
        secret: false,
        read: |config, value| put(&mut config.request_timeout, seconds(value)),
    },
    Key {
        name: "stop_timeout",
        meaning: "seconds running requests get when the program is asked to stop",
        expected: "a whole number of seconds from 1 to 600",
        default: "20",
        secret: false,
        read: |config, value| put(&mut config.stop_timeout, seconds(value)),
    },
    Key {
        name: "database_url",
        meaning: "PostgreSQL 15 or later to serve from; without it the program runs its own",
        expected: "postgres://user:password@host:port/database",
        default: "(own database in data_dir)",
        secret: true,
        read: |config, value| put(&mut config.database_url, postgres(value).map(Some)),
    },
    Key {
        name: "database_owner_url",
        meaning: "the same database as the role that owns the tables, for migrations",
        expected: "postgres://user:password@host:port/database",
        default: "(database_url)",
        secret: true,
        read: |config, value| put(&mut config.database_owner_url, postgres(value).map(Some)),
    },
    Key {
        name: "database_read_url",
        meaning: "a standby for reads that may be a moment old",
        expected: "postgres://user:password@host:port/database",
        default: "(database_url)",
        secret: true,
        read: |config, value| put(&mut config.database_read_url, postgres(value).map(Some)),
    },
    Key {
        name: "database_connections",
        meaning: "most database connections for requests",
        expected: "a whole number from 2 to 1000",
        default: "16",
        secret: false,
        read: |config, value| put(&mut config.database_connections, number(value, 2, 1000)),
    },
    Key {
        name: "pg_bin",
        meaning: "folder with initdb, pg_ctl and postgres for the program's own database",
        expected: "a folder",
        default: "(PG_BIN, PATH, /usr/lib/postgresql/*/bin, else downloaded)",
        secret: false,
        read: |config, value| put(&mut config.pg_bin, path(value).map(Some)),
    },
    Key {
        name: "data_dir",
        meaning: "folder for the program's database, photos, keys and outgoing messages",
        expected: "an absolute path",
        default: "/var/lib/gongzhi for root, else ~/.local/share/gongzhi",
        secret: false,
        read: |config, value| put(&mut config.data_dir, path(value).filter(|path| path.is_absolute())),
    },
    Key {
        name: "site",
        meaning: "folder with the built style sheet, scripts and icons",
        expected: "a folder",
        default: "site beside the program, else target/site",
        secret: false,
        read: |config, value| put(&mut config.site, path(value)),
    },
    Key {
        name: "key_file",
        meaning: "file with the encryption keys; made with mode 0600 on first start",
        expected: "a path",
        default: "keys in data_dir",
        secret: false,
        read: |config, value| put(&mut config.key_file, path(value)),
    },
    Key {
        name: "keys",
        meaning: "the contents of a key file, instead of key_file",
        expected: "the contents of a key file",
        default: "(none)",
        secret: true,
        read: |config, value| put(&mut config.keys, text(value)),
    },
    Key {
        name: "log",
        meaning: "how log lines are written",
        expected: "human or json",
        default: "human",
        secret: false,
        read: |config, value| {
            put(
                &mut config.log,
                match value {
                    "human" => Some(LogFormat::Human),
                    "json" => Some(LogFormat::Json),
                    _ => None,
                },
            )
        },
    },
    Key {
        name: "log_level",
        meaning: "which log lines are written",
        expected: "error, warn, info, debug, trace, or a filter such as info,sqlx=debug",
        default: DEFAULT_LOG_LEVEL,
        secret: false,
        read: |config, value| {
            put(&mut config.log_level, tracing_subscriber::EnvFilter::try_new(value).ok().map(|_| value.to_owned()))
        },
    },
    Key {
        name: "workers",
        meaning: "background jobs at a time; 0 leaves them to other replicas",
        expected: "a whole number from 0 to 64",
        default: "4",
        secret: false,
        read: |config, value| put(&mut config.workers, number(value, 0, 64)),
    },
    Key {
        name: "gateway",
        meaning: "where messages to people go: files in data_dir/outbox, or HTTP POST",
        expected: "folder, or an http:// or https:// address",
        default: "folder",
        secret: false,
        read: |config, value| put(&mut config.gateway, gateway(value)),
    },
    Key {
        name: "gateway_token",
        meaning: "bearer token sent with each POST to the gateway",
        expected: "text",
        default: "(none)",
        secret: true,
        read: |config, value| put(&mut config.gateway_token, text(value)),
    },
    Key {
        name: "metrics_token",
        meaning: "bearer token that opens /metrics beyond this machine",
        expected: "text of at least 16 characters",
        default: "(none: this machine only)",
        secret: true,
        read: |config, value| put(&mut config.metrics_token, (value.len() >= 16).then(|| Some(value.to_owned()))),
    },
    Key {
        name: "operator",
        meaning: "who runs the portal, shown in the footer and the legal pages",
        expected: "text",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.operator, text(value)),
    },
    Key {
        name: "contact",
        meaning: "how residents reach the operator, shown in the footer",
        expected: "text",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.contact, text(value)),
    },
    Key {
        name: "filing_icp",
        meaning: "ICP filing number in the footer",
        expected: "text",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.filing_icp, text(value)),
    },
    Key {
        name: "filing_police",
        meaning: "public security filing number in the footer",
        expected: "text",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.filing_police, text(value)),
    },
    Key {
        name: "time_zone",
        meaning: "the zone dates are shown in",
        expected: "the name of a zone, such as Asia/Shanghai",
        default: "Asia/Shanghai",
        secret: false,
        read: |config, value| put(&mut config.time_zone, zone(value)),
    },
    Key {
        name: "demo",
        meaning: "load the demo town and print its sign-ins; loopback only",
        expected: "true or false",
        default: "false",
        secret: false,
        read: |config, value| put(&mut config.demo, value.parse().ok()),
    },
    Key {
        name: "demo_clock",
        meaning: "file with the number of days the demonstration is ahead, read every second; demo only",
        expected: "a path",
        default: "(none)",
        secret: false,
        read: |config, value| put(&mut config.demo_clock, path(value).map(Some)),
    },
];

fn put<T>(place: &mut T, value: Option<T>) -> Option<()> {
    *place = value?;
    Some(())
}

fn number<T: TryFrom<u32>>(value: &str, min: u32, max: u32) -> Option<T> {
    let number: u32 = value.parse().ok()?;
    (min..=max).contains(&number).then(|| T::try_from(number).ok())?
}

fn seconds(value: &str) -> Option<Duration> {
    number::<u64>(value, 1, 600).map(Duration::from_secs)
}

fn text(value: &str) -> Option<Option<String>> {
    Some(Some(value.to_owned()))
}

fn path(value: &str) -> Option<PathBuf> {
    Some(PathBuf::from(value))
}

/// A scheme, a host and perhaps a port: `https://gongzhi.example`.
fn origin(value: &str) -> Option<String> {
    let value = value.strip_suffix('/').unwrap_or(value);
    let uri: axum::http::Uri = value.parse().ok()?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let bare = uri.path().len() <= 1 && uri.query().is_none() && !value.contains('@');
    (known && bare && uri.host().is_some_and(|host| !host.is_empty())).then(|| value.to_owned())
}

fn networks(value: &str) -> Option<Vec<ipnet::IpNet>> {
    value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<ipnet::IpNet>().or_else(|_| part.parse::<std::net::IpAddr>().map(ipnet::IpNet::from)).ok()
        })
        .collect()
}

fn postgres(value: &str) -> Option<String> {
    let scheme = value.starts_with("postgres://") || value.starts_with("postgresql://");
    let readable = value.parse::<sqlx::postgres::PgConnectOptions>().is_ok();
    (scheme && readable).then(|| value.to_owned())
}

fn gateway(value: &str) -> Option<GatewayChoice> {
    if value == "folder" {
        return Some(GatewayChoice::Folder);
    }
    let uri: axum::http::Uri = value.parse().ok()?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    (known && uri.host().is_some()).then(|| GatewayChoice::Webhook(value.to_owned()))
}

/// The shape of a zone's name; PostgreSQL says at start whether it knows it.
fn zone(value: &str) -> Option<String> {
    let parts: Vec<&str> = value.split('/').collect();
    let shaped = (1..=3).contains(&parts.len())
        && parts.iter().all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+'))
        });
    shaped.then(|| value.to_owned())
}
