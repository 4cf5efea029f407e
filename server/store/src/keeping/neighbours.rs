//! Good neighbours 好邻居推荐: somebody names a neighbour with a reason, others endorse, the committee picks, and nothing is
//! public before the neighbour says yes, under the name they choose, for as long as they want. No counts, no order but time.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::content::WaitReason;
use gongzhi_domain::ids::{NominationId, PersonId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Lang, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::limits;
use crate::moderation::{NewContent, Waits, write_content};
use crate::people;
use crate::refusal::{fault, refuse};
use crate::scope::Scope;

/// Most characters of the reason.
const REASON_MAX: u32 = 300;

/// Nominations one person may send in a day.
const A_DAY: i32 = 5;

/// A nomination as it is sent.
#[derive(Debug, Clone)]
pub struct NewNomination {
    /// Made when the form opened: sending it twice nominates once.
    pub key: Uuid,
    /// The neighbour's number.
    pub phone: String,
    /// The code of the area they live in.
    pub area: String,
    /// Why, without name and address: it is read by others before the neighbour has agreed.
    pub reason: String,
}

/// Nominates a neighbour, who hears of it at once. Refused: whoever is not signed in; oneself (field `phone`); somebody who is
/// nominated already.
pub async fn nominate(db: &Db, actor: &Actor, new: &NewNomination) -> Result<NominationId, Error> {
    let role = actor.may(Action::NominateNeighbour, &Target::none())?;
    let by = actor.person.ok_or(Error::NotSignedIn)?;
    let areas = db.areas().await?;
    let mut wrong = Vec::new();
    let phone = Phone::parse(&new.phone).map_err(|reason| wrong.push(FieldError::new("phone", reason))).ok();
    let area = areas.by_code(new.area.trim());
    if area.is_none() {
        wrong.push(FieldError::new("area", Reason::NotAChoice));
    }
    if let Err(reason) = written(&new.reason, 10, REASON_MAX) {
        wrong.push(FieldError::new("reason", reason));
    }
    let (Some(phone), Some(area), true) = (phone, area, wrong.is_empty()) else {
        return Err(Error::Invalid { fields: wrong });
    };
    let mut tx = db.begin().await?;
    let before =
        sqlx::query_scalar!("select id from nomination where key = $1 and nominated_by = $2", new.key, by.uuid());
    if let Some(id) = before.fetch_optional(&mut *tx).await.map_err(refuse)? {
        return Ok(NominationId::from_uuid(id));
    }
    limits::hit(db, "nomination", by.uuid().as_bytes(), A_DAY, TimeDelta::days(1)).await?;
    let (nominee, _) = people::find_or_create(db, &mut tx, &phone, Lang::Zh).await?;
    if nominee == by {
        return Err(Error::field("phone", Reason::NeedsAnotherPerson));
    }
    let content = NewContent {
        kind: "nomination",
        area: area.id,
        path: &area.path,
        author: Some(by),
        original: new.reason.trim(),
        waits_for: Waits::Moderator(vec![WaitReason::Rule]),
    };
    let content = write_content(db, &mut tx, content).await?;
    let id = db.new_id();
    sqlx::query!(
        "insert into nomination (id, key, area_id, area_path, nominee_id, nominated_by, content_id, state, nominated_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'open', $8)",
        id,
        new.key,
        area.id.uuid(),
        area.path.as_str(),
        nominee.uuid(),
        by.uuid(),
        content,
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let words = (
        "有邻居推荐您为好邻居。公开不公开由您决定，打开“好邻居”查看。".to_owned(),
        "A neighbour nominated you as a good neighbour. Whether that becomes public is up to you; see “Good neighbours”."
            .to_owned(),
    );
    crate::points::send(db, &mut tx, nominee, &format!("nominated:{id}"), "nominated", words).await?;
    note(db, &mut tx, actor, role, NominationId::from_uuid(id), "nomination.make", "open").await?;
    tx.commit().await.map_err(refuse)?;
    Ok(NominationId::from_uuid(id))
}

/// Endorses a nomination, once. Refused: the neighbour themselves and whoever nominated them; one that is not open or not yet
/// looked at.
pub async fn endorse(db: &Db, actor: &Actor, id: NominationId) -> Result<(), Error> {
    let role = actor.may(Action::NominateNeighbour, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        "select n.nominee_id, n.nominated_by from nomination n join content c on c.id = n.content_id
         where n.id = $1 and n.state in ('open', 'picked') and c.state = 'published'",
        id.uuid(),
    );
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Nomination })?;
    if [row.nominee_id, row.nominated_by].contains(&person.uuid()) {
        return Err(Error::field("nomination", Reason::NeedsAnotherPerson));
    }
    let endorsed = sqlx::query!(
        "insert into endorsement (nomination_id, person_id, at) values ($1, $2, $3) on conflict do nothing",
        id.uuid(),
        person.uuid(),
        db.now(),
    );
    if endorsed.execute(&mut *tx).await.map_err(refuse)?.rows_affected() > 0 {
        note(db, &mut tx, actor, role, id, "nomination.endorse", "open").await?;
    }
    tx.commit().await.map_err(refuse)
}

