//! The doors behind which pacts of the demo town are made, and who lives there: 618 in 巴彦社区, some dozens in each of the
//! other places. Residents who have an account already get a home in their grid; everybody else is a new neighbour.

use gongzhi_domain::household;
use gongzhi_domain::lang::{Lang, Named};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::officers::HOME;
use crate::demo::names;
use crate::demo::town::Town;

/// Doors of [`HOME`].
pub const HOME_DOORS: usize = 618;
/// The first number of a neighbour without an account of their own: 138 0000 1001.
const FIRST_PHONE: usize = 1001;
/// A yard of six doors in a grid of its own: small enough to make a pact by hand. Its numbers are 138 0000 0901 to 0906.
const YARD: &str = "BAYN0102";
/// The doors of one compound of the town: three stairways, five floors, two on each.
const BLOCK: usize = 30;

/// A building with its doors.
#[derive(Debug, Clone)]
pub struct Building {
    /// Code of its grid.
    pub grid: String,
    /// The compound, or the village.
    pub compound: Named,
    /// Its name.
    pub name: Named,
    /// Code of the capacity in which people belong there.
    pub capacity: &'static str,
    /// Its doors.
    pub homes: Vec<Home>,
}

/// A door and who lives behind it.
#[derive(Debug, Clone)]
pub struct Home {
    /// What stands on it.
    pub door: String,
    /// Floor area by the register, in tenths of a square metre; where owners vote.
    pub area: Option<u32>,
    /// The grown-ups who are known.
    pub people: Vec<Neighbour>,
}

/// Somebody behind a door.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// The number.
    pub phone: String,
    /// The name.
    pub name: Named,
    /// The language they read.
    pub lang: Lang,
    /// Their place among the residents with an account.
    pub resident: Option<usize>,
}

/// A place outside [`HOME`]: the grid's code, compound, what a building is called, buildings, the pattern of its doors, as what
/// people belong there.
struct Place {
    grid: &'static str,
    compound: (&'static str, &'static str),
    building: (&'static str, &'static str),
    first: usize,
    buildings: usize,
    doors: (u16, u16, u16),
    capacity: &'static str,
}

#[rustfmt::skip]
const PLACES: [Place; 8] = [
    Place { grid: "BAYN0101", compound: ("巴彦小区", "Bayan Compound"), building: ("号楼", "Building"), first: 1, buildings: 4, doors: (1, 6, 2), capacity: "resident" },
    Place { grid: "NANY0201", compound: ("锦绣花园", "Jinxiu Park Homes"), building: ("号楼", "Building"), first: 1, buildings: 2, doors: (2, 6, 2), capacity: "resident" },
    Place { grid: "NANY0301", compound: ("杏花里", "Xinghua Lane"), building: ("号楼", "Building"), first: 5, buildings: 1, doors: (1, 6, 2), capacity: "resident" },
    Place { grid: "XNCH0301", compound: ("学府苑", "Xuefu Court"), building: ("号楼", "Building"), first: 1, buildings: 2, doors: (2, 8, 2), capacity: "owner" },
    Place { grid: "XNCH0401", compound: ("丁香苑", "Dingxiang Court"), building: ("号楼", "Building"), first: 1, buildings: 2, doors: (2, 5, 2), capacity: "owner" },
    Place { grid: "QGMU0201", compound: ("沙枣村", "Shazao"), building: ("组", "Group"), first: 1, buildings: 3, doors: (1, 1, 12), capacity: "villager" },
    Place { grid: "QGMU0401", compound: ("下渠村", "Xiaqu"), building: ("组", "Group"), first: 1, buildings: 4, doors: (1, 1, 10), capacity: "villager" },
    Place { grid: "ULAN0101", compound: ("乌兰布拉格", "Ulaan Bulag"), building: ("组", "Group"), first: 1, buildings: 3, doors: (1, 1, 9), capacity: "villager" },
];

/// The compounds in the other grids of [`HOME`].
const COMPOUNDS: [(&str, &str); 4] = [
    ("和顺小区", "Heshun Compound"),
    ("书香苑", "Shuxiang Court"),
    ("福满家园", "Fuman Gardens"),
    ("安泰新村", "Antai New Village"),
];

