//! The administrative tree with its boundaries, kept in memory: which grid a point lies in, what an area is
//! called from the root down, the choices of a form, the shapes of a map (people-and-places.md, Areas).
//! Depth and names of levels are data; nothing here knows what a grid is.

use std::collections::HashMap;

use chrono::NaiveDate;
use geo::{Area as _, BoundingRect as _, Coord, Intersects as _, LineString, MultiPolygon, Polygon, Rect};
use gongzhi_domain::area::{AreaPath, Point};
use gongzhi_domain::ids::AreaId;
use gongzhi_domain::{Error, Named};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::map::AreaMap;
use crate::refusal::{fault, refuse};

/// A level of the tree in this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its number in the database.
    pub id: i16,
    /// Order from the root down.
    pub rank: i16,
    /// What it is called.
    pub name: Named,
}

/// A node of the tree.
#[derive(Debug, Clone)]
pub struct Area {
    /// Which it is.
    pub id: AreaId,
    /// What it lies in; `None` for the root.
    pub parent: Option<AreaId>,
    /// The rank of its level, from the root down.
    pub rank: i16,
    /// Its own kind: 街道, 镇, 苏木, 社区, 村, 嘎查 …
    pub kind: Named,
    /// The code that stands in addresses and on door plates.
    pub code: String,
    /// Its place in the tree.
    pub path: AreaPath,
    /// Its name.
    pub name: Named,
    /// Where its label stands.
    pub centre: Option<Point>,
    /// People living in it, where counted.
    pub population: Option<i32>,
    /// Whether it no longer exists: shown in old requests, offered for no new one.
    pub ended: bool,
    boundary: Option<Boundary>,
}

#[derive(Debug, Clone)]
struct Boundary {
    shape: MultiPolygon<f64>,
    around: Rect<f64>,
    size: f64,
}

impl Area {
    /// Whether the point lies in the area or on its boundary; `false` without a boundary.
    #[must_use]
    pub fn holds(&self, point: Point) -> bool {
        let at = Coord { x: point.lon, y: point.lat };
        self.boundary.as_ref().is_some_and(|boundary| boundary.around.intersects(&at) && boundary.shape.intersects(&at))
    }

    /// Its boundary in degrees (x is the longitude).
    #[must_use]
    pub fn boundary(&self) -> Option<&MultiPolygon<f64>> {
        self.boundary.as_ref().map(|boundary| &boundary.shape)
    }
}

/// A line of a `<select>` of areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub code: String,
    /// What is shown.
    pub name: Named,
    /// How deep it lies below the root, from 1.
    pub depth: usize,
    /// Whether nothing lies below it.
    pub leaf: bool,
}

/// All areas, sorted so that every area is followed by what lies in it.
#[derive(Debug, Default)]
pub struct AreaTree {
    areas: Vec<Area>,
    by_id: HashMap<AreaId, usize>,
    by_code: HashMap<String, usize>,
    levels: Vec<Level>,
    /// The last day on which an area had ended, and the first on which another will have: between them nothing changes
    /// by itself.
    ended: (Option<NaiveDate>, Option<NaiveDate>),
}

