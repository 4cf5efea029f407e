//! Areas and points. The depth and the names of levels are data (people-and-places.md, Areas); this
//! file knows only that an area has a path, and that a path can lie under another.

mod datum;

pub use datum::{gcj02_to_wgs84, wgs84_to_gcj02};

use crate::lang::Named;
use serde::{Deserialize, Serialize};

/// The longest path that is accepted, in bytes.
pub const PATH_MAX: usize = 400;

/// Where an area stands in the tree: its own code after those of all it lies in, joined by dots, as in
/// `cn1529.152921.bayanhot.g07`. Codes are ASCII letters, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaPath(String);

/// A text that is no area path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an area path")]
pub struct NotAPath(String);

impl AreaPath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`NotAPath`] when a code is empty or holds anything but ASCII letters, digits and `_`, or the
    /// path is longer than [`PATH_MAX`].
    pub fn parse(text: &str) -> Result<Self, NotAPath> {
        let fine = text.len() <= PATH_MAX && text.split('.').all(is_code);
        if fine { Ok(Self(text.to_owned())) } else { Err(NotAPath(text.chars().take(80).collect())) }
    }

    /// The path of an area in this one. `None` when the code is not one.
    #[must_use]
    pub fn child(&self, code: &str) -> Option<Self> {
        Self::parse(&format!("{}.{code}", self.0)).ok()
    }

    /// The path of what this area lies in; `None` at the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('.').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// Whether the other area is this one or lies below it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The area's own code.
    #[must_use]
    pub fn code(&self) -> &str {
        self.0.rsplit_once('.').map_or(self.0.as_str(), |(_, code)| code)
    }

    /// The codes from the root down to this area.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.split('.')
    }

    /// How many areas lie above and including this one; the root's depth is 1.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.codes().count()
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl std::fmt::Display for AreaPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for AreaPath {
    type Err = NotAPath;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for AreaPath {
    type Error = NotAPath;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AreaPath> for String {
    fn from(path: AreaPath) -> Self {
        path.0
    }
}

/// A row of `area_level`: which levels there are is the installation's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Its stable word: `banner`, `street`, `grid`.
    pub code: String,
    /// Order from the top, beginning at 1.
    pub rank: i16,
    /// What it is called.
    pub name: Named,
}

coded! {
    /// In which coordinates a place was given. Everything is stored in WGS-84; which was given is kept.
    pub enum Datum {
        /// What satellites and browsers give.
        Wgs84 = "wgs84",
        /// What Chinese maps give 火星坐标.
        Gcj02 = "gcj02",
    }
}

/// A place on the earth in WGS-84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lon: f64,
}

/// The side of the cells that public points are snapped to, in degrees of latitude: about 110 m.
const PUBLIC_CELL: f64 = 0.001;

const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl Point {
    /// A point in WGS-84; `None` when it is not on the earth.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Self { lat, lon })
    }

    /// A point given in either datum, converted at the edge.
    #[must_use]
    pub fn given(lat: f64, lon: f64, datum: Datum) -> Option<Self> {
        let point = Self::new(lat, lon)?;
        Some(match datum {
            Datum::Wgs84 => point,
            Datum::Gcj02 => gcj02_to_wgs84(point),
        })
    }

    /// Metres between two points on the sphere (haversine); exact to 0.5 %.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = ((lat2 - lat1) / 2.0).sin();
        let half_lon = ((other.lon - self.lon).to_radians() / 2.0).sin();
        let a = half_lat * half_lat + lat1.cos() * lat2.cos() * half_lon * half_lon;
        2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin()
    }

    /// The point that may be shown to everyone: the middle of a cell of about 100 m, so that a home
    /// cannot be told from its neighbours (people-and-places.md, Privacy). Snapping twice changes nothing.
    #[must_use]
    pub fn for_public(self) -> Self {
        let lat = middle(self.lat, PUBLIC_CELL);
        // Cells keep their width in metres: a degree of longitude shrinks towards the poles.
        let width = PUBLIC_CELL / lat.to_radians().cos().max(0.05);
        Self { lat: lat.clamp(-90.0, 90.0), lon: middle(self.lon, width).clamp(-180.0, 180.0) }
    }
}

fn middle(value: f64, cell: f64) -> f64 {
    ((value / cell).floor() + 0.5) * cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> AreaPath {
        AreaPath::parse(text).unwrap()
    }

    #[test]
    fn an_area_contains_itself_and_what_lies_below() {
        assert!(path("a.b").contains(&path("a.b")));
        assert!(path("a.b").contains(&path("a.b.c")));
        assert!(!path("a.b").contains(&path("a.bc")), "a longer code is another area");
        assert!(!path("a.b").contains(&path("a")));
    }

    #[test]
    fn paths_are_checked() {
        for wrong in ["", ".", "a.", ".a", "a..b", "a b", "甲", "a/b", "a.b%"] {
            assert!(AreaPath::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(path("a.b.c").parent(), Some(path("a.b")));
        assert_eq!(path("a").parent(), None);
        assert_eq!(path("a.b").child("c"), Some(path("a.b.c")));
        assert_eq!(path("a.b").child("c.d").map(|p| p.depth()), Some(4));
        assert_eq!(path("a.b.c").code(), "c");
        assert!(serde_json::from_str::<AreaPath>("\"a..b\"").is_err());
    }

    #[test]
    fn distances() {
        let bayanhot = Point::new(38.8333, 105.6667).unwrap();
        let yinchuan = Point::new(38.4872, 106.2309).unwrap();
        let metres = bayanhot.distance_m(yinchuan);
        assert!((61_000.0..64_000.0).contains(&metres), "{metres}");
        assert_eq!(Point::new(f64::NAN, 1.0), None);
        assert_eq!(Point::new(91.0, 1.0), None);
    }

    proptest! {
        #[test]
        fn a_public_point_is_near_and_the_same_for_neighbours(lat in -80.0..80.0f64, lon in -179.0..179.0f64) {
            let exact = Point { lat, lon };
            let shown = exact.for_public();
            prop_assert!(exact.distance_m(shown) < 120.0);
            prop_assert!(shown.distance_m(shown.for_public()) < 0.01, "stable when snapped again");
        }
    }
}
