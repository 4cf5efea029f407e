//! Who may sign, and how many households have. Who may is decided by the views `pact_household` and `pact_signer`; here is
//! as what they sign.

use chrono::{DateTime, Utc};
use gongzhi_domain::Error;
use gongzhi_domain::ids::{HouseholdId, PactId, PersonId};
use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::{Capacity, Facts, Kind, Stage};
use sqlx::PgConnection;
use uuid::Uuid;

use super::TOLD_FROM;
use super::ground::Ground;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, refuse};

/// How many households have signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Households of which at least one person's signature counts.
    pub signed: u32,
    /// Households the pact is for.
    pub households: u32,
    /// Signatures that count, of however many people.
    pub signatures: u32,
}

/// Counts the households of a pact and those that have signed its present version.
pub async fn count(conn: &mut PgConnection, pact: PactId) -> Result<Count, Error> {
    let row = sqlx::query!(
        r#"with counted as (
               select s.household_id, count(*) as people from signature_counted s
               join pact p on p.id = s.pact_id and p.text_no = s.text_no
               where s.pact_id = $1 group by s.household_id
           )
           select count(*) as "households!", count(c.household_id) as "signed!",
                  coalesce(sum(c.people), 0)::bigint as "signatures!"
           from pact_household h left join counted c on c.household_id = h.household_id
           where h.pact_id = $1"#,
        pact.uuid(),
    )
    .fetch_one(conn)
    .await
    .map_err(refuse)?;
    let whole = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Count { signed: whole(row.signed), households: whole(row.households), signatures: whole(row.signatures) })
}

/// The part of a pact's facts that signing knows: households it is for, and those that have signed.
pub(crate) async fn facts(conn: &mut PgConnection, pact: &Pact, facts: &mut Facts) -> Result<(), Trouble> {
    let count = count(conn, pact.id).await?;
    facts.signers = count.households;
    facts.signed = count.signed;
    Ok(())
}

/// What everybody may know of signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The pact's number.
    pub number: String,
    /// What it is called.
    pub title: Named,
    /// Where it stands.
    pub stage: Stage,
    /// Whether signatures are taken now.
    pub is_open: bool,
    /// Households it is for.
    pub households: u32,
    /// Households that have signed, or at least so many; `None` while they are so few that it could be guessed who.
    pub signed: Option<u32>,
    /// Whether `signed` is the least it can be: so few are left that the exact number could tell who has not.
    pub at_least: bool,
    /// Until when signatures are taken, while they are.
    pub closes_at: Option<DateTime<Utc>>,
}

impl Progress {
    /// The share that has signed, in whole percent: the nearest, but 100 only when all have; of the least, rounded down.
    #[must_use]
    pub fn percent(&self) -> Option<u32> {
        let (signed, all) = (u64::from(self.signed?), u64::from(self.households));
        if all == 0 || signed >= all {
            return (all > 0).then_some(100);
        }
        let half = if self.at_least { 0 } else { all };
        Some(u32::try_from((signed * 200 + half) / (all * 2)).unwrap_or(99).min(99))
    }
}

/// How far the signing of a pact has come, for everybody; `None` before it has begun.
pub async fn progress(db: &Db, number: &str) -> Result<Option<Progress>, Error> {
    let mut conn = db.read().acquire().await.map_err(refuse)?;
    let ground = Ground::read(&mut conn, number, false).await?;
    if ground.round(&mut conn).await?.is_none() {
        return Ok(None);
    }
    let count = count(&mut conn, ground.id).await?;
    let is_open = ground.is_open(db);
    let (signed, at_least) = told(count);
    Ok(Some(Progress {
        is_open,
        closes_at: is_open.then(|| ground.closes_at(db)),
        number: ground.number,
        title: ground.title,
        stage: ground.stage,
        households: count.households,
        signed,
        at_least,
    }))
}

/// What may be told of a count: nothing under five, and with fewer than five households left no more than that there are so
/// few of them. The second says whether the number is the least it can be.
const fn told(count: Count) -> (Option<u32>, bool) {
    let least = count.households.saturating_sub(TOLD_FROM - 1);
    if count.signed < TOLD_FROM || (count.signed >= least && least < TOLD_FROM) {
        (None, false)
    } else if count.signed >= least {
        (Some(least), true)
    } else {
        (Some(count.signed), false)
    }
}

