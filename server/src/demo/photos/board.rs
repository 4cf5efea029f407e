//! The notice board downstairs with the text of a pact on it, and a sheet of paper that people signed.

use rand::RngExt as _;

use super::brush::Canvas;
use super::street::day;

/// A board with the posted text; weathered after two weeks in the wind.
pub fn board(c: &mut Canvas, weathered: bool) {
    day(c, 330.0);
    c.wash(0.0, 560.0, 1200.0, 340.0, 0xB3AC_9CFF, 0x9289_78FF);
    c.rect(0.0, 210.0, 1200.0, 360.0, 0xCBBD_A4FF);
    for x in [250.0, 920.0] {
        c.rect(x, 150.0, 26.0, 660.0, 0x5A60_66FF);
        c.oval(x + 13.0, 812.0, 60.0, 14.0, 0x0000_0044);
    }
    c.rect(210.0, 160.0, 780.0, 470.0, 0x2F6D_52FF);
    c.rect(230.0, 180.0, 740.0, 430.0, if weathered { 0xB9B2_9CFF } else { 0xC9C2_ACFF });
    let paper = if weathered { 0xEFE6_CFFF } else { 0xFBF8_F0FF };
    c.poly(&[(300.0, 200.0), (640.0, 204.0), (636.0, 592.0), (304.0, 588.0)], paper);
    lines(c, 330.0, 236.0, 270.0, 17);
    c.oval(580.0, 548.0, 34.0, 34.0, 0xC22F_2FAA);
    c.poly(
        &[(690.0, 210.0), (930.0, 206.0), (932.0, 430.0), (688.0, 426.0)],
        if weathered { 0xE6DC_B8FF } else { 0xF4EB_C8FF },
    );
    lines(c, 710.0, 240.0, 190.0, 9);
    if weathered {
        c.poly(&[(604.0, 592.0), (636.0, 592.0), (634.0, 540.0)], 0xD8CD_B0FF);
        c.scatter(300.0, 210.0, 340.0, 370.0, 40, 3.0, 0x8E83_6A66);
    }
    for (x, y) in [(312.0, 212.0), (628.0, 214.0), (700.0, 218.0), (920.0, 216.0)] {
        c.oval(x, y, 7.0, 7.0, 0xB03A_2EFF);
    }
}

/// A sheet on a table, with names and red fingerprints under the text.
pub fn sheet(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0x8E6E_4CFF, 0x7559_3BFF);
    c.poly(&[(250.0, 60.0), (960.0, 84.0), (938.0, 850.0), (226.0, 826.0)], 0xFAF7_EFFF);
    lines(c, 300.0, 130.0, 590.0, 12);
    for row in 0..6 {
        let y = 500.0 + 52.0 * row as f32;
        for column in 0..3 {
            let x = 310.0 + 200.0 * column as f32 + c.rng.random_range(-12.0..12.0);
            c.line(&[(x, y), (x + 26.0, y - 14.0), (x + 44.0, y + 8.0), (x + 88.0, y - 6.0)], 4.0, 0x2A2C_44FF);
            c.oval(x + 116.0, y, 15.0, 19.0, 0xC637_3799);
        }
    }
}

/// Rows of writing.
fn lines(c: &mut Canvas, x: f32, y: f32, w: f32, rows: usize) {
    for row in 0..rows {
        let long = if row == 0 { 0.6 } else { c.rng.random_range(0.72..1.0) };
        let thick = if row == 0 { 9.0 } else { 5.0 };
        let at = y + 20.0 * row as f32;
        let from = if row == 0 { x + w * 0.2 } else { x };
        c.line(&[(from, at), (from + w * long, at)], thick, 0x3A3A_3ACC);
    }
}
