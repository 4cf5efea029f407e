//! Houses: stairwells, doorways, walls, rooms, lifts, shelves.

use rand::RngExt as _;

use super::brush::Canvas;

pub fn stairwell(c: &mut Canvas, lit: bool, clutter: bool) {
    let (wall, floor, step) =
        if lit { (0xE9E0_CCFF, 0xA69C_8AFF, 0xBDB4_A2FF) } else { (0x2429_2FFF, 0x1518_1CFF, 0x2E33_39FF) };
    c.wash(0.0, 0.0, 1200.0, 900.0, wall, if lit { 0xD3C7_AEFF } else { 0x1114_18FF });
    c.rect(0.0, 330.0, 1200.0, 260.0, if lit { 0x8FB0_9FAA } else { 0x1D2B_29FF });
    c.poly(&[(0.0, 900.0), (0.0, 760.0), (1200.0, 760.0), (1200.0, 900.0)], floor);
    for k in 0..9 {
        let (x, y) = (420.0 + 72.0 * k as f32, 760.0 - 62.0 * k as f32);
        c.poly(&[(x, y), (1200.0, y), (1200.0, y - 62.0), (x, y - 62.0)], step);
        c.rect(x, y - 62.0, 1200.0 - x, 12.0, if lit { 0xD8D0_C0FF } else { 0x3A40_47FF });
        c.rect(x, y - 50.0, 10.0, 50.0, 0x0000_0033);
    }
    c.line(&[(420.0, 560.0), (1000.0, 60.0)], 16.0, if lit { 0x7A4F_34FF } else { 0x2B21_1CFF });
    for k in 0..8 {
        let (x, y) = (440.0 + 72.0 * k as f32, 545.0 - 62.0 * k as f32);
        c.line(&[(x, y), (x, y + 190.0)], 7.0, if lit { 0x5B62_66FF } else { 0x262B_30FF });
    }
    c.rect(110.0, 210.0, 190.0, 550.0, if lit { 0x8A5A3CFF } else { 0x1E1A_19FF });
    c.oval(276.0, 500.0, 11.0, 11.0, if lit { 0xE8C6_6AFF } else { 0x4A43_33FF });
    c.line(&[(600.0, 0.0), (600.0, 70.0)], 5.0, 0x3033_36FF);
    c.oval(600.0, 92.0, 28.0, 30.0, if lit { 0xFFF6_D8FF } else { 0x4A50_55FF });
    if lit {
        c.glow(600.0, 96.0, 460.0, 0xFFEB_B0AA);
    } else {
        c.line(&[(588.0, 84.0), (612.0, 108.0)], 3.0, 0x2328_2CFF);
        c.poly(&[(0.0, 900.0), (190.0, 900.0), (330.0, 640.0), (230.0, 620.0)], 0xBFD4_E016);
    }
    if clutter {
        for (x, y, w, h, colour) in [
            (300.0, 640.0, 180.0, 140.0, 0xB88A_52FF),
            (330.0, 520.0, 140.0, 122.0, 0xC79A_62FF),
            (30.0, 690.0, 150.0, 110.0, 0xA77B_46FF),
            (470.0, 720.0, 130.0, 100.0, 0x9A72_42FF),
        ] {
            c.rect(x, y, w, h, colour);
            c.rect(x, y, w, 16.0, 0xFFFF_FF33);
            c.rect(x + w / 2.0 - 8.0, y, 16.0, h, 0xD9BC_86FF);
        }
        c.oval(690.0, 810.0, 66.0, 26.0, 0x5A4636FF);
        c.poly(&[(624.0, 810.0), (756.0, 810.0), (740.0, 720.0), (640.0, 720.0)], 0x6C5542FF);
        c.oval(690.0, 720.0, 52.0, 16.0, 0x8F93_92FF);
        c.line(&[(830.0, 830.0), (900.0, 470.0)], 11.0, 0x4F6C_86FF);
        c.oval(850.0, 800.0, 74.0, 74.0, 0x2626_29FF);
        c.oval(850.0, 800.0, 58.0, 58.0, 0xBDB4_A2FF);
    }
}

