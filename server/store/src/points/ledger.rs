//! Booking: one entry, its postings, its row in the audit log and its leaf in the evidence log, in the transaction of what is
//! booked. A key books once, however often it is sent.

use gongzhi_domain::Error;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{Account, EntryKind, Holder, Posting, is_balanced, postings};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::db::Db;
use crate::log::{self, LeafKind, NewLeaf};
use crate::refusal::{Trouble, fault};

/// An entry to be booked.
pub(super) struct NewEntry<'a> {
    /// Names what is booked, so that it is booked once.
    pub key: &'a str,
    pub kind: EntryKind,
    /// The tariff's item, for a credit.
    pub item: Option<Uuid>,
    /// What it is booked for: `proposal:…`, `reservation:…`, `expiry:…`.
    pub source: &'a str,
    pub holder: Holder,
    /// For whom; for a household's points, who did it.
    pub person: Option<PersonId>,
    pub maker: Option<PersonId>,
    pub checker: Option<PersonId>,
    pub reverses: Option<Uuid>,
}

/// The account of a person or household, opened when it is first needed.
pub(super) async fn account_of(db: &Db, tx: &mut PgConnection, holder: Holder) -> Result<Uuid, Trouble> {
    let (person, household) = parts(holder);
    sqlx::query!(
        "insert into points_account (id, kind, person_id, household_id) values ($1, $2, $3, $4) on conflict do nothing",
        db.new_id(),
        holder.account().code(),
        person,
        household,
    )
    .execute(&mut *tx)
    .await?;
    let id = sqlx::query_scalar!(
        "select id from points_account where person_id = $1 or household_id = $2",
        person,
        household
    );
    Ok(id.fetch_one(&mut *tx).await?)
}

/// What an account holds now; the account is held until the transaction ends.
pub(super) async fn hold_balance(tx: &mut PgConnection, account: Uuid) -> Result<i64, Trouble> {
    let balance = sqlx::query_scalar!("select balance from points_account where id = $1 for update", account);
    Ok(balance.fetch_one(tx).await?)
}

/// Books an entry of so many points. Answers it, and whether it had been booked before.
pub(super) async fn book(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    entry: NewEntry<'_>,
    points: i64,
) -> Result<(Uuid, bool), Trouble> {
    let lines = postings(entry.kind, entry.holder, points);
    book_lines(db, tx, actor, role, entry, &lines).await
}

/// The same with these postings: a reversal follows the entry it takes back.
pub(super) async fn book_lines(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    entry: NewEntry<'_>,
    lines: &[Posting],
) -> Result<(Uuid, bool), Trouble> {
    if !is_balanced(lines) {
        return Err(fault("an entry does not sum to nothing").into());
    }
    let own = account_of(db, &mut *tx, entry.holder).await?;
    let (_, household) = parts(entry.holder);
    let booked = sqlx::query_scalar!(
        "insert into points_entry (id, key, kind, item_id, source_event, person_id, household_id, maker, checker, reversal_of, at, day)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict on constraint points_entry_key_is_used_once do nothing
         returning id",
        db.new_id(),
        entry.key,
        entry.kind.code(),
        entry.item,
        entry.source,
        entry.person.map(PersonId::uuid),
        household,
        entry.maker.map(PersonId::uuid),
        entry.checker.map(PersonId::uuid),
        entry.reverses,
        db.now(),
        db.today(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(id) = booked else {
        let id = sqlx::query_scalar!("select id from points_entry where key = $1", entry.key).fetch_one(tx).await?;
        return Ok((id, true));
    };
    for line in lines {
        sqlx::query!(
            "insert into points_posting (entry_id, account_id, amount)
             select $1, coalesce($4, (select id from points_account where kind = $2)), $3",
            id,
            line.account.code(),
            line.amount,
            (line.account == entry.holder.account()).then_some(own),
        )
        .execute(&mut *tx)
        .await?;
    }
    let moved: Vec<_> = lines.iter().map(|line| json!({"account": line.account, "amount": line.amount})).collect();
    prove(db, &mut *tx, id, &entry, json!(moved)).await?;
    record(db, tx, actor, role, id, own, &entry, json!(moved)).await?;
    Ok((id, false))
}

/// The leaf that proves the entry. Who it is about stands in the statement only, which is sealed and can be forgotten.
async fn prove(
    db: &Db,
    tx: &mut PgConnection,
    id: Uuid,
    entry: &NewEntry<'_>,
    moved: serde_json::Value,
) -> Result<(), Trouble> {
    let (person, household) = parts(entry.holder);
    let statement = json!({"entry": id, "kind": entry.kind, "item": entry.item, "source": entry.source, "postings": moved,
        "person": person, "household": household, "maker": entry.maker, "checker": entry.checker, "reverses": entry.reverses});
    let leaf = NewLeaf { kind: LeafKind::PointsEntry, subject: &format!("entry:{id}"), statement: &statement };
    log::append(db, tx, leaf).await?;
    Ok(())
}

/// The row of the audit log, in the stream of the account.
#[expect(clippy::too_many_arguments, reason = "all of them are parts of one row")]
async fn record(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    id: Uuid,
    account: Uuid,
    entry: &NewEntry<'_>,
    moved: serde_json::Value,
) -> Result<(), Trouble> {
    let row = audit::Entry {
        stream: &format!("points:{account}"),
        action: &format!("points.{}", entry.kind),
        subject: &format!("entry:{id}"),
        after: Some(json!({"postings": moved, "source": entry.source, "item": entry.item, "reverses": entry.reverses,
            "maker": entry.maker, "checker": entry.checker})),
        acting_for: entry.person.filter(|person| actor.person != Some(*person)),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, row).await?;
    Ok(())
}

fn parts(holder: Holder) -> (Option<Uuid>, Option<Uuid>) {
    match holder {
        Holder::Person(person) => (Some(person.uuid()), None),
        Holder::Household(household) => (None, Some(household.uuid())),
    }
}

/// Whose an account is, from its row.
pub(super) fn holder_of(person: Option<Uuid>, household: Option<Uuid>) -> Result<Holder, Error> {
    match (person, household) {
        (_, Some(household)) => Ok(Holder::Household(HouseholdId::from_uuid(household))),
        (Some(person), None) => Ok(Holder::Person(PersonId::from_uuid(person))),
        (None, None) => Err(fault("an account without a holder")),
    }
}

/// The postings of an entry that was booked.
pub(super) async fn lines_of(tx: &mut PgConnection, entry: Uuid) -> Result<Vec<Posting>, Trouble> {
    let rows = sqlx::query!(
        "select a.kind, p.amount from points_posting p join points_account a on a.id = p.account_id
         where p.entry_id = $1 order by p.amount",
        entry,
    );
    let rows = rows.fetch_all(tx).await?;
    let line = |kind: String, amount| Ok(Posting { account: crate::refusal::parsed::<Account>(&kind)?, amount });
    rows.into_iter().map(|row| line(row.kind, row.amount)).collect()
}

/// The audit row of a proposal; what was approved stands in the row of its entry.
#[expect(clippy::too_many_arguments, reason = "all of them are parts of one row")]
pub(super) async fn note(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    id: Uuid,
    action: &str,
    after: Option<serde_json::Value>,
    person: PersonId,
) -> Result<(), Error> {
    let subject = format!("proposal:{id}");
    let entry = audit::Entry {
        stream: &subject,
        action,
        subject: &subject,
        after,
        acting_for: Some(person),
        ..audit::Entry::default()
    };
    audit::append(db, tx, actor, role, entry).await
}
