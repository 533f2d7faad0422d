//! What is chosen among cards that stand in columns.

use bevy::prelude::*;

/// From one card to the next below it, in the design's pixels.
pub(super) const STEP: f32 = 132.0;

/// The chosen card: its section, and the place in each.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Choice {
    section: usize,
    places: [usize; 3],
    counts: [usize; 3],
}

impl Choice {
    /// There are so many cards now.
    pub fn fit(&mut self, counts: [usize; 3]) {
        self.counts = counts;
        for (place, count) in self.places.iter_mut().zip(counts) {
            *place = (*place).min(count.saturating_sub(1));
        }
    }

    /// Section and place of the chosen card.
    pub fn place(&self) -> (usize, usize) {
        (self.section, self.places[self.section])
    }

    pub fn set(&mut self, section: usize, place: usize) {
        self.section = section;
        self.places[section] = place;
    }

    /// Moves by sections, leaving out empty ones, and by places; it stops at the ends.
    pub fn go(&mut self, sections: isize, places: isize) {
        let on =
            |section: &usize| section.checked_add_signed(sections.signum()).filter(|&next| next < self.counts.len());
        let mut beyond = std::iter::successors(on(&self.section).filter(|_| sections != 0), on);
        if let Some(section) = beyond.find(|&section| self.counts[section] > 0) {
            self.section = section;
        }
        let last = self.counts[self.section].saturating_sub(1);
        let place = &mut self.places[self.section];
        *place = place.saturating_add_signed(places).min(last);
    }
}

/// How far a column of a height is scrolled so that a card is seen whole, by as little as possible.
pub(super) fn scrolled_to(place: usize, position: f32, height: f32) -> f32 {
    let (top, bottom) = (place as f32 * STEP, (place + 1) as f32 * STEP - 10.0);
    // A column that is not laid out yet has no height.
    if height < STEP { position } else { position.clamp((bottom - height).max(0.0), top.max(0.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_sections_are_passed_over_and_ends_hold() {
        let mut choice = Choice::default();
        choice.fit([4, 0, 2]);
        choice.go(0, 2);
        assert_eq!(choice.place(), (0, 2));
        choice.go(1, 0);
        assert_eq!(choice.place(), (2, 0));
        choice.go(1, 9);
        assert_eq!(choice.place(), (2, 1));
        choice.go(-1, 0);
        assert_eq!(choice.place(), (0, 2), "each section keeps its place");
        choice.go(-1, -9);
        assert_eq!(choice.place(), (0, 0));
        choice.fit([0, 0, 0]);
        choice.go(1, 1);
        assert_eq!(choice.place(), (0, 0));
    }

    #[test]
    fn a_column_scrolls_as_little_as_it_must() {
        assert_eq!(scrolled_to(1, 0.0, 530.0), 0.0);
        assert_eq!(scrolled_to(4, 0.0, 530.0), 5.0 * STEP - 10.0 - 530.0);
        assert_eq!(scrolled_to(2, 4.0 * STEP, 530.0), 2.0 * STEP);
        assert_eq!(scrolled_to(7, 3.0, 0.0), 3.0);
    }
}
