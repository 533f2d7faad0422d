//! Paints `assets/textures`: walls, floors and ceilings of each theme, and the agent's sprite.
//!
//! A texture covers one face of a cell. Walls tile sideways, floors and ceilings every way. Shapes
//! are large and edges bold, since a face is often seen only 10 to 30 pixels wide. All variation
//! comes from an integer hash, and functions that platforms round differently come from `libm`, so
//! the same pixels come out on every machine.

use std::path::{Path, PathBuf};

use anyhow::Context;
use crossroads::files::{Shown, write_whole};
use image::{DynamicImage, Rgb, RgbImage, Rgba, RgbaImage};

/// Width and height of a face's texture, in texels.
const SIDE: u32 = 64;
/// Width and height of the agent's sprite, in texels.
const SPRITE_SIDE: u32 = 32;
/// Samples along each axis of a texel: edges come out smooth.
const SAMPLES: u32 = 4;

/// Red, green and blue in 0..=255; values outside are clipped when a texel is stored.
type Colour = [f32; 3];
/// Colour of a face at (x, y) texels, x to the right and y down from the upper left corner.
type Face = fn(f32, f32) -> Colour;

const FACES: [(&str, Face); 14] = [
    ("brick-red.png", brick_red),
    ("brick-blue.png", brick_blue),
    ("brick-ochre.png", brick_ochre),
    ("brick-green.png", brick_green),
    ("floor-paving.png", floor_paving),
    ("ceiling-plaster.png", ceiling_plaster),
    ("hedge-a.png", hedge_a),
    ("hedge-b.png", hedge_b),
    ("hedge-stone.png", hedge_stone),
    ("floor-gravel.png", floor_gravel),
    ("sky-night.png", sky_night),
    ("sky-day.png", sky_day),
    ("arcade-wall.png", arcade_wall),
    ("arcade-floor.png", arcade_floor),
];

/// Writes every texture as a PNG file into `folder`, created if need be; returns the files' paths.
pub fn write_all(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.shown()))?;
    let mut paths = Vec::new();
    for (name, picture) in paint_all() {
        let path = folder.join(name);
        let mut png = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut png, image::ImageFormat::Png)?;
        write_whole(&path, png.get_ref()).with_context(|| format!("cannot write {}", path.shown()))?;
        paths.push(path);
    }
    Ok(paths)
}

fn paint_all() -> Vec<(&'static str, DynamicImage)> {
    let mut pictures: Vec<_> = FACES.iter().map(|&(name, face)| (name, paint_face(face).into())).collect();
    pictures.push(("arcade-agent.png", paint_agent(AGENT).into()));
    pictures.push(("arcade-creature.png", paint_agent(CREATURE).into()));
    pictures
}

fn paint_face(face: Face) -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |column, row| {
        let mut sum = [0.0; 3];
        for (x, y) in sample_points(column, row) {
            sum = add(sum, face(x, y));
        }
        Rgb(to_bytes(scale(sum, 1.0 / (SAMPLES * SAMPLES) as f32)))
    })
}

/// Where the colour of one texel is sampled, in texels.
fn sample_points(column: u32, row: u32) -> impl Iterator<Item = (f32, f32)> {
    let along = |texel: u32, i: u32| texel as f32 + (i as f32 + 0.5) / SAMPLES as f32;
    (0..SAMPLES * SAMPLES).map(move |i| (along(column, i % SAMPLES), along(row, i / SAMPLES)))
}

// Theme `brick`.

fn brick_red(x: f32, y: f32) -> Colour {
    let bond = Bond { courses: 5, stones: 3, stagger: 0.5, joint: 2.4, rounding: 1.2 };
    let stone = bond.stone_at(x, y);
    if stone.depth < 0.0 {
        return mottled([218.0, 202.0, 178.0], 0.10, x, y, 11);
    }
    let clay = mix([142.0, 50.0, 38.0], [196.0, 88.0, 62.0], stone.chance(12));
    scale(mottled(clay, 0.16, x, y, 13), stone.relief(0.16))
}

fn brick_blue(x: f32, y: f32) -> Colour {
    let bond = Bond { courses: 3, stones: 2, stagger: 0.5, joint: 3.0, rounding: 3.0 };
    let stone = bond.stone_at(x, y);
    if stone.depth < 0.0 {
        return [34.0, 42.0, 64.0];
    }
    let slate = mix([70.0, 98.0, 150.0], [112.0, 142.0, 190.0], stone.chance(21));
    scale(mottled(slate, 0.18, x, y, 22), stone.relief(0.22))
}

