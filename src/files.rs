//! Files that are whole or absent.

use std::io::{self, Write};
use std::path::Path;

/// Temporary files begin like this; what a crash leaves of them may be deleted.
pub const PART: &str = ".part-";

/// Writes a file under a temporary name in the same folder, syncs it, then renames it: at no moment does `path` hold
/// half of it. A failure leaves nothing behind.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_whole_of(path, &[bytes])
}

/// As [`write_whole`], of bytes that lie in several places.
pub fn write_whole_of(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut part = part_file(path)?;
    for bytes in parts {
        part.write_all(bytes)?;
    }
    part.as_file().sync_all()?;
    part.persist(path)?;
    Ok(())
}

/// A temporary file beside `path`, removed when dropped; persist it to keep it.
pub fn part_file(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Temporary files are private by default; these become ordinary ones.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder.prefix(PART).tempfile_in(folder_of(path))
}

/// The folder that a file is in: the current one for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
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

/// Whether something can be begun in a folder: it is not there, or holds nothing but what a crash left and `leftovers`.
pub fn is_free(folder: &Path, leftovers: &[&str]) -> io::Result<bool> {
    if !folder.exists() {
        return Ok(true);
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !is_part(&entry) && !leftovers.iter().any(|leftover| entry.file_name() == *leftover) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_part(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(PART)
}
