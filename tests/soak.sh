#!/bin/bash
# tests/soak.sh POSTURE [MINUTES]
# Watches a fake camera that is unplugged, frozen, taken by others, black, empty and used by a person, at random, every few
# seconds; then presses Ctrl-C. Says how memory went, minute by minute, and fails on a panic, where resident memory varies by
# more than 5 MB after the first fifth (all of it, or the program's own, without the pages of its file), on an unexpected end,
# and where ending takes a second or more. Takes its time; not part of the checks. A release build is meant: of the 150 MB of
# a development build the system takes and gives back pages as it likes.
set -euo pipefail
posture=$(readlink -f "$1") minutes=${2:-30}
here=$(dirname "$(readlink -f "$0")")
camshim=$here/../../shared/tools/camera/shim/camshim
[ -x "$camshim" ] || { echo "skipped: no ../shared"; exit 0; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
samples=$here/../samples
: > "$work/state"
# Folders of its own: a watch of the user who runs this is not met, and none of their settings and baselines is read.
for folder in CONFIG_HOME DATA_HOME STATE_HOME RUNTIME_DIR; do mkdir -m 700 "$work/$folder"; export "XDG_$folder=$work/$folder"; done
"$camshim" --ctl "$work/state" --image "$samples/front_upright.jpg" --image "$samples/front_forward_head.jpg" \
    --image "$samples/nobody.jpg" --image black \
    sh -c 'echo $$ > "$0"; exec "$@"' "$work/pid" "$posture" watch --json > "$work/out" 2> "$work/err" &
session=$!
until [ -s "$work/pid" ]; do sleep 0.1; done
pid=$(cat "$work/pid")
own() { awk '/^RssAnon/ { print $2 }' "/proc/$pid/status"; }
all() { awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"; }

RANDOM=6
end=$((SECONDS + 60 * minutes)) warm=$((SECONDS + 12 * minutes)) changes=0 minute=0 least=0 most=0 low=0 high=0 start=$SECONDS
while [ $SECONDS -lt $end ]; do
    states=("image=0" "image=1" "image=2" "image=3" "unplug" "freeze" "busy unplug" "image=0" "image=1")
    echo "${states[RANDOM % ${#states[@]}]}" > "$work/state.next"; mv "$work/state.next" "$work/state"
    changes=$((changes + 1))
    sleep $((2 + RANDOM % 5))
    kill -0 "$pid" 2>/dev/null || { echo "ended by itself after $changes changes:"; tail -3 "$work/err"; exit 1; }
    if [ $((SECONDS - start)) -ge $((60 * minute)) ]; then
        echo "after $minute min: $(own) kB of its own, $(all) kB resident"
        minute=$((minute + 1))
    fi
    if [ $SECONDS -ge $warm ]; then
        now=$(own)
        if [ $low -eq 0 ] || [ "$now" -lt $low ]; then low=$now; fi
        if [ "$now" -gt $high ]; then high=$now; fi
        now=$(all)
        if [ $least -eq 0 ] || [ "$now" -lt $least ]; then least=$now; fi
        if [ "$now" -gt $most ]; then most=$now; fi
    fi
done
began=$(date +%s%N); kill -INT "$pid"; status=0; wait $session || status=$?
took=$((($(date +%s%N) - began) / 1000000))

count() { grep -c "$1" "$work/out" || true; }
echo "$minutes min, $changes changes: $(count '"kind":"pose"') poses, $(count '"event":"unmeasurable"') outages," \
    "$(count '"event":"measurable"') recoveries, $(count '"event":"returned"') returns; after the first fifth $low to $high kB" \
    "of its own, $least to $most kB resident; ended in $took ms with status $status"
tail -1 "$work/out"
fail=0
[ ! -s "$work/err" ] || { echo "on standard error:"; cat "$work/err"; fail=1; }
[ $((high - low)) -le 5120 ] && [ $((most - least)) -le 5120 ] || { echo "resident memory varied by more than 5 MB"; fail=1; }
[ $status -eq 0 ] && [ $took -lt 1000 ] || { echo "did not end as it should"; fail=1; }
tail -1 "$work/out" | grep -q '"event":"closed"' || { echo "no summary"; fail=1; }
exit $fail