/// Sandstone with a dark frieze of pale lozenges.
fn brick_ochre(x: f32, y: f32) -> Colour {
    const FRIEZE: std::ops::Range<f32> = 20.0..44.0;
    const MIDDLE: f32 = 0.5 * SIDE as f32;
    let edge = (y - FRIEZE.start).min(FRIEZE.end - y);
    if edge > 2.5 {
        let to_lozenge = (x - MIDDLE).abs() + (y - MIDDLE).abs();
        return if to_lozenge < 8.5 { [248.0, 224.0, 160.0] } else { [112.0, 44.0, 40.0] };
    }
    if edge > 0.0 {
        return [246.0, 214.0, 140.0];
    }
    // The frieze hides the middle one of the courses.
    let bond = Bond { courses: 3, stones: 2, stagger: 0.5, joint: 2.2, rounding: 1.5 };
    let stone = bond.stone_at(x, y);
    if stone.depth < 0.0 {
        return [140.0, 96.0, 44.0];
    }
    let sand = mix([204.0, 150.0, 66.0], [228.0, 180.0, 96.0], stone.chance(31));
    scale(mottled(sand, 0.12, x, y, 32), stone.relief(0.12))
}

fn brick_green(x: f32, y: f32) -> Colour {
    let bond = Bond { courses: 4, stones: 2, stagger: 0.37, joint: 3.0, rounding: 4.0 };
    let stone = bond.stone_at(x, y);
    let moss = noise(x, y, 5, 41) + 0.35 * stone.top_light();
    if stone.depth < 0.0 {
        return [30.0, 48.0, 34.0];
    }
    let rock = mix([70.0, 104.0, 74.0], [100.0, 132.0, 92.0], stone.chance(42));
    let colour = mix(rock, [134.0, 172.0, 72.0], ramp(0.62, 0.85, moss));
    scale(mottled(colour, 0.12, x, y, 43), stone.relief(0.20))
}

fn floor_paving(x: f32, y: f32) -> Colour {
    let bond = Bond { courses: 2, stones: 2, stagger: 0.0, joint: 2.5, rounding: 2.5 };
    let stone = bond.stone_at(x, y);
    if stone.depth < 0.0 {
        return [44.0, 32.0, 26.0];
    }
    let dark = (stone.course + stone.index) % 2 == 0;
    let tile = if dark { [84.0, 60.0, 44.0] } else { [122.0, 92.0, 66.0] };
    scale(mottled(tile, 0.16, x, y, 51), stone.relief(0.10))
}

/// One recessed panel between broad beams that run along the cell's borders.
fn ceiling_plaster(x: f32, y: f32) -> Colour {
    let inside = -rounded_square(x, y, 25.0, 4.0);
    let flat = match inside {
        d if d < 0.0 => [196.0, 184.0, 160.0],
        d if d < 2.5 => [158.0, 146.0, 126.0],
        d => mix([218.0, 212.0, 196.0], [240.0, 236.0, 222.0], ramp(2.5, 12.0, d)),
    };
    mottled(flat, 0.05, x, y, 61)
}

// Theme `hedge-night`.

fn hedge_a(x: f32, y: f32) -> Colour {
    hedge(x, y, 70, [18.0, 52.0, 34.0], [84.0, 142.0, 80.0])
}

fn hedge_b(x: f32, y: f32) -> Colour {
    let leaves = hedge(x, y, 83, [10.0, 40.0, 42.0], [52.0, 112.0, 100.0]);
    let blossoms = Scatter { across: 3, size: 8.0..9.5, lobes: 5, share: 0.6, seed: 85 };
    match blossoms.top_at(x, y) {
        Some(blossom) if blossom.reach < 0.3 => [228.0, 176.0, 84.0],
        Some(blossom) => scale([226.0, 220.0, 240.0], 1.04 - 0.24 * blossom.reach),
        None => leaves,
    }
}

/// Overlapping clumps of leaves, lit by a moon in the upper left.
fn hedge(x: f32, y: f32, seed: u32, shade: Colour, moonlit: Colour) -> Colour {
    let clumps = Scatter { across: 3, size: 15.0..18.0, lobes: 7, share: 1.0, seed };
    let Some(clump) = clumps.top_at(x, y) else {
        return scale(shade, 0.6);
    };
    let light = 0.48 - 0.027 * (clump.x + 1.5 * clump.y) + 0.3 * (clump.chance - 0.5);
    let rim = 1.0 - 0.35 * ramp(0.8, 1.0, clump.reach);
    scale(mottled(mix(shade, moonlit, light.clamp(0.0, 1.0)), 0.2, x, y, seed + 1), rim)
}

