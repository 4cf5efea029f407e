//! Reads settings from the environment and `gongzhi.toml`, names every unknown
//! key and bad value at once, and remembers where each value came from.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::{Config, KEYS, Key};

const PREFIX: &str = "GONGZHI_";
const FILE: &str = "gongzhi.toml";

/// Settings with the source of each.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    said: BTreeMap<&'static str, (String, Source)>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `GONGZHI_NAME`.
    Environment,
    /// A file.
    File(PathBuf),
}

/// A key that is not known, or a value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key as it was written.
    pub key: String,
    /// What was said, or nothing where it is secret.
    pub said: String,
    /// What would have been right.
    pub expected: String,
}

/// Everything that is wrong with the settings. The program exits with 2.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.said.is_empty() {
            write!(f, "{}: expected {}", self.key, self.expected)
        } else {
            write!(f, "{} = {:?}: expected {}", self.key, self.said, self.expected)
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            let end = if n == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        Ok(())
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl Loaded {
    /// What was said for a key, secrets hidden, and where; nothing when its default holds.
    pub fn said(&self, key: &Key) -> Option<(String, Source)> {
        let (value, source) = self.said.get(key.name)?;
        let shown = if key.secret { "(hidden)" } else { value };
        Some((shown.to_owned(), source.clone()))
    }
}

/// Reads the environment of this process and the file named by
/// `GONGZHI_CONFIG`, or `gongzhi.toml` in the current folder if there is one.
pub fn load() -> Result<Loaded, Problems> {
    let mut environment = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
            continue;
        };
        let Some(value) = value.to_str() else {
            return Err(Problem { key: name.into(), said: String::new(), expected: "text in UTF-8".into() }.into());
        };
        environment.insert(name.to_owned(), value.to_owned());
    }
    let named = environment.remove("GONGZHI_CONFIG").map(PathBuf::from);
    let file = read_file(named.as_deref())?;
    load_from(environment, file)
}

/// Reads settings from an environment (names with their prefix) and the text of a file.
pub fn load_from(environment: BTreeMap<String, String>, file: Option<(PathBuf, String)>) -> Result<Loaded, Problems> {
    let mut problems = Vec::new();
    let mut said: BTreeMap<&'static str, (String, Source)> = BTreeMap::new();

    if let Some((path, text)) = file {
        for (name, value) in file_values(&path, &text, &mut problems) {
            match KEYS.iter().find(|key| key.name == name) {
                Some(key) => {
                    said.insert(key.name, (value, Source::File(path.clone())));
                }
                None => problems.push(unknown(&name, |key| key.name.to_owned())),
            }
        }
    }
    for (name, value) in environment {
        match KEYS.iter().find(|key| key.variable() == name) {
            // An empty variable says nothing, as in most programs started by a script.
            Some(_) if value.is_empty() => {}
            Some(key) => {
                said.insert(key.name, (value, Source::Environment));
            }
            None => problems.push(unknown(&name, Key::variable)),
        }
    }

    let mut config = Config::default();
    for key in KEYS {
        let Some((value, source)) = said.get(key.name) else {
            continue;
        };
        if (key.read)(&mut config, value).is_none() {
            problems.push(Problem {
                key: match source {
                    Source::Environment => key.variable(),
                    Source::File(path) => format!("{} in {}", key.name, path.display()),
                },
                said: if key.secret { String::new() } else { value.clone() },
                expected: key.expected.into(),
            });
        }
    }
    if !said.contains_key("key_file") {
        config.key_file = config.data_dir.join("keys");
    }
    if problems.is_empty() { Ok(Loaded { config, said }) } else { Err(Problems(problems)) }
}

fn read_file(named: Option<&Path>) -> Result<Option<(PathBuf, String)>, Problems> {
    let path = named.unwrap_or(Path::new(FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Problem {
            key: named.map_or(FILE, |_| "GONGZHI_CONFIG").into(),
            said: path.display().to_string(),
            expected: format!("a file that can be read ({error})"),
        }
        .into()),
    }
}

fn file_values(path: &Path, text: &str, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            problems.push(Problem {
                key: path.display().to_string(),
                said: String::new(),
                expected: format!("lines such as listen = \"127.0.0.1:3000\"\n{error}"),
            });
            return Vec::new();
        }
    };
    table
        .into_iter()
        .filter_map(|(name, value)| match plain(value) {
            Some(value) => Some((name, value)),
            None => {
                problems.push(Problem {
                    key: format!("{name} in {}", path.display()),
                    said: String::new(),
                    expected: "text, a number, true or false, or a list of texts".into(),
                });
                None
            }
        })
        .collect()
}

