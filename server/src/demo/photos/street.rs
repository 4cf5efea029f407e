//! Streets: lamps, roads, pavements, drains, bins, wires.

use rand::RngExt as _;

use super::brush::Canvas;

/// Houses in the background, windows lit or not, down to a horizon.
fn houses(c: &mut Canvas, horizon: f32, wall: u32, window: u32, lit: f64) {
    let mut x = -40.0;
    while x < 1240.0 {
        let w = c.rng.random_range(150.0..260.0);
        let h = c.rng.random_range(180.0..360.0);
        let shade = if c.rng.random_bool(0.5) { wall } else { (wall >> 8).wrapping_sub(0x0A_0A_0A) << 8 | 0xFF };
        c.rect(x, horizon - h, w, h, shade);
        c.rect(x, horizon - h - 10.0, w, 14.0, 0x0000_0022);
        let mut y = horizon - h + 28.0;
        while y < horizon - 50.0 {
            let mut wx = x + 22.0;
            while wx < x + w - 36.0 {
                let colour = if c.rng.random_bool(lit) { 0xF6D0_8AFF } else { window };
                c.rect(wx, y, 26.0, 34.0, colour);
                wx += 50.0;
            }
            y += 62.0;
        }
        x += w + c.rng.random_range(4.0..46.0);
    }
}

/// A street by day: sky, houses, trees, asphalt below the horizon.
fn day(c: &mut Canvas, horizon: f32) {
    c.wash(0.0, 0.0, 1200.0, horizon, 0x9FC6_DEFF, 0xE9EE_E6FF);
    houses(c, horizon, 0xC9B9_9FFF, 0x7E90_9AFF, 0.04);
    for _ in 0..7 {
        let x = c.rng.random_range(0.0..1200.0);
        c.rect(x - 5.0, horizon - 90.0, 10.0, 92.0, 0x6B54_3EFF);
        c.blob(x, horizon - 120.0, 56.0, 62.0, 0x6F95_63FF);
        c.blob(x - 16.0, horizon - 134.0, 30.0, 30.0, 0x8DAF_77AA);
    }
    c.wash(0.0, horizon, 1200.0, 900.0 - horizon, 0x8A8C_8BFF, 0x6567_68FF);
    c.rect(0.0, horizon - 4.0, 1200.0, 12.0, 0xB9B5_A8FF);
    c.scatter(0.0, horizon, 1200.0, 900.0 - horizon, 260, 3.0, 0x4F52_5333);
}

/// A street by night.
fn night(c: &mut Canvas, horizon: f32, lit: f64) {
    c.wash(0.0, 0.0, 1200.0, horizon, 0x0E16_2CFF, 0x2B36_55FF);
    c.scatter(0.0, 0.0, 1200.0, 300.0, 70, 1.8, 0xDDE6_FF88);
    houses(c, horizon, 0x1B23_3AFF, 0x121A_2CFF, lit);
    c.wash(0.0, horizon, 1200.0, 900.0 - horizon, 0x1D23_30FF, 0x0D11_1AFF);
}

pub fn lamp(c: &mut Canvas, lit: bool) {
    night(c, 600.0, if lit { 0.22 } else { 0.12 });
    c.poly(&[(430.0, 600.0), (770.0, 600.0), (1150.0, 900.0), (50.0, 900.0)], 0x262C_3AFF);
    for k in 0..4 {
        let y = 630.0 + 70.0 * k as f32;
        c.poly(&[(594.0, y), (606.0, y), (610.0, y + 34.0), (590.0, y + 34.0)], 0x6E75_80AA);
    }
    for (x, scale) in [(250.0_f32, 1.0_f32), (880.0, 0.62), (1010.0, 0.4)] {
        let top = 640.0 - 470.0 * scale;
        if lit {
            c.glow(x + 120.0 * scale, top + 20.0, 330.0 * scale, 0xFFD9_8ACC);
            c.poly(
                &[
                    (x + 100.0 * scale, top + 24.0),
                    (x + 140.0 * scale, top + 24.0),
                    (x + 330.0 * scale, 700.0),
                    (x - 90.0 * scale, 700.0),
                ],
                0xFFE2_A026,
            );
            c.oval(x + 120.0 * scale, 700.0, 220.0 * scale, 38.0 * scale, 0xFFE2_A030);
        }
        c.line(&[(x, 690.0), (x, top + 40.0 * scale)], 15.0 * scale, 0x5B66_77FF);
        c.bow(
            (x, top + 40.0 * scale),
            (x + 6.0, top - 6.0),
            (x + 110.0 * scale, top + 12.0 * scale),
            12.0 * scale,
            0x5B66_77FF,
        );
        c.oval(
            x + 122.0 * scale,
            top + 18.0 * scale,
            34.0 * scale,
            13.0 * scale,
            if lit { 0xFFF3_CFFF } else { 0x3A43_52FF },
        );
    }
    if !lit {
        c.rect(0.0, 0.0, 1200.0, 900.0, 0x0408_1030);
    }
}

