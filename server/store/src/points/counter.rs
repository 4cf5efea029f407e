//! The counter of the shop or service centre: a code is typed or scanned, what waits under it is shown, and it is handed
//! out. A code works once. Guessing is slowed down.

use chrono::TimeDelta;
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{PersonId, ReservationId, UnitId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::number::QueryCode;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::EntryKind;
use gongzhi_domain::{Error, Reason};
use sqlx::PgConnection;

use super::ledger::{NewEntry, book};
use super::rewards::{Held, end, hold, index_of};
use super::tell;
use crate::db::Db;
use crate::limits;
use crate::refusal::{fault, refuse};

/// Codes a person may try in ten minutes.
const TRIES: i32 = 60;

/// What waits under a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtCounter {
    /// What is to be handed out.
    pub name: Named,
    /// What it cost.
    pub cost: i32,
}

/// Looks at what waits under a code. Refused: whoever hands nothing out; a code that is none, was used, or is another
/// counter's (field `code`); too many tries.
pub async fn look(db: &Db, actor: &Actor, code: &str) -> Result<AtCounter, Error> {
    let mut tx = db.begin().await?;
    let (held, _) = find(db, &mut tx, actor, code).await?;
    let row = sqlx::query!("select name_zh, name_en from reward where id = $1", held.reward);
    let row = row.fetch_one(&mut *tx).await.map_err(refuse)?;
    Ok(AtCounter { name: Named::new(row.name_zh, row.name_en), cost: held.cost })
}

/// Hands out what waits under a code. Refused as in [`look`]; nobody hands out to themselves.
pub async fn hand_out(db: &Db, actor: &Actor, code: &str) -> Result<AtCounter, Error> {
    let mut tx = db.begin().await?;
    let (held, role) = find(db, &mut tx, actor, code).await?;
    if actor.person == Some(held.person) {
        return Err(Error::field("code", Reason::NeedsAnotherPerson));
    }
    end(db, &mut tx, actor, &held, "fulfilled").await?;
    let entry = NewEntry {
        key: &format!("redeem:{}", held.id),
        kind: EntryKind::Redeem,
        item: None,
        source: &format!("reservation:{}", held.id),
        holder: held.holder,
        person: Some(held.person),
        maker: actor.person,
        checker: None,
        reverses: None,
    };
    book(db, &mut tx, actor, role, entry, held.cost.into()).await?;
    let row = sqlx::query!("select name_zh, name_en from reward where id = $1", held.reward);
    let row = row.fetch_one(&mut *tx).await.map_err(refuse)?;
    let words = (format!("“{}”已领取。", row.name_zh), format!("“{}” was handed out to you.", row.name_en));
    tell::send(db, &mut tx, held.person, &format!("redeemed:{}", held.id), "reward_fetched", words).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(AtCounter { name: Named::new(row.name_zh, row.name_en), cost: held.cost })
}

async fn find(db: &Db, tx: &mut PgConnection, actor: &Actor, code: &str) -> Result<(Held, Role), Error> {
    if !actor.has(Action::FulfilReward) {
        actor.may(Action::FulfilReward, &Target::none())?;
    }
    let whose = actor.person.map(PersonId::uuid).unwrap_or_default();
    limits::hit(db, "pickup", whose.as_bytes(), TRIES, TimeDelta::minutes(10)).await?;
    let code = QueryCode::parse(code).map_err(|reason| {
        let reason = if reason == Reason::NotAQueryCode { Reason::NothingToFetch } else { reason };
        Error::field("code", reason)
    })?;
    let nothing = || Error::field("code", Reason::NothingToFetch);
    let row = sqlx::query!(
        "select v.id, r.area_path, r.unit_id from reward_reservation v join reward r on r.id = v.reward_id
         where v.code_index = $1",
        index_of(db, &code),
    );
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or_else(nothing)?;
    let target =
        Target::in_area(AreaPath::parse(&row.area_path).map_err(fault)?).with_units([UnitId::from_uuid(row.unit_id)]);
    let role = actor.may(Action::FulfilReward, &target).map_err(|_| nothing())?;
    let held = hold(tx, ReservationId::from_uuid(row.id)).await?;
    if held.state == "held" { Ok((held, role)) } else { Err(nothing()) }
}
