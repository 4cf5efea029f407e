//! The passwords of the program's own database: made once, kept in the data
//! folder where only the program's user can read them.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{Error, io};

/// One password a role.
#[derive(Serialize, Deserialize)]
pub(super) struct Passwords {
    pub superuser: String,
    pub owner: String,
    pub app: String,
}

impl Passwords {
    /// Reads them, or makes and writes them (synced, mode 0600).
    pub fn load_or_make(path: &Path) -> Result<Self, Error> {
        if path.try_exists().map_err(io(path))? {
            return Self::load(path);
        }
        let made = Self { superuser: password(), owner: password(), app: password() };
        made.write(path)?;
        Ok(made)
    }

    /// Reads them.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(io(path))?;
        toml::from_str(&text).map_err(|error| Error::Folder {
            folder: path.to_owned(),
            because: format!("does not hold the database's passwords ({})", error.message()),
        })
    }

    fn write(&self, path: &Path) -> Result<(), Error> {
        let text = toml::to_string(self).map_err(|error| Error::Unusable(error.to_string()))?;
        write_secret(path, text.as_bytes()).map_err(io(path))
    }
}

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    let _ = std::fs::remove_file(&unfinished);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// 192 random bits, in characters that need no quoting anywhere.
fn password() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn passwords_are_made_once_and_only_the_owner_reads_them() {
        let temp = tempfile::tempdir().expect("folder");
        let path = temp.path().join("passwords");
        let made = Passwords::load_or_make(&path).expect("made");
        let read = Passwords::load_or_make(&path).expect("read");
        assert_eq!(made.owner, read.owner);
        assert_ne!(made.owner, made.app);
        let mode = path.metadata().expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
