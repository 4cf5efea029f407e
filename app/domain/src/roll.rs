//! Who may vote on a pact (pacts.md, Roll and vote): homes become voting units, the people of a unit name one voter, rivals
//! are never settled by who came first, and the list has one canonical form whose hash is public.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::ids::{HouseholdId, PersonId};
use crate::pact::{Basis, Capacity};

/// The longest objection, answer or note, in characters.
pub const WORDS_MAX: u32 = 500;

coded! {
    /// A body that votes. Party members and representatives vote in the same meeting, the body that the law asks is tallied by
    /// itself (pacts.md, Stages, DOWN3).
    pub enum Body {
        /// The residents', villagers' or owners' meeting: what it decides counts.
        Statutory = "statutory",
        /// 居民（村民）代表会议
        Representatives = "representatives",
        /// 党员会议
        PartyMembers = "party_members",
    }
}

coded! {
    /// How a unit came to its voter.
    pub enum VoterHow {
        /// Nobody else belongs to the unit.
        Alone = "alone",
        /// Its people named them, and nobody another.
        Agreed = "agreed",
        /// They named several; an officer settled it, with a note.
        Settled = "settled",
    }
}

coded! {
    /// What an upheld objection changes.
    pub enum Change {
        /// A home was left off.
        HomeAdd = "home_add",
        /// A home stands on it that is not there, or not of this pact.
        HomeStrike = "home_strike",
        /// Somebody of a home on it is missing: of a household, or an owner of a flat.
        Add = "add",
        /// Somebody does not belong to a home on it.
        Strike = "strike",
        /// An adult was left off.
        AdultAdd = "adult_add",
        /// An adult does not belong on it.
        AdultStrike = "adult_strike",
        /// A floor area is wrong.
        Area = "area",
        /// Two units belong to the same owners.
        Join = "join",
        /// A representative or party member was left off.
        MemberAdd = "member_add",
        /// A representative or party member is none.
        MemberStrike = "member_strike",
    }
}

impl Change {
    /// What can be wrong with a roll that is counted so.
    #[must_use]
    pub const fn of(basis: Basis) -> &'static [Self] {
        match basis {
            Basis::Households | Basis::Signers => {
                &[Self::HomeAdd, Self::HomeStrike, Self::Add, Self::Strike, Self::MemberAdd, Self::MemberStrike]
            }
            Basis::Adults => &[Self::AdultAdd, Self::AdultStrike, Self::MemberAdd, Self::MemberStrike],
            Basis::Owners | Basis::OwnersSpecial => &[
                Self::HomeAdd,
                Self::HomeStrike,
                Self::Add,
                Self::Strike,
                Self::Area,
                Self::Join,
                Self::MemberAdd,
                Self::MemberStrike,
            ],
            Basis::Representatives => &[Self::MemberAdd, Self::MemberStrike],
        }
    }
}

/// Somebody's home as the roll reads it; `person` is empty where nobody is known behind a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The door.
    pub household: HouseholdId,
    /// Who belongs to it.
    pub person: Option<PersonId>,
    /// As what.
    pub capacity: Capacity,
    /// Floor area by the register, in square centimetres; 0 where none is needed.
    pub area_cm2: i64,
}

/// What has one vote, with everybody who could cast it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its homes: a household's people, or one owner's flats, or both.
    pub homes: Vec<Home>,
    /// Its floor area: each flat once.
    pub area_cm2: i64,
}

impl Unit {
    fn of(homes: Vec<Home>) -> Self {
        let mut flats: BTreeMap<HouseholdId, i64> = BTreeMap::new();
        for home in &homes {
            flats.insert(home.household, home.area_cm2);
        }
        Self { area_cm2: flats.values().sum(), homes }
    }