pub fn dark_path(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 520.0, 0x0B12_22FF, 0x2330_40FF);
    c.glow(600.0, 430.0, 220.0, 0xE8B8_6A66);
    c.wash(0.0, 500.0, 1200.0, 400.0, 0x1410_1AFF, 0x0A0C_10FF);
    c.poly(&[(570.0, 500.0), (630.0, 500.0), (940.0, 900.0), (260.0, 900.0)], 0x2C30_36FF);
    for side in [-1.0_f32, 1.0] {
        for k in 0..6 {
            let near = k as f32 / 5.0;
            let x = 600.0 + side * (70.0 + 480.0 * near);
            let h = 120.0 + 380.0 * near;
            c.blob(x, 520.0 + 130.0 * near - h / 2.0, 50.0 + 110.0 * near, h / 2.0, 0x1018_1CFF);
        }
    }
    c.oval(600.0, 470.0, 12.0, 5.0, 0xFFDD_9ACC);
}

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

/// A parked car with its wheels on a line.
fn car(c: &mut Canvas, x: f32, ground: f32, k: f32, paint: u32) {
    let at = |dx: f32, dy: f32| (x + dx * k, ground + dy * k);
    c.oval(x + 250.0 * k, ground + 56.0 * k, 280.0 * k, 22.0 * k, 0x0000_0044);
    c.poly(
        &[
            at(0.0, 30.0),
            at(6.0, -36.0),
            at(96.0, -58.0),
            at(160.0, -128.0),
            at(340.0, -130.0),
            at(420.0, -56.0),
            at(494.0, -34.0),
            at(500.0, 30.0),
        ],
        paint,
    );
    c.poly(&[at(118.0, -56.0), at(170.0, -114.0), at(244.0, -116.0), at(244.0, -56.0)], 0x2C3A_45FF);
    c.poly(&[at(260.0, -56.0), at(260.0, -116.0), at(332.0, -116.0), at(392.0, -56.0)], 0x2C3A_45FF);
    c.line(&[at(130.0, -60.0), at(170.0, -104.0)], 5.0 * k, 0xFFFF_FF55);
    c.line(&[at(4.0, -10.0), at(496.0, -10.0)], 4.0 * k, 0x0000_0033);
    for wheel in [110.0, 390.0] {
        let (wx, wy) = at(wheel, 30.0);
        c.oval(wx, wy, 46.0 * k, 46.0 * k, 0x2323_26FF);
        c.oval(wx, wy, 22.0 * k, 22.0 * k, 0xA9AB_ABFF);
    }
    let (lx, ly) = at(486.0, -20.0);
    c.oval(lx, ly, 12.0 * k, 9.0 * k, 0xFFF0_C4FF);
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

pub fn flood(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 400.0, 0x6A78_84FF, 0xA9B2_B4FF);
    houses(c, 420.0, 0x8F88_7CFF, 0x5A66_6EFF, 0.1);
    c.wash(0.0, 420.0, 1200.0, 480.0, 0x8B93_8CFF, 0x5C6A_6CFF);
    for k in 0..26 {
        let y = 440.0 + 17.0 * k as f32;
        let x = c.rng.random_range(0.0..1000.0);
        let w = c.rng.random_range(80.0..320.0);
        c.line(&[(x, y), (x + w, y)], 4.0, 0xC9D4_D455);
    }
    car(c, 360.0, 600.0, 0.95, 0x9F4B_40FF);
    c.wash(330.0, 600.0, 560.0, 70.0, 0x7C86_82EE, 0x727E_7CFF);
    c.bow((330.0, 606.0), (600.0, 588.0), (880.0, 608.0), 6.0, 0xDDE4_E3AA);
    for _ in 0..130 {
        let (x, y) = (c.rng.random_range(0.0..1200.0), c.rng.random_range(0.0..860.0));
        c.line(&[(x, y), (x - 10.0, y + 42.0)], 2.0, 0xE6EE_F055);
    }
}

