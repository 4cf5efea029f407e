//! Units follow what is written about homes and people: they are found, made, given their owners and struck here, and who votes
//! for them is named anew where their people changed.

use gongzhi_domain::Error;
use gongzhi_domain::error::Reason;
use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::{Basis, Capacity, Kind};
use gongzhi_domain::roll::{self, Body};
use sqlx::PgConnection;
use uuid::Uuid;

use super::super::voters::{designate, people_of, said_of};
use super::super::{Flat, flats};
use super::{Amending, At};
use crate::Purpose;
use crate::refusal::{Trouble, fault};

impl Amending<'_> {
    /// The body that members are named for; the representatives are themselves the statutory one where the law lets them decide.
    pub(super) fn named_body(&self, body: Body) -> Result<Body, Error> {
        match body {
            Body::PartyMembers | Body::Representatives => Ok(body),
            Body::Statutory if self.roll.basis == Basis::Representatives => Ok(Body::Representatives),
            Body::Statutory => Err(Error::field("body", Reason::NotAChoice)),
        }
    }

    pub(super) fn body_of(&self, named: Body) -> Body {
        let decides = self.roll.basis == Basis::Representatives && named == Body::Representatives;
        if decides { Body::Statutory } else { named }
    }

    /// As what somebody is put on whom the register does not know there.
    pub(super) fn capacity(&self) -> Capacity {
        match (self.roll.basis, self.pact.kind) {
            (Basis::Owners | Basis::OwnersSpecial, _) => Capacity::Owner,
            (_, Kind::VillageRules) => Capacity::Villager,
            _ => Capacity::Resident,
        }
    }

    /// Gives flats their owners, as they would have been drawn: they go to the unit that these owners have; where there is none, all
    /// flats of a unit stay under its number, some become a new unit. Flats of nobody known are units by themselves.
    pub(super) async fn own(
        &mut self,
        tx: &mut PgConnection,
        from: Option<Uuid>,
        flats: &[Flat],
        mut owners: Vec<PersonId>,
    ) -> Result<(), Trouble> {
        owners.sort_unstable();
        let mut leaves = from.is_none();
        if let Some(from) = from {
            leaves = self.flats_of(tx, from, None).await?.len() > flats.len();
            self.strike_flats(tx, from, flats).await?;
        }
        let mut unit = if owners.is_empty() { None } else { self.owned_by(tx, from, &owners).await? };
        for flat in flats {
            let into = match (unit, from) {
                (Some(unit), _) => unit,
                (None, Some(from)) if !leaves => from,
                _ => self.new_unit(tx, Body::Statutory).await?,
            };
            if owners.is_empty() {
                leaves = true;
                self.enter(tx, into, Some(flat.household), None, flat.area_cm2, Capacity::Owner).await?;
                continue;
            }
            unit = Some(into);
            for owner in &owners {
                self.enter(tx, into, Some(flat.household), Some(*owner), flat.area_cm2, Capacity::Owner).await?;
            }
        }
        Ok(())
    }

    /// The unit that belongs to exactly these people, besides the one their flat comes from.
    pub(super) async fn owned_by(
        &mut self,
        tx: &mut PgConnection,
        from: Option<Uuid>,
        owners: &[PersonId],
    ) -> Result<Option<Uuid>, Trouble> {
        let owners: Vec<Uuid> = owners.iter().map(|owner| owner.uuid()).collect();
        let unit = sqlx::query_scalar!(
            "select u.id from voting_unit u where u.roll_id = $1 and u.body = 'statutory' and u.struck_in is null
               and u.id is distinct from $3
               and exists (select from roll_entry e where e.unit_id = u.id and e.struck_in is null and e.person_id = ($2::uuid[])[1])
               and (select array_agg(distinct e.person_id order by e.person_id) from roll_entry e
                    where e.unit_id = u.id and e.struck_in is null and e.person_id is not null) = $2
             order by u.position limit 1",
            self.roll.id,
            &owners,
            from,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(unit) = unit {
            self.touch(tx, unit).await?;
        }
        Ok(unit)
    }

    /// A unit that stands, by its number.
    pub(super) async fn unit_at(
        &mut self,
        tx: &mut PgConnection,
        field: &str,
        body: Body,
        position: i32,
    ) -> Result<Uuid, Trouble> {
        let unit = sqlx::query_scalar!(
            "select id from voting_unit where roll_id = $1 and body = $2 and position = $3 and struck_in is null",
            self.roll.id,
            body.code(),
            position,
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field(field, Reason::NotOnTheRoll))?;
        self.touch(tx, unit).await?;
        Ok(unit)
    }

    /// Holds a unit that becomes another one, and remembers who belonged to it.
    pub(super) async fn touch(&mut self, tx: &mut PgConnection, unit: Uuid) -> Result<(), Trouble> {
        if self.units.contains_key(&unit) {
            return Ok(());
        }
        sqlx::query_scalar!("select id from voting_unit where id = $1 for update", unit).fetch_one(&mut *tx).await?;
        let people = people_of(&mut *tx, unit).await?;
        self.units.insert(unit, people);
        Ok(())
    }

    pub(super) async fn new_unit(&mut self, tx: &mut PgConnection, body: Body) -> Result<Uuid, Trouble> {
        let id = self.db.new_id();
        sqlx::query!(
            "insert into voting_unit (id, roll_id, body, position, area_cm2)
             select $1, $2, $3, 1 + coalesce(max(position), 0), 0 from voting_unit where roll_id = $2 and body = $3",
            id,
            self.roll.id,
            body.code(),
        )
        .execute(tx)
        .await?;
        self.units.insert(id, Vec::new());
        Ok(id)
    }

    pub(super) async fn enter(
        &mut self,
        tx: &mut PgConnection,
        unit: Uuid,
        household: Option<HouseholdId>,
        person: Option<PersonId>,
        area_cm2: i64,
        capacity: Capacity,
    ) -> Result<(), Trouble> {
        let id = self.db.new_id();
        sqlx::query!(
            "insert into roll_entry (id, roll_id, unit_id, household_id, person_id, area_cm2, capacity) values ($1, $2, $3, $4, $5, $6, $7)",
            id,
            self.roll.id,
            unit,
            household.map(HouseholdId::uuid),
            person.map(PersonId::uuid),
            area_cm2,
            capacity.code(),
        )
        .execute(tx)
        .await?;
        self.entry = self.entry.or(Some(id));
        Ok(())
    }

    pub(super) async fn strike_whole(&mut self, tx: &mut PgConnection, unit: Uuid) -> Result<(), Trouble> {
        let struck = sqlx::query_scalar!(
            "update roll_entry set struck_in = $2 where unit_id = $1 and struck_in is null returning id",
            unit,
            self.no,
        )
        .fetch_all(tx)
        .await?;
        self.entry = self.entry.or(struck.first().copied());
        Ok(())
    }

    pub(super) async fn strike_flats(
        &mut self,
        tx: &mut PgConnection,
        unit: Uuid,
        flats: &[Flat],
    ) -> Result<(), Trouble> {
        let flats: Vec<Uuid> = flats.iter().map(|flat| flat.household.uuid()).collect();
        let struck = sqlx::query_scalar!(
            "update roll_entry set struck_in = $3 where unit_id = $1 and household_id = any($2) and struck_in is null returning id",
            unit,
            &flats,
            self.no,
        )
        .fetch_all(tx)
        .await?;
        self.entry = self.entry.or(struck.first().copied());
        Ok(())
    }

    /// The flats of a unit, or the one with this number.
    pub(super) async fn flats_of(
        &self,
        tx: &mut PgConnection,
        unit: Uuid,
        flat: Option<u32>,
    ) -> Result<Vec<Flat>, Trouble> {
        let flats = flats(&mut *tx, unit).await?;
        let Some(flat) = flat else { return Ok(flats) };
        let at = usize::try_from(flat).map_err(fault)?.checked_sub(1);
        let chosen = at.and_then(|at| flats.get(at).copied());
        Ok(vec![chosen.ok_or_else(|| Error::field("flat", Reason::NoSuchHome))?])
    }

    /// One flat of a unit; its number may be left out where there is no other.
    pub(super) async fn flat_of(&self, tx: &mut PgConnection, unit: Uuid, flat: Option<u32>) -> Result<Flat, Trouble> {
        match self.flats_of(tx, unit, flat).await?.as_slice() {
            [only] => Ok(*only),
            [] => Err(Error::field("flat", Reason::NoSuchHome).into()),
            _ => Err(Error::field("flat", Reason::Missing).into()),
        }
    }

    /// Refuses somebody who has a vote in a body of single people already.
    pub(super) async fn not_in(&self, tx: &mut PgConnection, body: Body, person: PersonId) -> Result<(), Trouble> {
        let stands = sqlx::query_scalar!(
            r#"select exists (select from roll_entry e join voting_unit u on u.id = e.unit_id
                   where u.roll_id = $1 and u.body = $2 and e.person_id = $3 and e.struck_in is null) as "is!""#,
            self.roll.id,
            body.code(),
            person.uuid(),
        )
        .fetch_one(tx)
        .await?;
        if stands { Err(Error::field("phone", Reason::OnTheRoll).into()) } else { Ok(()) }
    }

    /// The home behind a door of a building; whether it is one of the pact its roll's drawing says.
    pub(super) async fn household_at(&self, tx: &mut PgConnection, at: &At) -> Result<HouseholdId, Trouble> {
        let bare = |door: &str| door.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let typed = bare(&at.door);
        if typed.is_empty() {
            return Err(Error::field("door", Reason::Missing).into());
        }
        let doors = sqlx::query!(
            "select id, door_sealed from household where building_id = $1 and active order by position",
            at.building.uuid(),
        )
        .fetch_all(tx)
        .await?;
        for row in doors {
            if bare(&self.db.keys().open_text(Purpose::Home, &row.door_sealed)?) == typed {
                return Ok(HouseholdId::from_uuid(row.id));
            }
        }
        Err(Error::field("door", Reason::NoSuchHome).into())
    }

    /// Makes units follow their entries: what nothing is left of is struck, with everything said about its vote; who votes for the
    /// others is named anew where their people changed. A written proxy was given by the people there were, and is not kept.
    pub(super) async fn settle(&self, tx: &mut PgConnection) -> Result<(), Trouble> {
        for (unit, before) in &self.units {
            let flats = flats(&mut *tx, *unit).await?;
            let people = people_of(&mut *tx, *unit).await?;
            let area: i64 = flats.iter().map(|flat| flat.area_cm2).sum();
            let struck = flats.is_empty() && people.is_empty();
            sqlx::query!(
                "update voting_unit set area_cm2 = $2, struck_in = $3 where id = $1",
                unit,
                area,
                struck.then_some(self.no),
            )
            .execute(&mut *tx)
            .await?;
            if people == *before && !struck {
                continue;
            }
            sqlx::query!("delete from proxy where unit_id = $1", unit).execute(&mut *tx).await?;
            sqlx::query!(
                "delete from voter_claim c where c.unit_id = $1 and not (
                     exists (select from roll_entry e where e.unit_id = $1 and e.struck_in is null and e.person_id = c.person_id)
                     and exists (select from roll_entry e where e.unit_id = $1 and e.struck_in is null and e.person_id = c.voter_id))",
                unit,
            )
            .execute(&mut *tx)
            .await?;
            let named = roll::named(&people, &said_of(&mut *tx, *unit).await?, false);
            designate(self.db, &mut *tx, *unit, named).await?;
        }
        let left = sqlx::query_scalar!(
            r#"select exists (select from voting_unit where roll_id = $1 and body = 'statutory' and struck_in is null) as "is!""#,
            self.roll.id,
        )
        .fetch_one(tx)
        .await?;
        // A roll on which nobody has a vote is none.
        if left { Ok(()) } else { Err(Error::field("unit", Reason::Missing).into()) }
    }
}
