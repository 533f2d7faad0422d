//! What a sentence says, whatever its words.

use rand::{Rng, RngExt};

use super::{Light, Material, Situation, State};

/// What a caption says of the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wall {
    /// Brick of any colour.
    Brick,
    /// This.
    Of(Material),
}

impl Wall {
    /// All that can be said of a wall.
    pub const ALL: [Self; 5] = [
        Self::Brick,
        Self::Of(Material::RedBrick),
        Self::Of(Material::BlueBrick),
        Self::Of(Material::Hedge),
        Self::Of(Material::Stone),
    ];

    /// Whether a material is so.
    pub fn fits(self, material: Material) -> bool {
        match self {
            Self::Brick => matches!(material, Material::RedBrick | Material::BlueBrick),
            Self::Of(named) => named == material,
        }
    }
}

/// What a caption says. What it leaves open may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Caption {
    /// How the way goes on: always said.
    pub situation: Situation,
    /// The wall.
    pub wall: Option<Wall>,
    /// Day or night.
    pub light: Option<Light>,
}

/// How often what is drawn leaves out the wall, says of bricks only that they are, and leaves out the light.
const NO_WALL: f32 = 0.1;
const ANY_BRICK: f32 = 0.2;
const NO_LIGHT: f32 = 0.25;

impl Caption {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let options = |situation| {
            let walls = Wall::ALL.map(Some).into_iter().chain([None]);
            let lights = || Light::ALL.map(Some).into_iter().chain([None]);
            walls.flat_map(move |wall| lights().map(move |light| Self { situation, wall, light }))
        };
        Situation::ALL.into_iter().flat_map(options)
    }

    /// All that can be said of a state.
    pub fn whole(state: State) -> Self {
        Self { situation: state.situation, wall: Some(Wall::Of(state.material)), light: Some(state.light) }
    }

    /// Something that can be said of a state: mostly all of it, at times less.
    pub fn drawn(state: State, rng: &mut impl Rng) -> Self {
        let mut is = |share: f32| rng.random::<f32>() < share;
        let (no_wall, any_brick, no_light) = (is(NO_WALL), is(ANY_BRICK), is(NO_LIGHT));
        let wall = match Wall::Of(state.material) {
            _ if any_brick && Wall::Brick.fits(state.material) => Wall::Brick,
            named => named,
        };
        Self {
            situation: state.situation,
            wall: Some(wall).filter(|_| !no_wall),
            light: Some(state.light).filter(|_| !no_light),
        }
    }

    /// Whether it is true of a state.
    pub fn fits(self, state: State) -> bool {
        self.situation == state.situation
            && self.wall.is_none_or(|wall| wall.fits(state.material))
            && self.light.is_none_or(|light| light == state.light)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, stream};

    #[test]
    fn what_is_drawn_of_a_state_fits_it_and_says_all_of_it_at_times() {
        let mut rng = stream(1, Purpose::Example, &[]);
        for state in State::all() {
            let drawn: Vec<Caption> = (0..200).map(|_| Caption::drawn(state, &mut rng)).collect();
            assert!(drawn.iter().all(|caption| caption.fits(state)));
            assert!(drawn.contains(&Caption::whole(state)));
            assert!(drawn.iter().any(|caption| caption.wall.is_none()));
            assert!(drawn.iter().any(|caption| caption.light.is_none()));
            let is_brick = matches!(state.material, Material::RedBrick | Material::BlueBrick);
            assert_eq!(drawn.iter().any(|caption| caption.wall == Some(Wall::Brick)), is_brick);
        }
    }

    #[test]
    fn a_caption_that_says_all_fits_one_state_alone() {
        for state in State::all() {
            let fitting: Vec<State> = State::all().filter(|&other| Caption::whole(state).fits(other)).collect();
            assert_eq!(fitting, [state]);
        }
        let brick = Caption { situation: Situation::Fork, wall: Some(Wall::Brick), light: None };
        assert_eq!(State::all().filter(|&state| brick.fits(state)).count(), 4, "two colours, day and night");
        assert_eq!(Caption::all().count(), 5 * 6 * 3);
    }
}
