//! Files that somebody made to do harm: names that lead elsewhere, and sizes beyond the file. All are refused before memory
//! is taken for what they say.

use std::path::Path;

use crossroads::camera::Camera;
use crossroads::device;
use crossroads::episode::{MANIFEST, check, read, read_manifest};
use crossroads::progress::Silent;
use crossroads::scene::Scene;
use crossroads::seal::sealed;
use crossroads::train::{Recipe, TrainJob, Trained, Weights, train};

use crate::fuzz::heap::largest_during;
use crate::helper::{Place, REGRESSION, SCENE, copy_data, data, source};

/// What is said of hostile bytes, for which no piece of memory may be larger than twice them (or 256 KiB, which decoders take at
/// once).
fn refusal<T, E: std::fmt::Display>(bytes: usize, read: impl FnOnce() -> Result<T, E>) -> String {
    let mut said = String::new();
    let largest = largest_during(|| said = read().map(|_| ()).unwrap_err().to_string());
    assert!(largest <= (2 * bytes).max(1 << 18), "{largest} bytes of memory for {bytes}: {said}");
    said
}

/// A safetensors file of a header, and eight bytes of numbers.
fn safetensors(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 8]].concat()
}

/// Shapes, offsets and a length of a header beyond what there is.
fn hostile() -> Vec<Vec<u8>> {
    let headers = [
        r#"{"frames":{"dtype":"U8","shape":[1152921504606846976,32,32,3],"data_offsets":[0,8]}}"#,
        r#"{"frames":{"dtype":"U8","shape":[1152921504606846976,0,32,3],"data_offsets":[0,0]}}"#,
        r#"{"frames":{"dtype":"U8","shape":[18446744073709551615,18446744073709551615],"data_offsets":[0,8]}}"#,
        r#"{"frames":{"dtype":"U8","shape":[8],"data_offsets":[0,1099511627776]}}"#,
        r#"{"frames":{"dtype":"U8","shape":[8],"data_offsets":[18446744073709551608,0]}}"#,
        r#"{"frames":{"dtype":"F16","shape":[-4],"data_offsets":[0,8]}}"#,
        "",
        "[[[[[[[[[[[[",
    ];
    let lengths = [0x10_u64, 0xffff_ffff, u64::MAX, 1 << 60].map(|length| [&length.to_le_bytes()[..], b"{}"].concat());
    headers.into_iter().map(safetensors).chain(lengths).collect()
}

#[test]
fn sizes_beyond_a_file_of_safetensors_are_refused_before_there_is_memory_for_them() {
    for bytes in hostile() {
        refusal(bytes.len(), || read(&bytes));
        refusal(bytes.len(), || Weights::from_bytes(&bytes, Path::new("a.safetensors")));
    }
}

#[test]
fn a_texture_is_refused_by_the_size_that_it_says() {
    let place = Place::new();
    let scene = Scene::from_source(&source(&SCENE.replace("brick-red.png", "own.png"))).unwrap();
    // Sides of 2³¹ − 1 pixels, 8 bits a channel, red, green, blue and alpha.
    let start = b"IHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0";
    let mut png = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], start].concat();
    png.extend(crc32fast::hash(start).to_be_bytes());
    png.extend(b"\0\0\0\x08IDAT\x78\x9c\x63\0\0\0\x01\0\x01");
    png.extend(crc32fast::hash(&png[png.len() - 12..]).to_be_bytes());
    std::fs::write(place.path("own.png"), &png).unwrap();
    let said = refusal(png.len(), || Camera::new(&scene, Some(&place.path("."))));
    assert!(said.contains("texture `own.png`"), "{said}");
}

