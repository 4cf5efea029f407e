//! The data folder: made with the right modes, locked by one `gongzhi` at a
//! time, and reachable for the user the database runs as. Root's database runs
//! as `postgres`, else `nobody`, because PostgreSQL refuses root.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use nix::unistd::{Gid, Uid, User, geteuid};

use super::{Error, io};

/// Longest path of a socket: `sun_path` has 108 bytes with its end mark.
const SOCKET_PATH_MAX: usize = 107;
const SOCKET_FILE: &str = ".s.PGSQL.5432";

/// A data folder that this process has locked, for as long as the value lives.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// The user the database server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServerUser {
    pub uid: u32,
    pub gid: u32,
    /// Whether the program has to change to it.
    pub change: bool,
}

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    ///
    /// Refuses a folder another `gongzhi` holds. The lock goes with the
    /// process, however it ends, and is not inherited by the database.
    pub fn open(path: &Path) -> Result<Self, Error> {
        // Others may pass through (the database's user has to), not look.
        if !path.is_dir() {
            DirBuilder::new().recursive(true).mode(0o711).create(path).map_err(io(path))?;
        }
        let path = path.canonicalize().map_err(io(path))?;
        let lock_file = path.join("gongzhi.lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock_file)
            .map_err(io(&lock_file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = lock.read_to_string(&mut holder);
                return Err(Error::InUse { folder: path, pid: holder.trim().parse().ok() });
            }
            Err(TryLockError::Error(error)) => return Err(io(lock_file)(error)),
        }
        let written =
            lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| writeln!(lock, "{}", std::process::id()));
        written.map_err(io(&lock_file))?;
        Ok(Self { path, _lock: lock })
    }

    /// The folder itself, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the database keeps everything it writes.
    pub(super) fn database(&self) -> PathBuf {
        database_in(&self.path)
    }
}

fn database_in(folder: &Path) -> PathBuf {
    folder.join("database")
}

/// Where the socket lies: in the data folder if its path is short enough,
/// else in a private folder of the system's temporary one, named after the data folder.
pub(super) fn socket_of(folder: &Path) -> PathBuf {
    let inside = database_in(folder).join("socket");
    if inside.join(SOCKET_FILE).as_os_str().len() <= SOCKET_PATH_MAX {
        return inside;
    }
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    Path::new("/tmp").join(format!("gongzhi-{:016x}", hasher.finish()))
}

impl ServerUser {
    /// Oneself, unless that is root; then the owner of an existing cluster,
    /// else `postgres`, else `nobody`.
    pub fn choose(cluster: &Path) -> Result<Self, Error> {
        let me = geteuid();
        let owner = cluster.metadata().ok().map(|meta| (meta.uid(), meta.gid()));
        if !me.is_root() {
            return match owner {
                Some((uid, _)) if uid != me.as_raw() => Err(Error::Folder {
                    folder: cluster.to_owned(),
                    because: format!("belongs to user {uid}; start gongzhi as the user that made it"),
                }),
                _ => Ok(Self { uid: me.as_raw(), gid: nix::unistd::getegid().as_raw(), change: false }),
            };
        }
        if let Some((uid, gid)) = owner.filter(|(uid, _)| *uid != 0) {
            return Ok(Self { uid, gid, change: true });
        }
        let found = ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root());
        match found {
            Some(user) => Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), change: true }),
            None => Err(Error::Unusable(
                "PostgreSQL does not run as root, and there is neither a user `postgres` nor \
                 `nobody` to run it as; make one (useradd --system postgres) or start gongzhi as \
                 an ordinary user"
                    .into(),
            )),
        }
    }

    /// Makes a folder of this user that nobody else can enter, or checks that it is one.
    pub fn private_folder(&self, path: &Path) -> Result<(), Error> {
        match DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {
                if self.change {
                    chown(path, Some(self.uid), Some(self.gid)).map_err(io(path))?;
                }
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                let meta = path.symlink_metadata().map_err(io(path))?;
                let mine = meta.is_dir() && meta.uid() == self.uid;
                if mine && meta.permissions().mode() & 0o077 == 0 {
                    return Ok(());
                }
                Err(Error::Folder {
                    folder: path.to_owned(),
                    because: format!(
                        "is not a folder that only user {} can enter; remove it or choose another GONGZHI_DATA_DIR",
                        self.uid
                    ),
                })
            }
            Err(error) => Err(io(path)(error)),
        }
    }

    /// Says which folder on the way this user cannot enter, before the database says it less clearly.
    pub fn can_reach(&self, path: &Path) -> Result<(), Error> {
        if !self.change {
            return Ok(());
        }
        for folder in path.ancestors() {
            let Ok(meta) = folder.metadata() else { continue };
            let mode = meta.permissions().mode();
            let open = if Uid::from_raw(meta.uid()) == Uid::from_raw(self.uid) {
                mode & 0o100 != 0
            } else if Gid::from_raw(meta.gid()) == Gid::from_raw(self.gid) {
                mode & 0o010 != 0
            } else {
                mode & 0o001 != 0
            };
            if !open {
                return Err(Error::Folder {
                    folder: folder.to_owned(),
                    because: format!(
                        "user {}, whom the database runs as, cannot enter it; choose another \
                         GONGZHI_DATA_DIR, such as /var/lib/gongzhi",
                        self.uid
                    ),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_gongzhi_at_a_time() {
        let temp = tempfile::tempdir().expect("folder");
        let path = temp.path().join("data");
        let held = DataFolder::open(&path).expect("first");
        let refused = DataFolder::open(&path).expect_err("second");
        let text = refused.to_string();
        assert!(text.contains(&std::process::id().to_string()), "{text}");
        assert!(text.contains("GONGZHI_DATA_DIR"), "{text}");
        drop(held);
        DataFolder::open(&path).expect("after the first");
    }

    #[test]
    fn the_socket_path_fits_however_long_the_folder_is() {
        let temp = tempfile::tempdir().expect("folder");
        let short = DataFolder::open(&temp.path().join("d")).expect("short");
        assert!(socket_of(short.path()).starts_with(short.path()));
        let long = DataFolder::open(&temp.path().join("x".repeat(120))).expect("long");
        let socket = socket_of(long.path()).join(SOCKET_FILE);
        assert!(socket.as_os_str().len() <= SOCKET_PATH_MAX, "{socket:?}");
        assert_eq!(socket_of(long.path()), socket_of(long.path()));
    }

    #[test]
    fn a_closed_folder_on_the_way_is_named() {
        let temp = tempfile::tempdir().expect("folder");
        std::fs::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o700)).expect("mode");
        let user = ServerUser { uid: 65_533, gid: 65_533, change: true };
        let error = user.can_reach(&temp.path().join("database")).expect_err("closed");
        assert!(error.to_string().contains(&*temp.path().to_string_lossy()));
    }
}
