//! Which corners a film shows.

use std::collections::HashSet;

use crate::episode::{DataError, DataSet, Place, WindowSettings, Windows};
use crate::measure::{self, LEAST_SPREAD};
use crate::predict::{Question, questions};

/// Picks up to `count` corners of a data set, each of another maze while there are enough mazes.
///
/// The mazes are spread evenly over the data set in order of recording, and the corner of each is the first recorded
/// whose futures differ. No model is asked: the corners are not chosen by how well they are answered. The same data set
/// gives the same corners. Questions have `context` frames before the corner and `ticks` frames of each future.
///
/// # Errors
/// If a file can no longer be read as it was.
pub fn pick_corners(data: &DataSet, count: usize, context: usize, ticks: usize) -> Result<Vec<Question>, DataError> {
    let places = Windows::new(data, WindowSettings::at_corners(context)).corners;
    let mazes = by_maze(data, &places);
    let mut picked = Vec::new();
    for round in 0..mazes.iter().map(Vec::len).max().unwrap_or(0) {
        let in_round: Vec<Place> = mazes.iter().filter_map(|corners| corners.get(round).copied()).collect();
        for index in spread(in_round.len(), count) {
            if picked.len() == count {
                return Ok(picked);
            }
            let asked = questions(data, &[in_round[index]], context, ticks)?;
            picked.extend(asked.into_iter().filter(|question| measure::spread(&question.futures) >= LEAST_SPREAD));
        }
    }
    Ok(picked)
}

/// The corners of each maze, each once, mazes and corners in order of recording.
fn by_maze(data: &DataSet, places: &[Place]) -> Vec<Vec<Place>> {
    let mut seen = HashSet::new();
    let mut mazes: Vec<(u64, Vec<Place>)> = Vec::new();
    for &place in places {
        let episode = &data.episodes[place.episode];
        let (maze, corner) = (episode.entry.maze, episode.corner_at(place.frame));
        if !seen.insert((maze, corner)) {
            continue;
        }
        match mazes.iter_mut().find(|(known, _)| *known == maze) {
            Some((_, places)) => places.push(place),
            None => mazes.push((maze, vec![place])),
        }
    }
    mazes.into_iter().map(|(_, places)| places).collect()
}

/// All of `0..length` in an order whose first `count` are spread evenly.
fn spread(length: usize, count: usize) -> Vec<usize> {
    let first: Vec<usize> = (0..count.min(length)).map(|index| index * length / count.min(length)).collect();
    let rest = (0..length).filter(|index| !first.contains(index));
    first.iter().copied().chain(rest).collect()
}

#[cfg(all(test, feature = "game"))]
mod tests {
    use super::*;
    use crate::episode::Split;
    use crate::game::{RecordJob, record};
    use crate::progress::Silent;
    use crate::scene::Scene;

    #[test]
    fn corners_differ_and_are_the_same_every_time() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("data");
        let (scene, _) = Scene::load("arcade").unwrap();
        let splits = vec![Split { name: "test".into(), share: 1.0 }];
        let job = RecordJob { ticks: 96, seed: 3, splits, ..RecordJob::new(scene, &out, 6) };
        record(job, Box::new(Silent)).unwrap();
        let data = DataSet::open(&out, "test", false).unwrap();
        let picked = pick_corners(&data, 4, 3, 2).unwrap();
        assert_eq!(picked.len(), 4);
        let mazes: HashSet<u64> = picked.iter().map(|question| question.place.0).collect();
        assert_eq!(mazes.len(), 4, "each of another maze");
        assert!(picked.iter().all(|question| question.context.len() == 3 && question.futures.all[0].frames.len() == 2));
        let places = |questions: &[Question]| questions.iter().map(|question| question.place).collect::<Vec<_>>();
        assert_eq!(places(&picked), places(&pick_corners(&data, 4, 3, 1).unwrap()));
        let all = places(&pick_corners(&data, 1000, 3, 1).unwrap());
        let distinct: HashSet<_> = all.iter().collect();
        assert!(all.len() > 6 && distinct.len() == all.len(), "more corners than mazes, none twice");
    }

    #[test]
    fn the_first_are_spread_evenly_and_none_is_missing() {
        assert_eq!(spread(12, 4)[..4], [0, 3, 6, 9]);
        for (length, count) in [(12, 4), (3, 5), (0, 2), (7, 7), (10, 3)] {
            let mut all = spread(length, count);
            all.sort_unstable();
            assert_eq!(all, (0..length).collect::<Vec<_>>());
        }
    }
}
