//! A picture that can be drawn on: anti-aliased lines, dots and letters that read on any background.

use ab_glyph::{Font, FontRef, OutlineCurve};
use image::{Rgb, RgbImage};
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};

use crate::geometry::{Degrees, Point};

/// A colour: red, green, blue and opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink(pub u8, pub u8, pub u8, pub u8);

impl Ink {
    /// Lines and dots that belong to no finding.
    pub const CALM: Self = Self(64, 224, 190, 255);
    /// … to a mild finding.
    pub const MILD: Self = Self(255, 206, 84, 255);
    /// … to a moderate finding.
    pub const MODERATE: Self = Self(255, 158, 66, 255);
    /// … to a marked finding.
    pub const MARKED: Self = Self(255, 112, 92, 255);
    /// Light lines and letters.
    pub const LIGHT: Self = Self(250, 250, 248, 255);
    /// The dark edge of everything light.
    pub const EDGE: Self = Self(12, 16, 22, 165);
    /// Behind letters.
    pub const PLATE: Self = Self(14, 18, 25, 205);

    /// The same colour with an opacity of 0..255.
    pub const fn faded(self, opacity: u8) -> Self {
        Self(self.0, self.1, self.2, opacity)
    }

    fn paint(self) -> Paint<'static> {
        let mut paint = Paint::default();
        paint.set_color(Color::from_rgba8(self.0, self.1, self.2, self.3));
        paint
    }
}

/// Height of letters from one line to the next, units.
pub const LINE_HEIGHT: f32 = 19.0;

/// Size of letters, units.
const LETTER_SIZE: f32 = 15.0;

/// The light font is thickened by this much of its size, to be read on a picture.
const BOLDNESS: f32 = 0.025;

/// A picture being drawn on. Widths and sizes are in **units**, which grow with the picture and are about one pixel at
/// 640×480; places are in pixels.
pub struct Canvas {
    pixmap: Pixmap,
    unit: f32,
    font: FontRef<'static>,
}

