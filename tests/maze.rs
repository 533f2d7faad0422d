//! Mazes: connected, closed, symmetric, the same for the same seed; and their corners, recomputed from the map.

use std::collections::{HashMap, HashSet};

use crossroads::maze::{Corner, DrawError, Heading, Maze, corners, grow};
use proptest::prelude::*;

/// Width, height, openings, seed.
fn arguments() -> impl Strategy<Value = (i32, i32, f32, u64)> {
    (2..16_i32, 2..16_i32, 0.0..=1.0_f32, any::<u64>())
        .prop_map(|(w, h, share, seed)| (2 * w + 1, 2 * h + 1, share, seed))
}

/// The map as text: the open cells, each as (column, row).
fn open_cells_of_map(maze: &Maze) -> HashSet<(i32, i32)> {
    let text = maze.to_string();
    let rows = text.lines().enumerate();
    rows.flat_map(|(y, row)| {
        let open = row.chars().enumerate().filter(|&(_, symbol)| symbol == '.');
        open.map(move |(x, _)| (x as i32, y as i32)).collect::<Vec<_>>()
    })
    .collect()
}

/// The corners, read off the map with compass arithmetic of the test's own.
fn corners_of_map(open: &HashSet<(i32, i32)>) -> HashSet<(i32, i32, Heading)> {
    // Heading, then the cells ahead, to the left, to the right and behind.
    let compass = [
        (Heading::East, [(1, 0), (0, -1), (0, 1), (-1, 0)]),
        (Heading::North, [(0, -1), (-1, 0), (1, 0), (0, 1)]),
        (Heading::West, [(-1, 0), (0, 1), (0, -1), (1, 0)]),
        (Heading::South, [(0, 1), (1, 0), (-1, 0), (0, -1)]),
    ];
    let mut found = HashSet::new();
    for &(x, y) in open {
        for (heading, around) in compass {
            let [ahead, left, right, behind] = around.map(|(dx, dy)| open.contains(&(x + dx, y + dy)));
            if !ahead && left && right && behind {
                found.insert((x, y, heading));
            }
        }
    }
    found
}

proptest! {
    #[test]
    fn all_cells_are_connected((width, height, openings, seed) in arguments()) {
        let maze = grow(width, height, openings, seed);
        let open = open_cells_of_map(&maze);
        let rooms = (1..height).step_by(2).flat_map(|y| (1..width).step_by(2).map(move |x| (x, y)));
        for room in rooms {
            prop_assert!(open.contains(&room), "{room:?} is wall in\n{maze}");
        }
        let mut reached = HashSet::from([(1, 1)]);
        let mut edge = vec![(1, 1)];
        while let Some((x, y)) = edge.pop() {
            for next in [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)] {
                if open.contains(&next) && reached.insert(next) {
                    edge.push(next);
                }
            }
        }
        prop_assert_eq!(reached, open);
    }

    #[test]
    fn outer_walls_are_closed((width, height, openings, seed) in arguments()) {
        let maze = grow(width, height, openings, seed);
        prop_assert_eq!((maze.width(), maze.height()), (width, height));
        for (x, y) in open_cells_of_map(&maze) {
            prop_assert!(x > 0 && y > 0 && x < width - 1 && y < height - 1, "({x}, {y}) is open in\n{maze}");
        }
        for outside in [(-1, 1), (1, -1), (width, 1), (1, height)] {
            prop_assert!(!maze.is_open(outside.0, outside.1));
        }
    }

    #[test]
    fn a_way_leads_back((width, height, openings, seed) in arguments()) {
        let maze = grow(width, height, openings, seed);
        for (x, y) in maze.open_cells() {
            for heading in Heading::ALL {
                let (dx, dy) = heading.step();
                if maze.is_open_towards(x, y, heading) {
                    prop_assert!(maze.is_open(x + dx, y + dy));
                    prop_assert!(maze.is_open_towards(x + dx, y + dy, heading.left().left()));
                }
            }
        }
    }

    #[test]
    fn a_seed_always_gives_the_same_maze((width, height, openings, seed) in arguments()) {
        let (maze, again) = (grow(width, height, openings, seed), grow(width, height, openings, seed));
        prop_assert_eq!(maze.fingerprint(), again.fingerprint());
        prop_assert_eq!(maze, again);
    }

    #[test]
    fn without_openings_it_is_a_tree((width, height, _, seed) in arguments()) {
        let open = open_cells_of_map(&grow(width, height, 0.0, seed)).len() as i32;
        // A tree has one passage fewer than it has rooms.
        let rooms = (width / 2) * (height / 2);
        prop_assert_eq!(open, rooms + rooms - 1);
    }

    #[test]
    fn a_map_can_be_drawn_again((width, height, openings, seed) in arguments()) {
        let maze = grow(width, height, openings, seed);
        let rows: Vec<String> = maze.to_string().lines().map(str::to_owned).collect();
        prop_assert_eq!(Maze::draw(&rows, seed), Ok(maze));
    }

    #[test]
    fn corners_are_those_of_the_map((width, height, openings, seed) in arguments()) {
        let maze = grow(width, height, openings, seed);
        let found = corners(&maze);
        let set: HashSet<_> = found.iter().map(|corner| (corner.x, corner.y, corner.heading)).collect();
        prop_assert_eq!(set.len(), found.len(), "a corner is listed twice");
        prop_assert_eq!(set, corners_of_map(&open_cells_of_map(&maze)));
    }
}

#[test]
fn seeds_give_different_mazes() {
    let mut seen = HashMap::new();
    for seed in 0..200 {
        if let Some(other) = seen.insert(grow(15, 15, 0.3, seed).fingerprint(), seed) {
            panic!("seeds {other} and {seed} give the same maze");
        }
    }
}

#[test]
fn seed_1_gives_this_maze_on_every_machine() {
    let expected =
        ["###########", "#.........#", "#.#######.#", "#.........#", "#####.#.#.#", "#.........#", "###########"];
    assert_eq!(grow(11, 7, 0.3, 1).to_string().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_corner_of_a_drawn_t_is_found() {
    let maze = draw(&["#####", "#...#", "##.##", "##.##", "#####"]).unwrap();
    assert_eq!(corners(&maze), [Corner { x: 2, y: 1, heading: Heading::North }]);
}

#[test]
fn maps_that_make_no_maze_are_refused() {
    assert_eq!(draw(&["###", "#.#", "##"]), Err(DrawError::Ragged { row: 3, found: 2, expected: 3 }));
    assert_eq!(draw(&["###", "#x#", "###"]), Err(DrawError::Unknown { row: 2, found: 'x' }));
    assert_eq!(draw(&["###", "#..", "###"]), Err(DrawError::OpenBorder { row: 2, column: 3 }));
    assert_eq!(draw(&["###", "###", "###"]), Err(DrawError::Solid));
    assert_eq!(draw(&["#####", "#.#.#", "#####"]), Err(DrawError::Unreachable { row: 2, column: 4 }));
}

fn draw(rows: &[&str]) -> Result<Maze, DrawError> {
    Maze::draw(&rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>(), 0)
}
