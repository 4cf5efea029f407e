//! Electricity: lamps, and what happens without them; wires and transformers.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::{day, night};

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
