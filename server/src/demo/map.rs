//! The map of Qingmu Banner, which does not exist: 147 grids in 44 communities, villages and gachas of 11 subdistricts,
//! towns and sumus. Small grids in the town core and along the river, wide ones in the steppe. Every border is
//! shared exactly, so the areas of one level tile the banner without gaps or overlaps.

use std::collections::{BTreeMap, BTreeSet};

use gongzhi_domain::lang::Named;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

use super::mesh::{Km, Mesh, centroid};

/// Base grids of the banner, as in Alxa Left Banner (README.md of the specification, Grid management).
pub const GRIDS: usize = 147;
/// Where the centre of the town core lies: latitude and longitude, WGS-84.
pub const CENTRE: (f64, f64) = (38.83, 105.67);

/// What living in an area is like; stories choose their scenes by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// Blocks of flats and shops.
    Urban,
    /// Villages with fields along the river.
    Village,
    /// Pasture with scattered households.
    Steppe,
}

/// An area of the demo town, before it has an id.
#[derive(Debug, Clone)]
pub struct Region {
    /// 0 banner, 1 street or town, 2 community or village, 3 grid.
    pub level: u8,
    /// Index of the area above; `None` for the banner.
    pub parent: Option<usize>,
    /// Unique code, 4 characters for a street.
    pub code: String,
    /// Codes from the root, joined by dots.
    pub path: String,
    /// 旗, 街道, 镇, 苏木, 社区, 村, 嘎查, 网格.
    pub kind: Named,
    /// The name with its kind.
    pub name: Named,
    /// The name without its kind, for compound names such as 巴彦社区3号网格.
    pub short: Named,
    /// Closed ring of longitude and latitude, counter-clockwise, 6 decimals.
    pub ring: Vec<[f64; 2]>,
    /// Latitude and longitude of a point in the middle.
    pub centre: (f64, f64),
    /// Residents.
    pub population: i32,
    /// Households.
    pub households: i32,
    /// What living there is like.
    pub setting: Setting,
}

struct Street {
    code: &'static str,
    name: (&'static str, &'static str),
    kind: (&'static str, &'static str),
    setting: Setting,
    /// Kilometres from the centre, and how far it reaches compared with its neighbours.
    at: Km,
    reach: f64,
    communities: &'static [(&'static str, &'static str)],
}

const SUBDISTRICT: (&str, &str) = ("街道", "Subdistrict");
const TOWN: (&str, &str) = ("镇", "Town");
const SUMU: (&str, &str) = ("苏木", "Sumu");

