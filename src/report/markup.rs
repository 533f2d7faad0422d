//! Text and pictures within HTML.

use std::io::Cursor;

use image::ImageEncoder;
use image::codecs::png::PngEncoder;

/// Text that stands for itself in HTML, within tags and within quoted attributes.
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

/// Pixels `[height, width, 3]` as the address of a PNG that lies within the page.
///
/// # Panics
/// If there are not as many pixels as `size` says.
pub fn picture(pixels: &[u8], size: (u32, u32)) -> String {
    let mut png = Cursor::new(Vec::new());
    let written = PngEncoder::new(&mut png).write_image(pixels, size.0, size.1, image::ExtendedColorType::Rgb8);
    written.expect("a picture of the right size can be written into memory");
    format!("data:image/png;base64,{}", base64(png.get_ref()))
}

/// Base 64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = (0..3).fold(0_u32, |number, at| number << 8 | u32::from(three.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let is_padding = digit > three.len();
            let index = (number >> (18 - 6 * digit)) as usize & 63;
            text.push(if is_padding { '=' } else { char::from(DIGITS[index]) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        assert_eq!(escape("<b>\"a\" & 'b'</b>"), "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;");
    }

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base64_is_as_the_standard_has_it() {
        let examples =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in examples {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[255, 254, 251]), "//77");
    }

    #[test]
    fn a_picture_is_a_png() {
        let address = picture(&[255, 0, 0, 0, 0, 255], (2, 1));
        // The signature of every PNG.
        assert!(address.starts_with("data:image/png;base64,iVBORw0KGgo"), "{address}");
    }
}
