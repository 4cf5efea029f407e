//! Verdicts. Each holds the item, compares the version the moderator saw, changes the public copy and what
//! is listed, records it before and after, and tells the author.

use chrono::TimeDelta;
use gongzhi_domain::content::{ContentKind, ContentState, Ruling, Verdict};
use gongzhi_domain::ids::{AttachmentId, ContentId, PersonId};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::text::{bigrams, mask_private};
use gongzhi_domain::{Error, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use super::Content;
use crate::audit;
use crate::db::Db;
use crate::orders::tell;
use crate::refusal::{Trouble, refuse};

/// How long a publication can be taken back by whoever gave it.
pub const UNDO_FOR: TimeDelta = TimeDelta::seconds(10);

/// As many items as are decided about at once.
pub const MANY_MAX: u32 = 100;

/// Gives a verdict on a text: publish, edit, hide with a reason, spam. Answers the new version.
///
/// Refused: whoever does not moderate its area, wrote it, or belongs to the unit complained about;
/// [`Error::Stale`] when another moderator decided since; an edit without text, hiding without a reason.
pub async fn rule(db: &Db, actor: &Actor, id: ContentId, saw: Version, ruling: &Ruling) -> Result<Version, Error> {
    ruling.check()?;
    let mut tx = db.begin().await?;
    let version = decide(db, &mut tx, actor, id, saw, ruling).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(version)
}

/// Publishes many at once; those that somebody decided since are left out. Answers which were published: also those that
/// the actor published just before, with the same press of the button. Refused: more than [`MANY_MAX`].
pub async fn publish_many(db: &Db, actor: &Actor, items: &[(ContentId, Version)]) -> Result<Vec<ContentId>, Error> {
    let ruling = Ruling { verdict: Verdict::Publish, text: None, reason: None, note: String::new() };
    at_most(items)?;
    let mut items = items.to_vec();
    items.sort_unstable();
    items.dedup();
    let mut tx = db.begin().await?;
    let mut published = Vec::new();
    for (id, saw) in items {
        match decide(db, &mut tx, actor, id, saw, &ruling).await {
            Ok(_) => published.push(id),
            Err(Trouble::Refused(Error::Stale { now })) => {
                if now == saw.next() && published_by(db, &mut tx, actor, id).await? {
                    published.push(id);
                }
            }
            Err(trouble) => return Err(trouble.into()),
        }
    }
    tx.commit().await.map_err(refuse)?;
    Ok(published)
}

/// Takes back the actor's own publications of the last ten seconds: they wait again. Answers how many. Refused: more than
/// [`MANY_MAX`].
pub async fn undo(db: &Db, actor: &Actor, ids: &[ContentId]) -> Result<u32, Error> {
    at_most(ids)?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut tx = db.begin().await?;
    let mut undone = 0;
    for id in ids {
        undone += u32::from(take_back(db, &mut tx, actor, id).await?);
    }
    tx.commit().await.map_err(refuse)?;
    Ok(undone)
}

fn at_most<T>(items: &[T]) -> Result<(), Error> {
    if u32::try_from(items.len()).is_ok_and(|items| items <= MANY_MAX) {
        return Ok(());
    }
    Err(Error::field("items", Reason::OutOfRange { min: 1, max: MANY_MAX.into() }))
}

/// Turns one photo off or on, also one of a reply that was given. Answers the new version of the content it belongs to.
pub async fn photo(
    db: &Db,
    actor: &Actor,
    id: ContentId,
    saw: Version,
    photo: AttachmentId,
    on: bool,
) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let version = turn(db, &mut tx, actor, id, saw, photo, on).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(version)
}

/// Holds an item that the actor may decide about and nobody has decided since they saw it.
async fn hold(
    tx: &mut PgConnection,
    actor: &Actor,
    id: ContentId,
    saw: Version,
    verdict: Verdict,
) -> Result<(Content, Role), Trouble> {
    let content = Content::read(&mut *tx, id, true).await?;
    let role = content.may_moderate(actor)?;
    let of_a_photo = matches!(verdict, Verdict::PhotoOff | Verdict::PhotoOn) && content.may_turn_photos();
    if content.kind == ContentKind::Reply && !of_a_photo {
        // What it says is the unit's word, approved by its manager.
        return Err(Error::Forbidden { action: Action::Moderate }.into());
    }
    if content.version != saw {
        return Err(Error::Stale { now: content.version }.into());
    }
    Ok((content, role))
}

