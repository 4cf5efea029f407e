//! Who lives and works in the demo town: residents with numbers from one invented range, grid staff for every grid,
//! and the officers of the units, nine of them with fixed sign-ins that are printed at start. Who runs pacts stands in
//! [`super::pacts::officers`].

use gongzhi_domain::lang::Named;
use gongzhi_domain::person::Role;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::map::{Region, Setting};
use super::names;
use super::pacts::officers;
use super::units::{Body, CENTRE};

/// The password of every member of staff in the demo town.
pub const PASSWORD: &str = "qingmu-2026-demo";
/// Residents that have an account.
pub const RESIDENTS: usize = 260;

/// A member of staff.
#[derive(Debug, Clone)]
pub struct Officer {
    /// What they type to sign in.
    pub sign_in: String,
    /// The name under which they act.
    pub name: Named,
    /// The secret of the second factor, base32, 160 bits.
    pub totp: String,
    /// What they are: role, code of the unit, index of the region they act in.
    pub roles: Vec<(Role, &'static str, usize)>,
}

/// A resident with an account.
#[derive(Debug, Clone)]
pub struct Resident {
    /// The number, eleven digits from 138 0000 0001.
    pub phone: String,
    /// The name they gave, if any.
    pub name: Option<Named>,
    /// Index of the grid they live in.
    pub home: usize,
    /// Whether they read English.
    pub english: bool,
}

/// The officers with a fixed sign-in: name, role, unit, what they are called, secret.
#[rustfmt::skip]
const FIXED: [(&str, Role, &str, &str, &str, &str); 9] = [
    ("clerk", Role::Clerk, CENTRE, "周晓燕", "Zhou Xiaoyan", "QMCLERKQMCLERKQMCLERKQMCLERKABCD"),
    ("moderator", Role::Clerk, CENTRE, "田雨桐", "Tian Yutong", "QMMODERATORQMMODERATORQMMODERATO"),
    ("dispatcher", Role::Dispatcher, CENTRE, "马国栋", "Ma Guodong", "QMDISPATCHERQMDISPATCHERQMDISPAT"),
    ("handler", Role::Handler, "CGJU", "韩志强", "Han Zhiqiang", "QMHANDLERQMHANDLERQMHANDLERQMHAN"),
    ("manager", Role::UnitManager, "CGJU", "冯立军", "Feng Lijun", "QMMANAGERQMMANAGERQMMANAGERQMMAN"),
    ("followup", Role::FollowUpOfficer, CENTRE, "苏日娜", "Surnaa", "QMFOLLOWUPQMFOLLOWUPQMFOLLOWUPQM"),
    ("supervisor", Role::Supervisor, CENTRE, "巴图孟和", "Batmunkh", "QMSUPERVISORQMSUPERVISORQMSUPERV"),
    ("admin", Role::Administrator, CENTRE, "林浩然", "Lin Haoran", "QMADMINQMADMINQMADMINQMADMINQMAD"),
    ("auditor", Role::Auditor, CENTRE, "何丽娟", "He Lijuan", "QMAUDITORQMAUDITORQMAUDITORQMAUD"),
];

/// Sign-in name, role as it is printed, and secret of the officers with a fixed sign-in.
pub fn fixed() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let desk = FIXED.iter().map(|row| (row.0, if row.0 == "moderator" { row.0 } else { row.1.code() }, row.5));
    desk.chain(officers::fixed())
}

