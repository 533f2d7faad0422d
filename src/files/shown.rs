//! Paths as they are shown: a name may hold bytes that are no text, ends of lines, or codes that steer a terminal.

use std::path::Path;

/// Paths in messages.
pub trait Shown {
    /// The path as it is, or, where it holds what cannot be shown, in quotation marks with that escaped: `"a\xFF"`.
    fn shown(&self) -> String;
}

impl Shown for Path {
    #[expect(clippy::disallowed_methods, reason = "only where all of it can be shown")]
    fn shown(&self) -> String {
        let can_be_shown =
            |text: &str| text.chars().all(|char| "\\\"'".contains(char) || char.escape_debug().len() == 1);
        match self.to_str().is_some_and(can_be_shown) {
            true => self.display().to_string(),
            false => format!("{self:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_escaped() {
        for plain in ["out/a b", "réseau/日本", "it's \"a\" \\ b", ""] {
            assert_eq!(Path::new(plain).shown(), plain);
        }
        assert_eq!(Path::new("two\nlines\u{1b}[31m").shown(), r#""two\nlines\u{1b}[31m""#);
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"out/run\xff"));
        assert_eq!(path.shown(), r#""out/run\xFF""#);
    }
}
