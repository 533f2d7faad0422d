//! Episodes: what is written is what is read.

use crossroads::agent::{Action, Pose};
use crossroads::episode::{Episode, MANIFEST, read, to_bytes};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::helper::data;

fn episode() -> impl Strategy<Value = Episode> {
    let action = prop_oneof![Just(Action::Forward), Just(Action::Left), Just(Action::Right)];
    (0..12_usize, 1..9_u32, 1..9_u32).prop_flat_map(move |(ticks, width, height)| {
        let frames = vec(any::<u8>(), (ticks + 1) * (width * height * 3) as usize);
        let pose = (any::<f32>(), any::<f32>(), any::<f32>()).prop_map(|(x, y, heading)| Pose { x, y, heading });
        let creatures = (0..3_usize).prop_flat_map({
            let pose = pose.clone();
            move |count| vec(pose.clone(), count * (ticks + 1))
        });
        let rest = (vec(action.clone(), ticks), vec(pose, ticks + 1), vec(any::<bool>(), ticks + 1), creatures);
        (frames, rest).prop_map(move |(frames, (actions, poses, corners, creatures))| Episode {
            width,
            height,
            frames,
            actions,
            poses,
            corners,
            creatures,
        })
    })
}

proptest! {
    #[test]
    fn an_episode_written_and_read_is_the_same(episode in episode()) {
        let bytes = to_bytes(&episode).unwrap();
        prop_assert_eq!(&to_bytes(&episode).unwrap(), &bytes);
        prop_assert_eq!(read(&bytes).unwrap(), episode);
    }

    #[test]
    fn a_file_cut_short_is_refused(episode in episode(), share in 0.0..1.0_f64) {
        let bytes = to_bytes(&episode).unwrap();
        let kept = (bytes.len() as f64 * share) as usize;
        prop_assert!(read(&bytes[..kept]).is_err(), "{kept} of {} bytes were read", bytes.len());
    }

    #[test]
    fn an_altered_file_never_panics(episode in episode(), at in any::<proptest::sample::Index>(), flip in 1..=255_u8) {
        let mut bytes = to_bytes(&episode).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        // The pixels may be any: the manifest's checksum finds that. Here, an answer or an error is enough.
        let _either = read(&bytes);
    }
}

#[test]
fn what_cannot_be_an_episode_is_refused_by_the_tensor() {
    let mut episode = Episode {
        width: 1,
        height: 1,
        frames: vec![0; 6],
        actions: vec![Action::Left],
        poses: vec![Pose { x: 0.5, y: 0.5, heading: 0.0 }; 2],
        corners: vec![false; 2],
        creatures: Vec::new(),
    };
    let mut bytes = to_bytes(&episode).unwrap();
    // The one action is the one byte of its tensor.
    let at = bytes.len() - 1;
    let last_tensor_is_actions = bytes[at] == Action::Left as u8;
    let code = if last_tensor_is_actions { at } else { bytes.iter().rposition(|&byte| byte == 1).unwrap() };
    bytes[code] = 7;
    let error = read(&bytes).unwrap_err().to_string();
    assert!(error.contains("`actions` has 7"), "{error}");

    episode.frames.pop();
    assert!(to_bytes(&episode).is_err(), "a frame that is not whole is not written");
}

#[test]
fn the_document_on_data_names_every_key_and_field() {
    let document = include_str!("../docs/data.md");
    let is_described =
        |name: &str| document.lines().any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
    let file = std::fs::read(data().join("episode-0000000.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&file).unwrap();
    for (key, tensor) in tensors.tensors() {
        assert!(is_described(&key), "docs/data.md has no row for the tensor `{key}`");
        let shape = tensor.shape().len();
        let row = document.lines().find(|line| line.starts_with(&format!("| `{key}` | ["))).unwrap();
        let stated = row.split(']').next().unwrap().matches(',').count() + 1;
        assert_eq!(stated, shape, "{row}");
    }
    let manifest = std::fs::read_to_string(data().join(MANIFEST)).unwrap();
    // Fields of the manifest itself and of its entries; those of the scene stand with the scene.
    let entries = manifest.split_once("episodes:").unwrap().1;
    for (text, indent) in [(manifest.as_str(), 4), (entries, 12)] {
        let fields = text.lines().filter(|line| line.len() - line.trim_start().len() == indent);
        for field in fields.filter_map(|line| line.trim().split_once(':')).map(|(field, _)| field) {
            assert!(is_described(field), "docs/data.md has no row for the field `{field}`");
        }
    }
}
