//! Moderation: one queue for everything residents write, by area, oldest first. The original is sealed
//! and never changed; a verdict changes the public copy, the state and what is listed, and is told to
//! the author. Two moderators on one item do not collide: the second is told.

mod queue;
mod rule;
mod writing;

pub use queue::{item, queue, waiting};
pub use rule::{MANY_MAX, UNDO_FOR, photo, publish_many, rule, undo};
pub(crate) use writing::{
    NewContent, Waits, publish_reply, rare_hits, rewrite_content, tsquery, waits_for, withdraw_content, write_content,
};

use gongzhi_domain::area::AreaPath;
use gongzhi_domain::content::{ContentKind, ContentState};
use gongzhi_domain::ids::{ContentId, PersonId, RequestId, UnitId};
use gongzhi_domain::number::RequestNumber;
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::{Error, What};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::refusal::{Trouble, fault, parsed};

/// A piece of content as a verdict finds it, with the request it belongs to.
struct Content {
    id: ContentId,
    kind: ContentKind,
    area: AreaPath,
    author: Option<PersonId>,
    /// Whom a nomination is about.
    nominee: Option<PersonId>,
    original_sealed: Vec<u8>,
    public_text: String,
    state: ContentState,
    version: Version,
    request: Option<RequestId>,
    number: Option<RequestNumber>,
    public: bool,
    accused: Vec<UnitId>,
    tip_off: bool,
}

impl Content {
    /// Reads a piece of content; inside a transaction that decides about it, the row is held.
    async fn read(conn: &mut PgConnection, id: ContentId, hold: bool) -> Result<Self, Trouble> {
        let not_found = || Error::NotFound { what: What::Content };
        if hold {
            sqlx::query_scalar!("select version from content where id = $1 for update", id.uuid())
                .fetch_optional(&mut *conn)
                .await?
                .ok_or_else(not_found)?;
        }
        let row = sqlx::query!(
            r#"select c.kind, c.area_path, c.author_id, c.original_sealed, c.public_text, c.state, c.version,
                   r.id as "request_id?", r.number as "number?", r.visibility as "visibility?",
                   r.accused_unit_id as "accused?", r.kind as "request_kind?",
                   (select n.nominee_id from nomination n where n.content_id = c.id) as nominee
               from content c
               left join lateral (
                   select r.* from request r where r.content_id = c.id
                   union all
                   select r.* from rating t join request r on r.id = t.request_id where t.content_id = c.id
                   union all
                   select r.* from reply y join request r on r.order_id = y.order_id where y.content_id = c.id
                   limit 1
               ) r on true
               where c.id = $1"#,
            id.uuid(),
        )
        .fetch_optional(conn)
        .await?
        .ok_or_else(not_found)?;
        Ok(Self {
            id,
            kind: parsed(&row.kind)?,
            area: AreaPath::parse(&row.area_path).map_err(fault)?,
            author: row.author_id.map(PersonId::from_uuid),
            nominee: row.nominee.map(PersonId::from_uuid),
            original_sealed: row.original_sealed,
            public_text: row.public_text,
            state: parsed(&row.state)?,
            version: Version(row.version),
            request: row.request_id.map(RequestId::from_uuid),
            number: row.number.map(|number| RequestNumber::parse(&number)).transpose().map_err(fault)?,
            public: row.visibility.as_deref() == Some("public"),
            accused: row.accused.into_iter().map(UnitId::from_uuid).collect(),
            tip_off: row.request_kind.as_deref() == Some("tip_off"),
        })
    }

    /// Whether a moderator may turn its photos off and on: those of a reply once it was given.
    fn may_turn_photos(&self) -> bool {
        self.kind != ContentKind::Reply || self.state == ContentState::Published
    }

    /// As what the actor moderates it. Refused: whoever may not there; the author, the accused unit, whom a nomination is about.
    fn may_moderate(&self, actor: &Actor) -> Result<Role, Error> {
        if actor.person.is_some() && actor.person == self.nominee {
            return Err(Error::Forbidden { action: Action::Moderate });
        }
        actor.may(Action::Moderate, &self.target())
    }

    /// What permissions need to know: the author and the accused unit never moderate.
    fn target(&self) -> Target {
        Target {
            owner: self.author,
            area: Some(self.area.clone()),
            accused_units: self.accused.clone(),
            tip_off: self.tip_off,
            ..Target::none()
        }
    }
}

/// The version that turning one of its photos off must name; `None` for whoever may not.
pub(crate) async fn turns_photos(
    conn: &mut PgConnection,
    actor: &Actor,
    id: ContentId,
) -> Result<Option<Version>, Trouble> {
    let content = Content::read(conn, id, false).await?;
    let may = content.may_turn_photos() && content.may_moderate(actor).is_ok();
    Ok(may.then_some(content.version))
}

/// The photos of a piece of content, in their order: what a list and a page may show of them.
pub(crate) struct PhotoRow {
    pub id: Uuid,
    pub width: i32,
    pub height: i32,
    pub off: bool,
    pub after: bool,
}

pub(crate) async fn photos_of(conn: &mut PgConnection, content: Uuid) -> Result<Vec<PhotoRow>, Trouble> {
    Ok(sqlx::query_as!(
        PhotoRow,
        r#"select id, width, height, state = 'off' as "off!", phase = 'after' as "after!" from attachment
           where content_id = $1 order by phase desc, position"#,
        content,
    )
    .fetch_all(conn)
    .await?)
}
