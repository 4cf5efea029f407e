//! However the roll is corrected, its units are those that would have been drawn from homes and people as they are right.

use std::collections::BTreeMap;

use gongzhi_domain::ids::{HouseholdId, PersonId};
use gongzhi_domain::pact::{Basis, Capacity, Kind, Secrecy};
use gongzhi_domain::roll::{self as rules, Home};
use gongzhi_store::roll::{self, At, Changed};
use gongzhi_store::testing::World;
use gongzhi_store::testing::signing::phone;
use gongzhi_store::testing::votes::{Door, Hall};
use uuid::Uuid;

use crate::{builds, corrects, whole};

const PEOPLE: usize = 6;
const STEPS: usize = 40;

/// Chance that can be had again: a linear congruence.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn of<T: Clone>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())].clone()
    }

    /// Sometimes one of several, more often nothing said.
    fn maybe(&mut self, n: usize) -> Option<usize> {
        if n > 1 && self.below(3) > 0 { Some(self.below(n)) } else { None }
    }
}

/// A unit as the rows have it: its number, its homes with their area in the order of their doors, its people.
struct Row {
    position: i32,
    flats: Vec<(Uuid, i64)>,
    people: Vec<Uuid>,
}

async fn rows(world: &World) -> Vec<Row> {
    let mut found: BTreeMap<i32, Row> = BTreeMap::new();
    let entries: Vec<(i32, Option<Uuid>, Option<Uuid>, i64)> = sqlx::query_as(
        "select u.position, e.household_id, e.person_id, e.area_cm2 from voting_unit u join roll_entry e on e.unit_id = u.id
         left join household h on h.id = e.household_id
         where u.body = 'statutory' and u.struck_in is null and e.struck_in is null order by u.position, h.position, e.person_id",
    )
    .fetch_all(world.db().pool())
    .await
    .unwrap();
    for (position, home, person, area) in entries {
        let row = found.entry(position).or_insert(Row { position, flats: Vec::new(), people: Vec::new() });
        if let Some(home) = home.filter(|home| row.flats.iter().all(|(flat, _)| flat != home)) {
            row.flats.push((home, area));
        }
        if let Some(person) = person.filter(|person| !row.people.contains(person)) {
            row.people.push(person);
        }
    }
    found
        .into_values()
        .map(|mut row| {
            row.people.sort_unstable();
            row
        })
        .collect()
}

/// What is right: who belongs to which home, and how large it is.
type Right = BTreeMap<Uuid, (i64, Vec<Uuid>)>;

/// The units of what is right as a drawing makes them, without their numbers: homes, people, area.
fn drawn(basis: Basis, right: &Right) -> Vec<(Vec<Uuid>, Vec<Uuid>, i64)> {
    let mut homes = Vec::new();
    for (home, (area_cm2, people)) in right {
        let household = HouseholdId::from_uuid(*home);
        let of = |person| Home { household, person, capacity: Capacity::Owner, area_cm2: *area_cm2 };
        homes.extend(people.iter().map(|person| of(Some(PersonId::from_uuid(*person)))));
        if people.is_empty() {
            homes.push(of(None));
        }
    }
    let mut units: Vec<_> = rules::units(basis, &homes)
        .into_iter()
        .map(|unit| {
            let mut homes: Vec<Uuid> = unit.homes.iter().map(|home| home.household.uuid()).collect();
            homes.sort_unstable();
            homes.dedup();
            (homes, unit.people().into_iter().map(PersonId::uuid).collect(), unit.area_cm2)
        })
        .collect();
    units.sort_unstable();
    units
}

/// One random correction, made of the roll and of what is right. `None` where chance found nothing to do.
async fn correct(
    world: &World,
    hall: &Hall,
    basis: Basis,
    dice: &mut Dice,
    right: &mut Right,
    off: &mut Vec<(At, Uuid)>,
) -> Option<()> {
    let units = rows(world).await;
    let unit = &units[dice.below(units.len())];
    let (who, area) = (dice.below(PEOPLE), 100_000 * (1 + i64::try_from(dice.below(90)).unwrap()));
    let (person, number) = (hall.people[who].uuid(), phone(who).full().to_owned());
    let flat = if basis.has_area() { dice.maybe(unit.flats.len()) } else { None };
    let chosen: Vec<Uuid> = unit
        .flats
        .iter()
        .enumerate()
        .filter(|(at, _)| flat.is_none_or(|flat| flat == *at))
        .map(|(_, (home, _))| *home)
        .collect();
    let flat = flat.map(|flat| u32::try_from(flat + 1).unwrap());
    let position = unit.position;
    let change = match dice.below(6) {
        0 if !off.is_empty() => {
            let (at, home) = off.swap_remove(dice.below(off.len()));
            let named = dice.below(2) == 0;
            let people = if named { vec![person] } else { Vec::new() };
            right.insert(home, (if basis.has_area() { area } else { 0 }, people));
            let phone = if named { number } else { String::new() };
            Changed::HomeAdd { at, phone, area_cm2: basis.has_area().then_some(area) }
        }
        1 if units.len() > 2 => {
            let home = dice.of(&chosen);
            let at = unit.flats.iter().position(|(flat, _)| *flat == home).unwrap();
            right.remove(&home);
            Changed::HomeStrike { unit: position, flat: Some(u32::try_from(at + 1).unwrap()) }
        }
        2 if !unit.people.contains(&person) => {
            for home in &chosen {
                let (_, people) = right.get_mut(home).unwrap();
                people.push(person);
                people.sort_unstable();
            }
            Changed::Add { unit: position, flat, phone: number }
        }
        3 if unit.people.contains(&person) => {
            for home in &chosen {
                right.get_mut(home).unwrap().1.retain(|other| *other != person);
            }
            Changed::Strike { unit: position, flat, phone: number }
        }
        4 if basis.has_area() => {
            let home = dice.of(&chosen);
            let at = unit.flats.iter().position(|(flat, _)| *flat == home).unwrap();
            right.get_mut(&home).unwrap().0 = area;
            Changed::Area { unit: position, flat: Some(u32::try_from(at + 1).unwrap()), area_cm2: area }
        }
        5 if basis.has_area() => {
            let into = &units[dice.below(units.len())];
            if into.position == position || into.people.is_empty() {
                return None;
            }
            for (home, _) in &unit.flats {
                right.get_mut(home).unwrap().1 = into.people.clone();
            }
            Changed::Join { unit: position, into: into.position }
        }
        _ => return None,
    };
    corrects(world, hall, change.clone()).await.unwrap_or_else(|error| panic!("{change:?}: {error:?}"));
    Some(())
}

