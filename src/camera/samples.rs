//! Columns of samples, drawn in steps that a compiler turns into vector instructions: which texel does each sample show,
//! fetch them, shade them, sum them up.

use super::texture::Texture;

/// Red, green, blue and nothing, as textures hold them: small, so that they stay in the cache.
pub(super) type Texel = [u8; 4];

/// Red, green, blue and nothing, each in 16 bits: room for products and sums of bytes.
pub(super) type Colour = [u16; 4];

pub(super) fn colour_of([red, green, blue]: [u8; 3]) -> Colour {
    [red.into(), green.into(), blue.into(), 0]
}

/// A colour dimmed to `light` / 256, where `light` is 0 to 256.
#[inline(always)]
pub(super) fn dimmed(colour: Colour, light: u16) -> Colour {
    colour.map(|value| (value * light) >> 8)
}

/// Samples that a register holds: columns are filled up to a multiple of it, so that no loop has a rest.
const LANES: usize = 8;

/// What all samples at one height below (or above) the horizon share.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// From the horizon to the middle of each sample, in samples.
    middles: Vec<f32>,
    /// To the ground, along the view's axis, in cells.
    distances: Vec<f32>,
    /// In every lane.
    lights: Vec<Colour>,
    /// The fog's part, ready to be added.
    fogs: Vec<Colour>,
}

impl Rows {
    /// So many rows, filled up.
    pub(super) fn filled_up(rows: usize) -> usize {
        rows.next_multiple_of(LANES)
    }

    /// As many as are filled up.
    pub(super) fn new(distances: Vec<f32>, lights: &[u16], fog: Colour) -> Self {
        assert_eq!(distances.len() % LANES, 0);
        let fogs = lights.iter().map(|light| dimmed(fog, 256 - light)).collect();
        let middles = (0..distances.len()).map(|row| row as f32 + 0.5).collect();
        Self { middles, distances, lights: lights.iter().map(|&light| [light; 4]).collect(), fogs }
    }

    pub(super) fn count(&self) -> usize {
        self.distances.len()
    }
}

/// The texture of a floor or ceiling: for each row of samples the halving that it shows.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// All halvings, one after the other, row by row.
    texels: Vec<Texel>,
    /// Of each row of samples: where its halving begins, its side, and its side less one.
    starts: Vec<u32>,
    sides: Vec<f32>,
    masks: Vec<i32>,
}

impl Ground {
    /// `covered` says how much of a cell's side a sample of each row covers.
    pub(super) fn new(texture: &Texture, covered: &[f32]) -> Self {
        let levels: Vec<Vec<Texel>> = (0..texture.level_count()).map(|level| texels(texture, level)).collect();
        let shown: Vec<usize> =
            covered.iter().map(|covered| texture.level_for(covered * texture.side() as f32)).collect();
        let side = |level: &usize| texture.side() >> level;
        let start = |level: &usize| levels[..*level].iter().map(Vec::len).sum::<usize>() as u32;
        Self {
            starts: shown.iter().map(start).collect(),
            sides: shown.iter().map(|level| side(level) as f32).collect(),
            masks: shown.iter().map(|level| side(level) as i32 - 1).collect(),
            texels: levels.concat(),
        }
    }

    /// Whether its texels are at the same places as the other's.
    pub(super) fn lies_like(&self, other: &Self) -> bool {
        (&self.starts, &self.masks, self.texels.len()) == (&other.starts, &other.masks, other.texels.len())
    }
}

/// The texture of a wall, column by column.
#[derive(Debug, Clone)]
pub(super) struct WallTexture {
    texture: Texture,
    levels: Vec<Vec<Texel>>,
}

impl WallTexture {
    pub(super) fn new(texture: &Texture) -> Self {
        let turned = |level: usize| {
            let (texels, side) = (texels(texture, level), texture.side() >> level);
            (0..side * side).map(|index| texels[index % side * side + index / side]).collect()
        };
        Self { levels: (0..texture.level_count()).map(turned).collect(), texture: texture.clone() }
    }

