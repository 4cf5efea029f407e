//! What is shown of rooms. Of what residents wrote the public sees what was looked at, its writer also what waits; nobody sees who
//! wrote it.

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::content::ContentState;
use gongzhi_domain::ids::{PersonId, RoomId};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::room::RoomState;
use gongzhi_domain::{Error, Named, What};
use uuid::Uuid;

use super::Room;
use crate::cursor;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{parsed, refuse};
use crate::scope::Scope;

/// Rooms on one page of the list.
const PAGE: i64 = 20;
/// What was said in a room, on one page of it.
const POSTS: i64 = 100;

/// A room in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCard {
    /// Which it is.
    pub id: RoomId,
    /// Its title; of one that was not opened the first line of the topic.
    pub title: Named,
    /// Where it stands.
    pub state: RoomState,
    /// The area it is about.
    pub area: Named,
    /// When it was last moved.
    pub changed_at: DateTime<Utc>,
    /// What was said in it and looked at.
    pub posts: u32,
    /// Whether its topic waits for a moderator (desk and proposer).
    pub waits: bool,
    /// By which day the decision is carried out.
    pub due_on: Option<NaiveDate>,
}

/// Something said in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The words as this reader may see them.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the reader wrote it.
    pub mine: bool,
    /// Whether it is public yet, or why not: only its writer sees it before.
    pub state: ContentState,
}

/// What a room ended in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What.
    pub decision: String,
    /// Why.
    pub grounds: String,
    /// Who carries it out.
    pub carried_by: String,
    /// By which day.
    pub due_on: NaiveDate,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// What came of it; empty until that is reported.
    pub result: String,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomPage {
    /// The room.
    pub card: RoomCard,
    /// Counts its moves.
    pub version: Version,
    /// The topic's words without its title; empty where they may not be seen.
    pub topic: String,
    /// The topic's title as it was proposed.
    pub proposed_title: String,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// Whether the reader proposed it.
    pub mine: bool,
    /// Why it was not opened.
    pub reason: String,
    /// The newest of what was said, oldest first.
    pub posts: Vec<Post>,
    /// Where what was said before them ends; `None` when that is all.
    pub older: Option<String>,
    /// What it ended in.
    pub decision: Option<Decision>,
    /// Whether the reader runs rooms here.
    pub runs: bool,
    /// The topic's state with the moderators.
    pub topic_state: ContentState,
}

