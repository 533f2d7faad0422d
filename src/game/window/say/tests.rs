//! Say without a renderer: keys go in, and what is painted is looked at.

use bevy::input::keyboard::Key;
use bevy::prelude::*;

use super::SCREEN;
use super::saying::{FRAMES, Saying};
use crate::game::window::blind::{blind, send_key_saying};
use crate::game::window::maze::Stage;
use crate::game::window::screen::Screen;
use crate::game::window::testing::{press, screen, texts, until};
use crate::network::{CaptionPainter, FrameDecoderSettings, Init, TextEncoderSettings};
use crate::predict::Illustrator;
use crate::words::vocabulary;

/// The screen with a network that was never trained.
fn saying() -> App {
    let device = burn::tensor::Device::flex();
    let text = TextEncoderSettings { embedding: 4, hidden: 4 };
    let painter = (&FrameDecoderSettings { width: 4 }, (16, 16), 3);
    let network = CaptionPainter::new((&text, vocabulary().len()), painter, &mut Init::new(1, &device));
    let illustrator = Illustrator::new("words", network, (16, 16), Vec::new(), device);
    let mut app = blind(Stage::load("arcade").unwrap(), Screen::FIRST, Vec::new());
    app.insert_resource(Saying::new(illustrator));
    app.world_mut().resource_mut::<NextState<Screen>>().set(SCREEN);
    (0..2).for_each(|_| app.update());
    app
}

fn type_text(app: &mut App, text: &str) {
    for letter in text.chars() {
        let typed = if letter == ' ' { Key::Space } else { Key::Character(letter.to_string().into()) };
        for state in [bevy::input::ButtonState::Pressed, bevy::input::ButtonState::Released] {
            send_key_saying(app, KeyCode::KeyX, typed.clone(), state);
            app.update();
        }
    }
}

fn painted(app: &App) -> Option<(String, Vec<u8>)> {
    let painted = app.world().resource::<Saying>().painted.as_ref();
    painted.map(|(sentence, frames)| (sentence.to_string(), frames.pixels().to_vec()))
}

#[test]
fn a_caption_is_painted_as_soon_as_it_is_one_and_enter_paints_it_anew() {
    let mut app = saying();
    type_text(&mut app, "a left turn");
    until(&mut app, |app| painted(app).is_some());
    let (said, first) = painted(&app).unwrap();
    assert_eq!((said.as_str(), first.len()), ("a left turn", FRAMES * 16 * 16 * 3));
    press(&mut app, KeyCode::Enter);
    until(&mut app, |app| painted(app).unwrap().1 != first);
    // Tab writes the first word that may follow: `at`.
    type_text(&mut app, " ");
    press(&mut app, KeyCode::Tab);
    assert_eq!(app.world().resource::<Saying>().text, "a left turn at ");
    press(&mut app, KeyCode::Delete);
    assert_eq!(app.world().resource::<Saying>().text, "");
}

#[test]
fn what_is_no_caption_is_told_why_and_esc_leads_back() {
    let mut app = saying();
    type_text(&mut app, "a hegde");
    press(&mut app, KeyCode::Enter);
    let told = texts(&app);
    assert!(told.contains("no word `hegde`") && told.contains("`hedge`"), "{told}");
    assert!(painted(&app).is_none());
    press(&mut app, KeyCode::Escape);
    app.update();
    assert_eq!(screen(&app), Screen::FIRST);
}

#[test]
fn leaving_gives_the_model_up_and_a_run_that_is_gone_is_told_of() {
    let mut app = saying();
    press(&mut app, KeyCode::Escape);
    assert_eq!(screen(&app), Screen::FIRST);
    assert!(app.world().get_resource::<Saying>().is_none());
    app.world_mut().trigger(super::SayTo("nowhere/words".into()));
    (0..2).for_each(|_| app.update());
    assert_eq!(screen(&app), Screen::FIRST);
    assert!(texts(&app).contains("nowhere/words"), "{}", texts(&app));
}
