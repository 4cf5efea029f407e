//! The pacts of the demo town: one in each stage, one of them in force behind 618 doors. What they say is data in `told/`;
//! who lives there and who runs them is invented here; what happens is played by the portal's own use cases.

mod crowd;
mod gather;
pub mod homes;
mod keeping;
mod kept;
pub mod officers;
mod play;
mod points;
mod rooms;
mod settle;
pub mod told;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Kind;
use gongzhi_domain::pact::profile::{Number, Source};
use gongzhi_domain::person::Actor;
use gongzhi_store::calendar::{local_day, moment_of};
use gongzhi_store::pacts::rules;
use gongzhi_store::{Db, fault, pacts};
use tokio::task::JoinSet;

use self::play::{Place, Play};
use super::load::NotLoaded;
use super::load::Stage;
use super::town::Town;
use super::{SEED, dice};

/// Plays every pact, two at a time. Those of [`officers::HOME`] follow each other as they did in time: its people were sent
/// the codes of one pact before those of the next.
pub(super) async fn load(
    db: &Db,
    founded: &Db,
    town: &Arc<Town>,
    stage: &Arc<Stage>,
    now: DateTime<Utc>,
) -> Result<Vec<String>, NotLoaded> {
    let now = morning(now);
    let told = told::all().map_err(fault)?;
    let buildings = homes::all(town, &mut dice(SEED, "homes"));
    let clerk = officer(town, stage, "admin")?;
    pacts::seed_profiles(founded).await?;
    let dwellings = Arc::new(settle::settle(founded, clerk, &stage.residents, &buildings).await?);
    let mut playing = JoinSet::new();
    let told = Arc::new(told);
    for at_home in [true, false] {
        let (db, town, stage, told, dwellings) =
            (db.clone(), Arc::clone(town), Arc::clone(stage), Arc::clone(&told), Arc::clone(&dwellings));
        playing.spawn(async move {
            let place = Place {
                db: &db,
                town: &stage,
                officers: town.pact_officers,
                moderator: officer(&town, &stage, "moderator")?,
                grid_worker: officer(&town, &stage, "gridworker")?,
                dwellings: &dwellings,
                now,
            };
            let mut numbers = Vec::new();
            for told in told.iter().filter(|told| told.area.starts_with(officers::HOME) == at_home) {
                tracing::info!(pact = told.key, "a pact of the demo town is played");
                numbers.push(Play::all(&place, told).await?);
            }
            if at_home {
                rooms::play(&place, town.pact_officers + 1).await?;
            }
            Ok::<_, NotLoaded>(numbers)
        });
    }
    let mut numbers = Vec::new();
    while let Some(done) = playing.join_next().await {
        numbers.extend(done.map_err(fault)??);
    }
    local_rule(&db.at(now), officer(town, stage, "committee")?, officer(town, stage, "branch")?).await?;
    Ok(numbers)
}

/// A local rule for the pledges of [`officers::HOME`] to come: written by one of its officers, put in force by another.
async fn local_rule(db: &Db, writes: &Actor, confirms: &Actor) -> Result<(), Error> {
    let new = rules::NewRules {
        kind: Kind::BuildingPledge,
        area: officers::HOME.to_owned(),
        rule: Source {
            law: Named::new("巴彦街道楼栋约定办法（试行）", "Bayan Subdistrict Rules on Building Pledges (trial)"),
            article: "7".to_owned(),
        },
        reason: "街道规定楼栋约定征求意见不少于二十天。".to_owned(),
        numbers: vec![(Number::Consult, 20)],
    };
    let draft = rules::write(db, writes, &new).await?;
    rules::put_in_force(db, confirms, draft).await?;
    Ok(())
}

fn officer<'a>(town: &Town, stage: &'a Stage, sign_in: &str) -> Result<&'a Actor, Error> {
    let at = town.staff.iter().position(|officer| officer.sign_in == sign_in);
    at.and_then(|at| stage.staff.get(at)).ok_or_else(|| fault(format_args!("nobody is {sign_in}")))
}

/// The last ten o'clock in the morning: the town's committees move their pacts when people are up.
fn morning(now: DateTime<Utc>) -> DateTime<Utc> {
    let ten = |day: NaiveDate| moment_of(day.and_time(NaiveTime::MIN)) + TimeDelta::hours(10);
    let today = local_day(now);
    if ten(today) <= now { ten(today) } else { ten(today - TimeDelta::days(1)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use gongzhi_store::testing::World;
    use gongzhi_store::{categories, seed, staff};

    use super::*;
    use crate::demo::load::settle as settle_town;
    use crate::demo::people::PASSWORD;

    #[tokio::test(flavor = "multi_thread")]
    async fn every_pact_comes_to_its_stage_and_600_signatures_stand() {
        let world = World::new().await;
        // The demo town comes into an empty place.
        let owner = world.superuser().await;
        let empty = "create temp table kept as select * from points_account;
            truncate area, area_level, unit, person, category cascade;
            insert into points_account select * from kept";
        sqlx::raw_sql(empty).execute(&owner).await.expect("emptied");
        let now = world.now() + TimeDelta::days(500);
        let db = world.replica().await.at(now);
        db.forget_cached();
        let town = Arc::new(Town::invent(SEED, now).expect("the stories are read"));
        let hurry = seed::Hurry::begin(&db).await.expect("hurry");
        let founded = db.at(now - TimeDelta::days(400));
        categories::seed(&founded).await.expect("categories");
        let hash = staff::hash_password(PASSWORD.to_owned()).await.expect("hash");
        let stage = Arc::new(settle_town(&founded, &town, hash).await.expect("settled"));
        db.forget_cached();
        let began = std::time::Instant::now();
        let numbers = load(&db, &founded, &town, &stage, now).await.expect("played");
        println!("{} pacts in {:.1} s", numbers.len(), began.elapsed().as_secs_f64());
        hurry.end(&db).await.expect("end");

        let mut stages = BTreeMap::new();
        for number in &numbers {
            let pact = pacts::by_number(&db, number).await.expect("a pact");
            stages.insert(pact.stage, number.clone());
        }
        assert_eq!(stages.len(), 12, "{stages:?}");
        let signed = sqlx::query_scalar::<_, i64>(
            "select count(*) from signature s join pact p on p.id = s.pact_id where p.stage = 'in_force'
             and not exists (select from signature_event e where e.signature_id = s.id and e.kind = 'withdrawal')",
        );
        assert_eq!(signed.fetch_one(&owner).await.expect("counted"), 600);
        let audit = gongzhi_store::audit::verify(&db).await.expect("walked");
        assert!(audit.broken.is_none(), "{:?}", audit.broken);
    }
}
