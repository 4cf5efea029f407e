//! Trade: building sites, stalls, shop signs, markets.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::{day, night};

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
