"""Between 8-bit pixels and tensors, as `src/network/pixels.rs` does it."""

import torch
from torch import Tensor


def from_pixels(pixels: Tensor) -> Tensor:
    """[batch, frames, height, width, 3] in 8 bit to [batch, 3 · frames, height, width] in [−1, 1]."""
    batch, frames, height, width, _ = pixels.shape
    planes = pixels.permute(0, 1, 4, 2, 3).reshape(batch, 3 * frames, height, width)
    return planes.float() / 127.5 - 1.0


def to_pixels(frames: Tensor) -> Tensor:
    """[batch, 3, height, width] in [−1, 1] to [batch, height, width, 3] in 8 bit, rounded."""
    return ((frames + 1.0) * 127.5 + 0.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