pub fn drain(c: &mut Canvas, blocked: bool) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0x8486_84FF, 0x6C6E_6EFF);
    c.scatter(0.0, 0.0, 1200.0, 900.0, 700, 4.0, 0x5052_5244);
    c.wash(0.0, 0.0, 1200.0, 170.0, 0xC8C0_B0FF, 0xB5AC_9CFF);
    c.rect(0.0, 160.0, 1200.0, 60.0, 0xDAD4_C6FF);
    c.rect(0.0, 212.0, 1200.0, 18.0, 0x5557_57AA);
    if blocked {
        c.blob(600.0, 520.0, 520.0, 280.0, 0x5A60_5AEE);
        c.blob(560.0, 470.0, 300.0, 110.0, 0x8896_9366);
    }
    c.rect(330.0, 300.0, 540.0, 330.0, 0x2E32_34FF);
    for k in 0..9 {
        c.rect(352.0 + 56.0 * k as f32, 322.0, 38.0, 286.0, if blocked { 0x3A35_2AFF } else { 0x0A0C_0EFF });
    }
    if blocked {
        for _ in 0..80 {
            let (x, y) = (c.rng.random_range(330.0..870.0), c.rng.random_range(310.0..640.0));
            let colour = [0x8A6A_36FF, 0xA07C_3EFF, 0x6B5A_30FF, 0x7B8A_4AFF][c.rng.random_range(0..4)];
            c.blob(x, y, 24.0, 13.0, colour);
        }
        c.blob(720.0, 420.0, 96.0, 60.0, 0xE6E9_EACC);
        c.blob(440.0, 540.0, 70.0, 40.0, 0xC7D6_E4BB);
        c.rect(520.0, 350.0, 34.0, 96.0, 0x6FA3_B8CC);
    } else {
        c.rect(330.0, 300.0, 540.0, 10.0, 0x5C63_66FF);
    }
}

/// How a manhole is found.
pub enum Cover {
    Closed,
    Missing,
    Overflowing,
}

pub fn manhole(c: &mut Canvas, cover: Cover) {
    day(c, 250.0);
    match cover {
        Cover::Closed => {
            c.oval(600.0, 620.0, 250.0, 128.0, 0x4649_4BFF);
            c.oval(600.0, 612.0, 232.0, 116.0, 0x5D62_65FF);
            for k in -4..5 {
                let y = 612.0 + 24.0 * k as f32;
                let half = 220.0 * (1.0 - (k as f32 / 5.0).powi(2)).sqrt();
                c.line(&[(600.0 - half, y), (600.0 + half, y)], 6.0, 0x474C_4FFF);
            }
            c.oval(600.0, 612.0, 70.0, 36.0, 0x4A4F_52FF);
        }
        Cover::Missing => {
            c.oval(600.0, 620.0, 250.0, 132.0, 0x8D8A_84FF);
            c.oval(600.0, 628.0, 222.0, 112.0, 0x0907_07FF);
            c.oval(600.0, 590.0, 190.0, 66.0, 0x1F1C_1AFF);
            c.line(&[(640.0, 700.0), (690.0, 470.0), (730.0, 330.0)], 12.0, 0x6A50_34FF);
            for (x, y) in [(740.0, 340.0), (700.0, 390.0), (760.0, 300.0), (690.0, 330.0)] {
                c.blob(x, y, 38.0, 28.0, 0x6E8F_52FF);
            }
            c.rect(690.0, 440.0, 70.0, 40.0, 0xD8362AFF);
        }
        Cover::Overflowing => {
            c.blob(600.0, 690.0, 520.0, 190.0, 0x5F5A_44EE);
            c.blob(560.0, 720.0, 330.0, 80.0, 0x8A85_6A88);
            c.oval(600.0, 600.0, 210.0, 96.0, 0x3F44_46FF);
            c.oval(600.0, 592.0, 190.0, 82.0, 0x585D_60FF);
            for k in 0..7 {
                let x = 440.0 + 54.0 * k as f32;
                c.bow((x, 620.0), (x - 10.0, 560.0), (x + 26.0, 660.0), 12.0, 0x8E88_6CFF);
            }
            c.blob(700.0, 560.0, 80.0, 30.0, 0x8E88_6CFF);
            c.scatter(200.0, 640.0, 800.0, 190.0, 40, 12.0, 0xD8D2_B8AA);
        }
    }
}

