//! The doors of [`super::homes`] in the database: buildings with their names in both languages, then one list of who lives
//! behind which door, taken over as an office takes over its own.

use std::collections::HashMap;
use std::fmt::Write as _;

use gongzhi_domain::Error;
use gongzhi_domain::ids::{BuildingId, HouseholdId, PersonId};
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_store::{Db, fault, households, people};

use super::homes::{Building, Neighbour};

/// A door as it stands in the database.
pub struct Dwelling {
    /// Code of the grid.
    pub grid: String,
    /// Which building, and its name.
    pub building: BuildingId,
    /// Its Chinese name.
    pub building_zh: String,
    /// Which household.
    pub household: HouseholdId,
    /// Whoever lives there.
    pub people: Vec<Dweller>,
}

/// Somebody behind a door.
pub struct Dweller {
    /// Who.
    pub person: PersonId,
    /// As who they act.
    pub actor: Actor,
    /// Their number.
    pub phone: Phone,
}

/// Writes buildings, doors and homes. `residents` are those who have an account already, `clerk` keeps the households.
pub async fn settle(
    db: &Db,
    clerk: &Actor,
    residents: &[(PersonId, Actor)],
    buildings: &[Building],
) -> Result<Vec<Dwelling>, Error> {
    let mut ids = Vec::with_capacity(buildings.len());
    let mut list = String::from("grid,compound,building,door,floor_area,phone,name,capacity\n");
    for building in buildings {
        let new = households::NewBuilding {
            area: building.grid.clone(),
            compound: building.compound.clone(),
            name: building.name.clone(),
            doors: building.homes.iter().map(|home| home.door.clone()).collect(),
        };
        ids.push(households::add_building(db, clerk, &new).await?);
        for home in &building.homes {
            let area = home.area.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)).unwrap_or_default();
            for who in &home.people {
                writeln!(
                    list,
                    "{},{},{},{},{area},{},{},{}",
                    building.grid,
                    building.compound.zh,
                    building.name.zh,
                    home.door,
                    who.phone,
                    who.name.zh,
                    building.capacity,
                )
                .map_err(fault)?;
            }
        }
    }
    let report = households::import(db, clerk, &list, false).await?;
    if let Some(problem) = report.problems.first() {
        return Err(fault(format_args!("the list of homes: {problem:?}")));
    }

    let mut dwellings = Vec::new();
    for (building, id) in buildings.iter().zip(ids) {
        let page = households::building(db, clerk, id).await?;
        let by_door: HashMap<&str, HouseholdId> =
            page.households.iter().map(|line| (line.door.as_str(), line.id)).collect();
        for home in &building.homes {
            let household = *by_door.get(home.door.as_str()).ok_or_else(|| fault("a door is missing"))?;
            let mut dwellers = Vec::with_capacity(home.people.len());
            for who in &home.people {
                dwellers.push(dweller(db, residents, who).await?);
            }
            dwellings.push(Dwelling {
                grid: building.grid.clone(),
                building: id,
                building_zh: building.name.zh.clone(),
                household,
                people: dwellers,
            });
        }
    }
    Ok(dwellings)
}

async fn dweller(db: &Db, residents: &[(PersonId, Actor)], who: &Neighbour) -> Result<Dweller, Error> {
    let phone = Phone::parse(&who.phone).map_err(fault)?;
    if let Some((person, actor)) = who.resident.and_then(|at| residents.get(at)) {
        return Ok(Dweller { person: *person, actor: actor.clone(), phone });
    }
    let mut tx = db.begin().await?;
    let (person, _) = people::find_or_create(db, &mut tx, &phone, who.lang).await?;
    tx.commit().await.map_err(gongzhi_store::refuse)?;
    let client = format!("demo-{}", who.phone);
    Ok(Dweller {
        person,
        actor: Actor { lang: who.lang, client, ..Actor::resident(person, who.name.zh.clone()) },
        phone,
    })
}
