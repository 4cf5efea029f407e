//! Every test in one command: Rust's (nextest when it is there, doc tests by
//! cargo), xtask's own, then the browser's. All of them share one throw-away
//! PostgreSQL. The last line counts them all: `N passed, N failed`.

use std::fmt;
use std::fs;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::assets::{self, Quality};
use crate::database::Cluster;
use crate::dev::SERVER;
use crate::process::{self, say};
use crate::setup;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// What `cargo xtask test --only` takes.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// cargo's tests
    Rust,
    /// the tests in end2end/
    Browser,
}

/// The workspace in one feature set: the tests and the program share its artifacts.
const EVERYTHING: [&str; 5] = ["--workspace", "--exclude=xtask", "--lib", "--bins", "--tests"];
/// The browser's tests stop here, in milliseconds: node counts a file as one test, and theirs loads the demo town.
const BROWSER_TEST_LIMIT: &str = "--test-timeout=1500000";

/// Sets up, builds, runs the tests and prints the closing line; fails when a test did.
#[expect(clippy::print_stdout, reason = "the closing line is the answer")]
pub fn run(workspace: &Workspace, only: Option<Kind>, filter: Option<&str>) -> Result<()> {
    let toolchain = setup::for_build(workspace)?;
    let wanted = |kind| only.is_none_or(|only| only == kind);
    let browser = if wanted(Kind::Browser) {
        setup::browser_tests(workspace)?;
        Some(setup::browser()?)
    } else {
        None
    };
    assets::build(workspace, &toolchain, Quality::Shipped)?;
    say("tests: compiling");
    let mut cargo = toolchain.cargo(workspace);
    process::run(cargo.arg("build").args(EVERYTHING))?;

    let cluster = Cluster::start()?;
    let house = House { workspace, toolchain: &toolchain, database: cluster.url("postgres") };
    let mut count = Count::default();
    if wanted(Kind::Rust) {
        count += house.rust(filter)?;
    }
    if let Some(browser) = browser {
        count += house.browser(&browser, filter)?;
    }
    drop(cluster);
    println!("{count}");
    if count.failed > 0 {
        bail!("{} tests failed", count.failed);
    }
    Ok(())
}

/// What the tests run in.
struct House<'a> {
    workspace: &'a Workspace,
    toolchain: &'a Toolchain,
    database: String,
}

impl House<'_> {
    fn rust(&self, filter: Option<&str>) -> Result<Count> {
        let mut count = Count::default();
        let mut tests = self.toolchain.cargo(self.workspace);
        if process::find("cargo-nextest").is_some() {
            tests.args(["nextest", "run", "--no-fail-fast"]).args(EVERYTHING);
            tests.env("NEXTEST_NO_TESTS", "pass");
        } else {
            tests.args(["test", "--no-fail-fast"]).args(EVERYTHING);
        }
        count += self.counted("Rust tests", tests.args(filter))?;

        let mut examples = self.toolchain.cargo(self.workspace);
        examples.args(["test", "--doc", "--no-fail-fast", "--workspace", "--exclude=xtask"]);
        count += self.counted("documentation tests", examples.args(filter))?;

        // With the compiler that built xtask itself: its libraries are there.
        let mut own = self.workspace.program("cargo");
        own.args(["test", "--package=xtask"]).args(filter);
        count += self.counted("xtask's tests", &mut own)?;
        Ok(count)
    }

    fn browser(&self, browser: &Path, filter: Option<&str>) -> Result<Count> {
        let folder = self.workspace.root.join("end2end");
        let files = browser_tests(&folder)?;
        if files.is_empty() {
            say("browser tests: there are none");
            return Ok(Count::default());
        }
        let mut node = self.workspace.program("node");
        node.current_dir(&folder)
            .args(["--test", "--test-reporter=spec", BROWSER_TEST_LIMIT])
            .env("CHROMIUM", browser)
            .env("GONGZHI_BIN", self.workspace.target.join("debug").join(SERVER.1));
        if let Some(filter) = filter {
            node.arg(format!("--test-name-pattern={filter}"));
        }
        self.counted("browser tests", node.args(files))
    }

    /// Runs one runner and reads its counts from what it prints.
    fn counted(&self, what: &str, command: &mut Command) -> Result<Count> {
        say(format!("tests: {what}"));
        command.env("GONGZHI_TEST_DATABASE_URL", &self.database).env("GONGZHI_SITE", self.workspace.site());
        let mut count = Count::default();
        let status = process::listen(command, |line| count += Count::read(line))?;
        if !status.success() && count.failed == 0 {
            say(format!("{what}: the runner itself ended with {status}"));
            count.failed = 1;
        }
        Ok(count)
    }
}

