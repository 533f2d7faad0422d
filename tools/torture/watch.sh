#!/usr/bin/env bash
# Watches models, and walks inside one, for a while, and says every half a minute how much memory that takes. Ends with
# exit code 1 if the second half of the time needs more than 16 MiB more than the first half came to.
#
#   tools/torture/watch.sh target/release/crossroads [SECONDS for each, 3600 [watch or dream; both, one after the other]]
#
# The window is 640x360, unless the environment has another SIZE.
set -euo pipefail
program=$(realpath "$1")
seconds=${2:-3600}
chosen=${3:-watch dream}
size=${SIZE:-640x360}
# shellcheck source=tools/torture/display.sh
source "$(dirname "${BASH_SOURCE[0]}")/display.sh"
cd "${place}"
open_display "${size}"

# Memory that is really there, in KiB.
memory() {
    awk '/VmRSS/ { print $2 }' "/proc/$1/status"
}

walk() {
    local name=$1 keys=$2 most=0 later=0
    shift 2
    open_window "$@" --size "${size}" --for "${seconds}"
    sleep 5
    for key in ${keys}; do
        xdotool key "${key}"
        sleep 0.5
    done
    local began=${SECONDS}
    while kill -0 "${game}" 2>/dev/null && now=$(memory "${game}" 2>/dev/null) && [[ -n "${now}" ]]; do
        local passed=$((SECONDS - began))
        echo "${name}  ${passed} s  $((now / 1024)) MiB"
        if ((passed * 2 < seconds)); then
            ((now > most)) && most=${now}
        else
            ((now > later)) && later=${now}
        fi
        sleep 30
    done
    expect_end "${name}" 0 "frames in"
    ((later <= most + 16 * 1024)) || fail "${name}: memory grew from ${most} to ${later} KiB"
}

for what in ${chosen}; do
    case "${what}" in
        watch) walk watch "" watch regression gan --scene brick ;;
        dream) walk dream "m Tab" dream gan-told ;;
        *) fail "${what}: watch or dream was expected" ;;
    esac
done
exit $((failures > 0))