pub fn pipe(c: &mut Canvas, burst: bool) {
    day(c, 300.0);
    c.poly(&[(180.0, 470.0), (1040.0, 450.0), (1130.0, 840.0), (90.0, 850.0)], 0x7A60_44FF);
    c.poly(&[(240.0, 520.0), (980.0, 505.0), (1040.0, 790.0), (170.0, 800.0)], 0x4E3C_2AFF);
    c.scatter(200.0, 470.0, 830.0, 340.0, 160, 14.0, 0x8F73_5288);
    c.wash(150.0, 610.0, 910.0, 96.0, 0x9AA2_A6FF, 0x555C_61FF);
    c.line(&[(160.0, 626.0), (1050.0, 626.0)], 8.0, 0xD0D6_D866);
    if burst {
        for _ in 0..60 {
            let angle = c.rng.random_range(-2.5_f32..-0.65);
            let far = c.rng.random_range(120.0..430.0);
            let end = (600.0 + far * angle.cos(), 620.0 + far * angle.sin());
            c.bow((600.0, 620.0), (600.0 + far * 0.5 * angle.cos(), 560.0 - far * 0.6), end, 7.0, 0xDDEE_F688);
        }
        c.glow(600.0, 560.0, 190.0, 0xFFFF_FF99);
        c.blob(600.0, 780.0, 470.0, 60.0, 0x8FAA_B8CC);
    } else {
        for x in [510.0, 650.0] {
            c.rect(x, 592.0, 44.0, 132.0, 0x2F6F_8CFF);
            c.rect(x, 592.0, 44.0, 22.0, 0x5C98_B2FF);
        }
        c.rect(554.0, 604.0, 96.0, 108.0, 0x3C82_A0FF);
    }
}

pub fn bins(c: &mut Canvas, full: bool) {
    day(c, 430.0);
    c.wash(0.0, 560.0, 1200.0, 340.0, 0xA6A3_98FF, 0x8986_7CFF);
    c.rect(0.0, 300.0, 1200.0, 260.0, 0xD2C5_ACFF);
    for k in 0..8 {
        c.line(&[(0.0, 332.0 + 32.0 * k as f32), (1200.0, 332.0 + 32.0 * k as f32)], 2.0, 0xB6A8_8E88);
    }
    for (k, colour) in [0x2F7D_5BFF, 0x2B66_94FF, 0x6E73_78FF].into_iter().enumerate() {
        let x = 190.0 + 290.0 * k as f32;
        c.oval(x + 110.0, 742.0, 150.0, 22.0, 0x0000_0044);
        if full {
            for _ in 0..9 {
                let (bx, by) = (x + c.rng.random_range(20.0..200.0), c.rng.random_range(360.0..440.0));
                let bag = [0x2E30_33FF, 0xE7E4_DAFF, 0xC9D9_C2FF, 0xD9B8_92FF][c.rng.random_range(0..4)];
                c.blob(bx, by, 52.0, 44.0, bag);
            }
        }
        c.poly(&[(x, 430.0), (x + 220.0, 430.0), (x + 198.0, 740.0), (x + 22.0, 740.0)], colour);
        c.poly(&[(x + 170.0, 430.0), (x + 220.0, 430.0), (x + 198.0, 740.0), (x + 160.0, 740.0)], 0x0000_0022);
        c.oval(x + 110.0, 590.0, 46.0, 46.0, 0xFFFF_FF33);
        if full {
            c.poly(&[(x - 12.0, 418.0), (x + 40.0, 300.0), (x + 60.0, 308.0), (x + 14.0, 432.0)], colour);
        } else {
            c.poly(&[(x - 12.0, 402.0), (x + 232.0, 402.0), (x + 226.0, 436.0), (x - 6.0, 436.0)], colour);
            c.rect(x - 12.0, 402.0, 244.0, 10.0, 0xFFFF_FF44);
        }
    }
    if full {
        for _ in 0..26 {
            let (x, y) = (c.rng.random_range(80.0..1120.0), c.rng.random_range(700.0..840.0));
            let bag = [0x2E30_33FF, 0xEDE9_DEFF, 0xB9C9_D6FF, 0xCFA0_6AFF, 0x9BB0_84FF][c.rng.random_range(0..5)];
            let r = c.rng.random_range(18.0..62.0);
            c.blob(x, y, r, r * 0.75, bag);
        }
        c.scatter(100.0, 230.0, 1000.0, 260.0, 36, 3.5, 0x1B1B_1BFF);
    }
}

