//! Roads, pavements and crossings, and who waits there.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::{car, day};

/// What is wrong with a road.
pub enum Hole {
    Open,
    Patched,
    Sunk,
}

pub fn road(c: &mut Canvas, hole: Hole) {
    day(c, 330.0);
    for k in 0..6 {
        let (y, w) = (360.0 + 90.0 * k as f32, 12.0 + 8.0 * k as f32);
        c.poly(
            &[(600.0 - w / 2.0, y), (600.0 + w / 2.0, y), (600.0 + w * 0.75, y + 50.0), (600.0 - w * 0.75, y + 50.0)],
            0xE6E2_D5CC,
        );
    }
    match hole {
        Hole::Open => {
            c.blob(640.0, 660.0, 300.0, 112.0, 0x5456_57FF);
            c.blob(640.0, 668.0, 262.0, 92.0, 0x3A37_33FF);
            c.blob(650.0, 684.0, 190.0, 56.0, 0x6C7B_83FF);
            c.blob(620.0, 676.0, 90.0, 20.0, 0xA9BF_C799);
            c.scatter(330.0, 590.0, 620.0, 190.0, 70, 13.0, 0x6A68_64FF);
            c.line(&[(340.0, 640.0), (250.0, 610.0), (190.0, 640.0), (120.0, 620.0)], 5.0, 0x4042_43FF);
            c.line(&[(930.0, 690.0), (1010.0, 720.0), (1080.0, 705.0)], 5.0, 0x4042_43FF);
        }
        Hole::Patched => {
            c.poly(&[(350.0, 570.0), (900.0, 560.0), (985.0, 770.0), (300.0, 785.0)], 0x3E40_42FF);
            c.line(&[(350.0, 570.0), (900.0, 560.0), (985.0, 770.0), (300.0, 785.0), (350.0, 570.0)], 6.0, 0x2A2B_2DFF);
            c.scatter(360.0, 575.0, 560.0, 190.0, 380, 4.0, 0x5557_5AFF);
        }
        Hole::Sunk => {
            c.blob(620.0, 660.0, 270.0, 150.0, 0x4A4B_4CFF);
            c.blob(620.0, 676.0, 238.0, 126.0, 0x1815_13FF);
            c.blob(600.0, 742.0, 150.0, 44.0, 0x2D25_1CFF);
            for k in 0..9 {
                let angle = k as f32 * 0.7;
                let (x, y) = (620.0 + 275.0 * angle.cos(), 660.0 + 155.0 * angle.sin());
                c.line(&[(x, y), (x + 90.0 * angle.cos(), y + 40.0 * angle.sin())], 5.0, 0x3B3C_3EFF);
            }
            for x in [250.0, 1010.0] {
                c.poly(&[(x, 520.0), (x - 46.0, 700.0), (x + 46.0, 700.0)], 0xE4642AFF);
                c.poly(&[(x - 15.0, 580.0), (x + 15.0, 580.0), (x + 26.0, 625.0), (x - 26.0, 625.0)], 0xF7F2_E8FF);
                c.rect(x - 62.0, 696.0, 124.0, 16.0, 0x3A3A_3AFF);
            }
        }
    }
}

/// What stands on a pavement.
pub enum OnIt {
    Nothing,
    Holes,
    Car,
    Wreck,
    FireLane,
    Bollards,
}

pub fn pavement(c: &mut Canvas, what: OnIt) {
    day(c, 360.0);
    c.wash(0.0, 470.0, 1200.0, 330.0, 0xC9BE_AAFF, 0xB3A7_92FF);
    for k in 0..7 {
        let y = 470.0 + 330.0 * (k as f32 / 6.0).powf(1.25);
        c.line(&[(0.0, y), (1200.0, y)], 2.5, 0x9A8F_7BAA);
    }
    for k in -12..13 {
        let x = k as f32;
        c.line(&[(600.0 + x * 84.0, 470.0), (600.0 + x * 150.0, 800.0)], 2.5, 0x9A8F_7BAA);
    }
    c.poly(&[(0.0, 575.0), (1200.0, 575.0), (1200.0, 630.0), (0.0, 630.0)], 0xD7A9_3FBB);
    c.wash(0.0, 800.0, 1200.0, 100.0, 0x7274_74FF, 0x595B_5CFF);
    c.rect(0.0, 794.0, 1200.0, 18.0, 0xDCD6_C8FF);
    match what {
        OnIt::Nothing => c.poly(&[(210.0, 500.0), (620.0, 500.0), (690.0, 770.0), (160.0, 770.0)], 0xE0D6_C244),
        OnIt::Holes => {
            for (x, y) in [(320.0, 560.0), (520.0, 690.0), (760.0, 600.0), (900.0, 730.0), (430.0, 610.0)] {
                let tilt = c.rng.random_range(-14.0..14.0);
                c.poly(
                    &[(x, y), (x + 96.0, y + tilt), (x + 112.0, y + 56.0), (x + 10.0, y + 60.0 - tilt)],
                    0x6E60_4CFF,
                );
                c.poly(
                    &[(x + 24.0, y - 20.0), (x + 120.0, y + tilt - 6.0), (x + 116.0, y + 40.0), (x + 26.0, y + 34.0)],
                    0xB9AB_92FF,
                );
                c.line(&[(x + 26.0, y + 34.0), (x + 116.0, y + 40.0)], 6.0, 0x5448_38FF);
            }
            c.blob(640.0, 735.0, 120.0, 24.0, 0x8FA3_A9BB);
        }
        OnIt::Car => {
            car(c, 250.0, 700.0, 1.0, 0xB7483EFF);
            car(c, 790.0, 640.0, 0.72, 0x49708FFF);
        }
        OnIt::Wreck => {
            car(c, 330.0, 720.0, 1.12, 0x8E8A_7EFF);
            c.rect(330.0, 640.0, 560.0, 60.0, 0xCDBF_A044);
            c.scatter(330.0, 540.0, 560.0, 190.0, 240, 6.0, 0xCBBE_A488);
            c.scatter(300.0, 740.0, 620.0, 60.0, 60, 11.0, 0xA776_3EAA);
        }
        OnIt::FireLane => {
            for k in 0..7 {
                let x = 60.0 + 180.0 * k as f32;
                c.line(&[(x, 780.0), (x + 120.0, 500.0)], 14.0, 0xE2B6_2CDD);
            }
            car(c, 60.0, 690.0, 0.95, 0xE5E3_DCFF);
            car(c, 560.0, 660.0, 0.85, 0x2F3A_44FF);
            car(c, 960.0, 700.0, 0.9, 0x6C86_6BFF);
        }
        OnIt::Bollards => {
            for k in 0..6 {
                let x = 120.0 + 190.0 * k as f32;
                c.oval(x + 6.0, 792.0, 34.0, 9.0, 0x0000_0033);
                c.rect(x - 13.0, 690.0, 26.0, 104.0, 0x3B42_45FF);
                c.rect(x - 13.0, 712.0, 26.0, 18.0, 0xF0C6_3CFF);
                c.oval(x, 690.0, 13.0, 8.0, 0x565E_61FF);
            }
        }
    }
}

