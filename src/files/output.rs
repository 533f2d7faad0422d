//! A file that is about to be written: whole or absent where it is an ordinary one, through links, into devices and pipes.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Shown, folder_of, part_file};

/// Links that are followed from one to the next, as many as Linux does.
const LINKS: usize = 40;

/// Where bytes go. Nothing is there before [`Output::keep`], unless it is a device or a pipe.
#[derive(Debug)]
pub struct Output(Place);

#[derive(Debug)]
enum Place {
    /// A temporary file, and the path that it is renamed to.
    Whole(tempfile::NamedTempFile, PathBuf),
    /// A device or a pipe, which takes bytes as they come.
    Stream(File),
}

impl Output {
    /// Begins to write. A link stays what it is: the file that it leads to is replaced.
    pub fn create(path: &Path) -> io::Result<Self> {
        let there = std::fs::metadata(path).ok();
        let file = match (there.as_ref().is_some_and(|there| !there.is_file()), followed(path)?) {
            (false, Some(file)) => file,
            _ => return Ok(Self(Place::Stream(File::options().append(true).open(path)?))),
        };
        let part = part_file(&file)?;
        if let Some(there) = there {
            // Who may read it stays as it was.
            part.as_file().set_permissions(there.permissions())?;
        }
        Ok(Self(Place::Whole(part, file)))
    }

    /// Puts an ordinary file in its place, synced: until here, the path has what it had.
    pub fn keep(self) -> io::Result<()> {
        match self.0 {
            Place::Stream(mut file) => file.flush(),
            Place::Whole(part, file) => {
                part.as_file().sync_all()?;
                part.persist(file)?;
                Ok(())
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            // Errors of the file itself name no temporary one.
            Place::Whole(part, _) => part.as_file_mut().write(bytes),
            Place::Stream(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Place::Whole(part, _) => part.as_file_mut().flush(),
            Place::Stream(file) => file.flush(),
        }
    }
}

/// Where a path leads to in the end, also if nothing is there yet. None for a file that the system has open, such as
/// `/dev/stdout`: who reads it would not find another one in its place.
fn followed(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        if at.starts_with("/proc") {
            return Ok(None);
        }
        match std::fs::read_link(&at) {
            Ok(to) => at = folder_of(&at).join(to),
            // No link: either a file, or nothing.
            Err(_) => return Ok(Some(at)),
        }
    }
    Err(io::Error::other("its links lead in a circle"))
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Its folder.
    #[error("{}: there is no folder {}; make it, or give another file", file.shown(), folder.shown())]
    NoFolder {
        /// The file.
        file: PathBuf,
        /// The folder that it would be in.
        folder: PathBuf,
    },
    /// It is none.
    #[error("{}: is a folder; give the name of a file", file.shown())]
    IsFolder {
        /// The folder.
        file: PathBuf,
    },
    /// The system.
    #[error("{}: cannot be written ({source}); give another file", file.shown())]
    Io {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Refuses a file that cannot be written, before the work whose result it is to hold. Nothing is changed.
pub fn check_output(file: &Path) -> Result<(), OutputError> {
    let error = |source| OutputError::Io { file: file.to_owned(), source };
    match std::fs::metadata(file) {
        Ok(there) if there.is_dir() => return Err(OutputError::IsFolder { file: file.to_owned() }),
        // Whoever may not write it may not have it replaced either.
        Ok(there) if there.is_file() => drop(File::options().append(true).open(file).map_err(error)?),
        // To open a pipe would be to wait for its reader.
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    let Some(end) = followed(file).map_err(error)? else { return Ok(()) };
    let folder = folder_of(&end);
    if !folder.is_dir() {
        return Err(OutputError::NoFolder { file: file.to_owned(), folder: folder.to_owned() });
    }
    // Whether a file can be made here, only making one tells.
    part_file(&end).map(drop).map_err(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_whole;

    #[test]
    fn what_is_not_kept_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        write_whole(&file, b"old").unwrap();
        let mut output = Output::create(&file).unwrap();
        output.write_all(b"new").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
        drop(output);
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_cannot_be_written_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str| check_output(&folder.path().join(name)).unwrap_err().to_string();
        assert!(said("missing/x.json").contains("there is no folder"), "{}", said("missing/x.json"));
        assert!(said("").contains("is a folder"), "{}", said(""));
        check_output(&folder.path().join("x.json")).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        #[test]
        fn links_are_followed_also_where_nothing_is_yet() {
            let folder = tempfile::tempdir().unwrap();
            let path = |name: &str| folder.path().join(name);
            std::fs::create_dir(path("far")).unwrap();
            symlink("far/real.json", path("near.json")).unwrap();
            symlink("near.json", path("link.json")).unwrap();
            for text in ["first", "second"] {
                check_output(&path("link.json")).unwrap();
                write_whole(&path("link.json"), text.as_bytes()).unwrap();
                assert_eq!(std::fs::read_to_string(path("far/real.json")).unwrap(), text);
            }
            assert!(path("link.json").is_symlink() && path("near.json").is_symlink());
            symlink("gone/real.json", path("dangling.json")).unwrap();
            let error = check_output(&path("dangling.json")).unwrap_err().to_string();
            assert!(error.contains("dangling.json: there is no folder") && error.contains("gone"), "{error}");
            symlink("circle.json", path("circle.json")).unwrap();
            let error = check_output(&path("circle.json")).unwrap_err().to_string();
            assert!(error.contains("in a circle"), "{error}");
        }

        #[test]
        fn a_pipe_is_written_to_also_through_a_link() {
            let folder = tempfile::tempdir().unwrap();
            // As a device is; a test that fails as root would replace one of those for everybody.
            let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
            assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            symlink("pipe", &link).unwrap();
            for file in [&pipe, &link] {
                check_output(file).unwrap();
                let reader = std::thread::spawn({
                    let pipe = pipe.clone();
                    move || std::fs::read(pipe).unwrap()
                });
                write_whole(file, b"through").unwrap();
                assert!(!std::fs::metadata(&pipe).unwrap().is_file(), "it was replaced");
                assert_eq!(reader.join().unwrap(), b"through");
            }
        }

        #[test]
        fn who_may_read_a_file_stays_as_it_was() {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("mine.json");
            write_whole(&file, b"old").unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
            write_whole(&file, b"new").unwrap();
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