/// What is found at a house door.
pub enum At {
    Nothing,
    Scooters,
    BrokenLock,
}

pub fn doorway(c: &mut Canvas, what: At) {
    c.wash(0.0, 0.0, 1200.0, 700.0, 0xCFC0_A5FF, 0xBDAB_8DFF);
    for k in 0..11 {
        c.line(&[(0.0, 66.0 * k as f32), (1200.0, 66.0 * k as f32)], 2.0, 0xA594_7866);
    }
    c.wash(0.0, 700.0, 1200.0, 200.0, 0xA5A1_97FF, 0x8480_77FF);
    c.rect(400.0, 130.0, 420.0, 590.0, 0x3B43_48FF);
    c.rect(360.0, 90.0, 500.0, 44.0, 0x7C6E_5AFF);
    let ajar = matches!(what, At::BrokenLock);
    c.wash(424.0, 156.0, 372.0, 564.0, 0x1E22_25FF, 0x2E32_34FF);
    if ajar {
        c.poly(&[(424.0, 156.0), (640.0, 196.0), (640.0, 772.0), (424.0, 720.0)], 0x4E6A5AFF);
        c.rect(590.0, 440.0, 30.0, 90.0, 0x2A2E_30FF);
        c.line(&[(600.0, 450.0), (650.0, 500.0), (630.0, 560.0)], 5.0, 0xB23A2EFF);
        c.line(&[(606.0, 470.0), (660.0, 540.0)], 4.0, 0xD0A2_2EFF);
    } else {
        for x in [424.0, 614.0] {
            c.rect(x, 156.0, 184.0, 564.0, 0x4E6A_5AFF);
            c.rect(x + 24.0, 190.0, 136.0, 200.0, 0x8FA9_B2FF);
            c.line(&[(x + 40.0, 370.0), (x + 120.0, 210.0)], 12.0, 0xFFFF_FF44);
        }
        c.rect(590.0, 430.0, 14.0, 90.0, 0xD8CFB8FF);
    }
    c.rect(880.0, 300.0, 96.0, 150.0, 0xC9CD_CFFF);
    for k in 0..9 {
        c.rect(898.0 + 22.0 * (k % 3) as f32, 370.0 + 22.0 * (k / 3) as f32, 15.0, 15.0, 0x4A52_57FF);
    }
    c.rect(896.0, 318.0, 64.0, 34.0, 0x2B3A_36FF);
    if matches!(what, At::Scooters) {
        for (x, y, paint) in [(150.0, 760.0, 0xB23A_2EFF), (430.0, 800.0, 0x2F6F_8CFF), (720.0, 770.0, 0x3B3F_44FF)] {
            scooter(c, x, y, paint);
        }
        c.bow((760.0, 0.0), (700.0, 420.0), (860.0, 690.0), 7.0, 0xE0DCD2FF);
        c.bow((860.0, 690.0), (900.0, 740.0), (830.0, 720.0), 7.0, 0xE0DC_D2FF);
    }
}

fn scooter(c: &mut Canvas, x: f32, y: f32, paint: u32) {
    c.oval(x + 150.0, y + 62.0, 190.0, 16.0, 0x0000_0044);
    for wheel in [30.0, 280.0] {
        c.oval(x + wheel, y + 20.0, 44.0, 44.0, 0x2223_26FF);
        c.oval(x + wheel, y + 20.0, 20.0, 20.0, 0x9EA2_A4FF);
    }
    c.line(&[(x + 280.0, y + 10.0), (x + 236.0, y - 150.0)], 16.0, 0x4B50_54FF);
    c.line(&[(x + 200.0, y - 160.0), (x + 262.0, y - 150.0)], 11.0, 0x2A2D_30FF);
    c.poly(
        &[
            (x - 10.0, y - 30.0),
            (x + 30.0, y - 70.0),
            (x + 150.0, y - 60.0),
            (x + 170.0, y + 10.0),
            (x + 230.0, y + 10.0),
            (x + 244.0, y - 90.0),
            (x + 272.0, y - 30.0),
            (x + 250.0, y + 34.0),
            (x + 40.0, y + 34.0),
        ],
        paint,
    );
    c.poly(&[(x + 6.0, y - 74.0), (x + 150.0, y - 70.0), (x + 140.0, y - 94.0), (x + 20.0, y - 96.0)], 0x2A2B_2EFF);
}

