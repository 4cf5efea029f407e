//! What somebody sees of their points: what they have, what their household has, every entry with its plain reason, and what
//! they reserved. Nobody sees anybody else's, and nobody is compared.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::lang::Named;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::Actor;
use gongzhi_domain::points::EntryKind;

use super::propose::household_of;
use super::rewards::{Reservation, of_person};
use crate::db::Db;
use crate::refusal::{parsed, refuse};

/// Entries shown.
const SHOWN: i64 = 50;

/// One's own points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// What one has.
    pub balance: i64,
    /// What the household has together; `None` for whoever is in no household here.
    pub household: Option<HouseholdPoints>,
    /// The entries, the newest first: one's own and the household's.
    pub lines: Vec<Line>,
    /// What one has reserved.
    pub reservations: Vec<Reservation>,
}

/// A household's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseholdPoints {
    /// What there is.
    pub balance: i64,
}

/// One entry as its holder reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was booked.
    pub kind: EntryKind,
    /// Points, with their sign.
    pub amount: i64,
    /// For what: the tariff's item, or the reward.
    pub what: Option<Named>,
    /// Whether it is the household's.
    pub household: bool,
    /// When.
    pub at: DateTime<Utc>,
}

/// The actor's own points.
pub async fn mine(db: &Db, actor: &Actor) -> Result<Mine, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    actor.may(Action::ReadMine, &Target::of_person(person))?;
    let mut conn = db.pool().acquire().await.map_err(refuse)?;
    let household = household_of(db, &mut conn, person).await?;
    let accounts = sqlx::query!(
        "select id, household_id, balance from points_account where person_id = $1 or household_id = $2",
        person.uuid(),
        household.map(gongzhi_domain::ids::HouseholdId::uuid),
    );
    let accounts = accounts.fetch_all(&mut *conn).await.map_err(refuse)?;
    let of = |household: bool| accounts.iter().find(|row| row.household_id.is_some() == household);
    let ids: Vec<uuid::Uuid> = accounts.iter().map(|row| row.id).collect();
    let rows = sqlx::query!(
        r#"select e.kind, e.at, p.amount, a.household_id is not null as "household!",
               coalesce(i.name_zh, w.name_zh) as zh, coalesce(i.name_en, w.name_en) as en
           from points_posting p
           join points_entry e on e.id = p.entry_id
           join points_account a on a.id = p.account_id
           left join points_entry b on b.id = e.reversal_of
           left join tariff_item i on i.id = coalesce(e.item_id, b.item_id)
           left join reward_reservation v on e.source_event = 'reservation:' || v.id
           left join reward w on w.id = v.reward_id
           where p.account_id = any($1) order by e.at desc, e.id desc limit $2"#,
        &ids,
        SHOWN,
    );
    let mut lines = Vec::new();
    for row in rows.fetch_all(&mut *conn).await.map_err(refuse)? {
        lines.push(Line {
            kind: parsed(&row.kind)?,
            amount: row.amount,
            what: row.zh.zip(row.en).map(|(zh, en)| Named::new(zh, en)),
            household: row.household,
            at: row.at,
        });
    }
    let balance = of(false).map_or(0, |row| row.balance);
    let household = household.map(|_| HouseholdPoints { balance: of(true).map_or(0, |row| row.balance) });
    drop(conn);
    Ok(Mine { balance, household, lines, reservations: of_person(db, person, None).await? })
}
