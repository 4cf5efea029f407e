//! The encryption keys: given by the settings, or in a file that is made on the
//! first start and that only the program's user can read. Whoever loses them
//! loses every phone number and private word, so a database never gets new ones
//! by accident.

use std::io::ErrorKind;
use std::sync::Arc;

use gongzhi_store::Keys;

use crate::cli::Failure;
use crate::config::{Config, Problem};
use crate::database::write_secret;

/// Reads the keys, making them when there is nothing yet that they could open.
pub(crate) fn load_or_make(config: &Config) -> Result<Arc<Keys>, Failure> {
    let (key, text) = match &config.keys {
        Some(text) => ("GONGZHI_KEYS", text.clone()),
        None => ("GONGZHI_KEY_FILE", from_file(config)?),
    };
    let keys = Keys::parse(&text).map_err(|error| Problem {
        key: key.into(),
        said: if config.keys.is_none() { config.key_file.display().to_string() } else { String::new() },
        expected: format!("lines of NUMBER:BASE64 with 32 bytes each ({error})"),
    })?;
    Ok(Arc::new(keys))
}

fn from_file(config: &Config) -> Result<String, Failure> {
    let file = &config.key_file;
    let failed = |error: std::io::Error| Failure::Other(format!("{}: {error}", file.display()));
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if config.database_url.is_none() && config.data_dir.join("database/cluster").exists() {
                return Err(Failure::Other(format!(
                    "the keys of the database in {} are missing: put them back to {}, or nothing \
                     private in it can be read again",
                    config.data_dir.display(),
                    file.display()
                )));
            }
            let text = Keys::generate();
            write_secret(file, text.as_bytes()).map_err(failed)?;
            tracing::info!(file = %file.display(), "made the encryption keys; keep a copy where the database's copies are not");
            Ok(text)
        }
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_and_never_for_data_that_exists() {
        let temp = tempfile::tempdir().expect("folder");
        let config =
            Config { data_dir: temp.path().to_owned(), key_file: temp.path().join("keys"), ..Config::default() };
        let first = load_or_make(&config).expect("made");
        let sealed = first.seal_text(gongzhi_store::Purpose::Content, "words").expect("sealed");
        let again = load_or_make(&config).expect("read");
        assert_eq!(again.open_text(gongzhi_store::Purpose::Content, &sealed).expect("opened"), "words");
        let mode = config.key_file.metadata().expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        std::fs::remove_file(&config.key_file).expect("removed");
        std::fs::create_dir_all(temp.path().join("database/cluster")).expect("cluster");
        let refused = load_or_make(&config).expect_err("refused").to_string();
        assert!(refused.contains("are missing"), "{refused}");
        assert!(!config.key_file.exists());
    }

    #[test]
    fn keys_that_cannot_be_read_name_their_setting() {
        let config = Config { keys: Some("1:short".into()), ..Config::default() };
        let refused = load_or_make(&config).expect_err("refused");
        assert!(matches!(refused, Failure::Settings(_)));
        assert!(refused.to_string().contains("GONGZHI_KEYS"), "{refused}");
        assert!(!refused.to_string().contains("short\""), "{refused}");
    }
}
