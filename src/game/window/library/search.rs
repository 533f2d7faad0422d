//! Looks for scenes, data sets and runs on disk.

use std::collections::{HashSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::episode::MANIFEST;
use crate::train::Run;

/// Folders between where the search begins and what is found, at most.
const DEEP: usize = 3;
/// Data sets and runs at most.
const MOST: usize = 60;
/// Folders that are looked into at most: the current one may be anything.
const FOLDERS: usize = 2000;

/// What is found.
#[derive(Debug)]
pub(super) enum Place {
    Data(PathBuf),
    Run(PathBuf),
    Unreadable(PathBuf, std::io::Error),
}

/// Tells of data sets and runs in these folders, each once, those less deep first.
pub(super) fn search(roots: &[PathBuf], tell: &mut dyn FnMut(Place)) {
    let mut waiting: VecDeque<(PathBuf, usize)> =
        roots.iter().filter(|root| root.exists()).map(|root| (root.clone(), 0)).collect();
    let (mut known, mut found) = (HashSet::new(), 0);
    while let Some((folder, depth)) = waiting.pop_front() {
        if found == MOST || known.len() == FOLDERS {
            return;
        }
        // The current folder has others in it that were looked into already.
        if !known.insert(folder.canonicalize().unwrap_or_else(|_| folder.clone())) {
            continue;
        }
        if folder.join(MANIFEST).is_file() {
            found += 1;
            tell(Place::Data(folder));
        } else if Run::is_in(&folder) {
            found += 1;
            tell(Place::Run(folder));
        } else if depth < DEEP {
            match folders_in(&folder) {
                Ok(inner) => waiting.extend(inner.into_iter().map(|inner| (inner, depth + 1))),
                Err(error) => tell(Place::Unreadable(folder, error)),
            }
        }
    }
}

/// Folders in a folder, sorted; hidden ones are left out.
fn folders_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.path().is_dir() {
            found.push(shown(entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// Scene files in these folders, sorted; whether they parse is not known yet.
pub(super) fn scene_files(roots: &[PathBuf]) -> Vec<PathBuf> {
    let entries = roots.iter().filter_map(|root| std::fs::read_dir(root).ok()).flatten().filter_map(Result::ok);
    let is_ron = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "ron") && file.is_file();
    let mut files: Vec<PathBuf> = entries.map(|entry| shown(entry.path())).filter(is_ron).collect();
    files.sort();
    files
}

/// As it would be typed: without the current folder's dot.
fn shown(path: PathBuf) -> PathBuf {
    path.strip_prefix(".").map(Path::to_owned).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(roots: &[PathBuf]) -> (Vec<PathBuf>, Vec<PathBuf>, usize) {
        let (mut data, mut runs, mut unreadable) = (Vec::new(), Vec::new(), 0);
        search(roots, &mut |place| match place {
            Place::Data(folder) => data.push(folder),
            Place::Run(folder) => runs.push(folder),
            Place::Unreadable(..) => unreadable += 1,
        });
        (data, runs, unreadable)
    }

    fn put(root: &Path, file: &str) {
        let file = root.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }

    #[test]
    fn data_sets_and_runs_are_found_once_and_not_too_deep() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        for file in
            ["out/data/manifest.ron", "out/runs/gan-1/run.ron", "b/c/d/run.ron", "b/c/d/e/run.ron", ".git/run.ron"]
        {
            put(root, file);
        }
        put(root, "a/b/c/d/manifest.ron");
        put(root, "out/data/inner/manifest.ron");
        let (data, runs, unreadable) = found(&[root.join("out"), root.to_owned()]);
        assert_eq!(data, [root.join("out/data")], "nothing is looked for in a data set");
        assert_eq!(runs, [root.join("out/runs/gan-1"), root.join("b/c/d")]);
        assert_eq!(unreadable, 0);
    }

    #[test]
    fn the_search_ends_after_enough_and_says_what_cannot_be_read() {
        let root = tempfile::tempdir().unwrap();
        (0..MOST + 5).for_each(|number| put(root.path(), &format!("r{number}/run.ron")));
        assert_eq!(found(&[root.path().to_owned()]).1.len(), MOST);
        let file = root.path().join("r0/run.ron");
        assert_eq!(found(&[file]).2, 1);
        assert_eq!(found(&["no/such/folder".into()]), (Vec::new(), Vec::new(), 0));
    }
}
