//! What the clock does with points: reservations nobody fetched go back, points that were not used in time go, the month's
//! sample is drawn. Doing it again changes nothing; several processes may do it at once.

use chrono::{Datelike as _, Months};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{PersonId, ReservationId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{EntryKind, expiring};
use sqlx::PgConnection;
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

/// Does everything that is due. What fails stops nothing else; it is told last.
pub async fn tick(db: &Db) -> Result<Ticked, Error> {
    let (released, expired, sampled) = (release_overdue(db).await, expire(db).await, draw_sample(db).await);
    Ok(Ticked { released: released?, expired: expired?, sampled: sampled? })
}

async fn release_overdue(db: &Db) -> Result<u32, Error> {
    let (mut released, mut failed) = (0, None);
    let due = sqlx::query_scalar!(
        "select id from reward_reservation where state = 'held' and hold_until < $1 order by hold_until limit $2",
        db.now(),
        BATCH,
    );
    for id in due.fetch_all(db.pool()).await.map_err(refuse)? {
        match release_one(db, ReservationId::from_uuid(id)).await {
            Ok(was_held) => released += u32::from(was_held),
            Err(error) => {
                tracing::error!(reservation = %id, %error, "a reservation could not go back");
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(released), Err)
}

async fn release_one(db: &Db, id: ReservationId) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let held = hold(&mut tx, id).await?;
    if held.state != "held" {
        return Ok(false);
    }
    put_back(db, &mut tx, &Actor::system(), Role::System, &held).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(true)
}

/// Lets everything expire that somebody's account holds, when they close it: booked like what time takes, never deleted.
pub(crate) async fn let_all_expire(db: &Db, tx: &mut PgConnection, person: PersonId) -> Result<(), Error> {
    let account = sqlx::query_scalar!("select id from points_account where person_id = $1", person.uuid());
    let Some(account) = account.fetch_optional(&mut *tx).await.map_err(refuse)? else { return Ok(()) };
    let balance = hold_balance(&mut *tx, account).await?;
    if balance == 0 {
        return Ok(());
    }
    let key = format!("close:{account}");
    let entry = NewEntry {
        key: &key,
        kind: EntryKind::Expire,
        item: None,
        source: "closing:account",
        holder: holder_of(Some(person.uuid()), None)?,
        person: Some(person),
        maker: None,
        checker: None,
        reverses: None,
    };
    book(db, tx, &Actor::system(), Role::System, entry, balance).await?;
    Ok(())
}

/// Points of credits that are older than their tariff lets them be, and were not used. Once a month and account.
async fn expire(db: &Db) -> Result<u32, Error> {
    let (mut expired, mut failed) = (0, None);
    let mut after = Uuid::nil();
    loop {
        let accounts = sqlx::query_scalar!(
            "select id from points_account where id > $1 and balance > 0 order by id limit $2",
            after,
            BATCH,
        );
        let accounts = accounts.fetch_all(db.pool()).await.map_err(refuse)?;
        let Some(last) = accounts.last() else { return failed.map_or(Ok(expired), Err) };
        after = *last;
        for account in accounts {
            match expire_one(db, account).await {
                Ok(went) => expired += u32::from(went),
                Err(error) => {
                    tracing::error!(%account, %error, "points could not expire");
                    failed = Some(error);
                }
            }
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
        person: row.person_id.map(PersonId::from_uuid),
        maker: None,
        checker: None,
        reverses: None,
    };
    let (_, before) = book(db, &mut tx, &Actor::system(), Role::System, entry, goes).await?;
    tx.commit().await.map_err(refuse)?;
    Ok(!before)
}
