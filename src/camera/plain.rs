//! Both views drawn sample by sample, as one would write them down: what the fast ones must agree with.

use super::cast::cast;
use super::texture::{Texture, write_mean};
use super::top_down::corner_of_picture;
use super::{Pose, district_texture};
use crate::maze::Maze;
use crate::scene::{Scene, View};

/// A colour dimmed to `light` / 256.
fn dimmed(colour: [u32; 3], light: u32) -> [u32; 3] {
    colour.map(|value| value * light / 256)
}

/// The texel at a place that is counted in whole textures.
fn texel(texture: &Texture, level: usize, u: f32, v: f32) -> [u32; 3] {
    let side = texture.side() >> level;
    let wrapped = |at: f32| ((at * side as f32) as i32).rem_euclid(side as i32) as usize;
    colour(texture, level, wrapped(u), wrapped(v))
}

fn colour(texture: &Texture, level: usize, x: usize, y: usize) -> [u32; 3] {
    let side = texture.side() >> level;
    let [red, green, blue, _] = texture.level(level).nth(y * side + x).unwrap();
    [red.into(), green.into(), blue.into()]
}

/// A whole frame in first person.
fn draw_ahead(scene: &Scene, maze: &Maze, pose: Pose) -> Vec<u8> {
    let (camera, theme) = (&scene.camera, &scene.theme);
    let View::FirstPerson { field_of_view, setback } = camera.view else { panic!("not in first person") };
    let samples = camera.supersampling as usize;
    let (columns, rows) = (camera.width as usize * samples, camera.height as usize * samples);
    let spread = libm::tanf(field_of_view.to_radians() / 2.0);
    let focal = columns as f32 / 2.0 / spread;
    let light = |distance: f32| (libm::expf(-distance / theme.fog.distance) * 256.0) as u32;
    let (red, green, blue) = theme.fog.colour;
    let fog = [red, green, blue].map(u32::from);
    let load = |name: &String| Texture::load(name, None).unwrap();
    let walls: Vec<Texture> = theme.walls.iter().map(load).collect();
    let (floor, ceiling) = (load(&theme.floor), load(&theme.ceiling));
    let (sin, cos) = (libm::sinf(pose.heading), libm::cosf(pose.heading));
    let eye = (pose.x - setback * cos, pose.y + setback * sin);
    let mut sums = vec![0_u64; (camera.width * camera.height) as usize];
    for column in 0..columns {
        let side = ((column as f32 + 0.5) / columns as f32 * 2.0 - 1.0) * spread;
        let ray = (cos + side * sin, -sin + side * cos);
        let hit = cast(maze, eye, ray);
        let wall_half = focal * 0.5 / hit.distance;
        for row in 0..rows {
            let is_below = row >= rows / 2;
            let from_horizon = if is_below { row - rows / 2 } else { rows / 2 - 1 - row };
            let middle = from_horizon as f32 + 0.5;
            let (shown, lit, clear) = if from_horizon < wall_half as usize {
                let number = district_texture(maze, hit.cell.0, hit.cell.1, theme.district as i32, walls.len());
                let texture = &walls[number];
                let level = texture.level_for(texture.side() as f32 * hit.distance / focal);
                let side = (texture.side() >> level) as f32;
                let offset = middle * (0.5 / wall_half);
                let v = if is_below { 0.5 + offset } else { 0.5 - offset };
                let place = |at: f32| ((at * side) as usize).min(side as usize - 1);
                let clear = light(hit.distance);
                let shade = if hit.faces_north_south { theme.face_shade } else { 1.0 };
                let x = (hit.u * side) as usize & (side as usize - 1);
                (colour(texture, level, x, place(v)), (clear as f32 * shade) as u32, clear)
            } else {
                let distance = focal * 0.5 / middle;
                let covered = (distance / focal * (distance * distance / (focal * 0.5))).sqrt();
                let texture = if is_below { &floor } else { &ceiling };
                let level = texture.level_for(covered * texture.side() as f32);
                let (x, y) = (eye.0 + ray.0 * distance, eye.1 + ray.1 * distance);
                (texel(texture, level, x, y), light(distance), light(distance))
            };
            let sum = &mut sums[row / samples * camera.width as usize + column / samples];
            for (channel, (lit, fog)) in dimmed(shown, lit).into_iter().zip(dimmed(fog, 256 - clear)).enumerate() {
                *sum += u64::from(lit + fog) << (16 * channel);
            }
        }
    }
    let mut pixels = vec![0; sums.len() * 3];
    for (pixel, sum) in pixels.as_chunks_mut().0.iter_mut().zip(sums) {
        write_mean(sum, (samples * samples) as u32, pixel);
    }
    pixels
}

