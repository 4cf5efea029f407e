//! The town that the rows are laid into: a banner with eight streets, forty
//! communities and 160 grids, twelve units that take work, one clerk and
//! two handlers who sign in. Written by the store's own functions.

use anyhow::{Context, Result};
use gongzhi_domain::Named;
use gongzhi_domain::area::{AreaPath, Point};
use gongzhi_domain::ids::{AreaId, PersonId, UnitId};
use gongzhi_domain::person::Role;
use gongzhi_store::areas::{self, NewArea};
use gongzhi_store::sessions::{self, Kind};
use gongzhi_store::staff::NewStaff;
use gongzhi_store::units::{self, NewUnit, Unit};
use gongzhi_store::{Db, categories, staff};
use uuid::Uuid;

/// Code and name of the streets.
const STREETS: [(&str, &str, &str); 8] = [
    ("BYN1", "白音", "Bayin"),
    ("NYJ1", "南营", "Nanying"),
    ("WLT1", "乌兰图", "Ulantu"),
    ("QMZ1", "青木", "Qingmu"),
    ("SHD1", "沙河", "Shahe"),
    ("HQZ1", "红旗", "Hongqi"),
    ("XCZ1", "西川", "Xichuan"),
    ("DWZ1", "东湾", "Dongwan"),
];
const COMMUNITIES: [(&str, &str); 5] =
    [("东关", "Dongguan"), ("西城", "Xicheng"), ("南园", "Nanyuan"), ("北苑", "Beiyuan"), ("中街", "Zhongjie")];
const GRIDS: u8 = 4;

/// Code and name of the units that take work.
const UNITS: [(&str, &str, &str); 12] = [
    ("CGJU", "城市管理局", "City Management"),
    ("ZJJU", "住房建设局", "Housing"),
    ("SWJU", "水务局", "Water"),
    ("JTJU", "交通局", "Transport"),
    ("GAJU", "公安局", "Police"),
    ("MZJU", "民政局", "Civil Affairs"),
    ("HBJU", "生态环境局", "Environment"),
    ("GDGS", "供电公司", "Power Company"),
    ("RLGS", "热力公司", "Heating Company"),
    ("YLZX", "园林中心", "Parks"),
    ("HWZX", "环卫中心", "Sanitation"),
    ("WYGS", "安居物业", "Anju Property"),
];
const CENTRE: &str = "CENTRE";

/// A grid, where requests fall.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Its id.
    pub id: Uuid,
    /// Its place in the tree.
    pub path: String,
    /// Its code.
    pub code: String,
    /// The code of its street, as it stands in request numbers.
    pub street: String,
}

/// What the rows refer to.
#[derive(Debug, Clone)]
pub struct Town {
    /// The root of the tree.
    pub root: Uuid,
    /// The grids.
    pub grids: Vec<Grid>,
    /// The units that take work.
    pub units: Vec<Uuid>,
    /// Receives and dispatches at the service centre.
    pub clerk: Uuid,
    /// Handles in the first unit, which has the most to do.
    pub handler: Uuid,
    /// Handles in the last unit, which has the least to do.
    pub seldom: Uuid,
    /// Approves replies.
    pub manager: Uuid,
}

/// Builds the town in an empty database.
pub async fn build(db: &Db) -> Result<Town> {
    let new = tree(db)?;
    let root = new.first().context("no root")?.id;
    let mut tx = db.begin().await?;
    let levels = [("旗", "Banner"), ("街道", "Street"), ("社区", "Community"), ("网格", "Grid")];
    areas::insert_levels(&mut tx, &levels.map(|(zh, en)| Named::new(zh, en))).await?;
    areas::insert_many(&mut tx, &new).await?;
    let centre = unit(db, root, CENTRE, ("社会治理服务中心", "Service Centre"), false);
    let working: Vec<NewUnit> = UNITS.iter().map(|(code, zh, en)| unit(db, root, code, (zh, en), true)).collect();
    units::insert_many(&mut tx, std::slice::from_ref(&centre)).await?;
    units::insert_many(&mut tx, &working).await?;
    let at = centre.unit.id;
    let first = working.first().context("no unit")?.unit.id;
    let last = working.last().context("no unit")?.unit.id;
    let clerk = officer(db, &mut tx, "clerk", &[(Role::Clerk, at), (Role::Dispatcher, at)], root).await?;
    let handler = officer(db, &mut tx, "handler", &[(Role::Handler, first)], root).await?;
    let seldom = officer(db, &mut tx, "seldom", &[(Role::Handler, last)], root).await?;
    let manager = officer(db, &mut tx, "manager", &[(Role::UnitManager, first)], root).await?;
    tx.commit().await?;
    categories::seed(db).await?;
    db.forget_cached();
    let grids = new.iter().filter(|area| area.level == 4).map(grid).collect::<Option<_>>().context("a grid's path")?;
    let units = working.iter().map(|new| new.unit.id.uuid()).collect();
    Ok(Town {
        root: root.uuid(),
        grids,
        units,
        clerk: clerk.uuid(),
        handler: handler.uuid(),
        seldom: seldom.uuid(),
        manager: manager.uuid(),
    })
}