#[rustfmt::skip]
const STREETS: &[Street] = &[
    Street { code: "BAYN", name: ("巴彦", "Bayan"), kind: SUBDISTRICT, setting: Setting::Urban, at: [-2.2, 2.2], reach: 1.0,
        communities: &[("巴彦", "Bayan"), ("和平", "Heping"), ("书院巷", "Shuyuan Lane"), ("北门", "North Gate"), ("团结", "Tuanjie")] },
    Street { code: "NANY", name: ("南苑", "Nanyuan"), kind: SUBDISTRICT, setting: Setting::Urban, at: [-2.0, -2.5], reach: 1.0,
        communities: &[("南苑", "Nanyuan"), ("锦绣", "Jinxiu"), ("杏花", "Xinghua"), ("体育场", "Stadium"), ("文苑", "Wenyuan")] },
    Street { code: "XNCH", name: ("新城", "Xincheng"), kind: SUBDISTRICT, setting: Setting::Urban, at: [2.6, 2.4], reach: 1.1,
        communities: &[("新城", "Xincheng"), ("云杉", "Yunshan"), ("学府", "Xuefu"), ("丁香", "Dingxiang"), ("会展", "Huizhan")] },
    Street { code: "HEDG", name: ("河东", "Hedong"), kind: SUBDISTRICT, setting: Setting::Urban, at: [2.5, -2.3], reach: 1.1,
        communities: &[("河东", "Hedong"), ("渡口", "Dukou"), ("水岸", "Shui'an"), ("老街", "Old Street"), ("车站", "Station")] },
    Street { code: "QGMU", name: ("青木", "Qingmu"), kind: TOWN, setting: Setting::Village, at: [-12.5, 3.0], reach: 1.6,
        communities: &[("青木", "Qingmu"), ("沙枣", "Shazao"), ("上渠", "Shangqu"), ("下渠", "Xiaqu")] },
    Street { code: "LIUL", name: ("柳林", "Liulin"), kind: TOWN, setting: Setting::Village, at: [13.0, -4.0], reach: 1.6,
        communities: &[("柳林", "Liulin"), ("东湾", "Dongwan"), ("杨家圈", "Yangjiaquan"), ("三道桥", "Sandaoqiao")] },
    Street { code: "SHIQ", name: ("石桥", "Shiqiao"), kind: TOWN, setting: Setting::Village, at: [24.0, 2.0], reach: 1.7,
        communities: &[("石桥", "Shiqiao"), ("磨石口", "Moshikou"), ("红柳", "Hongliu")] },
    Street { code: "SHAJ", name: ("沙井", "Shajing"), kind: TOWN, setting: Setting::Village, at: [-24.0, -3.0], reach: 1.7,
        communities: &[("沙井", "Shajing"), ("甜水", "Tianshui"), ("驼场", "Tuochang")] },
    Street { code: "ULAN", name: ("乌兰", "Ulaan"), kind: SUMU, setting: Setting::Steppe, at: [-6.0, 20.0], reach: 2.2,
        communities: &[("乌兰布拉格", "Ulaan Bulag"), ("阿日善", "Arshan"), ("宝力格", "Bulgan"), ("希热图", "Shireet")] },
    Street { code: "CHAG", name: ("查干", "Chagaan"), kind: SUMU, setting: Setting::Steppe, at: [18.0, 17.0], reach: 2.2,
        communities: &[("查干陶勒盖", "Chagaan Tolgoi"), ("哈日苏", "Khar Us"), ("巴音塔拉", "Bayan Tal")] },
    Street { code: "TALA", name: ("塔拉", "Tal"), kind: SUMU, setting: Setting::Steppe, at: [2.0, -20.0], reach: 2.3,
        communities: &[("塔拉", "Tal"), ("胡杨", "Toorai"), ("敖包图", "Oboot")] },
];

/// Draws the banner: the root first, then streets, communities and grids, parents before children.
#[must_use]
pub fn draw(rng: &mut ChaCha8Rng) -> Vec<Region> {
    let (mesh, grids) = Mesh::grow(scatter(rng), innermost, rng);
    let streets = shares(&mesh, &grids, &STREETS.iter().map(|s| (s.at, s.reach)).collect::<Vec<_>>());

    let mut regions = vec![region(
        None,
        0,
        "QM".into(),
        ("旗", "Banner"),
        Named::new("青木旗", "Qingmu Banner"),
        Named::new("青木", "Qingmu"),
        &mesh,
        &grids,
        &[],
        Setting::Steppe,
    )];
    for (street, cells) in STREETS.iter().zip(&streets) {
        let short = Named::new(street.name.0, street.name.1);
        let above = regions.len();
        regions.push(region(
            Some(0),
            1,
            street.code.into(),
            street.kind,
            with_kind(&short, street.kind),
            short,
            &mesh,
            cells,
            &regions,
            street.setting,
        ));
        let middles = spread(&mesh, cells, street.communities.len());
        let communities = shares(&mesh, cells, &middles.iter().map(|&m| (m, 1.0)).collect::<Vec<_>>());
        for (n, (community, cells)) in street.communities.iter().zip(&communities).enumerate() {
            let kind = match street.setting {
                Setting::Urban => ("社区", "Community"),
                Setting::Village => ("村", "Village"),
                Setting::Steppe => ("嘎查", "Gacha"),
            };
            let short = Named::new(community.0, community.1);
            let code = format!("{}{:02}", street.code, n + 1);
            let village = regions.len();
            regions.push(region(
                Some(above),
                2,
                code.clone(),
                kind,
                with_kind(&short, kind),
                short.clone(),
                &mesh,
                cells,
                &regions,
                street.setting,
            ));
            for (m, &cell) in cells.iter().enumerate() {
                let name = Named::new(
                    format!("{}{}{}号网格", short.zh, kind.0, m + 1),
                    format!("{} Grid {}", short.en, m + 1),
                );
                let one = BTreeSet::from([cell]);
                let mut grid = region(
                    Some(village),
                    3,
                    format!("{code}{:02}", m + 1),
                    ("网格", "Grid"),
                    name.clone(),
                    name,
                    &mesh,
                    &one,
                    &regions,
                    street.setting,
                );
                grid.households = match street.setting {
                    Setting::Urban => rng.random_range(260..620),
                    Setting::Village => rng.random_range(90..230),
                    Setting::Steppe => rng.random_range(18..70),
                };
                grid.population = grid.households * rng.random_range(24..31) / 10;
                regions.push(grid);
            }
        }
    }
    for i in (1..regions.len()).rev() {
        let (households, population) = (regions[i].households, regions[i].population);
        if let Some(above) = regions[i].parent {
            regions[above].households += households;
            regions[above].population += population;
        }
    }
    regions
}

