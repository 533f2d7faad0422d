//! What a caption can say of a view: how the way goes on, what the wall is made of, and whether it is day.

use std::f32::consts::FRAC_PI_2;

use serde::{Deserialize, Serialize};

use crate::agent::Pose;
use crate::camera::district_texture;
use crate::maze::{Heading, Maze};
use crate::scene::{Scene, View};

/// How the way goes on from a cell, for who looks along the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Situation {
    /// Closed ahead and to the right, open to the left.
    LeftTurn,
    /// Closed ahead and to the left, open to the right.
    RightTurn,
    /// Closed ahead, open to both sides.
    Fork,
    /// Closed ahead and to both sides.
    DeadEnd,
    /// Open ahead for two cells at least, all three cells closed to both sides by walls of one material.
    Corridor,
}

/// What a wall is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Material {
    /// `brick-red.png`.
    RedBrick,
    /// `brick-blue.png`.
    BlueBrick,
    /// `hedge-a.png` and `hedge-b.png`.
    Hedge,
    /// `hedge-stone.png`.
    Stone,
}

/// What lies above the walls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Light {
    /// Any ceiling or sky but the next.
    Day,
    /// `sky-night.png`.
    Night,
}

impl Situation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::LeftTurn, Self::RightTurn, Self::Fork, Self::DeadEnd, Self::Corridor];
}

impl Material {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::RedBrick, Self::BlueBrick, Self::Hedge, Self::Stone];

    /// Of a texture, by its file's name; nothing, if the grammar has no word for it.
    pub fn of_texture(name: &str) -> Option<Self> {
        match name {
            "brick-red.png" => Some(Self::RedBrick),
            "brick-blue.png" => Some(Self::BlueBrick),
            "hedge-a.png" | "hedge-b.png" => Some(Self::Hedge),
            "hedge-stone.png" => Some(Self::Stone),
            _ => None,
        }
    }
}

impl Light {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Day, Self::Night];

    /// Of a scene.
    pub fn of(scene: &Scene) -> Self {
        if scene.theme.ceiling == "sky-night.png" { Self::Night } else { Self::Day }
    }
}

/// All that captions can say of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// How the way goes on.
    pub situation: Situation,
    /// The wall ahead; in a corridor the walls beside it.
    pub material: Material,
    /// Day or night.
    pub light: Light,
}

impl State {
    /// How many there are.
    pub const COUNT: usize = Situation::ALL.len() * Material::ALL.len() * Light::ALL.len();

    /// All of them, by [`State::index`].
    pub fn all() -> impl Iterator<Item = Self> {
        Situation::ALL.into_iter().flat_map(|situation| {
            Material::ALL
                .into_iter()
                .flat_map(move |material| Light::ALL.into_iter().map(move |light| Self { situation, material, light }))
        })
    }

    /// A number below [`State::COUNT`].
    pub fn index(self) -> usize {
        let [situation, material, light] = self.classes();
        (situation * Material::ALL.len() + material) * Light::ALL.len() + light
    }

    /// The numbers of its situation, its material and its light.
    pub fn classes(self) -> [usize; 3] {
        [self.situation as usize, self.material as usize, self.light as usize]
    }
}

/// Why nothing can be said of a scene.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// A map has no wall ahead.
    #[error("scene {scene} is seen from above; words are for what is seen in first person, as in `garden`")]
    FromAbove {
        /// The scene.
        scene: String,
    },
    /// No wall that there is a word for.
    #[error(
        "scene {scene} has no wall that the grammar has a word for; it has words for brick-red.png, brick-blue.png, hedge-a.png, \
         hedge-b.png and hedge-stone.png, as in `garden`"
    )]
    NoMaterial {
        /// The scene.
        scene: String,
    },
}

/// Refuses a scene of which nothing can be said.
pub fn check_scene(scene: &Scene) -> Result<(), StateError> {
    if !matches!(scene.camera.view, View::FirstPerson { .. }) {
        return Err(StateError::FromAbove { scene: scene.name.clone() });
    }
    match scene.theme.walls.iter().any(|name| Material::of_texture(name).is_some()) {
        true => Ok(()),
        false => Err(StateError::NoMaterial { scene: scene.name.clone() }),
    }
}

/// How far from the middle of a cell a view still shows what lies around that cell, in cells along the view.
const NEAR: f32 = 0.3;

/// How far from the grid's lines and directions a pose may be, in cells and quarter turns.
const EXACT: f32 = 1e-3;

/// Cells of a corridor, the agent's own included.
const LONG: i32 = 3;

