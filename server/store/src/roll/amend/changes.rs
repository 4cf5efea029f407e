//! Each change an upheld objection can make, as it is asked for.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::Capacity;
use gongzhi_domain::roll::{Body, Home};
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::voters::people_of;
use super::super::{Flat, draw};
use super::{Amending, At, by_phone};
use crate::refusal::Trouble;

impl Amending<'_> {
    pub(super) async fn home_add(
        &mut self,
        tx: &mut PgConnection,
        at: &At,
        phone: &str,
        area_cm2: Option<i64>,
    ) -> Result<(), Trouble> {
        let household = self.household_at(tx, at).await?;
        let mut homes = draw::homes(self.db, &mut *tx, self.pact, self.roll.basis, Some(household)).await?;
        let flat = homes.first().copied().ok_or_else(|| Error::field("door", Reason::NoSuchHome))?;
        let taken = sqlx::query_scalar!(
            r#"select exists (select from roll_entry where roll_id = $1 and household_id = $2 and struck_in is null) as "is!""#,
            self.roll.id,
            household.uuid(),
        )
        .fetch_one(&mut *tx)
        .await?;
        if taken {
            return Err(Error::field("door", Reason::OnTheRoll).into());
        }
        let mut area = 0;
        if self.roll.basis.has_area() {
            area = area_cm2.unwrap_or(flat.area_cm2);
            if area == 0 {
                return Err(Error::field("area", Reason::Missing).into());
            }
            measured(area)?;
        }
        if !phone.trim().is_empty() {
            let person = by_phone(self.db, &mut *tx, phone).await?;
            if homes.iter().all(|home| home.person != Some(person)) {
                homes.retain(|home| home.person.is_some());
                homes.push(Home { household, person: Some(person), capacity: self.capacity(), area_cm2: area });
            }
        }
        if self.roll.basis.has_area() {
            let owners: Vec<PersonId> = homes.iter().filter_map(|home| home.person).collect();
            return self.own(tx, None, &[Flat { household, area_cm2: area }], owners).await;
        }
        let unit = self.new_unit(tx, Body::Statutory).await?;
        for home in homes {
            self.enter(tx, unit, Some(household), home.person, 0, home.capacity).await?;
        }
        Ok(())
    }

    pub(super) async fn home_strike(
        &mut self,
        tx: &mut PgConnection,
        unit: i32,
        flat: Option<u32>,
    ) -> Result<(), Trouble> {
        let unit = self.unit_at(tx, "unit", Body::Statutory, unit).await?;
        if !self.roll.basis.has_area() {
            return self.strike_whole(tx, unit).await;
        }
        // Nobody loses all their flats because one number was not typed.
        let flat = self.flat_of(tx, unit, flat).await?;
        self.strike_flats(tx, unit, &[flat]).await
    }

    pub(super) async fn add(
        &mut self,
        tx: &mut PgConnection,
        unit: i32,
        flat: Option<u32>,
        phone: &str,
    ) -> Result<(), Trouble> {
        let unit = self.unit_at(tx, "unit", Body::Statutory, unit).await?;
        let person = by_phone(self.db, &mut *tx, phone).await?;
        let mut people = people_of(&mut *tx, unit).await?;
        if people.contains(&person) {
            return Err(Error::field("phone", Reason::OnTheRoll).into());
        }
        if self.roll.basis.has_area() {
            let flats = self.flats_of(tx, unit, flat).await?;
            people.push(person);
            return self.own(tx, Some(unit), &flats, people).await;
        }
        // A door behind which nobody was known has somebody now.
        let household = sqlx::query_scalar!(
            "select household_id from roll_entry where unit_id = $1 and struck_in is null order by id limit 1",
            unit,
        )
        .fetch_one(&mut *tx)
        .await?;
        sqlx::query!(
            "update roll_entry set struck_in = $2 where unit_id = $1 and person_id is null and struck_in is null",
            unit,
            self.no,
        )
        .execute(&mut *tx)
        .await?;
        self.enter(tx, unit, household.map(HouseholdId::from_uuid), Some(person), 0, self.capacity()).await
    }

    pub(super) async fn strike(
        &mut self,
        tx: &mut PgConnection,
        unit: i32,
        flat: Option<u32>,
        phone: &str,
    ) -> Result<(), Trouble> {
        let unit = self.unit_at(tx, "unit", Body::Statutory, unit).await?;
        let person = by_phone(self.db, &mut *tx, phone).await?;
        let mut people = people_of(&mut *tx, unit).await?;
        if !people.contains(&person) {
            return Err(Error::field("phone", Reason::NotOnTheRoll).into());
        }
        if self.roll.basis.has_area() {
            let flats = self.flats_of(tx, unit, flat).await?;
            people.retain(|other| *other != person);
            return self.own(tx, Some(unit), &flats, people).await;
        }
        let struck = sqlx::query!(
            "update roll_entry set struck_in = $3 where unit_id = $1 and person_id = $2 and struck_in is null returning id, household_id",
            unit,
            person.uuid(),
            self.no,
        )
        .fetch_all(&mut *tx)
        .await?;
        self.entry = self.entry.or(struck.first().map(|row| row.id));
        // The door stays, as one behind which nobody is known.
        if people.len() == 1 {
            for row in struck.iter().filter_map(|row| row.household_id) {
                self.enter(tx, unit, Some(HouseholdId::from_uuid(row)), None, 0, self.capacity()).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn adult_add(&mut self, tx: &mut PgConnection, phone: &str, at: &At) -> Result<(), Trouble> {
        let person = by_phone(self.db, &mut *tx, phone).await?;
        let household = self.household_at(tx, at).await?;
        if draw::homes(self.db, &mut *tx, self.pact, self.roll.basis, Some(household)).await?.is_empty() {
            return Err(Error::field("door", Reason::NoSuchHome).into());
        }
        self.not_in(tx, Body::Statutory, person).await?;
        let unit = self.new_unit(tx, Body::Statutory).await?;
        self.enter(tx, unit, Some(household), Some(person), 0, self.capacity()).await
    }

    pub(super) async fn area(
        &mut self,
        tx: &mut PgConnection,
        unit: i32,
        flat: Option<u32>,
        area_cm2: i64,
    ) -> Result<i64, Trouble> {
        measured(area_cm2)?;
        let unit = self.unit_at(tx, "unit", Body::Statutory, unit).await?;
        let flat = self.flat_of(tx, unit, flat).await?;
        let entries = sqlx::query_scalar!(
            "update roll_entry set area_cm2 = $3 where unit_id = $1 and household_id = $2 and struck_in is null returning id",
            unit,
            flat.household.uuid(),
            area_cm2,
        )
        .fetch_all(&mut *tx)
        .await?;
        self.entry = self.entry.or(entries.first().copied());
        Ok(flat.area_cm2)
    }

    pub(super) async fn join(&mut self, tx: &mut PgConnection, unit: i32, into: i32) -> Result<(), Trouble> {
        if unit == into {
            return Err(Error::field("into", Reason::NotAChoice).into());
        }
        let from = self.unit_at(tx, "unit", Body::Statutory, unit).await?;
        let into = self.unit_at(tx, "into", Body::Statutory, into).await?;
        let owners = people_of(&mut *tx, into).await?;
        if owners.is_empty() {
            return Err(Error::field("into", Reason::NotAChoice).into());
        }
        let flats = self.flats_of(tx, from, None).await?;
        self.own(tx, Some(from), &flats, owners).await
    }

    pub(super) async fn member_add(&mut self, tx: &mut PgConnection, body: Body, phone: &str) -> Result<(), Trouble> {
        let named = self.named_body(body)?;
        let person = by_phone(self.db, &mut *tx, phone).await?;
        let stands = self.body_of(named);
        self.not_in(tx, stands, person).await?;
        // The next roll, if there is one, is drawn from the members.
        sqlx::query!(
            "insert into roll_member (pact_id, body, person_id, named_by, named_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
            self.pact.id.uuid(),
            named.code(),
            person.uuid(),
            self.by.uuid(),
            self.db.now(),
        )
        .execute(&mut *tx)
        .await?;
        let capacity = if named == Body::PartyMembers { Capacity::PartyMember } else { Capacity::Representative };
        let unit = self.new_unit(tx, stands).await?;
        self.enter(tx, unit, None, Some(person), 0, capacity).await
    }

    pub(super) async fn member_strike(&mut self, tx: &mut PgConnection, body: Body, unit: i32) -> Result<(), Trouble> {
        let named = self.named_body(body)?;
        let unit = self.unit_at(tx, "unit", self.body_of(named), unit).await?;
        let people: Vec<Uuid> = people_of(&mut *tx, unit).await?.into_iter().map(PersonId::uuid).collect();
        sqlx::query!(
            "delete from roll_member where pact_id = $1 and body = $2 and person_id = any($3)",
            self.pact.id.uuid(),
            named.code(),
            &people,
        )
        .execute(&mut *tx)
        .await?;
        self.strike_whole(tx, unit).await
    }
}

fn measured(area_cm2: i64) -> Result<(), Error> {
    if (1..=1_000_000_000).contains(&area_cm2) {
        return Ok(());
    }
    Err(Error::field("area", Reason::OutOfRange { min: 1, max: 100_000 }))
}
