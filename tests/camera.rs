//! The software camera draws the same bytes everywhere and always.

use std::f32::consts::{FRAC_PI_2, PI};

use crossroads::agent::Pose;
use crossroads::camera::Camera;
use crossroads::scene::{SCENES, Scene};

/// In cells that are open in every grown maze: both coordinates are odd.
const POSES: [Pose; 6] = [
    Pose { x: 1.5, y: 1.5, heading: 0.0 },
    Pose { x: 1.5, y: 1.5, heading: 0.3 },
    Pose { x: 7.5, y: 3.5, heading: FRAC_PI_2 },
    Pose { x: 3.25, y: 7.5, heading: 2.5 },
    Pose { x: 5.5, y: 5.5, heading: PI },
    Pose { x: 7.5, y: 7.75, heading: 4.9 },
];

/// CRC-32 of the frames at [`POSES`] in maze 7 of each scene that comes with Crossroads. Where the camera is changed on
/// purpose, recorded data sets no longer fit what is rendered now: raise their format.
const SUMS: [(&str, [u32; POSES.len()]); 10] = [
    ("brick", [0xa185_dc4b, 0x46b7_0587, 0x3376_17f6, 0xf0ed_37f8, 0x7f39_9100, 0x7a6e_9a54]),
    ("hedge-night", [0xac53_56fe, 0xdc83_049c, 0xd092_ac88, 0xf3b2_1362, 0xc733_c56c, 0x2559_c0ae]),
    ("arcade", [0x94c3_006a, 0x737d_8939, 0x271e_cbfe, 0xd87e_5165, 0xcc7b_ab77, 0xcdb5_3075]),
    ("lopsided", [0xa185_dc4b, 0x46b7_0587, 0x3376_17f6, 0xf0ed_37f8, 0x7f39_9100, 0x7a6e_9a54]),
    ("crossing", [0xcab5_76be, 0x5d29_bb1f, 0x3376_17f6, 0x435a_a2b2, 0x7f39_9100, 0x3089_b1b8]),
    ("crowd", [0x94c3_006a, 0x737d_8939, 0x271e_cbfe, 0xd87e_5165, 0xcc7b_ab77, 0xcdb5_3075]),
    ("slip", [0xa185_dc4b, 0x46b7_0587, 0x3376_17f6, 0xf0ed_37f8, 0x7f39_9100, 0x7a6e_9a54]),
    ("garden", [0xd734_7413, 0xa61f_acd1, 0xa913_6836, 0x2991_12b7, 0xa976_ff1e, 0x5105_1a26]),
    ("garden-night", [0xba98_19bf, 0xe1f5_96ad, 0x628c_61ae, 0x7423_f07a, 0x6e27_4edd, 0xfd0a_7bd9]),
    ("brick-32", [0xc0af_4fda, 0xe195_1383, 0x3e51_9276, 0xa101_2b3c, 0x06d4_7fce, 0x6935_45a0]),
];

#[test]
fn frames_of_all_scenes_have_their_checksums() {
    let found = SCENES.map(|(name, _)| {
        let (scene, _) = Scene::load(name).unwrap();
        let camera = Camera::new(&scene, None).unwrap();
        let maze = scene.maze(7);
        (name, POSES.map(|pose| crc32fast::hash(&camera.frame(&maze, pose))))
    });
    assert_eq!(found, SUMS, "{found:#010x?}");
}

#[test]
fn a_frame_shows_more_than_one_colour_and_moves_with_the_pose() {
    for (name, _) in SCENES {
        let (scene, _) = Scene::load(name).unwrap();
        let camera = Camera::new(&scene, None).unwrap();
        let maze = scene.maze(7);
        let frames = POSES.map(|pose| camera.frame(&maze, pose));
        for (index, frame) in frames.iter().enumerate() {
            let colours: std::collections::HashSet<_> = frame.pixels().collect();
            assert!(colours.len() > 20, "{name}, pose {index}: {} colours", colours.len());
            assert!(frames[..index].iter().all(|other| other != frame), "{name}, pose {index}");
        }
    }
}
