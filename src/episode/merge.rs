//! Parts of a recording, made on several machines, become one data set: the very files that one machine would have written.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::dataset::read_manifest;
use super::stored::{Fault, Shape, StoredEpisode};
use super::{Damage, DataError, Entry, Manifest, TEXTURES, copy_textures, episode_file};
use crate::files::{NewFolder, Shown, is_absent_or_empty, write_whole};
use crate::part::Part;
use crate::progress::Progress;
use crate::settings::difference;

/// Why parts are not put together. Nothing is left of the attempt.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A part that cannot be used.
    #[error("{}: {why}", folder.shown())]
    Unfit {
        /// The part's folder.
        folder: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// Parts that were not given.
    #[error("{}: is a part of a recording in {of} parts, and {missing}; give all of them", folder.shown())]
    Missing {
        /// The folder of the first part.
        folder: PathBuf,
        /// How many parts there are.
        of: u32,
        /// Which are missing, in words.
        missing: String,
    },
    /// The folder to be made.
    #[error("{}: is there already, and is no empty folder; choose another --out", folder.shown())]
    Occupied {
        /// The folder.
        folder: PathBuf,
    },
    /// The manifest of a part.
    #[error(transparent)]
    Data(#[from] DataError),
    /// An episode file of a part.
    #[error("{0}: run the `crossroads record` of this part again, which records it anew")]
    Damaged(Damage),
    /// The disk.
    #[error("{}: cannot be written ({source})", file.shown())]
    Write {
        /// The file or folder.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Episodes that are copied between two times that progress is told.
const AT_ONCE: usize = 32;

/// Puts all parts of one recording together in a new folder: what it holds then.
///
/// The folder is whole or absent, and has the bytes that one recording of all episodes writes. Episodes are copied, not
/// linked, so that whatever is done to it later leaves the parts as they are; each is verified on the way.
///
/// # Errors
/// If the parts are not of one recording, one is missing, there twice, not complete or damaged, or `out` is not free.
pub fn merge(parts: &[PathBuf], out: &Path, progress: &mut dyn Progress) -> Result<Manifest, MergeError> {
    let write_error = |file: &Path| {
        let file = file.to_owned();
        move |source| MergeError::Write { file, source }
    };
    if !is_absent_or_empty(out).map_err(write_error(out))? {
        return Err(MergeError::Occupied { folder: out.to_owned() });
    }
    let mut read = Vec::with_capacity(parts.len());
    for folder in parts {
        let (manifest, camera) = read_manifest(folder)?;
        let shape = Shape::of(&manifest, &camera);
        read.push((folder.as_path(), manifest, shape));
    }
    let sources: Vec<(&Path, &Manifest)> = read.iter().map(|(folder, manifest, _)| (*folder, manifest)).collect();
    let whole = joined(&sources)?;
    let entries: Vec<(&Path, Shape, &Entry)> = read
        .iter()
        .flat_map(|(folder, manifest, shape)| manifest.episodes.iter().map(|entry| (*folder, *shape, entry)))
        .collect();
    let new = NewFolder::begin(out).map_err(write_error(out))?;
    progress.begin("merge", "episodes", entries.len() as u64, 0);
    let mut done = 0;
    for some in entries.chunks(AT_ONCE) {
        some.par_iter().try_for_each(|&(folder, shape, entry)| {
            let (_, bytes) = StoredEpisode::open_with_bytes(folder, entry, shape).map_err(|fault| match fault {
                Fault::Damage(damage) => MergeError::Damaged(damage),
                Fault::Unreadable { file, source } => DataError::Unreadable { file, source }.into(),
            })?;
            write_whole(&new.folder().join(&entry.file), &bytes).map_err(write_error(&out.join(&entry.file)))
        })?;
        done += some.len();
        progress.advance(done as u64, "");
    }
    let textures = sources.first().map(|(folder, _)| folder.join(TEXTURES));
    copy_textures(&whole.scene, textures.as_deref(), new.folder()).map_err(write_error(out))?;
    whole.write(new.folder()).map_err(write_error(out))?;
    new.keep().map_err(write_error(out))?;
    progress.end();
    Ok(whole)
}

/// The manifest of the whole recording that these are all parts of; episode files are not looked at.
fn joined(parts: &[(&Path, &Manifest)]) -> Result<Manifest, MergeError> {
    let unfit = |folder: &Path, why: String| MergeError::Unfit { folder: folder.to_owned(), why };
    let mut first: Option<(&Path, Manifest, u32)> = None;
    let mut found: Vec<(u32, &Path)> = Vec::new();
    for &(folder, manifest) in parts {
        let Some(part) = manifest.part else {
            let why = "is no part of a recording; give folders that `crossroads record … --part K/N` made";
            return Err(unfit(folder, why.into()));
        };
        let about = alike(manifest, part.of);
        let (first_folder, whole, _) = first.get_or_insert((folder, about.clone(), part.of));
        if let Some(what) = difference(whole, &about) {
            let other = first_folder.shown();
            return Err(unfit(
                folder,
                format!("is a part of another recording than {other}, compared with it: {what}"),
            ));
        }
        if let Some((_, other)) = found.iter().find(|(number, _)| *number == part.number) {
            return Err(unfit(folder, format!("is {part}, as is {}; give each part once", other.shown())));
        }
        check_episodes(manifest, part).map_err(|why| unfit(folder, why))?;
        found.push((part.number, folder));
    }
    let Some((folder, mut whole, of)) = first else {
        return Err(unfit(Path::new(""), "no parts are given".into()));
    };
    let missing: Vec<u32> = (1..=of).filter(|number| !found.iter().any(|(found, _)| found == number)).collect();
    if let Some(missing) = in_words(&missing) {
        return Err(MergeError::Missing { folder: folder.to_owned(), of, missing });
    }
    whole.part = None;
    whole.episodes = parts.iter().flat_map(|(_, manifest)| manifest.episodes.iter().cloned()).collect();
    whole.episodes.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(whole)
}

/// What all parts of a recording have alike: all but the part's number and the episodes.
fn alike(manifest: &Manifest, of: u32) -> Manifest {
    Manifest {
        format: manifest.format,
        scene: manifest.scene.clone(),
        textures: manifest.textures.clone(),
        seed: manifest.seed,
        policy: manifest.policy.clone(),
        ticks: manifest.ticks,
        requested: manifest.requested,
        part: Some(Part { number: 1, of }),
        splits: manifest.splits.clone(),
        episodes: Vec::new(),
    }
}

/// Refuses a part that lacks an episode, or has one that is none of its own.
fn check_episodes(manifest: &Manifest, part: Part) -> Result<(), String> {
    let asked: HashSet<String> = manifest.asked_for().map(episode_file).collect();
    let listed: HashSet<&str> = manifest.episodes.iter().map(|entry| entry.file.as_str()).collect();
    if let Some(entry) = manifest.episodes.iter().find(|entry| !asked.contains(&entry.file)) {
        let why = "what was played cannot be merged; record the part in a folder of its own";
        return Err(format!("has {}, which is no episode of {part}: {why}", entry.file));
    }
    match manifest.asked_for().map(episode_file).find(|file| !listed.contains(file.as_str())) {
        None => Ok(()),
        Some(file) => {
            let (found, asked) = (listed.len(), asked.len());
            let why = format!("{found} of {asked} episodes are there");
            Err(format!("lacks {file}, {why}; run its `crossroads record` again, which completes it"))
        }
    }
}

/// Which parts are missing; none, if there are none.
fn in_words(missing: &[u32]) -> Option<String> {
    const TOLD: usize = 8;
    let numbers = missing.iter().take(TOLD).map(u32::to_string).collect::<Vec<_>>().join(", ");
    match missing.len() {
        0 => None,
        1 => Some(format!("part {numbers} is missing")),
        2..=TOLD => Some(format!("parts {numbers} are missing")),
        count => Some(format!("parts {numbers} and {} more are missing", count - TOLD)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::episode::{FORMAT, Split};
    use crate::scene::Scene;

    fn whole(requested: u32) -> Manifest {
        let (scene, _) = Scene::load("brick").unwrap();
        let entry = |number: u32| Entry {
            file: episode_file(number),
            split: "train".into(),
            maze: u64::from(number),
            frames: 10,
            corners: 1,
            lefts: 0,
            rights: 1,
            bytes: 100,
            crc32: number,
        };
        Manifest {
            format: FORMAT,
            scene,
            textures: vec!["brick-red.png 0".into()],
            seed: 3,
            policy: None,
            ticks: 9,
            requested,
            part: None,
            splits: vec![Split { name: "train".into(), share: 1.0 }],
            episodes: (0..requested).map(entry).collect(),
        }
    }

    fn part_of(whole: &Manifest, number: u32, of: u32) -> Manifest {
        let part = Part { number, of };
        let episodes = part.pieces(whole.requested).map(|piece| whole.episodes[piece as usize].clone()).collect();
        Manifest { part: Some(part), episodes, ..whole.clone() }
    }

    fn joined_of(parts: &[Manifest]) -> Result<Manifest, String> {
        let names: Vec<PathBuf> = (0..parts.len()).map(|index| PathBuf::from(format!("folder{index}"))).collect();
        let parts: Vec<(&Path, &Manifest)> = names.iter().map(PathBuf::as_path).zip(parts).collect();
        joined(&parts).map_err(|error| error.to_string())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn parts_in_any_order_are_the_whole_again(of in 1_u32..12, requested in 0_u32..40, turn in 0_usize..12) {
            let whole = whole(requested);
            let mut parts: Vec<Manifest> = (1..=of).map(|number| part_of(&whole, number, of)).collect();
            parts.rotate_left(turn % of as usize);
            prop_assert_eq!(joined_of(&parts), Ok(whole));
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let whole = whole(7);
        let parts = |of| (1..=of).map(|number| part_of(&whole, number, of)).collect::<Vec<_>>();
        let refused = |change: &dyn Fn(&mut Vec<Manifest>), told: &[&str]| {
            let mut parts = parts(3);
            change(&mut parts);
            let error = joined_of(&parts).unwrap_err();
            told.iter().for_each(|part| assert!(error.contains(part), "`{part}` is missing in: {error}"));
        };
        let other = "folder1: is a part of another recording than folder0";
        refused(&|parts| parts[1].seed = 4, &[other, "`seed` is 3 there, 4 here"]);
        refused(&|parts| parts[1].ticks = 8, &[other, "`ticks` is 9 there, 8 here"]);
        refused(&|parts| parts[1].requested = 8, &[other, "`requested` is 7 there, 8 here"]);
        refused(&|parts| parts[1].scene.camera.width = 32, &[other, "`scene.camera.width` is 64 there, 32 here"]);
        refused(&|parts| parts[1].textures = vec!["brick-red.png 1".into()], &[other, "`textures[0]` is"]);
        refused(&|parts| parts[1].splits[0].share = 0.5, &[other, "`splits[0].share` is 1 there, 0.5 here"]);
        refused(&|parts| parts[1] = part_of(&whole, 2, 4), &[other, "`part.of` is 3 there, 4 here"]);
        refused(&|parts| parts[1].part = None, &["folder1: is no part of a recording", "--part K/N"]);
        refused(&|parts| parts.push(parts[1].clone()), &["folder3: is part 2 of 3, as is folder1"]);
        refused(&|parts| drop(parts.pop()), &["folder0: is a part of a recording in 3 parts, and part 3 is missing"]);
        refused(&|parts| parts.truncate(1), &["parts 2, 3 are missing; give all of them"]);
        refused(&|parts| drop(parts[1].episodes.remove(0)), &["folder1: lacks episode-0000001", "1 of 2 episodes"]);
        let played = |parts: &mut Vec<Manifest>| {
            let entry = Entry { file: "played-0000000.safetensors".into(), ..whole.episodes[0].clone() };
            parts[1].episodes.push(entry);
        };
        refused(&played, &["folder1: has played-0000000.safetensors", "no episode of part 2 of 3"]);
        assert!(joined_of(&[]).is_err());
        let many = joined_of(&parts(30)[..1]).unwrap_err();
        assert!(many.contains("parts 2, 3, 4, 5, 6, 7, 8, 9 and 21 more are missing"), "{many}");
    }
}
