//! The tariff as versions: drafted from the one in force, put to the vote of a meeting ([`crate::meetings::put_tariff`]), put in force
//! by a second person once that vote has passed it, never changed afterwards.

use chrono::NaiveDate;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, TariffId, TariffItemId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{GoesTo, NewItem, Period, Source};
use gongzhi_domain::{Error, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::meetings::{self, TariffVote};
use crate::refusal::{Trouble, fault, parsed, refuse};
use crate::scope::Scope;

/// A version of the tariff with its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tariff {
    /// Which it is.
    pub id: TariffId,
    /// Where it holds.
    pub area: Named,
    /// Where it holds, as a path.
    pub path: String,
    /// The how-many-th version of the area.
    pub version: i32,
    /// The decision that passed it in words, of one from before votes on tariffs were counted.
    pub decision: Option<String>,
    /// The votes on it, the last first; the one that passed it comes first.
    pub votes: Vec<TariffVote>,
    /// From which day on; `None` for a draft.
    pub effective_on: Option<NaiveDate>,
    /// After how many months unused points go; `None`: never.
    pub expires_months: Option<i16>,
    /// Who drafted it: somebody else puts it in force.
    pub drafted_by: PersonId,
    /// Its items, in their order.
    pub items: Vec<Item>,
}

impl Tariff {
    /// The vote it lies before, or that passed it: from there on it does not change.
    #[must_use]
    pub fn vote(&self) -> Option<&TariffVote> {
        self.votes.iter().find(|vote| vote.passed != Some(false))
    }

    /// The vote that passed it.
    #[must_use]
    pub fn passed_by(&self) -> Option<&TariffVote> {
        self.votes.iter().find(|vote| vote.passed == Some(true))
    }
}

/// One line of a tariff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which it is.
    pub id: TariffItemId,
    /// What it is called.
    pub name: Named,
    /// What it is given for.
    pub source: Source,
    /// Who is credited.
    pub goes_to: GoesTo,
    /// Points for one time.
    pub points: i32,
    /// The most in one period.
    pub cap: i32,
    /// The period.
    pub period: Period,
    /// What one has to show.
    pub evidence: Named,
    /// Who checks.
    pub checks: Named,
}

/// The tariffs in force today, one an area, for everybody to read.
pub async fn in_force(db: &Db) -> Result<Vec<Tariff>, Error> {
    let ids = sqlx::query_scalar!(
        "select distinct on (area_id) id from tariff where effective_on <= $1 order by area_id, version desc",
        db.today(),
    );
    Ok(for_everybody(read(db, ids.fetch_all(db.read()).await.map_err(refuse)?).await?))
}

/// The drafts that lie before a meeting, and what was passed and is to come: for everybody to read before they vote.
pub async fn before_a_vote(db: &Db) -> Result<Vec<Tariff>, Error> {
    let ids = sqlx::query_scalar!(
        "select id from tariff t where (effective_on is null or effective_on > $1) and tariff_is_under_vote(id) order by area_path, version",
        db.today(),
    );
    Ok(for_everybody(read(db, ids.fetch_all(db.read()).await.map_err(refuse)?).await?))
}

/// Tariffs without numbers that would point at people, nor any before the minutes are signed.
fn for_everybody(tariffs: Vec<Tariff>) -> Vec<Tariff> {
    let shown = |vote: TariffVote| match vote.passed {
        Some(_) => vote.for_everybody(),
        None => TariffVote { count: None, came: None, fewer: String::new(), ..vote },
    };
    let each = |tariff: Tariff| Tariff { votes: tariff.votes.into_iter().map(shown).collect(), ..tariff };
    tariffs.into_iter().map(each).collect()
}