/// Everybody who works for a unit, the fixed ones first.
#[must_use]
pub fn staff(regions: &[Region], units: &[Body], rng: &mut ChaCha8Rng) -> Vec<Officer> {
    let mut staff: Vec<Officer> = FIXED
        .iter()
        .map(|&(sign_in, role, unit, zh, en, totp)| Officer {
            sign_in: sign_in.to_owned(),
            name: Named::new(zh, en),
            totp: totp.to_owned(),
            roles: vec![(role, unit, 0)],
        })
        .collect();
    let mut hire = |sign_in: String, herder: bool, roles: Vec<(Role, &'static str, usize)>, rng: &mut ChaCha8Rng| {
        let name = if herder { names::herder(rng) } else { names::anybody(rng) };
        let totp = (0..32).map(|_| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[rng.random_range(0..32)])).collect();
        staff.push(Officer { sign_in, name, totp, roles });
    };
    for (n, role) in [(2, Role::Clerk), (3, Role::Clerk), (2, Role::Dispatcher), (2, Role::FollowUpOfficer)] {
        hire(format!("centre-{}-{n}", role.code().replace('_', "-")), false, vec![(role, CENTRE, 0)], rng);
    }
    for unit in units {
        let code = unit.code.to_lowercase();
        if unit.takes_work {
            if unit.code != "CGJU" {
                hire(format!("{code}-manager"), false, vec![(Role::UnitManager, unit.code, 0)], rng);
                hire(format!("{code}-1"), false, vec![(Role::Handler, unit.code, 0)], rng);
            }
            hire(format!("{code}-2"), false, vec![(Role::Handler, unit.code, 0)], rng);
        } else {
            hire(format!("{code}-1"), false, vec![(Role::VolunteerCoordinator, unit.code, 0)], rng);
        }
    }
    for (at, region) in regions.iter().enumerate() {
        let office = ["BAYN", "NANY", "ULAN"].into_iter().zip(["BYJD", "NYJD", "ULZF"]);
        let unit = office.into_iter().find(|(street, _)| region.path.contains(street)).map_or(CENTRE, |(_, unit)| unit);
        let role = match region.level {
            1 => Role::Adviser,
            2 => Role::GridWorker,
            3 => Role::GridHead,
            _ => continue,
        };
        hire(
            format!("grid-{}", region.code.to_lowercase()),
            region.setting == Setting::Steppe,
            vec![(role, unit, at)],
            rng,
        );
    }
    staff
}

/// Residents with accounts, most of them where most people live. The first lives in the town core.
#[must_use]
pub fn residents(regions: &[Region], rng: &mut ChaCha8Rng) -> Vec<Resident> {
    let grids: Vec<usize> = (0..regions.len()).filter(|&i| regions[i].level == 3).collect();
    let everybody: i32 = grids.iter().map(|&i| regions[i].population).sum();
    (1..=RESIDENTS)
        .map(|number| {
            let mut mark = rng.random_range(0..everybody.max(1));
            let home = grids.iter().copied().find(|&i| {
                mark -= regions[i].population;
                mark < 0
            });
            let home = if number == 1 { grids.first().copied() } else { home }.unwrap_or_default();
            let steppe = regions[home].setting == Setting::Steppe;
            let name = if steppe { names::herder(rng) } else { names::anybody(rng) };
            Resident {
                phone: format!("1380000{number:04}"),
                name: (number == 1 || rng.random_bool(0.8)).then_some(name),
                home,
                english: number != 1 && rng.random_bool(0.12),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{SEED, dice, map, units};

    #[test]
    fn every_grid_has_a_head_and_every_working_unit_its_people() {
        let regions = map::draw(&mut dice(SEED, "map"));
        let units = units::all();
        let staff = staff(&regions, &units, &mut dice(SEED, "staff"));
        for (at, region) in regions.iter().enumerate().filter(|(_, region)| region.level == 3) {
            let heads = staff.iter().filter(|o| o.roles.iter().any(|r| r.0 == Role::GridHead && r.2 == at)).count();
            assert_eq!(heads, 1, "{}", region.name.zh);
        }
        for unit in units.iter().filter(|unit| unit.takes_work) {
            let holds = |role| staff.iter().filter(|o| o.roles.iter().any(|r| r.0 == role && r.1 == unit.code)).count();
            assert!(holds(Role::UnitManager) >= 1 && holds(Role::Handler) >= 2, "{}", unit.code);
        }
        let names: std::collections::BTreeSet<_> = staff.iter().map(|o| &o.sign_in).collect();
        assert_eq!(names.len(), staff.len());
    }

    #[test]
    fn secrets_are_160_bits_of_base32() {
        let regions = map::draw(&mut dice(SEED, "map"));
        for officer in staff(&regions, &units::all(), &mut dice(SEED, "staff")) {
            assert_eq!(officer.totp.len(), 32, "{}", officer.sign_in);
            assert!(
                officer.totp.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b)),
                "{}",
                officer.sign_in
            );
        }
    }

    #[test]
    fn numbers_are_of_the_invented_range() {
        let residents = residents(&map::draw(&mut dice(SEED, "map")), &mut dice(SEED, "residents"));
        assert_eq!(residents.len(), RESIDENTS);
        assert!(residents.iter().all(|r| r.phone.len() == 11 && r.phone.starts_with("1380000")));
    }
}