/// The committee picks an open nomination; the neighbour is asked. Refused: whoever runs no pacts there; the neighbour
/// themselves.
pub async fn pick(db: &Db, actor: &Actor, id: NominationId) -> Result<(), Error> {
    let action = Action::PickNeighbour;
    if !actor.has(action) {
        actor.may(action, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let row = hold(&mut tx, id).await?;
    let role = actor.may(action, &Target::in_area(AreaPath::parse(&row.area).map_err(fault)?))?;
    if actor.person == Some(row.nominee) {
        return Err(Error::field("nomination", Reason::NeedsAnotherPerson));
    }
    if row.state != "open" || row.content != "published" {
        return Err(Error::NotFound { what: What::Nomination });
    }
    sqlx::query!(
        "update nomination set state = 'picked', picked_by = $2, picked_at = $3 where id = $1",
        id.uuid(),
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    note(db, &mut tx, actor, role, id, "nomination.pick", "picked").await?;
    let words = (
        "社区想把您作为好邻居公布，要您同意才行。打开“好邻居”选择。".to_owned(),
        "The committee would like to show you as a good neighbour, if you agree. See “Good neighbours”.".to_owned(),
    );
    crate::points::send(db, &mut tx, row.nominee, &format!("picked:{id}"), "nomination_picked", words).await?;
    tx.commit().await.map_err(refuse)
}

/// The neighbour answers: a name to be shown under means yes, `None` means no, or no longer. Refused: anybody else; yes before
/// the committee has picked.
pub async fn answer(db: &Db, actor: &Actor, id: NominationId, shown_name: Option<&str>) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let row = hold(&mut tx, id).await?;
    let nothing = |_| Error::NotFound { what: What::Nomination };
    if actor.person.is_none() {
        return Err(Error::NotSignedIn);
    }
    let role = actor.may(Action::AnswerNomination, &Target::of_person(row.nominee)).map_err(nothing)?;
    let state = match (shown_name, row.state.as_str()) {
        (Some(_), _) => "published",
        (None, "published") => "withdrawn",
        (None, _) => "declined",
    };
    let now = db.now();
    match shown_name {
        Some(name) => {
            written(name, 1, people::NAME_MAX as u32).map_err(|reason| Error::field("shown_name", reason))?;
            if row.state != "picked" {
                return Err(Error::NotFound { what: What::Nomination });
            }
            sqlx::query!(
                "update nomination set state = 'published', consented_at = $2, shown_name = $3 where id = $1",
                id.uuid(),
                now,
                name.trim(),
            )
            .execute(&mut *tx)
            .await
        }
        None => {
            sqlx::query!(
                "update nomination set state = $2, ended_at = $3, shown_name = null
                 where id = $1 and state in ('open', 'picked', 'published')",
                id.uuid(),
                state,
                now,
            )
            .execute(&mut *tx)
            .await
        }
    }
    .map_err(refuse)?;
    note(db, &mut tx, actor, role, id, "nomination.answer", state).await?;
    tx.commit().await.map_err(refuse)
}

/// The audit row of a nomination.
async fn note(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    id: NominationId,
    action: &str,
    state: &str,
) -> Result<(), Error> {
    let subject = format!("nomination:{id}");
    let after = Some(json!({ "state": state }));
    let entry = audit::Entry { stream: &subject, action, subject: &subject, after, ..audit::Entry::default() };
    audit::append(db, tx, actor, role, entry).await
}

struct Held {
    area: String,
    nominee: PersonId,
    state: String,
    content: String,
}

async fn hold(tx: &mut PgConnection, id: NominationId) -> Result<Held, Error> {
    let row = sqlx::query!(
        "select n.area_path, n.nominee_id, n.state, c.state as content from nomination n join content c on c.id = n.content_id
         where n.id = $1 for update of n",
        id.uuid(),
    );
    let row = row.fetch_optional(tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Nomination })?;
    let nominee = PersonId::from_uuid(row.nominee_id);
    Ok(Held { area: row.area_path, nominee, state: row.state, content: row.content })
}

/// A good neighbour as everybody sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// The name they chose.
    pub name: String,
    /// Why, past moderation.
    pub reason: String,
    /// Where they live: the community or grid.
    pub area: Named,
    /// Since when they are shown.
    pub at: DateTime<Utc>,
}