/// The drafts, and the versions to come, of the areas whose tariff the actor manages.
pub async fn drafts(db: &Db, actor: &Actor) -> Result<Vec<Tariff>, Error> {
    require(actor)?;
    let ids = sqlx::query_scalar!(
        "select id from tariff t where (effective_on is null or effective_on > $1)
           and exists (select from unnest($2::text[]) as p (path) where t.area_path >= p.path and t.area_path < p.path || '/')
         order by area_path, version",
        db.today(),
        &Scope::of(actor, Action::ManageTariff, None).paths(),
    );
    read(db, ids.fetch_all(db.pool()).await.map_err(refuse)?).await
}

/// The areas the actor can draft a tariff for: code and name.
pub async fn manageable_areas(db: &Db, actor: &Actor, action: Action) -> Result<Vec<(String, Named)>, Error> {
    let rows = sqlx::query!(
        "select code, name_zh, name_en from area a where active_to is null
           and exists (select from unnest($1::text[]) as p (path) where a.path >= p.path and a.path < p.path || '/')
         order by path limit 200",
        &Scope::of(actor, action, None).paths(),
    );
    let rows = rows.fetch_all(db.read()).await.map_err(refuse)?;
    Ok(rows.into_iter().map(|row| (row.code, Named::new(row.name_zh, row.name_en))).collect())
}

fn require(actor: &Actor) -> Result<(), Error> {
    let action = Action::ManageTariff;
    if actor.has(action) { Ok(()) } else { actor.may(action, &Target::none()).map(|_| ()) }
}

async fn read(db: &Db, ids: Vec<Uuid>) -> Result<Vec<Tariff>, Error> {
    let rows = sqlx::query!(
        "select t.id, t.area_path, t.version, t.decision, t.effective_on, t.expires_months, t.drafted_by, a.name_zh, a.name_en
         from tariff t join area a on a.id = t.area_id where t.id = any($1) order by t.area_path, t.version",
        &ids,
    );
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let votes = meetings::tariff_votes(&mut conn, &ids, None).await?;
    drop(conn);
    let mut tariffs = Vec::new();
    for row in rows.fetch_all(db.pool()).await.map_err(refuse)? {
        tariffs.push(Tariff {
            votes: votes.iter().filter(|vote| vote.tariff.uuid() == row.id).cloned().collect(),
            id: TariffId::from_uuid(row.id),
            area: Named::new(row.name_zh, row.name_en),
            path: row.area_path,
            version: row.version,
            decision: row.decision,
            effective_on: row.effective_on,
            expires_months: row.expires_months,
            drafted_by: PersonId::from_uuid(row.drafted_by),
            items: items_of(db, row.id).await?,
        });
    }
    Ok(tariffs)
}

async fn items_of(db: &Db, tariff: Uuid) -> Result<Vec<Item>, Error> {
    let rows = sqlx::query!("select * from tariff_item where tariff_id = $1 order by position, id", tariff);
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let item = |row: _| -> Result<Item, Error> {
        let row: ItemRow = row;
        Ok(Item {
            id: TariffItemId::from_uuid(row.0),
            name: row.1,
            source: parsed(&row.2)?,
            goes_to: parsed(&row.3)?,
            points: row.4,
            cap: row.5,
            period: parsed(&row.6)?,
            evidence: row.7,
            checks: row.8,
        })
    };
    rows.into_iter()
        .map(|row| {
            item((
                row.id,
                Named::new(row.name_zh, row.name_en),
                row.source,
                row.goes_to,
                row.points,
                row.cap,
                row.period,
                Named::new(row.evidence_zh, row.evidence_en),
                Named::new(row.checks_zh, row.checks_en),
            ))
        })
        .collect()
}

type ItemRow = (Uuid, Named, String, String, i32, i32, String, Named, Named);

