//! Drawing on pictures in memory: rectangles, frames, lines and words, in the colours that films and the window share.

mod canvas;
pub mod palette;
mod rect;
mod text;

pub use canvas::Canvas;
pub use palette::Colour;
pub use rect::Rect;
pub use text::{Align, Font, Style};
