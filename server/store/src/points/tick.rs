//! What the clock does with points: reservations nobody fetched go back, points that were not used in time go, the month's
//! sample is drawn. Doing it again changes nothing; several processes may do it at once.

use chrono::{Datelike as _, Months};
use gongzhi_domain::Error;
use gongzhi_domain::ids::ReservationId;
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{EntryKind, expiring};
use uuid::Uuid;

use super::fairness::draw_sample;
use super::ledger::{NewEntry, book, hold_balance, holder_of};
use super::rewards::{hold, put_back};
use crate::db::Db;
use crate::refusal::refuse;

/// Reservations and accounts looked at in one go.
const BATCH: i64 = 200;

/// What one tick did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Reservations that went back.
    pub released: u32,
    /// Accounts of which points went by time.
    pub expired: u32,
    /// Credits drawn for a second look.
    pub sampled: u64,
}

/// Does everything that is due.
pub async fn tick(db: &Db) -> Result<Ticked, Error> {
    Ok(Ticked { released: release_overdue(db).await?, expired: expire(db).await?, sampled: draw_sample(db).await? })
}

async fn release_overdue(db: &Db) -> Result<u32, Error> {
    let mut released = 0;
    let due = sqlx::query_scalar!(
        "select id from reward_reservation where state = 'held' and hold_until < $1 order by hold_until limit $2",
        db.now(),
        BATCH,
    );
    for id in due.fetch_all(db.pool()).await.map_err(refuse)? {
        let mut tx = db.begin().await?;
        let held = hold(&mut tx, ReservationId::from_uuid(id)).await?;
        if held.state == "held" {
            put_back(db, &mut tx, &Actor::system(), Role::System, &held).await?;
            tx.commit().await.map_err(refuse)?;
            released += 1;
        }
    }
    Ok(released)
}

/// Points of credits that are older than their tariff lets them be, and were not used. Once a month and account.
async fn expire(db: &Db) -> Result<u32, Error> {
    let mut expired = 0;
    let mut after = Uuid::nil();
    loop {
        let accounts = sqlx::query_scalar!(
            "select id from points_account where id > $1 and balance > 0 order by id limit $2",
            after,
            BATCH,
        );
        let accounts = accounts.fetch_all(db.pool()).await.map_err(refuse)?;
        let Some(last) = accounts.last() else { return Ok(expired) };
        after = *last;
        for account in accounts {
            expired += u32::from(expire_one(db, account).await?);
        }
    }
}

async fn expire_one(db: &Db, account: Uuid) -> Result<bool, Error> {
    let today = db.today();
    let mut tx = db.begin().await?;
    let balance = hold_balance(&mut tx, account).await?;
    let credits = sqlx::query!(
        "select e.day, p.amount, t.expires_months
         from points_posting p join points_entry e on e.id = p.entry_id
         join tariff_item i on i.id = e.item_id join tariff t on t.id = i.tariff_id
         where p.account_id = $1 and e.kind = 'credit' and not exists (select from points_entry r where r.reversal_of = e.id)",
        account,
    );
    let credits = credits.fetch_all(&mut *tx).await.map_err(refuse)?;
    let stays = credits.iter().filter(|credit| {
        let months = credit.expires_months.and_then(|months| u32::try_from(months).ok());
        let until = months.and_then(|months| credit.day.checked_add_months(Months::new(months)));
        until.is_none_or(|until| until >= today)
    });
    let goes = expiring(balance, stays.map(|credit| credit.amount).sum());
    if goes == 0 {
        return Ok(false);
    }
    let row = sqlx::query!("select person_id, household_id from points_account where id = $1", account);
    let row = row.fetch_one(&mut *tx).await.map_err(refuse)?;
    let (key, source) = (
        format!("expire:{account}:{}-{:02}", today.year(), today.month()),
        format!("expiry:{}-{:02}", today.year(), today.month()),
    );
    let entry = NewEntry {
        key: &key,
        kind: EntryKind::Expire,
        item: None,
        source: &source,
        holder: holder_of(row.person_id, row.household_id)?,
        person: row.person_id.map(gongzhi_domain::ids::PersonId::from_uuid),
        maker: None,
        checker: None,
        reverses: None,
    };
    let (_, before) = book(db, &mut tx, &Actor::system(), Role::System, entry, goes).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(!before)
}
