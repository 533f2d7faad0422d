//! A small map: where a corner is in its maze, and both ways on from it.

use crate::agent::Action;
use crate::draw::palette::{CARD, Colour, LINE, TEXT};
use crate::draw::{Canvas, Rect};
use crate::maze::{Corner, Heading, Maze};

/// Cells of each way that are drawn.
const WAY: i32 = 3;
/// Cells shown in each direction at most; of a larger maze the part around the corner.
const MOST: i32 = 15;

/// Draws a maze, or the part of it around a corner, in the upper left of `area`: the way to the corner white, each of
/// the `ways` on from it in its colour. Returns what it covers.
pub(super) fn draw_map(
    canvas: &mut Canvas,
    area: Rect,
    maze: &Maze,
    corner: Corner,
    ways: &[(Action, Colour)],
) -> Rect {
    let (columns, rows) = (maze.width().min(MOST), maze.height().min(MOST));
    let first = |at: i32, shown: i32, all: i32| (at - shown / 2).clamp(0, all - shown);
    let (left, top) = (first(corner.x, columns, maze.width()), first(corner.y, rows, maze.height()));
    let side = (area.width / columns as u32).min(area.height / rows as u32);
    let map = Rect { width: side * columns as u32, height: side * rows as u32, ..area };
    let cell = |x: i32, y: i32| {
        let inside = (left..left + columns).contains(&x) && (top..top + rows).contains(&y);
        inside.then(|| Rect::new(area.x + (x - left) as u32 * side, area.y + (y - top) as u32 * side, side, side))
    };
    canvas.fill(map, 4.0, CARD);
    for y in top..top + rows {
        for x in left..left + columns {
            if let Some(spot) = cell(x, y).filter(|_| maze.is_open(x, y)) {
                canvas.fill(spot, 0.0, LINE);
            }
        }
    }
    let mut way = |heading: Heading, colour: Colour| {
        let (dx, dy) = heading.step();
        let (mut x, mut y) = (corner.x, corner.y);
        for _ in 0..WAY {
            (x, y) = (x + dx, y + dy);
            let Some(spot) = cell(x, y).filter(|_| maze.is_open(x, y)) else { break };
            canvas.fill(spot, 0.0, colour);
        }
    };
    let ahead = corner.heading;
    way(ahead.left().left(), TEXT);
    for &(action, colour) in ways {
        way(ahead.after(action), colour);
    }
    if let Some(spot) = cell(corner.x, corner.y) {
        canvas.fill(spot, 0.0, TEXT);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::palette::{BACKGROUND, LEFT, RIGHT};

    #[test]
    fn the_ways_lie_where_they_lead() {
        let rows = ["#######", "#.....#", "###.###", "###.###", "#######"].map(str::to_owned);
        let maze = Maze::draw(&rows, 0).unwrap();
        let corner = Corner { x: 3, y: 1, heading: Heading::North };
        assert!(corner.is_in(&maze));
        let mut canvas = Canvas::new(80, 60);
        let ways = [(Action::Left, LEFT), (Action::Right, RIGHT)];
        let map = draw_map(&mut canvas, Rect::new(5, 5, 70, 50), &maze, corner, &ways);
        assert_eq!(map, Rect::new(5, 5, 70, 50));
        let middle = |x: u32, y: u32| canvas.picture().get_pixel(5 + x * 10 + 5, 5 + y * 10 + 5).0;
        assert_eq!((middle(2, 1), middle(4, 1), middle(3, 1), middle(3, 2)), (LEFT, RIGHT, TEXT, TEXT));
        assert_eq!((middle(3, 0), middle(0, 4)), (CARD, CARD));
        assert_eq!(canvas.picture().get_pixel(2, 2).0, BACKGROUND);
    }
}
