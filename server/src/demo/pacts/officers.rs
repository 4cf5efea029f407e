//! Who runs the pacts of the demo town: a committee for every place that makes one, and in each the people of the seven
//! offices. Those of 巴彦社区 have fixed sign-ins that are printed at start; so has its grid worker, who goes from door to door.

use gongzhi_domain::lang::Named;
use gongzhi_domain::pact::Office;
use gongzhi_domain::person::Role;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use crate::demo::map::{Region, Setting};
use crate::demo::names;
use crate::demo::people::Officer;
use crate::demo::units::Body;

/// The community whose officers have fixed sign-ins.
pub const HOME: &str = "BAYN01";

/// A committee: its code, the code of its community, its name, the unit of the street officer.
#[rustfmt::skip]
const COMMITTEES: [(&str, &str, &str, &str, &str); 8] = [
    ("BYSQ", HOME,     "巴彦社区居民委员会", "Bayan Residents' Committee", "BYJD"),
    ("JXSQ", "NANY02", "锦绣社区居民委员会", "Jinxiu Residents' Committee", "NYJD"),
    ("XHSQ", "NANY03", "杏花社区居民委员会", "Xinghua Residents' Committee", "NYJD"),
    ("XFSQ", "XNCH03", "学府社区居民委员会", "Xuefu Residents' Committee", "XCJD"),
    ("DXSQ", "XNCH04", "丁香社区居民委员会", "Dingxiang Residents' Committee", "XCJD"),
    ("SZCU", "QGMU02", "沙枣村村民委员会", "Shazao Villagers' Committee", "QMZF"),
    ("XQCU", "QGMU04", "下渠村村民委员会", "Xiaqu Villagers' Committee", "QMZF"),
    ("WLGC", "ULAN01", "乌兰布拉格嘎查委员会", "Ulaan Bulag Gacha Committee", "ULZF"),
];

/// The street offices that only review pacts.
const STREETS: [(&str, &str, &str, &str); 2] = [
    ("XCJD", "XNCH", "新城街道办事处", "Xincheng Subdistrict Office"),
    ("QMZF", "QGMU", "青木镇人民政府", "Qingmu Town Government"),
];

/// The offices of a pact, each as often as it is held, with the sign-ins of those in [`HOME`].
#[rustfmt::skip]
const OFFICES: [(Office, &str, &str, &str, &str); 8] = [
    (Office::Branch,      "branch",      "李秀英", "Li Xiuying",    "QMBRANCHQMBRANCHQMBRANCHQMBRANCH"),
    (Office::Committee,   "committee",   "王桂兰", "Wang Guilan",   "QMCOMMITTEEQMCOMMITTEEQMCOMMITTE"),
    (Office::Drafter,     "drafter",     "张文斌", "Zhang Wenbin",  "QMDRAFTERQMDRAFTERQMDRAFTERQMDRA"),
    (Office::Chair,       "chair",       "刘长青", "Liu Changqing", "QMCHAIRQMCHAIRQMCHAIRQMCHAIRQMCH"),
    (Office::Teller,      "teller1",     "陈玉梅", "Chen Yumei",    "QMTELLERONEQMTELLERONEQMTELLERON"),
    (Office::Teller,      "teller2",     "赵福生", "Zhao Fusheng",  "QMTELLERTWOQMTELLERTWOQMTELLERTW"),
    (Office::Supervision, "supervision", "白振华", "Bai Zhenhua",   "QMSUPERVISIONQMSUPERVISIONQMSUPE"),
    (Office::Street,      "street",      "高宏伟", "Gao Hongwei",   "QMSTREETQMSTREETQMSTREETQMSTREET"),
];

/// The grid worker of [`HOME`].
const GRID_WORKER: (&str, &str, &str, &str, &str) =
    ("gridworker", "grid_worker", "杨立军", "Yang Lijun", "QMGRIDWORKERQMGRIDWORKERQMGRIDWO");

