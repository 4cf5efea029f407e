//! The style sheet: `@import`s become one file, minified, with newer syntax
//! written out for the oldest browsers that are promised a proper look.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Features, Targets};

/// Chrome 80 stands for the WebViews of five-year-old phones.
const OLDEST: Browsers = Browsers {
    android: Some(version(80)),
    chrome: Some(version(80)),
    edge: Some(version(80)),
    firefox: Some(version(78)),
    ie: None,
    ios_saf: Some(version(13)),
    opera: None,
    safari: Some(version(13)),
    samsung: Some(version(13)),
};

const fn version(major: u32) -> u32 {
    major << 16
}

/// Bundles a style sheet with everything it imports.
///
/// Fails with the file, line and column of a rule that is not understood.
pub fn bundle(entry: &Path) -> Result<String> {
    let targets = Targets {
        browsers: Some(OLDEST),
        // Written out, each logical property becomes two rules that ask for the
        // reading direction by language; both languages here read left to right.
        exclude: Features::LogicalProperties,
        ..Targets::default()
    };
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let options = MinifyOptions { targets, ..MinifyOptions::default() };
    sheet.minify(options).map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn imports_are_bundled_into_their_layers() {
        let folder = std::env::temp_dir().join(format!("gongzhi-style-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let entry = folder.join("main.css");
        fs::write(&entry, "@import 'a.css' layer(tokens);").expect("written");
        fs::write(folder.join("a.css"), ".a { margin-inline-start: 0.50em; & b { top: 0 } }").expect("written");
        let css = bundle(&entry).expect("bundled");
        assert_eq!(css, "@layer tokens{.a{margin-inline-start:.5em}.a b{top:0}}");
        fs::write(folder.join("a.css"), ".a { } }").expect("written");
        let error = bundle(&entry).expect_err("a brace too many").to_string();
        assert!(error.contains("a.css"), "{error}");
        fs::remove_dir_all(folder).expect("removed");
    }
}