fn with_kind(short: &Named, kind: (&str, &str)) -> Named {
    Named::new(format!("{}{}", short.zh, kind.0), format!("{} {}", short.en, kind.1))
}

#[expect(clippy::too_many_arguments, reason = "the fields of a row, named at the call by their order in Region")]
fn region(
    parent: Option<usize>,
    level: u8,
    code: String,
    kind: (&str, &str),
    name: Named,
    short: Named,
    mesh: &Mesh,
    cells: &BTreeSet<usize>,
    above: &[Region],
    setting: Setting,
) -> Region {
    let outline = mesh.outlines(cells).into_iter().next().unwrap_or_default();
    let path = parent.and_then(|p| above.get(p)).map_or_else(|| code.clone(), |p| format!("{}.{code}", p.path));
    let middle = centroid(&outline);
    let [lon, lat] = on_earth(middle);
    Region {
        level,
        parent,
        code,
        path,
        kind: Named::new(kind.0, kind.1),
        name,
        short,
        ring: outline.into_iter().map(on_earth).collect(),
        centre: (lat, lon),
        population: 0,
        households: 0,
        setting,
    }
}

/// Kilometres to longitude and latitude, about 10 cm fine.
fn on_earth(p: Km) -> [f64; 2] {
    let round = |v: f64| (v * 1e6).round() / 1e6;
    [round(CENTRE.1 + p[0] / (111.32 * CENTRE.0.to_radians().cos())), round(CENTRE.0 + p[1] / 110.95)]
}

/// How far north the river runs at a distance east.
fn river(east: f64) -> f64 {
    3.2 * (east / 9.0).sin() + 0.05 * east - 0.3
}

/// Throws sites on the plane: dense in the core, closer along the river, far apart in the steppe.
fn scatter(rng: &mut ChaCha8Rng) -> Vec<Km> {
    let mut sites: Vec<Km> = Vec::new();
    for _ in 0..60_000 {
        let p: Km = [rng.random_range(-56.0..56.0), rng.random_range(-46.0..46.0)];
        let distance = p[0].hypot(p[1]);
        let from_river = (p[1] - river(p[0])).abs();
        let apart = (0.82 + 0.016 * distance * distance).min(2.5 + 0.14 * distance).min(2.9 + 0.42 * from_river);
        let apart = if distance > 7.5 { apart.max(2.2) } else { apart };
        if sites.iter().all(|s| (s[0] - p[0]).hypot(s[1] - p[1]) > apart) {
            sites.push(p);
        }
    }
    sites
}

/// The 147 sites that make up the banner: those in an uneven oval around the centre.
fn innermost(sites: &[Km]) -> BTreeSet<usize> {
    let far = |p: Km| {
        let bearing = p[1].atan2(p[0]);
        (p[0] / 1.4).hypot(p[1]) * (1.0 + 0.11 * (2.0 * bearing + 0.8).sin() + 0.08 * (3.0 * bearing + 2.1).cos())
    };
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by(|&a, &b| far(sites[a]).total_cmp(&far(sites[b])));
    order.truncate(GRIDS);
    order.into_iter().collect()
}

