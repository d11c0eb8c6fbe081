#!/bin/bash
# tests/cost.sh POSTURE [MINUTES] [ARGUMENTS OF WATCH]...
# Watches a person who sits still in front of a fake camera, and says what a session costs after the first minute: CPU time
# per hour and of one core, decoding and the fake camera's own work included, and memory.
set -euo pipefail
posture=$(readlink -f "$1") minutes=${2:-10}; shift; shift || true
here=$(dirname "$(readlink -f "$0")")
camshim=$here/../../shared/tools/camera/shim/camshim
[ -x "$camshim" ] || { echo "skipped: no ../shared"; exit 0; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
# Folders of its own: a watch of the user who runs this is not met, and none of their settings and baselines is read.
for folder in CONFIG_HOME DATA_HOME STATE_HOME RUNTIME_DIR; do mkdir -m 700 "$work/$folder"; export "XDG_$folder=$work/$folder"; done
"$camshim" --image "$here/../samples/front_upright.jpg" \
    sh -c 'echo $$ > "$0"; exec "$@"' "$work/pid" "$posture" watch --json "$@" > "$work/out" &
until [ -s "$work/pid" ]; do sleep 0.1; done
pid=$(cat "$work/pid")
# User and system time of all threads, in ticks; the name in front of them has no spaces.
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
sleep 60
before=$(ticks) poses=$(grep -c '"kind":"pose"' "$work/out")
sleep $((60 * minutes))
used=$(($(ticks) - before)) poses=$(($(grep -c '"kind":"pose"' "$work/out") - poses))
peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")
kill -INT "$pid"; wait
awk -v ticks=$used -v hz="$(getconf CLK_TCK)" -v s=$((60 * minutes)) -v poses=$poses -v peak="$peak" 'BEGIN {
    printf "%d min: %.2f s of CPU time, %.1f s per hour, %.2f %% of one core; %.2f frames per second; peak resident %.1f MB\n",
        s / 60, ticks / hz, ticks / hz * 3600 / s, 100 * ticks / hz / s, poses / s, peak / 1024 }'
