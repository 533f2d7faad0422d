"""What the files of Crossroads hold, read without Crossroads: whether two are the same, and whether one is whole."""

import json
import os
import re
import struct
import zlib
from pathlib import Path

# Marks of who writes, and times, which differ from run to run.
IGNORED = {".lock", "seconds.csv"}
# What a kill may leave of a file that was being written.
PART = ".part-"


def files_in(folder):
    """All files in a folder and below, by their paths in it."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            if name not in IGNORED:
                path = Path(place) / name
                found[str(path.relative_to(folder))] = path
    return found


def comparable(path):
    """A file's bytes without times, and without what Crossroads draws at random: the ids of parameters."""
    data = path.read_bytes()
    if path.suffix == ".json":
        return json.dumps(without_times(json.loads(data)))
    if path.suffix == ".html":
        # Milliseconds are among its plots and numbers, all of which are those of the JSON beside it.
        return re.sub(rb"[\d.]+", b"#", re.sub(rb"<svg.*?</svg>", b"", data, flags=re.DOTALL))
    if path.suffix == ".safetensors":
        (length,) = struct.unpack("<Q", data[:8])
        # Metadata of several entries are written in an order that is drawn anew each time.
        return json.loads(data[8 : 8 + length]), data[8 + length :]
    if path.suffix == ".bpk":
        return tensors(data)
    return data


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if not key.endswith("_ms")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def flaw(path):
    """Why a file is not whole; None if it is."""
    data = path.read_bytes()
    try:
        if path.suffix == ".safetensors":
            (length,) = struct.unpack("<Q", data[:8])
            head = json.loads(data[8 : 8 + length])
            end = max(tensor["data_offsets"][1] for name, tensor in head.items() if name != "__metadata__")
            return None if 8 + length + end == len(data) else "is cut short"
        if path.suffix == ".bpk":
            tensors(data)
        elif path.suffix == ".json":
            json.loads(data)
        elif path.suffix == ".png" and not data.endswith(b"IEND\xaeB`\x82"):
            return "has no end"
        elif path.suffix == ".gif" and not data.endswith(b";"):
            return "has no end"
        elif path.suffix == ".mp4":
            at = 0
            while at < len(data):
                at += struct.unpack(">I", data[at : at + 4])[0] or len(data)
            return None if at == len(data) else "is cut short"
        elif path.suffix == ".html" and not data.rstrip().endswith(b"</html>"):
            return "has no end"
        elif path.suffix == ".ron":
            sealed = re.fullmatch(rb"(.*[)\]]\n)// CRC-32 of all above: ([0-9a-f]{8})\n", data, flags=re.DOTALL)
            if sealed:
                return None if int(sealed[2], 16) == zlib.crc32(sealed[1]) else "does not have its checksum"
            return None if data.endswith(b")\n") else "has no end"
    except (ValueError, KeyError, IndexError, struct.error) as error:
        return f"cannot be read ({error!r})"
    return None


def tensors(data):
    """Names, shapes and numbers of a Burnpack file, in order; an optimiser's names begin with a random number."""
    magic, _, size = struct.unpack("<IHI", data[:10])
    if magic != 0x4255524E:
        raise ValueError("no Burnpack")
    start = -(-(10 + size) // 256) * 256
    described, _ = cbor(data, 10)
    found = []
    for name, tensor in described["tensors"].items():
        begin, end = tensor["data_offsets"]
        if start + end > len(data):
            raise ValueError("cut short")
        found.append((name.lstrip("0123456789"), tensor["shape"], data[start + begin : start + end]))
    return sorted(found)


def cbor(data, at):
    """A CBOR value (RFC 8949, as much of it as Burnpack has) and where it ends."""
    kind, size = data[at] >> 5, data[at] & 31
    at += 1
    if kind == 7:
        if size == 27:
            return struct.unpack(">d", data[at : at + 8])[0], at + 8
        return {20: False, 21: True, 22: None}[size], at
    if size >= 24:
        width = 1 << (size - 24)
        size, at = int.from_bytes(data[at : at + width], "big"), at + width
    if kind <= 1:
        return (size if kind == 0 else -1 - size), at
    if kind <= 3:
        text = data[at : at + size]
        return (text if kind == 2 else text.decode()), at + size
    items = []
    for _ in range(size * (kind - 3)):
        item, at = cbor(data, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if kind == 5 else items), at
