//! Reserving a reward: points move from their holder to the reserved, one piece leaves the stock, and the holder is shown a
//! code that works once. Not fetched, it goes back by their hand or by the clock. All of it in one transaction; sending the
//! same form twice reserves once.

use chrono::{DateTime, TimeDelta, Utc};
use gongzhi_domain::ids::{PersonId, ReservationId, RewardId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::number::QueryCode;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::points::{Account, EntryKind, HOLD_DAYS, Holder};
use gongzhi_domain::{Error, Reason, What};
use sqlx::PgConnection;
use uuid::Uuid;

use super::ledger::{NewEntry, account_of, book, hold_balance, holder_of};
use super::propose::household_of;
use super::tell;
use crate::db::Db;
use crate::keys::Purpose;
use crate::refusal::{Trouble, parsed, refuse, retrying};

/// Where a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// It waits for its holder.
    Held,
    /// It was handed out.
    Fulfilled,
    /// It went back.
    Released,
}

impl std::str::FromStr for ReservationState {
    type Err = gongzhi_domain::UnknownCode;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match code {
            "held" => Ok(Self::Held),
            "fulfilled" => Ok(Self::Fulfilled),
            "released" => Ok(Self::Released),
            _ => Err(gongzhi_domain::UnknownCode { of: "ReservationState", code: code.to_owned() }),
        }
    }
}

/// What is to be reserved.
#[derive(Debug, Clone, Copy)]
pub struct Reserve {
    /// Made when the form opened: sending it twice reserves once.
    pub key: Uuid,
    /// Which reward.
    pub reward: RewardId,
    /// From whose points: one's own or the household's.
    pub from: Account,
}

/// A reservation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// Which it is.
    pub id: ReservationId,
    /// The code, shown this once; `None` when the form had been sent before.
    pub code: Option<QueryCode>,
}

/// Reserves a reward for 14 days. Refused: whoever is not signed in; a reward that is not offered; one for the people of an area in
/// which the person does not live and the points were not credited ([`Reason::ForResidentsOf`]); none left (field `reward`); not
/// enough points (field `from`); a household's points without a household.
pub async fn reserve(db: &Db, actor: &Actor, wish: Reserve) -> Result<Reserved, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let role = actor.may(Action::ReserveReward, &Target::of_person(person))?;
    let done = retrying(|| async {
        let mut tx = db.begin().await?;
        let reserved = set_aside(db, &mut tx, actor, role, person, wish).await?;
        tx.commit().await?;
        Ok(reserved)
    })
    .await;
    match done {
        Ok(reserved) => Ok(reserved),
        // The same form may have arrived twice at once, and the other one have taken the last piece.
        Err(error) => {
            let mut tx = db.begin().await?;
            let before = before(&mut tx, wish.key, person).await?;
            before.map(|id| Reserved { id, code: None }).ok_or(error)
        }
    }
}

async fn set_aside(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    person: PersonId,
    wish: Reserve,
) -> Result<Reserved, Trouble> {
    if let Some(id) = before(&mut *tx, wish.key, person).await? {
        return Ok(Reserved { id, code: None });
    }
    let holder = match wish.from {
        Account::Household => {
            let household = household_of(db, &mut *tx, person).await?;
            Holder::Household(household.ok_or_else(|| Error::field("from", Reason::PlaceNeeded))?)
        }
        Account::Person => Holder::Person(person),
        _ => return Err(Error::field("from", Reason::NotAChoice).into()),
    };
    let taken = sqlx::query!(
        "update reward set stock = stock - 1 where id = $1 and active and stock > 0 returning cost, name_zh, name_en",
        wish.reward.uuid(),
    );
    let Some(reward) = taken.fetch_optional(&mut *tx).await? else { return Err(gone(&mut *tx, wish.reward).await?) };
    let account = account_of(db, &mut *tx, holder).await?;
    within_reach(db, &mut *tx, wish.reward, person, account).await?;
    if hold_balance(&mut *tx, account).await? < reward.cost.into() {
        return Err(Error::field("from", Reason::NotEnoughPoints).into());
    }
    let (code, index) = fresh_code(db);
    let id = sqlx::query_scalar!(
        "insert into reward_reservation (id, key, reward_id, person_id, account_id, cost, state, code_index, reserved_at, hold_until)
         values ($1, $2, $3, $4, $5, $6, 'held', $7, $8, $9)
         on conflict on constraint reservation_key_is_used_once do nothing returning id",
        db.new_id(),
        wish.key,
        wish.reward.uuid(),
        person.uuid(),
        account,
        reward.cost,
        index,
        db.now(),
        db.now() + TimeDelta::days(HOLD_DAYS),
    )
    .fetch_optional(&mut *tx)
    .await?;
    // The same form arrived twice at the same moment: this one is undone whole.
    let Some(id) = id else { return Err(Error::Duplicate { what: What::Reward }.into()) };
    let entry = NewEntry {
        key: &format!("reserve:{id}"),
        kind: EntryKind::Reserve,
        item: None,
        source: &format!("reservation:{id}"),
        holder,
        person: Some(person),
        maker: Some(person),
        checker: None,
        reverses: None,
    };
    book(db, &mut *tx, actor, role, entry, reward.cost.into()).await?;
    let words = (
        format!("已为您留好“{}”，请在 {HOLD_DAYS} 天内凭兑换码领取。", reward.name_zh),
        format!("“{}” is kept for you. Please fetch it with your code within {HOLD_DAYS} days.", reward.name_en),
    );
    tell::send(db, tx, person, &format!("reserved:{id}"), "reward_reserved", words).await?;
    Ok(Reserved { id: ReservationId::from_uuid(id), code: Some(code) })
}

