//! Log lines: for a person or as JSON, to standard error. Nothing that
//! residents write reaches them; layers log a route's template, never its query.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, LogFormat};

/// Starts writing log lines. A second call in one process changes nothing.
pub(crate) fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match config.log {
        LogFormat::Human => lines.compact().with_target(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    // Tests start several servers in one process; the first one's lines stand.
    drop(started);
}
