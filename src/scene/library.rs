//! Scenes and textures that come with Crossroads, so that the program works from any folder.

use crate::settings::Source;

/// Name and text of the scenes that come with Crossroads.
pub static SCENES: [(&str, &str); 10] = [
    ("brick", include_str!("../../scenes/brick.ron")),
    ("hedge-night", include_str!("../../scenes/hedge-night.ron")),
    ("arcade", include_str!("../../scenes/arcade.ron")),
    ("lopsided", include_str!("../../scenes/lopsided.ron")),
    ("crossing", include_str!("../../scenes/crossing.ron")),
    ("crowd", include_str!("../../scenes/crowd.ron")),
    ("slip", include_str!("../../scenes/slip.ron")),
    ("garden", include_str!("../../scenes/garden.ron")),
    ("garden-night", include_str!("../../scenes/garden-night.ron")),
    ("brick-32", include_str!("../../scenes/brick-32.ron")),
];

macro_rules! textures {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../assets/textures/", $name)))),*]
    };
}

/// File name and content of the textures that come with Crossroads.
static TEXTURES: &[(&str, &[u8])] = textures![
    "arcade-agent.png",
    "arcade-creature.png",
    "arcade-floor.png",
    "arcade-wall.png",
    "brick-blue.png",
    "brick-green.png",
    "brick-ochre.png",
    "brick-red.png",
    "ceiling-plaster.png",
    "floor-gravel.png",
    "floor-paving.png",
    "hedge-a.png",
    "hedge-b.png",
    "hedge-stone.png",
    "sky-day.png",
    "sky-night.png",
];

pub(super) fn built_in_scene(name: &str) -> Option<Source> {
    let (name, text) = SCENES.iter().find(|(known, _)| *known == name)?;
    Some(Source { file: format!("scenes/{name}.ron").into(), text: (*text).to_owned() })
}

/// The PNG file of a texture that comes with Crossroads.
pub(crate) fn built_in_texture(name: &str) -> Option<&'static [u8]> {
    let (_, bytes) = TEXTURES.iter().find(|(known, _)| *known == name)?;
    Some(bytes)
}

/// Names of the textures that come with Crossroads.
pub fn texture_names() -> impl Iterator<Item = &'static str> {
    TEXTURES.iter().map(|(name, _)| *name)
}
