//! What recorded walks saw that the grammar has words for, by what can be said of it.

use std::collections::{BTreeMap, HashSet};

use super::{State, state_at};
use crate::agent::Pose;
use crate::camera::{Camera, Frames};
use crate::episode::DataSet;
use crate::maze::Maze;

/// A view of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    /// What can be said of it.
    pub state: State,
    /// Which of the data sets.
    data: usize,
    /// Number of its maze.
    maze: u64,
    pose: Pose,
}

/// All views of some data sets that something can be said of, each once. Their frames are drawn anew, with the bytes that
/// were recorded.
#[derive(Debug, Clone)]
pub struct Said {
    /// A camera and the mazes of each data set.
    worlds: Vec<(Camera, BTreeMap<u64, Maze>)>,
    /// By [`State::index`].
    views: Vec<Vec<View>>,
}

impl Said {
    /// Of data sets whose frames have one size.
    pub fn of(all: &[&DataSet]) -> Self {
        let mut views = vec![Vec::new(); State::COUNT];
        let mut worlds = Vec::new();
        for (index, data) in all.iter().enumerate() {
            let scene = &data.manifest.scene;
            let mut mazes = BTreeMap::new();
            let mut known = HashSet::new();
            for episode in &data.episodes {
                let number = episode.entry.maze;
                let maze = mazes.entry(number).or_insert_with(|| scene.maze(number));
                for &pose in episode.poses() {
                    let place = [pose.x, pose.y, pose.heading].map(f32::to_bits);
                    let Some(state) = state_at(scene, maze, pose).filter(|_| known.insert((number, place))) else {
                        continue;
                    };
                    views[state.index()].push(View { state, data: index, maze: number, pose });
                }
            }
            worlds.push((data.camera.clone(), mazes));
        }
        Self { worlds, views }
    }

    /// For tests: every standing place of some mazes of a scene for the day, and of its twin for the night.
    #[cfg(test)]
    pub(crate) fn everywhere((width, height): (u32, u32), mazes: std::ops::Range<u64>) -> Self {
        use crate::agent::Agent;
        use crate::maze::Heading;
        use crate::scene::Scene;
        let mut views = vec![Vec::new(); State::COUNT];
        let mut worlds = Vec::new();
        for (data, name) in ["garden", "garden-night"].into_iter().enumerate() {
            let (mut scene, _) = Scene::load(name).expect("it comes with Crossroads");
            (scene.camera.width, scene.camera.height) = (width, height);
            let all: BTreeMap<u64, Maze> = mazes.clone().map(|number| (number, scene.maze(number))).collect();
            for (&maze, grid) in &all {
                for (x, y) in grid.open_cells() {
                    for pose in Heading::ALL.map(|heading| Agent::standing(x, y, heading, scene.gait()).pose()) {
                        let Some(state) = state_at(&scene, grid, pose) else { continue };
                        views[state.index()].push(View { state, data, maze, pose });
                    }
                }
            }
            worlds.push((Camera::new(&scene, None).expect("its textures are built in"), all));
        }
        Self { worlds, views }
    }

    /// The views of which a state can be said, in the order in which they were recorded.
    pub fn views(&self, state: State) -> &[View] {
        &self.views[state.index()]
    }

    /// Up to `count` of them, evenly spread.
    pub fn some(&self, state: State, count: usize) -> Vec<View> {
        let views = self.views(state);
        let count = count.min(views.len());
        (0..count).map(|index| views[index * views.len() / count]).collect()
    }

    /// What is seen: a frame for each view.
    ///
    /// # Panics
    /// Without any data set.
    pub fn frames(&self, views: &[View]) -> Frames {
        let draw = |view: &View| {
            let (camera, mazes) = &self.worlds[view.data];
            let mut pixels = vec![0; camera.frame_bytes()];
            camera.draw(&mazes[&view.maze], view.pose, &mut pixels);
            pixels
        };
        Frames::collect(self.worlds[0].0.size(), views.iter().map(draw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_views_are_spread_over_all() {
        let said = Said::everywhere((16, 16), 0..3);
        let state = State::all().max_by_key(|&state| said.views(state).len()).unwrap();
        let all = said.views(state);
        assert!(all.len() > 4);
        let some = said.some(state, 3);
        assert_eq!(some, [all[0], all[all.len() / 3], all[2 * all.len() / 3]]);
        assert_eq!(said.some(state, 10_000).len(), all.len());
        let frames = said.frames(&some);
        assert_eq!((frames.len(), frames.size()), (3, (16, 16)));
        assert!(State::all().all(|state| said.views(state).iter().all(|view| view.state == state)));
    }
}
