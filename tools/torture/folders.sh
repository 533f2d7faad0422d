#!/usr/bin/env bash
# Folders and disks that fail: full, read-only, gone, without a home or a place for temporary files, with a clock set back.
#
#   tools/torture/folders.sh [FOLDER OF THE PROGRAMS]      # target/release unless given
#
# Every case prints a line: `ok`, `FAILED` with what was seen, or `left out` with what it lacks. The exit code is 1 if one
# failed. Root is needed only to mount small file systems: of the disk that is full, and of the one that is read-only.
set -u
programs=$(cd "${1:-target/release}" && pwd) || exit 1
crossroads=$programs/crossroads
tools=$programs/tools
# Not in /tmp, which one of the cases takes away.
work=$(mktemp -d -p "${TORTURE:-/var/tmp}" torture-folders.XXXXXX) || exit 1
disk=$work/disk
mkdir "$disk"
cd "$work" || exit 1
trap 'cd /; umount "$disk" 2>/dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
passed=0 failed=0 left_out=0

ok() { passed=$((passed + 1)); echo "ok        $case: $*"; }
fail() {
    failed=$((failed + 1))
    echo "FAILED    $case: $*"
    sed 's/^/          | /' err
}
skip() { left_out=$((left_out + 1)); echo "left out  $case: $*"; }

# Runs a command that must succeed.
runs() {
    "$@" >out 2>err
    local code=$?
    [ $code -eq 0 ] || { fail "exit code $code of $*"; return 1; }
}

# Runs a command that must refuse: exit code 2, and an error of one line, the last.
refuses() {
    "$@" >out 2>err
    local code=$?
    is_refusal $code "$*"
}

is_refusal() {
    [ "$1" -eq 2 ] || { fail "exit code $1 instead of 2 of $2"; return 1; }
    [ "$(grep -c '^error: ' err)" -eq 1 ] && tail -n 1 err | grep -q '^error: ' || { fail "no error of one line of $2"; return 1; }
    ! grep -q 'panicked' err || { fail "a panic of $2"; return 1; }
}

said() { tail -n 1 err | cut -c 1-150; }

# What must be so, in words, and the test of it.
holds() { "${@:2}" || { echo >err; fail "$1"; return 1; }; }

# Whether two folders hold the same files, but for the marks of who writes there.
same() { diff -r -x .lock "$1" "$2" >diff.txt || { cp diff.txt err; fail "$1 and $2 differ"; return 1; }; }

nothing_half() {
    [ -z "$(find "$1" -name '.part-*' 2>/dev/null)" ] || { find "$1" -name '.part-*' >err; fail "half a file is left in $1"; return 1; }
}

# A checksum of a weight file's numbers, without the header, whose metadata have no order.
numbers() { tail -c "+$((9 + $(od -An -tu8 -N8 "$1")))" "$1" | cksum; }

# Whether two runs have the same metrics and the same weights.
same_run() {
    cmp -s "$1/metrics.csv" "$2/metrics.csv" || { echo >err; fail "the metrics of $1 and $2 differ"; return 1; }
    runs "$tools" export "$1" --out one.safetensors && runs "$tools" export "$2" --out two.safetensors || return 1
    [ "$(numbers one.safetensors)" = "$(numbers two.safetensors)" ] ||
        { echo >err; fail "the weights of $1 and $2 differ"; return 1; }
}

can_mount=no
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=64k tmpfs "$disk" 2>/dev/null; then
    umount "$disk"
    can_mount=yes
fi
mounted() { mount -t tmpfs -o "size=$1" tmpfs "$disk"; }
larger() { mount -o "remount,size=$1" "$disk"; }
no_mount="needs root, to mount a small file system"

sed -e 's/^ *//' >small.ron <<'RON'
    (
    name: "small",
    maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000)),
    theme: (walls: ["brick-red.png", "brick-blue.png"], district: 3, floor: "floor-paving.png",
    ceiling: "ceiling-plaster.png", face_shade: 0.7, fog: (colour: (24, 26, 34), distance: 9.0)),
    camera: (view: FirstPerson(field_of_view: 80.0, setback: 0.4), width: 32, height: 32, supersampling: 1),
    agent: (ticks_per_cell: 2, ticks_per_quarter: 3, left_odds: 0.5),
    )
