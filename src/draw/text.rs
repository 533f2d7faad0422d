//! Text with smooth edges, in fonts that come with the program.

use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont, point};

use super::canvas::Canvas;
use super::palette::Colour;
use super::rect::Rect;

/// A typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    /// Ubuntu: words.
    Words,
    /// Hack: figures, which all have the same width and so stand still when they change.
    Figures,
}

static WORDS: LazyLock<FontRef<'static>> = LazyLock::new(|| constant_font(epaint_default_fonts::UBUNTU_LIGHT));
static FIGURES: LazyLock<FontRef<'static>> = LazyLock::new(|| constant_font(epaint_default_fonts::HACK_REGULAR));

fn constant_font(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the font is a constant")
}

impl Font {
    fn get(self) -> &'static FontRef<'static> {
        match self {
            Self::Words => &WORDS,
            Self::Figures => &FIGURES,
        }
    }

    /// How much wider strokes are made, as a share of the em square: the words' face is a light one, and films are
    /// looked at from afar.
    fn boldness(self) -> f32 {
        match self {
            Self::Words => 0.022,
            Self::Figures => 0.008,
        }
    }
}

/// Where text stands in its rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Typeface.
    pub font: Font,
    /// Size of the em square in pixels.
    pub size: f32,
    /// Colour.
    pub colour: Colour,
}

impl Style {
    /// Words of a size.
    pub const fn words(size: f32, colour: Colour) -> Self {
        Self { font: Font::Words, size, colour }
    }

    /// Figures of a size.
    pub const fn figures(size: f32, colour: Colour) -> Self {
        Self { font: Font::Figures, size, colour }
    }

    fn scale(self) -> PxScale {
        let font = self.font.get();
        let em = font.units_per_em().unwrap_or(1000.0);
        PxScale::from(self.size * font.height_unscaled() / em)
    }

    /// Width of a text in pixels.
    pub fn width(self, text: &str) -> f32 {
        let font = self.font.get().as_scaled(self.scale());
        let (mut width, mut previous) = (0.0, None);
        for glyph in text.chars().map(|character| font.glyph_id(character)) {
            width += previous.map_or(0.0, |previous| font.kern(previous, glyph)) + font.h_advance(glyph);
            previous = Some(glyph);
        }
        width
    }

    /// The text, or as much of its beginning as fits into `width` pixels with an ellipsis.
    pub fn elided(self, text: &str, width: u32) -> String {
        let fits = |text: &str| self.width(text) <= width as f32;
        if fits(text) {
            return text.to_owned();
        }
        let mut kept: String = text.to_owned();
        while kept.pop().is_some() {
            let shown = format!("{}…", kept.trim_end());
            if fits(&shown) {
                return shown;
            }
        }
        String::new()
    }

    /// Cuts a text into lines that fit into `width` pixels, at spaces.
    pub fn wrapped(self, text: &str, width: u32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= width as f32 => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

/// Height of a capital letter, as a share of the em square.
const CAPITAL: f32 = 0.7;

impl Canvas {
    /// Writes one line into a rectangle, vertically centred on its capitals; what is too long is elided.
    pub fn write(&mut self, text: &str, style: Style, align: Align, rect: Rect) {
        let text = style.elided(text, rect.width);
        let spare = (rect.width as f32 - style.width(&text)).max(0.0);
        let indent = match align {
            Align::Left => 0.0,
            Align::Centre => spare / 2.0,
            Align::Right => spare,
        };
        let font = style.font.get().as_scaled(style.scale());
        let baseline = rect.y as f32 + (rect.height as f32 + CAPITAL * style.size) / 2.0;
        let mut pen = point((rect.x as f32 + indent).round(), baseline.round());
        let mut previous = None;
        for character in text.chars() {
            let id = font.glyph_id(character);
            pen.x += previous.map_or(0.0, |previous| font.kern(previous, id));
            let bold = style.font.boldness() * style.size;
            for shift in [-0.5, 0.5].map(|side| side * bold) {
                let glyph = id.with_scale_and_position(style.scale(), point(pen.x + shift, pen.y));
                if let Some(outline) = font.outline_glyph(glyph) {
                    let bounds = outline.px_bounds();
                    outline.draw(|x, y, cover| {
                        let (x, y) = (bounds.min.x as i32 + x as i32, bounds.min.y as i32 + y as i32);
                        self.blend(x, y, style.colour, cover.clamp(0.0, 1.0));
                    });
                }
            }
            pen.x += font.h_advance(id);
            previous = Some(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::{BACKGROUND, TEXT};

    /// The smallest rectangle that holds all that was drawn.
    fn drawn(canvas: &Canvas) -> Option<Rect> {
        let marked = canvas.picture().enumerate_pixels().filter(|(_, _, pixel)| pixel.0 != BACKGROUND);
        marked.fold(None, |bounds: Option<Rect>, (x, y, _)| {
            let Some(old) = bounds else { return Some(Rect::new(x, y, 1, 1)) };
            let (left, top) = (old.x.min(x), old.y.min(y));
            Some(Rect::new(left, top, old.right().max(x + 1) - left, old.bottom().max(y + 1) - top))
        })
    }

    #[test]
    fn text_stays_in_its_rectangle_however_long_it_is() {
        let rect = Rect::new(30, 20, 170, 30);
        for font in [Font::Words, Font::Figures] {
            for text in ["gan, noise 1", "Åpfelgöyj", "a name that is far too long to be shown in full"] {
                for align in [Align::Left, Align::Centre, Align::Right] {
                    let mut canvas = Canvas::new(240, 70);
                    canvas.write(text, Style { font, size: 20.0, colour: TEXT }, align, rect);
                    let drawn = drawn(&canvas).unwrap();
                    assert!(rect.outset(1).contains(drawn), "{text}: {drawn:?}");
                }
            }
        }
    }

    #[test]
    fn alignment_is_as_measured() {
        let style = Style::words(24.0, TEXT);
        let rect = Rect::new(0, 0, 300, 40);
        let edges = |align| {
            let mut canvas = Canvas::new(300, 40);
            canvas.write("HIH", style, align, rect);
            drawn(&canvas).unwrap()
        };
        let (left, centre, right) = (edges(Align::Left), edges(Align::Centre), edges(Align::Right));
        assert!(left.x < 6 && right.right() > 294, "{left:?} {right:?}");
        assert!((centre.x + centre.right()).abs_diff(300) <= 2, "{centre:?}");
        assert!((left.width as f32) < style.width("HIH") && left.width as f32 > 0.7 * style.width("HIH"));
    }

    #[test]
    fn every_character_that_films_use_has_a_glyph() {
        for font in [Font::Words, Font::Figures] {
            for character in "…·–×?%.,:()".chars() {
                assert_ne!(font.get().glyph_id(character).0, 0, "{character} in {font:?}");
            }
        }
    }

    #[test]
    fn long_texts_are_wrapped_and_elided() {
        let style = Style::words(20.0, TEXT);
        let text = "a wall ahead, both sides open, and the turn undecided";
        let lines = style.wrapped(text, 200);
        assert!(lines.len() > 1 && lines.iter().all(|line| style.width(line) <= 200.0));
        assert_eq!(lines.join(" "), text);
        assert!(style.elided(text, 200).ends_with('…') && style.elided("short", 200) == "short");
        assert_eq!(style.elided(text, 2), "");
    }
}
