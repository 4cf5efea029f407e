//! Deliberation rooms 有事好商量: a resident proposes a topic, staff open a room or say why not, residents talk in it, meetings are held
//! as about a pact, and it ends in a decision that somebody carries out by a day, and a note of the result. Whatever a resident writes
//! is looked at first, like everything else (people-and-places.md, Moderation).

mod page;
mod talk;

pub use page::{Decision, Post, RoomCard, RoomPage, at_desk, list, room, room_before};
pub use talk::{NewTopic, propose, say};

use chrono::{NaiveDate, TimeDelta};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::content::ContentState;
use gongzhi_domain::ids::{AreaId, PersonId, RoomId};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::request::written;
use gongzhi_domain::room::{CARRIED_BY_MAX, DECISION_MAX, DUE_DAYS_MAX, RoomMove, RoomState, TITLE_MAX};
use gongzhi_domain::text::mask_private;
use gongzhi_domain::{Error, FieldError, Lang, Named, Reason, What};
use serde_json::json;
use sqlx::PgConnection;

use crate::audit;
use crate::db::Db;
use crate::outbox::{self, Message, Way};
use crate::refusal::{Trouble, fault, parsed, refuse};

/// What staff do with a room, with what it needs.
#[derive(Debug, Clone)]
pub enum Move {
    /// Open it under this title.
    Open {
        /// The title; the Chinese one is needed.
        title: Named,
    },
    /// Not open it.
    Decline {
        /// Why; the proposer reads it.
        reason: String,
    },
    /// Decide.
    Decide {
        /// What.
        decision: String,
        /// Why.
        grounds: String,
        /// Who carries it out.
        carried_by: String,
        /// By which day.
        due_on: Option<NaiveDate>,
    },
    /// Report what came of it.
    Close {
        /// What came of it.
        result: String,
    },
}

impl Move {
    const fn code(&self) -> RoomMove {
        match self {
            Self::Open { .. } => RoomMove::Open,
            Self::Decline { .. } => RoomMove::Decline,
            Self::Decide { .. } => RoomMove::Decide,
            Self::Close { .. } => RoomMove::Close,
        }
    }

    /// Everything that is wrong with what was typed.
    fn check(&self, db: &Db) -> Result<(), Error> {
        let texts: Vec<(&str, &str, u32, u32)> = match self {
            Self::Open { title } => vec![("title", &title.zh, 2, TITLE_MAX), ("title_en", &title.en, 0, 2 * TITLE_MAX)],
            Self::Decline { reason } => vec![("reason", reason, 2, DECISION_MAX)],
            Self::Decide { decision, grounds, carried_by, .. } => vec![
                ("decision", decision, 2, DECISION_MAX),
                ("grounds", grounds, 2, DECISION_MAX),
                ("carried_by", carried_by, 2, CARRIED_BY_MAX),
            ],
            Self::Close { result } => vec![("result", result, 2, DECISION_MAX)],
        };
        let mut wrong: Vec<FieldError> = texts
            .into_iter()
            .filter_map(|(field, text, min, max)| written(text, min, max).err().map(|why| FieldError::new(field, why)))
            .collect();
        if let Self::Decide { due_on, .. } = self {
            match due_on {
                None => wrong.push(FieldError::new("due_on", Reason::NotADate)),
                Some(day) if *day < db.today() => wrong.push(FieldError::new("due_on", Reason::InThePast)),
                Some(day) if *day > db.today() + TimeDelta::days(i64::from(DUE_DAYS_MAX)) => {
                    wrong.push(FieldError::new("due_on", Reason::TooFarAway { days: DUE_DAYS_MAX }));
                }
                Some(_) => {}
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Error::Invalid { fields: wrong }) }
    }
}

/// A room as its rules find it.
struct Room {
    id: RoomId,
    state: RoomState,
    version: Version,
    area: AreaPath,
    area_id: AreaId,
    topic: ContentState,
    proposed_by: PersonId,
}