/// Those who agreed to be shown, the latest first.
pub async fn published(db: &Db) -> Result<Vec<Neighbour>, Error> {
    let rows = sqlx::query!(
        r#"select n.shown_name as "name!", n.consented_at as "at!", c.public_text, a.name_zh, a.name_en
           from nomination n join content c on c.id = n.content_id join area a on a.id = n.area_id
           where n.state = 'published' and c.state = 'published' order by n.consented_at desc limit 100"#
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let shown = rows.into_iter().map(|row| Neighbour {
        name: row.name,
        reason: row.public_text,
        area: Named::new(row.name_zh, row.name_en),
        at: row.at,
    });
    Ok(shown.collect())
}

/// A nomination that is open, as signed-in neighbours and the committee see it: without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nomination {
    /// Which it is.
    pub id: NominationId,
    /// Why, past moderation.
    pub reason: String,
    /// Where they live.
    pub area: Named,
    /// Whether the reader endorsed it, or is the one who nominated or is nominated.
    pub done: bool,
    /// Whether the committee has picked it.
    pub picked: bool,
    /// Whether the reader may pick it.
    pub can_pick: bool,
}

/// Open nominations.
pub type Nominations = Vec<Nomination>;

/// The nominations that can be endorsed, the latest first; for the signed-in.
pub async fn nominations(db: &Db, actor: &Actor) -> Result<Nominations, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    actor.may(Action::NominateNeighbour, &Target::none())?;
    let rows = sqlx::query!(
        r#"select n.id, n.state, c.public_text, a.name_zh, a.name_en,
               (n.nominee_id = $1 or n.nominated_by = $1
                or exists (select from endorsement e where e.nomination_id = n.id and e.person_id = $1)) as "done!",
               exists (select from unnest($2::text[]) as s (path) where n.area_path >= s.path and n.area_path < s.path || '/')
                   as "reach!"
           from nomination n join content c on c.id = n.content_id join area a on a.id = n.area_id
           where n.state in ('open', 'picked') and c.state = 'published' order by n.nominated_at desc limit 50"#,
        person.uuid(),
        &Scope::of(actor, Action::PickNeighbour, None).paths(),
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let shown = rows.into_iter().map(|row| Nomination {
        id: NominationId::from_uuid(row.id),
        reason: row.public_text,
        area: Named::new(row.name_zh, row.name_en),
        done: row.done,
        picked: row.state == "picked",
        can_pick: row.reach && row.state == "open",
    });
    Ok(shown.collect())
}

/// A nomination of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnNomination {
    /// Which it is.
    pub id: NominationId,
    /// Why, past moderation; empty while nobody has looked.
    pub reason: String,
    /// Whether the committee asks for consent now.
    pub picked: bool,
    /// The name they are shown under.
    pub shown_name: Option<String>,
}

/// The nominations of the actor that stand.
pub async fn own_nominations(db: &Db, actor: &Actor) -> Result<Vec<OwnNomination>, Error> {
    let Some(person) = actor.person else { return Ok(Vec::new()) };
    let rows = sqlx::query!(
        r#"select n.id, n.state, n.shown_name, case c.state when 'published' then c.public_text else '' end as "reason!"
           from nomination n join content c on c.id = n.content_id
           where n.nominee_id = $1 and n.state in ('open', 'picked', 'published') order by n.nominated_at desc"#,
        person.uuid(),
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let own = rows.into_iter().map(|row| OwnNomination {
        id: NominationId::from_uuid(row.id),
        reason: row.reason,
        picked: row.state == "picked",
        shown_name: row.shown_name,
    });
    Ok(own.collect())
}
