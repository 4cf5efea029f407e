//! Crediting takes two people: one proposes what a neighbour did, another checks. Neither is the neighbour nor lives with
//! them; the cap of the item is kept however many check at once. Taking a credit back is proposed and checked the same way.

use chrono::{Days, NaiveDate};
use gongzhi_domain::area::AreaPath;
use gongzhi_domain::ids::{HouseholdId, PersonId, PointsEntryId, PointsProposalId, TariffItemId};
use gongzhi_domain::order::Version;
use gongzhi_domain::permission::{Action, Target};
use gongzhi_domain::person::{Actor, Role};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::points::{BACKDATED_MAX_DAYS, EVIDENCE_MAX, EntryKind, GoesTo, Holder, Period, reversed};
use gongzhi_domain::request::{NOTE_MAX, written};
use gongzhi_domain::{Error, FieldError, Lang, Reason, What};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ledger::{NewEntry, account_of, book, book_lines, hold_balance, holder_of, lines_of, note};
use super::tariff::{InForce, item_in_force};
use super::tell;
use crate::db::Db;
use crate::keys::Purpose;
use crate::people;
use crate::refusal::{Trouble, fault, parsed, refuse};

/// What somebody did, as it is proposed.
#[derive(Debug, Clone)]
pub struct Propose {
    /// Made when the form opened: sending it twice proposes once.
    pub key: Uuid,
    /// The neighbour's number.
    pub phone: String,
    /// The tariff's item.
    pub item: TariffItemId,
    /// The day on which it was done.
    pub day: NaiveDate,
    /// What was done and how one knows.
    pub note: String,
}