/// Every building with its doors and the people behind them.
#[must_use]
pub fn all(town: &Town, rng: &mut ChaCha8Rng) -> Vec<Building> {
    let mut moving = Moving { town, rng, phone: FIRST_PHONE, placed: vec![false; town.residents.len()] };
    let mut buildings = Vec::new();
    for place in &PLACES {
        let (stairways, floors, per_floor) = place.doors;
        for number in place.first..place.first + place.buildings {
            let name = Named::new(format!("{number}{}", place.building.0), format!("{} {number}", place.building.1));
            let doors = if place.capacity == "villager" {
                (1..=per_floor).map(|door| format!("{door}号")).collect()
            } else {
                household::doors(stairways, floors, per_floor).unwrap_or_default()
            };
            let compound = Named::new(place.compound.0, place.compound.1);
            buildings.push(moving.fill_building(place.grid, compound, name, doors, place.capacity));
        }
    }
    // The first building of the home grid belongs to the first resident's neighbours; the rest of the community follows.
    let there: Vec<&str> = town
        .regions
        .iter()
        .filter(|region| region.level == 3 && region.code.starts_with(HOME))
        .filter(|region| ![PLACES[0].grid, YARD].contains(&region.code.as_str()))
        .map(|region| region.code.as_str())
        .collect();
    buildings.push(moving.fill_yard());
    let mut left = HOME_DOORS - 48 - 6;
    for at in 0.. {
        if left == 0 {
            break;
        }
        let grids = there.len().max(1);
        let grid = there.get(at % grids).copied().unwrap_or(PLACES[0].grid);
        let compound = COMPOUNDS[at % grids % COMPOUNDS.len()];
        let number = at / grids + 1;
        let mut doors = household::doors(3, 5, 2).unwrap_or_default();
        doors.truncate(left.min(BLOCK));
        left -= doors.len();
        let name = Named::new(format!("{number}号楼"), format!("Building {number}"));
        buildings.push(moving.fill_building(grid, Named::new(compound.0, compound.1), name, doors, "resident"));
    }
    buildings
}

/// People moving in, one door after the other.
struct Moving<'a> {
    town: &'a Town,
    rng: &'a mut ChaCha8Rng,
    phone: usize,
    placed: Vec<bool>,
}

impl Moving<'_> {
    fn fill_building(
        &mut self,
        grid: &str,
        compound: Named,
        name: Named,
        doors: Vec<String>,
        capacity: &'static str,
    ) -> Building {
        let third = compound.zh == PLACES[0].compound.0 && name.zh == "3号楼";
        let homes = doors
            .into_iter()
            .enumerate()
            .map(|(at, door)| {
                // The first resident lives in the building whose pledge waits for their signature.
                let first = (third && at == 0).then_some(0);
                let someone = first.or_else(|| self.resident_of(grid));
                let mut people = vec![self.move_in(someone, grid)];
                if self.rng.random_bool(0.2) {
                    people.push(self.move_in(None, grid));
                }
                let area = (capacity == "owner").then(|| self.rng.random_range(680..1290));
                Home { door, area, people }
            })
            .collect();
        Building { grid: grid.to_owned(), compound, name, capacity, homes }
    }

    /// One neighbour behind each of the six doors.
    fn fill_yard(&mut self) -> Building {
        let homes = (1..=6).map(|number| {
            let name = names::anybody(self.rng);
            let phone = format!("138000009{number:02}");
            let people = vec![Neighbour { phone, name, lang: Lang::Zh, resident: None }];
            Home { door: format!("{number}号"), area: None, people }
        });
        Building {
            homes: homes.collect(),
            grid: YARD.to_owned(),
            compound: Named::new("供销社老院", "Old Co-op Yard"),
            name: Named::new("东排房", "East Row"),
            capacity: "resident",
        }
    }

    /// A resident of the grid who has no home yet; the first one waits for theirs.
    fn resident_of(&self, grid: &str) -> Option<usize> {
        (1..self.town.residents.len())
            .find(|&at| !self.placed[at] && self.town.regions[self.town.residents[at].home].code == grid)
    }

    fn move_in(&mut self, resident: Option<usize>, grid: &str) -> Neighbour {
        if let Some(at) = resident {
            self.placed[at] = true;
            let known = &self.town.residents[at];
            let lang = if known.english { Lang::En } else { Lang::Zh };
            let name = known.name.clone().unwrap_or_default();
            return Neighbour { phone: known.phone.clone(), name, lang, resident: Some(at) };
        }
        let number = self.phone;
        self.phone += 1;
        let herder = grid.starts_with("ULAN");
        let name = if herder { names::herder(self.rng) } else { names::anybody(self.rng) };
        Neighbour { phone: format!("1380000{number:04}"), name, lang: Lang::Zh, resident: None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::demo::{SEED, dice};

    fn buildings() -> (Town, Vec<Building>) {
        let town = Town::invent(SEED, "2026-11-18T07:30:00Z".parse().expect("a moment")).expect("the stories are read");
        let buildings = all(&town, &mut dice(SEED, "homes"));
        (town, buildings)
    }

    #[test]
    fn the_home_community_has_618_doors_and_the_first_resident_lives_in_building_3() {
        let (_, buildings) = buildings();
        let doors: usize = buildings.iter().filter(|b| b.grid.starts_with(HOME)).map(|b| b.homes.len()).sum();
        assert_eq!(doors, HOME_DOORS);
        let third = buildings.iter().find(|b| b.grid == "BAYN0101" && b.name.zh == "3号楼").expect("building 3");
        assert_eq!(third.homes[0].people[0].phone, "13800000001");
    }

    #[test]
    fn nobody_has_two_homes_and_every_grid_is_there() {
        let (town, buildings) = buildings();
        let mut phones = BTreeSet::new();
        for building in &buildings {
            assert!(town.regions.iter().any(|region| region.code == building.grid), "{}", building.grid);
            for neighbour in building.homes.iter().flat_map(|home| &home.people) {
                assert!(neighbour.phone.len() == 11 && neighbour.phone.starts_with("1380000"), "{}", neighbour.phone);
                assert!(phones.insert(neighbour.phone.clone()), "{} lives twice", neighbour.phone);
            }
        }
    }
}
