//! The place in recorded episodes: which episode, which frame.

/// A frame of an episode, both from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Leaf {
    pub episode: usize,
    pub frame: usize,
}

/// Where to go from there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Turn {
    /// So many frames on (or back), within the episode.
    Frames(isize),
    /// So many episodes on (or back), to its first frame.
    Episodes(isize),
    /// The episode's first frame.
    First,
    /// The episode's last frame.
    Last,
    /// A share of the way through the episode: 0 is its first frame, 1 its last.
    Share(f32),
}

impl Leaf {
    /// The place after a turn, where `lengths` has the frames of each episode; it stops at the ends.
    pub fn turned(self, turn: Turn, lengths: &[usize]) -> Self {
        let last = lengths.get(self.episode).map_or(0, |length| length.saturating_sub(1));
        let frame = match turn {
            Turn::Frames(count) => self.frame.saturating_add_signed(count).min(last),
            Turn::First => 0,
            Turn::Last => last,
            Turn::Share(share) => (share.clamp(0.0, 1.0) * last as f32).round() as usize,
            Turn::Episodes(count) => {
                let episode = self.episode.saturating_add_signed(count).min(lengths.len().saturating_sub(1));
                return if episode == self.episode { self } else { Self { episode, frame: 0 } };
            }
        };
        Self { frame, ..self }
    }

    /// How far through its episode of so many frames it is, 0 to 1.
    pub fn share(self, length: usize) -> f32 {
        self.frame as f32 / length.saturating_sub(1).max(1) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_stop_at_the_ends() {
        let lengths = [5, 129, 1];
        let at = |episode, frame| Leaf { episode, frame };
        assert_eq!(at(0, 3).turned(Turn::Frames(10), &lengths), at(0, 4));
        assert_eq!(at(0, 3).turned(Turn::Frames(-10), &lengths), at(0, 0));
        assert_eq!(at(1, 64).turned(Turn::Episodes(1), &lengths), at(2, 0));
        assert_eq!(at(2, 0).turned(Turn::Episodes(1), &lengths), at(2, 0));
        assert_eq!(at(0, 2).turned(Turn::Episodes(-1), &lengths), at(0, 2), "there is none before it");
        assert_eq!(at(1, 64).turned(Turn::Last, &lengths), at(1, 128));
        assert_eq!(at(1, 64).turned(Turn::First, &lengths), at(1, 0));
        assert_eq!(Leaf::default().turned(Turn::Last, &[]), Leaf::default());
    }

    #[test]
    fn a_share_leads_back_to_its_frame() {
        for frame in 0..129 {
            let leaf = Leaf { episode: 0, frame };
            assert_eq!(Leaf::default().turned(Turn::Share(leaf.share(129)), &[129]), leaf);
        }
        assert_eq!(Leaf::default().share(1), 0.0);
    }
}
