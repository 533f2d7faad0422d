//! Hot reload: a scene file that changes is read again; one that breaks leaves the last good one on.

use std::time::{Duration, SystemTime};

use bevy::prelude::*;
use bevy::time::common_conditions::on_timer;

use super::in_maze;
use super::played::Tape;
use super::stage::{OpenMaze, Stage, Start};
use crate::files::Shown;
use crate::game::tick::{Steered, Walker};
use crate::game::window::notice::Notices;
use crate::game::window::screen::FrameSet;

/// Between two looks at the file.
const EVERY: Duration = Duration::from_millis(500);

/// What notices are about.
const SUBJECT: &str = "scene";

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, reload.in_set(FrameSet::Input).run_if(in_maze.and_then(on_timer(EVERY))));
}

fn reload(
    mut commands: Commands,
    mut stage: ResMut<Stage>,
    mut notices: ResMut<Notices>,
    tape: Res<Tape>,
    mut seen: Local<Option<(std::path::PathBuf, SystemTime)>>,
    agents: Query<Has<Steered>, With<Walker>>,
) {
    let Some(file) = stage.file.clone() else { return };
    // A file that is just being replaced is looked at again next time.
    let Ok(changed) = std::fs::metadata(&file).and_then(|about| about.modified()) else { return };
    let last = seen.replace((file.clone(), changed));
    if last.is_none_or(|(known, time)| known != file || time == changed) {
        return;
    }
    match Stage::load(&file) {
        Ok(fresh) => {
            notices.mended(SUBJECT);
            if fresh.scene != stage.scene {
                // What is recorded so far belongs to the scene as it was.
                tape.reel().end(&mut notices);
                let explores = agents.iter().any(|steered| !steered);
                let start = Start { maze: stage.start.maze, agent: None, explores };
                *stage = fresh.beginning(start);
                notices.say(format!("{} has changed, and is read again", file.shown()));
                commands.trigger(OpenMaze);
            }
        }
        Err(error) => notices.broken(SUBJECT, format!("{error}; the last good version stays on")),
    }
}
