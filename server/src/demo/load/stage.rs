//! The town before its first request: areas, organisations and people are written, and what the lives will need of
//! them is at hand.

use std::collections::HashMap;

use gongzhi_domain::Error;
use gongzhi_domain::area::{AreaPath, Point};
use gongzhi_domain::ids::{AreaId, AttachmentId, PersonId, UnitId};
use gongzhi_domain::lang::{Lang, Named};
use gongzhi_domain::order::Urgency;
use gongzhi_domain::person::Actor;
use gongzhi_domain::phone::Phone;
use gongzhi_store::{Db, areas, categories, fault, people as residents, seed, sessions, staff, units as bodies};
use tokio::sync::OnceCell;

use crate::demo::town::Town;
use crate::demo::{photos, units};

/// Everything that stands ready before the first request.
pub(in crate::demo) struct Stage {
    pub units: HashMap<&'static str, UnitId>,
    pub staff: Vec<Actor>,
    pub residents: Vec<(PersonId, Actor)>,
    pub urgency: HashMap<String, Urgency>,
    pub photos: HashMap<&'static str, OnceCell<AttachmentId>>,
}

/// Writes areas, organisations and people.
pub(in crate::demo) async fn settle(db: &Db, town: &Town, hash: String) -> Result<Stage, Error> {
    let mut tx = db.begin().await?;
    let levels = [
        ("旗", "Banner"),
        ("街道、镇、苏木", "Street or town"),
        ("社区、村、嘎查", "Community or village"),
        ("网格", "Grid"),
    ];
    areas::insert_levels(&mut tx, &levels.map(|(zh, en)| Named::new(zh, en))).await?;
    let ids: Vec<AreaId> = town.regions.iter().map(|_| AreaId::from_uuid(db.new_id())).collect();
    let mut written = Vec::with_capacity(ids.len());
    for (region, id) in town.regions.iter().zip(&ids) {
        written.push(areas::NewArea {
            id: *id,
            parent: region.parent.and_then(|above| ids.get(above).copied()),
            level: i16::from(region.level) + 1,
            kind: region.kind.clone(),
            path: AreaPath::parse(&region.path).map_err(fault)?,
            name: region.name.clone(),
            boundary: Some(serde_json::json!({"type": "Polygon", "coordinates": [region.ring]})),
            centre: Point::new(region.centre.0, region.centre.1),
            population: Some(region.population),
            households: Some(region.households),
        });
    }
    areas::insert_many(&mut tx, &written).await?;

    let area_of =
        |code: &str| town.regions.iter().position(|region| region.code == code).and_then(|at| ids.get(at).copied());
    let mut units_by_code = HashMap::new();
    let mut new_units = Vec::new();
    for body in &town.units {
        let id = UnitId::from_uuid(db.new_id());
        units_by_code.insert(body.code, id);
        new_units.push(bodies::NewUnit {
            unit: bodies::Unit {
                id,
                kind: body.kind.to_owned(),
                code: body.code.to_owned(),
                name: body.name.clone(),
                duties: body.duties.clone(),
                area: area_of(body.area).ok_or_else(|| fault(format_args!("no area {}", body.area)))?,
                duty_phone: Some(body.phone.clone()),
                opening_hours: Some(
                    if body.code == units::CENTRE { "07:30–21:30" } else { "09:00–12:00 14:00–18:00" }.to_owned(),
                ),
                accepts_dispatch: body.takes_work,
            },
            parent: None,
        });
    }
    bodies::insert_many(&mut tx, &new_units).await?;

    let mut officers = Vec::new();
    for officer in &town.staff {
        let new = staff::NewStaff {
            sign_in_name: officer.sign_in.clone(),
            name: officer.name.clone(),
            password_hash: hash.clone(),
            totp_secret: crate::demo::secret(&officer.totp),
        };
        let person = staff::create(db, &mut tx, &new).await?;
        for (role, unit, region) in &officer.roles {
            let unit = *units_by_code.get(unit).ok_or_else(|| fault(format_args!("no unit {unit}")))?;
            let area = *ids.get(*region).ok_or_else(|| fault("no such area"))?;
            staff::appoint(db, &mut tx, person, *role, unit, area).await?;
        }
        officers.push((person, officer.name.zh.clone()));
    }
    let mut writers = Vec::new();
    for (number, resident) in town.residents.iter().enumerate() {
        let lang = if resident.english { Lang::En } else { Lang::Zh };
        let phone = Phone::parse(&resident.phone).map_err(fault)?;
        let (person, _) = residents::find_or_create(db, &mut tx, &phone, lang).await?;
        let name = resident.name.as_ref().map_or(String::new(), |name| name.in_(lang).to_owned());
        residents::set_name(db, &mut tx, person, &name).await?;
        if let Some(home) = ids.get(resident.home) {
            seed::lives_in(&mut tx, person, *home).await?;
        }
        writers.push((person, Actor { lang, client: format!("demo-{number}"), ..Actor::resident(person, name) }));
    }
    let all = categories::list(db).await?;
    for category in &all {
        let unit = units_by_code.get(units::usual(&category.code)).ok_or_else(|| fault("a category without a unit"))?;
        seed::usual_unit(&mut tx, &category.code, *unit).await?;
    }
    tx.commit().await.map_err(gongzhi_store::refuse)?;

    let mut staff = Vec::new();
    for (person, name) in officers {
        let memberships = sessions::memberships(db, person).await?;
        staff.push(Actor { memberships, client: "demo".to_owned(), ..Actor::resident(person, name) });
    }
    Ok(Stage {
        units: units_by_code,
        staff,
        residents: writers,
        urgency: all.into_iter().map(|category| (category.code, category.urgency)).collect(),
        photos: photos::names().map(|name| (name, OnceCell::new())).collect(),
    })
}