pub fn wall(c: &mut Canvas, ads: bool, cracked: bool) {
    c.wash(0.0, 0.0, 1200.0, 760.0, 0xE6DC_C6FF, 0xD6C9_AEFF);
    c.rect(0.0, 470.0, 1200.0, 290.0, 0xA9BC_A8FF);
    c.rect(0.0, 464.0, 1200.0, 8.0, 0x8499_85FF);
    c.wash(0.0, 760.0, 1200.0, 140.0, 0xA39B_8BFF, 0x867E_70FF);
    if ads {
        for k in 0..46 {
            let (x, y) = (c.rng.random_range(20.0..1060.0), c.rng.random_range(60.0..640.0));
            let paper = [0xF3EF_E2FF, 0xF6E0_7AFF, 0xE9B6_A0FF, 0xBFD7_E4FF][k % 4];
            let tilt = c.rng.random_range(-12.0..12.0);
            let w = c.rng.random_range(80.0..150.0);
            c.poly(&[(x, y), (x + w, y + tilt), (x + w - tilt, y + 74.0 + tilt), (x - tilt, y + 74.0)], paper);
            for line in 0..3 {
                let ly = y + 16.0 + 18.0 * line as f32;
                c.line(
                    &[(x + 14.0, ly), (x + w - 22.0, ly + tilt * 0.7)],
                    if line == 0 { 8.0 } else { 4.0 },
                    [0xB423_18DD, 0x2B32_35CC, 0x1F5A_8ACC][k % 3],
                );
            }
        }
        for k in 0..9 {
            let (x, y) = (60.0 + 125.0 * k as f32, 660.0 + 30.0 * (k % 3) as f32);
            c.line(&[(x, y), (x + 86.0, y - 6.0)], 12.0, 0x2A3B_8ABB);
        }
    }
    if cracked {
        let mut at = (690.0, 0.0);
        let mut trail = vec![at];
        while at.1 < 770.0 {
            at = (at.0 + c.rng.random_range(-62.0..52.0), at.1 + c.rng.random_range(30.0..66.0));
            trail.push(at);
            if c.rng.random_bool(0.4) {
                let side = if c.rng.random_bool(0.5) { 1.0 } else { -1.0 };
                c.line(&[at, (at.0 + side * 60.0, at.1 + 40.0), (at.0 + side * 130.0, at.1 + 56.0)], 5.0, 0x5B52_46CC);
            }
        }
        c.line(&trail, 24.0, 0x8F83_71FF);
        c.line(&trail, 13.0, 0x2A24_1EFF);
        c.blob(600.0, 330.0, 120.0, 76.0, 0xA8553EFF);
        for row in 0..4 {
            c.line(&[(510.0, 290.0 + 28.0 * row as f32), (690.0, 290.0 + 28.0 * row as f32)], 4.0, 0x7B3A2AFF);
        }
        c.scatter(420.0, 770.0, 420.0, 70.0, 60, 18.0, 0xC9BE_A8FF);
        c.rect(0.0, 640.0, 1200.0, 34.0, 0xF0C6_3CEE);
        for k in 0..17 {
            let x = 75.0 * k as f32;
            c.poly(&[(x, 640.0), (x + 30.0, 640.0), (x + 4.0, 674.0), (x - 26.0, 674.0)], 0x2323_23FF);
        }
    }
    if !ads && !cracked {
        c.rect(420.0, 160.0, 360.0, 240.0, 0x7A5A3AFF);
        c.rect(438.0, 178.0, 324.0, 204.0, 0xF6F2_E6FF);
        c.rect(460.0, 200.0, 130.0, 74.0, 0xD9E6_DCFF);
        c.rect(612.0, 200.0, 130.0, 160.0, 0xE9E1_C9FF);
        c.rect(460.0, 292.0, 130.0, 68.0, 0xE4D3_CBFF);
    }
}

