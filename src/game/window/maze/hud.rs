//! What lies on the picture: who steers, what is recorded, and the mark of a corner.

use bevy::prelude::*;

use super::clock::Clock;
use super::eye::{Looking, Stand};
use super::played::Tape;
use super::sight::Sight;
use super::stage::Stage;
use super::walker::Led;
use crate::game::tick::{Steered, Undecided};
use crate::game::window::parts::theme::{ACCENT, ALARM, DIM, LEFT, RIGHT, TEXT, VEIL, column, figures, row, words};
use crate::game::window::screen::{FrameSet, Screen};

/// The line that says what goes on.
#[derive(Component)]
struct Status;

/// The red mark, and what was recorded so far.
#[derive(Component)]
struct RecordMark;

#[derive(Component)]
struct RecordText;

/// The mark of a corner.
#[derive(Component)]
struct CornerMark;

/// What covers the picture's part of the window: all that lies on it moves with it.
#[derive(Component)]
struct OnPicture;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, (tell_status, tell_record, mark_corner, keep_on_picture).in_set(FrameSet::Show));
}

/// Spawns it on a screen.
pub(super) fn spawn(mut commands: Commands, screen: Res<State<Screen>>) {
    let node =
        Node { position_type: PositionType::Absolute, left: px(0.0), top: px(0.0), bottom: px(0.0), ..default() };
    let pill =
        || Node { padding: UiRect::axes(px(12.0), px(6.0)), border_radius: BorderRadius::all(px(8.0)), ..row(10.0) };
    commands.spawn((Name::new("status"), OnPicture, DespawnOnExit(*screen.get()), node)).with_children(|picture| {
        let corner = Node { position_type: PositionType::Absolute, right: px(16.0), top: px(16.0), ..column(8.0) };
        picture.spawn(Node { align_items: AlignItems::End, ..corner }).with_children(|corner| {
            corner.spawn((pill(), BackgroundColor(VEIL))).with_child((Status, words("", 16.0, TEXT)));
            corner.spawn((RecordMark, pill(), BackgroundColor(VEIL), Visibility::Hidden)).with_children(|pill| {
                let dot =
                    Node { width: px(12.0), height: px(12.0), border_radius: BorderRadius::all(px(6.0)), ..default() };
                pill.spawn((dot, BackgroundColor(ALARM)));
                pill.spawn((RecordText, figures("", 15.0, TEXT)));
            });
        });
        let across = Node {
            position_type: PositionType::Absolute,
            bottom: px(92.0),
            width: percent(100.0),
            justify_content: JustifyContent::Center,
            ..default()
        };
        picture.spawn((CornerMark, across, Visibility::Hidden)).with_children(|across| {
            across.spawn((pill(), BackgroundColor(VEIL))).with_children(|pill| {
                pill.spawn(figures("←", 22.0, LEFT));
                pill.spawn(words("corner: left or right?", 20.0, TEXT));
                pill.spawn(figures("→", 22.0, RIGHT));
            });
        });
        let hint = Node { position_type: PositionType::Absolute, left: px(16.0), bottom: px(10.0), ..pill() };
        picture.spawn((hint, BackgroundColor(VEIL))).with_children(|hint| {
            hint.spawn(figures("F1", 14.0, ACCENT));
            hint.spawn(words("keys", 14.0, DIM));
        });
    });
}

/// Leaves room for panels on the right.
fn keep_on_picture(stand: Res<Stand>, mut nodes: Query<&mut Node, With<OnPicture>>) {
    for mut node in &mut nodes {
        if node.right != px(stand.right) {
            node.right = px(stand.right);
        }
    }
}

fn tell_status(
    stage: Option<Res<Stage>>,
    clock: Res<Clock>,
    looking: Res<Looking>,
    stand: Res<Stand>,
    agents: Query<(&Sight, Has<Steered>, Option<&Led>)>,
    mut lines: Query<(&mut Text, &mut TextColor), With<Status>>,
) {
    let (Some(stage), Ok((sight, steered, led))) = (stage, agents.single()) else { return };
    for (mut text, mut colour) in &mut lines {
        let mut line = format!("{}   maze {}   {}", stage.scene.name, sight.maze, driver(steered, led));
        if clock.speed() != 1.0 {
            line += &format!("   ×{}", clock.speed());
        }
        if let Some(cover) = &stand.cover {
            line += &format!("   {cover}");
        } else if looking.is_other {
            line += "   other view";
        }
        if clock.paused {
            line += "   paused";
        } else if clock.held {
            line += "   held at a corner";
        }
        text.set_if_neq(Text(line));
        colour.set_if_neq(TextColor(if clock.paused || clock.held { ACCENT } else { TEXT }));
    }
}

fn driver(steered: bool, led: Option<&Led>) -> String {
    match led {
        _ if steered => "you steer".into(),
        Some(led) => format!("{} walks", led.name),
        None => "the explorer walks".into(),
    }
}

fn tell_record(
    tape: Res<Tape>,
    mut marks: Query<&mut Visibility, With<RecordMark>>,
    mut texts: Query<&mut Text, With<RecordText>>,
) {
    let tape = tape.reel();
    let (frames, corners) = tape.counts();
    for mut visibility in &mut marks {
        visibility.set_if_neq(if tape.is_running() { Visibility::Inherited } else { Visibility::Hidden });
    }
    for mut text in &mut texts {
        text.set_if_neq(Text(format!("{frames} frames  {corners} corners")));
    }
}

fn mark_corner(agents: Query<Undecided>, mut marks: Query<&mut Visibility, With<CornerMark>>) {
    let is_at_corner = agents.iter().any(|one| one.is());
    for mut visibility in &mut marks {
        visibility.set_if_neq(if is_at_corner { Visibility::Inherited } else { Visibility::Hidden });
    }
}
