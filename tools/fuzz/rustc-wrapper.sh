#!/usr/bin/env bash
# Called by cargo in place of rustc (`build.sh`): tells libFuzzer which code ran, in what is fuzzed alone. All flags are
# ones that the stable compiler takes.
set -euo pipefail
rustc="$1"
shift
name=""
previous=""
for argument in "$@"; do
    if [[ "${previous}" == "--crate-name" ]]; then name="${argument}"; fi
    previous="${argument}"
done
case " ${CROSSROADS_FUZZED:-crossroads csv csv_core} " in
    *" ${name} "*)
        exec "${rustc}" "$@" -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
            -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
            -C llvm-args=-sanitizer-coverage-trace-compares
        ;;
    *) exec "${rustc}" "$@" ;;
esac
