//! What a data set says of itself: an altered manifest, repainted textures, and frames that are drawn anew.

use std::path::Path;

use crossroads::episode::{DataSet, MANIFEST, Manifest, check, read, read_manifest, to_bytes};
use crossroads::scene::Scene;
use crossroads::seal::sealed;
use crossroads::settings::{Source, to_text};

use crate::helper::{Place, REGRESSION, SCENE, copy_data, data};

const FILE: &str = "episode-0000003.safetensors";

fn manifest(folder: &Path) -> Manifest {
    Source::read(&folder.join(MANIFEST)).unwrap().parse().unwrap()
}

/// What drawing a data set anew finds, after a change that the manifest vouches for.
fn redrawn(change: impl FnOnce(&Path)) -> Vec<String> {
    let place = Place::new();
    let folder = copy_data(&place);
    change(&folder);
    assert!(check(&folder).unwrap().1.is_empty(), "checksums do not find it");
    let damages = DataSet::open_all(&folder).unwrap().redraw(|| ()).unwrap().damages;
    damages.iter().map(ToString::to_string).collect()
}

/// Lets the manifest say that an episode should be as it is now.
fn change_episode(folder: &Path, change: impl FnOnce(&mut crossroads::episode::Episode)) {
    let file = folder.join(FILE);
    let mut episode = read(&std::fs::read(&file).unwrap()).unwrap();
    change(&mut episode);
    let bytes = to_bytes(&episode).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let mut manifest = manifest(folder);
    let entry = manifest.episodes.iter_mut().find(|entry| entry.file == FILE).unwrap();
    (entry.bytes, entry.crc32) = (bytes.len() as u64, crc32fast::hash(&bytes));
    manifest.write(folder).unwrap();
}

#[test]
fn every_scene_is_drawn_anew_as_it_was_recorded() {
    let place = Place::new();
    for scene in ["brick", "hedge-night", "arcade", "crossing", "crowd", "slip"] {
        place.succeed(&["record", scene, "--episodes", "4", "--ticks", "50", "--wander", "0.2", "--out", scene]);
        let output = place.tools(&["check-data", scene, "--redraw"]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{scene}: {said}");
        assert!(said.contains("204 frames drawn anew are as they were recorded"), "{scene}: {said}");
    }
}

#[test]
fn a_frame_that_the_scene_does_not_show_is_named() {
    let pixel = redrawn(|folder| change_episode(folder, |episode| episode.frames[7 * 32 * 32 * 3 + 5] ^= 1));
    assert_eq!(pixel.len(), 1);
    assert!(pixel[0].contains(FILE) && pixel[0].contains("frame 7 is not what"), "{pixel:?}");
    assert!(pixel[0].contains("1 of 1024 pixels differ"), "{pixel:?}");
    let darker = redrawn(|folder| {
        let mut manifest = manifest(folder);
        manifest.scene.theme.face_shade = 0.6;
        manifest.write(folder).unwrap();
    });
    assert!(darker.len() > 12 && darker[0].contains("is not what the scene shows from there"), "{darker:?}");
}

#[test]
fn actions_corners_and_splits_that_do_not_fit_the_maze_are_named() {
    let turned = redrawn(|folder| {
        let mut manifest = manifest(folder);
        let entry = manifest.episodes.iter_mut().find(|entry| entry.file == FILE).unwrap();
        entry.maze += 1;
        entry.split = "train".into();
        manifest.write(folder).unwrap();
    });
    assert_eq!(turned.len(), 1, "{turned:?}");
    let wrong_split = redrawn(|folder| {
        let mut manifest = manifest(folder);
        let entry = manifest.episodes.iter_mut().find(|entry| entry.split == "test").unwrap();
        entry.split = "train".into();
        manifest.write(folder).unwrap();
    });
    assert!(wrong_split[0].contains("its maze is of split `test`, the manifest says `train`"), "{wrong_split:?}");
    let moved = redrawn(|folder| change_episode(folder, |episode| episode.poses[9].x += 0.25));
    assert!(moved[0].contains("its actions do not lead to its poses"), "{moved:?}");
}

/// A data set with a manifest whose scene has an altered bit: whether that is found.
#[test]
fn every_altered_bit_of_the_scene_in_a_manifest_is_found() {
    let place = Place::new();
    let folder = copy_data(&place);
    let file = folder.join(MANIFEST);
    let whole = std::fs::read(&file).unwrap();
    let scene = String::from_utf8(whole.clone()).unwrap().find("episodes:").unwrap();
    // Of each byte another bit; `tools torture bytes` alters them all.
    for at in 0..scene {
        let mut altered = whole.clone();
        altered[at] ^= 1 << (at % 8);
        std::fs::write(&file, &altered).unwrap();
        let error = read_manifest(&folder).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains("manifest.ron") || error.contains("texture `"), "byte {at}: {error}");
    }
}