    /// Everybody of the unit, each once, in order.
    #[must_use]
    pub fn people(&self) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = self.homes.iter().filter_map(|home| home.person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// The voting units of the statutory body, in the order in which their first home came.
///
/// Households are one unit each, known or not. Adults are one each, wherever they live. Flats with the same owners are one
/// unit: one buyer of several is one head; a flat whose owner is unknown is a unit by itself, so that it counts in the total.
#[must_use]
pub fn units(basis: Basis, homes: &[Home]) -> Vec<Unit> {
    let mut order: Vec<Vec<Home>> = Vec::new();
    match basis {
        // Its members are named one by one, not by where they live.
        Basis::Representatives => {}
        Basis::Households | Basis::Signers => {
            let mut at: BTreeMap<HouseholdId, usize> = BTreeMap::new();
            for home in homes {
                let index = *at.entry(home.household).or_insert_with(|| {
                    order.push(Vec::new());
                    order.len() - 1
                });
                order[index].push(*home);
            }
        }
        Basis::Adults => {
            let mut seen = Vec::new();
            for home in homes {
                if let Some(person) = home.person
                    && !seen.contains(&person)
                {
                    seen.push(person);
                    order.push(vec![*home]);
                }
            }
        }
        Basis::Owners | Basis::OwnersSpecial => {
            let mut owners: BTreeMap<HouseholdId, Vec<PersonId>> = BTreeMap::new();
            for home in homes {
                let of = owners.entry(home.household).or_default();
                of.extend(home.person);
                of.sort_unstable();
                of.dedup();
            }
            let mut at: BTreeMap<Vec<PersonId>, usize> = BTreeMap::new();
            let mut alone: BTreeMap<HouseholdId, usize> = BTreeMap::new();
            for home in homes {
                let buyers = &owners[&home.household];
                let index = if buyers.is_empty() { alone.get(&home.household) } else { at.get(buyers) };
                let index = index.copied().unwrap_or_else(|| {
                    order.push(Vec::new());
                    order.len() - 1
                });
                if buyers.is_empty() {
                    alone.insert(home.household, index);
                } else {
                    at.insert(buyers.clone(), index);
                }
                order[index].push(*home);
            }
        }
    }
    order.into_iter().map(Unit::of).collect()
}

/// Who votes for a unit, from what its people said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// They do.
    Voter(PersonId, VoterHow),
    /// Two or more were named: an officer settles it.
    Rivals,
    /// Nobody was named, or others have not answered yet.
    Nobody,
}

/// Who votes for a unit whose `people` named so far: `(who says, who shall vote)`. Before the vote opens a name is only taken
/// when all have named the same; when it opens (`closing`), one name that nobody contradicted is enough.
#[must_use]
pub fn named(people: &[PersonId], said: &[(PersonId, PersonId)], closing: bool) -> Named {
    if let [only] = people {
        return Named::Voter(*only, VoterHow::Alone);
    }
    let mut names: Vec<PersonId> = said.iter().map(|(_, voter)| *voter).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => Named::Nobody,
        [voter] if closing || people.iter().all(|person| said.iter().any(|(says, _)| says == person)) => {
            Named::Voter(*voter, VoterHow::Agreed)
        }
        [_] => Named::Nobody,
        _ => Named::Rivals,
    }
}

/// A line of the list as the hall prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which body.
    pub body: Body,
    /// The number of the voting unit in its body, from 1.
    pub unit: i32,
    /// Building and door; empty for members of a body.
    pub door: String,
    /// The person; empty where nobody is known.
    pub name: String,
    /// As what.
    pub capacity: Capacity,
    /// Floor area in square centimetres.
    pub area_cm2: i64,
}

