//! What a scene's textures show: two scenes of the same text may have other pictures under the same names.

use std::path::Path;

use super::texture::{Texture, TextureError};
use crate::scene::{Scene, View};

/// Name and BLAKE3, in hexadecimal digits, of the picture of each texture that a scene's camera draws with, found as
/// [`Camera::new`](super::Camera::new) finds them.
pub fn texture_digests(scene: &Scene, folder: Option<&Path>) -> Result<Vec<String>, TextureError> {
    let theme = &scene.theme;
    let others: Vec<&String> = match scene.camera.view {
        View::FirstPerson { .. } => vec![&theme.ceiling],
        View::TopDown { .. } => {
            theme.sprite.iter().chain(scene.creatures.iter().map(|creatures| &creatures.sprite)).collect()
        }
    };
    let mut names: Vec<&String> = theme.walls.iter().chain([&theme.floor]).chain(others).collect();
    names.sort_unstable();
    names.dedup();
    let digest = |name: &String| Ok(format!("{name} {}", Texture::load(name, folder)?.digest()));
    names.into_iter().map(digest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repainted_texture_has_another_digest_and_only_what_is_seen_counts() {
        let folder = tempfile::tempdir().unwrap();
        let (scene, _) = Scene::load("brick").unwrap();
        let before = texture_digests(&scene, Some(folder.path())).unwrap();
        let (first, _) = before[0].split_once(' ').unwrap();
        assert_eq!(before, texture_digests(&scene, None).unwrap());
        image::RgbaImage::from_pixel(4, 4, image::Rgba([9, 9, 9, 255])).save(folder.path().join(first)).unwrap();
        let after = texture_digests(&scene, Some(folder.path())).unwrap();
        assert_ne!(before[0], after[0]);
        assert_eq!(before[1..], after[1..]);
        let (arcade, _) = Scene::load("arcade").unwrap();
        let names = texture_digests(&arcade, None).unwrap().join(" ");
        assert!(names.contains(arcade.theme.sprite.as_ref().unwrap().as_str()), "{names}");
    }
}