/// As what a person signs for a household; `None` when the pact is not theirs to sign there.
pub(super) async fn capacity(
    conn: &mut PgConnection,
    ground: &Ground,
    household: HouseholdId,
    person: PersonId,
) -> Result<Option<Capacity>, Error> {
    let lives_as = sqlx::query_scalar!(
        r#"select lives_as as "lives_as!" from pact_signer where pact_id = $1 and household_id = $2 and person_id = $3"#,
        ground.id.uuid(),
        household.uuid(),
        person.uuid(),
    )
    .fetch_all(conn)
    .await
    .map_err(refuse)?;
    Ok(as_what(ground.kind, &lives_as))
}

/// The capacity of a signature by what somebody is in the household: an owner signs a covenant, whoever signs a pledge is
/// bound as its signer, and else people sign as who they are there.
pub(super) fn as_what(kind: Kind, lives_as: &[String]) -> Option<Capacity> {
    let is = |what: &str| lives_as.iter().any(|as_what| as_what == what);
    if lives_as.is_empty() {
        return None;
    }
    Some(match kind {
        Kind::OwnersCovenant => Capacity::Owner,
        Kind::BuildingPledge => Capacity::Signer,
        Kind::VillageRules if is("villager") => Capacity::Villager,
        Kind::ResidentConvention | Kind::VillageRules if is("resident") || is("tenant") || is("villager") => {
            Capacity::Resident
        }
        Kind::ResidentConvention | Kind::VillageRules => Capacity::Owner,
    })
}

/// The signature of a person for a household under a version that was not taken back.
pub(super) async fn standing(
    conn: &mut PgConnection,
    pact: PactId,
    text_no: i32,
    household: HouseholdId,
    person: PersonId,
) -> Result<Option<Uuid>, Error> {
    sqlx::query_scalar!(
        "select s.id from signature s
         where s.pact_id = $1 and s.text_no = $2 and s.household_id = $3 and s.person_id = $4
               and not exists (select from signature_event e where e.signature_id = s.id and e.kind = 'withdrawal')",
        pact.uuid(),
        text_no,
        household.uuid(),
        person.uuid(),
    )
    .fetch_optional(conn)
    .await
    .map_err(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_sign_as_what_they_are() {
        let lives = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(as_what(Kind::ResidentConvention, &lives(&["owner", "resident"])), Some(Capacity::Resident));
        assert_eq!(as_what(Kind::ResidentConvention, &lives(&["owner"])), Some(Capacity::Owner));
        assert_eq!(as_what(Kind::VillageRules, &lives(&["resident", "villager"])), Some(Capacity::Villager));
        assert_eq!(as_what(Kind::OwnersCovenant, &lives(&["owner"])), Some(Capacity::Owner));
        assert_eq!(as_what(Kind::BuildingPledge, &lives(&["tenant"])), Some(Capacity::Signer));
        assert_eq!(as_what(Kind::BuildingPledge, &[]), None);
    }

    #[test]
    fn a_hundred_percent_is_everybody() {
        let mut progress = Progress {
            number: String::new(),
            title: Named::default(),
            stage: Stage::Sign,
            is_open: true,
            households: 618,
            signed: Some(617),
            at_least: false,
            closes_at: None,
        };
        assert_eq!(progress.percent(), Some(99));
        progress.signed = Some(412);
        assert_eq!(progress.percent(), Some(67));
        progress.signed = None;
        assert_eq!(progress.percent(), None);
    }

    #[test]
    fn neither_the_few_who_signed_nor_the_few_who_did_not_are_told() {
        let of = |signed, households| told(Count { signed, households, signatures: signed });
        assert_eq!(of(4, 618), (None, false));
        assert_eq!(of(5, 618), (Some(5), false));
        assert_eq!(of(613, 618), (Some(613), false));
        // From the fourth left to the last the answer is the same.
        for signed in 614..=618 {
            assert_eq!(of(signed, 618), (Some(614), true));
        }
        for signed in 8..=12 {
            assert_eq!(of(signed, 12), (Some(8), true));
        }
        // So few households that the least would be under five itself.
        for signed in 0..=8 {
            assert_eq!(of(signed, 8).0, None);
        }
    }
}
