//! What waits for a second person, and what was credited lately: the two lists of the desk's page.

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{PersonId, PointsEntryId, PointsProposalId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::points::GoesTo;

use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{parsed, refuse};
use crate::scope::Scope;

/// Entries of a list.
const SHOWN: i64 = 50;

/// A proposal that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which it is.
    pub id: PointsProposalId,
    /// What for.
    pub item: Named,
    /// Who is credited.
    pub goes_to: GoesTo,
    /// How many points.
    pub points: i32,
    /// Whether it takes a credit back.
    pub reversal: bool,
    /// The neighbour's number, masked.
    pub phone: Option<String>,
    /// When it was done.
    pub day: NaiveDate,
    /// What was done and how one knows.
    pub note: String,
    /// Who proposed it.
    pub maker: Named,
    /// Whether the reader did: somebody else checks.
    pub mine: bool,
    /// When it was proposed.
    pub made_at: DateTime<Utc>,
}

/// What waits for a check in the reader's areas, oldest first. Refuses whoever neither proposes nor checks nor watches.
pub async fn waiting(db: &Db, actor: &Actor) -> Result<Vec<Waiting>, Error> {
    require(actor)?;
    let rows = sqlx::query!(
        r#"select p.id, p.reverses is not null as "reversal!", p.person_id, p.day, p.note_sealed, p.maker, p.made_at,
               i.name_zh, i.name_en, i.goes_to, i.points, s.display_name_zh as "maker_zh?", s.display_name_en as "maker_en?"
           from points_proposal p
           left join points_entry e on e.id = p.reverses
           join tariff_item i on i.id = coalesce(p.item_id, e.item_id)
           left join staff_account s on s.person_id = p.maker
           where p.state = 'waiting'
             and exists (select from unnest($1::text[]) as a (path) where p.area_path >= a.path and p.area_path < a.path || '/')
           order by p.made_at, p.id limit $2"#,
        &Scope::of(actor, Action::ReadPoints, None).paths(),
        SHOWN,
    );
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let mut cards = Vec::new();
    for row in rows.fetch_all(&mut *conn).await.map_err(refuse)? {
        cards.push(Waiting {
            id: PointsProposalId::from_uuid(row.id),
            item: Named::new(row.name_zh, row.name_en),
            goes_to: parsed(&row.goes_to)?,
            points: row.points,
            reversal: row.reversal,
            phone: people::masked_phone(db, &mut conn, PersonId::from_uuid(row.person_id)).await?,
            day: row.day,
            note: db.keys().open_text(Purpose::Internal, &row.note_sealed)?,
            maker: Named::new(row.maker_zh.unwrap_or_default(), row.maker_en.unwrap_or_default()),
            mine: actor.person == Some(PersonId::from_uuid(row.maker)),
            made_at: row.made_at,
        });
    }
    Ok(cards)
}

/// A credit that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credited {
    /// Which it is.
    pub entry: PointsEntryId,
    /// What for.
    pub item: Named,
    /// How many points.
    pub points: i32,
    /// The neighbour's number, masked.
    pub phone: Option<String>,
    /// When it was booked.
    pub at: DateTime<Utc>,
    /// Whether it was taken back, or that is proposed.
    pub taken_back: bool,
}

/// The latest credits in the reader's areas.
pub async fn credited(db: &Db, actor: &Actor) -> Result<Vec<Credited>, Error> {
    require(actor)?;
    let rows = sqlx::query!(
        r#"select e.id, e.person_id as "person_id!", e.at, i.name_zh, i.name_en, i.points,
               (exists (select from points_entry r where r.reversal_of = e.id)
                or exists (select from points_proposal w where w.reverses = e.id and w.state = 'waiting')) as "taken_back!"
           from points_proposal p join points_entry e on e.id = p.entry_id join tariff_item i on i.id = e.item_id
           where p.state <> 'waiting'
             and exists (select from unnest($1::text[]) as a (path) where p.area_path >= a.path and p.area_path < a.path || '/')
           order by p.checked_at desc limit $2"#,
        &Scope::of(actor, Action::ReadPoints, None).paths(),
        SHOWN,
    );
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let mut cards = Vec::new();
    for row in rows.fetch_all(&mut *conn).await.map_err(refuse)? {
        cards.push(Credited {
            entry: PointsEntryId::from_uuid(row.id),
            item: Named::new(row.name_zh, row.name_en),
            points: row.points,
            phone: people::masked_phone(db, &mut conn, PersonId::from_uuid(row.person_id)).await?,
            at: row.at,
            taken_back: row.taken_back,
        });
    }
    Ok(cards)
}

fn require(actor: &Actor) -> Result<(), Error> {
    let action = Action::ReadPoints;
    if actor.has(action) { Ok(()) } else { actor.may(action, &Target::none()).map(|_| ()) }
}