impl Room {
    async fn read(conn: &mut PgConnection, id: RoomId, hold: bool) -> Result<Self, Trouble> {
        if hold {
            sqlx::query_scalar!("select version from room where id = $1 for update", id.uuid())
                .fetch_optional(&mut *conn)
                .await?;
        }
        let row = sqlx::query!(
            "select r.state, r.version, r.area_path, r.area_id, r.proposed_by, c.state as topic
             from room r join content c on c.id = r.content_id where r.id = $1",
            id.uuid(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or(Error::NotFound { what: What::Room })?;
        Ok(Self {
            id,
            state: parsed(&row.state)?,
            version: Version(row.version),
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            area_id: AreaId::from_uuid(row.area_id),
            topic: parsed(&row.topic)?,
            proposed_by: PersonId::from_uuid(row.proposed_by),
        })
    }

    fn target(&self) -> Target {
        Target::in_area(self.area.clone())
    }

    /// Whether everybody may know of it: its topic was looked at, or staff opened it.
    fn is_public(&self) -> bool {
        match self.state {
            RoomState::Proposed | RoomState::Declined => self.topic == ContentState::Published,
            _ => true,
        }
    }

    async fn record(
        &self,
        db: &Db,
        tx: &mut PgConnection,
        actor: &Actor,
        role: Role,
        action: &str,
        after: serde_json::Value,
    ) -> Result<(), Error> {
        let subject = format!("room:{}", self.id);
        let entry =
            audit::Entry { stream: &subject, action, subject: &subject, after: Some(after), ..Default::default() };
        audit::append(db, tx, actor, role, entry).await
    }
}

/// Moves a room on. Numbers that look private are masked: all of it is public.
///
/// Refused: whoever runs no rooms there; [`Error::Stale`] when somebody moved it since; a move its state does not allow (`move`,
/// [`Reason::NotOpenNow`]); opening a topic nobody has looked at yet (`title`, likewise); texts that are missing or too long, a day
/// that is none, past or too far.
pub async fn go_on(db: &Db, actor: &Actor, id: RoomId, saw: Version, mv: &Move) -> Result<Version, Error> {
    let mut tx = db.begin().await?;
    let room = Room::read(&mut tx, id, true).await?;
    let role = actor.may(Action::RunRoom, &room.target())?;
    if room.version != saw {
        return Err(Error::Stale { now: room.version });
    }
    let Some(to) = mv.code().leads(room.state) else { return Err(Error::field("move", Reason::NotOpenNow)) };
    mv.check(db)?;
    if mv.code() == RoomMove::Open && room.topic != ContentState::Published {
        return Err(Error::field("title", Reason::NotOpenNow));
    }
    write(db, &mut tx, actor, &room, to, mv).await?;
    room.record(db, &mut tx, actor, role, &format!("room.{}", mv.code()), json!({"state": to})).await?;
    tell(db, &mut tx, &room, mv.code()).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(saw.next())
}

async fn write(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    room: &Room,
    to: RoomState,
    mv: &Move,
) -> Result<(), Trouble> {
    let clean = |text: &str| mask_private(text.trim()).0.replace("\r\n", "\n");
    let by = actor.person.map(PersonId::uuid);
    let (id, now) = (room.id.uuid(), db.now());
    match mv {
        Move::Open { title } => {
            let english = if title.en.trim().is_empty() { title.zh.trim() } else { title.en.trim() };
            sqlx::query!(
                "update room set state = $2, version = version + 1, changed_at = $3, title_zh = $4, title_en = $5, opened_by = $6,
                     opened_at = $3 where id = $1",
                id,
                to.code(),
                now,
                title.zh.trim(),
                english,
                by,
            )
            .execute(tx)
            .await?
        }
        Move::Decline { reason } => {
            sqlx::query!(
                "update room set state = $2, version = version + 1, changed_at = $3, reason = $4, decided_by = $5 where id = $1",
                id,
                to.code(),
                now,
                clean(reason),
                by,
            )
            .execute(tx)
            .await?
        }
        Move::Decide { decision, grounds, carried_by, due_on } => {
            sqlx::query!(
                "update room set state = $2, version = version + 1, changed_at = $3, decision = $4, grounds = $5, carried_by = $6,
                     due_on = $7, decided_by = $8, decided_at = $3 where id = $1",
                id,
                to.code(),
                now,
                clean(decision),
                clean(grounds),
                clean(carried_by),
                *due_on,
                by,
            )
            .execute(tx)
            .await?
        }
        Move::Close { result } => {
            sqlx::query!(
                "update room set state = $2, version = version + 1, changed_at = $3, result = $4, closed_at = $3 where id = $1",
                id,
                to.code(),
                now,
                clean(result),
            )
            .execute(tx)
            .await?
        }
    };
    Ok(())
}

/// Tells the proposer, and from the decision on everybody who said something, in the portal.
async fn tell(db: &Db, tx: &mut PgConnection, room: &Room, mv: RoomMove) -> Result<(), Trouble> {
    let everybody = matches!(mv, RoomMove::Decide | RoomMove::Close);
    let told = sqlx::query!(
        "select id, lang from person where id = $2 or ($3 and id in (select person_id from room_post where room_id = $1))",
        room.id.uuid(),
        room.proposed_by.uuid(),
        everybody,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut letters = Vec::with_capacity(told.len());
    for person in told {
        let body = match (Lang::parse(&person.lang).unwrap_or_default(), mv) {
            (Lang::Zh, RoomMove::Open) => "【共治】您提的议题开了议事室，大家可以来商量了。",
            (Lang::Zh, RoomMove::Decline) => "【共治】您提的议题没有开议事室，原因写在议题页上。",
            (Lang::Zh, RoomMove::Decide) => "【共治】您参与的议事有了决定：谁来办、几时办完都写明了。",
            (Lang::Zh, RoomMove::Close) => "【共治】您参与的议事办完了，结果写在议事室里。",
            (Lang::En, RoomMove::Open) => {
                "[Gongzhi] A room was opened for your topic. Everybody can talk about it now."
            }
            (Lang::En, RoomMove::Decline) => "[Gongzhi] No room was opened for your topic. Its page says why.",
            (Lang::En, RoomMove::Decide) => {
                "[Gongzhi] A topic you took part in is decided: what, who does it, by when."
            }
            (Lang::En, RoomMove::Close) => {
                "[Gongzhi] The decision of a topic you took part in was carried out. See the result."
            }
        };
        letters.push((format!("room:{}:{mv}:{}", room.id, person.id), PersonId::from_uuid(person.id), body));
    }
    let messages: Vec<Message<'_>> = letters
        .iter()
        .map(|(key, person, body)| Message { key, kind: "room", way: Way::Portal, person: Some(*person), body })
        .collect();
    outbox::put_many(db, tx, &messages).await?;
    Ok(())
}
