//! Scenes: written and parsed back, and refused where a value is out of range.

use crossroads::scene::{
    AgentSettings, CameraSettings, Creatures, Fog, MazeSettings, SCENES, Scene, SceneError, Theme, View, texture_names,
};
use crossroads::settings::{SettingsError, to_text};
use proptest::prelude::*;

use crate::helper::{Place, SCENE, small_scene, source};

fn texture() -> impl Strategy<Value = String> {
    proptest::sample::select(texture_names().map(str::to_owned).collect::<Vec<_>>())
}

fn maze() -> impl Strategy<Value = MazeSettings> {
    // Large and open enough for a corner in one of the first mazes.
    let grown = (4..20_u32, 4..20_u32, 0.2..=1.0_f32, 0..u64::MAX / 2, 40..u64::MAX / 2).prop_map(
        |(width, height, openings, first, count)| MazeSettings::Grown {
            width: 2 * width + 1,
            height: 2 * height + 1,
            openings,
            seeds: (first, first + count),
        },
    );
    let drawn = (0..8_usize).prop_map(|longer| {
        let middle = |row: &str| format!("#{}{row}{}#", "#".repeat(longer), "#".repeat(longer));
        let bar = format!("#{}#", ".".repeat(3 + 2 * longer));
        let rows = vec![middle("###"), bar, middle("#.#"), middle("#.#"), middle("###")];
        MazeSettings::Drawn { rows }
    });
    prop_oneof![3 => grown, 1 => drawn]
}

fn theme() -> impl Strategy<Value = Theme> {
    let colour = (any::<u8>(), any::<u8>(), any::<u8>());
    let fog = (colour, 0.5..=1000.0_f32).prop_map(|(colour, distance)| Fog { colour, distance });
    let walls = proptest::collection::vec(texture(), 1..=8);
    (walls, 1..=101_u32, texture(), texture(), texture(), 0.0..=1.0_f32, fog).prop_map(
        |(walls, district, floor, ceiling, sprite, face_shade, fog)| Theme {
            walls,
            district,
            floor,
            ceiling,
            sprite: Some(sprite),
            face_shade,
            fog,
        },
    )
}

fn camera() -> impl Strategy<Value = CameraSettings> {
    let first_person = (30.0..=120.0_f32, 0.0..=0.45_f32)
        .prop_map(|(field_of_view, setback)| View::FirstPerson { field_of_view, setback });
    let view = prop_oneof![first_person, (3.0..=101.0_f32).prop_map(|cells| View::TopDown { cells })];
    (view, 4..=256_u32, 4..=256_u32, 1..=4_u32).prop_map(|(view, width, height, supersampling)| CameraSettings {
        view,
        width: 2 * width,
        height: 2 * height,
        supersampling,
    })
}

fn scene() -> impl Strategy<Value = Scene> {
    let crossing_odds = proptest::option::of(0..=10_u8).prop_map(|left| {
        let left = f32::from(left?) / 20.0;
        Some((left, 0.5, 0.5 - left))
    });
    let slip = proptest::option::of((1.0..45.0_f32, 46.0..=90.0_f32));
    let agent = (1..=64_u32, 1..=64_u32, 0.0..=1.0_f32, crossing_odds, slip, 0.0..=1.0_f32);
    let agent = agent.prop_map(|(ticks_per_cell, ticks_per_quarter, left_odds, crossing_odds, slip, wander)| {
        AgentSettings { ticks_per_cell, ticks_per_quarter, left_odds, crossing_odds, slip, wander }
    });
    ("[a-z \"\\\\ü]{0,12}", maze(), theme(), camera(), agent).prop_map(|(name, maze, theme, camera, agent)| Scene {
        name,
        maze,
        theme,
        camera,
        agent,
        creatures: None,
    })
}

fn creatures(count: u32) -> Creatures {
    Creatures { count, sprite: "arcade-creature.png".into() }
}