/// `*.test.mjs` and `*.test.js`, in the order of their names.
fn browser_tests(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type()?.is_dir() {
            if name != "node_modules" && name != "results" {
                found.extend(browser_tests(&path)?);
            }
        } else if name.ends_with(".test.mjs") || name.ends_with(".test.js") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl AddAssign for Count {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Count {
    /// The counts in a line, if it is the summary of a runner that is known.
    fn read(line: &str) -> Self {
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result:") {
            return Self::of_phrases(result.split([';', '.']));
        }
        if line.starts_with("Summary [")
            && let Some((_, result)) = line.split_once(" run: ")
        {
            return Self::of_phrases(result.split([',', '(']));
        }
        Self::of_node(line).unwrap_or_default()
    }

    /// `12 passed`, `1 timed out`, `2 ignored`, …
    fn of_phrases<'a>(phrases: impl Iterator<Item = &'a str>) -> Self {
        let mut count = Self::default();
        for phrase in phrases {
            let Some((number, what)) = phrase.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u32>() else {
                continue;
            };
            match what.trim_end_matches(')') {
                "passed" => count.passed += number,
                "failed" | "exec failed" | "timed out" => count.failed += number,
                "ignored" | "skipped" => count.skipped += number,
                _ => {}
            }
        }
        count
    }

    /// `ℹ pass 3`, `# fail 1`
    fn of_node(line: &str) -> Option<Self> {
        let words = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))?;
        let (what, number) = words.split_once(' ')?;
        let number = number.parse().ok()?;
        let mut count = Self::default();
        match what {
            "pass" => count.passed = number,
            "fail" | "cancelled" => count.failed = number,
            "skipped" | "todo" => count.skipped = number,
            _ => return None,
        }
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    fn read(lines: &[&str]) -> (u32, u32, u32) {
        let mut count = Count::default();
        for line in lines {
            count += Count::read(line);
        }
        (count.passed, count.failed, count.skipped)
    }

    #[test]
    fn nextest_is_understood() {
        assert_eq!(read(&["     Summary [   0.512s] 123 tests run: 123 passed, 0 skipped"]), (123, 0, 0));
        assert_eq!(
            read(&[
                "Summary [  9.1s] 9 tests run: 5 passed (2 slow, 1 flaky), 2 failed, 1 exec failed, 1 timed out, 4 skipped"
            ]),
            (5, 4, 4)
        );
        assert_eq!(read(&["Summary [  9.1s] 5/9 tests run: 4 passed, 1 failed, 0 skipped"]), (4, 1, 0));
    }

    #[test]
    fn cargo_test_is_understood() {
        assert_eq!(
            read(&[
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
                "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.01s",
            ]),
            (15, 2, 1)
        );
    }

    #[test]
    fn node_is_understood() {
        assert_eq!(
            read(&[
                "ℹ tests 6",
                "ℹ suites 1",
                "ℹ pass 3",
                "ℹ fail 1",
                "ℹ cancelled 1",
                "ℹ skipped 1",
                "ℹ todo 0",
                "ℹ duration_ms 44"
            ]),
            (3, 2, 1)
        );
        assert_eq!(read(&["# pass 2", "# fail 0"]), (2, 0, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(read(&["running 3 tests", "3 passed", "ℹ a passing thought"]), (0, 0, 0));
    }
}