    pub(super) fn side(&self) -> usize {
        self.texture.side()
    }

    /// A column from top to bottom at `u`, 0 to 1, of the halving that fits samples which cover `covered` texels.
    #[inline(always)]
    pub(super) fn column(&self, covered: f32, u: f32) -> &[Texel] {
        let level = self.texture.level_for(covered);
        let side = self.side() >> level;
        let x = ((u * side as f32) as i32 as usize) & (side - 1);
        &self.levels[level][x * side..][..side]
    }
}

fn texels(texture: &Texture, level: usize) -> Vec<Texel> {
    texture.level(level).map(|[red, green, blue, _]| [red, green, blue, 0]).collect()
}

/// The whole number towards zero. Of what is no number, or too large for any texture, some number.
#[inline(always)]
fn whole(value: f32) -> i32 {
    // As `value as i32`, whose care for values out of range is one branch a value instead of two instructions for all.
    #[expect(clippy::manual_clamp, reason = "what is no number stays so in `clamp`")]
    let value = value.max(-1e9).min(1e9);
    // SAFETY: a number between -1e9 and 1e9; `max` and `min` return the other one where one is no number.
    unsafe { value.to_int_unchecked() }
}

/// What is left of a texel once light and fog are in it: a sum of several is to be made, or it is a byte already.
pub(super) trait Shaded: Copy {
    fn of(value: u16) -> Self;
}

impl Shaded for u16 {
    #[inline(always)]
    fn of(value: u16) -> Self {
        value
    }
}

impl Shaded for u8 {
    #[inline(always)]
    fn of(value: u16) -> Self {
        // At most 255 times 256 / 256.
        value as Self
    }
}

/// Working memory for a column of samples from the horizon down or up, as many as there are [`Rows`].
pub(super) struct Column {
    /// Which texel each sample of a wall shows, and which each of the ground.
    wall_places: Vec<u32>,
    ground_places: Vec<u32>,
    texels: Vec<Texel>,
    lights: Vec<Colour>,
    fogs: Vec<Colour>,
    /// What is in the last two: so many rows of a wall, and the light and fog on it. Beyond are those of the ground.
    lit: (usize, (u16, Colour)),
}

impl Column {
    pub(super) fn new(rows: &Rows) -> Self {
        let (lights, fogs, rows) = (rows.lights.clone(), rows.fogs.clone(), rows.count());
        Self {
            wall_places: vec![0; rows],
            ground_places: vec![0; rows],
            texels: vec![[0; 4]; rows],
            lights,
            fogs,
            lit: (0, (0, [0; 4])),
        }
    }

    /// What light there is: the same on a wall of so many rows, and that of each row beyond. `rows` are always the same.
    #[inline(always)]
    pub(super) fn light(&mut self, wall_rows: usize, (light, fog): (u16, Colour), rows: &Rows) {
        let (lit_rows, on_wall) = std::mem::replace(&mut self.lit, (wall_rows, (light, fog)));
        // Columns side by side differ by little.
        let as_before = if on_wall == (light, fog) { lit_rows.min(wall_rows) } else { 0 };
        self.lights[as_before..wall_rows].fill([light; 4]);
        self.fogs[as_before..wall_rows].fill(fog);
        if wall_rows < lit_rows {
            self.lights[wall_rows..lit_rows].copy_from_slice(&rows.lights[wall_rows..lit_rows]);
            self.fogs[wall_rows..lit_rows].copy_from_slice(&rows.fogs[wall_rows..lit_rows]);
        }
    }

    /// So many samples of a wall, from its middle (0.5 of its column of texels) on; each lies `scale` further.
    #[inline(always)]
    pub(super) fn add_wall(&mut self, wall: &[Texel], rows: &Rows, scale: f32, count: usize) {
        let (places, texels) = (&mut self.wall_places[..count], &mut self.texels[..count]);
        let (side, last) = (wall.len() as f32, (wall.len() - 1) as f32);
        for (place, middle) in places.iter_mut().zip(&rows.middles) {
            let v = 0.5 + middle * scale;
            // Of what is no number `max` makes 0, and `clamp` would not.
            let at = (v * side).max(0.0).min(last);
            // SAFETY: a number from 0 to that of the last texel.
            *place = unsafe { at.to_int_unchecked::<i32>() } as u32;
        }
        // SAFETY: no place is beyond the last.
        unsafe { fetch(places, wall, texels) };
    }

