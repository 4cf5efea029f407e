//! How far a round has come: for those who walk from door to door, and for the committee.

use chrono::{DateTime, Utc};
use gongzhi_domain::delivery::Progress;
use gongzhi_domain::ids::{BuildingId, HouseholdId, RoundId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::Action;
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Named};
use sqlx::PgConnection;

use super::{Round, connection, progress};
use crate::db::Db;
use crate::households::building_name;
use crate::keys::Purpose;
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed, refuse};
use crate::scope::Scope;

/// A round somebody walks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyRound {
    /// Which it is.
    pub id: RoundId,
    /// The pact's number and title.
    pub number: String,
    /// What is brought.
    pub title: Named,
    /// At which stage.
    pub stage: Stage,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// Doors within the actor's areas, and how far they are.
    pub progress: Progress,
}

/// How far a building is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingProgress {
    /// The building.
    pub id: BuildingId,
    /// Compound and name.
    pub name: Named,
    /// The grid it lies in.
    pub area: Named,
    /// Its doors.
    pub progress: Progress,
}

/// A round with the buildings the actor may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundPage {
    /// The round, its numbers those of the actor's areas.
    pub round: MyRound,
    /// Whether texts are still brought.
    pub running: bool,
    /// The buildings, those with most doors to go first.
    pub buildings: Vec<BuildingProgress>,
}

/// A door that was not reached yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The household.
    pub household: HouseholdId,
    /// Compound and building.
    pub building: Named,
    /// Stairway and number.
    pub door: String,
    /// Whether somebody was there and found nobody.
    pub nobody_home: bool,
}

/// The deliveries of a pact, for its committee.
#[derive(Debug, Clone)]
pub struct DeliveryPage {
    /// The pact.
    pub pact: Pact,
    /// Its last round; `None` before the first text goes out.
    pub page: Option<RoundPage>,
    /// The doors that are missing, up to 3,000, for the list on paper.
    pub missing: Vec<Missing>,
    /// Whether the actor may say that it was posted.
    pub may_post: bool,
}

/// The rounds that are on their way in areas where the actor brings texts, the newest first.
pub async fn my_rounds(db: &Db, actor: &Actor) -> Result<Vec<MyRound>, Error> {
    if !actor.has(Action::DeliverPact) {
        let signed_in = actor.is_signed_in();
        return Err(if signed_in { Error::Forbidden { action: Action::DeliverPact } } else { Error::NotSignedIn });
    }
    let scope = Scope::of(actor, Action::DeliverPact, None).paths();
    let rows = sqlx::query!(
        r#"select d.id, d.stage, d.opened_at, p.number, p.title_zh, p.title_en
           from delivery_round d join pact p on p.id = d.pact_id and p.stage = d.stage
           where d.seq = (select max(o.seq) from delivery_round o where o.pact_id = d.pact_id)
             and exists (select from unnest($1::text[]) as s (path)
                 where (s.path >= p.area_path and s.path < p.area_path || '/') or (p.area_path >= s.path and p.area_path < s.path || '/'))
           order by d.opened_at desc limit 50"#,
        &scope,
    )
    .fetch_all(db.read())
    .await
    .map_err(refuse)?;
    let mut conn = connection(db).await?;
    let mut rounds = Vec::with_capacity(rows.len());
    for row in rows {
        let id = RoundId::from_uuid(row.id);
        let buildings = buildings(&mut conn, id, Some(&scope)).await?;
        rounds.push(MyRound {
            id,
            number: row.number,
            title: Named::new(row.title_zh, row.title_en),
            stage: parsed(&row.stage)?,
            opened_at: row.opened_at,
            progress: sum(&buildings),
        });
    }
    Ok(rounds)
}

/// A round with the buildings of the actor's areas. Refuses whoever brings no texts there.
pub async fn round(db: &Db, actor: &Actor, id: RoundId) -> Result<RoundPage, Error> {
    let mut conn = connection(db).await?;
    let round = Round::read(&mut conn, id).await?;
    let scope = Scope::of(actor, Action::DeliverPact, Some(&round.pact.area));
    if !scope.has_areas() {
        let signed_in = actor.is_signed_in();
        return Err(if signed_in { Error::Forbidden { action: Action::DeliverPact } } else { Error::NotSignedIn });
    }
    let buildings = buildings(&mut conn, id, Some(&scope.paths())).await?;
    Ok(page(&mut conn, &round, id, sum(&buildings), buildings).await?)
}

