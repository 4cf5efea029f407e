//! Streets by day and by night: the backdrop of most pictures, and the cars that stand there.

use rand::RngExt as _;

use super::brush::Canvas;

/// A street by day: sky, houses, trees, asphalt below the horizon.
pub fn day(c: &mut Canvas, horizon: f32) {
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
pub fn night(c: &mut Canvas, horizon: f32, lit: f64) {
    c.wash(0.0, 0.0, 1200.0, horizon, 0x0E16_2CFF, 0x2B36_55FF);
    c.scatter(0.0, 0.0, 1200.0, 300.0, 70, 1.8, 0xDDE6_FF88);
    houses(c, horizon, 0x1B23_3AFF, 0x121A_2CFF, lit);
    c.wash(0.0, horizon, 1200.0, 900.0 - horizon, 0x1D23_30FF, 0x0D11_1AFF);
}

/// Houses in the background, windows lit or not, down to a horizon.
pub fn houses(c: &mut Canvas, horizon: f32, wall: u32, window: u32, lit: f64) {
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

/// A parked car with its wheels on a line.
pub fn car(c: &mut Canvas, x: f32, ground: f32, k: f32, paint: u32) {
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
