//! Files and folders that are whole or absent.

mod folder;
mod output;
mod shown;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use folder::{NewFolder, is_absent_or_empty};
pub use output::{Output, OutputError, check_output};
pub use shown::Shown;

/// Temporary files begin like this; what a crash leaves of them may be deleted.
pub const PART: &str = ".part-";

/// Name of the file that marks a folder as being written.
pub const LOCK: &str = ".lock";

/// Why a folder cannot be written into.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another program does.
    #[error("{}: another program is writing here; wait until it has ended, or choose another folder", folder.shown())]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// The lock itself.
    #[error("{}: cannot be written ({source})", file.shown())]
    Io {
        /// The lock's file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A folder that nobody else writes into for as long as this lives. The system takes it back with the process, however
/// that ends; the empty file stays, and means nothing by itself.
#[derive(Debug)]
pub struct Lock {
    _file: std::fs::File,
}

impl Lock {
    /// Locks a folder, which is made if it is not there.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let opened = Self::open(folder)?;
        match opened.try_lock() {
            Ok(()) => Ok(Self { _file: opened }),
            Err(std::fs::TryLockError::WouldBlock) => Err(LockError::Taken { folder: folder.to_owned() }),
            Err(std::fs::TryLockError::Error(source)) => Err(LockError::Io { file: folder.join(LOCK), source }),
        }
    }

    /// As [`Lock::take`], but waits for whoever writes there.
    pub fn wait(folder: &Path) -> Result<Self, LockError> {
        let opened = Self::open(folder)?;
        opened.lock().map_err(|source| LockError::Io { file: folder.join(LOCK), source })?;
        Ok(Self { _file: opened })
    }

    fn open(folder: &Path) -> Result<std::fs::File, LockError> {
        let file = folder.join(LOCK);
        let error = |source| LockError::Io { file: file.clone(), source };
        std::fs::create_dir_all(folder).map_err(error)?;
        std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&file).map_err(error)
    }
}

/// Writes a file under a temporary name in the same folder, syncs it, then renames it: at no moment does `path` hold
/// half of it. A failure leaves nothing behind. Links are followed; devices and pipes are written to as they are.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_of(path, &[bytes])
}

/// As [`write_whole`], of bytes that lie in several places.
pub fn write_whole_of(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut output = Output::create(path)?;
    for bytes in parts {
        output.write_all(bytes)?;
    }
    output.keep()
}

/// As [`write_whole`], of a file in a folder that nobody tidies by [`remove_parts`]: what a crash left of an earlier try is
/// deleted before.
pub fn write_alone(path: &Path, bytes: &[u8]) -> io::Result<()> {
    remove_parts_of(path)?;
    write_whole(path, bytes)
}

/// A temporary file beside `path`, removed when dropped; persist it to keep it.
fn part_file(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Temporary files are private by default; these become ordinary ones.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let part = builder.prefix(&part_prefix(path)).tempfile_in(folder_of(path))?;
    // Tells `remove_parts_of` that its writer lives. Where files cannot be locked, that leaves all of them alone.
    let _locked_if_it_can_be = part.as_file().try_lock();
    Ok(part)
}

/// How the temporary names for a file begin: with a sum of its name, which may itself be as long as a name can be.
fn part_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    format!("{PART}{:08x}-", crc32fast::hash(name.as_encoded_bytes()))
}

/// Deletes the temporary files that crashes left of one file; those that somebody writes right now stay.
pub fn remove_parts_of(path: &Path) -> io::Result<()> {
    let (folder, prefix) = (folder_of(path), part_prefix(path));
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(&prefix) {
            continue;
        }
        let is_gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        match std::fs::File::open(entry.path()) {
            Ok(file) if file.try_lock().is_ok() => match std::fs::remove_file(entry.path()) {
                Err(error) if !is_gone(&error) => return Err(error),
                _ => {}
            },
            Ok(_) => {}
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The folder that a file is in: the current one for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Whether a name is that of a file in a folder, which leads nowhere else.
pub fn is_plain_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|own| own == name)
}

/// Deletes what a crash left in a folder.
pub fn remove_parts(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_part(&entry) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether something can be begun in a folder: it is not there, or holds nothing but a [`Lock`]'s file, what a crash left
/// and `leftovers`.
pub fn is_free(folder: &Path, leftovers: &[&str]) -> io::Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_part(&entry)
            && entry.file_name() != LOCK
            && !leftovers.iter().any(|leftover| entry.file_name() == *leftover)
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_part(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_for_as_long_as_the_lock_lives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let lock = Lock::take(&path).unwrap();
        let error = Lock::take(&path).unwrap_err().to_string();
        assert!(error.contains("run: another program is writing here"), "{error}");
        assert!(is_free(&path, &[]).unwrap(), "a lock alone is nothing that could be overwritten");
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || Lock::wait(&path).map(drop)
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!waiting.is_finished(), "it waits");
        drop(lock);
        waiting.join().unwrap().unwrap();
        Lock::take(&path).unwrap();
    }

    #[test]
    fn what_a_crash_left_of_a_file_is_deleted_and_what_is_being_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let film = folder.path().join("film.mp4");
        let (left, other) = (part_file(&film).unwrap(), part_file(&folder.path().join("other.mp4")).unwrap());
        // As a process that was killed leaves it: closed, and not removed.
        let (file, left) = left.keep().unwrap();
        drop(file);
        let writing = part_file(&film).unwrap();
        write_alone(&film, b"whole").unwrap();
        assert!(!left.exists() && writing.path().exists() && other.path().exists());
        assert_eq!(std::fs::read(&film).unwrap(), b"whole");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("socket");
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        write_whole(&path, b"film").unwrap_err();
        assert!(std::fs::metadata(&path).unwrap().file_type().is_socket());
    }
}