fn hedge_stone(x: f32, y: f32) -> Colour {
    let bond = Bond { courses: 3, stones: 2, stagger: 0.42, joint: 3.0, rounding: 6.0 };
    let stone = bond.stone_at(x, y);
    if stone.depth < 0.0 {
        return [22.0, 30.0, 40.0];
    }
    let rock = mix([114.0, 118.0, 126.0], [160.0, 162.0, 166.0], stone.chance(91));
    let moss = noise(x, y, 4, 92) + 0.5 * stone.top_light();
    let colour = mix(rock, [62.0, 104.0, 62.0], ramp(0.62, 0.78, moss));
    scale(mottled(colour, 0.16, x, y, 93), stone.relief(0.2))
}

fn floor_gravel(x: f32, y: f32) -> Colour {
    let pebbles = Scatter { across: 4, size: 9.0..12.0, lobes: 0, share: 1.0, seed: 101 };
    let Some(pebble) = pebbles.top_at(x, y) else {
        return [26.0, 30.0, 48.0];
    };
    let light = 1.0 - 0.025 * (pebble.x + pebble.y) - 0.4 * ramp(0.75, 1.0, pebble.reach);
    scale(mix([48.0, 54.0, 84.0], [78.0, 86.0, 120.0], pebble.chance), light)
}

fn sky_night(x: f32, y: f32) -> Colour {
    let cloud = 0.7 * noise(x, y, 3, 111) + 0.3 * noise(x, y, 6, 112);
    let air = mix([10.0, 14.0, 50.0], [44.0, 54.0, 116.0], ramp(0.2, 0.85, cloud));
    let glow = [(14.0, 16.0, 11.0), (48.0, 30.0, 7.5), (25.0, 51.0, 9.0)]
        .into_iter()
        .map(|(star_x, star_y, size)| star_glow(from_centre(x, star_x), from_centre(y, star_y), size))
        .fold(0.0, f32::max);
    mix(air, [250.0, 246.0, 222.0], glow)
}

fn sky_day(x: f32, y: f32) -> Colour {
    let cloud = 0.7 * noise(x, y, 3, 121) + 0.3 * noise(x, y, 6, 122);
    mix([96.0, 156.0, 226.0], [236.0, 242.0, 248.0], ramp(0.35, 0.8, cloud))
}

/// Brightness in 0..=1 of a four-pointed star of `size` texels, at (x, y) texels from its centre.
fn star_glow(x: f32, y: f32, size: f32) -> f32 {
    let reach = libm::sqrtf(x.abs() / size) + libm::sqrtf(y.abs() / size);
    1.0 - ramp(0.8, 1.15, reach)
}

// Theme `arcade`.

fn arcade_wall(x: f32, y: f32) -> Colour {
    let outside = rounded_square(x, y, 25.0, 12.0);
    let from_line = outside.abs();
    let navy = if outside < 0.0 { [20.0, 26.0, 92.0] } else { [8.0, 10.0, 44.0] };
    let glow = mix(navy, [40.0, 90.0, 240.0], 0.7 * (1.0 - ramp(2.0, 9.0, from_line)));
    mix([96.0, 178.0, 255.0], glow, ramp(2.2, 3.6, from_line))
}

fn arcade_floor(x: f32, y: f32) -> Colour {
    let from_middle = libm::hypotf(x - 32.0, y - 32.0);
    mix([92.0, 80.0, 84.0], [7.0, 7.0, 14.0], ramp(5.0, 7.0, from_middle))
}

/// A round creature that faces right, its mouth a wedge and its back darker: the agent yellow, those beside it blue.
fn paint_agent(colours: (Colour, Colour)) -> RgbaImage {
    RgbaImage::from_fn(SPRITE_SIDE, SPRITE_SIDE, |column, row| {
        let (mut sum, mut covered) = ([0.0; 3], 0.0);
        for (x, y) in sample_points(column, row) {
            if let Some(colour) = agent_at(x - 16.0, y - 16.0, colours) {
                sum = add(sum, colour);
                covered += 1.0;
            }
        }
        let alpha = covered / (SAMPLES * SAMPLES) as f32;
        // Where nothing is covered the colour still matters: a filter may blend it in.
        let colour = if covered > 0.0 { scale(sum, 1.0 / covered) } else { colours.1 };
        let [r, g, b] = to_bytes(colour);
        Rgba([r, g, b, to_byte(255.0 * alpha)])
    })
}