/// The canonical form of a list, whose SHA-256 is public: JSON without spaces, keys in order (RFC 8785), lines sorted. The salt
/// (hex, printed under the list) keeps anybody without the list from trying names against the hash.
#[must_use]
pub fn canonical(pact: &str, no: i32, salt: &str, lines: &[Line]) -> String {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by(|a, b| {
        (a.body, a.unit, &a.door, &a.name, a.capacity).cmp(&(b.body, b.unit, &b.door, &b.name, b.capacity))
    });
    let entries: Vec<Value> = lines
        .into_iter()
        .map(|line| {
            json!({"area_cm2": line.area_cm2, "body": line.body, "capacity": line.capacity, "door": line.door,
                "name": line.name, "unit": line.unit})
        })
        .collect();
    json!({"entries": entries, "no": no, "pact": pact, "salt": salt}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId::from_uuid(Uuid::from_u128(n))
    }

    fn home(household: u128, who: Option<u128>, area_cm2: i64) -> Home {
        let household = HouseholdId::from_uuid(Uuid::from_u128(household));
        Home { household, person: who.map(person), capacity: Capacity::Owner, area_cm2 }
    }

    #[test]
    fn one_buyer_of_several_flats_is_one_head_with_all_the_area() {
        // 1 owns flats 10 and 11; 1 and 2 own 12 and 13 together; 14 has no known owner.
        let homes = [
            home(10, Some(1), 100),
            home(11, Some(1), 200),
            home(12, Some(1), 50),
            home(12, Some(2), 50),
            home(13, Some(2), 60),
            home(13, Some(1), 60),
            home(14, None, 70),
        ];
        let units = units(Basis::Owners, &homes);
        let areas: Vec<_> = units.iter().map(|unit| (unit.people().len(), unit.area_cm2)).collect();
        assert_eq!(areas, [(1, 300), (2, 110), (0, 70)], "a co-owned flat counts its area once");
    }

    #[test]
    fn a_household_is_one_vote_and_an_adult_with_two_homes_one() {
        let homes = [home(1, Some(1), 0), home(1, Some(2), 0), home(2, Some(1), 0), home(3, None, 0)];
        assert_eq!(units(Basis::Households, &homes).len(), 3);
        assert_eq!(units(Basis::Adults, &homes).len(), 2);
    }

    #[test]
    fn nobody_is_named_by_being_first() {
        let (a, b, c) = (person(1), person(2), person(3));
        assert_eq!(named(&[a], &[], false), Named::Voter(a, VoterHow::Alone));
        assert_eq!(named(&[a, b, c], &[], true), Named::Nobody);
        assert_eq!(named(&[a, b, c], &[(a, a)], false), Named::Nobody, "the others have not answered");
        assert_eq!(named(&[a, b, c], &[(a, a)], true), Named::Voter(a, VoterHow::Agreed), "nobody contradicted");
        assert_eq!(named(&[a, b, c], &[(a, a), (b, b)], true), Named::Rivals);
        assert_eq!(named(&[a, b], &[(b, a), (a, a)], false), Named::Voter(a, VoterHow::Agreed));
        assert_eq!(named(&[], &[], true), Named::Nobody);
    }

    #[test]
    fn the_canonical_list_does_not_depend_on_the_order_it_came_in() {
        let line = |unit, name: &str| Line {
            body: Body::Statutory,
            unit,
            door: "1号楼101".to_owned(),
            name: name.to_owned(),
            capacity: Capacity::Resident,
            area_cm2: 0,
        };
        let one = canonical("BY03-2026-02", 1, "00", &[line(1, "李"), line(2, "王")]);
        assert_eq!(one, canonical("BY03-2026-02", 1, "00", &[line(2, "王"), line(1, "李")]));
        assert_eq!(
            one,
            "{\"entries\":[{\"area_cm2\":0,\"body\":\"statutory\",\"capacity\":\"resident\",\"door\":\"1号楼101\",\"name\":\"李\",\"unit\":1},\
             {\"area_cm2\":0,\"body\":\"statutory\",\"capacity\":\"resident\",\"door\":\"1号楼101\",\"name\":\"王\",\"unit\":2}],\
             \"no\":1,\"pact\":\"BY03-2026-02\",\"salt\":\"00\"}"
        );
        assert_ne!(one, canonical("BY03-2026-02", 1, "01", &[line(1, "李"), line(2, "王")]));
    }
}
