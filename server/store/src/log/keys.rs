//! The keys the log signs with. Each master key of the installation gives one; the newest signs. A key that signs for the first
//! time is introduced: that head is signed by the key before as well, so that whoever trusted the old one can take the new one
//! over. The name of the first key is the log's origin and stays.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_proof::note::{Key, SignatureType, SigningKey};
use gongzhi_proof::sha256;
use sqlx::PgConnection;

use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{fault, refuse};

/// What a head is signed with.
pub(super) struct Signers {
    /// Whose log it is.
    pub origin: String,
    /// The newest key, and the one before while the newest is being introduced.
    pub keys: Vec<SigningKey>,
    /// Whether the newest has never signed.
    pub is_new: bool,
}

/// The log's keys as others know them, oldest first; the last one signs. Before the first head is signed there are none.
pub async fn public(db: &Db) -> Result<Vec<Key>, Error> {
    let rows = sqlx::query_scalar!("select verifier from log_key order by since, verifier");
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    rows.iter().map(|verifier| verifier.parse().map_err(fault)).collect()
}

/// The keys that sign now. `name` is the origin of a log that has none yet.
pub(super) async fn signers(db: &Db, tx: &mut PgConnection, name: Option<&str>) -> Result<Signers, Error> {
    let known = sqlx::query_scalar!("select verifier from log_key order by since, verifier");
    let known = known.fetch_all(tx).await.map_err(refuse)?;
    let seeds: Vec<[u8; 32]> = db.keys().seeds(Purpose::LogKey).collect();
    let origin = match (known.first().and_then(|verifier| verifier.split('+').next()), name, seeds.first()) {
        (Some(origin), ..) => origin.to_owned(),
        (None, Some(name), _) => name.to_owned(),
        // A log nobody named is told from others by its own key.
        (None, None, Some(seed)) => {
            let unnamed = SigningKey::new("log", SignatureType::Plain, seed).map_err(fault)?;
            let digits = hex::encode(sha256(unnamed.public().to_string().as_bytes()));
            format!("gongzhi-{}/log", digits.get(..8).unwrap_or_default())
        }
        (None, None, None) => return Err(fault("no key to sign with")),
    };
    let mut keys = Vec::new();
    for seed in seeds.iter().rev() {
        let key = SigningKey::new(&origin, SignatureType::Plain, seed).map_err(fault)?;
        let is_known = known.contains(&key.public().to_string());
        // The newest, then the last one that has signed before, where the newest has not.
        if keys.is_empty() || is_known {
            keys.push(key);
        }
        if is_known {
            break;
        }
    }
    let is_new = keys.first().is_some_and(|key| !known.contains(&key.public().to_string()));
    Ok(Signers { origin, keys, is_new })
}

/// Writes down that a key signs from now on.
pub(super) async fn introduce(tx: &mut PgConnection, key: &Key, since: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("insert into log_key (verifier, since) values ($1, $2)", key.to_string(), since)
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}