/// Dark and bright of the agent, and of the creatures beside it.
const AGENT: (Colour, Colour) = ([226.0, 106.0, 20.0], [255.0, 214.0, 40.0]);
const CREATURE: (Colour, Colour) = ([20.0, 96.0, 190.0], [92.0, 224.0, 255.0]);

/// The colour at (x, y) texels from the sprite's centre, from dark at its back to bright; none where it is transparent.
fn agent_at(x: f32, y: f32, (dark, bright): (Colour, Colour)) -> Option<Colour> {
    const RADIUS: f32 = 15.0;
    /// Half the height of the open mouth over its length.
    const MOUTH: f32 = 0.85;
    const MOUTH_CORNER: f32 = -3.0;
    let in_mouth = y.abs() < MOUTH * (x - MOUTH_CORNER);
    if libm::hypotf(x, y) > RADIUS || in_mouth {
        return None;
    }
    if libm::hypotf(x + 0.8, y + 8.2) < 2.9 {
        return Some([24.0, 18.0, 40.0]);
    }
    Some(mix(dark, bright, ramp(-14.0, -4.0, x)))
}

// Masonry.

/// A wall's pattern: `courses` rows of `stones` each, every other row moved by `stagger` stones.
struct Bond {
    courses: i32,
    stones: i32,
    stagger: f32,
    /// Width of the joints, in texels.
    joint: f32,
    /// Radius of the stones' corners, in texels.
    rounding: f32,
}

/// The stone of a bond at some point, and where in the stone the point is.
struct Stone {
    course: i32,
    index: i32,
    /// Distance to the stone's rim, in texels; negative in the joint.
    depth: f32,
    /// Height over the stone's middle: 1 at its upper edge, -1 at its lower one.
    height: f32,
}

impl Bond {
    fn stone_at(&self, x: f32, y: f32) -> Stone {
        let (width, height) = (SIDE as f32 / self.stones as f32, SIDE as f32 / self.courses as f32);
        let course = libm::floorf(y / height);
        let along = x / width - self.stagger * (course % 2.0);
        let index = libm::floorf(along);
        let (from_x, from_y) = ((along - index - 0.5) * width, y - (course + 0.5) * height);
        let half = |size: f32| 0.5 * (size - self.joint);
        Stone {
            course: course as i32,
            index: (index as i32).rem_euclid(self.stones),
            depth: -rounded_box(from_x, from_y, half(width), half(height), self.rounding),
            height: -from_y / (0.5 * height),
        }
    }
}

impl Stone {
    /// A number in 0..1 that is this stone's own.
    fn chance(&self, seed: u32) -> f32 {
        hash(self.course, self.index, seed)
    }

    /// How much light falls from above: 0 on the lower half, up to 1 at the upper edge.
    fn top_light(&self) -> f32 {
        self.height.max(0.0)
    }

    /// Brightness: around 1, more at the upper rim, less at the lower.
    fn relief(&self, strength: f32) -> f32 {
        const RIM: f32 = 3.0;
        1.0 + strength * self.height * (1.0 - ramp(0.5, RIM, self.depth)) + 0.3 * strength * self.height
    }
}

// Scattered things: leaves, blossoms, pebbles.

/// Lobed discs on a jittered grid of `across` by `across` places, of which a `share` is taken.
/// They may overlap.
struct Scatter {
    across: i32,
    /// Radii, in texels.
    size: std::ops::Range<f32>,
    lobes: u32,
    share: f32,
    seed: u32,
}

/// One of the scattered discs at some point, and where in it the point is.
struct Disc {
    /// The point relative to the disc's centre, in texels.
    x: f32,
    y: f32,
    /// 0 at the centre, 1 at the rim.
    reach: f32,
    /// A number in 0..1 that is this disc's own; the disc with the highest lies on top.
    chance: f32,
}

impl Scatter {
    fn top_at(&self, x: f32, y: f32) -> Option<Disc> {
        let places = (0..self.across * self.across).map(|i| (i % self.across, i / self.across));
        places
            .filter(|&(column, row)| hash(column, row, self.seed) < self.share)
            .map(|(column, row)| self.disc(column, row, x, y))
            .filter(|disc| disc.reach < 1.0)
            .max_by(|a, b| a.chance.total_cmp(&b.chance))
    }

