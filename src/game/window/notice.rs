//! Messages: shown on the screen for a while, and in the log.

use std::collections::VecDeque;
use std::time::Duration;

use bevy::prelude::*;

use super::parts::theme::{ALARM, TEXT, VEIL, column, words};
use super::screen::FrameSet;

/// How long a message stays.
const STAYS: Duration = Duration::from_secs(6);

/// Messages shown at once; of more, the newest.
const SHOWN: usize = 4;

/// Widest line, in the design's pixels; longer texts have several.
const WIDTH: f32 = 680.0;

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

/// The line of a message, by its place from the top.
#[derive(Component)]
struct Line(usize);

/// Its text.
#[derive(Component)]
struct LineText(usize);

pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Notices>()
        .add_systems(Startup, spawn)
        .add_systems(Update, (age, draw).chain().in_set(FrameSet::Show));
}

fn spawn(mut commands: Commands) {
    let node = Node { position_type: PositionType::Absolute, left: px(16.0), bottom: px(56.0), ..column(6.0) };
    commands.spawn((Name::new("messages"), GlobalZIndex(50), node)).with_children(|board| {
        // One more for what stays wrong.
        for place in 0..=SHOWN {
            let node = Node {
                padding: UiRect::axes(px(12.0), px(6.0)),
                border_radius: BorderRadius::all(px(6.0)),
                max_width: px(WIDTH),
                display: Display::None,
                ..default()
            };
            board
                .spawn((Line(place), node, BackgroundColor(VEIL)))
                .with_child((LineText(place), words("", 16.0, TEXT)));
        }
    });
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

fn draw(
    notices: Res<Notices>,
    mut lines: Query<(&Line, &mut Node)>,
    mut texts: Query<(&LineText, &mut Text, &mut TextColor)>,
) {
    if !notices.is_changed() {
        return;
    }
    let told = notices.shown.iter().map(|notice| (notice.text.as_str(), notice.is_error));
    let standing = notices.standing.iter().map(|(_, text)| (text.as_str(), true));
    let all: Vec<(&str, bool)> = told.chain(standing).collect();
    for (line, mut node) in &mut lines {
        node.display = if line.0 < all.len() { Display::Flex } else { Display::None };
    }
    for (line, mut text, mut colour) in &mut texts {
        if let Some(&(told, is_error)) = all.get(line.0) {
            text.set_if_neq(Text::new(told));
            colour.set_if_neq(TextColor(if is_error { ALARM } else { TEXT }));
        }
    }
}
