//! What the portal holds about where somebody lives, for themselves, and their ask to have it confirmed.

use chrono::{DateTime, NaiveDate, Utc};
use gongzhi_domain::household::{Capacity, NOTE_MAX, Verified};
use gongzhi_domain::ids::HouseholdId;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::request::written;
use gongzhi_domain::{Error, FieldError, Named, Reason};
use sqlx::types::Uuid;

use super::building_name;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{parsed, refuse};

/// One of my homes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The household.
    pub household: HouseholdId,
    /// Compound and building.
    pub building: Named,
    /// Stairway and number.
    pub door: String,
    /// The area's names from the root down.
    pub area: Vec<Named>,
    /// As what I belong there.
    pub capacity: Capacity,
    /// How it was verified.
    pub verified: Verified,
    /// The name under which whoever wrote it down acts; `None` for a roll that was taken over.
    pub verified_by: Option<Named>,
    /// Floor area by the register, in square centimetres.
    pub area_cm2: Option<i64>,
    /// From which day it counts.
    pub since: NaiveDate,
    /// The day it ends, where one is set.
    pub until: Option<NaiveDate>,
}

/// Everything held about where I live.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MyHomes {
    /// My homes that count today.
    pub homes: Vec<Home>,
    /// What I asked to have confirmed and when, while nobody answered.
    pub asked: Option<(String, DateTime<Utc>)>,
}

/// My homes and my ask.
pub async fn mine(db: &Db, actor: &Actor) -> Result<MyHomes, Error> {
    actor.may(Action::ReadMine, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let rows = sqlx::query!(
        r#"select r.household_id, r.capacity, r.verified, r.since, r.until, h.door_sealed, h.area_cm2, b.area_id,
               b.compound_zh, b.compound_en, b.name_zh, b.name_en,
               s.display_name_zh as "by_zh?", s.display_name_en as "by_en?"
           from residence r join household h on h.id = r.household_id join building b on b.id = h.building_id
           left join staff_account s on s.person_id = r.verified_by
           where r.person_id = $1 and r.since <= $2 and (r.until is null or r.until > $2) and h.active order by r.since, r.id"#,
        person.uuid(),
        db.today(),
    )
    .fetch_all(db.pool())
    .await
    .map_err(refuse)?;
    let areas = db.areas().await?;
    let mut homes = Vec::new();
    for row in rows {
        homes.push(Home {
            household: HouseholdId::from_uuid(row.household_id),
            building: building_name((&row.compound_zh, &row.compound_en), (&row.name_zh, &row.name_en)),
            door: db.keys().open_text(Purpose::Home, &row.door_sealed)?,
            area: areas.chain(row.area_id.into()),
            capacity: parsed(&row.capacity)?,
            verified: parsed(&row.verified)?,
            verified_by: row.by_zh.zip(row.by_en).map(|(zh, en)| Named::new(zh, en)),
            area_cm2: row.area_cm2,
            since: row.since,
            until: row.until,
        });
    }
    let asked = sqlx::query!("select where_sealed, asked_at from residence_ask where person_id = $1", person.uuid())
        .fetch_optional(db.pool())
        .await
        .map_err(refuse)?;
    let asked = asked
        .map(|row| Ok::<_, Error>((db.keys().open_text(Purpose::Home, &row.where_sealed)?, row.asked_at)))
        .transpose()?;
    Ok(MyHomes { homes, asked })
}

/// Says where I live and asks the window to confirm it; said again it replaces what was said before. Refused: an area that is
/// none, no words, more than [`NOTE_MAX`] characters.
pub async fn ask(db: &Db, actor: &Actor, area: &str, words: &str) -> Result<(), Error> {
    actor.may(Action::AskResidence, &Target::none())?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let areas = db.areas().await?;
    let chosen = areas.by_code(area.trim()).filter(|area| !area.ended);
    let mut wrong = Vec::new();
    if chosen.is_none() {
        let reason = if area.trim().is_empty() { Reason::Missing } else { Reason::NotAChoice };
        wrong.push(FieldError::new("area", reason));
    }
    if let Err(reason) = written(words, 1, NOTE_MAX) {
        wrong.push(FieldError::new("words", reason));
    }
    let (Some(area), true) = (chosen, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let id: Uuid = area.id.uuid();
    sqlx::query!(
        "insert into residence_ask (person_id, area_id, area_path, where_sealed, asked_at) values ($1, $2, $3, $4, $5)
         on conflict (person_id) do update set area_id = excluded.area_id, area_path = excluded.area_path,
             where_sealed = excluded.where_sealed, asked_at = excluded.asked_at",
        person.uuid(),
        id,
        area.path.as_str(),
        db.keys().seal_text(Purpose::Home, words.trim())?,
        db.now(),
    )
    .execute(db.pool())
    .await
    .map_err(refuse)?;
    Ok(())
}