impl AreaTree {
    /// Reads the whole tree as it stands on a day; [`crate::db::Db::areas`] keeps it.
    pub async fn load(pool: &PgPool, day: NaiveDate) -> Result<Self, Error> {
        let levels = sqlx::query!("select id, rank, name_zh, name_en from area_level order by rank");
        let levels = levels.fetch_all(pool).await.map_err(refuse)?;
        let rows = sqlx::query!(
            r#"select a.id, a.parent_id, l.rank, a.kind_zh, a.kind_en, a.code, a.path, a.name_zh, a.name_en,
                      a.boundary, a.centre_lat, a.centre_lon, a.population,
                      a.active_to, coalesce(a.active_to <= $1, false) as "ended!"
               from area a join area_level l on l.id = a.level_id
               order by a.path"#,
            day,
        );
        let (mut areas, mut ends) = (Vec::new(), Vec::new());
        for row in rows.fetch_all(pool).await.map_err(refuse)? {
            let boundary = match &row.boundary {
                None => None,
                Some(json) => {
                    let boundary = read_boundary(json);
                    if boundary.is_none() {
                        tracing::warn!(area = %row.code, "the boundary is no GeoJSON polygon and is not used");
                    }
                    boundary
                }
            };
            ends.extend(row.active_to);
            areas.push(Area {
                id: AreaId::from_uuid(row.id),
                parent: row.parent_id.map(AreaId::from_uuid),
                rank: row.rank,
                kind: Named::new(row.kind_zh, row.kind_en),
                code: row.code,
                path: AreaPath::parse(&row.path).map_err(fault)?,
                name: Named::new(row.name_zh, row.name_en),
                centre: row.centre_lat.zip(row.centre_lon).and_then(|(lat, lon)| Point::new(lat, lon)),
                population: row.population,
                ended: row.ended,
                boundary,
            });
        }
        let by_id = areas.iter().enumerate().map(|(at, area)| (area.id, at)).collect();
        let by_code = areas.iter().enumerate().map(|(at, area)| (area.code.clone(), at)).collect();
        let levels = levels
            .into_iter()
            .map(|row| Level { id: row.id, rank: row.rank, name: Named::new(row.name_zh, row.name_en) })
            .collect();
        let last = ends.iter().copied().filter(|end| *end <= day).max();
        let next = ends.into_iter().filter(|end| *end > day).min();
        Ok(Self { areas, by_id, by_code, levels, ended: (last, next) })
    }

    /// Whether the tree stands on this day as it stood on the day it was read for: no area ended in between.
    #[must_use]
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        let (last, next) = self.ended;
        last.is_none_or(|last| last <= day) && next.is_none_or(|next| day < next)
    }

    /// The root; `None` before the first import.
    #[must_use]
    pub fn root(&self) -> Option<&Area> {
        self.areas.iter().find(|area| area.parent.is_none() && !area.ended)
    }

    /// The area with this id.
    #[must_use]
    pub fn get(&self, id: AreaId) -> Option<&Area> {
        self.by_id.get(&id).and_then(|at| self.areas.get(*at))
    }

    /// The area with this code.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Area> {
        self.by_code.get(code).and_then(|at| self.areas.get(*at))
    }

    /// Every area, each followed by what lies in it; ended ones too.
    #[must_use]
    pub fn all(&self) -> &[Area] {
        &self.areas
    }

    /// The levels from the root down.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// What lies directly in an area.
    pub fn children(&self, id: AreaId) -> impl Iterator<Item = &Area> {
        self.areas.iter().filter(move |area| area.parent == Some(id) && !area.ended)
    }

    /// The area a point lies in: of all that hold it the smallest. `None` outside every boundary; the root's
    /// inbox takes such a place if the caller accepts it.
    #[must_use]
    pub fn locate(&self, point: Point) -> Option<&Area> {
        let holding = self.areas.iter().filter(|area| !area.ended && area.holds(point));
        let size = |area: &Area| area.boundary.as_ref().map_or(f64::INFINITY, |boundary| boundary.size);
        holding.min_by(|a, b| size(a).total_cmp(&size(b)).then(b.rank.cmp(&a.rank)))
    }

    /// The area itself after all it lies in, from the root down.
    #[must_use]
    pub fn line(&self, id: AreaId) -> Vec<&Area> {
        let mut line = Vec::new();
        let mut next = self.get(id);
        while let Some(area) = next {
            line.push(area);
            next = area.parent.and_then(|parent| self.get(parent)).filter(|_| line.len() < 32);
        }
        line.reverse();
        line
    }

    /// The names from the root down to this area.
    #[must_use]
    pub fn chain(&self, id: AreaId) -> Vec<Named> {
        self.line(id).into_iter().map(|area| area.name.clone()).collect()
    }

    /// The four characters that stand in request numbers for the street an area lies in: the code of the
    /// uppermost area below the root that has four, else the end of the root's own code, filled with `0`.
    #[must_use]
    pub fn street_code(&self, id: AreaId) -> String {
        let line = self.line(id);
        if let Some(street) = line.iter().skip(1).find(|area| area.code.len() == 4) {
            return street.code.clone();
        }
        let root = line.first().map_or("", |root| root.code.as_str());
        let end: String = root.chars().skip(root.chars().count().saturating_sub(4)).collect();
        format!("{end:0>4}")
    }

    /// Every area below the root as lines of a `<select>`: towns, each followed by its communities, each
    /// followed by its grids.
    #[must_use]
    pub fn choices(&self) -> Vec<Choice> {
        let below = self.areas.iter().filter(|area| area.parent.is_some() && !area.ended);
        let choice = |area: &Area| Choice {
            code: area.code.clone(),
            name: area.name.clone(),
            depth: area.path.depth().saturating_sub(1),
            leaf: self.children(area.id).next().is_none(),
        };
        below.map(choice).collect()
    }

    /// A map of an area that shows those of a rank below it (or its children). `None` where nothing has a
    /// boundary.
    #[must_use]
    pub fn map(&self, of: AreaId, rank: Option<i16>) -> Option<AreaMap> {
        let around = self.get(of)?;
        let shown = self.areas.iter().filter(|area| {
            let right =
                rank.map_or(area.parent == Some(of), |rank| area.rank == rank && around.path.contains(&area.path));
            right && !area.ended
        });
        AreaMap::draw(shown)
    }
}