/// A field's path, and a change that puts it out of range.
type Fault = (&'static str, fn(&mut Scene));

const FAULTS: [Fault; 29] = [
    ("agent.crossing_odds", |scene| scene.agent.crossing_odds = Some((0.5, 0.5, 0.5))),
    ("agent.crossing_odds", |scene| scene.agent.crossing_odds = Some((-0.5, 1.0, 0.5))),
    ("agent.slip", |scene| scene.agent.slip = Some((30.0, 12.0))),
    ("agent.slip", |scene| scene.agent.slip = Some((12.0, 91.0))),
    ("creatures.count", |scene| scene.creatures = Some(creatures(5))),
    ("creatures.sprite", |scene| scene.creatures = Some(Creatures { sprite: "../a.png".into(), ..creatures(1) })),
    ("camera.view", |scene| {
        scene.creatures = Some(creatures(1));
        scene.camera.view = View::FirstPerson { field_of_view: 80.0, setback: 0.4 };
    }),
    ("maze.width", |scene| *grown(scene).0 = 12),
    ("maze.width", |scene| *grown(scene).0 = 3),
    ("maze.height", |scene| *grown(scene).1 = 103),
    ("maze.openings", |scene| *grown(scene).2 = 1.01),
    ("maze.openings", |scene| *grown(scene).2 = f32::NAN),
    ("maze.seeds", |scene| *grown(scene).3 = (3, 2)),
    ("theme.walls", |scene| scene.theme.walls.clear()),
    ("theme.district", |scene| scene.theme.district = 0),
    ("theme.face_shade", |scene| scene.theme.face_shade = -0.1),
    ("theme.fog.distance", |scene| scene.theme.fog.distance = 0.0),
    ("camera.width", |scene| scene.camera.width = 6),
    ("camera.height", |scene| scene.camera.height = 7),
    ("camera.height", |scene| scene.camera.height = 513),
    ("camera.supersampling", |scene| scene.camera.supersampling = 5),
    ("camera.view.field_of_view", |scene| scene.camera.view = View::FirstPerson { field_of_view: 180.0, setback: 0.0 }),
    ("camera.view.setback", |scene| scene.camera.view = View::FirstPerson { field_of_view: 80.0, setback: 0.5 }),
    ("camera.view.cells", |scene| scene.camera.view = View::TopDown { cells: 2.0 }),
    ("agent.ticks_per_cell", |scene| scene.agent.ticks_per_cell = 0),
    ("agent.ticks_per_quarter", |scene| scene.agent.ticks_per_quarter = 65),
    ("agent.left_odds", |scene| scene.agent.left_odds = 1.5),
    ("agent.left_odds", |scene| scene.agent.left_odds = f32::NAN),
    ("agent.wander", |scene| scene.agent.wander = -0.5),
];

fn grown(scene: &mut Scene) -> (&mut u32, &mut u32, &mut f32, &mut (u64, u64)) {
    match &mut scene.maze {
        MazeSettings::Grown { width, height, openings, seeds } => (width, height, openings, seeds),
        MazeSettings::Drawn { .. } => panic!("only grown mazes have these fields"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_scene_written_and_parsed_is_the_same(scene in scene()) {
        let text = to_text(&scene).unwrap();
        prop_assert_eq!(Scene::from_source(&source(&text)).unwrap(), scene, "{}", text);
    }

    #[test]
    fn a_value_out_of_range_is_refused_by_its_field(scene in scene(), fault in proptest::sample::select(&FAULTS[..])) {
        let (field, break_it) = fault;
        let mut scene = scene;
        if field.starts_with("maze.") {
            scene.maze = small_scene().maze;
        }
        break_it(&mut scene);
        let text = to_text(&scene).unwrap();
        let error = Scene::from_source(&source(&text)).unwrap_err();
        let SceneError::Settings(SettingsError::OutOfRange { field: named, line, allowed, .. }) = &error else {
            panic!("{field}: {error}");
        };
        prop_assert_eq!(named, field);
        prop_assert!(!allowed.is_empty());
        // The line is the one where the field stands.
        let key = field.rsplit('.').next().unwrap().to_owned() + ":";
        let stated = text.lines().nth(line - 1).unwrap();
        prop_assert!(stated.trim_start().starts_with(&key), "line {line} is `{stated}`, not that of {field}");
    }
}

#[test]
fn every_fault_is_found_in_the_small_scene_too() {
    for (field, break_it) in FAULTS {
        let mut scene = small_scene();
        break_it(&mut scene);
        let error = Scene::from_source(&source(&to_text(&scene).unwrap())).unwrap_err().to_string();
        assert!(error.contains(&format!("`{field}`")), "{field}: {error}");
    }
}

#[test]
fn scenes_that_come_with_crossroads_are_valid() {
    for (name, text) in SCENES {
        let scene = Scene::from_source(&source(text)).unwrap();
        assert_eq!(scene.name, name);
        assert_eq!(scene.agent.left_odds, if name == "lopsided" { 0.8 } else { 0.5 });
    }
}

#[test]
fn drawn_maps_are_refused_with_the_row() {
    let error = |rows: &[&str]| {
        let grown = "maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000))";
        let text = SCENE.replace(grown, &format!("maze: Drawn(rows: {rows:?})"));
        Scene::from_source(&source(&text)).unwrap_err().to_string()
    };
    let ragged = error(&["#####", "#...#", "####"]);
    assert!(ragged.contains("`maze.rows`") && ragged.contains("row 3 has 4 cells"), "{ragged}");
    let small = error(&["##"]);
    assert!(small.contains("3 to 101 rows"), "{small}");
    let no_corner = error(&["#####", "#...#", "#####"]);
    assert!(no_corner.contains("no maze of this scene has a corner"), "{no_corner}");
}

#[test]
fn textures_are_plain_file_names() {
    for name in ["../brick-red.png", "/etc/hostname", "walls/brick.png", ""] {
        let text = SCENE.replace("brick-blue.png", name);
        let error = Scene::from_source(&source(&text)).unwrap_err().to_string();
        assert!(error.contains("`theme.walls`"), "{name}: {error}");
    }
}

#[test]
fn all_seeds_that_there_are_may_be_a_scene_s() {
    let text = SCENE.replace("seeds: (0, 1000000)", "seeds: (0, 18446744073709551615)");
    let scene = Scene::from_source(&source(&text)).unwrap();
    assert_eq!(scene.maze_count(), 1 << 64);
    assert_eq!(scene.maze_after(u64::MAX, 3), 2, "the first comes after the last");
    let last = SCENE.replace("seeds: (0, 1000000)", "seeds: (18446744073709551615, 18446744073709551615)");
    let last = Scene::from_source(&source(&last)).unwrap();
    assert_eq!(scene.maze(u64::MAX).fingerprint(), last.maze(7).fingerprint());
    let place = Place::new();
    place.file("small.ron", &text);
    place.succeed(&["record", "small.ron", "--episodes", "6", "--ticks", "3", "--out", "data"]);
}