pub fn ceiling(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xEFEA_DEFF, 0xD9D1_BFFF);
    c.poly(&[(0.0, 0.0), (1200.0, 0.0), (980.0, 330.0), (220.0, 330.0)], 0xF4F0_E6FF);
    c.line(&[(0.0, 0.0), (220.0, 330.0), (980.0, 330.0), (1200.0, 0.0)], 6.0, 0xC9C0_ABFF);
    c.line(&[(220.0, 330.0), (220.0, 900.0)], 5.0, 0xC9C0_ABFF);
    c.blob(620.0, 190.0, 300.0, 112.0, 0xC7AE_7EAA);
    c.blob(640.0, 200.0, 220.0, 84.0, 0xA98A_55AA);
    c.blob(660.0, 210.0, 110.0, 40.0, 0x6B55_38AA);
    for k in 0..12 {
        let x = 480.0 + 28.0 * k as f32;
        let end = c.rng.random_range(380.0..760.0);
        c.line(&[(x, 320.0), (x + 4.0, end)], 12.0, 0xB49A_6A66);
    }
    c.scatter(500.0, 300.0, 400.0, 220.0, 120, 9.0, 0x4B4F_3E99);
    for (x, y) in [(600.0, 480.0), (650.0, 620.0), (710.0, 560.0)] {
        c.oval(x, y, 7.0, 14.0, 0x8FB2_C8DD);
    }
    c.poly(&[(540.0, 800.0), (780.0, 800.0), (750.0, 890.0), (570.0, 890.0)], 0xC9473BFF);
    c.oval(660.0, 800.0, 120.0, 24.0, 0x9CBC_CCFF);
}

pub fn radiator(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xDCE2_E3FF, 0xC3CB_CCFF);
    c.rect(0.0, 790.0, 1200.0, 110.0, 0x8B7A64FF);
    c.wash(330.0, 40.0, 540.0, 330.0, 0xB9CF_DEFF, 0xE9F0_F2FF);
    c.rect(310.0, 366.0, 580.0, 30.0, 0xF4F1_E9FF);
    c.line(&[(600.0, 40.0), (600.0, 366.0)], 16.0, 0xF4F1_E9FF);
    c.scatter(340.0, 50.0, 520.0, 310.0, 120, 5.0, 0xFFFF_FFDD);
    for k in 0..11 {
        let x = 300.0 + 55.0 * k as f32;
        c.wash(x, 470.0, 44.0, 280.0, 0xF5F3_EDFF, 0xC9C9_C4FF);
        c.rect(x + 36.0, 474.0, 8.0, 272.0, 0x9FA3_A355);
    }
    c.rect(286.0, 490.0, 640.0, 22.0, 0xE6E4_DDFF);
    c.rect(286.0, 706.0, 640.0, 22.0, 0xE6E4_DDFF);
    c.line(&[(925.0, 718.0), (1010.0, 718.0), (1010.0, 900.0)], 20.0, 0xBFC3_C3FF);
    c.oval(960.0, 718.0, 26.0, 26.0, 0x1F5A_8AFF);
    c.poly(&[(120.0, 790.0), (150.0, 560.0), (250.0, 560.0), (280.0, 790.0)], 0x8A4E5AFF);
    c.blob(200.0, 540.0, 62.0, 42.0, 0xE6DC_CCFF);
}