/// Signs an officer in and answers the token of the session.
pub async fn sign_in(db: &Db, officer: Uuid) -> Result<String> {
    let mut tx = db.begin().await?;
    let person = PersonId::from_uuid(officer);
    let signed_in = sessions::start(db, &mut tx, person, Kind::Staff, "127.0.0.1", "gongzhi-bench").await?;
    tx.commit().await?;
    Ok(signed_in.token)
}

fn tree(db: &Db) -> Result<Vec<NewArea>> {
    let root = area(db, None, AreaPath::parse("152900")?, 1, ("旗", "banner"), ("青木旗", "Qingmu"));
    let mut all = vec![root.clone()];
    for (code, zh, en) in STREETS {
        let path = root.path.child(code).context("a street's code")?;
        let street = area(db, Some(root.id), path, 2, ("街道", "street"), (&format!("{zh}街道"), en));
        for (letter, (zh, en)) in ('A'..).zip(COMMUNITIES) {
            let path = street.path.child(&format!("{code}{letter}")).context("a community's code")?;
            let community = area(db, Some(street.id), path, 3, ("社区", "community"), (&format!("{zh}社区"), en));
            for number in 1..=GRIDS {
                let path = community.path.child(&format!("{code}{letter}{number}")).context("a grid's code")?;
                let name = (format!("{zh}{number}格"), format!("{en} {number}"));
                all.push(area(db, Some(community.id), path, 4, ("网格", "grid"), (&name.0, &name.1)));
            }
            all.push(community);
        }
        all.push(street);
    }
    // Parents before children.
    all.sort_by_key(|area| area.level);
    Ok(all)
}

fn area(
    db: &Db,
    parent: Option<AreaId>,
    path: AreaPath,
    level: i16,
    kind: (&str, &str),
    name: (&str, &str),
) -> NewArea {
    NewArea {
        id: AreaId::from_uuid(db.new_id()),
        parent,
        level,
        kind: Named::new(kind.0, kind.1),
        path,
        name: Named::new(name.0, name.1),
        boundary: None,
        centre: Point::new(38.8, 105.6),
        population: Some(1200),
        households: Some(450),
    }
}

fn grid(area: &NewArea) -> Option<Grid> {
    let path = area.path.as_str().to_owned();
    let street = path.split('.').nth(1)?.to_owned();
    Some(Grid { id: area.id.uuid(), code: area.path.code().to_owned(), path, street })
}

fn unit(db: &Db, area: AreaId, code: &str, name: (&str, &str), accepts_dispatch: bool) -> NewUnit {
    let unit = Unit {
        id: UnitId::from_uuid(db.new_id()),
        kind: if accepts_dispatch { "department" } else { "service_centre" }.to_owned(),
        code: code.to_owned(),
        name: Named::new(name.0, name.1),
        duties: Named::default(),
        area,
        duty_phone: None,
        opening_hours: None,
        accepts_dispatch,
    };
    NewUnit { unit, parent: None }
}

async fn officer(
    db: &Db,
    tx: &mut gongzhi_store::Transaction,
    name: &str,
    roles: &[(Role, UnitId)],
    area: AreaId,
) -> Result<PersonId> {
    let new = NewStaff {
        sign_in_name: name.to_owned(),
        name: Named::new(name, name),
        // No password has this hash: the sessions are begun here.
        password_hash: String::new(),
        totp_secret: staff::new_totp_secret(),
    };
    let person = staff::create(db, tx, &new).await?;
    for (role, unit) in roles {
        staff::appoint(db, tx, person, *role, *unit, area).await?;
    }
    Ok(person)
}
