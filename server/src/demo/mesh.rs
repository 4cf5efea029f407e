//! A partition of the plane into irregular cells that share their borders exactly: Voronoi cells whose straight
//! edges are replaced by one ragged line each, used by both neighbours. Coordinates are kilometres. What the
//! cells mean (grids, villages, towns) is decided in `map`.

use std::collections::{BTreeMap, BTreeSet};

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;

/// A point in kilometres east and north of the centre.
pub type Km = [f64; 2];

/// A corner where three cells meet, named by them.
type Corner = [usize; 3];

/// The cells around some sites, with their shared borders.
pub struct Mesh {
    /// Where each cell was grown from.
    pub sites: Vec<Km>,
    /// Per cell the corners in counter-clockwise order, each with the neighbour across the edge that starts there.
    cells: Vec<Vec<(Corner, usize)>>,
    /// Per pair of neighbours the line between them, from the smaller to the larger corner.
    borders: BTreeMap<(usize, usize), Vec<Km>>,
}

impl Mesh {
    /// Grows a cell around every site, draws the borders of those in `wanted` and forgets the rest. Cells of
    /// sites at the edge of the cloud reach far out; they are meant as surroundings.
    pub fn grow(
        mut sites: Vec<Km>,
        wanted: impl Fn(&[Km]) -> BTreeSet<usize>,
        rng: &mut ChaCha8Rng,
    ) -> (Self, BTreeSet<usize>) {
        for _ in 0..2 {
            let centres: Vec<Km> = (0..sites.len())
                .map(|i| centroid(&cell_of(&sites, i).iter().map(|c| c.0).collect::<Vec<_>>()))
                .collect();
            for (site, centre) in sites.iter_mut().zip(centres) {
                // Far-out cells have no meaningful middle.
                if centre[0].hypot(centre[1]) < 80.0 {
                    site[0] += 0.6 * (centre[0] - site[0]);
                    site[1] += 0.6 * (centre[1] - site[1]);
                }
            }
        }
        let wanted = wanted(&sites);
        let mut cells = vec![Vec::new(); sites.len()];
        let mut corners: BTreeMap<Corner, Km> = BTreeMap::new();
        for &i in &wanted {
            let outline = cell_of(&sites, i);
            for (k, &(at, next)) in outline.iter().enumerate() {
                let before = outline[(k + outline.len() - 1) % outline.len()].1;
                let mut corner = [i, before, next];
                corner.sort_unstable();
                corners.entry(corner).or_insert(at);
                cells[i].push((corner, next));
            }
        }
        let mut borders = BTreeMap::new();
        for &i in &wanted {
            for (k, &(from, other)) in cells[i].iter().enumerate() {
                let to = cells[i][(k + 1) % cells[i].len()].0;
                let key = (i.min(other), i.max(other));
                let (a, b) = if from < to { (from, to) } else { (to, from) };
                borders.entry(key).or_insert_with(|| ragged(corners[&a], corners[&b], sites[i], rng));
            }
        }
        (Self { sites, cells, borders }, wanted)
    }

    /// The cells next to a cell.
    pub fn neighbours(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        self.cells[cell].iter().map(|&(_, other)| other)
    }