pub fn thermometer(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xE7E0_D2FF, 0xCFC5_B1FF);
    c.scatter(0.0, 0.0, 1200.0, 900.0, 500, 3.0, 0xB9AD_9644);
    c.poly(&[(470.0, 60.0), (730.0, 60.0), (750.0, 840.0), (450.0, 840.0)], 0xF9F7_F1FF);
    c.line(&[(470.0, 60.0), (730.0, 60.0), (750.0, 840.0), (450.0, 840.0), (470.0, 60.0)], 6.0, 0xA59A_86FF);
    for k in 0..26 {
        let y = 130.0 + 22.0 * k as f32;
        let long = k % 5 == 0;
        c.line(&[(530.0, y), (if long { 574.0 } else { 556.0 }, y)], if long { 5.0 } else { 3.0 }, 0x3A40_40FF);
        c.line(&[(646.0, y), (if long { 690.0 } else { 668.0 }, y)], if long { 5.0 } else { 3.0 }, 0x3A40_40FF);
    }
    c.line(&[(610.0, 120.0), (610.0, 720.0)], 26.0, 0xDCE3_E4FF);
    c.line(&[(610.0, 470.0), (610.0, 730.0)], 15.0, 0xC430_25FF);
    c.oval(610.0, 752.0, 42.0, 42.0, 0xC430_25FF);
    c.oval(598.0, 740.0, 11.0, 11.0, 0xFFFF_FF77);
    c.poly(&[(0.0, 640.0), (300.0, 560.0), (420.0, 640.0), (400.0, 760.0), (120.0, 900.0), (0.0, 900.0)], 0xD9B1_8EFF);
    c.line(&[(300.0, 600.0), (450.0, 660.0)], 66.0, 0xD9B1_8EFF);
}

pub fn lift(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xD8D0_C0FF, 0xBDB4_A2FF);
    c.wash(0.0, 780.0, 1200.0, 120.0, 0x9C94_86FF, 0x7E77_6BFF);
    c.rect(340.0, 150.0, 520.0, 640.0, 0x5F66_6AFF);
    c.wash(366.0, 176.0, 232.0, 614.0, 0xB9C0_C3FF, 0x8F979AFF);
    c.wash(602.0, 176.0, 232.0, 614.0, 0xC3CA_CCFF, 0x979F_A2FF);
    c.rect(596.0, 176.0, 9.0, 614.0, 0x3338_3BFF);
    c.rect(510.0, 70.0, 180.0, 66.0, 0x1D21_23FF);
    c.line(&[(560.0, 104.0), (640.0, 104.0)], 9.0, 0xC430_25FF);
    c.rect(920.0, 440.0, 70.0, 150.0, 0xA7AE_B1FF);
    c.oval(955.0, 482.0, 19.0, 19.0, 0x4A50_53FF);
    c.oval(955.0, 546.0, 19.0, 19.0, 0x4A50_53FF);
    c.poly(&[(420.0, 380.0), (780.0, 366.0), (786.0, 560.0), (426.0, 574.0)], 0xF6F2_E6FF);
    c.poly(&[(420.0, 380.0), (780.0, 366.0), (782.0, 420.0), (422.0, 434.0)], 0xC430_25FF);
    for k in 0..3 {
        let y = 462.0 + 34.0 * k as f32;
        c.line(&[(456.0, y), (740.0 - 60.0 * k as f32, y - 10.0)], 11.0, 0x4A50_53FF);
    }
}

pub fn gas_pipe(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xD9CFBAFF, 0xC3B8_A0FF);
    for x in [260.0, 900.0] {
        c.line(&[(x, 0.0), (x, 900.0)], 34.0, 0xD7A8_2EFF);
        c.line(&[(x - 8.0, 0.0), (x - 8.0, 900.0)], 7.0, 0xFFE1_8A99);
    }
    c.line(&[(260.0, 300.0), (900.0, 300.0)], 26.0, 0xD7A8_2EFF);
    for k in 0..2 {
        let x = 380.0 + 260.0 * k as f32;
        c.line(&[(x + 90.0, 300.0), (x + 90.0, 400.0)], 20.0, 0xD7A8_2EFF);
        c.rect(x, 390.0, 180.0, 220.0, 0xE9E6_DDFF);
        c.rect(x + 24.0, 420.0, 132.0, 50.0, 0x2A2E_30FF);
        for digit in 0..5 {
            c.rect(x + 34.0 + 24.0 * digit as f32, 430.0, 17.0, 30.0, 0xF4F1_E9FF);
        }
        c.oval(x + 90.0, 545.0, 40.0, 40.0, 0xC9C5_B8FF);
    }
    c.rect(230.0, 560.0, 62.0, 66.0, 0x8E5A2AFF);
    c.line(&[(210.0, 592.0), (320.0, 592.0)], 15.0, 0xC43025FF);
    for k in 0..6 {
        let far = 60.0 + 44.0 * k as f32;
        c.bow((300.0, 640.0), (330.0 + far, 600.0 + far * 0.3), (340.0 + far, 700.0 + far * 0.4), 8.0, 0xF4F1_E977);
    }
}