/// Divides cells among centres, the nearest first in proportion to its reach, then mends pieces that hang
/// loose, so that every share is connected.
fn shares(mesh: &Mesh, cells: &BTreeSet<usize>, centres: &[(Km, f64)]) -> Vec<BTreeSet<usize>> {
    let mut owner: BTreeMap<usize, usize> = cells
        .iter()
        .map(|&cell| {
            let p = mesh.sites[cell];
            let pull = |c: &(Km, f64)| (p[0] - c.0[0]).hypot(p[1] - c.0[1]) / c.1;
            let nearest =
                (0..centres.len()).min_by(|&a, &b| pull(&centres[a]).total_cmp(&pull(&centres[b]))).unwrap_or(0);
            (cell, nearest)
        })
        .collect();
    for _ in 0..6 {
        for who in 0..centres.len() {
            let mut pieces = pieces(mesh, &owner.iter().filter(|&(_, &o)| o == who).map(|(&c, _)| c).collect());
            pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
            for loose in pieces.into_iter().skip(1) {
                let beside = loose
                    .iter()
                    .flat_map(|&c| mesh.neighbours(c))
                    .find_map(|c| owner.get(&c).copied().filter(|&o| o != who));
                if let Some(beside) = beside {
                    for cell in loose {
                        owner.insert(cell, beside);
                    }
                }
            }
        }
    }
    (0..centres.len()).map(|who| owner.iter().filter(|&(_, &o)| o == who).map(|(&c, _)| c).collect()).collect()
}

/// The connected pieces of a set of cells.
fn pieces(mesh: &Mesh, cells: &BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
    let mut left = cells.clone();
    let mut pieces = Vec::new();
    while let Some(first) = left.pop_first() {
        let mut piece = BTreeSet::from([first]);
        let mut edge = vec![first];
        while let Some(cell) = edge.pop() {
            for other in mesh.neighbours(cell) {
                if left.remove(&other) {
                    piece.insert(other);
                    edge.push(other);
                }
            }
        }
        pieces.push(piece);
    }
    pieces
}

/// `n` centres spread evenly over some cells (k-means from the cells farthest apart).
fn spread(mesh: &Mesh, cells: &BTreeSet<usize>, n: usize) -> Vec<Km> {
    let points: Vec<Km> = cells.iter().map(|&c| mesh.sites[c]).collect();
    let between = |a: Km, b: Km| (a[0] - b[0]).hypot(a[1] - b[1]);
    let mut centres: Vec<Km> = points.first().copied().into_iter().collect();
    while centres.len() < n.min(points.len()) {
        let lonely = points.iter().copied().max_by(|&a, &b| {
            let near = |p: Km| centres.iter().map(|&c| between(p, c)).fold(f64::MAX, f64::min);
            near(a).total_cmp(&near(b))
        });
        centres.extend(lonely);
    }
    for _ in 0..12 {
        let mut sums = vec![([0.0, 0.0], 0.0_f64); centres.len()];
        for &p in &points {
            let nearest = (0..centres.len())
                .min_by(|&a, &b| between(p, centres[a]).total_cmp(&between(p, centres[b])))
                .unwrap_or(0);
            sums[nearest].0[0] += p[0];
            sums[nearest].0[1] += p[1];
            sums[nearest].1 += 1.0;
        }
        for (centre, (sum, count)) in centres.iter_mut().zip(sums) {
            if count > 0.0 {
                *centre = [sum[0] / count, sum[1] / count];
            }
        }
    }
    centres
}

/// Whether a point (longitude, latitude) lies in a ring.
#[must_use]
pub fn inside(ring: &[[f64; 2]], p: [f64; 2]) -> bool {
    let mut inside = false;
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
    }
    inside
}