/// What is said of a manifest that somebody wrote, checksum and all.
fn manifest(old: &str, new: &str) -> String {
    let place = Place::new();
    let folder = copy_data(&place);
    let text = std::fs::read_to_string(folder.join(MANIFEST)).unwrap();
    let text = text[..text.rfind("//").unwrap()].replacen(old, new, 1);
    std::fs::write(folder.join(MANIFEST), sealed(&text)).unwrap();
    read_manifest(&folder).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn a_manifest_names_files_of_its_own_folder_alone() {
    for name in ["../data/episode-0000000.safetensors", "/etc/passwd", "a/b", "..", ".", "", "./a"] {
        let said = manifest("\"episode-0000000.safetensors\"", &format!("{name:?}"));
        assert!(said.contains("`episodes.file` is") && said.contains("in this folder"), "{name}: {said}");
    }
    let twice = manifest("\"episode-0000000.safetensors\"", "\"episode-0000001.safetensors\"");
    assert!(twice.contains("a file that is listed once"), "{twice}");
    let texture = manifest("\"brick-red.png\"", "\"../../secret.png\"");
    assert!(texture.contains("`theme.walls` is"), "{texture}");
}

#[test]
fn counts_and_shares_that_no_recording_has_are_refused_by_field() {
    for (old, new, field) in [
        ("ticks: 40", "ticks: 4000000000", "`ticks` is 4000000000; allowed is 1 to 100000"),
        ("ticks: 40", "ticks: 0", "`ticks` is 0"),
        ("frames: 41", "frames: 4294967295", "`episodes.frames` is 4294967295; allowed is 1 to 41"),
        ("share: 0.9", "share: NaN", "`splits.share` is NaN"),
        ("share: 0.9", "share: -0.9", "`splits.share` is -0.9"),
        ("split: \"t", "split: \"un", "`episodes.split` is"),
        ("width: 32", "width: 4294967295", "`camera.width` is 4294967295"),
    ] {
        let said = manifest(old, new);
        assert!(said.contains("manifest.ron:") && said.contains(field), "{new}: {said}");
    }
}

#[test]
fn an_episode_of_impossible_size_is_damage() {
    for bytes in hostile() {
        let place = Place::new();
        let folder = copy_data(&place);
        let file = "episode-0000003.safetensors";
        std::fs::write(folder.join(file), &bytes).unwrap();
        let (mut manifest, _) = read_manifest(&folder).unwrap();
        let entry = manifest.episodes.iter_mut().find(|entry| entry.file == file).unwrap();
        (entry.bytes, entry.crc32) = (bytes.len() as u64, crc32fast::hash(&bytes));
        manifest.write(&folder).unwrap();
        let (_, damages) = check(&folder).unwrap();
        assert_eq!(damages.len(), 1, "{damages:?}");
        assert!(damages[0].to_string().contains(file), "{damages:?}");
    }
}

#[test]
fn a_checkpoint_of_impossible_size_is_refused_by_name() {
    let place = Place::new();
    let run = place.path("run");
    let job = TrainJob {
        recipe: Recipe::from_source(&source(&REGRESSION.replace("steps: 12", "steps: 1"))).unwrap(),
        data: data().to_owned(),
        more_data: Vec::new(),
        out: run.clone(),
        device: "flex".into(),
        resume: false,
        skip_damaged: false,
        snapshots: 0,
    };
    train(&job, &mut Silent).unwrap();
    let checkpoint = run.join("checkpoint-00000001-0");
    // Nothing says how its files should be: as somebody would leave it who has changed them.
    std::fs::remove_file(checkpoint.join("files.ron")).unwrap();
    let whole = |name: &str| std::fs::read(checkpoint.join(name)).unwrap();
    let (weights, optimiser) = (whole("generator.bpk"), whole("generator-optimiser.bpk"));
    let mut long_header = weights.clone();
    long_header[6..10].copy_from_slice(&u32::MAX.to_le_bytes());
    let bad = [long_header, weights[..weights.len() - 9].to_vec(), optimiser.clone(), b"NRUB".to_vec(), Vec::new()];
    let open = || Trained::open(run.to_str().unwrap(), &device::find("flex").unwrap());
    for bytes in bad {
        std::fs::write(checkpoint.join("generator.bpk"), &bytes).unwrap();
        let said = open().map(|_| ()).unwrap_err().to_string();
        assert!(said.contains("checkpoint-00000001-0/generator.bpk"), "{said}");
    }
    std::fs::write(checkpoint.join("generator.bpk"), &weights).unwrap();
    std::fs::write(checkpoint.join("generator-optimiser.bpk"), &weights).unwrap();
    let said = open().map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("generator-optimiser.bpk: is not the whole state"), "{said}");
    std::fs::write(checkpoint.join("generator-optimiser.bpk"), &optimiser).unwrap();
    open().unwrap();
}
