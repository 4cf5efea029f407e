//! The program `gongzhi` as a person starts it: what it says of wrong settings,
//! and what is left of it after `kill -9` and after a clean stop.

mod common;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use common::{data_folder, servers};

fn gongzhi(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongzhi"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GONGZHI_DATA_DIR", folder.join("data"))
        .env("GONGZHI_LISTEN", "127.0.0.1:0")
        .current_dir(folder);
    command
}

fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("output");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

/// Starts it and waits for its address.
fn serve(folder: &Path) -> (Child, String) {
    let mut child =
        gongzhi(folder).arg("serve").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let Some(address) = line.trim().rsplit(' ').next().filter(|word| word.starts_with("http")) else {
        let mut said = String::new();
        let _ = child.stderr.take().expect("stderr").read_to_string(&mut said);
        panic!("no address in {line:?}: {said}");
    };
    (child, address.to_owned())
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("pid")), signal).expect("signal");
}

#[test]
fn a_killed_program_is_followed_by_one_that_works_and_leaves_nothing() {
    let temp = data_folder();
    let data = temp.path().join("data");
    let (mut first, _) = serve(temp.path());
    let database = servers(&data);
    assert!(!database.is_empty());

    // Another one on the same folder is refused, and says by whom.
    let (code, _, said) = output(gongzhi(temp.path()).arg("serve"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&first.id().to_string()), "{said}");

    // The audit chain can be walked beside it, and the database is left as it was.
    let (code, said, errors) = output(gongzhi(temp.path()).args(["audit", "verify"]));
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("whole"), "{said}");
    assert!(database.iter().all(|pid| servers(&data).contains(pid)), "it still runs");

    signal(&first, Signal::SIGKILL);
    first.wait().expect("gone");
    assert!(!servers(&data).is_empty(), "the database outlives a kill");

    let (mut second, _) = serve(temp.path());
    assert!(servers(&data).iter().any(|pid| database.contains(pid)), "it is taken over");
    let started = Instant::now();
    signal(&second, Signal::SIGTERM);
    let status = second.wait().expect("stopped");
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(30));
    assert_eq!(servers(&data), Vec::<i32>::new(), "a clean stop leaves nothing");
}

#[test]
fn wrong_settings_are_named_and_end_with_2() {
    let temp = data_folder();
    for (name, value, wanted) in [
        ("GONGZHI_LISTEN", "everywhere", "127.0.0.1:3000"),
        ("GONGZHI_LISTEN", "0.0.0.0:3000", "GONGZHI_PUBLIC_URL"),
        ("GONGZHI_LISTNE", "x", "GONGZHI_LISTEN"),
        ("GONGZHI_WORKERS", "many", "from 0 to 64"),
        ("GONGZHI_CONFIG", "missing.toml", "missing.toml"),
    ] {
        let (code, _, said) = output(gongzhi(temp.path()).arg("serve").env(name, value));
        assert_eq!(code, Some(2), "{name}={value}: {said}");
        assert!(said.contains(wanted), "{name}={value}: {said}");
    }
    std::fs::write(temp.path().join("gongzhi.toml"), "wrokers = 3\n").expect("file");
    let (code, _, said) = output(gongzhi(temp.path()).arg("config"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("did you mean workers?"), "{said}");
    assert!(!temp.path().join("data").exists(), "nothing was started");
}

#[test]
fn it_tells_about_itself_and_keeps_secrets() {
    let temp = data_folder();
    let (code, said, _) = output(gongzhi(temp.path()).arg("--help"));
    assert_eq!(code, Some(0));
    for verb in ["serve", "migrate", "demo", "audit", "config"] {
        assert!(said.contains(verb), "{said}");
    }
    let (code, said, _) = output(gongzhi(temp.path()).arg("--version"));
    assert_eq!((code, said.trim()), (Some(0), concat!("gongzhi ", env!("CARGO_PKG_VERSION"))));
    let url = "postgres://u:hunter2@db/gongzhi";
    let (code, said, _) = output(gongzhi(temp.path()).arg("config").env("GONGZHI_DATABASE_URL", url));
    assert_eq!(code, Some(0));
    assert!(said.contains("GONGZHI_DATABASE_URL") && !said.contains("hunter2"), "{said}");
}

#[test]
fn the_audit_chain_of_a_new_database_is_whole() {
    let temp = data_folder();
    let (code, _, said) = output(gongzhi(temp.path()).arg("migrate"));
    assert_eq!(code, Some(0), "{said}");
    let (code, said, errors) = output(gongzhi(temp.path()).args(["audit", "verify"]));
    assert_eq!(code, Some(0), "{errors}");
    assert!(said.contains("whole"), "{said}");
    assert_eq!(servers(&temp.path().join("data")), Vec::<i32>::new());
}
