//! Starting other programs: one way to run them, to read their answer and to
//! listen to their output; and the one place that hears Ctrl-C, so that every
//! guard (a throw-away database, a server) is dropped before xtask ends.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Says in one line what is being done, or that it was done before.
pub fn say(line: impl AsRef<str>) {
    eprintln!("xtask: {}", line.as_ref());
}

/// From here on Ctrl-C, SIGTERM and SIGHUP end the running child, and the call
/// that waits for it returns an error instead of the process dying at once.
pub fn heed_interrupts() -> Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            return;
        }
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        for id in running.iter() {
            end(*id);
        }
    })
    .context("listening for Ctrl-C")
}

/// Whether someone asked to stop.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program without the variables that `cargo run` set for xtask itself: some
/// build scripts watch them, and would run again for every command.
pub fn program(name: impl AsRef<Path>) -> Command {
    let mut program = Command::new(name.as_ref());
    for (key, _) in std::env::vars_os() {
        let Some(text) = key.to_str() else { continue };
        let cargos = text == "CARGO"
            || ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
            || text == "CARGO_PRIMARY_PACKAGE";
        if cargos {
            program.env_remove(&key);
        }
    }
    // `cargo run` puts the folders of the toolchain and of target/ in front.
    if let Some(paths) = std::env::var_os("LD_LIBRARY_PATH") {
        let own: Vec<_> = std::env::split_paths(&paths)
            .filter(|path| {
                let path = path.to_string_lossy();
                !path.contains("/toolchains/") && !path.contains("/debug")
            })
            .collect();
        match std::env::join_paths(own) {
            Ok(own) if !own.is_empty() => program.env("LD_LIBRARY_PATH", own),
            _ => program.env_remove("LD_LIBRARY_PATH"),
        };
    }
    program
}

/// Runs to the end with the terminal's own input and output; fails when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = wait(start(command)?)?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs quietly and answers what it printed; on failure the error carries what
/// it said.
pub fn capture(command: &mut Command) -> Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(command)?;
    let stderr = child.child.stderr.take().map(|mut pipe| {
        thread::spawn(move || {
            let mut text = Vec::new();
            // A pipe that breaks ends the text; the exit status tells the rest.
            let _ = pipe.read_to_end(&mut text);
            text
        })
    });
    let mut answer = Vec::new();
    if let Some(mut pipe) = child.child.stdout.take() {
        pipe.read_to_end(&mut answer)?;
    }
    let complaint = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    let status = wait(child)?;
    if !status.success() {
        bail!("{} ended with {status}\n{}", shown(command), String::from_utf8_lossy(&complaint).trim_end());
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Like [`run`], but ends the program after `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = start(command.stdin(Stdio::null()))?;
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.child.try_wait()? {
            ensure!(status.success(), "{} ended with {status}", shown(command));
            return Ok(());
        }
        if Instant::now() > deadline || interrupted() {
            child.child.kill()?;
            child.child.wait()?;
            bail!("{} took too long", shown(command));
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Runs to the end, shows both streams as they come, and hands every line to
/// `heard` without its colours.
pub fn listen(command: &mut Command, heard: impl FnMut(&str) + Send) -> Result<ExitStatus> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(command)?;
    let stdout = child.child.stdout.take();
    let stderr = child.child.stderr.take();
    let heard = Mutex::new(heard);
    let pass_on = |pipe: &mut dyn Read, out: &mut dyn Write| {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
            // A closed terminal must not stop the tests.
            let _ = out.write_all(&line);
            let plain = without_colours(&String::from_utf8_lossy(&line));
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            (*heard)(plain.trim_end());
            line.clear();
        }
    };
    thread::scope(|scope| {
        if let Some(mut pipe) = stderr {
            let pass_on = &pass_on;
            scope.spawn(move || pass_on(&mut pipe, &mut std::io::stderr()));
        }
        if let Some(mut pipe) = stdout {
            pass_on(&mut pipe, &mut std::io::stdout());
        }
    });
    wait(child)
}

/// A child that is ended by an interrupt; forgotten when it is gone.
pub struct Running {
    child: Child,
}

impl Running {
    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks it to end, and waits until it has; after `patience` it is killed.
    pub fn stop(mut self, patience: Duration) -> Result<()> {
        end(self.child.id());
        let deadline = Instant::now() + patience;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                self.child.kill()?;
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|id| *id != self.child.id());
    }
}

/// Starts a program that goes on beside xtask.
pub fn start(command: &mut Command) -> Result<Running> {
    if interrupted() {
        bail!("interrupted");
    }
    let child = command.spawn().with_context(|| format!("starting {}", shown(command)))?;
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.push(child.id());
    Ok(Running { child })
}

fn wait(mut running: Running) -> Result<ExitStatus> {
    let status = running.child.wait()?;
    if interrupted() {
        bail!("interrupted");
    }
    Ok(status)
}

fn end(id: u32) {
    let id = i32::try_from(id).ok().and_then(Pid::from_raw);
    if let Some(id) = id {
        // It may have ended by itself in between.
        let _ = kill_process(id, Signal::TERM);
    }
}

/// Looks a program up in PATH.
pub fn find(name: &str) -> Option<std::path::PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// Takes the terminal's colour sequences (`ESC [ … letter`) out of a line.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            for inner in characters.by_ref() {
                if inner.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out() {
        assert_eq!(without_colours("\u{1b}[32;1mok\u{1b}[0m 3"), "ok 3");
        assert_eq!(without_colours("收转办回"), "收转办回");
    }

    #[test]
    fn an_answer_is_captured_and_a_failure_carries_its_words() {
        let answer = capture(program("sh").args(["-c", "echo answer"])).expect("it answers");
        assert_eq!(answer, "answer\n");
        let error = capture(program("sh").args(["-c", "echo no >&2; exit 3"])).expect_err("it must fail").to_string();
        assert!(error.contains("no") && error.contains('3'), "{error}");
    }

    #[test]
    fn both_streams_are_heard() {
        let mut lines = Vec::new();
        let status =
            listen(program("sh").args(["-c", "echo one; echo two >&2; exit 4"]), |line| lines.push(line.to_owned()))
                .expect("it runs");
        lines.sort();
        assert_eq!(lines, ["one", "two"]);
        assert_eq!(status.code(), Some(4));
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let before = Instant::now();
        let outcome = run_within(program("sleep").arg("30"), Duration::from_millis(100));
        assert!(outcome.is_err());
        assert!(before.elapsed() < Duration::from_secs(10));
    }
}
