//! What people throw away: bins and rubble.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::day;

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
