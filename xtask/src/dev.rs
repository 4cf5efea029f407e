//! Starting the portal: once in release, or again and again while its sources change.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::assets::{self, Quality};
use crate::process::{self, Running, say};
use crate::setup;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// The crate and the program in it.
pub const SERVER: (&str, &str) = ("gongzhi-server", "gongzhi");
/// Folders that make the program or what it serves.
const WATCHED: [&str; 5] = ["app", "server", "style", "public", ".sqlx"];

/// Builds everything in release and becomes the server, with the demo town.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    assets::build(workspace, &toolchain, Quality::Shipped)?;
    say("the server: building in release; the first time this takes some minutes");
    compile(workspace, &toolchain, &["--release"])?;
    let error = serve(workspace, "release", arguments).exec();
    Err(error).context("starting the server")
}

/// Builds without optimisation, starts, and does it again after each change of a
/// source. A failed build leaves the old server running.
pub fn watch(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    let mut server: Option<Running> = None;
    while !process::interrupted() {
        let seen = newest(workspace);
        match rebuild(workspace, &toolchain) {
            Ok(()) => {
                if let Some(old) = server.take() {
                    old.stop(Duration::from_secs(20))?;
                }
                server = Some(process::start(&mut serve(workspace, "debug", arguments))?);
                say("waiting for changes");
            }
            Err(error) => say(format!("{error:#}")),
        }
        let mut fallen = false;
        while !process::interrupted() && newest(workspace) == seen {
            std::thread::sleep(Duration::from_millis(400));
            if !fallen && server.as_mut().is_some_and(|server| !server.alive()) {
                say("the server has ended; waiting for a change to start it again");
                fallen = true;
            }
        }
    }
    if let Some(server) = server {
        server.stop(Duration::from_secs(20))?;
    }
    Ok(())
}

fn rebuild(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    assets::build(workspace, toolchain, Quality::Quick)?;
    compile(workspace, toolchain, &[])
}

fn compile(workspace: &Workspace, toolchain: &Toolchain, more: &[&str]) -> Result<()> {
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["build", "--package", SERVER.0]).args(more);
    process::run(&mut cargo)
}

fn serve(workspace: &Workspace, profile: &str, arguments: &[String]) -> Command {
    let mut server = workspace.program(workspace.target.join(profile).join(SERVER.1));
    server.args(["serve", "--demo"]).args(arguments).env("GONGZHI_SITE", workspace.site());
    server
}

/// Every watched file with its time: a removed file is a change too.
fn newest(workspace: &Workspace) -> BTreeMap<PathBuf, SystemTime> {
    let mut times = BTreeMap::new();
    for folder in WATCHED {
        walk(&workspace.root.join(folder), &mut times);
    }
    times
}

fn walk(folder: &Path, times: &mut BTreeMap<PathBuf, SystemTime>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // A file that vanishes while it is looked at shows up in the next round.
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if about.is_dir() {
            walk(&entry.path(), times);
        } else if let Ok(time) = about.modified() {
            times.insert(entry.path(), time);
        }
    }
}
