//! Textures: a square of texels and its halvings, with colours laid out for fast shading.

use std::io::Cursor;
use std::path::Path;

use image::ImageDecoder;
use image::codecs::png::PngDecoder;

use crate::scene::{built_in_texture, texture_names};

/// Red, green and blue in 16-bit lanes of one word, so that one multiplication shades all three.
pub(super) type Lanes = u64;

/// Largest side in texels.
const MOST_SIDE: u32 = 256;

/// What decoding may take beside the pixels: such as a colour profile that a PNG carries.
const DECODER_BYTES: u64 = 4 << 20;

const MASK: Lanes = 0x0000_00ff_00ff_00ff;

/// Spreads a colour over lanes.
pub(super) fn lanes([red, green, blue]: [u8; 3]) -> Lanes {
    Lanes::from(red) | Lanes::from(green) << 16 | Lanes::from(blue) << 32
}

/// A colour dimmed to `light` / 256, where `light` is 0 to 256.
#[inline(always)]
pub(super) fn dimmed(colour: Lanes, light: u32) -> Lanes {
    (colour * Lanes::from(light)) >> 8 & MASK
}

/// Writes the mean of `count` summed colours.
#[inline(always)]
pub(super) fn write_mean(sum: Lanes, count: u32, pixel: &mut [u8]) {
    let half = count / 2;
    for (channel, value) in pixel.iter_mut().enumerate() {
        *value = (((sum >> (16 * channel)) as u32 & 0xffff) + half).div_euclid(count) as u8;
    }
}

/// Why a texture cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("texture `{name}` {problem}; built in are {}", texture_names().collect::<Vec<_>>().join(", "))]
pub struct TextureError {
    name: String,
    problem: String,
}

/// A square picture whose side is a power of two, with all its halvings.
#[derive(Debug, Clone)]
pub struct Texture {
    levels: Vec<Level>,
}

#[derive(Debug, Clone)]
struct Level {
    side: usize,
    colours: Vec<Lanes>,
    /// 0 is clear, 255 is solid.
    alpha: Vec<u8>,
}

impl Texture {
    /// Loads a PNG from `folder`, if it is there, else from the textures built in.
    pub fn load(name: &str, folder: Option<&Path>) -> Result<Self, TextureError> {
        let error = |problem: String| TextureError { name: name.to_owned(), problem };
        let file = folder.map(|folder| folder.join(name)).filter(|file| file.is_file());
        let bytes = match (&file, built_in_texture(name)) {
            (Some(file), _) => std::fs::read(file).map_err(|why| error(format!("cannot be read ({why})")))?,
            (None, Some(bytes)) => bytes.to_vec(),
            (None, None) => return Err(error("is neither beside the scene nor built in".into())),
        };
        let picture = decoded(&bytes).map_err(error)?;
        Ok(Self::new(&picture))
    }

    fn new(picture: &image::RgbaImage) -> Self {
        let mut pixels: Vec<[u8; 4]> = picture.pixels().map(|pixel| pixel.0).collect();
        let mut side = picture.width() as usize;
        let mut levels = vec![Level::new(side, &pixels)];
        while side > 1 {
            pixels = halved(side, &pixels);
            side /= 2;
            levels.push(Level::new(side, &pixels));
        }
        Self { levels }
    }

    /// Texels along a side, at full size.
    pub fn side(&self) -> usize {
        self.levels[0].side
    }

    /// The texture itself and its halvings, down to one texel.
    pub(crate) fn level_count(&self) -> usize {
        self.levels.len()
    }

    /// The texels of a halving, row by row: red, green, blue, alpha.
    pub(crate) fn level(&self, level: usize) -> impl Iterator<Item = [u8; 4]> + '_ {
        let Level { colours, alpha, .. } = &self.levels[level];
        let channel = |colour: Lanes, lane: u32| (colour >> (16 * lane)) as u8;
        colours
            .iter()
            .zip(alpha)
            .map(move |(&colour, &alpha)| [channel(colour, 0), channel(colour, 1), channel(colour, 2), alpha])
    }

    /// The halving whose texels are nearest in size to a sample that covers `texels` of the full size.
    pub(super) fn level_for(&self, texels: f32) -> usize {
        let mut level = 0;
        // A level serves from a half octave below its own texel size to a half octave above it.
        let mut limit = std::f32::consts::SQRT_2;
        while texels > limit && level + 1 < self.levels.len() {
            level += 1;
            limit *= 2.0;
        }
        level
    }

    /// The texel at (u, v), each in whole textures and wrapped around.
    #[inline(always)]
    pub(super) fn texel(&self, level: usize, u: f32, v: f32) -> Lanes {
        let level = &self.levels[level];
        level.colours[level.index(u, v)]
    }

    /// As [`Texture::texel`], with the alpha of it.
    pub(super) fn texel_with_alpha(&self, level: usize, u: f32, v: f32) -> (Lanes, u8) {
        let level = &self.levels[level];
        let index = level.index(u, v);
        (level.colours[index], level.alpha[index])
    }
}

/// A PNG's pixels; else what is wrong with it. Its size is looked at before there is room made for as many pixels.
fn decoded(bytes: &[u8]) -> Result<image::RgbaImage, String> {
    let unreadable = |why: image::ImageError| format!("is not a readable PNG ({why})");
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(DECODER_BYTES);
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    if width != height || !width.is_power_of_two() || width > MOST_SIDE {
        return Err(format!("is {width}x{height}; it must be square, its side a power of two up to {MOST_SIDE}"));
    }
    Ok(image::DynamicImage::from_decoder(decoder).map_err(unreadable)?.to_rgba8())
}

impl Level {
    fn new(side: usize, pixels: &[[u8; 4]]) -> Self {
        Self {
            side,
            colours: pixels.iter().map(|&[r, g, b, _]| lanes([r, g, b])).collect(),
            alpha: pixels.iter().map(|pixel| pixel[3]).collect(),
        }
    }

    #[inline(always)]
    fn wrapped(&self, u: f32) -> usize {
        ((u * self.side as f32) as i32 as usize) & (self.side - 1)
    }

    #[inline(always)]
    fn index(&self, u: f32, v: f32) -> usize {
        self.wrapped(v) * self.side + self.wrapped(u)
    }
}

/// Half the size, each texel the mean of four, colours weighted by alpha.
fn halved(side: usize, pixels: &[[u8; 4]]) -> Vec<[u8; 4]> {
    let half = side / 2;
    (0..half * half)
        .map(|index| {
            let (x, y) = (index % half * 2, index / half * 2);
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| pixels[(y + dy) * side + x + dx]);
            let alpha: u32 = four.iter().map(|pixel| u32::from(pixel[3])).sum();
            let channel = |channel: usize| {
                let sum: u32 = four.iter().map(|pixel| u32::from(pixel[channel]) * u32::from(pixel[3])).sum();
                sum.checked_div(alpha).unwrap_or(0) as u8
            };
            [channel(0), channel(1), channel(2), (alpha / 4) as u8]
        })
        .collect()
}
