//! What waits for a moderator: the queue and one item of it. Items about the reader's own unit, or by the
//! reader, are never in it.

use chrono::{DateTime, Utc};
use gongzhi_domain::content::{Verdict, WaitReason};
use gongzhi_domain::ids::{AttachmentId, ContentId, PersonId, UnitId};
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::text::{diff, mask_private};
use gongzhi_domain::view::{ModerationItem, ModerationPhoto, ModerationQueue};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Content, photos_of};
use crate::cursor;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, parsed, refuse};
use crate::scope::Scope;

/// Items on one page of the queue.
const PAGE: i64 = 20;

/// The queue of the areas the actor moderates, or of one of them, oldest first, 20 a page. Refuses whoever
/// moderates nowhere.
pub async fn queue(db: &Db, actor: &Actor, area: Option<&str>, cursor: Option<&str>) -> Result<ModerationQueue, Error> {
    if !actor.has(Action::Moderate) {
        return Err(refused(actor));
    }
    let areas = db.areas().await?;
    let narrowed = match area {
        None => None,
        Some(code) => Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path.clone()),
    };
    let scope = Scope::of(actor, Action::Moderate, narrowed.as_ref());
    let (after_at, after_id) = match cursor.map(cursor::read::<DateTime<Utc>>) {
        Some(read) => read?,
        None => (DateTime::UNIX_EPOCH, Uuid::nil()),
    };
    let units: Vec<Uuid> = actor.units().into_iter().map(UnitId::uuid).collect();
    let person = actor.person.map(PersonId::uuid);
    let rows = sqlx::query!(
        r#"select c.id, c.created_at from content c
           where c.state = 'waiting' and c.kind <> 'reply'
             and exists (select from unnest($1::text[]) as p (path) where c.area_path >= p.path and c.area_path < p.path || '/')
             and (c.created_at, c.id) > ($2, $3)
             and c.author_id is distinct from $4
             and not exists (select from nomination n where n.content_id = c.id and n.nominee_id = $4)
             and not exists (select from request r where r.content_id = c.id and r.accused_unit_id = any($5))
           order by c.created_at, c.id limit $6"#,
        &scope.paths(),
        after_at,
        after_id,
        person,
        &units,
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    let waiting = waiting_in(db, actor, &scope).await?;
    let shown = usize::try_from(PAGE).unwrap_or(20);
    let next = rows.get(shown.saturating_sub(1)).filter(|_| rows.len() > shown);
    let cursor = next.map(|last| cursor::write(last.created_at, last.id));
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows.iter().take(shown) {
        items.push(shown_item(db, &mut conn, ContentId::from_uuid(row.id)).await?);
    }
    Ok(ModerationQueue { items, waiting, cursor, verdicts: Verdict::ALL.to_vec() })
}

/// How many items wait for the actor, counted up to 1,000; 0 for whoever moderates nowhere.
pub async fn waiting(db: &Db, actor: &Actor) -> Result<u32, Error> {
    waiting_in(db, actor, &Scope::of(actor, Action::Moderate, None)).await
}

async fn waiting_in(db: &Db, actor: &Actor, scope: &Scope) -> Result<u32, Error> {
    let units: Vec<Uuid> = actor.units().into_iter().map(UnitId::uuid).collect();
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select 1 from content c
               where c.state = 'waiting' and c.kind <> 'reply'
                 and exists (select from unnest($1::text[]) as p (path) where c.area_path >= p.path and c.area_path < p.path || '/')
                 and c.author_id is distinct from $2
                 and not exists (select from nomination n where n.content_id = c.id and n.nominee_id = $2)
                 and not exists (select from request r where r.content_id = c.id and r.accused_unit_id = any($3))
               limit 1000) as waiting"#,
        &scope.paths(),
        actor.person.map(PersonId::uuid),
        &units,
    )
    .fetch_one(db.read())
    .await
    .map_err(refuse)?;
    Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
}

/// One item, waiting or decided, for whoever moderates its area.
pub async fn item(db: &Db, actor: &Actor, id: ContentId) -> Result<ModerationItem, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let content = Content::read(&mut conn, id, false).await?;
    content.may_moderate(actor)?;
    Ok(shown_item(db, &mut conn, id).await?)
}

fn refused(actor: &Actor) -> Error {
    if actor.is_signed_in() { Error::Forbidden { action: Action::Moderate } } else { Error::NotSignedIn }
}

async fn shown_item(db: &Db, conn: &mut PgConnection, id: ContentId) -> Result<ModerationItem, Trouble> {
    let content = Content::read(&mut *conn, id, false).await?;
    let row = sqlx::query!(
        r#"select c.reasons, c.created_at, a.name_zh, a.name_en, p.title_zh as "title_zh?", p.title_en as "title_en?"
           from content c join area a on a.id = c.area_id
           left join opinion o on o.content_id = c.id
           left join pact p on p.id = o.pact_id
           where c.id = $1"#,
        id.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    let original = db.keys().open_text(Purpose::Content, &content.original_sealed)?;
    let (_, masked) = mask_private(&original);
    let reasons: Vec<WaitReason> = row.reasons.iter().map(|reason| parsed(reason)).collect::<Result<_, Error>>()?;
    let photos = photos_of(conn, id.uuid()).await?;
    Ok(ModerationItem {
        content: id,
        kind: content.kind,
        state: content.state,
        number: content.number,
        about: row.title_zh.map(|zh| gongzhi_domain::Named::new(zh, row.title_en.unwrap_or_default())),
        spans: diff(&original, &content.public_text),
        original,
        public: content.public_text,
        masked,
        reasons,
        photos: photos.into_iter().map(shown_photo).collect(),
        area: gongzhi_domain::Named::new(row.name_zh, row.name_en),
        at: row.created_at,
        version: content.version,
    })
}

fn shown_photo(row: super::PhotoRow) -> ModerationPhoto {
    ModerationPhoto {
        id: AttachmentId::from_uuid(row.id),
        width: row.width.unsigned_abs(),
        height: row.height.unsigned_abs(),
        off: row.off,
    }
}