pub fn rubble(c: &mut Canvas, there: bool) {
    day(c, 420.0);
    c.wash(0.0, 560.0, 1200.0, 340.0, 0xB3A8_92FF, 0x958A_75FF);
    c.rect(0.0, 250.0, 1200.0, 320.0, 0xC3B7_A0FF);
    c.rect(0.0, 240.0, 1200.0, 24.0, 0x9E92_7CFF);
    if there {
        c.poly(
            &[(180.0, 800.0), (360.0, 560.0), (560.0, 450.0), (760.0, 520.0), (980.0, 690.0), (1060.0, 810.0)],
            0x9D94_86FF,
        );
        for _ in 0..190 {
            let x: f32 = c.rng.random_range(200.0..1040.0);
            let top = 470.0 + (x - 600.0).abs() * 0.75;
            let y = c.rng.random_range(top.min(800.0)..830.0);
            let (w, h) = (c.rng.random_range(16.0..66.0), c.rng.random_range(12.0..36.0));
            let tilt = c.rng.random_range(-12.0..12.0);
            let colour = [0xA8553EFF, 0xB9B3_A6FF, 0x8B867CFF, 0xCFC9_BCFF, 0x7E6A_54FF][c.rng.random_range(0..5)];
            c.poly(&[(x, y), (x + w, y + tilt), (x + w, y + h + tilt), (x, y + h)], colour);
        }
        c.line(&[(300.0, 640.0), (520.0, 420.0)], 16.0, 0x9A7B_4EFF);
        c.blob(820.0, 740.0, 90.0, 60.0, 0xE6E2_D6FF);
    } else {
        c.poly(&[(120.0, 620.0), (1080.0, 610.0), (1150.0, 850.0), (60.0, 860.0)], 0xC5BA_A433);
        c.rect(560.0, 380.0, 12.0, 260.0, 0x6A70_74FF);
        c.rect(460.0, 300.0, 214.0, 130.0, 0xF4F0_E6FF);
        c.rect(460.0, 300.0, 214.0, 34.0, 0xB423_18FF);
        c.rect(484.0, 356.0, 166.0, 14.0, 0x5560_5BFF);
        c.rect(484.0, 388.0, 120.0, 14.0, 0x5560_5BFF);
    }
}

