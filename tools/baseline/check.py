"""Compares a twin with the network that it is a twin of: the same weights and input must give the same frames.

EXAMPLE is a safetensors file of 32-bit floats: `context` [n, 3 · frames, height, width] in [−1, 1], `conditions`
[n, conditions] where the network has any, and `frame` [n, 3, height, width], which is what Crossroads answered.
"""

import argparse
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from networks import load

# Both sum in 32 bit, but in another order. A byte of a frame is 80 times as much.
LARGEST_ALLOWED = 1e-4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="weights of a generator, such as assets/weights/gan.safetensors")
    parser.add_argument("example", type=Path, help="what Crossroads was asked, and what it answered")
    arguments = parser.parse_args()
    generator, example = load(arguments.weights), load_file(arguments.example)
    if (generator.bottom is not None) != ("conditions" in example):
        print("FAILED: only one of weights and example has conditions; is the example of the same model?")
        return 1
    with torch.inference_mode():
        frame = generator(example["context"], example.get("conditions"))
    if frame.shape != example["frame"].shape:
        print(f"FAILED: the twin's answer is {list(frame.shape)}, the example's {list(example['frame'].shape)}")
        return 1
    difference = (frame - example["frame"]).abs().max().item()
    # Turned round, so that NaN fails too.
    if not difference <= LARGEST_ALLOWED:
        print(f"FAILED: largest difference {difference:.2e}, allowed is {LARGEST_ALLOWED:.0e}")
        return 1
    print(f"largest difference {difference:.2e} over {len(frame)} frames, allowed is {LARGEST_ALLOWED:.0e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
