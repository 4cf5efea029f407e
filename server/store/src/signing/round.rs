//! What is signed, fixed when the result of the vote is confirmed; and of a pledge, the buildings it is for.

use gongzhi_domain::ids::{BuildingId, PactId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Kind, Stage};
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::{Error, Reason};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ground::Ground;
use crate::audit;
use crate::db::Db;
use crate::pacts::{Pact, id_of};
use crate::refusal::{Trouble, refuse};

/// Opens the signing of a pact in the transaction of the move that confirmed its result: from here on the hash of the text, of
/// the rules and the resolution are fixed for every signature. `resolution` names that move, `NUMBER/SEQ`.
///
/// # Errors
/// An internal error for a pact without a published text; such a result cannot be confirmed.
pub async fn open(db: &Db, tx: &mut PgConnection, pact: PactId, resolution: &str) -> Result<(), Error> {
    sqlx::query!(
        "insert into signing_round (pact_id, text_no, text_sha256, profile_sha256, resolution, opened_at)
         select p.id, v.no, v.text_sha256, r.sha256, $2, $3
         from pact p
         join pact_version v on v.pact_id = p.id and v.no = p.text_no
         join rule_profile r on r.id = p.profile_id
         where p.id = $1
         on conflict (pact_id, text_no) do nothing",
        pact.uuid(),
        resolution,
        db.now(),
    )
    .execute(tx)
    .await
    .map_err(refuse)?;
    Ok(())
}

/// What confirming the result does beyond the pact's row; `now` is the pact after the move.
pub(crate) async fn on_confirm_result(db: &Db, tx: &mut PgConnection, now: &Pact) -> Result<(), Trouble> {
    Ok(open(db, tx, now.id, &format!("{}/{}", now.number, now.version)).await?)
}

/// A building that a pledge may be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingChoice {
    /// Which.
    pub id: BuildingId,
    /// Its compound and name.
    pub name: Named,
    /// Households in it.
    pub households: u32,
    /// Whether the pledge is for it.
    pub chosen: bool,
}

/// The buildings of a pledge's area, with those it is for; empty for every other kind of pact, which is for its whole area.
pub async fn chosen_buildings(db: &Db, actor: &Actor, number: &str) -> Result<Vec<BuildingChoice>, Error> {
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    actor.may(Action::ChooseSigners, &Target::in_area(ground.area.clone()))?;
    if ground.kind != Kind::BuildingPledge {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select b.id, b.compound_zh, b.compound_en, b.name_zh, b.name_en,
                  (select count(*) from household h where h.building_id = b.id and h.active) as "households!",
                  exists (select from pact_building c where c.pact_id = $1 and c.building_id = b.id) as "chosen!"
           from building b where b.area_path >= $2 and b.area_path < $2 || '/'
           order by b.compound_zh, b.name_zh"#,
        ground.id.uuid(),
        ground.area.as_str(),
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(refuse)?;
    Ok(rows
        .into_iter()
        .map(|row| BuildingChoice {
            id: BuildingId::from_uuid(row.id),
            name: building_name(row.compound_zh, row.name_zh, row.compound_en, row.name_en),
            households: u32::try_from(row.households).unwrap_or(u32::MAX),
            chosen: row.chosen,
        })
        .collect())
}

/// Says for which buildings a pledge is; none means its whole area. Possible until the roll is drawn, because the vote goes by
/// the same households.
///
/// # Errors
/// [`Reason::NotAChoice`] for another kind of pact or a building elsewhere, [`Reason::NotOpenNow`] when it is too late.
pub async fn choose_buildings(db: &Db, actor: &Actor, number: &str, buildings: &[BuildingId]) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    // Held for itself alone: two who choose at once come one after the other.
    let id = id_of(&mut tx, number).await?;
    sqlx::query!("select 1 as one from pact where id = $1 for update", id.uuid())
        .fetch_optional(&mut *tx)
        .await
        .map_err(refuse)?;
    let ground = Ground::read(&mut tx, number, false).await?;
    let role = actor.may(Action::ChooseSigners, &Target::in_area(ground.area.clone()))?;
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    if ground.kind != Kind::BuildingPledge {
        return Err(Error::field("buildings", Reason::NotAChoice));
    }
    if !matches!(ground.stage, Stage::Up1 | Stage::Down1 | Stage::Up2 | Stage::Down2 | Stage::Up3) {
        return Err(Error::field("form", Reason::NotOpenNow));
    }
    let ids: Vec<Uuid> = buildings.iter().map(|building| building.uuid()).collect();
    sqlx::query!("delete from pact_building where pact_id = $1", ground.id.uuid())
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    let chosen = sqlx::query!(
        "insert into pact_building (pact_id, building_id, chosen_by, chosen_at)
         select $1, b.id, $2, $3 from building b
         where b.id = any($4) and b.area_path >= $5 and b.area_path < $5 || '/'",
        ground.id.uuid(),
        person.uuid(),
        db.now(),
        &ids,
        ground.area.as_str(),
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?
    .rows_affected();
    let mut wanted = ids.clone();
    wanted.sort_unstable();
    wanted.dedup();
    if chosen != wanted.len() as u64 {
        return Err(Error::field("buildings", Reason::NotAChoice));
    }
    let entry = audit::Entry {
        stream: &format!("pact:{}", ground.number),
        action: "pact.choose_buildings",
        subject: &format!("pact:{}", ground.id),
        after: Some(json!({ "buildings": wanted })),
        ..audit::Entry::default()
    };
    audit::append(db, &mut tx, actor, role, entry).await?;
    tx.commit().await.map_err(refuse)
}

/// A building as people say it: compound, then building.
pub(super) fn building_name(compound_zh: String, zh: String, compound_en: String, en: String) -> Named {
    let en = if en.is_empty() { zh.clone() } else { en };
    let compound_en = if compound_en.is_empty() { compound_zh.clone() } else { compound_en };
    let gap = if compound_en.is_empty() { "" } else { " " };
    Named::new(format!("{compound_zh}{zh}"), format!("{compound_en}{gap}{en}"))
}
