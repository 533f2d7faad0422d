//! The binary `tools`: checks of data sets, and films.

use std::process::Output;

use image::{AnimationDecoder, ImageDecoder};

use crate::helper::{GAN, Place, copy_data, data, errors, refused};

fn succeed(place: &Place, arguments: &[&str]) -> Output {
    let output = place.tools(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
    output
}

#[test]
fn check_data_counts_and_finds_damage() {
    let place = Place::new();
    let folder = copy_data(&place);
    let said = String::from_utf8(succeed(&place, &["check-data", "data"]).stdout).unwrap();
    assert!(said.contains("scene small, 32x32 pixels, 40 actions an episode, seed 5"), "{said}");
    assert!(said.contains("all 24 episode files are as the manifest says"), "{said}");
    let all = said.lines().find(|line| line.starts_with("all ")).unwrap();
    let numbers: Vec<u64> = all.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect();
    let [episodes, _, frames, corners, lefts, rights, bytes] = numbers[..] else { panic!("{all}") };
    assert_eq!((episodes, frames), (24, 24 * 41));
    assert!(lefts > 0 && rights > 0 && lefts + rights <= corners, "{all}");
    assert!(bytes > 24 * 41 * 32 * 32 * 3, "{all}");

    let file = "episode-0000007.safetensors";
    std::fs::write(folder.join(file), "damaged").unwrap();
    let parts = ["1 of 24 episode files are damaged", file, "has 7 bytes, the manifest says"];
    refused(place.tools(&["check-data", "data"]), &parts);
    refused(place.tools(&["check-data", "nowhere"]), &["no data set here", "nowhere"]);
}

#[test]
fn films_of_a_trained_model_decode_to_their_size() {
    let place = Place::new();
    place.file("recipe.ron", GAN);
    let data = data().to_str().unwrap();
    place.succeed(&["train", "recipe.ron", "--data", data, "--out", "run", "--steps", "2"]);
    let compare = |out| ["compare", "run", "--data", data, "--corners", "1", "--samples", "2", "--out", out];
    for out in ["film.mp4", "film.gif", "sheet.png"] {
        succeed(&place, &compare(out));
    }
    let bytes = std::fs::read(place.path("film.mp4")).unwrap();
    let (mut sizes, mut seconds) = (Vec::new(), 0.0);
    let show = |picture: crossroads::draw::Canvas, stands: f64| {
        sizes.push(picture.size());
        seconds += stands;
    };
    let pictures = crossroads::film::decode_mp4(&bytes, show).unwrap();
    assert_eq!(pictures, sizes.len());
    // The title 7 s, nine steps of 0.28 s, the question 2.4 s, the answer 6 s, the turn's other ticks 0.8 s and 2.5 s.
    assert!((seconds - 21.2).abs() < 0.3, "{seconds} s");
    assert!(sizes.iter().all(|&(width, height)| width >= 1280 && height >= 720), "{:?}", sizes[0]);
    let gif = std::io::BufReader::new(std::fs::File::open(place.path("film.gif")).unwrap());
    let gif = image::codecs::gif::GifDecoder::new(gif).unwrap();
    let size = gif.dimensions();
    let pictures = gif.into_frames().collect_frames().unwrap();
    // The title, the way to the corner two steps at a time, the question, and each of the turn's three ticks.
    assert_eq!(pictures.len(), 1 + 5 + 1 + 3);
    assert!(pictures.iter().all(|picture| picture.buffer().dimensions() == size));
    assert!(image::open(place.path("sheet.png")).unwrap().width() > 1000);

    refused(place.tools(&compare("film.avi")), &["film.avi", ".mp4"]);
    refused(place.tools(&["compare", "nowhere", "--data", data, "--out", "film.gif"]), &["nowhere: holds no run"]);
}

#[test]
fn the_course_of_a_training_is_shown_by_its_snapshots() {
    let place = Place::new();
    place.file("recipe.ron", GAN);
    let data = data().to_str().unwrap();
    let train = ["train", "recipe.ron", "--data", data, "--steps", "6", "--out"];
    place.succeed(&[&train[..], &["run", "--snapshots", "3"]].concat());
    place.succeed(&[&train[..], &["without"]].concat());
    let course = |run, outs: &[&'static str]| {
        let outs: Vec<&str> = outs.iter().flat_map(|out| ["--out", *out]).collect();
        place.tools(&[&["course", run, "--data", data, "--corners", "2"], &outs[..]].concat())
    };
    assert!(course("run", &["film.mp4", "film.gif", "sheet.png"]).status().unwrap().success());
    let (mut seconds, mut sizes) = (0.0, Vec::new());
    let show = |picture: crossroads::draw::Canvas, stands: f64| {
        sizes.push(picture.size());
        seconds += stands;
    };
    crossroads::film::decode_mp4(&std::fs::read(place.path("film.mp4")).unwrap(), show).unwrap();
    // The last stage before the discriminator joined, one with it, and the last of all.
    assert!((seconds - (2.0 + 0.7 + 4.0)).abs() < 0.3, "{seconds} s");
    assert!(sizes.iter().all(|&(width, height)| width >= 1280 && height >= 720), "{:?}", sizes[0]);
    let gif = std::io::BufReader::new(std::fs::File::open(place.path("film.gif")).unwrap());
    let pictures = image::codecs::gif::GifDecoder::new(gif).unwrap().into_frames().collect_frames().unwrap();
    assert_eq!(pictures.len(), 3);
    assert!(image::open(place.path("sheet.png")).unwrap().width() > 1000);

    refused(
        course("without", &["a.png"]),
        &["without: has no snapshots", "train it with `crossroads train --snapshots"],
    );
    refused(course("nowhere", &["a.png"]), &["nowhere: there is no such folder"]);
    refused(course("run", &["a.avi"]), &["a.avi", ".mp4"]);
}