#[test]
fn a_manifest_of_the_version_before_is_read_and_extended() {
    let place = Place::new();
    let folder = copy_data(&place);
    let old = Manifest { format: 2, textures: Vec::new(), ..manifest(&folder) };
    std::fs::write(folder.join(MANIFEST), to_text(&old).unwrap()).unwrap();
    let (read, _) = read_manifest(&folder).unwrap();
    assert_eq!((read.digest().unwrap(), &read), (old.digest().unwrap(), &old));
    place.file("small.ron", SCENE);
    place.succeed(&["record", "small.ron", "--episodes", "25", "--ticks", "40", "--seed", "5", "--out", "data"]);
    let (new, _) = read_manifest(&folder).unwrap();
    assert_eq!((new.format, new.textures, new.episodes.len()), (3, manifest(data()).textures, 25));
    // Without its last line, or with another, a newer one is not.
    let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
    let cut = &text[..text.rfind("//").unwrap()];
    for (text, expected) in
        [(cut.to_owned(), "its last line is no checksum"), (text.replace("// CRC-32", "// CRC-31"), "last line")]
    {
        std::fs::write(folder.join(MANIFEST), text).unwrap();
        let error = read_manifest(&folder).map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains("manifest.ron: was altered after it was written") && error.contains(expected),
            "{error}"
        );
    }
    std::fs::write(folder.join(MANIFEST), sealed(cut)).unwrap();
    read_manifest(&folder).unwrap();
}

#[test]
fn a_repainted_texture_is_another_recording() {
    let place = Place::new();
    place.file("own.ron", &SCENE.replace("brick-red.png", "own.png"));
    let paint = |path: &Path, level: u8| {
        image::RgbaImage::from_pixel(8, 8, image::Rgba([level, 9, 9, 255])).save(path).unwrap();
    };
    paint(&place.path("own.png"), 200);
    let recording = ["record", "own.ron", "--ticks", "20", "--out", "data", "--episodes"];
    place.succeed(&[&recording[..], &["12"]].concat());
    paint(&place.path("own.png"), 100);
    let parts = ["holds another recording", "own.png"];
    place.refuse(&[&recording[..], &["16"]].concat(), &parts);
    // As it was it goes on.
    paint(&place.path("own.png"), 200);
    place.succeed(&[&recording[..], &["16"]].concat());
    place.file("recipe.ron", &REGRESSION.replace("steps: 12", "steps: 1"));
    place.succeed(&["train", "recipe.ron", "--data", "data", "--out", "run"]);
    paint(&place.path("data/textures/own.png"), 100);
    let parts = ["manifest.ron", "texture `own.png` has another picture than when this was recorded"];
    place.refuse(&["train", "recipe.ron", "--data", "data", "--out", "other"], &parts);
    place.refuse(&["measure", "run", "--data", "data"], &parts);
    let scene = Scene::load(place.path("own.ron").to_str().unwrap()).unwrap().0;
    assert_eq!(manifest(&place.path("data")).scene, scene, "the text of the scene does not tell");
}

#[test]
fn altered_bytes_are_found() {
    // Every 211th place of each file; without `--stride` all of them.
    let place = Place::new();
    let output = place.tools(&["torture", "bytes", "--stride", "211"]).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().filter(|line| line.ends_with(" |") && line.contains(" | 0 | 0 | ")).count(), 8, "{said}");
}