/// The rooms everybody may know of, the last moved first, 20 a page; of one area when its code is given. Answers where the next page
/// begins.
pub async fn list(
    db: &Db,
    actor: &Actor,
    area: Option<&str>,
    cursor: Option<&str>,
) -> Result<(Vec<RoomCard>, Option<String>), Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let areas = db.areas().await?;
    let path = match area {
        None => None,
        Some(code) => Some(areas.by_code(code).ok_or(Error::NotFound { what: What::Area })?.path.as_str().to_owned()),
    };
    let after = cursor.map(cursor::read::<DateTime<Utc>>).transpose()?;
    let rows = sqlx::query!(
        r#"select r.id, r.state, r.title_zh, r.title_en, r.changed_at, r.due_on, a.name_zh, a.name_en, c.public_text,
               (select count(*) from room_post o join content k on k.id = o.content_id where o.room_id = r.id and k.state = 'published')
                   as "posts!"
           from room r join area a on a.id = r.area_id join content c on c.id = r.content_id
           where (r.state in ('open', 'decided', 'closed') or (r.state = 'proposed' and c.state = 'published'))
             and ($1::text is null or (r.area_path >= $1 and r.area_path < $1 || '/'))
             and ($2::timestamptz is null or (r.changed_at, r.id) < ($2, $3))
           order by r.changed_at desc, r.id desc limit $4"#,
        path,
        after.map(|(at, _)| at),
        after.map_or_else(Uuid::nil, |(_, id)| id),
        PAGE + 1,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    let shown = usize::try_from(PAGE).unwrap_or(20);
    let next = rows.get(shown.saturating_sub(1)).filter(|_| rows.len() > shown);
    let next = next.map(|last| cursor::write(last.changed_at, last.id));
    let cards = rows
        .into_iter()
        .take(shown)
        .map(|row| {
            Ok(RoomCard {
                id: RoomId::from_uuid(row.id),
                title: title(row.title_zh, row.title_en, &row.public_text),
                state: parsed(&row.state)?,
                area: Named::new(row.name_zh, row.name_en),
                changed_at: row.changed_at,
                posts: u32::try_from(row.posts).unwrap_or(u32::MAX),
                waits: false,
                due_on: row.due_on,
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok((cards, next))
}

/// The rooms the actor runs: those that wait for something first, then by when they were moved; at most 100. Refuses whoever runs no
/// rooms.
pub async fn at_desk(db: &Db, actor: &Actor) -> Result<Vec<RoomCard>, Error> {
    if !actor.has(Action::RunRoom) {
        let signed_in = actor.is_signed_in();
        return Err(if signed_in { Error::Forbidden { action: Action::RunRoom } } else { Error::NotSignedIn });
    }
    let scope = Scope::of(actor, Action::RunRoom, None);
    let rows = sqlx::query!(
        r#"select r.id, r.state, r.title_zh, r.title_en, r.changed_at, r.due_on, a.name_zh, a.name_en, c.public_text, c.state as topic,
               (select count(*) from room_post o join content k on k.id = o.content_id where o.room_id = r.id and k.state = 'published')
                   as "posts!"
           from room r join area a on a.id = r.area_id join content c on c.id = r.content_id
           where exists (select from unnest($1::text[]) as s (path) where r.area_path >= s.path and r.area_path < s.path || '/')
             and c.state <> 'spam'
           order by array_position(array['proposed', 'open', 'decided', 'closed', 'declined'], r.state), r.changed_at desc limit 100"#,
        &scope.paths(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(RoomCard {
                id: RoomId::from_uuid(row.id),
                title: title(row.title_zh, row.title_en, &row.public_text),
                state: parsed(&row.state)?,
                area: Named::new(row.name_zh, row.name_en),
                changed_at: row.changed_at,
                posts: u32::try_from(row.posts).unwrap_or(u32::MAX),
                waits: row.topic == ContentState::Waiting.code(),
                due_on: row.due_on,
            })
        })
        .collect()
}

/// A room with the newest of what was said, for everyone; one whose topic was not looked at only for its proposer and those who run
/// it.
pub async fn room(db: &Db, actor: &Actor, id: RoomId) -> Result<RoomPage, Error> {
    room_before(db, actor, id, None).await
}

/// A room with what was said before a place in it, as [`RoomPage::older`] names it.
pub async fn room_before(db: &Db, actor: &Actor, id: RoomId, before: Option<&str>) -> Result<RoomPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let before = before.map(cursor::read::<DateTime<Utc>>).transpose()?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let room = Room::read(&mut conn, id, false).await?;
    let runs = actor.may(Action::RunRoom, &room.target()).is_ok();
    let mine = actor.person == Some(room.proposed_by);
    if !room.is_public() && !runs && !mine {
        return Err(Error::NotFound { what: What::Room });
    }
    let row = sqlx::query!(
        r#"select r.*, a.name_zh, a.name_en, c.public_text, c.original_sealed,
               (select count(*) from room_post o join content k on k.id = o.content_id where o.room_id = r.id and k.state = 'published')
                   as "posts!"
           from room r join area a on a.id = r.area_id
           join content c on c.id = r.content_id where r.id = $1"#,
        id.uuid(),
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(refuse)?;
    let words = match room.topic {
        ContentState::Published => row.public_text.clone(),
        _ if mine => db.keys().open_text(Purpose::Content, &row.original_sealed)?,
        // Staff see the masked copy of what waits; what was hidden they see in moderation.
        ContentState::Waiting if runs => row.public_text.clone(),
        _ => String::new(),
    };
    let (proposed_title, topic) = words.split_once('\n').unwrap_or((&words, ""));
    let (posts, older) = posts(db, &mut conn, actor, id, before).await?;
    let decision = match (row.due_on, row.decided_at) {
        (Some(due_on), Some(decided_at)) => Some(Decision {
            decision: row.decision,
            grounds: row.grounds,
            carried_by: row.carried_by,
            due_on,
            decided_at,
            result: row.result,
        }),
        _ => None,
    };
    Ok(RoomPage {
        card: RoomCard {
            id,
            title: title(row.title_zh, row.title_en, &words),
            state: room.state,
            area: Named::new(row.name_zh, row.name_en),
            changed_at: row.changed_at,
            posts: u32::try_from(row.posts).unwrap_or(u32::MAX),
            waits: room.topic == ContentState::Waiting,
            due_on: row.due_on,
        },
        version: room.version,
        topic: topic.to_owned(),
        proposed_title: proposed_title.to_owned(),
        proposed_at: row.proposed_at,
        mine,
        reason: row.reason,
        posts,
        older,
        decision,
        runs,
        topic_state: room.topic,
    })
}

/// The newest of what was said, before a moment when one is given, oldest first; and where what is older ends.
async fn posts(
    db: &Db,
    conn: &mut sqlx::PgConnection,
    actor: &Actor,
    id: RoomId,
    before: Option<(DateTime<Utc>, Uuid)>,
) -> Result<(Vec<Post>, Option<String>), Error> {
    let me = actor.person.map(PersonId::uuid);
    let mut rows = sqlx::query!(
        r#"select o.id, o.at, o.person_id, c.state, c.public_text, c.original_sealed
           from room_post o join content c on c.id = o.content_id
           where o.room_id = $1 and (c.state = 'published' or o.person_id = $2)
             and ($3::timestamptz is null or (o.at, o.id) < ($3, $4))
           order by o.at desc, o.id desc limit $5"#,
        id.uuid(),
        me,
        before.map(|(at, _)| at),
        before.map_or_else(Uuid::nil, |(_, id)| id),
        POSTS + 1,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let shown = usize::try_from(POSTS).unwrap_or(100);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let older = rows.last().filter(|_| more).map(|last| cursor::write(last.at, last.id));
    let posts = rows
        .into_iter()
        .rev()
        .map(|row| {
            let state: ContentState = parsed(&row.state)?;
            let text = if state == ContentState::Published {
                row.public_text
            } else {
                db.keys().open_text(Purpose::Content, &row.original_sealed)?
            };
            Ok(Post { text, at: row.at, mine: Some(row.person_id) == me, state })
        })
        .collect::<Result<_, Error>>()?;
    Ok((posts, older))
}

/// The title of a room; until staff gave it one, the first line of its topic.
fn title(zh: String, en: String, topic: &str) -> Named {
    if zh.is_empty() {
        let first = topic.lines().next().unwrap_or_default();
        return Named::new(first, first);
    }
    Named::new(zh, en)
}
