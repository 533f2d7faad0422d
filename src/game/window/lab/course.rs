//! One corner through a training: the first row of past sample sheets, below each other.

use image::imageops::{crop_imm, replace};

use crate::camera::Frame;

/// Rows at most: as many as a sheet has.
const ROWS: u64 = 6;

/// The rows, oldest first, each with the step after which it was drawn.
#[derive(Debug, Clone, Default)]
pub(in crate::game::window) struct Course {
    rows: Vec<(u64, Frame)>,
}

impl Course {
    /// Takes in a sheet that was drawn after a step of so many, whose rows are so high. Of each sixth of a training the newest
    /// row stays.
    pub fn add(&mut self, (step, steps): (u64, u64), sheet: &Frame, height: u32) {
        let part = |step: u64| step.saturating_sub(1) * ROWS / steps.max(1);
        self.rows.retain(|&(before, _)| before < step && part(before) != part(step));
        self.rows.push((step, crop_imm(sheet, 0, 0, sheet.width(), height.min(sheet.height())).to_image()));
    }

    /// Steps of the rows.
    pub fn steps(&self) -> Vec<u64> {
        self.rows.iter().map(|&(step, _)| step).collect()
    }

    /// All rows below each other; nothing before there is one.
    pub fn picture(&self) -> Option<Frame> {
        let (_, first) = self.rows.first()?;
        let mut picture = Frame::new(first.width(), first.height() * self.rows.len() as u32);
        for (index, (_, row)) in self.rows.iter().enumerate() {
            replace(&mut picture, row, 0, i64::from(first.height()) * index as i64);
        }
        Some(picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_sixth_of_a_training_the_newest_row_stays() {
        let sheet = |level: u8| {
            let mut sheet = Frame::from_pixel(5, 12, image::Rgb([level; 3]));
            (4..12).for_each(|y| (0..5).for_each(|x| sheet.put_pixel(x, y, image::Rgb([255; 3]))));
            sheet
        };
        let mut course = Course::default();
        assert!(course.picture().is_none());
        for step in [1, 60, 100, 101, 350, 600] {
            course.add((step, 600), &sheet(step as u8), 4);
        }
        assert_eq!(course.steps(), [100, 101, 350, 600]);
        let picture = course.picture().unwrap();
        assert_eq!(picture.dimensions(), (5, 16), "first rows alone");
        let levels: Vec<u8> = (0..4).map(|row| picture.get_pixel(2, 4 * row + 1).0[0]).collect();
        assert_eq!(levels, [100, 101, 350_u64 as u8, 600_u64 as u8]);
        // Gone on with from a checkpoint: what was drawn after it is drawn anew.
        course.add((200, 600), &sheet(7), 4);
        assert_eq!(course.steps(), [100, 200]);
    }
}
