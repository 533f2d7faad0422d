//! What was seen at corners, beside its translation and the truth.

use image::imageops::{FilterType, replace, resize};

use super::{Question, Translation, contact_sheet_size};
use crate::camera::{Frame, Frames};

/// Enlargement, as on a contact sheet.
const SCALE: u32 = 2;

/// A row a question: what was seen, its translation, the truth if it is known, and the translation translated back if that
/// was learned. None without questions.
pub fn translation_sheet(translations: &[Translation], questions: &[Question]) -> Option<Frame> {
    let size = questions.first()?.frame_size();
    let seen = Frames::collect(size, questions.iter().filter_map(|question| question.context.last()));
    let translated = translations.first()?.translate(&seen);
    let truth = questions.iter().map(|question| question.elsewhere.last()).collect::<Option<Vec<_>>>();
    let truth = truth.map(|truth| Frames::collect(size, truth));
    let back = translations.get(1).map(|back| back.translate(&translated));
    let columns: Vec<Frames> = [Some(seen), Some(translated), truth, back].into_iter().flatten().collect();
    let (width, height) = contact_sheet_size(size, columns.len() as u32, questions.len() as u32);
    let mut sheet = Frame::from_pixel(width, height, image::Rgb([16, 18, 26]));
    for (column, frames) in (0..).zip(&columns) {
        for row in 0..frames.len() {
            let (x, y) = contact_sheet_size(size, column, row as u32);
            let picture = resize(&frames.picture(row), size.0 * SCALE, size.1 * SCALE, FilterType::Nearest);
            replace(&mut sheet, &picture, i64::from(x), i64::from(y));
        }
    }
    Some(sheet)
}