/// The deliveries of a pact, for whoever sees how far they are.
pub async fn of_pact(db: &Db, actor: &Actor, number: &str) -> Result<DeliveryPage, Error> {
    let mut conn = connection(db).await?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadDelivery, &pact.target())?;
    let may_post = actor.may(Action::PostPact, &pact.target()).is_ok();
    let Some((id, _)) = super::latest(&mut conn, pact.id).await? else {
        return Ok(DeliveryPage { pact, page: None, missing: Vec::new(), may_post });
    };
    let round = Round::read(&mut conn, id).await?;
    let buildings = buildings(&mut conn, id, None).await?;
    let progress = progress(&mut conn, id).await?;
    let missing = missing(db, &mut conn, id).await?;
    let page = page(&mut conn, &round, id, progress, buildings).await?;
    Ok(DeliveryPage { may_post: may_post && page.running, pact, page: Some(page), missing })
}

async fn page(
    conn: &mut PgConnection,
    round: &Round,
    id: RoundId,
    progress: Progress,
    buildings: Vec<BuildingProgress>,
) -> Result<RoundPage, Trouble> {
    let opened_at = sqlx::query_scalar!("select opened_at from delivery_round where id = $1", id.uuid());
    let opened_at = opened_at.fetch_one(conn).await?;
    let (number, title) = (round.pact.number.clone(), round.pact.title.clone());
    let head = MyRound { id, number, title, stage: round.stage, opened_at, progress };
    Ok(RoundPage { round: head, running: round.running, buildings })
}

fn sum(buildings: &[BuildingProgress]) -> Progress {
    buildings.iter().fold(Progress::default(), |sum, building| {
        let one = building.progress;
        Progress {
            households: sum.households + one.households,
            reached: sum.reached + one.reached,
            pushed: sum.pushed + one.pushed,
            visited: sum.visited + one.visited,
            nobody_home: sum.nobody_home + one.nobody_home,
            posted: sum.posted + one.posted,
        }
    })
}

/// The buildings of a round with how far each is; within areas when they are given.
async fn buildings(
    conn: &mut PgConnection,
    round: RoundId,
    within: Option<&[String]>,
) -> Result<Vec<BuildingProgress>, Error> {
    let rows = sqlx::query!(
        r#"select b.id, b.compound_zh, b.compound_en, b.name_zh, b.name_en, a.name_zh as area_zh, a.name_en as area_en,
               count(*) as "households!", count(*) filter (where l.reached or t.household_id is not null) as "reached!",
               count(t.household_id) as "pushed!", count(*) filter (where l.door is not null) as "visited!",
               count(*) filter (where l.door = 'nobody_home' and not l.reached and t.household_id is null) as "nobody_home!",
               count(*) filter (where l.posted) as "posted!"
           from delivery_round d join pact_household h on h.pact_id = d.pact_id
           join building b on b.id = h.building_id join area a on a.id = b.area_id
           left join lateral (select e.reached, e.door, e.posted from delivery_event e
               where e.round_id = d.id and e.household_id = h.household_id order by e.seq desc limit 1) l on true
           left join delivery_arrived t on t.round_id = d.id and t.household_id = h.household_id
           where d.id = $1 and ($2::text[] is null
               or exists (select from unnest($2) as p (path) where h.area_path >= p.path and h.area_path < p.path || '/'))
           group by b.id, a.id
           order by b.area_path, b.compound_zh, length(b.name_zh), b.name_zh"#,
        round.uuid(),
        within,
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    let count = |many: i64| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|row| BuildingProgress {
            id: BuildingId::from_uuid(row.id),
            name: building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en)),
            area: Named::new(row.area_zh, row.area_en),
            progress: Progress {
                households: count(row.households),
                reached: count(row.reached),
                pushed: count(row.pushed),
                visited: count(row.visited),
                nobody_home: count(row.nobody_home),
                posted: count(row.posted),
            },
        })
        .collect())
}

async fn missing(db: &Db, conn: &mut PgConnection, round: RoundId) -> Result<Vec<Missing>, Error> {
    let rows = sqlx::query!(
        r#"select h.household_id as "household!", h.door_sealed as "door_sealed!", coalesce(l.door = 'nobody_home', false) as "nobody!",
               b.compound_zh, b.compound_en, b.name_zh, b.name_en
           from delivery_round d join pact_household h on h.pact_id = d.pact_id join building b on b.id = h.building_id
           left join lateral (select e.reached, e.door from delivery_event e
               where e.round_id = d.id and e.household_id = h.household_id order by e.seq desc limit 1) l on true
           left join delivery_arrived t on t.round_id = d.id and t.household_id = h.household_id
           where d.id = $1 and not coalesce(l.reached, false) and t.household_id is null
           order by b.area_path, b.compound_zh, length(b.name_zh), b.name_zh, b.id, h.position limit 3000"#,
        round.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    rows.into_iter()
        .map(|row| {
            Ok(Missing {
                household: HouseholdId::from_uuid(row.household),
                building: building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en)),
                door: db.keys().open_text(Purpose::Home, &row.door_sealed)?,
                nobody_home: row.nobody,
            })
        })
        .collect()
}