pub fn wires(c: &mut Canvas, loose: bool) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0x9DBB_D0FF, 0xE6E3_D6FF);
    c.rect(640.0, 120.0, 560.0, 780.0, 0xC9B4_93FF);
    for row in 0..4 {
        for col in 0..3 {
            let (x, y) = (700.0 + 170.0 * col as f32, 180.0 + 180.0 * row as f32);
            c.rect(x, y, 96.0, 112.0, 0x70838FFF);
            c.rect(x, y, 96.0, 10.0, 0x8D7B_5FFF);
            c.line(&[(x + 48.0, y), (x + 48.0, y + 112.0)], 4.0, 0xE6DF_D0FF);
        }
    }
    c.rect(250.0, 80.0, 34.0, 820.0, 0x8A7D_6AFF);
    c.rect(150.0, 150.0, 234.0, 16.0, 0x6D62_52FF);
    for k in 0..3 {
        c.oval(180.0 + 86.0 * k as f32, 140.0, 10.0, 16.0, 0xE8E4_DAFF);
    }
    if loose {
        for k in 0..14 {
            let bend = (c.rng.random_range(380.0..620.0), c.rng.random_range(260.0..760.0));
            let end = (c.rng.random_range(640.0..1200.0), c.rng.random_range(150.0..560.0));
            c.bow((180.0 + 14.0 * k as f32, 160.0), bend, end, 5.0, [0x2224_26FF, 0x3B3F_44FF, 0x5A2A_26FF][k % 3]);
        }
        c.blob(720.0, 430.0, 70.0, 56.0, 0x2628_2AFF);
        c.bow((720.0, 430.0), (640.0, 700.0), (560.0, 820.0), 7.0, 0x1E20_22FF);
        c.line(&[(560.0, 820.0), (530.0, 800.0)], 4.0, 0xE9A0_30FF);
        c.glow(556.0, 822.0, 60.0, 0xFFD3_66BB);
    } else {
        c.rect(640.0, 150.0, 560.0, 22.0, 0xE2DC_CEFF);
        for k in 0..3 {
            c.bow((180.0 + 86.0 * k as f32, 150.0), (440.0, 210.0), (640.0, 160.0), 4.0, 0x2E32_35FF);
        }
        c.rect(652.0, 150.0, 18.0, 500.0, 0xE2DC_CEFF);
    }
}

pub fn transformer(c: &mut Canvas) {
    day(c, 520.0);
    c.oval(620.0, 772.0, 300.0, 26.0, 0x0000_0044);
    c.rect(370.0, 290.0, 480.0, 480.0, 0x6F8A_7CFF);
    c.rect(370.0, 290.0, 480.0, 26.0, 0x5A73_66FF);
    c.rect(400.0, 340.0, 200.0, 410.0, 0x2A2F_2EFF);
    for k in 0..5 {
        let y = 372.0 + 70.0 * k as f32;
        c.rect(424.0, y, 60.0, 40.0, 0x4A50_52FF);
        c.rect(446.0, y - 8.0, 14.0, 40.0, 0xB4882CFF);
        c.bow((490.0, y + 20.0), (540.0, y + 60.0), (580.0, y + 8.0), 6.0, [0xB23A2EFF, 0x2C5F9AFF, 0xD0A22EFF][k % 3]);
    }
    c.poly(&[(600.0, 340.0), (770.0, 300.0), (770.0, 800.0), (600.0, 750.0)], 0x88A5_95FF);
    c.poly(&[(660.0, 430.0), (716.0, 540.0), (610.0, 534.0)], 0xF2C1_33FF);
    c.line(&[(664.0, 460.0), (650.0, 496.0), (674.0, 496.0), (660.0, 526.0)], 7.0, 0x1E1E_1EFF);
}

pub fn site(c: &mut Canvas) {
    night(c, 640.0, 0.16);
    c.rect(560.0, 250.0, 380.0, 420.0, 0x2C31_3EFF);
    for k in 0..6 {
        c.line(&[(560.0, 270.0 + 70.0 * k as f32), (940.0, 270.0 + 70.0 * k as f32)], 5.0, 0x5A60_6CFF);
        c.line(&[(570.0 + 74.0 * k as f32, 250.0), (570.0 + 74.0 * k as f32, 670.0)], 4.0, 0x5A60_6CFF);
    }
    c.line(&[(300.0, 680.0), (300.0, 110.0)], 16.0, 0xC98F_2CFF);
    c.line(&[(180.0, 140.0), (860.0, 140.0)], 12.0, 0xC98F_2CFF);
    c.line(&[(300.0, 70.0), (820.0, 136.0)], 4.0, 0xC98F_2CFF);
    c.line(&[(760.0, 140.0), (760.0, 240.0)], 3.0, 0xB9BE_C6FF);
    for (x, y) in [(600.0, 240.0), (900.0, 240.0), (330.0, 420.0)] {
        c.glow(x, y, 260.0, 0xFFF3_D2CC);
        c.oval(x, y, 16.0, 11.0, 0xFFFF_FFFF);
    }
    c.rect(0.0, 700.0, 1200.0, 120.0, 0x2B5A_7AFF);
    for k in 0..12 {
        c.line(&[(100.0 * k as f32, 700.0), (100.0 * k as f32, 820.0)], 4.0, 0x1C40_5AFF);
    }
}

