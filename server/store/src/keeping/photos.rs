//! The photos of a report: for the officer who triages it, and those the officer passed on for whoever is meant and for the panel.
//! Never public.

use gongzhi_domain::ids::{AttachmentId, BreachId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::view::Photo;
use gongzhi_domain::{Error, Reason};
use sqlx::PgConnection;
use uuid::Uuid;

use super::page::{Part, desk_one, one};
use crate::db::Db;
use crate::refusal::refuse;

/// The photos of a report: all of them, or what the officer passed on. Those that were not are hidden.
pub(super) async fn of(conn: &mut PgConnection, id: BreachId, all: bool) -> Result<Vec<Photo>, Error> {
    let rows = sqlx::query!(
        "select id, state, width, height from attachment where breach_id = $1 and ($2 or state = 'shown') order by position",
        id.uuid(),
        all,
    );
    let rows = rows.fetch_all(conn).await.map_err(refuse)?.into_iter().map(|row| Photo {
        id: AttachmentId::from_uuid(row.id),
        width: row.width.unsigned_abs(),
        height: row.height.unsigned_abs(),
        after: false,
        hidden: row.state != "shown",
    });
    Ok(rows.collect())
}

/// Shows photos of a report to whoever is meant and to the panel. Refused: one that is not of it (`photos`).
pub(super) async fn pass_on(tx: &mut PgConnection, id: BreachId, photos: &[AttachmentId]) -> Result<(), Error> {
    let mut photos: Vec<Uuid> = photos.iter().map(|photo| photo.uuid()).collect();
    photos.sort_unstable();
    photos.dedup();
    let shown =
        sqlx::query!("update attachment set state = 'shown' where breach_id = $1 and id = any($2)", id.uuid(), &photos);
    let shown = shown.execute(tx).await.map_err(refuse)?.rows_affected();
    if shown == photos.len() as u64 { Ok(()) } else { Err(Error::field("photos", Reason::NotAChoice)) }
}

/// Whether the actor may see a photo of a report: its reporter, the officer who may triage it, and, where it was passed on, whoever
/// is meant and the panel.
pub(crate) async fn may_see(db: &Db, actor: &Actor, id: BreachId, passed_on: bool) -> bool {
    match one(db, actor, id).await {
        Ok(mine) if passed_on || mine.card.part == Part::Reporter => true,
        _ => desk_one(db, actor, id).await.is_ok(),
    }
}