async fn homes_as_drawn(kind: Kind, basis: Basis, seed: u64) {
    let world = World::new().await;
    let doors = [
        Door(vec![0], 500_000),
        Door(vec![0], 600_000),
        Door(vec![1, 2], 700_000),
        Door(vec![], 800_000),
        Door(vec![3], 900_000),
        Door((4..PEOPLE).collect(), 400_000),
    ];
    let hall = Hall::new(&world, kind, Secrecy::Open, &doors).await;
    hall.announce(&world).await;
    let mut right = Right::new();
    for row in rows(&world).await {
        let area_of = |area: i64| if basis.has_area() { area } else { 0 };
        right.extend(row.flats.iter().map(|(home, area)| (*home, (area_of(*area), row.people.clone()))));
    }
    let mut off = Vec::new();
    for position in 20..28 {
        let at = builds(&world, &hall, position, Door(vec![], 0), "owner").await;
        let home: Uuid = sqlx::query_scalar("select id from household where position = $1")
            .bind(position)
            .fetch_one(world.db().pool())
            .await
            .unwrap();
        off.push((at, home));
    }
    let mut dice = Dice(seed);
    let mut done = 0;
    while done < STEPS {
        if correct(&world, &hall, basis, &mut dice, &mut right, &mut off).await.is_none() {
            continue;
        }
        done += 1;
        let mut stands: Vec<_> = rows(&world)
            .await
            .into_iter()
            .map(|row| {
                let area = row.flats.iter().map(|(_, area)| area).sum::<i64>();
                let mut homes: Vec<Uuid> = row.flats.into_iter().map(|(home, _)| home).collect();
                homes.sort_unstable();
                (homes, row.people, area)
            })
            .collect();
        stands.sort_unstable();
        assert_eq!(stands, drawn(basis, &right), "{basis}, seed {seed}, after {done} corrections");
    }
    let facts = whole(&world, &hall).await;
    assert_eq!(facts.units[0].1, u32::try_from(drawn(basis, &right).len()).unwrap());
    assert_eq!(facts.amendments.len(), STEPS);
}

#[tokio::test]
async fn households_are_as_drawn_however_they_are_corrected() {
    homes_as_drawn(Kind::ResidentConvention, Basis::Households, 20_261_201).await;
}

#[tokio::test]
async fn owners_are_as_drawn_however_they_are_corrected() {
    for seed in [1, 2_026, 99_991] {
        homes_as_drawn(Kind::OwnersCovenant, Basis::Owners, seed).await;
    }
}

#[tokio::test]
async fn adults_are_each_one_vote_however_they_are_corrected() {
    let world = World::new().await;
    let doors = [Door(vec![0, 1], 0), Door(vec![2], 0), Door((3..PEOPLE).collect(), 0)];
    let hall = Hall::new(&world, Kind::ResidentConvention, Secrecy::Open, &doors).await;
    roll::choose_basis(&world.db(), &hall.committee, &hall.number, Basis::Adults, "街道批复").await.unwrap();
    hall.announce(&world).await;
    let at = builds(&world, &hall, 30, Door(vec![], 0), "resident").await;
    let mut dice = Dice(7);
    let mut right: Vec<Uuid> = hall.people.iter().map(|person| person.uuid()).collect();
    for step in 0..STEPS {
        let who = dice.below(PEOPLE);
        let person = hall.people[who].uuid();
        if right.contains(&person) && right.len() > 1 {
            let unit = rows(&world).await.into_iter().find(|row| row.people == [person]).unwrap().position;
            corrects(&world, &hall, Changed::AdultStrike { unit }).await.unwrap();
            right.retain(|other| *other != person);
        } else if !right.contains(&person) {
            corrects(&world, &hall, Changed::AdultAdd { phone: phone(who).full().to_owned(), at: at.clone() })
                .await
                .unwrap();
            right.push(person);
        }
        let mut stands: Vec<Uuid> = rows(&world).await.into_iter().flat_map(|row| row.people).collect();
        stands.sort_unstable();
        right.sort_unstable();
        assert_eq!(stands, right, "after {step} corrections");
    }
    assert_eq!(whole(&world, &hall).await.units[0].1, u32::try_from(right.len()).unwrap());
}