RON
sed 's/supersampling: 1/supersampling: 4/' small.ron >slow.ron
sed -e 's/^ *//' >recipe.ron <<'RON'
    (
    name: "regression",
    windows: (context: 2, corner_share: 0.6, turn_share: 0.3, context_noise: 4, mirror: true),
    batch: 4, shards: 2, steps: 24, seed: 1, checkpoint_every: 4, sheet_every: 8,
    objective: Regression(generator: (width: 4, moves: 2), rate: 5e-4, cooling_share: 0.2, betas: (0.5, 0.99), ema: 0.9),
    )
RON
record() { "$crossroads" record small.ron --episodes 40 --ticks 40 --seed 5 --out "$1"; }
train() { "$crossroads" train recipe.ron --data data --out "$@"; }
measure() { "$crossroads" measure run --data data --samples 4 "$@"; }
compare() { "$tools" compare run --data data --corners 1 --samples 2 --out "$1"; }
report() { "$tools" report run --data data --samples 2 --out "$1"; }

case="what the others are held against"
runs record data && runs train run && runs measure --json figures.json && ok "40 episodes, 24 steps, figures" || exit 1

# ---- a full disk

case="full disk, recording"
if [ $can_mount = yes ]; then
    for size in 4k 64k 300k 2m 4m; do
        mounted $size
        refuses record disk/data && error=$(said) && nothing_half disk &&
            { [ ! -f disk/data/manifest.ron ] || runs "$tools" check-data disk/data; } &&
            whole=$(find disk -name 'episode-*' | wc -l) && larger 64m && runs record disk/data && same disk/data data &&
            ok "$size: $error ($whole episodes whole; with space, the same bytes as ever)"
        umount "$disk"
    done
else
    skip "$no_mount"
fi

case="full disk, training"
if [ $can_mount = yes ]; then
    for size in 4k 300k 2m 3m 4m 5m; do
        mounted $size
        if train disk/run >out 2>err; then
            ok "$size: enough for the whole run"
        else
            is_refusal $? "train" && error=$(said) &&
                { steps=$(find disk -name 'checkpoint-*' | sort | tail -n 1); larger 64m; } &&
                { resume=$([ -f disk/run/run.ron ] && echo --resume); runs train disk/run $resume; } && nothing_half disk &&
                same_run disk/run run && ok "$size: $error (newest: ${steps:-none}; with space, the same weights and metrics)"
        fi
        umount "$disk"
    done
else
    skip "$no_mount"
fi

for what in measure compare report; do
    case="full disk, $what"
    if [ $can_mount = no ]; then skip "$no_mount"; continue; fi
    mounted 64k
    # What is there stays, however often it cannot be written anew.
    case $what in
        measure) file=disk/a.json arguments="--json $PWD/disk/a.json" ;;
        compare) file=disk/a.mp4 arguments=disk/a.mp4 ;;
        report) file=disk/a.html arguments=disk/a.html ;;
    esac
    echo "what was there before" | tee "$file" >before
    head -c 1m /dev/zero >disk/filler 2>/dev/null
    refuses $what $arguments && error=$(said) && nothing_half disk && holds "what was there is lost" cmp -s "$file" before &&
        { [ $what != measure ] || holds "the table is lost" grep -q '^| simulator' out; } &&
        rm disk/filler && larger 64m && runs $what $arguments && holds "nothing was written" [ "$(wc -c <"$file")" -gt 1000 ] &&
        ok "$error (what was there stays; with space, written)"
    umount "$disk"
done

# ---- read-only

case="read-only folder"
if [ $can_mount = yes ]; then
    mounted 64m
    cp -r data run disk/
    mount -o remount,ro "$disk"
    how="a file system mounted read-only"
elif [ "$(id -u)" -ne 0 ]; then
    cp -r data run disk/
    chmod -R a-w "$disk"
    how="folders without the right to write"
else
    how=
fi
if [ -n "$how" ]; then
    refuses record disk/new && refuses record disk/data && refuses train disk/new && refuses train disk/run --resume &&
        refuses measure --json disk/a.json && holds "it was measured first" [ "$(wc -l <err)" -eq 1 ] && refuses compare disk/a.png && refuses report disk/a.html &&
        refuses "$crossroads" demo --out disk/demo && ok "$how: record, train, measure, compare, report, demo refused before any work: $(said)"
    runs "$crossroads" measure disk/run --data disk/data --samples 2 && runs "$tools" check-data disk/data &&
        runs "$crossroads" train recipe.ron --data disk/data --out from-read-only --steps 2 && ok "$how: read from all the same"
    umount "$disk" 2>/dev/null || chmod -R u+w "$disk"