/// A point (longitude, latitude) somewhere in a region.
pub fn somewhere_in(region: &Region, rng: &mut ChaCha8Rng) -> [f64; 2] {
    let bounds = region.ring.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |b, p| {
        [b[0].min(p[0]), b[1].min(p[1]), b[2].max(p[0]), b[3].max(p[1])]
    });
    for _ in 0..200 {
        let p = [rng.random_range(bounds[0]..bounds[2]), rng.random_range(bounds[1]..bounds[3])];
        if inside(&region.ring, p) {
            return [(p[0] * 1e6).round() / 1e6, (p[1] * 1e6).round() / 1e6];
        }
    }
    [region.centre.1, region.centre.0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::dice;

    fn banner() -> Vec<Region> {
        draw(&mut dice(crate::demo::SEED, "map"))
    }

    fn surface(ring: &[[f64; 2]]) -> f64 {
        ring.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum::<f64>() / 2.0
    }

    #[test]
    fn there_are_147_grids_below_44_communities_of_11_streets() {
        let regions = banner();
        let count = |level| regions.iter().filter(|r| r.level == level).count();
        assert_eq!([count(0), count(1), count(2), count(3)], [1, 11, 44, GRIDS]);
        for (i, region) in regions.iter().enumerate() {
            let children = regions.iter().filter(|r| r.parent == Some(i)).count();
            assert!(region.level == 3 || children > 0, "{} is empty", region.name.zh);
            if let Some(above) = region.parent {
                assert_eq!(regions[above].level + 1, region.level);
                assert_eq!(region.path, format!("{}.{}", regions[above].path, region.code));
            }
        }
        let codes: BTreeSet<_> = regions.iter().map(|r| &r.code).collect();
        assert_eq!(codes.len(), regions.len());
        assert!(regions.iter().filter(|r| r.level == 1).all(|r| r.code.len() == 4));
    }

    #[test]
    fn every_level_adds_up_to_the_banner() {
        let regions = banner();
        let whole = surface(&regions[0].ring);
        assert!(whole > 0.0, "rings run counter-clockwise");
        for level in 1..=3 {
            let sum: f64 = regions.iter().filter(|r| r.level == level).map(|r| surface(&r.ring)).sum();
            assert!((sum / whole - 1.0).abs() < 1e-6, "level {level}: {sum} of {whole}");
        }
    }

    #[test]
    fn every_point_lies_in_exactly_one_area_of_each_level() {
        let regions = banner();
        let mut rng = dice(7, "points");
        for _ in 0..4_000 {
            let p = somewhere_in(&regions[0], &mut rng);
            for level in 1..=3 {
                let holding: Vec<_> = regions.iter().filter(|r| r.level == level && inside(&r.ring, p)).collect();
                assert_eq!(holding.len(), 1, "{p:?} at level {level}");
            }
        }
    }

    #[test]
    fn an_area_lies_within_the_one_above() {
        let regions = banner();
        let mut rng = dice(8, "points");
        for region in regions.iter().filter(|r| r.level > 0) {
            let above = &regions[region.parent.unwrap_or_default()];
            for _ in 0..10 {
                let p = somewhere_in(region, &mut rng);
                assert!(inside(&above.ring, p), "{} leaves {}", region.name.zh, above.name.zh);
            }
        }
    }

    #[test]
    fn no_outline_crosses_itself() {
        let crossing = |a: [f64; 2], b: [f64; 2], c: [f64; 2], d: [f64; 2]| {
            let side =
                |p: [f64; 2], q: [f64; 2], r: [f64; 2]| (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
            side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
        };
        for region in banner().iter().filter(|r| r.level == 3) {
            let edges: Vec<_> = region.ring.windows(2).collect();
            for (k, e) in edges.iter().enumerate() {
                for f in &edges[k + 1..] {
                    assert!(!crossing(e[0], e[1], f[0], f[1]), "{}", region.name.zh);
                }
            }
        }
    }

    #[test]
    fn the_core_is_finer_than_the_steppe() {
        let regions = banner();
        let mean = |setting| {
            let grids: Vec<_> =
                regions.iter().filter(|r| r.level == 3 && r.setting == setting).map(|r| surface(&r.ring)).collect();
            grids.iter().sum::<f64>() / grids.len() as f64
        };
        assert!(mean(Setting::Steppe) > 8.0 * mean(Setting::Urban));
    }
}