    fn disc(&self, column: i32, row: i32, x: f32, y: f32) -> Disc {
        let chance = |salt: u32| hash(column, row, self.seed.wrapping_add(1000 * salt));
        let step = SIDE as f32 / self.across as f32;
        let centre = |place: i32, jitter: f32| (place as f32 + 0.5 + 0.5 * (jitter - 0.5)) * step;
        let (x, y) = (from_centre(x, centre(column, chance(1))), from_centre(y, centre(row, chance(2))));
        let angle = libm::atan2f(y, x) + std::f32::consts::TAU * chance(3);
        let scallop =
            if self.lobes > 0 { 0.78 + 0.22 * libm::cosf(0.5 * self.lobes as f32 * angle).abs() } else { 1.0 };
        let radius = self.size.start + (self.size.end - self.size.start) * chance(4);
        Disc { x, y, reach: libm::hypotf(x, y) / (radius * scallop), chance: chance(5) }
    }
}

// Shapes and noise.

/// Signed distance from `centre` along an axis on which the texture repeats: in -SIDE/2..=SIDE/2.
fn from_centre(at: f32, centre: f32) -> f32 {
    let side = SIDE as f32;
    (at - centre + 0.5 * side).rem_euclid(side) - 0.5 * side
}

/// Signed distance to a square around the face's middle, of side 2 `half`; negative inside.
fn rounded_square(x: f32, y: f32, half: f32, rounding: f32) -> f32 {
    let middle = 0.5 * SIDE as f32;
    rounded_box(x - middle, y - middle, half, half, rounding)
}

/// Signed distance to a box around the origin with corners of radius `rounding`; negative inside.
fn rounded_box(x: f32, y: f32, half_width: f32, half_height: f32, rounding: f32) -> f32 {
    let (dx, dy) = (x.abs() - half_width + rounding, y.abs() - half_height + rounding);
    libm::hypotf(dx.max(0.0), dy.max(0.0)) + dx.max(dy).min(0.0) - rounding
}

/// `colour`, made softly brighter and darker by up to `strength` (0.1: a tenth).
fn mottled(colour: Colour, strength: f32, x: f32, y: f32, seed: u32) -> Colour {
    scale(colour, 1.0 + strength * (2.0 * noise(x, y, 8, seed) - 1.0))
}

/// Value noise in 0..1 on a lattice of `cells` by `cells` points, repeating with the texture.
fn noise(x: f32, y: f32, cells: i32, seed: u32) -> f32 {
    let per_texel = cells as f32 / SIDE as f32;
    let (x, y) = (x * per_texel, y * per_texel);
    let (left, top) = (libm::floorf(x), libm::floorf(y));
    let (across, down) = (ramp(0.0, 1.0, x - left), ramp(0.0, 1.0, y - top));
    let lattice = |right: i32, below: i32| {
        hash((left as i32 + right).rem_euclid(cells), (top as i32 + below).rem_euclid(cells), seed)
    };
    let blend = |a: f32, b: f32, t: f32| a + (b - a) * t;
    blend(blend(lattice(0, 0), lattice(1, 0), across), blend(lattice(0, 1), lattice(1, 1), across), down)
}

/// A number in 0..1 for a place and a seed: the 32-bit finaliser of MurmurHash3.
fn hash(column: i32, row: i32, seed: u32) -> f32 {
    let mut bits = seed.wrapping_mul(0x9E37_79B9) ^ (column as u32).wrapping_mul(0x85EB_CA6B);
    bits = bits.rotate_left(13) ^ (row as u32).wrapping_mul(0xC2B2_AE35);
    bits = (bits ^ (bits >> 16)).wrapping_mul(0x85EB_CA6B);
    bits = (bits ^ (bits >> 13)).wrapping_mul(0xC2B2_AE35);
    bits ^= bits >> 16;
    // 24 bits are what an f32 holds exactly.
    (bits >> 8) as f32 / (1 << 24) as f32
}

/// 0 up to `low`, 1 from `high`, and a smooth cubic between.
fn ramp(low: f32, high: f32, value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

// Colours.

fn mix(a: Colour, b: Colour, t: f32) -> Colour {
    add(scale(a, 1.0 - t), scale(b, t))
}

fn scale(colour: Colour, by: f32) -> Colour {
    colour.map(|channel| channel * by)
}

fn add(a: Colour, b: Colour) -> Colour {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

fn to_bytes(colour: Colour) -> [u8; 3] {
    colour.map(to_byte)
}

fn to_byte(channel: f32) -> u8 {
    (channel.clamp(0.0, 255.0) + 0.5) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_hold_what_is_painted() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/textures");
        for (name, painted) in paint_all() {
            let stored = image::open(folder.join(name)).unwrap();
            assert!(stored == painted, "{name} differs from what is painted: write the textures again");
        }
    }
}