else
    skip "$no_mount"
fi

# ---- no home, no /tmp

everything() {
    rm -rf bare-data bare-run
    runs "$@" "$crossroads" record small.ron --episodes 40 --ticks 40 --seed 5 --out bare-data && same bare-data data &&
        runs "$@" "$crossroads" train recipe.ron --data bare-data --out bare-run &&
        holds "other metrics" cmp -s bare-run/metrics.csv run/metrics.csv &&
        runs "$@" "$crossroads" measure bare-run --data bare-data --samples 4 --json bare.json &&
        holds "other figures" cmp -s bare.json figures.json && runs "$@" "$tools" compare bare-run --data bare-data --corners 1 --out bare.mp4 &&
        runs "$@" "$tools" report bare-run --data bare-data --samples 2 --out bare.html
}
case="no home"
everything env -u HOME -u XDG_RUNTIME_DIR -u USER TMPDIR=/nowhere && ok "HOME unset, TMPDIR=/nowhere: the same bytes as ever"
case="nothing in the environment"
everything env -i && ok "the same bytes as ever"
case="no /tmp"
if [ $can_mount = yes ] && unshare -m true 2>/dev/null; then
    # The programs themselves may be there.
    mkdir programs
    crossroads=$work/programs/crossroads tools=$work/programs/tools
    bare="mount --bind '$programs' programs && mount -t tmpfs -o ro,size=4k tmpfs /tmp"
    everything unshare -m sh -c "$bare"' && exec "$@"' sh &&
        ok "/tmp empty and read-only: the same bytes as ever"
else
    skip "$no_mount"
fi

crossroads=$programs/crossroads tools=$programs/tools

# ---- a folder that is removed while it is written

# Waits until a command line succeeds, at most 60 s.
until_true() { for _ in $(seq 6000); do eval "$1" && return 0; sleep 0.01; done; echo >err; fail "never: $1"; return 1; }

case="removed while recording"
slow() { "$crossroads" record slow.ron --episodes 120 --ticks 100 --threads 1 --out removed; }
slow >out 2>err &
writer=$!
if until_true 'ls removed/episode-* >/dev/null 2>&1'; then
    mv removed gone
    wait $writer
    is_refusal $? record && error=$(said) && holds "the folder came back" [ ! -e removed ] && runs slow && runs "$tools" check-data removed &&
        grep -q 'all 120 episode files' out && ok "$error (nothing comes back by itself; the same command records it)"
fi
kill $writer 2>/dev/null
rm -rf removed gone

case="removed while training"
long() { "$crossroads" train recipe.ron --data data --out removed --steps 4000; }
long >out 2>err &
writer=$!
if until_true '[ -f removed/metrics.csv ]'; then
    mv removed gone
    wait $writer
    is_refusal $? train && error=$(said) && holds "the folder came back" [ ! -e removed ] &&
        ok "$error (nothing comes back by itself)"
fi
kill $writer 2>/dev/null
rm -rf removed gone

# ---- clocks

case="files of the future"
cp -r data later-data
train later-run --steps 24 >out 2>err
find later-data later-run -exec touch -d 2099-01-01 {} +
runs "$crossroads" record small.ron --episodes 40 --ticks 40 --seed 5 --out later-data && same later-data data &&
    rm -rf later-run/checkpoint-00000024-0 && runs train later-run --resume && same_run later-run run &&
    runs "$crossroads" measure later-run --data later-data --samples 2 && ok "dated 2099: recorded, resumed and measured as ever"

case="clock set back"
if command -v faketime >/dev/null; then
    rm -rf later-data later-run
    runs "$crossroads" record small.ron --episodes 20 --ticks 40 --seed 5 --out later-data &&
        runs faketime '1999-12-31 23:59:50' "$crossroads" record small.ron --episodes 40 --ticks 40 --seed 5 --out later-data &&
        same later-data data && runs train later-run && rm -rf later-run/checkpoint-00000024-0 &&
        runs faketime '1999-12-31 23:59:50' "$crossroads" train recipe.ron --data data --out later-run --resume &&
        same_run later-run run && ok "begun today, gone on with in 1999: the same bytes as ever"
else
    skip "needs faketime (Debian's package faketime)"
fi

echo "folders: $passed ok, $failed failed, $left_out left out"
[ $failed -eq 0 ]