/// Begins the next version of an area's tariff with the items of the present one. Refused: whoever does not manage it; an area
/// that has a draft already.
pub async fn draft(db: &Db, actor: &Actor, area: &str) -> Result<TariffId, Error> {
    let areas = db.areas().await?;
    require(actor)?;
    let area = areas.by_code(area.trim()).ok_or_else(|| Error::field("area", Reason::NotAChoice))?;
    let role = actor.may(Action::ManageTariff, &Target::in_area(area.path.clone()))?;
    let mut tx = db.begin().await?;
    let id = db.new_id();
    sqlx::query!(
        "insert into tariff (id, area_id, area_path, version, expires_months, drafted_by, drafted_at)
         select $1, $2, $3, coalesce(max(version), 0) + 1, 24, $4, $5 from tariff where area_id = $2",
        id,
        area.id.uuid(),
        area.path.as_str(),
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    sqlx::query!(
        "insert into tariff_item (id, tariff_id, code, position, name_zh, name_en, source, goes_to, points, cap, period, evidence_zh,
             evidence_en, checks_zh, checks_en)
         select gen_random_uuid(), $1, code, position, name_zh, name_en, source, goes_to, points, cap, period, evidence_zh, evidence_en,
             checks_zh, checks_en
         from tariff_item where tariff_id = (
             select id from tariff where area_id = $2 and effective_on is not null order by version desc limit 1)",
        id,
        area.id.uuid(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    record(db, &mut tx, actor, role, id, "draft", json!({"area": area.path.as_str()})).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(TariffId::from_uuid(id))
}

/// Adds an item to a draft. Refused: whoever does not manage it, an item that does not fit together, a tariff in force or before a
/// meeting (`tariff`, [`Reason::UnderVote`]).
pub async fn add_item(db: &Db, actor: &Actor, tariff: TariffId, item: &NewItem) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (role, _) = hold_draft(&mut tx, actor, tariff).await?;
    changes(&mut tx, tariff).await?;
    item.check()?;
    let id = db.new_id();
    sqlx::query!(
        "insert into tariff_item (id, tariff_id, code, position, name_zh, name_en, source, goes_to, points, cap, period, evidence_zh,
             evidence_en, checks_zh, checks_en)
         select $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
         from tariff_item where tariff_id = $2",
        id,
        tariff.uuid(),
        format!("i{}", id.simple()),
        item.name.0.trim(),
        item.name.1.trim(),
        item.source.code(),
        item.goes_to.code(),
        item.points,
        item.cap,
        item.period.code(),
        item.evidence.0.trim(),
        item.evidence.1.trim(),
        item.checks.0.trim(),
        item.checks.1.trim(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"item": id, "name": item.name.0, "points": item.points, "cap": item.cap, "period": item.period});
    record(db, &mut tx, actor, role, tariff.uuid(), "add_item", after).await?;
    tx.commit().await.map_err(refuse)
}

/// Takes an item out of a draft; refused like [`add_item`].
pub async fn remove_item(db: &Db, actor: &Actor, tariff: TariffId, item: TariffItemId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (role, _) = hold_draft(&mut tx, actor, tariff).await?;
    changes(&mut tx, tariff).await?;
    let gone = sqlx::query!("delete from tariff_item where id = $1 and tariff_id = $2", item.uuid(), tariff.uuid());
    if gone.execute(&mut *tx).await.map_err(refuse)?.rows_affected() == 0 {
        return Err(Error::NotFound { what: What::Points });
    }
    record(db, &mut tx, actor, role, tariff.uuid(), "remove_item", json!({"item": item})).await?;
    tx.commit().await.map_err(refuse)
}

