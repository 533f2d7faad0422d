//! Textures: a square of texels and its halvings, with colours laid out for fast shading.

use std::path::Path;

use image::ImageDecoder;

use crate::scene::{built_in_texture, texture_names};

/// Most texels along a side.
const LARGEST_SIDE: u32 = 256;

/// Most bytes of a PNG, and of what is in it: twice as many as texels of 16 bits a channel have.
const LARGEST_FILE: u64 = 1 << 20;

/// Red, green and blue in 16-bit lanes of one word, so that one multiplication shades all three.
pub(super) type Lanes = u64;

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
pub(super) fn write_mean(sum: Lanes, count: u32, pixel: &mut [u8; 3]) {
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
            (Some(file), _) => {
                let unreadable = |why| error(format!("cannot be read ({why})"));
                let length = file.metadata().map_err(unreadable)?.len();
                if length > LARGEST_FILE {
                    return Err(error(format!("has {length} bytes; no texture needs more than {LARGEST_FILE}")));
                }
                std::fs::read(file).map_err(unreadable)?
            }
            (None, Some(bytes)) => bytes.to_vec(),
            (None, None) => return Err(error("is neither beside the scene nor built in".into())),
        };
        Ok(Self::new(&decoded(&bytes).map_err(error)?))
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

    /// BLAKE3 of what is seen of it, in hexadecimal digits: its side, then its texels, red, green, blue and alpha.
    pub(super) fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(self.side() as u32).to_le_bytes());
        self.level(0).for_each(|texel| {
            hasher.update(&texel);
        });
        hasher.finalize().to_hex().to_string()
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

    /// Where in a row of texels each u is, in whole textures and wrapped around.
    pub(super) fn columns(&self, level: usize, us: &[f32]) -> Vec<u32> {
        us.iter().map(|&u| self.levels[level].wrapped(u) as u32).collect()
    }

    /// The texels of these [`Texture::columns`] at v, in whole textures and wrapped around.
    pub(super) fn copy_row(&self, level: usize, columns: &[u32], v: f32, texels: &mut [Lanes]) {
        let level = &self.levels[level];
        let row = &level.colours[level.wrapped(v) * level.side..][..level.side];
        for (texel, &column) in texels.iter_mut().zip(columns) {
            *texel = row[column as usize];
        }
    }

    /// The texel at (u, v), each in whole textures and wrapped around, and the alpha of it.
    pub(super) fn texel_with_alpha(&self, level: usize, u: f32, v: f32) -> (Lanes, u8) {
        let level = &self.levels[level];
        let index = level.index(u, v);
        (level.colours[index], level.alpha[index])
    }
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

/// The picture in the bytes of a PNG; its size is looked at before there is memory for it.
fn decoded(bytes: &[u8]) -> Result<image::RgbaImage, String> {
    let no_png = |why| format!("is not a readable PNG ({why})");
    let mut reader = image::ImageReader::with_format(std::io::Cursor::new(bytes), image::ImageFormat::Png);
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(LARGEST_FILE);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(no_png)?;
    let (width, height) = decoder.dimensions();
    if width != height || !width.is_power_of_two() || width > LARGEST_SIDE {
        let allowed = format!("it must be square, its side a power of two up to {LARGEST_SIDE}");
        return Err(format!("is {width}x{height}; {allowed}"));
    }
    if let Some(length) = palette_length(bytes).filter(|length| !length.is_multiple_of(3)) {
        return Err(format!(
            "is not a readable PNG (its palette has {length} bytes, which are not three for each colour)"
        ));
    }
    Ok(image::DynamicImage::from_decoder(decoder).map_err(no_png)?.to_rgba8())
}

/// Bytes of a PNG's palette, if it has one. `png` 0.18.1, which ends with a panic where they are not three for each colour,
/// does not look.
fn palette_length(bytes: &[u8]) -> Option<u32> {
    let mut chunks = bytes.get(8..)?;
    loop {
        let (length, rest) = chunks.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length);
        if kind == b"PLTE" {
            return Some(length);
        }
        // What is in the chunk, and its sum.
        chunks = rest.get(length as usize..)?.get(4..)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG that says it has sides of 2³¹ − 1 pixels, 8 bits a channel, red, green, blue and alpha; no pixel follows.
    const HUGE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0";

    #[test]
    fn a_picture_too_large_is_refused_by_its_first_bytes() {
        let mut bytes = HUGE.to_vec();
        bytes.extend(crc32fast::hash(&HUGE[12..]).to_be_bytes());
        bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        let error = decoded(&bytes).unwrap_err();
        assert!(
            error.starts_with("is 2147483647x2147483647; it must be square") || error.contains("readable"),
            "{error}"
        );
        let folder = tempfile::tempdir().unwrap();
        std::fs::File::create(folder.path().join("a.png")).unwrap().set_len(1 << 40).unwrap();
        let error = Texture::load("a.png", Some(folder.path())).unwrap_err().to_string();
        assert!(error.contains("has 1099511627776 bytes; no texture needs more"), "{error}");
    }

    #[test]
    fn a_palette_of_a_third_of_a_colour_is_refused() {
        let chunk = |kind: &[u8; 4], inside: &[u8]| {
            let (length, named) = ((inside.len() as u32).to_be_bytes(), [&kind[..], inside].concat());
            [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
        };
        let picture = |palette: &[u8]| {
            let head = chunk(b"IHDR", b"\0\0\0\x01\0\0\0\x01\x08\x03\0\0\0");
            // One byte of filter and one pixel, the first colour, stored as they are.
            let data = chunk(b"IDAT", b"\x78\x01\x01\x02\0\xfd\xff\0\0\0\x02\0\x01");
            [b"\x89PNG\r\n\x1a\n".as_slice(), &head, &chunk(b"PLTE", palette), &data, &chunk(b"IEND", b"")].concat()
        };
        assert_eq!(decoded(&picture(&[1, 2, 3])).unwrap().get_pixel(0, 0).0, [1, 2, 3, 255]);
        let error = decoded(&picture(&[1, 2, 3, 4])).unwrap_err();
        assert!(error.contains("its palette has 4 bytes"), "{error}");
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b""[..], b"GIF89a", &HUGE[..20], HUGE] {
            assert!(decoded(bytes).unwrap_err().contains("is not a readable PNG"));
        }
    }
}
