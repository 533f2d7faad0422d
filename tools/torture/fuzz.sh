#!/usr/bin/env bash
# Fuzzes one kind of file after another, each for so many seconds, from the corpus in `tools/fuzz/corpus`.
#     tools/torture/fuzz.sh [SECONDS [TARGET ...]]
# An input that makes a target fail is kept in OUT/found, and the next target goes on; then the exit code is 1. New inputs
# are kept in OUT too, so that a later call goes on with them; OUT is `out/fuzz`, unless the environment has another.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
seconds="${1:-3600}"
shift || true
targets=("$@")
if ((${#targets[@]} == 0)); then
    targets=(scene recipe manifest run episode weights map metrics texture)
fi
out="${OUT:-${root}/out/fuzz}"
programs="${CARGO_TARGET_DIR:-${root}/target}/release"
if [[ "${BUILD:-1}" == 1 ]]; then "${root}/tools/fuzz/build.sh"; fi

# Some targets read a file: in memory, where that is possible.
if [[ -z "${TMPDIR:-}" && -w /dev/shm ]]; then export TMPDIR=/dev/shm; fi

failed=0
for target in "${targets[@]}"; do
    corpus="${root}/tools/fuzz/corpus/${target}"
    mkdir -p "${out}/${target}" "${out}/found"
    # Words of the corpus are what is put in elsewhere; an empty list would be refused.
    words="${out}/${target}.dict"
    {
        echo '"0"'
        sed 's/[^A-Za-z_]/\n/g' "${corpus}"/* | sed -nE '/^.{2,24}$/p' | sort -u | sed 's/.*/"&"/'
    } >"${words}"
    log="${out}/${target}.log"
    if "${programs}/${target}" -max_total_time="${seconds}" -timeout=20 -rss_limit_mb=1024 -max_len=8192 \
        -use_value_profile=1 -dict="${words}" -artifact_prefix="${out}/found/${target}-" -print_final_stats=1 \
        "${out}/${target}" "${corpus}" >"${log}" 2>&1; then
        verdict="nothing found"
    else
        verdict="FOUND: $(sed -n '/panicked at\|ERROR: /{p;q}' "${log}"), see ${log}"
        failed=1
    fi
    runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "${log}")"
    reached="$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "${log}" | tail -n 1)"
    printf '%-9s %6s s, %9s inputs, %s places reached: %s\n' "${target}" "${seconds}" "${runs:-?}" "${reached:-?}" \
        "${verdict}"
done
exit "${failed}"