    /// Finds out which texels of a floor or ceiling are in the rows from `first` on.
    #[inline(always)]
    pub(super) fn find_ground(
        &mut self,
        ground: &Ground,
        rows: &Rows,
        first: usize,
        (eye, ray): ((f32, f32), (f32, f32)),
    ) {
        // Before the first some are worked out in vain, so that no loop has a rest.
        let from = first - first % LANES;
        let about = ground.starts[from..].iter().zip(&ground.sides[from..]).zip(&ground.masks[from..]);
        let places = self.ground_places[from..].iter_mut();
        for ((place, ((start, side), mask)), distance) in places.zip(about).zip(&rows.distances[from..]) {
            let (x, y) = (eye.0 + ray.0 * distance, eye.1 + ray.1 * distance);
            let wrapped = |at: f32| whole(at * side) & mask;
            *place = start + (wrapped(y) * (mask + 1) + wrapped(x)) as u32;
        }
    }

    /// Samples of a floor or ceiling in the rows from `first` on.
    ///
    /// # Safety
    /// [`Column::find_ground`] must have been asked about those rows, of this ground or of one that lies like it.
    #[inline(always)]
    pub(super) unsafe fn add_ground(&mut self, ground: &Ground, first: usize) {
        // SAFETY: a mask holds both numbers of a place below the side of the halving that begins there.
        unsafe { fetch(&self.ground_places[first..], &ground.texels, &mut self.texels[first..]) };
    }

    /// Puts light and fog into all of them.
    #[inline(always)]
    pub(super) fn shade<T: Shaded>(&self, shaded: &mut [[T; 4]]) {
        let values = self.texels.as_flattened().iter().zip(self.lights.as_flattened()).zip(self.fogs.as_flattened());
        for (((value, light), fog), shaded) in values.zip(shaded.as_flattened_mut()) {
            *shaded = T::of(((u16::from(*value) * light) >> 8) + fog);
        }
    }
}

/// Fetches what each sample shows.
///
/// # Safety
/// Every place must be inside `from`.
#[inline(always)]
unsafe fn fetch(places: &[u32], from: &[Texel], texels: &mut [Texel]) {
    for (texel, &place) in texels.iter_mut().zip(places) {
        debug_assert!((place as usize) < from.len());
        // SAFETY: the caller vouches for it; a check would be a twentieth of the camera's time.
        *texel = unsafe { *from.get_unchecked(place as usize) };
    }
}

/// Adds every `SAMPLES` samples to one sum.
#[inline(always)]
pub(super) fn fold<const SAMPLES: usize>(samples: &[Colour], sums: &mut [Colour]) {
    let (groups, _) = samples.as_chunks::<SAMPLES>();
    for (sum, group) in sums.iter_mut().zip(groups) {
        // No sum reaches over its 16 bits, so that one addition serves all lanes.
        *sum = colour(group.iter().fold(word(*sum), |sum, sample| sum + word(*sample)));
    }
}

/// Means of the sums of so many samples a side.
#[inline(always)]
pub(super) fn mean<const SAMPLES: usize>(sums: &mut [Colour]) {
    let count = (SAMPLES * SAMPLES) as u16;
    for sum in sums.as_flattened_mut() {
        *sum = (*sum + count / 2) / count;
    }
}

#[inline(always)]
fn word(colour: Colour) -> u64 {
    // SAFETY: any bits are a `u64`.
    unsafe { std::mem::transmute(colour) }
}

#[inline(always)]
fn colour(word: u64) -> Colour {
    // SAFETY: any bits are four `u16`.
    unsafe { std::mem::transmute(word) }
}