fn plain(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(yes) => Some(yes.to_string()),
        toml::Value::Array(list) => {
            let parts: Option<Vec<String>> = list.into_iter().map(plain).collect();
            parts.map(|parts| parts.join(","))
        }
        _ => None,
    }
}

fn unknown(name: &str, spelled: impl Fn(&Key) -> String) -> Problem {
    let nearest =
        KEYS.iter().map(&spelled).map(|known| (distance(&known, name), known)).min().filter(|(far, _)| *far <= 4);
    Problem {
        key: name.into(),
        said: String::new(),
        expected: match nearest {
            Some((_, known)) => format!("a known key; did you mean {known}?"),
            None => "a known key; `gongzhi config` lists them".into(),
        },
    }
}

/// Edits between two names (Levenshtein), to suggest the key that was meant.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut above_left = i;
        let mut last = i + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(b.chars()) {
            let cost = above_left + usize::from(left != right);
            above_left = *cell;
            last = cost.min(last + 1).min(*cell + 1);
            *cell = last;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn file(text: &str) -> Option<(PathBuf, String)> {
        Some(("gongzhi.toml".into(), text.into()))
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let loaded = load_from(
            environment(&[("GONGZHI_LISTEN", "127.0.0.1:4000")]),
            file("listen = \"127.0.0.1:5000\"\nworkers = 2\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]"),
        )
        .expect("settings");
        assert_eq!(loaded.config.listen.port(), 4000);
        assert_eq!(loaded.config.workers, 2);
        assert_eq!(loaded.config.trusted_proxies.len(), 2);
    }

    #[test]
    fn an_unknown_key_is_named_with_the_one_that_was_meant() {
        let problems = load_from(environment(&[("GONGZHI_LISTNE", "x")]), file("worker = 1")).expect_err("refused");
        let text = problems.to_string();
        assert!(text.contains("did you mean workers?"), "{text}");
        assert!(text.contains("did you mean GONGZHI_LISTEN?"), "{text}");
    }

    #[test]
    fn every_key_refuses_a_bad_value_by_name_and_says_what_is_expected() {
        let bad = "\u{0} not a value";
        for key in KEYS {
            // Free text and paths have no bad value.
            if key.expected.starts_with("text") && key.name != "metrics_token"
                || ["a folder", "a path", "the contents of a key file"].contains(&key.expected)
            {
                continue;
            }
            let value = if key.name == "metrics_token" { "short" } else { bad };
            let problems = load_from(environment(&[(&key.variable(), value)]), None).expect_err(key.name);
            let text = problems.to_string();
            assert!(text.contains(&key.variable()), "{text}");
            assert!(text.contains(key.expected), "{text}");
        }
    }

    #[test]
    fn the_defaults_in_the_table_are_the_defaults() {
        let defaults = format!("{:?}", Config::default());
        for key in KEYS {
            let mut config = Config::default();
            if (key.read)(&mut config, key.default).is_some()
                && !key.default.contains(' ')
                && !key.default.contains('(')
            {
                assert_eq!(format!("{config:?}"), defaults, "{}", key.name);
            }
        }
    }

    #[test]
    fn a_secret_is_never_repeated() {
        let problems = load_from(environment(&[("GONGZHI_DATABASE_URL", "mysql://root:hunter2@db/x")]), None)
            .expect_err("refused");
        assert!(!problems.to_string().contains("hunter2"));
        let loaded =
            load_from(environment(&[("GONGZHI_DATABASE_URL", "postgres://u:hunter2@db/x")]), None).expect("settings");
        let key = KEYS.iter().find(|key| key.name == "database_url").expect("key");
        let (shown, source) = loaded.said(key).expect("said");
        assert_eq!((shown.as_str(), source), ("(hidden)", Source::Environment));
    }

    #[test]
    fn the_key_file_follows_the_data_folder() {
        let loaded = load_from(environment(&[("GONGZHI_DATA_DIR", "/srv/g")]), None).expect("settings");
        assert_eq!(loaded.config.key_file, Path::new("/srv/g/keys"));
    }
}