async fn decide(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    id: ContentId,
    saw: Version,
    ruling: &Ruling,
) -> Result<Version, Trouble> {
    let (content, role) = hold(&mut *tx, actor, id, saw, ruling.verdict).await?;
    if matches!(ruling.verdict, Verdict::PhotoOff | Verdict::PhotoOn) {
        return Err(Error::NotFound { what: What::Attachment }.into());
    }
    let state = ruling.verdict.leads(content.state);
    let public = match (ruling.verdict, &ruling.text) {
        // What a moderator writes is masked too: a number slips in easily.
        (Verdict::Edit, Some(text)) => mask_private(text.trim()).0,
        _ => content.public_text.clone(),
    };
    // So is what they write to the author and, with it, to the log of deeds.
    let note = mask_private(ruling.note.trim()).0;
    let version = content.version.next();
    sqlx::query!(
        "update content set state = $2, public_text = $3, hide_reason = $4, note_to_author = nullif($5, ''), version = $6,
             decided_at = $7, decided_by = $8, search = array_to_tsvector($9::text[])
         where id = $1",
        id.uuid(),
        state.code(),
        public,
        ruling.reason.filter(|_| state == ContentState::Hidden).map(|reason| reason.code()),
        note,
        version.0,
        db.now(),
        actor.person.map(PersonId::uuid),
        &bigrams(&public),
    )
    .execute(&mut *tx)
    .await?;
    list(tx, &content, state).await?;
    let after = json!({"state": state, "version": version, "text": public, "reason": ruling.reason, "note": note});
    record(db, tx, actor, role, &content, ruling.verdict.code(), after).await?;
    let is_as_asked = ruling.verdict == Verdict::Publish && content.state == ContentState::Waiting;
    if let (true, ContentKind::Nomination, Some(author)) = (is_as_asked, content.kind, content.author) {
        // That a request is published its course tells; of a nomination nothing else tells whoever made it.
        let words = (
            "您推荐好邻居的话审核通过了，邻居们可以看到并附议。".to_owned(),
            "What you wrote to nominate a good neighbour was published; neighbours can read and endorse it.".to_owned(),
        );
        crate::points::send(db, tx, author, &format!("verdict:{id}:{version}"), "verdict", words).await?;
    }
    if ruling.verdict != Verdict::Spam && !is_as_asked {
        tell::of_verdict(db, tx, content.author, content.kind, content.number, id, version).await?;
    }
    Ok(version)
}

/// Whether the actor published it so short ago that they could take it back.
async fn published_by(db: &Db, tx: &mut PgConnection, actor: &Actor, id: ContentId) -> Result<bool, Trouble> {
    let published = sqlx::query_scalar!(
        r#"select exists (
               select from content where id = $1 and state = 'published' and decided_by = $2 and decided_at >= $3
           ) as "published!""#,
        id.uuid(),
        actor.person.map(PersonId::uuid),
        db.now() - UNDO_FOR,
    )
    .fetch_one(tx)
    .await?;
    Ok(published)
}

/// Keeps the request's place in public lists: past moderation, public, with its first shown photo.
async fn list(tx: &mut PgConnection, content: &Content, state: ContentState) -> Result<(), Trouble> {
    if content.kind != ContentKind::Request {
        return Ok(());
    }
    let listed = content.public && state == ContentState::Published;
    sqlx::query!(
        "update request set listed = $2,
             thumb_id = (select a.id from attachment a where a.content_id = $3 and a.state = 'shown' order by a.position limit 1)
         where id = $1",
        content.request.map(|request| request.uuid()),
        listed,
        content.id.uuid(),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The audit row: the public copy before and after, never the original.
async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    content: &Content,
    action: &str,
    after: serde_json::Value,
) -> Result<(), Trouble> {
    let subject = format!("content:{}", content.id);
    let entry = audit::Entry {
        stream: &subject,
        action: &format!("content.{action}"),
        subject: &subject,
        before: Some(json!({"state": content.state, "version": content.version, "text": content.public_text})),
        after: Some(after),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await?;
    Ok(())
}

async fn turn(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    id: ContentId,
    saw: Version,
    photo: AttachmentId,
    on: bool,
) -> Result<Version, Trouble> {
    let verdict = if on { Verdict::PhotoOn } else { Verdict::PhotoOff };
    let (content, role) = hold(&mut *tx, actor, id, saw, verdict).await?;
    let turned = sqlx::query!(
        "update attachment set state = $3 where id = $1 and content_id = $2 and state in ('shown', 'off')",
        photo.uuid(),
        id.uuid(),
        if on { "shown" } else { "off" },
    )
    .execute(&mut *tx)
    .await?;
    if turned.rows_affected() == 0 {
        return Err(Error::NotFound { what: What::Attachment }.into());
    }
    let version = content.version.next();
    sqlx::query!("update content set version = $2 where id = $1", id.uuid(), version.0).execute(&mut *tx).await?;
    list(&mut *tx, &content, content.state).await?;
    record(db, &mut *tx, actor, role, &content, verdict.code(), json!({"version": version, "photo": photo})).await?;
    // Whoever wrote a reply did so for their unit, which sees it at the desk.
    if !on && content.kind != ContentKind::Reply {
        tell::of_verdict(db, tx, content.author, content.kind, content.number, id, version).await?;
    }
    Ok(version)
}

async fn take_back(db: &Db, tx: &mut PgConnection, actor: &Actor, id: ContentId) -> Result<bool, Trouble> {
    let content = Content::read(&mut *tx, id, true).await?;
    let role = content.may_moderate(actor)?;
    let version = content.version.next();
    let undone = sqlx::query!(
        "update content set state = 'waiting', decided_at = null, decided_by = null, version = $4
         where id = $1 and state = 'published' and decided_by = $2 and decided_at >= $3 and kind <> 'reply'",
        id.uuid(),
        actor.person.map(PersonId::uuid),
        db.now() - UNDO_FOR,
        version.0,
    )
    .execute(&mut *tx)
    .await?;
    if undone.rows_affected() == 0 {
        return Ok(false);
    }
    list(&mut *tx, &content, ContentState::Waiting).await?;
    let after = json!({"state": ContentState::Waiting, "version": version});
    record(db, tx, actor, role, &content, "undo", after).await?;
    Ok(true)
}
