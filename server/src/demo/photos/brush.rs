//! A small paint box over tiny-skia: flat shapes, soft light, and the grain that makes a drawing look taken at dusk.

use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use tiny_skia::{
    Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, PathBuilder, Pixmap, Point,
    RadialGradient, Rect, Shader, SpreadMode, Stroke, Transform,
};

/// Width of a picture in pixels.
pub const WIDTH: u32 = 1200;
/// Height of a picture in pixels.
pub const HEIGHT: u32 = 900;

/// A picture being drawn. Colours are `0xRRGGBBAA`.
pub struct Canvas {
    pixmap: Pixmap,
    /// Dice for everything irregular.
    pub rng: ChaCha8Rng,
}

impl Canvas {
    /// An empty picture; `None` never happens with these measures.
    pub fn new(rng: ChaCha8Rng) -> Option<Self> {
        Pixmap::new(WIDTH, HEIGHT).map(|pixmap| Self { pixmap, rng })
    }

    /// A rectangle.
    pub fn rect(&mut self, x: f32, y: f32, w: f32, h: f32, c: u32) {
        if let Some(rect) = Rect::from_xywh(x, y, w, h) {
            self.pixmap.fill_rect(rect, &plain(c), Transform::identity(), None);
        }
    }

    /// A rectangle that changes from one colour at the top to another at the bottom.
    pub fn wash(&mut self, x: f32, y: f32, w: f32, h: f32, top: u32, bottom: u32) {
        let stops = vec![GradientStop::new(0.0, colour(top)), GradientStop::new(1.0, colour(bottom))];
        let shader = LinearGradient::new(
            Point::from_xy(x, y),
            Point::from_xy(x, y + h),
            stops,
            SpreadMode::Pad,
            Transform::identity(),
        );
        if let (Some(rect), Some(shader)) = (Rect::from_xywh(x, y, w, h), shader) {
            self.pixmap.fill_rect(rect, &painted(shader), Transform::identity(), None);
        }
    }

    /// A polygon.
    pub fn poly(&mut self, points: &[(f32, f32)], c: u32) {
        let mut path = PathBuilder::new();
        for (k, &(x, y)) in points.iter().enumerate() {
            if k == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        path.close();
        if let Some(path) = path.finish() {
            self.pixmap.fill_path(&path, &plain(c), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// An oval around a middle.
    pub fn oval(&mut self, x: f32, y: f32, rx: f32, ry: f32, c: u32) {
        let path = Rect::from_xywh(x - rx, y - ry, 2.0 * rx, 2.0 * ry).and_then(PathBuilder::from_oval);
        if let Some(path) = path {
            self.pixmap.fill_path(&path, &plain(c), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// An oval with an uneven edge: a puddle, a hole, a bush.
    pub fn blob(&mut self, x: f32, y: f32, rx: f32, ry: f32, c: u32) {
        let corners: Vec<(f32, f32)> = (0..18)
            .map(|k| {
                let angle = k as f32 / 18.0 * std::f32::consts::TAU;
                let far = self.rng.random_range(0.86..1.1);
                (x + rx * far * angle.cos(), y + ry * far * angle.sin())
            })
            .collect();
        let mut path = PathBuilder::new();
        let middle = |a: (f32, f32), b: (f32, f32)| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let start = middle(corners[17], corners[0]);
        path.move_to(start.0, start.1);
        for k in 0..18 {
            let end = middle(corners[k], corners[(k + 1) % 18]);
            path.quad_to(corners[k].0, corners[k].1, end.0, end.1);
        }
        if let Some(path) = path.finish() {
            self.pixmap.fill_path(&path, &plain(c), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// A line through points with round ends.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, c: u32) {
        let mut path = PathBuilder::new();
        for (k, &(x, y)) in points.iter().enumerate() {
            if k == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        self.stroke(path, width, c);
    }

    /// A bow from `a` to `b`, drawn towards `bend`.
    pub fn bow(&mut self, a: (f32, f32), bend: (f32, f32), b: (f32, f32), width: f32, c: u32) {
        let mut path = PathBuilder::new();
        path.move_to(a.0, a.1);
        path.quad_to(bend.0, bend.1, b.0, b.1);
        self.stroke(path, width, c);
    }

    fn stroke(&mut self, path: PathBuilder, width: f32, c: u32) {
        if let Some(path) = path.finish() {
            let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            self.pixmap.stroke_path(&path, &plain(c), &stroke, Transform::identity(), None);
        }
    }

    /// Light that fades out from a middle.
    pub fn glow(&mut self, x: f32, y: f32, r: f32, c: u32) {
        let stops = vec![
            GradientStop::new(0.0, colour(c)),
            GradientStop::new(0.35, colour((c & 0xFFFF_FF00) | ((c & 0xFF) * 45 / 100))),
            GradientStop::new(1.0, colour(c & 0xFFFF_FF00)),
        ];
        let at = Point::from_xy(x, y);
        let shader = RadialGradient::new(at, 0.0, at, r, stops, SpreadMode::Pad, Transform::identity());
        let path = PathBuilder::from_circle(x, y, r);
        if let (Some(shader), Some(path)) = (shader, path) {
            self.pixmap.fill_path(&path, &painted(shader), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Many small marks in a rectangle: gravel, snow, leaves.
    #[expect(clippy::too_many_arguments, reason = "a rectangle, how many, how large, which colour")]
    pub fn scatter(&mut self, x: f32, y: f32, w: f32, h: f32, count: usize, size: f32, c: u32) {
        for _ in 0..count {
            let (px, py) = (x + w * self.rng.random_range(0.0..1.0), y + h * self.rng.random_range(0.0..1.0));
            let r = size * self.rng.random_range(0.4..1.0);
            self.oval(px, py, r, r * 0.7, c);
        }
    }

    /// The finished picture: corners a little darker, grain over all, as RGB.
    pub fn finish(mut self) -> Vec<u8> {
        let mut rgb = Vec::with_capacity((WIDTH * HEIGHT * 3) as usize);
        let (w, h) = (WIDTH as f32, HEIGHT as f32);
        for (k, pixel) in self.pixmap.pixels().iter().enumerate() {
            let (x, y) = ((k as u32 % WIDTH) as f32 / w - 0.5, (k as u32 / WIDTH) as f32 / h - 0.5);
            let shade = 1.0 - 0.38 * (x * x + y * y);
            let grain = self.rng.random_range(-5.0_f32..5.0);
            for part in [pixel.red(), pixel.green(), pixel.blue()] {
                rgb.push((f32::from(part) * shade + grain).clamp(0.0, 255.0) as u8);
            }
        }
        rgb
    }
}

fn colour(c: u32) -> Color {
    let [r, g, b, a] = c.to_be_bytes();
    Color::from_rgba8(r, g, b, a)
}

fn plain(c: u32) -> Paint<'static> {
    painted(Shader::SolidColor(colour(c)))
}

fn painted(shader: Shader<'static>) -> Paint<'static> {
    Paint { shader, anti_alias: true, ..Paint::default() }
}