/// A whole frame from above, by poses of the agent and of creatures.
fn draw_above(scene: &Scene, maze: &Maze, agent: Pose, creatures: &[Pose]) -> Vec<u8> {
    let (camera, theme) = (&scene.camera, &scene.theme);
    let View::TopDown { cells } = camera.view else { panic!("not from above") };
    let (width, height, samples) = (camera.width as usize, camera.height as usize, camera.supersampling as usize);
    let load = |name: &String| Texture::load(name, None).unwrap();
    let walls: Vec<Texture> = theme.walls.iter().map(load).collect();
    let (floor, sprite) = (load(&theme.floor), load(theme.sprite.as_ref().unwrap()));
    let creature = scene.creatures.as_ref().map(|known| load(&known.sprite));
    let placed = creatures.iter().map(|&at| (creature.as_ref().unwrap(), at)).chain([(&sprite, agent)]);
    let placed: Vec<(&Texture, Pose)> = placed.collect();
    let left = corner_of_picture(agent.x, cells, maze.width() as f32);
    let top = corner_of_picture(agent.y, cells * height as f32 / width as f32, maze.height() as f32);
    let per_sample = cells / (width * samples) as f32;
    let texels = per_sample * floor.side() as f32;
    let level = sprite.level_for(per_sample * sprite.side() as f32);
    let mut pixels = vec![0; 3 * width * height];
    for (index, pixel) in pixels.as_chunks_mut().0.iter_mut().enumerate() {
        let mut sum = 0;
        for sample in 0..samples * samples {
            let x = left + ((index % width * samples + sample % samples) as f32 + 0.5) * per_sample;
            let y = top + ((index / width * samples + sample / samples) as f32 + 0.5) * per_sample;
            let (column, row) = (x.floor() as i32, y.floor() as i32);
            let wall = || &walls[district_texture(maze, column, row, theme.district as i32, walls.len())];
            let (ground, level_below) = if maze.is_open(column, row) {
                (&floor, floor.level_for(texels))
            } else {
                (wall(), walls[0].level_for(texels))
            };
            let mut shown = texel(ground, level_below, x, y);
            for (texture, pose) in &placed {
                let (sin, cos) = (libm::sinf(pose.heading), libm::cosf(pose.heading));
                let (east, south) = (x - pose.x, y - pose.y);
                let (u, v) = (east * cos - south * sin + 0.5, east * sin + south * cos + 0.5);
                if (0.0..1.0).contains(&u) && (0.0..1.0).contains(&v) {
                    let side = texture.side() >> level;
                    let place = (v * side as f32) as usize * side + (u * side as f32) as usize;
                    let cover = u32::from(texture.level(level).nth(place).unwrap()[3]) * 256 / 255;
                    let (over, below) = (dimmed(texel(texture, level, u, v), cover), dimmed(shown, 256 - cover));
                    shown = [0, 1, 2].map(|channel| over[channel] + below[channel]);
                }
            }
            sum +=
                shown.into_iter().enumerate().map(|(channel, value)| u64::from(value) << (16 * channel)).sum::<u64>();
        }
        write_mean(sum, (samples * samples) as u32, pixel);
    }
    pixels
}

mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::camera::Camera;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_fast_camera_draws_the_same_bytes(
            scene in prop_oneof![Just("brick"), Just("hedge-night")],
            // As large as the floor's texture, and half as large.
            ceiling in prop_oneof![Just(None), Just(Some("arcade-agent.png"))],
            (width, height, supersampling) in (8_u32..40, 8_u32..40, 1_u32..=4),
            (cell_x, cell_y) in (0_i32..7, 0_i32..7),
            (dx, dy, heading) in (0.41_f32..0.59, 0.41_f32..0.59, -7.0_f32..7.0),
            number in 0_u64..1000,
        ) {
            let (mut scene, _) = Scene::load(scene).unwrap();
            (scene.camera.width, scene.camera.height) = (width, height);
            scene.camera.supersampling = supersampling;
            scene.theme.ceiling = ceiling.map_or(scene.theme.ceiling, String::from);
            let maze = scene.maze(number);
            let pose = Pose { x: (2 * cell_x + 1) as f32 + dx, y: (2 * cell_y + 1) as f32 + dy, heading };
            let camera = Camera::new(&scene, None).unwrap();
            // A picture of an odd height is the next higher one without its last row.
            scene.camera.height = height.next_multiple_of(2);
            let mut expected = draw_ahead(&scene, &maze, pose);
            expected.truncate(camera.frame_bytes());
            prop_assert_eq!(camera.frame(&maze, pose).into_raw(), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        #[test]
        fn the_fast_camera_above_draws_the_same_bytes(
            (width, height, supersampling) in (8_u32..40, 8_u32..40, 1_u32..=4),
            // Less than the maze, and more.
            cells in 3.0_f32..14.0,
            poses in proptest::collection::vec((0.0_f32..9.0, 0.0_f32..9.0, -7.0_f32..7.0), 1..4),
            number in 0_u64..1000,
        ) {
            let (mut scene, _) = Scene::load("crowd").unwrap();
            (scene.camera.width, scene.camera.height) = (width, height);
            (scene.camera.supersampling, scene.camera.view) = (supersampling, View::TopDown { cells });
            // Walls of several textures, by districts.
            scene.theme.walls = ["arcade-wall.png", "brick-red.png", "brick-blue.png"].map(String::from).to_vec();
            scene.theme.district = 2;
            let maze = scene.maze(number);
            let poses: Vec<Pose> = poses.into_iter().map(|(x, y, heading)| Pose { x, y, heading }).collect();
            let (&agent, creatures) = poses.split_first().unwrap();
            let camera = Camera::new(&scene, None).unwrap();
            let mut pixels = vec![0; camera.frame_bytes()];
            camera.draw_crowd(&maze, agent, creatures, &mut pixels);
            prop_assert_eq!(pixels, draw_above(&scene, &maze, agent, creatures));
        }
    }
}
