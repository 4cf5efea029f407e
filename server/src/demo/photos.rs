//! The photos of the demo town, drawn by code: what residents saw and what it looked like afterwards. Stories name
//! them; each is drawn once and shared by all requests that show it.

mod board;
mod brush;
mod drains;
mod home;
mod land;
mod power;
mod rubbish;
mod street;
mod trade;
mod traffic;

use fast_qr::{ECL, QRBuilder};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, Rgb, RgbImage};

use self::brush::{Canvas, HEIGHT, WIDTH};
use super::dice;

/// Pixels of a module of a QR code on a page, and the modules around it that stay empty.
const MODULE: u32 = 4;
const QUIET: u32 = 4;

type Painter = fn(&mut Canvas);

/// Every photo by name.
#[rustfmt::skip]
const PAINTERS: &[(&str, Painter)] = &[
    ("ads_on_wall", |c| home::wall(c, true, false)),
    ("bench_broken", |c| land::bench(c, true)),
    ("bench_mended", |c| land::bench(c, false)),
    ("bins_clean", |c| rubbish::bins(c, false)),
    ("bins_overflowing", |c| rubbish::bins(c, true)),
    ("bus_stop", traffic::bus_stop),
    ("car_on_pavement", |c| traffic::pavement(c, traffic::OnIt::Car)),
    ("car_wreck", |c| traffic::pavement(c, traffic::OnIt::Wreck)),
    ("ceiling_leak", home::ceiling),
    ("crossing_faded", |c| traffic::crossing(c, false)),
    ("crossing_painted", |c| traffic::crossing(c, true)),
    ("dark_path", power::dark_path),
    ("dark_stairwell", |c| home::stairwell(c, false, false)),
    ("dog_mess", land::dog_mess),
    ("door_broken", |c| home::doorway(c, home::At::BrokenLock)),
    ("doorway_clear", |c| home::doorway(c, home::At::Nothing)),
    ("drain_blocked", |c| drains::drain(c, true)),
    ("drain_clear", |c| drains::drain(c, false)),
    ("fence_steppe", land::fence),
    ("fire_lane_blocked", |c| traffic::pavement(c, traffic::OnIt::FireLane)),
    ("flooded_street", drains::flood),
    ("gas_pipe", home::gas_pipe),
    ("lamp_lit", |c| power::lamp(c, true)),
    ("lamp_out", |c| power::lamp(c, false)),
    ("lawn_dug", land::lawn_dug),
    ("lift_out", home::lift),
    ("lit_stairwell", |c| home::stairwell(c, true, false)),
    ("manhole_covered", |c| drains::manhole(c, drains::Cover::Closed)),
    ("manhole_missing", |c| drains::manhole(c, drains::Cover::Missing)),
    ("manhole_overflow", |c| drains::manhole(c, drains::Cover::Overflowing)),
    ("pact_posted", |c| board::board(c, false)),
    ("pact_posted_15", |c| board::board(c, true)),
    ("pact_signed", board::sheet),
    ("pavement_broken", |c| traffic::pavement(c, traffic::OnIt::Holes)),
    ("pavement_free", |c| traffic::pavement(c, traffic::OnIt::Bollards)),
    ("pavement_mended", |c| traffic::pavement(c, traffic::OnIt::Nothing)),
    ("pipe_burst", |c| drains::pipe(c, true)),
    ("pipe_mended", |c| drains::pipe(c, false)),
    ("playground_broken", |c| land::playground(c, true)),
    ("playground_mended", |c| land::playground(c, false)),
    ("pond_edge", land::pond),
    ("pothole", |c| traffic::road(c, traffic::Hole::Open)),
    ("pothole_mended", |c| traffic::road(c, traffic::Hole::Patched)),
    ("radiator_cold", home::radiator),
    ("road_clear", |c| land::steppe_road(c, false)),
    ("road_hollow", |c| traffic::road(c, traffic::Hole::Sunk)),
    ("road_sand", |c| land::steppe_road(c, true)),
    ("rubble_gone", |c| rubbish::rubble(c, false)),
    ("rubble_heap", |c| rubbish::rubble(c, true)),
    ("scooters_doorway", |c| home::doorway(c, home::At::Scooters)),
    ("shop_shelf", home::shelf),
    ("sign_hanging", trade::sign),
    ("site_night", trade::site),
    ("smoke_stall", trade::smoke),
    ("square_dance", land::dance),
    ("stairwell_clutter", |c| home::stairwell(c, true, true)),
    ("steps_snow", |c| land::steps(c, true)),
    ("steps_swept", |c| land::steps(c, false)),
    ("street_market", trade::market),
    ("thermometer", home::thermometer),
    ("toilet", home::toilet),
    ("traffic_light_out", traffic::traffic_light),
    ("transformer", power::transformer),
    ("tree_cleared", |c| land::tree(c, false)),
    ("tree_fallen", |c| land::tree(c, true)),
    ("wall_clean", |c| home::wall(c, false, false)),
    ("wall_cracked", |c| home::wall(c, false, true)),
    ("well_pump", land::well),
    ("wires_hanging", |c| power::wires(c, true)),
    ("wires_tidy", |c| power::wires(c, false)),
];

