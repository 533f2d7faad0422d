//! The minimap: the maze from above, the way that was walked, and the agent.

use bevy::prelude::*;

use super::sight::Sight;
use crate::camera::Frame;
use crate::draw::palette::{ACCENT, BACKGROUND, Colour, LINE, TEXT};
use crate::game::tick::{InMaze, Walker};
use crate::game::window::parts::theme::VEIL;
use crate::game::window::parts::{image_of, show};
use crate::game::window::screen::{FrameSet, Screen};
use crate::maze::{Corner, Heading, Maze, choices};

/// Pixels of a cell's side.
const CELL: u32 = 8;
/// Side of the map on the screen, in the design's pixels.
pub(super) const SIDE: f32 = 168.0;
/// Where the way on is undecided.
const CORNER: Colour = [98, 92, 60];
/// The way that was walked.
const WALKED: Colour = [58, 104, 96];

#[derive(Component)]
struct Minimap {
    /// Ticks when it was drawn last.
    ticks: Option<u64>,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, draw.in_set(FrameSet::Show));
}

/// Spawns it on a screen.
pub(super) fn spawn(mut commands: Commands, screen: Res<State<Screen>>, mut images: ResMut<Assets<Image>>) {
    let image = images.add(image_of(&Frame::new(1, 1)));
    let node = Node {
        position_type: PositionType::Absolute,
        left: px(16.0),
        top: px(16.0),
        padding: UiRect::all(px(6.0)),
        border_radius: BorderRadius::all(px(8.0)),
        ..default()
    };
    commands.spawn((Name::new("minimap"), DespawnOnExit(*screen.get()), node, BackgroundColor(VEIL))).with_child((
        Minimap { ticks: None },
        Node { width: px(SIDE), height: px(SIDE), ..default() },
        ImageNode::new(image),
    ));
}

fn draw(
    mut images: ResMut<Assets<Image>>,
    agents: Query<(&InMaze, &Walker, Ref<Sight>)>,
    mut maps: Query<(&mut Minimap, &mut Node, &ImageNode)>,
) {
    let (Ok((maze, walker, sight)), Ok((mut map, mut node, image))) = (agents.single(), maps.single_mut()) else {
        return;
    };
    if map.ticks == Some(sight.ticks) && !sight.is_added() {
        return;
    }
    map.ticks = Some(sight.ticks);
    let agent = &walker.agent;
    let places = choices(&maze.0, agent.gait().crossings);
    let picture = picture_of(&maze.0, &places, &sight.path, agent.cell(), agent.heading());
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let scale = SIDE / width.max(height);
    (node.width, node.height) = (px(width * scale), px(height * scale));
    show(&mut images, &image.image, &picture);
}

/// The maze from above: walls, corners, the cells that were walked and the agent.
pub(in crate::game::window) fn picture_of(
    maze: &Maze,
    undecided: &[Corner],
    path: &[(i32, i32)],
    agent: (i32, i32),
    heading: Heading,
) -> Frame {
    let mut picture =
        Frame::from_pixel(maze.width() as u32 * CELL, maze.height() as u32 * CELL, image::Rgb(BACKGROUND));
    let mut fill = |(x, y): (i32, i32), inset: u32, colour: Colour| {
        for dy in inset..CELL - inset {
            for dx in inset..CELL - inset {
                picture.put_pixel(x as u32 * CELL + dx, y as u32 * CELL + dy, image::Rgb(colour));
            }
        }
    };
    maze.open_cells().for_each(|cell| fill(cell, 0, LINE));
    undecided.iter().for_each(|place| fill((place.x, place.y), 0, CORNER));
    path.iter().for_each(|&cell| fill(cell, 1, WALKED));
    fill(agent, 1, TEXT);
    // A nose in the direction that it faces.
    let (dx, dy) = heading.step();
    let nose = |at: i32, step: i32| (at * CELL as i32 + CELL as i32 / 2 + step * (CELL as i32 / 2 - 1)) as u32;
    for (x, y) in [(0, 0), (-1, 0), (0, -1), (-1, -1)] {
        let (x, y) = (nose(agent.0, dx).saturating_add_signed(x), nose(agent.1, dy).saturating_add_signed(y));
        picture.put_pixel(x, y, image::Rgb(ACCENT));
    }
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_shows_walls_ways_corners_and_the_agent() {
        let rows = ["#######", "#.....#", "###.###", "###.###", "#######"].map(str::to_owned);
        let maze = Maze::draw(&rows, 0).unwrap();
        let picture = picture_of(&maze, &choices(&maze, false), &[(3, 3), (3, 2)], (3, 2), Heading::North);
        let middle = |x: u32, y: u32| picture.get_pixel(x * CELL + 3, y * CELL + 4).0;
        assert_eq!(picture.dimensions(), (7 * CELL, 5 * CELL));
        assert_eq!((middle(0, 0), middle(1, 1), middle(3, 1)), (BACKGROUND, LINE, CORNER));
        assert_eq!((middle(3, 3), middle(3, 2)), (WALKED, TEXT));
        assert_eq!(picture.get_pixel(3 * CELL + 3, 2 * CELL + 1).0, ACCENT, "it faces north");
    }
}
