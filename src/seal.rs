//! A checksum in the last line of a text file, so that an altered digit is found that still reads well.
//!
//! The line is a comment of RON, so that programs that know nothing of it read the file as before. Files of earlier
//! versions have none.

use crate::settings::{SettingsError, Source};

/// What the line begins with.
const MARK: &str = "// CRC-32 of all above: ";

/// A text with its checksum in a line of its own.
pub fn sealed(text: &str) -> String {
    format!("{text}{MARK}{:08x}\n", crc32fast::hash(text.as_bytes()))
}

/// Whether a text has a checksum.
///
/// # Errors
/// If it has one that is not that of the text, or what is left of one.
pub fn check(source: &Source) -> Result<bool, SettingsError> {
    let text = &source.text;
    let altered = |why: String| Err(SettingsError::Altered { file: source.file.clone(), why });
    let Some(at) = text.rfind(MARK) else {
        let last = text.lines().next_back().unwrap_or_default();
        return match last.trim_start().starts_with("//") {
            true => altered(format!("its last line is not `{MARK}` and eight digits")),
            false => Ok(false),
        };
    };
    let expected = sealed(&text[..at]);
    match *text == expected {
        true => Ok(true),
        false => altered(format!(
            "its last line is `{}`, and should be `{}`",
            text[at..].trim_end().escape_debug(),
            expected[at..].trim_end()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<bool, String> {
        check(&Source { file: "a.ron".into(), text: text.into() }).map_err(|error| error.to_string())
    }

    #[test]
    fn every_altered_bit_of_a_sealed_text_is_found() {
        let text = sealed("(\n    seed: 7,\n    share: 0.25,\n)\n");
        assert_eq!(checked(&text), Ok(true));
        for bit in 0..8 * text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            // Without UTF-8 it is not read at all; RON itself refuses what stands where the comment began.
            let Ok(altered) = String::from_utf8(bytes) else { continue };
            let parsed = Source { file: "a.ron".into(), text: altered.clone() }.parse::<ron::Value>();
            assert!(parsed.is_err() || checked(&altered).is_err(), "bit {bit}: {altered}");
        }
    }

    #[test]
    fn a_text_of_an_earlier_version_has_no_checksum() {
        assert_eq!(checked("(seed: 7)\n"), Ok(false));
        let error = checked("(seed: 8)\n// CRC-32 of all above: 00000000\n").unwrap_err();
        assert!(error.starts_with("a.ron: was altered after it was written: its last line is"), "{error}");
    }
}