pub fn smoke(c: &mut Canvas) {
    night(c, 620.0, 0.35);
    c.rect(240.0, 430.0, 620.0, 30.0, 0xA83A2EFF);
    for k in 0..8 {
        c.poly(
            &[(240.0 + 78.0 * k as f32, 460.0), (318.0 + 78.0 * k as f32, 460.0), (279.0 + 78.0 * k as f32, 500.0)],
            if k % 2 == 0 { 0xE9DC_C4FF } else { 0xA83A2EFF },
        );
    }
    c.glow(550.0, 570.0, 330.0, 0xFFB4_5ACC);
    c.rect(300.0, 620.0, 500.0, 90.0, 0x3A32_2EFF);
    c.rect(310.0, 606.0, 480.0, 22.0, 0xE8702AFF);
    for k in 0..12 {
        c.line(&[(330.0 + 38.0 * k as f32, 640.0), (330.0 + 38.0 * k as f32, 580.0)], 6.0, 0x6A3A20FF);
    }
    for k in 0..20 {
        let up = k as f32 / 20.0;
        let x = 540.0 + 190.0 * (up * 5.0).sin() * up + c.rng.random_range(-50.0..50.0);
        c.blob(x, 580.0 - 520.0 * up, 60.0 + 120.0 * up, 46.0 + 80.0 * up, 0xC9C6_C022);
    }
}

pub fn sign(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xA3B4_BEFF, 0xE1DD_D0FF);
    c.rect(120.0, 330.0, 960.0, 570.0, 0xBDAE_95FF);
    c.rect(120.0, 320.0, 960.0, 30.0, 0x8F82_6CFF);
    for k in 0..5 {
        c.rect(180.0 + 180.0 * k as f32, 560.0, 120.0, 150.0, 0x6E7F_89FF);
    }
    for x in [300.0, 860.0] {
        c.line(&[(x, 330.0), (x, 180.0)], 10.0, 0x4F55_5AFF);
    }
    c.poly(&[(270.0, 120.0), (930.0, 330.0), (880.0, 500.0), (220.0, 290.0)], 0xB4452EFF);
    c.poly(&[(300.0, 160.0), (890.0, 348.0), (858.0, 460.0), (266.0, 272.0)], 0xE9C9_6AFF);
    for k in 0..4 {
        let (x, y) = (350.0 + 130.0 * k as f32, 216.0 + 42.0 * k as f32);
        c.poly(&[(x, y), (x + 76.0, y + 24.0), (x + 60.0, y + 84.0), (x - 16.0, y + 60.0)], 0xB4452EFF);
    }
    c.line(&[(860.0, 180.0), (900.0, 330.0)], 5.0, 0x3338_3CFF);
}

pub fn market(c: &mut Canvas) {
    day(c, 420.0);
    for (k, awning) in [0xB5533CFF, 0x3F7A6AFF, 0xC2963CFF].into_iter().enumerate() {
        let x = 60.0 + 380.0 * k as f32;
        c.rect(x + 14.0, 440.0, 10.0, 290.0, 0x6B6F_70FF);
        c.rect(x + 296.0, 440.0, 10.0, 290.0, 0x6B6F_70FF);
        c.poly(&[(x - 20.0, 470.0), (x + 20.0, 370.0), (x + 300.0, 370.0), (x + 340.0, 470.0)], awning);
        for s in 0..4 {
            let sx = x - 20.0 + 90.0 * s as f32;
            c.poly(&[(sx + 20.0, 470.0), (sx + 44.0, 370.0), (sx + 78.0, 370.0), (sx + 62.0, 470.0)], 0xFFFF_FF44);
        }
        c.rect(x, 620.0, 320.0, 130.0, 0x9A7B_52FF);
        for _ in 0..34 {
            let (vx, vy) = (x + c.rng.random_range(14.0..306.0), c.rng.random_range(586.0..640.0));
            let v = [0x6E9A_42FF, 0xC64A32FF, 0xE0A83AFF, 0x8C5A8AFF, 0xD9D3_B0FF][c.rng.random_range(0..5)];
            c.oval(vx, vy, 20.0, 18.0, v);
        }
    }
}
