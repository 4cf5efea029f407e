//! What of a roll is shown: to everyone hash and totals, to somebody on it their own units, to the desk what is to be settled.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{BuildingId, PersonId};
use gongzhi_domain::pact::Stage;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::roll::{Body, Named, VoterHow};
use gongzhi_domain::view::{
    Amended, DeskObjection, DeskUnit, Mate, MyObjection, MyUnit, RollDesk, RollFacts, RollPage,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::voters::{people_of, said_of};
use super::{Roll, count, doors, draw, hex, masked};
use crate::Purpose;
use crate::db::Db;
use crate::households::building_name;
use crate::pacts::Pact;
use crate::refusal::{Trouble, parsed, refuse};

/// The page of a pact's roll.
///
/// Refused: a pact that is none.
pub async fn page(db: &Db, actor: &Actor, number: &str) -> Result<RollPage, Error> {
    actor.may(Action::ReadPublic, &Target::none())?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    let roll = Roll::newest(&mut conn, pact.id, false).await?;
    let (mut mine, mut said, mut may_object, mut shown) = (Vec::new(), Vec::new(), false, None);
    if let Some(roll) = &roll {
        shown = Some(facts_of(db, &mut conn, &pact, roll).await?);
        if let Some(person) = actor.person {
            for unit in units_of(&mut conn, roll, person).await? {
                mine.push(my_unit(db, &mut conn, &pact, unit, person).await?);
            }
            said = objections_of(db, &mut conn, roll, person).await?;
            may_object = pact.stage == Stage::Notice && db.now() < roll.object_until(&pact, db.now());
        }
    }
    let signed_in = actor.is_signed_in();
    Ok(RollPage {
        number: pact.number,
        title: pact.title,
        stage: pact.stage,
        roll: shown,
        mine,
        said,
        signed_in,
        may_object,
    })
}

/// The desk's page of a pact's roll.
///
/// Refused: whoever reads no rolls there; a pact that is none.
pub async fn desk(db: &Db, actor: &Actor, number: &str) -> Result<RollDesk, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let pact = Pact::by_number(&mut conn, number, false).await?;
    actor.may(Action::ReadRoll, &pact.target())?;
    let basis = draw::basis_of(&mut conn, &pact).await?;
    let mut members = Vec::new();
    let rows = sqlx::query!(
        "select body, person_id from roll_member where pact_id = $1 order by body, named_at",
        pact.id.uuid()
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    for row in rows {
        let person = PersonId::from_uuid(row.person_id);
        members.push((person, parsed(&row.body)?, masked(db, &mut conn, person).await?));
    }
    let mut page = RollDesk {
        bases: pact.profile.countings.iter().map(|counting| counting.basis).collect(),
        basis,
        members,
        without_area: count(draw::without_area(&mut conn, &pact, basis).await?)?,
        roll: None,
        rivals: Vec::new(),
        without_voter: 0,
        objections: Vec::new(),
        buildings: Vec::new(),
        proxies_allowed: false,
        proxies: Vec::new(),
        may_keep: actor.may(Action::KeepRoll, &pact.target()).is_ok(),
        may_print: actor.may(Action::PrintRoll, &pact.target()).is_ok(),
        stage: pact.stage,
        number: pact.number.clone(),
        title: pact.title.clone(),
    };
    if let Some(roll) = Roll::newest(&mut conn, pact.id, false).await? {
        page.roll = Some(facts_of(db, &mut conn, &pact, &roll).await?);
        page.proxies_allowed = pact.profile.proxies.allowed && roll.basis.has_area();
        to_settle(db, &mut conn, &roll, &mut page).await?;
        if page.may_keep && page.objections.iter().any(|objection| objection.answer.is_none()) {
            page.buildings = buildings(&mut conn, &pact).await?;
        }
    }
    Ok(page)
}

/// Rivals, units without a voter, objections and proxies.
async fn to_settle(db: &Db, conn: &mut PgConnection, roll: &Roll, page: &mut RollDesk) -> Result<(), Trouble> {
    let open = sqlx::query!(
        r#"select u.id, u.position, (select count(distinct c.voter_id) from voter_claim c where c.unit_id = u.id) as "names!"
           from voting_unit u where u.roll_id = $1 and u.struck_in is null and u.voter_id is null order by u.body, u.position"#,
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in &open {
        if row.names < 2 {
            page.without_voter += 1;
            continue;
        }
        let mut people = Vec::new();
        let said = said_of(&mut *conn, row.id).await?;
        for person in people_of(&mut *conn, row.id).await? {
            let names = said.iter().find(|(says, _)| *says == person).map(|(_, voter)| *voter);
            people.push(Mate { person, name: masked(db, &mut *conn, person).await?, me: false, names });
        }
        let doors = doors(db, &mut *conn, row.id).await?;
        page.rivals.push(DeskUnit { unit: row.id, position: row.position, doors, people });
    }
    let rows = sqlx::query!(
        "select id, person_id, words_sealed, at, answer_by, upheld, reason_sealed from roll_objection where roll_id = $1
         order by answered_at is not null, at",
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        page.objections.push(DeskObjection {
            id: row.id,
            name: masked(db, &mut *conn, PersonId::from_uuid(row.person_id)).await?,
            words: db.keys().open_text(Purpose::Internal, &row.words_sealed)?,
            at: row.at,
            answer_by: row.answer_by,
            answer: answer_of(db, row.upheld, row.reason_sealed)?,
        });
    }
    let rows = sqlx::query!(
        "select u.position, x.holder_id, x.slot, x.paper from proxy x join voting_unit u on u.id = x.unit_id
         where x.roll_id = $1 order by u.position",
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await?;
    for row in rows {
        let holder = masked(db, &mut *conn, PersonId::from_uuid(row.holder_id)).await?;
        page.proxies.push((row.position, holder, row.slot, row.paper));
    }
    Ok(())
}

/// The buildings in which the pact's homes lie, from which one that was left off is chosen.
async fn buildings(conn: &mut PgConnection, pact: &Pact) -> Result<Vec<(BuildingId, gongzhi_domain::Named)>, Trouble> {
    let rows = sqlx::query!(
        "select b.id, b.compound_zh, b.compound_en, b.name_zh, b.name_en from building b
         where b.area_path >= $2 and b.area_path < $2 || '/'
           and exists (select from household h where h.building_id = b.id and h.active)
           and (not exists (select from pact_building p where p.pact_id = $1)
                or b.id in (select p.building_id from pact_building p where p.pact_id = $1))
         order by b.area_path, b.compound_zh, length(b.name_zh), b.name_zh limit 500",
        pact.id.uuid(),
        pact.area.as_str(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let compound = (row.compound_zh.as_str(), row.compound_en.as_str());
            (BuildingId::from_uuid(row.id), building_name(compound, (&row.name_zh, &row.name_en)))
        })
        .collect())
}

fn answer_of(db: &Db, upheld: Option<bool>, sealed: Option<Vec<u8>>) -> Result<Option<(bool, String)>, Error> {
    match (upheld, sealed) {
        (Some(upheld), Some(sealed)) => Ok(Some((upheld, db.keys().open_text(Purpose::Internal, &sealed)?))),
        _ => Ok(None),
    }
}

async fn facts_of(db: &Db, conn: &mut PgConnection, pact: &Pact, roll: &Roll) -> Result<RollFacts, Trouble> {
    let units = sqlx::query!(
        r#"select body, count(*) as "units!", coalesce(sum(area_cm2), 0)::bigint as "area!" from voting_unit
           where roll_id = $1 and struck_in is null group by body order by body = 'statutory' desc, body desc"#,
        roll.id,
    )
    .fetch_all(&mut *conn)
    .await?;
    let amendments =
        sqlx::query!("select no, change, made_at, sha256 from roll_amendment where roll_id = $1 order by no", roll.id)
            .fetch_all(&mut *conn)
            .await?;
    let objections = sqlx::query!(
        r#"select count(*) as "all!", count(*) filter (where answered_at is null) as "open!" from roll_objection where roll_id = $1"#,
        roll.id,
    )
    .fetch_one(conn)
    .await?;
    let statutory = units.iter().find(|row| row.body == Body::Statutory.code());
    Ok(RollFacts {
        no: roll.no,
        basis: roll.basis,
        drawn_at: roll.drawn_at,
        sha256: hex(&roll.sha256),
        area_cm2: statutory.map(|row| row.area).filter(|_| roll.basis.has_area()),
        units: units.iter().map(|row| Ok((parsed(&row.body)?, count(row.units)?))).collect::<Result<_, Error>>()?,
        amendments: amendments
            .into_iter()
            .map(|row| {
                Ok(Amended { no: row.no, change: parsed(&row.change)?, at: row.made_at, sha256: hex(&row.sha256) })
            })
            .collect::<Result<_, Error>>()?,
        object_until: roll.object_until(pact, db.now()),
        objections: (count(objections.all)?, count(objections.open)?),
    })
}

/// The units somebody belongs to.
pub(crate) async fn units_of(conn: &mut PgConnection, roll: &Roll, person: PersonId) -> Result<Vec<Uuid>, Trouble> {
    Ok(sqlx::query_scalar!(
        "select u.id from voting_unit u where u.roll_id = $1 and u.struck_in is null
           and exists (select from roll_entry e where e.unit_id = u.id and e.person_id = $2 and e.struck_in is null)
         order by u.body = 'statutory' desc, u.body desc, u.position",
        roll.id,
        person.uuid(),
    )
    .fetch_all(conn)
    .await?)
}

async fn my_unit(db: &Db, conn: &mut PgConnection, pact: &Pact, unit: Uuid, me: PersonId) -> Result<MyUnit, Trouble> {
    let row = sqlx::query!(
        r#"select u.body, u.area_cm2, u.voter_id, u.voter_how, e.capacity,
               exists (select from participation p where p.unit_id = u.id) as "took_part!"
           from voting_unit u join roll_entry e on e.unit_id = u.id and e.person_id = $2 and e.struck_in is null
           where u.id = $1 limit 1"#,
        unit,
        me.uuid(),
    )
    .fetch_one(&mut *conn)
    .await?;
    let people = people_of(&mut *conn, unit).await?;
    let said = said_of(&mut *conn, unit).await?;
    let mut mates = Vec::new();
    for person in &people {
        let names = said.iter().find(|(says, _)| says == person).map(|(_, voter)| *voter);
        mates.push(Mate { person: *person, name: masked(db, &mut *conn, *person).await?, me: *person == me, names });
    }
    let how: Option<VoterHow> = row.voter_how.as_deref().map(parsed).transpose()?;
    let voter = match (row.voter_id.map(PersonId::from_uuid), how) {
        (Some(voter), Some(how)) => Some((voter, masked(db, &mut *conn, voter).await?, how)),
        _ => None,
    };
    let open = matches!(pact.stage, Stage::Notice | Stage::Down3) && !row.took_part;
    Ok(MyUnit {
        unit,
        body: parsed(&row.body)?,
        doors: doors(db, &mut *conn, unit).await?,
        capacity: parsed(&row.capacity)?,
        area_cm2: row.area_cm2,
        rivals: voter.is_none() && gongzhi_domain::roll::named(&people, &said, false) == Named::Rivals,
        may_name: open && people.len() > 1 && how != Some(VoterHow::Settled),
        people: mates,
        voter,
    })
}

async fn objections_of(
    db: &Db,
    conn: &mut PgConnection,
    roll: &Roll,
    person: PersonId,
) -> Result<Vec<MyObjection>, Trouble> {
    let rows = sqlx::query!(
        "select words_sealed, at, answer_by, upheld, reason_sealed from roll_objection where roll_id = $1 and person_id = $2 order by at",
        roll.id,
        person.uuid(),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MyObjection {
                words: db.keys().open_text(Purpose::Internal, &row.words_sealed)?,
                at: row.at,
                answer_by: row.answer_by,
                answer: answer_of(db, row.upheld, row.reason_sealed)?,
            })
        })
        .collect()
}
