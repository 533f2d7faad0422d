#!/usr/bin/env bash
# Opens every screen of the window at many sizes and scale factors, and keeps a picture of each to look at; then takes the
# display and the graphics driver away, and has the driver fail in each of its ways. Ends with exit code 1 if anything did
# not end as it should.
#
#   tools/torture/window.sh target/release/crossroads PICTURES [SIZE… | none]
#
# A SIZE is the window's, and the screen's unless it follows: 1280x720@2.5:1920x1080 is a window of 1280x720 at a scale
# factor of 2.5 on a screen of 1920x1080. Debian: gcc, xvfb, xdotool, mesa-vulkan-drivers.
set -euo pipefail
failing=$(realpath "$(dirname "${BASH_SOURCE[0]}")/failing_driver.c")
program=$(realpath "$1")
pictures=$(realpath -m "$2")
shift 2
sizes=("$@")
((${#sizes[@]} > 0)) || sizes=(
    640x360 1280x720 1920x1080 3840x2160 3440x1440 720x1280 1280x1 1x720
    1280x720@1.5:1920x1080 1280x720@2.5:3840x2160 1280x720@2.5:1920x1080
)
# shellcheck source=tools/torture/display.sh
source "$(dirname "${BASH_SOURCE[0]}")/display.sh"
mkdir -p "${pictures}"
cd "${place}"
"${program}" record brick --episodes 40 --out out/data >/dev/null 2>&1

# The picture that F12 saves, under a name.
shot() {
    rm -f crossroads-*.png
    for _ in $(seq 60); do
        xdotool key F12
        for _ in $(seq 20); do
            sleep 0.2
            if [[ -s crossroads-001.png ]]; then
                sleep 0.5
                mv crossroads-001.png "${pictures}/$1.png"
                return
            fi
            kill -0 "${game}" 2>/dev/null || return 0
        done
    done
    fail "$1: no picture"
}

# A size with sides that the program opens with.
at_least_64() {
    awk -Fx '{ print ($1 < 64 ? 64 : $1) "x" ($2 < 64 ? 64 : $2) }' <<<"$1"
}

resize() {
    xdotool windowsize "${window}" "${window_size%x*}" "${window_size#*x}" || true
}

press() {
    for key in "$@"; do
        xdotool key "${key}"
        sleep 0.4
    done
}

# Opens a screen, presses keys, and takes pictures of what there is and of the list of keys.
look() {
    local name=$1 keys=$2
    shift 2
    open_window "$@" --size "$(at_least_64 "${window_size}")" --for 8
    # What the program refuses to open with, a window manager may still make of it.
    [[ "${window_size}" == "$(at_least_64 "${window_size}")" ]] || resize
    sleep 2
    # shellcheck disable=SC2086
    press ${keys}
    shot "${size}-${name}"
    press F1
    shot "${size}-${name}-keys"
    expect_end "${size} ${name}" 0 "frames in"
}

# The first screen and those behind it have no size of their own: the window is given one.
look_from_start() {
    open_window
    resize
    sleep 2
    shot "${size}-start"
    press F1
    shot "${size}-start-keys"
    press Escape Right space
    shot "${size}-recipes"
    press F1
    shot "${size}-recipes-keys"
    # Closes the list, then this screen, then the first one; two keys in one slow frame count once.
    for _ in $(seq 60); do
        kill -0 "${game}" 2>/dev/null || break
        xdotool key Escape
        sleep 1
    done
    expect_end "${size} start and recipes" 0 ""
}

for size in "${sizes[@]}"; do
    [[ "${size}" != none ]] || continue
    screen=${size#*:}
    screen=${screen%@*}
    window_size=${size%%[@:]*}
    factor=${size#*@}
    factor=${factor%:*}
    [[ "${size}" == *@* ]] || factor=1
    # A screen has at least some height, whatever the window has.
    open_display "$(at_least_64 "${screen}")"
    export WINIT_X11_SCALE_FACTOR=${factor}
    look_from_start
    look play "" play brick
    look above "v" play crowd
    look watch "h" watch regression gan --scene brick
    look dream "m Tab" dream gan-told
    look browse "Next" browse out/data
done

unset WINIT_X11_SCALE_FACTOR
open_display 640x360
open_window play brick --size 640x360 --out out/played
sleep 3
xdotool key r
sleep 1
xdotool key Tab
sleep 4
end "${server}"
server=
expect_end "a display that dies" 2 "the display is gone"
"${program%crossroads}tools" check-data out/played >/dev/null || fail "a display that dies: what was recorded is damaged"

# A driver that says that the device is lost, in each of the calls that may say so, and then in all of them, while an
# episode is recorded.
open_display 320x180
cc -shared -fPIC -o failing.so "${failing}" -ldl
echo "{\"file_format_version\": \"1.0.0\", \"ICD\": {\"library_path\": \"${place}/failing.so\", \"api_version\": \"1.1.0\"}}" >failing.json
REAL_DRIVER=$(sed -n 's/.*"library_path": "\(.*\)".*/\1/p' /usr/share/vulkan/icd.d/lvp_icd*.json | head -1)
export REAL_DRIVER
for function in $(sed -n 's/^FAILING(\(.*\))$/\1/p' "${failing}") ""; do
    rm -rf out/played now
    # What the driver never does, it cannot fail in; then the time ends the program.
    FAIL_IN=${function} FAIL_WHEN=${place}/now VK_ICD_FILENAMES=${place}/failing.json VK_DRIVER_FILES=${place}/failing.json \
        open_window play brick --size 320x180 --out out/played --for 30
    sleep 2
    xdotool key r
    sleep 0.5
    xdotool key Left
    sleep 3
    touch now
    expect_end "a driver that fails in ${function:-all that it does}" 2 "the graphics driver has failed"
    "${program%crossroads}tools" check-data out/played >/dev/null && [[ -n "$(find out/played -name '*.safetensors')" ]] ||
        fail "a driver that fails in ${function:-all that it does}: what was recorded is not saved"
done

open_display 640x360
VK_ICD_FILENAMES=/nonexistent VK_DRIVER_FILES=/nonexistent open_window play brick
expect_end "no graphics driver" 2 "no graphics driver"
DISPLAY='' open_window play brick
expect_end "no display" 2 "no display"
DISPLAY='' WAYLAND_DISPLAY=wayland-0 open_window play brick
expect_end "a Wayland display that is gone" 2 "no display"

echo "${failures} failures; the pictures are in ${pictures}"
exit $((failures > 0))
