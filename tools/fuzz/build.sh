#!/usr/bin/env bash
# Builds the fuzz targets with the stable compiler: as `cargo fuzz build`, but Bevy and burn are taken as the program's
# release build left them in the target folder, and only what is fuzzed is built anew, which takes minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export RUSTC_WRAPPER="${PWD}/rustc-wrapper.sh"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${PWD}/../../target}"
mkdir -p "${CARGO_TARGET_DIR}"
# With the program's profiles, or all of it would be built anew.
profiles="${CARGO_TARGET_DIR}/profiles.toml"
sed -n '/^\[profile\./,$p' ../../Cargo.toml >"${profiles}"
cargo build --locked --release --config "${profiles}" "$@"