/// Puts a draft in force from a day on, by the vote that passed it. Refused: whoever drafted it (`effective_on`,
/// [`Reason::NeedsAnotherPerson`]); a draft no vote of its own has passed, or whose meeting's minutes are not closed
/// ([`Reason::NotPassed`]); a day that has passed: the decision is never later than today.
pub async fn put_in_force(
    db: &Db,
    actor: &Actor,
    tariff: TariffId,
    effective_on: Option<NaiveDate>,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let (role, drafted_by) = hold_draft(&mut tx, actor, tariff).await?;
    let wrong = |reason| Err(Error::field("effective_on", reason));
    if Some(drafted_by) == actor.person {
        return wrong(Reason::NeedsAnotherPerson);
    }
    let vote = sqlx::query_scalar!("select meeting_id from tariff_vote where tariff_id = $1 and passed", tariff.uuid());
    let Some(meeting) = vote.fetch_optional(&mut *tx).await.map_err(refuse)? else { return wrong(Reason::NotPassed) };
    let Some(day) = effective_on else { return wrong(Reason::NotADate) };
    if day < db.today() {
        return wrong(Reason::InThePast);
    }
    sqlx::query!(
        "update tariff set meeting_id = $2, effective_on = $3, passed_by = $4, passed_at = $5 where id = $1",
        tariff.uuid(),
        meeting,
        day,
        actor.person.map(PersonId::uuid),
        db.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    let after = json!({"meeting": meeting, "effective_on": day});
    record(db, &mut tx, actor, role, tariff.uuid(), "put_in_force", after).await?;
    tx.commit().await.map_err(refuse)
}

/// Whether a draft may still change: it lies before no meeting, and none has passed it.
async fn changes(tx: &mut PgConnection, tariff: TariffId) -> Result<(), Error> {
    let stays = sqlx::query_scalar!(r#"select tariff_is_under_vote($1) as "stays!""#, tariff.uuid());
    let stays = stays.fetch_one(tx).await.map_err(refuse)?;
    if stays { Err(Error::field("tariff", Reason::UnderVote)) } else { Ok(()) }
}

async fn hold_draft(tx: &mut PgConnection, actor: &Actor, tariff: TariffId) -> Result<(Role, PersonId), Error> {
    require(actor)?;
    let row =
        sqlx::query!("select area_path, effective_on, drafted_by from tariff where id = $1 for update", tariff.uuid());
    let row = row.fetch_optional(tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Points })?;
    let role = actor.may(Action::ManageTariff, &Target::in_area(AreaPath::parse(&row.area_path).map_err(fault)?))?;
    if row.effective_on.is_some() {
        return Err(Error::NotFound { what: What::Points });
    }
    Ok((role, PersonId::from_uuid(row.drafted_by)))
}

async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    tariff: Uuid,
    action: &str,
    after: serde_json::Value,
) -> Result<(), Error> {
    let subject = format!("tariff:{tariff}");
    let action = format!("tariff.{action}");
    let entry =
        audit::Entry { stream: &subject, action: &action, subject: &subject, after: Some(after), ..Default::default() };
    audit::append(db, tx, actor, role, entry).await
}

/// The item of a tariff that is in force on a day, and where; what a credit is proposed by.
pub(super) struct InForce {
    pub tariff_path: AreaPath,
    pub goes_to: GoesTo,
    pub points: i32,
    pub cap: i32,
    pub period: Period,
    pub code: String,
    pub name: Named,
}

/// Reads an item that holds today; a draft's or an old version's is not found.
pub(super) async fn item_in_force(db: &Db, tx: &mut PgConnection, item: TariffItemId) -> Result<InForce, Trouble> {
    let row = sqlx::query!(
        "select t.area_path, i.goes_to, i.points, i.cap, i.period, i.code, i.name_zh, i.name_en
         from tariff_item i join tariff t on t.id = i.tariff_id
         where i.id = $1 and t.effective_on <= $2 and not exists (
             select from tariff n where n.area_id = t.area_id and n.version > t.version and n.effective_on <= $2)",
        item.uuid(),
        db.today(),
    );
    let row = row.fetch_optional(tx).await?.ok_or_else(|| Error::field("item", Reason::NotAChoice))?;
    Ok(InForce {
        tariff_path: AreaPath::parse(&row.area_path).map_err(fault)?,
        goes_to: parsed(&row.goes_to)?,
        points: row.points,
        cap: row.cap,
        period: parsed(&row.period)?,
        code: row.code,
        name: Named::new(row.name_zh, row.name_en),
    })
}
