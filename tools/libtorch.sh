#!/usr/bin/env bash
# Runs a command with libtorch 2.9.0, which the device `tch` needs, from the Python package of that version:
#
#     tools/libtorch.sh cargo run --release --features tch -- train gan --data out/demo/data --out out/gan --device tch
#
# The package and what it depends on, about 3 GB downloaded, go into target/libtorch once. Needs Python 3.10 to 3.13 with
# venv, and a C++ compiler.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
place="${root}/target/libtorch"
if ! "${place}/bin/python" -c 'import torch; assert torch.__version__.startswith("2.9.0")' 2>/dev/null; then
    echo "installing torch 2.9.0 into ${place}" >&2
    python3 -m venv "${place}"
    "${place}/bin/pip" install --quiet torch==2.9.0 numpy
fi
libraries="$("${place}/bin/python" -c 'import os, torch; print(os.path.join(os.path.dirname(torch.__file__), "lib"))')"
export PATH="${place}/bin:${PATH}"
export LIBTORCH_USE_PYTORCH=1
export LD_LIBRARY_PATH="${libraries}${LD_LIBRARY_PATH:+:${LD_LIBRARY_PATH}}"
exec "$@"
