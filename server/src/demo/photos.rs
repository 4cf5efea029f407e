//! The photos of the demo town, drawn by code: what residents saw and what it looked like afterwards. Stories name
//! them; each is drawn once and shared by all requests that show it.

mod brush;
mod home;
mod land;
mod street;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use self::brush::{Canvas, HEIGHT, WIDTH};
use super::dice;

type Painter = fn(&mut Canvas);

/// Every photo by name.
#[rustfmt::skip]
const PAINTERS: &[(&str, Painter)] = &[
    ("ads_on_wall", |c| home::wall(c, true, false)),
    ("bench_broken", |c| land::bench(c, true)),
    ("bench_mended", |c| land::bench(c, false)),
    ("bins_clean", |c| street::bins(c, false)),
    ("bins_overflowing", |c| street::bins(c, true)),
    ("bus_stop", street::bus_stop),
    ("car_on_pavement", |c| street::pavement(c, street::OnIt::Car)),
    ("car_wreck", |c| street::pavement(c, street::OnIt::Wreck)),
    ("ceiling_leak", home::ceiling),
    ("crossing_faded", |c| street::crossing(c, false)),
    ("crossing_painted", |c| street::crossing(c, true)),
    ("dark_path", street::dark_path),
    ("dark_stairwell", |c| home::stairwell(c, false, false)),
    ("dog_mess", land::dog_mess),
    ("door_broken", |c| home::doorway(c, home::At::BrokenLock)),
    ("doorway_clear", |c| home::doorway(c, home::At::Nothing)),
    ("drain_blocked", |c| street::drain(c, true)),
    ("drain_clear", |c| street::drain(c, false)),
    ("fence_steppe", land::fence),
    ("fire_lane_blocked", |c| street::pavement(c, street::OnIt::FireLane)),
    ("flooded_street", street::flood),
    ("gas_pipe", home::gas_pipe),
    ("lamp_lit", |c| street::lamp(c, true)),
    ("lamp_out", |c| street::lamp(c, false)),
    ("lawn_dug", land::lawn_dug),
    ("lift_out", home::lift),
    ("lit_stairwell", |c| home::stairwell(c, true, false)),
    ("manhole_covered", |c| street::manhole(c, street::Cover::Closed)),
    ("manhole_missing", |c| street::manhole(c, street::Cover::Missing)),
    ("manhole_overflow", |c| street::manhole(c, street::Cover::Overflowing)),
    ("pavement_broken", |c| street::pavement(c, street::OnIt::Holes)),
    ("pavement_free", |c| street::pavement(c, street::OnIt::Bollards)),
    ("pavement_mended", |c| street::pavement(c, street::OnIt::Nothing)),
    ("pipe_burst", |c| street::pipe(c, true)),
    ("pipe_mended", |c| street::pipe(c, false)),
    ("playground_broken", |c| land::playground(c, true)),
    ("playground_mended", |c| land::playground(c, false)),
    ("pond_edge", land::pond),
    ("pothole", |c| street::road(c, street::Hole::Open)),
    ("pothole_mended", |c| street::road(c, street::Hole::Patched)),
    ("radiator_cold", home::radiator),
    ("road_clear", |c| land::steppe_road(c, false)),
    ("road_hollow", |c| street::road(c, street::Hole::Sunk)),
    ("road_sand", |c| land::steppe_road(c, true)),
    ("rubble_gone", |c| street::rubble(c, false)),
    ("rubble_heap", |c| street::rubble(c, true)),
    ("scooters_doorway", |c| home::doorway(c, home::At::Scooters)),
    ("shop_shelf", home::shelf),
    ("sign_hanging", street::sign),
    ("site_night", street::site),
    ("smoke_stall", street::smoke),
    ("square_dance", land::dance),
    ("stairwell_clutter", |c| home::stairwell(c, true, true)),
    ("steps_snow", |c| land::steps(c, true)),
    ("steps_swept", |c| land::steps(c, false)),
    ("street_market", street::market),
    ("thermometer", home::thermometer),
    ("toilet", home::toilet),
    ("traffic_light_out", street::traffic_light),
    ("transformer", street::transformer),
    ("tree_cleared", |c| land::tree(c, false)),
    ("tree_fallen", |c| land::tree(c, true)),
    ("wall_clean", |c| home::wall(c, false, false)),
    ("wall_cracked", |c| home::wall(c, false, true)),
    ("well_pump", land::well),
    ("wires_hanging", |c| street::wires(c, true)),
    ("wires_tidy", |c| street::wires(c, false)),
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
