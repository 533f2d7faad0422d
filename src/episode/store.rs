//! Episode files: safetensors, described in `docs/data.md`.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView, View, serialize};

use super::Episode;
use crate::agent::{Action, Pose};

/// What can be wrong inside an episode file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not safetensors, or cut short.
    #[error("is not a whole safetensors file ({0})")]
    Format(#[from] safetensors::SafeTensorError),
    /// A tensor that should be there has another shape or type.
    #[error("tensor `{key}` is {found}, expected {expected}")]
    Shape {
        /// The tensor.
        key: &'static str,
        /// Its type and shape.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A number that stands for no action.
    #[error("tensor `actions` has {0} where 0 (forward), 1 (left) and 2 (right) are known")]
    Action(u8),
}

/// The tensors of an episode file, borrowed from its bytes.
pub(super) struct Layout<'a> {
    pub width: u32,
    pub height: u32,
    /// Where the frames begin in the file, and how many bytes they have.
    pub frames: (usize, usize),
    pub actions: &'a [u8],
    pub poses: &'a [u8],
    pub corners: &'a [u8],
    /// Empty where there are none.
    pub creatures: &'a [u8],
}

/// The bytes of an episode file. The same episode gives the same bytes.
pub fn to_bytes(episode: &Episode) -> Result<Vec<u8>, StoreError> {
    let (mut bytes, frames) = to_parts(episode)?;
    bytes.extend_from_slice(frames);
    Ok(bytes)
}

/// The bytes of an episode file in two parts: all but the frames, and those, which come last. They are nearly all of it,
/// and need not be copied to be written.
pub(super) fn to_parts(episode: &Episode) -> Result<(Vec<u8>, &[u8]), StoreError> {
    let steps = episode.actions.len();
    let (height, width) = (episode.height as usize, episode.width as usize);
    let actions: Vec<u8> = episode.actions.iter().map(|&action| action as u8).collect();
    let corners: Vec<u8> = episode.corners.iter().map(|&corner| u8::from(corner)).collect();
    let (poses, creatures) = (pose_bytes(&episode.poses), pose_bytes(&episode.creatures));
    let count = episode.creatures.len() / (steps + 1);
    // Checks that they have as many bytes as their shape says.
    let frames = TensorView::new(Dtype::U8, vec![steps + 1, height, width, 3], &episode.frames)?;
    let mut tensors = vec![
        // Larger types first, then by name: that is how the format orders tensors, and so the frames are the last.
        ("frames", Part { tensor: frames, is_left_out: true }),
        ("actions", Part::new(TensorView::new(Dtype::U8, vec![steps], &actions)?)),
        ("corners", Part::new(TensorView::new(Dtype::U8, vec![steps + 1], &corners)?)),
        ("poses", Part::new(TensorView::new(Dtype::F32, vec![steps + 1, 3], &poses)?)),
    ];
    // Only where there are any: other episodes have the same bytes as in every version before.
    if count > 0 {
        tensors.push(("creatures", Part::new(TensorView::new(Dtype::F32, vec![steps + 1, count, 3], &creatures)?)));
    }
    let about = HashMap::from([("format".to_owned(), "crossroads episode 1".to_owned())]);
    Ok((serialize(tensors, Some(about))?, &episode.frames))
}

fn pose_bytes(poses: &[Pose]) -> Vec<u8> {
    poses.iter().flat_map(|pose| [pose.x, pose.y, pose.heading]).flat_map(f32::to_le_bytes).collect()
}

fn poses_of(bytes: &[u8]) -> Vec<Pose> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let (poses, _) = numbers.as_chunks::<3>();
    poses
        .iter()
        .map(|pose| {
            let [x, y, heading] = pose.map(f32::from_le_bytes);
            Pose { x, y, heading }
        })
        .collect()
}

/// A tensor whose bytes are written, or left out at the end of a file to be written by someone else.
struct Part<'a> {
    tensor: TensorView<'a>,
    is_left_out: bool,
}

impl<'a> Part<'a> {
    fn new(tensor: TensorView<'a>) -> Self {
        Self { tensor, is_left_out: false }
    }
}

impl View for Part<'_> {
    fn dtype(&self) -> Dtype {
        self.tensor.dtype()
    }

    fn shape(&self) -> &[usize] {
        self.tensor.shape()
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(if self.is_left_out { &[] } else { self.tensor.data() })
    }

    fn data_len(&self) -> usize {
        self.tensor.data().len()
    }
}

/// Reads a whole episode.
pub fn read(bytes: &[u8]) -> Result<Episode, StoreError> {
    let layout = Layout::of(bytes)?;
    let (start, length) = layout.frames;
    Ok(Episode {
        width: layout.width,
        height: layout.height,
        frames: bytes[start..start + length].to_vec(),
        actions: layout.actions()?,
        poses: layout.poses(),
        corners: layout.corners(),
        creatures: layout.creatures(),
    })
}

impl<'a> Layout<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self, StoreError> {
        let file = SafeTensors::deserialize(bytes)?;
        let frames = file.tensor("frames")?;
        let &[count, height, width, 3] = frames.shape() else {
            return Err(shape_error("frames", &frames, "[T + 1, H, W, 3]".into()));
        };
        let steps = count.saturating_sub(1);
        let part = |key, dtype, shape: &[usize]| {
            let tensor = file.tensor(key)?;
            if tensor.dtype() == dtype && tensor.shape() == shape {
                Ok(tensor.data())
            } else {
                Err(shape_error(key, &tensor, format!("{dtype:?} {shape:?}")))
            }
        };
        let pixels = part("frames", Dtype::U8, &[steps + 1, height, width, 3])?;
        Ok(Self {
            width: width as u32,
            height: height as u32,
            frames: (pixels.as_ptr() as usize - bytes.as_ptr() as usize, pixels.len()),
            actions: part("actions", Dtype::U8, &[steps])?,
            poses: part("poses", Dtype::F32, &[steps + 1, 3])?,
            corners: part("corners", Dtype::U8, &[steps + 1])?,
            creatures: match file.tensor("creatures").map(|tensor| tensor.shape().to_vec()) {
                Ok(shape) => part("creatures", Dtype::F32, &[steps + 1, shape.get(1).copied().unwrap_or(0), 3])?,
                Err(_) => &[],
            },
        })
    }

    pub(super) fn actions(&self) -> Result<Vec<Action>, StoreError> {
        self.actions.iter().map(|&code| Action::from_code(code).ok_or(StoreError::Action(code))).collect()
    }

    pub(super) fn poses(&self) -> Vec<Pose> {
        poses_of(self.poses)
    }

    pub(super) fn creatures(&self) -> Vec<Pose> {
        poses_of(self.creatures)
    }

    pub(super) fn corners(&self) -> Vec<bool> {
        self.corners.iter().map(|&corner| corner != 0).collect()
    }
}

fn shape_error(key: &'static str, tensor: &TensorView, expected: String) -> StoreError {
    StoreError::Shape { key, found: format!("{:?} {:?}", tensor.dtype(), tensor.shape()), expected }
}
