# A display of its own for a script, and the window on it. Sourced by `window.sh` and `watch.sh`, which set `program`.

place=$(mktemp -d)
server=
game=
failures=0
export XDG_RUNTIME_DIR="${place}"
unset WAYLAND_DISPLAY

end() {
    [[ -z "$1" ]] || { kill "$1" && wait "$1"; } 2>/dev/null || true
}
finish() {
    end "${game}"
    end "${server}"
    rm -rf "${place}"
}
trap finish EXIT

fail() {
    echo "FAILED  $*"
    failures=$((failures + 1))
}

# A screen of a size, instead of the one before.
open_display() {
    end "${server}"
    : >"${place}/number"
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -noreset 3>"${place}/number" >/dev/null 2>&1 &
    server=$!
    for _ in $(seq 100); do
        [[ -s "${place}/number" ]] && break
        sleep 0.1
    done
    DISPLAY=":$(cat "${place}/number")"
    export DISPLAY
}

# The program with these arguments, until its window is there.
open_window() {
    "${program}" "$@" >"${place}/said.out" 2>"${place}/said.err" &
    game=$!
    for _ in $(seq 300); do
        window=$(xdotool search --onlyvisible --name '^Crossroads$' 2>/dev/null | head -1) && [[ -n "${window}" ]] && break
        kill -0 "${game}" 2>/dev/null || break
        sleep 0.2
    done
    xdotool windowfocus "${window:-0}" 2>/dev/null || true
}

# Waits for the program's end: its code, and what it says, have to be these.
expect_end() {
    local name=$1 expected=$2 says=$3 code=0
    wait "${game}" || code=$?
    game=
    if [[ "${code}" != "${expected}" ]] || ! cat "${place}"/said.* | grep -q "${says:-^}" && [[ -n "${says}" ]] ||
        grep -q panicked "${place}/said.err"; then
        fail "${name}: exit code ${code}, $(tail -3 "${place}/said.err" | cut -c 1-300)"
    else
        echo "ok      ${name}  $(grep -oE '[0-9.]+ a second' "${place}/said.out" || true)"
    fi
}