pub fn toilet(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0xCBD3_CEFF, 0xA9B1_A9FF);
    for k in 0..14 {
        c.line(&[(92.0 * k as f32, 0.0), (92.0 * k as f32, 680.0)], 3.0, 0x9AA4_9EAA);
        c.line(&[(0.0, 68.0 * k as f32), (1200.0, 68.0 * k as f32)], 3.0, 0x9AA4_9EAA);
    }
    c.wash(0.0, 680.0, 1200.0, 220.0, 0x8F8B_80FF, 0x6F6B_61FF);
    c.rect(120.0, 130.0, 320.0, 640.0, 0x5B7C_8AFF);
    c.poly(&[(520.0, 130.0), (760.0, 190.0), (760.0, 810.0), (520.0, 770.0)], 0x6A8D_9CFF);
    c.line(&[(700.0, 470.0), (736.0, 520.0)], 9.0, 0x2A2E_30FF);
    c.rect(860.0, 470.0, 250.0, 40.0, 0xF1EE_E6FF);
    c.poly(&[(880.0, 510.0), (1090.0, 510.0), (1040.0, 620.0), (930.0, 620.0)], 0xE2DF_D6FF);
    c.line(&[(985.0, 470.0), (985.0, 400.0), (940.0, 400.0)], 18.0, 0xA9AE_B0FF);
    c.blob(900.0, 800.0, 230.0, 50.0, 0x7A86_7ECC);
    c.scatter(100.0, 720.0, 1000.0, 150.0, 60, 13.0, 0xE9E4_D6AA);
    c.blob(300.0, 820.0, 90.0, 36.0, 0x4F45_36AA);
}

pub fn shelf(c: &mut Canvas) {
    c.wash(0.0, 0.0, 1200.0, 900.0, 0x6B5A_48FF, 0x4A3E_33FF);
    for row in 0..3 {
        let y = 250.0 + 270.0 * row as f32;
        let mut x = 50.0;
        while x < 1120.0 {
            let (w, h) = (c.rng.random_range(56.0..96.0), c.rng.random_range(110.0..190.0));
            let colour =
                [0xC64A_32FF, 0xE0A8_3AFF, 0x3F7A_6AFF, 0xE9E2_D0FF, 0x5A6E_9AFF, 0xA9547AFF][c.rng.random_range(0..6)];
            c.rect(x, y - h, w, h, colour);
            c.rect(x + 8.0, y - h * 0.7, w - 16.0, h * 0.3, 0xFFFF_FF88);
            x += w + 10.0;
        }
        c.wash(0.0, y, 1200.0, 30.0, 0xB08A_5CFF, 0x8A6A_44FF);
    }
    c.oval(660.0, 470.0, 190.0, 190.0, 0xFFFF_FF2A);
    c.rect(560.0, 410.0, 210.0, 124.0, 0xF7F4_EAFF);
    c.line(&[(584.0, 446.0), (744.0, 446.0)], 10.0, 0x3A40_42FF);
    c.line(&[(584.0, 484.0), (690.0, 484.0)], 10.0, 0xC430_25FF);
    c.line(&[(574.0, 500.0), (720.0, 468.0)], 7.0, 0x3A40_42AA);
}
