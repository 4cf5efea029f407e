//! Finds the PostgreSQL programs of the program's own database: the configured
//! folder, `PG_BIN`, `PATH`, the folders distributions use, the data folder's
//! download, else a download. A cluster that exists decides the major version.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Error, download};

/// The oldest PostgreSQL the portal is tested with.
const OLDEST: u32 = 15;
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
/// Parents of one folder a version, each with a `bin`.
const INSTALLED: [&str; 3] = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt"];

/// A folder with PostgreSQL's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    folder: PathBuf,
    /// 15, 16, …
    pub major: u32,
}

impl Binaries {
    /// Looks everywhere. `major` is that of an existing cluster, `downloads` the
    /// folder a download goes to.
    pub async fn find(configured: Option<&Path>, major: Option<u32>, downloads: &Path) -> Result<Self, Error> {
        let named = configured.map(Path::to_owned).or_else(|| std::env::var_os("PG_BIN").map(PathBuf::from));
        if let Some(folder) = named {
            return match Self::at(&folder) {
                Some(found) if found.fits(major) => Ok(found),
                Some(found) => Err(wrong_version(found.major, major)),
                None => Err(Error::NoBinaries(format!("{} does not hold them", folder.display()))),
            };
        }
        let mut found: Vec<Self> = candidates(downloads).iter().filter_map(|folder| Self::at(folder)).collect();
        if let Some(place) = found.iter().position(|one| one.fits(major)) {
            return Ok(found.swap_remove(place));
        }
        if let (Some(wanted), Some(other)) = (major, found.first()) {
            tracing::warn!(wanted, found = other.major, "PostgreSQL of another version is installed");
        }
        let folder = download::download(major.unwrap_or(17), downloads).await?;
        Self::at(&folder)
            .ok_or_else(|| Error::NoBinaries(format!("the download in {} is not complete", folder.display())))
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn at(folder: &Path) -> Option<Self> {
        if !PROGRAMS.iter().all(|name| folder.join(name).is_file()) {
            return None;
        }
        let said = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder: folder.canonicalize().ok()?, major })
    }

    fn fits(&self, cluster: Option<u32>) -> bool {
        cluster.map_or(self.major >= OLDEST, |wanted| self.major == wanted)
    }
}

fn wrong_version(found: u32, cluster: Option<u32>) -> Error {
    Error::NoBinaries(match cluster {
        Some(wanted) => format!(
            "the database in the data folder was made by PostgreSQL {wanted}, found {found}; \
             install PostgreSQL {wanted}, or move the data over with pg_upgrade"
        ),
        None => format!("found version {found}, version {OLDEST} or later is needed"),
    })
}

/// Folders that may hold the programs, newest version first within a parent.
fn candidates(downloads: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    for parent in INSTALLED.iter().map(Path::new).chain([downloads]) {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        let mut versions: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        versions.sort_by_key(|path| std::cmp::Reverse(number_in(path)));
        folders.extend(versions.into_iter().map(|version| version.join("bin")));
    }
    folders
}

/// The first number in a folder's name: 15 of `15`, 16 of `postgresql@16`, 17 of `17.2.0`.
fn number_in(path: &Path) -> u32 {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.as_deref().and_then(major).unwrap_or_default()
}

/// The first whole number in a text: 15 of `postgres (PostgreSQL) 15.14 (Debian …)`.
fn major(text: &str) -> Option<u32> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let number: String = text.get(digits..)?.chars().take_while(char::is_ascii_digit).collect();
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_names_and_from_the_program() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(number_in(Path::new("/x/postgresql@16")), 16);
        assert_eq!(number_in(Path::new("/x/doc")), 0);
    }

    #[tokio::test]
    async fn a_configured_folder_without_them_is_refused_by_name() {
        let error =
            Binaries::find(Some(Path::new("/nowhere")), None, Path::new("/nowhere")).await.expect_err("refused");
        assert!(error.to_string().contains("/nowhere"), "{error}");
    }
}
