//! Log lines: for a person or as JSON, to standard error. Nothing that
//! residents write reaches them; layers log a route's template, never its query,
//! and of a panic only its place is told: its message may hold what somebody typed.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, LogFormat};

/// Starts writing log lines, panics among them; called once, when the program starts.
pub(crate) fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match config.log {
        LogFormat::Human => lines.compact().with_target(false).finish().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    };
    // Whoever embeds the program may have a subscriber already; it stands.
    drop(started);
    std::panic::set_hook(Box::new(panicked));
}

/// Writes down where a panic happened.
fn panicked(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panicked");
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("lines").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_not_by_its_message() {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        start(&Config { log_level: "error".into(), ..Config::default() });
        let ended = tracing::subscriber::with_default(log, || {
            std::panic::catch_unwind(|| panic!("{} lives here", "13800001234"))
        });
        drop(std::panic::take_hook());
        assert!(ended.is_err());
        let lines = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("text");
        assert!(lines.contains("panicked") && lines.contains("logging.rs"), "{lines}");
        assert!(!lines.contains("13800001234") && !lines.contains("lives here"), "{lines}");
    }
}