impl Canvas {
    /// A canvas that starts as `image`; `None` if that has no pixels.
    pub fn new(image: &RgbImage) -> Option<Self> {
        let (width, height) = image.dimensions();
        let mut pixmap = Pixmap::new(width, height)?;
        for (drawn, Rgb([r, g, b])) in pixmap.data_mut().chunks_exact_mut(4).zip(image.pixels()) {
            drawn.copy_from_slice(&[*r, *g, *b, u8::MAX]);
        }
        let unit = ((width as f32 * height as f32).sqrt() / 554.0).max(0.75);
        let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).expect("the tests draw with this font");
        Some(Self { pixmap, unit, font })
    }

    /// What was drawn.
    pub fn into_image(self) -> RgbImage {
        let (width, height) = (self.pixmap.width(), self.pixmap.height());
        let rgb = self.pixmap.data().chunks_exact(4).flat_map(|rgba| [rgba[0], rgba[1], rgba[2]]).collect();
        RgbImage::from_raw(width, height, rgb).unwrap_or_default()
    }

    /// Width and height, pixels.
    pub fn size(&self) -> (f32, f32) {
        (self.pixmap.width() as f32, self.pixmap.height() as f32)
    }

    /// Pixels in a unit.
    pub fn unit(&self) -> f32 {
        self.unit
    }

    /// A line with a dark edge.
    pub fn line(&mut self, from: Point, to: Point, width: f32, ink: Ink) {
        self.outlined(segment(from, to), width, ink, None);
    }

    /// A dashed line with a dark edge.
    pub fn dashes(&mut self, from: Point, to: Point, width: f32, ink: Ink) {
        let (dash, gap) = (6.0 * self.unit, 4.5 * self.unit);
        self.outlined(segment(from, to), width, ink, StrokeDash::new(vec![dash, gap], 0.0));
    }

    /// The arc about `centre` from the direction `start` to `end`, with its sector tinted. Directions are degrees, clockwise
    /// from the right.
    pub fn arc(&mut self, centre: Point, radius: f32, between: (Degrees, Degrees), width: f32, ink: Ink) {
        self.sector(centre, radius, between, ink.faded(70));
        let mut arc = PathBuilder::new();
        for point in around(centre, radius, between) {
            if arc.is_empty() { arc.move_to(point.x, point.y) } else { arc.line_to(point.x, point.y) }
        }
        self.outlined(arc.finish(), width, ink, None);
    }

    /// The sector about `centre` from the direction `start` to `end`, filled. Directions as in [`arc`](Self::arc).
    pub fn sector(&mut self, centre: Point, radius: f32, between: (Degrees, Degrees), ink: Ink) {
        let mut sector = PathBuilder::new();
        sector.move_to(centre.x, centre.y);
        for point in around(centre, radius, between) {
            sector.line_to(point.x, point.y);
        }
        sector.close();
        self.fill(sector.finish(), ink);
    }

    /// A dot that reads on any background: filled, with a light ring and a dark one about it.
    pub fn dot(&mut self, at: Point, radius: f32, ink: Ink) {
        for (extra, ink) in [(2.2, Ink::EDGE), (1.2, Ink::LIGHT), (0.0, ink)] {
            self.fill(PathBuilder::from_circle(at.x, at.y, (radius + extra) * self.unit), ink);
        }
    }

    /// A ring that reads on any background, for a dot that is not sure.
    pub fn ring(&mut self, at: Point, radius: f32, ink: Ink) {
        self.outlined(PathBuilder::from_circle(at.x, at.y, radius * self.unit), 1.3, ink, None);
    }

    /// A dark plate with round corners behind letters; `at` is its top left corner, `size` in pixels.
    pub fn plate(&mut self, at: Point, (width, height): (f32, f32)) {
        let r = 4.0 * self.unit;
        let (left, top, right, bottom) = (at.x, at.y, at.x + width, at.y + height);
        let mut path = PathBuilder::new();
        path.move_to(left + r, top);
        path.line_to(right - r, top);
        path.quad_to(right, top, right, top + r);
        path.line_to(right, bottom - r);
        path.quad_to(right, bottom, right - r, bottom);
        path.line_to(left + r, bottom);
        path.quad_to(left, bottom, left, bottom - r);
        path.line_to(left, top + r);
        path.quad_to(left, top, left + r, top);
        path.close();
        self.fill(path.finish(), Ink::PLATE);
    }

    /// One line of letters in a box [`LINE_HEIGHT`] high whose top left corner is `at`.
    pub fn letters(&mut self, text: &str, at: Point, ink: Ink) {
        let scale = self.letter_scale();
        // The middle of the box is the middle of capital letters, which are about 0.69 of the size high.
        let baseline = at.y + self.unit * (LINE_HEIGHT / 2.0 + 0.69 * LETTER_SIZE / 2.0);
        let mut path = PathBuilder::new();
        let mut pen = at.x;
        for (glyph, advance) in self.glyphs(text) {
            if let Some(outline) = self.font.outline(glyph) {
                trace(&mut path, &outline.curves, |p| Point::new(pen + p.x * scale, baseline - p.y * scale));
            }
            pen += advance;
        }
        let Some(path) = path.finish() else { return };
        let stroke =
            Stroke { width: 2.0 * BOLDNESS * LETTER_SIZE * self.unit, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixmap.stroke_path(&path, &ink.paint(), &stroke, Transform::identity(), None);
        self.fill(Some(path), ink);
    }

    /// Width of a line of letters, pixels.
    pub fn width_of(&self, text: &str) -> f32 {
        self.glyphs(text).map(|(_, advance)| advance).sum()
    }

    /// Each glyph and how far it moves the pen, pixels.
    fn glyphs(&self, text: &str) -> impl Iterator<Item = (ab_glyph::GlyphId, f32)> {
        let (scale, font) = (self.letter_scale(), self.font.clone());
        let following = text.chars().skip(1).map(Some).chain([None]);
        text.chars().zip(following).map(move |(this, next)| {
            let glyph = font.glyph_id(this);
            let kern = next.map_or(0.0, |next| font.kern_unscaled(glyph, font.glyph_id(next)));
            (glyph, (font.h_advance_unscaled(glyph) + kern) * scale)
        })
    }

    /// Pixels in a unit of the font.
    fn letter_scale(&self) -> f32 {
        LETTER_SIZE * self.unit / self.font.units_per_em().unwrap_or(1000.0)
    }

    fn outlined(&mut self, path: Option<Path>, width: f32, ink: Ink, dash: Option<StrokeDash>) {
        let Some(path) = path else { return };
        let mut stroke = Stroke { line_cap: LineCap::Round, line_join: LineJoin::Round, dash, ..Stroke::default() };
        for (width, ink) in [(width + 2.0, Ink::EDGE.faded(130)), (width, ink)] {
            stroke.width = width * self.unit;
            self.pixmap.stroke_path(&path, &ink.paint(), &stroke, Transform::identity(), None);
        }
    }

    fn fill(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.pixmap.fill_path(&path, &ink.paint(), FillRule::Winding, Transform::identity(), None);
        }
    }
}

/// Points on the arc about `centre` between two directions, 2° apart or less.
fn around(centre: Point, radius: f32, (start, end): (Degrees, Degrees)) -> impl Iterator<Item = Point> {
    let steps = ((end - start).abs() / 2.0).ceil().max(1.0);
    (0..=steps as u16).map(move |step| {
        let (sin, cos) = (start + (end - start) * f32::from(step) / steps).to_radians().sin_cos();
        Point::new(centre.x + radius * cos, centre.y + radius * sin)
    })
}

fn segment(from: Point, to: Point) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(from.x, from.y);
    path.line_to(to.x, to.y);
    path.finish()
}

/// Adds the outline of a glyph; a contour ends where the next curve starts elsewhere.
fn trace(path: &mut PathBuilder, curves: &[OutlineCurve], place: impl Fn(ab_glyph::Point) -> Point) {
    let mut last = None;
    for curve in curves {
        let (OutlineCurve::Line(start, _) | OutlineCurve::Quad(start, ..) | OutlineCurve::Cubic(start, ..)) = *curve;
        if last != Some(start) {
            if last.is_some() {
                path.close();
            }
            let start = place(start);
            path.move_to(start.x, start.y);
        }
        let end = match *curve {
            OutlineCurve::Line(_, end) => {
                let to = place(end);
                path.line_to(to.x, to.y);
                end
            }
            OutlineCurve::Quad(_, control, end) => {
                let (via, to) = (place(control), place(end));
                path.quad_to(via.x, via.y, to.x, to.y);
                end
            }
            OutlineCurve::Cubic(_, first, second, end) => {
                let (a, b, to) = (place(first), place(second), place(end));
                path.cubic_to(a.x, a.y, b.x, b.y, to.x, to.y);
                end
            }
        };
        last = Some(end);
    }
    if last.is_some() {
        path.close();
    }
}
