//! GCJ-02, the offset that maps sold in China carry. The forward formula is the published one; the way
//! back is found by iteration, exact to far less than a metre.

use super::Point;
use std::f64::consts::PI;

const SEMI_MAJOR: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// A point of the earth as a Chinese map shows it. Outside China nothing is offset.
#[must_use]
pub fn wgs84_to_gcj02(point: Point) -> Point {
    if outside_china(point) { point } else { shifted(point) }
}

/// A point read off a Chinese map, on the earth.
#[must_use]
pub fn gcj02_to_wgs84(shown: Point) -> Point {
    if outside_china(shown) {
        return shown;
    }
    let mut guess = shown;
    for _ in 0..8 {
        let there = shifted(guess);
        guess = Point { lat: guess.lat + shown.lat - there.lat, lon: guess.lon + shown.lon - there.lon };
    }
    guess
}

fn outside_china(point: Point) -> bool {
    !(72.004..=137.8347).contains(&point.lon) || !(0.8293..=55.8271).contains(&point.lat)
}

fn shifted(point: Point) -> Point {
    let (x, y) = (point.lon - 105.0, point.lat - 35.0);
    let phi = point.lat.to_radians();
    let magic = 1.0 - ECCENTRICITY_SQUARED * phi.sin().powi(2);
    let root = magic.sqrt();
    let metres_per_lat = SEMI_MAJOR * (1.0 - ECCENTRICITY_SQUARED) / (magic * root) * PI / 180.0;
    let metres_per_lon = SEMI_MAJOR / root * phi.cos() * PI / 180.0;
    Point { lat: point.lat + offset_lat(x, y) / metres_per_lat, lon: point.lon + offset_lon(x, y) / metres_per_lon }
}

fn offset_lat(x: f64, y: f64) -> f64 {
    -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + short_waves(x)
        + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0
}

fn offset_lon(x: f64, y: f64) -> f64 {
    300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + short_waves(x)
        + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0
}

fn short_waves(x: f64) -> f64 {
    (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tiananmen_is_where_the_maps_show_it() {
        let shown = wgs84_to_gcj02(Point { lat: 39.907_333, lon: 116.391_083 });
        assert!(shown.distance_m(Point { lat: 39.908_737, lon: 116.397_325 }) < 1.0, "{shown:?}");
    }

    #[test]
    fn nothing_moves_abroad() {
        let london = Point { lat: 51.5, lon: -0.12 };
        assert_eq!(wgs84_to_gcj02(london), london);
        assert_eq!(gcj02_to_wgs84(london), london);
    }

    proptest! {
        #[test]
        fn there_and_back_within_a_metre(lat in 18.0..53.0f64, lon in 74.0..134.0f64) {
            let point = Point { lat, lon };
            let shown = wgs84_to_gcj02(point);
            prop_assert!(gcj02_to_wgs84(shown).distance_m(point) < 1.0);
            prop_assert!(shown.distance_m(point) < 1_500.0);
        }
    }
}
