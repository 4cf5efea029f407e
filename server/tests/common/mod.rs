//! What the tests of the program share.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

/// A folder the database's user may pass through, also when the tests run as root.
pub fn data_folder() -> TempDir {
    let temp = tempfile::Builder::new().prefix("gongzhi-test-").tempdir().expect("a temporary folder");
    std::fs::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o711)).expect("mode");
    temp
}

/// Database processes that work in a data folder.
pub fn servers(folder: &Path) -> Vec<i32> {
    let cluster = folder.join("database/cluster");
    std::fs::read_dir("/proc")
        .expect("/proc")
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == cluster))
        .collect()
}