/// Proposes a credit. Refused: whoever may not in the tariff's area; an item that is not in force; a day to come or more than
/// 60 days ago; oneself or one's own household (field `phone`).
pub async fn propose(db: &Db, actor: &Actor, new: &Propose) -> Result<PointsProposalId, Error> {
    if !actor.has(Action::ProposeCredit) {
        actor.may(Action::ProposeCredit, &Target::none())?;
    }
    let mut wrong = Vec::new();
    let phone = Phone::parse(&new.phone).map_err(|reason| wrong.push(FieldError::new("phone", reason))).ok();
    if let Err(reason) = written(&new.note, 4, EVIDENCE_MAX) {
        wrong.push(FieldError::new("note", reason));
    }
    let earliest = db.today().checked_sub_days(Days::new(BACKDATED_MAX_DAYS.unsigned_abs())).unwrap_or(NaiveDate::MIN);
    if new.day > db.today() || new.day < earliest {
        wrong.push(FieldError::new("day", Reason::NotADate));
    }
    let (Some(phone), true) = (phone, wrong.is_empty()) else { return Err(Error::Invalid { fields: wrong }) };
    let mut tx = db.begin().await?;
    let item = item_in_force(db, &mut tx, new.item).await?;
    let role = actor.may(Action::ProposeCredit, &Target::in_area(item.tariff_path.clone()))?;
    let maker = actor.person.ok_or(Error::NotSignedIn)?;
    let (person, _) = people::find_or_create(db, &mut tx, &phone, Lang::Zh).await?;
    if is_own(db, &mut tx, maker, person).await? {
        return Err(Error::field("phone", Reason::OwnHousehold));
    }
    let household = match item.goes_to {
        GoesTo::Person => None,
        GoesTo::Household => Some(
            household_of(db, &mut tx, person).await?.ok_or_else(|| Error::field("phone", Reason::PlaceNeeded))?.uuid(),
        ),
    };
    let id = db.new_id();
    let written = sqlx::query_scalar!(
        "insert into points_proposal (id, key, area_path, item_id, person_id, household_id, day, note_sealed, maker, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict on constraint points_proposal_key_is_used_once do nothing returning id",
        id,
        new.key,
        item.tariff_path.as_str(),
        new.item.uuid(),
        person.uuid(),
        household,
        new.day,
        db.keys().seal_text(Purpose::Internal, new.note.trim())?,
        maker.uuid(),
        db.now(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let id = match written {
        Some(id) => {
            let what = json!({"item": new.item, "day": new.day, "household": household});
            note(db, &mut tx, actor, role, id, "points.propose", Some(what), person).await?;
            id
        }
        None => before(&mut tx, new.key, maker).await?,
    };
    tx.commit().await.map_err(refuse)?;
    Ok(PointsProposalId::from_uuid(id))
}

/// Proposes to take a credit back, with the reason. Refused: whoever may not where it was given; an entry that is no credit
/// or was taken back.
pub async fn propose_reversal(
    db: &Db,
    actor: &Actor,
    key: Uuid,
    entry: PointsEntryId,
    words: &str,
) -> Result<PointsProposalId, Error> {
    if !actor.has(Action::ProposeCredit) {
        actor.may(Action::ProposeCredit, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let row = sqlx::query!(
        r#"select p.area_path, e.person_id as "person_id!", e.household_id,
               exists (select from points_entry r where r.reversal_of = e.id) as "reversed!"
           from points_entry e join points_proposal p on p.entry_id = e.id where e.id = $1 and e.kind = 'credit'"#,
        entry.uuid(),
    );
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Points })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::ProposeCredit, &Target::in_area(area))?;
    written(words, 4, EVIDENCE_MAX).map_err(|reason| Error::field("note", reason))?;
    if row.reversed {
        return Err(Error::Duplicate { what: What::Points });
    }
    let maker = actor.person.ok_or(Error::NotSignedIn)?;
    let written = sqlx::query_scalar!(
        "insert into points_proposal (id, key, area_path, person_id, household_id, reverses, day, note_sealed, maker, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict on constraint points_proposal_key_is_used_once do nothing returning id",
        db.new_id(),
        key,
        row.area_path,
        row.person_id,
        row.household_id,
        entry.uuid(),
        db.today(),
        db.keys().seal_text(Purpose::Internal, words.trim())?,
        maker.uuid(),
        db.now(),
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(refuse)?;
    let id = match written {
        Some(id) => {
            let (what, of) = (json!({"reverses": entry}), PersonId::from_uuid(row.person_id));
            note(db, &mut tx, actor, role, id, "points.propose_reversal", Some(what), of).await?;
            id
        }
        None => before(&mut tx, key, maker).await?,
    };
    tx.commit().await.map_err(refuse)?;
    Ok(PointsProposalId::from_uuid(id))
}

/// The proposal that was made with this key before; somebody else's key opens nothing.
async fn before(tx: &mut PgConnection, key: Uuid, maker: PersonId) -> Result<Uuid, Error> {
    let id = sqlx::query_scalar!("select id from points_proposal where key = $1 and maker = $2", key, maker.uuid());
    id.fetch_optional(tx).await.map_err(refuse)?.ok_or(Error::Duplicate { what: What::Points })
}

/// A proposal as a check finds it, held.
struct Proposed {
    id: Uuid,
    item: Option<Uuid>,
    person: PersonId,
    household: Option<HouseholdId>,
    reverses: Option<Uuid>,
    maker: PersonId,
    day: NaiveDate,
}

/// Approves a proposal, which books it, or refuses it with an answer. Refused: whoever proposed it; the neighbour and their
/// household; a proposal that was checked before ([`Error::Stale`]); a credit beyond the item's cap (field `item`).
pub async fn check(
    db: &Db,
    actor: &Actor,
    proposal: PointsProposalId,
    approve: bool,
    answer: &str,
) -> Result<Option<PointsEntryId>, Error> {
    if !actor.has(Action::CheckCredit) {
        actor.may(Action::CheckCredit, &Target::none())?;
    }
    let mut tx = db.begin().await?;
    let row = sqlx::query!("select * from points_proposal where id = $1 for update", proposal.uuid());
    let row = row.fetch_optional(&mut *tx).await.map_err(refuse)?.ok_or(Error::NotFound { what: What::Points })?;
    let area = AreaPath::parse(&row.area_path).map_err(fault)?;
    let role = actor.may(Action::CheckCredit, &Target::in_area(area))?;
    let checker = actor.person.ok_or(Error::NotSignedIn)?;
    if row.state != "waiting" {
        return Err(Error::Stale { now: Version(2) });
    }
    let found = Proposed {
        id: row.id,
        item: row.item_id,
        person: PersonId::from_uuid(row.person_id),
        household: row.household_id.map(HouseholdId::from_uuid),
        reverses: row.reverses,
        maker: PersonId::from_uuid(row.maker),
        day: row.day,
    };
    if found.maker == checker {
        return Err(Error::field("checker", Reason::NeedsAnotherPerson));
    }
    if is_own(db, &mut tx, checker, found.person).await? {
        return Err(Error::field("checker", Reason::OwnHousehold));
    }
    let entry = if approve {
        Some(match (found.item, found.reverses) {
            (Some(item), _) => credit(db, &mut tx, actor, role, &found, item).await?,
            (None, Some(entry)) => reverse(db, &mut tx, actor, role, &found, entry).await?,
            (None, None) => return Err(fault("a proposal of nothing")),
        })
    } else {
        written(answer, 2, NOTE_MAX).map_err(|reason| Error::field("answer", reason))?;
        note(db, &mut tx, actor, role, found.id, "points.refuse", None, found.person).await?;
        None
    };
    sqlx::query!(
        "update points_proposal set state = $2, checker = $3, checked_at = $4, answer = $5, entry_id = $6 where id = $1",
        found.id,
        if approve { "approved" } else { "refused" },
        checker.uuid(),
        db.now(),
        answer.trim(),
        entry,
    )
    .execute(&mut *tx)
    .await
    .map_err(refuse)?;
    tx.commit().await.map_err(refuse)?;
    Ok(entry.map(PointsEntryId::from_uuid))
}

async fn credit(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    found: &Proposed,
    item: Uuid,
) -> Result<Uuid, Error> {
    let rule = item_in_force(db, &mut *tx, TariffItemId::from_uuid(item)).await?;
    let holder = found.household.map_or(Holder::Person(found.person), Holder::Household);
    let account = account_of(db, &mut *tx, holder).await?;
    use_cap(&mut *tx, account, &rule, found.day).await?;
    let (id, _) = book(
        db,
        &mut *tx,
        actor,
        role,
        NewEntry {
            key: &format!("credit:{}", found.id),
            kind: EntryKind::Credit,
            item: Some(item),
            source: &format!("proposal:{}", found.id),
            holder,
            person: Some(found.person),
            maker: Some(found.maker),
            checker: actor.person,
            reverses: None,
        },
        rule.points.into(),
    )
    .await?;
    let words = (
        format!("您的“{}”记了 {} 积分，谢谢您。打开“我的积分”可以看到。", rule.name.zh, rule.points),
        format!("{} points were credited to you for “{}”. Thank you. See “My points”.", rule.points, rule.name.en),
    );
    tell::send(db, tx, found.person, &format!("points:{id}"), "points_credited", words).await?;
    Ok(id)
}

async fn reverse(
    db: &Db,
    tx: &mut PgConnection,
    actor: &Actor,
    role: Role,
    found: &Proposed,
    entry: Uuid,
) -> Result<Uuid, Error> {
    let holder = holder_of(Some(found.person.uuid()), found.household.map(HouseholdId::uuid))?;
    let account = account_of(db, &mut *tx, holder).await?;
    let balance = hold_balance(&mut *tx, account).await?;
    let lines = lines_of(&mut *tx, entry).await?;
    let points = lines.iter().map(|line| line.amount).max().unwrap_or_default();
    if balance < points {
        return Err(Error::field("checker", Reason::NotEnoughPoints));
    }
    let (id, _) = book_lines(
        db,
        &mut *tx,
        actor,
        role,
        NewEntry {
            key: &format!("reversal:{entry}"),
            kind: EntryKind::Reversal,
            item: None,
            source: &format!("proposal:{}", found.id),
            holder,
            person: Some(found.person),
            maker: Some(found.maker),
            checker: actor.person,
            reverses: Some(entry),
        },
        &reversed(&lines),
    )
    .await?;
    give_cap_back(&mut *tx, account, entry, points).await?;
    let words = (
        format!("有一笔 {points} 积分记错了，已经更正。打开“我的积分”可以看到原因。"),
        format!("{points} points had been credited by mistake and were taken back. See “My points”."),
    );
    tell::send(db, tx, found.person, &format!("points:{id}"), "points_reversed", words).await?;
    Ok(id)
}

/// Uses so much of the item's cap in the period of the deed. The row of the period is held until the end, so that two checks at once cannot pass it.
async fn use_cap(tx: &mut PgConnection, account: Uuid, rule: &InForce, day: NaiveDate) -> Result<(), Trouble> {
    sqlx::query!(
        "insert into points_used (account_id, code, since, used, cap) values ($1, $2, $3, $4, $5)
         on conflict (account_id, code, since) do update set used = points_used.used + excluded.used, cap = excluded.cap",
        account,
        rule.code,
        rule.period.start(day),
        rule.points,
        rule.cap,
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn give_cap_back(tx: &mut PgConnection, account: Uuid, entry: Uuid, points: i64) -> Result<(), Trouble> {
    let row = sqlx::query!(
        "select p.day, i.code, i.period from points_entry e join tariff_item i on i.id = e.item_id
         join points_proposal p on p.entry_id = e.id where e.id = $1",
        entry
    );
    let row = row.fetch_one(&mut *tx).await?;
    let period: Period = parsed(&row.period)?;
    sqlx::query!(
        "update points_used set used = greatest(used - $4, 0) where account_id = $1 and code = $2 and since = $3",
        account,
        row.code,
        period.start(row.day),
        i32::try_from(points).unwrap_or(i32::MAX),
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether two people are one, or live together.
pub(super) async fn is_own(db: &Db, tx: &mut PgConnection, one: PersonId, other: PersonId) -> Result<bool, Trouble> {
    if one == other {
        return Ok(true);
    }
    let own =
        sqlx::query_scalar!(r#"select live_together($1, $2, $3) as "own!""#, one.uuid(), other.uuid(), db.today(),);
    Ok(own.fetch_one(tx).await?)
}

/// The household somebody lives in; the first they moved into where they have several. Who owns a home and lets it has no part
/// in the points of those who live there.
pub(super) async fn household_of(
    db: &Db,
    tx: &mut PgConnection,
    person: PersonId,
) -> Result<Option<HouseholdId>, Trouble> {
    let id = sqlx::query_scalar!(
        "select household_id from residence where person_id = $1 and since <= $2 and (until is null or until > $2)
           and capacity <> 'owner'
         order by since, id limit 1",
        person.uuid(),
        db.today(),
    );
    Ok(id.fetch_optional(tx).await?.map(HouseholdId::from_uuid))
}