/// What can be said of the view from a pose. Nothing in the middle of a turn or between two cells, where the way goes on
/// otherwise than any situation says, or where the wall has no word.
pub fn state_at(scene: &Scene, maze: &Maze, pose: Pose) -> Option<State> {
    let quarters = pose.heading / FRAC_PI_2;
    let quarter = libm::roundf(quarters);
    let heading = Heading::ALL[quarter as usize % 4];
    let (x, y) = (pose.x as i32, pose.y as i32);
    let (dx, dy) = heading.step();
    let (east, south) = (pose.x - x as f32 - 0.5, pose.y - y as f32 - 0.5);
    let (along, across) = (east * dx as f32 + south * dy as f32, east * dy as f32 - south * dx as f32);
    if (quarters - quarter).abs() > EXACT || across.abs() > EXACT || along.abs() > NEAR {
        return None;
    }
    let ahead = |cells: i32| (x + cells * dx, y + cells * dy);
    let is_open = |(x, y): (i32, i32), way: Heading| maze.is_open_towards(x, y, way);
    let open = |way: Heading| is_open((x, y), way);
    let (situation, walls) = if open(heading) {
        let sides = |cells: i32| [heading.left(), heading.right()].map(|side| (ahead(cells), side));
        let is_straight = (1..LONG).all(|cells| maze.is_open(ahead(cells).0, ahead(cells).1));
        let walls: Vec<_> = (0..LONG).flat_map(sides).collect();
        if !is_straight || walls.iter().any(|&(cell, side)| is_open(cell, side)) {
            return None;
        }
        (Situation::Corridor, walls)
    } else {
        let situation = match (open(heading.left()), open(heading.right())) {
            (true, false) => Situation::LeftTurn,
            (false, true) => Situation::RightTurn,
            (true, true) => Situation::Fork,
            (false, false) => Situation::DeadEnd,
        };
        (situation, vec![((x, y), heading)])
    };
    let mut materials = walls.into_iter().map(|((x, y), side)| {
        let (dx, dy) = side.step();
        material(scene, maze, (x + dx, y + dy))
    });
    let first = materials.next()??;
    let is_one = materials.all(|other| other == Some(first));
    is_one.then_some(State { situation, material: first, light: Light::of(scene) })
}

/// What the block of a cell is made of.
fn material(scene: &Scene, maze: &Maze, (x, y): (i32, i32)) -> Option<Material> {
    let theme = &scene.theme;
    let texture = district_texture(maze, x, y, theme.district as i32, theme.walls.len());
    Material::of_texture(&theme.walls[texture])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows from north to south, of a scene whose walls are all of one material.
    fn drawn(rows: &[&str], wall: &str) -> (Scene, Maze) {
        let (mut scene, _) = Scene::load("garden").unwrap();
        scene.theme.walls = vec![wall.to_owned()];
        (scene, Maze::draw(&rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>(), 0).unwrap())
    }

    fn at(x: f32, y: f32, heading: Heading) -> Pose {
        Pose { x, y, heading: heading as usize as f32 * FRAC_PI_2 }
    }

    /// A fork in the north, a corridor to it, a dead end at the foot; the fork's arms end in turns.
    const MAP: [&str; 8] = ["#######", "#.....#", "#.#.#.#", "#.#.#.#", "###.###", "###.###", "###.###", "#######"];

    #[test]
    fn situations_are_read_off_the_map_for_every_heading() {
        let (scene, maze) = drawn(&MAP, "hedge-stone.png");
        let found = |x, y, heading| state_at(&scene, &maze, at(x, y, heading)).map(|state| state.situation);
        assert_eq!(found(3.5, 1.5, Heading::North), Some(Situation::Fork));
        assert_eq!(found(1.5, 1.5, Heading::West), Some(Situation::LeftTurn), "south of who looks west");
        assert_eq!(found(1.5, 1.5, Heading::North), Some(Situation::RightTurn), "east of who looks north");
        assert_eq!(found(5.5, 1.5, Heading::East), Some(Situation::RightTurn));
        assert_eq!(found(3.5, 6.5, Heading::South), Some(Situation::DeadEnd));
        assert_eq!(found(3.5, 6.5, Heading::North), Some(Situation::Corridor));
        assert_eq!(found(3.5, 2.5, Heading::North), None, "a side opens two cells ahead");
        assert_eq!(found(2.5, 1.5, Heading::East), None, "a way opens to the right, ahead");
    }

    #[test]
    fn a_view_is_of_the_cell_whose_middle_is_near() {
        let (scene, maze) = drawn(&MAP, "hedge-a.png");
        let found = |y| state_at(&scene, &maze, at(3.5, y, Heading::North)).map(|state| state.situation);
        assert_eq!(found(1.75), Some(Situation::Fork), "a quarter of a cell before it");
        assert_eq!(found(5.5), Some(Situation::Corridor));
        assert_eq!(found(5.0), None, "between two cells of a corridor");
        let turning = Pose { heading: FRAC_PI_2 * 1.25, ..at(3.5, 1.5, Heading::North) };
        assert_eq!(state_at(&scene, &maze, turning), None);
    }

    #[test]
    fn wall_and_light_are_the_scenes() {
        let (scene, maze) = drawn(&MAP, "hedge-b.png");
        let state = state_at(&scene, &maze, at(3.5, 1.5, Heading::North)).unwrap();
        assert_eq!((state.material, state.light), (Material::Hedge, Light::Day));
        let (mut scene, maze) = drawn(&MAP, "brick-red.png");
        scene.theme.ceiling = "sky-night.png".into();
        let state = state_at(&scene, &maze, at(3.5, 1.5, Heading::North)).unwrap();
        assert_eq!((state.material, state.light), (Material::RedBrick, Light::Night));
        let (scene, maze) = drawn(&MAP, "brick-ochre.png");
        assert_eq!(state_at(&scene, &maze, at(3.5, 1.5, Heading::North)), None, "there is no word for ochre");
        assert!(matches!(check_scene(&scene), Err(StateError::NoMaterial { .. })));
        let (arcade, _) = Scene::load("arcade").unwrap();
        assert!(matches!(check_scene(&arcade), Err(StateError::FromAbove { .. })));
    }

    #[test]
    fn every_state_has_a_number_of_its_own() {
        let numbers: Vec<usize> = State::all().map(State::index).collect();
        assert_eq!(numbers, (0..State::COUNT).collect::<Vec<_>>());
    }
}
