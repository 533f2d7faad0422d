//! A folder that is about to be filled: whole or absent.

use std::io;
use std::path::{Path, PathBuf};

use super::{Lock, folder_of, part_prefix};

/// A folder under a temporary name. Nothing is at its path before [`NewFolder::keep`]; dropped before that, it is deleted.
#[derive(Debug)]
pub struct NewFolder {
    path: PathBuf,
    /// Tells who looks for what crashes left that this one's writer lives.
    lock: Lock,
    part: tempfile::TempDir,
}

impl NewFolder {
    /// Makes a temporary folder beside `path`, and deletes what crashes left of earlier tries. The folder that `path` is in
    /// is made, too.
    pub fn begin(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder_of(path))?;
        remove_parts_of(path)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            // Temporary folders are private by default; this becomes an ordinary one.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o777));
        }
        let part = builder.prefix(&part_prefix(path)).tempdir_in(folder_of(path))?;
        let lock = Lock::take(part.path()).map_err(io::Error::other)?;
        Ok(Self { path: path.to_owned(), lock, part })
    }

    /// Where to put its files. Each of them is to be synced by who writes it.
    pub fn folder(&self) -> &Path {
        self.part.path()
    }

    /// Puts it in its place, where nothing or an empty folder is.
    pub fn keep(self) -> io::Result<()> {
        sync(self.part.path())?;
        std::fs::rename(self.part.path(), &self.path)?;
        // Under that name there is nothing left to delete.
        let _renamed = self.part.keep();
        drop(self.lock);
        sync(folder_of(&self.path))
    }
}

/// Waits until the disk has the names in a folder.
fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _cannot_be_opened = folder;
    Ok(())
}

/// Whether a new folder can be put at a path: nothing is there, or an empty folder.
pub fn is_absent_or_empty(path: &Path) -> io::Result<bool> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
        Ok(there) if there.is_dir() => Ok(std::fs::read_dir(path)?.next().is_none()),
        Ok(_) => Ok(false),
    }
}

/// Deletes the temporary folders that crashes left of one; those that somebody fills right now stay.
fn remove_parts_of(path: &Path) -> io::Result<()> {
    let prefix = part_prefix(path);
    for entry in std::fs::read_dir(folder_of(path))? {
        let entry = entry?;
        let is_part = entry.file_name().to_string_lossy().starts_with(&prefix) && entry.file_type()?.is_dir();
        if is_part && Lock::take(&entry.path()).is_ok() {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{LOCK, write_whole};

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn nothing_is_there_until_it_is_kept() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("below/whole");
        let fill = || {
            let new = NewFolder::begin(&path).unwrap();
            write_whole(&new.folder().join("a"), b"text").unwrap();
            new
        };
        drop(fill());
        assert!(!path.exists() && names(&place.path().join("below")).is_empty(), "what is not kept leaves nothing");
        let new = fill();
        assert!(!path.exists());
        new.keep().unwrap();
        assert_eq!(std::fs::read(path.join("a")).unwrap(), b"text");
        assert_eq!(names(&place.path().join("below")), ["whole"]);
        Lock::take(&path).unwrap();
        assert!(names(&path).contains(&LOCK.to_owned()));
    }

    #[test]
    fn what_is_there_is_not_replaced_unless_it_is_empty() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("whole");
        assert!(is_absent_or_empty(&path).unwrap());
        std::fs::create_dir(&path).unwrap();
        assert!(is_absent_or_empty(&path).unwrap());
        NewFolder::begin(&path).unwrap().keep().unwrap();
        write_whole(&path.join("a"), b"text").unwrap();
        assert!(!is_absent_or_empty(&path).unwrap() && !is_absent_or_empty(&path.join("a")).unwrap());
        NewFolder::begin(&path).unwrap().keep().unwrap_err();
        assert_eq!(std::fs::read(path.join("a")).unwrap(), b"text");
        assert_eq!(names(place.path()), ["whole"], "and what could not be kept is gone");
    }

    #[test]
    fn what_a_crash_left_is_deleted_and_what_is_being_filled_stays() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("whole");
        let left = NewFolder::begin(&path).unwrap();
        let NewFolder { part, lock, .. } = left;
        // As a process that was killed leaves it.
        let left = part.keep();
        drop(lock);
        let filling = NewFolder::begin(&path).unwrap();
        assert!(!left.exists());
        NewFolder::begin(&path).unwrap().keep().unwrap();
        assert!(filling.folder().is_dir() && path.is_dir());
    }
}
