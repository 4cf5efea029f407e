//! What an upheld objection changes of the roll, so that it is as it would have been drawn rightly: homes, people, flats and
//! members are put on or taken off, and units follow. Numbers are never given twice: a unit that is struck leaves a gap.

mod changes;
mod units;

use std::collections::BTreeMap;

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::{BuildingId, PersonId};
use gongzhi_domain::phone::Phone;
use gongzhi_domain::roll::{Body, Change};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Roll;
use crate::Purpose;
use crate::db::Db;
use crate::pacts::Pact;
use crate::refusal::{Trouble, fault};

/// A home as the register of homes knows it.
#[derive(Debug, Clone)]
pub struct At {
    /// Its building.
    pub building: BuildingId,
    /// The door as it stands in the register: `1单元103室`.
    pub door: String,
}

/// What an amendment changes. `unit` is the number of a unit in the statutory body; `flat` one of its flats, from 1 in the order of
/// its doors, and `None` stands for all of them.
#[derive(Debug, Clone)]
pub enum Changed {
    /// Puts a home on, with everybody who counts there by the register.
    HomeAdd {
        /// Which.
        at: At,
        /// Somebody of it whom the register does not know; may be empty.
        phone: String,
        /// Its floor area where area counts; `None` takes the register's.
        area_cm2: Option<i64>,
    },
    /// Takes a home off: a household with its unit, a flat from its owners.
    HomeStrike {
        /// The unit's number.
        unit: i32,
        /// Which flat.
        flat: Option<u32>,
    },
    /// Puts somebody on a unit: into a household, or beside the owners of a flat.
    Add {
        /// The unit's number.
        unit: i32,
        /// Which flat, of owners.
        flat: Option<u32>,
        /// Who; they have signed in once.
        phone: String,
    },
    /// Takes somebody off a unit; the home stays.
    Strike {
        /// The unit's number.
        unit: i32,
        /// Which flat, of owners.
        flat: Option<u32>,
        /// Whose entry.
        phone: String,
    },
    /// Puts an adult on, as a unit of their own.
    AdultAdd {
        /// Who; they have signed in once.
        phone: String,
        /// Where they live.
        at: At,
    },
    /// Takes an adult off, with their unit.
    AdultStrike {
        /// The unit's number.
        unit: i32,
    },
    /// Corrects the floor area of a flat.
    Area {
        /// The unit's number.
        unit: i32,
        /// Which flat; may be left out where there is one.
        flat: Option<u32>,
        /// The area in square centimetres.
        area_cm2: i64,
    },
    /// Says that the flats of a unit belong to the owners of another one.
    Join {
        /// The unit that goes.
        unit: i32,
        /// The unit that gets its flats.
        into: i32,
    },
    /// Puts a representative or party member on.
    MemberAdd {
        /// Of which body.
        body: Body,
        /// Who; they have signed in once.
        phone: String,
    },
    /// Takes a representative or party member off.
    MemberStrike {
        /// Of which body.
        body: Body,
        /// Their number in it.
        unit: i32,
    },
}

impl Changed {
    /// Its public code.
    const fn code(&self) -> Change {
        match self {
            Self::HomeAdd { .. } => Change::HomeAdd,
            Self::HomeStrike { .. } => Change::HomeStrike,
            Self::Add { .. } => Change::Add,
            Self::Strike { .. } => Change::Strike,
            Self::AdultAdd { .. } => Change::AdultAdd,
            Self::AdultStrike { .. } => Change::AdultStrike,
            Self::Area { .. } => Change::Area,
            Self::Join { .. } => Change::Join,
            Self::MemberAdd { .. } => Change::MemberAdd,
            Self::MemberStrike { .. } => Change::MemberStrike,
        }
    }
}

/// What was done.
pub(super) struct Done {
    pub change: Change,
    /// The first entry that came or went.
    pub entry: Uuid,
    pub before: Option<i64>,
    pub after: Option<i64>,
    /// Every unit that is another one now, with the people it had.
    pub units: BTreeMap<Uuid, Vec<PersonId>>,
}

/// Changes the roll. `no` is the number of the amendment.
///
/// Refused: a change that the way of counting does not know (field `change`); a unit, flat or home that is none (`unit`, `into`,
/// `flat`, `door`); a home or somebody who stands on it already (`door`, `phone`, [`Reason::OnTheRoll`]); the last unit (`unit`).
pub(super) async fn apply(
    db: &Db,
    tx: &mut PgConnection,
    pact: &Pact,
    roll: &Roll,
    no: i32,
    by: PersonId,
    changed: &Changed,
) -> Result<Done, Trouble> {
    if !Change::of(roll.basis).contains(&changed.code()) {
        return Err(Error::field("change", Reason::NotAChoice).into());
    }
    let mut amending = Amending { db, pact, roll, no, by, units: BTreeMap::new(), entry: None };
    let (mut before, mut after) = (None, None);
    match changed {
        Changed::HomeAdd { at, phone, area_cm2 } => amending.home_add(tx, at, phone, *area_cm2).await?,
        Changed::HomeStrike { unit, flat } => amending.home_strike(tx, *unit, *flat).await?,
        Changed::Add { unit, flat, phone } => amending.add(tx, *unit, *flat, phone).await?,
        Changed::Strike { unit, flat, phone } => amending.strike(tx, *unit, *flat, phone).await?,
        Changed::AdultAdd { phone, at } => amending.adult_add(tx, phone, at).await?,
        Changed::AdultStrike { unit } => {
            let unit = amending.unit_at(tx, "unit", Body::Statutory, *unit).await?;
            amending.strike_whole(tx, unit).await?;
        }
        Changed::Area { unit, flat, area_cm2 } => {
            before = Some(amending.area(tx, *unit, *flat, *area_cm2).await?);
            after = Some(*area_cm2);
        }
        Changed::Join { unit, into } => amending.join(tx, *unit, *into).await?,
        Changed::MemberAdd { body, phone } => amending.member_add(tx, *body, phone).await?,
        Changed::MemberStrike { body, unit } => amending.member_strike(tx, *body, *unit).await?,
    }
    amending.settle(tx).await?;
    let entry = amending.entry.ok_or_else(|| fault("an amendment without an entry"))?;
    Ok(Done { change: changed.code(), entry, before, after, units: amending.units })
}

/// An amendment on its way.
struct Amending<'a> {
    db: &'a Db,
    pact: &'a Pact,
    roll: &'a Roll,
    no: i32,
    by: PersonId,
    units: BTreeMap<Uuid, Vec<PersonId>>,
    entry: Option<Uuid>,
}

/// Somebody who has signed in with this number.
pub(super) async fn by_phone(db: &Db, tx: &mut PgConnection, phone: &str) -> Result<PersonId, Trouble> {
    let phone = Phone::parse(phone).map_err(|reason| Error::field("phone", reason))?;
    let index = db.keys().index(Purpose::Phone, phone.full().as_bytes());
    let found = sqlx::query_scalar!("select id from person where phone_index = $1", index).fetch_optional(tx).await?;
    Ok(found.map(PersonId::from_uuid).ok_or_else(|| Error::field("phone", Reason::NobodySignedIn))?)
}
