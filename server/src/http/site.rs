//! What the build left for browsers, by `assets.json`: from plain names
//! (`resident.js`) to addresses with their hash. Without that file the plain
//! names are served, as a quick development build leaves them.

use std::collections::BTreeMap;
use std::path::Path;

use gongzhi_app::pages::bundle::{Bundles, Files};
use gongzhi_app::shell::Assets;

/// The addresses pages refer to.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Style sheet and the script of every page.
    pub assets: Assets,
    /// The bundles of pages with islands.
    pub bundles: Bundles,
}

impl Site {
    /// Reads the list in a folder.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let file = folder.join("assets.json");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                tracing::warn!(site = %folder.display(), "no assets.json: pages may lack their style; run `cargo xtask build`");
                return Ok(Self::default());
            }
            Err(error) => return Err(format!("{}: {error}", file.display())),
        };
        let list: BTreeMap<String, String> =
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut site = Self::default();
        let take = |place: &mut String, name: &str| {
            if let Some(address) = list.get(name) {
                place.clone_from(address);
            }
        };
        take(&mut site.assets.css, "main.css");
        take(&mut site.assets.start_js, "start.js");
        let bundles = &mut site.bundles;
        for (name, files) in
            [("resident", &mut bundles.resident), ("desk", &mut bundles.desk), ("verify", &mut bundles.verify)]
        {
            let Files { js, wasm } = files;
            take(js, &format!("{name}.js"));
            take(wasm, &format!("{name}_bg.wasm"));
        }
        Ok(site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_from_the_list_and_plain_names_stay() {
        let temp = tempfile::tempdir().expect("folder");
        let list = r#"{"main.css": "/pkg/main.0123456789.css", "desk_bg.wasm": "/pkg/desk_bg.ab.wasm"}"#;
        std::fs::write(temp.path().join("assets.json"), list).expect("list");
        let site = Site::read(temp.path()).expect("site");
        assert_eq!(site.assets.css, "/pkg/main.0123456789.css");
        assert_eq!(site.bundles.desk.wasm, "/pkg/desk_bg.ab.wasm");
        assert_eq!(site.bundles.resident, Bundles::default().resident);
        std::fs::write(temp.path().join("assets.json"), "[]").expect("list");
        assert!(Site::read(temp.path()).is_err());
    }
}
