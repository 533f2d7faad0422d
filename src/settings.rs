//! RON files with errors that name the file, the line and the field.

mod difference;

use std::path::{Path, PathBuf};

pub use difference::difference;
use serde::de::DeserializeOwned;

use crate::files::Shown;

/// What can be wrong with a scene, a recipe or a manifest.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: cannot be read ({source}); check the name and that it may be read", file.shown())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not RON, an unknown field, a missing field or a wrong type.
    #[error("{}:{line}:{column}: {what}", file.shown())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// RON's own words on what was expected, and the field.
        what: String,
    },
    /// A value that parses but is not allowed.
    #[error("{}:{line}: `{field}` is {found}; allowed is {allowed}", file.shown())]
    OutOfRange {
        /// The file.
        file: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Path of the field, such as `camera.width`.
        field: String,
        /// The value as it was read.
        found: String,
        /// What would be accepted.
        allowed: String,
    },
    /// A checksum that is not that of the text.
    #[error("{}: was altered after it was written: {why}; put it back as it was", file.shown())]
    Altered {
        /// The file.
        file: PathBuf,
        /// What shows it.
        why: String,
    },
}

/// A settings file: where it came from and what it says, kept for error messages.
#[derive(Debug, Clone)]
pub struct Source {
    /// Shown in errors; need not exist for settings that are built in.
    pub file: PathBuf,
    /// The text.
    pub text: String,
}

impl Source {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, SettingsError> {
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(Self { file: file.to_owned(), text }),
            Err(source) => Err(SettingsError::Unreadable { file: file.to_owned(), source }),
        }
    }

    /// Parses the whole text as `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, SettingsError> {
        options().from_str(&self.text).map_err(|error: ron::error::SpannedError| SettingsError::Malformed {
            file: self.file.clone(),
            line: error.span.start.line,
            column: error.span.start.col,
            what: self.naming_the_field(error.code.to_string(), error.span.start),
        })
    }

    /// RON names unknown and missing fields, but not the field of a value that has the wrong type.
    fn naming_the_field(&self, what: String, at: ron::error::Position) -> String {
        let lines = self.text.split_inclusive('\n').take(at.line.saturating_sub(1));
        let line_start = lines.map(str::len).sum::<usize>();
        let line = &self.text[line_start..];
        let within: usize = line.chars().take(at.col.saturating_sub(1)).map(char::len_utf8).sum();
        let field = self.text[..line_start + within].rmatch_indices(':').find_map(|(colon, _)| {
            let before = &self.text[..colon];
            let field = &before[before.trim_end_matches(is_part_of_name).len()..];
            (!field.is_empty() && !is_comment(before)).then_some(field)
        });
        match field {
            Some(field) if !what.contains('`') => format!("{what} at `{field}`"),
            _ => what,
        }
    }

    /// Refuses the value of `field` (a path such as `camera.width`) unless `holds`.
    pub fn check(
        &self,
        holds: bool,
        field: &str,
        found: impl std::fmt::Debug,
        allowed: &str,
    ) -> Result<(), SettingsError> {
        if holds {
            return Ok(());
        }
        Err(SettingsError::OutOfRange {
            file: self.file.clone(),
            line: self.line_of(field),
            field: field.to_owned(),
            found: format!("{found:?}"),
            allowed: allowed.to_owned(),
        })
    }

    /// Line (from 1) where the field stands: each part of the path is looked for after the part before it.
    fn line_of(&self, field: &str) -> usize {
        let mut at = 0;
        for part in field.split('.') {
            let key = format!("{part}:");
            let mut found = self.text[at..].match_indices(&key).map(|(found, _)| at + found);
            let is_key =
                |&found: &usize| !self.text[..found].ends_with(is_part_of_name) && !is_comment(&self.text[..found]);
            at = found.find(is_key).unwrap_or(at);
        }
        1 + self.text[..at].matches('\n').count()
    }
}

fn is_part_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether what follows `before` belongs to a comment.
fn is_comment(before: &str) -> bool {
    before.rsplit('\n').next().is_some_and(|line| line.contains("//"))
}

/// `Some(x)` may be written `x`, and `Variant((field: 1))` as `Variant(field: 1)`; nothing else departs from plain RON.
fn options() -> ron::Options {
    use ron::extensions::Extensions;
    ron::Options::default()
        .with_default_extension(Extensions::IMPLICIT_SOME)
        .with_default_extension(Extensions::UNWRAP_VARIANT_NEWTYPES)
}

/// Text that [`Source::parse`] reads back.
pub fn to_text<T: serde::Serialize>(value: &T) -> Result<String, ron::Error> {
    let pretty = ron::ser::PrettyConfig::new().struct_names(false).depth_limit(6);
    options().to_string_pretty(value, pretty).map(|text| text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, serde::Serialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Inner,
    }
    #[derive(Debug, serde::Deserialize, serde::Serialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        width: u32,
    }

    fn source(text: &str) -> Source {
        Source { file: "a.ron".into(), text: text.into() }
    }

    #[test]
    fn errors_name_file_line_and_field() {
        let unknown = source("(\n inner: (\n  wodth: 3,\n ),\n)").parse::<Outer>();
        let text = unknown.unwrap_err().to_string();
        assert!(text.starts_with("a.ron:3:") && text.contains("wodth") && text.contains("width"), "{text}");

        let good = source("(\n inner: (\n  width: 3,\n ),\n)");
        let error = good.check(false, "inner.width", 3, "8 to 256").unwrap_err();
        assert_eq!(error.to_string(), "a.ron:3: `inner.width` is 3; allowed is 8 to 256");
    }

    #[test]
    fn a_wrong_type_is_told_with_its_field() {
        let error = |text: &str| source(text).parse::<Outer>().unwrap_err().to_string();
        assert_eq!(error("(\n inner: (\n  width: \"3\",\n ),\n)"), "a.ron:3:9: Expected integer at `width`");
        assert_eq!(error("( // no: comment\n inner: (width: ü))"), "a.ron:2:16: Expected integer at `width`");
    }

    #[test]
    fn a_line_is_that_of_the_whole_name_outside_comments() {
        let text = "(\n // inner: a room\n inner: (\n  // width: of it\n  half_width: 2,\n  width: 3,\n ),\n)";
        let error = source(text).check(false, "inner.width", 3, "more").unwrap_err();
        assert!(error.to_string().starts_with("a.ron:6: "), "{error}");
    }
}
