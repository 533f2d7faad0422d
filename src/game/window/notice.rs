//! Messages: shown on the screen for a while, and in the log.

use std::collections::VecDeque;
use std::time::Duration;

use bevy::prelude::*;

use super::parts::theme::{ALARM, TEXT, VEIL, words};

/// How long a message stays.
const STAYS: Duration = Duration::from_secs(6);

/// Messages shown at once; of more, the newest.
const SHOWN: usize = 4;

/// What the user should know.
#[derive(Resource, Default)]
pub(super) struct Notices {
    shown: VecDeque<Notice>,
    /// What stays wrong until it is mended, by its subject.
    standing: Option<(&'static str, String)>,
}

struct Notice {
    text: String,
    is_error: bool,
    left: Duration,
}

impl Notices {
    /// Something worth a line.
    pub fn say(&mut self, text: impl Into<String>) {
        let text = text.into();
        info!("{text}");
        self.push(text, false);
    }

    /// Something that went wrong; the game goes on.
    pub fn error(&mut self, text: impl Into<String>) {
        let text = text.into();
        error!("{text}");
        self.push(text, true);
    }

    /// Something that is wrong until [`Notices::mended`].
    pub fn broken(&mut self, subject: &'static str, text: impl Into<String>) {
        let text = text.into();
        if self.standing.as_ref().is_none_or(|(_, told)| *told != text) {
            error!("{text}");
            self.standing = Some((subject, text));
        }
    }

    /// The subject is right again.
    pub fn mended(&mut self, subject: &'static str) {
        self.standing.take_if(|(broken, _)| *broken == subject);
    }

    /// The texts that are on the screen.
    #[cfg(test)]
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shown.iter().map(|notice| notice.text.as_str()).chain(self.standing.iter().map(|(_, text)| text.as_str()))
    }

    fn push(&mut self, text: String, is_error: bool) {
        // Said again, it only stays longer.
        self.shown.retain(|notice| notice.text != text);
        self.shown.push_back(Notice { text, is_error, left: STAYS });
        while self.shown.len() > SHOWN {
            self.shown.pop_front();
        }
    }
}

/// Where messages stand.
#[derive(Component)]
struct Board;

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Notices>().add_systems(Startup, spawn).add_systems(PostUpdate, (age, draw).chain());
}

fn spawn(mut commands: Commands) {
    commands.spawn((
        Name::new("messages"),
        Board,
        GlobalZIndex(50),
        Node {
            position_type: PositionType::Absolute,
            bottom: px(44.0),
            left: px(16.0),
            max_width: percent(60.0),
            flex_direction: FlexDirection::Column,
            row_gap: px(6.0),
            ..default()
        },
    ));
}

fn age(time: Res<Time<Real>>, mut notices: ResMut<Notices>) {
    if notices.shown.is_empty() {
        return;
    }
    let passed = time.delta();
    let old = notices.shown.iter().any(|notice| notice.left <= passed);
    // Touched without telling, unless something goes: else everything would be drawn anew every frame.
    let quiet = notices.bypass_change_detection();
    for notice in &mut quiet.shown {
        notice.left = notice.left.saturating_sub(passed);
    }
    if old {
        notices.shown.retain(|notice| !notice.left.is_zero());
    }
}

fn draw(mut commands: Commands, notices: Res<Notices>, board: Query<Entity, With<Board>>) {
    let Ok(board) = board.single() else { return };
    if !notices.is_changed() {
        return;
    }
    let lines = notices.shown.iter().map(|notice| (notice.text.clone(), notice.is_error));
    let standing = notices.standing.iter().map(|(_, text)| (text.clone(), true));
    commands.entity(board).despawn_related::<Children>().with_children(|board| {
        for (text, is_error) in lines.chain(standing) {
            let node = Node {
                padding: UiRect::axes(px(12.0), px(6.0)),
                border_radius: BorderRadius::all(px(6.0)),
                ..default()
            };
            let colour = if is_error { ALARM } else { TEXT };
            board.spawn((node, BackgroundColor(VEIL))).with_child(words(text, 16.0, colour));
        }
    });
}