/// Whether the reward is for the person, or for whoever holds these points.
async fn within_reach(
    db: &Db,
    tx: &mut PgConnection,
    reward: RewardId,
    person: PersonId,
    account: Uuid,
) -> Result<(), Trouble> {
    let row = sqlx::query!(
        r#"select a.name_zh, a.name_en, reward_is_within_reach(r.area_path, $2, $3, $4) as "within!"
           from reward r join area a on a.id = r.area_id where r.id = $1"#,
        reward.uuid(),
        person.uuid(),
        account,
        db.today(),
    );
    let row = row.fetch_one(tx).await?;
    let area = Named::new(row.name_zh, row.name_en);
    if row.within { Ok(()) } else { Err(Error::field("reward", Reason::ForResidentsOf { area }).into()) }
}

/// Why nothing could be taken: there is no such reward, or none of it is left.
async fn gone(tx: &mut PgConnection, reward: RewardId) -> Result<Trouble, Trouble> {
    let active = sqlx::query_scalar!("select active from reward where id = $1", reward.uuid());
    Ok(match active.fetch_optional(tx).await? {
        Some(true) => Error::field("reward", Reason::SoldOut).into(),
        _ => Error::NotFound { what: What::Reward }.into(),
    })
}

async fn before(tx: &mut PgConnection, key: Uuid, person: PersonId) -> Result<Option<ReservationId>, Trouble> {
    let row =
        sqlx::query!("select id, person_id from reward_reservation where key = $1", key).fetch_optional(tx).await?;
    match row {
        Some(row) if row.person_id == person.uuid() => Ok(Some(ReservationId::from_uuid(row.id))),
        Some(_) => Err(Error::Duplicate { what: What::Reward }.into()),
        None => Ok(None),
    }
}

/// A new code and what is kept of it.
fn fresh_code(db: &Db) -> (QueryCode, Vec<u8>) {
    let code = QueryCode::from_random(rand::random());
    let index = index_of(db, &code);
    (code, index)
}

/// What is kept of a code.
pub(super) fn index_of(db: &Db, code: &QueryCode) -> Vec<u8> {
    db.keys().index(Purpose::PickupCode, code.as_str().as_bytes())
}

/// A reservation as its holder sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Which it is.
    pub id: ReservationId,
    /// What was reserved.
    pub name: Named,
    /// Where and when it is handed out.
    pub place: Named,
    /// What it cost.
    pub cost: i32,
    /// Where it stands.
    pub state: ReservationState,
    /// When it was reserved.
    pub at: DateTime<Utc>,
    /// Until when it waits.
    pub hold_until: DateTime<Utc>,
    /// When it was handed out or went back.
    pub ended_at: Option<DateTime<Utc>>,
}

/// One of the actor's own reservations; anybody else's is not found.
pub async fn reservation(db: &Db, actor: &Actor, id: ReservationId) -> Result<Reservation, Error> {
    let person = actor.person.ok_or(Error::NotSignedIn)?;
    let all = of_person(db, person, Some(id)).await?;
    all.into_iter().next().ok_or(Error::NotFound { what: What::Reward })
}

