//! The town every story is set in: a banner with two towns, three communities and six square grids in a row
//! from west to east, and five organisations. Each grid is a hundredth of a degree wide, from 105.60 E on,
//! 38.80 N to 38.81 N; the banner reaches beyond them on every side.

use gongzhi_domain::area::{AreaPath, Point};
use gongzhi_domain::ids::{AreaId, UnitId};
use gongzhi_domain::lang::Named;
use serde_json::{Value, json};

use crate::Db;
use crate::areas::{self, NewArea};
use crate::units::{self, NewUnit, Unit};

/// Path, level, kind, name, and the grids it spans.
type Place = (&'static str, i16, [&'static str; 2], [&'static str; 2], [u8; 2]);

const AREAS: &[Place] = &[
    ("152921", 1, ["旗", "banner"], ["试验旗", "Test Banner"], [0, 6]),
    ("152921.BYH1", 2, ["镇", "town"], ["巴镇", "Ba Town"], [0, 4]),
    ("152921.BYH1.BYH1A", 3, ["社区", "community"], ["东关社区", "Dongguan"], [0, 2]),
    ("152921.BYH1.BYH1A.BYH1A1", 4, ["网格", "grid"], ["东关一格", "Dongguan 1"], [0, 1]),
    ("152921.BYH1.BYH1A.BYH1A2", 4, ["网格", "grid"], ["东关二格", "Dongguan 2"], [1, 2]),
    ("152921.BYH1.BYH1B", 3, ["社区", "community"], ["西城社区", "Xicheng"], [2, 4]),
    ("152921.BYH1.BYH1B.BYH1B1", 4, ["网格", "grid"], ["西城一格", "Xicheng 1"], [2, 3]),
    ("152921.BYH1.BYH1B.BYH1B2", 4, ["网格", "grid"], ["西城二格", "Xicheng 2"], [3, 4]),
    ("152921.WNS1", 2, ["苏木", "sumu"], ["温都苏木", "Wendu Sumu"], [4, 6]),
    ("152921.WNS1.WNS1A", 3, ["嘎查", "gacha"], ["乌力吉嘎查", "Uliji"], [4, 6]),
    ("152921.WNS1.WNS1A.WNS1A1", 4, ["网格", "grid"], ["乌力吉一格", "Uliji 1"], [4, 5]),
    ("152921.WNS1.WNS1A.WNS1A2", 4, ["网格", "grid"], ["乌力吉二格", "Uliji 2"], [5, 6]),
];

/// Code, kind, area, name, whether it takes orders.
const UNITS: &[(&str, &str, &str, [&str; 2], bool)] = &[
    ("CENTRE", "service_centre", "152921", ["社会治理服务中心", "Service Centre"], false),
    ("CITY", "department", "152921", ["城市管理局", "City Management"], true),
    ("PROP", "property_firm", "BYH1A", ["安居物业", "Anju Property"], true),
    ("OFFICE1", "street_office", "BYH1", ["巴镇政府", "Ba Town Office"], true),
    ("OFFICE2", "street_office", "WNS1", ["温都苏木政府", "Wendu Sumu Office"], true),
];

pub(super) async fn build(db: &Db) {
    let mut tx = db.begin().await.unwrap();
    let levels = [["旗", "Banner"], ["镇", "Town"], ["社区", "Community"], ["网格", "Grid"]];
    areas::insert_levels(&mut tx, &levels.map(named)).await.unwrap();
    let mut new: Vec<NewArea> = Vec::new();
    for (path, level, kind, name, [west, east]) in AREAS {
        let path = AreaPath::parse(path).unwrap();
        let parent = path.parent().map(|parent| id_of(&new, parent.code()));
        let margin = if parent.is_none() { 0.05 } else { 0.0 };
        new.push(NewArea {
            id: AreaId::from_uuid(db.new_id()),
            parent,
            level: *level,
            kind: named(*kind),
            path,
            name: named(*name),
            boundary: Some(rectangle(*west, *east, margin)),
            centre: Point::new(38.805, 105.60 + f64::from(west + east) / 200.0),
            population: Some(1000),
            households: Some(400),
        });
    }
    areas::insert_many(&mut tx, &new).await.unwrap();
    let units: Vec<NewUnit> = UNITS
        .iter()
        .map(|(code, kind, area, name, accepts_dispatch)| NewUnit {
            unit: Unit {
                id: UnitId::from_uuid(db.new_id()),
                kind: (*kind).to_owned(),
                code: (*code).to_owned(),
                name: named(*name),
                duties: Named::default(),
                area: id_of(&new, area),
                duty_phone: None,
                opening_hours: None,
                accepts_dispatch: *accepts_dispatch,
            },
            parent: None,
        })
        .collect();
    units::insert_many(&mut tx, &units).await.unwrap();
    tx.commit().await.unwrap();
}

fn id_of(areas: &[NewArea], code: &str) -> AreaId {
    areas.iter().find(|area| area.path.code() == code).unwrap().id
}

fn named([zh, en]: [&str; 2]) -> Named {
    Named::new(zh, en)
}

fn rectangle(west: u8, east: u8, margin: f64) -> Value {
    let (west, east) = (105.60 + f64::from(west) / 100.0 - margin, 105.60 + f64::from(east) / 100.0 + margin);
    let (south, north) = (38.80 - margin, 38.81 + margin);
    json!({
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    })
}
