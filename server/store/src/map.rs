//! Maps drawn on the server: the simplified boundaries of areas as SVG paths, and the projection by which a
//! point gets its place on them and a click becomes a point.

use std::fmt::Write as _;

use geo::{BoundingRect as _, Coord, LineString, MultiPolygon, Rect, Simplify as _};
use gongzhi_domain::Named;
use gongzhi_domain::area::Point;

use crate::areas::Area;

/// The width of every map in its own units; the height follows from the shape.
pub const WIDTH: f64 = 1000.0;

/// Corners closer than this to the line between their neighbours are left out, in map units.
const TOLERANCE: f64 = 1.5;

/// A map of neighbouring areas.
#[derive(Debug, Clone)]
pub struct AreaMap {
    /// Height in map units.
    pub height: f64,
    /// The areas on it.
    pub shapes: Vec<Shape>,
    /// What is shown, in degrees: west, south, east, north.
    pub bounds: [f64; 4],
    narrowing: f64,
}

/// One area on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Named,
    /// The `d` of an SVG path, in whole map units.
    pub d: String,
    /// Where its label stands, in map units.
    pub label: (f64, f64),
}

impl AreaMap {
    /// Draws areas onto one map; `None` when none of them has a boundary.
    pub(crate) fn draw<'a>(areas: impl Iterator<Item = &'a Area>) -> Option<Self> {
        let drawn: Vec<(&Area, &MultiPolygon<f64>)> =
            areas.filter_map(|area| area.boundary().map(|boundary| (area, boundary))).collect();
        let around = drawn.iter().filter_map(|(_, boundary)| boundary.bounding_rect()).reduce(both)?;
        let middle = f64::midpoint(around.min().y, around.max().y);
        let narrowing = middle.to_radians().cos().max(0.05);
        let width = (around.width() * narrowing).max(f64::EPSILON);
        let bounds = [around.min().x, around.min().y, around.max().x, around.max().y];
        let mut map = Self { height: (around.height() / width * WIDTH).round(), shapes: Vec::new(), bounds, narrowing };
        map.shapes = drawn.into_iter().map(|(area, boundary)| map.shape(area, boundary)).collect();
        Some(map)
    }

    /// Where a point lies on the map, in map units from the upper left.
    #[must_use]
    pub fn place(&self, point: Point) -> (f64, f64) {
        let at = self.project(Coord { x: point.lon, y: point.lat });
        (at.x, at.y)
    }

    /// Which point lies at a place of the map; `None` off the earth.
    #[must_use]
    pub fn point(&self, x: f64, y: f64) -> Option<Point> {
        let [west, _, _, north] = self.bounds;
        let scale = self.scale();
        Point::new(north - y / scale, west + x / scale / self.narrowing)
    }

    /// Map units in a degree of latitude.
    fn scale(&self) -> f64 {
        let [west, _, east, _] = self.bounds;
        WIDTH / ((east - west) * self.narrowing).max(f64::EPSILON)
    }

    fn project(&self, at: Coord<f64>) -> Coord<f64> {
        let [west, _, _, north] = self.bounds;
        let scale = self.scale();
        Coord { x: (at.x - west) * self.narrowing * scale, y: (north - at.y) * scale }
    }

    fn shape(&self, area: &Area, boundary: &MultiPolygon<f64>) -> Shape {
        let mut d = String::new();
        for polygon in boundary {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                let ring: LineString<f64> = ring.coords().map(|corner| self.project(*corner)).collect();
                let ring = ring.simplify(TOLERANCE);
                let corners = ring.0.len().saturating_sub(1);
                for (at, corner) in ring.coords().take(corners).enumerate() {
                    let letter = if at == 0 { 'M' } else { 'L' };
                    // Writing to a String cannot fail.
                    let _ = write!(d, "{letter}{:.0} {:.0}", corner.x, corner.y);
                }
                d.push('Z');
            }
        }
        let label = area.centre.map(|centre| self.place(centre)).or_else(|| {
            let middle = boundary.bounding_rect()?.center();
            let at = self.project(middle);
            Some((at.x, at.y))
        });
        let (x, y) = label.unwrap_or_default();
        Shape { code: area.code.clone(), name: area.name.clone(), d, label: (x.round(), y.round()) }
    }
}

fn both(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
}
