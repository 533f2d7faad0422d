//! What is shown of a translation.

use bevy::prelude::*;

use super::column::{Figures, Laid, Slot};
use super::translating::Translating;
use super::translator::Lay;
use crate::game::window::parts::theme::ACCENT;
use crate::game::window::parts::{Panel, Panels};

/// All panels are of one moment, the newest that was translated.
pub(super) fn show_panels(translating: Res<Translating>, slots: Query<(&Slot, &Panel)>, mut panels: Panels) {
    let Some(shown) = translating.newest.as_ref().filter(|_| translating.is_changed()) else { return };
    for (slot, panel) in &slots {
        let (picture, text, is_laid) = match slot {
            Slot::Seen => (Some(&shown.seen), shown.to_truth.map(|(_, seen)| to("the truth", seen)), false),
            Slot::Translation => (
                Some(&shown.translation),
                shown.to_truth.map(|(translated, _)| to("the truth", translated)),
                shown.lay == Lay::Translation,
            ),
            Slot::Truth => (shown.truth.as_ref(), None, shown.lay == Lay::Truth),
            Slot::Back => (shown.back.as_ref(), shown.to_seen.map(|back| to("what is seen", back)), false),
        };
        if let Some(picture) = picture {
            panels.picture(panel, picture);
        }
        panels.caption(panel, &text.unwrap_or_default(), is_laid.then_some(ACCENT));
    }
}

fn to(what: &str, ssim: f64) -> String {
    format!("SSIM to {what} {ssim:.2}")
}

pub(super) fn show_laid(
    translating: Res<Translating>,
    mut panels: Panels,
    mut laid: Query<(&ImageNode, &mut Visibility), With<Laid>>,
) {
    for (image, mut visibility) in &mut laid {
        let large = translating.newest.as_ref().and_then(|shown| shown.large.as_ref());
        let is_on = translating.lay != Lay::Nothing && large.is_some();
        visibility.set_if_neq(if is_on { Visibility::Inherited } else { Visibility::Hidden });
        if let Some(large) = large.filter(|_| is_on && translating.is_changed()) {
            panels.image(&image.image, large);
        }
    }
}

pub(super) fn show_figures(translating: Res<Translating>, mut lines: Query<&mut Text, With<Figures>>) {
    let (count, sum, of_seen) = translating.judged;
    let line = match count {
        0 => String::new(),
        _ => format!(
            "mean of {count}: translated {:.3}, the frame itself {:.3}",
            sum / f64::from(count),
            of_seen / f64::from(count)
        ),
    };
    for mut text in &mut lines {
        text.set_if_neq(Text(line.clone()));
    }
}
