//! Rule profiles as rows: the law's numbers with their articles, frozen for each pact that begins under them. A local rule is
//! a version for an area and everything below it ([`super::rules`]); the one before stays for the pacts that began with it.

use gongzhi_domain::Error;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::pact::{Kind, RuleProfile};
use gongzhi_proof::canonical;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::db::Db;
use crate::refusal::{Trouble, fault, refuse};

/// Writes the built-in profiles where a kind has none yet. A portal that starts calls it; calling it again changes nothing.
pub async fn seed(db: &Db) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    for kind in Kind::ALL {
        of_the_law(db, &mut tx, *kind).await?;
    }
    tx.commit().await.map_err(refuse)
}

/// The profile that holds for a kind in an area, with its row: the newest of the nearest area above that has one, else the law's.
pub(crate) async fn newest(
    db: &Db,
    tx: &mut PgConnection,
    kind: Kind,
    area: &AreaPath,
) -> Result<(Uuid, RuleProfile), Trouble> {
    let above: Vec<String> =
        std::iter::successors(Some(area.clone()), AreaPath::parent).map(|path| path.as_str().to_owned()).collect();
    let local = sqlx::query!(
        "select id, body from rule_profile where kind = $1 and area_path = any($2)
         order by length(area_path) desc, version desc limit 1",
        kind.code(),
        &above,
    )
    .fetch_optional(&mut *tx)
    .await?;
    match local {
        Some(row) => Ok((row.id, serde_json::from_value(row.body).map_err(fault)?)),
        None => of_the_law(db, tx, kind).await,
    }
}

/// The law's own profile of a kind, for wherever no local rule holds; the built-in one is written when there is none.
async fn of_the_law(db: &Db, tx: &mut PgConnection, kind: Kind) -> Result<(Uuid, RuleProfile), Trouble> {
    if let Some(found) = stored(&mut *tx, kind).await? {
        return Ok(found);
    }
    let profile = RuleProfile::built_in(kind);
    let body = serde_json::to_value(&profile).map_err(fault)?;
    sqlx::query!(
        "insert into rule_profile (id, kind, version, body, sha256, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint rule_profile_version_is_unique do nothing",
        db.new_id(),
        kind.code(),
        i32::from(profile.version),
        body,
        &sha256(&body)?,
        db.now(),
    )
    .execute(&mut *tx)
    .await?;
    Ok(stored(tx, kind).await?.ok_or_else(|| fault(format_args!("no profile of {kind} after writing one")))?)
}

async fn stored(conn: &mut PgConnection, kind: Kind) -> Result<Option<(Uuid, RuleProfile)>, Trouble> {
    let row = sqlx::query!(
        "select id, body from rule_profile where kind = $1 and area_id is null order by version desc limit 1",
        kind.code(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Ok::<_, Error>((row.id, serde_json::from_value(row.body).map_err(fault)?))).transpose()?)
}

/// The hash by which a profile is named: SHA-256 of its canonical JSON (RFC 8785).
pub(super) fn sha256(body: &serde_json::Value) -> Result<Vec<u8>, Error> {
    Ok(gongzhi_proof::sha256(canonical::write(body).map_err(fault)?.as_bytes()).to_vec())
}
