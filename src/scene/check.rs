//! What a scene's values may be.

use super::{MazeSettings, Scene, SceneError, View};
use crate::files::{Shown, is_plain_name};
use crate::maze::{Maze, choices};
use crate::settings::{SettingsError, Source};

/// Mazes that are looked at for a corner before a scene is refused.
const MAZES_TRIED: u64 = 32;

pub(super) fn check(scene: &Scene, source: &Source) -> Result<(), SceneError> {
    check_maze(scene, source)?;
    check_looks(scene, source)?;
    check_agent(scene, source)?;
    check_creatures(scene, source)?;
    let tried = scene.maze_count().min(MAZES_TRIED.into()) as u64;
    if (0..tried).all(|number| choices(&scene.maze(number), scene.gait().crossings).is_empty()) {
        let scene = source.file.shown();
        return Err(SceneError::NoCorner { scene });
    }
    Ok(())
}

fn check_maze(scene: &Scene, source: &Source) -> Result<(), SettingsError> {
    match &scene.maze {
        MazeSettings::Grown { width, height, openings, seeds } => {
            for (field, &size) in [("maze.width", width), ("maze.height", height)] {
                let holds = (5..=101).contains(&size) && size % 2 == 1;
                source.check(holds, field, size, "an odd number from 5 to 101")?;
            }
            source.check((0.0..=1.0).contains(openings), "maze.openings", openings, "0 to 1")?;
            source.check(seeds.0 <= seeds.1, "maze.seeds", seeds, "(first, last) with first <= last")
        }
        MazeSettings::Drawn { rows } => {
            let widest = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
            let holds = (3..=101).contains(&rows.len()) && (3..=101).contains(&widest);
            source.check(holds, "maze.rows", (rows.len(), widest), "3 to 101 rows of 3 to 101 cells")?;
            match Maze::draw(rows, 0) {
                Ok(_) => Ok(()),
                Err(error) => source.check(
                    false,
                    "maze.rows",
                    error.to_string(),
                    "rows of equal length, `#` wall, `.` open, a closed border, all open cells connected",
                ),
            }
        }
    }
}

fn check_looks(scene: &Scene, source: &Source) -> Result<(), SettingsError> {
    let theme = &scene.theme;
    let walls = theme.walls.len();
    source.check((1..=8).contains(&walls), "theme.walls", walls, "1 to 8 textures")?;
    let ground = [("theme.floor", &theme.floor), ("theme.ceiling", &theme.ceiling)];
    let names = theme.walls.iter().map(|name| ("theme.walls", name)).chain(ground);
    let creatures = scene.creatures.iter().map(|creatures| ("creatures.sprite", &creatures.sprite));
    for (field, name) in names.chain(theme.sprite.iter().map(|name| ("theme.sprite", name))).chain(creatures) {
        // A data set has its textures in a folder of its own: none may lead out of it.
        let holds = is_plain_name(name);
        source.check(holds, field, name, "the name of a PNG file, without its folder")?;
    }
    source.check((1..=101).contains(&theme.district), "theme.district", theme.district, "1 to 101")?;
    let shade = theme.face_shade;
    source.check((0.0..=1.0).contains(&shade), "theme.face_shade", shade, "0 to 1")?;
    let distance = theme.fog.distance;
    source.check((0.5..=1000.0).contains(&distance), "theme.fog.distance", distance, "0.5 to 1000")?;

    let camera = &scene.camera;
    for (field, size) in [("camera.width", camera.width), ("camera.height", camera.height)] {
        source.check((8..=512).contains(&size), field, size, "8 to 512")?;
    }
    let samples = camera.supersampling;
    source.check((1..=4).contains(&samples), "camera.supersampling", samples, "1 to 4")?;
    match camera.view {
        View::FirstPerson { field_of_view, setback } => {
            let holds = (30.0..=120.0).contains(&field_of_view);
            source.check(holds, "camera.view.field_of_view", field_of_view, "30 to 120 degrees")?;
            let holds = (0.0..=0.45).contains(&setback);
            source.check(holds, "camera.view.setback", setback, "0 to 0.45 cells")
        }
        View::TopDown { cells } => {
            source.check((3.0..=101.0).contains(&cells), "camera.view.cells", cells, "3 to 101")?;
            let sprite = theme.sprite.is_some();
            source.check(sprite, "theme.sprite", &theme.sprite, "a texture, where the view is TopDown")
        }
    }
}

fn check_agent(scene: &Scene, source: &Source) -> Result<(), SettingsError> {
    let agent = &scene.agent;
    for (field, ticks) in
        [("agent.ticks_per_cell", agent.ticks_per_cell), ("agent.ticks_per_quarter", agent.ticks_per_quarter)]
    {
        source.check((1..=64).contains(&ticks), field, ticks, "1 to 64")?;
    }
    let odds = agent.left_odds;
    source.check((0.0..=1.0).contains(&odds), "agent.left_odds", odds, "0 to 1")?;
    if let Some((left, straight, right)) = agent.crossing_odds {
        let holds = [left, straight, right].iter().all(|odds| (0.0..=1.0).contains(odds))
            && (left + straight + right - 1.0).abs() < 1e-3;
        let allowed = "(left, straight on, right), each 0 to 1, which sum up to 1";
        source.check(holds, "agent.crossing_odds", (left, straight, right), allowed)?;
    }
    if let Some((least, most)) = agent.slip {
        let holds = least >= 1.0 && least < most && most <= 90.0;
        source.check(holds, "agent.slip", (least, most), "(least, most) in degrees, 1 to 90, least below most")?;
    }
    let wander = agent.wander;
    source.check((0.0..=1.0).contains(&wander), "agent.wander", wander, "0 to 1")
}

fn check_creatures(scene: &Scene, source: &Source) -> Result<(), SettingsError> {
    let Some(creatures) = &scene.creatures else { return Ok(()) };
    source.check((1..=4).contains(&creatures.count), "creatures.count", creatures.count, "1 to 4")?;
    let is_above = matches!(scene.camera.view, View::TopDown { .. });
    source.check(is_above, "camera.view", &scene.camera.view, "TopDown, where there are `creatures`")?;
    let agent = &scene.agent;
    let allowed = "none, where there are `creatures`, which turn at corners alone";
    source.check(agent.crossing_odds.is_none(), "agent.crossing_odds", agent.crossing_odds, allowed)?;
    let allowed = "none, where there are `creatures`, whose futures are counted one by one";
    source.check(agent.slip.is_none(), "agent.slip", agent.slip, allowed)
}