/// Sign-in name, role as it is printed, and secret of the fixed sign-ins.
pub fn fixed() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    OFFICES.iter().map(|row| (row.1, row.1, row.4)).chain([(GRID_WORKER.0, GRID_WORKER.1, GRID_WORKER.4)])
}

/// The committees and street offices.
#[must_use]
pub fn bodies() -> Vec<Body> {
    let committees = COMMITTEES.iter().map(|row| (row.0, "community_committee", row.1, row.2, row.3));
    let streets = STREETS.iter().map(|row| (row.0, "street_office", row.1, row.2, row.3));
    committees
        .chain(streets)
        .zip(151..)
        .map(|((code, kind, area, zh, en), number)| Body {
            code,
            kind,
            area,
            name: Named::new(zh, en),
            duties: Named::default(),
            phone: format!("0483-0100{number}"),
            takes_work: false,
        })
        .collect()
}

/// The officers of every committee, each committee's in the order of [`OFFICES`], and the grid worker at the end.
#[must_use]
pub fn staff(regions: &[Region], rng: &mut ChaCha8Rng) -> Vec<Officer> {
    let at = |code: &str| regions.iter().position(|region| region.code == code).unwrap_or_default();
    let mut staff = Vec::new();
    for (unit, area, _, _, street) in COMMITTEES {
        let region = at(area);
        for (office, sign_in, zh, en, totp) in OFFICES {
            let own = if office == Office::Street { street } else { unit };
            let fixed = area == HOME;
            let herder = regions.get(region).is_some_and(|region| region.setting == Setting::Steppe);
            let drawn = if herder { names::herder(rng) } else { names::anybody(rng) };
            let secret =
                (0..32).map(|_| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[rng.random_range(0..32)])).collect();
            staff.push(Officer {
                sign_in: if fixed { sign_in.to_owned() } else { format!("{}-{sign_in}", unit.to_lowercase()) },
                name: if fixed { Named::new(zh, en) } else { drawn },
                totp: if fixed { totp.to_owned() } else { secret },
                roles: vec![(Role::PactOfficer, own, region)],
            });
        }
    }
    let (sign_in, _, zh, en, totp) = GRID_WORKER;
    staff.push(Officer {
        sign_in: sign_in.to_owned(),
        name: Named::new(zh, en),
        totp: totp.to_owned(),
        roles: vec![(Role::GridWorker, "BYJD", at(HOME))],
    });
    staff
}

/// Where the officers of a pact's area stand in the list of [`staff`], with their offices, and the code of their committee.
#[must_use]
pub fn of(area: &str) -> Option<(&'static str, Vec<(Office, usize)>)> {
    let committee = COMMITTEES.iter().position(|row| area.starts_with(row.1))?;
    let first = committee * OFFICES.len();
    let offices = OFFICES.iter().zip(first..).map(|(row, at)| (row.0, at)).collect();
    Some((COMMITTEES[committee].0, offices))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::pacts::told;
    use crate::demo::{SEED, dice, map, units};

    #[test]
    fn every_pact_has_eight_officers_of_its_own_community() {
        let staff = staff(&map::draw(&mut dice(SEED, "map")), &mut dice(SEED, "pact officers"));
        for pact in told::all().expect("the files are read") {
            let (unit, offices) = of(&pact.area).expect(&pact.area);
            assert_eq!(offices.len(), 8, "{}", pact.key);
            for (office, at) in offices {
                assert!(office == Office::Street || staff[at].roles[0].1 == unit, "{}", pact.key);
            }
        }
    }

    #[test]
    fn committees_have_codes_of_their_own() {
        let codes: std::collections::BTreeSet<_> =
            units::all().iter().map(|body| body.code).chain(bodies().iter().map(|body| body.code)).collect();
        assert_eq!(codes.len(), units::UNITS + bodies().len());
    }
}
