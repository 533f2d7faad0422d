//! The one palette: dark, with a blue and an orange that colour-blind viewers can tell apart.

/// Red, green, blue.
pub type Colour = [u8; 3];

/// Behind everything.
pub const BACKGROUND: Colour = [15, 18, 26];
/// Cards and empty gauges.
pub const CARD: Colour = [30, 36, 50];
/// Thin lines.
pub const LINE: Colour = [66, 75, 98];
/// What is to be read.
pub const TEXT: Colour = [238, 241, 247];
/// What may be read.
pub const DIM: Colour = [162, 171, 192];
/// Titles and the time that has passed.
pub const ACCENT: Colour = [132, 224, 194];
/// A left turn.
pub const LEFT: Colour = [92, 182, 255];
/// A right turn.
pub const RIGHT: Colour = [255, 166, 66];
/// Neither turn.
pub const NEITHER: Colour = [134, 141, 160];

/// Of the futures of a moment, in their order: left, right, and those that some moments have beside them.
const FUTURES: [Colour; 8] =
    [LEFT, RIGHT, [122, 200, 120], [232, 110, 160], [160, 130, 240], [240, 220, 110], [90, 210, 210], [200, 160, 120]];

/// The colour of one of a moment's futures, by its number.
pub fn of_future(number: usize) -> Colour {
    FUTURES[number % FUTURES.len()]
}

/// The colour of what a sample picked: that of the future, by its number, or that of "neither".
pub fn of_pick(pick: Option<usize>) -> Colour {
    pick.map_or(NEITHER, of_future)
}