/// An area to be written.
#[derive(Debug, Clone)]
pub struct NewArea {
    /// Its id.
    pub id: AreaId,
    /// What it lies in.
    pub parent: Option<AreaId>,
    /// The number of its level.
    pub level: i16,
    /// Its own kind.
    pub kind: Named,
    /// Its place in the tree; the last part is its code: capital letters and digits.
    pub path: AreaPath,
    /// Its name.
    pub name: Named,
    /// GeoJSON polygon or multipolygon in WGS-84.
    pub boundary: Option<Value>,
    /// Where its label stands.
    pub centre: Option<Point>,
    /// People living in it.
    pub population: Option<i32>,
    /// Households in it.
    pub households: Option<i32>,
}

/// Writes levels, given from the root down; their numbers are 1, 2, ….
pub async fn insert_levels(tx: &mut PgConnection, names: &[Named]) -> Result<(), Error> {
    for (rank, name) in (1_i16..).zip(names) {
        sqlx::query!(
            "insert into area_level (id, rank, name_zh, name_en) values ($1, $1, $2, $3)",
            rank,
            name.zh,
            name.en
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    }
    Ok(())
}

/// Writes areas, parents before children. Callers of [`crate::db::Db::areas`] see them a moment after the commit
/// where [`crate::cached::follow`] runs, else after [`crate::db::Db::forget_cached`].
pub async fn insert_many(tx: &mut PgConnection, areas: &[NewArea]) -> Result<(), Error> {
    for area in areas {
        sqlx::query!(
            "insert into area (id, parent_id, level_id, kind_zh, kind_en, code, path, name_zh, name_en, boundary,
                               centre_lat, centre_lon, population, households)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            area.id.uuid(),
            area.parent.map(AreaId::uuid),
            area.level,
            area.kind.zh,
            area.kind.en,
            area.path.code(),
            area.path.as_str(),
            area.name.zh,
            area.name.en,
            area.boundary,
            area.centre.map(|centre| centre.lat),
            area.centre.map(|centre| centre.lon),
            area.population,
            area.households,
        )
        .execute(&mut *tx)
        .await
        .map_err(refuse)?;
    }
    Ok(())
}

fn read_boundary(json: &Value) -> Option<Boundary> {
    let coordinates = json.get("coordinates")?;
    let shape = match json.get("type")?.as_str()? {
        "Polygon" => MultiPolygon::new(vec![read_polygon(coordinates)?]),
        "MultiPolygon" => MultiPolygon::new(coordinates.as_array()?.iter().map(read_polygon).collect::<Option<_>>()?),
        _ => return None,
    };
    let around = shape.bounding_rect()?;
    let size = shape.unsigned_area();
    Some(Boundary { shape, around, size })
}

fn read_polygon(rings: &Value) -> Option<Polygon<f64>> {
    let mut rings = rings.as_array()?.iter().map(read_ring);
    let outer = rings.next()??;
    Some(Polygon::new(outer, rings.collect::<Option<_>>()?))
}

fn read_ring(ring: &Value) -> Option<LineString<f64>> {
    let corner = |corner: &Value| {
        let x = corner.get(0)?.as_f64()?;
        let y = corner.get(1)?.as_f64()?;
        Some(Coord { x, y })
    };
    let corners: Vec<_> = ring.as_array()?.iter().map(corner).collect::<Option<_>>()?;
    (corners.len() >= 4).then(|| LineString::new(corners))
}