    /// The closed outlines around a set of cells, counter-clockwise, the longest first; more than one means a hole or
    /// a set in pieces.
    pub fn outlines(&self, cells: &BTreeSet<usize>) -> Vec<Vec<Km>> {
        let mut next: BTreeMap<Corner, (Corner, usize, usize)> = BTreeMap::new();
        for &cell in cells {
            for (k, &(from, other)) in self.cells[cell].iter().enumerate() {
                if !cells.contains(&other) {
                    let to = self.cells[cell][(k + 1) % self.cells[cell].len()].0;
                    next.insert(from, (to, cell, other));
                }
            }
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = next.first_key_value() {
            let mut ring = Vec::new();
            let mut at = start;
            while let Some((to, cell, other)) = next.remove(&at) {
                let line = &self.borders[&(cell.min(other), cell.max(other))];
                let steps = line.len() - 1;
                if at < to {
                    ring.extend_from_slice(&line[..steps]);
                } else {
                    ring.extend(line[1..].iter().rev());
                }
                at = to;
            }
            if let Some(&first) = ring.first() {
                ring.push(first);
            }
            rings.push(ring);
        }
        rings.sort_by_key(|ring| std::cmp::Reverse(ring.len()));
        rings
    }
}

/// The convex cell of site `i`: its corners counter-clockwise, each with the site beyond the edge that starts there.
fn cell_of(sites: &[Km], i: usize) -> Vec<(Km, usize)> {
    const FAR: f64 = 400.0;
    let nobody = usize::MAX;
    let mut outline: Vec<(Km, usize)> =
        vec![([-FAR, -FAR], nobody), ([FAR, -FAR], nobody), ([FAR, FAR], nobody), ([-FAR, FAR], nobody)];
    let here = sites[i];
    for (j, &there) in sites.iter().enumerate() {
        if j == i {
            continue;
        }
        let middle = [(here[0] + there[0]) / 2.0, (here[1] + there[1]) / 2.0];
        let beyond = |p: Km| (p[0] - middle[0]) * (there[0] - here[0]) + (p[1] - middle[1]) * (there[1] - here[1]);
        if outline.iter().all(|&(p, _)| beyond(p) <= 0.0) {
            continue;
        }
        let mut cut = Vec::with_capacity(outline.len() + 1);
        for k in 0..outline.len() {
            let (p, edge) = outline[k];
            let (q, _) = outline[(k + 1) % outline.len()];
            let (dp, dq) = (beyond(p), beyond(q));
            let crossing = || {
                let t = dp / (dp - dq);
                [p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]
            };
            match (dp <= 0.0, dq <= 0.0) {
                (true, true) => cut.push((p, edge)),
                (true, false) => {
                    cut.push((p, edge));
                    cut.push((crossing(), j));
                }
                (false, true) => cut.push((crossing(), edge)),
                (false, false) => {}
            }
        }
        outline = cut;
    }
    outline
}

/// A line from `a` to `b` that wanders like a field path, never leaving the two triangles between the edge and
/// the sites on either side, so that two lines of one cell cannot cross.
fn ragged(a: Km, b: Km, site: Km, rng: &mut ChaCha8Rng) -> Vec<Km> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx.hypot(dy).max(1e-9);
    let foot = ((site[0] - a[0]) * dx + (site[1] - a[1]) * dy) / (length * length);
    let height = ((site[0] - a[0]) * dy - (site[1] - a[1]) * dx).abs() / length;
    let room = |t: f64| {
        let rising = if foot > 1e-6 { height * t / foot } else { f64::MAX };
        let falling = if foot < 1.0 - 1e-6 { height * (1.0 - t) / (1.0 - foot) } else { f64::MAX };
        rising.min(falling)
    };
    let steps = [1, 4, 8, 16, 32].into_iter().find(|&n| length / f64::from(n) < 0.7).unwrap_or(32);
    let mut offset = vec![0.0_f64; steps as usize + 1];
    let mut span = steps as usize;
    let mut swing = 0.11 * length;
    while span > 1 {
        for left in (0..steps as usize).step_by(span) {
            let middle = left + span / 2;
            offset[middle] = f64::midpoint(offset[left], offset[left + span]) + rng.random_range(-swing..swing);
        }
        span /= 2;
        swing *= 0.55;
    }
    offset
        .iter()
        .enumerate()
        .map(|(k, &d)| {
            let t = k as f64 / f64::from(steps);
            let d = d.clamp(-0.6 * room(t), 0.6 * room(t));
            [a[0] + t * dx - d * dy / length, a[1] + t * dy + d * dx / length]
        })
        .collect()
}

/// The middle of a polygon's area.
pub fn centroid(ring: &[Km]) -> Km {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for (k, p) in ring.iter().enumerate() {
        let q = ring[(k + 1) % ring.len()];
        let cross = p[0] * q[1] - q[0] * p[1];
        area += cross;
        x += cross * (p[0] + q[0]);
        y += cross * (p[1] + q[1]);
    }
    if area.abs() < 1e-12 { ring.first().copied().unwrap_or_default() } else { [x / (3.0 * area), y / (3.0 * area)] }
}
