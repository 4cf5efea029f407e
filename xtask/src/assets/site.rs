//! The output folder: writes only what changed, compresses it, remembers the
//! addresses, and at the end removes what was not placed again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::Quality;

/// The name of the list of addresses.
const LIST: &str = "assets.json";
/// Extensions of files that get smaller by compression.
const COMPRESSIBLE: [&str; 11] =
    ["css", "geojson", "html", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];

/// The folder the server serves from, while it is being filled.
pub struct Site {
    root: PathBuf,
    quality: Quality,
    placed: BTreeSet<PathBuf>,
    addresses: BTreeMap<String, String>,
    written: usize,
}

/// How big a download is.
#[derive(Clone, Copy)]
pub struct Size {
    raw: usize,
    brotli: Option<usize>,
}

impl Size {
    /// Two downloads together.
    pub fn and(self, other: Self) -> Self {
        Self { raw: self.raw + other.raw, brotli: self.brotli.zip(other.brotli).map(|(one, two)| one + two) }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.raw)?;
        match self.brotli {
            Some(brotli) => write!(formatter, " ({brotli} brotli)"),
            None => Ok(()),
        }
    }
}

impl Site {
    /// Starts to fill the folder.
    pub fn open(root: PathBuf, quality: Quality) -> Self {
        Self { root, quality, placed: BTreeSet::new(), addresses: BTreeMap::new(), written: 0 }
    }

    /// Places a file under `/pkg` with a piece of its hash in its name, and lists
    /// its address.
    pub fn place_hashed(&mut self, name: &str, content: &[u8]) -> Result<Size> {
        let path = format!("pkg/{}", hashed_name(name, content));
        let size = self.place(&path, content)?;
        self.addresses.insert(name.to_owned(), format!("/{path}"));
        Ok(size)
    }

    /// Places a file under its own path.
    pub fn place(&mut self, path: &str, content: &[u8]) -> Result<Size> {
        let file = self.root.join(path);
        let changed = self.write(&file, content)?;
        let extension = file.extension().and_then(|extension| extension.to_str());
        let compressible = extension.is_some_and(|extension| COMPRESSIBLE.contains(&extension));
        let mut size = Size { raw: content.len(), brotli: None };
        if self.quality == Quality::Shipped && compressible {
            let brotli = beside(&file, "br");
            if changed || !brotli.exists() {
                self.write(&brotli, &by_brotli(content)?)?;
            }
            let gzip = beside(&file, "gz");
            if changed || !gzip.exists() {
                self.write(&gzip, &by_gzip(content)?)?;
            }
            size.brotli = Some(usize::try_from(fs::metadata(&brotli)?.len())?);
            self.placed.extend([brotli, gzip]);
        }
        self.placed.insert(file);
        Ok(size)
    }

    /// Writes the list of addresses and removes what was not placed; answers how
    /// many files were written and removed.
    pub fn finish(mut self) -> Result<(usize, usize)> {
        let list = self.root.join(LIST);
        let mut text = serde_json::to_string_pretty(&self.addresses)?;
        text.push('\n');
        self.write(&list, text.as_bytes())?;
        self.placed.insert(list);
        let removed = self.sweep(&self.root)?;
        Ok((self.written, removed))
    }

    /// A reader never sees half a file: it is written aside and renamed.
    fn write(&mut self, file: &Path, content: &[u8]) -> Result<bool> {
        if fs::read(file).is_ok_and(|old| old == content) {
            return Ok(false);
        }
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        let aside = beside(file, "new");
        fs::write(&aside, content).with_context(|| format!("writing {}", aside.display()))?;
        fs::rename(&aside, file)?;
        self.written += 1;
        Ok(true)
    }

    fn sweep(&self, folder: &Path) -> Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                removed += self.sweep(&path)?;
                if fs::read_dir(&path)?.next().is_none() {
                    fs::remove_dir(&path)?;
                }
            } else if !self.placed.contains(&path) {
                fs::remove_file(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// `modules/photo.js` → `modules/photo.0a1b2c3d4e5f.js`
fn hashed_name(name: &str, content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let hash: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

/// `FILE` → `FILE.SUFFIX`
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn by_brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let settings =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: content.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut compressed, &settings)?;
    Ok(compressed)
}

fn by_gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_gets_another_name_and_the_old_one_goes() {
        let root = std::env::temp_dir().join(format!("gongzhi-site-{}", std::process::id()));
        let fill = |content: &[u8]| {
            let mut site = Site::open(root.clone(), Quality::Shipped);
            site.place_hashed("main.css", content).expect("placed");
            site.place("robots.txt", b"User-agent: *").expect("placed");
            site.finish().expect("finished")
        };
        // Three files with two compressed copies each but the list.
        assert_eq!(fill(b"a{}"), (7, 0));
        assert_eq!(fill(b"a{}"), (0, 0), "nothing is done twice");
        assert_eq!(fill(b"b{}"), (4, 3), "new style, new list; the old style goes");
        let list = fs::read_to_string(root.join(LIST)).expect("a list");
        let list: BTreeMap<String, String> = serde_json::from_str(&list).expect("JSON");
        let address = list.get("main.css").expect("listed");
        let file = root.join(address.trim_start_matches('/'));
        assert_eq!(fs::read(&file).expect("a file"), b"b{}");
        let mut plain = Vec::new();
        let brotli = fs::read(beside(&file, "br")).expect("a copy");
        brotli::BrotliDecompress(&mut &*brotli, &mut plain).expect("brotli");
        assert_eq!(plain, b"b{}");
        fs::remove_dir_all(root).expect("removed");
    }

    #[test]
    fn the_hash_stands_before_the_extension() {
        assert_eq!(hashed_name("resident.js", b""), "resident.e3b0c44298fc.js");
        assert_eq!(hashed_name("a.b/c", b""), hashed_name("a.b/c", b""));
    }
}