pub fn traffic_light(c: &mut Canvas) {
    day(c, 560.0);
    c.rect(560.0, 130.0, 26.0, 620.0, 0x4B52_57FF);
    c.rect(500.0, 110.0, 150.0, 390.0, 0x2A2E_31FF);
    for k in 0..3 {
        let y = 178.0 + 126.0 * k as f32;
        c.oval(575.0, y, 50.0, 50.0, 0x1719_1BFF);
        c.oval(575.0, y, 42.0, 42.0, [0x4A25_22FF, 0x4C40_20FF, 0x2143_2DFF][k]);
        c.poly(&[(520.0, y - 50.0), (630.0, y - 50.0), (620.0, y - 30.0), (530.0, y - 30.0)], 0x1012_14FF);
    }
    car(c, 30.0, 760.0, 0.85, 0xE0DC_D2FF);
    car(c, 740.0, 790.0, 0.95, 0x3D5E_7BFF);
}

pub fn crossing(c: &mut Canvas, fresh: bool) {
    day(c, 330.0);
    let paint = if fresh { 0xF7F5_EEFF } else { 0xC9C7_C044 };
    for k in 0..9 {
        let x = 60.0 + 125.0 * k as f32;
        c.poly(&[(x + 40.0, 520.0), (x + 108.0, 520.0), (x + 96.0, 760.0), (x, 760.0)], paint);
        if !fresh {
            c.scatter(x, 520.0, 110.0, 240.0, 14, 15.0, 0x7577_77FF);
        }
    }
    if fresh {
        c.rect(1046.0, 250.0, 12.0, 280.0, 0x6A70_74FF);
        c.poly(&[(1052.0, 130.0), (1130.0, 262.0), (974.0, 262.0)], 0xF2C1_33FF);
        c.oval(1052.0, 200.0, 12.0, 12.0, 0x2323_23FF);
        c.poly(&[(1040.0, 214.0), (1064.0, 214.0), (1070.0, 250.0), (1034.0, 250.0)], 0x2323_23FF);
    }
}

pub fn bus_stop(c: &mut Canvas) {
    day(c, 470.0);
    c.wash(0.0, 620.0, 1200.0, 90.0, 0xC6BC_A9FF, 0xB5AA_96FF);
    c.rect(400.0, 210.0, 14.0, 440.0, 0x5A64_6AFF);
    c.rect(330.0, 190.0, 156.0, 110.0, 0x1F5A_8AFF);
    c.rect(350.0, 212.0, 116.0, 16.0, 0xF4F0_E6FF);
    c.rect(350.0, 242.0, 84.0, 12.0, 0xF4F0_E6AA);
    c.rect(350.0, 266.0, 96.0, 12.0, 0xF4F0_E6AA);
    for (x, coat) in [(560.0, 0x7A4E_5AFF), (650.0, 0x4C63_71FF), (760.0, 0x8A73_43FF)] {
        c.oval(x, 668.0, 44.0, 10.0, 0x0000_0033);
        c.rect(x - 14.0, 590.0, 12.0, 76.0, 0x2E31_36FF);
        c.rect(x + 4.0, 590.0, 12.0, 76.0, 0x2E31_36FF);
        c.poly(&[(x - 32.0, 600.0), (x - 24.0, 484.0), (x + 24.0, 484.0), (x + 32.0, 600.0)], coat);
        c.oval(x, 456.0, 25.0, 28.0, 0xD9B1_8EFF);
        c.blob(x, 440.0, 27.0, 17.0, 0x4A44_40FF);
    }
}
