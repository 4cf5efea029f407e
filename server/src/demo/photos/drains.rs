//! Water where it should not be: floods, drains, manholes, pipes.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::{car, day, houses};

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
