//! What residents write: topics and posts.

use chrono::TimeDelta;
use gongzhi_domain::ids::RoomId;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::room::{TEXT_MAX, TITLE_MAX};
use gongzhi_domain::{Error, FieldError, Reason, What};
use serde_json::json;
use sqlx::types::Uuid;

use super::Room;
use crate::db::Db;
use crate::limits;
use crate::moderation::{NewContent, waits_for, write_content};
use crate::refusal::refuse;

/// So many topics a person proposes in a day, and says so much in an hour.
const TOPICS_A_DAY: i32 = 5;
const POSTS_AN_HOUR: i32 = 30;

/// A topic somebody proposes.
#[derive(Debug, Clone, Default)]
pub struct NewTopic {
    /// The code of the area it is about.
    pub area: String,
    /// In a few words.
    pub title: String,
    /// What it is about.
    pub text: String,
}

/// Proposes a topic; `id` was made when the form was opened, so that sending it twice proposes one. It waits for a moderator.
///
/// Refused: nobody signed in; an area that is none; a title of fewer than 2 or more than 40 characters, in one line; a text of fewer than
/// 5 or more than 1,000; more than five topics a day.
pub async fn propose(db: &Db, actor: &Actor, id: RoomId, new: &NewTopic) -> Result<RoomId, Error> {
    let role = actor.may(Action::DiscussRoom, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let areas = db.areas().await?;
    let chosen = areas.by_code(new.area.trim()).filter(|area| !area.ended);
    let mut wrong = Vec::new();
    if chosen.is_none() {
        let reason = if new.area.trim().is_empty() { Reason::Missing } else { Reason::NotAChoice };
        wrong.push(FieldError::new("area", reason));
    }
    let title = new.title.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Err(reason) = written(&title, 2, TITLE_MAX) {
        wrong.push(FieldError::new("title", reason));
    }
    if let Err(reason) = written(&new.text, 5, TEXT_MAX) {
        wrong.push(FieldError::new("text", reason));
    }
    let (Some(area), true) = (chosen, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let known = sqlx::query_scalar!("select proposed_by from room where id = $1", id.uuid());
    if let Some(by) = known.fetch_optional(db.pool()).await.map_err(refuse)? {
        return if by == person.uuid() { Ok(id) } else { Err(Error::Duplicate { what: What::Room }) };
    }
    limits::hit(db, "topics", person.uuid().as_bytes(), TOPICS_A_DAY, TimeDelta::days(1)).await?;
    let mut tx = db.begin().await?;
    // Two presses of one button wait for each other here.
    one_at_a_time(&mut tx, id.uuid()).await?;
    let original = format!("{title}\n{}", new.text.trim().replace("\r\n", "\n"));
    let waits = waits_for(&mut tx, Some(person), &original, false).await?;
    let content = NewContent {
        kind: "topic",
        area: area.id,
        path: &area.path,
        author: Some(person),
        original: &original,
        waits_for: waits,
    };
    let again = sqlx::query_scalar!("select proposed_by from room where id = $1", id.uuid());
    if again.fetch_optional(&mut *tx).await.map_err(refuse)?.is_some() {
        return Ok(id);
    }
    let content = write_content(db, &mut tx, content).await?;
    sqlx::query!(
        "insert into room (id, state, area_id, area_path, content_id, proposed_by, proposed_at, changed_at)
         values ($1, 'proposed', $2, $3, $4, $5, $6, $6)",
        id.uuid(),
        area.id.uuid(),
        area.path.as_str(),
        content,
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let room = Room::read(&mut tx, id, false).await?;
    room.record(db, &mut tx, actor, role, "room.propose", json!({"content": content})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(id)
}

/// Says something in a room; `id` was made when the form was opened. It waits for a moderator.
///
/// Refused: nobody signed in; a room that is not open (`text`, [`Reason::NotOpenNow`]); fewer than 2 or more than 1,000 characters; more
/// than thirty posts an hour.
pub async fn say(db: &Db, actor: &Actor, room: RoomId, id: Uuid, text: &str) -> Result<(), Error> {
    let role = actor.may(Action::DiscussRoom, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    written(text, 2, TEXT_MAX).map_err(|reason| Error::field("text", reason))?;
    let known = sqlx::query_scalar!("select person_id from room_post where id = $1", id);
    if let Some(by) = known.fetch_optional(db.pool()).await.map_err(refuse)? {
        return if by == person.uuid() { Ok(()) } else { Err(Error::Duplicate { what: What::Content }) };
    }
    limits::hit(db, "posts", person.uuid().as_bytes(), POSTS_AN_HOUR, TimeDelta::hours(1)).await?;
    let mut tx = db.begin().await?;
    one_at_a_time(&mut tx, id).await?;
    // Beside others who say something, but not while the room is moved on.
    sqlx::query_scalar!("select version from room where id = $1 for share", room.uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?;
    let room = Room::read(&mut tx, room, false).await?;
    if !room.state.talks() {
        let seen = room.is_public() || room.proposed_by == person;
        return Err(if seen { Error::field("text", Reason::NotOpenNow) } else { Error::NotFound { what: What::Room } });
    }
    let again = sqlx::query_scalar!("select person_id from room_post where id = $1", id);
    if again.fetch_optional(&mut *tx).await.map_err(refuse)?.is_some() {
        return Ok(());
    }
    let original = text.trim().replace("\r\n", "\n");
    let content = NewContent {
        kind: "comment",
        area: room.area_id,
        path: &room.area,
        author: Some(person),
        original: &original,
        waits_for: waits_for(&mut tx, Some(person), &original, false).await?,
    };
    let content = write_content(db, &mut tx, content).await?;
    sqlx::query!(
        "insert into room_post (id, room_id, content_id, person_id, at) values ($1, $2, $3, $4, $5)",
        id,
        room.id.uuid(),
        content,
        person.uuid(),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    room.record(db, &mut tx, actor, role, "room.say", json!({"content": content})).await?;
    tx.commit().await.map_err(refuse)
}

async fn one_at_a_time(tx: &mut sqlx::PgConnection, id: Uuid) -> Result<(), Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 13))", id.to_string())
        .execute(tx)
        .await
        .map_err(refuse)?;
    Ok(())
}