/// The reservations of a person, the newest first; one of them when `one` is given.
pub(super) async fn of_person(
    db: &Db,
    person: PersonId,
    one: Option<ReservationId>,
) -> Result<Vec<Reservation>, Error> {
    let rows = sqlx::query!(
        "select v.id, v.cost, v.state, v.reserved_at, v.hold_until, v.ended_at, r.name_zh, r.name_en, r.where_zh, r.where_en
         from reward_reservation v join reward r on r.id = v.reward_id
         where v.person_id = $1 and ($2::uuid is null or v.id = $2) order by v.reserved_at desc limit 30",
        person.uuid(),
        one.map(ReservationId::uuid),
    );
    let rows = rows.fetch_all(db.pool()).await.map_err(refuse)?;
    let shown = |row: (Uuid, i32, String), at, hold_until, ended_at, name, place| -> Result<Reservation, Error> {
        Ok(Reservation {
            id: ReservationId::from_uuid(row.0),
            name,
            place,
            cost: row.1,
            state: parsed(&row.2)?,
            at,
            hold_until,
            ended_at,
        })
    };
    rows.into_iter()
        .map(|row| {
            let (name, place) = (Named::new(row.name_zh, row.name_en), Named::new(row.where_zh, row.where_en));
            shown((row.id, row.cost, row.state), row.reserved_at, row.hold_until, row.ended_at, name, place)
        })
        .collect()
}

/// Makes a new code for a reservation that waits; the one before no longer works.
pub async fn new_code(db: &Db, actor: &Actor, id: ReservationId) -> Result<QueryCode, Error> {
    let mut tx = db.begin().await?;
    let held = hold(&mut tx, id).await?;
    actor.may(Action::ReserveReward, &Target::of_person(held.person)).map_err(as_not_found)?;
    if held.state != "held" {
        return Err(Error::NotFound { what: What::Reward });
    }
    let (code, index) = fresh_code(db);
    sqlx::query!("update reward_reservation set code_index = $2 where id = $1", id.uuid(), index)
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    tx.commit().await.map_err(refuse)?;
    Ok(code)
}

/// Gives a reserved reward back: the points return, the piece is in stock again. Doing it again changes nothing.
pub async fn release(db: &Db, actor: &Actor, id: ReservationId) -> Result<(), Error> {
    retrying(|| async {
        let mut tx = db.begin().await?;
        let held = hold(&mut tx, id).await?;
        let role = actor.may(Action::ReserveReward, &Target::of_person(held.person)).map_err(as_not_found)?;
        if held.state == "fulfilled" {
            return Err(Error::NotFound { what: What::Reward }.into());
        }
        if held.state == "held" {
            put_back(db, &mut tx, actor, role, &held).await?;
        }
        tx.commit().await?;
        Ok(())
    })
    .await
}

/// Somebody else's reservation does not exist for whoever asks.
fn as_not_found(error: Error) -> Error {
    if error == Error::NotSignedIn { error } else { Error::NotFound { what: What::Reward } }
}

/// A reservation that is held until the transaction ends.
pub(super) struct Held {
    pub id: Uuid,
    pub reward: Uuid,
    pub person: PersonId,
    pub holder: Holder,
    pub cost: i32,
    pub state: String,
}

pub(super) async fn hold(tx: &mut PgConnection, id: ReservationId) -> Result<Held, Error> {
    let row = sqlx::query!(
        "select v.id, v.reward_id, v.person_id, v.cost, v.state, a.person_id as holder, a.household_id
         from reward_reservation v join points_account a on a.id = v.account_id where v.id = $1 for update of v",
        id.uuid(),
    );
    let row = row.fetch_optional(tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Reward })?;
    Ok(Held {
        id: row.id,
        reward: row.reward_id,
        person: PersonId::from_uuid(row.person_id),
        holder: holder_of(row.holder, row.household_id)?,
        cost: row.cost,
        state: row.state,
    })
}

/// Ends a held reservation: points back to whom they came from, the piece back into stock.
pub(super) async fn put_back(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    held: &Held,
) -> Result<(), Trouble> {
    sqlx::query!("update reward set stock = stock + 1 where id = $1", held.reward).execute(&mut *tx).await?;
    end(db, &mut *tx, actor, held, "released").await?;
    let (key, source) = (format!("release:{}", held.id), format!("reservation:{}", held.id));
    let entry = NewEntry {
        key: &key,
        kind: EntryKind::Release,
        item: None,
        source: &source,
        holder: held.holder,
        person: Some(held.person),
        maker: actor.person,
        checker: None,
        reverses: None,
    };
    book(db, tx, actor, role, entry, held.cost.into()).await?;
    Ok(())
}

pub(super) async fn end(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    held: &Held,
    state: &str,
) -> Result<(), Trouble> {
    sqlx::query!(
        "update reward_reservation set state = $2, code_index = null, ended_at = $3, ended_by = $4 where id = $1",
        held.id,
        state,
        db.now(),
        actor.person.map(PersonId::uuid),
    )
    .execute(tx)
    .await?;
    Ok(())
}