/// The names of all photos.
pub fn names() -> impl Iterator<Item = &'static str> {
    PAINTERS.iter().map(|(name, _)| *name)
}

/// Draws a photo as a JPEG file; `None` for a name that is none.
#[must_use]
pub fn draw(name: &str) -> Option<Vec<u8>> {
    let (_, paint) = PAINTERS.iter().find(|(known, _)| *known == name)?;
    let mut canvas = Canvas::new(dice(11, name))?;
    paint(&mut canvas);
    let mut jpeg = Vec::with_capacity(300_000);
    JpegEncoder::new_with_quality(&mut jpeg, 88)
        .encode(&canvas.finish(), WIDTH, HEIGHT, ExtendedColorType::Rgb8)
        .ok()?;
    Some(jpeg)
}

/// A page of the signature book with signatures on it and, in its corner, a QR code that holds `code`, as a JPEG file.
pub fn signed_page(code: &str) -> Option<Vec<u8>> {
    let mut canvas = Canvas::new(dice(11, "pact_signed"))?;
    board::sheet(&mut canvas);
    let mut pixels = RgbImage::from_raw(WIDTH, HEIGHT, canvas.finish())?;
    let drawn = QRBuilder::new(code).ecl(ECL::M).build().ok()?;
    let side = u32::try_from(drawn.size).ok()? + 2 * QUIET;
    for (x, y) in (0..side * MODULE).flat_map(|x| (0..side * MODULE).map(move |y| (x, y))) {
        let at = |n: u32| (n / MODULE).checked_sub(QUIET).filter(|n| *n < side - 2 * QUIET).map(|n| n as usize);
        let dark = at(x).zip(at(y)).is_some_and(|(x, y)| drawn[y][x].value());
        pixels.put_pixel(x, y, Rgb(if dark { [24, 24, 24] } else { [250, 250, 248] }));
    }
    let mut jpeg = Vec::with_capacity(300_000);
    JpegEncoder::new_with_quality(&mut jpeg, 88).encode(&pixels, WIDTH, HEIGHT, ExtendedColorType::Rgb8).ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_photo_of_a_story_can_be_drawn() {
        for story in crate::demo::stories::all().expect("the story files are read") {
            for photo in story.see.iter().chain(&story.after) {
                assert!(names().any(|name| name == photo), "{photo}");
            }
        }
    }

    #[test]
    fn photos_differ_and_are_the_same_every_time() {
        let (hole, mended) = (draw("pothole"), draw("pothole_mended"));
        assert!(hole.is_some() && hole != mended);
        assert_eq!(hole, draw("pothole"));
        assert_eq!(draw("nothing"), None);
    }
}
